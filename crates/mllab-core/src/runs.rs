//! Runs become estimates: what the replicates of a part gave, and what is read off them.

use crate::{Cx, Estimate, LabError, Outcome, Replicate};
use std::f64::consts::LN_2;
use std::ops::Deref;

/// What the replicates of one part gave, in order.
///
/// ```
/// use mllab_core::Runs;
///
/// let runs = Runs::from(vec![[1.0, 0.5], [2.0, 0.5], [4.0, 0.5]]);
/// assert_eq!(runs.each(|run| run[0]), [1.0, 2.0, 4.0]);
/// assert!(runs.mean(|run| run[1]).low().is_nan(), "nothing varied, which proves nothing");
/// assert!(runs.share(|run| run[1]).low() > 0.0, "but a share is within bounds");
/// assert_eq!(runs.gap_or_none(|_| 0.0).high(), 0.0);
/// assert_eq!(runs.worst(|run| run[0]).point(), 4.0);
/// assert_eq!(runs.excess(|run| 3.0 * run[0], |run| run[0]).point(), 2.0);
/// ```
#[derive(Clone, Debug)]
pub struct Runs<T>(Vec<T>);

impl<T> Deref for Runs<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for Runs<T> {
    fn from(runs: Vec<T>) -> Self {
        Runs(runs)
    }
}

impl<T> FromIterator<T> for Runs<T> {
    fn from_iter<I: IntoIterator<Item = T>>(runs: I) -> Self {
        Runs(runs.into_iter().collect())
    }
}

impl<T> IntoIterator for Runs<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Runs<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> Runs<T> {
    /// One number of each run.
    pub fn each(&self, of: impl Fn(&T) -> f64) -> Vec<f64> {
        self.0.iter().map(of).collect()
    }

    /// Another view of each run.
    pub fn map<U>(&self, of: impl Fn(&T) -> U) -> Runs<U> {
        self.0.iter().map(of).collect()
    }

    /// The mean of a number.
    pub fn mean(&self, of: impl Fn(&T) -> f64) -> Estimate {
        Estimate::mean(&self.each(of))
    }

    /// The mean of a number from 0 to 1, which may be alike in all runs.
    pub fn share(&self, of: impl Fn(&T) -> f64) -> Estimate {
        Estimate::mean_within(&self.each(of), 0.0, 1.0)
    }

    /// The mean difference of two shares, which may be alike in all runs.
    pub fn gap(&self, of: impl Fn(&T) -> f64) -> Estimate {
        Estimate::mean_within(&self.each(of), -1.0, 1.0)
    }

    /// [`Runs::gap`], exactly none where no run differs at all: an arm that never differs is told from one that seldom does
    /// by what could still be unseen.
    pub fn gap_or_none(&self, of: impl Fn(&T) -> f64) -> Estimate {
        if self.0.iter().all(|run| of(run) == 0.0) { Estimate::exact(0.0) } else { self.gap(of) }
    }

    /// The share of runs for which something is true.
    pub fn proportion(&self, of: impl Fn(&T) -> bool) -> Estimate {
        Estimate::proportion(self.0.iter().filter(|run| of(run)).count(), self.0.len())
    }

    /// The median of a number; infinity for what never came is welcome.
    pub fn median(&self, of: impl Fn(&T) -> f64) -> Estimate {
        Estimate::median(&self.each(of))
    }

    /// The mean of a number over resamples that share rows of one table, of which `test_to_train` test rows come on each
    /// training row.
    pub fn resampled(&self, test_to_train: f64, of: impl Fn(&T) -> f64) -> Estimate {
        Estimate::resampled_mean(&self.each(of), test_to_train)
    }

    /// The base-2 logarithm of the mean of one number over the mean of another, to first order.
    pub fn log_ratio(&self, above: impl Fn(&T) -> f64, below: impl Fn(&T) -> f64) -> Estimate {
        Estimate::mean(&self.log_ratios(above, below))
    }

    /// Numbers whose mean is [`Runs::log_ratio`], and whose spread is that of the ratio of means.
    pub fn log_ratios(&self, above: impl Fn(&T) -> f64, below: impl Fn(&T) -> f64) -> Vec<f64> {
        let (a, b) = (self.each(above), self.each(below));
        let (above, below) = (average(&a), average(&b));
        let ratio = libm::log2(above / below);
        a.iter().zip(&b).map(|(a, b)| ratio + (a / above - b / below) / LN_2).collect()
    }

    /// The share by which the mean of one number is smaller than the mean of another, to first order.
    ///
    /// ```
    /// let runs = mllab_core::Runs::from(vec![[1.0, 4.0], [2.0, 4.0], [3.0, 4.0]]);
    /// assert_eq!(runs.cut(|run| run[0], |run| run[1]).point(), 0.5);
    /// assert_eq!(runs.log_ratio(|run| run[0], |run| run[1]).point(), -1.0);
    /// ```
    pub fn cut(&self, smaller: impl Fn(&T) -> f64, larger: impl Fn(&T) -> f64) -> Estimate {
        Estimate::mean(&self.cuts(smaller, larger))
    }

    /// The share by which the mean of one number is larger than the mean of another, to first order.
    pub fn excess(&self, larger: impl Fn(&T) -> f64, smaller: impl Fn(&T) -> f64) -> Estimate {
        Estimate::mean(&self.cuts(larger, smaller).into_iter().map(|cut| -cut).collect::<Vec<_>>())
    }

    /// Numbers whose mean is [`Runs::cut`], and whose spread is that of the ratio of means.
    pub fn cuts(&self, smaller: impl Fn(&T) -> f64, larger: impl Fn(&T) -> f64) -> Vec<f64> {
        let (a, b) = (self.each(smaller), self.each(larger));
        let (below, ratio) = (average(&b), average(&a) / average(&b));
        a.iter().zip(&b).map(|(a, b)| 1.0 - ratio - (a - ratio * b) / below).collect()
    }

    /// The largest there was, at least 0, exactly: for identities and controls.
    pub fn worst(&self, of: impl Fn(&T) -> f64) -> Estimate {
        Estimate::exact(self.each(of).into_iter().fold(0.0, f64::max))
    }
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

impl<const N: usize> Runs<[f64; N]> {
    /// The mean of each of the numbers.
    ///
    /// ```
    /// let runs = mllab_core::Runs::from(vec![[1.0, 0.5], [2.0, 0.5], [3.0, 0.0]]);
    /// let [first, second] = runs.means();
    /// assert_eq!((first.point(), second.point()), (2.0, 1.0 / 3.0));
    /// ```
    pub fn means(&self) -> [Estimate; N] {
        std::array::from_fn(|at| self.mean(|run| run[at]))
    }

    /// The mean of each of the numbers from 0 to 1, which may be alike in all runs.
    pub fn shares(&self) -> [Estimate; N] {
        std::array::from_fn(|at| self.share(|run| run[at]))
    }
}

impl<T> Runs<Vec<T>> {
    /// What all runs gave, one after the other: folds of rounds, days of weeks.
    pub fn flat(self) -> Runs<T> {
        self.0.into_iter().flatten().collect()
    }
}

impl Cx<'_> {
    /// Runs `one` for `n` replicates of a part of this study (`""` where it has one), in parallel; each part has streams of
    /// its own.
    ///
    /// # Errors
    ///
    /// The first run that the data cannot answer; a run ended from outside.
    pub fn runs<T: Send>(
        &self,
        part: &str,
        n: usize,
        one: impl Fn(Replicate) -> Result<T, LabError> + Sync,
    ) -> Result<Runs<T>, LabError> {
        self.replicate_part(part, n, one)?.into_iter().collect::<Result<Vec<T>, LabError>>().map(Runs)
    }
}

/// The estimates of a setting's parts, in order.
pub trait Parts {
    /// Each in turn.
    fn each(self) -> impl Iterator<Item = Estimate>;
}

impl Parts for Estimate {
    fn each(self) -> impl Iterator<Item = Estimate> {
        std::iter::once(self)
    }
}

impl<const N: usize> Parts for [Estimate; N] {
    fn each(self) -> impl Iterator<Item = Estimate> {
        self.into_iter()
    }
}

impl Parts for Vec<Estimate> {
    fn each(self) -> impl Iterator<Item = Estimate> {
        self.into_iter()
    }
}

impl Outcome {
    /// Adds the estimates of several settings of a claim, each by its place.
    ///
    /// ```
    /// let mut outcome = mllab_core::Outcome::new();
    /// let runs = mllab_core::Runs::from(vec![[1.0, 5.0], [2.0, 7.0]]);
    /// outcome.find_each("waits", &["one line", "two lines"], |arm| runs.mean(|run| run[arm]));
    /// assert_eq!((outcome.measured[1].setting, outcome.measured[1].estimate.point()), ("two lines", 6.0));
    /// ```
    pub fn find_each<P: Parts>(&mut self, claim: &'static str, settings: &[&'static str], parts: impl Fn(usize) -> P) {
        for (place, setting) in settings.iter().enumerate() {
            self.find(claim, setting, parts(place));
        }
    }

    /// Adds the estimates of all parts of a setting: one, or an array.
    pub fn find(&mut self, claim: &'static str, setting: &'static str, parts: impl Parts) {
        for (part, estimate) in parts.each().enumerate() {
            self.find_part(claim, setting, part, estimate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_of_means_have_the_right_middle_and_no_doubt_between_multiples() {
        let runs = Runs::from(vec![[1.0, 4.0, 2.0], [2.0, 4.0, 4.0], [3.0, 4.0, 6.0]]);
        let cuts = runs.cuts(|run| run[0], |run| run[1]);
        assert!((average(&cuts) - 0.5).abs() < 1e-15 && cuts[0] != cuts[1]);
        assert!((average(&runs.log_ratios(|run| run[0], |run| run[1])) + 1.0).abs() < 1e-15);
        assert!(runs.cuts(|run| run[0], |run| run[2]).iter().all(|v| (v - 0.5).abs() < 1e-15));
    }
}
