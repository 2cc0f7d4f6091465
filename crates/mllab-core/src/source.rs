//! Where a study's rows come from.

use crate::{Drawn, Stream};
use ndarray::{Array1, Array2, Axis};

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
    /// For each row its class, numbered from 0, where the target has more than two and `target` is one against the rest.
    pub classes: Option<Vec<usize>>,
    /// For each row the group that it belongs to, numbered from 0, where rows come in groups.
    pub group: Option<Vec<usize>>,
    /// For each row when it was recorded, in any unit that ascends, where rows have an order.
    pub time: Option<Vec<f64>>,
    /// Whether `time` counts seconds since 1970, as time stamps say.
    pub stamps: bool,
    /// Features that number the rows and say nothing else, by name.
    pub ids: Vec<String>,
    /// Each column held against earlier rows, where there is a baseline; then there are no features.
    pub against: Vec<Against>,
    /// Where a user's table was read from; nothing for one that we ship.
    pub file: Option<FileInfo>,
    /// How many of the file's rows one of the negative and one of the positive class stands for, where a sample kept more
    /// of the rarer class; else 1 and 1.
    pub stands_for: [usize; 2],
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

/// A column and what it held in earlier rows.
#[derive(Clone, Debug)]
pub struct Against {
    /// Its name.
    pub name: String,
    /// Rows of the table and of the baseline.
    pub rows: [usize; 2],
    /// Cells of the table and of the baseline of which nothing is known.
    pub missing: [usize; 2],
    /// What is known.
    pub known: Known,
}

/// The known cells of a column, those of the table first, then those of the baseline.
#[derive(Clone, Debug)]
pub enum Known {
    /// Numbers.
    Numbers([Vec<f64>; 2]),
    /// How often each level stands there.
    Levels(Vec<(String, [usize; 2])>),
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
    /// A table without groups, times, earlier rows and file.
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
            classes: None,
            group: None,
            time: None,
            stamps: false,
            ids: Vec::new(),
            against: Vec::new(),
            file: None,
            stands_for: [1; 2],
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

    /// The rows that were drawn from it, with the whole table behind them; the table itself where they are all.
    ///
    /// ```
    /// use mllab_core::{Dataset, Drawn, Stream, Target};
    /// let table = Dataset::new("t", ndarray::Array2::zeros((100, 2)), vec!["a".into(), "b".into()], Target::None);
    /// let sample = table.sample(&Drawn::of(100, 10, None, &Stream::root(1)));
    /// assert_eq!((sample.n_rows(), sample.all_rows().n_rows()), (10, 100));
    /// ```
    #[must_use]
    pub fn sample(self, drawn: &Drawn) -> Dataset {
        if drawn.rows.len() == self.n_rows() {
            return self;
        }
        let sample = self.rows(&drawn.rows);
        Dataset { whole: Some(Box::new(self)), stands_for: drawn.stands_for, ..sample }
    }

    /// At most `most` of the features. Those that go most with the target, as a third of the rows says, drawn at random,
    /// which is then put aside: a choice on the rows that are measured would flatter every model. Of fewer than 150 rows
    /// none can be spared, and the features are drawn at random. The table itself where it has no more, or nothing to
    /// predict.
    ///
    /// ```
    /// use mllab_core::{Dataset, Stream, Target};
    /// let x = ndarray::Array2::from_shape_fn((300, 40), |(row, column)| ((row * (column + 3)) % 17) as f64);
    /// let target = Target::Binary(x.column(11).iter().map(|value| *value > 8.0).collect());
    /// let names = (0..40).map(|column| column.to_string()).collect();
    /// let few = Dataset::new("t", x, names, target).with_features(5, &Stream::root(1));
    /// assert_eq!((few.n_rows(), few.features.ncols()), (200, 5));
    /// assert!(few.feature_names.iter().any(|name| name == "11"));
    /// ```
    #[must_use]
    pub fn with_features(self, most: usize, stream: &Stream) -> Dataset {
        const FEW_ROWS: usize = 150;
        let (n, features) = self.features.dim();
        let Some(target) = self.target.numbers().filter(|_| features > most) else { return self };
        if n < FEW_ROWS {
            let drawn = Drawn::of(features, most, None, stream);
            let said = format!("{most} of {features} features, {}", drawn.how);
            return self.columns(&drawn.rows, said);
        }
        let aside = self.third(stream);
        let mut rest = vec![true; n];
        for &row in &aside {
            rest[row] = false;
        }
        let y: Vec<f64> = aside.iter().map(|&row| target[row]).collect();
        let pull = correlations(&self.features.select(Axis(0), &aside), &y);
        let mut order: Vec<usize> = (0..features).collect();
        order.sort_by(|&a, &b| pull[b].total_cmp(&pull[a]).then(a.cmp(&b)));
        order.truncate(most);
        order.sort_unstable();
        let kept: Vec<usize> = (0..n).filter(|&row| rest[row]).collect();
        let how = "those that go most with the target on";
        let said = format!("{most} of {features} features, {how} {} rows that are then put aside", aside.len());
        self.rows(&kept).columns(&order, said)
    }

    /// A third of the rows, drawn at random, of two classes a third of each: neither is used up.
    fn third(&self, stream: &Stream) -> Vec<usize> {
        let of = |class: Option<bool>| -> Vec<usize> {
            let is = |row: &usize| class.is_none_or(|class| self.binary().is_some_and(|labels| labels[*row] == class));
            (0..self.n_rows()).filter(is).collect()
        };
        let parts = if self.binary().is_some() { vec![of(Some(false)), of(Some(true))] } else { vec![of(None)] };
        let third = |(part, rows): (usize, &Vec<usize>)| {
            let drawn = Drawn::of(rows.len(), rows.len() / 3, None, &stream.child("put aside", part as u64));
            drawn.rows.iter().map(|&at| rows[at]).collect::<Vec<usize>>()
        };
        let mut aside: Vec<usize> = parts.iter().enumerate().flat_map(third).collect();
        aside.sort_unstable();
        aside
    }

    /// Without the features that number its rows.
    #[must_use]
    pub fn without_ids(&self) -> Dataset {
        let kept: Vec<usize> =
            (0..self.feature_names.len()).filter(|&column| !self.ids.contains(&self.feature_names[column])).collect();
        Dataset {
            features: self.features.select(Axis(1), &kept),
            feature_names: kept.iter().map(|&column| self.feature_names[column].clone()).collect(),
            ids: Vec::new(),
            ..self.clone()
        }
    }

    /// These features only, and what is said of that.
    fn columns(self, columns: &[usize], said: String) -> Dataset {
        let mut few = Dataset {
            features: self.features.select(Axis(1), columns),
            feature_names: columns.iter().map(|&column| self.feature_names[column].clone()).collect(),
            ..self
        };
        if let Some(file) = &mut few.file {
            file.reading.push(said);
        }
        few
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
            classes: self.classes.as_ref().map(|classes| rows.iter().map(|&row| classes[row]).collect()),
            group: self.group.as_ref().map(|groups| rows.iter().map(|&row| groups[row]).collect()),
            time: self.time.as_deref().map(pick),
            stamps: self.stamps,
            ids: self.ids.clone(),
            against: self.against.clone(),
            file: self.file.clone(),
            stands_for: self.stands_for,
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

/// The size of each column's correlation with the target; 0 for a column that never changes.
fn correlations(x: &Array2<f64>, y: &[f64]) -> Vec<f64> {
    let (n, p) = x.dim();
    let centre = x.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(p));
    let mean = y.iter().sum::<f64>() / n as f64;
    let (mut products, mut squares) = (vec![0.0; p], vec![0.0; p]);
    for (row, y) in x.rows().into_iter().zip(y) {
        for (j, (value, centre)) in row.iter().zip(&centre).enumerate() {
            products[j] += (value - centre) * (y - mean);
            squares[j] += (value - centre) * (value - centre);
        }
    }
    products.iter().zip(&squares).map(|(xy, xx)| if *xx > 0.0 { xy.abs() / xx.sqrt() } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows that choose the features are a third of each class, however rare one is.
    #[test]
    fn the_choice_of_features_leaves_two_thirds_of_the_rarer_class() {
        for positives in [3, 18, 200] {
            let x = Array2::from_shape_fn((2000, 30), |(row, column)| ((row * (column + 3)) % 17) as f64);
            let target = Target::Binary((0..2000).map(|row| row < positives).collect());
            let names = (0..30).map(|column| column.to_string()).collect();
            let few = Dataset::new("t", x, names, target).with_features(5, &Stream::root(4));
            let left = few.binary().unwrap().iter().filter(|&&label| label).count();
            assert_eq!(
                (left, few.n_rows()),
                (positives - positives / 3, 2000 - positives / 3 - (2000 - positives) / 3)
            );
        }
    }
}
