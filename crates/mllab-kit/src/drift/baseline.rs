//! Earlier rows, ready to be held against later ones.

use super::distance::sorted;
use super::{Bins, chi_square, jensen_shannon, ks_p, ks_sorted, normal_cdf, wasserstein};
use crate::KitError;
use ndarray::ArrayView2;

/// A column of earlier rows.
///
/// ```
/// use mllab_kit::drift::Reference;
///
/// let reference = Reference::new(&[1.0, 2.0, 3.0, 4.0, 5.0])?;
/// assert_eq!(reference.ks(&[2.0, 1.0, 3.0, 5.0, 4.0]), (0.0, 1.0));
/// assert_eq!(reference.wasserstein(&[2.0, 3.0, 4.0, 5.0, 6.0]), 1.0);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    sorted: Vec<f64>,
    bins: Bins,
}

impl Reference {
    /// Sorts the values and finds their deciles.
    ///
    /// # Errors
    /// No values.
    pub fn new(values: &[f64]) -> Result<Self, KitError> {
        Ok(Reference { sorted: sorted(values), bins: Bins::deciles(values)? })
    }

    /// The Kolmogorov-Smirnov distance, and its p.
    pub fn ks(&self, later: &[f64]) -> (f64, f64) {
        let distance = ks_sorted(&self.sorted, &sorted(later));
        (distance, ks_p(distance, self.sorted.len(), later.len()))
    }

    /// The population stability index over the deciles.
    pub fn psi(&self, later: &[f64]) -> f64 {
        self.bins.psi(&self.sorted, later)
    }

    /// The p of Pearson's chi-square test over the deciles.
    pub fn chi_square_p(&self, later: &[f64]) -> f64 {
        chi_square(&self.bins.counts(&self.sorted), &self.bins.counts(later)).1
    }

    /// The Jensen-Shannon distance over the deciles.
    pub fn jensen_shannon(&self, later: &[f64]) -> f64 {
        let counts = |values| self.bins.counts(values).into_iter().map(|count| count as f64).collect::<Vec<f64>>();
        jensen_shannon(&counts(&self.sorted), &counts(later))
    }

    /// The Wasserstein distance.
    pub fn wasserstein(&self, later: &[f64]) -> f64 {
        wasserstein(&self.sorted, later)
    }

    /// The p of a z-test of the mean of values whose standard deviation is 1.
    pub fn mean_p(&self, later: &[f64]) -> f64 {
        let (m, n) = (self.sorted.len() as f64, later.len() as f64);
        let off = later.iter().sum::<f64>() / n - self.sorted.iter().sum::<f64>() / m;
        2.0 * normal_cdf(-off.abs() / (1.0 / n + 1.0 / m).sqrt())
    }
}

/// All columns of earlier rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Each column.
    pub columns: Vec<Reference>,
}

impl Baseline {
    /// Takes in each column.
    ///
    /// # Errors
    /// No rows.
    pub fn new(x: ArrayView2<f64>) -> Result<Self, KitError> {
        let columns = x.columns().into_iter().map(|column| Reference::new(&column.to_vec()));
        Ok(Baseline { columns: columns.collect::<Result<_, _>>()? })
    }

    /// What a test says of each column of later rows.
    pub fn each<T>(&self, later: ArrayView2<f64>, test: impl Fn(&Reference, &[f64]) -> T) -> Vec<T> {
        self.columns.iter().zip(later.columns()).map(|(reference, column)| test(reference, &column.to_vec())).collect()
    }

    /// Whether the Kolmogorov-Smirnov test of some column rejects, at a level over all columns together.
    pub fn alarms(&self, later: ArrayView2<f64>, level: f64) -> bool {
        let level = level / self.columns.len() as f64;
        let mut columns = self.columns.iter().zip(later.columns());
        columns.any(|(reference, column)| reference.ks(&column.to_vec()).1 < level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::normal_features;
    use mllab_core::Stream;

    #[test]
    fn the_share_of_false_alarms_is_the_level_over_all_columns() {
        let alarms = |run: &u64| {
            let [a, b] = ["a", "b"].map(|name| normal_features(200, 4, &Stream::root(*run).child(name, 0)));
            Baseline::new(a.view()).unwrap().alarms(b.view(), 0.05)
        };
        let share = (0..1000).filter(alarms).count() as f64 / 1000.0;
        // KS is conservative where samples are small.
        assert!((0.02..0.06).contains(&share), "{share}");
    }

    #[test]
    fn each_test_sees_a_column_that_moved_and_none_that_did_not() {
        let before = normal_features(1000, 2, &Stream::root(1));
        let mut after = normal_features(1000, 2, &Stream::root(2));
        after.column_mut(1).mapv_inplace(|value| value + 0.5);
        let p = Baseline::new(before.view()).unwrap().each(after.view(), |reference, later| {
            [reference.ks(later).1, reference.chi_square_p(later), reference.mean_p(later)]
        });
        assert!(p[0].iter().all(|p| *p > 0.01) && p[1].iter().all(|p| *p < 1e-6), "{p:?}");
    }
}
