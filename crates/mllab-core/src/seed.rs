//! What a lab grows from: its claims, their rules and the random seed, in `seeds/<lab>.toml`.
//!
//! The rules stand in data, not in code, so that the history shows when a rule was written and when its number was
//! first seen.

use crate::{Quantifier, Role, Rule, Verdict, verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// The contents of one seeds file.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The lab's id.
    pub lab: String,
    /// The seed that its runs start from by default.
    pub rng_seed: u64,
    /// The claims, in the order of the page.
    pub claims: Vec<Claim>,
}

/// A sentence of the notes, and what would make it true.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Names the claim within its lab, in kebab-case.
    pub id: String,
    /// A label of a few words, for lists beside the page.
    pub short: String,
    /// The note's sentence in our own words.
    pub says: String,
    /// Where the notes say it.
    pub notes: Vec<NoteLines>,
    /// What an exam expects as the answer.
    pub exam: String,
    /// One plain sentence why.
    pub because: String,
    /// When it differs: the advice for where the sentence does not hold.
    pub differs: Option<String>,
    /// The measured sentence, with `{{setting}}` where an estimate stands; a generic sentence where not given.
    pub measured: Option<String>,
    /// How the verdict of a claim goes on that is not true everywhere it was tried.
    pub but: Option<But>,
    /// How "True only when" goes on, where the names of the settings that hold would be too many words.
    pub when: Option<String>,
    /// The figure that shows it.
    pub figure: Option<String>,
    /// How many of its settings the sentence speaks of.
    pub quantifier: Quantifier,
    /// Why a user's table cannot speak to it, where no setting is measured on one.
    pub why_untestable: Option<String>,
    /// Words of the subject by which someone's own notes are found to speak of it: a line does that has a word of each
    /// group. A word that begins with `@` names an entry of the book's thesaurus.
    pub keywords: Vec<Vec<String>>,
    /// The settings in which it is measured.
    pub settings: Vec<Setting>,
}

/// How a verdict goes on: "True here, but a lower cut-off does the same".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct But {
    /// What stands behind "but".
    pub says: String,
    /// The setting that shows it; where its verdict is another in a run, nothing is said.
    pub setting: String,
}

/// Lines of a file of notes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteLines {
    /// The file's name.
    pub file: String,
    /// Lines, from 1.
    pub lines: Vec<u32>,
}

/// Where a setting is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// On generated data or a table that we ship.
    #[default]
    Generated,
    /// On a user's table.
    Own,
}

/// A setting in which a claim is measured.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Completes "it holds when …".
    pub name: String,
    /// The name in a list's few words.
    pub short: Option<String>,
    /// What it does for the claim.
    pub role: Role,
    /// Where it is measured.
    pub on: On,
    /// What is measured; at least one.
    pub parts: Vec<Part>,
}

/// One measured number and its rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What is measured.
    pub measure: String,
    /// Its unit: `1`, `share`, `log2 ratio`, or a name.
    pub unit: String,
    /// What counts as true.
    pub rule: Rule,
    /// The verdict of the reference run, added after it.
    pub expect: Option<Verdict>,
}

/// Why a seeds file cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("seeds/{file}{}: {what}", claim.as_ref().map(|id| format!(", claim {id}")).unwrap_or_default())]
pub struct SeedError {
    /// The file's name.
    pub file: String,
    /// The claim, where the fault is in one.
    pub claim: Option<String>,
    /// The fault.
    pub what: String,
}

impl Seed {
    /// Reads the text of `seeds/<file>`.
    ///
    /// # Errors
    ///
    /// Names file and claim: bad TOML, an unknown or missing key, a doubled id, a rule that cannot be meant, a claim
    /// without a setting in its scope, a claim that neither can be measured on a user's table nor says why.
    pub fn parse(file: &str, text: &str) -> Result<Seed, SeedError> {
        let raw: RawSeed = toml::from_str(text).map_err(|error| SeedError {
            file: file.into(),
            claim: error.span().and_then(|span| claim_at(text, span.start)),
            what: match error.span() {
                Some(span) => format!("line {}: {}", 1 + text[..span.start].matches('\n').count(), error.message()),
                None => error.message().into(),
            },
        })?;
        let mut ids = BTreeSet::new();
        let mut claims = Vec::with_capacity(raw.claim.len());
        for claim in raw.claim {
            let id = claim.id.clone();
            let fault = |what: String| SeedError { file: file.into(), claim: Some(id.clone()), what };
            if !ids.insert(id.clone()) {
                return Err(fault("this id stands twice".into()));
            }
            claims.push(Claim::from(claim));
            claims[claims.len() - 1].check().map_err(fault)?;
        }
        let seed = Seed { lab: raw.lab, rng_seed: raw.rng_seed, claims };
        if seed.claims.is_empty() || file != format!("{}.toml", seed.lab) {
            let what = format!("the file of lab {} is {}.toml and holds at least one claim", seed.lab, seed.lab);
            return Err(SeedError { file: file.into(), claim: None, what });
        }
        Ok(seed)
    }

    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }
}

impl Claim {
    /// The verdict that the reference run's findings add up to; nothing where one has no expectation.
    pub fn expect(&self, on: On) -> Option<Verdict> {
        let settings: Option<Vec<(Role, Verdict)>> = self
            .settings_on(on)
            .map(|setting| {
                let parts: Option<Vec<Verdict>> = setting.parts.iter().map(|part| part.expect).collect();
                Some((setting.role, verdict::of_parts(&parts?)))
            })
            .collect();
        Some(verdict::of_settings(self.quantifier, &settings?))
    }

    /// The settings that are measured on generated data, or those on a user's table.
    pub fn settings_on(&self, on: On) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(move |setting| setting.on == on)
    }

    /// Where the notes say it, as a person reads it: "notes 000, line 116; notes 002, lines 206 and 265".
    pub fn cited(&self) -> String {
        let cite = |note: &NoteLines| {
            let lines: Vec<String> = note.lines.iter().map(u32::to_string).collect();
            let file = note.file.split(['_', '.']).next().unwrap_or(&note.file);
            let (last, others) = lines.split_last().map_or((String::new(), &[][..]), |(l, o)| (l.clone(), o));
            match others {
                [] => format!("notes {file}, line {last}"),
                others => format!("notes {file}, lines {} and {last}", others.join(", ")),
            }
        };
        self.notes.iter().map(cite).collect::<Vec<_>>().join("; ")
    }

    fn check(&self) -> Result<(), String> {
        if self.notes.is_empty() || self.notes.iter().any(|note| note.lines.is_empty()) {
            return Err("names no line of the notes".into());
        }
        for (name, text) in
            [("says", &self.says), ("short", &self.short), ("exam", &self.exam), ("because", &self.because)]
        {
            if text.trim().is_empty() {
                return Err(format!("{name} is empty"));
            }
        }
        let but = self.but.as_ref();
        for (key, text, most) in [("but", but.map(|but| &but.says), 60), ("when", self.when.as_ref(), 60)] {
            text.map_or(Ok(()), |text| fits(key, text, most))?;
        }
        if let Some(but) = but
            && !self.settings.iter().any(|s| s.name == but.setting && matches!(s.role, Role::Scope | Role::Limit))
        {
            return Err(format!(
                "but names the setting {:?}, and none in its scope or at its limit is so called",
                but.setting
            ));
        }
        let mut names = BTreeSet::new();
        for setting in &self.settings {
            setting.short.as_ref().map_or(Ok(()), |short| fits("short", short, 40))?;
            if !names.insert((&setting.name, setting.on == On::Own)) {
                return Err(format!("the setting {:?} stands twice", setting.name));
            }
            for part in &setting.parts {
                part.rule.check().map_err(|what| format!("setting {:?}: {what}", setting.name))?;
                if part.expect == Some(Verdict::Depends) {
                    return Err(format!("setting {:?}: a single finding cannot depend", setting.name));
                }
            }
        }
        let has_scope = |on| self.settings_on(on).any(|setting| setting.role == Role::Scope);
        let has_own = self.settings_on(On::Own).next().is_some();
        if !has_scope(On::Generated) || (has_own && !has_scope(On::Own)) {
            return Err("no setting has the role scope".into());
        }
        match (has_own, &self.why_untestable) {
            (false, None) => Err("no setting is on = \"own\", and why_untestable does not say why".into()),
            (true, Some(_)) => Err("why_untestable, although a setting is on = \"own\"".into()),
            _ => Ok(()),
        }
    }
}

/// Whether words that go on after others are few enough for their place, and end open.
fn fits(key: &str, text: &str, most: usize) -> Result<(), String> {
    match text.chars().count() {
        0 => Err(format!("{key} is empty")),
        n if n > most => Err(format!("{key} has {n} characters; {most} fit: {text:?}")),
        _ if text.ends_with('.') => Err(format!("{key} ends with a full stop: {text:?}")),
        _ => Ok(()),
    }
}

/// The id of the claim whose table the byte at `offset` stands in.
fn claim_at(text: &str, offset: usize) -> Option<String> {
    let start = text[..offset.min(text.len())]
        .rfind("[[claim]]")
        .or_else(|| text[offset..].starts_with("[[claim]]").then_some(offset))?;
    let body = &text[start + "[[claim]]".len()..];
    let body = &body[..body.find("[[claim]]").unwrap_or(body.len())];
    let line = body.lines().find_map(|line| line.trim().strip_prefix("id")?.trim().strip_prefix('='))?;
    Some(line.trim().trim_matches('"').into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSeed {
    lab: String,
    rng_seed: u64,
    claim: Vec<RawClaim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClaim {
    id: String,
    short: String,
    says: String,
    notes: Vec<NoteLines>,
    exam: String,
    because: String,
    differs: Option<String>,
    measured: Option<String>,
    but: Option<But>,
    when: Option<String>,
    figure: Option<String>,
    #[serde(default)]
    quantifier: Quantifier,
    why_untestable: Option<String>,
    #[serde(default)]
    keywords: Vec<Vec<String>>,
    setting: Vec<RawSetting>,
}

/// A setting carries its first part's keys itself, since most have only one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSetting {
    name: String,
    short: Option<String>,
    #[serde(default)]
    role: Role,
    #[serde(default)]
    on: On,
    measure: String,
    unit: String,
    rule: Rule,
    expect: Option<Verdict>,
    #[serde(default)]
    part: Vec<Part>,
}

impl From<RawClaim> for Claim {
    fn from(raw: RawClaim) -> Self {
        Claim {
            id: raw.id,
            short: raw.short,
            says: raw.says,
            notes: raw.notes,
            exam: raw.exam,
            because: raw.because,
            differs: raw.differs,
            measured: raw.measured,
            but: raw.but,
            when: raw.when,
            figure: raw.figure,
            quantifier: raw.quantifier,
            why_untestable: raw.why_untestable,
            keywords: raw.keywords,
            settings: raw.setting.into_iter().map(Setting::from).collect(),
        }
    }
}

impl From<RawSetting> for Setting {
    fn from(raw: RawSetting) -> Self {
        let mut parts = vec![Part { measure: raw.measure, unit: raw.unit, rule: raw.rule, expect: raw.expect }];
        parts.extend(raw.part);
        Setting { name: raw.name, short: raw.short, role: raw.role, on: raw.on, parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
lab = "demo"
rng_seed = 7

[[claim]]
id = "first"
short = "First"
says = "One thing makes another."
notes = [{ file = "000_9b94236463d76323.txt", lines = [116, 118] }]
exam = "It does."
because = "It must."
why_untestable = "Needs a known truth."

[[claim.setting]]
name = "all is well"
measure = "difference"
unit = "1"
rule = { at_least = 0.1 }
expect = "holds"

[[claim.setting.part]]
measure = "another"
unit = "share"
rule = { within = [0.0, 1.0] }
expect = "negligible"

[[claim.setting]]
name = "nothing is there"
role = "control"
measure = "false alarms"
unit = "share"
rule = { below = 0.05 }
"#;

    fn fault(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        Seed::parse("demo.toml", &GOOD.replacen(from, to, 1)).expect_err(to).to_string()
    }

    #[test]
    fn a_good_file_is_read_whole() {
        let seed = Seed::parse("demo.toml", GOOD).unwrap();
        let claim = seed.claim("first").unwrap();
        assert_eq!((seed.rng_seed, claim.settings.len(), claim.settings[0].parts.len()), (7, 2, 2));
        assert_eq!(claim.settings[1].role, Role::Control);
        assert_eq!(claim.cited(), "notes 000, lines 116 and 118");
        assert_eq!(claim.expect(On::Generated), None);
    }

    #[test]
    fn expectations_add_up_like_findings() {
        let text = GOOD.replace("rule = { below = 0.05 }", "rule = { below = 0.05 }\nexpect = \"holds\"");
        let seed = Seed::parse("demo.toml", &text).unwrap();
        assert_eq!(seed.claims[0].expect(On::Generated), Some(Verdict::Negligible));
    }

    #[test]
    fn faults_name_file_and_claim() {
        for (from, to, words) in [
            ("id = \"first\"", "id = \"first\"\ncolour = 1", "colour"),
            ("exam = \"It does.\"\n", "", "exam"),
            ("{ at_least = 0.1 }", "{ at_least = 0.0 }", "above = 0"),
            ("{ at_least = 0.1 }", "{ at_most = 0.1 }", "at_most"),
            ("expect = \"holds\"", "expect = \"maybe\"", "maybe"),
            ("expect = \"holds\"", "expect = \"depends\"", "cannot depend"),
            ("why_untestable = \"Needs a known truth.\"\n", "", "why_untestable"),
            ("name = \"nothing is there\"", "name = \"all is well\"", "twice"),
            ("lines = [116, 118]", "lines = []", "no line"),
            (
                "because = ",
                "but = { says = \"it bends\", setting = \"nothing is there\" }\nbecause = ",
                "nothing is there",
            ),
            ("because = ", "when = \"it is so.\"\nbecause = ", "full stop"),
            (
                "measure = \"difference\"",
                "short = \"as well as all can be in each of the worlds that are\"\nmeasure = \"difference\"",
                "40 fit",
            ),
            ("name = \"all is well\"", "name = \"all is well\"\nrole = \"limit\"", "scope"),
        ] {
            let text = fault(from, to);
            assert!(text.starts_with("seeds/demo.toml, claim first: ") && text.contains(words), "{to}: {text}");
        }
        assert!(fault("rng_seed = 7", "").contains("rng_seed"));
        assert!(Seed::parse("other.toml", GOOD).unwrap_err().to_string().contains("demo.toml"));
        let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[claim]]").unwrap()..]);
        assert!(Seed::parse("demo.toml", &twice).unwrap_err().to_string().contains("this id stands twice"));
    }
}
