//! Scores of probabilities: Brier, log loss, calibration.

use crate::KitError;
use crate::linear::{Logistic, logit};
use ndarray::Array2;

/// Mean squared difference of probability and outcome (Brier 1950).
pub fn brier(probabilities: &[f64], truth: &[bool]) -> f64 {
    mean(probabilities, truth, |p, label| (p - f64::from(u8::from(label))).powi(2))
}

/// Mean negative log likelihood in nats; probabilities are held within [ε, 1 − ε], ε = 2.2e-16.
pub fn log_loss(probabilities: &[f64], truth: &[bool]) -> f64 {
    mean(probabilities, truth, |p, label| {
        let p = p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if label { -libm::log(p) } else { -libm::log1p(-p) }
    })
}

/// How the logit of the forecast must be bent to fit the outcomes (Cox 1958).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Slope of the outcome's logit on the forecast's: 1 is right, below 1 the forecasts are too extreme.
    pub slope: f64,
    /// Shift of the logit with the slope held at 1: 0 is right, below 0 the forecasts are too high.
    pub intercept: f64,
}

/// Calibration slope and calibration-in-the-large of probabilities.
///
/// # Errors
/// One class only, or a slope that runs away because the forecasts separate the classes.
pub fn calibration(probabilities: &[f64], truth: &[bool]) -> Result<Calibration, KitError> {
    let logits: Vec<f64> = probabilities.iter().map(|&p| logit(p.clamp(1e-12, 1.0 - 1e-12))).collect();
    crate::error::two_classes(truth)?;
    let x = Array2::from_shape_vec((logits.len(), 1), logits.clone()).expect("one column");
    let settings = Logistic { l2: 0.0, ..Logistic::default() };
    let slope = settings.fit(x.view(), truth, None)?.weights[0];

    // The likelihood is concave in the shift: bisect its derivative.
    let excess = |shift: f64| {
        let expected: f64 = logits.iter().map(|&value| 1.0 / (1.0 + libm::exp(-(value + shift)))).sum();
        truth.iter().filter(|&&label| label).count() as f64 - expected
    };
    let (mut low, mut high) = (-64.0, 64.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if excess(middle) > 0.0 { low = middle } else { high = middle }
    }
    Ok(Calibration { slope, intercept: 0.5 * (low + high) })
}

/// Forecasts that fall into one bin, and what came of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Lower end of the bin; bins are closed below, the last one also above.
    pub from: f64,
    /// Upper end of the bin.
    pub to: f64,
    /// Mean forecast.
    pub forecast: f64,
    /// Share of positives.
    pub observed: f64,
    /// Rows in the bin.
    pub rows: usize,
}

/// Forecasts against outcomes in `bins` bins of equal width; bins without rows are left out.
pub fn reliability(probabilities: &[f64], truth: &[bool], bins: usize) -> Vec<ReliabilityBin> {
    assert_eq!(probabilities.len(), truth.len(), "one probability a row");
    let mut sums = vec![(0.0, 0_usize, 0_usize); bins.max(1)];
    let width = 1.0 / sums.len() as f64;
    for (&p, &label) in probabilities.iter().zip(truth) {
        let bin = ((p / width) as usize).min(sums.len() - 1);
        sums[bin].0 += p;
        sums[bin].1 += usize::from(label);
        sums[bin].2 += 1;
    }
    let finish = |(index, (forecast, positives, rows)): (usize, (f64, usize, usize))| ReliabilityBin {
        from: index as f64 * width,
        to: (index + 1) as f64 * width,
        forecast: forecast / rows as f64,
        observed: positives as f64 / rows as f64,
        rows,
    };
    sums.into_iter().enumerate().filter(|(_, sum)| sum.2 > 0).map(finish).collect()
}

fn mean(probabilities: &[f64], truth: &[bool], score: impl Fn(f64, bool) -> f64) -> f64 {
    assert_eq!(probabilities.len(), truth.len(), "one probability a row");
    probabilities.iter().zip(truth).map(|(&p, &label)| score(p, label)).sum::<f64>() / truth.len() as f64
}
