//! The glossary: what a term means, marked at its first use on a page and listed on a page of its own.
//!
//! `glossary.toml` holds a term an entry: its name, what it means in some 25 words, and how else it is spelled.

use crate::links::glossary_anchor;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A term and what it means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// As it is called: "cut-off".
    pub name: String,
    /// What it means.
    pub says: String,
    /// How else it is written.
    #[serde(default)]
    pub spellings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Glossary {
    term: Vec<Term>,
}

/// All terms, by name.
pub static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let glossary: Result<Glossary, _> = toml::from_str(include_str!("glossary.toml"));
    let mut terms = glossary.map(|glossary| glossary.term).unwrap_or_default();
    terms.sort_by_key(|term| term.name.to_lowercase());
    terms
});

/// Spellings with the term that each belongs to, the longest first.
static SPELLINGS: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
    let mut all: Vec<(String, usize)> = TERMS
        .iter()
        .enumerate()
        .flat_map(|(at, term)| [&term.name].into_iter().chain(&term.spellings).map(move |word| (word.clone(), at)))
        .collect();
    all.sort_by_key(|(word, at)| (std::cmp::Reverse(word.len()), *at));
    all
});

impl Term {
    /// The anchor of its entry, and of its popover.
    pub fn anchor(&self) -> String {
        glossary_anchor(&self.name)
    }
}

/// How many terms are marked in a claim.
const MOST: usize = 4;

/// Marks terms where they first stand in a stretch of a page.
pub struct Marker {
    /// Terms of this stretch that are marked already.
    here: BTreeSet<usize>,
    /// Terms marked anywhere on the page.
    used: BTreeSet<usize>,
    marks: bool,
}

impl Marker {
    /// One that marks.
    pub fn marking() -> Self {
        Marker { here: BTreeSet::new(), used: BTreeSet::new(), marks: true }
    }

    /// One that leaves text as it is.
    pub fn silent() -> Self {
        Marker { marks: false, ..Marker::marking() }
    }

    /// Begins another stretch, in which terms are marked anew.
    pub fn begin(&mut self) {
        self.here.clear();
    }

    /// `text` with the terms marked that were not marked in this stretch.
    pub fn mark(&mut self, text: &str) -> Markup {
        let mut at = 0;
        let mut pieces = Vec::new();
        if self.marks {
            for (from, to, term) in found(text) {
                if self.here.len() >= MOST || !self.here.insert(term) {
                    continue;
                }
                self.used.insert(term);
                // A full stop stays with its word.
                let joint = if text[to..].starts_with(['.', ',', ';', ':', ')', '?', '’']) { "\u{2060}" } else { "" };
                pieces.push((&text[at..from], &text[from..to], &TERMS[term], joint));
                at = to;
            }
        }
        html! {
            @for (before, word, term, joint) in pieces {
                (before)
                button.term type="button" popovertarget={ "term-" (term.anchor()) } { (word) }
                (joint)
            }
            (&text[at..])
        }
    }

    /// What the marked terms mean, to be opened where they stand.
    pub fn popovers(&self) -> Markup {
        html! {
            @for &term in &self.used {
                @let term = &TERMS[term];
                div.def id={ "term-" (term.anchor()) } popover="auto" role="note" aria-label=(term.name) {
                    b { (term.name) } (term.says)
                }
            }
        }
    }

    /// The marked terms as a list, for the page's end and for print.
    pub fn list(&self) -> Markup {
        html! {
            dl.terms {
                @for &term in &self.used { div { dt { (TERMS[term].name) } dd { (TERMS[term].says) } } }
            }
        }
    }

    /// How many terms are marked on the page.
    pub fn n_used(&self) -> usize {
        self.used.len()
    }
}

/// Where terms stand in a text: from, to and the term, from left to right, none inside another.
pub fn found(text: &str) -> Vec<(usize, usize, usize)> {
    // Only ASCII changes its case, so that places stay places.
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (word, term) in SPELLINGS.iter() {
        // What is written in capitals is looked for in capitals: "PSI".
        let shouted = word.chars().filter(|c| c.is_uppercase()).count() > 1;
        let (hay, needle) = if shouted { (text, word.clone()) } else { (lower.as_str(), word.to_ascii_lowercase()) };
        for (from, _) in hay.match_indices(&needle) {
            let to = from + needle.len();
            let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
            let alone = free(text[..from].chars().next_back()) && free(text[to..].chars().next());
            if alone && found.iter().all(|&(a, b, _)| to <= a || b <= from) {
                found.push((from, to, *term));
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_is_whole() {
        let glossary: Glossary = toml::from_str(include_str!("glossary.toml")).unwrap();
        assert!(glossary.term.len() >= 75, "{} terms", glossary.term.len());
        let mut spelled = BTreeSet::new();
        for term in &glossary.term {
            let words = term.says.split_whitespace().count();
            assert!((6..=32).contains(&words) && term.says.ends_with('.'), "{}: {words} words", term.name);
            for spelling in [&term.name].into_iter().chain(&term.spellings) {
                assert!(spelled.insert(spelling.to_lowercase()), "{spelling} stands twice");
            }
        }
    }

    #[test]
    fn a_term_is_marked_once_in_a_stretch_and_only_as_a_word() {
        let mut words = Marker::marking();
        let html = words.mark("Recall rises, recalled or not; recall again.").into_string();
        assert_eq!(html.matches("<button").count(), 1, "{html}");
        assert!(html.starts_with("<button class=\"term\"") && html.contains(">Recall</button> rises, recalled"));
        words.begin();
        assert!(words.mark("recall").into_string().contains("<button"));
        assert_eq!(words.n_used(), 1);
        assert_eq!(Marker::silent().mark("a <recall>").into_string(), "a &lt;recall&gt;");
    }
}
