//! Generated tables with a number to predict.

use super::Measured;
use super::classes::normal_features;
use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::{Array2, ArrayView2};

/// A linear truth y = x · weights + noise, with equally correlated columns or twins.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::regressions::Linear;
///
/// let table = Linear::sparse(50, 5, 2.0).draw(100, &Stream::root(7));
/// assert_eq!(table.x.dim(), (100, 50));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// One weight a column.
    pub weights: Vec<f64>,
    /// Standard deviation of the noise.
    pub noise: f64,
    /// Correlation of the columns.
    pub correlation: Correlation,
}

/// How the columns of a [`Linear`] table hang together; every column has variance 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Correlation {
    /// Independent columns.
    None,
    /// Columns 2i and 2i+1 have this correlation, other pairs none; ρ in [0, 1].
    Twins(f64),
    /// Columns i and j have correlation ρ^|i−j| (first-order autoregression); ρ in [0, 1].
    Chain(f64),
    /// Every pair has this correlation; ρ in [0, 1].
    Equal(f64),
}

impl Linear {
    /// The first `active` of `columns` weights are 1, the others 0; independent columns.
    pub fn sparse(columns: usize, active: usize, noise: f64) -> Self {
        let weights = (0..columns).map(|j| f64::from(u8::from(j < active))).collect();
        Linear { weights, noise, correlation: Correlation::None }
    }

    /// Every weight is drawn from a normal with variance 1 / columns; independent columns.
    pub fn dense(columns: usize, noise: f64, stream: &Stream) -> Self {
        let mut draws = Draws::new(&stream.child("weights", 0));
        let weights = (0..columns).map(|_| draws.normal() / (columns as f64).sqrt()).collect();
        Linear { weights, noise, correlation: Correlation::None }
    }

    /// Two columns of correlation `rho`, each with weight 1.
    pub fn twins(rho: f64, noise: f64) -> Self {
        Linear { weights: vec![1.0, 1.0], noise, correlation: Correlation::Twins(rho) }
    }

    /// `n` rows.
    #[must_use]
    pub fn draw(&self, n: usize, stream: &Stream) -> Measured {
        let mut x = normal_features(n, self.weights.len(), &stream.child("features", 0));
        let mut shared = Draws::new(&stream.child("shared", 0));
        for mut row in x.rows_mut() {
            match self.correlation {
                Correlation::None => {}
                Correlation::Twins(rho) => {
                    for j in (1..row.len()).step_by(2) {
                        row[j] = rho * row[j - 1] + (1.0 - rho * rho).sqrt() * row[j];
                    }
                }
                Correlation::Chain(rho) => {
                    for j in 1..row.len() {
                        row[j] = rho * row[j - 1] + (1.0 - rho * rho).sqrt() * row[j];
                    }
                }
                Correlation::Equal(rho) => {
                    let common = rho.sqrt() * shared.normal();
                    row.mapv_inplace(|value| common + (1.0 - rho).sqrt() * value);
                }
            }
        }
        let signal = |row: ndarray::ArrayView1<f64>| row.iter().zip(&self.weights).map(|(a, b)| a * b).sum();
        measured(x, signal, self.noise, &stream.child("noise", 0))
    }
}

/// Friedman #1 (Friedman 1991): `columns` uniform on [0, 1], of which the first five matter.
///
/// y = 10 sin(π x0 x1) + 20 (x2 − ½)² + 10 x3 + 5 x4 + noise.
pub fn friedman1(n: usize, columns: usize, noise: f64, stream: &Stream) -> Measured {
    let x = uniform_features(n, columns.max(5), 0.0, 1.0, &stream.child("features", 0));
    let signal = |r: ndarray::ArrayView1<f64>| {
        10.0 * libm::sin(std::f64::consts::PI * r[0] * r[1]) + 20.0 * (r[2] - 0.5).powi(2) + 10.0 * r[3] + 5.0 * r[4]
    };
    measured(x, signal, noise, &stream.child("noise", 0))
}

/// The wiggle of scikit-learn's `plot_bias_variance`: exp(−x²) + 1.5 exp(−(x−2)²).
pub fn two_bumps_truth(x: f64) -> f64 {
    libm::exp(-x * x) + 1.5 * libm::exp(-(x - 2.0) * (x - 2.0))
}

/// `n` points of [`two_bumps_truth`], x uniform on [−5, 5], in one column.
pub fn two_bumps(n: usize, noise: f64, stream: &Stream) -> Measured {
    let x = uniform_features(n, 1, -5.0, 5.0, &stream.child("features", 0));
    measured(x, |row| two_bumps_truth(row[0]), noise, &stream.child("noise", 0))
}

/// y = x² + noise with x normal, in one column: a truth that no line expresses.
pub fn parabola(n: usize, noise: f64, stream: &Stream) -> Measured {
    let x = normal_features(n, 1, &stream.child("features", 0));
    measured(x, |row| row[0] * row[0], noise, &stream.child("noise", 0))
}

/// Any truth over given features, with normal noise.
pub fn measured(
    x: Array2<f64>,
    truth: impl Fn(ndarray::ArrayView1<f64>) -> f64,
    noise: f64,
    stream: &Stream,
) -> Measured {
    let mut draws = Draws::new(stream);
    let y = x.rows().into_iter().map(|row| truth(row) + noise * draws.normal()).collect();
    Measured { x, y }
}

/// `n` rows by `p` columns, uniform between `low` and `high`.
pub fn uniform_features(n: usize, p: usize, low: f64, high: f64, stream: &Stream) -> Array2<f64> {
    let mut draws = Draws::new(stream);
    Array2::from_shape_simple_fn((n, p), || draws.between(low, high))
}

/// The powers 1 to `degree` of the first column of `x`.
pub fn powers(x: ArrayView2<f64>, degree: usize) -> Array2<f64> {
    Array2::from_shape_fn((x.nrows(), degree), |(row, power)| libm::pow(x[[row, 0]], (power + 1) as f64))
}

/// The columns of `x`, then the products of each two of them and of each with itself.
///
/// ```
/// let x = ndarray::array![[2.0, 3.0]];
/// assert_eq!(mllab_kit::data::regressions::products(x.view()), ndarray::array![[2.0, 3.0, 4.0, 6.0, 9.0]]);
/// ```
pub fn products(x: ArrayView2<f64>) -> Array2<f64> {
    let p = x.ncols();
    let pairs: Vec<[usize; 2]> = (0..p).flat_map(|i| (i..p).map(move |j| [i, j])).collect();
    Array2::from_shape_fn((x.nrows(), p + pairs.len()), |(row, j)| match j.checked_sub(p) {
        None => x[[row, j]],
        Some(k) => x[[row, pairs[k][0]]] * x[[row, pairs[k][1]]],
    })
}

/// A table whose columns are exactly orthonormal in the sense XᵀX / n = I: Sylvester's ±1 matrix without its first
/// column, of 2^`log2_rows` rows.
pub fn orthonormal(log2_rows: u32, columns: usize) -> Array2<f64> {
    let n = 1_usize << log2_rows;
    assert!(columns < n, "{n} rows have at most {} orthogonal columns beside the constant", n - 1);
    Array2::from_shape_fn((n, columns), |(i, j)| if (i & (j + 1)).count_ones() % 2 == 0 { 1.0 } else { -1.0 })
}

/// 64 rows of [`orthonormal`] columns, on which every penalty has a closed form: normal true weights of this standard
/// deviation, and noise of 1.
///
/// ```
/// use mllab_core::Stream;
/// let table = mllab_kit::data::regressions::orthogonal(10, 2.0, &Stream::root(7));
/// assert_eq!(table.x.column(0).dot(&table.x.column(9)), 0.0);
/// ```
pub fn orthogonal(columns: usize, deviation: f64, stream: &Stream) -> Measured {
    let mut draws = Draws::new(&stream.child("orthogonal", 0));
    let x = orthonormal(6, columns);
    let weights: Vec<f64> = (0..columns).map(|_| deviation * draws.normal()).collect();
    let y = x.dot(&ndarray::aview1(&weights)).iter().map(|signal| signal + draws.normal()).collect();
    Measured { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation(x: &Array2<f64>, i: usize, j: usize) -> f64 {
        x.column(i).dot(&x.column(j)) / x.nrows() as f64
    }

    #[test]
    fn columns_are_correlated_as_asked() {
        let n = 40_000;
        let draw = |correlation| {
            let table = Linear { weights: vec![0.0; 4], noise: 1.0, correlation };
            table.draw(n, &Stream::root(3)).x
        };
        // The standard error of a correlation is below 1 / sqrt(n).
        let near = |x: &Array2<f64>, i, j, expected: f64| {
            assert!((correlation(x, i, j) - expected).abs() < 4.0 * 1.5 / f64::sqrt(n as f64), "{i} {j}");
        };
        let twins = draw(Correlation::Twins(0.9));
        near(&twins, 0, 1, 0.9);
        near(&twins, 1, 2, 0.0);
        near(&twins, 3, 3, 1.0);
        let chain = draw(Correlation::Chain(0.8));
        near(&chain, 0, 2, 0.64);
        near(&draw(Correlation::Equal(0.5)), 0, 3, 0.5);
        near(&draw(Correlation::None), 0, 1, 0.0);
    }

    #[test]
    fn noise_has_the_size_asked_for() {
        let table = friedman1(20_000, 10, 2.0, &Stream::root(4));
        let clean = friedman1(20_000, 10, 0.0, &Stream::root(4));
        assert_eq!(table.x, clean.x);
        let variance = table.y.iter().zip(&clean.y).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 20_000.0;
        assert!((variance - 4.0).abs() < 4.0 * 4.0 * f64::sqrt(2.0 / 20_000.0));
        // Friedman's own signal: mean 14.41, sd 4.9 (roughly).
        let mean = clean.y.iter().sum::<f64>() / 20_000.0;
        assert!((mean - 14.41).abs() < 0.15, "{mean}");
    }

    #[test]
    fn orthonormal_means_orthonormal() {
        let x = orthonormal(6, 20);
        let gram = x.t().dot(&x) / 64.0;
        assert_eq!(gram, Array2::<f64>::eye(20));
        assert_eq!(x.sum(), 0.0);
    }
}
