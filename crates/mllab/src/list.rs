//! `mllab list` and `mllab show`: what there is, without running anything.

use crate::args::{ListCall, ShowCall};
use crate::{Code, Failure, print};
use mllab_core::report::Finding;
use mllab_core::seed::{On, Part, Setting};
use mllab_core::{AnyLab, Domain, Estimate, ParamSpec, Role, Seed, Verdict};
use mllab_labs::LABS;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// One line a lab, by exam domain.
pub fn list(call: &ListCall) -> Result<Code, Failure> {
    let labs: Vec<_> =
        LABS.iter().copied().filter(|lab| call.domain.is_none_or(|domain| lab.meta().domain == domain)).collect();
    if call.json {
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

/// Question, claims with their rules, parameters.
pub fn show(call: &ShowCall) -> Result<Code, Failure> {
    let (meta, seed) = (call.lab.meta(), seed(call.lab)?);
    if call.json {
        let mut entry = entry(call.lab)?;
        entry["params"] = call.lab.specs().iter().map(ParamSpec::to_json).collect();
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
    let mut text = format!("{}: {}\n{}\n\nClaims\n", meta.id, meta.question, meta.domain.words());
    for claim in &seed.claims {
        let _ =
            writeln!(text, "  {}\n      {}\n      Says: {}. Counts as true if", claim.id, claim.says, claim.cited());
        for setting in claim.settings_on(On::Generated) {
            for part in &setting.parts {
                let role = match setting.role {
                    Role::Scope => "",
                    Role::Limit => " (limit)",
                    Role::Control => " (control)",
                };
                let _ = writeln!(text, "      - {}{role}: {} is {}", setting.name, part.measure, words(setting, part));
            }
        }
    }
    let _ = writeln!(text, "\nParameters");
    for spec in call.lab.specs() {
        let _ = writeln!(
            text,
            "  --{}\n      {} Takes {}; default {}.",
            spec.name,
            spec.help,
            spec.takes(),
            spec.default.to_flag()
        );
    }
    let _ = writeln!(text, "\nRun it: mllab run {}", meta.id);
    print(&text)?;
    Ok(Code::Done)
}

fn entry(lab: &dyn AnyLab) -> Result<Value, Failure> {
    let meta = lab.meta();
    Ok(json!({
        "id": meta.id, "title": meta.title, "question": meta.question, "domain": meta.domain,
        "claims": seed(lab)?.claims.len(),
    }))
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

/// The lab's seeds.
pub fn seed(lab: &dyn AnyLab) -> Result<Seed, Failure> {
    lab.seed().map_err(|error| Failure::failed(error.to_string()))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
