//! How far two samples are apart.

use super::distribution::{chi_square_tail, normal_cdf};
use crate::KitError;
use crate::error::{same_length, setting};
use crate::linear::Logistic;
use crate::metrics::roc_auc;
use crate::preprocess::Standardiser;
use ndarray::{ArrayView2, Axis, concatenate};

/// Bins between quantiles of a baseline; a value on an edge counts in the lower bin.
///
/// ```
/// use mllab_kit::drift::Bins;
///
/// let baseline: Vec<f64> = (0..100).map(f64::from).collect();
/// let bins = Bins::deciles(&baseline)?;
/// assert_eq!(bins.psi(&baseline, &baseline), 0.0);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    /// The inner edges, ascending.
    pub edges: Vec<f64>,
}

/// Shares below this count as this, so that an empty bin gives no infinity.
const FLOOR: f64 = 1e-4;

impl Bins {
    /// Edges at the nine deciles, by linear interpolation; repeated edges are merged.
    ///
    /// # Errors
    /// An empty baseline.
    pub fn deciles(baseline: &[f64]) -> Result<Self, KitError> {
        setting(!baseline.is_empty(), "rows of the baseline", 0.0, "1 or more")?;
        let mut values = baseline.to_vec();
        let last = (values.len() - 1) as f64;
        let places: Vec<f64> = (1..10).map(|decile| f64::from(decile) * 0.1 * last).collect();
        let mut ranks: Vec<usize> = places.iter().flat_map(|p| [p.floor() as usize, p.ceil() as usize]).collect();
        ranks.dedup();
        select(&mut values, 0, &ranks);
        let mut edges: Vec<f64> = places
            .iter()
            .map(|place| {
                let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
                let part = place - place.floor();
                // numpy's way to stay monotone and exact at both ends.
                if part >= 0.5 { high - (high - low) * (1.0 - part) } else { low + (high - low) * part }
            })
            .collect();
        edges.dedup();
        Ok(Bins { edges })
    }

    /// How many values fall into each bin.
    pub fn counts(&self, values: &[f64]) -> Vec<usize> {
        // Rows above each edge: nine comparisons in a row, without a branch.
        let mut above = vec![0_usize; self.edges.len()];
        for part in values.chunks(4096) {
            for (&edge, above) in self.edges.iter().zip(&mut above) {
                *above += part.iter().map(|&value| usize::from(value > edge)).sum::<usize>();
            }
        }
        let mut counts = Vec::with_capacity(above.len() + 1);
        let mut left = values.len();
        for above in above {
            counts.push(left - above);
            left = above;
        }
        counts.push(left);
        counts
    }

    /// Shares of the bins, floored at 1e-4 and not renormalised.
    pub fn shares(&self, values: &[f64]) -> Vec<f64> {
        let n = values.len() as f64;
        self.counts(values).into_iter().map(|count| (count as f64 / n).max(FLOOR)).collect()
    }

    /// The population stability index: Σ (b − a) ln(b / a) over the bins.
    ///
    /// Without drift its mean is about (bins − 1)(1/n + 1/m), so that a fixed threshold suits one size of window only.
    pub fn psi(&self, before: &[f64], after: &[f64]) -> f64 {
        self.shares(before).iter().zip(self.shares(after)).map(|(a, b)| (b - a) * libm::log(b / a)).sum()
    }
}

/// The population stability index over the deciles of `before`.
///
/// # Errors
/// An empty sample.
pub fn psi(before: &[f64], after: &[f64]) -> Result<f64, KitError> {
    setting(!after.is_empty(), "rows of the window", 0.0, "1 or more")?;
    Ok(Bins::deciles(before)?.psi(before, after))
}

/// Puts the values of these ascending ranks where a sort would, and nothing else.
fn select(values: &mut [f64], start: usize, ranks: &[usize]) {
    if ranks.is_empty() || values.len() < 2 {
        return;
    }
    let middle = ranks.len() / 2;
    let rank = ranks[middle] - start;
    let (low, _, high) = values.select_nth_unstable_by(rank, f64::total_cmp);
    select(low, start, &ranks[..middle]);
    select(high, start + rank + 1, &ranks[middle + 1..]);
}

/// Values in ascending order.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    // As integers of the same order: comparing them is one instruction.
    let mut keys: Vec<i64> = values
        .iter()
        .map(|value| {
            let bits = value.to_bits() as i64;
            bits ^ (((bits >> 63) as u64) >> 1) as i64
        })
        .collect();
    keys.sort_unstable();
    keys.into_iter().map(|key| f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)).collect()
}

/// The two-sample Kolmogorov-Smirnov distance: the largest difference of the shares at or below a value.
pub fn ks(a: &[f64], b: &[f64]) -> f64 {
    ks_sorted(&sorted(a), &sorted(b))
}

/// [`ks`] of samples in ascending order.
pub fn ks_sorted(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len(), b.len());
    let (mut i, mut j, mut largest) = (0_usize, 0_usize, 0_i64);
    let (down, up) = (m as i64, n as i64);
    let mut apart = 0_i64;
    while i < n && j < m {
        let (x, y) = (a[i], b[j]);
        // A step of the merge without a branch; among ties only the last step counts, which is the one that leaves them.
        let (left, right) = (usize::from(x <= y), usize::from(y <= x));
        i += left;
        j += right;
        apart += left as i64 * down - right as i64 * up;
        let value = if left == 1 { x } else { y };
        let tied = (i < n && a[i] == value) || (j < m && b[j] == value);
        largest = largest.max(if tied { 0 } else { apart.abs() });
    }
    // Beyond the end of one sample the difference only shrinks.
    largest as f64 / (n as f64 * m as f64)
}

/// The Wasserstein distance: the area between the two distribution functions, in the unit of the values.
pub fn wasserstein(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (sorted(a), sorted(b));
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut area, mut last) = (0, 0, 0.0, f64::NAN);
    while i < a.len() || j < b.len() {
        let from_a = j == b.len() || (i < a.len() && a[i] <= b[j]);
        let value = if from_a { a[i] } else { b[j] };
        if i + j > 0 {
            area += (i as f64 / n - j as f64 / m).abs() * (value - last);
        }
        last = value;
        if from_a { i += 1 } else { j += 1 }
    }
    area
}

/// The Jensen-Shannon distance of two distributions over the same bins: the root of the divergence, natural logarithm.
pub fn jensen_shannon(a: &[f64], b: &[f64]) -> f64 {
    let (sum_a, sum_b): (f64, f64) = (a.iter().sum(), b.iter().sum());
    let part = |p: f64, q: f64| if p > 0.0 { p * libm::log(p / (0.5 * (p + q))) } else { 0.0 };
    let divergence: f64 =
        a.iter().zip(b).map(|(p, q)| (p / sum_a, q / sum_b)).map(|(p, q)| part(p, q) + part(q, p)).sum();
    (0.5 * divergence).max(0.0).sqrt()
}

/// Pearson's chi-square test that two rows of counts come from one distribution: statistic and p. Bins that are empty
/// on both sides are left out.
pub fn chi_square(a: &[usize], b: &[usize]) -> (f64, f64) {
    let (n, m) = (a.iter().sum::<usize>() as f64, b.iter().sum::<usize>() as f64);
    let (mut statistic, mut bins) = (0.0, 0.0);
    for (&x, &y) in a.iter().zip(b) {
        let both = (x + y) as f64;
        if both > 0.0 {
            let (want_x, want_y) = (both * n / (n + m), both * m / (n + m));
            statistic += (x as f64 - want_x).powi(2) / want_x + (y as f64 - want_y).powi(2) / want_y;
            bins += 1.0;
        }
    }
    (statistic, if bins > 1.0 { chi_square_tail(statistic, bins - 1.0) } else { 1.0 })
}

/// A domain classifier: how well logistic regression, learnt on the even rows, tells the windows of the odd rows apart.
/// Gives the ROC-AUC and the one-sided p that it is above one half (Mann-Whitney, normal approximation).
///
/// # Errors
/// Windows of different width, or with fewer than four rows, or values that are not finite.
pub fn domain_auc(before: ArrayView2<f64>, after: ArrayView2<f64>) -> Result<(f64, f64), KitError> {
    same_length("columns of the window", before.ncols(), after.ncols())?;
    setting(before.nrows().min(after.nrows()) >= 4, "rows of a window", after.nrows() as f64, "4 or more")?;
    let half = |x: ArrayView2<f64>, odd: usize| x.select(Axis(0), &(odd..x.nrows()).step_by(2).collect::<Vec<_>>());
    let side = |odd: usize| {
        let (a, b) = (half(before, odd), half(after, odd));
        let x = concatenate(Axis(0), &[a.view(), b.view()]).expect("tables of one width");
        let y: Vec<bool> = (0..x.nrows()).map(|row| row >= a.nrows()).collect();
        (x, y)
    };
    let ((train, y), (test, truth)) = (side(0), side(1));
    let scaler = Standardiser::fit(train.view())?;
    let settings = Logistic { tolerance: 1e-6, ..Logistic::default() };
    let model = settings.fit(scaler.transform(train.view())?.view(), &y, None)?;
    let auc = roc_auc(&model.logits(scaler.transform(test.view())?.view()), &truth);
    let later = truth.iter().filter(|&&label| label).count() as f64;
    let earlier = truth.len() as f64 - later;
    let deviation = ((later + earlier + 1.0) / (12.0 * later * earlier)).sqrt();
    Ok((auc, normal_cdf((0.5 - auc) / deviation)))
}
