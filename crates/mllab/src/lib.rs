//! The command line: arguments in, files and messages out. What is measured and what is drawn lives in the other crates.
//!
//! One file a command: its words and its work. `COMMANDS` is the one list of them; from it come help and completions.

mod annotate;
mod bench;
mod book;
mod check;
mod completions;
pub mod doors;
mod ending;
mod files;
mod find;
mod finished;
mod flags;
mod folder;
mod inspect;
mod list;
mod machine;
mod new_lab;
mod own;
mod place;
mod progress;
mod run;
mod show;

use clap::{ArgMatches, Command};
use ending::{Code, Failure, print, say};
use std::process::ExitCode;

/// A command's words and its work.
type Entry = (fn() -> Command, fn(&ArgMatches) -> Result<Code, Failure>);

/// All commands, in the order of the help.
const COMMANDS: [Entry; 11] = [
    (list::command, list::run),
    (find::command, find::run),
    (show::command, show::run),
    (run::command, run::run),
    (inspect::command, inspect::run),
    (check::command, check::run),
    (book::command, book::run),
    (annotate::command, annotate::run),
    (bench::command, bench::run),
    (bench::cell_command, bench::cell),
    (new_lab::command, new_lab::run),
];

/// Does what the command line asks; the exit code says how it ended.
pub fn main() -> ExitCode {
    match call() {
        Ok(code) => code.into(),
        Err(failure) => {
            say(&format!("error: {}", failure.message));
            failure.code.into()
        }
    }
}

/// Reads the call and does it; help and version are printed.
fn call() -> Result<Code, Failure> {
    let matches = match whole().try_get_matches() {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => {
            if let Some(message) = about_no_lab(&error) {
                return Err(Failure::wrong_call(message));
            }
            // Clap's own message already begins with "error: ".
            let text = error.render().to_string();
            return Err(Failure::wrong_call(text.strip_prefix("error: ").unwrap_or(&text).trim_end()));
        }
        Err(error) => return print(&error.render().to_string()).map(|()| Code::Done),
    };
    let Some((name, m)) = matches.subcommand() else {
        return Err(Failure::wrong_call("which command? mllab --help lists them"));
    };
    match COMMANDS.iter().find(|(command, _)| command().get_name() == name) {
        Some((_, run)) => run(m),
        None => completions::run(m, &mut whole()),
    }
}

/// For a call of a lab that does not exist: the claims that are about the word. Where the word is nearly a lab's name, the
/// parser's own message names that.
fn about_no_lab(error: &clap::Error) -> Option<String> {
    use clap::error::{ContextKind, ContextValue};
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        _ => None,
    };
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].iter().any(|kind| {
        matches!(error.get(*kind), Some(ContextValue::String(_)))
            || matches!(error.get(*kind), Some(ContextValue::Strings(all)) if !all.is_empty())
    });
    if suggested {
        return None;
    }
    let of_lab = word(ContextKind::InvalidArg).is_some_and(|arg| arg.contains("LAB"));
    let command = std::env::args().nth(1)?;
    let word = match (error.kind(), command.as_str()) {
        (clap::error::ErrorKind::InvalidSubcommand, "run") => word(ContextKind::InvalidSubcommand)?,
        (clap::error::ErrorKind::InvalidValue, "show") if of_lab => word(ContextKind::InvalidValue)?,
        _ => return None,
    };
    find::calls_about(&word, &command)
}

/// The whole command line.
fn whole() -> Command {
    let mllab = Command::new("mllab")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Machine-learning study notes as experiments: each sentence gets a measured verdict.")
        .subcommand_required(true)
        .arg_required_else_help(true);
    let commands = COMMANDS.iter().map(|(command, _)| command()).chain([completions::command()]);
    mllab.subcommands(commands)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::whole().debug_assert();
    }
}
