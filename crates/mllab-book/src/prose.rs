//! page.md: prose around embedded figures and numbers, so that what is written cannot disagree with what was measured.
//!
//! Sections are headed `# Answer`, `# Picture`, `# Figures`, `# Exam`, `# Left out`. Within them `{{figure id}}` on a
//! line of its own, and `{{value claim setting}}` (with ` #2` for a setting's second part), `{{verdict claim}}` and
//! `{{param name}}` in the text.

use crate::card;
use maud::{Markup, PreEscaped, html};
use mllab_core::Report;
use pulldown_cmark::{Options, Parser};
use thiserror::Error;

/// The sections a page may have, in its order.
pub const SECTIONS: [&str; 5] = ["Answer", "Picture", "Figures", "Exam", "Left out"];

/// Why a page's prose cannot be set.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("page.md of {lab}: {what}")]
pub struct ProseError {
    /// The lab.
    pub lab: String,
    /// The fault.
    pub what: String,
}

/// A stretch of a section.
pub enum Block<'a> {
    /// Markdown, set as HTML.
    Text(Markup),
    /// A figure's place.
    Figure(&'a str),
}

/// The blocks of one section; none where the page has no such section.
///
/// # Errors
///
/// An unknown directive, figure, claim, setting or parameter; a heading that is no section.
pub fn section<'a>(page: &'a str, name: &str, report: &Report) -> Result<Vec<Block<'a>>, ProseError> {
    let fault = |what: String| ProseError { lab: report.lab.clone(), what };
    let mut blocks = Vec::new();
    let (mut here, mut text) = (false, String::new());
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            if !SECTIONS.contains(&heading.trim()) {
                return Err(fault(format!("{heading:?} is no section of a page; there are {}", SECTIONS.join(", "))));
            }
            here = heading.trim() == name;
            continue;
        }
        if !here {
            continue;
        }
        if let Some(id) = line.trim().strip_prefix("{{figure ").and_then(|rest| rest.strip_suffix("}}")) {
            let id = id.trim();
            if !report.figures.iter().any(|figure| figure.id == id) {
                return Err(fault(format!("there is no figure {id}")));
            }
            flush(&mut text, &mut blocks, report)?;
            blocks.push(Block::Figure(id));
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    flush(&mut text, &mut blocks, report)?;
    Ok(blocks)
}

fn flush(text: &mut String, blocks: &mut Vec<Block<'_>>, report: &Report) -> Result<(), ProseError> {
    if !text.trim().is_empty() {
        let filled = fill(text, report)?;
        let mut set = String::new();
        pulldown_cmark::html::push_html(&mut set, Parser::new_ext(&filled, Options::ENABLE_TABLES));
        blocks.push(Block::Text(PreEscaped(set)));
    }
    text.clear();
    Ok(())
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
                let (setting, part) = card::part_of(setting);
                let finding = claim(id)?.finding(setting, part);
                card::value(finding.ok_or_else(|| fault(format!("claim {id} has no setting {setting:?}")))?)
            }
            "verdict" => html! { b { (claim(argument)?.words().to_lowercase()) } },
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
    use mllab_core::report::{Data, FigureEntry};
    use serde_json::{Map, json};

    fn report() -> Report {
        let params: Map<String, serde_json::Value> = [("steps".to_string(), json!(60))].into_iter().collect();
        let figure = FigureEntry {
            id: "curves".into(),
            study: "s".into(),
            title: "t".into(),
            alt: "a".into(),
            svg: None,
            svg_narrow: None,
            png: None,
            tile: String::new(),
        };
        let claim = json!({
            "id": "c", "short": "", "says": "", "notes": "", "exam": "", "because": "", "quantifier": "all",
            "verdict": "holds", "opposite": false, "expect": null,
            "findings": [{
                "setting": "all is well", "role": "scope", "measure": "m", "unit": "1", "estimate": 0.5, "low": 0.4,
                "high": 0.6, "level": 0.99, "replicates": 9, "rule": {"above": 0.3}, "verdict": "holds", "expect": null,
            }],
        });
        Report {
            lab: "demo".into(),
            version: "0".into(),
            seed: 1,
            replicates: 9,
            quick: false,
            only: None,
            params,
            changed: vec![],
            data: Data::Generated,
            title: String::new(),
            question: String::new(),
            domain: String::new(),
            claims: vec![serde_json::from_value(claim).unwrap()],
            untestable: vec![],
            tables: vec![],
            figures: vec![figure],
        }
    }

    fn html(page: &str) -> Result<String, ProseError> {
        let blocks = section(page, "Figures", &report())?;
        let text = |block: &Block| match block {
            Block::Text(text) => text.clone().into_string(),
            Block::Figure(id) => format!("[{id}]"),
        };
        Ok(blocks.iter().map(text).collect())
    }

    #[test]
    fn values_stand_where_they_are_embedded() {
        let page = "# Answer\nnot here\n# Figures\n\n{{figure curves}}\n\nIt is {{value c all is\nwell}} after {{param steps}}: {{verdict c}}.\n";
        assert_eq!(html(page).unwrap(), "[curves]<p>It is <b>0.5</b> (0.4 to 0.6) after 60: <b>true here</b>.</p>\n");
    }

    #[test]
    fn an_unknown_name_is_a_fault() {
        for (text, words) in [
            ("{{figure none}}", "no figure none"),
            ("{{value x all is well}}", "no claim x"),
            ("{{value c else}}", "no setting \"else\""),
            ("{{value c all is well #2}}", "no setting"),
            ("{{param rate}}", "no parameter rate"),
            ("{{verdict d}}", "no claim d"),
            ("{{sum c}}", "no directive"),
            ("{{value c", "never closed"),
        ] {
            let fault = html(&format!("# Figures\n{text}\n")).unwrap_err().to_string();
            assert!(fault.starts_with("page.md of demo: ") && fault.contains(words), "{text}: {fault}");
        }
        assert!(html("# Fingers\n").unwrap_err().to_string().contains("no section"));
    }
}
