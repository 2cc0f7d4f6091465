//! Lines and their bands, steps, the area between two series, paths and separate pieces.

use super::Name;
use crate::geometry::{Pt, clip_line, clip_segment, pt};
use crate::plot::{Plot, series};
use crate::scene::Style;
use crate::theme::Role;
use mllab_core::figure::{Dash, Fill, Label, LabelAt, Line, Path, Segments, Step};

/// Bands let the grid and each other shine through; each is one shape, so that no seam shows.
const BAND_OPACITY: u8 = 20;

pub fn band(plot: &mut Plot<'_>, l: &Line) {
    let Some(band) = &l.band else { return };
    let style = Style::fill(Role::Series(l.hue)).opacity(BAND_OPACITY);
    let (mut upper, mut lower): (Vec<Pt>, Vec<Pt>) = (Vec::new(), Vec::new());
    for (i, &x) in l.x.iter().enumerate() {
        let x = plot.x.px(x);
        let (high, low) = (pt(x, plot.y.px_floor(band.high[i])), pt(x, plot.y.px_floor(band.low[i])));
        if high.is_finite() && low.is_finite() {
            upper.push(high);
            lower.push(low);
        } else {
            close(plot, &mut upper, &mut lower, style);
        }
    }
    close(plot, &mut upper, &mut lower, style);
}

/// So many bands stand in a panel at most: more of them mix to colours that belong to nobody.
pub const MOST_BANDS: usize = 4;

/// So many places of a line carry a whisker where its band is left out.
const WHISKERS: usize = 5;

/// A line's interval at a few places, in place of its band; `nth` of the lines that do so, each at places of its own.
pub fn whiskers(plot: &mut Plot<'_>, l: &Line, nth: usize) {
    let Some(band) = &l.band else { return };
    let n = l.x.len();
    let every = n.div_ceil(WHISKERS).max(1);
    let style = series(l.hue, 1.2, Dash::Solid);
    for i in (nth % every..n).step_by(every) {
        let x = plot.x.px(l.x[i]);
        let (low, high) = (pt(x, plot.y.px_floor(band.low[i])), pt(x, plot.y.px_floor(band.high[i])));
        if low.is_finite() && high.is_finite() {
            plot.whisker(low, high, 2.5, style);
        }
    }
}

/// Draws the area between two courses and begins anew.
fn close(plot: &mut Plot<'_>, upper: &mut Vec<Pt>, lower: &mut Vec<Pt>, style: Style) {
    if upper.len() == 1 {
        // An interval at a lone point would have no width.
        let (x, w) = (upper[0].x, 1.5);
        let corners = [pt(x - w, upper[0].y), pt(x + w, upper[0].y), pt(x + w, lower[0].y), pt(x - w, lower[0].y)];
        plot.area(&corners, style);
    } else if !upper.is_empty() {
        let mut ring = crate::thin::thinned(std::mem::take(upper));
        ring.extend(crate::thin::thinned(std::mem::take(lower)).into_iter().rev());
        plot.area(&ring, style);
    }
    upper.clear();
    lower.clear();
}

pub fn line(plot: &mut Plot<'_>, l: &Line, names: &mut Vec<Name>) {
    let points: Vec<Pt> = l.x.iter().zip(&l.y).map(|(&x, &y)| plot.at(x, y)).collect();
    let width = if l.thin { 0.55 * plot.sizes.stroke } else { plot.sizes.stroke };
    plot.line(&points, series(l.hue, width, l.dash));
    lone_points(plot, &points, l);
    name(plot, &points, l.label.as_ref(), l.hue, names);
}

/// A point between gaps would be a speck: it gets a disc.
fn lone_points(plot: &mut Plot<'_>, points: &[Pt], l: &Line) {
    let finite = |i: Option<usize>| i.and_then(|i| points.get(i)).is_some_and(|p| p.is_finite());
    for (i, &p) in points.iter().enumerate() {
        if p.is_finite() && !finite(i.checked_sub(1)) && !finite(i.checked_add(1)) {
            plot.mark(p, 0.8 * plot.sizes.mark, mllab_core::figure::Mark::Disc, l.hue);
        }
    }
}

/// Where a line's name belongs: at its last visible point, or beside the point nearest to a given x.
fn name(plot: &Plot<'_>, points: &[Pt], label: Option<&Label>, hue: mllab_core::figure::Hue, names: &mut Vec<Name>) {
    let Some(label) = label else { return };
    let visible = clip_line(points, &plot.frame);
    let at = match label.at {
        LabelAt::End => visible.last().and_then(|piece| piece.last()).copied(),
        LabelAt::X(x) => {
            let x = plot.x.px(x);
            along(&visible, x)
        }
    };
    // Nothing to be seen is still named: in the middle of the margin.
    let at = at.unwrap_or(pt(plot.frame.right, f64::midpoint(plot.frame.top, plot.frame.bottom)));
    let in_margin = label.at == LabelAt::End && plot.frame.right - at.x < 0.06 * plot.frame.width();
    names.push(Name { at, label: label.clone(), hue, in_margin });
}

/// The place on a line nearest to `x`.
fn along(pieces: &[Vec<Pt>], x: f64) -> Option<Pt> {
    let mut best: Option<Pt> = None;
    for piece in pieces {
        for pair in piece.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let t = if b.x == a.x { 0.0 } else { ((x - a.x) / (b.x - a.x)).clamp(0.0, 1.0) };
            let p = pt(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y));
            if best.is_none_or(|q| (p.x - x).abs() < (q.x - x).abs()) {
                best = Some(p);
            }
        }
    }
    best.or_else(|| pieces.first().and_then(|piece| piece.first()).copied())
}

/// The corners of a step line: each value holds until the next.
fn stairs(points: &[Pt]) -> Vec<Pt> {
    let mut out = Vec::with_capacity(2 * points.len());
    for (i, &p) in points.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).map(|i| points[i])
            && before.is_finite()
            && p.x.is_finite()
        {
            out.push(pt(p.x, before.y));
        }
        out.push(p);
    }
    out
}

pub fn step(plot: &mut Plot<'_>, l: &Step, names: &mut Vec<Name>) {
    let points: Vec<Pt> = l.x.iter().zip(&l.y).map(|(&x, &y)| plot.at(x, y)).collect();
    let corners = stairs(&points);
    if l.filled {
        let floor = plot.y.px_floor(0.0).min(plot.frame.bottom);
        for piece in corners.split(|p| !p.is_finite()).filter(|piece| piece.len() > 1) {
            let mut ring = piece.to_vec();
            ring.push(pt(piece[piece.len() - 1].x, floor));
            ring.push(pt(piece[0].x, floor));
            plot.area(&ring, Style::fill(Role::Tint(l.hue, 3)));
        }
    }
    plot.line(&corners, series(l.hue, plot.sizes.stroke, Dash::Solid));
    name(plot, &corners, l.label.as_ref(), l.hue, names);
}

pub fn fill(plot: &mut Plot<'_>, l: &Fill, names: &mut Vec<Name>) {
    let style = Style::fill(Role::Tint(l.hue, 9));
    let (mut above, mut below): (Vec<Pt>, Vec<Pt>) = (Vec::new(), Vec::new());
    let mut largest: Option<(f64, Pt)> = None;
    for i in 1..l.x.len() {
        let (x0, x1) = (plot.x.px(l.x[i - 1]), plot.x.px(l.x[i]));
        let ends = |values: &[f64], steps: bool| {
            let before = plot.y.px_floor(values[i - 1]);
            (before, if steps { before } else { plot.y.px_floor(values[i]) })
        };
        let (u0, u1) = ends(&l.upper, l.upper_steps);
        let (d0, d1) = ends(&l.lower, l.lower_steps);
        // Px grow downwards: the upper series is above where its px are smaller.
        let (gap0, gap1) = (d0 - u0, d1 - u1);
        if ![x0, x1, gap0, gap1].iter().all(|v| v.is_finite()) || (gap0 <= 0.0 && gap1 <= 0.0) {
            close(plot, &mut above, &mut below, style);
            continue;
        }
        let at = |t: f64| (pt(x0 + t * (x1 - x0), u0 + t * (u1 - u0)), pt(x0 + t * (x1 - x0), d0 + t * (d1 - d0)));
        let cross = gap0 / (gap0 - gap1);
        let (from, to) = match (gap0 > 0.0, gap1 > 0.0) {
            (true, true) => (0.0, 1.0),
            (true, false) => (0.0, cross),
            (false, _) => (cross, 1.0),
        };
        for t in [from, to] {
            let (u, d) = at(t);
            above.push(u);
            below.push(d);
            if largest.is_none_or(|(gap, _)| gap < d.y - u.y) {
                largest = Some((d.y - u.y, pt(u.x, f64::midpoint(u.y, d.y))));
            }
        }
        if to < 1.0 {
            close(plot, &mut above, &mut below, style);
        }
    }
    close(plot, &mut above, &mut below, style);
    if let (Some(label), Some((_, at))) = (&l.label, largest) {
        names.push(Name { at, label: label.clone(), hue: l.hue, in_margin: false });
    }
}

pub fn path(plot: &mut Plot<'_>, l: &Path, names: &mut Vec<Name>) {
    let points: Vec<Pt> = l.x.iter().zip(&l.y).map(|(&x, &y)| plot.at(x, y)).collect();
    let width = 0.8 * plot.sizes.stroke;
    plot.line(&points, series(l.hue, width, Dash::Solid));
    if l.dots {
        for &p in &points {
            plot.mark(p, 0.72 * plot.sizes.mark, mllab_core::figure::Mark::Disc, l.hue);
        }
    }
    let visible = clip_line(&points, &plot.frame);
    if let (true, Some(piece)) = (l.arrow, visible.last())
        && let Some(&tip) = piece.last()
        && let Some(&before) = piece.iter().rev().find(|p| p.distance(tip) > 2.0)
    {
        head(plot, before, tip, 8.0, Role::Series(l.hue));
    }
    if let (Some(label), Some(&at)) = (&l.label, visible.last().and_then(|piece| piece.last())) {
        names.push(Name { at, label: label.clone(), hue: l.hue, in_margin: false });
    }
}

/// An arrow's head of a length, pointing from `from` to `tip`.
pub fn head(plot: &mut Plot<'_>, from: Pt, tip: Pt, length: f64, role: Role) {
    let d = from.distance(tip).max(1e-9);
    let (ux, uy) = ((tip.x - from.x) / d, (tip.y - from.y) / d);
    let (bx, by) = (tip.x - length * ux, tip.y - length * uy);
    let w = 0.42 * length;
    plot.scene.area(vec![tip, pt(bx - w * uy, by + w * ux), pt(bx + w * uy, by - w * ux)], Style::fill(role));
}

pub fn segments(plot: &mut Plot<'_>, l: &Segments) {
    let style = series(l.hue, 0.55 * plot.sizes.stroke, l.dash);
    for (from, to) in l.from.iter().zip(&l.to) {
        let (a, b) = (plot.at(from[0], from[1]), plot.at(to[0], to[1]));
        if a.is_finite()
            && b.is_finite()
            && let Some((a, b)) = clip_segment(a, b, &plot.frame)
        {
            plot.ground.line(&[a, b]);
            plot.scene.line(vec![a, b], style);
        }
    }
}
