//! What a claim's measurement is called: the verdict with its end, and the measured sentence.
//!
//! Terminal, pages, search and notes take their words from here, so that all of them say the same.

use crate::report::{ClaimReport, Finding};
use crate::{Estimate, Role, Verdict, shown, verdict};

/// A verdict in words: what a chip holds, and what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// "True here, but".
    pub chip: String,
    /// "a lower cut-off does the same"; empty where the verdict needs no end.
    pub end: String,
}

/// How many conditions are named before the rest is counted.
const CONDITIONS: usize = 3;

impl Said {
    /// From a verdict, with what is to be said behind "but" and "only when".
    pub fn new(verdict: Verdict, opposite: bool, but: Option<&str>, when: &str) -> Said {
        let end = but.unwrap_or_default();
        match (verdict, but) {
            (Verdict::Holds, Some(_)) => Said { chip: "True here, but".into(), end: end.into() },
            (Verdict::Depends, _) => Said { chip: "True only when".into(), end: when.into() },
            (Verdict::Fails | Verdict::Negligible, Some(_)) => {
                Said { chip: verdict.words(opposite).into(), end: format!("but {end}") }
            }
            _ => Said { chip: verdict.words(opposite).into(), end: String::new() },
        }
    }

    /// Chip and end as one text: "True here, but a lower cut-off does the same".
    pub fn whole(&self) -> String {
        let mark = match self.end.split(' ').next() {
            Some("but") => ",",
            Some("about") => ":",
            _ => "",
        };
        if self.end.is_empty() { self.chip.clone() } else { format!("{}{mark} {}", self.chip, self.end) }
    }

    /// The chip in a column's few letters: "True, but", "Only when".
    pub fn column(&self) -> &str {
        match self.chip.as_str() {
            "True here, but" => "True, but",
            "True here" => "True",
            "True only when" => "Only when",
            "No effect that matters" => "No effect",
            "The opposite is true" => "Opposite",
            chip => chip,
        }
    }
}

/// A stretch of a measured sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as they are.
    Words(String),
    /// A number that matters, and its interval: "0.67", and "0.66" to "0.68"; nothing where it is exact.
    Number(String, Option<(String, String)>),
}

impl ClaimReport {
    /// The verdict with its end.
    pub fn said(&self) -> Said {
        if self.is_on_the_line() {
            let finding = self.deciding();
            let about = shown::value(finding.estimate.point(), &finding.unit, finding.precision());
            return Said { chip: "On the line".into(), end: format!("about {about}, neither clearly more nor less") };
        }
        let but = self.but.as_ref().filter(|but| self.goes_on(&but.setting)).map(|but| but.says.as_str());
        Said::new(self.verdict, self.opposite, but, &self.condition())
    }

    /// Whether what a setting says is contrary to the verdict, as the words behind "but" have it.
    fn goes_on(&self, setting: &str) -> bool {
        let found = self.settings().into_iter().find(|(name, ..)| *name == setting).map(|(.., verdict)| verdict);
        match self.verdict {
            Verdict::Holds => matches!(found, Some(Verdict::Fails | Verdict::Negligible)),
            _ => found == Some(Verdict::Holds),
        }
    }

    /// When a claim that depends holds: in its own words where the settings that hold are those of the reference run,
    /// else by their names.
    fn condition(&self) -> String {
        let scope = || self.findings.iter().filter(|f| f.role == Role::Scope);
        if let Some(when) = &self.when
            && scope().all(|f| f.expect == Some(f.verdict))
        {
            return when.clone();
        }
        let held = self.held_settings();
        let called = held.iter().filter_map(|name| self.finding(name, 0)).map(Finding::called);
        let named: Vec<String> = called.take(CONDITIONS).collect();
        match (named.split_last(), held.len().saturating_sub(CONDITIONS)) {
            (None, _) => String::new(),
            (Some(_), 1) => format!("{}, or in one more", named.join("; ")),
            (Some(_), n) if n > 1 => format!("{}, or in {n} more", named.join("; ")),
            (Some((last, [])), _) => last.clone(),
            (Some((last, others)), _) => format!("{} or {last}", others.join("; ")),
        }
    }

    /// What the numbers of a quick look point to: the verdict that they would give if they were exact.
    pub fn points_to(&self) -> Verdict {
        let pointed = |f: &Finding| f.rule.judge(&Estimate::exact(f.estimate.point()));
        let settings: Vec<_> =
            self.settings_by(pointed).into_iter().map(|(_, role, verdict)| (role, verdict)).collect();
        verdict::of_settings(self.quantifier, &settings)
    }

    /// The measured sentence: the lab's own around its numbers where it was written for this run, else a generated one.
    pub fn measured_sentence(&self, reference: bool) -> Vec<Piece> {
        if let Some(template) = self.measured.as_ref().filter(|_| reference) {
            return self.filled(template);
        }
        let finding = self.deciding();
        vec![
            Piece::Words(shown::words(&format!("{}: ", capital(&finding.measure)))),
            finding.number(),
            Piece::Words(shown::words(&format!(" when {}.", finding.setting))),
        ]
    }

    /// A template whose `{{setting}}` (with ` #2` for a setting's second part) stands for an estimate, and whose
    /// `{{rises setting}}` and `{{falls setting}}` stand for a verb with it: "falls by 0.15", "does not move".
    fn filled(&self, template: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            pieces.push(Piece::Words(before.into()));
            let (named, after) = after.split_once("}}").unwrap_or((after, ""));
            let (direction, named) = directed(named);
            let (setting, part) = part_of(named);
            if let Some(finding) = self.finding(setting, part) {
                match direction {
                    Some(up) => pieces.extend(finding.moves(up)),
                    None => pieces.push(finding.number()),
                }
            }
            rest = after;
        }
        pieces.push(Piece::Words(rest.into()));
        pieces
    }
}

impl Finding {
    /// The setting in a list's few words.
    pub fn called(&self) -> String {
        shown::words(self.short.as_deref().unwrap_or(&self.setting))
    }

    /// The estimate with its interval.
    pub fn number(&self) -> Piece {
        let (e, precision) = (&self.estimate, self.precision());
        let range = (e.is_bounded() && e.low() != e.high()).then(|| {
            let end = |v: f64| shown::bare(v, &self.unit, precision);
            (end(e.low()), end(e.high()))
        });
        Piece::Number(shown::value(e.point(), &self.unit, precision), range)
    }

    /// "rises by 0.67", "falls by 0.15" or "does not move"; `up` says whether a positive number is a rise.
    fn moves(&self, up: bool) -> Vec<Piece> {
        let e = &self.estimate;
        let precision = self.precision();
        if e.low() <= 0.0 && e.high() >= 0.0 {
            let end = |v: f64| shown::bare(v, &self.unit, precision);
            return vec![Piece::Words(format!("does not move ({} to {})", end(e.low()), end(e.high())))];
        }
        let verb = if (e.point() > 0.0) == up { "rises by " } else { "falls by " };
        let (low, high) = (e.low().abs().min(e.high().abs()), e.low().abs().max(e.high().abs()));
        let size = Estimate::from_parts(e.point().abs(), low, high, e.replicates()).unwrap_or(*e);
        let number = Finding { estimate: size, ..self.clone() }.number();
        vec![Piece::Words(verb.into()), number]
    }
}

/// A setting's name and the part meant: `name #2` is the second.
pub fn part_of(text: &str) -> (&str, usize) {
    match text.rsplit_once('#').and_then(|(name, n)| Some((name, n.trim().parse::<usize>().ok()?))) {
        Some((name, n)) if n > 0 => (name.trim(), n - 1),
        _ => (text.trim(), 0),
    }
}

/// The verb before a setting's name, where there is one: whether a positive number is a rise.
pub fn directed(named: &str) -> (Option<bool>, &str) {
    match named.split_once(' ') {
        Some(("rises", name)) => (Some(true), name),
        Some(("falls", name)) => (Some(false), name),
        _ => (None, named),
    }
}

/// The words of a sentence without marks: for a terminal. An interval's ends leave off the per cent sign of its point.
pub fn plain(pieces: &[Piece]) -> String {
    let sign = format!("{}%", shown::THIN);
    let bare = |end: &str| end.strip_suffix(&sign).unwrap_or(end).to_string();
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Number(point, None) => point.clone(),
            Piece::Number(point, Some((low, high))) => format!("{point} [{}, {}]", bare(low), bare(high)),
        })
        .collect()
}

/// With a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::But;
    use crate::{Quantifier, Rule};

    fn finding(setting: &str, role: Role, point: f64) -> Finding {
        let estimate = Estimate::from_parts(point, point - 0.01, point + 0.01, 9).unwrap();
        let rule = Rule::AtLeast(0.1);
        let verdict = rule.judge(&estimate);
        Finding {
            setting: setting.into(),
            short: Some(format!("short {setting}")),
            role,
            measure: "rise of recall".into(),
            unit: "1".into(),
            estimate,
            rule,
            verdict,
            expect: Some(verdict),
        }
    }

    fn claim(findings: Vec<Finding>) -> ClaimReport {
        let mut claim = ClaimReport {
            id: "c".into(),
            short: String::new(),
            says: String::new(),
            notes: String::new(),
            exam: String::new(),
            because: String::new(),
            differs: None,
            measured: Some("Recall {{rises a}}, and {{falls b}}; {{c}}.".into()),
            but: Some(But { says: "a cut-off does it".into(), setting: "c".into() }),
            when: Some("it is local".into()),
            figure: None,
            quantifier: Quantifier::All,
            verdict: Verdict::Holds,
            opposite: false,
            expect: None,
            findings,
        };
        let settings: Vec<_> = claim.settings().into_iter().map(|(_, role, verdict)| (role, verdict)).collect();
        claim.verdict = verdict::of_settings(Quantifier::All, &settings);
        claim
    }

    #[test]
    fn a_verdict_goes_on_while_its_setting_stays_so() {
        let with_limit = |point| claim(vec![finding("a", Role::Scope, 0.6), finding("c", Role::Limit, point)]);
        assert_eq!(with_limit(-0.02).said().whole(), "True here, but a cut-off does it");
        assert_eq!(with_limit(-0.02).said().column(), "True, but");
        assert_eq!(with_limit(0.3).said().whole(), "True here");
        assert_eq!(with_limit(0.1).said().whole(), "True here", "an undecided limit says nothing");
        let negligible = claim(vec![finding("a", Role::Scope, 0.0), finding("c", Role::Limit, 0.4)]);
        assert_eq!(negligible.said().whole(), "No effect that matters, but a cut-off does it");
    }

    #[test]
    fn a_condition_is_the_labs_own_only_where_its_settings_are_those_of_the_reference_run() {
        let scope = Role::Scope;
        let mut depends = claim(vec![finding("a", scope, 0.6), finding("b", scope, 0.0)]);
        assert_eq!(depends.said().whole(), "True only when it is local");
        depends.findings[0].expect = Some(Verdict::Fails);
        assert_eq!(depends.said().end, "short a");
        depends.when = None;
        depends.findings.extend(["c", "d", "e", "f"].map(|name| finding(name, scope, 0.6)));
        assert_eq!(depends.said().end, "short a; short c; short d, or in 2 more");
    }

    #[test]
    fn a_narrow_interval_that_holds_its_line_is_said_to_lie_there() {
        let on_the_line = claim(vec![finding("a", Role::Scope, 0.1), finding("b", Role::Scope, 0.6)]);
        assert_eq!((on_the_line.verdict, on_the_line.is_on_the_line()), (Verdict::Undecided, true));
        assert_eq!(on_the_line.said().whole(), "On the line: about 0.10, neither clearly more nor less");
        let mut wide = on_the_line.clone();
        wide.findings[0].estimate = Estimate::from_parts(0.1, 0.0, 0.2, 9).unwrap();
        assert_eq!(wide.said().whole(), "Not settled");
        let shaken = claim(vec![finding("a", Role::Scope, 0.6), finding("b", Role::Control, 0.0)]);
        assert_eq!((shaken.verdict, shaken.said().whole().as_str()), (Verdict::Undecided, "Not settled"));
    }

    #[test]
    fn signs_are_said_by_verbs() {
        let claim = claim(vec![
            finding("a", Role::Scope, -0.15),
            finding("b", Role::Scope, 0.005),
            finding("c", Role::Scope, -0.3),
        ]);
        assert_eq!(
            plain(&claim.measured_sentence(true)),
            "Recall falls by 0.15 [0.14, 0.16], and does not move (\u{2212}0.01 to 0.01); \u{2212}0.30 [\u{2212}0.31, \u{2212}0.29]."
        );
    }

    #[test]
    fn a_quick_look_points_to_what_its_numbers_would_say() {
        let claim = claim(vec![finding("a", Role::Scope, 0.105), finding("b", Role::Scope, 0.0)]);
        assert_eq!((claim.verdict, claim.points_to()), (Verdict::Undecided, Verdict::Depends));
    }
}
