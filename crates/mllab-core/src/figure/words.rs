//! Words made from what a figure draws, which are true of any run: a person writes a title and an alternative text for
//! the reference run, and other parameters, a quick look or a user's table can make them untrue.

use super::{Axis, Figure, Format, Hue, Label, Layer, Panel, Scale};
use crate::shown;

/// So many series of a panel are told one by one.
const TOLD: usize = 6;

impl Figure {
    /// The figure with words that hold: the title only if it does, the alternative text only if the run is the one
    /// `as_written` for.
    pub(crate) fn worded(mut self, as_written: bool) -> Self {
        if !self.title.holds() {
            self.title = self.plain_title().into();
        }
        if !as_written {
            self.alt = self.described();
        }
        self
    }

    /// What is drawn against what.
    pub(crate) fn plain_title(&self) -> String {
        let mut words = self.panels.first().map(axes).filter(|words| !words.is_empty()).unwrap_or_default();
        if words.is_empty() {
            words = self.id.replace('-', " ");
        }
        capital(&words)
    }

    /// What is seen, told from the numbers that are drawn: panel by panel the axes, and where each series begins and ends.
    ///
    /// ```
    /// use mllab_core::figure::{Axis, Figure, Hue, Line, Panel};
    ///
    /// let line = Line::new(vec![0.0, 1.0, 2.0], vec![1.0, 0.2, 0.25], Hue::Blue).label("training");
    /// let panel = Panel::new(Axis::linear("round"), Axis::share("error")).layer(line);
    /// assert_eq!(
    ///     Figure::new("curves", "Error falls").panel(panel).described(),
    ///     "Error by round. Training: from 100\u{202f}% at 0 to 25\u{202f}% at 2, at least 20\u{202f}%."
    /// );
    /// ```
    pub fn described(&self) -> String {
        self.panels.iter().map(|panel| self.told(panel)).collect::<Vec<_>>().join(" ")
    }

    fn told(&self, panel: &Panel) -> String {
        let mut sentences = vec![axes(panel)];
        if !panel.title.is_empty() {
            let colon = if sentences[0].is_empty() { "" } else { ": " };
            sentences[0] = format!("{}{colon}{}", panel.title, sentences[0]);
        }
        let mut series: Vec<String> = panel.layers.iter().filter_map(|layer| self.series(panel, layer)).collect();
        if series.len() > TOLD {
            let more = series.len() - TOLD;
            series.truncate(TOLD);
            series.push(format!("{more} more"));
        }
        sentences.extend(series);
        sentences.retain(|sentence| !sentence.trim().is_empty());
        sentences.iter().map(|sentence| capital(sentence) + ".").collect::<Vec<_>>().join(" ")
    }

    fn series(&self, panel: &Panel, layer: &Layer) -> Option<String> {
        let (name, x, y): (String, &[f64], &[f64]) = match layer {
            Layer::Line(l) if l.thin => return None,
            Layer::Line(l) => (self.name(l.label.as_ref(), l.hue), &l.x, &l.y),
            Layer::Step(l) => (self.name(l.label.as_ref(), l.hue), &l.x, &l.y),
            Layer::Points(l) => (self.name(l.label.as_ref(), l.hue), &l.x, &l.y),
            Layer::Bars(l) => (self.name(None, l.hue), &l.at, &l.y),
            Layer::Lollipop(l) => (self.name(None, l.hue), &l.x, &l.y),
            Layer::Dumbbell(l) => {
                let from = |at: usize| value(&panel.x, l.from[at]);
                let row = |(at, place): (usize, &f64)| {
                    format!("{} from {} to {}", value(&panel.y, *place), from(at), value(&panel.x, l.to[at]))
                };
                return Some(l.at.iter().enumerate().map(row).collect::<Vec<_>>().join("; "));
            }
            Layer::Heat(l) => {
                let (low, high) = ends(&l.values)?;
                return Some(format!("coloured cells from {} to {}", shown::number(low, 3), shown::number(high, 3)));
            }
            Layer::Lanes(l) => {
                let lane =
                    |lane: &super::Lane| format!("{}: {} marks", lane.name, lane.events.len() + lane.spans.len());
                return Some(l.lanes.iter().map(lane).collect::<Vec<_>>().join("; "));
            }
            _ => return None,
        };
        let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).filter(|(_, y)| y.is_finite()).collect();
        let at = |(x, y): (f64, f64)| format!("{} at {}", value(&panel.y, y), value(&panel.x, x));
        let told = match points[..] {
            [] => "no value".to_string(),
            [only] => at(only),
            [_, ..] if matches!(panel.x.scale, Scale::Category(_)) && points.len() <= 2 * TOLD => {
                points.iter().map(|point| at(*point)).collect::<Vec<_>>().join(", ")
            }
            [first, .., last] => {
                let (low, high) = ends(&points.iter().map(|point| point.1).collect::<Vec<_>>())?;
                let beyond = |outside: bool, word: &str, end: f64| {
                    if outside { format!(", {word} {}", value(&panel.y, end)) } else { String::new() }
                };
                let above = beyond(high > first.1.max(last.1), "at most", high);
                let below = beyond(low < first.1.min(last.1), "at least", low);
                format!("from {} to {}{above}{below}", at(first), at(last))
            }
        };
        Some(if name.is_empty() { told } else { format!("{name}: {told}") })
    }

    /// A series' own name, or that of its colour in the legend.
    fn name(&self, label: Option<&Label>, hue: Hue) -> String {
        let legend = || self.legend.iter().find(|item| item.hue == hue).map(|item| item.text.clone());
        label.map(|label| label.text.clone()).or_else(legend).unwrap_or_default()
    }
}

/// What a panel's axes measure: "error by trees".
fn axes(panel: &Panel) -> String {
    match (panel.y.label.as_str(), panel.x.label.as_str()) {
        ("", x) => x.to_string(),
        (y, "") => y.to_string(),
        (y, x) => format!("{y} by {x}"),
    }
}

/// A number as its axis writes it; a place on an axis of names is the name.
fn value(axis: &Axis, number: f64) -> String {
    match (&axis.scale, axis.format) {
        (Scale::Category(names), _) => names.get(number.round() as usize).cloned().unwrap_or_default(),
        (_, Format::Percent) => shown::percent(number),
        (_, Format::Times) => shown::times(number),
        _ => shown::number(number, 3),
    }
}

fn ends(values: &[f64]) -> Option<(f64, f64)> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    finite().reduce(f64::min).zip(finite().reduce(f64::max))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
