//! Ensembles of trees by name, on rows with either kind of target, and what is read off a fit.
//!
//! A lab finds here the arms of a comparison: one tree, trees averaged, trees in a row, all fitted, scored and counted in one
//! way, so that they differ only in what is combined.

use crate::KitError;
use crate::data::{Labelled, Measured, classes};
use crate::metrics::{Confusion, log_loss, r2, roc_auc, root_mean_squared_error};
use crate::tree::{
    AdaBoost, AdaBoosted, Boosted, Boosting, Ensemble, Forest, Loss, Order, Search, Tree, TreeSettings, Work,
};
use mllab_core::Stream;
use ndarray::{Array2, ArrayView2, Axis};

/// A depth that nothing reaches: leaves are pure or cannot be cut.
pub const FULL: usize = usize::MAX;

/// What is to be predicted.
#[derive(Clone, Debug)]
pub enum Goal {
    /// One of two classes.
    Labels(Vec<bool>),
    /// A number.
    Numbers(Vec<f64>),
}

/// Rows with what is to be predicted.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::classes;
/// use mllab_kit::ensemble::{Arm, FULL, Rows};
///
/// let stream = Stream::root(1);
/// let [train, test]: [Rows; 2] = ["train", "test"].map(|name| classes::hastie(300, &stream.child(name, 0)).into());
/// let tree = Arm::Tree { depth: FULL }.score(&train, &test, &stream).unwrap();
/// let forest = Arm::Forest { trees: 50 }.score(&train, &test, &stream).unwrap();
/// assert!(forest > tree);
/// ```
#[derive(Clone, Debug)]
pub struct Rows {
    /// Rows × features.
    pub x: Array2<f64>,
    /// What is to be predicted, one a row.
    pub goal: Goal,
}

impl From<Labelled> for Rows {
    fn from(table: Labelled) -> Self {
        Rows { x: table.x, goal: Goal::Labels(table.y) }
    }
}

impl From<Measured> for Rows {
    fn from(table: Measured) -> Self {
        Rows { x: table.x, goal: Goal::Numbers(table.y) }
    }
}

impl Rows {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.x.nrows()
    }

    /// The rows named by `rows`, in that order.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Rows {
        let goal = match &self.goal {
            Goal::Labels(y) => Goal::Labels(rows.iter().map(|&row| y[row]).collect()),
            Goal::Numbers(y) => Goal::Numbers(rows.iter().map(|&row| y[row]).collect()),
        };
        Rows { x: self.x.select(Axis(0), rows), goal }
    }

    /// The classes.
    ///
    /// # Panics
    ///
    /// If the target is a number.
    pub fn labels(&self) -> &[bool] {
        let Goal::Labels(y) = &self.goal else { unreachable!("asked for labels only") };
        y
    }

    /// The same rows with each label turned over with a chance of `share`.
    #[must_use]
    pub fn flipped(&self, share: f64, stream: &Stream) -> Rows {
        let y = classes::flip_labels(self.labels(), share, &stream.child("flips", 0));
        Rows { x: self.x.clone(), goal: Goal::Labels(y) }
    }

    /// Whether classes are to be predicted.
    pub fn is_labels(&self) -> bool {
        matches!(self.goal, Goal::Labels(_))
    }

    /// The target as numbers: labels as 0 and 1.
    pub fn numbers(&self) -> Vec<f64> {
        match &self.goal {
            Goal::Labels(y) => y.iter().map(|&label| f64::from(u8::from(label))).collect(),
            Goal::Numbers(y) => y.clone(),
        }
    }

    /// Share of labels missed, or mean squared error.
    pub fn error(&self, scores: &[f64]) -> f64 {
        match &self.goal {
            Goal::Labels(y) => 1.0 - Confusion::at(scores, y, 0.5).accuracy(),
            Goal::Numbers(y) => root_mean_squared_error(scores, y).powi(2),
        }
    }

    /// Accuracy, or R².
    pub fn score(&self, scores: &[f64]) -> f64 {
        match &self.goal {
            Goal::Labels(y) => Confusion::at(scores, y, 0.5).accuracy(),
            Goal::Numbers(y) => r2(scores, y),
        }
    }

    /// Area under the ROC curve, or root mean squared error.
    pub fn second_score(&self, scores: &[f64]) -> f64 {
        match &self.goal {
            Goal::Labels(y) => roc_auc(scores, y),
            Goal::Numbers(y) => root_mean_squared_error(scores, y),
        }
    }

    /// Log loss (of probabilities no nearer to 0 and 1 than a thousandth), or mean squared error.
    pub fn loss(&self, scores: &[f64]) -> f64 {
        match &self.goal {
            Goal::Labels(y) => log_loss(&scores.iter().map(|p| p.clamp(1e-3, 1.0 - 1e-3)).collect::<Vec<_>>(), y),
            Goal::Numbers(_) => self.error(scores),
        }
    }
}

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
