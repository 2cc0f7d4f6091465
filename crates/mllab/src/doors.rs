//! The doors through which strangers' bytes come in, opened for the fuzz targets in `fuzz/`.

use crate::own::{OwnCall, read};
use crate::{run, whole};
use mllab_core::{AnyLab, Dataset, Request};
use std::path::PathBuf;

/// What `run LAB --data FILE --target COLUMN` makes of a file, with a baseline where the lab compares two.
///
/// # Errors
///
/// The message by which the file is refused.
pub fn table(
    lab: &dyn AnyLab,
    data: PathBuf,
    target: Option<String>,
    baseline: Option<PathBuf>,
) -> Result<Dataset, String> {
    let call = OwnCall { data, target, baseline, ..OwnCall::default() };
    read(&call, lab.meta()).map_err(|failure| failure.message)
}

/// What the words after `mllab run` ask of each lab.
///
/// ```
/// let asked = mllab::doors::asked(&["learning-rate", "--seed", "8"]).unwrap();
/// assert_eq!(asked[0].seed, 8);
/// assert!(mllab::doors::asked(&["learning-rate", "--seed", "-8"]).is_err());
/// ```
///
/// # Errors
///
/// The message by which the call is refused.
pub fn asked(words: &[&str]) -> Result<Vec<Request>, String> {
    let words = ["mllab", "run"].iter().chain(words);
    let matches = whole().try_get_matches_from(words).map_err(|error| error.render().to_string())?;
    let m = matches.subcommand_matches("run").ok_or("these words do not run anything")?;
    run::asked(m).map_err(|failure| failure.message)
}
