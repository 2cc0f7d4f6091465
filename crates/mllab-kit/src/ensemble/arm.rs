//! The arms: one tree, trees averaged, trees in a row.

use super::rows::{Goal, Rows};
use crate::KitError;
use crate::library::{Classifier, Regressor};
use crate::tree::{
    AdaBoost, AdaBoosted, Boosted, Boosting, EarlyStop, Ensemble, Forest, Loss, Order, Search, Tree, TreeSettings, Work,
};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// A depth that nothing reaches: leaves are pure or cannot be cut.
pub const FULL: usize = usize::MAX;

/// An ensemble, or what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arm {
    /// One tree; of depth 0 the constant.
    Tree {
        /// Cuts from the root to a leaf.
        depth: usize,
    },
    /// Trees on bootstrap samples.
    Bagged {
        /// How many.
        trees: usize,
        /// Cuts from the root to a leaf.
        depth: usize,
    },
    /// The same tree several times: no diversity.
    Itself {
        /// How many.
        trees: usize,
        /// Cuts from the root to a leaf.
        depth: usize,
    },
    /// Full trees on bootstrap samples, with a share of the columns at each cut.
    Forest {
        /// How many.
        trees: usize,
    },
    /// AdaBoost, for labels only.
    AdaBoost {
        /// Trees in a row.
        rounds: usize,
        /// Cuts from the root to a leaf.
        depth: usize,
    },
    /// Gradient boosting of first order.
    Boosted {
        /// Trees in a row.
        rounds: usize,
        /// Cuts from the root to a leaf.
        depth: usize,
        /// What each is shrunk by.
        rate: f64,
    },
}

/// A fitted arm.
pub enum Fitted {
    /// One tree.
    Tree(Tree),
    /// Trees side by side.
    Side(Ensemble),
    /// Trees that vote.
    Ada(AdaBoosted),
    /// Trees in a row.
    Chain(Boosted),
}

/// A tree of so many cuts from the root to a leaf.
pub fn tree_of(depth: usize) -> TreeSettings {
    TreeSettings { max_depth: depth, ..TreeSettings::default() }
}

/// A random forest with the customary columns at each cut: √p for labels, p/3 for numbers.
pub fn forest(trees: usize, rows: &Rows) -> Forest {
    let p = rows.x.ncols();
    let mut forest = Forest::random_forest(trees, p);
    if !rows.is_labels() {
        forest.tree.columns_per_split = Some((p / 3).max(1));
    }
    forest
}

/// Gradient boosting of first order with the loss that suits the target.
pub fn booster(rounds: usize, depth: usize, rate: f64, rows: &Rows) -> Boosting {
    let loss = if rows.is_labels() { Loss::Logistic } else { Loss::Squared };
    Boosting { rate, ..Boosting::first_order(rounds, depth, loss) }
}

/// The same booster with its cuts sought among 63 bins, for the studies that fit hundreds of them.
pub fn binned(settings: Boosting) -> Boosting {
    Boosting { tree: TreeSettings { search: Search::Binned(63), ..settings.tree }, ..settings }
}

/// A booster of second order as XGBoost comes: λ 1, and a hessian of 1 in each leaf.
pub fn second_order(settings: Boosting) -> Boosting {
    let tree = TreeSettings { l2: 1.0, min_weight: 1.0, ..settings.tree };
    Boosting { order: Order::Second, tree, ..settings }
}

/// Fits a booster's trees, one after the other.
///
/// # Errors
///
/// Rows that a tree refuses.
pub fn in_a_row(settings: &Boosting, rows: &Rows, stream: &Stream) -> Result<Boosted, KitError> {
    settings.fit(rows.x.view(), &rows.numbers(), None, None, stream)
}

/// A booster that stops where the loss on the last quarter of the rows is lowest.
///
/// # Errors
///
/// Rows that a tree refuses.
pub fn stopped(settings: Boosting, rows: &Rows, stream: &Stream) -> Result<Boosted, KitError> {
    let kept = rows.len() - rows.len() / 4;
    let train = rows.pick(&(0..kept).collect::<Vec<_>>());
    let valid = rows.pick(&(kept..rows.len()).collect::<Vec<_>>());
    let targets = valid.numbers();
    let stop = EarlyStop { x: valid.x.view(), y: &targets, patience: 30 };
    settings.fit(train.x.view(), &train.numbers(), None, Some(stop), stream)
}

/// Fits trees side by side.
///
/// # Errors
///
/// Rows that a tree refuses.
pub fn side_by_side(forest: &Forest, rows: &Rows, stream: &Stream) -> Result<Ensemble, KitError> {
    match &rows.goal {
        Goal::Labels(y) => forest.fit_classes(rows.x.view(), y, None, stream),
        Goal::Numbers(y) => forest.fit_numbers(rows.x.view(), y, None, stream),
    }
}

impl Arm {
    /// Learns from rows.
    ///
    /// # Errors
    ///
    /// Rows that a tree refuses.
    ///
    /// # Panics
    ///
    /// If AdaBoost is asked to predict numbers.
    pub fn fit(self, rows: &Rows, stream: &Stream) -> Result<Fitted, KitError> {
        let x = rows.x.view();
        Ok(match self {
            Arm::Tree { depth } => Fitted::Tree(match &rows.goal {
                Goal::Labels(y) => tree_of(depth).fit_classes(x, y, None, stream)?,
                Goal::Numbers(y) => tree_of(depth).fit_numbers(x, y, None, stream)?,
            }),
            Arm::Bagged { trees, depth } => {
                let bagging = Forest { tree: tree_of(depth), ..Forest::bagging(trees) };
                Fitted::Side(side_by_side(&bagging, rows, stream)?)
            }
            Arm::Itself { trees, depth } => {
                let same = Forest { bootstrap: false, tree: tree_of(depth), ..Forest::bagging(trees) };
                Fitted::Side(side_by_side(&same, rows, stream)?)
            }
            Arm::Forest { trees } => Fitted::Side(side_by_side(&forest(trees, rows), rows, stream)?),
            Arm::AdaBoost { rounds, depth } => {
                let settings = AdaBoost { tree: tree_of(depth), ..AdaBoost::stumps(rounds) };
                Fitted::Ada(settings.fit(x, rows.labels(), None, stream)?)
            }
            Arm::Boosted { rounds, depth, rate } => {
                Fitted::Chain(in_a_row(&booster(rounds, depth, rate, rows), rows, stream)?)
            }
        })
    }

    /// Accuracy or R² on other rows.
    ///
    /// # Errors
    ///
    /// Those of [`Arm::fit`].
    pub fn score(self, train: &Rows, test: &Rows, stream: &Stream) -> Result<f64, KitError> {
        Ok(test.score(&self.fit(train, stream)?.scores(test.x.view())))
    }

    /// Share missed or mean squared error on other rows.
    ///
    /// # Errors
    ///
    /// Those of [`Arm::fit`].
    pub fn error(self, train: &Rows, test: &Rows, stream: &Stream) -> Result<f64, KitError> {
        Ok(test.error(&self.fit(train, stream)?.scores(test.x.view())))
    }
}

/// What a sum of trees says: a probability for log loss, else the number itself.
pub fn said(sum: &[f64], loss: Loss) -> Vec<f64> {
    let probability = |value: &f64| 1.0 / (1.0 + libm::exp(-value));
    if loss == Loss::Logistic { sum.iter().map(probability).collect() } else { sum.to_vec() }
}

impl Fitted {
    /// Above one half is `true`, for labels; else the predicted number.
    pub fn scores(&self, x: ArrayView2<f64>) -> Vec<f64> {
        match self {
            Fitted::Tree(tree) => tree.predict(x),
            Fitted::Side(ensemble) => ensemble.predict(x),
            Fitted::Ada(model) => model.decisions(x).into_iter().map(|vote| 0.5 + 0.5 * vote).collect(),
            Fitted::Chain(model) => said(&model.raw(x), model.loss),
        }
    }

    /// What it says after each of its trees, by their number; nothing of what is no ensemble of trees that add up.
    pub fn staged(&self, x: ArrayView2<f64>, mut stage: impl FnMut(usize, &[f64])) {
        match self {
            Fitted::Side(ensemble) => ensemble.staged(x, &mut stage),
            Fitted::Chain(chain) => chain.staged(x, |round, sum| stage(round, &said(sum, chain.loss))),
            Fitted::Tree(_) | Fitted::Ada(_) => {}
        }
    }

    /// What growing it took.
    pub fn work(&self) -> Work {
        match self {
            Fitted::Tree(tree) => tree.work,
            Fitted::Side(ensemble) => ensemble.work(),
            Fitted::Ada(model) => model.work(),
            Fitted::Chain(model) => model.work(),
        }
    }
}

/// Rows visited and cuts valued while searching.
pub fn effort(work: Work) -> f64 {
    (work.rows_scanned + work.cuts_valued) as f64
}

/// Accuracy or R² on other rows of smartcore's forest and of a hundred rounds of forust's boosting, to stand beside ours.
///
/// # Errors
///
/// Rows that a library refuses.
pub fn of_libraries(train: &Rows, test: &Rows, trees: usize, stream: &Stream) -> Result<[f64; 2], KitError> {
    let (x, at) = (train.x.view(), test.x.view());
    Ok(match &train.goal {
        Goal::Labels(y) => {
            let forest = Classifier::SmartcoreForest { trees }.fit(x, y, stream)?.predict(at)?;
            let logits = Classifier::Forust { rounds: 100, rate: 0.1, max_depth: 3 }.fit(x, y, stream)?.predict(at)?;
            // A logit above 0 is a probability above one half.
            let shifted: Vec<f64> = logits.iter().map(|logit| logit + 0.5).collect();
            [test.score(&forest), test.score(&shifted)]
        }
        Goal::Numbers(y) => {
            let forest = Regressor::SmartcoreForest { trees }.fit(x, y, stream)?.predict(at)?;
            let boosted = Regressor::Forust { rounds: 100, rate: 0.1, max_depth: 3 }.fit(x, y, stream)?.predict(at)?;
            [test.score(&forest), test.score(&boosted)]
        }
    })
}
