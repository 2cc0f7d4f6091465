//! Layers over names: bars, histograms, boxes, strips, dumbbells, lollipops.

use super::{Hue, Interval, Mark};

/// See [`super::Layer::Bars`].
#[derive(Clone, Debug)]
pub struct Bars {
    /// Places on a category axis.
    pub at: Vec<f64>,
    /// Heights (upper ends where there is a base).
    pub y: Vec<f64>,
    /// Lower ends, for stacked bars; zero where not given.
    pub base: Option<Vec<f64>>,
    /// Intervals, drawn as whiskers.
    pub whiskers: Option<Interval>,
    /// This layer's place among the bars that share a category, and how many there are.
    pub group: (usize, usize),
    /// Decimals of a value written above each bar, where wanted.
    pub values: Option<usize>,
    /// Colour.
    pub hue: Hue,
}

impl Bars {
    /// One bar a category, from zero.
    pub fn new(at: Vec<f64>, y: Vec<f64>, hue: Hue) -> Self {
        Bars { at, y, base: None, whiskers: None, group: (0, 1), values: None, hue }
    }

    /// Adds whiskers.
    #[must_use]
    pub fn whiskers(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.whiskers = Some(Interval { low, high });
        self
    }

    /// Makes this the `index`th of `of` bars in each category.
    #[must_use]
    pub fn group(mut self, index: usize, of: usize) -> Self {
        self.group = (index, of);
        self
    }

    /// Lets bars begin at `base`.
    #[must_use]
    pub fn base(mut self, base: Vec<f64>) -> Self {
        self.base = Some(base);
        self
    }

    /// Writes each value above its bar.
    #[must_use]
    pub fn values(mut self, decimals: usize) -> Self {
        self.values = Some(decimals);
        self
    }
}

/// See [`super::Layer::Histogram`].
#[derive(Clone, Debug)]
pub struct Histogram {
    /// Edges of the bins, one more than counts, ascending.
    pub edges: Vec<f64>,
    /// Counts or shares.
    pub counts: Vec<f64>,
    /// Colour.
    pub hue: Hue,
}

/// Five numbers of a box.
#[derive(Clone, Copy, Debug)]
pub struct FiveNumbers {
    /// Lower whisker's end.
    pub low: f64,
    /// Lower quartile.
    pub lower_quartile: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile.
    pub upper_quartile: f64,
    /// Upper whisker's end.
    pub high: f64,
}

/// See [`super::Layer::Boxes`].
#[derive(Clone, Debug)]
pub struct Boxes {
    /// Places on a category axis.
    pub at: Vec<f64>,
    /// The numbers of each box.
    pub numbers: Vec<FiveNumbers>,
    /// Colour.
    pub hue: Hue,
}

/// See [`super::Layer::Strip`].
#[derive(Clone, Debug)]
pub struct Strip {
    /// The place of each value on a category axis.
    pub at: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Colour.
    pub hue: Hue,
}

/// See [`super::Layer::Dumbbell`].
#[derive(Clone, Debug)]
pub struct Dumbbell {
    /// Rows on the y axis, whose scale is of categories.
    pub at: Vec<f64>,
    /// The first values, drawn as discs.
    pub from: Vec<f64>,
    /// Intervals of the first values.
    pub from_interval: Option<Interval>,
    /// The second values, drawn as triangles.
    pub to: Vec<f64>,
    /// Intervals of the second values.
    pub to_interval: Option<Interval>,
    /// Colours of first and second values.
    pub hues: (Hue, Hue),
}

/// See [`super::Layer::Lollipop`].
#[derive(Clone, Debug)]
pub struct Lollipop {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Where the stalks begin.
    pub base: f64,
    /// Intervals, drawn as whiskers.
    pub whiskers: Option<Interval>,
    /// Shape of the head.
    pub mark: Mark,
    /// Colour.
    pub hue: Hue,
}
