//! What search looks through: each lab and each claim, with the words of its subject.

use super::Chapter;
use crate::glyph;
use crate::links::lab_file;
use crate::notes::vocabulary;
use serde_json::{Value, json};

/// The entries as JSON that may stand in a script element.
pub fn entries(chapters: &[Chapter]) -> String {
    let mut all: Vec<Value> = Vec::new();
    for chapter in chapters {
        let meta = chapter.lab.meta();
        let file = lab_file(chapter.lab);
        all.push(json!({ "t": meta.question, "u": file, "k": format!("{} {}", meta.id, meta.title) }));
        let seed = chapter.lab.seed();
        for claim in &chapter.report.claims {
            let keywords = seed
                .as_ref()
                .ok()
                .and_then(|seed| seed.claims.iter().find(|asked| asked.id == claim.id))
                .map(|asked| vocabulary::plain(&asked.keywords).join(" "))
                .unwrap_or_default();
            all.push(json!({
                "t": claim.says,
                "u": format!("{file}#{}", claim.id),
                "v": glyph::name(claim.verdict, claim.opposite),
                "w": claim.words(),
                "k": format!("{} {} {keywords}", meta.title, claim.short),
            }));
        }
    }
    // `<` could end the script element that holds it.
    Value::Array(all).to_string().replace('<', "\\u003c")
}
