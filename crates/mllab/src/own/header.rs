//! The header: whether there is one, what its columns are called, and which rows below it are none.

use super::cells::Cells;
use super::numbers::{Decimals, is_mark_of_missing};
use mllab_core::shown::{distinct, name};
use std::collections::BTreeSet;

/// Rows that are looked at.
const LOOKED_AT: usize = 1000;
/// A column of more levels than this is no category that a first row could be told by.
const FEW_LEVELS: usize = 20;

/// Rows that are none of the table's.
#[derive(Default)]
pub struct Others {
    /// Their numbers, ascending.
    pub rows: Vec<usize>,
    /// What they are.
    pub said: String,
}

/// A second row of the header (units, or a second level of names) and headers that stand again further down.
pub fn rows_that_are_none(names: &[String], cells: &Cells) -> Others {
    let n = cells.n_rows();
    let named = |row: usize| {
        names.len() == cells.width && names.iter().enumerate().all(|(at, name)| cells.get(row, at) == name)
    };
    let mut rows: Vec<usize> = (0..n).filter(|&row| cells.get(row, 0) == names[0] && named(row)).collect();
    if rows.len() == n {
        return Others::default();
    }
    let mut said = Vec::new();
    if !rows.is_empty() {
        let often = if rows.len() == 1 { "once more".into() } else { format!("{} times more", rows.len()) };
        said.push(format!("the header stands {often}: left out"));
    }
    if n > 2 && rows.first() != Some(&0) && is_second_header(cells) {
        rows.insert(0, 0);
        said.push("a second row of the header left out".into());
    }
    Others { rows, said: said.join(", ") }
}

/// Whether the first row has words where all others have numbers, and no number at all where they have.
fn is_second_header(cells: &Cells) -> bool {
    let mut words = 0;
    for at in 0..cells.width {
        let numbers = is_number_column(cells, at, 1);
        let first = cells.get(0, at);
        if !numbers {
            continue;
        }
        if Decimals::reads(first) {
            return false;
        }
        words += usize::from(!first.is_empty() && !is_mark_of_missing(first) && !first.eq_ignore_ascii_case("na"));
    }
    words > 0
}

/// Whether the first rows from `from` on hold numbers, or nothing that is known.
fn is_number_column(cells: &Cells, at: usize, from: usize) -> bool {
    let mut any = false;
    for row in from..cells.n_rows().min(LOOKED_AT) {
        let cell = cells.get(row, at);
        if cell.is_empty() || is_mark_of_missing(cell) || cell == "NA" {
            continue;
        }
        if !Decimals::reads(cell) {
            return false;
        }
        any = true;
    }
    any
}

/// The columns' names.
#[derive(Default)]
pub struct Names {
    /// As they are shown.
    pub shown: Vec<String>,
    /// As they stand in the file.
    pub given: Vec<String>,
    /// The place of each column among a row's cells.
    pub place: Vec<usize>,
    /// Columns without a name that are left out, and why.
    pub left_out: Vec<String>,
}

/// Names the columns; those without a name that hold nothing or count the rows are left out.
///
/// # Errors
///
/// No header, a column without a name, one name twice.
pub fn names(file: &str, line: usize, header: Vec<String>, cells: &Cells) -> Result<Names, String> {
    let at = |what: String| Err(format!("{file}, line {line}: {what}"));
    let mut names = Names::default();
    // One name less than cells: R's row names stand before the others.
    let ahead = cells.width - header.len();
    let given: Vec<String> = std::iter::repeat_n(String::new(), ahead).chain(header).collect();
    if let Some(what) = reads_like_data(&given, cells) {
        return at(what);
    }
    for (i, given) in given.into_iter().enumerate() {
        // What pandas calls a column without a name.
        let unnamed =
            given.strip_prefix("Unnamed: ").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        if !(given.is_empty() || unnamed && nameless(cells, i).is_some()) {
            names.place.push(i);
            names.given.push(given);
            continue;
        }
        match nameless(cells, i) {
            Some(why) => names.left_out.push(format!("column {} without a name ({why})", i + 1)),
            None => return at(format!("column {} has no name", i + 1)),
        }
    }
    names.shown = distinct(names.given.iter().map(|given| name(given)).collect());
    for (i, given) in names.given.iter().enumerate() {
        if let Some(first) = names.given[..i].iter().position(|other| other == given) {
            let [first, second] = [first, i].map(|i| names.place[i] + 1);
            return at(format!("columns {first} and {second} are both called {}", name(given)));
        }
    }
    if names.given.is_empty() {
        return at("no column has a name".into());
    }
    Ok(names)
}

/// Why a column without a name may be left out; nothing where it may hold something.
fn nameless(cells: &Cells, at: usize) -> Option<&'static str> {
    let n = cells.n_rows();
    if (0..n).all(|row| cells.get(row, at).is_empty()) {
        return Some("empty");
    }
    if counts_rows((0..n).map(|row| cells.get(row, at))) {
        return Some("it counts the rows");
    }
    let distinct: BTreeSet<&str> = (0..n).map(|row| cells.get(row, at)).collect();
    (at == 0 && distinct.len() == n && n > 1).then_some("it names the rows")
}

/// Whether each cell is a whole number and one more than that before it.
pub fn counts_rows<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let number = |cell: &str| cell.strip_suffix(".0").unwrap_or(cell).parse::<i64>().ok();
    let Some(mut last) = cells.next().and_then(number) else { return false };
    let mut rows = 1;
    for cell in cells {
        match number(cell) {
            Some(next) if next.checked_sub(last) == Some(1) => last = next,
            _ => return false,
        }
        rows += 1;
    }
    rows > 1
}

/// What is the matter where the first line is no header but a row.
fn reads_like_data(names: &[String], cells: &Cells) -> Option<String> {
    let (mut data, mut header, mut numbers) = (0, 0, 0);
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if is_number_column(cells, at, 0) {
            if Decimals::reads(name) {
                (data, numbers) = (data + 1, numbers + 1);
            } else if !is_mark_of_missing(name) && name != "NA" {
                header += 1;
            }
            continue;
        }
        let levels: BTreeSet<&str> = (0..cells.n_rows().min(LOOKED_AT)).map(|row| cells.get(row, at)).collect();
        if levels.contains(name.as_str()) {
            data += 1;
        } else if levels.len() <= FEW_LEVELS {
            header += 1;
        }
    }
    if data == 0 || data <= header || is_ladder(names) {
        return None;
    }
    let named = names.iter().filter(|name| !name.is_empty()).count();
    let which = match numbers {
        0 => "its cells are values of the rows below".to_string(),
        n if n == named => "all numbers".into(),
        1 => format!("1 of {named} cells is a number"),
        n => format!("{n} of {named} cells are numbers"),
    };
    Some(format!("{which}; the first line must be a header with the columns' names"))
}

/// Whether the names that are numbers go up in equal steps, as years and places do.
fn is_ladder(names: &[String]) -> bool {
    let numbers: Vec<f64> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let [first, second, ..] = numbers[..] else { return false };
    let step = second - first;
    numbers.len() > 2 && step > 0.0 && numbers.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 1e-9 * step)
}
