//! Models of other libraries behind one surface: fit, then predict.
//!
//! Arms to stand beside ours, not to rest a verdict on where [`Classifier::same_bytes`] says no: linfa's trees break
//! ties by hash order, so two runs can differ. What each model gives (a probability, a score or a bare label) is
//! said by [`Output`]: a ROC curve needs more than labels.

mod bridge;
mod forust;
mod linfa;
mod smartcore;

pub use bridge::OldRng;

use crate::KitError;
use crate::data::targets_of;
use crate::error::{finite_table, finite_target, same_length, setting, two_classes};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// What a fitted model predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A probability of `true`.
    Probability,
    /// A number that grows with the chance of `true`, such as a logit.
    Score,
    /// 0 or 1 and nothing between: good for accuracy, not for curves.
    Label,
    /// The predicted number.
    Number,
}

/// A classifier of another library, with the settings that labs turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Classifier {
    /// linfa-logistic; the penalty is scikit-learn's 1/C. It ignores sample weights, so none are taken here.
    LinfaLogistic {
        /// Strength of the squared penalty.
        l2: f64,
    },
    /// linfa-trees, gini. It skips cuts closer than 1e-5 in absolute terms and breaks ties by hash order.
    LinfaTree {
        /// Cuts from the root at most.
        max_depth: usize,
    },
    /// linfa-ensemble's forest: it draws its columns once a tree, not at each cut.
    LinfaForest {
        /// How many trees.
        trees: usize,
        /// Share of columns for each tree.
        column_share: f64,
    },
    /// linfa-ensemble's AdaBoost on stumps: it resamples instead of weighting and may stop early without saying.
    LinfaAdaBoost {
        /// Rounds at most.
        rounds: usize,
    },
    /// linfa-svm with a Gaussian kernel and Platt's probabilities.
    LinfaSvm {
        /// Cost of a margin error.
        cost: f64,
        /// Kernel exp(−‖a − b‖² / width).
        width: f64,
    },
    /// linfa-bayes, Gaussian; in log odds.
    LinfaBayes,
    /// smartcore's logistic regression; in logits.
    SmartcoreLogistic {
        /// Strength of the squared penalty.
        l2: f64,
    },
    /// smartcore's tree, gini. Its `predict_proba` is one-hot, so it gives labels here.
    SmartcoreTree {
        /// Cuts from the root at most; smartcore counts to 65,535.
        max_depth: usize,
    },
    /// smartcore's forest of regression trees on 0 and 1, whose means are probabilities; its classifier has none.
    SmartcoreForest {
        /// How many trees.
        trees: usize,
    },
    /// smartcore's k nearest neighbours; gives labels only.
    SmartcoreNeighbours {
        /// How many neighbours vote.
        k: usize,
    },
    /// forust-ml's second-order boosting, log loss, λ 1; in logits.
    Forust {
        /// Boosting rounds.
        rounds: usize,
        /// Shrinkage.
        rate: f64,
        /// Cuts from the root at most.
        max_depth: usize,
    },
    /// The same on all threads of the pool, whose sums have no fixed order.
    ForustOnAllThreads {
        /// Boosting rounds.
        rounds: usize,
        /// Shrinkage.
        rate: f64,
        /// Cuts from the root at most.
        max_depth: usize,
    },
}

/// A regression model of another library. smartcore's lasso and elastic net are left out: they give no exact zeros.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regressor {
    /// linfa-linear: least squares with an intercept.
    LinfaLeastSquares,
    /// linfa-elasticnet, λ and α as in [`crate::linear::ElasticNet`], with an intercept. Right, but it does not
    /// converge for pure ridge, so α must be above 0.
    LinfaElasticNet {
        /// λ.
        penalty: f64,
        /// α: the share of the absolute-value penalty, in (0, 1].
        l1_share: f64,
    },
    /// smartcore's regression tree.
    SmartcoreTree {
        /// Cuts from the root at most; smartcore counts to 65,535.
        max_depth: usize,
    },
    /// smartcore's regression forest.
    SmartcoreForest {
        /// How many trees.
        trees: usize,
    },
    /// forust-ml's second-order boosting, squared error, λ 1.
    Forust {
        /// Boosting rounds.
        rounds: usize,
        /// Shrinkage.
        rate: f64,
        /// Cuts from the root at most.
        max_depth: usize,
    },
}

/// A fitted model of another library.
pub struct Fitted {
    output: Output,
    predict: Predict,
    numbers: Option<usize>,
}

/// How a fitted model predicts.
type Predict = Box<dyn Fn(ArrayView2<f64>) -> Result<Vec<f64>, KitError> + Send + Sync>;

impl Classifier {
    /// Fits labels; what is random is drawn from `stream`.
    ///
    /// ```
    /// use mllab_core::Stream;
    /// use mllab_kit::{data::classes, library::Classifier, metrics::roc_auc};
    ///
    /// let table = classes::Logistic { intercept: 0.0, weights: vec![2.0, -1.0] }.draw(500, &Stream::root(7));
    /// let model = Classifier::LinfaLogistic { l2: 1.0 }.fit(table.x.view(), &table.y, &Stream::root(8))?;
    /// assert!(roc_auc(&model.predict(table.x.view())?, &table.y) > 0.8);
    /// # Ok::<(), mllab_kit::KitError>(())
    /// ```
    ///
    /// # Errors
    /// Inputs of different length or not finite, one class only, or the library's own complaint.
    pub fn fit(&self, x: ArrayView2<f64>, y: &[bool], stream: &Stream) -> Result<Fitted, KitError> {
        finite_table("table", x)?;
        same_length("labels", x.nrows(), y.len())?;
        two_classes(y)?;
        let (n, p) = x.dim();
        let known = |predict, numbers| (predict, Some(numbers));
        let (predict, numbers) = match *self {
            Self::LinfaLogistic { l2 } => known(linfa::logistic(x, y, l2)?, p + 1),
            Self::LinfaTree { max_depth } => (linfa::tree(x, y, max_depth)?, None),
            Self::LinfaForest { trees, column_share } => (linfa::forest(x, y, trees, column_share, stream)?, None),
            Self::LinfaAdaBoost { rounds } => (linfa::adaboost(x, y, rounds, stream)?, None),
            Self::LinfaSvm { cost, width } => linfa::svm(x, y, cost, width)?,
            Self::LinfaBayes => known(linfa::bayes(x, y)?, 4 * p + 2),
            Self::SmartcoreLogistic { l2 } => known(smartcore::logistic(x, y, l2)?, p + 1),
            Self::SmartcoreTree { max_depth } => (smartcore::tree(x, y, max_depth, stream)?, None),
            Self::SmartcoreForest { trees } => (smartcore::forest(x, &targets_of(y), trees, stream)?, None),
            Self::SmartcoreNeighbours { k } => known(smartcore::neighbours(x, y, k)?, n * (p + 1)),
            Self::Forust { rounds, rate, max_depth } => {
                let settings = forust::Settings { rounds, rate, max_depth, classes: true, parallel: false };
                forust::boosting(x, &targets_of(y), settings, stream)?
            }
            Self::ForustOnAllThreads { rounds, rate, max_depth } => {
                let settings = forust::Settings { rounds, rate, max_depth, classes: true, parallel: true };
                forust::boosting(x, &targets_of(y), settings, stream)?
            }
        };
        Ok(Fitted { output: self.output(), predict, numbers })
    }

    /// What it predicts.
    pub fn output(&self) -> Output {
        match self {
            Self::LinfaLogistic { .. } | Self::LinfaSvm { .. } | Self::SmartcoreForest { .. } => Output::Probability,
            Self::Forust { .. }
            | Self::ForustOnAllThreads { .. }
            | Self::LinfaBayes
            | Self::SmartcoreLogistic { .. } => Output::Score,
            _ => Output::Label,
        }
    }

    /// Whether two runs give the same bytes: where not, keep it out of verdicts and reports.
    pub fn same_bytes(&self) -> bool {
        !matches!(
            self,
            Self::LinfaTree { .. }
                | Self::LinfaForest { .. }
                | Self::LinfaAdaBoost { .. }
                | Self::ForustOnAllThreads { .. }
        )
    }
}

impl Regressor {
    /// Fits numbers; what is random is drawn from `stream`.
    ///
    /// # Errors
    /// Inputs of different length or not finite, a setting out of range, or the library's own complaint.
    pub fn fit(&self, x: ArrayView2<f64>, y: &[f64], stream: &Stream) -> Result<Fitted, KitError> {
        finite_table("table", x)?;
        finite_target("target", x.nrows(), y)?;
        let predict = match *self {
            Self::LinfaLeastSquares => linfa::least_squares(x, y)?,
            Self::LinfaElasticNet { penalty, l1_share } => {
                setting(l1_share > 0.0 && l1_share <= 1.0, "share of l1", l1_share, "above 0 and at most 1")?;
                linfa::elastic_net(x, y, penalty, l1_share)?
            }
            Self::SmartcoreTree { max_depth } => smartcore::regression_tree(x, y, max_depth, stream)?,
            Self::SmartcoreForest { trees } => smartcore::forest(x, y, trees, stream)?,
            Self::Forust { rounds, rate, max_depth } => {
                let settings = forust::Settings { rounds, rate, max_depth, classes: false, parallel: false };
                forust::boosting(x, y, settings, stream)?.0
            }
        };
        Ok(Fitted { output: Output::Number, predict, numbers: None })
    }
}

impl Fitted {
    /// One number a row, of the kind that [`Fitted::output`] names.
    ///
    /// # Errors
    /// A table that is not finite, or the library's own complaint.
    pub fn predict(&self, x: ArrayView2<f64>) -> Result<Vec<f64>, KitError> {
        finite_table("table", x)?;
        (self.predict)(x)
    }

    /// What it predicts.
    pub fn output(&self) -> Output {
        self.output
    }

    /// How many numbers a fitted classifier keeps, where its library lets them be counted: weights, nodes times five
    /// (column, cut, value, two children), rows of the training table.
    pub fn numbers(&self) -> Option<usize> {
        self.numbers
    }
}

/// A library's complaint as ours.
fn complaint(library: &'static str) -> impl Fn(String) -> KitError {
    move |message| KitError::Library { library, message }
}
