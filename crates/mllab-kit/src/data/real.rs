//! Four small real tables that smartcore ships, as arrays with column names.
//!
//! What smartcore 0.7 really ships, compared with scikit-learn 1.9.1, is said on each
//! function. All are stored as 32-bit floats there, so a value agrees with its source to about seven digits.

use super::{Labelled, Measured};
use ndarray::Array2;
use smartcore::dataset;

/// A real table: columns with names, in front of a target of any kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Real<T> {
    /// The rows and their target.
    pub table: T,
    /// One name a column.
    pub columns: Vec<String>,
}

/// Rows with one of several classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Classed {
    /// Features: n rows by p columns.
    pub x: Array2<f64>,
    /// The class of each row, from 0.
    pub class: Vec<usize>,
}

/// Breast Cancer Wisconsin (Diagnostic): 569 rows, 30 columns; `true` is malignant (212 rows).
///
/// The file codes benign as 1, as scikit-learn does; here the label is turned over, so that the class of interest is
/// the malignant one. Values are unaltered.
///
/// ```
/// let cancer = mllab_kit::data::real::breast_cancer();
/// assert_eq!((cancer.table.x.dim(), cancer.table.positives()), ((569, 30), 212));
/// assert_eq!(cancer.columns[0], "mean radius");
/// ```
pub fn breast_cancer() -> Real<Labelled> {
    let set = dataset::breast_cancer::load_dataset();
    let y = set.target.iter().map(|&code| code == 0).collect();
    Real { table: Labelled { x: matrix(&set.data, set.num_features), y }, columns: set.feature_names }
}

/// Diabetes (Efron et al. 2004): 442 rows, 10 columns; the target is disease progression after a year, 25 to 346.
///
/// Every column comes centred and divided so that its squares sum to 1 (population sd 1/√442 = 0.0476), not to unit
/// variance as smartcore's page says; so a scaler has nothing left to learn here. The blood pressure column differs
/// from scikit-learn's by up to 1.2e-5 (it was rounded before scaling).
pub fn diabetes() -> Real<Measured> {
    let set = dataset::diabetes::load_dataset();
    let y = set.target.iter().map(|&value| f64::from(value)).collect();
    Real { table: Measured { x: matrix(&set.data, set.num_features), y }, columns: set.feature_names }
}

/// Handwritten digits: 1797 rows, 64 columns (8 by 8 pixels, row by row, 0 to 16), ten classes.
///
/// Values are unaltered; smartcore gives it the names of iris's columns; here they are `pixel_0_0` to `pixel_7_7`.
pub fn digits() -> Real<Classed> {
    let set = dataset::digits::load_dataset();
    let class = set.target.iter().map(|&value| value as usize).collect();
    let columns = (0..64).map(|pixel| format!("pixel_{}_{}", pixel / 8, pixel % 8)).collect();
    Real { table: Classed { x: matrix(&set.data, set.num_features), class }, columns }
}

/// Iris (Fisher 1936): 150 rows, 4 columns in centimetres, three species of 50 rows: setosa, versicolor, virginica.
///
/// Values are unaltered, but of the UCI copy: rows 34 (petal width) and 37 (sepal width, petal length) differ from
/// Fisher's paper and from scikit-learn by up to 0.5 cm.
pub fn iris() -> Real<Classed> {
    let set = dataset::iris::load_dataset();
    let class = set.target.iter().map(|&value| value as usize).collect();
    Real { table: Classed { x: matrix(&set.data, set.num_features), class }, columns: set.feature_names }
}

impl Classed {
    /// One class against the others.
    #[must_use]
    pub fn against_rest(&self, class: usize) -> Labelled {
        Labelled { x: self.x.clone(), y: self.class.iter().map(|&each| each == class).collect() }
    }
}

fn matrix(values: &[f32], columns: usize) -> Array2<f64> {
    let values: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    Array2::from_shape_vec((values.len() / columns, columns), values).expect("whole rows")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// UCI's test file begins 0 to 9 three times over on each form; writers' numbers are not in it.
    #[test]
    fn digits_keep_the_order_of_the_forms() {
        let class = digits().table.class;
        let twice: Vec<usize> = (0..20).map(|place| place % 10).collect();
        let starts: Vec<usize> = (0..class.len() - 20).filter(|&row| class[row..row + 20] == twice).collect();
        for start in [0, 130, 256, 386, 516, 646, 776, 915, 1029, 1157, 1287, 1415, 1667] {
            assert!(starts.contains(&start), "{start}: {starts:?}");
        }
        // Fourteen blocks of equal length are off by no more than fourteen rows.
        for (block, start) in [0, 130, 256, 386, 516, 646, 776].into_iter().enumerate() {
            assert!((block * class.len() / 14).abs_diff(start) <= 14);
        }
    }

    #[test]
    fn the_tables_are_what_their_pages_say() {
        let diabetes = diabetes();
        assert_eq!(diabetes.table.x.dim(), (442, 10));
        for column in diabetes.table.x.columns() {
            assert!((column.dot(&column) - 1.0).abs() < 1e-3 && column.sum().abs() < 1e-5);
        }
        let (low, high) = diabetes.table.y.iter().fold((f64::MAX, 0.0), |(l, h): (f64, f64), &v| (l.min(v), h.max(v)));
        assert_eq!((low, high), (25.0, 346.0));

        let digits = digits();
        assert_eq!((digits.table.x.dim(), digits.columns.len()), ((1797, 64), 64));
        assert!(digits.table.x.iter().all(|&v| (0.0..=16.0).contains(&v) && v.fract() == 0.0));
        assert_eq!(digits.table.against_rest(3).positives(), 183);

        let iris = iris();
        assert_eq!(iris.table.x.dim(), (150, 4));
        assert!((0..3).all(|class| iris.table.against_rest(class).positives() == 50));
        // The UCI copy's own readings in rows 34 and 37: Fisher has 0.2 and 3.6, 1.4.
        let odd = [iris.table.x[[34, 3]], iris.table.x[[37, 1]], iris.table.x[[37, 2]]];
        assert!(odd.iter().zip([0.1, 3.1, 1.5]).all(|(a, b): (&f64, f64)| (a - b).abs() < 1e-6), "{odd:?}");
    }
}
