//! A report for the terminal: one line a claim with the finding that decides it.

use mllab_core::report::{ClaimReport, Data, Finding, Report};
use mllab_core::{Quantifier, Role, Verdict, verdict};
use std::fmt::Write as _;

/// Whether words are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI colours.
    On,
    /// Plain text.
    Off,
}

/// The lines of a run, down to the counts; `verbose` prints every finding under its claim.
pub fn lines(report: &Report, verbose: bool, colour: Colour) -> String {
    let mut text = String::new();
    let head = format!("{}: {}", report.lab, report.question);
    let quick = if report.quick { ", a quick look" } else { "" };
    let data = match &report.data {
        Data::Generated => String::new(),
        Data::File { file, rows, .. } => format!(", {rows} rows of {file}"),
    };
    let runs = format!("{} runs, seed {}{quick}{data}", report.replicates, report.seed);
    let _ = writeln!(text, "{}{}{runs}", bold(&head, colour), gap(&head, 64));
    if let Data::File { reading, .. } = &report.data {
        for sentence in reading {
            let _ = writeln!(text, "   {sentence}");
        }
    }
    let id_width = report.claims.iter().map(|claim| claim.id.len()).max().unwrap_or(0);
    for claim in &report.claims {
        let words = spoken(claim);
        let _ = writeln!(
            text,
            " {} {}{}{:id_width$}  {}",
            paint(glyph(claim.verdict), claim.verdict, colour),
            paint(&words, claim.verdict, colour),
            gap(&words, 24),
            claim.id,
            reason(claim)
        );
        if verbose {
            findings(&mut text, claim, colour);
        }
    }
    for claim in &report.untestable {
        let words = "not testable here";
        let _ = writeln!(text, " - {words}{}{:id_width$}  {}", gap(words, 24), claim.id, claim.why);
    }
    let n = report.claims.len();
    if n > 0 {
        let _ = write!(text, " {n} {}: {}", if n == 1 { "claim" } else { "claims" }, report.counts());
    } else {
        let _ = write!(text, " no claim can be tested on this data");
    }
    text
}

/// The sign of a verdict; the shapes differ, so that colour is not needed.
pub fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "✓",
        Verdict::Depends => "◐",
        Verdict::Negligible => "▭",
        Verdict::Fails => "✗",
        Verdict::Undecided => "?",
    }
}

/// The verdict's words in the running text of a terminal.
fn spoken(claim: &ClaimReport) -> String {
    claim.words().trim_end_matches(" …").to_lowercase()
}

/// Why the verdict is what it is, in one line.
fn reason(claim: &ClaimReport) -> String {
    if claim.verdict == Verdict::Depends || claim.quantifier != Quantifier::All {
        let answers: Vec<String> = claim
            .settings()
            .iter()
            .filter(|(_, role, _)| *role == Role::Scope)
            .map(|(name, _, verdict)| format!("{name}: {}", answer(*verdict)))
            .collect();
        return answers.join("; ");
    }
    let finding = claim.deciding();
    let control = if finding.role == Role::Control && finding.verdict != Verdict::Holds { "control: " } else { "" };
    format!("{control}{}: {}", finding.measure, finding.interval())
}

fn answer(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "yes",
        Verdict::Depends => "sometimes",
        Verdict::Negligible => "no effect",
        Verdict::Fails => "no",
        Verdict::Undecided => "not settled",
    }
}

/// Every finding of a claim, with its rule and, where it has moved, what was expected.
fn findings(text: &mut String, claim: &ClaimReport, colour: Colour) {
    let mut setting = "";
    for finding in &claim.findings {
        if finding.setting != setting {
            setting = &finding.setting;
            let role = match finding.role {
                Role::Scope => "",
                Role::Limit => " (how far it goes)",
                Role::Control => " (control)",
                Role::Check => " (check of the program)",
            };
            let _ = writeln!(text, "     when {setting}{role}");
        }
        let _ = writeln!(
            text,
            "       {} {}: {}; true if {}{}",
            paint(glyph(finding.verdict), finding.verdict, colour),
            finding.measure,
            finding.sentence(),
            finding.rule_in_words(),
            moved(finding)
        );
    }
}

fn moved(finding: &Finding) -> String {
    match (finding.expect, verdict::agreement(finding.verdict, finding.expect)) {
        (Some(expect), verdict::Agreement::Moved) => format!(" (moved: expected {})", expect.word()),
        (Some(expect), verdict::Agreement::NearTheLine) => format!(" (near the line: expected {})", expect.word()),
        _ => String::new(),
    }
}

/// Spaces that fill `text` up to `width` characters, two at the least.
fn gap(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.chars().count()).max(2))
}

fn bold(text: &str, colour: Colour) -> String {
    if colour == Colour::On { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.into() }
}

fn paint(text: &str, verdict: Verdict, colour: Colour) -> String {
    let code = match verdict {
        Verdict::Holds => 32,
        Verdict::Depends => 33,
        Verdict::Negligible => 90,
        Verdict::Fails => 31,
        Verdict::Undecided => 35,
    };
    if colour == Colour::On { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::{Estimate, Rule};

    fn claim(id: &str, findings: Vec<Finding>) -> ClaimReport {
        let settings: Vec<_> = findings.iter().map(|f| (f.role, f.verdict)).collect();
        let text = String::new;
        ClaimReport {
            id: id.into(),
            short: text(),
            says: text(),
            notes: text(),
            exam: text(),
            because: text(),
            differs: None,
            measured: None,
            quantifier: Quantifier::All,
            verdict: verdict::of_settings(Quantifier::All, &settings),
            opposite: false,
            expect: None,
            findings,
        }
    }

    fn finding(setting: &str, role: Role, value: f64) -> Finding {
        let (estimate, rule) = (Estimate::from_parts(value, value - 0.01, value + 0.01, 1).unwrap(), Rule::Above(0.9));
        Finding {
            setting: setting.into(),
            role,
            measure: "share that swings".into(),
            unit: "share".into(),
            estimate,
            rule,
            verdict: rule.judge(&estimate),
            expect: Some(Verdict::Holds),
        }
    }

    #[test]
    fn a_claim_is_one_line_with_what_decides_it() {
        let scope = Role::Scope;
        assert_eq!(
            reason(&claim("a", vec![finding("full batch", scope, 0.99), finding("batch of 1", scope, 0.1)])),
            "full batch: yes; batch of 1: no"
        );
        assert_eq!(
            reason(&claim("b", vec![finding("x", scope, 0.95)])),
            "share that swings: 95\u{202f}% [94\u{202f}%, 96\u{202f}%]"
        );
        assert!(
            reason(&claim("c", vec![finding("x", scope, 0.95), finding("noise", Role::Control, 0.5)]))
                .starts_with("control: share that swings: 50")
        );
    }

    #[test]
    fn what_moved_is_said() {
        let mut text = String::new();
        findings(&mut text, &claim("a", vec![finding("x", Role::Scope, 0.1)]), Colour::Off);
        assert!(text.contains("moved: expected holds") && text.contains("true if at least 90"), "{text}");
    }
}
