//! Coloured cells, their values, and the line where the advice flips.

use crate::contour::chains;
use crate::font::{Weight, width};
use crate::geometry::{Pt, Rect, clip_line, pt};
use crate::plot::{Line, Plot};
use crate::scene::{Anchor, Kind, Style};
use crate::theme::{Role, TINTS};
use mllab_core::figure::{Heat, Palette};
use mllab_core::shown;
use std::collections::BTreeMap;

/// The values at the palette's ends.
pub fn key(l: &Heat) -> [f64; 2] {
    let finite = || l.values.iter().copied().filter(|v| v.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let [low, high] = l.limits.unwrap_or(if low < high {
        [low, high]
    } else if low.is_finite() {
        [low.min(0.0), high.max(0.0).max(low.min(0.0) + f64::MIN_POSITIVE)]
    } else {
        [0.0, 1.0]
    });
    match l.palette {
        Palette::Sequential(_) => [low, high],
        // Both halves on one measure: equal colours are equal distances from the middle.
        Palette::Diverging { middle, .. } => {
            let reach = (high - middle).max(middle - low);
            [middle - reach, middle + reach]
        }
    }
}

/// The tint of a value.
pub fn level(l: &Heat, ends: [f64; 2], value: f64) -> Role {
    let steps = f64::from(TINTS);
    match l.palette {
        Palette::Sequential(hue) => {
            let share = ((value - ends[0]) / (ends[1] - ends[0])).clamp(0.0, 1.0);
            // The smallest value is a faint tint, not paper: paper is where nothing was measured.
            Role::Tint(hue, 1 + (share * (steps - 1.0)).round() as u8)
        }
        Palette::Diverging { low, high, middle } => {
            let share = ((value - middle) / (ends[1] - middle)).clamp(-1.0, 1.0);
            Role::Tint(if share < 0.0 { low } else { high }, (share.abs() * steps).round() as u8)
        }
    }
}

pub fn draw(plot: &mut Plot<'_>, l: &Heat) {
    let (columns, rows) = (l.x_edges.len().saturating_sub(1), l.y_edges.len().saturating_sub(1));
    if columns == 0 || rows == 0 {
        return;
    }
    let xs: Vec<f64> = l.x_edges.iter().map(|&v| plot.x.px(v)).collect();
    let ys: Vec<f64> = l.y_edges.iter().map(|&v| plot.y.px(v)).collect();
    let ends = key(l);
    let smallest = |edges: &[f64]| edges.windows(2).map(|w| (w[1] - w[0]).abs()).fold(f64::INFINITY, f64::min);
    let spaced = smallest(&xs) > 12.0 && smallest(&ys) > 12.0;
    let gap = if spaced { 0.8 } else { 0.0 };
    // Cells of one tint become one path, and neighbours in a row one cell.
    let mut by_tint: BTreeMap<(String, u8), (Role, Vec<Rect>)> = BTreeMap::new();
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let value = l.values[row * columns + column];
            let first = column;
            column += 1;
            if !value.is_finite() {
                continue;
            }
            let role = level(l, ends, value);
            while !spaced && column < columns && {
                let next = l.values[row * columns + column];
                next.is_finite() && level(l, ends, next) == role
            } {
                column += 1;
            }
            let cell = Rect::new(pt(xs[first], ys[row]), pt(xs[column], ys[row + 1])).grown(-gap);
            if let Some(cell) = cell.clipped(&plot.frame) {
                let Role::Tint(hue, step) = role else { continue };
                by_tint.entry((format!("{hue:?}"), step)).or_insert((role, Vec::new())).1.push(cell);
            }
        }
    }
    for (role, cells) in by_tint.into_values() {
        for cell in cells {
            plot.scene.block(cell, if spaced { Style::fill(role) } else { Style::fill(role).crisp() });
        }
    }
    if let Some(level) = l.contour {
        flip(plot, l, (&xs, &ys), level);
    }
    if let Some(decimals) = l.decimals {
        values(plot, l, (&xs, &ys), ends, decimals);
    }
}

/// The line along cell borders that parts values below `level` from the others.
fn flip(plot: &mut Plot<'_>, l: &Heat, (xs, ys): (&[f64], &[f64]), level: f64) {
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    let side = |row: usize, column: usize| {
        let value = l.values[row * columns + column];
        value.is_finite().then_some(level <= value)
    };
    let parts = |a: Option<bool>, b: Option<bool>| matches!((a, b), (Some(a), Some(b)) if a != b);
    // Corners are numbered row by row; each border piece joins two of them.
    let corner = |row: usize, column: usize| row * (columns + 1) + column;
    let mut pieces = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            if column + 1 < columns && parts(side(row, column), side(row, column + 1)) {
                pieces.push((corner(row, column + 1), corner(row + 1, column + 1)));
            }
            if row + 1 < rows && parts(side(row, column), side(row + 1, column)) {
                pieces.push((corner(row + 1, column), corner(row + 1, column + 1)));
            }
        }
    }
    for chain in chains(&pieces) {
        let points: Vec<Pt> = chain.iter().map(|c| pt(xs[c % (columns + 1)], ys[c / (columns + 1)])).collect();
        for piece in clip_line(&points, &plot.frame.grown(0.01)) {
            plot.scene.line(piece.clone(), Style::stroke(Role::Paper, 4.2));
            plot.scene.line(piece, Style::stroke(Role::Ink, 2.0));
        }
    }
}

/// Each value in its cell, where all of them fit.
fn values(plot: &mut Plot<'_>, l: &Heat, (xs, ys): (&[f64], &[f64]), ends: [f64; 2], decimals: usize) {
    let columns = xs.len() - 1;
    let size = plot.sizes.note;
    let texts: Vec<String> = l.values.iter().map(|&v| shown::fixed(v, decimals)).collect();
    let room = |edges: &[f64]| edges.windows(2).map(|w| (w[1] - w[0]).abs()).fold(f64::INFINITY, f64::min);
    let widest = texts.iter().map(|text| width(text, size, Weight::Regular)).fold(0.0, f64::max);
    if room(xs) < widest + 4.0 || room(ys) < size + 2.0 {
        return;
    }
    for (i, text) in texts.into_iter().enumerate() {
        let value = l.values[i];
        if !value.is_finite() {
            continue;
        }
        let centre = pt(
            f64::midpoint(xs[i % columns], xs[i % columns + 1]),
            f64::midpoint(ys[i / columns], ys[i / columns + 1]),
        );
        let line = Line { text, size, weight: Weight::Regular, role: level(l, ends, value).text_on() };
        let (w, h) = crate::plot::extent(std::slice::from_ref(&line));
        let area = Rect::new(pt(centre.x - w / 2.0, centre.y - h / 2.0), pt(centre.x + w / 2.0, centre.y + h / 2.0));
        if plot.frame.grown(1.0).holds(&area) && !plot.ground.boxes.iter().any(|b| b.meets(&area)) {
            plot.put(&[line], &area, Anchor::Middle, Kind::Value, None);
        }
    }
}
