//! All settings of a claim with their rules, parts, limits, controls and runs: what is folded away.

use super::strip::PlotAxis;
use crate::glyph::glyph;
use maud::{Markup, html};
use mllab_core::report::{ClaimReport, Finding};
use mllab_core::shown;
use mllab_core::{Role, Verdict};

/// "All 17 settings", closed.
pub fn folded(claim: &ClaimReport) -> Markup {
    let n = claim.settings().len();
    html! {
        details.more {
            summary { @if n == 1 { "The rule and its numbers" } @else { "All " (n) " settings" } }
            @for (i, group) in groups(&claim.findings).iter().enumerate() { (table(group, i == 0)) }
            p.source { "The notes say it: " (claim.notes) "." }
        }
    }
}

/// Findings of one measure and rule stand in one table and share a scale.
fn groups(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let same = |f: &Finding| f.measure == finding.measure && f.unit == finding.unit && f.rule == finding.rule;
        match groups.iter_mut().find(|group| same(group[0])) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// The rows of one measure; the first table of a claim names the columns to the eye, the others only to a reader.
fn table(group: &[&Finding], headed: bool) -> Markup {
    let first = group[0];
    let axis = PlotAxis::of(group);
    let level = 100.0 * first.estimate.level();
    html! {
        div.group {
            p.rule { "Counts as true if the " (shown::words(first.measure.trim_start_matches("the "))) " is " (first.rule_in_words()) ". " (runs(group)) }
            div.findings role="table" aria-label=(first.measure) {
                div class=(if headed { "row head" } else { "row head sr" }) role="row" {
                    span role="columnheader" { "Setting" }
                    span.plot-head role="columnheader" { "Shaded: true" }
                    span.number role="columnheader" { "Measured [" (level) (shown::THIN) "%]" }
                    span role="columnheader" { span.sr { "Verdict" } }
                }
                @for finding in group {
                    div.row role="row" {
                        span.setting role="cell" {
                            (shown::words(&finding.setting))
                            @match finding.role {
                                Role::Scope => {}
                                Role::Limit => small { " · how far it goes" }
                                Role::Control => small { " · control" }
                                Role::Check => small { " · check of the program" }
                            }
                        }
                        span.plot role="cell" aria-hidden="true" { (axis.plot(finding)) }
                        // Where it wraps, on a phone, it is between the estimate and its interval.
                        span.number role="cell" { (finding.interval().replace(", ", ",\u{a0}")) }
                        span.mark role="cell" {
                            (glyph(finding.verdict, finding.verdict == Verdict::Fails && finding.rule.is_signed()))
                        }
                    }
                }
                div.row.scale aria-hidden="true" {
                    span {}
                    span.plot { (axis.scale(first)) }
                    span {} span {}
                }
            }
        }
    }
}

/// "200 runs.", or the range where settings differ.
fn runs(group: &[&Finding]) -> String {
    let counts = group.iter().map(|finding| finding.estimate.replicates());
    match (counts.clone().min(), counts.max()) {
        (Some(1), Some(1)) => "Exact.".into(),
        (Some(least), Some(most)) if least == most => format!("{} runs.", shown::whole(least as f64)),
        (Some(least), Some(most)) => format!("{} to {} runs.", shown::whole(least as f64), shown::whole(most as f64)),
        _ => String::new(),
    }
}
