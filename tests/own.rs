//! A user's own file: what is read from it, and what is refused and how.

mod against_python;
mod cases;
mod kinds;

use crate::support::{mllab, root, text};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Runs a lab quickly on `data.csv` in a folder; exit code, report (where there is one), messages.
fn run(folder: &Path, lab: &str, more: &[&str]) -> (i32, Value, String) {
    let words =
        [&["run", lab, "--quick", "--no-progress", "--json", "--format", "svg", "--data", "data.csv"], more].concat();
    let output = mllab(folder, &words);
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), report, text(&output.stderr))
}

/// Rows of two numeric columns, one of words, and a target that follows the first.
fn rows(n: usize, mut row: impl FnMut(usize, f64, f64) -> String) -> String {
    (0..n)
        .map(|i| {
            let wave = |k: f64| (1000.0 * (i as f64 * k).sin()).round() / 1000.0;
            row(i, wave(12.989), wave(78.233))
        })
        .collect()
}

fn good(separator: char, end: &str) -> String {
    let s = separator;
    let label = |i: usize, x: f64| if x + 0.4 * ((i * i) as f64).sin() > 0.3 { "yes" } else { "no" };
    let city = ["Zürich", "東京", "Oslo"];
    let body = rows(120, |i, a, b| format!("{a}{s}{b}{s}\"{}\"{s}true{s}{}{end}", city[i % 3], label(i, a)));
    format!("height{s}width{s}city{s}same{s}bought{end}{body}")
}

fn reading(report: &Value) -> String {
    let said = report["data"]["reading"].as_array().unwrap();
    said.iter().map(|sentence| sentence.as_str().unwrap()).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_same_table_reads_the_same_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut first: Option<Value> = None;
    for (separator, end, bom) in [(',', "\n", ""), (';', "\r\n", "\u{feff}"), ('\t', "\n", "\u{feff}")] {
        fs::write(folder.path().join("data.csv"), format!("{bom}{}", good(separator, end))).unwrap();
        let (code, report, said) = run(folder.path(), "learning-rate", &["--target", "bought"]);
        assert_eq!(code, 0, "{said}");
        let data = &report["data"];
        assert_eq!((data["source"].as_str(), data["file"].as_str()), (Some("file"), Some("data.csv")));
        assert_eq!((data["rows"].as_u64(), data["sha256"].as_str().unwrap().len()), (Some(120), 64));
        let columns: Vec<&str> = data["columns"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
        assert_eq!(columns, ["height", "width", "city=Oslo", "city=Zürich", "city=東京"]);
        let read = reading(&report);
        assert!(read.contains("yes is positive") && read.contains("column same left out"), "{read}");
        assert!(read.contains("city (3 levels)"), "{read}");
        let claims = report["claims"].clone();
        assert_eq!(first.get_or_insert(claims.clone()), &claims);
    }
}

#[test]
fn the_positive_class_is_the_one_named_or_that_says_yes_or_the_rarer() {
    let folder = tempfile::tempdir().unwrap();
    for (labels, more, expected) in [
        (["a", "b"], &[][..], "b is positive, 30"),
        (["yes", "no"], &[], "yes is positive, 90"),
        (["0", "1"], &[], "1 is positive, 30"),
        (["False", "TRUE"], &[], "TRUE is positive, 30"),
        (["a", "b"], &["--positive", "a"], "a is positive, 90"),
        (["1.0", "2"], &["--positive", "2.0"], "2 is positive, 30"),
    ] {
        let body = rows(120, |i, a, b| format!("{a},{b},{}\n", labels[usize::from(i % 4 == 0)]));
        fs::write(folder.path().join("data.csv"), format!("a,b,y\n{body}")).unwrap();
        let (code, report, said) = run(folder.path(), "learning-rate", &[&["--target", "y"], more].concat());
        assert_eq!(code, 0, "{said}");
        assert!(reading(&report).contains(expected), "{labels:?}: {}", reading(&report));
    }
}

#[test]
fn missing_cells_are_refused_with_the_ways_out() {
    let folder = tempfile::tempdir().unwrap();
    let body = rows(120, |i, a, b| {
        let a = if i == 7 { "NA".into() } else { a.to_string() };
        let b = if i == 9 || i == 7 { String::new() } else { b.to_string() };
        format!("{a},{b},{}\n", i % 2)
    });
    fs::write(folder.path().join("data.csv"), format!("a,b,y\n{body}")).unwrap();
    let (code, _, said) = run(folder.path(), "learning-rate", &["--target", "y"]);
    assert_eq!(code, 1);
    for words in
        ["3 missing cells", "1 in column a (first in line 9)", "2 in column b", "--missing drop", "--missing median"]
    {
        assert!(said.contains(words), "{said}");
    }
    let (code, report, said) = run(folder.path(), "learning-rate", &["--target", "y", "--missing", "drop"]);
    assert_eq!((code, report["data"]["rows"].as_u64()), (0, Some(118)), "{said}");
    assert!(reading(&report).contains("2 of 120 rows left out"), "{}", reading(&report));
    let (code, report, said) = run(folder.path(), "learning-rate", &["--target", "y", "--missing", "median"]);
    assert_eq!((code, report["data"]["rows"].as_u64()), (0, Some(120)), "{said}");
    assert!(reading(&report).contains("3 missing cells filled"), "{}", reading(&report));
}

/// What a file holds, what the call says, the exit code, and words of the one message.
type Refusal<'a> = (&'a str, Vec<u8>, &'a [&'a str], i32, &'a [&'a str]);

#[test]
fn what_cannot_be_used_is_refused_in_one_message_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let table = |body: &str| format!("a,b,y\n{body}").into_bytes();
    let plain = || rows(60, |i, a, b| format!("{a},{b},{}\n", i % 2));
    let with = |line: &str| table(&format!("{}{line}\n{}", rows(5, |i, a, b| format!("{a},{b},{}\n", i % 2)), plain()));
    let y: &[&str] = &["--target", "y"];
    let cases: Vec<Refusal> = vec![
        ("empty", vec![], y, 1, &["is empty"]),
        ("blank", b"\n\n  \n".to_vec(), y, 1, &["is empty"]),
        ("header only", b"a,b,y\n".to_vec(), y, 1, &["no rows"]),
        ("no header", rows(60, |i, a, b| format!("{a},{b},{}\n", i % 2)).into_bytes(), y, 1, &["line 1", "header"]),
        ("ragged, short", with("1,2"), y, 1, &["line 7", "2 cells", "header has 3"]),
        ("ragged, long", with("1,2,3,4"), y, 1, &["line 7", "4 cells"]),
        ("a word among numbers", with("1,12O,1"), y, 1, &["line 7", "column b", "\"12O\"", "number"]),
        ("a decimal comma", with("1,\"0,5\",1"), y, 1, &["line 7", "column b", "point"]),
        ("infinite", with("1,-inf,1"), y, 1, &["line 7", "column b", "finite"]),
        ("too large a number", with("1,1e999,1"), y, 1, &["line 7", "finite"]),
        ("not a number", with("1,NaN,1"), y, 1, &["1 missing cell", "column b", "line 7"]),
        ("one name twice", b"a,a,y\n1,2,1\n".to_vec(), y, 1, &["line 1", "columns 1 and 2", "called a"]),
        ("no name", b"a,,y\n1,2,1\n".to_vec(), y, 1, &["column 2 has no name"]),
        ("unknown target", table(&plain()), &["--target", "Y2"], 2, &["--target Y2", "no such column"]),
        ("nearest name", b"height,y\n1,2\n".to_vec(), &["--target", "hieght"], 2, &["did you mean height?"]),
        ("no target", table(&plain()), &[], 2, &["needs --target"]),
        (
            "constant target",
            table(&rows(60, |_, a, b| format!("{a},{b},1\n"))),
            y,
            1,
            &["column y", "every row is \"1\""],
        ),
        ("words as classes", table(&rows(60, |i, a, b| format!("{a},{b},c{i}\n"))), y, 1, &["60 classes"]),
        (
            "a number",
            table(&rows(60, |i, a, b| format!("{a},{b},{i}\n"))),
            y,
            1,
            &["number of 60 values", "two classes"],
        ),
        ("no such class", table(&plain()), &["--target", "y", "--positive", "7"], 2, &["--positive 7", "0 and 1"]),
        ("UTF-16", b"\xff\xfea\0,\0b\0".to_vec(), y, 1, &["no rows"]),
        ("a quote left open", with("1,\"2,1"), y, 1, &["line 7", "opens here is never closed"]),
        ("a quote closed too late", with("1,\"2,1\n3,4,\"0\""), y, 1, &["line 7", "closes in line 8"]),
        (
            "a first row of data",
            rows(60, |i, a, b| format!("{a},{b},c{}\n", i % 2)).into_bytes(),
            y,
            1,
            &["2 of 3 cells are numbers"],
        ),
        (
            "two conventions",
            table(&rows(60, |i, a, b| {
                format!(
                    "{},{b},{}\n",
                    if i % 2 == 0 { format!("\"{}\"", a.to_string().replace('.', ",")) } else { a.to_string() },
                    i % 2
                )
            })),
            y,
            1,
            &["column a", "decimals need a"],
        ),
        (
            "both readings",
            table(&rows(60, |i, _, _| format!("\"1,{:03}\",{i},{}\n", 100 + i, i % 2))),
            y,
            1,
            &["line 2", "1100 and as 1.1", "--decimal"],
        ),
        ("an Excel workbook", b"PK\x03\x04abc".to_vec(), y, 1, &["Excel"]),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0".to_vec(), y, 1, &["binary"]),
        ("only the target", b"y\n1\n0\n1\n0\n".to_vec(), y, 1, &["no column is left"]),
        ("few rows", table(&rows(6, |i, a, b| format!("{a},{b},{}\n", i % 2))), y, 1, &["rows"]),
        ("one role twice", table(&plain()), &["--target", "y", "--missing", "sometimes"], 2, &["sometimes"]),
    ];
    fs::create_dir_all(folder.path().join("out/class-imbalance")).unwrap();
    fs::write(folder.path().join("out/class-imbalance/kept.txt"), "earlier").unwrap();
    fs::write(folder.path().join("out/class-imbalance/.mllab"), "").unwrap();
    for (case, bytes, more, code, words) in cases {
        fs::write(folder.path().join("data.csv"), bytes).unwrap();
        let (found, _, said) = run(folder.path(), "class-imbalance", more);
        assert_eq!(found, code, "{case}: {said}");
        for word in words {
            assert!(said.contains(word), "{case}: {said}");
        }
        assert!(said.starts_with("error: ") && !said.contains("panicked"), "{case}: {said}");
    }
    let long = [b"a,y\n".as_slice(), &vec![b'1'; 100_000_000]].concat();
    fs::write(folder.path().join("data.csv"), long).unwrap();
    let (code, _, said) = run(folder.path(), "class-imbalance", y);
    assert!(code == 1 && said.contains("line 2: longer than 1 MB"), "{said}");
    for (name, words) in [("missing.csv", "No such file"), ("out", "is a directory")] {
        let output = mllab(folder.path(), &["run", "class-imbalance", "--quick", "--data", name, "--target", "y"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
    assert_eq!(fs::read_to_string(folder.path().join("out/class-imbalance/kept.txt")).unwrap(), "earlier");
}

/// The shape of the best-known table of frauds: a class of 492 rows among 284,807; and one of 29.
#[test]
fn a_rare_class_survives_the_sampling_in_every_lab_on_any_seed() {
    let folder = tempfile::tempdir().unwrap();
    for (n, frauds) in [(284_807, 492), (60_000, 29)] {
        let body = rows(n, |i, a, b| {
            let fraud = (i + 1) * frauds / n != i * frauds / n;
            format!("{},{b},{i},c{},{}\n", if fraud { a + 1.0 } else { a }, i / 40, i32::from(fraud))
        });
        fs::write(folder.path().join("data.csv"), format!("a,b,second,card,Class\n{body}")).unwrap();
        let whole = format!("of the {n} rows");
        for (lab, more) in [
            ("class-imbalance", &[][..]),
            ("data-leakage", &["--group", "card"]),
            ("data-leakage", &["--time", "second"]),
            ("learning-rate", &[]),
            ("bagging-vs-boosting", &[]),
            ("l1-vs-l2", &[]),
        ] {
            for seed in ["7", "8"] {
                let words = [&["--target", "Class", "--seed", seed], more].concat();
                let (code, report, said) = run(folder.path(), lab, &words);
                assert_eq!(code, 0, "{lab}, seed {seed}: {said}");
                assert_eq!(report["data"]["rows"].as_u64(), Some(n as u64), "{lab}");
                let read = reading(&report);
                let how = if more.contains(&"--group") {
                    "whole groups, drawn at random, those with the rarer class first"
                } else {
                    "of the rarer class and one in"
                };
                assert!(read.contains(&whole) && read.contains(how), "{lab}: {read}");
                if lab == "data-leakage" {
                    let splits = fs::read_to_string(folder.path().join("out/data-leakage/tables/splits.csv")).unwrap();
                    // Folds that score alike have no interval.
                    let last = |line: &str| line.rsplit(',').next().and_then(|high| high.parse::<f64>().ok());
                    let highs: Vec<f64> = splits.lines().skip(1).filter_map(last).collect();
                    assert!(highs.iter().all(|high| *high <= 1.0), "an accuracy above 1: {splits}");
                }
            }
        }
    }
}

/// More columns than a quick look has time for: it says which it took, and takes the telling ones.
#[test]
fn a_quick_look_at_a_wide_table_says_what_it_leaves_out() {
    let folder = tempfile::tempdir().unwrap();
    for (n, said_of_choice) in [(600, "on 199 rows that are then put aside"), (100, "drawn at random")] {
        let names: Vec<String> = (0..1500).map(|column| format!("x{column}")).collect();
        let mut table = names.join(",") + ",y\n";
        for row in 0..n {
            // Squares, lest the columns be one wave at different phases.
            let cell = |column: usize| (((row * 1500 + column) as f64).powi(2) * 0.618_034).sin();
            (0..1500).for_each(|column| write!(table, "{:.3},", cell(column)).unwrap());
            writeln!(table, "{}", i32::from(cell(17) - cell(1200) > 0.6)).unwrap();
        }
        fs::write(folder.path().join("data.csv"), table).unwrap();
        for lab in ["learning-rate", "l1-vs-l2", "class-imbalance", "bagging-vs-boosting"] {
            let (code, report, said) = run(folder.path(), lab, &["--target", "y"]);
            assert_eq!(code, 0, "{lab}: {said}");
            let read = reading(&report);
            assert!(read.contains("100 of 1500 features") && read.contains(said_of_choice), "{lab}: {read}");
            assert_eq!(report["data"]["rows"].as_u64(), Some(n as u64));
            if lab == "l1-vs-l2" && n == 600 {
                let paths = fs::read_to_string(folder.path().join("out/l1-vs-l2/tables/paths.csv")).unwrap();
                assert!(paths.contains("x17,") && paths.contains("x1200,"), "the two columns that tell");
            }
        }
    }
}

#[test]
fn a_column_alone_ignores_what_the_others_hold() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("when,load,note\n");
    for i in 0..800 {
        let _ = writeln!(csv, "day {i},{},{}", 200 + (i * 37) % 90, if i % 5 == 0 { "" } else { "12O" });
    }
    let path = folder.path().join("my data 数据.csv");
    fs::write(&path, csv).unwrap();
    for lab in ["drift-detection", "autoscaling-cooldown"] {
        let words = ["run", lab, "--quick", "--no-progress", "--data", path.to_str().unwrap(), "--column", "load"];
        let output = mllab(folder.path(), &words);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let output = mllab(folder.path(), &["run", "drift-detection", "--data", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--column") && text(&output.stderr).contains("--baseline"));
}

#[test]
fn a_baseline_needs_the_same_columns() {
    let folder = tempfile::tempdir().unwrap();
    let body = |shift: f64| rows(400, |i, a, b| format!("{},{b},c{i}\n", a + shift));
    fs::write(folder.path().join("data.csv"), format!("a,b,id\n{}", body(0.5))).unwrap();
    fs::write(folder.path().join("before.csv"), format!("id,b,a\n{}", rows(300, |i, a, b| format!("x{i},{b},{a}\n"))))
        .unwrap();
    let (code, report, said) = run(folder.path(), "drift-detection", &["--baseline", "before.csv"]);
    assert_eq!(code, 0, "{said}");
    assert!(reading(&report).contains("column id left out") && reading(&report).contains("before.csv, 300 rows"));
    let features = fs::read_to_string(folder.path().join("out/drift-detection/tables/features.csv")).unwrap();
    let psi = |feature: &str| -> f64 {
        let row = features.lines().find(|line| line.starts_with(feature)).unwrap();
        row.split(',').nth(1).unwrap().parse().unwrap()
    };
    assert!(psi("a,") > 0.2 && psi("b,") < 0.1, "{features}");
    fs::write(folder.path().join("before.csv"), "a,c\n1,2\n2,3\n").unwrap();
    let (code, _, said) = run(folder.path(), "drift-detection", &["--baseline", "before.csv"]);
    assert!(code == 1 && said.contains("the baseline has 2 rows"), "{said}");
    fs::write(folder.path().join("before.csv"), "c,d\n1,2\n2,3\n").unwrap();
    let (code, _, said) = run(folder.path(), "drift-detection", &["--baseline", "before.csv"]);
    assert!(code == 1 && said.contains("no column in common"), "{said}");
}

#[test]
fn the_table_that_ships_is_read_as_its_readme_says() {
    let path = root().join("data/breast-cancer.csv");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(&path, folder.path().join("data.csv")).unwrap();
    let (code, report, said) = run(folder.path(), "l1-vs-l2", &["--target", "diagnosis"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(report["data"]["rows"], 569);
    assert!(reading(&report).contains("malignant is positive, 212 of 569 rows"));
    let shipped = mllab_kit::data::real::breast_cancer();
    let columns: Vec<&str> =
        report["data"]["columns"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert_eq!(columns, shipped.columns);
}
