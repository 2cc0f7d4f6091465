//! The front page: a search, what the notes have wrong, which model to use, and every lab by its domain.

use super::{Book, Chapter, LEGEND, domain_head};
use crate::glyph::{self, bare};
use crate::links::{BENCH_FILE, lab_file};
use crate::prose;
use crate::shell::search;
use crate::spoken;
use crate::words::Marker;
use maud::{Markup, PreEscaped, html};
use mllab_core::{Domain, Verdict, shown};

pub const LEAD: &str = "Every sentence of the notes becomes an experiment that anyone can rerun, and this book says whether it is true, when, and by how much.";

/// Every question of the plan, answered or not: domain, lab, how many claims, question.
const PLAN: &str = include_str!("to_come.txt");

/// So many doubtful sentences stand on the front page.
const DOUBTS: usize = 4;

pub fn front(book: &Book) -> Markup {
    html! {
        main #main .front {
            div.front-top {
                div {
                    h1 { "Study notes for machine learning, put to the test" }
                    noscript { p.lead { (LEAD) } }
                    (search("search", "search big", "A word, or a sentence of your notes"))
                    nav.jump aria-label="Exam domains" {
                        @for domain in Domain::ALL { a href={ "#" (domain.id()) } { (domain.words()) " " span { (n_labs(book, domain)) } } }
                    }
                }
                section.tally aria-labelledby="tally" {
                    h2 #tally { (book.n_claims()) " sentences tested" }
                    ul {
                        @for (verdict, words) in LEGEND {
                            li {
                                a.legend href={ "claims.html?verdict=" (verdict.word()) } {
                                    span.sr {} span class=(glyph::name(verdict, false)) aria-hidden="true" { (bare(verdict, false)) }
                                    span { (words) } b { (book.count(verdict)) }
                                }
                            }
                        }
                    }
                }
            }
            div.pairs { (doubts(book)) (model(book)) }
            @for domain in Domain::ALL {
                section.domain id=(domain.id()) {
                    (domain_head(book, domain))
                    (labs(book, domain))
                }
            }
        }
    }
}

/// What the notes have wrong, or right only sometimes: a claim a lab, those that are not true first.
fn doubts(book: &Book) -> Markup {
    let order = [Verdict::Fails, Verdict::Negligible, Verdict::Depends];
    let mut seen: Vec<&str> = Vec::new();
    let mut shown = Vec::new();
    for verdict in order {
        for (chapter, claim) in book.claims().filter(|(_, claim)| claim.verdict == verdict) {
            let lab = chapter.lab.meta().id;
            // Of those that depend one a lab, so that the list is not one lab's.
            if shown.len() < DOUBTS && (verdict != Verdict::Depends || !seen.contains(&lab)) {
                seen.push(lab);
                shown.push((chapter, claim));
            }
        }
    }
    html! {
        section aria-labelledby="doubts" {
            h2 #doubts { "Wrong, or only sometimes true" }
            ul.doubts {
                @for (chapter, claim) in shown {
                    li {
                        (spoken::verdict(claim))
                        a href={ (lab_file(chapter.lab)) "#" (claim.id) } { (claim.says) }
                    }
                }
            }
            p.more-link { a href=(super::claims::DOUBTFUL_FILE) { "All " (book.n_doubtful()) " of " (book.n_claims()) " claims" } }
        }
    }
}

/// Which model to use: the race, or how to run it.
fn model(book: &Book) -> Markup {
    html! {
        section aria-labelledby="model" {
            h2 #model { "Which model should I use?" }
            div.choose {
                @if let Some(answer) = &book.race {
                    (prose::set(answer, &mut Marker::silent()))
                    p.more-link { a href=(BENCH_FILE) { "Where to start, table by table" } }
                } @else {
                    p { "Race the models on tables of several kinds, or on your own, and read where to start:" }
                    p { code.cmd { span { "mllab bench" } } }
                    p.muted { "It takes ten minutes and gets a page of its own here." }
                }
            }
        }
    }
}

/// The labs of a domain, those to come muted among them.
pub fn labs(book: &Book, domain: Domain) -> Markup {
    html! {
        ul.labs {
            @for chapter in book.chapters.iter().filter(|chapter| chapter.lab.meta().domain == domain) { (row(chapter)) }
            @for (id, n) in to_come(domain, book) {
                li.lab-row.to-come {
                    span.shape aria-hidden="true" {}
                    span { span.name { (title(id)) } small { (n) @if n == 1 { " claim to come" } @else { " claims to come" } } }
                }
            }
        }
    }
}

fn row(chapter: &Chapter) -> Markup {
    let meta = chapter.lab.meta();
    html! {
        li.lab-row {
            span.shape aria-hidden="true" { (PreEscaped(&chapter.tile)) }
            span { a href=(lab_file(chapter.lab)) { (meta.title) } small { (chapter.report.counts()) } }
        }
    }
}

/// A lab's id as a title: "Feature scaling outliers".
fn title(id: &str) -> String {
    let written = |word: &str| match word {
        "pii" | "pca" | "rag" | "svm" | "pdp" => word.to_uppercase(),
        "ab" => "A/B".into(),
        "shapley" => "Shapley".into(),
        word => word.into(),
    };
    mllab_core::said::capital(&id.split('-').map(written).collect::<Vec<_>>().join(" "))
}

/// The labs of a domain that are not yet there, with how many claims they will answer.
fn to_come<'a>(domain: Domain, book: &Book) -> Vec<(&'a str, usize)> {
    PLAN.lines()
        .filter_map(|line| {
            let mut parts = line.splitn(4, '|');
            let (of, lab, n) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
            let answered = book.chapters.iter().any(|chapter| chapter.lab.meta().id == lab);
            (of == domain.id() && !answered).then_some((lab, n))
        })
        .collect()
}

/// How many labs a domain has or will have.
pub fn n_labs(book: &Book, domain: Domain) -> String {
    let here = book.chapters.iter().filter(|chapter| chapter.lab.meta().domain == domain).count();
    shown::whole((here + to_come(domain, book).len()) as f64)
}

/// How many claims a domain has or will have.
pub fn n_claims(book: &Book, domain: Domain) -> usize {
    let here = book.claims().filter(|(chapter, _)| chapter.lab.meta().domain == domain).count();
    here + to_come(domain, book).iter().map(|(_, n)| n).sum::<usize>()
}
