//! `mllab completions`: a completion script for a shell.

use crate::ending::{Code, Failure, print};
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

/// The command's words.
pub fn command() -> Command {
    Command::new("completions")
        .about("Print a completion script for a shell")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
}

/// Prints the script for the whole command line.
pub fn run(m: &ArgMatches, whole: &mut Command) -> Result<Code, Failure> {
    let shell: Shell = *m.get_one("shell").ok_or_else(|| Failure::wrong_call("which shell?"))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, whole, "mllab", &mut script);
    print(&String::from_utf8_lossy(&script)).map(|()| Code::Done)
}
