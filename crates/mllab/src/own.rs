//! A user's own file: `--data FILE.csv --target COL` and what goes with it becomes a table that a lab can measure.

mod columns;
mod flags;
mod grid;

pub use flags::{own, own_args};

use crate::ending::{Failure, shown_path};
use crate::files::read_up_to;
use crate::finished::hex;
use columns::Column;
use grid::Grid;
use mllab_core::{Dataset, FileInfo, Meta, OwnFlag, Target, TargetKind, shown};
use ndarray::Array2;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Files larger than this are refused; a laptop's memory holds the rest.
const MOST_BYTES: u64 = 1 << 30;

/// What the call says of the user's file.
#[derive(Clone, Debug, Default)]
pub struct OwnCall {
    /// The file.
    pub data: PathBuf,
    /// What is to be predicted.
    pub target: Option<String>,
    /// The positive class.
    pub positive: Option<String>,
    /// Rows that belong together.
    pub group: Option<String>,
    /// The order of the rows.
    pub time: Option<String>,
    /// The one column to look at.
    pub column: Option<String>,
    /// Earlier rows.
    pub baseline: Option<PathBuf>,
    /// What is done with missing cells.
    pub missing: Missing,
    /// What stands between the cells, where it is not to be guessed.
    pub separator: Option<u8>,
}

/// What is done with missing cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are counted and refused.
    #[default]
    Refuse,
    /// Their rows are left out.
    Drop,
    /// A number becomes its column's median, a category its own level.
    Median,
}

/// Reads the file and makes the lab's table of it.
///
/// # Errors
///
/// A file that cannot be used (exit 1), or a call that names what the file does not have (exit 2).
pub fn read(call: &OwnCall, meta: &Meta) -> Result<Dataset, Failure> {
    let (grid, sha256) = open(&call.data, call.separator)?;
    if meta.own.target == TargetKind::Nothing {
        return columns_alone(call, meta, &grid, sha256);
    }
    let Some(target_name) = &call.target else {
        return Err(Failure::wrong_call(format!(
            "--data needs --target: which column of {} is to be predicted?",
            grid.file
        )));
    };
    let target_at = grid.find("--target", target_name)?;
    let role = |flag: &str, name: &Option<String>| name.as_ref().map(|name| grid.find(flag, name)).transpose();
    let (group_at, time_at) = (role("--group", &call.group)?, role("--time", &call.time)?);
    let roles = [("--target", Some(target_at)), ("--group", group_at), ("--time", time_at)];
    for (i, (flag, at)) in roles.iter().enumerate() {
        if let Some((other, _)) = roles[..i].iter().find(|(_, other)| at.is_some() && other == at) {
            let name = &grid.names[at.unwrap_or(0)];
            return Err(Failure::wrong_call(format!("{other} and {flag} both name column {name}; each needs its own")));
        }
    }
    let mut reading = Reading { call, grid: &grid, kept: (0..grid.n_rows()).collect(), said: Vec::new() };
    let features: Vec<usize> =
        (0..grid.names.len()).filter(|at| ![Some(target_at), group_at, time_at].contains(&Some(*at))).collect();
    let mut columns = grid.columns(&features)?;
    let mut others = grid.columns(&[Some(target_at), group_at, time_at].into_iter().flatten().collect::<Vec<_>>())?;
    reading.settle_missing(&mut columns, &mut others)?;

    let target = reading.target(&others[0], meta)?;
    let group = group_at.map(|_| reading.groups(&others[1]));
    let time = time_at.map(|_| reading.times(&others[others.len() - 1])).transpose()?;
    let (names, values) = reading.features(&columns, false);
    if names.is_empty() {
        return Err(Failure::failed(format!(
            "{}: no column is left to predict {} from",
            grid.file, grid.names[target_at]
        )));
    }
    let used = names.clone();
    let mut dataset = Dataset::new(grid.file.clone(), values, names, target);
    dataset.group = group;
    dataset.time = time;
    dataset.file = Some(FileInfo { file: grid.file.clone(), sha256, columns: used, reading: reading.said });
    Ok(dataset)
}

/// Columns as numbers, the times where one column holds them, and what was done.
type Taken = (Array2<f64>, Option<Vec<f64>>, Vec<String>);

/// For a lab that predicts nothing: one column in row order, or all numeric ones against earlier rows.
fn columns_alone(call: &OwnCall, meta: &Meta, grid: &Grid, sha256: String) -> Result<Dataset, Failure> {
    let baseline = call.baseline.as_ref().map(|path| open(path, call.separator)).transpose()?;
    let numeric = |columns: &[Column]| -> Vec<usize> {
        columns.iter().filter(|column| column.numbers().is_some()).map(|column| column.at).collect()
    };
    let mut said = Vec::new();
    let time_at = call.time.as_ref().map(|name| grid.find("--time", name)).transpose()?;
    let numeric =
        |columns: &[Column]| -> Vec<usize> { numeric(columns).into_iter().filter(|at| Some(*at) != time_at).collect() };
    let chosen = match (&call.column, &baseline) {
        (Some(name), _) => vec![grid.find("--column", name)?],
        (None, Some(_)) => numeric(&grid.columns(&(0..grid.names.len()).collect::<Vec<_>>())?),
        (None, None) => {
            let all = numeric(&grid.columns(&(0..grid.names.len()).collect::<Vec<_>>())?);
            if all.len() != 1 || meta.own.flags.contains(&OwnFlag::Baseline) {
                let or =
                    if meta.own.flags.contains(&OwnFlag::Baseline) { ", or --baseline for earlier rows" } else { "" };
                return Err(Failure::wrong_call(format!(
                    "--data needs --column here: which column of {} is meant?{or}",
                    grid.file
                )));
            }
            all
        }
    };
    if chosen.is_empty() {
        return Err(Failure::failed(format!("{}: no column holds numbers", grid.file)));
    }
    let left: Vec<&str> = (0..grid.names.len())
        .filter(|at| !chosen.contains(at) && Some(*at) != time_at)
        .map(|at| grid.names[at].as_str())
        .collect();
    if call.column.is_none() && !left.is_empty() {
        said.push(format!("{} left out: not numeric", list(&left)));
    }
    let take = |grid: &Grid, at: &[usize], time_at: Option<usize>| -> Result<Taken, Failure> {
        let mut columns = grid.columns(at)?;
        let mut times = grid.columns(&time_at.into_iter().collect::<Vec<_>>())?;
        let mut reading = Reading { call, grid, kept: (0..grid.n_rows()).collect(), said: Vec::new() };
        reading.settle_missing(&mut columns, &mut times)?;
        if let Some(column) = columns.iter().chain(&times).find(|column| column.numbers().is_none()) {
            return Err(Failure::failed(format!(
                "{}, column {}: holds words; numbers are needed",
                grid.file, column.name
            )));
        }
        let time = times.first().map(|column| reading.times(column)).transpose()?;
        let (_, values) = reading.features(&columns, true);
        Ok((values, time, reading.said))
    };
    let names: Vec<String> = chosen.iter().map(|at| grid.names[*at].clone()).collect();
    let (values, time, notes) = take(grid, &chosen, time_at)?;
    said.extend(notes);
    let mut dataset = Dataset::new(grid.file.clone(), values, names.clone(), Target::None);
    dataset.time = time;
    if let Some((earlier, earlier_sha256)) = &baseline {
        let there: Vec<usize> = chosen
            .iter()
            .map(|&at| {
                let (given, name) = (grid.given(at), &grid.names[at]);
                earlier.at(given).ok_or_else(|| {
                    Failure::failed(format!(
                        "{}: has no column {name}, which {} has; the two need the same columns",
                        earlier.file, grid.file
                    ))
                })
            })
            .collect::<Result<_, _>>()?;
        let (values, _, notes) = take(earlier, &there, None)?;
        said.push(format!("baseline: {}, {} rows, SHA-256 {earlier_sha256}", earlier.file, values.nrows()));
        said.extend(notes.into_iter().map(|note| format!("baseline: {note}")));
        dataset.baseline = Some(values);
    }
    dataset.file = Some(FileInfo { file: grid.file.clone(), sha256, columns: names, reading: said });
    Ok(dataset)
}

/// The file as a grid of cells, and its SHA-256.
fn open(path: &Path, separator: Option<u8>) -> Result<(Grid, String), Failure> {
    let cannot = |what: &str| Failure::failed(format!("{}: {what}", shown_path(path)));
    let about = fs::metadata(path).map_err(|error| cannot(&error.to_string()))?;
    if about.is_dir() {
        return Err(cannot("is a directory; name a CSV file"));
    }
    let too_large = || cannot("is larger than 1 GB; take a sample of its rows");
    if about.len() > MOST_BYTES {
        return Err(too_large());
    }
    let bytes = read_up_to(path, MOST_BYTES).map_err(|error| cannot(&error.to_string()))?.ok_or_else(too_large)?;
    let sha256 = hex(&Sha256::digest(&bytes));
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let name = shown::visible(&name);
    let grid = Grid::parse(&name, &bytes, separator).map_err(Failure::failed)?;
    Ok((grid, sha256))
}

/// The rows in use, and what was done to get them.
struct Reading<'a> {
    call: &'a OwnCall,
    grid: &'a Grid,
    /// Rows in use, in the file's order.
    kept: Vec<usize>,
    /// What a reader of the report should know.
    said: Vec<String>,
}

impl Reading<'_> {
    /// Refuses missing cells, or leaves their rows out, or fills them, as the call says. What is predicted, grouped or
    /// ordered by is never filled.
    fn settle_missing(&mut self, features: &mut [Column], others: &mut [Column]) -> Result<(), Failure> {
        let count = |columns: &[Column]| columns.iter().map(|column| column.missing.len()).sum::<usize>();
        let total = count(features) + count(others);
        if total == 0 {
            return Ok(());
        }
        let file = &self.grid.file;
        if self.call.missing == Missing::Refuse {
            let worst = features.iter().chain(others.iter()).filter(|column| !column.missing.is_empty());
            let where_: Vec<String> = worst
                .take(4)
                .map(|column| {
                    let line = self.grid.line(column.missing[0]);
                    format!("{} in column {} (first in line {line})", column.missing.len(), column.name)
                })
                .collect();
            return Err(Failure::failed(format!(
                "{file}: {total} missing {}: {}; say --missing drop to leave their rows out, or --missing median to fill them",
                if total == 1 { "cell" } else { "cells" },
                where_.join(", ")
            )));
        }
        let fill = self.call.missing == Missing::Median;
        let gone: BTreeSet<usize> = others
            .iter()
            .chain(features.iter().filter(|_| !fill))
            .flat_map(|column| column.missing.iter().copied())
            .collect();
        self.kept.retain(|row| !gone.contains(row));
        if !gone.is_empty() {
            self.said.push(format!("{} of {} rows left out: a cell is missing", gone.len(), self.grid.n_rows()));
        }
        if self.kept.is_empty() {
            let way = if fill {
                " in a column that is predicted, grouped or ordered by, which is never filled; fill it in the file"
            } else {
                "; say --missing median to fill them"
            };
            return Err(Failure::failed(format!("{file}: every row has a missing cell{way}")));
        }
        if fill {
            let filled = count(features);
            features.iter_mut().for_each(Column::fill);
            if filled > 0 {
                self.said.push(format!(
                    "{filled} missing cells filled: a number by its column's median, a category by a level of its own"
                ));
            }
        }
        Ok(())
    }

    /// What is to be predicted.
    fn target(&mut self, column: &Column, meta: &Meta) -> Result<Target, Failure> {
        let (file, name) = (&self.grid.file, &column.name);
        let levels = column.levels(self.grid, &self.kept);
        let lab = meta.id;
        match levels.len() {
            0 | 1 => {
                let only = levels.first().map(|(level, _)| shown::name(level)).unwrap_or_default();
                Err(Failure::failed(format!(
                    "{file}, column {name}: every row is \"{only}\"; a target needs two values or more"
                )))
            }
            2 => {
                let positive = self.positive(&levels, name)?;
                let labels: Vec<bool> = self.kept.iter().map(|&row| column.level(self.grid, row) == positive).collect();
                let n = labels.iter().filter(|label| **label).count();
                let positive = shown::name(&positive);
                self.said.push(format!("target {name}: {positive} is positive, {n} of {} rows", labels.len()));
                Ok(Target::Binary(labels))
            }
            n if n <= 10 || column.numbers().is_none() => Err(Failure::failed(format!(
                "{file}, column {name}: {n} classes; {lab} takes two classes{}",
                if meta.own.target == TargetKind::TwoClassesOrNumber {
                    ", or a number of more than ten values"
                } else {
                    ""
                }
            ))),
            n if meta.own.target == TargetKind::TwoClasses => Err(Failure::failed(format!(
                "{file}, column {name}: a number of {n} values; {lab} takes a target of two classes"
            ))),
            n => {
                if let Some(positive) = &self.call.positive {
                    let positive = shown::name(positive);
                    return Err(Failure::wrong_call(format!(
                        "--positive {positive} does not go with column {name}, a number of {n} values"
                    )));
                }
                self.said.push(format!("target {name}: a number of {n} values"));
                let numbers = column.numbers().unwrap_or_default();
                Ok(Target::Numeric(self.kept.iter().map(|&row| numbers[row]).collect()))
            }
        }
    }

    /// The positive one of two levels: as the call says, else the one that says yes, else the rarer.
    fn positive(&self, levels: &[(String, usize)], column: &str) -> Result<String, Failure> {
        let [(first, n_first), (second, n_second)] = levels else { return Ok(String::new()) };
        if let Some(asked) = &self.call.positive {
            let same = |level: &&String| {
                **level == *asked || level.parse::<f64>().ok().is_some_and(|a| asked.parse() == Ok(a))
            };
            return [first, second].into_iter().find(same).cloned().ok_or_else(|| {
                let [asked, first, second] = [asked, first, second].map(|level| shown::name(level));
                Failure::wrong_call(format!("--positive {asked}: column {column} holds {first} and {second}"))
            });
        }
        let yes = |level: &&String| matches!(level.to_lowercase().as_str(), "1" | "true" | "yes");
        if let Some(level) = [first, second].into_iter().find(yes) {
            return Ok(level.clone());
        }
        Ok(if n_first <= n_second { first.clone() } else { second.clone() })
    }

    /// Groups numbered in the order of their first rows.
    fn groups(&mut self, column: &Column) -> Vec<usize> {
        let mut known: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        let mut numbers = Vec::with_capacity(self.kept.len());
        for &row in &self.kept {
            let next = known.len();
            numbers.push(*known.entry(column.level(self.grid, row)).or_insert(next));
        }
        self.said.push(format!("group {}: {} groups", column.name, known.len()));
        numbers
    }

    /// Times as numbers: as they are, or the rank of an ISO date.
    fn times(&mut self, column: &Column) -> Result<Vec<f64>, Failure> {
        if let Some(numbers) = column.numbers() {
            self.said.push(format!("time {}: a number", column.name));
            return Ok(self.kept.iter().map(|&row| numbers[row]).collect());
        }
        let written: Vec<String> = self.kept.iter().map(|&row| column.level(self.grid, row)).collect();
        if let Some(i) = written.iter().position(|text| !is_iso_date(text)) {
            return Err(Failure::failed(format!(
                "{}, line {}, column {}: \"{}\" is neither a number nor a date like 2024-03-31 or 2024-03-31T08:00",
                self.grid.file,
                self.grid.line(self.kept[i]),
                column.name,
                shown::name(&written[i])
            )));
        }
        let sorted: BTreeSet<&String> = written.iter().collect();
        let rank: std::collections::BTreeMap<&String, f64> =
            sorted.into_iter().enumerate().map(|(rank, text)| (text, rank as f64)).collect();
        self.said.push(format!("time {}: a date", column.name));
        Ok(written.iter().map(|text| rank[text]).collect())
    }

    /// The features: numbers as they are, yes and no as 1 and 0, a category as one column a level. `all` keeps columns
    /// that never vary.
    fn features(&mut self, columns: &[Column], all: bool) -> (Vec<String>, Array2<f64>) {
        let (mut names, mut values): (Vec<String>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
        let (mut constant, mut crowded, mut spread) = (Vec::new(), Vec::new(), Vec::new());
        for column in columns {
            let encoded = column.encoded(self.grid, &self.kept);
            let Some(encoded) = encoded else {
                crowded.push(column.name.as_str());
                continue;
            };
            let varies = |values: &[f64]| values.iter().any(|value| *value != values[0]);
            if !all && !encoded.iter().any(|(_, values)| varies(values)) {
                constant.push(column.name.as_str());
                continue;
            }
            if encoded.len() > 1 {
                spread.push(format!("{} ({} levels)", column.name, encoded.len()));
            }
            for (name, column) in encoded {
                names.push(name);
                values.push(column);
            }
        }
        if !constant.is_empty() {
            self.said.push(format!("{} left out: the same in every row", list(&constant)));
        }
        if !crowded.is_empty() {
            self.said.push(format!(
                "{} left out: words with more than {} levels",
                list(&crowded),
                columns::MOST_LEVELS
            ));
        }
        if !spread.is_empty() {
            self.said.push(format!("one column a level: {}", spread.join(", ")));
        }
        let names = shown::distinct(names);
        let (n, p) = (self.kept.len(), values.len());
        let mut table = Array2::zeros((n, p));
        for (at, column) in values.iter().enumerate() {
            for (row, value) in column.iter().enumerate() {
                table[[row, at]] = *value;
            }
        }
        (names, table)
    }
}

/// "column a", or "columns a, b and c".
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("column {one}"),
        [most @ .., last] => format!("columns {} and {last}", most.join(", ")),
    }
}

/// `2024-03-31`, with a time of day behind it or not: in this form the order of letters is the order of time.
fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes[from..to].iter().all(u8::is_ascii_digit);
    bytes.len() >= 10
        && digits(0, 4)
        && bytes[4] == b'-'
        && digits(5, 7)
        && bytes[7] == b'-'
        && digits(8, 10)
        && bytes.get(10).is_none_or(|byte| matches!(byte, b'T' | b' '))
}
