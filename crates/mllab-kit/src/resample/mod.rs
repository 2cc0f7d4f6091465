//! Making classes equal: dropping rows, repeating them, or inventing them between neighbours.
//!
//! Every method returns the given rows first, in their order, then the added ones, and says where each row came
//! from. Resample training rows only, after the split.

mod random;
mod synthetic;

pub use random::{random_over, random_under};
pub use synthetic::{Synthesis, adasyn, borderline_smote, smote};

use crate::KitError;
use crate::error::{finite_table, same_length, setting, two_classes};
use ndarray::{Array2, ArrayView2};

/// Neighbours that the synthetic methods look at unless told otherwise.
pub const NEIGHBOURS: usize = 5;

/// A resampled table, and where its rows came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled {
    /// Features: rows by p columns.
    pub x: Array2<f64>,
    /// One label a row.
    pub y: Vec<bool>,
    /// One origin a row, by row numbers of the given table.
    pub origin: Vec<Origin>,
}

/// Where a row of a resampled table came from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// A given row, or a copy of it.
    Row(usize),
    /// A point `share` of the way from one given row to another.
    Between {
        /// The row that it starts from.
        from: usize,
        /// The neighbour that it moves towards.
        to: usize,
        /// How far, in [0, 1).
        share: f64,
    },
}

/// n / (2 · rows of the class) for each row: both classes weigh the same and the mean weight is 1.
///
/// ```
/// assert_eq!(mllab_kit::resample::balanced_weights(&[true, false, false, false]), [2.0, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]);
/// ```
pub fn balanced_weights(y: &[bool]) -> Vec<f64> {
    let positives = y.iter().filter(|&&label| label).count() as f64;
    let n = y.len() as f64;
    y.iter().map(|&label| 0.5 * n / if label { positives } else { n - positives }).collect()
}

/// The class with fewer rows (of equals, `true`), and the rows of both.
struct Sides {
    minority: bool,
    few: Vec<usize>,
    many: Vec<usize>,
}

impl Sides {
    fn new(x: ArrayView2<f64>, y: &[bool]) -> Result<Self, KitError> {
        finite_table("table", x)?;
        same_length("labels", x.nrows(), y.len())?;
        two_classes(y)?;
        let rows_of = |label: bool| (0..y.len()).filter(|&row| y[row] == label).collect::<Vec<_>>();
        let (positive, negative) = (rows_of(true), rows_of(false));
        Ok(if positive.len() <= negative.len() {
            Sides { minority: true, few: positive, many: negative }
        } else {
            Sides { minority: false, few: negative, many: positive }
        })
    }

    /// Rows to add so that minority / majority becomes `ratio`.
    fn missing(&self, ratio: f64) -> Result<usize, KitError> {
        let now = self.few.len() as f64 / self.many.len() as f64;
        setting(ratio <= 1.0 && ratio >= now, "ratio of classes", ratio, "at most 1 and no less than it is")?;
        Ok(((ratio * self.many.len() as f64).round() as usize).saturating_sub(self.few.len()))
    }
}
