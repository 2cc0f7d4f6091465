//! Slips of the pen that a reader meets: doubled words, a sign against its verb, thousands written otherwise, colours that
//! are not there. Every page, every sentence of the seeds and every title is read.

use crate::book::{reports, texts};
use mllab_labs::LABS;

/// What is wrong with a text, as a reader would mark it.
fn slips(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut faults = Vec::new();
    for pair in words.windows(2) {
        let word = pair[0];
        if word == pair[1] && word.len() > 1 && word.chars().all(char::is_lowercase) && word != "that" && word != "had"
        {
            faults.push(format!("{word:?} stands twice in {text:?}"));
        }
    }
    for three in words.windows(3) {
        let verb =
            ["falls", "rises", "grows", "lowers", "gains", "drops", "shrinks", "lower", "raises", "fall", "rise"];
        if verb.contains(&three[0]) && three[1] == "by" && three[2].starts_with(['\u{2212}', '-']) {
            faults.push(format!("{:?}: the sign says the opposite of the verb", three.join(" ")));
        }
    }
    for word in &words {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
        let groups: Vec<&str> = digits.split(',').collect();
        let grouped = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3) && groups[0].len() <= 3;
        if grouped && groups.iter().all(|group| group.chars().all(|c| c.is_ascii_digit()) && !group.is_empty()) {
            faults.push(format!("{word:?}: thousands are set apart by a thin space"));
        }
        let name = word.trim_matches(|c: char| !c.is_alphanumeric());
        if name == "Red" || (name == "red" && word.ends_with(':')) {
            faults.push(format!("{word:?}: no series is red; it looks orange"));
        }
    }
    faults
}

#[test]
fn each_kind_of_slip_is_seen() {
    for text in ["the the model", "recall falls by \u{2212}0.02 here", "in 5,000 rows", "Red: the fit"] {
        assert_eq!(slips(text).len(), 1, "{text}");
    }
    for text in ["that that is", "it falls by 0.02", "in 5000 rows, 300 of them", "(1, 200, 300)", "a redder one"] {
        assert_eq!(slips(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn no_page_title_or_sentence_has_one() {
    let mut faults = Vec::new();
    let mut read =
        |name: &str, text: &str| faults.extend(slips(text).into_iter().map(|slip| format!("{name}: {slip}")));
    for (file, blocks) in texts() {
        for text in &blocks {
            read(&file, text);
        }
    }
    for report in reports() {
        for figure in &report.figures {
            read(&format!("{} {}", report.lab, figure.id), &figure.title);
            read(&format!("{} {}", report.lab, figure.id), &figure.alt);
        }
    }
    for lab in LABS {
        for claim in lab.seed().unwrap().claims {
            let sentences = [Some(&claim.says), Some(&claim.exam), Some(&claim.because), claim.differs.as_ref()];
            sentences.into_iter().flatten().for_each(|text| read(&claim.id, text));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
