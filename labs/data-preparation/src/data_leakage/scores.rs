//! How a score is read: done right and done wrong, and its mean over folds.

/// Folds wherever a score is averaged over folds.
pub const FOLDS: usize = 5;
/// Test rows on each training row of such folds, of which the corrected interval knows (Nadeau and Bengio 2003).
pub const TEST_TO_TRAIN: f64 = 1.0 / (FOLDS as f64 - 1.0);

/// ROC-AUC done right and done wrong, on the same rows.
pub type Pair = [f64; 2];

/// What the wrong way adds.
pub fn gain(pair: &Pair) -> f64 {
    pair[1] - pair[0]
}

/// The mean; one half of nothing, as a ROC-AUC that says nothing is.
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n == 0.0 { 0.5 } else { sum / n }
}

/// The share that is true.
pub fn share(values: impl Iterator<Item = bool>) -> f64 {
    mean(values.map(|value| f64::from(u8::from(value))))
}

/// The mean over draws of what one way of scoring says.
#[cfg(test)]
pub fn mean_over_draws(seed: u64, draws: u64, one: impl Fn(&mllab_core::Stream) -> f64) -> f64 {
    mean((0..draws).map(|draw| one(&mllab_core::Stream::root(seed).child("run", draw))))
}
