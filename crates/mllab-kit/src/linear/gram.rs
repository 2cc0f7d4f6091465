//! XᵀX and Xᵀy, the two products that covariance updates and ridge start from.

use crate::simd::{LANES, add_scaled, wide_fn};
use ndarray::{Array2, ArrayView2};

/// Rows packed at once: a panel of 256 × 8 numbers stays in the first cache.
const BLOCK: usize = 256;
/// Columns of one side of a tile; the other side has [`LANES`].
const TILE: usize = 4;

/// XᵀX / n, p by p, of n rows by p columns.
///
/// ```
/// use ndarray::array;
///
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// assert_eq!(mllab_kit::linear::gram(x.view()), array![[5.0, 7.0], [7.0, 10.0]]);
/// ```
pub fn gram(x: ArrayView2<f64>) -> Array2<f64> {
    let (n, p) = x.dim();
    let panels = p.div_ceil(LANES);
    let mut sums = Array2::zeros((panels * LANES, panels * LANES));
    let mut packed = vec![0.0; panels * BLOCK * LANES];
    for start in (0..n).step_by(BLOCK) {
        let rows = BLOCK.min(n - start);
        pack(x, start, rows, &mut packed);
        let flat = sums.as_slice_mut().expect("fresh arrays are contiguous");
        accumulate(&packed, rows, panels, flat);
    }
    let scale = n as f64;
    Array2::from_shape_fn((p, p), |(i, j)| sums[[i.min(j), i.max(j)]] / scale)
}

/// The pair of different columns, of two or more on one scale, with the largest absolute correlation, and that
/// correlation; of equals the first.
///
/// ```
/// use ndarray::array;
///
/// let x = array![[1.0, 1.0, -1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, 1.0], [-1.0, -1.0, 1.0]];
/// assert_eq!(mllab_kit::linear::closest_columns(x.view()), ([0, 2], 1.0));
/// ```
pub fn closest_columns(standardised: ArrayView2<f64>) -> ([usize; 2], f64) {
    let gram = gram(standardised);
    let correlation = |pair: &[usize; 2]| gram[*pair].abs();
    let pairs = (0..gram.nrows()).flat_map(|i| (i + 1..gram.nrows()).map(move |j| [i, j]));
    // Of equals the last is taken: from behind, the first.
    let closest = pairs.rev().max_by(|a, b| correlation(a).total_cmp(&correlation(b)));
    closest.map_or(([0, 1], 0.0), |pair| (pair, correlation(&pair)))
}

/// Xᵀy / n.
pub(super) fn column_products(x: ArrayView2<f64>, y: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; x.ncols()];
    let n = y.len() as f64;
    for (row, &value) in x.rows().into_iter().zip(y) {
        match row.as_slice() {
            Some(row) => add_scaled(&mut sums, value, row),
            None => sums.iter_mut().zip(row).for_each(|(sum, entry)| *sum += value * entry),
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= n);
    sums
}

/// Copies rows into panels of eight columns, each panel row after row; missing columns stay 0.
fn pack(x: ArrayView2<f64>, start: usize, rows: usize, packed: &mut [f64]) {
    let p = x.ncols();
    for r in 0..rows {
        let row = x.row(start + r);
        match row.as_slice() {
            Some(row) => {
                let (whole, rest) = row.as_chunks::<LANES>();
                let cells = packed.as_chunks_mut::<LANES>().0;
                for (panel, values) in whole.iter().enumerate() {
                    cells[panel * BLOCK + r] = *values;
                }
                if !rest.is_empty() {
                    cells[whole.len() * BLOCK + r][..rest.len()].copy_from_slice(rest);
                }
            }
            None => (0..p).for_each(|j| packed[(j / LANES * BLOCK + r) * LANES + j % LANES] = row[j]),
        }
    }
}

wide_fn! {
/// Adds the block's products to the tiles on and above the diagonal.
fn accumulate<'a>(packed: &'a [f64], rows: usize, panels: usize, sums: &'a mut [f64]) -> () {
    let side = panels * LANES;
    let panel = |index: usize| packed[index * BLOCK * LANES..][..rows * LANES].as_chunks::<LANES>().0;
    for left in 0..panels {
        for right in left..panels {
            for half in 0..LANES / TILE {
                let mut tile = [[0.0; LANES]; TILE];
                for (a, b) in panel(left).iter().zip(panel(right)) {
                    for i in 0..TILE {
                        for j in 0..LANES {
                            tile[i][j] = a[half * TILE + i].mul_add(b[j], tile[i][j]);
                        }
                    }
                }
                for (i, products) in tile.iter().enumerate() {
                    let at = (left * LANES + half * TILE + i) * side + right * LANES;
                    add_scaled(&mut sums[at..at + LANES], 1.0, products);
                }
            }
        }
    }
}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::normal_features;
    use mllab_core::Stream;

    #[test]
    fn gram_is_the_product_whatever_the_layout() {
        for (n, p) in [(1, 1), (300, 7), (513, 21)] {
            let x = normal_features(n, p, &Stream::root(1));
            let expected = x.t().dot(&x) / n as f64;
            let columns_first = x.t().as_standard_layout().into_owned();
            for found in [gram(x.view()), gram(columns_first.t())] {
                assert!((&found - &expected).iter().all(|d| d.abs() < 1e-12));
                assert_eq!(found, found.t());
            }
        }
    }
}
