//! The labs as one static site: a front page, a page a lab, all claims, the wrong or conditional ones, a page a domain.
//!
//! It is made from finished runs ([`Chapter`]); nothing here runs a lab. Each page is one file but for search.js
//! beside it, and reads without scripts: they add search, the filter and the theme button.

mod claims;
mod front;
mod glossary;
mod search;

use crate::find::Index;
use crate::links::{GLOSSARY_FILE, domain_file, lab_file};
use crate::page::{self, Drawn};
use crate::prose::{Prose, ProseError};
use crate::shell::{Shell, Site, Tab, document};
use maud::{Markup, html};
use mllab_core::report::ClaimReport;
use mllab_core::{AnyLab, Domain, Report, SeedError, Verdict, shown};
use thiserror::Error;

/// A lab and its finished run.
pub struct Chapter<'a> {
    /// The lab.
    pub lab: &'a dyn AnyLab,
    /// What its run found.
    pub report: Report,
    /// Its figures, drawn for a page.
    pub drawn: Vec<Drawn>,
    /// The wordless picture of its tile.
    pub tile: String,
}

/// A page of the site.
pub struct Page {
    /// The file's name.
    pub file: String,
    /// Its text.
    pub html: String,
}

/// The whole site, in a fixed order, the front page first; `race` is the race of models, where one was run.
///
/// # Errors
///
/// An unknown name in a lab's page.md, a fault in its seeds; tests hold that there is none.
pub fn pages(chapters: &[Chapter], race: Option<&Chapter>) -> Result<Vec<Page>, BookError> {
    let labs: Vec<&dyn AnyLab> = chapters.iter().map(|chapter| chapter.lab).collect();
    let index = Index::new(&labs)?;
    let answer = race.map(|race| Prose::read(race.lab.page(), &race.report)).transpose()?.map(|prose| prose.answer);
    let book = Book { chapters, race: answer };
    let doubtful =
        ("Where the notes are wrong or conditional", "The sentences that do not hold everywhere, and when they do.");
    let mut pages = vec![
        book.page("index.html", Tab::Labs, ("mllab", front::LEAD), None, &front::front(&book)),
        book.page(
            "claims.html",
            Tab::Claims,
            ("All claims", "Every sentence with its verdict."),
            Some(include_str!("claims.js")),
            &claims::all(&book),
        ),
        book.page(claims::DOUBTFUL_FILE, Tab::Claims, doubtful, None, &claims::doubtful(&book)),
        book.page(GLOSSARY_FILE, Tab::Words, ("Words", "What the terms mean."), None, &glossary::glossary()),
    ];
    for domain in Domain::ALL {
        let words = (domain.words(), domain.words());
        pages.push(book.page(&domain_file(domain), Tab::Labs, words, None, &claims::domain(&book, domain)));
    }
    let order = in_order(chapters);
    for (i, chapter) in order.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| order.get(at)).map(|other| other.lab);
        let around =
            page::Around { site: book.site(Tab::Labs), previous: beside(i.checked_sub(1)), next: beside(Some(i + 1)) };
        let html = page::lab_in_site(chapter.lab, &chapter.report, &chapter.drawn, &around)?;
        pages.push(Page { file: lab_file(chapter.lab), html });
    }
    if let Some(race) = race {
        let around = page::Around { site: book.site(Tab::Model), previous: None, next: None };
        let html = page::lab_in_site(race.lab, &race.report, &race.drawn, &around)?;
        pages.push(Page { file: lab_file(race.lab), html });
    }
    pages.push(Page { file: "search.js".into(), html: search::script(&index, chapters) });
    Ok(pages)
}

/// The chapters as the front page has them: domain by domain.
fn in_order<'a, 'b>(chapters: &'a [Chapter<'b>]) -> Vec<&'a Chapter<'b>> {
    let of = |domain| chapters.iter().filter(move |chapter| chapter.lab.meta().domain == domain);
    Domain::ALL.into_iter().flat_map(of).collect()
}

/// Why the site cannot be made.
#[derive(Debug, Error)]
pub enum BookError {
    /// A page's prose.
    #[error(transparent)]
    Prose(#[from] ProseError),
    /// A lab's seeds.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

/// What the pages are made from.
struct Book<'a> {
    chapters: &'a [Chapter<'a>],
    /// What the race of models says first, where one was run.
    race: Option<String>,
}

impl Book<'_> {
    fn site(&self, here: Tab) -> Site {
        Site { here, searches: false, raced: self.race.is_some() }
    }

    fn page(&self, file: &str, here: Tab, words: (&str, &str), script: Option<&str>, content: &Markup) -> Page {
        let versions = self.chapters.first().map_or(env!("CARGO_PKG_VERSION"), |chapter| &chapter.report.version);
        let front = file == "index.html";
        let (title, description) = words;
        let shell = Shell {
            title: &if front { title.to_string() } else { format!("{title} · mllab") },
            description,
            footer: vec![
                format!("mllab {versions}, intervals at 99{}%.", shown::THIN),
                "An interval covers sampling from its generator, not other worlds.".to_string(),
            ],
            site: Some(Site { searches: front, ..self.site(here) }),
            script,
        };
        Page { file: file.into(), html: document(&shell, content) }
    }

    /// All claims with their labs, in the book's order.
    fn claims(&self) -> impl Iterator<Item = (&Chapter<'_>, &ClaimReport)> {
        self.chapters.iter().flat_map(|chapter| chapter.report.claims.iter().map(move |claim| (chapter, claim)))
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.claims().filter(|(_, claim)| claim.verdict == verdict).count()
    }

    fn n_claims(&self) -> usize {
        self.claims().count()
    }

    fn n_doubtful(&self) -> usize {
        self.claims().filter(|(_, claim)| is_doubtful(claim)).count()
    }
}

/// Whether the notes are wrong here, or right only under a condition.
fn is_doubtful(claim: &ClaimReport) -> bool {
    matches!(claim.verdict, Verdict::Depends | Verdict::Fails | Verdict::Negligible)
}

/// The verdicts in the order of legends, with what a legend calls them.
const LEGEND: [(Verdict, &str); 5] = [
    (Verdict::Holds, "True here"),
    (Verdict::Depends, "True only when"),
    (Verdict::Negligible, "No effect that matters"),
    (Verdict::Fails, "Not true"),
    (Verdict::Undecided, "Not settled"),
];

/// A heading with how many labs and claims there are and will be.
fn domain_head(book: &Book, domain: Domain) -> Markup {
    html! {
        div.domain-head {
            h2 { (domain.words()) }
            span.muted { (front::n_labs(book, domain)) " labs, " (front::n_claims(book, domain)) " claims" }
            a href=(domain_file(domain)) { "All on one page" }
        }
    }
}
