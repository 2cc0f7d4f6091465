//! Where a study's rows come from.

use crate::Stream;
use ndarray::{Array2, Axis};

/// Generated data, or a table of the user's.
#[derive(Clone, Debug)]
pub enum Source {
    /// The study makes its own rows (and may look at tables that we ship).
    Generated,
    /// A user's table.
    Own(Box<Dataset>),
}

impl Source {
    /// Whether the study makes its own rows.
    pub fn is_generated(&self) -> bool {
        matches!(self, Source::Generated)
    }

    /// What is said of the tables that we ship, or of the user's.
    ///
    /// ```
    /// assert_eq!(mllab_core::Source::Generated.pick("the iris table", "your table"), "the iris table");
    /// ```
    pub fn pick<T>(&self, shipped: T, own: T) -> T {
        if self.is_generated() { shipped } else { own }
    }
}

/// A table ready for experiments: no missing cells, all features numeric.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// What it is called on pages.
    pub name: String,
    /// Rows × features.
    pub features: Array2<f64>,
    /// A name for each feature.
    pub feature_names: Vec<String>,
    /// What is to be predicted, one a row.
    pub target: Target,
    /// For each row the group that it belongs to, numbered from 0, where rows come in groups.
    pub group: Option<Vec<usize>>,
    /// For each row when it was recorded, in any unit that ascends, where rows have an order.
    pub time: Option<Vec<f64>>,
    /// Earlier rows of the same features, where the table is held against a baseline.
    pub baseline: Option<Array2<f64>>,
    /// Where a user's table was read from; nothing for one that we ship.
    pub file: Option<FileInfo>,
    /// All rows, where this is a sample of them.
    pub whole: Option<Box<Dataset>>,
}

/// What a table predicts.
#[derive(Clone, Debug)]
pub enum Target {
    /// Nothing: the lab looks at the columns themselves.
    None,
    /// Two classes; true is the positive one.
    Binary(Vec<bool>),
    /// A number.
    Numeric(Vec<f64>),
}

/// The file that a user's table was read from.
#[derive(Clone, Debug)]
pub struct FileInfo {
    /// The file's name, without its folder.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Names of the columns in use.
    pub columns: Vec<String>,
    /// How it was read: what was left out, filled, taken for what; a sentence each.
    pub reading: Vec<String>,
}

impl Target {
    /// The numbers to be predicted, two classes as 1 and 0; nothing where nothing is predicted.
    ///
    /// ```
    /// use mllab_core::Target;
    /// assert_eq!(Target::Binary(vec![true, false]).numbers(), Some(vec![1.0, 0.0]));
    /// ```
    pub fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Target::None => None,
            Target::Binary(labels) => Some(labels.iter().map(|&label| f64::from(u8::from(label))).collect()),
            Target::Numeric(values) => Some(values.clone()),
        }
    }
}

impl Dataset {
    /// A table without groups, times, baseline and file.
    ///
    /// ```
    /// use mllab_core::{Dataset, Target};
    /// let load = Dataset::new("load", ndarray::array![[120.0], [90.0]], vec!["requests".into()], Target::None);
    /// assert_eq!(load.n_rows(), 2);
    /// ```
    pub fn new(name: impl Into<String>, features: Array2<f64>, feature_names: Vec<String>, target: Target) -> Self {
        let name = name.into();
        Dataset {
            name,
            features,
            feature_names,
            target,
            group: None,
            time: None,
            baseline: None,
            file: None,
            whole: None,
        }
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.features.nrows()
    }

    /// All rows: the table itself, or the one that it is a sample of.
    pub fn all_rows(&self) -> &Dataset {
        self.whole.as_deref().unwrap_or(self)
    }

    /// `n_rows` of the rows, drawn at random and kept in the table's order, with the whole table behind them; the table
    /// itself where it has no more.
    ///
    /// ```
    /// use mllab_core::{Dataset, Stream, Target};
    /// let table = Dataset::new("t", ndarray::Array2::zeros((100, 2)), vec!["a".into(), "b".into()], Target::None);
    /// let sample = table.sample(10, &Stream::root(1));
    /// assert_eq!((sample.n_rows(), sample.all_rows().n_rows()), (10, 100));
    /// ```
    #[must_use]
    pub fn sample(self, n_rows: usize, stream: &Stream) -> Dataset {
        if self.n_rows() <= n_rows {
            return self;
        }
        let mut rows = rand::seq::index::sample(&mut stream.rng(), self.n_rows(), n_rows).into_vec();
        rows.sort_unstable();
        let sample = self.rows(&rows);
        Dataset { whole: Some(Box::new(self)), ..sample }
    }

    /// These rows in this order, as a table of their own.
    #[must_use]
    pub fn rows(&self, rows: &[usize]) -> Dataset {
        let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        Dataset {
            name: self.name.clone(),
            features: self.features.select(Axis(0), rows),
            feature_names: self.feature_names.clone(),
            target: match &self.target {
                Target::None => Target::None,
                Target::Binary(labels) => Target::Binary(rows.iter().map(|&row| labels[row]).collect()),
                Target::Numeric(values) => Target::Numeric(pick(values)),
            },
            group: self.group.as_ref().map(|groups| rows.iter().map(|&row| groups[row]).collect()),
            time: self.time.as_deref().map(pick),
            baseline: self.baseline.clone(),
            file: self.file.clone(),
            whole: None,
        }
    }

    /// The two-class target, where it is one.
    pub fn binary(&self) -> Option<&[bool]> {
        match &self.target {
            Target::Binary(labels) => Some(labels),
            _ => None,
        }
    }
}
