//! A monitor of the error rate whose labels come late or seldom.

use crate::draws::Draws;
use mllab_core::Stream;

/// When labels of predictions come, and of how many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LateLabels {
    /// Predictions a day.
    pub rows_per_day: usize,
    /// Labels come so many days later, at the same hour give or take a day.
    pub delay: usize,
    /// The share of predictions that ever get a label.
    pub coverage: f64,
}

/// The likelihood ratio, as a logarithm, at which the monitor alarms.
const EVIDENCE: f64 = 9.0;

impl LateLabels {
    /// The day, from 1, at whose end a CUSUM over the likelihood ratio of two error rates alarms, where errors happen with
    /// probability `error` from the first day on; nothing where there is no alarm within `horizon` days.
    pub fn days_to_alarm(
        &self,
        [before, after]: [f64; 2],
        error: f64,
        horizon: usize,
        stream: &Stream,
    ) -> Option<usize> {
        let mut draws = Draws::new(stream);
        let (wrong, right) = (libm::log(after / before), libm::log((1.0 - after) / (1.0 - before)));
        let mut sum = 0.0_f64;
        // Labels that are still to come: hits and errors by the day of their arrival.
        let mut arriving = vec![[0_u32; 2]; self.delay + 3];
        for day in 1..=horizon {
            for _ in 0..self.rows_per_day {
                if !draws.happens(self.coverage) {
                    continue;
                }
                let is_wrong = draws.happens(error);
                let late = if self.delay == 0 { 0 } else { self.delay - 1 + draws.below(3) };
                arriving[(day + late) % (self.delay + 3)][usize::from(is_wrong)] += 1;
            }
            let [hits, errors] = std::mem::take(&mut arriving[day % (self.delay + 3)]);
            // Within a day the order is not known: errors are spread evenly.
            let all = hits + errors;
            for label in 0..all {
                let is_wrong = (label + 1) * errors / all > label * errors / all;
                sum = (sum + if is_wrong { wrong } else { right }).max(0.0);
                if sum > EVIDENCE {
                    return Some(day);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_by_the_delay_and_by_the_labels_that_never_come() {
        let mean = |delay, coverage| {
            let labels = LateLabels { rows_per_day: 100, delay, coverage };
            let days = |run| labels.days_to_alarm([0.1, 0.2], 0.2, 1000, &Stream::root(run)).expect("it alarms") as f64;
            (0..200).map(days).sum::<f64>() / 200.0
        };
        let prompt = mean(0, 1.0);
        // The mean gain of a label is Σ p ln(p / q) = .0444, so nine need about two hundred labels.
        assert!((2.0..4.0).contains(&prompt), "{prompt}");
        assert!((mean(7, 1.0) - prompt - 7.0).abs() < 1.0);
        assert!((mean(0, 0.1) / prompt / 10.0 - 1.0).abs() < 0.3);
    }

    #[test]
    fn without_a_change_it_hardly_ever_alarms() {
        let labels = LateLabels { rows_per_day: 100, delay: 0, coverage: 1.0 };
        let alarms = |run: &u64| labels.days_to_alarm([0.1, 0.2], 0.1, 30, &Stream::root(*run)).is_some();
        assert!((0..200).filter(alarms).count() < 10);
    }
}
