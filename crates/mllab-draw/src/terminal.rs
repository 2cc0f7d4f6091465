//! A report for the terminal: a claim is its verdict, its sentence and what was measured, wrapped at the window's width.

use mllab_core::report::{ClaimReport, Data, Finding, Report};
use mllab_core::{Role, Said, Verdict, said, shown, verdict};
use std::fmt::Write as _;

/// Whether words are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI colours.
    On,
    /// Plain text.
    Off,
}

/// How a terminal is written to.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// So many letters stand in a line.
    pub width: usize,
    /// Whether words are coloured.
    pub colour: Colour,
    /// Whether signs outside ASCII are shown.
    pub signs: bool,
}

/// A terminal of which nothing is known.
impl Default for Terminal {
    fn default() -> Self {
        Terminal { width: 80, colour: Colour::Off, signs: true }
    }
}

/// Where a claim's sentence begins, behind its sign and its verdict.
const INDENT: usize = 15;

/// What an entry's sign and column say.
#[derive(Clone, Copy, Debug)]
pub enum Mark<'a> {
    /// A verdict that a run reached.
    Verdict(Verdict, &'a str),
    /// What a quick look points to.
    PointsTo(Verdict),
}

impl Terminal {
    /// `text` in lines of the window's width, each behind `indent` blanks.
    pub fn wrapped(&self, text: &str, indent: usize) -> String {
        let room = self.width.saturating_sub(indent).max(20);
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !line.is_empty() && letters(&line) + 1 + letters(word) > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        let pad = " ".repeat(indent);
        lines.iter().flat_map(|line| [pad.as_str(), line, "\n"]).collect()
    }

    /// A claim in a list: sign, verdict and its few words, what stands at the line's end, then lines of text.
    pub fn entry(&self, mark: Mark, title: &str, at_end: &str, texts: &[&str]) -> String {
        let (sign, words, verdict) = match mark {
            Mark::Verdict(verdict, words) => (self.sign(verdict), words, verdict),
            Mark::PointsTo(verdict) => ("~", "points to", verdict),
        };
        let column = format!("{:width$}", words, width = INDENT - 3);
        let body = self.wrapped(title, INDENT);
        let first = body.trim_start();
        let mut text = format!(" {} {}{first}", self.paint(sign, verdict), self.paint(&column, verdict));
        let end = letters(at_end);
        let free = self.width.saturating_sub(INDENT + letters(first.trim_end()));
        if end > 0 && !first.trim_end().contains('\n') && free >= end + 2 {
            text.truncate(text.trim_end().len());
            let _ = writeln!(text, "{}{at_end}", " ".repeat(free - end));
        }
        for line in texts.iter().filter(|line| !line.is_empty()) {
            text.push_str(&self.wrapped(line, INDENT));
        }
        text
    }

    /// The sign of a verdict; the shapes differ, so that colour is not needed.
    pub fn sign(&self, verdict: Verdict) -> &'static str {
        match (verdict, self.signs) {
            (Verdict::Holds, true) => "✓",
            (Verdict::Holds, false) => "+",
            (Verdict::Depends, true) => "◐",
            (Verdict::Depends, false) => "~",
            (Verdict::Negligible, true) => "−",
            (Verdict::Negligible, false) => "-",
            (Verdict::Fails, true) => "✗",
            (Verdict::Fails, false) => "x",
            (Verdict::Undecided, _) => "?",
        }
    }

    /// In bold.
    pub fn bold(&self, text: &str) -> String {
        if self.colour == Colour::On { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.into() }
    }

    fn paint(&self, text: &str, verdict: Verdict) -> String {
        let code = match verdict {
            Verdict::Holds => 32,
            Verdict::Depends => 33,
            Verdict::Negligible => 90,
            Verdict::Fails => 31,
            Verdict::Undecided => 35,
        };
        if self.colour == Colour::On { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.into() }
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// The lines of a run, down to the counts; `verbose` prints ids and every finding under its claim.
pub fn lines(report: &Report, verbose: bool, terminal: &Terminal) -> String {
    let mut text = format!("{}\n", terminal.bold(terminal.wrapped(&report.question, 1).trim_end()));
    if let Data::File { reading, .. } = &report.data {
        for sentence in reading {
            text.push_str(&terminal.wrapped(sentence, 3));
        }
    }
    for claim in &report.claims {
        text.push_str(&claim_lines(claim, report, terminal));
        if verbose {
            let _ = writeln!(text, "{}{}", " ".repeat(INDENT), claim.id);
            findings(&mut text, claim, terminal);
        }
    }
    text.push_str(&untestable(report, verbose, terminal));
    text.push_str(&counts(report));
    text
}

/// One claim: its verdict with its end, its few words, the measured sentence.
fn claim_lines(claim: &ClaimReport, report: &Report, terminal: &Terminal) -> String {
    let said = claim.said();
    let measured = said::plain(&claim.measured_sentence(report.speaks_as_written()));
    let control = claim.failed_control().map(|name| format!("A control does not hold: {name}.")).unwrap_or_default();
    if report.quick && claim.verdict == Verdict::Undecided {
        let pointed = claim.points_to();
        let title = format!("{}: {}", claim.short, in_text(&Said::new(pointed, false, None, "")));
        let reference =
            claim.expect.map(|expect| format!("; reference run: {}", in_text(&Said::new(expect, false, None, ""))));
        let end = format!("(quick look{})", reference.unwrap_or_default());
        return terminal.entry(Mark::PointsTo(pointed), &title, "", &[&format!("{measured} {end}"), &control]);
    }
    let mark = Mark::Verdict(claim.verdict, said.column());
    terminal.entry(mark, &claim.short, "", &[&said.end, &measured, &control])
}

/// A verdict in running text: "only when".
fn in_text(said: &Said) -> String {
    said.column().to_lowercase()
}

/// Claims that the data cannot speak to, in one line; why, where it is asked for.
fn untestable(report: &Report, verbose: bool, terminal: &Terminal) -> String {
    let n = report.untestable.len();
    if n == 0 {
        return String::new();
    }
    if verbose {
        return report
            .untestable
            .iter()
            .map(|claim| terminal.wrapped(&format!("- {}: {}", claim.id, claim.why), 1))
            .collect();
    }
    let claims = if n == 1 { "1 claim" } else { &format!("{n} claims") };
    let (are, were) = if n == 1 { ("is", "was") } else { ("are", "were") };
    let how =
        if report.lab == "bench" { format!("{were} not raced") } else { format!("{are} not testable on this table") };
    terminal.wrapped(&format!("- {claims} {how}; --verbose says why."), 1)
}

/// "12 claims: 5 true, each with a but; 7 only when     60 runs, seed 7".
fn counts(report: &Report) -> String {
    let n = report.claims.len();
    let runs = format!("{} runs, seed {}", shown::whole(report.replicates as f64), report.seed);
    if n == 0 {
        return format!(" no claim can be tested on this data     {runs}");
    }
    let quick = if report.quick { ", a quick look" } else { "" };
    let claims = if n == 1 { "claim" } else { "claims" };
    format!(" {n} {claims}: {}     {runs}{quick}", report.counts_with_ends())
}

/// Every finding of a claim, with its rule and, where it has moved, what was expected.
fn findings(text: &mut String, claim: &ClaimReport, terminal: &Terminal) {
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
            text.push_str(&terminal.wrapped(&shown::words(&format!("when {setting}{role}")), INDENT));
        }
        let line = format!(
            "{} {}: {}; true if {}{}",
            terminal.sign(finding.verdict),
            finding.measure,
            finding.sentence(),
            finding.rule_in_words(),
            moved(finding)
        );
        text.push_str(&terminal.wrapped(&line, INDENT + 2));
    }
}

fn moved(finding: &Finding) -> String {
    match (finding.expect, verdict::agreement(finding.verdict, finding.expect)) {
        (Some(expect), verdict::Agreement::Moved) => format!(" (moved: expected {})", expect.word()),
        (Some(expect), verdict::Agreement::NearTheLine) => format!(" (near the line: expected {})", expect.word()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claim(verdict: &str, but: Option<&str>) -> ClaimReport {
        let finding = |setting: &str, role: &str, point: f64, verdict: &str| {
            json!({
                "setting": setting, "role": role, "measure": "rise of recall", "unit": "1", "estimate": point,
                "low": point - 0.01, "high": point + 0.01, "level": 0.99, "replicates": 9, "rule": {"at_least": 0.1},
                "verdict": verdict, "expect": "holds",
            })
        };
        serde_json::from_value(json!({
            "id": "copies", "short": "Copies of rare rows raise recall", "says": "", "notes": "", "exam": "",
            "because": "", "quantifier": "all", "verdict": verdict, "opposite": false, "expect": "holds",
            "measured": "Recall {{rises copied}}; against a moved cut-off it is {{moved}}, which is a long way of saying nothing.",
            "but": but.map(|says| json!({"says": says, "setting": "moved"})),
            "findings": [finding("copied", "scope", 0.67, verdict), finding("moved", "limit", -0.006, "negligible")],
        }))
        .unwrap()
    }

    fn report(claims: Vec<ClaimReport>, quick: bool) -> Report {
        let mut report: Report = serde_json::from_value(json!({
            "lab": "demo", "version": "0", "seed": 7, "replicates": 60, "quick": quick, "params": {}, "changed": [],
            "data": {"source": "generated"}, "title": "Demo", "question": "Does it?", "domain": "monitoring",
            "claims": [], "untestable": [], "tables": [], "figures": [],
        }))
        .unwrap();
        report.claims = claims;
        report
    }

    #[test]
    fn a_claim_is_a_sentence_that_goes_on() {
        let said = lines(
            &report(vec![claim("holds", Some("a lower cut-off does the same"))], false),
            false,
            &Terminal::default(),
        );
        assert_eq!(
            said,
            " Does it?\n \
             ✓ True, but   Copies of rare rows raise recall\n               \
             a lower cut-off does the same\n               \
             Recall rises by 0.67 [0.66, 0.68]; against a moved cut-off it is\n               \
             \u{2212}0.01 [\u{2212}0.02, 0.00], which is a long way of saying nothing.\n \
             1 claim: 1 true, with a but     60 runs, seed 7"
        );
        assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    }

    #[test]
    fn a_quick_look_points_and_never_says_not_settled() {
        let said = lines(&report(vec![claim("undecided", None)], true), false, &Terminal::default());
        assert!(said.contains(" ~ points to   Copies of rare rows raise recall: true\n"), "{said}");
        assert!(said.contains("(quick look; reference run: true)") && !said.contains("ettled)"), "{said}");
    }

    #[test]
    fn ids_and_rules_only_when_asked_for() {
        let report = report(vec![claim("holds", None)], false);
        assert!(!lines(&report, false, &Terminal::default()).contains("copies"));
        let verbose = lines(&report, true, &Terminal { signs: false, ..Terminal::default() });
        assert!(verbose.contains("copies") && verbose.contains("true if at least 0.1") && verbose.contains(" + True"));
    }

    #[test]
    fn what_moved_is_said() {
        let mut text = String::new();
        let mut claim = claim("holds", None);
        claim.findings[0].verdict = Verdict::Fails;
        findings(&mut text, &claim, &Terminal { width: 200, ..Terminal::default() });
        assert!(text.contains("moved: expected holds") && text.contains("true if at least 0.1"), "{text}");
    }
}
