//! A table as the engine reads it: column by column, each value replaced by its place among the column's values.

use ndarray::ArrayView2;
use rayon::prelude::*;

/// Bins of a histogram; codes stay below, so that a byte indexes without a check.
pub(super) const BINS: usize = 256;

/// A table ready for the engine.
#[derive(Debug)]
pub(super) enum Columns {
    /// Every distinct value has its own rank.
    Ranked(Ranked),
    /// Values fall into at most 255 bins.
    Binned(Binned),
}

/// Exact columns.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) columns: Vec<RankedColumn>,
    pub(super) rows: usize,
}

#[derive(Debug)]
pub(super) struct RankedColumn {
    /// Each row's rank among the distinct values.
    pub(super) rank: Vec<u32>,
    /// The rows from the lowest value up, equal values by row.
    pub(super) order: Vec<u32>,
    /// The distinct values, ascending.
    pub(super) values: Vec<f64>,
}

/// Binned columns.
#[derive(Debug)]
pub(super) struct Binned {
    pub(super) columns: Vec<BinnedColumn>,
}

#[derive(Debug)]
pub(super) struct BinnedColumn {
    /// Each row's bin.
    pub(super) code: Vec<u8>,
    /// Upper edge of each bin but the last: values up to and including it are in the bin.
    pub(super) edges: Vec<f64>,
}

impl Columns {
    pub(super) fn ranked(x: ArrayView2<f64>) -> Self {
        let encode = |column: Vec<f64>| {
            let order = sorted_rows(&column);
            let mut rank = vec![0; column.len()];
            let mut values: Vec<f64> = Vec::with_capacity(column.len());
            for &row in &order {
                let value = column[row as usize];
                if values.last() != Some(&value) {
                    values.push(value);
                }
                rank[row as usize] = values.len() as u32 - 1;
            }
            RankedColumn { rank, order, values }
        };
        let columns = transposed(x).into_par_iter().map(encode).collect();
        Columns::Ranked(Ranked { columns, rows: x.nrows() })
    }

    pub(super) fn binned(x: ArrayView2<f64>, bins: usize) -> Self {
        let encode = |column: Vec<f64>| {
            let order = sorted_rows(&column);
            let edges = quantile_edges(&column, &order, bins);
            let mut code = vec![0; column.len()];
            let mut bin = 0;
            for &row in &order {
                while bin < edges.len() && column[row as usize] > edges[bin] {
                    bin += 1;
                }
                code[row as usize] = bin as u8;
            }
            BinnedColumn { code, edges }
        };
        let columns = transposed(x).into_par_iter().map(encode).collect();
        Columns::Binned(Binned { columns })
    }

    pub(super) fn count(&self) -> usize {
        match self {
            Columns::Ranked(table) => table.columns.len(),
            Columns::Binned(table) => table.columns.len(),
        }
    }
}

/// The number between two neighbouring values, below the upper one even where rounding would reach it.
pub(super) fn between(low: f64, high: f64) -> f64 {
    let middle = low + 0.5 * (high - low);
    if middle < high && middle.is_finite() { middle } else { low }
}

/// The columns as vectors of their own; -0 becomes 0, so that equal numbers have equal bits.
fn transposed(x: ArrayView2<f64>) -> Vec<Vec<f64>> {
    let (n, p) = x.dim();
    let mut columns: Vec<Vec<f64>> = (0..p).map(|_| Vec::with_capacity(n)).collect();
    let Some(flat) = x.as_slice() else {
        return x.columns().into_iter().map(|column| column.iter().map(|v| v + 0.0).collect()).collect();
    };
    // A block of rows stays in the first cache while its columns are picked out.
    for block in flat.chunks(64 * p) {
        for (j, column) in columns.iter_mut().enumerate() {
            column.extend(block[j..].iter().step_by(p).map(|value| value + 0.0));
        }
    }
    columns
}

/// Row numbers from the lowest value up, equal values by row.
///
/// One word holds the leading bits of the value and the row, so that plain integers are sorted; where the leading
/// bits do not decide, the few rows concerned are put in order by their values.
fn sorted_rows(column: &[f64]) -> Vec<u32> {
    let bits = usize::BITS - column.len().saturating_sub(1).leading_zeros();
    let mask = (1_u64 << bits) - 1;
    let mut keys: Vec<u64> =
        column.iter().enumerate().map(|(row, &value)| ordered_bits(value) & !mask | row as u64).collect();
    keys.sort_unstable();
    let mut start = 0;
    while start < keys.len() {
        let mut end = start + 1;
        while end < keys.len() && (keys[end] ^ keys[start]) & !mask == 0 {
            end += 1;
        }
        if end - start > 1 {
            let value = |key: u64| column[(key & mask) as usize];
            keys[start..end].sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        }
        start = end;
    }
    keys.into_iter().map(|key| (key & mask) as u32).collect()
}

/// Bits that sort as integers the way the numbers do.
fn ordered_bits(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Edges between bins of nearly equal counts; every distinct value gets its own bin where they are few enough.
fn quantile_edges(column: &[f64], order: &[u32], bins: usize) -> Vec<f64> {
    let value = |place: usize| column[order[place] as usize];
    let n = order.len();
    let distinct = 1 + (1..n).filter(|&place| value(place) != value(place - 1)).count();
    let mut edges = Vec::with_capacity(bins.min(distinct));
    if distinct <= bins {
        edges.extend((1..n).filter(|&i| value(i) != value(i - 1)).map(|i| between(value(i - 1), value(i))));
        return edges;
    }
    let mut from = 0;
    for left in (1..bins).rev() {
        // The rows not yet binned, shared evenly among this bin and the `left` bins after it.
        let mut cut = from + (n - from).div_ceil(left + 1);
        while cut < n && value(cut) == value(cut - 1) {
            cut += 1;
        }
        if cut >= n {
            break;
        }
        edges.push(between(value(cut - 1), value(cut)));
        from = cut;
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::normal_features;
    use mllab_core::Stream;

    #[test]
    fn rows_come_in_the_order_of_their_values() {
        let mut column = normal_features(3000, 1, &Stream::root(1)).into_raw_vec_and_offset().0;
        // Ties, values that differ in the last bit only, both zeros, extremes.
        for row in 0..500 {
            column[row * 5] = column[row];
            column[row * 3 + 1] = f64::from_bits(1.5_f64.to_bits() + (row as u64 * 7919) % 500);
        }
        column[7] = f64::MAX;
        column[8] = f64::MIN;
        column[9] = f64::MIN_POSITIVE;
        let mut expected: Vec<u32> = (0..3000).collect();
        expected.sort_by(|&a, &b| column[a as usize].total_cmp(&column[b as usize]).then(a.cmp(&b)));
        assert_eq!(sorted_rows(&column), expected);
    }

    #[test]
    fn bins_are_even_and_edges_say_which_bin() {
        let x = normal_features(10_000, 3, &Stream::root(2));
        let Columns::Binned(table) = Columns::binned(x.view(), 255) else { panic!("asked for bins") };
        for (column, values) in table.columns.iter().zip(x.columns()) {
            assert_eq!(column.edges.len(), 254);
            let mut counts = [0; 255];
            for (&code, &value) in column.code.iter().zip(values) {
                counts[usize::from(code)] += 1;
                assert_eq!(usize::from(code), column.edges.iter().filter(|&&edge| value > edge).count());
            }
            assert!(counts.iter().all(|&count| (38..=40).contains(&count)), "{counts:?}");
        }
        let few = x.mapv(|v| v.round() * 0.1);
        let Columns::Binned(table) = Columns::binned(few.view(), 255) else { panic!("asked for bins") };
        assert!(table.columns.iter().all(|column| column.edges.len() < 10));
    }

    #[test]
    fn a_threshold_lies_below_the_upper_value() {
        for (low, high) in [(1.0, 1.0 + f64::EPSILON), (-f64::MAX, f64::MAX), (0.0, f64::from_bits(1))] {
            let middle = between(low, high);
            assert!(low <= middle && middle < high, "{low} {middle} {high}");
        }
    }
}
