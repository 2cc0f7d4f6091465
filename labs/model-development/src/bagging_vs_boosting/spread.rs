//! Bias² and variance of many learners, read off several training sets of one truth.
//!
//! A replicate draws a handful of training sets, fits every learner to each and compares the predictions at common places.

use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::bias_variance::{Learner, Spread};
use mllab_kit::data::regressions;
use mllab_kit::ensemble::Rows;
use ndarray::{Array2, ArrayView2};

/// Training sets in a replicate.
const SETS: usize = 5;
/// Places along the one wiggly column where predictions are compared.
const PLACES: usize = 200;
/// Rounds at which a booster is read.
pub const ROUNDS: [usize; 4] = [1, 10, 100, 1000];

/// One replicate: every learner's bias² and variance over [`SETS`] training sets that `draw` makes.
pub fn replicate_of(
    learners: &[Learner],
    draw: impl Fn(&Stream) -> Rows,
    (at, truth): (ArrayView2<f64>, &[f64]),
    rate: f64,
    stream: &Stream,
) -> Result<Vec<Spread>, KitError> {
    Spread::over_sets(SETS, truth, stream, |stream| {
        Learner::predictions(learners, &draw(&stream.child("rows", 0)), at, rate, stream)
    })
}

/// The places where predictions are compared, and the truth there.
pub fn places() -> (Array2<f64>, Vec<f64>) {
    let at = Array2::from_shape_fn((PLACES, 1), |(i, _)| -5.0 + 10.0 * (i as f64 + 0.5) / PLACES as f64);
    let truth = at.column(0).iter().map(|&x| regressions::two_bumps_truth(x)).collect();
    (at, truth)
}

/// The replicates of one truth.
pub struct Spreads {
    pub learners: Vec<Learner>,
    pub runs: Runs<Vec<Spread>>,
}

impl Spreads {
    fn place(&self, learner: Learner) -> usize {
        self.learners.iter().position(|other| *other == learner).expect("a learner that was fitted")
    }

    /// The mean of one number of a learner's spread.
    pub fn mean(&self, learner: Learner, of: fn(&Spread) -> f64) -> Estimate {
        let place = self.place(learner);
        self.runs.mean(|run| of(&run[place]))
    }

    /// The share by which it is smaller for one learner than for another.
    pub fn cut(&self, of: fn(&Spread) -> f64, smaller: Learner, larger: Learner) -> Estimate {
        let [smaller, larger] = [smaller, larger].map(|learner| self.place(learner));
        self.runs.cut(|run| of(&run[smaller]), |run| of(&run[larger]))
    }

    /// How far bias² moves from one learner to another, in variances of the first.
    pub fn bias_moves(&self, one: Learner, other: Learner) -> Estimate {
        let [one, other] = [one, other].map(|learner| self.place(learner));
        // mean(after − before) / mean(unit), which `cuts` gives as one less.
        let moved = self.runs.cuts(|run| run[other].bias - run[one].bias, |run| run[one].variance);
        Estimate::mean(&moved.into_iter().map(|v| 1.0 - v).collect::<Vec<_>>())
    }
}
