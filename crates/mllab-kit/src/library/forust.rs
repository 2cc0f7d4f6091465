//! forust-ml's boosted trees; on one thread sums have one order.

use super::{Predict, complaint};
use crate::KitError;
use forust_ml::Matrix;
use forust_ml::gradientbooster::GradientBooster;
use forust_ml::objective::ObjectiveType;
use mllab_core::Stream;
use ndarray::ArrayView2;

/// What is turned on it.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub rounds: usize,
    pub rate: f64,
    pub max_depth: usize,
    pub classes: bool,
    pub parallel: bool,
}

/// How it predicts, and how many numbers it keeps.
pub(super) fn boosting(
    x: ArrayView2<f64>,
    y: &[f64],
    settings: Settings,
    stream: &Stream,
) -> Result<(Predict, Option<usize>), KitError> {
    let objective = if settings.classes { ObjectiveType::LogLoss } else { ObjectiveType::SquaredLoss };
    let mut model = GradientBooster::default()
        .set_objective_type(objective)
        .set_iterations(settings.rounds)
        .set_learning_rate(settings.rate as f32)
        .set_max_depth(settings.max_depth)
        .set_initialize_base_score(true)
        .set_parallel(settings.parallel)
        .set_seed(stream.seed());
    let values = by_column(x);
    let table = Matrix::new(&values, x.nrows(), x.ncols());
    model.fit_unweighted(&table, y, None).map_err(|error| complaint("forust-ml")(error.to_string()))?;
    let nodes: usize = model.trees.iter().map(|tree| tree.nodes.len()).sum();
    let predict: Predict = Box::new(move |x| {
        let values = by_column(x);
        Ok(model.predict(&Matrix::new(&values, x.nrows(), x.ncols()), settings.parallel))
    });
    Ok((predict, Some(5 * nodes)))
}

fn by_column(x: ArrayView2<f64>) -> Vec<f64> {
    x.columns().into_iter().flatten().copied().collect()
}
