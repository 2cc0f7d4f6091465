//! A table for a lab that predicts a column.

use super::columns::Column;
use super::grid::Grid;
use super::rows::Reading;
use super::{As, OwnCall, list, understood};
use crate::ending::Failure;
use mllab_core::{Dataset, FileInfo, Meta, OwnFlag, Target, TargetKind, shown};
use std::collections::BTreeMap;

/// A target of more words than this is no class.
const MOST_CLASSES: usize = 50;
/// Numbers of at most so many values are classes where the call does not say otherwise.
const FEW_VALUES: usize = 10;

/// Reads target, roles and features.
///
/// # Errors
///
/// A file that cannot be used (exit 1), or a call that names what the file does not have (exit 2).
pub fn read(call: &OwnCall, meta: &Meta, grid: &Grid) -> Result<Dataset, Failure> {
    let Some(target_name) = &call.target else {
        let file = &grid.file;
        return Err(Failure::wrong_call(format!("--data needs --target: which column of {file} is to be predicted?")));
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
    let mut reading = Reading::new(call, grid);
    let features: Vec<usize> =
        (0..grid.names.len()).filter(|at| ![Some(target_at), group_at, time_at].contains(&Some(*at))).collect();
    let mut columns = grid.columns(&features)?;
    // Ids and times are words: a number of their own would lose digits and noughts.
    let target =
        if call.taken_as == Some(As::Class) { Column::words(grid, target_at) } else { Column::read(grid, target_at)? };
    let mut others = vec![target];
    others.extend([group_at, time_at].into_iter().flatten().map(|at| Column::words(grid, at)));
    reading.settle_missing(&mut columns, &mut others)?;

    let target = reading.target(&others[0], meta)?;
    let group = group_at.map(|_| reading.groups(&others[1]));
    let time = time_at.map(|_| reading.times(&others[others.len() - 1])).transpose()?;
    if let Some(time) = &time {
        reading.said.push(format!("time {}: {}", others[others.len() - 1].name, time.said));
    }
    let (names, values) = reading.features(&columns, false);
    if names.is_empty() {
        let (file, target) = (&grid.file, &grid.names[target_at]);
        return Err(Failure::failed(format!("{file}: no column is left to predict {target} from")));
    }
    let ids: Vec<String> = columns.iter().filter(|column| column.numbers_rows(grid)).map(|c| c.name.clone()).collect();
    let ids: Vec<String> = ids.into_iter().filter(|id| names.contains(id)).collect();
    if !ids.is_empty() && !meta.own.flags.contains(&OwnFlag::Group) {
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (which, ignore) = (list(&names), names.join(","));
        reading.said.push(format!("{which}: numbers the rows, yet is learned from; --ignore {ignore} leaves it out"));
    }
    let ways: Vec<(&str, &str)> = columns
        .iter()
        .chain(&others)
        .filter(|column| {
            column.numbers().is_some()
                || names.iter().any(|name| name.starts_with(&column.name))
                || column.at == target_at
        })
        .filter_map(|column| Some((column.name.as_str(), column.said.as_deref()?)))
        .collect();
    let classes = matches!(target, Target::Binary(_)).then(|| reading.classes(&others[0])).flatten();
    let read = understood(grid, &ways, reading.said);
    let used = names.clone();
    let mut dataset = Dataset::new(grid.file.clone(), values, names, target);
    dataset.classes = classes;
    dataset.group = group;
    dataset.stamps = time.as_ref().is_some_and(|time| time.stamps);
    dataset.time = time.map(|time| time.values);
    dataset.ids = ids;
    dataset.file = Some(FileInfo { file: grid.file.clone(), sha256: String::new(), columns: used, reading: read });
    Ok(dataset)
}

impl Reading<'_> {
    /// What is to be predicted.
    fn target(&mut self, column: &Column, meta: &Meta) -> Result<Target, Failure> {
        let (file, name) = (&self.grid.file, &column.name);
        let levels = column.levels(self.grid, &self.kept);
        let (lab, n) = (meta.id, levels.len());
        let takes_number = meta.own.target == TargetKind::TwoClassesOrNumber;
        let refused = |what: String| Err(Failure::failed(format!("{file}, column {name}: {what}")));
        if n < 2 {
            let only = levels.first().map(|(level, _)| shown::name(level)).unwrap_or_default();
            return refused(format!("every row is \"{only}\"; a target needs two values or more"));
        }
        let numbers = column.numbers().filter(|_| takes_number);
        if let Some(numbers) = numbers
            && (self.call.taken_as == Some(As::Number) || n > FEW_VALUES)
        {
            if let Some(positive) = &self.call.positive {
                let positive = shown::name(positive);
                return Err(Failure::wrong_call(format!(
                    "--positive {positive} does not go with column {name}, a number of {n} values; --as class makes it classes"
                )));
            }
            self.said.push(format!("target {name}: a number of {n} values"));
            return Ok(Target::Numeric(self.kept.iter().map(|&row| numbers[row]).collect()));
        }
        if self.call.taken_as == Some(As::Number) {
            return refused("holds words; --as number needs numbers".into());
        }
        let many =
            meta.own.one_against_the_rest && n <= MOST_CLASSES && (column.numbers().is_none() || n <= FEW_VALUES);
        if n > 2 && !many {
            let or = if takes_number {
                ", or a number of more than ten values (--as number takes one of fewer)"
            } else {
                ""
            };
            return refused(if column.numbers().is_some() && n > FEW_VALUES {
                format!("a number of {n} values; {lab} takes a target of two classes")
            } else {
                format!("{n} classes; {lab} takes two classes{or}")
            });
        }
        let positive = self.positive(&levels, name)?;
        let labels: Vec<bool> = self.kept.iter().map(|&row| column.level(self.grid, row) == positive).collect();
        let count = labels.iter().filter(|label| **label).count();
        let (positive, of) = (shown::name(&positive), labels.len());
        self.said.push(if n == 2 {
            format!("target {name}: {positive} is positive, {count} of {of} rows")
        } else {
            format!("target {name}: {n} classes, {positive} against the rest, {count} of {of} rows; --positive names another")
        });
        Ok(Target::Binary(labels))
    }

    /// The class of each row, where there are more than two.
    fn classes(&self, column: &Column) -> Option<Vec<usize>> {
        let levels = column.levels(self.grid, &self.kept);
        let place: BTreeMap<&str, usize> = levels.iter().map(|(level, _)| level.as_str()).zip(0..).collect();
        let of_row = |&row: &usize| place.get(column.level(self.grid, row).as_str()).copied();
        (levels.len() > 2).then(|| self.kept.iter().filter_map(of_row).collect())
    }

    /// The positive level: as the call says, else of two the one that says yes, else the rarest.
    fn positive(&self, levels: &[(String, usize)], column: &str) -> Result<String, Failure> {
        if let Some(asked) = &self.call.positive {
            let same = |level: &str| level == asked || level.parse::<f64>().is_ok_and(|a| asked.parse() == Ok(a));
            let found = levels.iter().map(|(level, _)| level);
            let found = found.clone().find(|level| *level == asked).or_else(|| found.clone().find(|level| same(level)));
            let found = found
                .or_else(|| levels.iter().map(|l| &l.0).find(|level| level.to_lowercase() == asked.to_lowercase()));
            return found.cloned().ok_or_else(|| {
                let names: Vec<String> = levels.iter().take(8).map(|(level, _)| shown::name(level)).collect();
                let [most @ .., last] = names.as_slice() else { unreachable!("a target has two levels or more") };
                let (asked, most) = (shown::name(asked), most.join(", "));
                Failure::wrong_call(format!("--positive {asked}: column {column} holds {most} and {last}"))
            });
        }
        let yes = |level: &str| matches!(level.to_lowercase().as_str(), "1" | "true" | "yes");
        if let Some((level, _)) = levels.iter().find(|(level, _)| levels.len() == 2 && yes(level)) {
            return Ok(level.clone());
        }
        // The first of equals.
        Ok(levels.iter().min_by_key(|(_, count)| *count).map(|(level, _)| level.clone()).unwrap_or_default())
    }

    /// Groups numbered in the order of their first rows; ids are what is written.
    fn groups(&mut self, column: &Column) -> Vec<usize> {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut numbers = Vec::with_capacity(self.kept.len());
        for &row in &self.kept {
            let next = known.len();
            numbers.push(*known.entry(self.grid.cell(row, column.at)).or_insert(next));
        }
        self.said.push(format!("group {}: {} groups", column.name, known.len()));
        numbers
    }
}
