//! A claim's card: what the notes say, what an exam expects, what was measured and when it differs.

use crate::glyph::{chip, glyph};
use maud::{Markup, PreEscaped, html};
use mllab_core::report::{ClaimReport, Finding};
use mllab_core::shown::{self, Scale};
use mllab_core::{Role, Rule, Verdict};

/// The card. `figure` is the number and anchor of the figure that shows the claim best.
pub fn card(claim: &ClaimReport, lab: &str, figure: Option<(usize, String)>, reference: bool) -> Markup {
    let when = match claim.verdict {
        Verdict::Depends => claim.holds_when(),
        _ => String::new(),
    };
    html! {
        article.card id=(claim.id) {
            p.verdict {
                span.answer-only { (chip(claim.verdict, claim.opposite)) @if !when.is_empty() { " " span.when { (when) "." } } }
                span.guess-only { span.chip.hidden-chip { "Guess first" } }
            }
            h3 { (claim.says) }
            fieldset.guess-only.guess {
                legend { "Your guess:" }
                @for (value, words) in [("true", "True"), ("depends", "It depends"), ("false", "Not true")] {
                    label { input type="radio" name={ "guess-" (claim.id) } value=(value); (words) }
                }
            }
            div.revealed {
                dl {
                    dt { "The exam expects" } dd { (claim.exam) }
                    dt { "Measured" } dd {
                        p { (measured(claim, reference)) }
                        @for (i, group) in groups(&claim.findings).iter().enumerate() { (table(group, i == 0)) }
                    }
                    dt { "Why" } dd { (claim.because) }
                    @if let Some(differs) = &claim.differs { dt { "When it differs" } dd { (differs) } }
                }
                p.source {
                    span { "Says: " (claim.notes) }
                    @if let Some((number, anchor)) = figure { a href={ "#" (anchor) } { "Figure " (number) } }
                    @if lab == "bench" { code { "mllab bench" } } @else { code { "mllab run " (lab) " --claim " (claim.id) } }
                }
            }
        }
    }
}

/// The measured sentence: the lab's own around embedded estimates, or a generated one.
pub fn measured(claim: &ClaimReport, reference: bool) -> Markup {
    if let Some(template) = claim.measured.as_ref().filter(|_| reference) {
        let mut html = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            html.push_str(&maud::html! { (before) }.into_string());
            let (setting, after) = after.split_once("}}").unwrap_or((after, ""));
            let (setting, part) = part_of(setting);
            if let Some(finding) = claim.finding(setting, part) {
                html.push_str(&value(finding).into_string());
            }
            rest = after;
        }
        html.push_str(&maud::html! { (rest) }.into_string());
        return PreEscaped(html);
    }
    let finding = claim.deciding();
    html! { (capital(&finding.measure)) ": " (value(finding)) " when " (finding.setting) "." }
}

/// A setting's name and the part meant: `name #2` is the second.
pub fn part_of(text: &str) -> (&str, usize) {
    match text.rsplit_once('#').and_then(|(name, n)| Some((name, n.trim().parse::<usize>().ok()?))) {
        Some((name, n)) if n > 0 => (name.trim(), n - 1),
        _ => (text.trim(), 0),
    }
}

/// A bold estimate and, behind it, its interval.
pub fn value(finding: &Finding) -> Markup {
    let (e, precision) = (&finding.estimate, finding.precision());
    let bare = |v: f64| shown::bare(v, &finding.unit, precision);
    html! {
        b { (shown::value(e.point(), &finding.unit, precision)) }
        @if e.low() != e.high() { " (" (bare(e.low())) " to " (bare(e.high())) ")" }
    }
}

/// Findings of one measure and rule stand in one table and share a scale.
fn groups(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let same = |f: &Finding| f.measure == finding.measure && f.unit == finding.unit && f.rule == finding.rule;
        match groups.iter_mut().find(|group| same(group[0])) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// The rows of one measure; the first table of a card names the columns to the eye, the others only to a reader.
fn table(group: &[&Finding], headed: bool) -> Markup {
    let first = group[0];
    let axis = PlotAxis::of(group);
    let level = 100.0 * first.estimate.level();
    html! {
        div.group {
            p.rule { "Counts as true if the " (first.measure) " is " (first.rule_in_words()) ". " (runs(group)) }
            div.findings role="table" aria-label=(first.measure) {
                div class=(if headed { "row head" } else { "row head sr" }) role="row" {
                    span role="columnheader" { "Setting" }
                    span.plot-head role="columnheader" { "Shaded: counts as true" }
                    span.number role="columnheader" { "Measured [" (level) (shown::THIN) "%]" }
                    span role="columnheader" { span.sr { "Verdict" } }
                }
                @for finding in group {
                    div.row role="row" {
                        span.setting role="cell" {
                            (finding.setting)
                            @match finding.role {
                                Role::Scope => {}
                                Role::Limit => small { " · how far it goes" }
                                Role::Control => small { " · control" }
                                Role::Check => small { " · check of the program" }
                            }
                        }
                        span.plot role="cell" aria-hidden="true" { (axis.plot(finding)) }
                        // Where it wraps, on a phone, it is between the estimate and its interval.
                        span.number role="cell" { (finding.interval().replace(", ", ",\u{a0}")) }
                        span.mark role="cell" {
                            (glyph(finding.verdict, finding.verdict == Verdict::Fails && finding.rule.is_signed()))
                        }
                    }
                }
                div.row.scale aria-hidden="true" {
                    span {}
                    span.plot { @for (at, text) in axis.labels(first) { i style={ "left:" (at) "%" } { (text) } } }
                    span {} span {}
                }
            }
        }
    }
}

/// When a claim that depends holds, in a list's space: two settings, and how many more.
pub fn when(claim: &ClaimReport) -> String {
    let names = claim.held_settings();
    match names.as_slice() {
        [] | [_] | [_, _] => names.join(", or "),
        [first, second, _] => format!("{first}, {second}, or in one more setting"),
        [first, second, more @ ..] => format!("{first}, {second}, or in {} more settings", more.len()),
    }
}

/// "200 runs.", or the range where settings differ.
fn runs(group: &[&Finding]) -> String {
    let counts = group.iter().map(|finding| finding.estimate.replicates());
    match (counts.clone().min(), counts.max()) {
        (Some(1), Some(1)) => "Exact.".into(),
        (Some(least), Some(most)) if least == most => format!("{} runs.", shown::fixed(least as f64, 0)),
        (Some(least), Some(most)) => {
            format!("{} to {} runs.", shown::fixed(least as f64, 0), shown::fixed(most as f64, 0))
        }
        _ => String::new(),
    }
}

/// The scale that the rows of a table share: from what decides, with the rule in sight; a limit may lie outside and
/// is then an arrow at the edge.
struct PlotAxis {
    low: f64,
    high: f64,
}

impl PlotAxis {
    fn of(group: &[&Finding]) -> Self {
        let mut values: Vec<f64> = match group[0].rule {
            Rule::AtLeast(x) => vec![0.0, x],
            Rule::Above(x) | Rule::Below(x) => vec![x],
            Rule::Within([a, b]) => vec![a, b],
        };
        if shown::scale_of(&group[0].unit) == Scale::Percent {
            values.push(0.0);
        }
        let deciding = group.iter().any(|f| f.role != Role::Limit);
        for finding in group.iter().filter(|f| !deciding || f.role != Role::Limit) {
            values.extend([finding.estimate.low(), finding.estimate.point(), finding.estimate.high()]);
        }
        let finite = || values.iter().copied().filter(|v| v.is_finite());
        let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
        let room = if high > low { 0.12 * (high - low) } else { 0.5 * high.abs().max(1.0) };
        if shown::scale_of(&group[0].unit) == Scale::Percent && low >= 0.0 && high <= 1.0 {
            // A share has ends of its own.
            return PlotAxis { low: 0.0, high: (high + room).min(1.0) };
        }
        PlotAxis { low: low - room, high: high + room }
    }

    /// A value as per cent of the width, held inside.
    fn at(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        (1000.0 * share.clamp(0.0, 1.0)).round() / 10.0
    }

    fn plot(&self, finding: &Finding) -> Markup {
        let (from, to) = match finding.rule {
            Rule::AtLeast(x) | Rule::Above(x) => (x, f64::INFINITY),
            Rule::Below(x) => (f64::NEG_INFINITY, x),
            Rule::Within([a, b]) => (a, b),
        };
        let span = |low: f64, high: f64| format!("left:{}%;width:{:.1}%", self.at(low), self.at(high) - self.at(low));
        let edges = match finding.rule {
            Rule::AtLeast(_) | Rule::Above(_) => "edge-left",
            Rule::Below(_) => "edge-right",
            Rule::Within(_) => "edge-left edge-right",
        };
        let e = &finding.estimate;
        html! {
            i class={ "shade " (edges) } style=(span(from, to)) {}
            @if e.point() > self.high { i.beyond.right {} }
            @else if e.point() < self.low { i.beyond.left {} }
            @else {
                @if e.is_bounded() { i.bar style=(span(e.low(), e.high())) {} }
                i.tick style={ "left:" (self.at(e.point())) "%" } {}
            }
        }
    }

    /// The rule's own values, and the ends of the scale's round numbers where they keep apart from those.
    fn labels(&self, finding: &Finding) -> Vec<(f64, String)> {
        let mut values: Vec<f64> = match finding.rule {
            Rule::AtLeast(x) => vec![x, 0.0],
            Rule::Above(x) | Rule::Below(x) => vec![x],
            Rule::Within([a, b]) => vec![a, b],
        };
        let step = 10_f64.powf(((self.high - self.low) / 2.0).log10().floor());
        values.extend([(self.low / step).ceil() * step, (self.high / step).floor() * step]);
        let mut labels: Vec<(f64, String)> = Vec::new();
        for value in values {
            let at = self.at(value);
            let inside = self.low <= value && value <= self.high;
            if inside && labels.iter().all(|(other, _)| (other - at).abs() >= 18.0) {
                labels.push((at, shown::bare(value, &finding.unit, self.precision(finding))));
            }
        }
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        labels
    }

    /// As fine as the rule's own thresholds are written.
    fn precision(&self, finding: &Finding) -> f64 {
        let written = |x: f64| {
            let text = format!("{x}");
            text.split_once('.').map_or(1.0, |(_, decimals)| 10_f64.powi(-(decimals.len().min(6) as i32)))
        };
        match finding.rule {
            Rule::AtLeast(x) | Rule::Above(x) | Rule::Below(x) => written(x),
            Rule::Within([a, b]) => written(a).min(written(b)),
        }
        .min((self.high - self.low) / 10.0)
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
