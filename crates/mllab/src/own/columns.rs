//! What a column holds: numbers, yes and no, or words.

use super::grid::Grid;
use super::numbers::{self, Decimals};
use super::times;
use crate::ending::Failure;
use mllab_core::shown;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A category of more levels is left out.
pub const MOST_LEVELS: usize = 20;
/// Statistics square their numbers; the squares of larger ones are none.
const LARGEST: f64 = 1e150;
/// Rows that are looked at to find the column of time stamps.
const LOOKED_AT: usize = 300;
/// Fewer numbers are no count of rows.
const FEWEST_IDS: usize = 20;
/// A column of more words than this is no category, however they are spelt.
const MOST_SPELT: usize = 1000;
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
    /// How it was read, where not as a program writes.
    pub said: Option<String>,
    kind: Kind,
    filled: bool,
    /// One spelling for words that differ in capitals alone.
    spelling: Option<BTreeMap<String, String>>,
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

    /// Whether the call says that this cell stands for what is not known.
    fn is_sentinel(&self, cell: &str) -> bool {
        let same = |sentinel: &String| {
            let number = sentinel.parse::<f64>();
            let is = |value: f64| number == Ok(value);
            let read = |decimal: char| numbers::read(cell, decimal).is_some_and(|written| is(written.value));
            sentinel == cell || number.is_ok() && (cell.parse().is_ok_and(is) || read('.') || read(','))
        };
        self.sentinels.iter().any(same)
    }
}

impl Column {
    /// Tells what a column holds.
    ///
    /// # Errors
    ///
    /// A stray word among numbers, numbers of two conventions, and an infinite number, with its line.
    pub fn read(grid: &Grid, at: usize) -> Result<Self, Failure> {
        let name = grid.names[at].clone();
        let n = grid.n_rows();
        let mut numbers = Vec::with_capacity(n);
        let (mut missing, mut plain) = (Vec::new(), true);
        for row in 0..n {
            let cell = grid.cell(row, at);
            if is_missing(cell) || (!grid.sentinels.is_empty() && grid.is_sentinel(cell)) {
                missing.push(row);
                numbers.push(f64::NAN);
                continue;
            }
            let number = cell.parse::<f64>().unwrap_or(f64::NAN);
            plain &= !number.is_nan();
            numbers.push(number);
        }
        let mut column = Column { name, at, missing, kind: Kind::Words, filled: false, said: None, spelling: None };
        let known = || (0..n).filter(|row| column.missing.binary_search(row).is_err());
        let any = column.missing.len() < n;
        let settled = plain && any && numbers::plainly_points((0..n).map(|row| grid.cell(row, at)));
        if !settled && any {
            let mut marks: Vec<usize> =
                known().filter(|&row| numbers::is_mark_of_missing(grid.cell(row, at))).collect();
            let rows: Vec<usize> = known().filter(|row| marks.binary_search(row).is_err()).collect();
            let cells: Vec<&str> = rows.iter().map(|&row| grid.cell(row, at)).collect();
            let refused =
                |(i, what): (usize, String)| Failure::failed(format!("{} {what}", column.place(grid, rows[i])));
            let numbers_of = if cells.iter().any(|cell| Decimals::reads(cell)) {
                Some(numbers::column(&cells, grid.decimals).map_err(refused)?)
            } else {
                None
            };
            match numbers_of {
                Some(found) if 4 * found.strays.len() < cells.len() => {
                    if let Some(&stray) = found.strays.first() {
                        let hint = "a number is needed, as in the rest of the column, or --ignore with its name";
                        return Err(Failure::failed(format!(
                            "{} is no number; {hint}",
                            column.place(grid, rows[stray])
                        )));
                    }
                    for (&row, value) in rows.iter().zip(&found.values) {
                        numbers[row] = *value;
                    }
                    column.said = found.said;
                    if let Some(&first) = marks.first() {
                        let mark = shown::name(grid.cell(first, at));
                        column.said = Some(match column.said.take() {
                            Some(said) => format!("{said}, {mark} as missing"),
                            None => format!("{mark} as missing"),
                        });
                    }
                    for &row in &marks {
                        numbers[row] = f64::NAN;
                    }
                    column.missing.append(&mut marks);
                    column.missing.sort_unstable();
                }
                _ => {
                    column.tell_words(grid);
                    return Ok(column);
                }
            }
        }
        if !any {
            return Ok(column);
        }
        if let Some(row) = (0..n).find(|&row| numbers[row].abs() > LARGEST) {
            let what = if numbers[row].is_finite() { "too large to be squared" } else { "not finite" };
            let place = column.place(grid, row);
            return Err(Failure::failed(format!("{place} is {what}; numbers up to 1e150 are taken")));
        }
        column.kind = Kind::Numbers(numbers);
        Ok(column)
    }

    /// A column whose cells are words whatever they look like: ids, times, classes.
    pub fn words(grid: &Grid, at: usize) -> Self {
        let unknown = |cell: &str| is_missing(cell) || numbers::is_mark_of_missing(cell) || grid.is_sentinel(cell);
        let missing = (0..grid.n_rows()).filter(|&row| unknown(grid.cell(row, at))).collect();
        let name = grid.names[at].clone();
        let mut column = Column { name, at, missing, kind: Kind::Words, filled: false, said: None, spelling: None };
        column.tell_words(grid);
        column
    }

    /// Whether its numbers tell rows apart and nothing else: each one more than the last, or all different under the name
    /// of an id.
    pub fn numbers_rows(&self, grid: &Grid) -> bool {
        let Kind::Numbers(numbers) = &self.kind else { return false };
        if !self.missing.is_empty() || numbers.len() < FEWEST_IDS || numbers.iter().any(|value| value.fract() != 0.0) {
            return false;
        }
        let cells = (0..grid.n_rows()).map(|row| grid.cell(row, self.at));
        if numbers.windows(2).all(|pair| pair[1] - pair[0] == 1.0) {
            return true;
        }
        is_called_id(&self.name) && cells.collect::<BTreeSet<&str>>().len() == grid.n_rows()
    }

    /// Where a cell stands, and what it says.
    fn place(&self, grid: &Grid, row: usize) -> String {
        let cell = shown::name(grid.cell(row, self.at));
        format!("{}, line {}, column {}: \"{cell}\"", grid.file, grid.line(row), self.name)
    }

    /// Whether two words say yes and no; how levels are spelt that differ in capitals alone.
    fn tell_words(&mut self, grid: &Grid) {
        let mut spelt: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
        let mut same = false;
        for row in (0..grid.n_rows()).filter(|row| self.missing.binary_search(row).is_err()) {
            let cell = grid.cell(row, self.at);
            let spellings = spelt.entry(folded(cell)).or_default();
            *spellings.entry(cell).or_default() += 1;
            same |= spellings.len() > 1;
            if spelt.len() > MOST_SPELT {
                return;
            }
        }
        let pair = |yes: &str, no: &str| spelt.len() == 2 && spelt.contains_key(yes) && spelt.contains_key(no);
        if pair("true", "false") || pair("yes", "no") {
            self.kind = Kind::YesNo;
        }
        if !same {
            return;
        }
        // The commonest, the first of equals.
        let best = |spellings: &BTreeMap<&str, usize>| {
            spellings.iter().rev().max_by_key(|(_, count)| **count).map_or("", |(word, _)| word).to_string()
        };
        let several: Vec<String> = spelt
            .values()
            .filter(|spellings| spellings.len() > 1)
            .map(|all| all.keys().map(|word| shown::name(word)).collect::<Vec<_>>().join(" and "))
            .collect();
        self.said = Some(format!("{} as one", several.join(", ")));
        self.spelling = Some(spelt.iter().map(|(lower, spellings)| (lower.clone(), best(spellings))).collect());
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

    /// A cell as a level: equal numbers are one, however they are written, and words are whatever their capitals are.
    pub fn level(&self, grid: &Grid, row: usize) -> String {
        let cell = grid.cell(row, self.at);
        match &self.kind {
            _ if self.filled && self.missing.binary_search(&row).is_ok() => match &self.kind {
                Kind::Numbers(numbers) => format!("{}", numbers[row]),
                _ => MISSING.into(),
            },
            Kind::Numbers(numbers) => {
                one_spelling(cell).filter(|_| self.said.is_none()).unwrap_or_else(|| format!("{}", numbers[row]))
            }
            _ => match &self.spelling {
                Some(spelling) => spelling.get(&folded(cell)).cloned().unwrap_or_default(),
                None => cell.to_string(),
            },
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

/// A word whatever its capitals are; short ones stay, since `Aa` and `AA` may be two things, but for yes and no.
fn folded(word: &str) -> String {
    let lower = word.to_lowercase();
    let short = lower.chars().count() < 3 && !["no", "y", "n", "t", "f"].contains(&lower.as_str());
    if short { word.into() } else { lower }
}

/// A number as text, whatever its length: `1.0` is `1`, `010` is not `10`. Nothing where digits and a point are not all.
fn one_spelling(cell: &str) -> Option<String> {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let cell = cell.strip_prefix('+').unwrap_or(cell);
    let cell = if cell.contains('.') { cell.trim_end_matches('0').trim_end_matches('.') } else { cell };
    Some(if cell == "-0" { "0" } else { cell }.to_string())
}

/// Whether nearly all first cells of a column are time stamps, or numbers that count from 1970 under a name that says so.
pub fn is_stamped(grid: &Grid, at: usize) -> bool {
    let cells: Vec<&str> =
        (0..grid.n_rows().min(LOOKED_AT)).map(|row| grid.cell(row, at)).filter(|cell| !cell.is_empty()).collect();
    if 10 * cells.iter().filter(|cell| times::is_stamp(cell)).count() > 9 * cells.len() {
        return true;
    }
    let name = grid.names[at].to_lowercase();
    let says_so = ["time", "date", "epoch", "stamp"].iter().any(|word| name.contains(word))
        || ["ts", "at", "when", "interval", "period"].contains(&name.as_str())
        || times::unit(&name).is_some();
    says_so && !cells.is_empty() && times::read(&cells, None).is_ok_and(|times| times.stamps)
}

/// Whether a name says that its column holds ids: `id`, `order_id`, `PassengerId`, `row`, `index`.
fn is_called_id(name: &str) -> bool {
    let lower = name.to_lowercase();
    let word = lower.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let words = ["id", "ids", "index", "idx", "row", "rownum", "rownumber", "key", "uuid", "no", "nr", "number"];
    words.contains(&word) || (name.ends_with("Id") || name.ends_with("ID")) && name.len() > 2
}
