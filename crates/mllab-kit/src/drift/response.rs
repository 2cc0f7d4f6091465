//! What is done about drift, and what it does to groups and to contributions.

use super::{Ddm, Detector};
use crate::KitError;
use crate::data::Labelled;
use crate::linear::{Logistic, LogisticModel};
use crate::metrics::ndcg;
use ndarray::{ArrayView1, ArrayView2, Axis};

/// When a deployed model is fitted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Never.
    Never,
    /// Every so many rows.
    Every(usize),
    /// When DDM, at river's defaults, alarms on the errors, and so many rows have come since.
    OnAlarm(usize),
}

/// A run through a stream, each row predicted before its label is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Prequential {
    /// Whether each row after the first window was predicted rightly.
    pub right: Vec<bool>,
    /// Rows, counted like `right`, before which a new model was fitted.
    pub refits: Vec<usize>,
}

impl Prequential {
    /// The share predicted rightly.
    pub fn accuracy(&self) -> f64 {
        self.right.iter().filter(|&&right| right).count() as f64 / self.right.len() as f64
    }
}

/// Learns logistic regression on the first `window` rows, then predicts row after row and refits on the last `window`
/// rows, or on those since the alarm, as the policy says. A window of one class is skipped.
///
/// # Errors
/// A stream no longer than the window, or a first window of one class.
pub fn prequential(stream: &Labelled, window: usize, policy: Policy) -> Result<Prequential, KitError> {
    let n = stream.y.len();
    if window >= n {
        return Err(KitError::WindowTooLong { window, rows: n, largest: n.saturating_sub(1) });
    }
    let settings = Logistic { tolerance: 1e-6, ..Logistic::default() };
    let fit = |from: usize, to: usize| {
        let rows: Vec<usize> = (from..to).collect();
        settings.fit(stream.x.select(Axis(0), &rows).view(), &stream.y[from..to], None)
    };
    let mut model = fit(0, window)?;
    let (mut right, mut refits) = (Vec::with_capacity(n - window), Vec::new());
    let (mut detector, mut alarm) = (Ddm::default(), None);
    for row in window..n {
        let due = match policy {
            Policy::Never => None,
            Policy::Every(rows) => ((row - window).is_multiple_of(rows) && row > window).then(|| row - window),
            Policy::OnAlarm(rows) => alarm.filter(|&at: &usize| row - at >= rows),
        };
        if let Some(from) = due
            && let Ok(fresh) = fit(from.max(row.saturating_sub(window)), row)
        {
            model = fresh;
            alarm = None;
            refits.push(row - window);
        }
        let hit = says(&model, stream.x.row(row)) == stream.y[row];
        if detector.update(f64::from(!hit)) && alarm.is_none() {
            alarm = Some(row);
        }
        right.push(hit);
    }
    Ok(Prequential { right, refits })
}

fn says(model: &LogisticModel, row: ArrayView1<f64>) -> bool {
    row.iter().zip(&model.weights).map(|(x, w)| x * w).sum::<f64>() + model.intercept > 0.0
}

/// The mean absolute contribution of each column to a linear model's logit: exact Shapley values, weight times the
/// distance from the baseline's mean.
pub fn linear_attribution(weights: &[f64], baseline: &[f64], x: ArrayView2<f64>) -> Vec<f64> {
    let one = |column: usize| {
        let centre = baseline[column];
        x.column(column).iter().map(|value| (weights[column] * (value - centre)).abs()).sum::<f64>() / x.nrows() as f64
    };
    (0..weights.len()).map(one).collect()
}

/// The mean absolute Shapley value of each column of any model, exact: every subset of the columns takes the row's
/// values, the others those of each background row. Costs 2^columns · background predictions a row.
///
/// # Panics
/// With more than 16 columns.
pub fn exact_attribution(predict: impl Fn(&[f64]) -> f64, background: ArrayView2<f64>, x: ArrayView2<f64>) -> Vec<f64> {
    let p = x.ncols();
    assert!(p <= 16, "subsets of {p} columns are too many");
    let factorial = |k: usize| (1..=k).map(|i| i as f64).product::<f64>();
    let weight: Vec<f64> = (0..p).map(|size| factorial(size) * factorial(p - 1 - size) / factorial(p)).collect();
    let mut sums = vec![0.0; p];
    let mut mixed = vec![0.0; p];
    for row in x.rows() {
        let worth: Vec<f64> = (0..1_usize << p)
            .map(|subset| {
                let total: f64 = background
                    .rows()
                    .into_iter()
                    .map(|other| {
                        for (column, value) in mixed.iter_mut().enumerate() {
                            *value = if subset >> column & 1 == 1 { row[column] } else { other[column] };
                        }
                        predict(&mixed)
                    })
                    .sum();
                total / background.nrows() as f64
            })
            .collect();
        for (column, sum) in sums.iter_mut().enumerate() {
            let without = (0..1_usize << p).filter(|subset| subset >> column & 1 == 0);
            let value: f64 =
                without.map(|s| weight[s.count_ones() as usize] * (worth[s | 1 << column] - worth[s])).sum();
            *sum += value.abs();
        }
    }
    sums.into_iter().map(|sum| sum / x.nrows() as f64).collect()
}

/// How well the live order of contributions keeps that of training: NDCG, 1 where the order is the same. SageMaker
/// Clarify alarms below .90.
pub fn attribution_ndcg(training: &[f64], live: &[f64]) -> f64 {
    ndcg(live, training)
}

/// The share of a group's positive rows that are found, for each of `groups` groups; NaN where one has none.
pub fn recall_by_group(predicted: &[bool], truth: &[bool], group: &[usize], groups: usize) -> Vec<f64> {
    let share = |wanted: usize| {
        let (mut found, mut all) = (0.0, 0.0);
        for ((&predicted, &truth), &group) in predicted.iter().zip(truth).zip(group) {
            if truth && group == wanted {
                all += 1.0;
                found += f64::from(predicted);
            }
        }
        found / all
    };
    (0..groups).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::normal_features;
    use crate::data::series::turning_boundary;
    use mllab_core::Stream;

    #[test]
    fn a_window_longer_than_the_stream_is_refused_with_the_range() {
        let stream = turning_boundary(100, 0.0, 0.0, 0.5, &Stream::root(1));
        let error = prequential(&stream, 100, Policy::Never).unwrap_err().to_string();
        assert!(error.contains("100 rows") && error.contains("1 to 99"), "{error}");
    }

    #[test]
    fn retraining_follows_a_turning_boundary_and_never_does_not() {
        let stream = turning_boundary(2000, 0.0, 0.09, 0.3, &Stream::root(2));
        let [never, every] =
            [Policy::Never, Policy::Every(50)].map(|policy| prequential(&stream, 100, policy).unwrap());
        assert!(never.refits.is_empty() && every.refits.len() == 37);
        assert!(every.accuracy() > never.accuracy() + 0.2);
        assert_eq!(never.right.len(), 1900);
    }

    #[test]
    fn shapley_values_of_a_linear_model_are_weight_times_distance() {
        let (x, background) = (normal_features(20, 4, &Stream::root(3)), normal_features(10, 4, &Stream::root(4)));
        let weights = [1.0, -2.0, 0.5, 0.0];
        let predict = |row: &[f64]| row.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() + 3.0;
        let means: Vec<f64> = background.columns().into_iter().map(|c| c.sum() / 10.0).collect();
        let exact = exact_attribution(predict, background.view(), x.view());
        for (a, b) in exact.iter().zip(linear_attribution(&weights, &means, x.view())) {
            assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        }
        // A product shares its worth evenly: at (1, 1) against (0, 0) each column gets a half.
        let one =
            exact_attribution(|r| r[0] * r[1], ndarray::array![[0.0, 0.0]].view(), ndarray::array![[1.0, 1.0]].view());
        assert_eq!(one, [0.5, 0.5]);
    }

    #[test]
    fn an_order_kept_scores_one_and_a_turned_one_less() {
        let training = [4.0, 2.0, 1.0];
        assert_eq!(attribution_ndcg(&training, &[40.0, 3.0, 2.0]), 1.0);
        // By hand: (1 + 2/log2 3 + 4/2) / (4 + 2/log2 3 + 1/2).
        let log3 = libm::log2(3.0);
        let expected = (1.0 + 2.0 / log3 + 2.0) / (4.0 + 2.0 / log3 + 0.5);
        assert!((attribution_ndcg(&training, &[1.0, 2.0, 3.0]) - expected).abs() < 1e-12);
        let shares = recall_by_group(&[true, false, true, true], &[true, true, false, true], &[0, 0, 0, 1], 2);
        assert_eq!(shares, [0.5, 1.0]);
    }
}
