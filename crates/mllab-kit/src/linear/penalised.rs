//! A linear model under a penalty: rows made ready, the path of weights over penalties, and cross-validation.
//!
//! Features are standardised and the target is centred on the training rows alone, also within each fold.

use super::{ElasticNet, largest_penalty, penalty_grid, predict, ridge_path};
use crate::KitError;
use crate::data::Measured;
use crate::preprocess::Standardiser;
use crate::split;
use mllab_core::Stream;
use ndarray::{Array2, ArrayView1};

/// A penalty so weak that the fit is that of least squares, yet every system can be solved.
pub const NEXT_TO_NOTHING: f64 = 1e-8;

/// What is added to the loss (1/2n)‖y − Xb‖².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Penalty {
    /// λ‖b‖₁: the lasso.
    Absolute,
    /// (λ/2)‖b‖²: ridge.
    Squared,
    /// Half of each: the elastic net.
    Both,
}

/// Training rows made ready for a penalty.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::regressions::Linear;
/// use mllab_kit::linear::{Penalty, Ready};
///
/// let ready = Ready::new(&Linear::sparse(6, 2, 0.5).draw(80, &Stream::root(1)))?;
/// let fits = ready.path(Penalty::Absolute, &ready.grid(Penalty::Absolute, 20))?;
/// assert_eq!((fits.zeros(0), fits.zeros(1)), (6, 4));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ready {
    /// Standardised features.
    pub x: Array2<f64>,
    /// Centred target.
    pub y: Vec<f64>,
    scaler: Standardiser,
    centre: f64,
}

/// The weights for each penalty of a path.
#[derive(Clone, Debug)]
pub struct Fits {
    /// The penalties.
    pub lambdas: Vec<f64>,
    /// Features × penalties, on standardised features.
    pub weights: Array2<f64>,
    /// Effective degrees of freedom of each fit; of the elastic net, its weights that are not zero.
    pub freedom: Vec<f64>,
}

impl Ready {
    /// Learns means and deviations from `rows`.
    ///
    /// # Errors
    /// A table without rows or with a value that is not finite.
    pub fn new(rows: &Measured) -> Result<Self, KitError> {
        let scaler = Standardiser::fit(rows.x.view())?;
        let x = scaler.transform(rows.x.view())?;
        let centre = rows.y.iter().sum::<f64>() / rows.y.len() as f64;
        let y = rows.y.iter().map(|value| value - centre).collect();
        Ok(Ready { x, y, scaler, centre })
    }

    /// Penalties from the strongest that makes sense down: for the lasso from the one that zeroes every weight to a
    /// thousandth of it; for ridge, whose λ stands beside the features' variance of 1, from 100 to 0.0001.
    pub fn grid(&self, penalty: Penalty, count: usize) -> Vec<f64> {
        match penalty {
            Penalty::Absolute => penalty_grid(largest_penalty(self.x.view(), &self.y), 1e3, count),
            Penalty::Both => penalty_grid(2.0 * largest_penalty(self.x.view(), &self.y), 1e3, count),
            Penalty::Squared => penalty_grid(100.0, 1e6, count),
        }
    }

    /// The fits at these penalties, to the solver's last digits.
    ///
    /// # Errors
    /// A penalty that is no number of 0 or more; a path that does not settle.
    pub fn path(&self, penalty: Penalty, lambdas: &[f64]) -> Result<Fits, KitError> {
        self.path_to(penalty, lambdas, ElasticNet::default())
    }

    /// Least squares, by a penalty of next to nothing.
    ///
    /// # Errors
    /// As [`Ready::path`].
    pub fn unpenalised(&self) -> Result<Fits, KitError> {
        self.path(Penalty::Squared, &[NEXT_TO_NOTHING])
    }

    fn path_to(&self, penalty: Penalty, lambdas: &[f64], solver: ElasticNet) -> Result<Fits, KitError> {
        let (mut weights, freedom) = if penalty == Penalty::Squared {
            let path = ridge_path(self.x.view(), &self.y, lambdas)?;
            (path.coefficients, path.degrees_of_freedom)
        } else {
            let l1_share = if penalty == Penalty::Both { 0.5 } else { 1.0 };
            let path = ElasticNet { l1_share, ..solver }.path(self.x.view(), &self.y, lambdas)?;
            let active = path.active().into_iter().map(|count| count as f64).collect();
            (path.coefficients, active)
        };
        // A constant feature's weight is zero, not what turning back from a factorisation leaves of it.
        for (mut row, column) in weights.rows_mut().into_iter().zip(self.x.columns()) {
            if column.iter().all(|&value| value == 0.0) {
                row.fill(0.0);
            }
        }
        Ok(Fits { lambdas: lambdas.to_vec(), weights, freedom })
    }

    /// The mean squared error of each fit on other rows.
    ///
    /// # Errors
    /// Another number of columns than learnt from.
    pub fn errors(&self, fits: &Fits, rows: &Measured) -> Result<Vec<f64>, KitError> {
        let predicted = self.scaler.transform(rows.x.view())?.dot(&fits.weights);
        let n = rows.y.len() as f64;
        let error = |column: ArrayView1<f64>| {
            column.iter().zip(&rows.y).map(|(p, y)| (p + self.centre - y).powi(2)).sum::<f64>() / n
        };
        Ok(predicted.columns().into_iter().map(error).collect())
    }

    /// The explained variance of each fit on other rows: one less its error over the variance of their target.
    ///
    /// # Errors
    /// As [`Ready::errors`].
    pub fn explained(&self, fits: &Fits, rows: &Measured) -> Result<Vec<f64>, KitError> {
        let mean = rows.y.iter().sum::<f64>() / rows.y.len() as f64;
        let variance = rows.y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / rows.y.len() as f64;
        let share = |error: f64| if variance > 0.0 { 1.0 - error / variance } else { 0.0 };
        Ok(self.errors(fits, rows)?.into_iter().map(share).collect())
    }

    /// What weights predict for other rows.
    ///
    /// # Errors
    /// As [`Ready::errors`].
    pub fn predict(&self, x: &Array2<f64>, weights: &[f64]) -> Result<Vec<f64>, KitError> {
        let scaled = self.scaler.transform(x.view())?;
        Ok(predict(scaled.view(), weights).into_iter().map(|value| value + self.centre).collect())
    }

    /// The mean squared error of predicting the training mean.
    pub fn error_of_mean(&self, rows: &Measured) -> f64 {
        rows.y.iter().map(|y| (y - self.centre).powi(2)).sum::<f64>() / rows.y.len() as f64
    }
}

impl Fits {
    /// The weights at one penalty.
    pub fn at(&self, index: usize) -> Vec<f64> {
        self.weights.column(index).to_vec()
    }

    /// How many weights are exactly zero at one penalty.
    pub fn zeros(&self, index: usize) -> usize {
        self.weights.column(index).iter().filter(|&&weight| weight == 0.0).count()
    }

    /// How many weights are exactly zero at each penalty.
    pub fn all_zeros(&self) -> Vec<f64> {
        (0..self.lambdas.len()).map(|index| self.zeros(index) as f64).collect()
    }

    /// The share of weights that are exactly zero at one penalty.
    pub fn zero_share(&self, index: usize) -> f64 {
        self.zeros(index) as f64 / self.weights.nrows() as f64
    }

    /// The Euclidean length of the weights at one penalty.
    pub fn length(&self, index: usize) -> f64 {
        self.weights.column(index).iter().map(|w| w * w).sum::<f64>().sqrt()
    }

    /// The largest absolute weight at one penalty.
    pub fn largest(&self, index: usize) -> f64 {
        self.weights.column(index).iter().fold(0.0, |most: f64, w| most.max(w.abs()))
    }
}

/// How a penalty is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Penalties on the path.
    pub penalties: usize,
    /// Random parts, each held out once.
    pub folds: usize,
    /// How often the parts are drawn anew; their errors are averaged, so that the draw matters less.
    pub rounds: usize,
}

/// A path and the penalties that cross-validation chooses on it.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The rows that it was fitted to.
    pub ready: Ready,
    /// The fits on all of them.
    pub fits: Fits,
    /// Where the mean error over the folds is least.
    pub best: usize,
    /// The strongest penalty whose mean error is within one standard error of the least.
    pub cautious: usize,
}

impl Chosen {
    /// The weights at the chosen penalty.
    pub fn weights(&self) -> Vec<f64> {
        self.fits.at(self.best)
    }

    /// The share of them that are exactly zero.
    pub fn zero_share(&self) -> f64 {
        self.fits.zero_share(self.best)
    }

    /// The error on other rows at the chosen penalty.
    ///
    /// # Errors
    /// As [`Ready::errors`].
    pub fn error(&self, rows: &Measured) -> Result<f64, KitError> {
        Ok(self.ready.errors(&self.fits, rows)?[self.best])
    }
}

impl Choice {
    /// Ridge and lasso, each at its cross-validated penalty on the same rows.
    ///
    /// # Errors
    /// As [`Choice::of`].
    pub fn both(self, rows: &Measured, stream: &Stream) -> Result<[Chosen; 2], KitError> {
        Ok([self.of(Penalty::Squared, rows, stream)?, self.of(Penalty::Absolute, rows, stream)?])
    }

    /// Chooses the penalty by cross-validation.
    ///
    /// # Errors
    /// More folds than rows, and as [`Ready::new`] and [`Ready::path`].
    pub fn of(self, penalty: Penalty, rows: &Measured, stream: &Stream) -> Result<Chosen, KitError> {
        let ready = Ready::new(rows)?;
        let lambdas = ready.grid(penalty, self.penalties);
        // Errors of prediction need fewer digits than zeros do.
        let rough = ElasticNet { gap_tolerance: 1e-4, kkt_tolerance: 3e-4, ..ElasticNet::default() };
        let mut errors = Vec::new();
        for round in 0..self.rounds as u64 {
            for parts in split::random_folds(rows.y.len(), self.folds, &stream.child("folds", round))? {
                let train = Ready::new(&rows.rows(&parts.train))?;
                let fits = train.path_to(penalty, &lambdas, rough)?;
                errors.push(train.errors(&fits, &rows.rows(&parts.test))?);
            }
        }
        let n = errors.len() as f64;
        let mean = |k: usize| errors.iter().map(|fold| fold[k]).sum::<f64>() / n;
        let means: Vec<f64> = (0..lambdas.len()).map(mean).collect();
        let best = (0..means.len()).min_by(|&a, &b| means[a].total_cmp(&means[b])).expect("a path has penalties");
        let variance = errors.iter().map(|fold| (fold[best] - means[best]).powi(2)).sum::<f64>() / (n - 1.0);
        let within = means[best] + (variance / self.folds as f64).sqrt();
        // Penalties descend: the first that is good enough is the strongest.
        let cautious = means.iter().position(|&error| error <= within).unwrap_or(best);
        let fits = ready.path(penalty, &lambdas)?;
        Ok(Chosen { ready, fits, best, cautious })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::regressions::Linear;

    #[test]
    fn the_path_begins_where_every_weight_is_zero() {
        let rows = Linear::sparse(12, 3, 1.0).draw(80, &Stream::root(1));
        let ready = Ready::new(&rows).unwrap();
        let lambdas = ready.grid(Penalty::Absolute, 50);
        assert!((lambdas[49] * 1e3 / lambdas[0] - 1.0).abs() < 1e-9);
        let fits = ready.path(Penalty::Absolute, &lambdas).unwrap();
        assert_eq!((fits.zeros(0), fits.zeros(1)), (12, 11));
    }

    #[test]
    fn errors_are_on_the_scale_of_the_target() {
        let rows = Linear::sparse(4, 4, 0.5).draw(400, &Stream::root(2));
        let ready = Ready::new(&rows).unwrap();
        let fits = ready.unpenalised().unwrap();
        let error = ready.errors(&fits, &rows).unwrap()[0];
        assert!((error - 0.25).abs() < 0.06, "{error}");
        assert!((ready.explained(&fits, &rows).unwrap()[0] - (1.0 - 0.25 / 4.25)).abs() < 0.03);
    }

    #[test]
    fn constant_and_doubled_columns_give_numbers() {
        let mut rows = Linear::sparse(6, 3, 1.0).draw(50, &Stream::root(3));
        rows.x.column_mut(2).fill(7.0);
        let copy = rows.x.column(0).to_owned();
        rows.x.column_mut(1).assign(&copy);
        for penalty in [Penalty::Absolute, Penalty::Squared, Penalty::Both] {
            let choice = Choice { penalties: 50, folds: 5, rounds: 1 };
            let chosen = choice.of(penalty, &rows, &Stream::root(4)).unwrap();
            assert!(chosen.fits.weights.iter().all(|w| w.is_finite()));
            assert!((0..50).all(|k| chosen.fits.weights[[2, k]] == 0.0));
            assert!(chosen.cautious <= chosen.best);
        }
    }
}
