//! Figures as pictures: a declarative [`Figure`] becomes an SVG drawn by plotters, and a PNG rasterised from that SVG
//! by resvg, so that both always agree.
//!
//! A figure has three layouts: [`Width::Wide`] for a file, [`Width::Beside`] for a claim on a page and [`Width::Narrow`]
//! for a phone. A file that stands alone
//! ([`Font::Embedded`]) carries the letters that it uses; an SVG inside a page ([`Font::FromPage`]) relies on
//! [`font_face_css`] and [`css`], which the page carries once.
//!
//! ```
//! use mllab_core::figure::{Axis, Figure, Hue, Line, Panel};
//! use mllab_draw::{Font, Width, png, svg};
//!
//! let curve = Line::new(vec![0.0, 1.0, 2.0], vec![1.0, 0.4, 0.2], Hue::Blue).label("η = 0.1");
//! let figure = Figure::new("loss", "The loss halves at each step")
//!     .subtitle("One run.")
//!     .alt("A falling curve.")
//!     .panel(Panel::new(Axis::linear("step"), Axis::log("loss")).layer(curve));
//! let picture = svg(&figure, Width::Wide, "demo-loss", "mllab run demo", Font::Embedded);
//! assert!(picture.starts_with("<svg"));
//! assert_eq!(&png(&picture)?[1..4], b"PNG");
//! # Ok::<(), mllab_draw::DrawError>(())
//! ```

mod area;
mod contour;
mod extent;
mod font;
mod geometry;
mod ground;
mod layers;
mod layout;
mod names;
mod notes;
mod paint;
mod panel;
mod plot;
mod prepare;
mod raster;
mod rows;
mod scale;
mod scene;
mod sizes;
mod subset;
pub mod terminal;
mod text;
mod theme;
mod thin;
mod thumbnail;

pub use area::PlotArea;
pub use font::{FAMILY, Weight, covers, font_face_css, width as text_width};
pub use geometry::{Pt, Rect};
pub use raster::{DrawError, png};
pub use scene::{Anchor, Kind, Word};
pub use theme::css;
pub use thumbnail::thumbnail;

use layout::{Paper, Sheet};
use mllab_core::Figure;
use std::collections::BTreeSet;

/// Which of the three layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 820 px, for a file.
    Wide,
    /// 588 px, beside a claim's words: type as in the wide one, panels two abreast at most.
    Beside,
    /// 360 px, for a phone: panels below each other, no text under 12.5 px.
    Narrow,
}

/// Where the letters come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Font {
    /// The file carries those that it uses, and its own paper with margins: it stands alone.
    Embedded,
    /// The page has them: no margins, no paper.
    FromPage,
}

/// A figure on its way to a picture.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// What is drawn.
    pub figure: &'a Figure,
    /// Which layout.
    pub width: Width,
    /// Begins every id: lab and figure, `learning-rate-loss-curves`.
    pub prefix: &'a str,
    /// The command that redraws it; opens the caption.
    pub command: &'a str,
    /// Where the letters come from.
    pub font: Font,
    /// Another size than the layout's own, in px: the plots take what the words leave.
    pub size: Option<(f64, f64)>,
}

/// A figure as drawn: the SVG, and what stands where.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The picture.
    pub svg: String,
    /// Width and height in px.
    pub size: (f64, f64),
    /// Every text.
    pub words: Vec<Word>,
    /// Every plot, in the panels' order.
    pub plots: Vec<PlotArea>,
}

/// Draws `figure`; see [`Drawing`] for what the arguments mean.
pub fn svg(figure: &Figure, width: Width, prefix: &str, command: &str, font: Font) -> String {
    Drawing { figure, width, prefix, command, font, size: None }.draw().svg
}

impl Drawing<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Drawn {
        let narrow = self.width == Width::Narrow;
        let beside = self.width == Width::Beside;
        let (width, most_abreast, suffix) = match self.width {
            Width::Wide => (820.0, usize::MAX, ""),
            Width::Beside => (588.0, 2, "-beside"),
            Width::Narrow => (360.0, 1, "-narrow"),
        };
        // One thought a screen: the figure leaves room for the claim's settings under it.
        let (most_height, least_text) = if beside { (Some(384.0), 12.5) } else { (None, 0.0) };
        let (width, height) = self.size.map_or((width, None), |(width, height)| (width, Some(height)));
        let alone = self.font == Font::Embedded;
        let pad = match (alone, narrow) {
            (true, false) => [20.0, 18.0, 16.0],
            (true, true) => [14.0, 14.0, 12.0],
            (false, _) => [0.5, 1.0, 3.0],
        };
        let Sheet { scene, plots } = layout::lay_out(
            self.figure,
            self.command,
            &Paper { width, height, narrow, most_abreast, most_height, least_text, pad, painted: alone },
        );
        let words: Vec<Word> = scene.words().cloned().collect();
        let style = if alone { font::subset_css(&letters(&words)) } else { String::new() };
        let id = format!("{}{suffix}", self.prefix);
        let frame = paint::Frame {
            width: scene.width,
            height: scene.height,
            id: &id,
            title: &self.figure.title.to_string(),
            alt: &self.figure.alt,
            style: &style,
        };
        let svg = frame.around(&paint::dress(&scene, &paint::draw(&scene)));
        Drawn { svg, size: (scene.width, scene.height), words, plots }
    }
}

/// The letters that each weight needs.
fn letters(words: &[Word]) -> Vec<(Weight, BTreeSet<char>)> {
    [Weight::Regular, Weight::Semibold]
        .map(|weight| {
            (weight, words.iter().filter(|word| word.weight == weight).flat_map(|word| word.text.chars()).collect())
        })
        .to_vec()
}
