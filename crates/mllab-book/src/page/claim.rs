//! A claim on its lab's page: one thought a screen.

use super::figures::{Figures, Shown};
use super::settings::folded;
use super::strip::strip;
use crate::spoken;
use crate::words::Marker;
use maud::{Markup, html};
use mllab_core::report::{ClaimReport, Report};
use mllab_core::{Verdict, shown};

/// What stands around a claim.
pub struct Setting<'a> {
    pub report: &'a Report,
    /// Whether sentences of the lab fit this run.
    pub as_written: bool,
    pub hero: &'a str,
}

/// A claim: verdict, statement and what was measured; its figure and settings; when it differs, why, what is asked.
pub fn claim<'a>(
    claim: &'a ClaimReport,
    seen: &str,
    setting: &Setting,
    figures: &mut Figures<'a>,
    before: &mut Vec<&'a str>,
    words: &mut Marker,
) -> Markup {
    words.begin();
    let shown = figures.of_claim(claim, before, setting.hero);
    let plain = if matches!(shown, Shown::Whole(_)) { "claim two" } else { "claim two plain" };
    let measured = spoken::sentence_with(&claim.measured_sentence(setting.as_written), words);
    html! {
        article class=(plain) id=(claim.id) data-right=[right(claim.verdict)] {
            div.said {
                (told(claim))
                div.reveal { (spoken::verdict(claim)) }
                h3 { (claim.says) }
                (guess(claim))
                p.meas.reveal { span.lab { "Measured" } (measured) (control(claim)) }
            }
            div.shown {
                div.ask { span { "Guess, then figure and numbers open." } }
                div.reveal {
                    @match shown {
                        Shown::Whole(id) => (figures.figure(id)),
                        Shown::Tile(id) => (figures.tile(id, seen)),
                        Shown::None => {},
                    }
                    ({ if let Shown::Whole(id) = shown { before.push(id); } "" })
                    (strip(claim, matches!(shown, Shown::Whole(_))))
                    div.c-foot { (folded(claim)) (command(&setting.report.command_of(&claim.id))) }
                }
            }
            (rest(claim, setting.as_written, words))
        }
    }
}

/// When it differs, why, what the exam expects; of somebody's own table only what the notes are asked for.
fn rest(claim: &ClaimReport, as_written: bool, words: &mut Marker) -> Markup {
    let differs = claim.differs.as_ref().filter(|_| as_written);
    html! {
        dl.points.rest.reveal {
            @if let Some(differs) = differs { div { dt { "When it differs" } dd { (words.mark(differs)) } } }
            @if as_written { div { dt { "Why" } dd { (words.mark(&claim.because)) } } }
            div { dt { "The exam expects" } dd { (words.mark(&claim.exam)) } }
        }
    }
}

fn control(claim: &ClaimReport) -> Markup {
    html! { @if let Some(name) = claim.failed_control() { " A control does not hold: " (name) "." } }
}

/// A command, to be copied by its button where scripts run.
pub fn command(words: &str) -> Markup {
    html! { code.cmd { span { (words) } button.copy type="button" hidden { "Copy" } } }
}

/// The guess that would be right; none where nothing is settled.
fn right(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Holds => Some("true"),
        Verdict::Depends => Some("depends"),
        Verdict::Fails | Verdict::Negligible => Some("false"),
        Verdict::Undecided => None,
    }
}

const GUESSES: [(&str, &str); 3] = [("true", "True"), ("depends", "It depends"), ("false", "Not true")];

fn guess(claim: &ClaimReport) -> Markup {
    html! {
        fieldset.guess {
            legend { "Your guess" }
            div.row3 {
                @for (value, words) in GUESSES {
                    label { input type="radio" name={ "guess-" (claim.id) } value=(value); (words) }
                }
            }
        }
    }
}

/// What is said after the guess: whether it was right.
fn told(claim: &ClaimReport) -> Markup {
    let said = claim.said().whole();
    let mut letters = said.chars();
    let measured: String =
        letters.next().map(|c| c.to_lowercase().collect::<String>() + letters.as_str()).unwrap_or_default();
    let right = right(claim.verdict);
    html! {
        @for (value, words) in GUESSES {
            @let words = words.to_lowercase();
            div class={ "told " (value) } role="status" {
                @if right.is_none() {
                    (MARKS[2]) span { "You said " (words) "; measured: not settled, so no point either way." }
                } @else if right == Some(value) {
                    (MARKS[0]) span { b { "Right." } " You said " (words) @if value != "true" || said.len() > "True here".len() { "; measured: " (measured) } "." }
                } @else {
                    (MARKS[1]) span { b { "Not quite." } " You said " (words) "; measured: " (measured) "." }
                }
            }
        }
    }
}

/// A tick, a cross and a question mark in a ring.
const MARKS: [maud::PreEscaped<&str>; 3] = [
    maud::PreEscaped(
        r#"<svg class="mark" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M6 10.4l2.8 2.8 5.2-6" fill="none" stroke="currentColor" stroke-width="1.8"/></svg>"#,
    ),
    maud::PreEscaped(
        r#"<svg class="mark" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M6.8 6.8l6.4 6.4m0-6.4l-6.4 6.4" fill="none" stroke="currentColor" stroke-width="1.8"/></svg>"#,
    ),
    maud::PreEscaped(
        r#"<svg class="mark" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="3 2"/><path d="M10 5.5v6m0 2v1.6" fill="none" stroke="currentColor" stroke-width="1.8"/></svg>"#,
    ),
];

/// "12 claims: 5 true here, 7 only when".
pub fn counts(report: &Report) -> String {
    let n = report.claims.len();
    if n == 0 {
        return "no claim could be judged".into();
    }
    let claims = if n == 1 { "claim" } else { "claims" };
    format!("{} {claims}: {}", shown::whole(n as f64), report.counts_with_ends())
}
