//! Why a study has no outcome.

use thiserror::Error;

/// Why a study has no outcome.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LabError {
    /// The data cannot answer the question.
    #[error("{0}")]
    Unusable(String),
    /// The run was ended from outside.
    #[error("interrupted")]
    Cancelled,
}
