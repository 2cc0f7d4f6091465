//! page.md: prose around embedded figures and numbers, so that what is written cannot disagree with what was measured.
//!
//! ```text
//! # Answer                      sixty words without a symbol
//! # Part: Which numbers lie     one sentence, then the claims in the order of the story
//!
//! A score can look high because it counts negatives.
//!
//! - accuracy-misleads
//! - balanced-accuracy: what its figure shows of it, where that stands at another claim
//!
//! ## Balance after the split    a figure with words of its own
//!
//! Balanced before the split, a test row is a copy.
//!
//! {{figure leak}}
//!
//! | a | table |
//!
//! # Exam                        thirty words for the opening, then what is asked and the table
//! # Left out
//! ```
//!
//! In the text stand `{{value claim setting}}` (with ` #2` for a setting's second part), `{{verdict claim}}` and
//! `{{param name}}`.

use crate::spoken;
use crate::words::Marker;
use maud::{Markup, PreEscaped, html};
use mllab_core::Report;
use mllab_core::said::part_of;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use thiserror::Error;

/// Why a page's prose cannot be set.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("page.md of {lab}: {what}")]
pub struct ProseError {
    /// The lab.
    pub lab: String,
    /// The fault.
    pub what: String,
}

/// A page's prose, cut into its sections; markdown with its numbers in place.
#[derive(Debug, Default)]
pub struct Prose {
    /// The answer.
    pub answer: String,
    /// The story.
    pub parts: Vec<Part>,
    /// What the exam wants, for the opening, and in full.
    pub exam: (String, String),
    /// What the notes leave out.
    pub left_out: String,
}

/// A part of the story.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// Its one sentence.
    pub lead: String,
    /// What stands in it.
    pub steps: Vec<Step>,
}

/// A step of the story.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// A claim, and what its figure shows of it.
    Claim(String, String),
    /// A figure of its own: heading, words, the figure's id.
    Figure(String, String, String),
    /// A table over the whole width.
    Table(String),
}

impl Prose {
    /// Reads a lab's page.md for a run.
    ///
    /// # Errors
    ///
    /// An unknown directive, figure, claim, setting or parameter; a heading that is no section; a claim that stands
    /// twice or nowhere.
    pub fn read(page: &str, report: &Report) -> Result<Prose, ProseError> {
        let fault = |what: String| ProseError { lab: report.lab.clone(), what };
        let mut prose = Prose::default();
        for section in page.split("\n# ").map(|section| section.trim_start_matches("# ")) {
            let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
            let body = body.trim();
            match heading.trim() {
                "Answer" => prose.answer = fill(body, report)?,
                "Exam" => {
                    let (first, rest) = body.split_once("\n\n").unwrap_or((body, ""));
                    prose.exam = (fill(first, report)?, fill(rest, report)?);
                }
                "Left out" => prose.left_out = fill(body, report)?,
                heading => match heading.strip_prefix("Part: ") {
                    Some(title) => prose.parts.push(part(title, body, report)?),
                    None if heading.is_empty() => {}
                    None => return Err(fault(format!("{heading:?} is no section: Answer, Part: …, Exam, Left out"))),
                },
            }
        }
        let told: Vec<&String> = prose.parts.iter().flat_map(|part| &part.steps).filter_map(Step::claim).collect();
        let asked = report.only.as_deref();
        for claim in &report.claims {
            let n = told.iter().filter(|id| **id == &claim.id).count();
            if n != 1 && asked.is_none() {
                return Err(fault(format!("the claim {} stands in {n} parts of the story instead of one", claim.id)));
            }
        }
        Ok(prose)
    }
}

impl Step {
    fn claim(&self) -> Option<&String> {
        if let Step::Claim(id, _) = self { Some(id) } else { None }
    }
}

fn part(title: &str, body: &str, report: &Report) -> Result<Part, ProseError> {
    let fault = |what: String| ProseError { lab: report.lab.clone(), what };
    let (lead, rest) = body.split_once("\n\n").unwrap_or((body, ""));
    let mut steps = Vec::new();
    let mut own: Option<(String, String)> = None;
    let mut between = false;
    for line in rest.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            own = Some((heading.trim().into(), String::new()));
        } else if let Some(id) = line.trim().strip_prefix("{{figure ").and_then(|rest| rest.strip_suffix("}}")) {
            let id = id.trim();
            if !report.figures.iter().any(|figure| figure.id == id) {
                return Err(fault(format!("there is no figure {id}")));
            }
            let (heading, words) = own.take().ok_or_else(|| fault(format!("the figure {id} has no heading")))?;
            steps.push(Step::Figure(heading, fill(words.trim(), report)?, id.into()));
        } else if let (Some(item), None) = (line.strip_prefix("- "), &own) {
            let (id, seen) = item.split_once(": ").unwrap_or((item, ""));
            let (id, left_out) = (id.trim(), report.untestable.iter().any(|claim| claim.id == id.trim()));
            if report.claim(id).is_none() && report.only.is_none() && !left_out {
                return Err(fault(format!("there is no claim {id}")));
            }
            if report.claim(id).is_some() {
                steps.push(Step::Claim(id.into(), seen.trim().into()));
            }
        } else if line.starts_with('|') && own.is_none() {
            match steps.last_mut() {
                Some(Step::Table(table)) if !between => *table = format!("{table}\n{line}"),
                _ => steps.push(Step::Table(line.into())),
            }
        } else if let Some((_, words)) = &mut own {
            words.push_str(line);
            words.push('\n');
        } else if !line.trim().is_empty() {
            return Err(fault(format!("{line:?} in the part {title:?} is neither a claim nor under a heading")));
        }
        between = line.trim().is_empty();
    }
    if let Some((heading, _)) = own {
        return Err(fault(format!("{heading:?} has no figure")));
    }
    Ok(Part { title: title.trim().into(), lead: fill(lead, report)?, steps })
}

/// Markdown as HTML, with terms marked where they first stand.
pub fn set(text: &str, words: &mut Marker) -> Markup {
    let mut depth = 0;
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Heading { .. } | Tag::TableHead) => depth += 1,
            Event::End(TagEnd::Link | TagEnd::Heading(_) | TagEnd::TableHead) => depth -= 1,
            Event::Text(text) if depth == 0 => return Event::Html(words.mark(text).into_string().into()),
            _ => {}
        }
        event
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    PreEscaped(html)
}

/// Puts values in the place of the directives.
fn fill(text: &str, report: &Report) -> Result<String, ProseError> {
    let fault = |what: String| ProseError { lab: report.lab.clone(), what };
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let (directive, after) =
            after.split_once("}}").ok_or_else(|| fault(format!("{{{{{} is never closed", after.trim_end())))?;
        let words = directive.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, argument) = words.split_once(' ').unwrap_or((&words, ""));
        let claim = |id: &str| report.claim(id).ok_or_else(|| fault(format!("there is no claim {id}")));
        let markup = match name {
            "value" => {
                let (id, setting) = argument.split_once(' ').unwrap_or((argument, ""));
                let (setting, part) = part_of(setting);
                let finding = claim(id)?.finding(setting, part);
                let finding = finding.ok_or_else(|| fault(format!("claim {id} has no setting {setting:?}")))?;
                spoken::sentence(&[finding.number()])
            }
            "verdict" => html! { b { (claim(argument)?.said().chip.to_lowercase()) } },
            "param" => {
                let value =
                    report.params.get(argument).ok_or_else(|| fault(format!("there is no parameter {argument}")))?;
                html! { (value) }
            }
            _ => return Err(fault(format!("{{{{{words}}}}} is no directive"))),
        };
        filled.push_str(&markup.into_string());
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report() -> Report {
        serde_json::from_value(json!({
            "lab": "demo", "version": "0", "seed": 1, "replicates": 9, "quick": false, "params": {"steps": 60},
            "changed": [], "data": {"source": "generated"}, "title": "", "question": "", "domain": "",
            "untestable": [], "tables": [],
            "figures": [{"id": "curves", "study": "s", "title": "t", "alt": "a", "svg": null, "svg_narrow": null,
                "png": null, "tile": ""}],
            "claims": [{
                "id": "c", "short": "", "says": "", "notes": "", "exam": "", "because": "", "quantifier": "all",
                "verdict": "holds", "opposite": false, "expect": null,
                "findings": [{
                    "setting": "all is well", "role": "scope", "measure": "m", "unit": "1", "estimate": 0.5,
                    "low": 0.4, "high": 0.6, "level": 0.99, "replicates": 9, "rule": {"above": 0.3},
                    "verdict": "holds", "expect": null,
                }],
            }],
        }))
        .unwrap()
    }

    #[test]
    fn a_page_is_a_story() {
        let page = "# Answer\nIt is {{value c all is\nwell}} after {{param steps}}: {{verdict c}}.\n\n# Part: First\n\nOne thing.\n\n\
                    - c: a curve\n\n## More\n\nWords.\n\n{{figure curves}}\n\n# Exam\n\nShort.\n\nLong.\n";
        let prose = Prose::read(page, &report()).unwrap();
        assert_eq!(prose.answer, "It is <b>0.5</b> (0.4 to 0.6) after 60: <b>true here</b>.");
        let steps = vec![
            Step::Claim("c".into(), "a curve".into()),
            Step::Figure("More".into(), "Words.".into(), "curves".into()),
        ];
        assert_eq!(prose.parts, [Part { title: "First".into(), lead: "One thing.".into(), steps }]);
        assert_eq!(prose.exam, ("Short.".into(), "Long.".into()));
        assert_eq!(set(&prose.answer, &mut Marker::silent()).into_string(), format!("<p>{}</p>\n", prose.answer));
    }

    #[test]
    fn an_unknown_name_is_a_fault() {
        for (text, words) in [
            ("## x\n\n{{figure none}}", "no figure none"),
            ("## x\n\n{{value x all is well}}\n\n{{figure curves}}", "no claim x"),
            ("## x\n\n{{value c else}}\n\n{{figure curves}}", "no setting \"else\""),
            ("## x\n\n{{value c all is well #2}}\n\n{{figure curves}}", "no setting"),
            ("## x\n\n{{param rate}}\n\n{{figure curves}}", "no parameter rate"),
            ("## x\n\n{{verdict d}}\n\n{{figure curves}}", "no claim d"),
            ("## x\n\n{{sum c}}\n\n{{figure curves}}", "no directive"),
            ("## x\n\n{{value c\n\n{{figure curves}}", "never closed"),
            ("{{figure curves}}", "no heading"),
            ("## x\n\nwords", "no figure"),
            ("- d", "no claim d"),
            ("words", "neither"),
            ("- c\n- c", "2 parts"),
            ("", "0 parts"),
        ] {
            let fault = Prose::read(&format!("# Part: One\n\nIt is.\n\n{text}\n"), &report()).unwrap_err().to_string();
            assert!(fault.starts_with("page.md of demo: ") && fault.contains(words), "{text}: {fault}");
        }
        assert!(Prose::read("# Fingers\n", &report()).unwrap_err().to_string().contains("no section"));
    }
}
