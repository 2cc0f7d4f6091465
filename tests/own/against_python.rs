//! The tables of own data that leave nothing to chance, against what Python makes of the same files.
//!
//! `peers.py` beside this file made the files and the numbers, with scikit-learn, scipy, river and an autoscaler
//! written from the documents. KSWIN's alarms hang on its draws and are not held against it.

use crate::support::{mllab, root, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Rows of a table as text, without the header.
type Rows = Vec<Vec<String>>;

fn peers() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("tests/own/peers.json")).unwrap()).unwrap()
}

/// A file of ours by its place in the repository.
fn file(place: &str) -> String {
    root().join(place).to_str().unwrap().into()
}

/// A table that a quick run on a file leaves.
fn table(lab: &str, data: &str, more: &[&str], id: &str) -> Rows {
    let folder = tempfile::tempdir().unwrap();
    let common = ["run", lab, "--quick", "--no-progress", "--format", "svg", "--data", data];
    let output = mllab(folder.path(), &[&common, more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    read(&folder.path().join("out").join(lab).join("tables").join(format!("{id}.csv")))
}

fn read(path: &Path) -> Rows {
    let csv = fs::read_to_string(path).unwrap();
    csv.lines().skip(1).map(|line| line.split(',').map(String::from).collect()).collect()
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap()
}

/// Whether two numbers agree to so many parts, of themselves or of `scale` where that is larger.
fn near(ours: f64, theirs: &Value, scale: f64, parts: f64) -> bool {
    let theirs = theirs.as_f64().unwrap();
    (ours - theirs).abs() <= parts * theirs.abs().max(scale)
}

#[test]
fn paths_are_scikit_learns() {
    for (name, place, target) in
        [("cancer", "data/breast-cancer.csv", "diagnosis"), ("table", "tests/own/table.csv", "price")]
    {
        let expected = &peers()["paths"][name];
        let features = expected["features"].as_array().unwrap();
        let rows = table("l1-vs-l2", &file(place), &["--target", target], "paths");
        assert_eq!(rows.len(), 2 * 50 * features.len());
        for penalty in ["l1", "l2"] {
            let of: Vec<_> = rows.iter().filter(|row| row[0] == penalty).collect();
            let mut lambdas: Vec<f64> = of.iter().map(|row| number(&row[1])).collect();
            lambdas.sort_by(|a, b| b.total_cmp(a));
            lambdas.dedup();
            for at in expected["at"].as_array().unwrap() {
                let lambda = lambdas[at["place"].as_u64().unwrap() as usize];
                assert!(near(lambda, &at["lambda"], 0.0, 1e-12), "{name}: {lambda}");
                for (feature, theirs) in features.iter().zip(at[penalty].as_array().unwrap()) {
                    let mine = of.iter().find(|row| row[2] == feature.as_str().unwrap() && number(&row[1]) == lambda);
                    let ours = number(&mine.unwrap()[3]);
                    assert!(near(ours, theirs, 1.0, 1e-8), "{name}, {penalty}, {lambda}, {feature}: {ours}, {theirs}");
                    assert_eq!(ours == 0.0, theirs.as_f64() == Some(0.0), "{name}, {penalty}, {lambda}, {feature}");
                }
            }
        }
    }
}

#[test]
fn the_edge_is_the_largest_eigenvalue_and_nothing_else() {
    let table_csv = "tests/own/table.csv";
    for (name, place, target) in [("cancer", "data/breast-cancer.csv", "diagnosis"), ("table", table_csv, "bought")] {
        let expected = &peers()["sharpness"][name];
        // The penalty belongs to the lab's descent, not to the table.
        for penalty in ["0.01", "1"] {
            let more = ["--target", target, "--penalty", penalty];
            let edge: BTreeMap<String, f64> = table("learning-rate", &file(place), &more, "edge")
                .into_iter()
                .map(|row| (row[0].clone(), number(&row[1])))
                .collect();
            assert!(near(edge["sharpness"], expected, 0.0, 1e-9), "{name}: {edge:?}, {expected}");
            assert_eq!(edge["edge_rate"], 2.0 / edge["sharpness"]);
        }
    }
}

#[test]
fn alarms_are_rivers() {
    for (column, place) in [
        ("level", "tests/own/stream.csv"),
        ("wrong", "tests/own/stream.csv"),
        ("mean radius", "data/breast-cancer.csv"),
    ] {
        let rows = table("drift-detection", &file(place), &["--column", column], "alarms");
        let expected = peers()["alarms"][column].clone();
        for (detector, theirs) in expected.as_object().unwrap() {
            let ours: Vec<u64> =
                rows.iter().filter(|row| row[0] == *detector).map(|row| row[1].parse().unwrap()).collect();
            assert_eq!(&serde_json::json!(ours), theirs, "{column}, {detector}");
        }
    }
}

#[test]
fn distances_between_two_files_are_scipys() {
    let folder = tempfile::tempdir().unwrap();
    let cancer = fs::read_to_string(file("data/breast-cancer.csv")).unwrap();
    let lines: Vec<&str> = cancer.lines().map(|line| line.rsplit_once(',').unwrap().0).collect();
    let [before, after] = ["before.csv", "after.csv"].map(|name| folder.path().join(name));
    fs::write(&before, lines[..286].join("\n")).unwrap();
    fs::write(&after, [&lines[..1], &lines[286..]].concat().join("\n")).unwrap();
    let halves = [before, after].map(|path| path.to_str().unwrap().to_string());
    for (name, [before, after], columns) in
        [("cancer", halves, 30), ("table", ["tests/own/before.csv", "tests/own/after.csv"].map(file), 4)]
    {
        let rows = table("drift-detection", &after, &["--baseline", &before], "features");
        assert_eq!(rows.len(), columns);
        for row in rows {
            let theirs = &peers()["features"][name][&row[0]];
            for (place, cell) in row[1..].iter().enumerate() {
                assert!(near(number(cell), &theirs[place], 1e-9, 1e-9), "{name}: {row:?}, {theirs}");
            }
        }
    }
}

#[test]
fn fleets_are_those_of_the_documents() {
    let rows = table("autoscaling-cooldown", &file("tests/own/stream.csv"), &["--column", "load"], "timeline");
    let expected = peers()["timeline"].clone();
    assert_eq!(rows.len(), 1500 * expected.as_object().unwrap().len());
    for (policy, changes) in expected.as_object().unwrap() {
        let mut last = Vec::new();
        let mut ours = Vec::new();
        let mut before = None;
        for row in rows.iter().filter(|row| row[0] == *policy) {
            let now: Vec<u64> = [1, 3, 4].map(|place| row[place].parse().unwrap()).to_vec();
            let action = before.map_or("none", |before: u64| match now[1] {
                desired if desired > before => "out",
                desired if desired < before => "in",
                _ => "none",
            });
            assert_eq!(row[5], action, "{row:?}");
            if now[1..] != last {
                ours.push(now.clone());
            }
            last = now[1..].to_vec();
            before = Some(now[1]);
        }
        assert_eq!(&serde_json::json!(ours), changes, "{policy}");
    }
    for (policy, never) in
        [("hpa", "Cooldown"), ("instant", "Cooldown"), ("hpa", "alarm"), ("target-tracking", "window")]
    {
        assert!(!rows.iter().any(|row| row[0] == policy && row[6].contains(never)), "{policy} knows no {never}");
    }
}
