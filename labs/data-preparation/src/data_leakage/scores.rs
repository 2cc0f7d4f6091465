//! How a score is read: a learner, the parts of a split, and the mean over folds.

use mllab_core::{Cx, Estimate, LabError, Replicate, Stream};
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::shares;
use mllab_kit::split::Parts;

/// Folds wherever a score is averaged over folds.
pub const FOLDS: usize = 5;

/// ROC-AUC on the test rows of the share of positives among the k nearest training rows.
pub fn near(train: &Labelled, test: &Labelled, k: usize) -> Result<f64, KitError> {
    Ok(roc_auc(&shares(test.x.view(), train.x.view(), &train.y, k)?, &test.y))
}

/// The mean over folds of what `score` says of training and test rows; folds whose test rows have one class only say
/// nothing.
pub fn over_folds(
    table: &Labelled,
    folds: &[Parts],
    mut score: impl FnMut(usize, &Labelled, &Labelled) -> Result<f64, KitError>,
) -> Result<f64, KitError> {
    let mut scores = Vec::with_capacity(folds.len());
    for (fold, parts) in folds.iter().enumerate() {
        scores.push(score(fold, &table.rows(&parts.train), &table.rows(&parts.test))?);
    }
    Ok(mean(scores.into_iter().filter(|score| !score.is_nan())))
}

/// The mean; one half of nothing, as a ROC-AUC that says nothing.
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for value in values {
        sum += value;
        n += 1.0;
    }
    if n == 0.0 { 0.5 } else { sum / n }
}

/// Replicates of a part of a study; what the kit refuses is what the data cannot answer.
pub fn runs<T: Send>(
    cx: &Cx,
    part: &str,
    n: usize,
    one: impl Fn(&Stream) -> Result<T, KitError> + Sync,
) -> Result<Vec<T>, LabError> {
    let made = cx.replicate_part(part, n, |rep: Replicate| one(&rep.stream))?;
    made.into_iter().map(|run| run.map_err(refused)).collect()
}

/// The kit's refusal in the lab's words.
#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub fn refused(error: KitError) -> LabError {
    LabError::Unusable(error.to_string())
}

/// The mean of one number of each run.
pub fn mean_of<T>(runs: &[T], one: impl Fn(&T) -> f64) -> Estimate {
    Estimate::mean(&runs.iter().map(one).collect::<Vec<_>>())
}

/// The mean of one share of each run.
pub fn share_of<T>(runs: &[T], one: impl Fn(&T) -> f64) -> Estimate {
    Estimate::mean_within(&runs.iter().map(one).collect::<Vec<_>>(), 0.0, 1.0)
}

/// The ratio of two means less one, by the delta method: its interval is that of the mean of
/// (aᵢ − ratio · bᵢ) / mean of b.
pub fn excess(a: &[f64], b: &[f64]) -> Estimate {
    let (mean_a, mean_b) = (mean(a.iter().copied()), mean(b.iter().copied()));
    let ratio = mean_a / mean_b;
    let parts: Vec<f64> = a.iter().zip(b).map(|(a, b)| ratio - 1.0 + (a - ratio * b) / mean_b).collect();
    Estimate::mean(&parts)
}

/// Numbers read off folds of one table, which share rows: the corrected resampled t (Nadeau and Bengio 2003).
pub fn of_folds(values: &[f64]) -> Estimate {
    Estimate::resampled_mean(values, 1.0 / (FOLDS as f64 - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_of_means_has_the_interval_of_its_linear_part() {
        let e = excess(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0]);
        assert!((e.point - 1.0).abs() < 1e-12);
        let e = excess(&[3.0, 1.0, 2.0, 2.0], &[1.0, 1.0, 1.0, 1.0]);
        assert!((e.point - 1.0).abs() < 1e-12 && e.low < 1.0 && e.high > 1.0);
    }
}
