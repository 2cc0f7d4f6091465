//! What files and names say, at each exit: terminal, SVG, PNG, HTML, CSV.

use crate::support::{mllab, quick, text};
use mllab_core::figure::{Axis, Figure, Hue, Line, Panel};
use mllab_core::report::Data;
use mllab_core::{Source, Table, shown};
use mllab_draw::{Font, Width, png, svg};
use mllab_labs::LABS;
use std::fs;

/// All of Unicode in pieces of a few thousand characters.
fn all_of_unicode() -> Vec<String> {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    all.chunks(8192).map(|piece| piece.iter().collect()).collect()
}

/// Unseen characters but line breaks (and tabs).
fn unseen(text: &str) -> String {
    text.chars().filter(|c| shown::is_unseen(*c) && !matches!(c, '\n' | '\t')).collect()
}

#[test]
fn no_character_of_unicode_passes_an_exit_unseen() {
    let table = {
        let mut table = Table::named("t").with_word("name").with_number("value", "1");
        table.put(("a", 1.0));
        table
    };
    for piece in all_of_unicode() {
        assert_eq!(unseen(&shown::on_terminal(&piece)), "");
        assert_eq!(shown::visible(&piece).lines().count(), 1);
        // Names are cut before they are drawn, so a label is short: what does something, and some of the rest.
        let short: String =
            piece.chars().enumerate().filter(|(i, c)| shown::is_unseen(*c) || i % 128 == 0).map(|(_, c)| c).collect();
        for label in
            short.chars().collect::<Vec<char>>().chunks(60).take(4).map(|chunk| chunk.iter().collect::<String>())
        {
            let line = Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Blue).label(label.as_str());
            let panel = Panel::new(Axis::linear("x"), Axis::linear("y")).layer(line).title(label.as_str());
            let figure =
                Figure::new("f", "A title").subtitle("s").alt(piece.as_str()).panel(panel).reads("t", &["value"]);
            assert_eq!(figure.faults(std::slice::from_ref(&table)), Vec::<String>::new());
            assert_eq!(unseen(&svg(&figure, Width::Wide, "p", &label, Font::FromPage)), "", "svg");
        }
    }
    // The controls, drawn as a picture.
    let piece: String = ('\0'..'\u{3000}').filter(|c| shown::is_unseen(*c)).collect();
    let line = Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Blue).label(piece.as_str());
    let figure = Figure::new("f", piece.as_str()).panel(Panel::new(Axis::linear("x"), Axis::linear("y")).layer(line));
    assert!(png(&svg(&figure, Width::Wide, "p", &piece, Font::Embedded)).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn no_character_of_unicode_passes_a_page_unseen() {
    let lab = LABS[0];
    let run = quick(lab, None, 2, Source::Generated);
    for piece in all_of_unicode() {
        let mut report = run.report.clone();
        report.data = Data::File {
            file: piece.chars().take(50).collect(),
            sha256: "0".repeat(64),
            rows: 1,
            columns: vec![piece.clone()],
            reading: vec![piece.clone()],
        };
        report.figures.clear();
        let html = mllab_book::page::lab(lab, &report, &[]).unwrap();
        assert_eq!(unseen(&html), "");
    }
}

/// A word that begins like a formula is a word to a spreadsheet; a number stays a number.
#[test]
fn no_cell_of_a_table_is_a_formula() {
    let mut table = Table::named("t").with_word("name").with_number("value", "1");
    let names = ["=cmd|'/C calc'!A0", "+1+1", "-x", "@SUM(A1)", "\t=1", "\r=1", "plain", "a=b"];
    for name in names {
        table.put((name, -0.5));
    }
    let csv = table.to_csv();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for (record, name) in reader.records().map(Result::unwrap).zip(names) {
        assert!(!record[0].starts_with(['=', '+', '-', '@', '\t', '\r']), "{csv}");
        assert!(record[0].ends_with(name) && &record[1] == "-0.5");
    }
}

#[test]
fn hostile_names_reach_neither_the_terminal_nor_a_file_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let long = "n".repeat(500_000);
    let mut file = format!("a\u{1b}[31m,\"b\nb\",\u{202e}c,=cmd|x,{long},\u{9b}31m,kind,kind=red,y\n");
    for row in 0..80 {
        let cell = |column: i32| format!("{:.3}", (f64::from(row * 7 + column) * 12.989).sin());
        let cells = (0..6).map(cell).collect::<Vec<_>>().join(",");
        let level = ["red", "\u{1b}]0;title\u{7}", "blue"][row as usize % 3];
        file += &format!("{cells},{level},{},{}\n", row % 5, row % 2);
    }
    fs::write(folder.path().join("data.csv"), &file).unwrap();
    for (lab, more) in [
        ("l1-vs-l2", &["--target", "y"][..]),
        ("learning-rate", &["--target", "y", "--json"]),
        ("drift-detection", &["--column", "a\u{1b}[31m", "--window", "50"]),
        ("drift-detection", &["--baseline", "data.csv"]),
        ("l1-vs-l2", &["--target", "no\u{1b}[31m\nsuch"]),
        ("l1-vs-l2", &["--target", "y", "--separator", "\u{1b}"]),
        ("l1-vs-l2", &["--target", "y", "--out", "o\u{1b}[31m\u{202e}"]),
    ] {
        let output = mllab(folder.path(), &[&["run", lab, "--quick", "--data", "data.csv"], more].concat());
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(unseen(&said), "", "{lab} {more:?}: {said}");
        assert!(!said.contains(&"n".repeat(100)), "a long name is cut: {lab} {more:?}");
        assert!(said.lines().all(|line| line.chars().count() < 2000), "{lab} {more:?}");
    }
    let lab = folder.path().join("out/l1-vs-l2");
    let paths = fs::read_to_string(lab.join("tables/paths.csv")).unwrap();
    for name in ["a\\u001b[31m", "b\\nb", "'=cmd|x", "… (500\u{202f}000 characters)", "kind=red", "kind=red (2)"] {
        assert!(paths.contains(&format!("{name},")), "{name}: {}", &paths[..2000]);
    }
    for figure in fs::read_dir(lab.join("figures")).unwrap().map(|entry| entry.unwrap().path()) {
        if figure.extension().is_some_and(|kind| kind == "svg") {
            assert_eq!(unseen(&fs::read_to_string(&figure).unwrap()), "", "{}", figure.display());
        }
    }
    assert_eq!(unseen(&fs::read_to_string(lab.join("index.html")).unwrap()), "");
}
