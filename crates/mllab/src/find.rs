//! `mllab find`: the claims, labs and words that speak of something, by the same index as the book's search.

use crate::ending::{Code, Failure, print};
use crate::flags::{out, out_arg};
use crate::machine::terminal;
use clap::{Arg, ArgMatches, Command};
use mllab_book::find::{Hit, Index};
use mllab_book::words::TERMS;
use mllab_core::report::{ClaimReport, Report};
use mllab_core::{AnyLab, said};
use mllab_draw::terminal::{Mark, Terminal};
use mllab_labs::LABS;
use std::fs;
use std::path::Path;

/// So many claims are shown; the count says how many there are.
const MOST: usize = 6;

/// The command's words.
pub fn command() -> Command {
    Command::new("find")
        .about("Find what was measured about a word or a whole question")
        .arg(
            Arg::new("words")
                .value_name("WORDS")
                .num_args(1..)
                .required(true)
                .help("A word, or a sentence of your notes"),
        )
        .arg(out_arg().help("Folder of results; where a lab has been run there, its numbers are shown"))
}

/// Finds.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let words: Vec<&str> = m.get_many::<String>("words").into_iter().flatten().map(String::as_str).collect();
    let query = words.join(" ");
    print(&found(&query, &out(m), &terminal())?)?;
    Ok(Code::Done)
}

/// The index over all labs.
pub fn index() -> Result<Index, Failure> {
    Index::new(LABS).map_err(|error| Failure::failed(error.to_string()))
}

/// What a run in its folder, or else the reference run, says of a claim.
pub struct Known {
    /// The claim with its verdict.
    pub claim: ClaimReport,
    /// The measured sentence, where there is a run to read it from.
    pub measured: String,
    /// Whether its numbers were measured, and not only its verdict expected.
    pub is_run: bool,
}

/// What is known of the claim at a place of a lab's seeds.
pub fn known(lab: &dyn AnyLab, at: usize, results: &Path) -> Result<Known, Failure> {
    let seed = crate::flags::seed(lab)?;
    let asked = &seed.claims[at];
    let report = fs::read_to_string(results.join(lab.meta().id).join("report.json")).ok();
    let report =
        report.and_then(|text| serde_json::from_str::<Report>(&text).ok()).filter(|r| r.is_reference(lab.meta()));
    Ok(match report.as_ref().and_then(|report| Some((report, report.claim(&asked.id)?))) {
        Some((report, claim)) => {
            let measured = said::plain(&claim.measured_sentence(report.speaks_as_written()));
            Known { claim: claim.clone(), measured, is_run: true }
        }
        None => Known { claim: asked.as_expected(), measured: String::new(), is_run: false },
    })
}

/// The hits as lines.
fn found(query: &str, results: &Path, terminal: &Terminal) -> Result<String, Failure> {
    let found = index()?.find(query);
    let claims: Vec<(usize, usize)> = found
        .hits
        .iter()
        .filter_map(|hit| if let Hit::Claim(lab, at) = hit { Some((*lab, *at)) } else { None })
        .collect();
    let mut text = String::new();
    for &(lab, at) in claims.iter().take(MOST) {
        let known = known(LABS[lab], at, results)?;
        let (said, id) = (known.claim.said(), LABS[lab].meta().id);
        let mark = Mark::Verdict(known.claim.verdict, said.column());
        text.push_str(&terminal.entry(mark, &known.claim.short, id, &[&said.end, &known.measured]));
    }
    for hit in found.hits.iter().take(MOST) {
        if let Hit::Term(term) = hit {
            let term = &TERMS[*term];
            text.push_str(&terminal.wrapped(&format!("{}: {}", term.name, term.says), 1));
        }
    }
    if !found.unknown.is_empty() && !text.is_empty() {
        text.push_str(&terminal.wrapped(&format!("Unknown: {}.", found.unknown.join(", ")), 1));
    }
    let Some(&(lab, at)) = claims.first() else {
        if text.is_empty() {
            text = terminal.wrapped(&format!("Nothing speaks of {query}. mllab list names the labs."), 1);
        }
        return Ok(text);
    };
    let (n, id) = (claims.len(), LABS[lab].meta().id);
    let claim = &crate::flags::seed(LABS[lab])?.claims[at].id;
    let counted = if n == 1 { "1 claim".to_string() } else { format!("{n} claims") };
    text.push_str(&terminal.wrapped(&format!("{counted}. One in full: mllab show {id} {claim}"), 1));
    Ok(text)
}

/// For a word that is no lab: the calls of a command for the claims about it; nothing where there is none.
pub fn calls_about(word: &str, command: &str) -> Option<String> {
    let found = index().ok()?.find(word);
    let claims =
        found.hits.iter().filter_map(|hit| if let Hit::Claim(lab, at) = hit { Some((*lab, *at)) } else { None });
    let calls: Vec<String> = claims
        .take(3)
        .filter_map(|(lab, at)| {
            let id = &LABS[lab].seed().ok()?.claims.get(at)?.id.clone();
            let flag = if command == "run" { "--claim " } else { "" };
            Some(format!("\n   mllab {command} {} {flag}{id}", LABS[lab].meta().id))
        })
        .collect();
    let are = match calls.len() {
        0 => return None,
        1 => "One claim is about it:",
        2 => "Two claims are about it:",
        _ => "Claims about it:",
    };
    Some(format!("no lab is called {word}. {are}{}", calls.concat()))
}
