//! Run lengths: rows until an alarm, exact where theory gives them, and with runs that ended before any alarm.

use super::{normal_cdf, normal_quantile};
use crate::draws::Draws;
use mllab_core::Stream;

/// Times to the first alarm, some of them cut off at a horizon.
///
/// ```
/// use mllab_kit::drift::run_length::Censored;
///
/// let runs = Censored { horizon: 100, rows: vec![Some(10), Some(30), None] };
/// assert_eq!(runs.share_by(30), 2.0 / 3.0);
/// assert_eq!(runs.restricted(), [10.0, 30.0, 100.0]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Censored {
    /// Rows after which a run was given up.
    pub horizon: usize,
    /// Rows to the alarm; nothing where there was none.
    pub rows: Vec<Option<usize>>,
}

impl Censored {
    /// Each run's rows, those without an alarm counted as the horizon: their mean is the restricted mean.
    pub fn restricted(&self) -> Vec<f64> {
        self.rows.iter().map(|rows| rows.unwrap_or(self.horizon) as f64).collect()
    }

    /// The share of runs that alarmed within so many rows.
    pub fn share_by(&self, rows: usize) -> f64 {
        self.rows.iter().filter(|run| run.is_some_and(|at| at <= rows)).count() as f64 / self.rows.len() as f64
    }

    /// The median, infinite where half of the runs or more have no alarm.
    pub fn median(&self) -> f64 {
        let mut rows: Vec<f64> = self.rows.iter().map(|rows| rows.map_or(f64::INFINITY, |at| at as f64)).collect();
        rows.sort_by(f64::total_cmp);
        rows[rows.len() / 2]
    }
}

/// Mean rows to an alarm of a Shewhart chart when the mean has moved by `shift` deviations.
pub fn shewhart(limit: f64, shift: f64) -> f64 {
    1.0 / (normal_cdf(shift - limit) + normal_cdf(-shift - limit))
}

/// The Shewhart limit with this mean run length while nothing moves.
pub fn shewhart_limit(rows: f64) -> f64 {
    normal_quantile(1.0 - 0.5 / rows)
}

/// The limit, in deviations of a window's mean, at which a job that tests each window of so many rows has a false alarm in
/// `rows` rows.
pub fn job_limit(window: usize, rows: f64) -> f64 {
    normal_quantile(1.0 - 0.5 * window as f64 / rows)
}

/// Rows from a jump of the mean, somewhere within a window, to the end of the first window whose mean a z-test rejects; no
/// more than a million.
pub fn rows_to_job(window: usize, limit: f64, jump: f64, stream: &Stream) -> f64 {
    let mut draws = Draws::new(stream);
    let missed = draws.below(window);
    let mut rows = window - missed;
    let mut moved = rows;
    let deviation = 1.0 / (window as f64).sqrt();
    loop {
        let mean = jump * moved as f64 / window as f64 + deviation * draws.normal();
        if mean.abs() > limit * deviation || rows > 1_000_000 {
            return rows as f64;
        }
        moved = window;
        rows += window;
    }
}

/// States of the Markov chains: the error falls with their square.
const STATES: usize = 200;

/// Mean rows to an alarm of a two-sided CUSUM, by a Markov chain over the sum (Brook and Evans 1972).
///
/// ```
/// let rows = mllab_kit::drift::run_length::cusum(0.5, 4.0, 1.0);
/// assert!((rows - 8.38).abs() < 0.01);
/// ```
pub fn cusum(allowance: f64, threshold: f64, shift: f64) -> f64 {
    let one_sided = |shift: f64| {
        let width = 2.0 * threshold / (2 * STATES - 1) as f64;
        let chance = |from: usize, to: usize| {
            let upper = normal_cdf((to as f64 - from as f64 + 0.5) * width + allowance - shift);
            if to == 0 {
                upper
            } else {
                upper - normal_cdf((to as f64 - from as f64 - 0.5) * width + allowance - shift)
            }
        };
        mean_steps(STATES, chance)[0]
    };
    1.0 / (1.0 / one_sided(shift) + 1.0 / one_sided(-shift))
}

/// The CUSUM threshold with this mean run length while nothing moves.
pub fn cusum_threshold(allowance: f64, rows: f64) -> f64 {
    bisect(0.5, 30.0, |threshold| cusum(allowance, threshold, 0.0) < rows)
}

/// Mean rows to an alarm of an EWMA with asymptotic limits, by a Markov chain over the mean (Lucas and Saccucci 1990).
pub fn ewma(weight: f64, limit: f64, shift: f64) -> f64 {
    let edge = limit * (weight / (2.0 - weight)).sqrt();
    let states = 2 * (STATES / 2) + 1;
    let width = 2.0 * edge / states as f64;
    let centre = |state: usize| -edge + (state as f64 + 0.5) * width;
    let chance = |from: usize, to: usize| {
        let z = |at: f64| (at - (1.0 - weight) * centre(from)) / weight - shift;
        normal_cdf(z(centre(to) + 0.5 * width)) - normal_cdf(z(centre(to) - 0.5 * width))
    };
    mean_steps(states, chance)[states / 2]
}

/// The EWMA limit with this mean run length while nothing moves.
pub fn ewma_limit(weight: f64, rows: f64) -> f64 {
    bisect(1.0, 6.0, |limit| ewma(weight, limit, 0.0) < rows)
}

fn bisect(mut low: f64, mut high: f64, is_too_low: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if is_too_low(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Mean steps until a chain leaves its states, for each start: (I − P) L = 1 by elimination, stable as it stands since
/// the rows of P sum to less than one.
fn mean_steps(states: usize, chance: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut a: Vec<Vec<f64>> = (0..states)
        .map(|from| (0..states).map(|to| f64::from(from == to) - chance(from, to)).chain([1.0]).collect())
        .collect();
    for pivot in 0..states {
        let row = a[pivot].clone();
        for lower in a.iter_mut().skip(pivot + 1) {
            let factor = lower[pivot] / row[pivot];
            if factor != 0.0 {
                lower.iter_mut().zip(&row).skip(pivot).for_each(|(value, above)| *value -= factor * above);
            }
        }
    }
    let mut steps = vec![0.0; states];
    for state in (0..states).rev() {
        let known: f64 = (state + 1..states).map(|other| a[state][other] * steps[other]).sum();
        steps[state] = (a[state][states] - known) / a[state][state];
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::{Cusum, Detector, Ewma, Shewhart, rows_to_alarm};

    const SHIFTS: [f64; 4] = [0.0, 0.5, 1.0, 2.0];
    type Exact = fn(f64) -> f64;
    type Make = fn() -> Box<dyn Detector>;
    /// Exact run lengths, the published ones, and how far they may be apart.
    type Published = (Exact, [f64; 4], f64);

    /// The published figures (Montgomery; Lucas and Saccucci), to their digits.
    #[test]
    fn run_lengths_are_the_published_ones() {
        let charts: [Published; 4] = [
            (|shift| shewhart(3.0, shift), [370.4, 155.2, 43.9, 6.30], 0.002),
            (|shift| cusum(0.5, 4.0, shift), [167.7, 26.6, 8.38, 3.34], 0.002),
            (|shift| cusum(0.5, 5.0, shift), [465.0, 38.0, 10.4, 4.01], 0.003),
            (|shift| ewma(0.1, 2.814, shift), [500.0, 31.3, 10.3, 4.36], 0.005),
        ];
        for (exact, published, slack) in charts {
            for (shift, published) in SHIFTS.into_iter().zip(published) {
                let found = exact(shift);
                assert!((found / published - 1.0).abs() < slack, "shift {shift}: {found}, not {published}");
            }
        }
    }

    #[test]
    fn simulated_charts_run_as_long_as_the_chains_say() {
        let charts: [(Make, Exact); 4] = [
            (|| Box::new(Shewhart { limit: 3.0 }), |shift| shewhart(3.0, shift)),
            (|| Box::new(Cusum::new(0.5, 4.0)), |shift| cusum(0.5, 4.0, shift)),
            (|| Box::new(Cusum::new(0.5, 5.0)), |shift| cusum(0.5, 5.0, shift)),
            (|| Box::new(Ewma::new(0.1, 2.814)), |shift| ewma(0.1, 2.814, shift)),
        ];
        for (chart, (make, exact)) in charts.into_iter().enumerate() {
            for (place, shift) in SHIFTS.into_iter().enumerate() {
                let runs = 1500;
                let rows: Vec<f64> = (0..runs)
                    .map(|run| {
                        let stream = Stream::root(3).child("chart", chart as u64).child("shift", place as u64);
                        let mut draws = Draws::new(&stream.child("run", run));
                        let next = || draws.normal() + shift;
                        rows_to_alarm(make().as_mut(), next, 1_000_000).expect("it alarms") as f64
                    })
                    .collect();
                let mean = rows.iter().sum::<f64>() / runs as f64;
                let variance = rows.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (runs - 1) as f64;
                let error = (variance / runs as f64).sqrt();
                let expected = exact(shift);
                assert!(
                    (mean - expected).abs() < 3.0 * error,
                    "chart {chart}, {shift}: {mean} ± {error}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn limits_invert_run_lengths() {
        assert!((shewhart(shewhart_limit(1500.0), 0.0) - 1500.0).abs() < 1e-3);
        assert!((cusum(0.5, cusum_threshold(0.5, 1500.0), 0.0) - 1500.0).abs() < 0.1);
        assert!((ewma(0.1, ewma_limit(0.1, 1500.0), 0.0) - 1500.0).abs() < 0.1);
    }

    #[test]
    fn runs_without_an_alarm_are_neither_dropped_nor_guessed() {
        let runs = Censored { horizon: 50, rows: vec![None, Some(5), None, Some(7), None] };
        assert_eq!(runs.restricted().iter().sum::<f64>(), 162.0);
        assert_eq!((runs.share_by(6), runs.median()), (0.2, f64::INFINITY));
    }

    #[test]
    fn a_job_alarms_falsely_as_seldom_as_its_limit_says_and_never_before_its_window_ends() {
        let mean = |jump: f64| {
            let one = |run| rows_to_job(50, job_limit(50, 1000.0), jump, &Stream::root(4).child("job", run));
            (0..4000).map(one).sum::<f64>() / 4000.0
        };
        // A false alarm in a thousand rows, less the half window that the jump cuts off.
        assert!((mean(0.0) / 975.0 - 1.0).abs() < 0.05, "{}", mean(0.0));
        assert!((25.0..30.0).contains(&mean(5.0)), "{}", mean(5.0));
    }
}
