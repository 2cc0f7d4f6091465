//! What can be wrong with a request to the kit.

use thiserror::Error;

/// Why the kit cannot do what it was asked. Checked at the door; inside, everything is infallible.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum KitError {
    /// Two inputs disagree about their size.
    #[error("{what} has {found} entries where {expected} are needed")]
    Length {
        /// The input that has the wrong size.
        what: &'static str,
        /// The size that the other inputs imply.
        expected: usize,
        /// The size found.
        found: usize,
    },
    /// An input without rows or without columns.
    #[error("{what} is empty")]
    Empty {
        /// The empty input.
        what: &'static str,
    },
    /// A missing or infinite number where a finite one is needed.
    #[error("{what} holds a value that is not finite at row {row}, column {column}")]
    NotFinite {
        /// The input.
        what: &'static str,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },
    /// A setting outside its range.
    #[error("{name} is {value}, but must be {must_be}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// What was asked.
        value: f64,
        /// The range in words.
        must_be: &'static str,
    },
    /// Labels of one class only, where two are needed.
    #[error("all {rows} rows belong to one class: two classes are needed")]
    OneClass {
        /// How many rows there are.
        rows: usize,
    },
    /// More folds than a class, a key set or a table can fill.
    #[error("cannot make {folds} folds from {found} {what}: ask for at most {found} folds")]
    TooManyFolds {
        /// The folds asked for.
        folds: usize,
        /// What the folds are made from.
        what: &'static str,
        /// How many of those there are.
        found: usize,
    },
    /// One key holds so many rows that one side would stay empty.
    #[error("every row has the same key: a split by key needs at least two keys, or use a random split")]
    OneKey,
    /// A gap that leaves nothing on one side.
    #[error("a gap of {gap} rows leaves no training rows out of {rows}: use a gap of at most {largest}")]
    GapTooWide {
        /// The gap asked for, in rows.
        gap: usize,
        /// The rows there are.
        rows: usize,
        /// The largest gap that would work, in rows.
        largest: usize,
    },
    /// A window that a stream cannot fill.
    #[error("a window of {window} rows is too long for a stream of {rows} rows: use 1 to {largest}")]
    WindowTooLong {
        /// The window asked for, in rows.
        window: usize,
        /// The rows there are.
        rows: usize,
        /// The longest window that would work, in rows.
        largest: usize,
    },
    /// Too few minority rows for a method that looks at `k` neighbours.
    #[error(
        "{found} minority rows have no {k} neighbours each: at least {needed} are needed, or k at most {largest_k}"
    )]
    TooFewMinority {
        /// Minority rows found.
        found: usize,
        /// The neighbours asked for.
        k: usize,
        /// The minority rows that would do.
        needed: usize,
        /// The largest k that would do.
        largest_k: usize,
    },
    /// A method whose starting points do not exist in these data.
    #[error("{method} finds no minority row that {wants}: the classes are too far apart for it")]
    NothingToImitate {
        /// The resampling method.
        method: &'static str,
        /// What its starting rows must have.
        wants: &'static str,
    },
    /// An iterative method that did not reach its stopping rule.
    #[error("{method} did not converge in {iterations} iterations")]
    NotConverged {
        /// The method.
        method: &'static str,
        /// How many iterations it was given.
        iterations: usize,
    },
    /// A library's own complaint.
    #[error("{library}: {message}")]
    Library {
        /// The library's name.
        library: &'static str,
        /// Its message.
        message: String,
    },
}

/// `found` against `expected` entries.
pub(crate) fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), KitError> {
    if expected == found { Ok(()) } else { Err(KitError::Length { what, expected, found }) }
}

/// A setting that must satisfy a condition said in words.
pub(crate) fn setting(ok: bool, name: &'static str, value: f64, must_be: &'static str) -> Result<(), KitError> {
    if ok { Ok(()) } else { Err(KitError::Setting { name, value, must_be }) }
}

/// A table must have rows and columns, all finite.
pub(crate) fn finite_table(what: &'static str, x: ndarray::ArrayView2<f64>) -> Result<(), KitError> {
    if x.is_empty() {
        return Err(KitError::Empty { what });
    }
    // Without an early exit the loop becomes vector code.
    let clean = |values: &[f64]| values.iter().fold(true, |clean, v| clean & v.is_finite());
    if x.as_slice_memory_order().is_some_and(clean) {
        return Ok(());
    }
    match x.indexed_iter().find(|(_, v)| !v.is_finite()) {
        Some(((row, column), _)) => Err(KitError::NotFinite { what, row, column }),
        None => Ok(()),
    }
}

/// A target must be as long as its table and finite.
pub(crate) fn finite_target(what: &'static str, rows: usize, y: &[f64]) -> Result<(), KitError> {
    same_length(what, rows, y.len())?;
    match y.iter().position(|v| !v.is_finite()) {
        Some(row) => Err(KitError::NotFinite { what, row, column: 0 }),
        None => Ok(()),
    }
}

/// Weights must be finite, not negative, and not all zero.
pub(crate) fn weights(rows: usize, w: &[f64]) -> Result<(), KitError> {
    finite_target("weights", rows, w)?;
    let smallest = w.iter().copied().fold(f64::INFINITY, f64::min);
    setting(smallest >= 0.0, "smallest weight", smallest, "0 or more")?;
    let largest = w.iter().copied().fold(0.0, f64::max);
    setting(largest > 0.0, "largest weight", largest, "above 0")
}

/// Both classes must be there.
pub(crate) fn two_classes(y: &[bool]) -> Result<(), KitError> {
    let positives = y.iter().filter(|&&label| label).count();
    if positives == 0 || positives == y.len() { Err(KitError::OneClass { rows: y.len() }) } else { Ok(()) }
}

/// What the kit refuses, the data cannot answer.
impl From<KitError> for mllab_core::LabError {
    fn from(error: KitError) -> Self {
        mllab_core::LabError::Unusable(error.to_string())
    }
}
