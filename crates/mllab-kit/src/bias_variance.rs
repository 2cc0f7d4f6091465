//! Bias² and variance of a learner, read off its predictions from several training sets of one truth.
//!
//! A lab that takes an error apart finds here the unbiased variance over training sets, and the squared distance of their
//! mean from the truth less variance / sets, which takes out what a mean of few still varies.

use crate::KitError;
use crate::ensemble::{Arm, FULL, Rows, booster, in_a_row, stopped};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// Bias² and variance, means over the common places.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// Bias².
    pub bias: f64,
    /// Variance.
    pub variance: f64,
}

impl Spread {
    /// Of predictions, one list a training set, against the truth at the same places.
    pub fn of(runs: &[&[f64]], truth: &[f64]) -> Self {
        let sets = runs.len() as f64;
        let (mut bias, mut variance) = (0.0, 0.0);
        for (place, truth) in truth.iter().enumerate() {
            let mean = runs.iter().map(|run| run[place]).sum::<f64>() / sets;
            let around = runs.iter().map(|run| (run[place] - mean).powi(2)).sum::<f64>() / (sets - 1.0);
            bias += (mean - truth).powi(2) - around / sets;
            variance += around;
        }
        let places = truth.len() as f64;
        Spread { bias: bias / places, variance: variance / places }
    }

    /// Bias².
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// Variance.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// Their sum: the squared error, less noise.
    pub fn error(&self) -> f64 {
        self.bias + self.variance
    }
}

impl Spread {
    /// The spread of each of several learners over so many training sets: `predictions` draws a set from the stream that it
    /// is given and returns what each learner then says of the same places, whose truths are `truth`.
    ///
    /// # Errors
    ///
    /// The first set that a learner refuses.
    pub fn over_sets<E>(
        sets: usize,
        truth: &[f64],
        stream: &Stream,
        predictions: impl Fn(&Stream) -> Result<Vec<Vec<f64>>, E>,
    ) -> Result<Vec<Self>, E> {
        let sets: Vec<Vec<Vec<f64>>> =
            (0..sets as u64).map(|set| predictions(&stream.child("set", set))).collect::<Result<_, E>>()?;
        let learners = sets.first().map_or(0, Vec::len);
        let of = |learner: usize| {
            let runs: Vec<&[f64]> = sets.iter().map(|set| set[learner].as_slice()).collect();
            Spread::of(&runs, truth)
        };
        Ok((0..learners).map(of).collect())
    }
}

/// A learner whose bias and variance are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Learner {
    /// An arm as it is.
    One(Arm),
    /// Boosted trees of this depth after so many rounds.
    After(usize, usize),
    /// Boosted trees of depth three, rounds chosen on a quarter of the rows.
    Stopped,
}

/// The mean of the targets.
pub const CONSTANT: Learner = Learner::One(Arm::Tree { depth: 0 });
/// A tree of one cut.
pub const STUMP: Learner = Learner::One(Arm::Tree { depth: 1 });
/// A tree of depth three.
pub const SHALLOW: Learner = Learner::One(Arm::Tree { depth: 3 });
/// A tree as deep as it goes.
pub const DEEP: Learner = Learner::One(Arm::Tree { depth: FULL });

/// So many trees of a depth, averaged.
pub fn bagged(trees: usize, depth: usize) -> Learner {
    Learner::One(Arm::Bagged { trees, depth })
}

impl Learner {
    /// The predictions of all learners for one training set. Rounds of one booster share its fit.
    ///
    /// # Errors
    ///
    /// Rows that a tree refuses.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::regressions::{measured, uniform_features};

    #[test]
    fn a_spread_is_what_it_says() {
        // Predictions 1 and 3 of a truth of 1: variance 2, and a mean of 2 is off by 1, less half of the variance.
        let spread = Spread::of(&[&[1.0], &[3.0]], &[1.0]);
        assert_eq!((spread.variance, spread.bias), (2.0, 0.0));
    }

    #[test]
    fn the_mean_has_the_bias_and_variance_of_the_closed_form() {
        // The mean of n rows of noise sd 1 around x uniform on [−1, 1]: variance (1 + 1/3)/n, bias² 1/3.
        let n = 40;
        let at = ndarray::Array2::from_shape_fn((201, 1), |(i, _)| -1.0 + i as f64 / 100.0);
        let truth: Vec<f64> = at.column(0).to_vec();
        let says = |stream: &Stream| -> Result<Vec<Vec<f64>>, KitError> {
            let rows = stream.child("rows", 0);
            let x = uniform_features(n, 1, -1.0, 1.0, &rows.child("x", 0));
            let rows = Rows::from(measured(x, |row| row[0], 1.0, &rows.child("noise", 0)));
            Ok(vec![Arm::Tree { depth: 0 }.fit(&rows, stream)?.scores(at.view())])
        };
        let runs: Vec<Spread> =
            (0..400).map(|rep| Spread::over_sets(5, &truth, &Stream::root(rep), says).unwrap()[0]).collect();
        let mean = |of: &dyn Fn(&Spread) -> f64| runs.iter().map(of).sum::<f64>() / 400.0;
        let square = truth.iter().map(|t| t * t).sum::<f64>() / 201.0;
        // Three standard errors: the variance of one set of five is known to a relative 1/√2, 400 of them to 1/28.
        let variance = 4.0 / 3.0 / n as f64;
        assert!((mean(&|s| s.variance) - variance).abs() < 3.0 * variance / 28.0);
        assert!((mean(&|s| s.bias) - square).abs() < 3.0 * variance / 28.0, "{}", mean(&|s| s.bias));
    }
}
