//! Colours, by what they mean.

/// Colours by meaning; one meaning each across a page. The hues are Okabe and Ito's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hue {
    /// #0072B2.
    Blue,
    /// #56B4E9.
    Sky,
    /// #009E73.
    Green,
    /// #E69F00.
    Amber,
    /// #D55E00.
    Vermilion,
    /// #CC79A7.
    Pink,
    /// The text's colour: what is given rather than compared (the load, the truth).
    Ink,
    /// What only stands in the background.
    Grey,
}
