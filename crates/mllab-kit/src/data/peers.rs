//! The tables and streams that the Python peers are timed on: the same numbers in every language.
//!
//! Defined in the peers' README, "Data"; `kernels.py --fingerprint` prints the check values tested below.

use super::{Labelled, Measured};
use ndarray::Array2;
use std::f64::consts::PI;

/// `count` uniform numbers: SplitMix64 started at `seed`, each output mapped to the middle of its cell of (0, 1).
pub fn uniforms(seed: u64, count: usize) -> Vec<f64> {
    let mut draws = SplitMix(seed);
    (0..count).map(|_| draws.uniform()).collect()
}

/// SplitMix64 at its state.
struct SplitMix(u64);

impl SplitMix {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        ((z >> 11) as f64 + 0.5) * 0.5_f64.powi(53)
    }
}

/// `count` standard normal numbers: Box-Muller on consecutive pairs of [`uniforms`], cosine first.
pub fn normals(seed: u64, count: usize) -> Vec<f64> {
    let mut values = Vec::with_capacity(count + 1);
    for pair in uniforms(seed, count + count % 2).chunks_exact(2) {
        let (radius, angle) = ((-2.0 * libm::log(pair[0])).sqrt(), 2.0 * PI * pair[1]);
        values.extend([radius * libm::cos(angle), radius * libm::sin(angle)]);
    }
    values.truncate(count);
    values
}

/// [`normals`] as `rows` by `columns`, filled row by row.
pub fn normal_table(seed: u64, rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_vec((rows, columns), normals(seed, rows * columns)).expect("as many numbers as cells")
}

/// W-class: `n` training rows and 20,000 test rows of 20 normal columns, of which six matter.
///
/// ```
/// let (train, test) = mllab_kit::data::peers::w_class(1000);
/// assert_eq!((train.x.dim(), test.x.nrows()), ((1000, 20), 20_000));
/// ```
pub fn w_class(n: usize) -> (Labelled, Labelled) {
    (labelled(n, 1, 2), labelled(20_000, 3, 4))
}

/// W-rare: `n` rows of 20 columns; the first n/20 are the minority, shifted by half in their first ten columns.
pub fn w_rare(n: usize) -> Labelled {
    let minority = n / 20;
    let mut x = normal_table(5, n, 20);
    for mut row in x.rows_mut().into_iter().take(minority) {
        row.iter_mut().take(10).for_each(|value| *value += 0.5);
    }
    Labelled { x, y: (0..n).map(|row| row < minority).collect() }
}

/// W-reg: 2000 rows of 200 standardised columns, 20 of which matter, and the path of 100 penalties.
pub fn w_reg() -> (Measured, Vec<f64>) {
    let (n, p) = (2000, 200);
    let mut x = normal_table(6, n, p);
    for mut column in x.columns_mut() {
        let mean = column.sum() / n as f64;
        column.mapv_inplace(|value| value - mean);
        let deviation = (column.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
        column.mapv_inplace(|value| value / deviation);
    }
    let noise = normals(7, n);
    let signal = |row: usize| (0..20).map(|j| if j % 2 == 0 { x[[row, j]] } else { -x[[row, j]] }).sum::<f64>();
    let mut y: Vec<f64> = (0..n).map(|row| signal(row) + 5.0 * noise[row]).collect();
    let mean = y.iter().sum::<f64>() / n as f64;
    y.iter_mut().for_each(|value| *value -= mean);
    let product = |column: ndarray::ArrayView1<f64>| column.iter().zip(&y).map(|(a, b)| a * b).sum::<f64>().abs();
    let largest = x.columns().into_iter().map(product).fold(0.0, f64::max) / n as f64;
    let lambdas = (0..100).map(|step| largest * libm::pow(10.0, -3.0 * f64::from(step) / 99.0)).collect();
    (Measured { x, y }, lambdas)
}

/// step(n): noise of sd 0.1 around 0.2 in the first half and around 0.5 in the second.
pub fn step(n: usize) -> Vec<f64> {
    let level = |index| if index < n / 2 { 0.2 } else { 0.5 };
    normals(8, n).into_iter().enumerate().map(|(index, z)| 0.1 * z + level(index)).collect()
}

/// bits(n): errors (`true`) with probability 0.1 in the first half and 0.3 in the second.
pub fn bits(n: usize) -> Vec<bool> {
    uniforms(9, n).into_iter().enumerate().map(|(index, u)| u < if index < n / 2 { 0.1 } else { 0.3 }).collect()
}

/// autoscale: (arrival, service) of each request over `seconds`; arrivals by thinning, services of mean 0.1 s.
///
/// The sine is only looked at where it decides: the wave alone stays between a fifth and three fifths of the ceiling.
pub fn requests(seconds: f64) -> impl Iterator<Item = (f64, f64)> {
    let base = 50.0 / (1.0 + 5.0 / 96.0);
    let ceiling = 2.5 * base;
    let (mut gaps, mut keeps, mut services) = (SplitMix(21), SplitMix(22), SplitMix(23));
    let mut at = 0.0;
    let arrivals = std::iter::from_fn(move || {
        loop {
            at += -libm::log(gaps.uniform()) / ceiling;
            if at >= seconds {
                return None;
            }
            let threshold = keeps.uniform() * ceiling;
            let phase = at / seconds;
            let burst = [0.1, 0.3, 0.5, 0.7, 0.9].iter().any(|start| phase >= *start && phase < start + 1.0 / 96.0);
            let spike = if burst { 1.0 } else { 0.0 };
            if threshold < 0.499 * base {
                return Some(at);
            }
            if threshold < base * (1.501 + spike)
                && threshold < base * (1.0 + 0.5 * libm::sin(2.0 * PI * phase) + spike)
            {
                return Some(at);
            }
        }
    });
    arrivals.map(move |at| (at, -0.1 * libm::log(services.uniform())))
}

fn labelled(n: usize, x_seed: u64, y_seed: u64) -> Labelled {
    let x = normal_table(x_seed, n, 20);
    let y = x
        .rows()
        .into_iter()
        .zip(uniforms(y_seed, n))
        .map(|(r, u)| {
            let score = 1.5 * r[0] * r[1] + libm::sin(2.0 * r[2]) + 0.5 * (r[3] * r[3] - 1.0) + 0.7 * r[4] - 0.7 * r[5];
            u < 1.0 / (1.0 + libm::exp(-2.0 * score))
        })
        .collect();
    Labelled { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{found:?} is not {expected:?}");
        }
    }

    // The expected values are what `kernels.py --fingerprint` prints.

    #[test]
    fn the_generators_match_the_fingerprint() {
        close(&uniforms(1, 3), &[0.566_561_575_172, 0.745_781_757_263, 0.971_002_753_587]);
        close(&normals(1, 3), &[-0.028_249_746_095_9, -1.065_617_648_41, -0.227_919_522_868]);
    }

    #[test]
    fn w_class_matches_the_fingerprint() {
        let (small, test) = w_class(10_000);
        assert_eq!((small.positives(), test.positives()), (4951, 9922));
        assert_eq!(w_class(100_000).0.positives(), 49_139);
    }

    #[test]
    fn w_rare_and_w_reg_match_the_fingerprint() {
        let rare = w_rare(100_000);
        close(&[rare.x[[0, 0]], rare.x[[0, 1]]], &[0.519_979_106_634, -0.878_209_380_083]);
        assert_eq!(rare.positives(), 5000);
        let (table, lambdas) = w_reg();
        close(&[table.x[[0, 0]], table.x[[0, 1]]], &[-0.739_563_340_077, 0.232_141_448_113]);
        close(&[table.y[0], lambdas[0]], &[9.669_872_869_24, 1.123_786_586_56]);
        close(&[lambdas[99]], &[1.123_786_586_56e-3]);
    }

    #[test]
    fn the_streams_match_the_fingerprint() {
        let values = step(100_000);
        close(&[values[0], values.iter().sum()], &[0.125_240_457_765, 34_977.472_472_8]);
        assert_eq!(bits(100_000).iter().filter(|&&error| error).count(), 20_057);
    }
}
