//! Points, strips, dumbbells and lollipops.

use super::Name;
use crate::geometry::pt;
use crate::plot::{Plot, series};
use crate::scene::{Shape, Style};
use crate::theme::Role;
use mllab_core::figure::{Dash, Dumbbell, Interval, Lollipop, Mark, Points, Strip};

pub fn points(plot: &mut Plot<'_>, l: &Points, names: &mut Vec<Name>) {
    let style = series(l.hue, 1.4, Dash::Solid);
    if let Some(whiskers) = &l.whiskers {
        for (i, &x) in l.x.iter().enumerate() {
            let (low, high) = (pt(plot.x.px(x), plot.y.px_floor(whiskers.low[i])), plot.at(x, whiskers.high[i]));
            plot.whisker(low, high, 2.5, style);
        }
    }
    // Many points stand smaller, so that they stay apart.
    let crowd = (60.0 / l.x.len().max(1) as f64).sqrt().clamp(0.62, 1.0);
    let mut last = None;
    for (i, (&x, &y)) in l.x.iter().zip(&l.y).enumerate() {
        let at = plot.at(x, y);
        let share = l.area.as_ref().map_or(1.0, |area| area[i]);
        if !share.is_finite() || share <= 0.0 {
            continue;
        }
        plot.mark(at, crowd * plot.sizes.mark * share.sqrt().min(8.0), l.mark, l.hue);
        if at.is_finite() && plot.frame.contains(at) {
            last = Some(at);
        }
    }
    if let (Some(label), Some(at)) = (&l.label, last) {
        let in_margin = plot.frame.right - at.x < 0.03 * plot.frame.width();
        names.push(Name { at, label: label.clone(), hue: l.hue, in_margin });
    }
}

/// Sideways places by the golden ratio: evenly spread, the same each time.
pub fn strip(plot: &mut Plot<'_>, l: &Strip, beside_box: bool) {
    let (centre, half) = if beside_box { (0.2, 0.12) } else { (0.0, 0.2) };
    let half = (half * plot.slot).min(26.0);
    let centre = if beside_box { (centre * plot.slot).min(half + 22.0) } else { 0.0 };
    let r = if l.y.len() > 400 { 1.7 } else { 2.6 };
    let style = Style::fill(Role::Tint(l.hue, 11)).edged(Role::Paper, 0.5);
    for (i, (&place, &y)) in l.at.iter().zip(&l.y).enumerate() {
        let share = (i as f64 * 0.618_033_988_749_895).fract();
        let at = plot.at_category(place, centre + half * (2.0 * share - 1.0), y);
        if at.is_finite() && plot.frame.grown(0.5).contains(at) {
            plot.ground.dot(at);
            plot.scene.add(Shape::Disc(at, r), style);
        }
    }
}

pub fn dumbbell(plot: &mut Plot<'_>, l: &Dumbbell) {
    // The disc is larger than the triangle, so that it shows where both values are equal.
    let radius = [1.65, 1.2].map(|share| share * plot.sizes.mark);
    for (i, &row) in l.at.iter().enumerate() {
        let (a, b) = (plot.at(l.from[i], row), plot.at(l.to[i], row));
        if a.is_finite() && b.is_finite() {
            plot.line(&[a, b], Style::stroke(Role::Tint(l.hues.1, 6), 3.0));
        }
    }
    for (which, (values, interval, mark, hue)) in
        [(&l.from, &l.from_interval, Mark::Disc, l.hues.0), (&l.to, &l.to_interval, Mark::Triangle, l.hues.1)]
            .into_iter()
            .enumerate()
    {
        for (i, &row) in l.at.iter().enumerate() {
            // The two intervals of a row stand apart, so that neither hides the other.
            if let Some(Interval { low, high }) = interval {
                let dy = if which == 0 { 0.0 } else { 0.5 };
                let ends = [low[i], high[i]].map(|v| plot.at(v, row)).map(|p| pt(p.x, p.y + dy));
                plot.whisker(ends[0], ends[1], 3.5, series(hue, 1.4, Dash::Solid));
            }
            plot.mark(plot.at(values[i], row), radius[which], mark, hue);
        }
    }
}

pub fn lollipop(plot: &mut Plot<'_>, l: &Lollipop) {
    for (i, &x) in l.x.iter().enumerate() {
        let (foot, top) = (pt(plot.x.px(x), plot.y.px_floor(l.base)), plot.at(x, l.y[i]));
        if foot.is_finite() && top.is_finite() {
            plot.line(&[foot, top], Style::stroke(Role::Tint(l.hue, 8), 1.8));
        }
        if let Some(whiskers) = &l.whiskers {
            let (low, high) = (pt(top.x, plot.y.px_floor(whiskers.low[i])), plot.at(x, whiskers.high[i]));
            plot.whisker(low, high, 3.0, series(l.hue, 1.2, Dash::Solid));
        }
    }
    for (&x, &y) in l.x.iter().zip(&l.y) {
        plot.mark(plot.at(x, y), 1.2 * plot.sizes.mark, l.mark, l.hue);
    }
}
