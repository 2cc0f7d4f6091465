//! An estimate carries its interval wherever it goes.
//!
//! Every constructor names the sampling that it is right for. Level is 99 % throughout: a page shows hundreds of
//! intervals, and at 95 % a reader would meet a wrong one on every screen.

use serde::Serialize;
use statrs::distribution::{Beta, Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

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
    /// As [`Estimate::mean`], clipped to the bounds. Where all values but a few are alike (fewer than ten, a quarter at
    /// most), Student's t knows too little of the few: the population may hold more of them than were seen, up to
    /// Clopper and Pearson's limit, at worst at a bound, and the interval allows for that. Where all are alike that is
    /// 1 − 0.005^(1/n) of the population. A value beyond a bound shows that it is none, and moves it.
    ///
    /// ```
    /// use mllab_core::Estimate;
    /// let beyond = Estimate::mean_within(&[38.0, 39.0, 38.5], 0.0, 4.0);
    /// assert!(beyond.low() < 38.5 && beyond.high() == 39.0);
    ///
    /// // One failure in forty: by t up to 0.09 of all runs, in truth up to 0.17.
    /// let mut failed = [0.0; 40];
    /// failed[0] = 1.0;
    /// assert!((Estimate::mean_within(&failed, 0.0, 1.0).high() - 0.1679).abs() < 1e-4);
    /// ```
    pub fn mean_within(values: &[f64], floor: f64, ceiling: f64) -> Self {
        let (floor, ceiling) = values.iter().fold((floor, ceiling), |(low, high), &v| (low.min(v), high.max(v)));
        let mean = Estimate::mean(values);
        let Some(unseen) = unseen(values) else { return mean.cut_to(floor, ceiling) };
        let (below, above) = (unseen * (mean.point - floor), unseen * (ceiling - mean.point));
        // Ends of NaN, where nothing varied, give way.
        let (low, high) = (mean.low.min(mean.point - below), mean.high.max(mean.point + above));
        Estimate::holding(mean.point, low, high, values.len()).cut_to(floor, ceiling)
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

/// How much larger the share of the values that differ from the most frequent one may be than it was seen to be; nothing
/// where they are many enough for Student's t.
fn unseen(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let most = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).max()?;
    let (n, few) = (values.len(), values.len() - most);
    if n < 2 || few >= 10 || 4 * few > n || values.iter().any(|v| v.is_nan()) {
        return None;
    }
    let share = Beta::new(few as f64 + 1.0, most as f64).expect("at least half are alike");
    Some(share.inverse_cdf(f64::midpoint(1.0, LEVEL)) - few as f64 / n as f64)
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

    /// An estimate as (point, low, high), to seven digits.
    fn assert_is(e: Estimate, [point, low, high]: [f64; 3], replicates: usize) {
        for (found, wanted) in [(e.point(), point), (e.low(), low), (e.high(), high)] {
            assert!((found - wanted).abs() < 1e-7, "{e:?}: {wanted}");
        }
        assert_eq!((e.level(), e.replicates()), (0.99, replicates));
    }

    /// Values of SciPy 1.x: `stats.t.interval`, `linregress`, `binomtest(..).proportion_ci(method="wilson")`, `beta.ppf`.
    #[test]
    fn every_interval_is_that_of_another_program() {
        let x = [3.1, 2.4, 5.9, 4.4, 1.2, 6.0, 2.2];
        assert_is(Estimate::mean(&x), [3.6, 0.972_218_138_7, 6.227_781_861_3], 7);
        assert_is(Estimate::mean_within(&x, 1.0, 6.0), [3.6, 1.0, 6.0], 7);
        assert_is(Estimate::mean_within(&x, -9.0, 9.0), [3.6, 0.972_218_138_7, 6.227_781_861_3], 7);
        assert_is(Estimate::resampled_mean(&x, 0.25), [3.6, -0.757_683_232_5, 7.957_683_232_5], 7);
        let paired = Estimate::paired(&[3.0, 5.0, 4.0, 8.0], &[1.0, 4.0, 4.0, 5.0]);
        assert_is(paired, [1.5, -2.270_290_747_2, 5.270_290_747_2], 4);
        let slope = Estimate::slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 4.5), (4.0, 9.5), (7.0, 14.2)]);
        assert_is(slope, [1.923_376_623_4, 1.369_402_980_9, 2.477_350_265_8], 5);
        for (hits, trials, low, high) in [
            (3, 40, 0.019_163_255_3, 0.251_768_976_2),
            (40, 40, 0.857_726_786_5, 1.0),
            (0, 7, 0.0, 0.486_611_434_5),
            (1, 2, 0.061_713_076_8, 0.938_286_923_2),
            (17, 29, 0.357_032_329_0, 0.783_279_569_6),
        ] {
            let e = Estimate::proportion(hits, trials);
            assert_is(e, [hits as f64 / trials as f64, low, high], trials);
        }
        assert!(Estimate::proportion(0, 0).point().is_nan());
        // The k-th smallest and the k-th largest of n.
        for (n, k) in [(8, 1), (20, 4), (21, 5), (60, 20)] {
            // 1 to n, the later half first.
            let values: Vec<f64> = (n / 2 + 1..=n).chain(1..=n / 2).map(f64::from).collect();
            let ends = [f64::from(n + 1) / 2.0, f64::from(k), f64::from(n + 1 - k)];
            assert_is(Estimate::median(&values), ends, n as usize);
        }
    }

    #[test]
    fn a_few_that_differ_are_allowed_to_be_more() {
        let rare = |n: usize, few: usize, value: f64| {
            let values: Vec<f64> = (0..n).map(|i| if i < few { value } else { 0.0 }).collect();
            Estimate::mean_within(&values, 0.0, 1.0)
        };
        // beta.ppf(0.995, few + 1, n - few), the share at worst at the ceiling.
        for (n, few, most) in [(200, 0, 0.026_143_763_0), (40, 1, 0.171_515_328_9), (180, 5, 0.076_632_629_0)] {
            let share = few as f64 / n as f64;
            assert!((rare(n, few, 1.0).high() - share - (most - share) * (1.0 - share)).abs() < 1e-7, "{few} of {n}");
            assert_eq!(rare(n, few, 1.0).low(), 0.0);
        }
        // From ten on, and from a quarter on, they speak for themselves.
        for (n, few) in [(180, 10), (20, 6)] {
            let plain = Estimate::mean(&(0..n).map(|i| if i < few { 0.5 } else { 0.0 }).collect::<Vec<_>>());
            assert_eq!(rare(n, few, 0.5).high(), plain.high(), "{few} of {n}");
        }
        assert!(rare(180, 9, 0.5).high() > rare(180, 10, 0.5).high());
        assert!(rare(20, 5, 0.5).high() > rare(20, 6, 0.5).high());
        assert!(!Estimate::mean_within(&[0.0, 0.0, 0.0, 0.0, f64::NAN], 0.0, 1.0).is_bounded());
        // Each bound at its own distance: 1 - 0.005^(1/4) of the population may lie there.
        let unseen = 1.0 - 0.005_f64.powf(0.25);
        let e = Estimate::mean_within(&[3.0; 4], 1.0, 9.0);
        assert!((e.low() - 3.0 + 2.0 * unseen).abs() < 1e-9 && (e.high() - 3.0 - 6.0 * unseen).abs() < 1e-9, "{e:?}");
    }

    #[test]
    fn rare_events_are_covered() {
        for (n, share) in [(20, 0.1), (40, 0.03), (60, 0.1), (180, 0.01), (180, 0.03), (400, 0.003), (400, 0.01)] {
            for size in [1.0, 0.2] {
                let covered = coverage(share * size, |rng| {
                    let uniform = rand_distr::Uniform::new(0.0, 1.0).unwrap();
                    let values: Vec<f64> =
                        (0..n).map(|_| if uniform.sample(rng) < share { size } else { 0.0 }).collect();
                    Estimate::mean_within(&values, 0.0, 1.0)
                });
                assert_level(covered, 0.002);
            }
        }
    }

    #[test]
    fn the_paired_interval_is_the_narrower_one_only_where_noise_is_shared() {
        // Unpaired: the mean of one arm less that of other runs of the other arm.
        let mean_width = |shared: f64| {
            let widths = (0..400).map(|i| {
                let mut rng = Stream::root(97).child("paired", i).rng();
                let (a, b): (Vec<f64>, Vec<f64>) = (0..20)
                    .map(|_| {
                        let common = shared * normal(&mut rng);
                        (common + normal(&mut rng), common + normal(&mut rng))
                    })
                    .unzip();
                let paired = Estimate::paired(&a, &b);
                let apart: Vec<f64> = a.iter().zip(b.iter().cycle().skip(1)).map(|(a, b)| a - b).collect();
                let apart = Estimate::mean(&apart);
                (paired.high - paired.low) / (apart.high - apart.low)
            });
            widths.sum::<f64>() / 400.0
        };
        // sqrt of the share of the variance that is the arms' own: 1/(1 + shared²).
        for shared in [0.0, 1.0, 3.0_f64] {
            let expected = (1.0 / (1.0 + shared * shared)).sqrt();
            assert!((mean_width(shared) - expected).abs() < 0.05, "{shared}: {}", mean_width(shared));
        }
    }

    #[test]
    fn a_slope_covers() {
        let share = coverage(0.7, |rng| {
            let points: Vec<(f64, f64)> =
                (0..8).map(|i| (f64::from(i * i), 0.7 * f64::from(i * i) + 3.0 * normal(rng))).collect();
            Estimate::slope(&points)
        });
        assert_level(share, 0.0);
        assert!(share < 0.9965, "{share}");
    }

    /// Where the truth lies on a rule's line or in its middle, the wrong answer comes as rarely as the level promises.
    #[test]
    fn no_rule_answers_wrongly_more_often_than_the_level_allows() {
        use crate::Rule::{Above, AtLeast, Below, Within};
        use crate::Verdict::{Fails, Holds, Negligible};
        // (rule, truth, answers that are wrong there)
        let cases = [
            (AtLeast(0.5), 0.0, vec![Holds, Fails]),
            (AtLeast(0.5), 0.5 - 1e-9, vec![Holds]),
            (AtLeast(0.5), 0.5, vec![Negligible, Fails]),
            (AtLeast(0.5), -0.5, vec![Holds, Negligible]),
            (Above(0.5), 0.5 - 1e-9, vec![Holds]),
            (Above(0.5), 0.5, vec![Fails]),
            (Below(0.5), 0.5 + 1e-9, vec![Holds]),
            (Below(0.5), 0.5, vec![Fails]),
            (Within([-0.5, 0.5]), 0.5 + 1e-9, vec![Holds]),
            (Within([-0.5, 0.5]), 0.5, vec![Fails]),
        ];
        for (case, (rule, truth, wrong)) in cases.into_iter().enumerate() {
            for n in [6, 30] {
                let runs = 2000;
                let mistaken = (0..runs).filter(|&i| {
                    let mut rng = Stream::root(4099).child("null", case as u64 * 10_000 + n * 2000 + i).rng();
                    let values: Vec<f64> = (0..n).map(|_| truth + normal(&mut rng)).collect();
                    wrong.contains(&rule.judge(&Estimate::mean(&values)))
                });
                // Each end is missed by half of 1 - LEVEL; four standard errors of it beside.
                let rate = mistaken.count() as f64 / runs as f64;
                let ends = if truth == 0.0 { 1.0 - LEVEL } else { (1.0 - LEVEL) / 2.0 };
                assert!(rate <= ends + 4.0 * (ends / runs as f64).sqrt(), "{rule:?} at {truth}, n = {n}: {rate}");
            }
        }
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
    fn an_interval_holds_its_number() {
        let nan = f64::NAN;
        for (point, low, high, there) in [
            (0.5, 0.5, 0.5, true),
            (0.5, 0.4, 0.6, true),
            (0.5, 0.6, 0.7, false),
            (0.5, 0.3, 0.4, false),
            (0.5, 0.6, 0.4, false),
            (0.5, nan, 0.4, false),
            (0.5, 0.6, nan, false),
            (0.5, nan, nan, true),
            (nan, nan, nan, true),
        ] {
            assert_eq!(Estimate::from_parts(point, low, high, 3).is_some(), there, "{point} in [{low}, {high}]");
        }
        let ends = |e: Estimate| (e.low(), e.high());
        assert_eq!(ends(Estimate::holding(0.5, 0.6, 0.7, 3)), (0.5, 0.7));
        assert_eq!(ends(Estimate::holding(0.5, 0.3, 0.4, 3)), (0.3, 0.5));
        assert_eq!(ends(Estimate::holding(0.5, 0.5, 0.5, 3)), (0.5, 0.5));
        let e = Estimate::from_parts(0.5, 0.2, 0.9, 3).unwrap();
        assert_eq!((e.over(40).replicates(), e.over(40).point(), ends(e.over(40))), (40, 0.5, (0.2, 0.9)));
        assert_eq!(ends(e.cut_to(0.3, 0.8)), (0.3, 0.8));
        assert_eq!(ends(e.cut_to(0.2, 0.9)), (0.2, 0.9));
        assert_eq!(ends(e.cut_to(0.6, 0.4)), (0.5, 0.5), "as far as the estimate lies within");
        assert_eq!((e.map(|v| 2.0 * v).point(), ends(e.map(|v| 2.0 * v))), (1.0, (0.4, 1.8)));
        assert_eq!((e.map(|v| -v).point(), ends(e.map(|v| -v)), e.map(|v| -v).replicates()), (-0.5, (-0.9, -0.2), 3));
        assert!(Estimate::from_parts(0.5, nan, 0.6, 3).is_some_and(|e| !e.is_bounded() && e.map(|v| v).high() == 0.6));
        assert!(Estimate::unknown().point().is_nan() && Estimate::unknown().replicates() == 0);
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
