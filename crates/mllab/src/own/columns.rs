//! What a column holds: numbers, yes and no, or words.

use super::grid::Grid;
use crate::ending::Failure;
use mllab_core::shown;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A category of more levels is left out.
pub const MOST_LEVELS: usize = 20;
/// Statistics square their numbers; the squares of larger ones are none.
const LARGEST: f64 = 1e150;
/// The level that stands for a missing cell.
const MISSING: &str = "missing";

/// A column of the file.
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its place in the file.
    pub at: usize,
    /// Rows whose cell is missing.
    pub missing: Vec<usize>,
    kind: Kind,
    filled: bool,
}

enum Kind {
    /// A number a row; NaN where it is missing.
    Numbers(Vec<f64>),
    /// Two words that say yes and no.
    YesNo,
    /// Words.
    Words,
}

/// Whether a cell says that nothing is known.
fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell == "NA" || cell.trim_start_matches('-').eq_ignore_ascii_case("nan")
}

impl Grid {
    /// These columns, each told apart as numbers, yes and no, or words.
    pub fn columns(&self, which: &[usize]) -> Result<Vec<Column>, Failure> {
        which.par_iter().map(|&at| Column::read(self, at)).collect()
    }
}

impl Column {
    /// Tells what a column holds.
    ///
    /// # Errors
    ///
    /// A stray word among numbers, and an infinite number, with its line.
    pub fn read(grid: &Grid, at: usize) -> Result<Self, Failure> {
        let name = grid.names[at].clone();
        let mut numbers = Vec::with_capacity(grid.n_rows());
        let (mut missing, mut strays, mut stray, mut infinite) = (Vec::new(), 0, None, None);
        for row in 0..grid.n_rows() {
            let cell = grid.cell(row, at);
            if is_missing(cell) {
                missing.push(row);
                numbers.push(f64::NAN);
                continue;
            }
            let number = cell.parse::<f64>().unwrap_or(f64::NAN);
            if number.is_nan() {
                strays += 1;
                stray = stray.or(Some(row));
            } else if number.abs() > LARGEST {
                infinite = infinite.or(Some(row));
            }
            numbers.push(number);
        }
        let known = grid.n_rows() - missing.len();
        let place = |row: usize| {
            format!("{}, line {}, column {name}: \"{}\"", grid.file, grid.line(row), shown::name(grid.cell(row, at)))
        };
        // Half and half is no typo.
        if strays == 0 || 2 * strays < known {
            if let Some(row) = stray {
                let comma = grid.cell(row, at).replacen(',', ".", 1).parse::<f64>().is_ok();
                let hint =
                    if comma { "decimals need a point" } else { "a number is needed, as in the rest of the column" };
                return Err(Failure::failed(format!("{} is no number; {hint}", place(row))));
            }
            if let Some(row) = infinite {
                let what = if numbers[row].is_finite() { "too large to be squared" } else { "not finite" };
                return Err(Failure::failed(format!("{} is {what}; numbers up to 1e150 are taken", place(row))));
            }
        }
        let mut column = Column { name, at, missing, kind: Kind::Words, filled: false };
        if known > 0 && strays == 0 {
            column.kind = Kind::Numbers(numbers);
        } else {
            let rows: Vec<usize> = (0..grid.n_rows()).collect();
            let two = [["true", "false"], ["yes", "no"]];
            let mut seen: Vec<String> = Vec::new();
            for &row in rows.iter().filter(|row| column.missing.binary_search(row).is_err()) {
                let level = grid.cell(row, at).to_lowercase();
                if !seen.contains(&level) {
                    seen.push(level);
                    if seen.len() > 2 {
                        break;
                    }
                }
            }
            if two.iter().any(|pair| seen.len() == 2 && pair.iter().all(|word| seen.iter().any(|level| level == word)))
            {
                column.kind = Kind::YesNo;
            }
        }
        Ok(column)
    }

    /// The numbers, where it holds any.
    pub fn numbers(&self) -> Option<&[f64]> {
        match &self.kind {
            Kind::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Fills what is missing: numbers by the median, words by a level of their own.
    pub fn fill(&mut self) {
        if let Kind::Numbers(numbers) = &mut self.kind {
            let mut known: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
            known.sort_by(f64::total_cmp);
            let n = known.len();
            let median = if n == 0 { 0.0 } else { f64::midpoint(known[(n - 1) / 2], known[n / 2]) };
            for &row in &self.missing {
                numbers[row] = median;
            }
        } else if !self.missing.is_empty() {
            // A third level.
            self.kind = Kind::Words;
        }
        self.filled = true;
    }

    /// A cell as a level: equal numbers are one, however they are written.
    pub fn level(&self, grid: &Grid, row: usize) -> String {
        match &self.kind {
            Kind::Numbers(numbers) => format!("{}", numbers[row]),
            _ if self.filled && self.missing.binary_search(&row).is_ok() => MISSING.into(),
            _ => grid.cell(row, self.at).to_string(),
        }
    }

    /// The distinct levels of these rows with their counts, in the order of the alphabet (numbers ascend).
    pub fn levels(&self, grid: &Grid, rows: &[usize]) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for &row in rows {
            *counts.entry(self.level(grid, row)).or_default() += 1;
        }
        let mut levels: Vec<(String, usize)> = counts.into_iter().collect();
        if self.numbers().is_some() {
            let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
            levels.sort_by(|a, b| number(&a.0).total_cmp(&number(&b.0)));
        }
        levels
    }

    /// What the column of a level is called.
    fn of_level(&self, level: &str) -> String {
        format!("{}={}", self.name, shown::name(level))
    }

    /// The column as numbers with names, one a level for words; nothing where those have too many levels.
    pub fn encoded(&self, grid: &Grid, rows: &[usize]) -> Option<Vec<(String, Vec<f64>)>> {
        match &self.kind {
            Kind::Numbers(numbers) => Some(vec![(self.name.clone(), rows.iter().map(|&row| numbers[row]).collect())]),
            Kind::YesNo => {
                let yes = |row: &usize| {
                    let cell = grid.cell(*row, self.at).to_lowercase();
                    f64::from(u8::from(cell == "true" || cell == "yes"))
                };
                Some(vec![(self.name.clone(), rows.iter().map(yes).collect())])
            }
            Kind::Words => {
                let mut levels: BTreeMap<String, usize> = BTreeMap::new();
                let mut of_row = Vec::with_capacity(rows.len());
                for &row in rows {
                    let level = self.level(grid, row);
                    if let Some(&number) = levels.get(&level) {
                        of_row.push(number);
                        continue;
                    }
                    if levels.len() == MOST_LEVELS {
                        return None;
                    }
                    of_row.push(levels.len());
                    levels.insert(level, levels.len());
                }
                if levels.len() == 2 {
                    // Two levels are one column: the second of the alphabet against the first.
                    let (name, number) = levels.last_key_value()?;
                    let ones = of_row.iter().map(|level| f64::from(u8::from(level == number))).collect();
                    return Some(vec![(self.of_level(name), ones)]);
                }
                let column = |(name, number): (&String, &usize)| {
                    let ones = of_row.iter().map(|level| f64::from(u8::from(level == number))).collect();
                    (self.of_level(name), ones)
                };
                Some(levels.iter().map(column).collect())
            }
        }
    }
}
