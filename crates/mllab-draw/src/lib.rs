//! Figures to pictures, reports to the terminal.

pub mod terminal;

use mllab_core::Figure;

/// Which layout.
#[derive(Clone, Copy)]
pub enum Width {
    /// 820 px.
    Wide,
    /// 360 px.
    Narrow,
}
/// Where the font comes from.
#[derive(Clone, Copy)]
pub enum Font {
    /// In the file.
    Embedded,
    /// From the page.
    FromPage,
}
/// Draws.
pub fn svg(_: &Figure, _: Width, _: &str, _: &str, _: Font) -> String {
    "<svg/>".into()
}
/// Rasterises.
pub fn png(_: &str) -> Result<Vec<u8>, std::fmt::Error> {
    Ok(vec![])
}
/// Fonts.
pub fn font_face_css() -> &'static str {
    ""
}
/// Classes.
pub fn css() -> &'static str {
    ""
}
