//! Scores of predicted numbers.

/// Root of the mean squared error, in the target's unit.
pub fn root_mean_squared_error(predicted: &[f64], truth: &[f64]) -> f64 {
    mean(predicted, truth, |error| error * error).sqrt()
}

/// Mean absolute error, in the target's unit.
pub fn mean_absolute_error(predicted: &[f64], truth: &[f64]) -> f64 {
    mean(predicted, truth, f64::abs)
}

/// One minus the squared error relative to that of predicting the mean; may be negative.
///
/// A constant truth gives 1 where every prediction is exact and 0 otherwise, as scikit-learn does.
pub fn r2(predicted: &[f64], truth: &[f64]) -> f64 {
    let centre = truth.iter().sum::<f64>() / truth.len() as f64;
    let total: f64 = truth.iter().map(|value| (value - centre).powi(2)).sum();
    let left = mean(predicted, truth, |error| error * error) * truth.len() as f64;
    match (left == 0.0, total == 0.0) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        _ => 1.0 - left / total,
    }
}

fn mean(predicted: &[f64], truth: &[f64], score: impl Fn(f64) -> f64) -> f64 {
    assert_eq!(predicted.len(), truth.len(), "one prediction a row");
    predicted.iter().zip(truth).map(|(a, b)| score(a - b)).sum::<f64>() / truth.len() as f64
}
