//! What a file holds, for `mllab inspect`: its columns, and which labs can use it with which flags.

use super::columns::{Column, is_stamped};
use super::grid::{Grid, Written};
use super::{open, understood};
use crate::ending::Failure;
use mllab_core::{AnyLab, OwnFlag, TargetKind, shown};
use std::collections::BTreeMap;
use std::path::Path;

/// Values that are shown of a column of words.
const SHOWN: usize = 4;
/// A number of at most so many values may be a class.
const FEW_VALUES: usize = 10;
/// Words in the names of columns that count requests, and of columns that say how long one took.
const LOADS: [&str; 8] = ["request", "load", "rpm", "rps", "qps", "traffic", "invocation", "hits"];
const DURATIONS: [&str; 7] = ["duration", "latency", "took", "elapsed", "response", "seconds", "_ms"];

/// What was seen of a file.
pub struct Looked {
    /// Its name, without its folder.
    pub file: String,
    /// How many rows it has.
    pub rows: usize,
    /// What was understood, a sentence each.
    pub reading: Vec<String>,
    /// Each column's name, and what it holds.
    pub columns: Vec<(String, String)>,
    /// For each lab that can use it the flags after `--data FILE`.
    pub labs: Vec<(&'static str, Vec<String>)>,
    /// Why the others cannot.
    pub others: Vec<String>,
}

/// What a column holds.
enum Holds {
    Stamps,
    Numbers { column: Column, distinct: usize, least: f64, most: f64 },
    Words { distinct: usize, shown: Vec<String>, least_often: usize },
    Mixed(String),
}

/// Looks at a file; `labs` are those that are asked whether they can use it.
///
/// # Errors
///
/// A file that is no table.
pub fn look(path: &Path, written: &Written, labs: &[&'static dyn AnyLab]) -> Result<Looked, Failure> {
    let (mut grid, _) = open(path, written)?;
    grid.leave_out(&written.ignore)?;
    let holds: Vec<Holds> = (0..grid.names.len()).map(|at| hold(&grid, at)).collect();
    let ways: Vec<(&str, &str)> = holds
        .iter()
        .filter_map(|holds| match holds {
            Holds::Numbers { column, .. } => Some((column.name.as_str(), column.said.as_deref()?)),
            _ => None,
        })
        .collect();
    let reading = understood(&grid, &ways, Vec::new());
    let columns = grid.names.iter().cloned().zip(holds.iter().map(Holds::words)).collect();
    let call = Call { grid: &grid, holds: &holds };
    let (mut usable, mut others) = (Vec::new(), Vec::new());
    for lab in labs {
        match call.flags(*lab) {
            Ok(flags) => usable.push((lab.meta().id, flags)),
            Err(why) => others.push(format!("{}: {why}", lab.meta().id)),
        }
    }
    Ok(Looked { file: grid.file.clone(), rows: grid.n_rows(), reading, columns, labs: usable, others })
}

fn hold(grid: &Grid, at: usize) -> Holds {
    if is_stamped(grid, at) {
        return Holds::Stamps;
    }
    let column = match Column::read(grid, at) {
        Ok(column) => column,
        Err(failure) => return Holds::Mixed(failure.message),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in (0..grid.n_rows()).filter(|row| column.missing.binary_search(row).is_err()) {
        *counts.entry(column.level(grid, row)).or_default() += 1;
    }
    let distinct = counts.len();
    if let Some(numbers) = column.numbers() {
        let known = numbers.iter().copied().filter(|value| !value.is_nan());
        let (least, most) = (known.clone().fold(f64::INFINITY, f64::min), known.fold(f64::NEG_INFINITY, f64::max));
        return Holds::Numbers { column, distinct, least, most };
    }
    let mut often: Vec<(&String, &usize)> = counts.iter().collect();
    often.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let shown = often.iter().take(SHOWN).map(|(level, _)| shown::name(level)).collect();
    Holds::Words { distinct, shown, least_often: counts.values().min().copied().unwrap_or(0) }
}

impl Holds {
    fn words(&self) -> String {
        match self {
            Holds::Stamps => "times".into(),
            Holds::Mixed(why) => format!("cannot be read: {why}"),
            Holds::Numbers { column, distinct, least, most } => {
                let missing = match column.missing.len() {
                    0 => String::new(),
                    n => format!(", {n} missing"),
                };
                format!("{distinct} numbers, {} to {}{missing}", shown::number(*least, 4), shown::number(*most, 4))
            }
            Holds::Words { distinct: 0, .. } => "nothing".into(),
            Holds::Words { distinct, shown, .. } => {
                let more = if *distinct > shown.len() { ", …" } else { "" };
                let words = if *distinct == 1 { "word" } else { "words" };
                format!("{distinct} {words}: {}{more}", shown.join(", "))
            }
        }
    }

    /// How many classes it could be.
    fn classes(&self) -> Option<usize> {
        match self {
            Holds::Numbers { distinct, .. } if (2..=FEW_VALUES).contains(distinct) => Some(*distinct),
            Holds::Words { distinct, least_often, .. } if *distinct >= 2 && *distinct <= 20 && *least_often > 1 => {
                Some(*distinct)
            }
            _ => None,
        }
    }

    /// Two values of which one says yes.
    fn says_yes(&self) -> bool {
        match self {
            Holds::Numbers { distinct, least, most, .. } => (*distinct, *least, *most) == (2, 0.0, 1.0),
            Holds::Words { shown, .. } => {
                shown.len() == 2 && shown.iter().any(|word| matches!(word.to_lowercase().as_str(), "yes" | "true"))
            }
            _ => false,
        }
    }

    /// A number that could be predicted or watched.
    fn is_number(&self, grid: &Grid) -> bool {
        matches!(self, Holds::Numbers { column, distinct, .. } if *distinct > FEW_VALUES && !column.numbers_rows(grid))
    }

    fn missing(&self) -> usize {
        match self {
            Holds::Numbers { column, .. } => column.missing.len(),
            _ => 0,
        }
    }
}

/// What flags a lab is called with.
struct Call<'a> {
    grid: &'a Grid,
    holds: &'a [Holds],
}

impl Call<'_> {
    fn last(&self, fits: impl Fn(&Holds) -> bool) -> Option<usize> {
        self.holds.iter().rposition(fits)
    }

    /// The last column whose name has one of these words.
    fn called(&self, words: &[&str], fits: impl Fn(&Holds) -> bool) -> Option<usize> {
        let has = |at: &usize| {
            let name = self.grid.names[*at].to_lowercase();
            words.iter().any(|word| name.contains(word))
        };
        (0..self.holds.len()).rev().filter(has).find(|at| fits(&self.holds[*at]))
    }

    /// Why a lab cannot use the file, or its flags.
    fn flags(&self, lab: &dyn AnyLab) -> Result<Vec<String>, String> {
        let own = lab.meta().own;
        if self.grid.n_rows() < own.fewest_rows {
            return Err(format!("needs {} rows", own.fewest_rows));
        }
        if let Some(Holds::Mixed(why)) = self.holds.iter().find(|holds| matches!(holds, Holds::Mixed(_)))
            && own.target != TargetKind::Nothing
        {
            return Err(why.clone());
        }
        let stamps = self.last(|holds| matches!(holds, Holds::Stamps));
        let mut flags = Vec::new();
        let mut flag = |name: &str, at: usize| {
            flags.extend([name.to_string(), self.grid.given(at).to_string()]);
        };
        if own.target == TargetKind::Nothing {
            let number = self.last(|holds| holds.is_number(self.grid)).ok_or("needs a column of numbers")?;
            let from_zero = |holds: &Holds| matches!(holds, Holds::Numbers { least, .. } if *least >= 0.0);
            match (own.spaced, own.flags.contains(&OwnFlag::Time), own.flags.contains(&OwnFlag::Baseline)) {
                (_, _, true) => flag("--column", number),
                (true, ..) => {
                    let load = self.called(&LOADS, |holds| holds.is_number(self.grid) && from_zero(holds));
                    let load = load.or(stamps.and(self.last(|holds| holds.is_number(self.grid) && from_zero(holds))));
                    flag("--column", load.ok_or("needs a column of requests, none below 0, that --column names")?);
                }
                (false, ..) => {
                    const NEEDS: &str = "needs the times of requests (--time) and how long each took (--column)";
                    let took = self.called(&DURATIONS, |holds| holds.is_number(self.grid) && from_zero(holds));
                    flag("--time", stamps.ok_or(NEEDS)?);
                    flag("--column", took.ok_or(NEEDS)?);
                }
            }
            return Ok(flags);
        }
        let many = own.one_against_the_rest;
        let two = self.last(Holds::says_yes).or(self.last(|holds| holds.classes() == Some(2)));
        let some = self.last(|holds| many && holds.classes().is_some());
        let takes_number = own.target == TargetKind::TwoClassesOrNumber;
        let number = self.last(|holds| takes_number && holds.is_number(self.grid));
        let target = two.or(number).or(some).ok_or("needs a column of two classes to predict")?;
        if self.grid.names.len() < 3 {
            return Err("needs two columns or more to predict from".into());
        }
        flag("--target", target);
        if let Some(time) = stamps.filter(|_| own.flags.contains(&OwnFlag::Time)) {
            flag("--time", time);
        }
        if self.holds.iter().any(|holds| holds.missing() > 0) {
            flags.extend(["--missing".into(), "median".into()]);
        }
        Ok(flags)
    }
}
