//! How the program ends, and what it prints before.

use mllab_core::shown::{on_terminal, visible};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// What begins a colour or bold. Names and paths are made visible where they come in, so that it is never theirs.
const ESCAPE: &str = "\u{1b}[";

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

/// A path as it is shown.
pub fn shown_path(path: &Path) -> String {
    visible(&path.display().to_string())
}

/// Writes to stderr, on a line of its own, with what names and files say made visible.
pub fn say(text: &str) {
    // Nothing sensible can be done where stderr is closed.
    let _ = writeln!(io::stderr(), "{}", on_terminal(text));
}

/// Writes to stdout with what names and files say made visible. Where nobody reads any more (`| head`), nothing is
/// written, and what the program was called for is still done.
///
/// # Errors
///
/// A full disk, say, behind a redirection.
pub fn print(text: &str) -> Result<(), Failure> {
    // The program's own colours begin with an escape that may pass.
    let text = text.split(ESCAPE).map(on_terminal).collect::<Vec<_>>().join(ESCAPE);
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::failed(format!("cannot write to the output: {error}"))),
        Ok(()) => Ok(()),
    }
}
