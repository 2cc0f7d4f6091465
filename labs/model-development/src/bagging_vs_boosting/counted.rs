//! The work of ensembles, counted on a few of their trees.

use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::classes;
use mllab_kit::ensemble::{Rows, booster, forest, in_a_row, second_order, side_by_side};
use mllab_kit::tree::{Boosting, Search, TreeSettings, Work};

/// Rows at which work is counted for the figure.
pub const SIZES: [usize; 4] = [1000, 4000, 16_000, 64_000];
/// Trees that are grown to count the work of many.
pub const COUNTED: usize = 4;

/// Second-order boosting as XGBoost comes, with cuts sought so.
pub fn xgboost(rows: &Rows, rounds: usize, depth: usize, search: Search) -> Boosting {
    let base = second_order(booster(rounds, depth, 0.1, rows));
    Boosting { tree: TreeSettings { search, ..base.tree }, ..base }
}

pub fn boosted_work(
    rows: &Rows,
    rounds: usize,
    depth: usize,
    search: Search,
    stream: &Stream,
) -> Result<Work, KitError> {
    Ok(in_a_row(&xgboost(rows, rounds, depth, search), rows, stream)?.work())
}

/// The work of a forest, counted on a few of its trees.
pub fn forest_work(rows: &Rows, trees: usize, stream: &Stream) -> Result<Work, KitError> {
    Ok(side_by_side(&forest(trees.min(COUNTED), rows), rows, stream)?.work())
}

/// The boundary with a tenth of its labels flipped, so that full trees have something to chase.
pub fn boundary(n: usize, stream: &Stream) -> Rows {
    Rows::from(classes::hastie(n, &stream.child("rows", 0))).flipped(0.1, stream)
}
