//! Tidy tables: one row per observation, a unit on every column.

use crate::Estimate;

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A measured number; NaN is written as an empty cell.
    Number(f64),
    /// A count, a step, a seed.
    Integer(i64),
    /// A name.
    Text(String),
}

impl Cell {
    /// The cell as it stands in a CSV: shortest digits that give the number back.
    pub fn to_csv(&self) -> String {
        match self {
            Cell::Number(value) if value.is_nan() => String::new(),
            Cell::Number(value) => value.to_string(),
            Cell::Integer(value) => value.to_string(),
            Cell::Text(text) => text.clone(),
        }
    }

    /// The cell as a number, where it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Cell::Number(value) => Some(*value),
            Cell::Integer(value) => Some(*value as f64),
            Cell::Text(_) => None,
        }
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Cell::Number(value)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        Cell::Number(value.unwrap_or(f64::NAN))
    }
}

macro_rules! integer_cells {
    ($($t:ty),*) => { $(#[allow(clippy::cast_lossless, reason = "one macro for all widths")] impl From<$t> for Cell {
        fn from(value: $t) -> Self { Cell::Integer(value as i64) }
    })* };
}
integer_cells!(i32, i64, u32, u64, usize);

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Cell::Integer(i64::from(value))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

/// A column's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whole words in snake_case; the CSV's header is exactly this.
    pub name: String,
    /// `1` where the number has none, `` for text.
    pub unit: String,
}

/// A tidy table, row by row.
///
/// ```
/// use mllab_core::Table;
///
/// let mut table = Table::new("edges", &[("case", ""), ("rate", "1")]);
/// table.row(["steep".into(), 0.2.into()]);
/// assert_eq!(table.to_csv(), "case,rate\nsteep,0.2\n");
/// assert_eq!(table.number(0, "rate"), Some(0.2));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Names the file: `tables/<id>.csv`.
    pub id: String,
    /// The heads, in order.
    pub columns: Vec<Column>,
    /// Which columns count the runs behind the estimate before them.
    counts: Vec<usize>,
    cells: Vec<Cell>,
}

/// A row that is being filled.
pub struct Filling<'a> {
    cells: Vec<Cell>,
    counts: &'a [usize],
}

/// What fills one or more cells of a row.
pub trait Cells {
    /// Adds its cells.
    fn fill(self, row: &mut Filling);
}

impl<T: Into<Cell>> Cells for T {
    fn fill(self, row: &mut Filling) {
        row.cells.push(self.into());
    }
}

/// The point, its interval and, where the table has a column for them, its runs.
impl Cells for Estimate {
    fn fill(self, row: &mut Filling) {
        row.cells.extend([self.point(), self.low(), self.high()].map(Cell::from));
        if row.counts.contains(&row.cells.len()) {
            row.cells.push(self.replicates().into());
        }
    }
}

/// A row, or its first cells: a tuple of words, numbers and estimates.
pub trait Row {
    /// Fills the row.
    fn fill(self, row: &mut Filling);
}

macro_rules! rows {
    ($(($($name:ident),*))*) => { $(
        #[allow(non_snake_case, unused_variables, reason = "a tuple's places have no other names")]
        impl<$($name: Cells),*> Row for ($($name,)*) {
            fn fill(self, row: &mut Filling) {
                let ($($name,)*) = self;
                $( $name.fill(row); )*
            }
        }
    )* };
}
rows!(()(A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(A, B, C, D, E, F)(A, B, C, D, E, F, G)(A, B, C, D, E, F, G, H));
rows!((A, B, C, D, E, F, G, H, I)(A, B, C, D, E, F, G, H, I, J));

impl Table {
    /// An empty table with columns given as (name, unit).
    pub fn new(id: &str, columns: &[(&str, &str)]) -> Self {
        let columns = columns.iter().map(|&(name, unit)| Column { name: name.into(), unit: unit.into() }).collect();
        Table { id: id.into(), columns, counts: Vec::new(), cells: Vec::new() }
    }

    /// A table to which columns are added.
    ///
    /// ```
    /// use mllab_core::{Estimate, Table};
    ///
    /// let mut table = Table::named("curve").with_word("arm").with_number("load", "share").with_estimate("wait", "s");
    /// table.put(("one line", 0.9, Estimate::exact(3.5)));
    /// assert_eq!(table.to_csv(), "arm,load,wait,low,high\none line,0.9,3.5,3.5,3.5\n");
    /// ```
    pub fn named(id: &str) -> Self {
        Table::new(id, &[])
    }

    /// Adds a column of words.
    #[must_use]
    pub fn with_word(self, name: &str) -> Self {
        self.with_number(name, "")
    }

    /// Adds a column of numbers.
    #[must_use]
    pub fn with_number(mut self, name: &str, unit: &str) -> Self {
        self.columns.push(Column { name: name.into(), unit: unit.into() });
        self
    }

    /// Adds columns of numbers of one unit.
    #[must_use]
    pub fn with_numbers(self, names: &[&str], unit: &str) -> Self {
        names.iter().fold(self, |table, name| table.with_number(name, unit))
    }

    /// Adds the columns of an estimate: the number, `low` and `high`.
    #[must_use]
    pub fn with_estimate(self, name: &str, unit: &str) -> Self {
        self.with_numbers(&[name, "low", "high"], unit)
    }

    /// Adds the columns of one of several estimates of a row: `name`, `name_low` and `name_high`.
    #[must_use]
    pub fn with_estimate_of(self, name: &str, unit: &str) -> Self {
        self.with_numbers(&[name, &format!("{name}_low"), &format!("{name}_high")], unit)
    }

    /// Adds the number of runs behind the estimate before it.
    #[must_use]
    pub fn with_runs(self) -> Self {
        self.with_count("runs")
    }

    /// Adds the number of replicates behind the estimate before it, under their own name: folds, windows, days.
    #[must_use]
    pub fn with_count(mut self, name: &str) -> Self {
        self.counts.push(self.columns.len());
        self.with_number(name, name)
    }

    /// Adds a row: a tuple of words, numbers and estimates.
    ///
    /// # Panics
    ///
    /// If it has not one cell for each column.
    pub fn put(&mut self, row: impl Row) {
        let cells = self.filled(row);
        assert_eq!(cells.len(), self.columns.len(), "table {}: a row of {} cells", self.id, cells.len());
        self.cells.extend(cells);
    }

    /// The cells that a row, or its beginning, fills.
    pub(crate) fn filled(&self, row: impl Row) -> Vec<Cell> {
        let mut filling = Filling { cells: Vec::with_capacity(self.columns.len()), counts: &self.counts };
        row.fill(&mut filling);
        filling.cells
    }

    /// Adds one row.
    ///
    /// # Panics
    ///
    /// If the row has not one cell for each column.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        assert_eq!(N, self.columns.len(), "table {}: a row of {N} cells", self.id);
        self.cells.extend(cells);
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.cells.len() / self.columns.len().max(1)
    }

    /// The rows, each a slice with one cell for each column.
    pub fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks_exact(self.columns.len().max(1))
    }

    /// The cell in a row of a column.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &Cell {
        &self.cells[row * self.columns.len() + column]
    }

    /// The position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The number in a row of a named column, where both exist and it is one.
    pub fn number(&self, row: usize, column: &str) -> Option<f64> {
        self.rows().nth(row)?.get(self.column(column)?)?.as_f64()
    }

    /// The table as CSV: a header line, then a line a row; fields with a comma, quote or line break are quoted, and a
    /// word that a spreadsheet would take for a formula gets an apostrophe before it.
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        let mut line = |fields: &mut dyn Iterator<Item = String>| {
            for (i, field) in fields.enumerate() {
                if i > 0 {
                    text.push(',');
                }
                // A spreadsheet would run it.
                let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
                let field = if formula { format!("'{field}") } else { field };
                if field.contains([',', '"', '\n', '\r']) {
                    text.push('"');
                    text.push_str(&field.replace('"', "\"\""));
                    text.push('"');
                } else {
                    text.push_str(&field);
                }
            }
            text.push('\n');
        };
        line(&mut self.columns.iter().map(|column| column.name.clone()));
        for row in self.rows() {
            line(&mut row.iter().map(Cell::to_csv));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_needs_it_and_leaves_gaps_empty() {
        let mut table = Table::new("t", &[("name", ""), ("value", "1"), ("count", "rows")]);
        table.row(["a, \"b\"".into(), f64::NAN.into(), 3_usize.into()]);
        table.row(["plain".into(), 1e-300.into(), (-1_i64).into()]);
        let text = table.to_csv();
        assert_eq!(text.lines().nth(1), Some("\"a, \"\"b\"\"\",,3"));
        let tiny: f64 = text.lines().nth(2).unwrap().split(',').nth(1).unwrap().parse().unwrap();
        assert_eq!(tiny, 1e-300);
        assert_eq!(table.n_rows(), 2);
    }
}
