//! What each panel needs before it can be given a place: ends, ticks, gutters, margins.

use crate::extent;
use crate::font::{Weight, width};
use crate::names;
use crate::plot::LEADING;
use crate::scale;
use crate::sizes::Sizes;
use crate::text::{greedy, limited};
use mllab_core::figure::{Axis, Figure, Format, Label, LabelAt, Layer, Layout, Note, Panel, Scale};
use std::borrow::Cow;

/// A panel with all that does not depend on its place.
pub struct Prepared<'a> {
    pub panel: &'a Panel,
    /// Its own, or the one that a stack shares.
    pub x_axis: &'a Axis,
    pub y_axis: Cow<'a, Axis>,
    pub x_ends: [f64; 2],
    pub y_ends: [f64; 2],
    pub y_ticks: Vec<Tick>,
    /// Room for tick labels to the left of the plot.
    pub gutter: f64,
    /// Room for names to the right of the plot.
    pub margin: f64,
    /// Whether the rows' names stand above them rather than beside: on a phone.
    pub names_above: bool,
    /// Wanted height of the plot; of a plane with one measure, set when its width is known.
    pub height: f64,
}

/// A tick with its text in lines.
#[derive(Clone, Debug)]
pub struct Tick {
    pub at: f64,
    pub lines: Vec<String>,
}

impl Prepared<'_> {
    /// Whether the y axis is one of names.
    pub fn named_rows(&self) -> bool {
        matches!(self.y_axis.scale, Scale::Category(_))
    }

    /// Whether cells or regions fill the frame.
    pub fn filled(&self) -> bool {
        self.panel.layers.iter().any(|l| matches!(l, Layer::Heat(_) | Layer::Regions(_)))
    }

    /// Whether it is a plane without a grid.
    pub fn plane(&self) -> bool {
        self.filled() || self.panel.layers.iter().any(|l| matches!(l, Layer::Contours(_)))
    }
}

/// Prepares every panel; `columns` stand side by side in `room` px.
pub fn all<'a>(figure: &'a Figure, sizes: &Sizes, columns: usize, room: f64) -> Vec<Prepared<'a>> {
    let stacked = figure.layout == Layout::Stack;
    let share_y = matches!(figure.layout, Layout::Grid { share_y: true, .. });
    let reach: Vec<_> = figure.panels.iter().map(extent::of).collect();
    let joined = |axis: usize| reach.iter().fold(None, |all, ends| extent::union(all, ends[axis]));
    let shares: f64 = figure.panels.iter().map(|panel| panel.height.max(0.1)).sum();
    let mut prepared: Vec<Prepared<'a>> = Vec::new();
    for (i, panel) in figure.panels.iter().enumerate() {
        let y_axis = lane_axis(panel);
        let cell = room / columns as f64;
        let nominal = match (stacked, sizes.narrow) {
            (true, _) => (410.0 * panel.height.max(0.1) / shares).max(64.0),
            (false, true) if figure.panels.len() == 1 => 232.0,
            (false, true) => 176.0,
            (false, false) => match columns {
                1 => 250.0,
                2 => 0.56 * cell,
                _ => 0.66 * cell,
            },
        };
        let (loose_x, loose_y) = extent::loose(panel);
        let x_reach = if stacked { joined(0) } else { reach[i][0] };
        let y_reach = if share_y { joined(1) } else { reach[i][1] };
        let x_reach = if loose_x && x_axis_is_linear(panel) { aired(x_reach) } else { x_reach };
        let y_reach = if loose_y { headroom(panel, &y_axis, y_reach) } else { y_reach };
        let x_axis = if stacked {
            &figure.panels.iter().find(|p| p.x.range.is_some()).unwrap_or(&figure.panels[0]).x
        } else {
            &panel.x
        };
        let x_ends = scale::ends(x_axis, x_reach, loose_x, (cell / 110.0) as usize);
        let apart = if y_axis.scale == Scale::Log { 30.0 } else { 42.0 };
        let steps = (nominal / apart).clamp(3.0, 9.0) as usize;
        let y_ends = scale::ends(&y_axis, y_reach, loose_y, steps);
        let cells = panel.layers.iter().any(|l| matches!(l, Layer::Heat(_)));
        let names_above = sizes.narrow && matches!(y_axis.scale, Scale::Category(_)) && !cells;
        let most = match (names_above, sizes.narrow) {
            (true, _) => room,
            (false, true) => 0.34 * room,
            (false, false) => (0.36 * cell).min(230.0),
        };
        let y_ticks: Vec<Tick> = scale::ticks(&y_axis, y_ends, steps)
            .into_iter()
            .map(|(at, text)| {
                let lines = limited(
                    greedy(&text, sizes.text, Weight::Regular, most),
                    if sizes.narrow { 4 } else { 3 },
                    sizes.text,
                    Weight::Regular,
                    most,
                );
                Tick { at, lines }
            })
            .collect();
        let height = rows_height(panel, &y_axis, &y_ticks, sizes, names_above).unwrap_or(nominal);
        let y_ends = if names_above { lowered(y_ends, &y_ticks, height, sizes) } else { y_ends };
        let hidden = share_y && !i.is_multiple_of(columns);
        let gutter = if hidden || names_above { 0.0 } else { widest(&y_ticks, sizes) };
        let labels = margin_labels(panel, x_ends);
        let (mut margin, mut tall) = (0.0_f64, 0.0);
        for (label, hue) in labels {
            let (w, h) = names::margin(label, hue, sizes);
            margin = margin.max(w);
            tall += h + 3.0;
        }
        let y_ticks = if hidden { y_ticks.into_iter().map(|t| Tick { lines: vec![], ..t }).collect() } else { y_ticks };
        prepared.push(Prepared {
            panel,
            x_axis,
            y_axis,
            x_ends,
            y_ends,
            y_ticks,
            gutter,
            margin,
            names_above,
            height: height.max(tall),
        });
    }
    prepared
}

fn x_axis_is_linear(panel: &Panel) -> bool {
    panel.x.scale == Scale::Linear && !extent::lies(panel)
}

/// Marks at the ends stand clear of the axis.
fn aired(reach: Option<[f64; 2]>) -> Option<[f64; 2]> {
    reach.map(|[low, high]| [low - 0.03 * (high - low), high + 0.03 * (high - low)])
}

/// Room at the top for words that stand on lines across the plot.
fn headroom(panel: &Panel, axis: &Axis, reach: Option<[f64; 2]>) -> Option<[f64; 2]> {
    let words = panel.notes.iter().any(|note| match note {
        Note::Vertical { text, .. } | Note::SpanX { text, .. } => !text.is_empty(),
        _ => false,
    });
    match reach {
        Some([low, high]) if words && axis.scale == Scale::Linear => Some([low, high + 0.1 * (high - low)]),
        other => other,
    }
}

fn widest(ticks: &[Tick], sizes: &Sizes) -> f64 {
    let wide = ticks
        .iter()
        .flat_map(|tick| &tick.lines)
        .map(|line| width(line, sizes.text, Weight::Regular))
        .fold(0.0, f64::max);
    if wide > 0.0 { wide + 9.0 } else { 0.0 }
}

/// Lanes bring their own names.
fn lane_axis(panel: &Panel) -> Cow<'_, Axis> {
    let lanes: Vec<String> = panel
        .layers
        .iter()
        .filter_map(|layer| match layer {
            Layer::Lanes(lanes) => Some(lanes.lanes.iter().map(|lane| lane.name.clone())),
            _ => None,
        })
        .flatten()
        .collect();
    if lanes.is_empty() {
        Cow::Borrowed(&panel.y)
    } else {
        Cow::Owned(Axis { scale: Scale::Category(lanes), range: None, ticks: None, ..panel.y.clone() })
    }
}

/// The height that named rows need: their number decides, not the page.
fn rows_height(panel: &Panel, axis: &Axis, ticks: &[Tick], sizes: &Sizes, above: bool) -> Option<f64> {
    let Scale::Category(names) = &axis.scale else { return None };
    let lines = ticks.iter().map(|tick| tick.lines.len()).max().unwrap_or(1) as f64;
    let lanes = panel.layers.iter().any(|l| matches!(l, Layer::Lanes(_)));
    let least = match (lanes, names.len()) {
        (true, _) => 26.0,
        (_, 0..=7) => 40.0,
        (_, 8..=14) => 30.0,
        _ => 20.0,
    };
    if above {
        return Some(names.len().max(1) as f64 * (lines * LEADING * sizes.text + 26.0));
    }
    Some((names.len().max(1) as f64 * (lines * LEADING * sizes.text + 4.0).max(least)).max(48.0))
}

/// The ends of a named axis whose rows stand in the lower part of their places, below their names.
fn lowered([low, high]: [f64; 2], ticks: &[Tick], height: f64, sizes: &Sizes) -> [f64; 2] {
    let lines = ticks.iter().map(|tick| tick.lines.len()).max().unwrap_or(1) as f64;
    let share = 0.5 * lines * LEADING * sizes.text / (height / ticks.len().max(1) as f64);
    [low - share, high - share]
}

/// Names that may stand in the margin.
fn margin_labels(panel: &Panel, x_ends: [f64; 2]) -> Vec<(&Label, mllab_core::figure::Hue)> {
    let log = panel.x.scale == Scale::Log;
    let share = |x: f64| {
        let f = |v: f64| if log { v.log10() } else { v };
        (f(x) - f(x_ends[0])) / (f(x_ends[1]) - f(x_ends[0]))
    };
    // A line whose last value stands well before the right edge is named inside.
    let ends_right = |x: &[f64], y: &[f64]| {
        let last = x.iter().zip(y).rev().find(|(x, y)| x.is_finite() && y.is_finite()).map(|(x, _)| share(*x));
        last.is_none_or(|share| share > 0.93)
    };
    panel
        .layers
        .iter()
        .filter_map(|layer| match layer {
            Layer::Line(l) if ends_right(&l.x, &l.y) => l.label.as_ref().map(|label| (label, l.hue)),
            Layer::Step(l) if ends_right(&l.x, &l.y) => l.label.as_ref().map(|label| (label, l.hue)),
            Layer::Points(l) if ends_right(&l.x, &l.y) => l.label.as_ref().map(|label| (label, l.hue)),
            _ => None,
        })
        .filter(|(label, _)| label.at == LabelAt::End)
        .collect()
}

/// Ticks of the x axis in `room` px, with texts that do not meet; whether they stand upright.
pub fn x_ticks(axis: &Axis, ends: [f64; 2], room: f64, sizes: &Sizes) -> (Vec<Tick>, bool) {
    if axis.format == Format::Hidden {
        return (Vec::new(), false);
    }
    if let Scale::Category(names) = &axis.scale {
        return category_ticks(names, room, sizes);
    }
    let place = |v: f64| scale::Scale::new(axis.scale == Scale::Log, ends, [0.0, room]).px(v);
    let half = |text: &str| width(text, sizes.text, Weight::Regular) / 2.0;
    let clear = |ticks: &[(f64, String)]| {
        ticks.windows(2).all(|w| place(w[0].0) + half(&w[0].1) + 7.0 < place(w[1].0) - half(&w[1].1))
    };
    let wanted = (room / if sizes.narrow { 62.0 } else { 88.0 }).clamp(3.0, 9.0) as usize;
    let mut ticks = scale::ticks(axis, ends, wanted);
    for count in (3..wanted).rev() {
        if clear(&ticks) {
            break;
        }
        ticks = scale::ticks(axis, ends, count);
    }
    // What still meets its neighbour keeps its tick and loses its text.
    let mut end = f64::NEG_INFINITY;
    let ticks = ticks
        .into_iter()
        .map(|(at, text)| {
            let (x, half) = (place(at), half(&text));
            let fits = end + 6.0 < x - half;
            if fits {
                end = x + half;
            }
            Tick { at, lines: if fits { vec![text] } else { vec![] } }
        })
        .collect();
    (ticks, false)
}

fn category_ticks(names: &[String], room: f64, sizes: &Sizes) -> (Vec<Tick>, bool) {
    let slot = room / names.len().max(1) as f64;
    let (size, weight) = (sizes.text, Weight::Regular);
    let whole_words = names.iter().all(|name| name.split(' ').all(|word| width(word, size, weight) <= slot - 4.0));
    let lines: Vec<Vec<String>> = names.iter().map(|name| greedy(name, size, weight, slot - 4.0)).collect();
    if whole_words && lines.iter().all(|lines| lines.len() <= 4) {
        let ticks = lines.into_iter().enumerate().map(|(i, lines)| Tick { at: i as f64, lines }).collect();
        return (ticks, false);
    }
    if slot > 60.0 {
        let cut = |lines: Vec<String>| limited(lines, 4, size, weight, slot - 6.0);
        let ticks = lines.into_iter().enumerate().map(|(i, lines)| Tick { at: i as f64, lines: cut(lines) }).collect();
        return (ticks, false);
    }
    // Upright, every second or third where even that is too dense.
    let every = (LEADING * size / slot).ceil().max(1.0) as usize;
    let ticks = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let text = limited(greedy(name, size, weight, 116.0), 1, size, weight, 116.0);
            Tick { at: i as f64, lines: if i.is_multiple_of(every) { text } else { vec![] } }
        })
        .collect();
    (ticks, true)
}
