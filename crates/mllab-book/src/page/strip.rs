//! A claim's settings at a glance: a row a setting, its interval beside the rule.

use crate::glyph::glyph;
use maud::{Markup, html};
use mllab_core::report::{ClaimReport, Finding};
use mllab_core::said::{capital, directed, part_of};
use mllab_core::shown::{self, Scale};
use mllab_core::{Role, Rule, Verdict};

/// So many settings stand in a strip before the rest is counted: fewer under a figure.
const ROWS: [usize; 2] = [6, 4];

/// A row: what stands for a setting.
struct Row<'a> {
    finding: &'a Finding,
    /// The verdict of the whole setting.
    verdict: Verdict,
    /// Whether it is what the verdict's "but" speaks of.
    but: bool,
}

/// The strip: the settings that make the verdict, then the one of "but".
pub fn strip(claim: &ClaimReport, under_figure: bool) -> Markup {
    let (rows, most_rows) = (rows(claim), ROWS[usize::from(under_figure)]);
    let same = |a: &Finding, b: &Finding| a.measure == b.measure && a.unit == b.unit && a.rule == b.rule;
    // The measure of most rows heads the strip; of several the first.
    let alike_to = |row: &Row| rows.iter().filter(|other| same(row.finding, other.finding)).count();
    let most = rows.iter().map(alike_to).max();
    let Some(first) = rows.iter().find(|row| Some(alike_to(row)) == most).map(|row| row.finding) else {
        return html! {};
    };
    let alike = |f: &Finding| same(f, first);
    let group: Vec<&Finding> = rows.iter().map(|row| row.finding).filter(|f| alike(f)).collect();
    let axis = PlotAxis::of(&group);
    let more = rows.len().saturating_sub(most_rows);
    // The row of "but" is never the one that is left out.
    let (plain, but): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| !row.but);
    let shown = plain.into_iter().take(most_rows - but.len()).chain(but.iter().copied());
    html! {
        div.strip role="table" aria-label="Settings" {
            p.cap { (capital(&shown::words(&first.measure))) }
            @for row in shown {
                div class=(if row.but { "r but" } else { "r" }) role="row" {
                    @if alike(row.finding) {
                        span role="cell" { (row.finding.called()) }
                        span.plot aria-hidden="true" { (axis.plot(row.finding)) }
                    } @else {
                        span.across role="cell" {
                            (row.finding.called())
                            @if row.finding.measure != first.measure { small { ": " (shown::words(&row.finding.measure)) } }
                        }
                    }
                    span.number role="cell" { (row.finding.interval().replace(", ", ",\u{a0}")) }
                    span role="cell" { (glyph(row.verdict, row.verdict == Verdict::Fails && row.finding.rule.is_signed())) }
                }
            }
            div.ends {
                span { "Shaded: true if " (first.rule_in_words()) }
                span.ax-w aria-hidden="true" {
                    span.ax { (axis.scale(first)) }
                }
                span.ivl { @if more > 0 { "and " (more) " more" } @else { (100.0 * first.estimate.level()) (shown::THIN) "% interval" } }
                span {}
            }
        }
    }
}

fn rows(claim: &ClaimReport) -> Vec<Row<'_>> {
    let cited = cited(claim);
    let but = claim.but.as_ref().filter(|_| claim.said().chip.ends_with("but") || claim.said().end.starts_with("but"));
    let mut rows: Vec<Row> = Vec::new();
    for (name, role, verdict) in claim.settings() {
        let is_but = but.is_some_and(|but| but.setting == name);
        if role != Role::Scope && !is_but {
            continue;
        }
        let parts: Vec<&Finding> = claim.findings.iter().filter(|f| f.setting == name).collect();
        let fails = |f: &&&Finding| f.verdict != Verdict::Holds;
        let telling = parts.get(cited).filter(fails).or(parts.iter().find(fails));
        if let Some(finding) = telling.or(parts.get(cited)).or(parts.first()) {
            rows.push(Row { finding, verdict, but: is_but });
        }
    }
    rows.sort_by_key(|row| row.but);
    rows
}

/// The part that the measured sentence cites first.
fn cited(claim: &ClaimReport) -> usize {
    let first = claim.measured.as_ref().and_then(|text| text.split_once("{{")?.1.split_once("}}"));
    first.map_or(0, |(named, _)| part_of(directed(named).1).1)
}

/// The scale that the rows of a table share: from what decides, with the rule in sight; a limit may lie outside and
/// is then an arrow at the edge.
pub struct PlotAxis {
    low: f64,
    high: f64,
}

impl PlotAxis {
    pub fn of(group: &[&Finding]) -> Self {
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

    pub fn plot(&self, finding: &Finding) -> Markup {
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
            let text = self.label(value, finding);
            // In per cent of a plot of some 136 px, in letters of six.
            let apart = |other: &str| 2.4 * (other.chars().count() + text.chars().count()) as f64 + 2.0;
            if inside && labels.iter().all(|(there, other)| (there - at).abs() >= apart(other)) {
                labels.push((at, text));
            }
        }
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        labels
    }

    /// The scale's labels; those at its ends stay inside.
    pub fn scale(&self, finding: &Finding) -> Markup {
        let end = |at: f64| match at {
            at if at < 8.0 => Some("first"),
            at if at > 92.0 => Some("last"),
            _ => None,
        };
        html! { @for (at, text) in self.labels(finding) { i class=[end(at)] style={ "left:" (at) "%" } { (text) } } }
    }

    /// A value on the scale, without zeros that say nothing.
    fn label(&self, value: f64, finding: &Finding) -> String {
        let text = shown::bare(value, &finding.unit, self.precision(finding));
        let plain = shown::scale_of(&finding.unit) == Scale::Plain && text.contains('.');
        if plain { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
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
