//! Rows with either kind of target, and how predictions of them are scored.

use crate::KitError;
use crate::data::{Labelled, Measured, classes};
use crate::metrics::{Confusion, log_loss, r2, roc_auc, root_mean_squared_error};
use crate::split::{self, Parts};
use mllab_core::{Dataset, Drawn, LabError, Stream, Target};
use ndarray::{Array2, Axis};

/// Rows of a user's table at least, and of its smaller class.
const FEWEST: usize = 50;
const FEWEST_OF_A_CLASS: usize = 20;

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

    /// So many random parts, each held out once, stratified where there are classes.
    ///
    /// # Errors
    ///
    /// More parts than a class or the table can fill.
    pub fn folds(&self, folds: usize, stream: &Stream) -> Result<Vec<Parts>, KitError> {
        match &self.goal {
            Goal::Labels(y) => split::stratified_folds(y, folds, stream),
            Goal::Numbers(y) => split::random_folds(y.len(), folds, stream),
        }
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

impl Rows {
    /// At most so many of the rows, as [`Drawn`] draws them.
    #[must_use]
    pub fn few(self, most: usize, stream: &Stream) -> Rows {
        if self.len() <= most {
            return self;
        }
        let labels = self.is_labels().then(|| self.labels());
        self.pick(&Drawn::of(self.len(), most, labels, stream).rows)
    }

    /// A user's table, at most so many of its rows, drawn at random; both classes keep enough.
    ///
    /// # Errors
    ///
    /// A target of another kind, one class or value only, or too few rows for five folds with a validation part each.
    pub fn own(data: &Dataset, most: usize, stream: &Stream) -> Result<Rows, LabError> {
        let unusable = |text: String| Err(LabError::Unusable(text));
        let goal = match &data.target {
            Target::Binary(y) => Goal::Labels(y.clone()),
            Target::Numeric(y) => Goal::Numbers(y.clone()),
            Target::None => return unusable("this lab needs a target: two classes, or a number".into()),
        };
        let rows = Rows { x: data.features.clone(), goal };
        if rows.len() < FEWEST {
            return unusable(format!("{} rows are too few for five folds: {FEWEST} would do", rows.len()));
        }
        let few = |rows: &Rows| {
            let positive = rows.labels().iter().filter(|&&label| label).count();
            positive.min(rows.len() - positive)
        };
        if rows.is_labels() && few(&rows) < FEWEST_OF_A_CLASS {
            return unusable(format!(
                "{} rows of the smaller class are too few: {FEWEST_OF_A_CLASS} would do, in two classes",
                few(&rows)
            ));
        }
        if matches!(&rows.goal, Goal::Numbers(y) if y.iter().all(|value| *value == y[0])) {
            return unusable("the target never changes: a target that varies is needed".into());
        }
        Ok(rows.few(most, stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn a_table_that_cannot_be_cut_in_five_is_told_what_would_do() {
        let own = |n: usize, target: Target| {
            let data = Dataset::new("own", Array2::zeros((n, 1)), vec!["a".into()], target);
            Rows::own(&data, 60, &Stream::root(1)).map(|rows| rows.len()).map_err(|error| error.to_string())
        };
        let labels = |n: usize, positive: usize| Target::Binary((0..n).map(|row| row < positive).collect());
        assert_eq!(own(100, labels(100, 50)), Ok(60));
        assert_eq!(own(400, labels(400, 21)), Ok(60), "both classes keep rows");
        assert_eq!(own(55, Target::Numeric((0..55).map(f64::from).collect())), Ok(55));
        for (n, target, words) in [
            (40, labels(40, 20), "50 would do"),
            (100, labels(100, 5), "5 rows of the smaller class"),
            (60, Target::Numeric(vec![1.0; 60]), "never changes"),
            (60, Target::None, "needs a target"),
        ] {
            assert!(own(n, target).unwrap_err().contains(words), "{words}");
        }
    }
}
