//! `mllab show`: a lab's question, answer, claims and parameters, or one claim in full, without running anything.

use crate::ending::{Code, Failure, print};
use crate::find::known;
use crate::flags::{self, json_arg, lab_parser, out, out_arg, seed, text};
use crate::list::{entry, pretty};
use crate::machine::terminal;
use clap::{Arg, ArgAction, ArgMatches, Command};
use mllab_core::report::{ClaimReport, Finding};
use mllab_core::seed::{Claim, On, Setting};
use mllab_core::{AnyLab, ParamSpec, Role};
use mllab_draw::terminal::{Mark, Terminal};
use serde_json::{Value, json};
use std::path::Path;

/// The command's words.
pub fn command() -> Command {
    Command::new("show")
        .about("Show a lab's question, answer, claims and parameters, or one claim in full")
        .arg(Arg::new("lab").value_name("LAB").required(true).value_parser(lab_parser()))
        .arg(Arg::new("claim").value_name("CLAIM").help("One claim of the lab, in full"))
        .arg(
            Arg::new("rules")
                .long("rules")
                .action(ArgAction::SetTrue)
                .help("Every claim with every setting and its rule"),
        )
        .arg(out_arg().help("Folder of results; where the lab has been run there, its numbers are shown"))
        .arg(json_arg("As JSON"))
}

/// Shows.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let lab = flags::lab(text(m, "lab"))?;
    let (terminal, results) = (terminal(), out(m));
    if m.get_flag("json") {
        print(&pretty(&as_json(lab)?))?;
    } else if let Some(claim) = m.get_one::<String>("claim") {
        print(&one(lab, claim, &results, &terminal)?)?;
    } else {
        print(&whole(lab, m.get_flag("rules"), &results, &terminal)?)?;
    }
    Ok(Code::Done)
}

fn as_json(lab: &dyn AnyLab) -> Result<Value, Failure> {
    let mut entry = entry(lab)?;
    entry["params"] = lab.specs().iter().map(ParamSpec::to_json).collect();
    let claims = seed(lab)?.claims;
    let claim = |claim: &Claim| {
        json!({
            "id": claim.id, "says": claim.says, "said": claim.as_expected().said().whole(), "notes": claim.cited(),
            "exam": claim.exam, "quantifier": claim.quantifier, "expect": claim.expect(On::Generated),
            "settings": claim.settings.iter().flat_map(rules).collect::<Vec<_>>(),
        })
    };
    entry["claims"] = claims.iter().map(claim).collect();
    Ok(entry)
}

fn rules(setting: &Setting) -> Vec<Value> {
    setting
        .parts
        .iter()
        .map(|part| {
            let on = if setting.on == On::Own { "own" } else { "generated" };
            json!({
                "setting": setting.name, "role": setting.role, "on": on, "measure": part.measure, "unit": part.unit,
                "rule": part.rule, "expect": part.expect,
            })
        })
        .collect()
}

/// Question, answer, a line or two a claim, the parameters.
fn whole(lab: &dyn AnyLab, with_rules: bool, results: &Path, terminal: &Terminal) -> Result<String, Failure> {
    let meta = lab.meta();
    let mut shown = format!("{}\n", terminal.bold(terminal.wrapped(meta.question, 1).trim_end()));
    shown.push_str(&terminal.wrapped(&answer(lab), 1));
    for (at, asked) in seed(lab)?.claims.iter().enumerate() {
        let claim = known(lab, at, results)?.claim;
        let said = claim.said();
        let mark = Mark::Verdict(claim.verdict, said.column());
        if with_rules {
            shown.push_str(&terminal.entry(mark, &asked.says, "", &[&said.end, &asked.id]));
            shown.push_str(&settings(&claim, false, terminal));
        } else {
            shown.push_str(&terminal.entry(mark, &asked.short, "", &[&said.end]));
        }
    }
    for spec in lab.specs() {
        let line =
            format!("--{}  {} Takes {}; default {}.", spec.name, spec.help, spec.takes(), spec.default.to_flag());
        shown.push_str(&terminal.wrapped(&line, 3));
    }
    let first = seed(lab)?.claims.first().map(|claim| claim.id.clone()).unwrap_or_default();
    shown.push_str(&terminal.wrapped(&format!("Run it  mllab run {}", meta.id), 1));
    let rules = if with_rules { "" } else { "      Rules  --rules" };
    shown.push_str(&format!(" One claim in full  mllab show {} {first}{rules}\n", meta.id));
    Ok(shown)
}

/// The answer that opens the lab's page.
fn answer(lab: &dyn AnyLab) -> String {
    let after = lab.page().split_once("# Answer").map_or("", |(_, after)| after);
    let answer = after.split_once("\n# ").map_or(after, |(answer, _)| answer);
    answer.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One claim: verdict with its end, statement, what was measured, when it differs, why, what is asked, its settings.
fn one(lab: &dyn AnyLab, id: &str, results: &Path, terminal: &Terminal) -> Result<String, Failure> {
    let meta = lab.meta();
    let claims = seed(lab)?.claims;
    let Some(at) = claims.iter().position(|claim| claim.id == id) else {
        let ids: Vec<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
        return Err(Failure::wrong_call(format!("{} has no claim {id}; it has {}", meta.id, ids.join(", "))));
    };
    let known = known(lab, at, results)?;
    let claim = &known.claim;
    let sign = terminal.sign(claim.verdict);
    let mut shown = format!(" {sign} {}\n", terminal.bold(&claim.said().whole()));
    shown.push_str(&terminal.wrapped(&claim.says, 3));
    let not_run = format!("The verdict of the reference run; mllab run {} --claim {id} measures it.", meta.id);
    let measured = if known.is_run { &known.measured } else { &not_run };
    let differs = claim.differs.clone().unwrap_or_default();
    for (head, words) in [("Measured", measured), ("Differs", &differs), ("Why", &claim.because), ("Exam", &claim.exam)]
    {
        if !words.is_empty() {
            let body = terminal.wrapped(words, 13);
            shown.push_str(&format!("   {head:<10}{}", body.trim_start()));
        }
    }
    shown.push_str(&settings(claim, known.is_run, terminal));
    shown.push_str(&terminal.wrapped(&format!("Said by {}", claim.notes), 3));
    shown.push_str(&format!("   Rerun  mllab run {} --claim {id}\n", meta.id));
    Ok(shown)
}

/// A row a setting: its sign, its few words, what was measured or what its rule asks.
fn settings(claim: &ClaimReport, measured: bool, terminal: &Terminal) -> String {
    let mut text = String::new();
    for finding in claim.findings.iter().filter(|finding| !finding.role.must_hold()) {
        let limit = if finding.role == Role::Limit { " (how far it goes)" } else { "" };
        let said = if measured { numbers(finding) } else { finding.rule_in_words() };
        let line =
            format!("{} {}{limit}: {}, {said}", terminal.sign(finding.verdict), finding.called(), finding.measure);
        text.push_str(&terminal.wrapped(&line, 5));
    }
    text
}

fn numbers(finding: &Finding) -> String {
    format!("{}; true if {}", finding.interval(), finding.rule_in_words())
}
