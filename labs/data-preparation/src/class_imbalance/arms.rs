//! The remedies and the learners, each by name, and what a fitted model says about rows.

use mllab_core::{Cx, LabError, Replicate, Stream};
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::linear::{Logistic, LogisticModel};
use mllab_kit::metrics::{Confusion, RocPoint, roc_curve};
use mllab_kit::resample::{Resampled, Synthesis, adasyn, borderline_smote, random_over, random_under, smote};
use mllab_kit::tree::{Boosted, Boosting};
use ndarray::ArrayView2;

/// Training rows of boosted trees.
pub const TREE_ROWS: usize = 3000;

/// What is done about rare positives before or while a model learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arm {
    Nothing,
    Weights,
    Over,
    Under,
    Smote,
    Borderline,
    Adasyn,
}

impl Arm {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Arm::Nothing => "none",
            Arm::Weights => "class-weights",
            Arm::Over => "random-over",
            Arm::Under => "random-under",
            Arm::Smote => "smote",
            Arm::Borderline => "borderline-smote",
            Arm::Adasyn => "adasyn",
        }
    }

    /// The rows to learn from: balanced, where this arm does that. Training rows only.
    ///
    /// # Errors
    ///
    /// Fewer minority rows than k + 1 for the arms that invent rows, one class only.
    pub fn balance(self, train: &Labelled, k: usize, stream: &Stream) -> Result<Labelled, KitError> {
        let (x, y, synthesis) = (train.x.view(), &train.y, Synthesis { k, ..Synthesis::default() });
        let stream = stream.child(self.name(), 0);
        Ok(match self {
            Arm::Nothing | Arm::Weights => train.clone(),
            Arm::Over => rows(random_over(x, y, 1.0, &stream)?),
            Arm::Under => rows(random_under(x, y, 1.0, &stream)?),
            Arm::Smote => rows(smote(x, y, synthesis, &stream)?),
            Arm::Borderline => rows(borderline_smote(x, y, synthesis, &stream)?),
            Arm::Adasyn => rows(adasyn(x, y, synthesis, &stream)?),
        })
    }
}

fn rows(made: Resampled) -> Labelled {
    Labelled { x: made.x, y: made.y }
}

/// n / (2 · rows of the class) for each row: both classes weigh the same and the mean weight is 1.
pub fn balanced_weights(y: &[bool]) -> Vec<f64> {
    let positives = y.iter().filter(|&&label| label).count() as f64;
    let n = y.len() as f64;
    y.iter().map(|&label| 0.5 * n / if label { positives } else { n - positives }).collect()
}

/// Who learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    Logistic,
    Trees,
}

/// What was learnt.
pub enum Fitted {
    Logistic(LogisticModel),
    Trees(Boosted),
}

/// 50 rounds of second-order boosting with trees of depth 3.
pub fn booster() -> Boosting {
    let mut settings = Boosting::second_order(50);
    settings.tree.max_depth = 3;
    settings
}

impl Learner {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Learner::Logistic => "logistic",
            Learner::Trees => "boosted-trees",
        }
    }

    /// Balances the training rows as the arm says, and learns from them.
    ///
    /// # Errors
    ///
    /// As [`Arm::balance`].
    pub fn learn(self, arm: Arm, train: &Labelled, k: usize, stream: &Stream) -> Result<Fitted, KitError> {
        let made = arm.balance(train, k, stream)?;
        let weights = (arm == Arm::Weights).then(|| balanced_weights(&made.y));
        self.fit(&made, weights.as_deref(), stream)
    }

    /// Learns from weighted rows.
    ///
    /// # Errors
    ///
    /// One class only.
    pub fn fit(self, train: &Labelled, weights: Option<&[f64]>, stream: &Stream) -> Result<Fitted, KitError> {
        Ok(match self {
            // λ = 1 is C = 1 in scikit-learn's convention.
            Learner::Logistic => Fitted::Logistic(Logistic::default().fit(train.x.view(), &train.y, weights)?),
            Learner::Trees => Fitted::Trees(booster().fit_classes(train.x.view(), &train.y, weights, stream)?),
        })
    }
}

impl Fitted {
    /// The probability of a positive for each row.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Vec<f64> {
        match self {
            Fitted::Logistic(model) => model.probabilities(x),
            Fitted::Trees(model) => model.probabilities(x),
        }
    }
}

/// What deciding at one half gives.
pub fn at_half(scores: &[f64], truth: &[bool]) -> Confusion {
    Confusion::at(scores, truth, 0.5)
}

/// What deciding at each score gives, from never alarming on: one sort, from which all curves and areas are read.
pub struct Ranking {
    points: Vec<(f64, Confusion)>,
}

impl Ranking {
    /// Ranks rows by their scores.
    pub fn new(scores: &[f64], truth: &[bool]) -> Self {
        let positives = truth.iter().filter(|&&label| label).count();
        let negatives = truth.len() - positives;
        let counts = |point: RocPoint| {
            let hits = (point.true_positive_rate * positives as f64).round() as usize;
            let false_alarms = (point.false_positive_rate * negatives as f64).round() as usize;
            let counts = Confusion {
                true_positives: hits,
                false_negatives: positives - hits,
                false_positives: false_alarms,
                true_negatives: negatives - false_alarms,
            };
            (point.threshold, counts)
        };
        Ranking { points: roc_curve(scores, truth).into_iter().map(counts).collect() }
    }

    /// The cut-off whose counts are worth most, and what they are worth; of equals the highest.
    pub fn best(&self, worth: impl Fn(&Confusion) -> f64) -> (f64, f64) {
        let mut best = (f64::INFINITY, f64::NEG_INFINITY);
        for (cut, counts) in &self.points {
            let value = worth(counts);
            if value > best.1 {
                best = (*cut, value);
            }
        }
        best
    }

    /// (share of negatives called positive, share of positives found), ascending.
    pub fn roc(&self) -> Vec<(f64, f64)> {
        self.points.iter().map(|(_, counts)| (counts.false_positive_rate(), counts.recall())).collect()
    }

    /// (recall, precision), ascending in recall.
    pub fn precision_recall(&self) -> Vec<(f64, f64)> {
        self.points[1..].iter().map(|(_, counts)| (counts.recall(), counts.precision())).collect()
    }

    /// The area under the ROC curve.
    pub fn roc_auc(&self) -> f64 {
        self.roc().windows(2).map(|pair| (pair[1].0 - pair[0].0) * 0.5 * (pair[0].1 + pair[1].1)).sum()
    }

    /// Precision at each rise of recall, weighted by the rise.
    pub fn average_precision(&self) -> f64 {
        let (mut sum, mut last) = (0.0, 0.0);
        for (recall, precision) in self.precision_recall() {
            sum += (recall - last) * precision;
            last = recall;
        }
        sum
    }
}

/// What the kit refuses is what the data cannot answer.
#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub fn unusable(error: KitError) -> LabError {
    LabError::Unusable(error.to_string())
}

/// Replicates that may find the data unusable.
pub fn replicate<T: Send>(
    cx: &Cx,
    part: &str,
    n: usize,
    one: impl Fn(Replicate) -> Result<T, KitError> + Sync,
) -> Result<Vec<T>, LabError> {
    cx.replicate_part(part, n, one)?.into_iter().collect::<Result<_, _>>().map_err(unusable)
}

/// One number of each replicate.
pub fn each<T>(runs: &[T], one: impl Fn(&T) -> f64) -> Vec<f64> {
    runs.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_kit::data::classes::TwoGaussians;
    use mllab_kit::metrics::{average_precision, best_f_beta, roc_auc};

    #[test]
    fn one_sort_gives_what_the_kit_gives() {
        let clouds = TwoGaussians { prevalence: 0.1, separation: 1.0, informative: 1, columns: 1 };
        let table = clouds.draw(500, &Stream::root(1));
        for round in [|v: f64| v, |v: f64| (2.0 * v).round()] {
            let scores: Vec<f64> = table.x.iter().map(|&v| round(v)).collect();
            let ranking = Ranking::new(&scores, &table.y);
            assert!((ranking.roc_auc() - roc_auc(&scores, &table.y)).abs() < 1e-12);
            assert!((ranking.average_precision() - average_precision(&scores, &table.y)).abs() < 1e-12);
            let (value, cut) = best_f_beta(&scores, &table.y, 1.0);
            assert_eq!(ranking.best(|counts| counts.f_beta(1.0)), (cut, value));
        }
    }
}
