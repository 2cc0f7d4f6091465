//! Words and what stands for them: stems, and the thesaurus that claims share.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Other words for a subject, a line each: `name: word, two words, …`.
const THESAURUS: &str = include_str!("thesaurus.txt");

static ENTRIES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    THESAURUS
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, words)| (name, words.split(", ").collect()))
        .collect()
});

/// Services that are called like a thing that notes speak of: written so, the service is meant.
pub const SERVICES: [&str; 1] = ["Ground Truth"];

/// A group's words with thesaurus entries spelled out; nothing where an entry does not exist.
pub fn expand(group: &[String]) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    for word in group {
        match word.strip_prefix('@') {
            Some(name) => words.extend(ENTRIES.get(name)?),
            None => words.push(word.as_str()),
        }
    }
    Some(words)
}

/// All words of a claim's keywords, for search.
pub fn plain(groups: &[Vec<String>]) -> Vec<&str> {
    groups.iter().filter_map(|group| expand(group)).flatten().collect()
}

/// A word of a line: where it stands, in lower case, and its stem.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its bytes in the line.
    pub at: std::ops::Range<usize>,
    /// As written, in lower case.
    pub written: String,
    /// What is compared.
    pub stem: String,
}

/// The words of a text: runs of letters and digits.
pub fn words(text: &str) -> Vec<Word> {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut words = Vec::new();
    let mut start = None;
    for (i, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric(), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                let written = text[from..i].to_lowercase();
                // No word of the vocabulary is longer; a page of letters without a space is not stemmed.
                let stem = if written.len() <= 40 { stemmer.stem(&written).into_owned() } else { written.clone() };
                words.push(Word { at: from..i, written, stem });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Whether two long words differ by one slip of the hand: a letter more, less or other, or two exchanged.
pub fn slip(a: &str, b: &str) -> bool {
    let (a, b) = if a.len() <= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    if a.len() < 7 || b.len() < 8 || b.len() - a.len() > 1 || a[0] != b[0] {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if a.len() < b.len() {
        return a[same..] == b[same + 1..];
    }
    let rest = |from: usize| a.get(from..) == b.get(from..);
    rest(same + 1) || (rest(same + 2) && a.get(same) == b.get(same + 1) && a.get(same + 1) == b.get(same))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_place_and_lose_their_ending() {
        let line = "Über-fitting: the L2 penalties";
        let found: Vec<(&str, String)> = words(line).into_iter().map(|word| (&line[word.at], word.stem)).collect();
        let expected = [("Über", "über"), ("fitting", "fit"), ("the", "the"), ("L2", "l2"), ("penalties", "penalti")];
        assert_eq!(found, expected.map(|(written, stem)| (written, stem.to_string())));
    }

    #[test]
    fn one_slip_is_forgiven_two_are_not() {
        for (a, b, same) in [
            ("retrain", "retarin", false), // too short: seven letters
            ("retraining", "retarining", true),
            ("regularis", "regulars", true),
            ("oscillat", "oscilat", true),
            ("oscillat", "oscilatt", false),
            ("stratifi", "ratified", false),
            ("gradient", "gradient", true),
        ] {
            assert_eq!(slip(a, b), same, "{a} {b}");
            assert_eq!(slip(b, a), same, "{b} {a}");
        }
    }
}
