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
    let race =
        ["bench", "--no-progress", "--tasks", "linear", "--models", "majority,logistic,tree", "--sizes", "300,100"];
    assert_eq!(mllab(folder.path(), &race).status.code(), Some(0));
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

/// The running text of each page, block by block, as a reader meets it.
pub fn texts() -> Vec<(String, Vec<String>)> {
    pages()
        .into_iter()
        .map(|(file, html)| {
            let page = Html::parse_document(&html);
            let blocks = "h1, h2, h3, p, li, dd, dt, td, summary, .row, .r, text, .source";
            let text = |e: scraper::ElementRef| {
                e.text().collect::<Vec<_>>().join(if e.value().name() == "div" { " | " } else { "" })
            };
            (file, all(&page, blocks).into_iter().map(text).collect())
        })
        .collect()
}

/// The reports that the book is made from.
pub fn reports() -> Vec<mllab_core::Report> {
    let read = |lab: &&dyn mllab_core::AnyLab| {
        let path = BOOK.path().join("out").join(lab.meta().id).join("report.json");
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    LABS.iter().map(read).collect()
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn a_page_a_lab_a_domain_and_the_lists() {
    let pages = pages();
    let mut expected: BTreeSet<String> =
        ["index.html", "claims.html", "wrong-or-conditional.html", "glossary.html", "bench.html"]
            .map(String::from)
            .into();
    expected.extend(mllab_core::Domain::ALL.map(|domain| format!("{}.html", domain.id())));
    expected.extend(LABS.iter().map(|lab| format!("{}.html", lab.meta().id)));
    assert_eq!(pages.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (file, html) in &pages {
        assert!(html.len() < 1_200_000, "{file}: {} bytes", html.len());
        for outside in ["http://", "https://", "src=\"", "@import", "<link"] {
            let own = html.replace("http://www.w3.org/", "").replace("src=\"search.js\"", "");
            assert!(!own.contains(outside), "{file}: {outside}");
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
        if path.starts_with("files/") {
            assert!(site().join(path).is_file(), "{file}: {link} is no file");
            return;
        }
        let there = anchors.get(path).unwrap_or_else(|| panic!("{file}: {link} leads nowhere"));
        assert!(anchor.is_empty() || there.contains(anchor), "{file}: {link} has no such place");
    };
    for (file, html) in &pages {
        let page = Html::parse_document(html);
        for link in all(&page, "a[href], use[href]") {
            check(file, link.value().attr("href").unwrap());
        }
        for term in all(&page, "[popovertarget]") {
            check(file, &format!("#{}", term.value().attr("popovertarget").unwrap()));
        }
    }
    for hit in search_data()["hits"].as_array().unwrap() {
        check("search.js", hit["u"].as_str().unwrap());
    }
}

/// What search.js looks through.
fn search_data() -> Value {
    let script = fs::read_to_string(site().join("search.js")).unwrap();
    let data = script.split_once("var index = ").unwrap().1.split_once(";\n  var stop").unwrap().0;
    serde_json::from_str(data).unwrap()
}

#[test]
fn every_claim_stands_in_the_list_with_its_verdict() {
    let pages = pages();
    let page = Html::parse_document(&pages["claims.html"]);
    let rows = all(&page, "#rows > li");
    let asked: usize = LABS.iter().map(|lab| lab.seed().unwrap().claims.len()).sum();
    assert_eq!(rows.len(), asked);
    let doubtful = Html::parse_document(&pages["wrong-or-conditional.html"]);
    let expected = rows
        .iter()
        .filter(|row| ["depends", "fails", "negligible"].contains(&row.value().attr("data-verdict").unwrap()));
    assert_eq!(all(&doubtful, ".claim-row").len(), expected.count());
}

/// A term of the glossary is explained where it first stands in an opening or in a claim.
#[test]
fn terms_are_explained_where_they_first_stand() {
    for (file, html) in pages() {
        let page = Html::parse_document(&html);
        for scope in all(&page, ".lead, .claim") {
            let select = |css: &str| scope.select(&Selector::parse(css).unwrap()).collect::<Vec<_>>();
            let marked: BTreeSet<String> = select(".term")
                .iter()
                .map(|term| term.value().attr("popovertarget").unwrap().trim_start_matches("term-").to_string())
                .collect();
            let read = if scope.value().classes().any(|class| class == "lead") { vec![scope] } else { select(".meas") };
            let text: String = read.iter().flat_map(scraper::ElementRef::text).collect();
            for (.., term) in mllab_book::words::found(&text) {
                let anchor = mllab_book::words::TERMS[term].anchor();
                assert!(marked.contains(&anchor) || marked.len() >= 4, "{file}: {anchor} is not explained in {text:?}");
            }
        }
    }
}
