//! `mllab inspect`: says what was understood of a file, and which labs can use it with which call.

use crate::ending::{Code, Failure, print};
use crate::own;
use clap::{Arg, ArgMatches, Command, value_parser};
use mllab_labs::LABS;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Columns that are shown of a wide table.
const MOST_SHOWN: usize = 40;

/// The command's words.
pub fn command() -> Command {
    let file = Arg::new("file").value_name("FILE").required(true).value_parser(value_parser!(PathBuf));
    Command::new("inspect")
        .about("Say how a table of yours is read, and which labs can use it with which call")
        .arg(file.help("A CSV file with a header row"))
        .args(own::written_args())
}

/// Prints what was understood.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let file: &PathBuf = m.get_one("file").expect("clap requires it");
    let looked = own::look(file, &own::written(m), LABS)?;
    let mut text = format!("{}: {} rows, {} columns\n", looked.file, looked.rows, looked.columns.len());
    for sentence in &looked.reading {
        let _ = writeln!(text, "{sentence}");
    }
    let width = looked.columns.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(30);
    for (name, holds) in looked.columns.iter().take(MOST_SHOWN) {
        let _ = writeln!(text, "   {name:width$}  {holds}");
    }
    if looked.columns.len() > MOST_SHOWN {
        let _ = writeln!(text, "   and {} columns more", looked.columns.len() - MOST_SHOWN);
    }
    text.push_str(if looked.labs.is_empty() { "No lab can use it:\n" } else { "Labs that can use it:\n" });
    let path = quoted(&file.display().to_string());
    let more: Vec<String> = m.ids().filter(|id| id.as_str() != "file").flat_map(|id| given(m, id.as_str())).collect();
    for (lab, flags) in &looked.labs {
        let flags: Vec<String> = flags.iter().map(|word| quoted(word)).collect();
        let words = [flags.as_slice(), &more].concat();
        let _ = writeln!(text, "   mllab run {lab} --data {path} {}", words.join(" "));
    }
    for why in &looked.others {
        let _ = writeln!(text, "   not {why}");
    }
    print(&text)?;
    Ok(Code::Done)
}

/// A flag of this call as it was given.
fn given(m: &ArgMatches, id: &str) -> Vec<String> {
    let values = m.get_raw(id).into_iter().flatten();
    values.map(|value| format!("--{id} {}", quoted(&value.to_string_lossy()))).collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_./-+,=:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
