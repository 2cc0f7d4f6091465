//! One panel in its place: head, grid, axes, layers, notes.

use crate::area::PlotArea;
use crate::extent::lies;
use crate::font::{Weight, width};
use crate::geometry::{Rect, pt};
use crate::ground::Ground;
use crate::layers;
use crate::notes;
use crate::plot::{LEADING, Plot};
use crate::prepare::{Prepared, Tick};
use crate::scale::Scale;
use crate::scene::{Anchor, Kind, Scene, Style, Word};
use crate::sizes::Sizes;
use crate::text::{greedy, wrap};
use crate::theme::{Role, TINTS};
use mllab_core::figure::{Axis, Format, Heat, Layer, Palette, Scale as Kinds};
use mllab_core::shown;

/// Where a panel stands.
pub struct Place {
    /// Between the axes.
    pub frame: Rect,
    /// With gutter and margin.
    pub cell: Rect,
    pub head: Head,
    /// Where the row begins: headlines of a row stand level.
    pub row_top: f64,
    pub x_ticks: Vec<Tick>,
    pub upright: bool,
    /// Whether the x axis carries its label and texts.
    pub x_label: bool,
}

/// What stands above a plot: headline, remark, y label, a heat map's key.
pub struct Head {
    pub height: f64,
    /// Headline and remark: text, size, colour, depth of the baseline below the row's top.
    title: Vec<(String, f64, Role, f64)>,
    /// The y axis' label, in lines: text and height of the baseline above the plot.
    label: Vec<(String, f64)>,
    key: Option<(Heat, f64)>,
}

/// The words above a plot in `room` px; `left` is the cell's left edge, `right` the plot's right edge.
pub fn head(p: &Prepared<'_>, sizes: &Sizes, room: f64, left: f64, right: f64) -> Head {
    let (mut title, mut down) = (Vec::new(), 0.0);
    let mut add = |lines: Vec<String>, size: f64, role: Role| {
        for text in lines.into_iter().filter(|line| !line.trim().is_empty()) {
            title.push((text, size, role, down + 0.9 * size));
            down += LEADING * size;
        }
    };
    add(wrap(&p.panel.title, sizes.head, Weight::Semibold, room), sizes.head, Role::Ink);
    if let Some((text, hue)) = &p.panel.remark {
        add(greedy(text, sizes.name, Weight::Semibold, room), sizes.name, Role::Label(*hue));
    }
    let hidden = !p.y_ticks.is_empty() && p.y_ticks.iter().all(|tick| tick.lines.is_empty());
    let text = if hidden { "" } else { &p.y_axis.label };
    let mut lines = greedy(text, sizes.text, Weight::Regular, room);
    lines.retain(|line| !line.is_empty());
    let label_width = lines.last().map_or(0.0, |line| width(line, sizes.text, Weight::Regular));

    // Counted upwards from the plot: a key beside the label or below it, then the label.
    let mut up = 13.0;
    let heat = p.panel.layers.iter().find_map(|layer| match layer {
        Layer::Heat(heat) if heat.decimals.is_none() => Some(heat.clone()),
        _ => None,
    });
    let key = heat.map(|heat| {
        let beside = left + label_width + 20.0 < right - key_width(&heat, sizes);
        let at = up;
        if !beside || lines.is_empty() {
            up += 1.5 * sizes.text;
        }
        (heat, at)
    });
    let mut label = Vec::new();
    for text in lines.into_iter().rev() {
        label.push((text, up));
        up += LEADING * sizes.text;
    }
    let air = if title.is_empty() { 2.0 } else { 4.0 };
    let height = if label.is_empty() && key.is_none() { down + 10.0 } else { down + up + air };
    Head { height, title, label, key }
}

fn key_width(heat: &Heat, sizes: &Sizes) -> f64 {
    let [low, high] = key_texts(heat);
    RAMP + 14.0 + width(&low, sizes.text, Weight::Regular) + width(&high, sizes.text, Weight::Regular)
}

/// Width of the ramp of tints above a heat map.
const RAMP: f64 = 102.0;

fn key_texts(heat: &Heat) -> [String; 2] {
    layers::heat_key(heat).map(|v| shown::number(v, 3))
}

/// The plot between a panel's axes.
fn between<'a>(
    scene: &'a mut Scene,
    ground: &'a mut Ground,
    p: &Prepared<'_>,
    frame: Rect,
    cell: Rect,
    sizes: &'a Sizes,
) -> Plot<'a> {
    let scale = |axis: &Axis, ends: [f64; 2], px: [f64; 2]| Scale::new(axis.scale == Kinds::Log, ends, px);
    let x = scale(p.x_axis, p.x_ends, [frame.left, frame.right]);
    // Names read from the top, numbers grow from the bottom.
    let y_px = if p.named_rows() { [frame.top, frame.bottom] } else { [frame.bottom, frame.top] };
    let y = scale(&p.y_axis, p.y_ends, y_px);
    let lies = lies(p.panel);
    let slot = match (&p.x_axis.scale, &p.y_axis.scale) {
        (Kinds::Category(names), _) if !lies => frame.width() / names.len().max(1) as f64,
        (_, Kinds::Category(names)) => {
            let names_high =
                p.y_ticks.iter().map(|tick| tick.lines.len()).max().unwrap_or(0) as f64 * LEADING * sizes.text;
            frame.height() / names.len().max(1) as f64 - if p.names_above { names_high } else { 0.0 }
        }
        _ => frame.width() / p.x_ends.iter().fold(0.0, |a, b| b - a).abs().max(1.0),
    };
    Plot { scene, ground, sizes, frame, cell, x, y, slot, lies, stretches: Vec::new(), below: Vec::new() }
}

/// Draws a panel's data without a word, for a tile.
pub fn sketch(scene: &mut Scene, p: &Prepared<'_>, frame: Rect, sizes: &Sizes) {
    let mut ground = Ground::default();
    let mut plot = between(scene, &mut ground, p, frame, frame, sizes);
    notes::below(&mut plot, &p.panel.notes);
    if p.named_rows() && !p.plane() {
        for tick in &p.y_ticks {
            let y = plot.y.px(tick.at);
            plot.scene.line(vec![pt(frame.left, y), pt(frame.right, y)], Style::stroke(Role::Grid, 1.0));
        }
    } else if !p.plane() {
        // Three lines say where the plot stands, a fourth is its axis.
        for i in 0..3 {
            let y = frame.top + frame.height() * f64::from(i) / 3.0;
            plot.scene.line(vec![pt(frame.left, y), pt(frame.right, y)], Style::stroke(Role::Grid, 1.0));
        }
        plot.scene
            .line(vec![pt(frame.left, frame.bottom), pt(frame.right, frame.bottom)], Style::stroke(Role::Axis, 1.0));
    }
    layers::draw(&mut plot, &p.panel.layers);
}

/// Draws a panel; returns how far down it reaches, and its plot.
pub fn draw(scene: &mut Scene, p: &Prepared<'_>, place: &Place, sizes: &Sizes) -> (f64, PlotArea) {
    let Place { frame, cell, .. } = *place;
    for (text, size, role, down) in &place.head.title {
        word(scene, text, pt(cell.left, place.row_top + down), *size, Weight::Semibold, Anchor::Start, *role);
    }
    for (text, up) in &place.head.label {
        word(scene, text, pt(cell.left, frame.top - up), sizes.text, Weight::Regular, Anchor::Start, Role::Muted);
    }
    if let Some((heat, up)) = &place.head.key {
        ramp(scene, heat, [cell.left, frame.right], frame.top - up, sizes);
    }
    let mut ground = Ground::default();
    let mut plot = between(scene, &mut ground, p, frame, cell, sizes);
    notes::below(&mut plot, &p.panel.notes);
    grid(&mut plot, p, place);
    if p.names_above {
        row_names(&mut plot, p);
    }
    // Marks in rows stand on a note's line; curves run under it.
    if p.named_rows() {
        let names = plot.ground.boxes.clone();
        notes::strokes(&mut plot, &p.panel.notes, &names);
    }
    let names = layers::draw(&mut plot, &p.panel.layers);
    if !p.named_rows() {
        notes::strokes(&mut plot, &p.panel.notes, &[]);
    }
    let courses = plot.ground.courses().to_vec();
    notes::after(&mut plot, &names, &p.panel.notes);
    let mut bottom = axis_words(&mut plot, p, place);
    let homeless = std::mem::take(&mut plot.below);
    for (text, hue) in homeless {
        for line in greedy(&text.replace('\n', " "), sizes.note, Weight::Regular, cell.width().max(120.0)) {
            bottom += 3.0;
            let at = pt(cell.left, bottom + 0.8 * sizes.note);
            word(plot.scene, &line, at, sizes.note, Weight::Regular, Anchor::Start, Role::Label(hue));
            bottom += 1.1 * sizes.note;
        }
    }
    (bottom, PlotArea { frame, courses, ticks: (place.x_ticks.len(), p.y_ticks.len()) })
}

/// Grid, axis line and ticks.
fn grid(plot: &mut Plot<'_>, p: &Prepared<'_>, place: &Place) {
    let f = plot.frame;
    let lanes = p.panel.layers.iter().any(|l| matches!(l, Layer::Lanes(_)));
    let mut lines = Vec::new();
    if p.named_rows() && !p.plane() && !lanes {
        for tick in &place.x_ticks {
            let x = plot.x.px(tick.at);
            lines.push(vec![pt(x, f.top), pt(x, f.bottom)]);
        }
    } else if !p.plane() && !p.named_rows() {
        for tick in &p.y_ticks {
            let y = plot.y.px(tick.at);
            if (y - f.bottom).abs() > 0.5 {
                lines.push(vec![pt(f.left, y), pt(f.right, y)]);
            }
        }
    }
    for line in lines {
        plot.scene.line(line, Style::stroke(Role::Grid, 1.0));
    }
    let bars = p.panel.layers.iter().any(|l| matches!(l, Layer::Bars(_) | Layer::Histogram(_)));
    if bars && p.y_axis.scale == Kinds::Linear && p.y_ends[0] < 0.0 && 0.0 < p.y_ends[1] {
        let y = plot.y.px(0.0);
        plot.scene.line(vec![pt(f.left, y), pt(f.right, y)], Style::stroke(Role::Axis, 1.0));
    }
    if bars && plot.lies && p.x_ends[0] <= 0.0 && 0.0 < p.x_ends[1] {
        let x = plot.x.px(0.0);
        plot.scene.line(vec![pt(x, f.top), pt(x, f.bottom)], Style::stroke(Role::Axis, 1.0));
    }
    let numbers = !matches!(p.x_axis.scale, Kinds::Category(_));
    let hidden = numbers && p.x_axis.format == Format::Hidden;
    let below_zero = bars && !numbers && p.y_axis.scale == Kinds::Linear && p.y_ends[0] < 0.0 && 0.0 < p.y_ends[1];
    if hidden || below_zero || p.filled() && !numbers || p.named_rows() && !lanes && !p.filled() {
        return;
    }
    let axis = Style::stroke(Role::Axis, 1.1);
    let edge = f.bottom + if p.filled() { 1.0 } else { 0.0 };
    plot.scene.line(vec![pt(f.left, edge), pt(f.right, edge)], axis);
    if numbers {
        for tick in &place.x_ticks {
            let x = plot.x.px(tick.at);
            plot.scene.line(vec![pt(x, edge), pt(x, edge + 5.0)], axis);
        }
    }
}

/// The names of rows above them: notes and series' names keep off.
fn row_names(plot: &mut Plot<'_>, p: &Prepared<'_>) {
    let (f, size) = (plot.frame, plot.sizes.text);
    for tick in &p.y_ticks {
        let top = f.top + f.height() * tick.at / p.y_ticks.len() as f64;
        for (i, text) in tick.lines.iter().enumerate() {
            let name = Word {
                text: text.clone(),
                at: pt(plot.cell.left, top + 0.9 * size + i as f64 * LEADING * size),
                size,
                weight: Weight::Regular,
                anchor: Anchor::Start,
                kind: Kind::Frame,
                upright: false,
                role: Role::Muted,
                // Grid lines run behind it.
                halo: Some(Role::Paper),
            };
            plot.ground.boxes.push(name.area());
            plot.scene.word(name);
        }
    }
}

/// Texts of ticks and the x axis' label; returns how far down they reach.
fn axis_words(plot: &mut Plot<'_>, p: &Prepared<'_>, place: &Place) -> f64 {
    let (f, size) = (plot.frame, plot.sizes.text);
    let leading = LEADING * size;
    for tick in p.y_ticks.iter().filter(|_| !p.names_above) {
        let n = tick.lines.len() as f64;
        let first = plot.y.px(tick.at) + 0.36 * size - (n - 1.0) * leading / 2.0;
        for (i, text) in tick.lines.iter().enumerate() {
            let at = pt(f.left - 8.0, first + i as f64 * leading);
            word(plot.scene, text, at, size, Weight::Regular, Anchor::End, Role::Muted);
        }
    }
    let numbers = !matches!(p.x_axis.scale, Kinds::Category(_));
    let gap = if numbers { 8.0 } else { 5.0 };
    let mut bottom = f.bottom + if numbers && !p.named_rows() { 7.0 } else { 3.0 };
    if place.upright {
        for tick in &place.x_ticks {
            let Some(text) = tick.lines.first() else { continue };
            let at = pt(plot.x.px(tick.at) + 0.36 * size, f.bottom + 7.0);
            plot.scene.word(Word {
                text: text.clone(),
                at,
                size,
                weight: Weight::Regular,
                anchor: Anchor::End,
                kind: Kind::Frame,
                upright: true,
                role: Role::Muted,
                halo: None,
            });
            bottom = bottom.max(at.y + width(text, size, Weight::Regular) + 3.0);
        }
    } else {
        for tick in &place.x_ticks {
            for (i, text) in tick.lines.iter().enumerate() {
                // The outermost texts keep to the panel's own room.
                let half = width(text, size, Weight::Regular) / 2.0;
                let x = plot.x.px(tick.at).min(place.cell.right - half).max(place.cell.left + half);
                let at = pt(x, f.bottom + gap + 0.8 * size + i as f64 * leading);
                word(plot.scene, text, at, size, Weight::Regular, Anchor::Middle, Role::Muted);
                bottom = bottom.max(at.y + 0.3 * size);
            }
        }
    }
    if place.x_label && !p.panel.x.label.is_empty() {
        let lines = greedy(&p.panel.x.label, size, Weight::Regular, plot.frame.width().max(120.0));
        let centre = f64::midpoint(f.left, f.right);
        for text in lines {
            bottom += 4.0;
            word(
                plot.scene,
                &text,
                pt(centre, bottom + 0.8 * size),
                size,
                Weight::Regular,
                Anchor::Middle,
                Role::Muted,
            );
            bottom += 1.1 * size;
        }
    }
    bottom
}

/// A heat map's key: its tints between the values at the palette's ends.
fn ramp(scene: &mut Scene, heat: &Heat, [left, right]: [f64; 2], baseline: f64, sizes: &Sizes) {
    let size = sizes.text;
    let ends = layers::heat_key(heat);
    let [low, high] = key_texts(heat);
    let high_width = width(&high, size, Weight::Regular);
    word(scene, &high, pt(right, baseline), size, Weight::Regular, Anchor::End, Role::Muted);
    let end = right - high_width - 7.0;
    let ramp = RAMP.min(end - left - 8.0 - width(&low, size, Weight::Regular)).max(8.0);
    let n = if matches!(heat.palette, Palette::Sequential(_)) { u32::from(TINTS) } else { 2 * u32::from(TINTS) + 1 };
    for i in 0..n {
        let value = ends[0] + (ends[1] - ends[0]) * f64::from(i) / f64::from(n - 1);
        let at = |i: u32| end - ramp + ramp * f64::from(i) / f64::from(n);
        let cell = Rect { left: at(i), top: baseline - 0.74 * size, right: at(i + 1), bottom: baseline + 0.06 * size };
        scene.block(cell, Style::fill(layers::heat_level(heat, ends, value)).crisp());
    }
    word(scene, &low, pt(end - ramp - 7.0, baseline), size, Weight::Regular, Anchor::End, Role::Muted);
}

fn word(scene: &mut Scene, text: &str, at: crate::geometry::Pt, size: f64, weight: Weight, anchor: Anchor, role: Role) {
    scene.word(Word {
        text: text.into(),
        at,
        size,
        weight,
        anchor,
        kind: Kind::Frame,
        upright: false,
        role,
        halo: None,
    });
}
