//! Bias² and variance of many learners, read off several training sets of one truth.
//!
//! A replicate draws a handful of training sets, fits every learner to each and compares the predictions at common places.

use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::bias_variance::Spread;
use mllab_kit::data::regressions;
use mllab_kit::ensemble::{Arm, FULL, Rows, booster, in_a_row};
use mllab_kit::tree::{Boosted, Boosting, EarlyStop};
use ndarray::{Array2, ArrayView2};

/// Training sets in a replicate.
pub const SETS: usize = 5;
/// Places along the one wiggly column where predictions are compared.
const PLACES: usize = 200;
/// Rounds at which a booster is read.
pub const ROUNDS: [usize; 4] = [1, 10, 100, 1000];

/// A learner whose bias and variance are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Learner {
    One(Arm),
    /// Boosted trees of this depth after so many rounds.
    After(usize, usize),
    /// Boosted trees of depth three, rounds chosen on a quarter of the rows.
    Stopped,
}

pub const CONSTANT: Learner = Learner::One(Arm::Tree { depth: 0 });
pub const STUMP: Learner = Learner::One(Arm::Tree { depth: 1 });
pub const SHALLOW: Learner = Learner::One(Arm::Tree { depth: 3 });
pub const DEEP: Learner = Learner::One(Arm::Tree { depth: FULL });

pub fn bagged(trees: usize, depth: usize) -> Learner {
    Learner::One(Arm::Bagged { trees, depth })
}

impl Learner {
    /// The predictions of all learners for one training set. Rounds of one booster share its fit.
    pub fn predictions(
        learners: &[Learner],
        rows: &Rows,
        at: ArrayView2<f64>,
        rate: f64,
        stream: &Stream,
    ) -> Result<Vec<Vec<f64>>, KitError> {
        let mut all = vec![Vec::new(); learners.len()];
        for depth in [0, 1, 3] {
            let last = learners.iter().filter_map(|l| match l {
                Learner::After(of, rounds) if *of == depth => Some(*rounds),
                _ => None,
            });
            let Some(last) = last.max() else { continue };
            let model = in_a_row(&booster(last, depth, rate, rows), rows, stream)?;
            model.staged(at, |round, sum| {
                if let Some(place) = learners.iter().position(|l| *l == Learner::After(depth, round)) {
                    all[place] = sum.to_vec();
                }
            });
        }
        for (place, learner) in learners.iter().enumerate() {
            match learner {
                Learner::One(arm) => all[place] = arm.fit(rows, stream)?.scores(at),
                Learner::Stopped => all[place] = stopped(booster(1000, 3, rate, rows), rows, stream)?.raw(at),
                Learner::After(..) => {}
            }
        }
        Ok(all)
    }
}

/// A booster that stops where the loss on the last quarter of the rows is lowest.
pub fn stopped(settings: Boosting, rows: &Rows, stream: &Stream) -> Result<Boosted, KitError> {
    let kept = rows.len() - rows.len() / 4;
    let train = rows.pick(&(0..kept).collect::<Vec<_>>());
    let valid = rows.pick(&(kept..rows.len()).collect::<Vec<_>>());
    let targets = valid.numbers();
    let stop = EarlyStop { x: valid.x.view(), y: &targets, patience: 30 };
    settings.fit(train.x.view(), &train.numbers(), None, Some(stop), stream)
}

/// One replicate: every learner's bias² and variance over [`SETS`] training sets that `draw` makes.
pub fn replicate_of(
    learners: &[Learner],
    draw: impl Fn(&Stream) -> Rows,
    (at, truth): (ArrayView2<f64>, &[f64]),
    rate: f64,
    stream: &Stream,
) -> Result<Vec<Spread>, KitError> {
    let sets = (0..SETS as u64)
        .map(|set| {
            let stream = stream.child("set", set);
            Learner::predictions(learners, &draw(&stream.child("rows", 0)), at, rate, &stream)
        })
        .collect::<Result<Vec<_>, KitError>>()?;
    let spread = |place: usize| {
        let runs: Vec<&[f64]> = sets.iter().map(|set| set[place].as_slice()).collect();
        Spread::of(&runs, truth)
    };
    Ok((0..learners.len()).map(spread).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_has_the_bias_and_variance_of_the_closed_form() {
        // The mean of n rows of noise sd 1 around x uniform on [−1, 1]: variance (1 + 1/3)/n, bias² 1/3.
        use mllab_kit::data::regressions::{measured, uniform_features};
        let n = 40;
        let at = ndarray::Array2::from_shape_fn((201, 1), |(i, _)| -1.0 + i as f64 / 100.0);
        let truth: Vec<f64> = at.column(0).to_vec();
        let draw = |stream: &Stream| {
            let x = uniform_features(n, 1, -1.0, 1.0, &stream.child("x", 0));
            Rows::from(measured(x, |row| row[0], 1.0, &stream.child("noise", 0)))
        };
        let runs: Vec<Spread> = (0..400)
            .map(|rep| replicate_of(&[CONSTANT], draw, (at.view(), &truth), 0.1, &Stream::root(rep)).unwrap()[0])
            .collect();
        let mean = |of: &dyn Fn(&Spread) -> f64| runs.iter().map(of).sum::<f64>() / 400.0;
        let square = truth.iter().map(|t| t * t).sum::<f64>() / 201.0;
        // Three standard errors: the variance of one set of five is known to a relative 1/√2, 400 of them to 1/28.
        let variance = 4.0 / 3.0 / n as f64;
        assert!((mean(&|s| s.variance) - variance).abs() < 3.0 * variance / 28.0);
        assert!((mean(&|s| s.bias) - square).abs() < 3.0 * variance / 28.0, "{}", mean(&|s| s.bias));
    }
}
