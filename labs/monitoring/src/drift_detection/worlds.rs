//! What the studies share: a linear model, its accuracy, and the truths that it meets.

use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::data::drifting::{boundary, parabola};
use mllab_kit::linear::{Logistic, LogisticModel};
use mllab_kit::preprocess::standardised;
use mllab_kit::split;

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

/// A random half of a real table, standardised by the other half, with the logits of a model that learnt on that one.
pub fn half(table: &Labelled, stream: &Stream) -> Result<(Labelled, Vec<f64>), KitError> {
    let parts = split::random(table.y.len(), 0.5, stream)?;
    let [train, live] = standardised(&table.rows(&parts.train), &table.rows(&parts.test))?;
    let logits = linear(&train).logits(live.x.view());
    Ok((live, logits))
}

/// A share of alarms less the level that the tests were set to.
pub fn beyond_level(estimate: Estimate) -> Estimate {
    estimate.map(|share| share - LEVEL)
}
