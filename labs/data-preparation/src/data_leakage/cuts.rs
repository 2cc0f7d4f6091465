//! How a user's table is cut: its rows, what cannot be split, and more ordered folds where a few settle nothing.

use super::scores::FOLDS;
use mllab_core::prelude::*;
use mllab_kit::KitError;

/// Ordered folds where a few settle nothing, and the rows that each needs.
const MANY_FOLDS: usize = 20;
const ROWS_OF_A_FOLD: usize = 30;

/// The mean over ordered folds: one that trains on k blocks tests one, and 1/k has a mean over the folds.
pub fn mean(scores: &[f64]) -> Estimate {
    let folds = scores.len();
    let test_to_train = (1..=folds).map(|k| 1.0 / k as f64).sum::<f64>() / folds as f64;
    Estimate::resampled_mean(scores, test_to_train)
}

/// How much a random split reports above an ordered one; from more folds where a few settle nothing and there are rows.
pub fn gap(
    random: &[f64],
    few: &[f64],
    rows: usize,
    ordered: impl Fn(usize) -> Result<Vec<f64>, LabError>,
    reading: &mut Vec<String>,
) -> Result<Estimate, LabError> {
    let pairs: Vec<f64> = random.iter().zip(few).map(|(a, b)| a - b).collect();
    let gap = mean(&pairs);
    if settles(&gap) || rows < MANY_FOLDS * ROWS_OF_A_FOLD {
        return Ok(gap);
    }
    let whole = random.iter().sum::<f64>() / random.len() as f64;
    let gaps: Vec<f64> = ordered(MANY_FOLDS)?.iter().map(|score| whole - score).collect();
    reading.push(format!("ordered-split: {FOLDS} ordered folds settle nothing, {MANY_FOLDS} are measured"));
    Ok(mean(&gaps))
}

/// These rows' values.
pub fn picked<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| values[row]).collect()
}

/// The kit's refusal, with what would do.
pub fn unsplittable(name: &str, error: &KitError) -> LabError {
    let remedy = if name == "by-key" { " (--group must name a column of at least five keys)" } else { "" };
    LabError::Unusable(format!("split {name}: {error}{remedy}"))
}

/// Whether a gap lies on one side of the size that matters: that of the claim's rule.
fn settles(gap: &Estimate) -> bool {
    const MATTERS: f64 = 0.02;
    gap.low() >= MATTERS || gap.high() <= -MATTERS || (gap.low() > -MATTERS && gap.high() < MATTERS)
}
