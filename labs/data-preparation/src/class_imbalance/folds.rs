//! A real table in five folds: resampling inside the folds, each remedy on the same rows.
//!
//! The breast cancer table that we thin and a table of the user's go through the same function. Folds share rows, so
//! intervals are corrected (Nadeau and Bengio 2003).

use super::ClassImbalanceParams;
use super::arms::{Arm, Learner, at_half, replicate};
use mllab_core::{Cx, Dataset, Estimate, LabError, Source, Stream, Table, Target};
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, real};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::{Confusion, average_precision, best_f_beta, brier, roc_auc};
use mllab_kit::preprocess::Standardiser;
use mllab_kit::split;

const FOLDS: usize = 5;
/// What is scored.
pub const METRICS: [&str; 8] =
    ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "brier"];
pub const ACCURACY: usize = 0;
pub const RECALL: usize = 3;
pub const F1: usize = 4;
pub const AVERAGE_PRECISION: usize = 6;

/// What is tried on a table: a learner with a remedy, at one half or at a cut-off moved to the best F1 of inner
/// validation rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    pub learner: Learner,
    pub arm: Arm,
    pub moved: bool,
}

impl Try {
    /// At a cut-off of one half.
    pub fn new(learner: Learner, arm: Arm) -> Self {
        Try { learner, arm, moved: false }
    }

    /// Every arm of the table of scores.
    pub fn all() -> Vec<Try> {
        let arms = [Arm::Nothing, Arm::Weights, Arm::Over, Arm::Under, Arm::Smote];
        [Learner::Logistic, Learner::Trees]
            .into_iter()
            .flat_map(|learner| {
                let moved = Try { learner, arm: Arm::Nothing, moved: true };
                arms.map(|arm| Try::new(learner, arm)).into_iter().chain([moved])
            })
            .collect()
    }
}

/// Scores of each try on each fold.
pub struct Scored {
    tries: Vec<Try>,
    /// Fold by fold: the metrics of each try, and the accuracy of saying no to all.
    folds: Vec<(Vec<[f64; METRICS.len()]>, f64)>,
}

impl Scored {
    fn column(&self, one: Try, metric: usize) -> Vec<f64> {
        let place = self.tries.iter().position(|other| *other == one).expect("a try that was made");
        self.folds.iter().map(|(scores, _)| scores[place][metric]).collect()
    }

    fn estimate(values: &[f64]) -> Estimate {
        Estimate::resampled_mean(values, 1.0 / (FOLDS as f64 - 1.0))
    }

    /// The mean of a metric, all of which lie between 0 and 1.
    pub fn mean(&self, one: Try, metric: usize) -> Estimate {
        let e = Self::estimate(&self.column(one, metric));
        Estimate { low: e.low.clamp(0.0, 1.0), high: e.high.clamp(0.0, 1.0), ..e }
    }

    /// The mean of a metric of one try less that of another.
    pub fn gain(&self, one: Try, other: Try, metric: usize) -> Estimate {
        let (a, b) = (self.column(one, metric), self.column(other, metric));
        Self::estimate(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>())
    }

    /// Accuracy less that of saying no to all.
    pub fn accuracy_gain(&self, one: Try) -> Estimate {
        let accuracy = self.column(one, ACCURACY);
        Self::estimate(&accuracy.iter().zip(&self.folds).map(|(a, fold)| a - fold.1).collect::<Vec<f64>>())
    }

    /// The table of all scores.
    pub fn table(&self, id: &str) -> Table {
        let mut table = Table::new(
            id,
            &[("learner", ""), ("arm", ""), ("metric", ""), ("estimate", "1"), ("low", "1"), ("high", "1")],
        );
        for &one in &self.tries {
            let arm = if one.moved { "threshold-moved" } else { one.arm.name() };
            for (metric, name) in METRICS.into_iter().enumerate() {
                let e = self.mean(one, metric);
                table.row([
                    one.learner.name().into(),
                    arm.into(),
                    name.into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                ]);
            }
        }
        table
    }
}

/// Deals a table into five stratified folds several times and scores every try on every fold.
///
/// # Errors
///
/// A class too small for the folds and for k neighbours, one class only, no rare class.
pub fn score(
    cx: &Cx,
    params: &ClassImbalanceParams,
    table: &Labelled,
    tries: &[Try],
    part: &str,
) -> Result<Scored, LabError> {
    fit_to_use(table, params.k())?;
    let repeats = if cx.quick() { 2 } else { params.repeats as usize };
    let runs = replicate(cx, part, repeats, |rep| {
        let folds = split::stratified_folds(&table.y, FOLDS, &rep.stream.child("folds", 0))?;
        let one = |(fold, parts): (usize, &split::Parts)| {
            let stream = rep.stream.child("fold", fold as u64);
            one_fold(table, parts, tries, params.k(), &stream)
        };
        folds.iter().enumerate().map(one).collect::<Result<Vec<_>, KitError>>()
    })?;
    Ok(Scored { tries: tries.to_vec(), folds: runs.into_iter().flatten().collect() })
}

/// Learns on one fold's training rows and scores on its test rows.
fn one_fold(
    table: &Labelled,
    parts: &split::Parts,
    tries: &[Try],
    k: usize,
    stream: &Stream,
) -> Result<(Vec<[f64; METRICS.len()]>, f64), KitError> {
    let (train, test) = standardised(&table.rows(&parts.train), &table.rows(&parts.test))?;
    let inner = split::stratified(&train.y, 0.25, &stream.child("inner", 0))?;
    let mut scores = Vec::with_capacity(tries.len());
    for one in tries {
        let p = one.learner.learn(one.arm, &train, k, stream)?.probabilities(test.x.view());
        let cut = if one.moved {
            // The scaler has seen the validation rows' features; their labels it has not.
            let model = one.learner.learn(one.arm, &train.rows(&inner.train), k, stream)?;
            let validation = train.rows(&inner.test);
            best_f_beta(&model.probabilities(validation.x.view()), &validation.y, 1.0).1
        } else {
            0.5
        };
        let counts = Confusion::at(&p, &test.y, cut);
        scores.push([
            counts.accuracy(),
            counts.balanced_accuracy(),
            counts.precision(),
            counts.recall(),
            counts.f_beta(1.0),
            roc_auc(&p, &test.y),
            average_precision(&p, &test.y),
            brier(&p, &test.y),
        ]);
    }
    let nothing = at_half(&vec![0.0; test.y.len()], &test.y).accuracy();
    Ok((scores, nothing))
}

/// Both tables on the scale of the first.
pub fn standardised(train: &Labelled, test: &Labelled) -> Result<(Labelled, Labelled), KitError> {
    let scale = Standardiser::fit(train.x.view())?;
    let on = |table: &Labelled| Ok(Labelled { x: scale.transform(table.x.view())?, y: table.y.clone() });
    Ok((on(train)?, on(test)?))
}

/// Refuses, with what would work, a table that the folds and the neighbours cannot be made from.
pub fn fit_to_use(table: &Labelled, k: usize) -> Result<(), LabError> {
    let (positives, n) = (table.positives(), table.y.len());
    if positives == 0 || positives == n {
        return Err(LabError::Unusable(format!("all {n} rows belong to one class: this lab needs a target with two")));
    }
    if 2 * positives > n {
        return Err(LabError::Unusable(format!(
            "{positives} of {n} rows are positive, but this lab is about rare positives: name the rarer value with --positive"
        )));
    }
    // A training fold keeps all but a fifth, rounded up.
    let kept = |rows: usize| rows - rows.div_ceil(FOLDS);
    if kept(positives) < k + 1 {
        let needed = (positives..=2 * (k + FOLDS)).find(|&rows| kept(rows) > k).expect("twice as many are enough");
        let or = match kept(positives) {
            most @ 2.. => format!(", or --neighbours {} at most", most - 1),
            _ => String::new(),
        };
        return Err(LabError::Unusable(format!(
            "{positives} positive rows are too few for SMOTE with {k} neighbours inside {FOLDS} folds: {needed} would do{or}"
        )));
    }
    Ok(())
}

/// The user's table, or nothing where rows are generated.
///
/// # Errors
///
/// A target that is not of two classes, and as [`fit_to_use`].
pub fn own(source: &Source, k: usize) -> Result<Option<Labelled>, LabError> {
    let Source::Own(data) = source else { return Ok(None) };
    let Dataset { features, target: Target::Binary(y), .. } = data.as_ref() else {
        return Err(LabError::Unusable("this lab needs a target with two distinct values".into()));
    };
    let table = Labelled { x: features.clone(), y: y.clone() };
    fit_to_use(&table, k)?;
    Ok(Some(table))
}

/// The breast cancer table with only as many malignant rows, drawn at random, as make one in ten; `few` keeps five
/// columns that say little: texture, smoothness, symmetry, fractal dimension, texture error.
pub fn thinned_cancer(few: bool, cx: &Cx) -> Labelled {
    let cancer = real::breast_cancer();
    let rows_of = |label: bool| (0..cancer.table.y.len()).filter(|&row| cancer.table.y[row] == label).collect();
    let (malignant, benign): (Vec<usize>, Vec<usize>) = (rows_of(true), rows_of(false));
    let kept = (benign.len() as f64 / 9.0).round() as usize;
    let chosen = Draws::new(&cx.stream("thinned", 0)).sample(malignant.len(), kept);
    let mut rows: Vec<usize> = chosen.into_iter().map(|place| malignant[place]).chain(benign).collect();
    rows.sort_unstable();
    let thin = cancer.table.rows(&rows);
    if !few {
        return thin;
    }
    let columns = [1, 4, 8, 9, 11];
    Labelled { x: thin.x.select(ndarray::Axis(1), &columns), y: thin.y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_kit::data::classes::normal_features;

    fn table(positives: usize, n: usize) -> Labelled {
        Labelled { x: normal_features(n, 2, &Stream::root(1)), y: (0..n).map(|row| row < positives).collect() }
    }

    #[test]
    fn a_refusal_says_what_would_work() {
        for (positives, words) in
            [(0, "one class"), (60, "--positive"), (7, "8 would do, or --neighbours 4 at most"), (2, "8 would do")]
        {
            let error = fit_to_use(&table(positives, 100), 5).unwrap_err().to_string();
            assert!(error.contains(words), "{positives}: {error}");
        }
        assert!(fit_to_use(&table(8, 100), 5).is_ok() && fit_to_use(&table(7, 100), 4).is_ok());
    }
}
