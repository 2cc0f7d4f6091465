//! Two files held against each other: each column on its own known values.

use super::columns::{Column, is_stamped};
use super::grid::Grid;
use super::{OwnCall, few, understood};
use crate::ending::Failure;
use mllab_core::{Against, Dataset, FileInfo, Known, Target};
use ndarray::Array2;
use std::collections::BTreeMap;

/// Words of more levels than this in both files are no category.
const MOST_LEVELS: usize = 50;

/// The columns that both files have.
///
/// # Errors
///
/// No column in common, or a file that cannot be used (exit 1); a column that is not there (exit 2).
pub fn read(call: &OwnCall, live: &Grid, earlier: &Grid, earlier_sha256: &str) -> Result<Dataset, Failure> {
    let mut left: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut pairs = Vec::new();
    let asked = call.column.as_ref().map(|name| live.find("--column", name)).transpose()?;
    for at in (0..live.names.len()).filter(|at| asked.is_none_or(|asked| asked == *at)) {
        match earlier.at(live.given(at)) {
            Some(there) => pairs.push((at, there)),
            None => left.entry("not in the baseline").or_default().push(live.names[at].clone()),
        }
    }
    if asked.is_none() {
        let only = (0..earlier.names.len()).filter(|&at| live.at(earlier.given(at)).is_none());
        left.entry("in the baseline only").or_default().extend(only.map(|at| earlier.names[at].clone()));
    }
    if pairs.is_empty() {
        let what = if asked.is_some() { "does not have this column" } else { "has no column in common with it" };
        return Err(Failure::failed(format!("{}: {} {what}", live.file, earlier.file)));
    }
    let (mut against, mut ways) = (Vec::new(), Vec::new());
    for (at, there) in pairs {
        if asked.is_none() && (is_stamped(live, at) || is_stamped(earlier, there)) {
            left.entry("time stamps").or_default().push(live.names[at].clone());
            continue;
        }
        let columns = [Column::read(live, at)?, Column::read(earlier, there)?];
        if asked.is_none() && (columns[0].numbers_rows(live) || columns[1].numbers_rows(earlier)) {
            left.entry("numbers of rows").or_default().push(live.names[at].clone());
            continue;
        }
        let grids = [live, earlier];
        match known(&columns, grids) {
            Some(known) => {
                let rows = grids.map(Grid::n_rows);
                let missing = [0, 1].map(|side| columns[side].missing.len());
                let [column, _] = columns;
                ways.extend(column.said.map(|said| (column.name.clone(), said)));
                against.push(Against { name: column.name, rows, missing, known });
            }
            None => left.entry("words of more than 50 levels").or_default().push(live.names[at].clone()),
        }
    }
    if against.is_empty() {
        return Err(Failure::failed(format!("{}: no column can be compared with {}", live.file, earlier.file)));
    }
    let mut said = vec![format!("baseline: {}, {} rows, SHA-256 {earlier_sha256}", earlier.file, earlier.n_rows())];
    let out = |(why, names): (&&str, &Vec<String>)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("{} left out: {why}", few(&names))
    };
    let left: Vec<String> = left.iter().filter(|(_, names)| !names.is_empty()).map(out).collect();
    if !left.is_empty() {
        said.push(left.join("; "));
    }
    if against.iter().any(|column| column.missing != [0, 0]) {
        said.push("missing cells: each column is compared on the values that it has".into());
    }
    let ways: Vec<(&str, &str)> = ways.iter().map(|(name, said)| (name.as_str(), said.as_str())).collect();
    let reading = understood(live, &ways, said);
    let columns = against.iter().map(|column| column.name.clone()).collect();
    let mut dataset = Dataset::new(live.file.clone(), Array2::zeros((live.n_rows(), 0)), Vec::new(), Target::None);
    dataset.against = against;
    dataset.file = Some(FileInfo { file: live.file.clone(), sha256: String::new(), columns, reading });
    Ok(dataset)
}

/// What is known of a column in both files; nothing where its words are too many to be a category.
fn known(columns: &[Column; 2], grids: [&Grid; 2]) -> Option<Known> {
    let numbers = |side: usize| -> Option<Vec<f64>> {
        let column = &columns[side];
        let empty = column.missing.len() == grids[side].n_rows();
        let numbers = column.numbers().map(|all| all.iter().copied().filter(|value| !value.is_nan()).collect());
        numbers.or_else(|| empty.then(Vec::new))
    };
    if let (Some(live), Some(earlier)) = (numbers(0), numbers(1)) {
        return Some(Known::Numbers([live, earlier]));
    }
    let mut levels: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for side in [0, 1] {
        let (column, grid) = (&columns[side], grids[side]);
        for row in (0..grid.n_rows()).filter(|row| column.missing.binary_search(row).is_err()) {
            levels.entry(column.level(grid, row)).or_default()[side] += 1;
            if levels.len() > MOST_LEVELS {
                return None;
            }
        }
    }
    Some(Known::Levels(levels.into_iter().collect()))
}
