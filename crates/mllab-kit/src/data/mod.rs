//! Tables to learn from: generated ones, keyed by a [`mllab_core::Stream`], the peers' shared ones, and four real ones.
//!
//! A lab finds here truths that it can draw rows from ([`classes`], [`regressions`], [`series`], [`drifting`]), and tables that
//! stand beside them ([`real`]).

pub mod classes;
pub mod drifting;
pub mod peers;
pub mod real;
pub mod regressions;
mod rewritten;
pub mod series;

pub use rewritten::Rewritten;

use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::{Array2, Axis};

/// Rows with a yes-or-no label; `true` is the class of interest.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// Features: n rows by p columns.
    pub x: Array2<f64>,
    /// One label a row.
    pub y: Vec<bool>,
}

/// Rows with a number to predict.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Features: n rows by p columns.
    pub x: Array2<f64>,
    /// One target a row.
    pub y: Vec<f64>,
}

impl Labelled {
    /// The rows named by `rows`, in that order; a row may come more than once.
    #[must_use]
    pub fn rows(&self, rows: &[usize]) -> Labelled {
        Labelled { x: self.x.select(Axis(0), rows), y: rows.iter().map(|&row| self.y[row]).collect() }
    }

    /// These rows and below them those of another table of the same columns.
    ///
    /// # Panics
    /// If the other table has another number of columns.
    #[must_use]
    pub fn above(&self, below: &Labelled) -> Labelled {
        let x = ndarray::concatenate(Axis(0), &[self.x.view(), below.x.view()]).expect("tables of one width");
        Labelled { x, y: self.y.iter().chain(&below.y).copied().collect() }
    }

    /// All rows, with these columns only.
    #[must_use]
    pub fn columns(&self, columns: &[usize]) -> Labelled {
        Labelled { x: self.x.select(Axis(1), columns), y: self.y.clone() }
    }

    /// The rows, and below them the first `share` of them once more.
    #[must_use]
    pub fn with_copies(&self, share: f64) -> Labelled {
        let n = self.y.len();
        self.rows(&(0..n).chain(0..(share * n as f64).round() as usize).collect::<Vec<_>>())
    }

    /// The first of each row's exact copies.
    #[must_use]
    pub fn without_copies(&self) -> Labelled {
        let number = self.twins();
        let mut seen = vec![false; number.len()];
        let first = |row: &usize| !std::mem::replace(&mut seen[number[*row]], true);
        self.rows(&(0..number.len()).filter(first).collect::<Vec<_>>())
    }

    /// For each row a number that it shares with its exact copies, labels included.
    pub fn twins(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.y.len()).collect();
        let compare = |&a: &usize, &b: &usize| {
            let cells = self.x.row(a).into_iter().zip(self.x.row(b)).map(|(a, b)| a.total_cmp(b));
            cells.into_iter().find(|order| order.is_ne()).unwrap_or(self.y[a].cmp(&self.y[b]))
        };
        order.sort_by(|a, b| compare(a, b).then(a.cmp(b)));
        let mut number = vec![0; order.len()];
        for pair in order.windows(2) {
            number[pair[1]] = number[pair[0]] + usize::from(compare(&pair[0], &pair[1]).is_ne());
        }
        number
    }

    /// How many labels are `true`.
    pub fn positives(&self) -> usize {
        self.y.iter().filter(|&&label| label).count()
    }

    /// All negatives with as many positives, drawn at random, as make one row in `rows` positive; in the table's order.
    ///
    /// ```
    /// use mllab_core::Stream;
    /// let cancer = mllab_kit::data::real::breast_cancer().table.thinned(10, &Stream::root(1));
    /// assert_eq!((cancer.positives(), cancer.y.len()), (40, 397));
    /// ```
    #[must_use]
    pub fn thinned(&self, rows: usize, stream: &Stream) -> Labelled {
        let rows_of = |label: bool| (0..self.y.len()).filter(|&row| self.y[row] == label).collect();
        let (positives, negatives): (Vec<usize>, Vec<usize>) = (rows_of(true), rows_of(false));
        let kept = ((negatives.len() as f64 / (rows - 1) as f64).round() as usize).min(positives.len());
        let chosen = Draws::new(stream).sample(positives.len(), kept);
        let mut kept: Vec<usize> = chosen.into_iter().map(|place| positives[place]).chain(negatives).collect();
        kept.sort_unstable();
        self.rows(&kept)
    }

    /// The labels as 0 and 1.
    pub fn targets(&self) -> Vec<f64> {
        targets_of(&self.y)
    }
}

impl Measured {
    /// The rows named by `rows`, in that order; a row may come more than once.
    #[must_use]
    pub fn rows(&self, rows: &[usize]) -> Measured {
        Measured { x: self.x.select(Axis(0), rows), y: rows.iter().map(|&row| self.y[row]).collect() }
    }
}

/// Labels as 0 and 1.
pub(crate) fn targets_of(y: &[bool]) -> Vec<f64> {
    y.iter().map(|&label| f64::from(u8::from(label))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::Stream;
    use ndarray::array;

    #[test]
    fn only_whole_copies_are_twins() {
        let table = Labelled { x: array![[1.0], [2.0], [1.0], [1.0]], y: vec![true, false, false, true] };
        assert_eq!(table.twins(), [1, 2, 0, 1]);
    }

    #[test]
    fn copies_are_found_and_removed() {
        let table = classes::pure_noise(50, 3, 0.5, &Stream::root(1));
        let copied = table.with_copies(0.4);
        assert_eq!((copied.y.len(), copied.without_copies()), (70, table));
    }

    #[test]
    fn rows_below_rows_keep_their_labels() {
        let table = Labelled { x: array![[1.0], [2.0]], y: vec![true, false] };
        let both = table.above(&table.rows(&[1]));
        assert_eq!((both.x, both.y), (array![[1.0], [2.0], [2.0]], vec![true, false, false]));
    }
}
