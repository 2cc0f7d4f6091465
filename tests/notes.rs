//! Notes with verdicts in the margin: what matches, what is refused, and what a page shows.

use crate::support::{mllab, text};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn matches(folder: &Path, notes: &str) -> Vec<(u64, String, String)> {
    fs::write(folder.join("notes.md"), notes).unwrap();
    let output = mllab(folder, &["annotate", "notes.md", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    let word = |row: &Value, key: &str| row[key].as_str().unwrap().to_string();
    found
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            assert_eq!(word(row, "file"), "notes.md");
            assert!(row["score"].as_f64().unwrap() > 0.0 && !row["words"].as_array().unwrap().is_empty());
            (row["line"].as_u64().unwrap(), word(row, "lab"), word(row, "claim"))
        })
        .collect()
}

#[test]
fn a_line_that_claims_something_gets_its_card_and_others_none() {
    let folder = tempfile::tempdir().unwrap();
    for (line, lab, claim) in [
        (
            "The loss oscillates wildly, so the learning rate is too high.",
            "learning-rate",
            "oscillation-means-too-high",
        ),
        ("learning-rate too big => it overshoots the minimum", "learning-rate", "overshoots-optimum"),
        ("Stuck on a plateau? Try Adam instead of SGD", "learning-rate", "plateau-switch-optimizer"),
        ("SMOTE synthesises new minority points", "class-imbalance", "smote"),
        ("over sampling the rare class", "class-imbalance", "oversampling"),
        ("Lasso gives sparse models: some coefficients become zero", "l1-vs-l2", "l1-sparse"),
        ("join predictions with ground truth labels", "drift-detection", "model-quality-needs-labels"),
        ("XGBoost is better than a random forest", "bagging-vs-boosting", "xgb-beats-rf-on-complex"),
        ("Rigde regression is stable when columns are corelated", "", ""),
        ("L2 regularisation is stable under multicolinearity", "l1-vs-l2", "l2-stabilises-correlated"),
    ] {
        let found = matches(folder.path(), &format!("# Week 3\n\n- {line}\n"));
        let hit = |(at, l, c): &(u64, String, String)| *at == 3 && l == lab && c == claim;
        assert_eq!(found.iter().any(hit), !lab.is_empty(), "{line}: {found:?}");
    }
    for silent in [
        "buy milk, call the plumber about the leaking pipe",
        "The exam takes 170 minutes and has 65 questions.",
        "Learning rates of pay have risen; weights at the gym are heavy.",
        "S3 bucket policies, IAM roles and KMS keys",
        "A balanced diet and regular exercise improve performance",
        "the step function orchestrates Lambda and Glue jobs",
        "Image labels: hand the pictures to Ground Truth, people draw the boxes",
        "| Two classes | Linear Learner, XGBoost, random forest |",
        "",
    ] {
        assert_eq!(matches(folder.path(), silent), vec![], "{silent}");
    }
}

#[test]
fn a_page_stands_alone_and_links_to_the_labs() {
    let folder = tempfile::tempdir().unwrap();
    mllab(folder.path(), &["run", "learning-rate", "--quick", "--no-progress", "--format", "svg"]);
    let hostile = "if the loss oscillates the learning rate is too high <script>alert(1)</script>\r\n<img src=x onerror=alert(2)> \u{1b}[31m\u{202e}\0\n\tAdam helps at a plateau & more";
    fs::write(folder.path().join("my week #3.md"), hostile).unwrap();
    let output = mllab(folder.path(), &["annotate", "my week #3.md", "--out", "pages/deep/notes.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let html = fs::read_to_string(folder.path().join("pages/deep/notes.html")).unwrap();
    let page = scraper::Html::parse_document(&html);
    assert_eq!(page.errors, Vec::<String>::new());
    assert!(!html.contains("<script>alert") && !html.contains("<img"));
    assert!(html.contains("href=\"../../out/learning-rate/index.html#oscillation-means-too-high\""));
    let select = |css: &str| page.select(&scraper::Selector::parse(css).unwrap()).count();
    assert_eq!(select(".lines > p"), 3);
    assert!(select(".margin .note-card") >= 2 && select(".margin .note-card") == select(".folded .note-card"));
    assert!(select("svg.note-thumb") >= 2);
    for outside in ["http://", "https://", "src=\"", "<link"] {
        assert!(!html.replace("http://www.w3.org/", "").contains(outside), "{outside}");
    }
    let again = mllab(folder.path(), &["annotate", "my week #3.md", "--out", "again.html"]);
    assert_eq!(again.status.code(), Some(0));
}

#[test]
fn what_is_no_text_is_refused_by_name_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("latin.md"), b"one\ntwo \xe9 three\n").unwrap();
    fs::write(at("picture.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff").unwrap();
    fs::write(at("wide.txt"), b"\xff\xfea\0b\0").unwrap();
    fs::write(at("zeros.txt"), vec![0; 1000]).unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("good.md"), "the loss oscillates").unwrap();
    let earlier = "<meta name=\"generator\" content=\"mllab\">earlier";
    fs::write(at("page.html"), earlier).unwrap();
    for (name, words) in [
        ("latin.md", "line 2: byte 0xe9 is no UTF-8"),
        ("picture.png", "binary"),
        ("wide.txt", "UTF-16"),
        ("zeros.txt", "binary"),
        ("folder", "is a directory"),
        ("missing.md", "No such file"),
    ] {
        let output = mllab(folder.path(), &["annotate", "good.md", name, "--out", "page.html"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(name) && said.contains(words) && said.lines().count() == 1, "{name}: {said}");
    }
    assert_eq!(fs::read_to_string(at("page.html")).unwrap(), earlier);
    assert_eq!(mllab(folder.path(), &["annotate"]).status.code(), Some(2));
}

#[test]
fn a_large_note_takes_no_second() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        "if the loss oscillates then the learning rate is too high and random forests overfit less than one tree\n";
    fs::write(folder.path().join("long.md"), line.repeat(100_000 / line.len())).unwrap();
    fs::write(folder.path().join("one-line.md"), line.replace('\n', " ").repeat(20_000)).unwrap();
    for name in ["long.md", "one-line.md"] {
        let output = mllab(folder.path(), &["annotate", name, "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(output.stdout.len() > 100);
    }
}

#[test]
fn more_cards_than_a_page_can_hold_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let notes = "An oscillating loss means that the learning rate is too high.\n\n".repeat(5001);
    fs::write(folder.path().join("n.md"), notes).unwrap();
    let output = mllab(folder.path(), &["annotate", "n.md"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("more than the 5000 cards") && said.contains("split the notes"), "{said}");
    assert!(!folder.path().join("out/notes.html").exists());
}
