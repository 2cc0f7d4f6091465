//! Each kind of layer as strokes and areas.

mod bars;
mod heat;
mod lanes;
mod lines;
mod points;
mod surface;

pub use heat::{key as heat_key, level as heat_level};
pub use lines::head;

use crate::geometry::Pt;
use crate::plot::Plot;
use mllab_core::figure::{Hue, Label, Layer};

/// A series' name that still needs a place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The point that it names.
    pub at: Pt,
    pub label: Label,
    pub hue: Hue,
    /// Whether it may stand in the margin, beside the line's end.
    pub in_margin: bool,
}

/// Whether a panel has more bands than can be told apart.
pub fn is_crowded(layers: &[Layer]) -> bool {
    layers.iter().filter(|layer| matches!(layer, Layer::Line(l) if l.band.is_some())).count() > lines::MOST_BANDS
}

/// Draws all layers, back to front; bands go below every line, so that none hides one.
pub fn draw(plot: &mut Plot<'_>, layers: &[Layer]) -> Vec<Name> {
    let mut names = Vec::new();
    let crowded = is_crowded(layers);
    let mut nth = 0;
    for layer in layers {
        match layer {
            Layer::Line(l) if crowded && l.band.is_some() => {
                lines::whiskers(plot, l, nth);
                nth += 1;
            }
            Layer::Line(l) => lines::band(plot, l),
            Layer::Heat(l) => heat::draw(plot, l),
            Layer::Regions(l) => surface::regions(plot, l),
            _ => {}
        }
    }
    let both =
        layers.iter().any(|l| matches!(l, Layer::Boxes(_))) && layers.iter().any(|l| matches!(l, Layer::Strip(_)));
    for layer in layers {
        match layer {
            Layer::Line(l) => lines::line(plot, l, &mut names),
            Layer::Step(l) => lines::step(plot, l, &mut names),
            Layer::Fill(l) => lines::fill(plot, l, &mut names),
            Layer::Points(l) => points::points(plot, l, &mut names),
            Layer::Bars(l) => bars::bars(plot, l),
            Layer::Histogram(l) => bars::histogram(plot, l),
            Layer::Boxes(l) => bars::boxes(plot, l, both),
            Layer::Strip(l) => points::strip(plot, l, both),
            Layer::Dumbbell(l) => points::dumbbell(plot, l),
            Layer::Lollipop(l) => points::lollipop(plot, l),
            Layer::Contours(l) => surface::contours(plot, l),
            Layer::Path(l) => lines::path(plot, l, &mut names),
            Layer::Segments(l) => lines::segments(plot, l),
            Layer::Lanes(l) => lanes::draw(plot, l),
            Layer::Heat(_) | Layer::Regions(_) => {}
        }
    }
    names
}
