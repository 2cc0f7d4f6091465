//! Tables, traces and notes as people bring them, where they lie beside the repository: `../shared/cases`.

use super::reading;
use crate::support::{mllab, root, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// What a call leaves.
struct Left {
    code: i32,
    /// How the file was read, and what was refused.
    said: String,
    report: Value,
    tables: PathBuf,
    _folder: tempfile::TempDir,
}

impl Left {
    fn has(&self, words: &[&str]) {
        for word in words {
            assert!(self.said.contains(word), "{word}: {}", self.said);
        }
    }

    /// Rows of a table, each by its columns' names.
    fn table(&self, id: &str) -> Vec<BTreeMap<String, String>> {
        let csv = fs::read_to_string(self.tables.join(format!("{id}.csv"))).unwrap_or_else(|_| panic!("{}", self.said));
        let mut lines = csv.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let row = |line: &str| header.iter().map(ToString::to_string).zip(line.split(',').map(String::from)).collect();
        lines.map(row).collect()
    }

    /// A number of the first row whose cell says so.
    fn number(&self, table: &str, key: (&str, &str), column: &str) -> f64 {
        let rows = self.table(table);
        rows.iter().find(|row| row[key.0] == key.1).unwrap()[column].parse().unwrap()
    }

    /// The verdict of a claim.
    fn verdict(&self, claim: &str) -> &str {
        let claims = self.report["claims"].as_array().unwrap();
        claims.iter().find(|one| one["id"] == claim).unwrap()["verdict"].as_str().unwrap()
    }

    fn near(&self, table: &str, key: (&str, &str), column: &str, right: f64, within: f64) {
        let found = self.number(table, key, column);
        assert!((found - right).abs() <= within, "{table}, {key:?}, {column}: {found}, {right}");
    }
}

/// Where the cases lie; nothing, said aloud, where they do not.
fn cases() -> Option<PathBuf> {
    let there = root().join("../shared/cases");
    if there.is_dir() {
        return Some(there);
    }
    // Past the harness, which keeps what a passing test prints.
    let _ = writeln!(std::io::stderr(), "skipped: there is no ../shared/cases");
    None
}

fn call(at: &std::path::Path, words: &[&str]) -> Left {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let output = mllab(at, &[words, &["--no-progress", "--json", "--format", "svg", "--out", out]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let read = if report.is_null() { String::new() } else { reading(&report) };
    let said = read + &text(&output.stderr);
    let tables = folder.path().join(words[1]).join("tables");
    Left { code: output.status.code().unwrap(), said, report, tables, _folder: folder }
}

#[test]
fn tables_as_people_bring_them_get_the_right_answer() {
    let Some(at) = cases() else { return };
    let run = |words: &str| {
        let left = call(&at, &[&["run"], words.split(' ').collect::<Vec<_>>().as_slice()].concat());
        assert_eq!(left.code, 0, "{words}: {}", left.said);
        left
    };
    let left = run("learning-rate --data passengers.csv --target survived --missing median --quick");
    left.has(&["name, ticket and cabin left out"]);
    let largest =
        |left: &Left| left.table("paths").iter().map(|row| row["lambda"].parse::<f64>().unwrap()).fold(0.0, f64::max);
    for (words, lambda, said) in [
        (
            "l1-vs-l2 --data engines.csv --target consumption --missing median --quick",
            3.747_773_7,
            "6 missing cells filled",
        ),
        ("l1-vs-l2 --data sales.csv --target Umsatz --quick", 5.030_598_1, "semicolons; decimal commas"),
        ("l1-vs-l2 --data budget.csv --target spend --quick", 4.227_095_1, "thousands marks in column income"),
    ] {
        let left = run(words);
        left.has(&[said]);
        assert!((largest(&left) - lambda).abs() < 1e-6, "{words}: {}", largest(&left));
    }
    for file in ["numbered", "blanks", "answers"] {
        let left = run(&format!("learning-rate --data {file}.csv --target bought --quick"));
        left.has(&["46 of 300 rows"]);
        let edge = fs::read_to_string(left.tables.join("edge.csv")).unwrap();
        let sharpness = edge.lines().find_map(|line| line.strip_prefix("sharpness,")).unwrap().parse::<f64>().unwrap();
        assert!((sharpness - 0.261_231_65).abs() < 1e-8, "{file}: {sharpness}");
    }
    let refused = call(&at, &["run", "learning-rate", "--data", "cells.csv", "--target", "M", "--quick"]);
    assert_eq!(refused.code, 1);
    refused.has(&["cells.csv, line 1", "4 of 5 cells are numbers", "header"]);
    let left = run("l1-vs-l2 --data two-units.csv --target y --quick");
    assert_ne!(left.verdict("penalise-extreme-weights"), "fails");
}

#[test]
fn leaks_of_tables_that_people_bring_are_found() {
    let Some(at) = cases() else { return };
    let run =
        |words: &str| call(&at, &[&["run", "data-leakage"], words.split(' ').collect::<Vec<_>>().as_slice()].concat());
    let left = run("--data two-offices.csv --target fault --time at");
    left.has(&["2 zones compared as instants"]);
    left.near("splits", ("strategy", "ordered"), "estimate", 0.61, 0.07);
    let left = run("--data one-office.csv --target fault --time at");
    for row in left.table("splits") {
        for end in ["low", "high"] {
            assert!((0.0..=1.0).contains(&row[end].parse::<f64>().unwrap()), "{row:?}");
        }
    }
    let left = run("--data orders.csv --target won");
    left.has(&["past order_id: it numbers the rows"]);
    assert_eq!(left.verdict("duplicates"), "holds");
}

#[test]
fn drift_that_people_bring_is_measured_and_named() {
    let Some(at) = cases() else { return };
    let run = |words: &str| {
        call(&at, &[&["run", "drift-detection"], words.split(' ').collect::<Vec<_>>().as_slice()].concat())
    };
    let left = run("--data holes-live.csv --baseline holes-base.csv --missing drop --quick");
    left.near("features", ("feature", "f0"), "psi", 0.089_519, 1e-6);
    left.near("features", ("feature", "f0"), "ks", 0.138_587, 1e-6);
    run("--data dead-live.csv --baseline dead-base.csv --quick").has(&["f3 stopped arriving: all of its 600 cells"]);
    let left = run("--data log-live.csv --baseline log-base.csv --quick");
    left.has(&["score left out: not in the baseline"]);
    left.near("features", ("feature", "age"), "psi", 0.035_705, 1e-6);
    run("--data errors.csv --column error --quick")
        .has(&["ADWIN alarms on error at row", "HDDM-A alarms on error at row"]);
}

#[test]
fn loads_that_people_bring_go_by_their_time_stamps() {
    let Some(at) = cases() else { return };
    let run = |words: &str| {
        call(&at, &[&["run", "autoscaling-cooldown"], words.split(' ').collect::<Vec<_>>().as_slice()].concat())
    };
    let left = run("--data balancer.csv --column requests --quick");
    left.near("policies", ("policy", "fixed-peak"), "instance_hours", 552.0, 1e-9);
    left.has(&["5 minutes apart"]);
    assert_eq!(left.verdict("target-tracking"), "holds");
    let left = run("--data quiet.csv --column requests --quick");
    left.near("policies", ("policy", "target-tracking"), "minutes", 240.0, 0.0);
    left.has(&["120 of 240 minutes have no row"]);
    let left = run("--data export.csv --column requests --quick");
    left.near("timeline", ("minute", "0"), "load", 100.0, 0.0);
    left.has(&["newest came first"]);
    let left = run("--data busy.csv --column rpm --per-instance 6000 --quick");
    left.near("policies", ("policy", "fixed-peak"), "instance_hours", 120.0, 1e-9);
}

#[test]
fn notes_that_name_services_and_list_algorithms_claim_nothing() {
    let Some(at) = cases() else { return };
    let output = mllab(&at, &["annotate", "notes-products.md", "--json"]);
    let cards: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found: Vec<_> = cards.as_array().unwrap().iter().map(|card| (&card["line"], &card["claim"])).collect();
    assert_eq!(found, [(&Value::from(9), &Value::from("accuracy-misleads"))]);
}
