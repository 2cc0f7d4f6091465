//! The figures of a page: numbered as they stand, each once, with links to its files under it.

use super::Drawn;
use crate::prose::{Prose, Step};
use maud::{Markup, PreEscaped, html};
use mllab_core::Report;
use mllab_core::report::{ClaimReport, FigureEntry};

/// Where the files of figures and tables lie, from where the page stands.
pub struct Files {
    /// Before "figures/…" and "tables/…".
    pub base: String,
}

/// The figures of a page in its order.
pub struct Figures<'a> {
    report: &'a Report,
    drawn: &'a [Drawn],
    files: &'a Files,
    order: Vec<String>,
    /// How many of them the story places.
    placed: usize,
    /// Those that stand as a tile somewhere.
    tiles: Vec<&'a Drawn>,
}

/// What a claim shows of its figure.
pub enum Shown<'a> {
    /// The figure itself.
    Whole(&'a str),
    /// Its tile, since it stands elsewhere.
    Tile(&'a str),
    /// Nothing.
    None,
}

impl<'a> Figures<'a> {
    /// The hero first, then as the story has them, then the rest.
    pub fn new(report: &'a Report, drawn: &'a [Drawn], files: &'a Files, hero: &str, prose: &'a Prose) -> Self {
        let there = |id: &str| report.figures.iter().any(|figure| figure.id == id);
        let mut order: Vec<String> = Vec::new();
        let mut add = |id: &str| {
            if there(id) && !order.iter().any(|other| other == id) {
                order.push(id.to_string());
            }
        };
        add(hero);
        for step in prose.parts.iter().flat_map(|part| &part.steps) {
            match step {
                Step::Figure(_, _, id) => add(id),
                Step::Claim(id, _) => {
                    report.claim(id).and_then(|claim| claim.figure.as_deref()).iter().for_each(|id| add(id));
                }
                Step::Table(_) => {}
            }
        }
        if prose.parts.is_empty() {
            report.claims.iter().filter_map(|claim| claim.figure.as_deref()).for_each(&mut add);
        }
        let placed = order.len();
        let rest: Vec<String> =
            report.figures.iter().map(|figure| figure.id.clone()).filter(|id| !order.contains(id)).collect();
        order.extend(rest);
        Figures { report, drawn, files, order, placed, tiles: Vec::new() }
    }

    /// The figure with its links.
    pub fn figure(&self, id: &str) -> Markup {
        let (Some(number), Some(drawn)) = (self.number(id), self.drawn.iter().find(|drawn| drawn.id == id)) else {
            return html! {};
        };
        html! {
            figure id={ "figure-" (id) } {
                div.beside { (PreEscaped(&drawn.beside)) }
                div.narrow { (PreEscaped(&drawn.narrow)) }
            }
            @if let Some(entry) = self.entry(id) { (self.links(number, entry)) }
        }
    }

    fn links(&self, number: usize, entry: &FigureEntry) -> Markup {
        let file = |path: &str| format!("{}{path}", self.files.base);
        let tables: Vec<_> = self.report.tables.iter().filter(|table| entry.tables.contains(&table.id)).collect();
        html! {
            p.under {
                b { "Figure " (number) }
                a href={ "#figure-" (entry.id) } aria-label={ "Link to figure " (number) } { "Link" }
                @if let Some(path) = &entry.svg { a href=(file(path)) download { "SVG" } }
                @if let Some(path) = &entry.png { a href=(file(path)) download { "PNG" } }
                @for table in &tables {
                    a href=(file(&table.file)) download { "CSV" @if tables.len() > 1 { " " (table.id.replace(['-', '_'], " ")) } }
                }
            }
        }
    }

    /// What a claim shows: the figure at its first claim, unless it is the hero.
    pub fn of_claim(&self, claim: &'a ClaimReport, before: &[&str], hero: &str) -> Shown<'a> {
        match claim.figure.as_deref() {
            Some(id) if self.number(id).is_none() => Shown::None,
            Some(id) if id == hero || before.contains(&id) => Shown::Tile(id),
            Some(id) => Shown::Whole(id),
            None => Shown::None,
        }
    }

    /// A figure that stands elsewhere: its shape, its number and a sentence.
    pub fn tile(&mut self, id: &str, says: &str) -> Markup {
        let Some(drawn) = self.drawn.iter().find(|drawn| drawn.id == id) else { return html! {} };
        if !self.tiles.iter().any(|tile| tile.id == id) {
            self.tiles.push(drawn);
        }
        let number = self.number(id).unwrap_or(0);
        html! {
            a.thumb href={ "#figure-" (id) } {
                svg viewBox="0 0 300 120" width="150" height="60" aria-hidden="true" { use href={ "#tile-" (id) } {} }
                span { b { "Figure " (number) } @if !says.is_empty() { br; (says) } }
            }
        }
    }

    /// The shapes that tiles refer to, once a page.
    pub fn shapes(&self) -> Markup {
        html! {
            @if !self.tiles.is_empty() {
                svg.symbols width="0" height="0" aria-hidden="true" {
                    @for tile in &self.tiles { symbol id={ "tile-" (tile.id) } viewBox="0 0 300 120" { (PreEscaped(&tile.tile)) } }
                }
            }
        }
    }

    /// Figures that the story does not place.
    pub fn unplaced(&self) -> &[String] {
        &self.order[self.placed..]
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.order.iter().position(|other| other == id).map(|i| i + 1)
    }

    fn entry(&self, id: &str) -> Option<&FigureEntry> {
        self.report.figures.iter().find(|figure| figure.id == id)
    }
}
