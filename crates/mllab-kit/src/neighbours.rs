//! Exact nearest neighbours.
//!
//! All distances are computed, in blocks: on the tables of the labs (up to ten thousand rows, twenty columns) that is
//! faster than a tree, whose bounds hardly prune in twenty dimensions. Single precision finds the few candidates and
//! double precision decides between them, with a margin that covers the rounding of the first pass.

use crate::KitError;
use crate::error::{finite_table, same_length, setting};
use crate::simd::wide_fn;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// For each query the indices of its `k` nearest rows, nearest first, equal distances by row; Euclidean.
///
/// With `skip_self`, `queries` and `rows` must be the same table and a row is not its own neighbour (a copy of it is).
///
/// ```
/// use ndarray::array;
///
/// let rows = array![[0.0], [1.0], [3.0], [7.0]];
/// let nearest = mllab_kit::neighbours::nearest(rows.view(), rows.view(), 2, true)?;
/// assert_eq!(nearest, [[1, 2], [0, 2], [1, 0], [2, 1]].map(Vec::from));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// Tables that are empty, not finite or of different width, or `k` outside 1 to the number of rows (less one with
/// `skip_self`).
pub fn nearest(
    queries: ArrayView2<f64>,
    rows: ArrayView2<f64>,
    k: usize,
    skip_self: bool,
) -> Result<Vec<Vec<usize>>, KitError> {
    finite_table("queries", queries)?;
    finite_table("rows", rows)?;
    same_length("query's columns", rows.ncols(), queries.ncols())?;
    let most = rows.nrows() - usize::from(skip_self);
    setting(k >= 1 && k <= most, "neighbours", k as f64, "at least 1 and no more than the other rows")?;
    let index = Index::new(rows);
    let starts: Vec<usize> = (0..queries.nrows()).step_by(QUERIES).collect();
    let blocks: Vec<Vec<Vec<usize>>> = starts
        .into_par_iter()
        .map(|start| {
            let block = start..(start + QUERIES).min(queries.nrows());
            block.map(|query| find(&index, queries, query, k, skip_self)).collect()
        })
        .collect();
    Ok(blocks.into_iter().flatten().collect())
}

/// Share of `true` among the `k` nearest rows of each query: k-NN classification.
///
/// # Errors
/// As [`nearest`], and labels of another length than `rows`.
pub fn shares(queries: ArrayView2<f64>, rows: ArrayView2<f64>, y: &[bool], k: usize) -> Result<Vec<f64>, KitError> {
    same_length("labels", rows.nrows(), y.len())?;
    let share = |found: Vec<usize>| found.iter().filter(|&&row| y[row]).count() as f64 / k as f64;
    Ok(nearest(queries, rows, k, false)?.into_iter().map(share).collect())
}

/// Queries that one task handles.
const QUERIES: usize = 64;
/// Rows whose distances are computed side by side.
const LANES: usize = 32;

/// ‖r‖² − 2 q·r for the rows of one block; sums in groups of eight, which stay in registers.
#[inline(always)]
fn distances(block: &[f32], turned: &[f32], norms: &[f32]) -> [f32; LANES] {
    const GROUP: usize = 8;
    let mut sums = [[0.0_f32; GROUP]; LANES / GROUP];
    let columns = block.as_chunks::<GROUP>().0.as_chunks::<{ LANES / GROUP }>().0;
    for (column, &q) in columns.iter().zip(turned) {
        for group in 0..LANES / GROUP {
            for lane in 0..GROUP {
                sums[group][lane] = column[group][lane].mul_add(q, sums[group][lane]);
            }
        }
    }
    let mut out = [0.0; LANES];
    for (at, (out, norm)) in out.iter_mut().zip(norms).enumerate() {
        *out = norm + sums[at / GROUP][at % GROUP];
    }
    out
}

wide_fn! {
    /// [`Index::find`] at the machine's width.
    fn find<'a, 'b, 'c>(
        index: &'a Index<'b>,
        queries: ArrayView2<'c, f64>,
        query: usize,
        k: usize,
        skip_self: bool,
    ) -> Vec<usize> {
        index.find(queries, query, k, skip_self)
    }
}

/// The rows as blocks of [`LANES`], in each block column after column, in single precision around their mean.
struct Index<'a> {
    rows: ArrayView2<'a, f64>,
    mean: Vec<f64>,
    blocks: Vec<f32>,
    /// Squared norms of the centred rows; infinite past the end.
    norms: Vec<f32>,
    /// Largest squared norm of a centred row: the rounding of a distance is a small multiple of it.
    largest: f32,
}

impl<'a> Index<'a> {
    fn new(rows: ArrayView2<'a, f64>) -> Self {
        let (n, p) = rows.dim();
        let mean: Vec<f64> = rows.columns().into_iter().map(|column| column.sum() / n as f64).collect();
        let mut blocks = vec![0.0; n.div_ceil(LANES) * p * LANES];
        let mut norms = vec![f32::INFINITY; n.next_multiple_of(LANES)];
        for (row_idx, row) in rows.rows().into_iter().enumerate() {
            let block = &mut blocks[row_idx / LANES * p * LANES..][..p * LANES];
            let mut norm = 0.0;
            for (j, (&value, mean)) in row.iter().zip(&mean).enumerate() {
                let centred = (value - mean) as f32;
                block[j * LANES + row_idx % LANES] = centred;
                norm += centred * centred;
            }
            norms[row_idx] = norm;
        }
        let largest = norms[..n].iter().copied().fold(0.0, f32::max);
        Index { rows, mean, blocks, norms, largest }
    }

    #[inline(always)]
    fn find(&self, queries: ArrayView2<f64>, query: usize, k: usize, skip_self: bool) -> Vec<usize> {
        let (n, p) = self.rows.dim();
        let centred: Vec<f32> = queries.row(query).iter().zip(&self.mean).map(|(v, m)| (v - m) as f32).collect();
        let norm: f32 = centred.iter().map(|v| v * v).sum();
        // ‖r‖² − 2 q·r differs from d² by ‖q‖², the same for all rows. Each of its p + 1 terms and sums is off by at
        // most ε of (‖q‖² + ‖r‖²) or so; the factors are room to spare.
        let margin = 8.0 * (p as f32 + 4.0) * f32::EPSILON * (norm + self.largest);
        let turned: Vec<f32> = centred.iter().map(|v| -2.0 * v).collect();
        // The k smallest single-precision distances so far, ascending, and every row that may still be among them.
        let mut best = vec![f32::INFINITY; k];
        let mut candidates: Vec<(f32, u32)> = Vec::with_capacity(4 * k + 64);
        let mut bound = f32::INFINITY;
        for (block_idx, block) in self.blocks.chunks_exact(p * LANES).enumerate() {
            let norms = &self.norms[block_idx * LANES..][..LANES];
            let distance = distances(block, &turned, norms);
            let mut any = false;
            for d in distance {
                any |= d <= bound;
            }
            if !any {
                continue;
            }
            for (lane, &d) in distance.iter().enumerate() {
                let row = block_idx * LANES + lane;
                if d > bound || row >= n || (skip_self && row == query) {
                    continue;
                }
                candidates.push((d, row as u32));
                if d < best[k - 1] {
                    let place = best.partition_point(|&other| other <= d);
                    best[place..].rotate_right(1);
                    best[place] = d;
                    bound = best[k - 1] + margin;
                }
            }
        }
        self.decide(queries, query, k, candidates.into_iter().filter(|(d, _)| *d <= bound).map(|(_, row)| row))
    }

    /// The k nearest candidates by double precision.
    fn decide(
        &self,
        queries: ArrayView2<f64>,
        query: usize,
        k: usize,
        candidates: impl Iterator<Item = u32>,
    ) -> Vec<usize> {
        let query = queries.row(query);
        let distance = |row: usize| query.iter().zip(self.rows.row(row)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        let mut exact: Vec<(f64, usize)> = candidates.map(|row| (distance(row as usize), row as usize)).collect();
        exact.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        exact.truncate(k);
        exact.into_iter().map(|(_, row)| row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::normal_features;
    use mllab_core::Stream;
    use ndarray::Array2;

    fn by_hand(queries: &Array2<f64>, rows: &Array2<f64>, k: usize, skip_self: bool) -> Vec<Vec<usize>> {
        let one = |(index, query): (usize, ndarray::ArrayView1<f64>)| {
            let distance = |row: usize| query.iter().zip(rows.row(row)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            let mut order: Vec<usize> = (0..rows.nrows()).filter(|&row| !skip_self || row != index).collect();
            order.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
            order.truncate(k);
            order
        };
        queries.rows().into_iter().enumerate().map(one).collect()
    }

    #[test]
    fn neighbours_are_those_of_a_full_sort() {
        for (n, p, k) in [(5, 1, 4), (333, 2, 1), (500, 20, 7)] {
            let rows = normal_features(n, p, &Stream::root(1));
            let queries = normal_features(40, p, &Stream::root(2));
            // Far from 0, on a grid (many equal distances), and nearly equal to single precision.
            for change in [|v: f64| v, |v: f64| v + 1e4, |v: f64| v.round(), |v: f64| 1.0 + 1e-9 * v] {
                let (rows, queries) = (rows.mapv(change), queries.mapv(change));
                let found = nearest(queries.view(), rows.view(), k, false).unwrap();
                assert_eq!(found, by_hand(&queries, &rows, k, false), "{n} {p} {k}");
                let found = nearest(rows.view(), rows.view(), k, true).unwrap();
                assert_eq!(found, by_hand(&rows, &rows, k, true), "{n} {p} {k}");
            }
        }
    }

    #[test]
    fn shares_and_refusals() {
        let rows = ndarray::array![[0.0], [1.0], [10.0]];
        let query = ndarray::array![[0.4]];
        assert_eq!(shares(query.view(), rows.view(), &[true, false, false], 2).unwrap(), [0.5]);
        assert!(nearest(rows.view(), rows.view(), 3, true).is_err());
        assert!(nearest(query.view(), rows.view(), 0, false).is_err());
        assert!(nearest(Array2::zeros((1, 2)).view(), rows.view(), 1, false).is_err());
    }
}
