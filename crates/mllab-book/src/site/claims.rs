//! Lists of claims: all with a filter, the wrong or conditional ones, those of a domain.

use super::{Book, Chapter, LEGEND, front, is_doubtful};
use crate::glyph::bare;
use crate::links::lab_file;
use crate::spoken;
use maud::{Markup, html};
use mllab_core::report::ClaimReport;
use mllab_core::{Domain, Verdict};

/// The page of what the notes should not be believed on without a condition.
pub const DOUBTFUL_FILE: &str = "wrong-or-conditional.html";

/// All claims, and the form that filters them, hidden until its script runs.
pub fn all(book: &Book) -> Markup {
    let n = book.n_claims();
    html! {
        main #main .list {
            h1 { "All claims" }
            p.lead { (n) " sentences from the notes, each with its verdict. Pick a verdict or a domain, or type the word you remember." }
            form #filter role="search" aria-label="Filter the claims" hidden {
                fieldset.pills {
                    legend { "Verdict" }
                    @for (verdict, words) in LEGEND {
                        label.pill {
                            input type="checkbox" name="verdict" value=(verdict.word());
                            span class=(verdict.word()) { (bare(verdict, false)) }
                            (words) " " span.muted { (book.count(verdict)) }
                        }
                    }
                }
                div.controls {
                    label.sr for="domain" { "Domain" }
                    select #domain name="domain" {
                        option value="" { "All four domains" }
                        @for domain in Domain::ALL { option value=(domain.id()) { (domain.words()) } }
                    }
                    label.sr for="word" { "Word" }
                    input #word type="search" name="q" placeholder="A word, or a sentence of your notes" autocomplete="off";
                    label.sr for="order" { "Order" }
                    select #order name="order" {
                        option value="" { "Order of the labs" }
                        option value="verdict" { "By verdict" }
                        option value="words" { "By first word" }
                    }
                }
            }
            div.found-n {
                p #count role="status" { b { (n) } " of " (n) " claims" }
                a #show-all href="claims.html" hidden { "Show all claims" }
            }
            ol #rows .rows { @for (chapter, claim) in book.claims() { (row(chapter, claim, 2)) } }
            p #none .text hidden { "No claim has these words and verdicts. Show all claims, or try another word." }
        }
    }
}

/// The claims that do not hold everywhere, the failing ones first.
pub fn doubtful(book: &Book) -> Markup {
    let group = |verdict: Verdict| book.claims().filter(move |(_, claim)| claim.verdict == verdict);
    html! {
        main #main .list {
            h1 { "Where the notes are wrong or conditional" }
            p.lead {
                (book.n_doubtful()) " of " (book.n_claims()) " sentences do not hold as written. For each: when it holds, and what was measured."
            }
            @for (verdict, heading) in [
                (Verdict::Fails, "Not true"),
                (Verdict::Negligible, "No effect that matters"),
                (Verdict::Depends, "True only under a condition"),
            ] {
                @if group(verdict).next().is_some() {
                    section {
                        h2 { (heading) }
                        ol.rows { @for (chapter, claim) in group(verdict) { (row(chapter, claim, 3)) } }
                    }
                }
            }
        }
    }
}

/// A domain's labs and claims.
pub fn domain(book: &Book, domain: Domain) -> Markup {
    let here = || book.claims().filter(move |(chapter, _)| chapter.lab.meta().domain == domain);
    let n = here().count();
    html! {
        main #main .list {
            p.crumb { a href="index.html" { "Labs" } }
            h1 { (domain.words()) }
            p.lead {
                (n) " sentences tested"
                @if n > 0 { ", of which " (here().filter(|(_, claim)| is_doubtful(claim)).count()) " are wrong or conditional" }
                "."
            }
            section.domain { h2.sr { "Labs" } (front::labs(book, domain)) }
            @if n > 0 {
                section {
                    h2 { "Claims" }
                    ol.rows { @for (chapter, claim) in here() { (row(chapter, claim, 3)) } }
                }
            }
        }
    }
}

/// A claim in a list. `level` is that of its heading.
fn row(chapter: &Chapter, claim: &ClaimReport, level: u8) -> Markup {
    let meta = chapter.lab.meta();
    let link = format!("{}#{}", lab_file(chapter.lab), claim.id);
    let title = html! { a href=(link) { (claim.says) } };
    html! {
        li.claim-row data-verdict=(claim.verdict.word()) data-domain=(meta.domain.id()) data-id={ (meta.id) "/" (claim.id) } {
            div.row-words {
                (spoken::verdict(claim))
                @if level == 2 { h2.row-title { (title) } } @else { h3.row-title { (title) } }
                p { (spoken::sentence(&claim.measured_sentence(chapter.report.speaks_as_written()))) }
            }
            p.row-lab { a href=(lab_file(chapter.lab)) { (meta.title) } " " span.muted { (meta.domain.words()) } }
        }
    }
}
