//! Some rows of a table: what a figure draws and a title cites.

use crate::figure::{Interval, Piece, Title};
use crate::table::Row;
use crate::{Cell, Column, Table};
use std::fmt;
use std::rc::Rc;

/// Some rows of a table, in its order.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    pub(crate) table: &'a Table,
    at: Vec<usize>,
    by: Option<usize>,
    /// A column that is seen on another scale, with its interval.
    seen: Option<(usize, Scale)>,
}

/// How a number is seen.
#[derive(Clone)]
struct Scale(Rc<dyn Fn(f64) -> f64>);

impl fmt::Debug for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scale")
    }
}

impl<'a> From<&'a Table> for Rows<'a> {
    fn from(table: &'a Table) -> Self {
        Rows { table, at: (0..table.n_rows()).collect(), by: None, seen: None }
    }
}

impl Table {
    /// The rows that begin with these cells.
    ///
    /// ```
    /// use mllab_core::Table;
    ///
    /// let mut table = Table::named("t").with_word("arm").with_number("k", "rows").with_number("error", "1");
    /// table.put(("near", 1, 0.5));
    /// table.put(("near", 2, 0.25));
    /// table.put(("far", 1, 4.0));
    /// assert_eq!(table.of(("near",)).numbers("error"), [0.5, 0.25]);
    /// assert_eq!(table.of(("near", 2)).numbers("error"), [0.25]);
    /// assert_eq!(table.whose("k", 1).numbers("error"), [0.5, 4.0]);
    /// ```
    pub fn of(&self, key: impl Row) -> Rows<'_> {
        let key = self.filled(key);
        let at = self.rows().enumerate().filter(|(_, row)| row.starts_with(&key)).map(|(at, _)| at).collect();
        Rows { table: self, at, by: None, seen: None }
    }

    /// The numbers of a column; NaN where there is none.
    ///
    /// # Panics
    ///
    /// If there is no such column: a bug in the lab.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        Rows::from(self).numbers(column)
    }

    /// The rows with this cell in a column.
    ///
    /// # Panics
    ///
    /// If there is no such column: a bug in the lab.
    pub fn whose(&self, column: &str, cell: impl Into<Cell>) -> Rows<'_> {
        Rows::from(self).whose(column, cell)
    }

    /// A number for a title: of the first row that begins with `key`, as `show` writes it.
    ///
    /// # Panics
    ///
    /// If there is no such row, or no such number in it: a bug in the lab.
    pub fn cite(&self, column: &str, key: impl Row, show: fn(f64) -> String) -> Piece {
        self.of(key).cite(column, show)
    }
}

impl Rows<'_> {
    /// Those of them with this cell in a column.
    ///
    /// # Panics
    ///
    /// If there is no such column: a bug in the lab.
    #[must_use]
    pub fn whose(mut self, column: &str, cell: impl Into<Cell>) -> Self {
        let (place, cell) = (self.place(column), cell.into());
        let table = self.table;
        self.at.retain(|&row| table.cell(row, place) == &cell);
        self
    }

    /// The same rows, in groups by another column than the first of words.
    ///
    /// # Panics
    ///
    /// If there is no such column: a bug in the lab.
    #[must_use]
    pub fn by(self, column: &str) -> Self {
        Rows { by: Some(self.place(column)), ..self }
    }

    /// Those of them whose first column of words, or that of [`Rows::by`], holds this one.
    ///
    /// # Panics
    ///
    /// If the table has no column of words: a bug in the lab.
    #[must_use]
    pub fn group(self, word: &str) -> Self {
        let first = || self.table.columns.iter().position(|column| column.unit.is_empty());
        let place = self.by.or_else(first);
        let place = place.unwrap_or_else(|| panic!("table {} has no column of words", self.table.id));
        let name = self.table.columns[place].name.clone();
        self.whose(&name, word)
    }

    /// The same rows, with a column and the interval behind it seen on another scale: a ratio as its logarithm, say.
    ///
    /// # Panics
    ///
    /// If there is no such column: a bug in the lab.
    #[must_use]
    pub fn seen(self, column: &str, scale: impl Fn(f64) -> f64 + 'static) -> Self {
        Rows { seen: Some((self.place(column), Scale(Rc::new(scale)))), ..self }
    }

    /// Those of them whose number in a column passes.
    ///
    /// # Panics
    ///
    /// If there is no such column: a bug in the lab.
    #[must_use]
    pub fn only(mut self, column: &str, passes: impl Fn(f64) -> bool) -> Self {
        let numbers = self.numbers(column);
        self.at = self.at.into_iter().zip(numbers).filter(|(_, number)| passes(*number)).map(|(at, _)| at).collect();
        self
    }

    /// The first so many of them.
    #[must_use]
    pub fn first(mut self, n: usize) -> Self {
        self.at.truncate(n);
        self
    }

    /// Those after the first so many.
    #[must_use]
    pub fn after(mut self, n: usize) -> Self {
        self.at.drain(..n.min(self.at.len()));
        self
    }

    /// The last of them first: a line's name stands at its last row.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.at.reverse();
        self
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The numbers of a column; NaN where there is none.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        let place = self.place(column);
        let bound = |first: usize| place > first && place <= first + 2 && self.bounds(first).is_some();
        let seen = self.seen.as_ref().filter(|(first, _)| place == *first || bound(*first));
        let number = |row: &usize| self.table.cell(*row, place).as_f64().unwrap_or(f64::NAN);
        match seen {
            Some((_, Scale(scale))) => self.at.iter().map(|row| scale(number(row))).collect(),
            None => self.at.iter().map(number).collect(),
        }
    }

    /// The words of a column; numbers as a CSV has them.
    pub fn words(&self, column: &str) -> Vec<String> {
        let place = self.place(column);
        self.at.iter().map(|&row| self.table.cell(row, place).to_csv()).collect()
    }

    /// The interval in the two columns after an estimate's, where there are two that end in `low` and `high`.
    pub fn interval(&self, column: &str) -> Option<Interval> {
        let [low, high] = self.bounds(self.place(column))?;
        Some(Interval { low: self.numbers(&low.name), high: self.numbers(&high.name) })
    }

    /// The two columns after one, where they are its bounds.
    fn bounds(&self, place: usize) -> Option<[&Column; 2]> {
        let [low, high] = self.table.columns.get(place + 1..place + 3)? else { return None };
        (low.name.ends_with("low") && high.name.ends_with("high")).then_some([low, high])
    }

    /// A number for a title: of the first of the rows, as `show` writes it.
    ///
    /// # Panics
    ///
    /// If there is no row, or no number in it: a bug in the lab.
    pub fn cite(&self, column: &str, show: fn(f64) -> String) -> Piece {
        let row = *self.at.first().unwrap_or_else(|| panic!("table {}: no such row to cite", self.table.id));
        Title::new().cite(self.table, column, row, show).pieces.remove(0)
    }

    fn place(&self, column: &str) -> usize {
        self.table.column(column).unwrap_or_else(|| panic!("table {} has no column {column}", self.table.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Estimate, shown};

    fn table() -> Table {
        let mut table =
            Table::named("t").with_number("k", "rows").with_word("arm").with_estimate("wait", "s").with_runs();
        for (k, arm) in [(1, "near"), (2, "near"), (1, "far")] {
            table.put((k, arm, Estimate::mean(&[1.0, 2.0, 3.0 * f64::from(k)])));
        }
        table
    }

    #[test]
    fn rows_are_found_by_what_stands_in_them() {
        let table = table();
        assert_eq!(table.of((1,)).words("arm"), ["near", "far"]);
        assert_eq!(table.numbers("k"), [1.0, 2.0, 1.0]);
        assert_eq!(Rows::from(&table).group("near").numbers("k"), [1.0, 2.0]);
        assert_eq!(table.whose("arm", "far").numbers("runs"), [3.0]);
        assert_eq!(table.of((1,)).reversed().words("arm"), ["far", "near"]);
        assert_eq!(table.of((1,)).first(1).words("arm"), ["near"]);
        assert_eq!(Rows::from(&table).only("k", |k| k > 1.0).words("arm"), ["near"]);
        assert_eq!(table.of((1,)).after(1).words("arm"), ["far"]);
        assert_eq!(table.of((1,)).by("k").group("near").len(), 0, "no k is called near");
        assert!(table.of((3,)).is_empty());
        let piece = table.cite("wait", (2, "near"), |v| shown::fixed(v, 1));
        assert!(matches!(piece, Piece::Cited { row: 1, shown, .. } if shown == "3.0"));
    }

    #[test]
    fn an_interval_is_what_follows_its_estimate() {
        let table = table();
        let rows = table.of((1,));
        assert_eq!(rows.interval("wait").unwrap().low, rows.numbers("low"));
        assert!(rows.interval("k").is_none() && rows.interval("runs").is_none());
    }

    #[test]
    fn a_scale_takes_the_interval_along() {
        let table = table();
        let rows = table.of((1,)).seen("wait", |v| 10.0 * v);
        assert_eq!(rows.numbers("wait")[0], 10.0 * table.numbers("wait")[0]);
        assert_eq!(rows.interval("wait").unwrap().low[0], 10.0 * table.numbers("low")[0]);
        assert_eq!(rows.numbers("runs"), table.of((1,)).numbers("runs"));
    }

    #[test]
    #[should_panic(expected = "no such row to cite")]
    fn a_title_cites_no_row_that_is_not_there() {
        let _ = table().cite("wait", (7,), |v| shown::fixed(v, 1));
    }
}
