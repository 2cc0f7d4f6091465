//! An estimate carries its interval wherever it goes.
//!
//! Every constructor names the sampling that it is right for. Level is 99 % throughout: a page shows hundreds of
//! intervals, and at 95 % a reader would meet a wrong one on every screen.

use serde::Serialize;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

/// The share of intervals that cover the truth, by construction.
pub const LEVEL: f64 = 0.99;
/// The normal quantile at (1 + [`LEVEL`]) / 2.
const Z: f64 = 2.575_829_303_548_901;

/// A number measured over replicates, with the interval that it is sure of. The interval holds the number: no constructor
/// and no method makes one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    #[serde(rename = "estimate")]
    point: f64,
    low: f64,
    high: f64,
    level: f64,
    replicates: usize,
}

impl Estimate {
    /// The estimate itself.
    pub fn point(&self) -> f64 {
        self.point
    }

    /// Lower end; NaN where the replicates cannot tell.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Upper end; NaN where the replicates cannot tell.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// The interval's level.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// How many independent replicates it rests on; 1 where it is exact.
    pub fn replicates(&self) -> usize {
        self.replicates
    }

    /// From its parts, as a file gives them; nothing where the interval does not hold the number.
    ///
    /// ```
    /// use mllab_core::Estimate;
    /// assert!(Estimate::from_parts(0.5, 0.4, 0.6, 30).is_some());
    /// assert!(Estimate::from_parts(38.5, 38.2, 4.2, 400).is_none());
    /// assert!(Estimate::from_parts(0.5, f64::NAN, f64::NAN, 1).is_some());
    /// ```
    pub fn from_parts(point: f64, low: f64, high: f64, replicates: usize) -> Option<Self> {
        let outside = low > high || point < low || point > high;
        (!outside).then_some(Estimate { point, low, high, level: LEVEL, replicates })
    }

    /// From its parts; an end on the wrong side of the number is moved to it.
    fn holding(point: f64, low: f64, high: f64, replicates: usize) -> Self {
        // Written so that ends of NaN stay.
        let low = if low > point { point } else { low };
        let high = if high < point { point } else { high };
        Estimate { point, low, high, level: LEVEL, replicates }
    }

    /// A number without sampling error: a closed form, an identity, a count of all there is.
    pub fn exact(value: f64) -> Self {
        Estimate::holding(value, value, value, 1)
    }

    /// A number that was not measured.
    pub fn unknown() -> Self {
        Estimate::holding(f64::NAN, f64::NAN, f64::NAN, 0)
    }

    /// The same, resting on so many replicates.
    #[must_use]
    pub fn over(self, replicates: usize) -> Self {
        Estimate { replicates, ..self }
    }

    /// The mean of independent replicates, with Student's t.
    ///
    /// Fewer than two replicates, a value that is not finite, or no variance at all give an interval of NaN: that
    /// nothing varied in the sample does not mean that nothing varies. Say [`Estimate::exact`] where it is certain,
    /// [`Estimate::mean_within`] where the values have known bounds.
    ///
    /// ```
    /// use mllab_core::Estimate;
    /// let e = Estimate::mean(&[1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(e.point(), 2.5);
    /// assert!((e.high() - 2.5 - 5.8409 * (5.0_f64 / 3.0).sqrt() / 2.0).abs() < 1e-3); // t(.995, 3) = 5.8409
    /// assert!(Estimate::mean(&[1.0, 1.0]).low().is_nan());
    /// ```
    pub fn mean(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let (mean, variance) = mean_and_variance(values);
        Estimate::around(mean, half_width(variance / n, n - 1.0), values.len())
    }

    /// The mean of values that cannot leave `[floor, ceiling]`.
    ///
    /// As [`Estimate::mean`], clipped to the bounds. Where all values are alike, up to 1 − 0.005^(1/n) of the
    /// population may still be elsewhere, at worst at a bound; the interval allows for that. A value beyond a bound shows
    /// that it is none, and moves it.
    ///
    /// ```
    /// let beyond = mllab_core::Estimate::mean_within(&[38.0, 39.0, 38.5], 0.0, 4.0);
    /// assert!(beyond.low() < 38.5 && beyond.high() == 39.0);
    /// ```
    pub fn mean_within(values: &[f64], floor: f64, ceiling: f64) -> Self {
        let (floor, ceiling) = values.iter().fold((floor, ceiling), |(low, high), &v| (low.min(v), high.max(v)));
        let Estimate { point, low, high, replicates, .. } = Estimate::mean(values);
        let alike = values.len() >= 2 && values.iter().all(|&v| v == values[0]);
        if alike {
            let unseen = 1.0 - ((1.0 - LEVEL) / 2.0).powf(1.0 / values.len() as f64);
            let (below, above) = (unseen * (point - floor), unseen * (ceiling - point));
            return Estimate::holding(point, point - below, point + above, replicates).cut_to(floor, ceiling);
        }
        Estimate::holding(point, low, high, replicates).cut_to(floor, ceiling)
    }

    /// The mean of `a[i] − b[i]`: two arms of the same replicates.
    ///
    /// # Panics
    ///
    /// If the lengths differ.
    pub fn paired(a: &[f64], b: &[f64]) -> Self {
        assert_eq!(a.len(), b.len(), "paired arms have one length");
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        Estimate::mean(&differences)
    }

    /// The mean over resamples that share rows of one table: the corrected resampled t of Nadeau and Bengio (2003).
    ///
    /// `test_to_train` is the number of test rows over the number of training rows in each resample. Shared rows
    /// make the scores alike, so their variance is multiplied by 1/n + test/train instead of 1/n.
    pub fn resampled_mean(values: &[f64], test_to_train: f64) -> Self {
        let n = values.len() as f64;
        let (mean, variance) = mean_and_variance(values);
        Estimate::around(mean, half_width(variance * (1.0 / n + test_to_train), n - 1.0), values.len())
    }

    /// The least-squares slope of y on x over points with independent errors, with Student's t; fewer than three
    /// points, or all at one x, have no interval.
    ///
    /// ```
    /// use mllab_core::Estimate;
    /// let e = Estimate::slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0), (3.0, 7.5)]);
    /// assert!((e.point() - 2.15).abs() < 1e-12);
    /// // Residuals .1, -.05, -.2, .15 leave a standard error of sqrt(.075 / 2 / 5); t(.995, 2) = 9.9248.
    /// assert!((e.high() - e.point() - 9.9248 * (0.075_f64 / 10.0).sqrt()).abs() < 1e-4);
    /// ```
    pub fn slope(points: &[(f64, f64)]) -> Self {
        let n = points.len() as f64;
        let middle = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
        let (x, y) = (middle(|p| p.0), middle(|p| p.1));
        let spread: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
        let slope = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / spread;
        let left: f64 = points.iter().map(|p| p.1 - y - slope * (p.0 - x)).map(|r| r * r).sum();
        Estimate::around(slope, half_width(left / (n - 2.0) / spread, n - 2.0), points.len())
    }

    /// A proportion of independent trials, with Wilson's interval.
    ///
    /// ```
    /// let e = mllab_core::Estimate::proportion(0, 100);
    /// assert_eq!((e.point(), e.low()), (0.0, 0.0));
    /// assert!((e.high() - 0.0622).abs() < 1e-4);
    /// ```
    pub fn proportion(hits: usize, trials: usize) -> Self {
        let n = trials as f64;
        if trials == 0 {
            return Estimate::around(f64::NAN, f64::NAN, 0);
        }
        let p = hits as f64 / n;
        let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let low = if hits == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if hits == trials { 1.0 } else { (centre + half).min(1.0) };
        Estimate::holding(p, low, high, trials)
    }

    /// The median of independent replicates, between two order statistics; infinite values (runs that never ended)
    /// are welcome. Fewer than eight replicates cannot bound a median at this level: the interval is NaN.
    pub fn median(values: &[f64]) -> Self {
        let n = values.len();
        if n == 0 || values.iter().any(|v| v.is_nan()) {
            return Estimate::around(f64::NAN, f64::NAN, n);
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (lower, upper) = (sorted[(n - 1) / 2], sorted[n / 2]);
        let point = if lower == upper { lower } else { f64::midpoint(lower, upper) };
        // The interval from the k-th smallest to the k-th largest misses with probability 2 P(Binomial(n, ½) < k).
        let below = Binomial::new(0.5, n as u64).expect("½ is a probability");
        let k = (1..=n / 2).take_while(|&k| 2.0 * below.cdf(k as u64 - 1) <= 1.0 - LEVEL).last();
        let (low, high) = k.map_or((f64::NAN, f64::NAN), |k| (sorted[k - 1], sorted[n - k]));
        Estimate::holding(point, low, high, n)
    }

    /// The same estimate on another scale, which may rise or fall but not turn.
    ///
    /// ```
    /// let half = mllab_core::Estimate::proportion(25, 100).map(|share| 1.0 - share);
    /// assert!(half.low() < 0.75 && 0.75 < half.high());
    /// ```
    #[must_use]
    pub fn map(self, scale: impl Fn(f64) -> f64) -> Self {
        let (low, high) = (scale(self.low), scale(self.high));
        let (low, high) = if low > high { (high, low) } else { (low, high) };
        Estimate::holding(scale(self.point), low, high, self.replicates)
    }

    /// The same estimate of something that cannot leave these bounds: its interval is cut at them, as far as the estimate
    /// itself lies within.
    ///
    /// ```
    /// let share = mllab_core::Estimate::resampled_mean(&[0.9, 1.0, 1.0], 0.25).cut_to(0.0, 1.0);
    /// assert_eq!(share.high(), 1.0);
    /// ```
    #[must_use]
    pub fn cut_to(self, floor: f64, ceiling: f64) -> Self {
        // Written so that ends of NaN stay.
        let low = if self.low < floor { floor } else { self.low };
        let high = if self.high > ceiling { ceiling } else { self.high };
        Estimate::holding(self.point, low, high, self.replicates)
    }

    /// Whether both ends are numbers.
    pub fn is_bounded(&self) -> bool {
        !self.low.is_nan() && !self.high.is_nan()
    }

    fn around(point: f64, half: f64, replicates: usize) -> Self {
        Estimate::holding(point, point - half, point + half, replicates)
    }
}

/// Mean and unbiased variance, in two passes in index order; exactly zero variance where all values are alike, of
/// which rounding would leave a trace.
fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.iter().all(|&v| v == values[0]) {
        return (mean, 0.0);
    }
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0))
}

/// Half of a t interval from the variance of the mean; NaN where there is no variance to judge by.
fn half_width(variance_of_mean: f64, degrees: f64) -> f64 {
    if !(degrees >= 1.0 && variance_of_mean.is_finite() && variance_of_mean > 0.0) {
        return f64::NAN;
    }
    let t = StudentsT::new(0.0, 1.0, degrees).expect("degrees of freedom are positive");
    t.inverse_cdf(f64::midpoint(1.0, LEVEL)) * variance_of_mean.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;
    use rand_distr::{Distribution, Exp1, StandardNormal};

    /// The share of 4000 intervals that cover `truth`.
    fn coverage(truth: f64, mut interval: impl FnMut(&mut rand_chacha::ChaCha8Rng) -> Estimate) -> f64 {
        let runs = 4000;
        let covered = (0..runs)
            .filter(|&i| {
                let e = interval(&mut Stream::root(5).child("coverage", i).rng());
                e.low <= truth && truth <= e.high
            })
            .count();
        covered as f64 / runs as f64
    }

    /// Within four standard errors of the level; `slack` allows for what the method is known to miss.
    fn assert_level(coverage: f64, slack: f64) {
        let error = 4.0 * (LEVEL * (1.0 - LEVEL) / 4000.0_f64).sqrt();
        assert!(coverage >= LEVEL - error - slack, "coverage {coverage}");
    }

    #[test]
    fn the_t_interval_covers_and_is_not_too_wide() {
        for n in [5, 40] {
            let share = coverage(3.0, |rng| {
                let values: Vec<f64> = (0..n).map(|_| 3.0 + 2.0 * normal(rng)).collect();
                Estimate::mean(&values)
            });
            assert_level(share, 0.0);
            assert!(share < 0.9965, "n = {n}: {share}");
        }
    }

    #[test]
    fn the_paired_interval_profits_from_common_noise() {
        let share = coverage(0.5, |rng| {
            let (a, b): (Vec<f64>, Vec<f64>) = (0..30)
                .map(|_| {
                    let common = 10.0 * normal(rng);
                    (common + 0.5 + 0.1 * normal(rng), common)
                })
                .unzip();
            let e = Estimate::paired(&a, &b);
            assert!(e.high - e.low < 0.3);
            e
        });
        assert_level(share, 0.0);
    }

    #[test]
    fn wilson_covers_small_and_large_proportions() {
        for (p, slack) in [(0.5, 0.001), (0.1, 0.002), (0.02, 0.012)] {
            let share = coverage(p, |rng| {
                let hits = (0..200).filter(|_| rand_distr::Uniform::new(0.0, 1.0).unwrap().sample(rng) < p).count();
                Estimate::proportion(hits, 200)
            });
            assert_level(share, slack);
        }
    }

    #[test]
    fn the_median_covers_without_knowing_the_shape() {
        for n in [8, 9, 60] {
            let share = coverage(std::f64::consts::LN_2, |rng| {
                let values: Vec<f64> = (0..n).map(|_| Exp1.sample(rng)).collect();
                Estimate::median(&values)
            });
            assert_level(share, 0.0);
        }
        assert!(!Estimate::median(&[1.0; 7]).is_bounded());
        let censored = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, f64::INFINITY, f64::INFINITY];
        assert_eq!(Estimate::median(&censored).high, f64::INFINITY);
    }

    /// Scores that share rows: `k` resamples of one table, each the mean of its own random half of the rows.
    #[test]
    fn the_corrected_interval_covers_where_rows_are_shared() {
        let (rows, resamples) = (60, 30);
        let mut corrected = Vec::new();
        let mut naive = Vec::new();
        for table in 0..2000 {
            let mut rng = Stream::root(11).child("table", table).rng();
            let values: Vec<f64> = (0..rows).map(|_| normal(&mut rng)).collect();
            let scores: Vec<f64> = (0..resamples)
                .map(|_| {
                    let mut order: Vec<usize> = (0..rows).collect();
                    for i in 0..rows / 2 {
                        let j = rand_distr::Uniform::new(i, rows).unwrap().sample(&mut rng);
                        order.swap(i, j);
                    }
                    order[..rows / 2].iter().map(|&i| values[i]).sum::<f64>() / (rows / 2) as f64
                })
                .collect();
            for (e, hits) in
                [(Estimate::resampled_mean(&scores, 1.0), &mut corrected), (Estimate::mean(&scores), &mut naive)]
            {
                hits.push(e.low <= 0.0 && 0.0 <= e.high);
            }
        }
        let share = |hits: &[bool]| hits.iter().filter(|&&hit| hit).count() as f64 / hits.len() as f64;
        assert!(share(&corrected) > 0.98, "corrected {}", share(&corrected));
        assert!(share(&naive) < 0.7, "the naive interval misses: {}", share(&naive));
    }

    #[test]
    fn no_variance_is_not_certainty() {
        assert!(!Estimate::mean(&[0.3; 50]).is_bounded());
        assert!(!Estimate::mean(&[1.0]).is_bounded());
        assert!(!Estimate::mean(&[1.0, f64::NAN]).is_bounded());
        assert!(!Estimate::mean(&[]).is_bounded());
        let e = Estimate::mean_within(&[1.0; 200], 0.0, 1.0);
        assert!(e.high == 1.0 && (0.95..1.0).contains(&e.low), "{e:?}");
        let e = Estimate::exact(0.3);
        assert_eq!((e.low, e.high, e.replicates), (0.3, 0.3, 1));
    }

    #[test]
    fn bounded_means_stay_in_their_bounds() {
        let e = Estimate::mean_within(&[0.9, 1.0, 1.0, 1.0], 0.0, 1.0);
        assert!(e.high == 1.0 && e.low < 0.9, "{e:?}");
    }

    fn normal(rng: &mut rand_chacha::ChaCha8Rng) -> f64 {
        StandardNormal.sample(rng)
    }
}
