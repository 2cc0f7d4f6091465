//! One file a kind of table that people bring, against what Python makes of the values behind them.
//!
//! `kinds.py` beside this file wrote the files and the numbers. A table is known by the largest eigenvalue of its features,
//! which learning-rate gives; a load by its minutes; two files by their distances.

use super::reading;
use crate::support::{mllab, root, text};
use serde_json::Value;
use std::fs;

fn kinds() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("tests/own/kinds.json")).unwrap()).unwrap()
}

/// The report and a table of a quick run on a file of ours.
fn run(lab: &str, file: &str, more: &[&str], table: &str) -> (Value, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("tests/own/kinds").join(file);
    let words = ["run", lab, "--quick", "--no-progress", "--json", "--format", "svg", "--data", data.to_str().unwrap()];
    let output = mllab(folder.path(), &[&words, more].concat());
    assert_eq!(output.status.code(), Some(0), "{file}: {}", text(&output.stderr));
    let csv = fs::read_to_string(folder.path().join("out").join(lab).join("tables").join(format!("{table}.csv")));
    let rows = csv.unwrap_or_default();
    let rows = rows.lines().skip(1).map(|line| line.split(',').map(String::from).collect()).collect();
    (serde_json::from_slice(&output.stdout).unwrap(), rows)
}

fn near(ours: &str, theirs: &Value, what: &str) {
    let (ours, theirs) = (ours.parse::<f64>().unwrap(), theirs.as_f64().unwrap());
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-9), "{what}: {ours}, {theirs}");
}

#[test]
fn a_table_is_the_same_however_it_is_written() {
    let theirs = &kinds()["tables"];
    for (file, more, sharpness, said) in [
        ("plain.csv", &[][..], "sharpness", &[][..]),
        ("gzip.csv.gz", &[], "sharpness", &["unpacked by gzip"]),
        ("utf-16.csv", &[], "sharpness", &["UTF-16LE letters"]),
        ("windows-1252.csv", &[], "sharpness", &["windows-1252 letters"]),
        ("mark.csv", &[], "sharpness", &[]),
        ("tabs.csv", &[], "sharpness", &["tabs"]),
        ("bars.csv", &[], "sharpness", &["bars"]),
        ("blanks.txt", &[], "sharpness", &["blanks"]),
        (
            "german.csv",
            &[],
            "sharpness",
            &["semicolons", "decimal commas in columns a and c", "thousands marks in column b"],
        ),
        ("sep.csv", &[], "sharpness", &["a sep= line"]),
        ("thousands.csv", &[], "sharpness", &["thousands marks in column b"]),
        ("money.csv", &[], "sharpness", &["$ signs in column c", "per cent signs in column a"]),
        ("after-blanks.csv", &[], "sharpness", &[]),
        ("answers.csv", &[], "sharpness", &["as one in column y"]),
        ("numbered.csv", &[], "sharpness", &["column 1 without a name (it counts the rows)"]),
        ("row-names.csv", &[], "sharpness", &["column 1 without a name"]),
        ("trailing.csv", &[], "sharpness", &["column 6 without a name (empty)"]),
        ("trailing-rows.csv", &[], "sharpness", &[]),
        ("footer.csv", &[], "sharpness", &["2 empty rows left out"]),
        ("title.csv", &[], "sharpness", &["2 lines above the header left out"]),
        ("comments.csv", &[], "sharpness", &["1 line above the header left out"]),
        ("comments.csv", &["--comment", "#"], "sharpness", &[]),
        ("units.csv", &[], "sharpness", &["a second row of the header left out"]),
        ("twice.csv", &[], "twice", &["the header stands once more"]),
        ("code.csv", &[], "sharpness", &["column code left out"]),
        ("code.csv", &["--ignore", "code"], "sharpness", &[]),
        ("marks.csv", &["--missing", "median"], "marks", &["? as missing in column a", "12 missing cells filled"]),
        ("sentinel.csv", &["--missing", "median", "--sentinel", "-200"], "sentinel", &["7 missing cells filled"]),
    ] {
        let (report, edge) = run("learning-rate", file, &[&["--target", "y"], more].concat(), "edge");
        near(&edge.iter().find(|row| row[0] == "sharpness").unwrap()[1], &theirs[sharpness], file);
        let times = if sharpness == "twice" { 2 } else { 1 };
        let rows = theirs["rows"].as_u64().unwrap();
        let positives = times * theirs["positives"].as_u64().unwrap();
        assert_eq!(report["data"]["rows"].as_u64(), Some(times * rows), "{file}");
        let read = reading(&report);
        assert!(read.contains(&format!("is positive, {positives} of")), "{file}: {read}");
        for words in said {
            assert!(read.contains(words), "{file}: {read}");
        }
        assert!(report["data"]["reading"].as_array().unwrap().len() <= 6, "{file}: {read}");
    }
}

#[test]
fn a_load_goes_by_its_time_stamps() {
    for (file, minutes) in kinds()["loads"].as_object().unwrap() {
        let more: &[&str] = if file == "half-days.csv" { &["--time-format", "month-first"] } else { &[] };
        let (report, rows) = run("autoscaling-cooldown", file, more, "timeline");
        let minutes = minutes.as_array().unwrap();
        let ours: Vec<&Vec<String>> = rows.iter().filter(|row| row[0] == "target-tracking").collect();
        assert_eq!(ours.len(), minutes.len(), "{file}: {}", reading(&report));
        for (minute, (row, theirs)) in ours.iter().zip(minutes).enumerate() {
            if theirs.is_null() {
                assert_eq!(row[2], "", "{file}, minute {minute}");
            } else {
                near(&row[2], theirs, &format!("{file}, minute {minute}"));
            }
        }
        if file == "gap.csv" {
            for policy in ["target-tracking", "step", "hpa", "instant"] {
                let fleet = rows.iter().filter(|row| row[0] == policy).skip(76).take(33).map(|row| &row[3]);
                assert_eq!(fleet.collect::<std::collections::BTreeSet<_>>().len(), 1, "{policy} goes on in the gap");
            }
            assert!(reading(&report).contains("40 of 240 minutes have no row"), "{}", reading(&report));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("tests/own/kinds/half-days.csv");
    let words = ["run", "autoscaling-cooldown", "--quick", "--data", data.to_str().unwrap()];
    let output = mllab(folder.path(), &words);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("--time-format day-first or month-first"), "{said}");
}

#[test]
fn two_files_are_compared_column_by_column() {
    let theirs = &kinds()["files"];
    let earlier = root().join("tests/own/kinds/earlier.csv");
    for table in ["features", "categories", "missing"] {
        let (report, rows) = run("drift-detection", "later.csv", &["--baseline", earlier.to_str().unwrap()], table);
        assert_eq!(rows.len(), theirs[table].as_object().unwrap().len(), "{table}: {rows:?}");
        for row in &rows {
            for (place, cell) in row[1..].iter().enumerate() {
                near(cell, &theirs[table][&row[0]][place], &format!("{table}, {row:?}"));
            }
        }
        let read = reading(&report);
        for words in [
            "gone stopped arriving: all of its 300 cells",
            "holes is missing in",
            "moved (PSI",
            "word (Jensen-Shannon",
            "extra left out: not in the baseline",
            "id left out: numbers of rows",
            "at left out: time stamps",
        ] {
            assert!(read.contains(words), "{words}: {read}");
        }
        assert!(!read.contains("still"), "{read}");
    }
}

#[test]
fn what_inspect_prints_can_be_run() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["german.csv", "marks.csv", "gap.csv", "plain.csv", "zones.csv"] {
        fs::copy(root().join("tests/own/kinds").join(file), folder.path().join(file)).unwrap();
        let output = mllab(folder.path(), &["inspect", file]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let said = text(&output.stdout);
        let calls: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix("mllab ")).collect();
        assert!(!calls.is_empty(), "{said}");
        for call in calls {
            let words: Vec<&str> =
                call.split(' ').filter(|word| !word.is_empty()).chain(["--quick", "--no-progress"]).collect();
            let output = mllab(folder.path(), &words);
            assert_eq!(output.status.code(), Some(0), "{call}: {}", text(&output.stderr));
        }
    }
}
