//! How much a score needs each column.

use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// What shuffling one column costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// The column, from 0.
    pub column: usize,
    /// Score on the table as it is minus score with the column shuffled, once for each repeat.
    pub drops: Vec<f64>,
}

impl Importance {
    /// The mean drop.
    pub fn mean(&self) -> f64 {
        self.drops.iter().sum::<f64>() / self.drops.len() as f64
    }
}

/// Permutation importance (Breiman 2001, §10): the drop in `score` when one column's values are shuffled.
///
/// `score` sees a table of the same shape and returns a number where higher is better; it must be made for rows that
/// the model was not trained on to mean anything.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::tree::permutation_importance;
/// use ndarray::array;
///
/// let x = array![[1.0, 9.0], [2.0, 7.0], [3.0, 8.0], [4.0, 5.0]];
/// let score = |x: ndarray::ArrayView2<f64>| -x.rows().into_iter().zip(1..).map(|(r, i)| (r[0] - f64::from(i)).abs()).sum::<f64>();
/// let importance = permutation_importance(x.view(), 5, &Stream::root(7), score);
/// assert!(importance[0].mean() > 0.0 && importance[1].mean() == 0.0);
/// ```
pub fn permutation_importance(
    x: ArrayView2<f64>,
    repeats: usize,
    stream: &Stream,
    score: impl Fn(ArrayView2<f64>) -> f64 + Sync,
) -> Vec<Importance> {
    let base = score(x);
    let one = |column: usize| {
        let mut shuffled = x.to_owned();
        let drop = |repeat: usize| {
            let stream = stream.child("column", column as u64).child("repeat", repeat as u64);
            let order = Draws::new(&stream).permutation(x.nrows());
            for (row, from) in order.into_iter().enumerate() {
                shuffled[[row, column]] = x[[from, column]];
            }
            base - score(shuffled.view())
        };
        Importance { column, drops: (0..repeats).map(drop).collect() }
    };
    (0..x.ncols()).into_par_iter().map(one).collect()
}
