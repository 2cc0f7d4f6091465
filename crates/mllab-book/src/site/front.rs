//! The front page: the whole at a glance.

use super::{Book, Chapter, LEGEND, domain_head};
use crate::glyph::{self, bare};
use crate::links::lab_file;
use maud::{Markup, PreEscaped, html};
use mllab_core::{Domain, Verdict};

pub const TITLE: &str = "mllab";
pub const LEAD: &str = "Every sentence of the notes becomes an experiment that anyone can rerun, and this book says whether it is true, when, and by how much.";

/// Every question of the plan, answered or not: domain, lab, question.
const QUESTIONS: &str = include_str!("to_come.txt");

/// How many questions to come are listed before the rest folds.
const SHOWN: usize = 4;

pub fn front(book: &Book) -> Markup {
    let (n, doubtful) = (book.n_claims(), book.n_doubtful());
    html! {
        main #main .front {
            div.hero {
                div {
                    h1 { "Study notes for machine learning, put to the test" }
                    p.lead { (LEAD) }
                    p.links {
                        a.button href=(super::claims::DOUBTFUL_FILE) { (doubtful) " sentences wrong or conditional" }
                        @if let Some(first) = book.chapters.first() { a href=(lab_file(first.lab)) { "Start with one lab" } }
                    }
                }
                section.tally aria-labelledby="tally" {
                    h2 #tally { (n) " sentences tested so far" }
                    ul {
                        @for (verdict, words) in LEGEND { (tally(book, verdict, words)) }
                    }
                }
            }
            @for domain in Domain::ALL {
                section.domain {
                    (domain_head(book, domain))
                    (tiles(book, domain))
                }
            }
        }
    }
}

/// One verdict's row of the tally: a sign a claim.
fn tally(book: &Book, verdict: Verdict, words: &str) -> Markup {
    let n = book.count(verdict);
    let name = glyph::name(verdict, false);
    html! {
        li {
            a class={ "legend " (name) } href={ "claims.html?verdict=" (verdict.word()) } {
                (bare(verdict, false)) span { (words) } b { (n) }
            }
            @if n > 0 {
                span class={ "signs " (name) } aria-hidden="true" { @for _ in 0..n { (bare(verdict, false)) } }
            }
        }
    }
}

/// The labs of a domain and, filling the last row, its questions to come.
pub fn tiles(book: &Book, domain: Domain) -> Markup {
    let labs: Vec<&Chapter> = book.chapters.iter().filter(|chapter| chapter.lab.meta().domain == domain).collect();
    let open = to_come(domain, book);
    let fills = match labs.len() % 3 {
        0 => "full",
        1 => "two",
        _ => "one",
    };
    html! {
        div.tiles {
            @for chapter in &labs { (tile(chapter)) }
            @if !open.is_empty() {
                div class={ "to-come " (fills) } {
                    h3 { "Questions to come" }
                    @let shown = if fills == "one" { SHOWN } else { 2 * SHOWN };
                    ul { @for question in open.iter().take(shown) { li { (question) } } }
                    @if open.len() > shown {
                        details {
                            summary { (open.len() - shown) " more" }
                            ul { @for question in open.iter().skip(shown) { li { (question) } } }
                        }
                    }
                }
            }
        }
    }
}

fn tile(chapter: &Chapter) -> Markup {
    let meta = chapter.lab.meta();
    let report = &chapter.report;
    html! {
        article.tile {
            div.shape { (PreEscaped(&chapter.tile)) }
            p.tile-caption { (meta.picture.1) }
            h3 { a href=(lab_file(chapter.lab)) { (meta.question) } }
            p.strip aria-hidden="true" {
                @for (verdict, _) in LEGEND {
                    @for claim in report.claims.iter().filter(|claim| claim.verdict == verdict) {
                        span class=(glyph::name(verdict, claim.opposite)) { (bare(verdict, claim.opposite)) }
                    }
                }
            }
            p.tile-counts { (report.claims.len()) " claims: " (report.counts()) }
        }
    }
}

/// The questions of a domain that no lab answers yet.
pub fn to_come(domain: Domain, book: &Book) -> Vec<&'static str> {
    QUESTIONS
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(3, '|');
            let (of, lab, question) = (parts.next()?, parts.next()?, parts.next()?);
            let answered = book.chapters.iter().any(|chapter| chapter.lab.meta().id == lab);
            (of == domain.id() && !answered).then_some(question)
        })
        .collect()
}
