//! The command line: arguments in, files and messages out. What is measured and what is drawn lives in the other crates.
//!
//! One file a command: its words and its work. [`COMMANDS`] is the one list of them; from it come help and completions.

mod annotate;
mod bench;
mod book;
mod check;
mod completions;
pub mod doors;
mod ending;
mod files;
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
const COMMANDS: [Entry; 10] = [
    (list::command, list::run),
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

/// The whole command line.
fn whole() -> Command {
    let mllab = Command::new("mllab")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Machine-learning study notes as experiments: each sentence gets a measured verdict.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true);
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
