//! Flags that several commands share, and what they say.

use crate::ending::Failure;
use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use mllab_core::{AnyLab, Domain, Seed};
use mllab_labs::{LABS, find};
use std::path::PathBuf;

/// Which files of a figure are written.
#[derive(Clone, Copy)]
pub struct Formats {
    /// The drawings for a page and for a phone.
    pub svg: bool,
    /// The raster image.
    pub png: bool,
}

/// Flags that every lab has.
pub fn common_args() -> Vec<Arg> {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    vec![
        Arg::new("seed")
            .long("seed")
            .value_name("N")
            .allow_negative_numbers(true)
            .value_parser(value_parser!(u64))
            .help("Random seed: any whole number from 0 to 2^64 - 1 (default: the lab's own)"),
        Arg::new("replicates")
            .long("replicates")
            .value_name("N")
            .allow_negative_numbers(true)
            .value_parser(value_parser!(u64).range(2..=100_000))
            .help("Base count of independent runs, 2 to 100000 (default: the lab's own)"),
        threads_arg(),
        out_arg().help("Folder for the results; a lab's own folder in it is replaced as a whole"),
        flag("quick", "Few runs, for a look in under a second"),
        Arg::new("format")
            .long("format")
            .value_name("FORMATS")
            .value_delimiter(',')
            .default_value("svg,png")
            .value_parser(PossibleValuesParser::new(["svg", "png"]))
            .help("Figure files to write"),
        flag("check", "Compare the verdicts with what is expected; exit 3 where one moved"),
        flag("json", "Print report.json and nothing else"),
        no_progress_arg(),
        open_arg("Open the page when it is written"),
        force_arg("Replace a folder although mllab did not write it"),
        flag("verbose", "Print every finding").short('v'),
    ]
}

/// Print machine-readable output instead of sentences.
pub fn json_arg(help: &'static str) -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help(help)
}

/// The figure files that the call asks for.
pub fn formats(m: &ArgMatches) -> Formats {
    let formats: Vec<&String> = m.get_many("format").into_iter().flatten().collect();
    let has = |name: &str| formats.iter().any(|format| *format == name);
    Formats { svg: has("svg"), png: has("png") }
}

/// `--threads`.
pub fn threads_arg() -> Arg {
    Arg::new("threads")
        .long("threads")
        .value_name("N")
        .allow_negative_numbers(true)
        .value_parser(value_parser!(u64).range(1..=512))
        .help("Threads, 1 to 512 (default: one a core); results do not depend on it")
}

/// `--out`.
pub fn out_arg() -> Arg {
    Arg::new("out").long("out").value_name("DIR").default_value("out").value_parser(value_parser!(PathBuf))
}

/// The folder or file that `--out` names.
pub fn out(m: &ArgMatches) -> PathBuf {
    m.get_one("out").cloned().unwrap_or_else(|| "out".into())
}

/// `--open`.
pub fn open_arg(help: &'static str) -> Arg {
    Arg::new("open").long("open").action(ArgAction::SetTrue).help(help)
}

/// `--force`.
pub fn force_arg(help: &'static str) -> Arg {
    Arg::new("force").long("force").action(ArgAction::SetTrue).help(help)
}

/// `--no-progress`.
pub fn no_progress_arg() -> Arg {
    Arg::new("no-progress").long("no-progress").action(ArgAction::SetTrue).help("Show no progress bar")
}

/// `--domain`.
pub fn domain_arg() -> Arg {
    Arg::new("domain")
        .long("domain")
        .value_name("DOMAIN")
        .value_parser(PossibleValuesParser::new(Domain::ALL.map(Domain::id)))
}

/// Lab names as possible values, so that a mistyped one gets the nearest.
pub fn lab_parser() -> ValueParser {
    PossibleValuesParser::new(LABS.iter().map(|lab| lab.meta().id)).into()
}

/// The lab of this name.
pub fn lab(id: &str) -> Result<&'static dyn AnyLab, Failure> {
    find(id).ok_or_else(|| Failure::wrong_call(format!("there is no lab {id}; mllab list names them")))
}

/// A flag's words; none where it was not given.
pub fn text<'a>(m: &'a ArgMatches, name: &str) -> &'a str {
    m.get_one::<String>(name).map_or("", String::as_str)
}

/// How many threads, where the call says so.
pub fn threads(m: &ArgMatches) -> Option<usize> {
    m.get_one::<u64>("threads").map(|&n| n as usize)
}

/// The domain, where the call names one.
pub fn domain(m: &ArgMatches) -> Option<Domain> {
    let id = m.get_one::<String>("domain")?;
    Domain::ALL.into_iter().find(|domain| domain.id() == id)
}

/// The lab's seeds.
pub fn seed(lab: &dyn AnyLab) -> Result<Seed, Failure> {
    lab.seed().map_err(|error| Failure::failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that a lab's own parameter may not be called: common flags, and those kept for a user's own data.
    const RESERVED: [&str; 33] = [
        "all",
        "as",
        "baseline",
        "check",
        "claim",
        "column",
        "comment",
        "data",
        "decimal",
        "domain",
        "encoding",
        "force",
        "format",
        "fresh",
        "group",
        "help",
        "ignore",
        "json",
        "missing",
        "no-progress",
        "open",
        "out",
        "positive",
        "quick",
        "replicates",
        "seed",
        "sentinel",
        "separator",
        "target",
        "threads",
        "time",
        "time-format",
        "verbose",
    ];

    #[test]
    fn no_lab_takes_a_reserved_word() {
        for lab in LABS {
            for spec in lab.specs() {
                assert!(
                    !RESERVED.contains(&spec.name.as_str()),
                    "{}: --{} is a common flag; call the parameter otherwise",
                    lab.meta().id,
                    spec.name
                );
            }
        }
        for arg in common_args() {
            assert!(RESERVED.contains(&arg.get_id().as_str()), "{}", arg.get_id());
        }
    }
}
