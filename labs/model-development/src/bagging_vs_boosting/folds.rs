//! A real table in five folds, the arms on the same rows: one that we ship and one of the user's go the same way.

use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, real};
use mllab_kit::ensemble::{Arm, Rows};

const FOLDS: usize = 5;
const QUICK_ROWS: usize = 150;
/// Test rows over training rows in each fold.
pub const TEST_TO_TRAIN: f64 = 0.25;

/// Rows of a user's table at most, in most studies, and in those that are cheaper or dearer.
pub const OWN_ROWS: usize = 2000;
pub const CONTEST_ROWS: usize = 3000;
pub const TUNING_ROWS: usize = 1000;
pub const WORK_ROWS: usize = 5000;

/// The user's table, at most so many of its rows; nothing where rows are generated.
pub fn own(cx: &Cx, source: &Source, most: usize) -> Result<Option<Rows>, LabError> {
    let Source::Own(data) = source else { return Ok(None) };
    Rows::own(data, most, &cx.stream("own rows", most)).map(Some)
}

/// What one arm did on one fold.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    /// Share missed or mean squared error, on held-out rows.
    pub error: f64,
    /// Accuracy or R², on held-out rows.
    pub score: f64,
    /// Area under the ROC curve or root mean squared error, on held-out rows.
    pub second: f64,
    /// Accuracy or R² on the training rows.
    pub train: f64,
}

/// Deals a table into five folds `repeats` times, stratified where there are classes, and hands each to `one`.
pub fn each_fold<T: Send>(
    cx: &Cx,
    rows: &Rows,
    part: &str,
    repeats: usize,
    one: impl Fn(&Rows, &Rows, &Stream) -> Result<T, LabError> + Sync,
) -> Result<Runs<T>, LabError> {
    // A quick look takes a part of the rows.
    let few = cx.quick().then(|| rows.clone().few(QUICK_ROWS, &cx.stream("quick rows", 0)));
    let rows = few.as_ref().unwrap_or(rows);
    cx.runs(part, FOLDS * repeats, |rep| {
        let (repeat, fold) = (rep.index / FOLDS, rep.index % FOLDS);
        let parts = rows.folds(FOLDS, &cx.stream(part, repeat))?;
        one(&rows.pick(&parts[fold].train), &rows.pick(&parts[fold].test), &rep.stream)
    })
}

/// The scores of each arm on each fold.
pub fn score(cx: &Cx, rows: &Rows, arms: &[Arm], part: &str, repeats: usize) -> Result<Runs<Vec<Scored>>, LabError> {
    each_fold(cx, rows, part, repeats, |train, test, stream| {
        let one = |arm: &Arm| {
            let model = arm.fit(train, stream)?;
            let (seen, new) = (model.scores(train.x.view()), model.scores(test.x.view()));
            let (error, score, second) = (test.error(&new), test.score(&new), test.second_score(&new));
            Ok(Scored { error, score, second, train: train.score(&seen) })
        };
        arms.iter().map(one).collect()
    })
}

/// The mean over folds, which share rows.
pub fn mean<T>(folds: &Runs<T>, of: impl Fn(&T) -> f64) -> Estimate {
    folds.resampled(TEST_TO_TRAIN, of)
}

/// The mean over folds of shares or of differences of shares, which may come out alike in all of them.
pub fn mean_share(values: &[f64]) -> Estimate {
    if values.iter().all(|&v| v == values[0]) {
        Estimate::mean_within(values, -1.0, 1.0)
    } else {
        Estimate::resampled_mean(values, TEST_TO_TRAIN)
    }
}

/// The share by which the first number is smaller than the second.
pub fn cut<T>(folds: &Runs<T>, smaller: impl Fn(&T) -> f64, larger: impl Fn(&T) -> f64) -> Estimate {
    mean_share(&folds.cuts(smaller, larger))
}

/// The base-2 logarithm of the first mean over the second.
pub fn log_ratio<T>(folds: &Runs<T>, above: impl Fn(&T) -> f64, below: impl Fn(&T) -> f64) -> Estimate {
    Estimate::resampled_mean(&folds.log_ratios(above, below), TEST_TO_TRAIN)
}

/// By how much the gap between training and held-out score of the second arm is wider than that of the first.
pub fn gap_fall(folds: &Runs<Vec<Scored>>, first: usize, second: usize) -> Estimate {
    let gap = |scored: &Scored| scored.train - scored.score;
    mean_share(&folds.each(|fold| gap(&fold[second]) - gap(&fold[first])))
}

/// Breast cancer; `true` is malignant.
pub fn cancer() -> Rows {
    real::breast_cancer().table.into()
}

/// Diabetes.
pub fn diabetes() -> Rows {
    real::diabetes().table.into()
}

/// Handwritten digits as two classes, since the engine knows no more: even against odd.
pub fn digits() -> Rows {
    let digits = real::digits().table;
    Labelled { x: digits.x, y: digits.class.iter().map(|class| class % 2 == 0).collect() }.into()
}
