//! Ridge regression along a path, from one factorisation.

use super::gram::{column_products, gram};
use super::tridiagonal::Tridiagonal;
use crate::KitError;
use crate::error::{finite_table, finite_target, setting};
use ndarray::{Array2, ArrayView2};

/// Ridge coefficients for every penalty.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgePath {
    /// The penalties λ, as given.
    pub lambdas: Vec<f64>,
    /// p rows by one column a penalty.
    pub coefficients: Array2<f64>,
    /// Effective degrees of freedom of each fit: Σ d/(d + λ) over the eigenvalues d of XᵀX/n
    /// (Hastie, Tibshirani and Friedman 2009, eq. 3.50).
    pub degrees_of_freedom: Vec<f64>,
}

/// Minimises (1/2n)‖y − Xb‖² + (λ/2)‖b‖² for every λ.
///
/// XᵀX/n, or XXᵀ/n where there are fewer rows than columns, is made tridiagonal once; each λ then costs O(p) for the
/// solve and O(p²) for turning back.
///
/// ```
/// use ndarray::array;
///
/// let x = array![[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
/// let path = mllab_kit::linear::ridge_path(x.view(), &[3.0, 1.0, -1.0, -3.0], &[0.0, 1.0])?;
/// assert!((path.coefficients[[0, 0]] - 2.0).abs() < 1e-12);
/// assert!((path.coefficients[[0, 1]] - 1.0).abs() < 1e-12);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// Inputs of different length or not finite, a negative λ, or λ = 0 where columns are collinear.
pub fn ridge_path(x: ArrayView2<f64>, y: &[f64], lambdas: &[f64]) -> Result<RidgePath, KitError> {
    finite_table("table", x)?;
    finite_target("target", x.nrows(), y)?;
    for &lambda in lambdas {
        setting(lambda >= 0.0 && lambda.is_finite(), "penalty", lambda, "0 or more, and finite")?;
    }
    let (n, p) = x.dim();
    let wants = "above 0 where columns are collinear";
    let singular = || KitError::Setting { name: "penalty", value: 0.0, must_be: wants };
    let (system, coefficients) = if p <= n {
        let system = Tridiagonal::new(gram(x));
        let solution = system.solve(&column_products(x, y), lambdas).ok_or_else(singular)?;
        (system, solution)
    } else {
        // b = Xᵀ(XXᵀ/n + λI)⁻¹ y / n
        let kernel = x.dot(&x.t()) / n as f64;
        let system = Tridiagonal::new(kernel);
        let scaled: Vec<f64> = y.iter().map(|value| value / n as f64).collect();
        let solution = system.solve(&scaled, lambdas).ok_or_else(singular)?;
        (system, x.t().dot(&solution))
    };
    let freedom = |&lambda: &f64| {
        let size = system.size() as f64;
        if lambda == 0.0 { size } else { size - lambda * system.inverse_trace(lambda) }
    };
    Ok(RidgePath { lambdas: lambdas.to_vec(), coefficients, degrees_of_freedom: lambdas.iter().map(freedom).collect() })
}
