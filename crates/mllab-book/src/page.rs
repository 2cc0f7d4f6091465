//! A lab's page: question, answer, picture, then claim by claim one thought a screen.

mod claim;
mod ends;
mod figures;
mod settings;
mod strip;

use crate::glyph;
use crate::links::{domain_file, lab_file};
use crate::prose::{self, Part, Prose, ProseError, Step};
use crate::shell::{Shell, Site, document};
use crate::words::Marker;
use claim::Setting;
use figures::{Figures, Files};
use maud::{Markup, html};
use mllab_core::report::Data;
use mllab_core::{AnyLab, Report, shown};

/// A figure as drawn for a page: SVG that takes font and colours from the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The figure's id.
    pub id: String,
    /// The layout beside a claim's words.
    pub beside: String,
    /// The layout for a phone.
    pub narrow: String,
    /// Its shape without words.
    pub tile: String,
}

impl Drawn {
    /// The figures that stand on a lab's page, in its order: what [`lab`] embedded, read back. Their shapes are in files
    /// of their own, which `tile` reads.
    pub fn on_page(html: &str, tile: impl Fn(&str) -> Option<String>) -> Vec<Drawn> {
        let between = |text: &str, from: &str, to: &str| {
            let start = text.find(from)? + from.len();
            let end = start + text[start..].find(to)?;
            Some((text[start..end].to_string(), end))
        };
        let mut drawn = Vec::new();
        let mut rest = html;
        while let Some((id, end)) = between(rest, "<figure id=\"figure-", "\">") {
            rest = &rest[end..];
            let Some((beside, end)) = between(rest, "<div class=\"beside\">", "</div>") else { break };
            rest = &rest[end..];
            let Some((narrow, end)) = between(rest, "<div class=\"narrow\">", "</div>") else { break };
            rest = &rest[end..];
            if let Some(tile) = tile(&id) {
                drawn.push(Drawn { id, beside, narrow, tile });
            }
        }
        drawn
    }
}

/// The page of a lab, one HTML file in its folder.
///
/// # Errors
///
/// An unknown name in the lab's page.md; a test holds that there is none.
pub fn lab(lab: &dyn AnyLab, report: &Report, drawn: &[Drawn]) -> Result<String, ProseError> {
    set(lab, report, drawn, &Files { base: String::new() }, None)
}

/// What stands around a lab's page in the book.
pub(crate) struct Around<'a> {
    pub site: Site,
    pub previous: Option<&'a dyn AnyLab>,
    pub next: Option<&'a dyn AnyLab>,
}

/// The page of a lab as one of the book's, whose files lie in `files/LAB/`.
pub(crate) fn lab_in_site(
    lab: &dyn AnyLab,
    report: &Report,
    drawn: &[Drawn],
    around: &Around,
) -> Result<String, ProseError> {
    set(lab, report, drawn, &Files { base: format!("files/{}/", report.lab) }, Some(around))
}

fn set(
    lab: &dyn AnyLab,
    report: &Report,
    drawn: &[Drawn],
    files: &Files,
    around: Option<&Around>,
) -> Result<String, ProseError> {
    let meta = lab.meta();
    // Prose was written for the reference run; anything else gets only generated sentences.
    let fits = report.is_reference(meta) || lab.writes_of_its_run();
    let prose = if fits { Prose::read(lab.page(), report)? } else { Prose::default() };
    let mut page = Page {
        figures: Figures::new(report, drawn, files, meta.picture.0, &prose),
        words: Marker::marking(),
        setting: Setting { report, as_written: report.speaks_as_written(), hero: meta.picture.0 },
        seen: Vec::new(),
    };
    let opening = page.opening(lab, &prose);
    let parts = page.story(&prose);
    let ends = page.ends(lab, &prose);
    let content = html! {
        (page.figures.shapes())
        div.page {
            (rail(report, &prose))
            main #main {
                p.crumb {
                    @if around.is_some() {
                        a href="index.html" { "Labs" } " / " a href=(domain_file(meta.domain)) { (meta.domain.words()) }
                    } @else {
                        (meta.domain.words())
                    }
                }
                h1 { (meta.question) }
                @if !report.is_reference(meta) && !lab.writes_of_its_run() { (differs(report, meta.replicates)) }
                (opening) (parts) (ends)
                @if let Some(around) = around { (beside(around)) }
            }
        }
        (page.words.popovers())
    };
    let footer = vec![
        format!(
            "mllab {}, seed {}, {} runs, intervals at 99{}%.",
            report.version,
            report.seed,
            shown::whole(report.replicates as f64),
            shown::THIN
        ),
        "An interval covers sampling from this generator, not other worlds.".to_string(),
    ];
    let title = format!("{} · mllab", meta.question);
    let site = around.map(|around| around.site);
    Ok(document(
        &Shell { title: &title, description: meta.question, footer, site, script: Some(include_str!("lab.js")) },
        &content,
    ))
}

/// A page as it is set: what has been numbered, marked and shown so far.
struct Page<'a> {
    figures: Figures<'a>,
    words: Marker,
    setting: Setting<'a>,
    seen: Vec<&'a str>,
}

impl<'a> Page<'a> {
    /// The answer beside the picture that shows it.
    fn opening(&mut self, lab: &dyn AnyLab, prose: &Prose) -> Markup {
        let report = self.setting.report;
        let answer = prose::set(&prose.answer, &mut self.words);
        self.words.begin();
        let exam = prose::set(&prose.exam.0, &mut self.words);
        html! {
            div.opening.two {
                div {
                    @if !prose.answer.is_empty() { div.lead.reveal { (answer) } }
                    p.meta {
                        span.reveal { (claim::counts(report)) }
                        span { (shown::whole(report.replicates as f64)) " runs, seed " (report.seed) ", " (data_in_words(report)) }
                    }
                    @if let Data::File { reading, .. } = &report.data {
                        @if !reading.is_empty() { ul.text.reading aria-label="How the table was read" { @for sentence in reading { li { (sentence) } } } }
                    }
                    @if !report.claims.is_empty() { (guess_switch()) }
                    @if !prose.exam.0.is_empty() {
                        div.aside-exam.reveal {
                            span.lab { "On the exam" }
                            (exam)
                            @if !prose.exam.1.is_empty() { p { a href="#exam" { "What SageMaker calls it" } } }
                        }
                    }
                }
                div.shown #picture { div.ask { span { "Guess first: the picture opens with the answers." } } div.reveal { (self.figures.figure(lab.meta().picture.0)) } }
            }
        }
    }

    /// Part by part; where the prose does not fit the run, all claims in one.
    fn story(&mut self, prose: &'a Prose) -> Markup {
        let report = self.setting.report;
        html! {
            @if prose.parts.is_empty() && !report.claims.is_empty() {
                section.part aria-labelledby="measured" {
                    div.part-head { h2 #measured { "What was measured" } p {} }
                    @for claim in &report.claims { (self.claim(claim, "")) }
                }
            }
            @for (i, part) in prose.parts.iter().enumerate() { (self.part(part, i + 1)) }
            @if !report.untestable.is_empty() {
                section.part #untestable {
                    div.part-head { h2 { "Not testable on this table" } p { "What the table would need is said of each." } }
                    ul.text.untestable { @for claim in &report.untestable { li { b { (claim.id) } " is not testable: " (claim.why) } } }
                }
            }
        }
    }

    fn part(&mut self, part: &'a Part, number: usize) -> Markup {
        self.words.begin();
        let lead = prose::set(&part.lead, &mut Marker::silent());
        let report = self.setting.report;
        html! {
            section.part id={ "part-" (number) } aria-labelledby={ "part-head-" (number) } {
                div.part-head { h2 id={ "part-head-" (number) } { (part.title) } div.part-lead { (lead) } }
                @for step in &part.steps {
                    @match step {
                        Step::Claim(id, seen) => @if let Some(claim) = report.claim(id) { (self.claim(claim, seen)) },
                        Step::Figure(heading, words, id) => (self.extra(heading, words, id)),
                        Step::Table(table) => div.scroll.wide-table { (prose::set(table, &mut Marker::silent())) },
                    }
                }
            }
        }
    }

    fn claim(&mut self, claim: &'a mllab_core::report::ClaimReport, seen: &str) -> Markup {
        claim::claim(claim, seen, &self.setting, &mut self.figures, &mut self.seen, &mut self.words)
    }

    /// A figure that belongs to no claim, with words of its own.
    fn extra(&mut self, heading: &str, text: &str, id: &'a str) -> Markup {
        self.words.begin();
        let text = prose::set(text, &mut self.words);
        self.seen.push(id);
        html! {
            div.claim.two.extra.reveal {
                div.said { h3 { (heading) } div.meas { (text) } }
                div.shown { div { (self.figures.figure(id)) } }
            }
        }
    }

    /// What is asked, what is left out, and what is folded away.
    fn ends(&mut self, lab: &dyn AnyLab, prose: &Prose) -> Markup {
        self.words.begin();
        let (lead, table) = prose.exam.1.split_once("\n\n").unwrap_or((&prose.exam.1, ""));
        let exam = prose::set(lead, &mut self.words);
        self.words.begin();
        let left_out = prose::set(&prose.left_out, &mut self.words);
        let report = self.setting.report;
        let more = self.figures.unplaced().to_vec();
        let folded = html! { div.more-figures { @for id in &more { div { (self.figures.figure(id)) } } } };
        html! {
            @if !prose.exam.1.is_empty() {
                section.part #exam {
                    div.part-head { h2 { "On the exam and in SageMaker" } div.part-lead { (exam) } }
                    @if !table.is_empty() { div.scroll.exam { (prose::set(table, &mut Marker::silent())) } }
                }
            }
            @if !prose.left_out.is_empty() {
                section.part #left-out { div.part-head { h2 { "What the notes leave out" } div.part-lead { (left_out) } } }
            }
            section.folds aria-label="Behind the page" {
                @if !more.is_empty() {
                    @let n = more.len();
                    (ends::fold("figures", "More figures", &if n == 1 { "1 more".to_string() } else { format!("{n} more") }, &folded))
                }
                (ends::rerun(report))
                (ends::parameters(&lab.specs(), report))
                (ends::glossary(&self.words))
                (ends::sources(lab, report))
            }
        }
    }
}

/// The rail: the score of a guesser, the claims, the rest of the page.
fn rail(report: &Report, prose: &Prose) -> Markup {
    html! {
        nav.rail aria-label="On this page" {
            p.score role="status" hidden {}
            p.rail-head { "Claims" }
            ol {
                @for claim in in_order(report, prose) {
                    li { a href={ "#" (claim.id) } { span.sign { (glyph::glyph(claim.verdict, claim.opposite)) } span { (claim.short) } } }
                }
            }
            ol.plain {
                @if !prose.exam.1.is_empty() { li { a href="#exam" { "On the exam and in SageMaker" } } }
                @if !prose.left_out.is_empty() { li { a href="#left-out" { "What the notes leave out" } } }
                li { a href="#rerun" { "Rerun, parameters, sources" } }
            }
        }
    }
}

/// The claims in the order of the story.
fn in_order<'a>(report: &'a Report, prose: &Prose) -> Vec<&'a mllab_core::report::ClaimReport> {
    let steps = prose.parts.iter().flat_map(|part| &part.steps);
    let told: Vec<_> =
        steps.filter_map(|step| if let Step::Claim(id, _) = step { report.claim(id) } else { None }).collect();
    if told.is_empty() { report.claims.iter().collect() } else { told }
}

/// The labs before and after this one, as the front page has them.
fn beside(around: &Around) -> Markup {
    let link = |lab: &dyn AnyLab, word: &str, rel: &str| {
        let meta = lab.meta();
        let words = format!("{word} in {}", meta.domain.words().to_lowercase());
        html! { a rel=(rel) class=(rel) href=(lab_file(lab)) { span.muted { (words) } b { (meta.question) } } }
    };
    html! {
        nav.beside-labs aria-label="Previous and next lab" {
            @if let Some(lab) = around.previous { (link(lab, "Previous", "prev")) } @else { span {} }
            @if let Some(lab) = around.next { (link(lab, "Next", "next")) }
        }
    }
}

fn data_in_words(report: &Report) -> String {
    match &report.data {
        Data::Generated => "generated data and tables that mllab ships".into(),
        Data::File { file, rows, .. } => format!("{} rows of {file}", shown::whole(*rows as f64)),
    }
}

/// What makes this run another than the reference run.
fn differs(report: &Report, replicates: usize) -> Markup {
    let mut reasons = Vec::new();
    if report.quick {
        reasons.push("it is a quick look with few runs".to_string());
    } else if report.replicates != replicates {
        reasons.push(format!("it has {} runs instead of {replicates}", report.replicates));
    }
    if report.data != Data::Generated {
        reasons.push(format!("it measures {}", data_in_words(report)));
    }
    if let Some(only) = &report.only {
        reasons.push(format!("it answers only {only}"));
    }
    for name in &report.changed {
        reasons.push(format!("--{name} is {}", report.param(name)));
    }
    html! { p.notice { "This run is not the reference run: " (reasons.join(", ")) "." } }
}

fn guess_switch() -> Markup {
    html! {
        p.switch {
            label { input #guess type="checkbox" role="switch"; span.track aria-hidden="true" {} b { "Guess first" } }
            span.muted { "Hides every answer until you have guessed it, and keeps score." }
        }
    }
}
