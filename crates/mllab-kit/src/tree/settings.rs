//! What a tree may grow to.

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
