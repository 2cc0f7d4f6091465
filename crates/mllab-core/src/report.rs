//! What a run found, as it stands in report.json; a page can be made from it without running anything.

use crate::seed::{But, Claim, On, Part, Setting};
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
    /// The flags of the call that named a user's table: "--data churn.csv --target left".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub own_flags: String,
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
    /// How the verdict goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub but: Option<But>,
    /// When a claim that depends holds, in the lab's own words for its reference run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The figure that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<String>,
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
    /// The name in a list's few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
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
    /// The tables that it draws, by their ids.
    #[serde(default)]
    pub tables: Vec<String>,
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

    /// The command that measures one claim as this run did: on the same table, with the same parameters.
    pub fn command_of(&self, claim: &str) -> String {
        let claim = if self.lab == "bench" { String::new() } else { format!(" --claim {claim}") };
        format!("{}{claim}{}", self.command(), self.call_flags())
    }

    /// The command that makes the same files again.
    pub fn whole_command(&self) -> String {
        let only = self.only.as_ref().map(|claim| format!(" --claim {claim}")).unwrap_or_default();
        let runs = match (self.quick, self.lab.as_str()) {
            (true, _) => " --quick".to_string(),
            (_, "bench") => String::new(),
            _ => format!(" --replicates {}", self.replicates),
        };
        format!("{}{only} --seed {}{runs}{}", self.command(), self.seed, self.call_flags())
    }

    /// The table and the parameters that are not at their defaults, as flags.
    fn call_flags(&self) -> String {
        let own = if self.own_flags.is_empty() { String::new() } else { format!(" {}", self.own_flags) };
        let changed = self.changed.iter().map(|name| format!(" --{name} {}", self.param(name).replace(", ", ",")));
        own + &changed.collect::<String>()
    }

    /// A parameter's value as it is written: "0.1, 0.2".
    pub fn param(&self, name: &str) -> String {
        fn written(value: &Value) -> String {
            match value {
                Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join(", "),
                Value::String(text) => text.clone(),
                value => value.to_string(),
            }
        }
        self.params.get(name).map(written).unwrap_or_default()
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

    /// Whether sentences that were written around the numbers of the reference run fit this one.
    pub fn speaks_as_written(&self) -> bool {
        self.changed.is_empty() && self.data == Data::Generated
    }

    /// [`Report::counts`], and whether the true ones go on: "5 true, each with a but; 7 only when".
    pub fn counts_with_ends(&self) -> String {
        if self.quick {
            return self.counts_of_a_quick_look();
        }
        let holds = || self.claims.iter().filter(|claim| claim.verdict == Verdict::Holds);
        let (n, going_on) = (holds().count(), holds().filter(|claim| !claim.said().end.is_empty()).count());
        let said = match going_on {
            0 => return self.counts(),
            1 if n == 1 => format!("{n} true, with a but"),
            _ if going_on == n => format!("{n} true, each with a but"),
            _ => format!("{n} true, {going_on} of them with a but"),
        };
        let others = counts(self.claims.iter().map(|claim| claim.verdict).filter(|v| *v != Verdict::Holds));
        if others.is_empty() { said } else { format!("{said}; {others}") }
    }

    /// Of a quick look: what is settled already, and how many claims only point to something.
    fn counts_of_a_quick_look(&self) -> String {
        let settled = || self.claims.iter().map(|claim| claim.verdict).filter(|verdict| *verdict != Verdict::Undecided);
        match (counts(settled()), self.claims.len() - settled().count()) {
            (settled, 0) => settled,
            (settled, n) if settled.is_empty() => format!("{n} pointed to"),
            (settled, n) => format!("{settled}, {n} pointed to"),
        }
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
    /// A claim with what was found on a source: its verdict follows from its findings.
    pub fn new(claim: &Claim, on: On, findings: Vec<Finding>) -> ClaimReport {
        let mut report = ClaimReport {
            id: claim.id.clone(),
            short: claim.short.clone(),
            says: claim.says.clone(),
            notes: claim.cited(),
            exam: claim.exam.clone(),
            because: claim.because.clone(),
            differs: claim.differs.clone(),
            measured: claim.measured.clone(),
            but: claim.but.clone(),
            when: claim.when.clone(),
            figure: claim.figure.clone(),
            quantifier: claim.quantifier,
            verdict: Verdict::Undecided,
            opposite: false,
            expect: claim.expect(on),
            findings,
        };
        let settings: Vec<_> = report.settings().into_iter().map(|(_, role, verdict)| (role, verdict)).collect();
        report.verdict = crate::verdict::of_settings(claim.quantifier, &settings);
        let mut failed =
            report.findings.iter().filter(|f| f.role == Role::Scope && f.verdict == Verdict::Fails).peekable();
        report.opposite =
            report.verdict == Verdict::Fails && failed.peek().is_some() && failed.all(|f| f.rule.is_signed());
        report
    }

    /// The verdict in the words that a person reads.
    pub fn words(&self) -> &'static str {
        self.verdict.words(self.opposite)
    }

    /// Whether it is not settled because it lies on the line: nothing that must hold fails, and whatever part of its scope
    /// is undecided is so on its rule's line, where more runs would not help.
    pub fn is_on_the_line(&self) -> bool {
        let mut open =
            self.findings.iter().filter(|f| f.role == Role::Scope && f.verdict == Verdict::Undecided).peekable();
        self.verdict == Verdict::Undecided
            && !self.settings().iter().any(|(_, role, verdict)| role.must_hold() && *verdict != Verdict::Holds)
            && open.peek().is_some()
            && open.all(|f| f.rule.is_on_the_line(&f.estimate))
    }

    /// The settings with their roles and verdicts, in order.
    pub fn settings(&self) -> Vec<(&str, Role, Verdict)> {
        self.settings_by(|finding| finding.verdict)
    }

    /// The settings with their roles and the verdicts that follow from what `judge` says of their findings.
    pub(crate) fn settings_by(&self, judge: impl Fn(&Finding) -> Verdict) -> Vec<(&str, Role, Verdict)> {
        let mut settings: Vec<(&str, Role, Vec<Verdict>)> = Vec::new();
        for finding in &self.findings {
            match settings.last_mut() {
                Some((name, _, parts)) if *name == finding.setting => parts.push(judge(finding)),
                _ => settings.push((&finding.setting, finding.role, vec![judge(finding)])),
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

    /// The finding that shows why the verdict is what it is: the first in the scope with the claim's verdict, else the
    /// first in the scope.
    pub fn deciding(&self) -> &Finding {
        let scope = |f: &&Finding| f.role == Role::Scope;
        let settings = self.settings();
        let setting_of = |verdict| settings.iter().find(|(_, role, v)| *role == Role::Scope && *v == verdict);
        setting_of(self.verdict)
            .and_then(|(name, ..)| {
                self.findings.iter().filter(scope).find(|f| f.setting == *name && f.verdict == self.verdict)
            })
            .or_else(|| self.findings.iter().find(scope))
            .unwrap_or(&self.findings[0])
    }

    /// The control that fails, and so leaves the claim undecided.
    pub fn failed_control(&self) -> Option<&str> {
        let failed = |(_, role, verdict): &(&str, Role, Verdict)| role.must_hold() && *verdict == Verdict::Fails;
        self.settings().into_iter().find(failed).map(|(name, ..)| name)
    }

    /// The finding of a setting's part, from 0.
    pub fn finding(&self, setting: &str, part: usize) -> Option<&Finding> {
        self.findings.iter().filter(|finding| finding.setting == setting).nth(part)
    }
}

impl Claim {
    /// What the reference run said of it, without its numbers: for where there is no run to read.
    pub fn as_expected(&self) -> ClaimReport {
        let finding = |setting: &Setting, part: &Part| Finding {
            setting: setting.name.clone(),
            short: setting.short.clone(),
            role: setting.role,
            measure: part.measure.clone(),
            unit: part.unit.clone(),
            estimate: Estimate::exact(f64::NAN),
            rule: part.rule,
            verdict: part.expect.unwrap_or(Verdict::Undecided),
            expect: part.expect,
        };
        let settings = self.settings_on(On::Generated);
        let findings = settings.flat_map(|setting| setting.parts.iter().map(|part| finding(setting, part))).collect();
        ClaimReport::new(self, On::Generated, findings)
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
        if !e.point().is_finite() {
            return "not measured".into();
        }
        let point = shown::bare(e.point(), &self.unit, precision);
        let end = |v: f64| shown::end(v, &self.unit, precision);
        if !e.is_bounded() || e.low() == e.high() {
            point
        } else {
            format!("{point} [{}, {}]", end(e.low()), end(e.high()))
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
