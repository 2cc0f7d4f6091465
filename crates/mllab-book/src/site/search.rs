//! search.js: the index with what a hit shows, and the search, in one file beside the pages.

use super::Chapter;
use crate::find::{Hit, Index, endings};
use crate::glyph;
use crate::links::{GLOSSARY_FILE, lab_file};
use crate::spoken;
use crate::words::TERMS;
use serde_json::{Value, json};

/// The script.
pub fn script(index: &Index, chapters: &[Chapter]) -> String {
    let mut data = index.to_json();
    data["hits"] = index.hits().iter().map(|hit| shown(*hit, chapters)).collect();
    include_str!("../find/search.js").replacen("DATA", &data.to_string(), 1).replacen(
        "ENDINGS",
        &json!(endings()).to_string(),
        1,
    )
}

/// What a hit shows.
fn shown(hit: Hit, chapters: &[Chapter]) -> Value {
    match hit {
        Hit::Claim(lab, claim) => {
            let chapter = &chapters[lab];
            let (meta, claim) = (chapter.lab.meta(), &chapter.report.claims[claim]);
            let said = claim.said();
            let measured = spoken::sentence(&claim.measured_sentence(chapter.report.speaks_as_written()));
            json!({
                "u": format!("{}#{}", lab_file(chapter.lab), claim.id), "v": glyph::name(claim.verdict, claim.opposite),
                "w": said.chip, "e": said.end, "t": claim.says, "m": measured.into_string(), "l": meta.title,
                "id": format!("{}/{}", meta.id, claim.id),
            })
        }
        Hit::Lab(lab) => {
            let chapter = &chapters[lab];
            let meta = chapter.lab.meta();
            json!({
                "u": lab_file(chapter.lab), "w": "Lab", "t": meta.question, "m": chapter.report.counts(), "l": meta.title,
                "id": meta.id,
            })
        }
        Hit::Term(term) => {
            let term = &TERMS[term];
            json!({
                "u": format!("{GLOSSARY_FILE}#{}", term.anchor()), "w": "Word", "t": term.name, "m": term.says,
                "id": format!("word {}", term.name),
            })
        }
    }
}
