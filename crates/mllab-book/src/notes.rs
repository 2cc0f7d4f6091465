//! Somebody's own notes with verdicts in the margin.
//!
//! [`Matcher`] finds the lines that speak of a claim, by words alone: a claim's keywords stand in groups, and a line
//! speaks of it when a word of each group stands near the others. [`page`] sets the notes as they were written with a
//! card beside each such line.

mod matching;
mod page;
pub(crate) mod vocabulary;

pub use matching::{Match, Matcher};
pub use page::{Answer, File, page};

use crate::spoken;
use maud::{Markup, html};
use mllab_core::report::ClaimReport;

/// The measured sentence of a claim, with its estimates.
pub fn measured(claim: &ClaimReport, as_written: bool) -> Markup {
    spoken::sentence(&claim.measured_sentence(as_written))
}

/// What stands for a measured sentence where there is no run to read it from.
pub fn unmeasured(lab: &str, claim: &str) -> Markup {
    html! { "The verdict of the reference run; " code { "mllab run " (lab) " --claim " (claim) } " measures it." }
}
