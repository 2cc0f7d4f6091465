//! Notes: lines across the plot, tinted stretches, words, and words with an arrow. Words find a place off the data.

use crate::font::{Weight, width};
use crate::geometry::{Pt, Rect, clip_segment, pt};
use crate::ground::around;
use crate::layers::Name;
use crate::plot::{Line, Plot, extent};
use crate::scene::{Anchor, Kind, Style};
use crate::text::wrap;
use crate::theme::Role;
use mllab_core::figure::{Hue, Note};

/// Tint of a stretch, light enough for lines and words in it.
const STRETCH: u8 = 2;

/// Draws what lies below the data: tinted stretches.
pub fn below(plot: &mut Plot<'_>, notes: &[Note]) {
    for note in notes {
        let (area, hue) = match note {
            Note::SpanX { from, to, hue, .. } => (stretch_x(plot, *from, *to), *hue),
            Note::SpanY { from, to, hue, .. } => (stretch_y(plot, *from, *to), *hue),
            _ => continue,
        };
        if let Some(area) = area {
            let tint = Role::Tint(hue, STRETCH);
            plot.scene.block(area, Style::fill(tint));
            plot.stretches.push((area, tint));
        }
    }
}

fn stretch_x(plot: &Plot<'_>, from: f64, to: f64) -> Option<Rect> {
    let end = |v: f64| plot.x.px_floor(v);
    let (a, b) = (end(from), end(to));
    (a.is_finite() && b.is_finite())
        .then(|| Rect::new(pt(a, plot.frame.top), pt(b, plot.frame.bottom)).clipped(&plot.frame))
        .flatten()
}

fn stretch_y(plot: &Plot<'_>, from: f64, to: f64) -> Option<Rect> {
    let end = |v: f64| plot.y.px_floor(v);
    let (a, b) = (end(from), end(to));
    (a.is_finite() && b.is_finite())
        .then(|| Rect::new(pt(plot.frame.left, a), pt(plot.frame.right, b)).clipped(&plot.frame))
        .flatten()
}

/// Draws the lines of notes: above the data, below all words; a vertical one pauses at each of `names`.
pub fn strokes(plot: &mut Plot<'_>, notes: &[Note], names: &[Rect]) {
    for note in notes {
        let (ends, hue, dash) = match note {
            Note::Vertical { at, hue, dash, .. } => {
                let x = plot.x.px(*at);
                ([pt(x, plot.frame.top), pt(x, plot.frame.bottom)], *hue, *dash)
            }
            Note::Horizontal { at, hue, dash, .. } => {
                let y = plot.y.px(*at);
                ([pt(plot.frame.left, y), pt(plot.frame.right, y)], *hue, *dash)
            }
            _ => continue,
        };
        if ends.iter().all(|&p| p.is_finite() && plot.frame.grown(0.5).contains(p)) {
            let role = if hue == Hue::Grey { Role::Axis } else { Role::Series(hue) };
            for piece in pieces(ends, names) {
                plot.scene.line(piece.to_vec(), Style::stroke(role, 1.3).dashed(dash));
            }
            plot.ground.faint_line(&ends);
        }
    }
}

/// What is left of a line beside the boxes that it would run through from above.
fn pieces([start, end]: [Pt; 2], boxes: &[Rect]) -> Vec<[Pt; 2]> {
    if start.x != end.x {
        return vec![[start, end]];
    }
    let mut met: Vec<&Rect> = boxes.iter().filter(|b| b.left - 2.0 < start.x && start.x < b.right + 2.0).collect();
    met.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut left = Vec::new();
    let mut from = start.y;
    for name in met {
        if from < name.top {
            left.push([pt(start.x, from), pt(start.x, name.top)]);
        }
        from = from.max(name.bottom);
    }
    if from < end.y {
        left.push([pt(start.x, from), end]);
    }
    left
}

/// Writes the words of notes, each where it covers least.
pub fn words(plot: &mut Plot<'_>, notes: &[Note]) {
    for note in notes {
        match note {
            Note::Vertical { at, text, hue, .. } => vertical(plot, *at, text, *hue),
            Note::Horizontal { at, text, hue, .. } => horizontal(plot, *at, text, *hue),
            Note::SpanX { from, to, text, hue } => {
                if let Some(area) = stretch_x(plot, *from, *to) {
                    within(plot, &area, text, *hue);
                }
            }
            Note::SpanY { from, to, text, hue } => {
                if let Some(area) = stretch_y(plot, *from, *to) {
                    within(plot, &area, text, *hue);
                }
            }
            Note::Text { x, y, text, hue } => {
                let at = kept(plot, plot.at(*x, *y));
                free(plot, at, text, *hue, None);
            }
            Note::Arrow { tip, from, text, hue } => arrow(plot, *tip, *from, text, *hue),
        }
    }
}

/// A place that is no number, or far outside, is drawn in to the frame.
fn kept(plot: &Plot<'_>, p: Pt) -> Pt {
    let inside =
        |v: f64, low: f64, high: f64| if v.is_finite() { v.clamp(low, high) } else { f64::midpoint(low, high) };
    pt(inside(p.x, plot.frame.left, plot.frame.right), inside(p.y, plot.frame.top, plot.frame.bottom))
}

fn set(plot: &Plot<'_>, text: &str, hue: Hue, most: f64) -> Vec<Line> {
    let size = plot.sizes.note;
    // A word is not cut for a narrow stretch.
    let word = text.split([' ', '\n']).map(|word| width(word, size, Weight::Regular)).fold(40.0, f64::max);
    wrap(text, size, Weight::Regular, most.max(word.min(widest(plot)) + 0.1))
        .into_iter()
        .map(|text| Line { text, size, weight: Weight::Regular, role: Role::Label(hue) })
        .collect()
}

/// The widest that a note may be.
fn widest(plot: &Plot<'_>) -> f64 {
    (0.62 * plot.frame.width()).min(260.0)
}

/// A way to set a note's words, and where they may then stand, each place with what it costs.
struct Setting {
    lines: Vec<Line>,
    anchor: Anchor,
    places: Box<dyn Iterator<Item = (Rect, f64)>>,
}

/// Writes words in the cheapest free place of all settings, `further` costs counted; where none is free, below the plot.
fn settle(
    plot: &mut Plot<'_>,
    settings: Vec<Setting>,
    text: &str,
    hue: Hue,
    further: impl Fn(&Rect) -> f64,
) -> Option<Rect> {
    let stretches = plot.stretches.clone();
    let frame = plot.frame;
    let mut best: Option<(Rect, Vec<Line>, Anchor)> = None;
    let mut least = f64::INFINITY;
    for Setting { lines, anchor, places } in settings {
        let free = |area: &Rect| (!plot.ground.blocked(area, &frame)).then(|| further(area));
        if let Some((area, cost)) = plot.ground.choose(places, &frame, least, free) {
            least = cost;
            best = Some((area, lines, anchor));
        }
    }
    if let Some((area, lines, anchor)) = best {
        let ground = stretches.iter().rev().find(|(stretch, _)| stretch.holds(&area)).map_or(Role::Paper, |s| s.1);
        plot.put(&lines, &area, anchor, Kind::Note, Some(ground));
        return Some(area);
    }
    plot.below.push((text.to_string(), hue));
    None
}

fn vertical(plot: &mut Plot<'_>, at: f64, text: &str, hue: Hue) {
    let x = plot.x.px(at);
    if text.is_empty() || !x.is_finite() || x < plot.frame.left || plot.frame.right < x {
        return;
    }
    let frame = plot.frame;
    let mut settings = Vec::new();
    // On either side, on one line or on as many as the room there asks for.
    for (right, room) in [(true, frame.right - x - 8.0), (false, x - frame.left - 8.0)] {
        for most in [widest(plot).min(room), widest(plot).min(0.6 * room)] {
            if most < 44.0 {
                continue;
            }
            let lines = set(plot, text, hue, most);
            let (w, h) = extent(&lines);
            let left = if right { x + 7.0 } else { x - 7.0 - w };
            let rows = ((frame.height() - h) / 8.0).max(0.0) as usize;
            let aside = 5.0 * (lines.len() - 1) as f64 + if right { 0.0 } else { 1.0 };
            let places = (0..=rows).map(move |row| {
                let top = frame.top + 2.0 + 8.0 * row as f64;
                (Rect { left, top, right: left + w, bottom: top + h }, 2.0 * row as f64 + aside)
            });
            let anchor = if right { Anchor::Start } else { Anchor::End };
            settings.push(Setting { places: Box::new(places), lines, anchor });
        }
    }
    settle(plot, settings, text, hue, |_| 0.0);
}

fn horizontal(plot: &mut Plot<'_>, at: f64, text: &str, hue: Hue) {
    let y = plot.y.px(at);
    if text.is_empty() || !y.is_finite() || y < plot.frame.top || plot.frame.bottom < y {
        return;
    }
    let frame = plot.frame;
    let settings = [1.0, 0.6].map(|share| {
        let lines = set(plot, text, hue, share * widest(plot));
        let (w, h) = extent(&lines);
        let columns = ((frame.width() - w) / 10.0).max(0.0) as usize;
        let places = (0..=columns).flat_map(move |column| {
            let right = frame.right - 4.0 - 10.0 * column as f64;
            let cost = 0.8 * column as f64;
            [(y - 4.0 - h, cost), (y + 4.0, cost + 3.0)]
                .map(|(top, cost)| (Rect { left: right - w, top, right, bottom: top + h }, cost))
        });
        Setting { places: Box::new(places), lines, anchor: Anchor::End }
    });
    settle(plot, settings.into(), text, hue, |_| 0.0);
}

/// Words in a stretch where they fit, else beside it.
fn within(plot: &mut Plot<'_>, area: &Rect, text: &str, hue: Hue) {
    if text.is_empty() {
        return;
    }
    let settings = [(area.width() - 8.0).clamp(44.0, 260.0), widest(plot), 0.5 * widest(plot)].map(|most| {
        let lines = set(plot, text, hue, most);
        let (w, h) = extent(&lines);
        let x = f64::midpoint(area.left, area.right);
        let top = area.top + 5.0;
        let wanted = Rect { left: x - w / 2.0, top, right: x + w / 2.0, bottom: top + h };
        let reach = plot.frame.height().max(plot.frame.width()).min(420.0);
        Setting { lines, anchor: Anchor::Middle, places: Box::new(around(wanted, reach)) }
    });
    settle(plot, settings.into(), text, hue, |r| if area.holds(r) { 0.0 } else { 25.0 });
}

fn free(plot: &mut Plot<'_>, at: Pt, text: &str, hue: Hue, tip: Option<Pt>) -> Option<Rect> {
    if text.is_empty() {
        return None;
    }
    // An arrow needs room between its words and its tip, and crosses no other words.
    let boxes = plot.ground.boxes.clone();
    let crowds = move |area: &Rect| {
        let centre = pt(f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom));
        tip.is_some_and(|tip| {
            area.grown(26.0).contains(tip) || boxes.iter().any(|b| clip_segment(centre, tip, b).is_some())
        })
    };
    let settings = [1.0, 0.7, 0.45].map(|share| {
        let lines = set(plot, text, hue, share * widest(plot));
        let (w, h) = extent(&lines);
        let wanted = Rect { left: at.x - w / 2.0, top: at.y - h / 2.0, right: at.x + w / 2.0, bottom: at.y + h / 2.0 };
        let own = (1.0 - share) * 20.0;
        let places = around(wanted, 420.0).map(move |(area, cost)| (area, own + cost));
        Setting { lines, anchor: Anchor::Middle, places: Box::new(places) }
    });
    settle(plot, settings.into(), text, hue, |area| if crowds(area) { 150.0 } else { 0.0 })
}

fn arrow(plot: &mut Plot<'_>, tip: [f64; 2], from: [f64; 2], text: &str, hue: Hue) {
    let tip = plot.at(tip[0], tip[1]);
    let at = kept(plot, plot.at(from[0], from[1]));
    let Some(area) = free(plot, at, text, hue, Some(tip)) else { return };
    if !tip.is_finite() || !plot.frame.grown(1.0).contains(tip) {
        return;
    }
    // From the side that looks at the tip.
    let near = area.grown(4.0);
    let start = if tip.y < near.top || near.bottom < tip.y {
        let y = if tip.y < near.top { near.top } else { near.bottom };
        pt(tip.x.clamp(near.left + 0.2 * near.width(), near.right - 0.2 * near.width()), y)
    } else {
        let x = if tip.x < near.left { near.left } else { near.right };
        pt(x, f64::midpoint(near.top, near.bottom))
    };
    let length = start.distance(tip);
    if length < 14.0 {
        return;
    }
    // The head stops short of what it points at.
    let end = pt(tip.x + (start.x - tip.x) * 4.0 / length, tip.y + (start.y - tip.y) * 4.0 / length);
    let neck = pt(tip.x + (start.x - tip.x) * 10.0 / length, tip.y + (start.y - tip.y) * 10.0 / length);
    let role = Role::Label(hue);
    plot.scene.line(vec![start, neck], Style::stroke(role, 1.2));
    plot.ground.line(&[start, end]);
    crate::layers::head(plot, start, end, 7.5, role);
}

/// Names of series count as written before notes, so notes give way to them.
pub fn after(plot: &mut Plot<'_>, names: &[Name], notes: &[Note]) {
    crate::names::write(plot, names);
    words(plot, notes);
}
