//! The kinds of layer: what can be drawn between two axes.

use super::{
    Bars, Boxes, Contours, Dumbbell, Fill, Grid, Heat, Histogram, Interval, Lanes, Line, Lollipop, Path, Points,
    Regions, Segments, Step, Strip,
};

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
