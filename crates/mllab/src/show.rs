//! `mllab show`: a lab's question, claims and parameters, without running anything.

use crate::ending::{Code, Failure, print};
use crate::flags::{self, json_arg, lab_parser, seed, text};
use crate::list::{entry, pretty};
use clap::{Arg, ArgMatches, Command};
use mllab_core::report::Finding;
use mllab_core::seed::{On, Part, Setting};
use mllab_core::{Estimate, ParamSpec, Role, Verdict};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The command's words.
pub fn command() -> Command {
    Command::new("show")
        .about("Show a lab's question, claims and parameters")
        .arg(Arg::new("lab").value_name("LAB").required(true).value_parser(lab_parser()))
        .arg(json_arg("As JSON"))
}

/// Question, claims with their rules, parameters.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let lab = flags::lab(text(m, "lab"))?;
    let (meta, seed) = (lab.meta(), seed(lab)?);
    if m.get_flag("json") {
        let mut entry = entry(lab)?;
        entry["params"] = lab.specs().iter().map(ParamSpec::to_json).collect();
        entry["claims"] = seed
            .claims
            .iter()
            .map(|claim| {
                json!({
                    "id": claim.id, "says": claim.says, "notes": claim.cited(), "exam": claim.exam,
                    "quantifier": claim.quantifier, "expect": claim.expect(On::Generated),
                    "settings": claim.settings.iter().flat_map(rules).collect::<Vec<_>>(),
                })
            })
            .collect();
        print(&pretty(&entry))?;
        return Ok(Code::Done);
    }
    let mut shown = format!("{}: {}\n{}\n\nClaims\n", meta.id, meta.question, meta.domain.words());
    for claim in &seed.claims {
        let _ =
            writeln!(shown, "  {}\n      {}\n      Says: {}. Counts as true if", claim.id, claim.says, claim.cited());
        for setting in claim.settings_on(On::Generated) {
            for part in &setting.parts {
                let role = match setting.role {
                    Role::Scope => "",
                    Role::Limit => " (limit)",
                    Role::Control => " (control)",
                    Role::Check => " (check of the program)",
                };
                let _ = writeln!(shown, "      - {}{role}: {} is {}", setting.name, part.measure, words(setting, part));
            }
        }
    }
    let _ = writeln!(shown, "\nParameters");
    for spec in lab.specs() {
        let _ = writeln!(
            shown,
            "  --{}\n      {} Takes {}; default {}.",
            spec.name,
            spec.help,
            spec.takes(),
            spec.default.to_flag()
        );
    }
    let _ = writeln!(shown, "\nRun it: mllab run {}", meta.id);
    print(&shown)?;
    Ok(Code::Done)
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

/// A rule in the words that a page uses.
fn words(setting: &Setting, part: &Part) -> String {
    Finding {
        setting: setting.name.clone(),
        role: setting.role,
        measure: part.measure.clone(),
        unit: part.unit.clone(),
        estimate: Estimate::exact(f64::NAN),
        rule: part.rule,
        verdict: Verdict::Undecided,
        expect: None,
    }
    .rule_in_words()
}
