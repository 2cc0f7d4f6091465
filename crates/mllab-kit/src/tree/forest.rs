//! Bagging and random forests: trees grown side by side on resampled rows, averaged.

use super::grow::Grower;
use super::model::{Tree, Work};
use super::settings::TreeSettings;
use super::single::{mean, pairs, row_weights, shift};
use crate::KitError;
use crate::data::targets_of;
use crate::draws::Draws;
use crate::error::{finite_target, same_length, setting};
use mllab_core::Stream;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Trees on bootstrap samples (Breiman 1996, 2001).
///
/// Every tree draws from a stream of its own, so the trees are the same at any number of threads.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::{data::classes, tree::Forest};
///
/// let table = classes::hastie(500, &Stream::root(7));
/// let forest = Forest::random_forest(20, 10).fit_classes(table.x.view(), &table.y, None, &Stream::root(8))?;
/// assert_eq!(forest.trees.len(), 20);
/// assert!(forest.predict(table.x.view()).iter().all(|p| (0.0..=1.0).contains(p)));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forest {
    /// How many trees.
    pub trees: usize,
    /// Whether each tree sees rows drawn with replacement; otherwise all see all rows.
    pub bootstrap: bool,
    /// What each tree may grow to; [`TreeSettings::columns_per_split`] makes bagging a random forest.
    pub tree: TreeSettings,
}

/// Averaged trees.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    /// The trees, in the order of their streams.
    pub trees: Vec<Tree>,
    /// Which training rows each tree saw; empty without a bootstrap.
    seen: Vec<Vec<bool>>,
}

impl Forest {
    /// Bagging: full trees, all columns at every cut.
    pub fn bagging(trees: usize) -> Self {
        Forest { trees, bootstrap: true, tree: TreeSettings::default() }
    }

    /// A random forest for `columns` columns: as bagging, but with ⌊√columns⌋ columns tried at every cut.
    pub fn random_forest(trees: usize, columns: usize) -> Self {
        let bagging = Self::bagging(trees);
        let tried = columns.isqrt().max(1);
        Forest { tree: TreeSettings { columns_per_split: Some(tried), ..bagging.tree }, ..bagging }
    }

    /// Classification by gini; predictions are the mean share of `true`.
    ///
    /// # Errors
    /// Inputs of different length or not finite, unusable weights, or a setting out of range.
    pub fn fit_classes(
        &self,
        x: ArrayView2<f64>,
        y: &[bool],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<Ensemble, KitError> {
        same_length("labels", x.nrows(), y.len())?;
        let targets = targets_of(y);
        self.fit(x, &targets, weights, 0.0, stream)
    }

    /// Regression by squared error; predictions are the mean of the trees' means.
    ///
    /// # Errors
    /// Inputs of different length or not finite, unusable weights, or a setting out of range.
    pub fn fit_numbers(
        &self,
        x: ArrayView2<f64>,
        y: &[f64],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<Ensemble, KitError> {
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
    ) -> Result<Ensemble, KitError> {
        self.tree.check()?;
        setting(self.trees >= 1, "trees", self.trees as f64, "1 or more")?;
        let weights = row_weights(x.nrows(), weights)?;
        let columns = self.tree.encode(x)?;
        let all = pairs(targets, &weights, centre);
        let plant = |grower: &mut Grower, index: usize| {
            let stream = stream.child("tree", index as u64);
            let sampled = self.sample(&all, &stream);
            let mut tree =
                grower.grow(sampled.as_deref().unwrap_or(&all), &mut Draws::new(&stream.child("columns", 0)));
            shift(&mut tree, centre);
            (tree, sampled.map(|pairs| pairs.into_iter().map(|pair| pair[1] > 0.0).collect()))
        };
        let new_grower = || Grower::new(&columns, self.tree);
        let grown: Vec<(Tree, Option<Vec<bool>>)> =
            (0..self.trees).into_par_iter().map_init(new_grower, plant).collect();
        let (trees, seen): (Vec<Tree>, Vec<Option<Vec<bool>>>) = grown.into_iter().unzip();
        Ok(Ensemble { trees, seen: seen.into_iter().flatten().collect() })
    }

    /// Pairs times how often each row was drawn; `None` without a bootstrap.
    fn sample(&self, all: &[[f64; 2]], stream: &Stream) -> Option<Vec<[f64; 2]>> {
        if !self.bootstrap {
            return None;
        }
        let mut draws = Draws::new(&stream.child("rows", 0));
        loop {
            let mut times = vec![0.0; all.len()];
            for _ in 0..all.len() {
                times[draws.below(all.len())] += 1.0;
            }
            let sampled: Vec<[f64; 2]> =
                all.iter().zip(times).map(|(pair, times)| [pair[0] * times, pair[1] * times]).collect();
            // Where nearly all weights are 0, a sample may hold none of the others.
            if sampled.iter().any(|pair| pair[1] > 0.0) {
                return Some(sampled);
            }
        }
    }
}

impl Ensemble {
    /// For each row of the training table the mean over the trees that did not see it; NaN where all did.
    ///
    /// # Panics
    /// If `x` has another number of rows than the training table.
    pub fn out_of_bag(&self, x: ArrayView2<f64>) -> Vec<f64> {
        assert!(self.seen.iter().all(|seen| seen.len() == x.nrows()), "out of bag is said of the training rows");
        let one = |row: usize| {
            let (mut sum, mut count) = (0.0, 0_u32);
            for (tree, seen) in self.trees.iter().zip(&self.seen) {
                if !seen[row] {
                    sum += tree.nodes[tree.leaf(x.row(row))].value;
                    count += 1;
                }
            }
            if count == 0 { f64::NAN } else { sum / f64::from(count) }
        };
        (0..x.nrows()).into_par_iter().map(one).collect()
    }

    /// The mean over all trees.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<f64> {
        let mut last = Vec::new();
        self.staged(x, |round, mean| {
            if round == self.trees.len() {
                last = mean.to_vec();
            }
        });
        last
    }

    /// Calls `each` with 1, 2, … and the mean over so many trees.
    pub fn staged(&self, x: ArrayView2<f64>, mut each: impl FnMut(usize, &[f64])) {
        let (mut sum, mut mean) = (vec![0.0; x.nrows()], vec![0.0; x.nrows()]);
        for (index, tree) in self.trees.iter().enumerate() {
            tree.add_to(x, 1.0, &mut sum);
            mean.iter_mut().zip(&sum).for_each(|(mean, sum)| *mean = sum / (index + 1) as f64);
            each(index + 1, &mean);
        }
    }

    /// Work over all trees; they do not wait for each other, so there is one sequential round.
    pub fn work(&self) -> Work {
        let mut work = Work { sequential_rounds: 1, ..Work::default() };
        self.trees.iter().for_each(|tree| work.add(tree.work));
        work
    }
}
