//! What the studies share: a linear model, its accuracy, and a test of all inputs at once.

use mllab_core::{Estimate, Stream};
use mllab_kit::data::Labelled;
use mllab_kit::data::drifting::{boundary, parabola};
use mllab_kit::drift::{ks_p, ks_sorted};
use mllab_kit::linear::{Logistic, LogisticModel};
use ndarray::{Array2, ArrayView2};

/// Rows that a model learns from.
pub const TRAIN: usize = 1000;
/// Rows that it is judged on.
pub const TEST: usize = 2000;
/// The level of every test, over all features together.
pub const LEVEL: f64 = 0.05;

/// Logistic regression; every generated table holds both classes.
pub fn linear(table: &Labelled) -> LogisticModel {
    weighted(table, None)
}

/// The same with a weight for each row.
pub fn weighted(table: &Labelled, weights: Option<&[f64]>) -> LogisticModel {
    let settings = Logistic { tolerance: 1e-6, ..Logistic::default() };
    settings.fit(table.x.view(), &table.y, weights).expect("finite rows of both classes")
}

/// The share of rows that the model's sign gets right.
pub fn accuracy(model: &LogisticModel, table: &Labelled) -> f64 {
    right(&model.logits(table.x.view()), &table.y)
}

/// The share of logits on the right side of zero.
pub fn right(logits: &[f64], y: &[bool]) -> f64 {
    logits.iter().zip(y).filter(|&(&logit, &label)| (logit > 0.0) == label).count() as f64 / y.len() as f64
}

/// A truth, and how far the second input has moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Truth {
    /// A straight line, which a linear model can learn: a move along it harms nobody.
    Linear,
    /// A parabola, which it cannot.
    Curved,
}

impl Truth {
    /// Rows whose second input has mean `moved`.
    pub fn draw(self, n: usize, moved: f64, stream: &Stream) -> Labelled {
        match self {
            Truth::Linear => boundary(n, [0.0, moved], 0.0, 0.3, stream),
            Truth::Curved => parabola(n, [0.0, moved], 0.3, stream),
        }
    }
}

/// The columns of a baseline in ascending order, ready for tests.
pub struct Baseline(pub Vec<Vec<f64>>);

impl Baseline {
    /// Sorts each column.
    pub fn new(x: ArrayView2<f64>) -> Self {
        Baseline(columns(x))
    }

    /// Whether a two-sample Kolmogorov-Smirnov test of some column rejects, at a level over all columns together.
    pub fn alarms(&self, window: ArrayView2<f64>, level: f64) -> bool {
        let level = level / self.0.len() as f64;
        self.0.iter().zip(columns(window)).any(|(a, b)| ks_p(ks_sorted(a, &b), a.len(), b.len()) < level)
    }
}

/// Each column in ascending order.
pub fn columns(x: ArrayView2<f64>) -> Vec<Vec<f64>> {
    x.columns().into_iter().map(|column| ascending(column.to_vec())).collect()
}

/// In ascending order.
pub fn ascending(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// A table and the square and product of its two columns.
pub fn with_squares(table: &Labelled) -> Labelled {
    let x = Array2::from_shape_fn((table.x.nrows(), 5), |(row, column)| {
        let (a, b) = (table.x[[row, 0]], table.x[[row, 1]]);
        [a, b, a * a, b * b, a * b][column]
    });
    Labelled { x, y: table.y.clone() }
}

/// One table below the other.
pub fn stacked(above: &Labelled, below: &Labelled) -> Labelled {
    let x = ndarray::concatenate(ndarray::Axis(0), &[above.x.view(), below.x.view()]).expect("tables of one width");
    Labelled { x, y: above.y.iter().chain(&below.y).copied().collect() }
}

/// One number of each run.
pub fn each<T>(runs: &[T], one: impl Fn(&T) -> f64) -> Vec<f64> {
    runs.iter().map(one).collect()
}

/// The mean of one number of each run.
pub fn mean<T>(runs: &[T], one: impl Fn(&T) -> f64) -> Estimate {
    Estimate::mean(&each(runs, one))
}

/// The share of runs for which something is true.
pub fn share<T>(runs: &[T], one: impl Fn(&T) -> bool) -> Estimate {
    Estimate::proportion(runs.iter().filter(|run| one(run)).count(), runs.len())
}

/// A share of alarms less the level that the tests were set to.
pub fn beyond_level(estimate: Estimate) -> Estimate {
    estimate.map(|share| share - LEVEL)
}

/// A range of estimates, apart as a figure wants them.
#[derive(Default)]
pub struct Series {
    /// Points.
    pub middle: Vec<f64>,
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

impl FromIterator<Estimate> for Series {
    fn from_iter<I: IntoIterator<Item = Estimate>>(estimates: I) -> Self {
        let mut series = Series::default();
        for e in estimates {
            series.middle.push(e.point);
            series.low.push(if e.low.is_nan() { e.point } else { e.low });
            series.high.push(if e.high.is_nan() { e.point } else { e.high });
        }
        series
    }
}
