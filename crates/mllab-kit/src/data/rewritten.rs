//! Events with a value that is rewritten after their outcome.

use super::classes::normal_features;
use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::Array2;

/// A value as it was known at the event, and as it was written after the outcome; a second column that nobody rewrites.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewritten {
    /// The two columns as of the event.
    pub as_of: Array2<f64>,
    /// The two columns with the latest value of the first.
    pub latest: Array2<f64>,
    /// The two columns with the first as it was one update before the event.
    pub old: Array2<f64>,
    /// The outcome.
    pub y: Vec<bool>,
}

impl Rewritten {
    /// Draws events whose outcome has a logit with these weights; `rewrite` is how far an outcome moves the first column
    /// afterwards, in its standard deviations.
    pub fn draw(n: usize, weights: [f64; 2], rewrite: f64, stream: &Stream) -> Self {
        let as_of = normal_features(n, 2, &stream.child("features", 0));
        let mut draws = Draws::new(&stream.child("outcomes", 0));
        let logit = |row: ndarray::ArrayView1<f64>| weights[0] * row[0] + weights[1] * row[1];
        let y: Vec<bool> =
            as_of.rows().into_iter().map(|row| draws.happens(1.0 / (1.0 + libm::exp(-logit(row))))).collect();
        let (mut latest, mut old) = (as_of.clone(), as_of.clone());
        for (row, &label) in y.iter().enumerate() {
            if rewrite > 0.0 {
                latest[[row, 0]] += rewrite * f64::from(u8::from(label)) + 0.3 * draws.normal();
            }
            old[[row, 0]] = 0.6 * old[[row, 0]] + 0.8 * draws.normal();
        }
        Rewritten { as_of, latest, old, y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::roc_auc;

    /// A value moved by d standard deviations on pure noise: AUC = Φ(d / √(2 (1 + 0.09))), as of the event one half.
    #[test]
    fn the_latest_value_gives_the_outcome_away() {
        let events = Rewritten::draw(20_000, [0.0; 2], 2.0, &Stream::root(1));
        let auc = |x: &Array2<f64>| roc_auc(&x.column(0).to_vec(), &events.y);
        let expected = 0.5 * libm::erfc(-2.0 / libm::sqrt(2.0 * 1.09) / std::f64::consts::SQRT_2);
        assert!((auc(&events.latest) - expected).abs() < 0.01 && (auc(&events.as_of) - 0.5).abs() < 0.02);
        assert!(events.as_of.column(1) == events.latest.column(1));
    }
}
