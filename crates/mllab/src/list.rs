//! `mllab list`: the labs by exam domain.

use crate::ending::{Code, Failure, print};
use crate::flags::{self, domain_arg, json_arg, seed};
use clap::{ArgMatches, Command};
use mllab_core::{AnyLab, Domain};
use mllab_labs::LABS;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The command's words.
pub fn command() -> Command {
    Command::new("list")
        .about("List the labs by exam domain")
        .arg(domain_arg().help("Only labs of this domain"))
        .arg(json_arg("As JSON"))
}

/// One line a lab, by exam domain.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let wanted = flags::domain(m);
    let labs: Vec<_> =
        LABS.iter().copied().filter(|lab| wanted.is_none_or(|domain| lab.meta().domain == domain)).collect();
    if m.get_flag("json") {
        let entries = labs.iter().map(|lab| entry(*lab)).collect::<Result<Vec<_>, _>>()?;
        print(&pretty(&Value::Array(entries)))?;
        return Ok(Code::Done);
    }
    let width = labs.iter().map(|lab| lab.meta().id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for domain in Domain::ALL {
        let here: Vec<_> = labs.iter().filter(|lab| lab.meta().domain == domain).collect();
        if here.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", domain.words());
        for lab in here {
            let claims = seed(*lab)?.claims.len();
            let _ = writeln!(text, "  {:width$}  {} ({claims} claims)", lab.meta().id, lab.meta().question);
        }
    }
    print(&text)?;
    Ok(Code::Done)
}

/// What `--json` says of a lab.
pub fn entry(lab: &dyn AnyLab) -> Result<Value, Failure> {
    let meta = lab.meta();
    Ok(json!({
        "id": meta.id, "title": meta.title, "question": meta.question, "domain": meta.domain,
        "claims": seed(lab)?.claims.len(),
    }))
}

/// JSON as a person reads it.
pub fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
