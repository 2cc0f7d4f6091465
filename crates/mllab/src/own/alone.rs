//! A table for a lab that looks at columns as they are: one in the order of its rows, or all that hold numbers.

use super::columns::{Column, is_stamped};
use super::grid::Grid;
use super::rows::Reading;
use super::times::{self, Times};
use super::{Missing, OwnCall, few, list, understood};
use crate::ending::Failure;
use mllab_core::{Dataset, FileInfo, Meta, OwnFlag, Target, shown};

/// One column in the order of its rows, or of its time stamps where there are some.
///
/// # Errors
///
/// A file that cannot be used (exit 1), or a call that names what the file does not have (exit 2).
pub fn read(call: &OwnCall, meta: &Meta, grid: &Grid) -> Result<Dataset, Failure> {
    let named = call.time.as_ref().map(|name| grid.find("--time", name)).transpose()?;
    let chosen = chosen(call, meta, grid, named)?;
    let time_at = match named {
        None if meta.own.flags.contains(&OwnFlag::Time) => stamped(meta, grid, chosen)?,
        named => named,
    };
    let mut columns = grid.columns(&[chosen])?;
    let mut times: Vec<Column> = time_at.into_iter().map(|at| Column::words(grid, at)).collect();
    let asked = named.is_some() || meta.own.spaced;
    times.retain(|column| asked || column.missing.is_empty());
    let mut reading = Reading::new(call, grid);
    if meta.own.spaced && !times.is_empty() && call.missing == Missing::Refuse {
        reading.leave_gaps(&mut columns[0]);
    }
    reading.settle_missing(&mut columns, &mut times)?;
    let column = &columns[0];
    if column.numbers().is_none() {
        return Err(Failure::failed(format!("{}, column {}: holds words; numbers are needed", grid.file, column.name)));
    }
    if let Some(&row) = reading.kept.iter().find(|&&row| column.numbers().is_some_and(|numbers| numbers[row] < 0.0))
        && meta.own.spaced
    {
        let (file, line, name) = (&grid.file, grid.line(row), &column.name);
        let cell = shown::name(grid.cell(row, column.at));
        return Err(Failure::failed(format!(
            "{file}, line {line}, column {name}: {cell} requests; a load is 0 or more"
        )));
    }
    let time = match times.first() {
        Some(column) if asked => Some(reading.times(column)?),
        // A date that nobody named may be a birthday: it orders rows only where it does already, newest first.
        Some(column) if meta.own.flags.contains(&OwnFlag::Baseline) => {
            reading.times(column).ok().filter(|time| time.values.is_sorted_by(|a, b| a >= b))
        }
        Some(column) => Some(reading.times(column)?),
        None => None,
    };
    let mut time = time.map(|time| reading.in_order(time, &times[0], meta)).transpose()?;
    if let Some(Times { values, stamps, per_second: Some(per_second), .. }) = &mut time
        && !meta.own.spaced
    {
        // Numbers stay as they are: what stands beside them may be of their unit.
        for value in values {
            *value *= *per_second;
        }
        *stamps = false;
    }
    let (_, values) = reading.features(&columns, true);
    let ways: Vec<(&str, &str)> = columns.iter().filter_map(|c| Some((c.name.as_str(), c.said.as_deref()?))).collect();
    let read = understood(grid, &ways, reading.said);
    let names = vec![grid.names[chosen].clone()];
    let mut dataset = Dataset::new(grid.file.clone(), values, names.clone(), Target::None);
    dataset.stamps = time.as_ref().is_some_and(|time| time.stamps);
    dataset.time = time.map(|time| time.values);
    dataset.file = Some(FileInfo { file: grid.file.clone(), sha256: String::new(), columns: names, reading: read });
    Ok(dataset)
}

/// The column that is looked at: as the call says, else the only one that holds numbers.
fn chosen(call: &OwnCall, meta: &Meta, grid: &Grid, time_at: Option<usize>) -> Result<usize, Failure> {
    if let Some(name) = &call.column {
        return grid.find("--column", name);
    }
    let all: Vec<usize> = (0..grid.names.len()).collect();
    let numeric: Vec<usize> = all
        .iter()
        .filter(|at| Some(**at) != time_at && !is_stamped(grid, **at))
        .filter_map(|&at| Column::read(grid, at).ok())
        .filter(|column| column.numbers().is_some() && !column.numbers_rows(grid))
        .map(|column| column.at)
        .collect();
    match numeric[..] {
        [one] if !meta.own.flags.contains(&OwnFlag::Baseline) => Ok(one),
        [] => Err(Failure::failed(format!("{}: no column holds numbers", grid.file))),
        _ => {
            let names: Vec<&str> = numeric.iter().map(|at| grid.names[*at].as_str()).collect();
            let or = if meta.own.flags.contains(&OwnFlag::Baseline) { ", or --baseline for earlier rows" } else { "" };
            Err(Failure::wrong_call(format!(
                "--data needs --column here: which column of {} is meant{or}? Numbers are in {}",
                grid.file,
                few(&names)
            )))
        }
    }
}

/// Whether a column counts a unit of time that its name says: `minute`, 0, 5, 10.
fn counts_time(grid: &Grid, at: usize) -> bool {
    let number = |row: usize| grid.cell(row, at).parse::<f64>().ok();
    times::unit(&grid.names[at]).is_some() && (1..grid.n_rows()).all(|row| number(row) > number(row - 1))
}

/// The only column of time stamps beside the chosen one; of several the call must say which, where rows are spaced by them.
fn stamped(meta: &Meta, grid: &Grid, chosen: usize) -> Result<Option<usize>, Failure> {
    let others = || (0..grid.names.len()).filter(|&at| at != chosen);
    let mut found: Vec<usize> = others().filter(|&at| is_stamped(grid, at)).collect();
    if found.is_empty() && meta.own.spaced {
        found = others().filter(|&at| counts_time(grid, at)).collect();
    }
    match found[..] {
        [one] => Ok(Some(one)),
        [] => Ok(None),
        _ if !meta.own.spaced => Ok(None),
        _ => {
            let names: Vec<&str> = found.iter().map(|at| grid.names[*at].as_str()).collect();
            let which = list(&names);
            Err(Failure::wrong_call(format!(
                "{}: {which} hold times; say --time with the one that rows go by",
                grid.file
            )))
        }
    }
}

impl Reading<'_> {
    /// Rows without a count are gaps in time, as rows that are not there.
    fn leave_gaps(&mut self, column: &mut Column) {
        let missing = std::mem::take(&mut column.missing);
        self.kept.retain(|row| missing.binary_search(row).is_err());
        if !missing.is_empty() {
            self.said.push(format!("{} rows have no {}: they are gaps", missing.len(), column.name));
        }
    }

    /// The rows in the order of time. Where rows are spaced by it, its unit must be known and its clock must not go back.
    fn in_order(&mut self, mut time: Times, column: &Column, meta: &Meta) -> Result<Times, Failure> {
        let (file, name) = (&self.grid.file, &column.name);
        if meta.own.spaced && !time.stamps {
            let Some(unit) = times::unit(name) else {
                return Err(Failure::failed(format!(
                    "{file}, column {name}: numbers of an unknown unit; call the column second, minute or hour, or give time stamps"
                )));
            };
            for value in &mut time.values {
                *value *= unit;
            }
            time.stamps = true;
        }
        let back: Vec<usize> = (1..time.values.len()).filter(|&i| time.values[i] < time.values[i - 1]).collect();
        if let [once] = back[..]
            && meta.own.spaced
            && once > 1
            && (2.0 * time.values[once - 1] - time.values[once - 2] - time.values[once] - 3600.0).abs() < 1.0
        {
            let line = self.grid.line(self.kept[once]);
            return Err(Failure::failed(format!(
                "{file}, line {line}, column {name}: the clock goes back by an hour, as it does in autumn; write times with their zone"
            )));
        }
        let mut order: Vec<usize> = (0..self.kept.len()).collect();
        order.sort_by(|&a, &b| time.values[a].total_cmp(&time.values[b]).then(a.cmp(&b)));
        let how = if order.is_sorted() {
            ""
        } else if time.values.is_sorted_by(|a, b| a >= b) {
            "; newest came first, rows put in order"
        } else {
            "; rows put in order"
        };
        self.said.push(format!("time {name}: {}{how}", time.said));
        self.kept = order.iter().map(|&place| self.kept[place]).collect();
        let values = order.iter().map(|&place| time.values[place]).collect();
        Ok(Times { values, ..time })
    }
}
