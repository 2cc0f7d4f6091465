//! What the studies share: rows with either kind of target, the ensembles by name, and what is read off a fit.

use mllab_core::{Cx, Dataset, Estimate, LabError, Replicate, Source, Stream, Target};
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, Measured};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::{Confusion, log_loss, r2, roc_auc, root_mean_squared_error};
use mllab_kit::tree::{
    AdaBoost, AdaBoosted, Boosted, Boosting, Ensemble, Forest, Loss, Search, Tree, TreeSettings, Work,
};
use ndarray::{Array2, ArrayView2, Axis};
use std::f64::consts::LN_2;

/// Rows of the user's table at most, in most studies.
pub const OWN_ROWS: usize = 2000;
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
#[derive(Clone, Debug)]
pub struct Rows {
    pub x: Array2<f64>,
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
    pub fn len(&self) -> usize {
        self.x.nrows()
    }

    /// The rows named by `rows`, in that order.
    pub fn pick(&self, rows: &[usize]) -> Rows {
        let goal = match &self.goal {
            Goal::Labels(y) => Goal::Labels(rows.iter().map(|&row| y[row]).collect()),
            Goal::Numbers(y) => Goal::Numbers(rows.iter().map(|&row| y[row]).collect()),
        };
        Rows { x: self.x.select(Axis(0), rows), goal }
    }

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
    Tree { depth: usize },
    /// Trees on bootstrap samples.
    Bagged { trees: usize, depth: usize },
    /// The same tree several times: no diversity.
    Itself { trees: usize, depth: usize },
    /// Full trees on bootstrap samples, with a share of the columns at each cut.
    Forest { trees: usize },
    /// AdaBoost, for labels only.
    AdaBoost { rounds: usize, depth: usize },
    /// Gradient boosting of first order.
    Boosted { rounds: usize, depth: usize, rate: f64 },
}

/// A fitted arm.
pub enum Fitted {
    Tree(Tree),
    Side(Ensemble),
    Ada(AdaBoosted),
    Chain(Boosted),
}

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

/// Fits trees side by side.
pub fn side_by_side(forest: &Forest, rows: &Rows, stream: &Stream) -> Result<Ensemble, KitError> {
    match &rows.goal {
        Goal::Labels(y) => forest.fit_classes(rows.x.view(), y, None, stream),
        Goal::Numbers(y) => forest.fit_numbers(rows.x.view(), y, None, stream),
    }
}

impl Arm {
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
                let Goal::Labels(y) = &rows.goal else { unreachable!("AdaBoost is asked for labels only") };
                let settings = AdaBoost { tree: tree_of(depth), ..AdaBoost::stumps(rounds) };
                Fitted::Ada(settings.fit(x, y, None, stream)?)
            }
            Arm::Boosted { rounds, depth, rate } => {
                Fitted::Chain(booster(rounds, depth, rate, rows).fit(x, &rows.numbers(), None, None, stream)?)
            }
        })
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

/// Replicates whose failures speak as the lab's.
///
/// # Errors
///
/// A run ended from outside, or data that a model refuses.
pub fn replicate<T: Send>(
    cx: &Cx,
    part: &str,
    n: usize,
    one: impl Fn(Replicate) -> Result<T, KitError> + Sync,
) -> Result<Vec<T>, LabError> {
    cx.replicate_part(part, n, one)?.into_iter().collect::<Result<_, _>>().map_err(unusable)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
pub fn unusable(error: KitError) -> LabError {
    LabError::Unusable(error.to_string())
}

/// One number of each replicate.
pub fn each<T>(runs: &[T], one: impl Fn(&T) -> f64) -> Vec<f64> {
    runs.iter().map(one).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Numbers whose mean is 1 − mean(a)/mean(b) and whose spread is that of the ratio of means, to first order.
pub fn cuts(a: &[f64], b: &[f64]) -> Vec<f64> {
    let (below, ratio) = (mean(b), mean(a) / mean(b));
    a.iter().zip(b).map(|(a, b)| 1.0 - ratio - (a - ratio * b) / below).collect()
}

/// Numbers whose mean is the base-2 logarithm of mean(a)/mean(b), likewise.
pub fn log_ratios(a: &[f64], b: &[f64]) -> Vec<f64> {
    let (above, below) = (mean(a), mean(b));
    let ratio = libm::log2(above / below);
    a.iter().zip(b).map(|(a, b)| ratio + (a / above - b / below) / LN_2).collect()
}

/// The share that `a` is smaller than `b`, both measured in the same independent replicates.
pub fn cut(a: &[f64], b: &[f64]) -> Estimate {
    Estimate::mean(&cuts(a, b))
}

/// The user's table, at most so many of its rows, drawn evenly at random; or nothing where rows are generated.
///
/// # Errors
///
/// A target of another kind, one class or value only, or too few rows for five folds with a validation part each.
pub fn own(cx: &Cx, source: &Source, most: usize) -> Result<Option<Rows>, LabError> {
    let Source::Own(data) = source else { return Ok(None) };
    let Dataset { features, target, .. } = data.as_ref();
    let unusable = |text: String| Err(LabError::Unusable(text));
    let goal = match target {
        Target::Binary(y) => Goal::Labels(y.clone()),
        Target::Numeric(y) => Goal::Numbers(y.clone()),
        Target::None => return unusable("this lab needs a target: two classes, or a number".into()),
    };
    let rows = Rows { x: features.clone(), goal };
    if rows.len() < FEWEST {
        return unusable(format!("{} rows are too few for five folds: {FEWEST} would do", rows.len()));
    }
    match &rows.goal {
        Goal::Labels(y) => {
            let positive = y.iter().filter(|&&label| label).count();
            let few = positive.min(y.len() - positive);
            if few < FEWEST_OF_A_CLASS {
                return unusable(format!(
                    "{few} rows of the smaller class are too few: {FEWEST_OF_A_CLASS} would do, in two classes"
                ));
            }
        }
        Goal::Numbers(y) => {
            if y.iter().all(|value| *value == y[0]) {
                return unusable("the target never changes: a target that varies is needed".into());
            }
        }
    }
    if rows.len() <= most {
        return Ok(Some(rows));
    }
    let mut kept = Draws::new(&cx.stream("own rows", most)).sample(rows.len(), most);
    kept.sort_unstable();
    let kept = rows.pick(&kept);
    if let Goal::Labels(y) = &kept.goal {
        let positive = y.iter().filter(|&&label| label).count();
        if positive.min(y.len() - positive) < FEWEST_OF_A_CLASS {
            return unusable(format!(
                "of {most} rows drawn, fewer than {FEWEST_OF_A_CLASS} are of the smaller class: give a table with more of them"
            ));
        }
    }
    Ok(Some(kept))
}

const FEWEST: usize = 50;
const FEWEST_OF_A_CLASS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_of_means_have_the_right_middle() {
        let (a, b) = ([1.0, 2.0, 3.0], [4.0, 4.0, 4.0]);
        assert!((mean(&cuts(&a, &b)) - 0.5).abs() < 1e-15);
        assert!((mean(&log_ratios(&a, &b)) + 1.0).abs() < 1e-15);
        // Where one arm is a multiple of the other there is no doubt about the ratio.
        assert!(cuts(&a, &[2.0, 4.0, 6.0]).iter().all(|v| (v - 0.5).abs() < 1e-15));
    }
}
