//! The kinds of layer: what can be drawn between two axes.

use super::Hue;

/// How a stroke is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dash {
    /// Not at all.
    #[default]
    Solid,
    /// In dashes.
    Dashed,
    /// In dots.
    Dotted,
}

/// The shape of a point: classes differ in shape as well as colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// ●
    #[default]
    Disc,
    /// ▲
    Triangle,
    /// ■
    Square,
    /// ◆
    Diamond,
    /// ×
    Cross,
    /// ○
    Ring,
    /// ▼
    TriangleDown,
}

/// The name of a series, written beside it rather than in a legend.
#[derive(Clone, Debug)]
pub struct Label {
    /// The name, in the series' colour.
    pub text: String,
    /// A second, muted line.
    pub second: Option<String>,
    /// Where it stands.
    pub at: LabelAt,
}

/// Where a series' name stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LabelAt {
    /// At its last point, in the margin.
    End,
    /// Beside its point nearest to this x, inside the plot.
    X(f64),
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Label { text: text.into(), second: None, at: LabelAt::End }
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        Label { text, second: None, at: LabelAt::End }
    }
}

/// An interval for each point of a series.
#[derive(Clone, Debug, Default)]
pub struct Interval {
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

/// What can be drawn. Arrays that belong together have one length; NaN is a gap.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A line, with a band where it has an interval.
    Line(Line),
    /// A line that keeps its value until the next point.
    Step(Step),
    /// The area between two series, only where the upper is above the lower.
    Fill(Fill),
    /// Points, with whiskers where they have intervals.
    Points(Points),
    /// Bars from zero (or from a base), side by side where several layers name a group.
    Bars(Bars),
    /// Counts in bins.
    Histogram(Histogram),
    /// Boxes of five numbers.
    Boxes(Boxes),
    /// All values at a place, spread sideways by a fixed rule.
    Strip(Strip),
    /// Two values a row joined by a line: from honest to reported. The y axis holds the names.
    Dumbbell(Dumbbell),
    /// A value a column on a stalk.
    Lollipop(Lollipop),
    /// Coloured cells.
    Heat(Heat),
    /// A plane coloured by predicted probability, with the decision boundary.
    Regions(Regions),
    /// Level lines of a surface.
    Contours(Contours),
    /// A walk through the plane in the order of its points.
    Path(Path),
    /// Separate straight pieces.
    Segments(Segments),
    /// Rows of events and spans over the x axis; the y axis holds the lanes' names.
    Lanes(Lanes),
}

/// See [`Layer::Line`].
#[derive(Clone, Debug)]
pub struct Line {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// The interval, drawn as a band.
    pub band: Option<Interval>,
    /// Colour.
    pub hue: Hue,
    /// Name.
    pub label: Option<Label>,
    /// Broken how.
    pub dash: Dash,
    /// Thin, for one of many lines in the background.
    pub thin: bool,
}

impl Line {
    /// A solid line without name or band.
    pub fn new(x: Vec<f64>, y: Vec<f64>, hue: Hue) -> Self {
        Line { x, y, band: None, hue, label: None, dash: Dash::Solid, thin: false }
    }

    /// Adds a band.
    #[must_use]
    pub fn band(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.band = Some(Interval { low, high });
        self
    }

    /// Adds a name at the line's end.
    #[must_use]
    pub fn label(mut self, text: impl Into<Label>) -> Self {
        self.label = Some(text.into());
        self
    }

    /// Puts the name beside the point nearest to `x`.
    #[must_use]
    pub fn label_at(mut self, text: &str, x: f64) -> Self {
        self.label = Some(Label { text: text.into(), second: None, at: LabelAt::X(x) });
        self
    }

    /// Breaks the stroke.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    /// Makes the stroke thin.
    #[must_use]
    pub fn thin(mut self) -> Self {
        self.thin = true;
        self
    }
}

/// See [`Layer::Step`].
#[derive(Clone, Debug)]
pub struct Step {
    /// Where each value begins.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Whether the area down to the axis is tinted.
    pub filled: bool,
    /// Colour.
    pub hue: Hue,
    /// Name.
    pub label: Option<Label>,
}

/// See [`Layer::Fill`].
#[derive(Clone, Debug)]
pub struct Fill {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Upper values.
    pub upper: Vec<f64>,
    /// Lower values.
    pub lower: Vec<f64>,
    /// Whether the upper series is a step.
    pub upper_steps: bool,
    /// Whether the lower series is a step.
    pub lower_steps: bool,
    /// Colour, used strong: the area is the message.
    pub hue: Hue,
    /// Name.
    pub label: Option<Label>,
}

/// See [`Layer::Points`].
#[derive(Clone, Debug)]
pub struct Points {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Vertical positions.
    pub y: Vec<f64>,
    /// Vertical intervals, drawn as whiskers.
    pub whiskers: Option<Interval>,
    /// Areas relative to 1, where points carry a weight.
    pub area: Option<Vec<f64>>,
    /// Shape.
    pub mark: Mark,
    /// Colour.
    pub hue: Hue,
    /// Name, beside the last point.
    pub label: Option<Label>,
}

impl Points {
    /// Points without whiskers.
    pub fn new(x: Vec<f64>, y: Vec<f64>, mark: Mark, hue: Hue) -> Self {
        Points { x, y, whiskers: None, area: None, mark, hue, label: None }
    }

    /// Adds whiskers.
    #[must_use]
    pub fn whiskers(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.whiskers = Some(Interval { low, high });
        self
    }

    /// Makes each point's area proportional to its weight.
    #[must_use]
    pub fn area(mut self, area: Vec<f64>) -> Self {
        self.area = Some(area);
        self
    }

    /// Adds a name.
    #[must_use]
    pub fn label(mut self, text: impl Into<Label>) -> Self {
        self.label = Some(text.into());
        self
    }
}

/// See [`Layer::Bars`].
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

/// See [`Layer::Histogram`].
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

/// See [`Layer::Boxes`].
#[derive(Clone, Debug)]
pub struct Boxes {
    /// Places on a category axis.
    pub at: Vec<f64>,
    /// The numbers of each box.
    pub numbers: Vec<FiveNumbers>,
    /// Colour.
    pub hue: Hue,
}

/// See [`Layer::Strip`].
#[derive(Clone, Debug)]
pub struct Strip {
    /// The place of each value on a category axis.
    pub at: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Colour.
    pub hue: Hue,
}

/// See [`Layer::Dumbbell`].
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

/// See [`Layer::Lollipop`].
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

/// See [`Layer::Heat`].
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

/// See [`Layer::Regions`].
#[derive(Clone, Debug)]
pub struct Regions {
    /// Probabilities of the second class, 0 to 1.
    pub grid: Grid,
    /// Colours of the first and second class.
    pub hues: (Hue, Hue),
    /// The probability at which the boundary is drawn.
    pub boundary: f64,
}

/// See [`Layer::Contours`].
#[derive(Clone, Debug)]
pub struct Contours {
    /// The surface.
    pub grid: Grid,
    /// The levels that get a line.
    pub levels: Vec<f64>,
    /// Colour.
    pub hue: Hue,
}

/// See [`Layer::Path`].
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

/// See [`Layer::Segments`].
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

/// See [`Layer::Lanes`].
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// Lanes from top to bottom; their names stand where the y axis' labels would.
    pub lanes: Vec<Lane>,
}

/// One row of events and spans.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Name.
    pub name: String,
    /// Moments.
    pub events: Vec<Event>,
    /// Stretches.
    pub spans: Vec<LaneSpan>,
}

/// A moment on a lane.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub x: f64,
    /// Shape.
    pub mark: Mark,
    /// Colour.
    pub hue: Hue,
}

/// A stretch on a lane.
#[derive(Clone, Debug)]
pub struct LaneSpan {
    /// Beginning.
    pub from: f64,
    /// End.
    pub to: f64,
    /// Colour.
    pub hue: Hue,
    /// What it says, where there is room.
    pub text: String,
}

macro_rules! into_layer {
    ($($kind:ident),*) => { $(impl From<$kind> for Layer {
        fn from(layer: $kind) -> Self { Layer::$kind(layer) }
    })* };
}
into_layer!(
    Line, Step, Fill, Points, Bars, Histogram, Boxes, Strip, Dumbbell, Lollipop, Heat, Regions, Contours, Path,
    Segments, Lanes
);

impl Layer {
    /// Whether arrays that belong together have one length.
    ///
    /// # Errors
    ///
    /// Which lengths differ.
    pub fn check(&self) -> Result<(), String> {
        let interval = |name: &'static str, interval: &Option<Interval>| -> Vec<(&'static str, usize)> {
            interval.as_ref().map_or(vec![], |i| vec![(name, i.low.len()), (name, i.high.len())])
        };
        let grid = |grid: &Grid| vec![("cells", grid.columns * grid.rows), ("values", grid.values.len())];
        let mut lengths = match self {
            Layer::Line(l) => vec![("x", l.x.len()), ("y", l.y.len())],
            Layer::Step(l) => vec![("x", l.x.len()), ("y", l.y.len())],
            Layer::Fill(l) => vec![("x", l.x.len()), ("upper", l.upper.len()), ("lower", l.lower.len())],
            Layer::Points(l) => vec![("x", l.x.len()), ("y", l.y.len())],
            Layer::Bars(l) => vec![("at", l.at.len()), ("y", l.y.len())],
            Layer::Histogram(l) => {
                vec![("edges less one", l.edges.len().saturating_sub(1)), ("counts", l.counts.len())]
            }
            Layer::Boxes(l) => vec![("at", l.at.len()), ("numbers", l.numbers.len())],
            Layer::Strip(l) => vec![("at", l.at.len()), ("y", l.y.len())],
            Layer::Dumbbell(l) => vec![("at", l.at.len()), ("from", l.from.len()), ("to", l.to.len())],
            Layer::Lollipop(l) => vec![("x", l.x.len()), ("y", l.y.len())],
            Layer::Heat(l) => {
                let cells = l.x_edges.len().saturating_sub(1) * l.y_edges.len().saturating_sub(1);
                vec![("cells", cells), ("values", l.values.len())]
            }
            Layer::Regions(l) => grid(&l.grid),
            Layer::Contours(l) => grid(&l.grid),
            Layer::Path(l) => vec![("x", l.x.len()), ("y", l.y.len())],
            Layer::Segments(l) => vec![("from", l.from.len()), ("to", l.to.len())],
            Layer::Lanes(_) => vec![],
        };
        lengths.extend(match self {
            Layer::Line(l) => interval("band", &l.band),
            Layer::Points(l) => {
                let mut more = interval("whiskers", &l.whiskers);
                more.extend(l.area.as_ref().map(|area| ("area", area.len())));
                more
            }
            Layer::Bars(l) => {
                let mut more = interval("whiskers", &l.whiskers);
                more.extend(l.base.as_ref().map(|base| ("base", base.len())));
                more
            }
            Layer::Lollipop(l) => interval("whiskers", &l.whiskers),
            Layer::Dumbbell(l) => {
                let mut more = interval("from_interval", &l.from_interval);
                more.extend(interval("to_interval", &l.to_interval));
                more
            }
            _ => vec![],
        });
        match lengths.iter().find(|(_, n)| *n != lengths[0].1) {
            Some((name, n)) => Err(format!("{} has {} values, {name} has {n}", lengths[0].0, lengths[0].1)),
            None => Ok(()),
        }
    }
}
