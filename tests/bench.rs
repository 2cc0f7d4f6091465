//! `mllab bench` as somebody meets it who has to choose a model.

use crate::support::{mllab, root, text};
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SMALL: [&str; 8] =
    ["bench", "--no-progress", "--tasks", "linear", "--models", "majority,logistic,tree", "--sizes", "300,100"];

#[test]
fn a_race_leaves_a_folder_in_the_form_of_a_lab() {
    let folder = tempfile::tempdir().unwrap();
    let output = mllab(folder.path(), &SMALL);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("If a weighted sum of the columns decides, 300 rows: start with logistic"), "{said}");
    assert!(said.contains("claims were not raced"), "claims whose models did not race are not judged: {said}");

    let bench = folder.path().join("out/bench");
    let report: Value = serde_json::from_str(&fs::read_to_string(bench.join("bench.json")).unwrap()).unwrap();
    assert_eq!(report["lab"].as_str(), Some("bench"));
    for table in report["tables"].as_array().unwrap() {
        let csv = fs::read_to_string(bench.join(table["file"].as_str().unwrap())).unwrap();
        assert_eq!(csv.lines().count() as u64, 1 + table["rows"].as_u64().unwrap());
    }
    for figure in report["figures"].as_array().unwrap() {
        assert!(fs::metadata(bench.join(figure["png"].as_str().unwrap())).unwrap().len() > 100);
    }
    let races = fs::read_to_string(bench.join("tables/races.csv")).unwrap();
    assert_eq!(races.lines().filter(|line| line.starts_with("linear,")).count(), 6, "{races}");
    assert!(races.lines().skip(1).all(|line| line.contains(",measured,")), "{races}");
    let majority = races.lines().find(|line| line.starts_with("linear,majority,300")).unwrap();
    assert_eq!(majority.split(',').nth(6), Some("0.5"), "majority vote ranks nothing: {majority}");

    let page = fs::read_to_string(bench.join("index.html")).unwrap();
    assert!(page.contains("start here") && page.contains("mllab bench --seed 7"));
    assert!(!page.contains("mllab run bench") && !page.contains("mllab check bench"));
}

#[test]
fn quality_is_the_same_in_every_race_and_seconds_are_not_promised() {
    let folder = tempfile::tempdir().unwrap();
    let auc = |out: &str, seed: &str| {
        let output = mllab(folder.path(), &[&SMALL[..], &["--out", out, "--seed", seed, "--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let table = fs::read_to_string(folder.path().join(out).join("bench/tables/races.csv")).unwrap();
        table.lines().map(|line| line.split(',').nth(6).unwrap().to_string()).collect::<Vec<_>>()
    };
    let first = auc("a", "7");
    assert_eq!(auc("b", "7"), first);
    assert_ne!(auc("c", "8"), first);
}

#[test]
fn a_users_table_is_raced_and_its_claims_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("data/breast-cancer.csv");
    let data = data.to_str().unwrap();
    let call = ["bench", "--no-progress", "--quick", "--data", data, "--target", "diagnosis"];
    let models = ["--models", "majority,logistic,forest,boosting,network", "--json"];
    let output = mllab(folder.path(), &[&call[..], &models].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(report["data"]["rows"].as_u64(), Some(569));
    let claims: Vec<&str> = report["claims"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(claims, ["xgb-heavy", "trees-beat-linear", "xgb-tabular", "rf-cheaper-than-deep", "baseline-first"]);
    assert_eq!(report["untestable"].as_array().unwrap().len(), 4);
    for claim in report["claims"].as_array().unwrap() {
        for finding in claim["findings"].as_array().unwrap() {
            assert!(finding["estimate"].is_number(), "{finding}");
        }
    }
}

#[test]
fn a_wrong_call_is_refused_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(mllab(folder.path(), &SMALL).status.code(), Some(0));
    let page = folder.path().join("out/bench/index.html");
    let before = fs::read(&page).unwrap();
    let data = root().join("data/breast-cancer.csv");
    let data = data.to_str().unwrap();
    fs::write(folder.path().join("tiny.csv"), "a,b\n1,0\n2,1\n3,0\n4,1\n").unwrap();
    for (call, code, word) in [
        (&["bench", "--models", "oracle"][..], 2, "oracle"),
        (&["bench", "--tasks", "chess"], 2, "chess"),
        (&["bench", "--sizes", "3"], 2, "50"),
        (&["bench", "--sizes", "many"], 2, "many"),
        (&["bench", "--replicates", "3"], 2, "replicates"),
        (&["bench", "--data", data], 2, "--target"),
        (&["bench", "--data", data, "--target", "diagnosis", "--tasks", "linear"], 2, "--tasks"),
        (&["bench", "--data", data, "--target", "mean radius"], 1, "two classes"),
        (&["bench", "--data", "tiny.csv", "--target", "b"], 1, "75 rows"),
        (&["bench", "--data", "nowhere.csv", "--target", "b"], 1, "nowhere.csv"),
    ] {
        let output = mllab(folder.path(), call);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{call:?}: {said}");
        assert!(said.contains(word) && said.starts_with("error: "), "{call:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    assert!(fs::read(&page).unwrap() == before);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(["bench", "--no-progress", "--tasks", "linear,interactions", "--models", "logistic,forest,network"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(4));
    assert!(child.try_wait().unwrap().is_none(), "the race was over before it could be interrupted");
    let asked = Instant::now();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let code = child.wait().unwrap().code();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(code, Some(130), "{said}");
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert!(said.contains("interrupted; what was finished is in"), "{said}");
    let page = fs::read_to_string(folder.path().join("out/bench/index.html")).unwrap();
    assert!(page.contains("The race was ended before its time"));
}
