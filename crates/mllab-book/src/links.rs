//! The files of the site's pages.

use mllab_core::{AnyLab, Domain};

/// The file of a lab's page.
pub fn lab_file(lab: &dyn AnyLab) -> String {
    format!("{}.html", lab.meta().id)
}

/// The file of a domain's page.
pub fn domain_file(domain: Domain) -> String {
    format!("{}.html", domain.id())
}

/// The page of the glossary.
pub const GLOSSARY_FILE: &str = "glossary.html";

/// A term's place in the glossary: "f-beta" of "F-beta".
pub fn glossary_anchor(name: &str) -> String {
    let letters = name.to_lowercase();
    let words = letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// The page of the race of models.
pub const BENCH_FILE: &str = "bench.html";
