//! Remedies for rare positives by name, and learners that are given them.
//!
//! A lab finds here the arms of a comparison: a remedy balances or weighs the training rows, a learner learns from them, and
//! what it learnt says how likely each row is positive.

use crate::KitError;
use crate::data::Labelled;
use crate::linear::{Logistic, LogisticModel};
use crate::metrics::{Confusion, average_precision, best_f_beta, brier, roc_auc};
use crate::resample::{
    Resampled, Synthesis, adasyn, balanced_weights, borderline_smote, random_over, random_under, smote,
};
use crate::split;
use crate::tree::{Boosted, Boosting};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// What is done about rare positives before or while a model learns.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::classes::TwoGaussians;
/// use mllab_kit::remedies::{Learner, Remedy};
///
/// let clouds = TwoGaussians { prevalence: 0.1, separation: 2.0, informative: 1, columns: 2 };
/// let table = clouds.draw_exact(200, &Stream::root(1));
/// let sum = |remedy| {
///     let model = Learner::Logistic.learn(remedy, &table, 5, &Stream::root(2)).unwrap();
///     model.probabilities(table.x.view()).iter().sum::<f64>()
/// };
/// assert!(sum(Remedy::Smote) > 2.0 * sum(Remedy::Nothing));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing.
    Nothing,
    /// Both classes weigh the same.
    Weights,
    /// Copies of minority rows.
    Over,
    /// Majority rows are dropped.
    Under,
    /// Rows between minority neighbours.
    Smote,
    /// The same, only where the classes meet.
    Borderline,
    /// The same, the more the more majority neighbours a row has.
    Adasyn,
}

impl Remedy {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Remedy::Nothing => "none",
            Remedy::Weights => "class-weights",
            Remedy::Over => "random-over",
            Remedy::Under => "random-under",
            Remedy::Smote => "smote",
            Remedy::Borderline => "borderline-smote",
            Remedy::Adasyn => "adasyn",
        }
    }

    /// The rows to learn from: balanced, where this remedy does that. Training rows only.
    ///
    /// # Errors
    ///
    /// Fewer minority rows than k + 1 for the remedies that invent rows, one class only.
    pub fn balance(self, train: &Labelled, k: usize, stream: &Stream) -> Result<Labelled, KitError> {
        let (x, y, synthesis) = (train.x.view(), &train.y, Synthesis { k, ..Synthesis::default() });
        let stream = stream.child(self.name(), 0);
        let made: Resampled = match self {
            Remedy::Nothing | Remedy::Weights => return Ok(train.clone()),
            Remedy::Over => random_over(x, y, 1.0, &stream)?,
            Remedy::Under => random_under(x, y, 1.0, &stream)?,
            Remedy::Smote => smote(x, y, synthesis, &stream)?,
            Remedy::Borderline => borderline_smote(x, y, synthesis, &stream)?,
            Remedy::Adasyn => adasyn(x, y, synthesis, &stream)?,
        };
        Ok(Labelled { x: made.x, y: made.y })
    }
}

/// Who learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// Logistic regression.
    Logistic,
    /// [`booster`].
    Trees,
}

/// What was learnt.
#[derive(Clone, Debug)]
pub enum Fitted {
    /// Of logistic regression.
    Logistic(LogisticModel),
    /// Of boosted trees.
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

    /// Balances the training rows as the remedy says, and learns from them.
    ///
    /// # Errors
    ///
    /// As [`Remedy::balance`].
    pub fn learn(self, remedy: Remedy, train: &Labelled, k: usize, stream: &Stream) -> Result<Fitted, KitError> {
        let made = remedy.balance(train, k, stream)?;
        let weights = (remedy == Remedy::Weights).then(|| balanced_weights(&made.y));
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

/// What [`Trial::scores`] gives, in this order.
pub const SCORES: [&str; 8] =
    ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "brier"];

/// What is tried on a table: a learner with a remedy, at a cut-off of one half or at one that is moved to the best F1 of
/// validation rows, a quarter of the training rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Who learns.
    pub learner: Learner,
    /// What is done about rare positives.
    pub remedy: Remedy,
    /// Whether the cut-off is moved.
    pub moved: bool,
}

impl Trial {
    /// At a cut-off of one half.
    pub const fn new(learner: Learner, remedy: Remedy) -> Self {
        Trial { learner, remedy, moved: false }
    }

    /// At a cut-off that is moved.
    #[must_use]
    pub const fn moved(self) -> Self {
        Trial { moved: true, ..self }
    }

    /// Learns from training rows and scores on test rows, both on one scale; k neighbours for remedies that invent rows.
    ///
    /// # Errors
    ///
    /// As [`Remedy::balance`]; a class too small for validation rows.
    ///
    /// ```
    /// use mllab_core::Stream;
    /// use mllab_kit::data::classes::TwoGaussians;
    /// use mllab_kit::remedies::{Learner, Remedy, SCORES, Trial};
    ///
    /// let clouds = TwoGaussians { prevalence: 0.1, separation: 2.0, informative: 1, columns: 2 };
    /// let [train, test] = ["train", "test"].map(|name| clouds.draw_exact(400, &Stream::root(1).child(name, 0)));
    /// let plain = Trial::new(Learner::Logistic, Remedy::Nothing);
    /// let recall = |trial: Trial| trial.scores(&train, &test, 5, &Stream::root(2)).unwrap()[3];
    /// assert!(SCORES[3] == "recall" && recall(plain.moved()) > recall(plain));
    /// ```
    pub fn scores(self, train: &Labelled, test: &Labelled, k: usize, stream: &Stream) -> Result<[f64; 8], KitError> {
        let p = self.learner.learn(self.remedy, train, k, stream)?.probabilities(test.x.view());
        let cut = if self.moved {
            // The scaler has seen the validation rows' features; their labels it has not.
            let inner = split::stratified(&train.y, 0.25, &stream.child("inner", 0))?;
            let model = self.learner.learn(self.remedy, &train.rows(&inner.train), k, stream)?;
            let validation = train.rows(&inner.test);
            best_f_beta(&model.probabilities(validation.x.view()), &validation.y, 1.0).1
        } else {
            0.5
        };
        let counts = Confusion::at(&p, &test.y, cut);
        Ok([
            counts.accuracy(),
            counts.balanced_accuracy(),
            counts.precision(),
            counts.recall(),
            counts.f_beta(1.0),
            roc_auc(&p, &test.y),
            average_precision(&p, &test.y),
            brier(&p, &test.y),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes;
    use crate::linear::logit;

    #[test]
    fn balancing_shifts_the_logit_by_the_log_odds_and_leaves_the_slopes() {
        let table = classes::Logistic::with_prevalence(0.05, vec![1.0, -0.5, 0.0]).draw(60_000, &Stream::root(3));
        let share = table.positives() as f64 / table.y.len() as f64;
        let fit = |remedy: Remedy| match Learner::Logistic.learn(remedy, &table, 5, &Stream::root(4)).unwrap() {
            Fitted::Logistic(model) => model,
            Fitted::Trees(_) => unreachable!("asked for logistic regression"),
        };
        let plain = fit(Remedy::Nothing);
        for remedy in [Remedy::Over, Remedy::Weights] {
            let model = fit(remedy);
            let shift = model.intercept - plain.intercept;
            assert!((shift + logit(share)).abs() < 0.1, "{remedy:?}: {shift} against {}", -logit(share));
            for (a, b) in model.weights.iter().zip(&plain.weights) {
                assert!((a - b).abs() < 0.1, "{remedy:?}: slope {a} against {b}");
            }
        }
    }
}
