//! What a run found, as it stands in report.json; a page can be made from it without running anything.

use crate::{Estimate, Meta, Quantifier, Role, Rule, Verdict, shown};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Everything measured by one run of one lab.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The lab's id.
    pub lab: String,
    /// The version of mllab that ran it.
    pub version: String,
    /// The seed.
    pub seed: u64,
    /// The base count of replicates; each finding gives its own.
    pub replicates: usize,
    /// Whether this was only a quick look.
    pub quick: bool,
    /// The one claim that was asked for, where only its study ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// The parameters by name.
    pub params: Map<String, Value>,
    /// Names of the parameters that are not at their defaults.
    pub changed: Vec<String>,
    /// Where the rows came from.
    pub data: Data,
    /// The lab's words.
    pub title: String,
    /// The question.
    pub question: String,
    /// The exam domain's id.
    pub domain: String,
    /// The claims with their verdicts, in the order of the page.
    pub claims: Vec<ClaimReport>,
    /// Claims that the data cannot speak to.
    pub untestable: Vec<Untestable>,
    /// The tables beside it.
    pub tables: Vec<TableEntry>,
    /// The figures beside it.
    pub figures: Vec<FigureEntry>,
}

/// Where the rows came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "lowercase")]
pub enum Data {
    /// The lab made them (and looked at tables that we ship).
    Generated,
    /// A user's table.
    File {
        /// The file's name.
        file: String,
        /// SHA-256 of its bytes.
        sha256: String,
        /// How many rows.
        rows: usize,
        /// The columns in use.
        columns: Vec<String>,
        /// How it was read: what was left out, filled, taken for what; a sentence each.
        #[serde(default)]
        reading: Vec<String>,
    },
}

/// A claim and its verdict.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClaimReport {
    /// The claim's id.
    pub id: String,
    /// Its label in lists.
    pub short: String,
    /// Its statement.
    pub says: String,
    /// Where the notes say it.
    pub notes: String,
    /// What an exam expects.
    pub exam: String,
    /// Why.
    pub because: String,
    /// When it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// The measured sentence, with `{{setting}}` where an estimate stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<String>,
    /// How many of its settings the sentence speaks of.
    pub quantifier: Quantifier,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether a failing claim failed because the opposite is true.
    pub opposite: bool,
    /// What the reference run said.
    pub expect: Option<Verdict>,
    /// The measured numbers, setting by setting.
    pub findings: Vec<Finding>,
}

/// One estimate held against one rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The setting's name.
    pub setting: String,
    /// What the setting does for the claim.
    pub role: Role,
    /// What was measured.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// The estimate and its interval.
    #[serde(flatten, deserialize_with = "estimate_with_gaps")]
    pub estimate: Estimate,
    /// What counts as true.
    pub rule: Rule,
    /// What follows.
    pub verdict: Verdict,
    /// What the reference run said.
    pub expect: Option<Verdict>,
}

/// A claim that the data cannot speak to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untestable {
    /// The claim's id.
    pub id: String,
    /// The reason.
    pub why: String,
}

/// A table's place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TableEntry {
    /// The table's id.
    pub id: String,
    /// The file, from report.json.
    pub file: String,
    /// How many rows.
    pub rows: usize,
    /// The heads, in the file's order.
    pub columns: Vec<ColumnEntry>,
}

/// A column's head.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ColumnEntry {
    /// As in the CSV's header.
    pub name: String,
    /// `1` where the number has none, empty for text.
    pub unit: String,
}

/// A figure's place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FigureEntry {
    /// The figure's id.
    pub id: String,
    /// The study that drew it.
    pub study: String,
    /// The takeaway sentence.
    pub title: String,
    /// What is seen.
    pub alt: String,
    /// The wide drawing, where it was asked for.
    pub svg: Option<String>,
    /// The drawing for a phone, where it was asked for.
    pub svg_narrow: Option<String>,
    /// The raster image, where it was asked for.
    pub png: Option<String>,
    /// The drawing without words, for a tile or a margin.
    pub tile: String,
}

impl Report {
    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&ClaimReport> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Whether this is the run that expectations speak of, at whatever seed.
    pub fn is_reference(&self, meta: &Meta) -> bool {
        !self.quick
            && self.replicates == meta.replicates
            && self.changed.is_empty()
            && self.data == Data::Generated
            && self.only.is_none()
    }

    /// The command that makes it: `mllab run LAB`, or `mllab bench`.
    pub fn command(&self) -> String {
        if self.lab == "bench" { "mllab bench".into() } else { format!("mllab run {}", self.lab) }
    }

    /// The report as JSON, indented, with a line break at its end. A number that is not finite is `null`.
    ///
    /// # Panics
    ///
    /// Never: all keys are text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a report has only text keys");
        text.push('\n');
        text
    }

    /// How many claims have each verdict, in words: "5 true, 2 only when, 1 not settled".
    pub fn counts(&self) -> String {
        counts(self.claims.iter().map(|claim| claim.verdict))
    }
}

/// How many there are of each verdict, in words: "5 true, 2 only when, 1 not settled".
pub fn counts(verdicts: impl IntoIterator<Item = Verdict>) -> String {
    let verdicts: Vec<Verdict> = verdicts.into_iter().collect();
    [
        (Verdict::Holds, "true"),
        (Verdict::Depends, "only when"),
        (Verdict::Negligible, "no effect"),
        (Verdict::Fails, "not true"),
        (Verdict::Undecided, "not settled"),
    ]
    .iter()
    .map(|(verdict, words)| (verdicts.iter().filter(|v| *v == verdict).count(), words))
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{count} {words}"))
    .collect::<Vec<_>>()
    .join(", ")
}

impl ClaimReport {
    /// The verdict in the words that a person reads.
    pub fn words(&self) -> &'static str {
        self.verdict.words(self.opposite)
    }

    /// The settings with their roles and verdicts, in order.
    pub fn settings(&self) -> Vec<(&str, Role, Verdict)> {
        let mut settings: Vec<(&str, Role, Vec<Verdict>)> = Vec::new();
        for finding in &self.findings {
            match settings.last_mut() {
                Some((name, _, parts)) if *name == finding.setting => parts.push(finding.verdict),
                _ => settings.push((&finding.setting, finding.role, vec![finding.verdict])),
            }
        }
        settings.into_iter().map(|(name, role, parts)| (name, role, crate::verdict::of_parts(&parts))).collect()
    }

    /// The names of the settings in the claim's scope that hold, in order.
    pub fn held_settings(&self) -> Vec<&str> {
        self.settings()
            .into_iter()
            .filter(|(_, role, verdict)| *role == Role::Scope && *verdict == Verdict::Holds)
            .map(|(name, ..)| name)
            .collect()
    }

    /// For a claim that depends: when it holds, "the gradient is taken over the full batch".
    pub fn holds_when(&self) -> String {
        match self.held_settings().split_last() {
            None => String::new(),
            Some((last, [])) => (*last).into(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        }
    }

    /// The finding that shows why the verdict is what it is: a control that fails, else the first in the scope with
    /// the claim's verdict, else the first.
    pub fn deciding(&self) -> &Finding {
        let scope = |f: &&Finding| f.role == Role::Scope;
        let settings = self.settings();
        let setting_of = |verdict| settings.iter().find(|(_, role, v)| *role == Role::Scope && *v == verdict);
        self.findings
            .iter()
            .find(|f| f.role == Role::Control && f.verdict != Verdict::Holds)
            .or_else(|| {
                let (name, ..) = setting_of(self.verdict)?;
                self.findings.iter().filter(scope).find(|f| f.setting == *name && f.verdict == self.verdict)
            })
            .or_else(|| self.findings.iter().find(scope))
            .unwrap_or(&self.findings[0])
    }

    /// The finding of a setting's part, from 0.
    pub fn finding(&self, setting: &str, part: usize) -> Option<&Finding> {
        self.findings.iter().filter(|finding| finding.setting == setting).nth(part)
    }
}

impl Finding {
    /// "+0.75 (99 % interval 0.73 to 0.77, 200 runs)", in the words of the finding's unit.
    pub fn sentence(&self) -> String {
        let (e, precision) = (&self.estimate, self.precision());
        let point = shown::value(e.point(), &self.unit, precision);
        if e.replicates() == 1 && e.low() == e.high() {
            return format!("{point} (exact)");
        }
        let (low, high) = (shown::bare(e.low(), &self.unit, precision), shown::bare(e.high(), &self.unit, precision));
        let level = 100.0 * e.level();
        format!("{point} ({level}{}% interval {low} to {high}, {} runs)", shown::THIN, e.replicates())
    }

    /// "0.75 [0.73, 0.77]".
    pub fn interval(&self) -> String {
        let (e, precision) = (&self.estimate, self.precision());
        let bare = |v: f64| shown::bare(v, &self.unit, precision);
        if e.low() == e.high() {
            bare(e.point())
        } else {
            format!("{} [{}, {}]", bare(e.point()), bare(e.low()), bare(e.high()))
        }
    }

    /// The size that still matters when the estimate is written: half its interval, but no finer than the rule asks.
    pub fn precision(&self) -> f64 {
        let fine_enough = match self.rule {
            Rule::AtLeast(x) => x.abs() / 50.0,
            Rule::Above(x) | Rule::Below(x) => x.abs() / 500.0,
            Rule::Within([a, b]) => (b - a) / 100.0,
        };
        let e = &self.estimate;
        shown::precision_of(e.point(), e.low(), e.high()).max(fine_enough)
    }

    /// The rule in words: "rises by at least 0.10".
    pub fn rule_in_words(&self) -> String {
        let number = |x: f64| shown::value(x, &self.unit, x.abs() / 10.0);
        let plain = |x: f64| {
            let text = shown::number(x, 4);
            match shown::scale_of(&self.unit) {
                shown::Scale::Plain if self.unit == "1" => text,
                shown::Scale::Plain => format!("{text}{}{}", shown::THIN, self.unit),
                shown::Scale::Percent => format!("{}{}%", shown::number(100.0 * x, 4), shown::THIN),
                _ => number(x),
            }
        };
        match self.rule {
            Rule::AtLeast(x) | Rule::Above(x) => format!("at least {}", plain(x)),
            Rule::Below(x) => format!("at most {}", plain(x)),
            Rule::Within([a, b]) => format!("between {} and {}", plain(a), plain(b)),
        }
    }
}

/// An estimate whose ends were written as `null` where they are no numbers.
fn estimate_with_gaps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Estimate, D::Error> {
    #[derive(Deserialize)]
    struct Gaps {
        estimate: Option<f64>,
        low: Option<f64>,
        high: Option<f64>,
        replicates: usize,
    }
    let gaps = Gaps::deserialize(deserializer)?;
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    Estimate::from_parts(number(gaps.estimate), number(gaps.low), number(gaps.high), gaps.replicates)
        .ok_or_else(|| serde::de::Error::custom("an interval that does not hold its estimate"))
}
