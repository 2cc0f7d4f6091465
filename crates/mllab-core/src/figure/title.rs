//! Titles whose numbers are cited from a table.

use crate::Table;
use std::fmt;

/// A title whose numbers are cited from a table, so that a test can hold them against it.
#[derive(Clone, Default)]
pub struct Title {
    /// Words and cited numbers, in order.
    pub pieces: Vec<Piece>,
    /// Whether what was measured bears out its words; where not, the figure says only what it draws.
    unborne: bool,
}

/// A stretch of a title.
#[derive(Clone)]
pub enum Piece {
    /// Words; a measured number never stands here.
    Text(String),
    /// A number as shown, and where it comes from.
    Cited {
        /// As it stands in the title.
        shown: String,
        /// The table's id.
        table: String,
        /// The column's name.
        column: String,
        /// The row, from 0.
        row: usize,
        /// The table's number.
        value: f64,
        /// How it becomes the title's.
        show: fn(f64) -> String,
    },
}

impl Title {
    /// An empty title.
    pub fn new() -> Self {
        Title::default()
    }

    /// Adds words.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Text(text.into()));
        self
    }

    /// Adds the number in `row` of `column` of `table`, written by `show`.
    ///
    /// # Panics
    ///
    /// If the table has no such number: a bug in the lab.
    #[must_use]
    pub fn cite(mut self, table: &Table, column: &str, row: usize, show: fn(f64) -> String) -> Self {
        let value = table
            .number(row, column)
            .unwrap_or_else(|| panic!("table {} has no number in row {row} of column {column}", table.id));
        self.pieces.push(Piece::Cited {
            shown: show(value),
            table: table.id.clone(),
            column: column.into(),
            row,
            value,
            show,
        });
        self
    }
}

impl Title {
    /// Words with a cited number at each `{}`.
    ///
    /// # Panics
    ///
    /// If there are not as many numbers as places for them: a bug in the lab.
    pub fn say<const N: usize>(words: &str, cited: [Piece; N]) -> Self {
        let words: Vec<&str> = words.split("{}").collect();
        assert_eq!(words.len(), N + 1, "{words:?} cites {N} numbers");
        let mut title = Title::new();
        for (words, cited) in words.into_iter().zip(cited.into_iter().map(Some).chain([None])) {
            if !words.is_empty() {
                title = title.text(words);
            }
            title.pieces.extend(cited);
        }
        title
    }
}

impl Title {
    /// The same title, if the numbers that it cites, in order, bear out its words.
    ///
    /// ```
    /// use mllab_core::{Table, Title, shown};
    /// let mut table = Table::named("errors").with_number("training", "share");
    /// table.put((0.06,));
    /// let title = Title::say("Training error falls to {}", [table.cite("training", (), shown::percent)]);
    /// assert!(title.clone().if_cited(|cited| cited[0] < 0.1).holds());
    /// assert!(!title.if_cited(|cited| cited[0] < 0.01).holds());
    /// ```
    #[must_use]
    pub fn if_cited(mut self, borne_out: impl Fn(&[f64]) -> bool) -> Self {
        self.unborne |= !borne_out(&self.cited().collect::<Vec<f64>>());
        self
    }

    /// The numbers that it cites, in order.
    fn cited(&self) -> impl Iterator<Item = f64> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Cited { value, .. } => Some(*value),
            Piece::Text(_) => None,
        })
    }

    /// Whether its words are borne out and each number that it cites was measured.
    pub fn holds(&self) -> bool {
        !self.unborne && self.cited().all(|value| !value.is_nan())
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Cited { shown, .. } => f.write_str(shown),
        })
    }
}

impl fmt::Debug for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl From<&str> for Title {
    fn from(text: &str) -> Self {
        Title::new().text(text)
    }
}

impl From<String> for Title {
    fn from(text: String) -> Self {
        Title::new().text(text)
    }
}
