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
    /// `stands_for` says how many rows of a larger table one of the negative and one of the positive rows stands for: what
    /// is learnt without a remedy and what is scored is then that of the larger table.
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
    /// let recall = |trial: Trial| trial.scores(&train, &test, [1; 2], 5, &Stream::root(2)).unwrap()[3];
    /// assert!(SCORES[3] == "recall" && recall(plain.moved()) > recall(plain));
    /// ```
    pub fn scores(
        self,
        train: &Labelled,
        test: &Labelled,
        stands_for: [usize; 2],
        k: usize,
        stream: &Stream,
    ) -> Result<[f64; 8], KitError> {
        let learn = |train: &Labelled| {
            if self.remedy != Remedy::Nothing || stands_for == [1; 2] {
                return self.learner.learn(self.remedy, train, k, stream);
            }
            let weights: Vec<f64> = train.y.iter().map(|&label| stands_for[usize::from(label)] as f64).collect();
            self.learner.fit(train, Some(&weights), stream)
        };
        let (p, y) = repeated(learn(train)?.probabilities(test.x.view()), &test.y, stands_for);
        let cut = if self.moved {
            // The scaler has seen the validation rows' features; their labels it has not.
            let inner = split::stratified(&train.y, 0.25, &stream.child("inner", 0))?;
            let model = learn(&train.rows(&inner.train))?;
            let validation = train.rows(&inner.test);
            let (p, y) = repeated(model.probabilities(validation.x.view()), &validation.y, stands_for);
            best_f_beta(&p, &y, 1.0).1
        } else {
            0.5
        };
        let counts = Confusion::at(&p, &y, cut);
        Ok([
            counts.accuracy(),
            counts.balanced_accuracy(),
            counts.precision(),
            counts.recall(),
            counts.f_beta(1.0),
            roc_auc(&p, &y),
            average_precision(&p, &y),
            brier(&p, &y),
        ])
    }
}

/// Each probability and label as often as its row stands for rows of a larger table.
fn repeated(p: Vec<f64>, y: &[bool], stands_for: [usize; 2]) -> (Vec<f64>, Vec<bool>) {
    if stands_for == [1; 2] {
        return (p, y.to_vec());
    }
    let times = |(p, &label): (f64, &bool)| std::iter::repeat_n((p, label), stands_for[usize::from(label)]);
    p.into_iter().zip(y).flat_map(times).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes;
    use crate::linear::logit;

    /// A sample in which a negative row stands for twenty scores as the table does from which it was drawn.
    #[test]
    fn a_sample_of_the_commoner_class_scores_as_the_whole_table() {
        let clouds = classes::TwoGaussians { prevalence: 0.01, separation: 2.0, informative: 1, columns: 3 };
        let [train, test] = ["train", "test"].map(|name| clouds.draw_exact(40_000, &Stream::root(8).child(name, 0)));
        let few = |table: &Labelled| {
            let of = |class: bool| (0..table.y.len()).filter(move |&row| table.y[row] == class);
            table.rows(&of(false).step_by(20).chain(of(true)).collect::<Vec<_>>())
        };
        let (sample, samples_test) = (few(&train), few(&test));
        assert_eq!((sample.y.len(), sample.positives()), (400 + 1980, 400));
        let scores =
            |trial: Trial, train, test, stands_for| trial.scores(train, test, stands_for, 5, &Stream::root(2)).unwrap();
        for trial in [Trial::new(Learner::Logistic, Remedy::Nothing), Trial::new(Learner::Logistic, Remedy::Weights)] {
            let whole = scores(trial, &train, &test, [1; 2]);
            let part = scores(trial, &sample, &samples_test, [20, 1]);
            for (name, (whole, part)) in SCORES.iter().zip(whole.iter().zip(part)) {
                // Of the highest scores a dozen are of sampled negatives: the average precision has an error of 0.03.
                assert!((whole - part).abs() < 0.1, "{name}: {whole} in the table, {part} in the sample");
            }
        }
        for learner in [Learner::Logistic, Learner::Trees] {
            let plain = Trial::new(learner, Remedy::Nothing);
            let whole = scores(plain, &train, &test, [1; 2]);
            let off = |stands_for| {
                let part = scores(plain, &sample, &samples_test, stands_for);
                // Accuracy, average precision and the Brier score.
                [0, 6, 7].map(|at| (part[at] - whole[at]).abs())
            };
            let (weighed, blind) = (off([20, 1]), off([1; 2]));
            assert!(weighed.iter().zip(blind).all(|(weighed, blind)| 3.0 * weighed < blind), "{weighed:?} {blind:?}");
        }
    }

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
