//! Putting columns on one scale.
//!
//! A lab finds here what is learnt from training rows alone and then done to others: means and deviations, so that no test
//! row has a say in them.

use crate::KitError;
use crate::data::Labelled;
use crate::error::{finite_table, same_length};
use ndarray::{Array2, ArrayView2, Axis, Zip};

/// Subtracts each column's mean and divides by its population standard deviation, both learnt from training rows.
///
/// A constant column is centred and left undivided, so it becomes zeros. Mean and deviation come from one pass over
/// the rows (Welford 1962), so large offsets do not cancel.
///
/// ```
/// use mllab_kit::preprocess::Standardiser;
/// use ndarray::array;
///
/// let train = array![[1.0, 5.0], [3.0, 5.0]];
/// let scaler = Standardiser::fit(train.view())?;
/// assert_eq!(scaler.transform(train.view())?, array![[-1.0, 0.0], [1.0, 0.0]]);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Standardiser {
    /// The mean of each column.
    pub mean: Vec<f64>,
    /// The population standard deviation of each column; 1 where the column is constant.
    pub scale: Vec<f64>,
}

impl Standardiser {
    /// Learns from n rows by p columns.
    ///
    /// # Errors
    /// An empty table or a value that is not finite.
    pub fn fit(x: ArrayView2<f64>) -> Result<Self, KitError> {
        finite_table("table", x)?;
        let mut mean = vec![0.0; x.ncols()];
        let mut squares = vec![0.0; x.ncols()];
        for (row_idx, row) in x.rows().into_iter().enumerate() {
            let weight = 1.0 / (row_idx + 1) as f64;
            for ((&value, mean), square) in row.iter().zip(&mut mean).zip(&mut squares) {
                let before = value - *mean;
                *mean += before * weight;
                *square += before * (value - *mean);
            }
        }
        let n = x.nrows() as f64;
        // A deviation within rounding of a constant column's magnitude is no deviation.
        let scale = squares
            .iter()
            .zip(&mean)
            .map(|(&square, mean)| {
                let deviation = (square / n).sqrt();
                if deviation > 10.0 * f64::EPSILON * mean.abs() { deviation } else { 1.0 }
            })
            .collect();
        Ok(Standardiser { mean, scale })
    }

    /// The table on the learnt scale.
    ///
    /// # Errors
    /// Another number of columns than learnt from.
    pub fn transform(&self, x: ArrayView2<f64>) -> Result<Array2<f64>, KitError> {
        same_length("table's columns", self.mean.len(), x.ncols())?;
        let mut out = x.to_owned();
        for (mut column, (&mean, &scale)) in out.axis_iter_mut(Axis(1)).zip(self.mean.iter().zip(&self.scale)) {
            Zip::from(&mut column).for_each(|value| *value = (*value - mean) / scale);
        }
        Ok(out)
    }
}

/// The columns of a table, then the square of each, then the product of each pair.
///
/// ```
/// use ndarray::array;
/// let x = array![[2.0, 3.0]];
/// assert_eq!(mllab_kit::preprocess::with_squares(x.view()), array![[2.0, 3.0, 4.0, 9.0, 6.0]]);
/// ```
pub fn with_squares(x: ArrayView2<f64>) -> Array2<f64> {
    let p = x.ncols();
    let pairs = (0..p).flat_map(|a| (a + 1..p).map(move |b| (a, b)));
    let products: Vec<(usize, usize)> = (0..p).map(|column| (column, column)).chain(pairs).collect();
    Array2::from_shape_fn((x.nrows(), p + products.len()), |(row, column)| match column.checked_sub(p) {
        None => x[[row, column]],
        Some(place) => x[[row, products[place].0]] * x[[row, products[place].1]],
    })
}

/// The columns with the largest squared correlation with the label, the best first.
///
/// ```
/// use mllab_kit::data::Labelled;
/// use ndarray::array;
///
/// let table = Labelled { x: array![[0.0, 1.0], [1.0, 1.1], [0.1, 2.0], [0.9, 2.1]], y: vec![false, false, true, true] };
/// assert_eq!(mllab_kit::preprocess::best_columns(&table, 1), [1]);
/// ```
pub fn best_columns(table: &Labelled, count: usize) -> Vec<usize> {
    let (n, p) = table.x.dim();
    let share = table.positives() as f64 / n as f64;
    let (mut sum, mut squares, mut with) = (vec![0.0; p], vec![0.0; p], vec![0.0; p]);
    for (row, &label) in table.x.rows().into_iter().zip(&table.y) {
        let y = f64::from(u8::from(label)) - share;
        for (((value, sum), square), with) in row.iter().zip(&mut sum).zip(&mut squares).zip(&mut with) {
            *sum += value;
            *square += value * value;
            *with += value * y;
        }
    }
    let fit = |j: usize| with[j] * with[j] / (squares[j] - sum[j] * sum[j] / n as f64).max(1e-300);
    let fits: Vec<f64> = (0..p).map(fit).collect();
    let mut order: Vec<usize> = (0..p).collect();
    order.sort_by(|&a, &b| fits[b].total_cmp(&fits[a]).then(a.cmp(&b)));
    order.truncate(count);
    order
}

/// The share of positives in each of `categories`, learnt from these rows; a category without rows gets the overall one.
///
/// ```
/// let codes = mllab_kit::preprocess::mean_labels(&[0, 0, 2], &[true, false, true], &[0, 1, 2], 3);
/// assert_eq!(codes, [0.5, 2.0 / 3.0, 1.0]);
/// ```
pub fn mean_labels(category: &[usize], y: &[bool], rows: &[usize], categories: usize) -> Vec<f64> {
    let (mut sum, mut n) = (vec![0.0; categories], vec![0.0; categories]);
    for &row in rows {
        sum[category[row]] += f64::from(u8::from(y[row]));
        n[category[row]] += 1.0;
    }
    let overall = sum.iter().sum::<f64>() / rows.len() as f64;
    sum.into_iter().zip(n).map(|(sum, n)| if n == 0.0 { overall } else { sum / n }).collect()
}

/// The mean of each column over the cells that are not NaN.
pub fn means_of_known(x: ArrayView2<f64>) -> Vec<f64> {
    let mean = |column: ndarray::ArrayView1<f64>| {
        let (sum, n) = column.iter().filter(|v| !v.is_nan()).fold((0.0, 0.0), |(sum, n), v| (sum + v, n + 1.0));
        sum / n
    };
    x.columns().into_iter().map(mean).collect()
}

/// A table whose NaN are filled with a value a column.
///
/// ```
/// use mllab_kit::preprocess::{filled, means_of_known};
/// use ndarray::array;
/// let x = array![[1.0, f64::NAN], [3.0, 5.0]];
/// assert_eq!(filled(x.view(), &means_of_known(x.view())), array![[1.0, 5.0], [3.0, 5.0]]);
/// ```
pub fn filled(x: ArrayView2<f64>, with: &[f64]) -> Array2<f64> {
    let mut x = x.to_owned();
    x.indexed_iter_mut().filter(|(_, v)| v.is_nan()).for_each(|((_, column), v)| *v = with[column]);
    x
}

/// A table on the scale of all its rows.
///
/// # Errors
/// Those of [`Standardiser`].
pub fn standard(table: &Labelled) -> Result<Labelled, KitError> {
    let x = Standardiser::fit(table.x.view())?.transform(table.x.view())?;
    Ok(Labelled { x, y: table.y.clone() })
}

/// Both tables on the scale of the first.
///
/// # Errors
/// Those of [`Standardiser`].
///
/// ```
/// use mllab_kit::data::Labelled;
/// use ndarray::array;
///
/// let table = |x| Labelled { x, y: vec![true, false] };
/// let (train, test) = (table(array![[1.0], [3.0]]), table(array![[5.0], [2.0]]));
/// let [train, test] = mllab_kit::preprocess::standardised(&train, &test)?;
/// assert_eq!((train.x, test.x), (array![[-1.0], [1.0]], array![[3.0], [0.0]]));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
pub fn standardised(train: &Labelled, test: &Labelled) -> Result<[Labelled; 2], KitError> {
    let scaler = Standardiser::fit(train.x.view())?;
    let on = |table: &Labelled| Ok(Labelled { x: scaler.transform(table.x.view())?, y: table.y.clone() });
    Ok([on(train)?, on(test)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::normal_features;
    use mllab_core::Stream;

    #[test]
    fn columns_come_out_with_mean_0_and_sd_1_even_far_from_0() {
        let mut x = normal_features(500, 3, &Stream::root(1));
        x.column_mut(1).mapv_inplace(|v| 1e6 + 1e-3 * v);
        x.column_mut(2).fill(0.1);
        let scaled = Standardiser::fit(x.view()).unwrap().transform(x.view()).unwrap();
        for (index, column) in scaled.columns().into_iter().enumerate() {
            let mean = column.sum() / 500.0;
            let variance = column.iter().map(|v| v * v).sum::<f64>() / 500.0;
            assert!(mean.abs() < 1e-6, "column {index}: mean {mean}");
            let expected = if index == 2 { 0.0 } else { 1.0 };
            assert!((variance - expected).abs() < 1e-6, "column {index}: variance {variance}");
        }
    }

    #[test]
    fn what_it_refuses() {
        assert!(Standardiser::fit(Array2::zeros((0, 2)).view()).is_err());
        let holed = ndarray::array![[1.0, f64::NAN]];
        let error = Standardiser::fit(holed.view()).unwrap_err();
        assert_eq!(error, KitError::NotFinite { what: "table", row: 0, column: 1 });
        let scaler = Standardiser::fit(Array2::zeros((2, 2)).view()).unwrap();
        assert!(scaler.transform(Array2::zeros((1, 3)).view()).is_err());
    }
}
