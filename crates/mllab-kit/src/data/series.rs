//! Generated series, rows in time order.

use super::{Labelled, Measured};
use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::Array2;
use std::f64::consts::TAU;

/// A first-order autoregression: next = `persistence` · last + normal noise of sd `noise`.
///
/// `persistence` 1 is a random walk from 0; below 1 the series starts in its stationary distribution.
///
/// ```
/// let walk = mllab_kit::data::series::autoregression(100, 1.0, 1.0, &mllab_core::Stream::root(7));
/// assert_eq!(walk.len(), 100);
/// ```
pub fn autoregression(n: usize, persistence: f64, noise: f64, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(stream);
    let spread = if persistence.abs() < 1.0 { (1.0 - persistence * persistence).sqrt().recip() } else { 0.0 };
    let mut level = noise * spread * draws.normal();
    (0..n)
        .map(|_| {
            let now = level;
            level = persistence * level + noise * draws.normal();
            now
        })
        .collect()
}

/// An autoregression whose noise has another sd from some value on, and which begins at 0; `noise` is (before, after).
///
/// ```
/// use mllab_kit::data::series::louder;
/// use mllab_core::Stream;
/// let [quiet, loud] = [1.0, 2.0].map(|after| louder(10, 0.8, (1.0, after), 9, &Stream::root(1)));
/// assert!(quiet[..9] == loud[..9] && quiet[9] != loud[9]);
/// ```
pub fn louder(n: usize, persistence: f64, noise: (f64, f64), from: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(stream);
    let mut values = vec![0.0; n];
    for row in 1..n {
        let noise = if row < from { noise.0 } else { noise.1 };
        values[row] = persistence * values[row - 1] + noise * draws.normal();
    }
    values
}

/// A slow rise with waves of 80 rows from a random phase, and normal noise of sd 0.5.
pub fn waves(n: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(stream);
    let phase = draws.between(0.0, TAU);
    let wave = |row: usize| 2.0 * libm::sin(TAU * row as f64 / 80.0 + phase);
    (0..n).map(|row| 0.01 * row as f64 + wave(row) + 0.5 * draws.normal()).collect()
}

/// A label that wanders slowly, and three columns that wander slowly on their own; with a signal, a fourth follows the
/// label's level through noise.
pub fn wandering(n: usize, signal: bool, stream: &Stream) -> Labelled {
    const PERSISTENCE: f64 = 0.97;
    let walk = |name: &str, index: u64| autoregression(n, PERSISTENCE, 1.0, &stream.child(name, index));
    let level = walk("level", 0);
    let columns: Vec<Vec<f64>> = (0..3).map(|column| walk("column", column)).collect();
    let mut x = Array2::from_shape_fn((n, 4), |(row, column)| columns.get(column).map_or(0.0, |values| values[row]));
    if signal {
        let mut draws = Draws::new(&stream.child("noise", 0));
        level.iter().enumerate().for_each(|(row, level)| x[[row, 3]] = level + 4.0 * draws.normal());
    }
    Labelled { x, y: level.iter().map(|&level| level > 0.0).collect() }
}

/// A series to be predicted from the time index alone, in one column: what a random split interpolates.
pub fn by_time(values: Vec<f64>) -> Measured {
    let x = Array2::from_shape_fn((values.len(), 1), |(row, _)| row as f64);
    Measured { x, y: values }
}

/// A series to be predicted from its own `lags` last values (column 0 is the latest); the first `lags` rows are lost.
pub fn by_lags(values: &[f64], lags: usize) -> Measured {
    let n = values.len().saturating_sub(lags);
    let x = Array2::from_shape_fn((n, lags), |(row, lag)| values[row + lags - 1 - lag]);
    Measured { x, y: values[lags.min(values.len())..].to_vec() }
}

/// The mean of the `window` values up to and including each; shorter at the start.
pub fn rolling_mean(values: &[f64], window: usize) -> Vec<f64> {
    (0..values.len())
        .map(|end| {
            let part = &values[(end + 1).saturating_sub(window)..=end];
            part.iter().sum::<f64>() / part.len() as f64
        })
        .collect()
}

/// Rows whose class boundary, a line through the origin of two normal columns, turns by `degrees_per_row`.
pub fn turning_boundary(n: usize, start_degrees: f64, degrees_per_row: f64, noise: f64, stream: &Stream) -> Labelled {
    let x = super::classes::normal_features(n, 2, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("noise", 0));
    let y = x
        .rows()
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            let angle = (start_degrees + degrees_per_row * index as f64).to_radians();
            libm::cos(angle) * row[0] + libm::sin(angle) * row[1] + noise * draws.normal() > 0.0
        })
        .collect();
    Labelled { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_autoregression_has_its_variance_and_lag() {
        let n = 100_000;
        let values = autoregression(n, 0.8, 1.0, &Stream::root(1));
        let variance = values.iter().map(|v| v * v).sum::<f64>() / n as f64;
        let lag = values.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n as f64;
        assert!((variance - 1.0 / 0.36).abs() < 0.12, "{variance}");
        assert!((lag / variance - 0.8).abs() < 4.0 * 0.6 / f64::sqrt(n as f64));
        assert_eq!(autoregression(3, 1.0, 1.0, &Stream::root(1))[0], 0.0);
    }

    #[test]
    fn lags_look_back_only() {
        let table = by_lags(&[1.0, 2.0, 3.0, 4.0], 2);
        assert_eq!(table.x.row(0).to_vec(), [2.0, 1.0]);
        assert_eq!(table.y, [3.0, 4.0]);
        assert_eq!(rolling_mean(&[1.0, 3.0, 5.0], 2), [1.0, 2.0, 4.0]);
        assert_eq!(by_time(vec![5.0, 6.0]).x.column(0).to_vec(), [0.0, 1.0]);
    }

    #[test]
    fn a_boundary_that_does_not_turn_is_the_first_column() {
        let table = turning_boundary(200, 0.0, 0.0, 0.0, &Stream::root(1));
        assert!(table.x.rows().into_iter().zip(&table.y).all(|(row, &label)| (row[0] > 0.0) == label));
        let turned = turning_boundary(200, 180.0, 0.0, 0.0, &Stream::root(1));
        assert!(table.y.iter().zip(&turned.y).all(|(a, b)| a != b));
    }
}
