//! A verdict and a measured sentence as they stand on every page: chip with its end, words around bold numbers.

use crate::glyph::{bare, name};
use crate::words::Marker;
use maud::{Markup, html};
use mllab_core::report::ClaimReport;
use mllab_core::{Piece, Said, Verdict};

/// A verdict with its end, one paragraph.
pub fn verdict(claim: &ClaimReport) -> Markup {
    paragraph(claim.verdict, claim.opposite, &claim.said())
}

/// A verdict with its end, where it comes from no run.
pub fn paragraph(verdict: Verdict, opposite: bool, said: &Said) -> Markup {
    let name = name(verdict, opposite);
    html! {
        p.verdict {
            span class={ "chip " (name) } { (bare(verdict, opposite)) (said.chip) }
            @if !said.end.is_empty() { " " span class={ "go-on " (name) } { (said.end) } }
        }
    }
}

/// A measured sentence, its numbers bold and their intervals behind them.
pub fn sentence(pieces: &[Piece]) -> Markup {
    sentence_with(pieces, &mut Marker::silent())
}

/// A measured sentence whose terms are marked.
pub fn sentence_with(pieces: &[Piece], words: &mut Marker) -> Markup {
    html! {
        @for piece in pieces {
            @match piece {
                Piece::Words(text) => (words.mark(text)),
                Piece::Number(point, range) => (number(point, range.as_ref())),
            }
        }
    }
}

fn number(point: &str, range: Option<&(String, String)>) -> Markup {
    html! {
        b { (point) }
        @if let Some((low, high)) = range { " (" (low) " to " (high) ")" }
    }
}
