//! A user's own file: `--data FILE.csv --target COL` and what goes with it becomes a table that a lab can measure.
//!
//! The reader first looks (encoding, dialect, header, what each column holds), says what it understood, then converts.
//! What could mean two things is refused with both readings.

mod against;
mod alone;
mod cells;
mod columns;
mod dialect;
mod flags;
mod grid;
mod header;
mod look;
mod numbers;
mod predicted;
mod rows;
mod text;
mod times;

pub use flags::{own, own_args, written, written_args};
pub use look::look;

use crate::ending::{Failure, shown_path};
use crate::files::read_up_to;
use crate::finished::hex;
use grid::{Grid, Written};
use mllab_core::{Dataset, Meta, TargetKind, shown};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use times::TimeFormat;

/// Files larger than this are refused: a table of numbers takes up to seven times its file while it is read.
const MOST_BYTES: u64 = 512 << 20;
/// Lines of what was understood.
const MOST_SAID: usize = 6;

/// What the call says of the user's file.
#[derive(Clone, Debug, Default)]
pub struct OwnCall {
    /// The file.
    pub data: PathBuf,
    /// What is to be predicted.
    pub target: Option<String>,
    /// The positive class.
    pub positive: Option<String>,
    /// What the target is, where it could be either.
    pub taken_as: Option<As>,
    /// Rows that belong together.
    pub group: Option<String>,
    /// The order of the rows.
    pub time: Option<String>,
    /// How times are written.
    pub time_format: Option<TimeFormat>,
    /// The one column to look at.
    pub column: Option<String>,
    /// Earlier rows.
    pub baseline: Option<PathBuf>,
    /// What is done with missing cells.
    pub missing: Missing,
    /// How the file is written.
    pub written: Written,
}

/// What a target of few numbers is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// A number.
    Number,
    /// A class.
    Class,
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
    let (mut grid, sha256) = open(&call.data, &call.written)?;
    grid.leave_out(&call.written.ignore)?;
    let mut dataset = match (meta.own.target, &call.baseline) {
        (TargetKind::Nothing, Some(path)) => {
            let (mut earlier, earlier_sha256) = open(path, &call.written)?;
            let there =
                call.written.ignore.iter().filter(|name| earlier.at(name).is_some()).cloned().collect::<Vec<_>>();
            earlier.leave_out(&there)?;
            against::read(call, &grid, &earlier, &earlier_sha256)?
        }
        (TargetKind::Nothing, None) => alone::read(call, meta, &grid)?,
        _ => predicted::read(call, meta, &grid)?,
    };
    if let Some(file) = &mut dataset.file {
        file.sha256 = sha256;
    }
    Ok(dataset)
}

/// The file as a grid of cells, and its SHA-256.
fn open(path: &Path, written: &Written) -> Result<(Grid, String), Failure> {
    let cannot = |what: &str| Failure::failed(format!("{}: {what}", shown_path(path)));
    let about = fs::metadata(path).map_err(|error| cannot(&error.to_string()))?;
    if about.is_dir() {
        return Err(cannot("is a directory; name a CSV file"));
    }
    let too_large = || cannot("is larger than 512 MB; take a sample of its rows");
    if about.len() > MOST_BYTES {
        return Err(too_large());
    }
    let bytes = read_up_to(path, MOST_BYTES).map_err(|error| cannot(&error.to_string()))?.ok_or_else(too_large)?;
    let sha256 = hex(&Sha256::digest(&bytes));
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let name = shown::visible(&name);
    let text =
        text::read(bytes, written.encoding, MOST_BYTES).map_err(|what| Failure::failed(format!("{name}{what}")))?;
    let grid = Grid::parse(&name, text, written).map_err(Failure::failed)?;
    Ok((grid, sha256))
}

/// What was understood of the file, in a few lines: how it is written first.
fn understood(grid: &Grid, columns: &[(&str, &str)], mut said: Vec<String>) -> Vec<String> {
    let mut phrases = grid.seen.clone();
    let mut ways: Vec<&str> = columns.iter().map(|(_, way)| *way).collect();
    ways.sort_unstable();
    ways.dedup();
    for way in ways {
        let names: Vec<&str> = columns.iter().filter(|(_, other)| *other == way).map(|(name, _)| *name).collect();
        phrases.push(format!("{way} in {}", few(&names)));
    }
    phrases.extend(grid.left_out.iter().map(|what| format!("left out: {what}")));
    if !phrases.is_empty() {
        said.insert(0, format!("read as: {}", phrases.join("; ")));
    }
    if said.len() > MOST_SAID {
        let rest = said.split_off(MOST_SAID - 1);
        said.push(rest.join("; "));
    }
    said
}

/// "column a", or "columns a, b and c".
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("column {one}"),
        [most @ .., last] => format!("columns {} and {last}", most.join(", ")),
    }
}

/// Like [`list`], but of many names the first only.
fn few(names: &[&str]) -> String {
    match names {
        [a, b, c, _, rest @ ..] if !rest.is_empty() => format!("columns {a}, {b}, {c} and {} more", rest.len() + 1),
        names => list(names),
    }
}
