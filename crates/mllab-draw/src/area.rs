//! A page with room for plots, and a plot as laid out.

use crate::geometry::{Pt, Rect};
use crate::ground::samples;
use crate::scene::Scene;
use crate::sizes::Sizes;

/// A page being written from top to bottom.
pub struct Page {
    pub scene: Scene,
    pub sizes: Sizes,
    pub left: f64,
    /// How far down it is written.
    pub y: f64,
}

/// A plot as laid out, for tests.
#[derive(Clone, Debug)]
pub struct PlotArea {
    /// The rectangle between the axes.
    pub frame: Rect,
    pub(crate) courses: Vec<Pt>,
    /// Ticks on the x and on the y axis.
    pub ticks: (usize, usize),
}

impl PlotArea {
    /// Where data stand: vertices, marks, and lines sampled every few px.
    pub fn data(&self) -> Vec<Pt> {
        let mut places = Vec::new();
        samples(&self.courses, |p| places.push(p));
        places
    }
}
