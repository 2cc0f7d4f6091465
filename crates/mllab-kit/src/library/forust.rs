//! forust-ml's boosted trees, on one thread so that sums have one order.

use super::{Predict, complaint};
use crate::KitError;
use forust_ml::Matrix;
use forust_ml::gradientbooster::GradientBooster;
use forust_ml::objective::ObjectiveType;
use mllab_core::Stream;
use ndarray::ArrayView2;

pub(super) fn boosting(
    x: ArrayView2<f64>,
    y: &[f64],
    (rounds, rate, max_depth): (usize, f64, usize),
    classes: bool,
    stream: &Stream,
) -> Result<Predict, KitError> {
    let objective = if classes { ObjectiveType::LogLoss } else { ObjectiveType::SquaredLoss };
    let mut model = GradientBooster::default()
        .set_objective_type(objective)
        .set_iterations(rounds)
        .set_learning_rate(rate as f32)
        .set_max_depth(max_depth)
        .set_initialize_base_score(true)
        .set_parallel(false)
        .set_seed(stream.seed());
    let values = by_column(x);
    let table = Matrix::new(&values, x.nrows(), x.ncols());
    model.fit_unweighted(&table, y, None).map_err(|error| complaint("forust-ml")(error.to_string()))?;
    Ok(Box::new(move |x| {
        let values = by_column(x);
        Ok(model.predict(&Matrix::new(&values, x.nrows(), x.ncols()), false))
    }))
}

fn by_column(x: ArrayView2<f64>) -> Vec<f64> {
    x.columns().into_iter().flatten().copied().collect()
}
