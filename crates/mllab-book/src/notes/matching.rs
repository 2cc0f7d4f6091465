//! Which lines of somebody's notes speak of which claim.

use super::vocabulary::{self, SERVICES, Word, slip, words};
use mllab_core::AnyLab;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How many words a claim's keywords may lie apart. A long paragraph touches many subjects; a claim is a sentence.
const WINDOW: usize = 30;
/// A lab's weaker claims on a line are dropped below this share of its best score.
const SHARE_OF_BEST: f64 = 0.5;
/// A line gets no more cards than this.
const MOST_A_LINE: usize = 4;

/// A line that speaks of a claim.
#[derive(Clone, Debug)]
pub struct Match {
    /// The line, from 1.
    pub line: usize,
    /// The lab's place in the list that the matcher was made from.
    pub lab: usize,
    /// The claim's place in its lab.
    pub claim: usize,
    /// How telling the words are: the sum over distinct keywords of ln(claims / claims that have the keyword).
    pub score: f64,
    /// The bytes of the line's words that matched, in its order.
    pub spans: Vec<Range<usize>>,
    /// Those words, as written.
    pub words: Vec<String>,
}

/// The claims' keywords, ready to be looked for.
pub struct Matcher {
    terms: Vec<Term>,
    /// Terms by the stem that they begin with.
    by_first: BTreeMap<String, Vec<usize>>,
    /// Terms by their words written as one: `auto scaling` is `autoscaling`.
    by_whole: BTreeMap<String, Vec<usize>>,
    /// Terms of one word by their first letter and length, for slips of the hand.
    by_shape: BTreeMap<(u8, usize), Vec<usize>>,
    claims: Vec<Asked>,
}

/// A keyword: its stems, and the claims' groups that it belongs to.
#[derive(Default)]
struct Term {
    stems: Vec<String>,
    /// Its words written as one.
    wholes: BTreeSet<String>,
    /// (claim, group).
    groups: Vec<(usize, usize)>,
    weight: f64,
}

struct Asked {
    lab: usize,
    claim: usize,
    n_groups: usize,
}

/// A term at a place of a line.
#[derive(Clone, Copy)]
struct Hit {
    term: usize,
    from: usize,
    n_words: usize,
}

impl Matcher {
    /// From the seeds of these labs.
    ///
    /// # Errors
    ///
    /// A faulty seeds file, or a keyword that names no entry of the thesaurus; a test holds that there is none.
    pub fn new(labs: &[&dyn AnyLab]) -> Result<Self, String> {
        let mut terms: BTreeMap<Vec<String>, Term> = BTreeMap::new();
        let mut claims = Vec::new();
        for (lab, any) in labs.iter().enumerate() {
            let seed = any.seed().map_err(|error| error.to_string())?;
            for (claim, asked) in seed.claims.iter().enumerate() {
                let id = claims.len();
                claims.push(Asked { lab, claim, n_groups: asked.keywords.len() });
                for (group, keywords) in asked.keywords.iter().enumerate() {
                    let spelled = vocabulary::expand(keywords).ok_or_else(|| {
                        format!("{}, {}: a keyword names no entry of the thesaurus", seed.lab, asked.id)
                    })?;
                    for keyword in spelled {
                        let words = words(keyword);
                        let stems: Vec<String> = words.iter().map(|word| word.stem.clone()).collect();
                        let term = terms.entry(stems).or_default();
                        term.wholes.extend(as_one(&words));
                        if !term.groups.contains(&(id, group)) {
                            term.groups.push((id, group));
                        }
                    }
                }
            }
        }
        let n = claims.len() as f64;
        let terms: Vec<Term> = terms
            .into_iter()
            .filter(|(stems, _)| !stems.is_empty())
            .map(|(stems, term)| {
                let speaking: BTreeSet<usize> = term.groups.iter().map(|(claim, _)| *claim).collect();
                Term { stems, weight: (n / speaking.len() as f64).ln(), ..term }
            })
            .collect();
        let mut matcher =
            Matcher { terms, by_first: BTreeMap::new(), by_whole: BTreeMap::new(), by_shape: BTreeMap::new(), claims };
        for (id, term) in matcher.terms.iter().enumerate() {
            matcher.by_first.entry(term.stems[0].clone()).or_default().push(id);
            for whole in term.wholes.iter().filter(|whole| whole.len() >= 6) {
                matcher.by_whole.entry(whole.clone()).or_default().push(id);
            }
            if let ([stem], [first, ..]) = (term.stems.as_slice(), term.stems[0].as_bytes()) {
                matcher.by_shape.entry((*first, stem.len())).or_default().push(id);
            }
        }
        Ok(matcher)
    }

    /// The matches of a text, by line and, within one, the more telling first.
    pub fn find(&self, text: &str) -> Vec<Match> {
        text.lines().enumerate().flat_map(|(i, line)| self.find_in_line(line, i + 1)).collect()
    }

    fn find_in_line(&self, text: &str, line: usize) -> Vec<Match> {
        let words = words(text);
        let mut hits = self.hits(&words);
        hits.retain(|hit| {
            !SERVICES.contains(&&text[words[hit.from].at.start..words[hit.from + hit.n_words - 1].at.end])
        });
        // For each claim that a hit touches, its hits by group.
        let mut touched: BTreeMap<usize, Vec<(Hit, usize)>> = BTreeMap::new();
        for hit in &hits {
            for &(claim, group) in &self.terms[hit.term].groups {
                touched.entry(claim).or_default().push((*hit, group));
            }
        }
        let mut found: Vec<Match> = touched
            .into_iter()
            .filter_map(|(claim, hits)| {
                let asked = &self.claims[claim];
                let near = closest(&hits, asked.n_groups)?;
                let terms: BTreeSet<usize> = near.iter().map(|hit| hit.term).collect();
                let places: BTreeSet<usize> = near.iter().flat_map(|hit| hit.from..hit.from + hit.n_words).collect();
                Some(Match {
                    line,
                    lab: asked.lab,
                    claim: asked.claim,
                    score: terms.iter().map(|term| self.terms[*term].weight).sum(),
                    spans: places.iter().map(|&place| words[place].at.clone()).collect(),
                    words: places.iter().map(|&place| text[words[place].at.clone()].to_string()).collect(),
                })
            })
            .collect();
        let best = |lab: usize| found.iter().filter(|m| m.lab == lab).map(|m| m.score).fold(0.0, f64::max);
        let floors: Vec<f64> = found.iter().map(|m| SHARE_OF_BEST * best(m.lab)).collect();
        let mut floor = floors.iter();
        found.retain(|m| floor.next().is_some_and(|floor| m.score >= *floor));
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.lab, a.claim).cmp(&(b.lab, b.claim))));
        found.truncate(MOST_A_LINE);
        found
    }

    /// Every keyword that stands in the line, in its order.
    fn hits(&self, words: &[Word]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for from in 0..words.len() {
            let here = &words[from..];
            let mut seen = BTreeSet::new();
            for &term in self.by_first.get(&here[0].stem).into_iter().flatten() {
                let stems = &self.terms[term].stems;
                if stems.len() <= here.len() && stems.iter().zip(here).all(|(stem, word)| *stem == word.stem) {
                    seen.insert((term, stems.len()));
                }
            }
            for n in 1..=here.len().min(3) {
                for whole in as_one(&here[..n]) {
                    seen.extend(self.by_whole.get(&whole).into_iter().flatten().map(|&term| (term, n)));
                }
            }
            if let Some(&first) = here[0].stem.as_bytes().first().filter(|_| here[0].stem.len() >= 7) {
                let n = here[0].stem.len();
                for length in n - 1..=n + 1 {
                    for &term in self.by_shape.get(&(first, length)).into_iter().flatten() {
                        if slip(&self.terms[term].stems[0], &here[0].stem) {
                            seen.insert((term, 1));
                        }
                    }
                }
            }
            hits.extend(seen.into_iter().map(|(term, n_words)| Hit { term, from, n_words }));
        }
        hits
    }
}

/// Words written as one, as they are and without the last one's ending: `auto scaling` is `autoscaling`, `autoscal`.
fn as_one(words: &[Word]) -> [String; 2] {
    let Some((last, before)) = words.split_last() else { return [String::new(), String::new()] };
    let before: String = before.iter().map(|word| word.written.as_str()).collect();
    [format!("{before}{}", last.written), format!("{before}{}", last.stem)]
}

/// The hits of the first window that has a word of each group; nothing where there is none. Hits come in the line's
/// order.
fn closest(hits: &[(Hit, usize)], n_groups: usize) -> Option<Vec<Hit>> {
    if n_groups == 0 {
        return None;
    }
    let mut counts = vec![0; n_groups];
    let (mut missing, mut first) = (n_groups, 0);
    for (i, (hit, group)) in hits.iter().enumerate() {
        missing -= usize::from(counts[*group] == 0);
        counts[*group] += 1;
        while hits[first].0.from + WINDOW <= hit.from {
            counts[hits[first].1] -= 1;
            missing += usize::from(counts[hits[first].1] == 0);
            first += 1;
        }
        if missing == 0 {
            // All that lies in the window that opens here tells why.
            let end = hits[first].0.from + WINDOW;
            let rest = hits[i + 1..].iter().take_while(|(hit, _)| hit.from < end);
            return Some(hits[first..=i].iter().chain(rest).map(|(hit, _)| *hit).collect());
        }
    }
    None
}
