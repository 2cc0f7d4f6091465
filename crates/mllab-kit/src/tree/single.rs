//! Single trees.

use super::columns::Columns;
use super::grow::Grower;
use super::model::Tree;
use super::settings::{Search, TreeSettings};
use crate::KitError;
use crate::data::targets_of;
use crate::draws::Draws;
use crate::error::{finite_table, finite_target, same_length, setting, weights as check_weights};
use mllab_core::Stream;
use ndarray::ArrayView2;

impl TreeSettings {
    /// A classification tree by gini; it predicts the share of `true` in a leaf.
    ///
    /// # Errors
    /// Inputs of different length or not finite, unusable weights, or a setting out of range.
    pub fn fit_classes(
        &self,
        x: ArrayView2<f64>,
        y: &[bool],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<Tree, KitError> {
        same_length("labels", x.nrows(), y.len())?;
        let targets = targets_of(y);
        self.fit(x, &targets, weights, 0.0, stream)
    }

    /// A regression tree by squared error; it predicts the mean of a leaf.
    ///
    /// # Errors
    /// Inputs of different length or not finite, unusable weights, or a setting out of range.
    pub fn fit_numbers(
        &self,
        x: ArrayView2<f64>,
        y: &[f64],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<Tree, KitError> {
        finite_target("target", x.nrows(), y)?;
        self.fit(x, y, weights, mean(y), stream)
    }

    fn fit(
        &self,
        x: ArrayView2<f64>,
        targets: &[f64],
        weights: Option<&[f64]>,
        centre: f64,
        stream: &Stream,
    ) -> Result<Tree, KitError> {
        self.check()?;
        let weights = row_weights(x.nrows(), weights)?;
        let columns = self.encode(x)?;
        let mut tree = Grower::new(&columns, *self).grow(&pairs(targets, &weights, centre), &mut Draws::new(stream));
        shift(&mut tree, centre);
        Ok(tree)
    }

    /// Checks the ranges of the settings.
    pub(super) fn check(&self) -> Result<(), KitError> {
        setting(self.max_leaves >= 1, "leaves", self.max_leaves as f64, "1 or more")?;
        setting(self.min_weight >= 0.0, "smallest weight of a leaf", self.min_weight, "0 or more")?;
        setting(self.l2 >= 0.0 && self.l2.is_finite(), "l2 on leaves", self.l2, "0 or more, and finite")?;
        setting(self.min_gain >= 0.0, "smallest gain", self.min_gain, "0 or more")?;
        setting(self.columns_per_split != Some(0), "columns per split", 0.0, "1 or more")?;
        if let Search::Binned(bins) = self.search {
            setting((2..=255).contains(&bins), "bins", bins as f64, "between 2 and 255")?;
        }
        Ok(())
    }

    /// The table as this search reads it.
    pub(super) fn encode(&self, x: ArrayView2<f64>) -> Result<Columns, KitError> {
        finite_table("table", x)?;
        Ok(match self.search {
            Search::Exact => Columns::ranked(x),
            Search::Binned(bins) => Columns::binned(x, bins),
        })
    }
}

/// The given weights, or ones.
pub(super) fn row_weights(rows: usize, weights: Option<&[f64]>) -> Result<Vec<f64>, KitError> {
    match weights {
        None => Ok(vec![1.0; rows]),
        Some(given) => check_weights(rows, given).map(|()| given.to_vec()),
    }
}

/// (s, h) of squared error around `centre`.
pub(super) fn pairs(targets: &[f64], weights: &[f64], centre: f64) -> Vec<[f64; 2]> {
    targets.iter().zip(weights).map(|(&target, &weight)| [weight * (target - centre), weight]).collect()
}

/// Targets are centred before growing, so that a large offset does not drown the gains; this puts it back.
pub(super) fn shift(tree: &mut Tree, centre: f64) {
    tree.nodes.iter_mut().for_each(|node| node.value += centre);
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
