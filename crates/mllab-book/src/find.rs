//! One index for every search: the header, the front page, the list of claims and the terminal give the same hits in the
//! same order.
//!
//! It is made from seeds and glossary alone, so that it needs no run; what a hit shows comes from a run where there is
//! one. `search.js` holds it, with the same search in JavaScript, beside the pages; a browser test holds the two
//! together.

mod stem;

pub use stem::stem;

use self::stem::{ENDINGS, tokens};
use crate::notes::vocabulary;
use crate::words::{TERMS, found};
use mllab_core::seed::Claim;
use mllab_core::{AnyLab, SeedError};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// A claim: its lab's place among the labs, its own among the lab's.
    Claim(usize, usize),
    /// A lab.
    Lab(usize),
    /// A term of the glossary.
    Term(usize),
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// Words of the query that stand nowhere.
    pub unknown: Vec<String>,
}

/// Where each word stands, and how much it says there.
pub struct Index {
    hits: Vec<Hit>,
    /// By stem: how rare it is, then the hits that have it and its weight there.
    words: BTreeMap<String, (u32, Vec<(usize, u32)>)>,
}

/// Words without a subject; a query may have nothing else, and then finds nothing.
const STOP: &str = include_str!("find/stop.txt");

/// Weights of the places in which a word may stand.
const NAME: u32 = 8;
const KEYWORD: u32 = 6;
const STATEMENT: u32 = 5;
const LAB: u32 = 2;
const REST: u32 = 1;

/// The endings that stems lose, for search.js.
pub(crate) fn endings() -> &'static [(&'static str, &'static str)] {
    &ENDINGS
}

impl Index {
    /// The index of these labs and the glossary.
    ///
    /// # Errors
    ///
    /// A fault in a lab's seeds; a test holds that there is none.
    pub fn new(labs: &[&dyn AnyLab]) -> Result<Index, SeedError> {
        let mut texts: Vec<(Hit, Vec<(String, u32)>)> = Vec::new();
        for (i, lab) in labs.iter().enumerate() {
            let meta = lab.meta();
            let seed = lab.seed()?;
            for (j, claim) in seed.claims.iter().enumerate() {
                let mut fields = of_claim(claim);
                fields.push((format!("{} {}", meta.title, meta.question), LAB));
                texts.push((Hit::Claim(i, j), fields));
            }
            let shorts: Vec<&str> = seed.claims.iter().map(|claim| claim.short.as_str()).collect();
            let fields = vec![
                (format!("{} {}", meta.title, meta.id), NAME),
                (meta.question.to_string(), STATEMENT),
                (shorts.join(" "), REST),
            ];
            texts.push((Hit::Lab(i), fields));
        }
        for (i, term) in TERMS.iter().enumerate() {
            let names = format!("{} {}", term.name, term.spellings.join(" "));
            texts.push((Hit::Term(i), vec![(names, NAME), (term.says.clone(), REST)]));
        }
        Ok(Index::of(texts))
    }

    fn of(texts: Vec<(Hit, Vec<(String, u32)>)>) -> Index {
        let compounds = compounds(&texts);
        let mut words: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
        for (at, (_, fields)) in texts.iter().enumerate() {
            for (text, weight) in fields {
                for word in spelled(text, &|joined| compounds.contains(joined), false) {
                    let there = words.entry(word).or_default().entry(at).or_default();
                    *there = (*there).max(*weight);
                }
            }
        }
        let n = texts.len() as f64;
        let rare = |df: usize| (100.0 * (1.0 + n / df as f64).ln()).round() as u32;
        Index {
            hits: texts.into_iter().map(|(hit, _)| hit).collect(),
            words: words
                .into_iter()
                .map(|(word, there)| (word, (rare(there.len()), there.into_iter().collect())))
                .collect(),
        }
    }

    /// The hits of a query: those that have half of the weight of its known words, rare words weighing more.
    pub fn find(&self, query: &str) -> Found {
        let asked: BTreeSet<String> =
            spelled(query, &|joined| self.words.contains_key(joined), true).into_iter().collect();
        let (known, unknown): (Vec<String>, Vec<String>) =
            asked.into_iter().partition(|word| self.words.contains_key(word));
        let whole: u32 = known.iter().map(|word| self.words[word].0).sum();
        let mut scores: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
        for word in &known {
            let (rare, there) = &self.words[word];
            for (at, weight) in there {
                let score = scores.entry(*at).or_default();
                score.0 += rare;
                score.1 += rare * weight;
            }
        }
        let mut found: Vec<(u32, usize)> =
            scores.into_iter().filter(|(_, (has, _))| 2 * has >= whole).map(|(at, (_, score))| (score, at)).collect();
        found.sort_by_key(|&(score, at)| (std::cmp::Reverse(score), at));
        Found { hits: found.into_iter().map(|(_, at)| self.hits[at]).collect(), unknown }
    }

    /// The index as search.js has it.
    pub(crate) fn to_json(&self) -> Value {
        let words: Map<String, Value> = self
            .words
            .iter()
            .map(|(word, (rare, there))| {
                let flat: Vec<u32> =
                    std::iter::once(*rare).chain(there.iter().flat_map(|&(at, weight)| [at as u32, weight])).collect();
                (word.clone(), json!(flat))
            })
            .collect();
        json!({ "stop": STOP.split_whitespace().collect::<Vec<_>>(), "words": words })
    }

    /// The hits in the index's order.
    pub(crate) fn hits(&self) -> &[Hit] {
        &self.hits
    }
}

/// What a claim is found by.
fn of_claim(claim: &Claim) -> Vec<(String, u32)> {
    let said = claim.as_expected().said();
    let optional = [&claim.differs, &claim.measured].into_iter().flatten().map(String::as_str);
    let rest: Vec<&str> = optional.chain([claim.exam.as_str(), claim.because.as_str(), said.end.as_str()]).collect();
    let rest = rest.join(" ").replace("{{", " ").replace("}}", " ");
    let terms: BTreeSet<usize> = found(&format!("{} {rest}", claim.says)).into_iter().map(|(.., term)| term).collect();
    let spellings: Vec<String> =
        terms.iter().map(|&term| format!("{} {}", TERMS[term].name, TERMS[term].spellings.join(" "))).collect();
    vec![
        (claim.short.clone(), NAME),
        (vocabulary::plain(&claim.keywords).join(" . "), KEYWORD),
        (format!("{} {}", claim.says, claim.id.replace('-', " ")), STATEMENT),
        (rest, REST),
        (spellings.join(" . "), REST),
    ]
}

/// Words that somebody writes as one or with a hyphen: elsewhere their parts stand apart.
fn compounds(texts: &[(Hit, Vec<(String, u32)>)]) -> BTreeSet<String> {
    let all = texts.iter().flat_map(|(_, fields)| fields).map(|(text, _)| text.as_str());
    let mut words: BTreeSet<String> = BTreeSet::new();
    for text in all {
        for group in tokens(text) {
            words.extend(group.iter().map(|word| stem(word)));
            words.extend(group.windows(2).map(|pair| stem(&pair.concat())));
        }
    }
    words
}

/// The stems of a text's words, stop words left out. Two neighbours that `known` has as one word are that word as well, so
/// that "cut-off", "cut off" and "cutoff" are one; of a query (`instead`) they are only that word.
fn spelled(text: &str, known: &dyn Fn(&str) -> bool, instead: bool) -> Vec<String> {
    let words: Vec<String> = tokens(text).concat();
    let stop: BTreeSet<&str> = STOP.split_whitespace().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let joined = words.get(at + 1).map(|next| stem(&format!("{}{next}", words[at])));
        if let Some(joined) = joined.filter(|joined| known(joined)) {
            out.push(joined);
            if instead {
                at += 2;
                continue;
            }
        }
        if !stop.contains(words[at].as_str()) {
            out.push(stem(&words[at]));
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[&str]) -> Index {
        let of = |(at, text): (usize, &&str)| (Hit::Term(at), vec![((*text).to_string(), STATEMENT)]);
        Index::of(texts.iter().enumerate().map(of).collect())
    }

    #[test]
    fn spellings_are_one() {
        let index = index(&["a lower cut-off helps", "regularised models", "colours of behaviour"]);
        for (query, at) in [
            ("cutoff", 0),
            ("cut off", 0),
            ("cut-offs", 0),
            ("regularization of models", 1),
            ("regularise", 1),
            ("color", 2),
            ("behavior", 2),
        ] {
            assert_eq!(index.find(query).hits, [Hit::Term(at)], "{query}");
        }
    }

    #[test]
    fn a_question_matches_on_its_rare_words_and_names_the_unknown() {
        let index = index(&["oversampling raises recall", "recall falls", "precision and recall"]);
        let found = index.find("Is it true that oversampling helps quuxly?");
        assert_eq!(found.hits, [Hit::Term(0)]);
        assert_eq!(found.unknown, [stem("quuxly")]);
        assert!(index.find("is it the?").hits.is_empty());
    }
}
