//! What stands behind a lab's story: how to rerun it, its parameters, words and sources.

use super::claim::command;
use crate::words::Marker;
use maud::{Markup, html};
use mllab_core::{AnyLab, ParamSpec, Report};
use std::collections::BTreeSet;

/// A closed section: heading, what is in it, its content.
pub fn fold(id: &str, heading: &str, holds: &str, content: &Markup) -> Markup {
    html! {
        details.fold id=(id) {
            summary { h2 { (heading) } " " span.muted { (holds) } }
            (content)
        }
    }
}

/// Rerun it, closed.
pub fn rerun(report: &Report) -> Markup {
    let raced = report.lab == "bench";
    let holds =
        if raced { "the same rows; seconds are those of the machine" } else { "same bytes, one claim, other seeds" };
    let content = html! {
        ul.commands {
            li { (command(&report.whole_command())) " " span.muted { @if raced { "this page" } @else { "this page, the same bytes" } } }
            @if !raced {
                @if let Some(claim) = report.claims.first() {
                    li { (command(&report.command_of(&claim.id))) " " span.muted { "one claim" } }
                }
                li { (command(&format!("mllab check {}", report.lab))) " " span.muted { "its verdicts on its seed and three more" } }
            }
        }
    };
    fold("rerun", "Rerun it", holds, &content)
}

/// Parameters, closed.
pub fn parameters(specs: &[ParamSpec], report: &Report) -> Markup {
    if specs.is_empty() {
        return html! {};
    }
    let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let this_run = !report.changed.is_empty();
    let content = html! {
        div.scroll {
            table.blocks {
                thead { tr { th { "Flag" } th { "Default" } @if this_run { th { "This run" } } th { "Takes" } th { "What it does" } } }
                tbody {
                    @for spec in specs {
                        tr {
                            td { code { "--" (spec.name) } }
                            td data-head="Default" { (spec.default.to_flag().replace(',', ", ")) }
                            @if this_run { td data-head="This run" { (report.param(&spec.name)) } }
                            td data-head="Takes" { (spec.takes()) }
                            td { (spec.help) }
                        }
                    }
                }
            }
        }
    };
    fold("parameters", "Parameters", &format!("{}: {}", specs.len(), names.join(", ")), &content)
}

/// The words of the page, closed.
pub fn glossary(words: &Marker) -> Markup {
    let n = words.n_used();
    html! {
        @if n > 0 { (fold("words", "Words", &format!("{n} terms of this page"), &words.list())) }
    }
}

/// Where the notes say it, and what else the page rests on, each line of the notes once.
pub fn sources(lab: &dyn AnyLab, report: &Report) -> Markup {
    let cited: BTreeSet<(String, u32)> = lab
        .seed()
        .map(|seed| seed.claims)
        .unwrap_or_default()
        .iter()
        .filter(|claim| report.claim(&claim.id).is_some())
        .flat_map(|claim| claim.notes.clone())
        .flat_map(|note| note.lines.iter().map(|line| (note.file.clone(), *line)).collect::<Vec<_>>())
        .collect();
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for (file, line) in &cited {
        let short = file.split(['_', '.']).next().unwrap_or(file);
        match files.last_mut() {
            Some((name, lines)) if *name == short => lines.push(line.to_string()),
            _ => files.push((short, vec![line.to_string()])),
        }
    }
    let others = lab.meta().sources;
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let more = match others.len() {
        0 => String::new(),
        1 => "; 1 other source".into(),
        n => format!("; {n} other sources"),
    };
    let content = html! {
        ul.text {
            @for (name, lines) in &files { li { "Notes " (name) ", lines " (lines.join(", ")) } }
            @for source in others { li { (source) } }
        }
    };
    fold("sources", "Sources", &format!("notes {}{more}", names.join(", ")), &content)
}
