//! The labs as one static site: a front page, a page a lab, all claims, the wrong or conditional ones, a page a domain.
//!
//! It is made from finished runs ([`Chapter`]); nothing here runs a lab. Each page is one file with nothing outside it,
//! and reads without scripts: they add search, the filter and the theme button.

mod claims;
mod front;
mod search;

use crate::links::{domain_file, lab_file};
use crate::page::{self, Drawn};
use crate::prose::ProseError;
use crate::shell::{Shell, Site, Tab, document};
use maud::{Markup, html};
use mllab_core::report::ClaimReport;
use mllab_core::{AnyLab, Domain, Report, Verdict, shown};

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

/// The whole site, in a fixed order, the front page first.
///
/// # Errors
///
/// An unknown name in a lab's page.md; a test holds that there is none.
pub fn pages(chapters: &[Chapter]) -> Result<Vec<Page>, ProseError> {
    let book = Book { entries: search::entries(chapters), chapters };
    let mut pages = vec![
        book.page("index.html", Tab::Labs, front::TITLE, front::LEAD, &front::front(&book)),
        book.page("claims.html", Tab::Claims, "All claims", "Every sentence with its verdict.", &claims::all(&book)),
        book.page(
            claims::DOUBTFUL_FILE,
            Tab::Doubtful,
            "Where the notes are wrong or conditional",
            "The sentences that do not hold everywhere, and when they do.",
            &claims::doubtful(&book),
        ),
    ];
    for domain in Domain::ALL {
        let file = domain_file(domain);
        pages.push(book.page(&file, Tab::Labs, domain.words(), domain.words(), &claims::domain(&book, domain)));
    }
    for (i, chapter) in chapters.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| chapters.get(at)).map(|other| other.lab);
        let around =
            page::Around { site: book.site(Tab::Labs), previous: beside(i.checked_sub(1)), next: beside(Some(i + 1)) };
        let html = page::lab_in_site(chapter.lab, &chapter.report, &chapter.drawn, &around)?;
        pages.push(Page { file: lab_file(chapter.lab), html });
    }
    Ok(pages)
}

/// What the pages are made from.
struct Book<'a> {
    chapters: &'a [Chapter<'a>],
    /// What search looks through, as JSON.
    entries: String,
}

impl Book<'_> {
    fn site(&self, here: Tab) -> Site<'_> {
        Site { here, entries: &self.entries }
    }

    fn page(&self, file: &str, here: Tab, title: &str, description: &str, content: &Markup) -> Page {
        let versions = self.chapters.first().map_or(env!("CARGO_PKG_VERSION"), |chapter| &chapter.report.version);
        let shell = Shell {
            title: &if here == Tab::Labs && file == "index.html" {
                "mllab".to_string()
            } else {
                format!("{title} · mllab")
            },
            description,
            footer: vec![
                format!("mllab {versions}, intervals at 99{}%.", shown::THIN),
                "An interval covers sampling from its generator, not other worlds.".to_string(),
            ],
            site: Some(self.site(here)),
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
    matches!(claim.verdict, Verdict::Depends | Verdict::Fails)
}

/// The verdicts in the order of legends, with what a legend calls them.
const LEGEND: [(Verdict, &str); 5] = [
    (Verdict::Holds, "True here"),
    (Verdict::Depends, "True only when …"),
    (Verdict::Negligible, "No effect that matters"),
    (Verdict::Fails, "Not true"),
    (Verdict::Undecided, "Not settled"),
];

/// A heading with how many of the questions are answered.
fn domain_head(book: &Book, domain: Domain) -> Markup {
    let here = book.chapters.iter().filter(|chapter| chapter.lab.meta().domain == domain).count();
    let all = here + front::to_come(domain, book).len();
    html! {
        div.domain-head {
            h2 { a href=(domain_file(domain)) { (domain.words()) } }
            span.muted { (here) " of " (all) " labs" }
        }
    }
}
