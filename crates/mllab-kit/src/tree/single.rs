//! What a tree may grow to, and single trees.

use super::columns::Columns;
use super::grow::Grower;
use super::model::Tree;
use crate::KitError;
use crate::data::targets_of;
use crate::draws::Draws;
use crate::error::{finite_table, finite_target, same_length, setting, weights as check_weights};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// How cuts are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Between all neighbouring values.
    Exact,
    /// Between at most so many bins of nearly equal counts, 2 to 255.
    Binned(usize),
}

/// The limits of a tree. The default is a full tree with exact cuts: leaves are pure or cannot be cut.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::{data::classes, tree::TreeSettings};
///
/// let table = classes::hastie(2000, &Stream::root(7));
/// let settings = TreeSettings { max_depth: 6, ..TreeSettings::default() };
/// let tree = settings.fit_classes(table.x.view(), &table.y, None, &Stream::root(8))?;
/// assert_eq!(tree.depth(), 6);
/// assert!(tree.predict(table.x.view()).iter().all(|share| (0.0..=1.0).contains(share)));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreeSettings {
    /// Cuts from the root to a leaf at most; 1 is a stump.
    pub max_depth: usize,
    /// Leaves at most; below `usize::MAX` the best cut of all leaves is made next.
    pub max_leaves: usize,
    /// Rows on each side of a cut at least.
    pub min_rows: usize,
    /// Sum of weights (hessians, in second-order boosting) on each side of a cut at least.
    pub min_weight: f64,
    /// A cut must raise the sum of s²/(h + λ) by more than this.
    pub min_gain: f64,
    /// λ: draws leaf values to 0.
    pub l2: f64,
    /// Columns tried at each cut, drawn anew; all if `None`.
    pub columns_per_split: Option<usize>,
    /// How cuts are searched.
    pub search: Search,
}

impl Default for TreeSettings {
    fn default() -> Self {
        TreeSettings {
            max_depth: usize::MAX,
            max_leaves: usize::MAX,
            min_rows: 1,
            min_weight: 0.0,
            min_gain: 0.0,
            l2: 0.0,
            columns_per_split: None,
            search: Search::Exact,
        }
    }
}

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
