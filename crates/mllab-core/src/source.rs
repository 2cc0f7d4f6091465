//! Where a study's rows come from.

use ndarray::Array2;

/// Generated data, or a table of the user's.
#[derive(Clone, Debug)]
pub enum Source {
    /// The study makes its own rows (and may look at tables that we ship).
    Generated,
    /// A user's table.
    Own(Box<Dataset>),
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
        Dataset { name, features, feature_names, target, group: None, time: None, baseline: None, file: None }
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.features.nrows()
    }

    /// The two-class target, where it is one.
    pub fn binary(&self) -> Option<&[bool]> {
        match &self.target {
            Target::Binary(labels) => Some(labels),
            _ => None,
        }
    }
}
