//! A lab's page.

use crate::card::card;
use crate::glyph::glyph;
use crate::links::{domain_file, lab_file};
use crate::prose::{Block, ProseError, section};
use crate::shell::{Shell, Site, document};
use maud::{Markup, PreEscaped, html};
use mllab_core::report::Data;
use mllab_core::{AnyLab, ParamSpec, Report, shown};

/// A figure as drawn for a page: SVG that takes font and colours from the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The figure's id.
    pub id: String,
    /// The layout for a desk.
    pub wide: String,
    /// The layout for a phone.
    pub narrow: String,
}

impl Drawn {
    /// The figures that stand on a lab's page, in its order: what [`lab`] embedded, read back.
    pub fn on_page(html: &str) -> Vec<Drawn> {
        let between = |text: &str, from: &str, to: &str| {
            let start = text.find(from)? + from.len();
            let end = start + text[start..].find(to)?;
            Some((text[start..end].to_string(), end))
        };
        let mut drawn = Vec::new();
        let mut rest = html;
        while let Some((id, end)) = between(rest, "<figure id=\"figure-", "\">") {
            rest = &rest[end..];
            let Some((wide, end)) = between(rest, "<div class=\"wide\">", "</div>") else { break };
            rest = &rest[end..];
            let Some((narrow, end)) = between(rest, "<div class=\"narrow\">", "</div>") else { break };
            rest = &rest[end..];
            drawn.push(Drawn { id, wide, narrow });
        }
        drawn
    }
}

/// The page of a lab, one HTML file.
///
/// # Errors
///
/// An unknown name in the lab's page.md; a test holds that there is none.
pub fn lab(lab: &dyn AnyLab, report: &Report, drawn: &[Drawn]) -> Result<String, ProseError> {
    set(lab, report, drawn, None)
}

/// What stands around a lab's page in the book.
pub(crate) struct Around<'a> {
    pub site: Site<'a>,
    pub previous: Option<&'a dyn AnyLab>,
    pub next: Option<&'a dyn AnyLab>,
}

/// The page of a lab as one of the book's.
pub(crate) fn lab_in_site(
    lab: &dyn AnyLab,
    report: &Report,
    drawn: &[Drawn],
    around: &Around,
) -> Result<String, ProseError> {
    set(lab, report, drawn, Some(around))
}

fn set(lab: &dyn AnyLab, report: &Report, drawn: &[Drawn], around: Option<&Around>) -> Result<String, ProseError> {
    let meta = lab.meta();
    let reference = report.is_reference(meta);
    // Prose was written for the reference run; anything else gets only generated sentences.
    let fits = reference || lab.writes_of_its_run();
    let prose = |name: &str| if fits { section(lab.page(), name, report) } else { Ok(Vec::new()) };
    let (answer, picture, more) = (prose("Answer")?, prose("Picture")?, prose("Figures")?);
    let (exam, left_out) = (prose("Exam")?, prose("Left out")?);
    let figures = Figures::new(report, drawn, &[&picture, &more], meta.picture.0);
    let content = html! {
        div.page {
            nav.rail aria-label="On this page" {
                p.rail-head { "Claims" }
                ol {
                    @for claim in &report.claims {
                        li { a href={ "#" (claim.id) } { span.answer-only { (glyph(claim.verdict, claim.opposite)) } span { (claim.short) } } }
                    }
                }
                p.rail-head { "On this page" }
                ol.plain {
                    li { a href="#picture" { "The answer in one picture" } }
                    li { a href="#claims" { "What was measured" } }
                    li { a href="#figures" { "More figures" } }
                    @if !exam.is_empty() { li { a href="#exam" { "On the exam and in SageMaker" } } }
                    @if !left_out.is_empty() { li { a href="#left-out" { "What the note leaves out" } } }
                    @if !lab.specs().is_empty() { li { a href="#parameters" { "Parameters" } } }
                    li { a href="#rerun" { "Rerun it" } }
                    li { a href="#sources" { "Sources" } }
                }
            }
            main #main {
                p.crumb {
                    @if around.is_some() {
                        a href="index.html" { "Labs" } " / " a href=(domain_file(meta.domain)) { (meta.domain.words()) }
                    } @else {
                        (meta.domain.words())
                    }
                }
                h1 { (meta.question) }
                @if !reference { (differs(report, meta.replicates)) }
                div.lead.answer-only { @for block in &answer { (figures.block(block)) } }
                p.meta {
                    span.answer-only { (claims_in_words(report)) }
                    span { (shown::fixed(report.replicates as f64, 0)) " runs, seed " (report.seed) ", " (data_in_words(report)) }
                }
                @if let Data::File { reading, .. } = &report.data {
                    @if !reading.is_empty() { ul.text.reading aria-label="How the table was read" { @for sentence in reading { li { (sentence) } } } }
                }
                (guess_switch())
                section #picture.answer-only {
                    h2.sr { "The answer in one picture" }
                    @if picture.is_empty() {
                        (figures.figure(meta.picture.0))
                    } @else {
                        @for block in &picture { (figures.block(block)) }
                    }
                }
                section #claims {
                    h2 { "What the notes say, and what was measured" }
                    p.text {
                        "Each claim was given its rule before it was run. The shaded band is where it counts as true; the "
                        "bar is the measured interval. A claim holds when the whole bar lies inside."
                    }
                    @for claim in &report.claims { (card(claim, &report.lab, figures.of_claim(lab, &claim.id), reference)) }
                    @if !report.untestable.is_empty() {
                        h3 { "Not testable on this table" }
                        ul.text { @for claim in &report.untestable { li { code { (claim.id) } ": " (claim.why) } } }
                    }
                }
                section #figures.answer-only {
                    h2 { "More figures" }
                    @for block in &more { (figures.block(block)) }
                    @for id in figures.unplaced() { (figures.figure(id)) }
                }
                @if !exam.is_empty() {
                    section #exam { h2 { "On the exam and in SageMaker" } @for block in &exam { (figures.block(block)) } }
                }
                @if !left_out.is_empty() {
                    section #left-out { h2 { "What the note leaves out" } @for block in &left_out { (figures.block(block)) } }
                }
                @if !lab.specs().is_empty() { (parameters(&lab.specs(), report)) }
                (rerun(report))
                section #sources {
                    h2 { "Sources" }
                    ul.text {
                        li { (report.claims.iter().map(|c| c.notes.clone()).collect::<Vec<_>>().join("; ")) "." }
                        @for source in meta.sources { li { (source) } }
                    }
                }
                @if let Some(around) = around { (beside(around)) }
            }
        }
    };
    let footer = vec![
        format!(
            "mllab {}, seed {}, {} runs, intervals at 99{}%.",
            report.version,
            report.seed,
            report.replicates,
            shown::THIN
        ),
        "An interval covers sampling from this generator, not other worlds.".to_string(),
    ];
    let title = format!("{} · mllab", meta.question);
    let site = around.map(|around| around.site);
    Ok(document(&Shell { title: &title, description: meta.question, footer, site }, &content))
}

/// The labs before and after this one.
fn beside(around: &Around) -> Markup {
    let link = |lab: &dyn AnyLab, word: &str, rel: &str| {
        html! { a rel=(rel) class=(rel) href=(lab_file(lab)) { span.muted { (word) } b { (lab.meta().question) } } }
    };
    html! {
        nav.beside aria-label="Previous and next lab" {
            @if let Some(lab) = around.previous { (link(lab, "Previous", "prev")) } @else { span {} }
            @if let Some(lab) = around.next { (link(lab, "Next", "next")) }
        }
    }
}

/// The figures of a page, numbered in its order: as the prose places them, then those that it does not mention.
struct Figures<'a> {
    report: &'a Report,
    drawn: &'a [Drawn],
    order: Vec<String>,
    /// How many of them stand where the prose, or the page itself, puts them.
    placed: usize,
}

impl<'a> Figures<'a> {
    fn new(report: &'a Report, drawn: &'a [Drawn], prose: &[&[Block]], picture: &str) -> Self {
        let mut order: Vec<String> = prose
            .iter()
            .flat_map(|blocks| blocks.iter())
            .filter_map(|block| if let Block::Figure(id) = block { Some((*id).to_string()) } else { None })
            .collect();
        if order.is_empty() {
            order.push(picture.to_string());
        }
        let placed = order.len();
        let rest = report.figures.iter().map(|figure| figure.id.clone()).filter(|id| !order.contains(id));
        let rest: Vec<String> = rest.collect();
        order.extend(rest);
        Figures { report, drawn, order, placed }
    }

    fn block(&self, block: &Block) -> Markup {
        match block {
            Block::Text(text) => html! { div.text { (text) } },
            Block::Figure(id) => self.figure(id),
        }
    }

    fn figure(&self, id: &str) -> Markup {
        let (Some(number), Some(drawn)) = (self.number(id), self.drawn.iter().find(|drawn| drawn.id == id)) else {
            return html! {};
        };
        html! {
            figure id={ "figure-" (id) } {
                div.wide { (PreEscaped(&drawn.wide)) }
                div.narrow { (PreEscaped(&drawn.narrow)) }
                figcaption { "Figure " (number) }
            }
        }
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.order.iter().position(|other| other == id).map(|i| i + 1)
    }

    /// The first figure of the study that answers a claim.
    fn of_claim(&self, lab: &dyn AnyLab, claim: &str) -> Option<(usize, String)> {
        let study = lab.studies().into_iter().find(|study| study.claims.contains(&claim))?;
        let figure = self.report.figures.iter().find(|figure| figure.study == study.id)?;
        Some((self.number(&figure.id)?, format!("figure-{}", figure.id)))
    }

    /// Figures that the prose did not place.
    fn unplaced(&self) -> &[String] {
        &self.order[self.placed..]
    }
}

fn claims_in_words(report: &Report) -> String {
    let n = report.claims.len();
    if n == 0 {
        return "no claim could be judged".into();
    }
    format!("{n} {}: {}", if n == 1 { "claim" } else { "claims" }, report.counts())
}

fn data_in_words(report: &Report) -> String {
    match &report.data {
        Data::Generated => "generated data and tables that mllab ships".into(),
        Data::File { file, rows, .. } => format!("{} rows of {file}", shown::fixed(*rows as f64, 0)),
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
        let value = report.params.get(name).map(ToString::to_string).unwrap_or_default();
        reasons.push(format!("--{name} is {value}"));
    }
    html! { p.notice { "This run is not the reference run: " (reasons.join(", ")) "." } }
}

fn guess_switch() -> Markup {
    html! {
        p.switch {
            label { input #guess type="checkbox" role="switch"; span.track aria-hidden="true" {} b { "Guess first" } }
            span.muted { "Hides answers and verdicts until you have guessed each one." }
        }
    }
}

fn parameters(specs: &[ParamSpec], report: &Report) -> Markup {
    let shown_value = |spec: &ParamSpec| report.params.get(&spec.name).map(json_in_words).unwrap_or_default();
    html! {
        section #parameters {
            h2 { "Parameters" }
            div.scroll {
                table.params {
                    thead { tr { th { "Flag" } th { "Default" } @if !report.changed.is_empty() { th { "This run" } } th { "Takes" } th { "What it does" } } }
                    tbody {
                        @for spec in specs {
                            tr {
                                td { code { "--" (spec.name) } }
                                td { (spec.default.to_flag().replace(',', ", ")) }
                                @if !report.changed.is_empty() { td { (shown_value(spec)) } }
                                td { (spec.takes()) }
                                td { (spec.help) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn json_in_words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(values) => values.iter().map(json_in_words).collect::<Vec<_>>().join(", "),
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn rerun(report: &Report) -> Markup {
    let raced = report.lab == "bench";
    let mut here = format!("{} --seed {}", report.command(), report.seed);
    if report.quick {
        here.push_str(" --quick");
    } else if !raced {
        here.push_str(&format!(" --replicates {}", report.replicates));
    }
    for name in &report.changed {
        let value = report.params.get(name).map(json_in_words).unwrap_or_default();
        here.push_str(&format!(" --{name} {}", value.replace(", ", ",")));
    }
    let one = report.claims.first().map(|claim| format!("mllab run {} --claim {}", report.lab, claim.id));
    html! {
        section #rerun {
            h2 { "Rerun it" }
            pre {
                code {
                    @if raced {
                        (here) "    # the same rows; seconds are those of the machine\n"
                    } @else {
                        (here) "    # this page, the same bytes\n"
                        @if let Some(one) = one { (one) "\n" }
                        "mllab check " (report.lab) "    # its seed and three more\n"
                    }
                }
            }
        }
    }
}
