//! smartcore's models. An unset seed means 0 there, so it is always set from the stream.

use super::{Predict, complaint};
use crate::KitError;
use mllab_core::Stream;
use ndarray::ArrayView2;
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};
use smartcore::neighbors::knn_classifier::{KNNClassifier, KNNClassifierParameters};
use smartcore::tree::decision_tree_classifier::{DecisionTreeClassifier, DecisionTreeClassifierParameters};
use smartcore::tree::decision_tree_regressor::{DecisionTreeRegressor, DecisionTreeRegressorParameters};

pub(super) fn logistic(x: ArrayView2<f64>, y: &[bool], l2: f64) -> Result<Predict, KitError> {
    let settings = LogisticRegressionParameters::default().with_alpha(l2);
    let model = LogisticRegression::fit(&dense(x)?, &codes(y), settings).map_err(failed)?;
    let weights: Vec<f64> = model.coefficients().iterator(0).copied().collect();
    let intercept = *model.intercept().get((0, 0));
    Ok(Box::new(move |x| {
        Ok(x.rows()
            .into_iter()
            .map(|row| row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() + intercept)
            .collect())
    }))
}

pub(super) fn tree(x: ArrayView2<f64>, y: &[bool], max_depth: usize, stream: &Stream) -> Result<Predict, KitError> {
    let settings = DecisionTreeClassifierParameters {
        seed: Some(stream.seed()),
        ..DecisionTreeClassifierParameters::default().with_max_depth(depth(max_depth))
    };
    let model = DecisionTreeClassifier::fit(&dense(x)?, &codes(y), settings).map_err(failed)?;
    Ok(Box::new(move |x| labels(model.predict(&dense(x)?))))
}

pub(super) fn regression_tree(
    x: ArrayView2<f64>,
    y: &[f64],
    max_depth: usize,
    stream: &Stream,
) -> Result<Predict, KitError> {
    let settings = DecisionTreeRegressorParameters {
        seed: Some(stream.seed()),
        ..DecisionTreeRegressorParameters::default().with_max_depth(depth(max_depth))
    };
    let model = DecisionTreeRegressor::fit(&dense(x)?, &y.to_vec(), settings).map_err(failed)?;
    Ok(Box::new(move |x| model.predict(&dense(x)?).map_err(failed)))
}

pub(super) fn forest(x: ArrayView2<f64>, y: &[f64], trees: usize, stream: &Stream) -> Result<Predict, KitError> {
    let settings = RandomForestRegressorParameters::default()
        .with_n_trees(trees)
        .with_m(x.ncols().isqrt().max(1))
        .with_seed(stream.seed());
    let model = RandomForestRegressor::fit(&dense(x)?, &y.to_vec(), settings).map_err(failed)?;
    Ok(Box::new(move |x| model.predict(&dense(x)?).map_err(failed)))
}

pub(super) fn neighbours(x: ArrayView2<f64>, y: &[bool], k: usize) -> Result<Predict, KitError> {
    let settings = KNNClassifierParameters::default().with_k(k);
    let model = KNNClassifier::fit(&dense(x)?, &codes(y), settings).map_err(failed)?;
    Ok(Box::new(move |x| labels(model.predict(&dense(x)?))))
}

fn dense(x: ArrayView2<f64>) -> Result<DenseMatrix<f64>, KitError> {
    DenseMatrix::new(x.nrows(), x.ncols(), x.iter().copied().collect(), false).map_err(failed)
}

fn codes(y: &[bool]) -> Vec<u32> {
    y.iter().map(|&label| u32::from(label)).collect()
}

fn labels(found: Result<Vec<u32>, smartcore::error::Failed>) -> Result<Vec<f64>, KitError> {
    Ok(found.map_err(failed)?.into_iter().map(f64::from).collect())
}

fn depth(limit: usize) -> u16 {
    u16::try_from(limit).unwrap_or(u16::MAX)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn failed(error: smartcore::error::Failed) -> KitError {
    complaint("smartcore")(error.to_string())
}
