//! What a run works on: threads, Ctrl-C, a terminal.

use crate::ending::{Code, Failure};
use mllab_core::RunError;
use mllab_draw::terminal::{Colour, Terminal};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Threads, the wish to end, and whether progress is shown.
#[derive(Clone, Copy)]
pub struct Machine<'a> {
    /// Its threads.
    pub pool: &'a rayon::ThreadPool,
    /// Raised by Ctrl-C.
    pub cancelled: &'a AtomicBool,
    /// Whether progress is shown.
    pub progress: bool,
}

/// How a run that has no result ends.
pub fn ended(error: &RunError, lab: &str) -> Failure {
    match error {
        RunError::Cancelled => {
            Failure { message: format!("{lab}: interrupted; earlier results are untouched"), code: Code::Interrupted }
        }
        error => Failure::failed(format!("{lab}: {error}")),
    }
}

/// The threads of one call.
pub fn thread_pool(threads: Option<usize>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|error| Failure::failed(format!("cannot start the threads: {error}")))
}

/// A flag that Ctrl-C raises, and a signal to terminate or hang up; a second one ends the program at once.
pub fn interruptible() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Code::Interrupted as u8));
        }
    })
    .map_err(|error| Failure::failed(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// The narrowest and the widest line that is written.
const LINES: (u16, u16) = (60, 100);

/// What is known of the terminal: colours only on one that shows them and without `NO_COLOR`, its width, and whether its
/// locale has signs outside ASCII.
pub fn terminal() -> Terminal {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = if !refused && std::io::stdout().is_terminal() { Colour::On } else { Colour::Off };
    let width = console::Term::stdout().size_checked().map_or(80, |(_, columns)| columns.clamp(LINES.0, LINES.1));
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let signs = locale.is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
    Terminal { width: usize::from(width), colour, signs }
}

/// Hands the page to the system's browser; failing that, the path has been printed already.
pub fn open(page: &Path) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let _ = std::process::Command::new(opener)
        .arg(page)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}
