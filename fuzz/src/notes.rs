//! Any text as somebody's notes: every card stands at a line that there is, and nothing of the text becomes markup.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mllab_book::notes::{Answer, File, Matcher, page};
use mllab_core::Verdict;
use mllab_labs::LABS;
use std::sync::LazyLock;

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| Matcher::new(LABS).expect("the labs' keywords are sound"));
static PLAIN: LazyLock<usize> = LazyLock::new(|| tags(&set("")));

static ANSWERS: LazyLock<Vec<Vec<Answer>>> = LazyLock::new(|| {
    let answer = |says: &str| Answer {
        lab: "a lab",
        says: says.to_string(),
        verdict: Verdict::Holds,
        opposite: false,
        said: mllab_core::Said::new(Verdict::Holds, false, None, ""),
        measured: Default::default(),
        link: None,
        tile: None,
    };
    let of = |lab: &&dyn mllab_core::AnyLab| {
        lab.seed().expect("the labs' seeds are sound").claims.iter().map(|claim| answer(&claim.says)).collect()
    };
    LABS.iter().map(of).collect()
});

fn set(text: &str) -> String {
    let matches = MATCHER.find(text);
    let lines = text.lines().count().max(1);
    assert!(matches.iter().all(|found| (1..=lines).contains(&found.line)), "{lines} lines");
    page(&[File { name: "notes.md".into(), text: text.into(), matches }], &ANSWERS)
}

/// How many elements of kinds that notes could smuggle in a page has.
fn tags(page: &str) -> usize {
    ["<script", "<img", "<iframe", "<object", "<style", "javascript:"].iter().map(|tag| page.matches(tag).count()).sum()
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 14)]);
    assert!(text.contains("javascript:") || tags(&set(&text)) == *PLAIN);
});
