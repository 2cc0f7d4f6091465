//! Exact nearest neighbours.
//!
//! All distances are computed, in blocks: on the tables of the labs (up to ten thousand rows, twenty columns) that is
//! faster than a tree, whose bounds hardly prune in twenty dimensions. Single precision finds the few candidates and
//! double precision decides between them, with a margin that covers the rounding of the first pass.

use crate::KitError;
use crate::data::Labelled;
use crate::draws::Draws;
use crate::error::{finite_table, same_length, setting};
use crate::metrics::roc_auc;
use crate::simd::wide_fn;
use crate::split::{Parts, mean_over};
use ndarray::{ArrayView2, Axis};
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

/// ROC-AUC on the test rows of the share of positives among the `k` nearest training rows.
///
/// # Errors
/// As [`nearest`].
pub fn auc(train: &Labelled, test: &Labelled, k: usize) -> Result<f64, KitError> {
    Ok(roc_auc(&shares(test.x.view(), train.x.view(), &train.y, k)?, &test.y))
}

/// The mean of [`auc`] over folds.
///
/// ```
/// use mllab_kit::data::classes::Grouped;
/// use mllab_kit::{neighbours, split};
/// use mllab_core::Stream;
///
/// let (rows, key) = Grouped { groups: 40, rows_each: 10, columns: 3, within: 0.1 }.draw(&Stream::root(1));
/// let at_random = split::random_folds(key.len(), 5, &Stream::root(2))?;
/// assert!(neighbours::auc_over(&rows, &at_random, 1)? > 0.95, "known entities are recognised");
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// As [`nearest`].
pub fn auc_over(table: &Labelled, folds: &[Parts], k: usize) -> Result<f64, KitError> {
    mean_over(table, folds, |_, train, test| auc(train, test, k))
}

/// The share of test rows whose nearest training row is of their class.
///
/// ```
/// use ndarray::array;
/// let accuracy = mllab_kit::neighbours::accuracy(array![[0.0], [9.0], [1.0], [2.0]].view(), &[0, 1, 0, 1], &[0, 1], &[2, 3])?;
/// assert_eq!(accuracy, 0.5);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// As [`nearest`], and classes of another length than `x`.
pub fn accuracy<C: PartialEq>(
    x: ArrayView2<f64>,
    class: &[C],
    train: &[usize],
    test: &[usize],
) -> Result<f64, KitError> {
    same_length("classes", x.nrows(), class.len())?;
    let right = whose(x, train, test)?.iter().zip(test).filter(|(near, row)| class[**near] == class[**row]).count();
    Ok(right as f64 / test.len() as f64)
}

/// The row of `train` that is nearest to each row of `test`.
fn whose(x: ArrayView2<f64>, train: &[usize], test: &[usize]) -> Result<Vec<usize>, KitError> {
    let found = nearest(x.select(Axis(0), test).view(), x.select(Axis(0), train).view(), 1, false)?;
    Ok(found.into_iter().map(|near| train[near[0]]).collect())
}

/// Accuracy on test and on validation rows at the odd number of neighbours, up to `most`, that is best on the validation
/// rows; of equally good ones the smallest.
///
/// # Errors
/// As [`nearest`].
pub fn tuned(train: &Labelled, validation: &Labelled, test: &Labelled, most: usize) -> Result<[f64; 2], KitError> {
    let near = |table: &Labelled| nearest(table.x.view(), train.x.view(), most, false);
    let accuracy = |table: &Labelled, near: &[Vec<usize>], k: usize| {
        let yes = |rows: &Vec<usize>| 2 * rows[..k].iter().filter(|&&row| train.y[row]).count() > k;
        near.iter().zip(&table.y).filter(|(rows, label)| yes(rows) == **label).count() as f64 / table.y.len() as f64
    };
    let found = near(validation)?;
    let mut best = (1, 0.0);
    for k in (1..=most).step_by(2) {
        let score = accuracy(validation, &found, k);
        if score > best.1 {
            best = (k, score);
        }
    }
    Ok([accuracy(test, &near(test)?, best.0), best.1])
}

/// The share of label orders, the given one included, under which the nearest neighbour over folds is as right as under
/// the given one. Who is whose neighbour does not depend on labels.
///
/// # Errors
/// As [`nearest`].
pub fn permutation_test(
    table: &Labelled,
    folds: &[Parts],
    permutations: usize,
    draws: &mut Draws,
) -> Result<f64, KitError> {
    let mut pairs = Vec::with_capacity(table.y.len());
    for parts in folds {
        pairs.extend(parts.test.iter().copied().zip(whose(table.x.view(), &parts.train, &parts.test)?));
    }
    let right = |y: &[bool]| pairs.iter().filter(|&&(row, near)| y[row] == y[near]).count();
    let given = right(&table.y);
    let as_good = (0..permutations).filter(|_| {
        let mut y = table.y.clone();
        draws.shuffle(&mut y);
        right(&y) >= given
    });
    Ok((as_good.count() + 1) as f64 / (permutations + 1) as f64)
}

/// The mean label of the `k` rows nearest in time, of equally near ones the earlier; rows ascend in time.
///
/// ```
/// let mean = mllab_kit::neighbours::mean_nearest_in_time(&[0.0, 1.0, 2.0, 5.0], &[1.0, 3.0, 8.0, 9.0], 1.5, 2);
/// assert_eq!(mean, 5.5);
/// ```
pub fn mean_nearest_in_time(times: &[f64], y: &[f64], at: f64, k: usize) -> f64 {
    let n = times.len();
    let mut right = times.iter().filter(|&&time| time < at).count();
    let mut left = right;
    let mut sum = 0.0;
    for _ in 0..k.min(n) {
        let earlier = left > 0 && (right == n || at - times[left - 1] <= times[right] - at);
        if earlier {
            left -= 1;
            sum += y[left];
        } else {
            sum += y[right];
            right += 1;
        }
    }
    sum / k.min(n) as f64
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
    fn many_neighbours_win_where_labels_are_noisy() {
        let clouds =
            crate::data::classes::TwoGaussians { prevalence: 0.5, separation: 1.0, informative: 1, columns: 1 };
        let [train, validation, test] =
            [(300, 1), (300, 2), (3000, 3)].map(|(n, seed)| clouds.draw(n, &Stream::root(seed)));
        let [tested, validated] = tuned(&train, &validation, &test, 29).unwrap();
        let one = tuned(&train, &validation, &test, 1).unwrap();
        // The best that can be is Φ(½) = .69, of one neighbour .69² + .31² = .57 and a little.
        assert!(validated >= one[1] && tested > 0.62 && one[0] < 0.62, "{tested} {one:?}");
    }

    #[test]
    fn a_permutation_test_of_noise_is_even_and_of_entities_small() {
        use crate::data::classes::{Grouped, pure_noise};
        let p = |table: &Labelled, run| {
            let stream = Stream::root(8).child("run", run);
            let folds = crate::split::random_folds(table.y.len(), 5, &stream).unwrap();
            permutation_test(table, &folds, 39, &mut Draws::new(&stream)).unwrap()
        };
        let noise = (0..200).map(|run| p(&pure_noise(60, 3, 0.5, &Stream::root(run)), run)).sum::<f64>() / 200.0;
        assert!((noise - 0.5).abs() < 0.08, "{noise}");
        let entities = Grouped { groups: 20, rows_each: 10, columns: 3, within: 0.1 };
        assert_eq!(p(&entities.draw(&Stream::root(1)).0, 1), 1.0 / 40.0);
    }

    /// Labels that are balanced by force: a row left out leaves more of the other class behind, and the nearest
    /// neighbour errs on .5 · n / (n − 1); with n = 50, .510.
    #[test]
    fn forced_balance_pushes_leaving_one_out_below_chance() {
        let runs = 400;
        let error = |exact: bool| {
            let one = |run| {
                let stream = Stream::root(11).child("run", run);
                let x = normal_features(50, 5, &stream.child("x", 0));
                let y = crate::data::classes::labels(50, 0.5, exact, &stream.child("y", 0));
                let nearest = nearest(x.view(), x.view(), 1, true).unwrap();
                nearest.iter().enumerate().filter(|(row, near)| y[near[0]] != y[*row]).count() as f64 / 50.0
            };
            (0..runs).map(one).sum::<f64>() / runs as f64
        };
        let (forced, free) = (error(true), error(false));
        assert!((forced - 25.0 / 49.0).abs() < 4.0 * 0.085 / f64::sqrt(runs as f64), "{forced}");
        assert!((free - 0.5).abs() < 4.0 * 0.085 / f64::sqrt(runs as f64), "{free}");
    }

    /// 100 entities of 20 rows with labels of their own and nothing else: 1.000 against .517 in one draw.
    #[test]
    fn known_entities_are_recognised() {
        let entities = crate::data::classes::Grouped { groups: 100, rows_each: 20, columns: 5, within: 0.1 };
        let (table, key) = entities.draw(&Stream::root(7));
        let score = |folds: Vec<Parts>| {
            let one = |parts: &Parts| accuracy(table.x.view(), &table.y, &parts.train, &parts.test).unwrap();
            folds.iter().map(one).sum::<f64>() / 5.0
        };
        assert!(score(crate::split::random_folds(2000, 5, &Stream::root(8)).unwrap()) > 0.995);
        let by_key = score(crate::split::key_folds(&key, 5, &Stream::root(8)).unwrap());
        // An entity is one coin: 100 of them have a standard error of .05.
        assert!((by_key - 0.5).abs() < 0.2, "{by_key}");
    }

    #[test]
    fn the_nearest_in_time_are_the_nearest() {
        let times: Vec<f64> = (0..300_u32).filter(|row| row % 7 < 4).map(f64::from).collect();
        let y: Vec<f64> = times.iter().map(|time| libm::sin(*time)).collect();
        let rows = Array2::from_shape_vec((times.len(), 1), times.clone()).unwrap();
        let queries = Array2::from_shape_fn((300, 1), |(row, _)| row as f64);
        for (near, &at) in by_hand(&queries, &rows, 5, false).iter().zip(&queries) {
            let expected = near.iter().map(|&row| y[row]).sum::<f64>() / 5.0;
            assert!((mean_nearest_in_time(&times, &y, at, 5) - expected).abs() < 1e-9);
        }
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
