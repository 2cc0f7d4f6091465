//! Bars, histograms and boxes.

use crate::font::{Weight, width};
use crate::geometry::{Rect, pt};
use crate::plot::{Line, Plot, extent, series};
use crate::scene::{Anchor, Kind, Style};
use crate::theme::Role;
use mllab_core::figure::{Bars, Boxes, Dash, Histogram};
use mllab_core::shown;

/// Share of a category's place that its bars fill.
const FULL: f64 = 0.74;

pub fn bars(plot: &mut Plot<'_>, l: &Bars) {
    let (index, of) = (l.group.0 as f64, l.group.1.max(1) as f64);
    let full = (FULL * plot.slot).min(64.0 * of);
    let gap = if full / of > 8.0 { 3.0_f64.min(full / of / 6.0) } else { 0.0 };
    let thick = ((full - gap * (of - 1.0)) / of).max(1.0);
    let shift = -full / 2.0 + index * (thick + gap) + thick / 2.0;
    let mut ends = Vec::new();
    for (i, (&place, &y)) in l.at.iter().zip(&l.y).enumerate() {
        let base = l.base.as_ref().map_or(0.0, |base| base[i]);
        let (foot, top) = (plot.at_category(place, shift, base), plot.at_category(place, shift, y));
        if !foot.is_finite() || !top.is_finite() {
            continue;
        }
        let half = thick / 2.0;
        let rect = if plot.lies {
            Rect::new(pt(foot.x, foot.y - half), pt(top.x, top.y + half))
        } else {
            Rect::new(pt(foot.x - half, foot.y), pt(top.x + half, top.y))
        };
        plot.block(rect, Style::fill(Role::Series(l.hue)));
        let mut reach = [top, top];
        if let Some(whiskers) = &l.whiskers {
            let low = plot.at_category(place, shift, whiskers.low[i]);
            let high = plot.at_category(place, shift, whiskers.high[i]);
            plot.whisker(low, high, (thick / 5.0).clamp(1.5, 5.0), Style::stroke(Role::Ink, 1.4));
            if low.is_finite() && high.is_finite() {
                reach = [low, high];
            }
        }
        ends.push((y, base, reach, top));
    }
    if let Some(decimals) = l.values {
        values(plot, &ends, decimals, thick);
    }
}

/// Each bar's value beyond its end, where all of them fit.
fn values(
    plot: &mut Plot<'_>,
    ends: &[(f64, f64, [crate::geometry::Pt; 2], crate::geometry::Pt)],
    decimals: usize,
    thick: f64,
) {
    let size = plot.sizes.note;
    let texts: Vec<String> = ends.iter().map(|end| shown::fixed(end.0, decimals)).collect();
    let room = if plot.lies { f64::INFINITY } else { thick + 8.0 };
    if texts.iter().any(|text| width(text, size, Weight::Regular) > room) || (plot.lies && thick < size) {
        return;
    }
    for (text, &(y, base, reach, top)) in texts.into_iter().zip(ends) {
        let line = Line { text, size, weight: Weight::Regular, role: Role::Ink };
        let (w, h) = extent(std::slice::from_ref(&line));
        let down = y < base;
        let area = if plot.lies {
            let x = reach[0].x.max(reach[1].x).max(top.x) + 6.0;
            Rect { left: x, right: x + w, top: top.y - h / 2.0, bottom: top.y + h / 2.0 }
        } else if down {
            let y = reach[0].y.max(reach[1].y).max(top.y) + 4.0;
            Rect { left: top.x - w / 2.0, right: top.x + w / 2.0, top: y, bottom: y + h }
        } else {
            let y = reach[0].y.min(reach[1].y).min(top.y) - 4.0;
            Rect { left: top.x - w / 2.0, right: top.x + w / 2.0, top: y - h, bottom: y }
        };
        let anchor = if plot.lies { Anchor::Start } else { Anchor::Middle };
        if plot.frame.grown(3.0).holds(&area) && !plot.ground.boxes.iter().any(|b| b.meets(&area)) {
            plot.put(&[line], &area, anchor, Kind::Value, Some(Role::Paper));
        }
    }
}

pub fn histogram(plot: &mut Plot<'_>, l: &Histogram) {
    for (i, &count) in l.counts.iter().enumerate() {
        let (left, right) = (plot.x.px(l.edges[i]), plot.x.px(l.edges[i + 1]));
        let (foot, top) = (plot.y.px_floor(0.0), plot.y.px(count));
        let gap = if right - left > 5.0 { 0.5 } else { 0.0 };
        if [left, right, foot, top].iter().all(|v| v.is_finite()) && left + 2.0 * gap < right {
            plot.block(Rect::new(pt(left + gap, foot), pt(right - gap, top)), Style::fill(Role::Series(l.hue)));
        }
    }
}

pub fn boxes(plot: &mut Plot<'_>, l: &Boxes, beside_strip: bool) {
    let half = (0.15 * plot.slot).min(24.0);
    let shift = if beside_strip { -(0.17 * plot.slot).min(half + 5.0) } else { 0.0 };
    for (&place, n) in l.at.iter().zip(&l.numbers) {
        let at = |value: f64| plot.at_category(place, shift, value);
        let [low, q1, median, q3, high] = [n.low, n.lower_quartile, n.median, n.upper_quartile, n.high].map(at);
        let stroke = series(l.hue, 1.7, Dash::Solid);
        plot.whisker(low, q1, 0.0, stroke);
        plot.whisker(q3, high, 0.0, stroke);
        let across = |p: crate::geometry::Pt, by: f64| if plot.lies { pt(p.x, p.y + by) } else { pt(p.x + by, p.y) };
        if q1.is_finite() && q3.is_finite() {
            let body = Rect::new(across(q1, -half), across(q3, half));
            if let Some(body) = body.clipped(&plot.frame) {
                plot.ground.area(&body);
                plot.scene.block(body, Style::fill(Role::Tint(l.hue, 4)).edged(Role::Series(l.hue), 1.7));
            }
        }
        if median.is_finite() {
            let ends = [across(median, -half), across(median, half)];
            plot.line(&ends, series(l.hue, 3.0, Dash::Solid));
        }
    }
}
