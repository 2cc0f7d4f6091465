//! What the lab's studies share: rows made ready, the path of weights over penalties, and cross-validation.
//!
//! Features are standardised and the target is centred on the training rows alone, also within each fold.

use mllab_core::Stream;
use mllab_kit::KitError;
use mllab_kit::data::Measured;
use mllab_kit::linear::{ElasticNet, largest_penalty, penalty_grid, predict, ridge_path};
use mllab_kit::preprocess::Standardiser;
use mllab_kit::split;
use ndarray::Array2;

/// A penalty so weak that the fit is that of least squares, yet every system can be solved.
pub const NEXT_TO_NOTHING: f64 = 1e-8;

/// What is added to the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Penalty {
    /// λ‖b‖₁: the lasso.
    Absolute,
    /// (λ/2)‖b‖²: ridge.
    Squared,
    /// Half of each: the elastic net.
    Both,
}

impl Penalty {
    /// The name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Penalty::Absolute => "l1",
            Penalty::Squared => "l2",
            Penalty::Both => "elastic net",
        }
    }
}

/// Training rows made ready for a penalty.
pub struct Ready {
    /// Standardised features.
    pub x: Array2<f64>,
    /// Centred target.
    pub y: Vec<f64>,
    scaler: Standardiser,
    centre: f64,
}

/// The weights for each penalty of a path.
pub struct Fits {
    /// The penalties.
    pub lambdas: Vec<f64>,
    /// Features × penalties, on standardised features.
    pub weights: Array2<f64>,
    /// Effective degrees of freedom of each fit; NaN for the elastic net.
    pub freedom: Vec<f64>,
}

impl Ready {
    /// Learns means and deviations from `rows`.
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
    pub fn path(&self, penalty: Penalty, lambdas: &[f64]) -> Result<Fits, KitError> {
        self.path_to(penalty, lambdas, ElasticNet::default())
    }

    fn path_to(&self, penalty: Penalty, lambdas: &[f64], solver: ElasticNet) -> Result<Fits, KitError> {
        let (mut weights, freedom) = match penalty {
            Penalty::Squared => {
                let path = ridge_path(self.x.view(), &self.y, lambdas)?;
                (path.coefficients, path.degrees_of_freedom)
            }
            Penalty::Absolute => {
                let path = solver.path(self.x.view(), &self.y, lambdas)?;
                let active = path.active().into_iter().map(|count| count as f64).collect();
                (path.coefficients, active)
            }
            Penalty::Both => {
                let path = ElasticNet { l1_share: 0.5, ..solver }.path(self.x.view(), &self.y, lambdas)?;
                (path.coefficients, vec![f64::NAN; lambdas.len()])
            }
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
    pub fn errors(&self, fits: &Fits, rows: &Measured) -> Result<Vec<f64>, KitError> {
        let predicted = self.scaler.transform(rows.x.view())?.dot(&fits.weights);
        let n = rows.y.len() as f64;
        let error = |column: ndarray::ArrayView1<f64>| {
            column.iter().zip(&rows.y).map(|(p, y)| (p + self.centre - y).powi(2)).sum::<f64>() / n
        };
        Ok(predicted.columns().into_iter().map(error).collect())
    }

    /// What weights predict for other rows.
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

/// A path and the penalties that cross-validation chooses on it.
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

/// How a penalty is chosen.
#[derive(Clone, Copy)]
pub struct Choice {
    /// Penalties on the path.
    pub penalties: usize,
    /// Random parts, each held out once.
    pub folds: usize,
    /// How often the parts are drawn anew; their errors are averaged, so that the draw matters less.
    pub rounds: usize,
}

/// Chooses the penalty by cross-validation.
pub fn cross_validate(penalty: Penalty, rows: &Measured, choice: Choice, stream: &Stream) -> Result<Chosen, KitError> {
    let ready = Ready::new(rows)?;
    let lambdas = ready.grid(penalty, choice.penalties);
    // Errors of prediction need fewer digits than zeros do.
    let rough = ElasticNet { gap_tolerance: 1e-4, kkt_tolerance: 3e-4, ..ElasticNet::default() };
    let mut all_parts = Vec::new();
    for round in 0..choice.rounds as u64 {
        all_parts.extend(split::random_folds(rows.y.len(), choice.folds, &stream.child("folds", round))?);
    }
    let mut errors = Vec::with_capacity(all_parts.len());
    for parts in all_parts {
        let train = Ready::new(&rows.rows(&parts.train))?;
        let fits = train.path_to(penalty, &lambdas, rough)?;
        errors.push(train.errors(&fits, &rows.rows(&parts.test))?);
    }
    let n = errors.len() as f64;
    let mean = |k: usize| errors.iter().map(|fold| fold[k]).sum::<f64>() / n;
    let means: Vec<f64> = (0..lambdas.len()).map(mean).collect();
    let best = (0..means.len()).min_by(|&a, &b| means[a].total_cmp(&means[b])).expect("a path has penalties");
    let variance = errors.iter().map(|fold| (fold[best] - means[best]).powi(2)).sum::<f64>() / (n - 1.0);
    let within = means[best] + (variance / choice.folds as f64).sqrt();
    // Penalties descend: the first that is good enough is the strongest.
    let cautious = means.iter().position(|&error| error <= within).unwrap_or(best);
    let fits = ready.path(penalty, &lambdas)?;
    Ok(Chosen { ready, fits, best, cautious })
}

impl Chosen {
    /// The error on other rows at the chosen penalty.
    pub fn error(&self, rows: &Measured) -> Result<f64, KitError> {
        Ok(self.ready.errors(&self.fits, rows)?[self.best])
    }
}

/// The error on other rows of least squares, by a penalty of next to nothing.
pub fn unpenalised_error(ready: &Ready, rows: &Measured) -> Result<f64, KitError> {
    let fits = ready.path(Penalty::Squared, &[NEXT_TO_NOTHING])?;
    Ok(ready.errors(&fits, rows)?[0])
}

/// The explained variance of each fit on other rows: one less its error over the variance of their target.
pub fn explained(ready: &Ready, fits: &Fits, rows: &Measured) -> Result<Vec<f64>, KitError> {
    let mean = rows.y.iter().sum::<f64>() / rows.y.len() as f64;
    let variance = rows.y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / rows.y.len() as f64;
    let errors = ready.errors(fits, rows)?;
    let share = |error: f64| if variance > 0.0 { 1.0 - error / variance } else { 0.0 };
    Ok(errors.into_iter().map(share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_kit::data::regressions::Linear;

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
        let fits = ready.path(Penalty::Squared, &[NEXT_TO_NOTHING]).unwrap();
        let error = ready.errors(&fits, &rows).unwrap()[0];
        assert!((error - 0.25).abs() < 0.06, "{error}");
        assert!((explained(&ready, &fits, &rows).unwrap()[0] - (1.0 - 0.25 / 4.25)).abs() < 0.03);
    }

    #[test]
    fn constant_and_doubled_columns_give_numbers() {
        let mut rows = Linear::sparse(6, 3, 1.0).draw(50, &Stream::root(3));
        rows.x.column_mut(2).fill(7.0);
        let copy = rows.x.column(0).to_owned();
        rows.x.column_mut(1).assign(&copy);
        for penalty in [Penalty::Absolute, Penalty::Squared, Penalty::Both] {
            let chosen =
                cross_validate(penalty, &rows, Choice { penalties: 50, folds: 5, rounds: 1 }, &Stream::root(4))
                    .unwrap();
            assert!(chosen.fits.weights.iter().all(|w| w.is_finite()));
            assert!((0..50).all(|k| chosen.fits.weights[[2, k]] == 0.0));
            assert!(chosen.cautious <= chosen.best);
        }
    }
}
