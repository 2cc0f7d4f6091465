//! Linear models: logistic regression, lasso and elastic net, ridge.
//!
//! The penalised least squares follow one convention, with λ not growing with n:
//! (1/2n)‖y − Xb‖² + λ‖b‖₁ for the lasso and (1/2n)‖y − Xb‖² + (λ/2)‖b‖² for ridge. They fit no intercept:
//! standardise the columns and centre the target first, as [`Ready`] does, with a path for each [`Penalty`] and the
//! [`Choice`] of one by cross-validation.

mod active_set;
mod cholesky;
mod gram;
mod lasso;
mod logistic;
mod penalised;
mod ridge;
mod steps;
mod tridiagonal;

pub use gram::{closest_columns, gram};
pub use lasso::{ElasticNet, PenaltyPath, kkt_residual, largest_penalty, penalty_grid};
pub use logistic::{Logistic, LogisticModel, logit};
pub use penalised::{Choice, Chosen, Fits, NEXT_TO_NOTHING, Penalty, Ready};
pub use ridge::{RidgePath, ridge_path};
pub use steps::Steps;

use ndarray::{ArrayView1, ArrayView2};

/// x · weights, row by row.
pub fn predict(x: ArrayView2<f64>, weights: &[f64]) -> Vec<f64> {
    assert_eq!(x.ncols(), weights.len(), "one weight a column");
    let weights = ArrayView1::from(weights);
    x.rows().into_iter().map(|row| row.iter().zip(weights).map(|(a, b)| a * b).sum()).collect()
}
