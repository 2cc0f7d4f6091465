//! Layers that fill or cross a plane: cells, regions, contours, walks.

use super::{Dash, Hue, Label};

/// How a cell's value becomes a colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Palette {
    /// From paper at the smallest value to a colour at the largest.
    Sequential(Hue),
    /// From one colour through paper at `middle` to another.
    Diverging {
        /// Colour of small values.
        low: Hue,
        /// Colour of large values.
        high: Hue,
        /// The value that is left white.
        middle: f64,
    },
}

/// See [`super::Layer::Heat`].
#[derive(Clone, Debug)]
pub struct Heat {
    /// Edges of the cells along x, one more than columns; `-0.5, 0.5, …` on a category axis.
    pub x_edges: Vec<f64>,
    /// Edges of the cells along y, one more than rows.
    pub y_edges: Vec<f64>,
    /// Values, row by row from the lowest y; NaN is left empty.
    pub values: Vec<f64>,
    /// Colours.
    pub palette: Palette,
    /// The values that take the ends of the palette; from the data where not given.
    pub limits: Option<[f64; 2]>,
    /// Decimals of the value written in each cell, where wanted.
    pub decimals: Option<usize>,
    /// Level at which a line is drawn between cells, where the advice flips.
    pub contour: Option<f64>,
}

impl Heat {
    /// Writes shares as whole per cent and takes the palette's ends at these.
    pub fn percent(&mut self, low: f64, high: f64) {
        self.values.iter_mut().for_each(|value| *value *= 100.0);
        (self.limits, self.decimals) = (Some([low, high]), Some(0));
    }
}

/// A grid of values over a rectangle, at the centres of its cells.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Left and right edge.
    pub x: [f64; 2],
    /// Lower and upper edge.
    pub y: [f64; 2],
    /// Cells along x.
    pub columns: usize,
    /// Cells along y.
    pub rows: usize,
    /// Values, row by row from the lowest y.
    pub values: Vec<f64>,
}

impl Grid {
    /// Fills a grid with `value(x, y)` at the centre of each cell.
    pub fn tabulate(
        x: [f64; 2],
        y: [f64; 2],
        columns: usize,
        rows: usize,
        mut value: impl FnMut(f64, f64) -> f64,
    ) -> Self {
        let centre = |ends: [f64; 2], i: usize, n: usize| ends[0] + (ends[1] - ends[0]) * (i as f64 + 0.5) / n as f64;
        let values =
            (0..rows * columns).map(|i| value(centre(x, i % columns, columns), centre(y, i / columns, rows))).collect();
        Grid { x, y, columns, rows, values }
    }
}

/// See [`super::Layer::Regions`].
#[derive(Clone, Debug)]
pub struct Regions {
    /// Probabilities of the second class, 0 to 1.
    pub grid: Grid,
    /// Colours of the first and second class.
    pub hues: (Hue, Hue),
    /// The probability at which the boundary is drawn.
    pub boundary: f64,
}

/// See [`super::Layer::Contours`].
#[derive(Clone, Debug)]
pub struct Contours {
    /// The surface.
    pub grid: Grid,
    /// The levels that get a line.
    pub levels: Vec<f64>,
    /// Colour.
    pub hue: Hue,
}

/// See [`super::Layer::Path`].
#[derive(Clone, Debug)]
pub struct Path {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Vertical positions.
    pub y: Vec<f64>,
    /// Whether each point gets a dot.
    pub dots: bool,
    /// Whether the walk ends in an arrowhead.
    pub arrow: bool,
    /// Colour.
    pub hue: Hue,
    /// Name, beside the last point inside the plot.
    pub label: Option<Label>,
}

/// See [`super::Layer::Segments`].
#[derive(Clone, Debug)]
pub struct Segments {
    /// Beginnings, (x, y).
    pub from: Vec<[f64; 2]>,
    /// Ends, (x, y).
    pub to: Vec<[f64; 2]>,
    /// Colour.
    pub hue: Hue,
    /// Broken how.
    pub dash: Dash,
}
