//! linfa's models.

use super::{OldRng, Predict, complaint};
use crate::KitError;
use linfa::DatasetBase;
use linfa::dataset::Pr;
use linfa::prelude::{Fit, Predict as _};
use linfa_bayes::{GaussianNb, NaiveBayes as _};
use linfa_elasticnet::ElasticNet;
use linfa_ensemble::{AdaBoostParams, RandomForestParams};
use linfa_linear::LinearRegression;
use linfa_logistic::LogisticRegression;
use linfa_svm::Svm;
use linfa_trees::DecisionTree;
use mllab_core::Stream;
use ndarray::{Array1, Array2, ArrayView2};

pub(super) fn logistic(x: ArrayView2<f64>, y: &[bool], l2: f64) -> Result<Predict, KitError> {
    let table = DatasetBase::new(x.to_owned(), Array1::from_vec(y.to_vec()));
    // Its penalty is ½ α ‖w‖², as ours.
    let model = LogisticRegression::default().alpha(l2).max_iterations(1000).gradient_tolerance(1e-6).fit(&table);
    let model = model.map_err(|error| complaint("linfa-logistic")(error.to_string()))?;
    // It calls one of the labels positive and tells which.
    let flipped = !model.labels().pos.class;
    Ok(Box::new(move |x| {
        let p = model.predict_probabilities(&x.to_owned());
        Ok(p.into_iter().map(|p| if flipped { 1.0 - p } else { p }).collect())
    }))
}

pub(super) fn tree(x: ArrayView2<f64>, y: &[bool], max_depth: usize) -> Result<Predict, KitError> {
    let model = DecisionTree::params().max_depth(Some(max_depth)).fit(&counted(x, y));
    let model = model.map_err(|error| complaint("linfa-trees")(error.to_string()))?;
    Ok(Box::new(move |x| Ok(labels(&model.predict(x.to_owned()).targets))))
}

pub(super) fn forest(
    x: ArrayView2<f64>,
    y: &[bool],
    trees: usize,
    column_share: f64,
    stream: &Stream,
) -> Result<Predict, KitError> {
    let model = RandomForestParams::new_fixed_rng(DecisionTree::params(), OldRng::new(stream))
        .ensemble_size(trees)
        .bootstrap_proportion(1.0)
        .feature_proportion(column_share)
        .fit(&counted(x, y));
    let model = model.map_err(|error| complaint("linfa-ensemble")(error.to_string()))?;
    Ok(Box::new(move |x| Ok(labels(&model.predict(x.to_owned()).targets))))
}

pub(super) fn adaboost(x: ArrayView2<f64>, y: &[bool], rounds: usize, stream: &Stream) -> Result<Predict, KitError> {
    let model = AdaBoostParams::new_fixed_rng(DecisionTree::params().max_depth(Some(1)), OldRng::new(stream))
        .n_estimators(rounds)
        .fit(&counted(x, y));
    let model = model.map_err(|error| complaint("linfa-ensemble")(error.to_string()))?;
    Ok(Box::new(move |x| Ok(labels(&model.predict(x.to_owned()).targets))))
}

/// How it predicts, and how many numbers it keeps: its support vectors with a weight each.
pub(super) fn svm(x: ArrayView2<f64>, y: &[bool], cost: f64, width: f64) -> Result<(Predict, Option<usize>), KitError> {
    let table = DatasetBase::new(x.to_owned(), Array1::from_vec(y.to_vec()));
    let model = Svm::<f64, Pr>::params().pos_neg_weights(cost, cost).gaussian_kernel(width).fit(&table);
    let model = model.map_err(|error| complaint("linfa-svm")(error.to_string()))?;
    let numbers = model.nsupport() * (x.ncols() + 1);
    let predict: Predict = Box::new(move |x| {
        let p: Array1<Pr> = model.predict(x.to_owned()).targets;
        Ok(p.iter().map(|&p| f64::from(*p)).collect())
    });
    Ok((predict, Some(numbers)))
}

pub(super) fn bayes(x: ArrayView2<f64>, y: &[bool]) -> Result<Predict, KitError> {
    let model = GaussianNb::params().fit(&counted(x, y));
    let model = model.map_err(|error| complaint("linfa-bayes")(error.to_string()))?;
    Ok(Box::new(move |x| {
        let likelihood = model.joint_log_likelihood(x);
        Ok(likelihood[&1].iter().zip(&likelihood[&0]).map(|(yes, no)| yes - no).collect())
    }))
}

pub(super) fn least_squares(x: ArrayView2<f64>, y: &[f64]) -> Result<Predict, KitError> {
    let table = DatasetBase::new(x.to_owned(), Array1::from_vec(y.to_vec()));
    let model = LinearRegression::default().fit(&table);
    let model = model.map_err(|error| complaint("linfa-linear")(error.to_string()))?;
    Ok(Box::new(move |x| Ok(model.predict(x.to_owned()).targets.to_vec())))
}

pub(super) fn elastic_net(x: ArrayView2<f64>, y: &[f64], penalty: f64, l1_share: f64) -> Result<Predict, KitError> {
    let table = DatasetBase::new(x.to_owned(), Array1::from_vec(y.to_vec()));
    let model =
        ElasticNet::params().penalty(penalty).l1_ratio(l1_share).tolerance(1e-10).max_iterations(100_000).fit(&table);
    let model = model.map_err(|error| complaint("linfa-elasticnet")(error.to_string()))?;
    Ok(Box::new(move |x| Ok(model.predict(x.to_owned()).targets.to_vec())))
}

/// Labels as 0 and 1, which is what the tree crates take.
fn counted(x: ArrayView2<f64>, y: &[bool]) -> DatasetBase<Array2<f64>, Array1<usize>> {
    DatasetBase::new(x.to_owned(), y.iter().map(|&label| usize::from(label)).collect())
}

fn labels(found: &Array1<usize>) -> Vec<f64> {
    found.iter().map(|&label| label as f64).collect()
}
