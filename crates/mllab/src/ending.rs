//! How the program ends, and what it prints before.

use std::io::{self, Write};
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// All went well.
    Done = 0,
    /// The run failed, or a file's contents cannot be used.
    Failed = 1,
    /// The call was wrong: a lab, flag, value or column name.
    WrongCall = 2,
    /// A verdict moved, or has no expectation yet.
    Moved = 3,
    /// Ended by Ctrl-C.
    Interrupted = 130,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        ExitCode::from(code as u8)
    }
}

/// Why the program ends early.
#[derive(Debug)]
pub struct Failure {
    /// What, where, what would be right.
    pub message: String,
    /// The exit code.
    pub code: Code,
}

impl Failure {
    /// The run failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Failure { message: message.into(), code: Code::Failed }
    }

    /// The call was wrong.
    pub fn wrong_call(message: impl Into<String>) -> Self {
        Failure { message: message.into(), code: Code::WrongCall }
    }
}

/// Writes to stdout; a closed pipe ends the program quietly.
///
/// # Errors
///
/// A full disk, say, behind a redirection.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::failed(format!("cannot write to the output: {error}"))),
        Ok(()) => Ok(()),
    }
}
