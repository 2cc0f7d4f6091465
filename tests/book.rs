//! The site: built from finished folders, the same bytes each time, well-formed, with links that lead somewhere.

use crate::support::{mllab, text};
use mllab_labs::LABS;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A results folder in which each lab's quick run stands as its reference run, and the book made from it.
static BOOK: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for lab in LABS {
        let id = lab.meta().id;
        let output = mllab(folder.path(), &["run", id, "--quick", "--no-progress", "--format", "svg"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let path = folder.path().join("out").join(id).join("report.json");
        let mut report: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        report["quick"] = json!(false);
        report["replicates"] = json!(lab.meta().replicates);
        fs::write(path, report.to_string()).unwrap();
    }
    let output = mllab(folder.path(), &["book"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("read from their folders"), "{}", text(&output.stdout));
    folder
});

/// Where the site is.
pub fn site() -> PathBuf {
    BOOK.path().join("out/book")
}

fn pages() -> BTreeMap<String, String> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    fs::read_dir(site())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .map(|path| (name(&path), fs::read_to_string(&path).unwrap()))
        .collect()
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn a_page_a_lab_a_domain_and_the_lists() {
    let pages = pages();
    let mut expected: BTreeSet<String> =
        ["index.html", "claims.html", "wrong-or-conditional.html"].map(String::from).into();
    expected.extend(mllab_core::Domain::ALL.map(|domain| format!("{}.html", domain.id())));
    expected.extend(LABS.iter().map(|lab| format!("{}.html", lab.meta().id)));
    assert_eq!(pages.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (file, html) in &pages {
        assert!(html.len() < 1_500_000, "{file}: {} bytes", html.len());
        for outside in ["http://", "https://", "src=\"", "@import", "<link"] {
            assert!(!html.replace("http://www.w3.org/", "").contains(outside), "{file}: {outside}");
        }
    }
}

#[test]
fn two_builds_are_the_same_bytes() {
    let before = pages();
    let output = mllab(BOOK.path(), &["book", "--threads", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(before == pages());
}

#[test]
fn pages_are_well_formed() {
    for (file, html) in pages() {
        let page = Html::parse_document(&html);
        assert_eq!(page.errors, Vec::<String>::new(), "{file}");
        assert_eq!(all(&page, "h1").len(), 1, "{file}: headings of the first rank");
        let mut last = 1;
        for heading in all(&page, "h1, h2, h3, h4") {
            let rank = heading.value().name()[1..].parse::<usize>().unwrap();
            assert!(rank <= last + 1, "{file}: a heading of rank {rank} after one of rank {last}");
            last = rank;
        }
        let mut ids = BTreeSet::new();
        for element in all(&page, "[id]") {
            let id = element.value().id().unwrap();
            assert!(ids.insert(id), "{file}: two elements of id {id}");
        }
        for label in all(&page, "label[for]") {
            let named = label.value().attr("for").unwrap();
            assert!(ids.contains(named), "{file}: a label for {named}");
        }
        for svg in all(&page, "svg") {
            let value = svg.value();
            let named = ["aria-label", "aria-labelledby", "aria-hidden"].iter().any(|name| value.attr(name).is_some());
            assert!(named, "{file}: a drawing without a name");
        }
    }
}

#[test]
fn links_resolve() {
    let pages = pages();
    let anchors: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .map(|(file, html)| {
            let page = Html::parse_document(html);
            let ids = all(&page, "[id]").iter().map(|e| e.value().id().unwrap().to_string()).collect();
            (file.as_str(), ids)
        })
        .collect();
    let check = |file: &str, link: &str| {
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let path = path.split('?').next().unwrap();
        let path = if path.is_empty() { file } else { path };
        let there = anchors.get(path).unwrap_or_else(|| panic!("{file}: {link} leads nowhere"));
        assert!(anchor.is_empty() || there.contains(anchor), "{file}: {link} has no such place");
    };
    for (file, html) in &pages {
        let page = Html::parse_document(html);
        for link in all(&page, "a[href], use[href]") {
            check(file, link.value().attr("href").unwrap());
        }
        let entries = all(&page, "#search-entries")[0].text().collect::<String>();
        let entries: Value = serde_json::from_str(&entries).unwrap();
        for entry in entries.as_array().unwrap() {
            check(file, entry["u"].as_str().unwrap());
        }
    }
}

#[test]
fn every_claim_stands_in_the_list_with_its_verdict() {
    let pages = pages();
    let page = Html::parse_document(&pages["claims.html"]);
    let rows = all(&page, "#rows > li");
    let asked: usize = LABS.iter().map(|lab| lab.seed().unwrap().claims.len()).sum();
    assert_eq!(rows.len(), asked);
    let doubtful = Html::parse_document(&pages["wrong-or-conditional.html"]);
    let expected = rows.iter().filter(|row| ["depends", "fails"].contains(&row.value().attr("data-verdict").unwrap()));
    assert_eq!(all(&doubtful, ".claim-row").len(), expected.count());
}
