//! Bias² and variance of a learner, read off its predictions from several training sets of one truth.
//!
//! A lab that takes an error apart finds here the unbiased variance over training sets, and the squared distance of their
//! mean from the truth less variance / sets, which takes out what a mean of few still varies.

/// Bias² and variance, means over the common places.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// Bias².
    pub bias: f64,
    /// Variance.
    pub variance: f64,
}

impl Spread {
    /// Of predictions, one list a training set, against the truth at the same places.
    pub fn of(runs: &[&[f64]], truth: &[f64]) -> Self {
        let sets = runs.len() as f64;
        let (mut bias, mut variance) = (0.0, 0.0);
        for (place, truth) in truth.iter().enumerate() {
            let mean = runs.iter().map(|run| run[place]).sum::<f64>() / sets;
            let around = runs.iter().map(|run| (run[place] - mean).powi(2)).sum::<f64>() / (sets - 1.0);
            bias += (mean - truth).powi(2) - around / sets;
            variance += around;
        }
        let places = truth.len() as f64;
        Spread { bias: bias / places, variance: variance / places }
    }

    /// Bias².
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// Variance.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// Their sum: the squared error, less noise.
    pub fn error(&self) -> f64 {
        self.bias + self.variance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_what_it_says() {
        // Predictions 1 and 3 of a truth of 1: variance 2, and a mean of 2 is off by 1, less half of the variance.
        let spread = Spread::of(&[&[1.0], &[3.0]], &[1.0]);
        assert_eq!((spread.variance, spread.bias), (2.0, 0.0));
    }
}
