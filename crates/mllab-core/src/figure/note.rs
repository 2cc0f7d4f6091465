//! What is written on a figure.

use super::{Dash, Hue};

/// A word, line or area that explains; it covers no data.
#[derive(Clone, Debug)]
pub enum Note {
    /// A line from bottom to top.
    Vertical {
        /// Where on x.
        at: f64,
        /// What stands beside it.
        text: String,
        /// Colour of line and text.
        hue: Hue,
        /// Broken how.
        dash: Dash,
    },
    /// A line from left to right.
    Horizontal {
        /// Where on y.
        at: f64,
        /// What stands on it.
        text: String,
        /// Colour of line and text.
        hue: Hue,
        /// Broken how.
        dash: Dash,
    },
    /// A tinted stretch of the x axis, over the whole height.
    SpanX {
        /// Beginning.
        from: f64,
        /// End.
        to: f64,
        /// What stands in it.
        text: String,
        /// Colour.
        hue: Hue,
    },
    /// A tinted stretch of the y axis, over the whole width.
    SpanY {
        /// Beginning.
        from: f64,
        /// End.
        to: f64,
        /// What stands in it.
        text: String,
        /// Colour.
        hue: Hue,
    },
    /// Words near a place; moved aside where they would cover data.
    Text {
        /// Place on x.
        x: f64,
        /// Place on y.
        y: f64,
        /// The words; a line break is kept.
        text: String,
        /// Colour.
        hue: Hue,
    },
    /// Words with an arrow to a place.
    Arrow {
        /// Where the arrow points, (x, y).
        tip: [f64; 2],
        /// Where the words should stand, (x, y); moved aside where they would cover data.
        from: [f64; 2],
        /// The words; a line break is kept.
        text: String,
        /// Colour.
        hue: Hue,
    },
}

impl Note {
    /// A dashed line from bottom to top in the text's colour.
    pub fn vertical(at: f64, text: impl Into<String>) -> Self {
        Note::Vertical { at, text: text.into(), hue: Hue::Ink, dash: Dash::Dashed }
    }

    /// A dashed line from left to right in the text's colour.
    pub fn horizontal(at: f64, text: impl Into<String>) -> Self {
        Note::Horizontal { at, text: text.into(), hue: Hue::Ink, dash: Dash::Dashed }
    }

    /// Words near a place.
    pub fn text(x: f64, y: f64, text: impl Into<String>, hue: Hue) -> Self {
        Note::Text { x, y, text: text.into(), hue }
    }

    /// Words at `from` with an arrow to `tip`.
    pub fn arrow(from: [f64; 2], tip: [f64; 2], text: impl Into<String>, hue: Hue) -> Self {
        Note::Arrow { tip, from, text: text.into(), hue }
    }
}
