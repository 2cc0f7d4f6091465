//! Series' names: in the margin at their lines' ends, pushed apart where they would meet; or inside, in a free place.

use crate::font::Weight;
use crate::geometry::{Rect, pt};
use crate::ground::{around, shifted};
use crate::layers::Name;
use crate::plot::{Line, Plot, extent};
use crate::scene::{Anchor, Kind, Style};
use crate::sizes::Sizes;
use crate::text::{greedy, limited, wrap};
use crate::theme::Role;
use mllab_core::figure::{Hue, Label};

/// Space from a line's end to its name, and where the name was moved, for the leader between them.
const NEAR: f64 = 7.0;
const LEADER: f64 = 17.0;

/// A name as lines of text.
pub fn lines(label: &Label, hue: Hue, sizes: &Sizes, most: f64) -> Vec<Line> {
    let size = sizes.name;
    let first = limited(wrap(&label.text, size, Weight::Semibold, most), 4, size, Weight::Semibold, most);
    let mut all: Vec<Line> =
        first.into_iter().map(|text| Line { text, size, weight: Weight::Semibold, role: Role::Label(hue) }).collect();
    if let Some(second) = &label.second {
        let size = sizes.note;
        let more = limited(greedy(second, size, Weight::Regular, most), 3, size, Weight::Regular, most);
        all.extend(more.into_iter().map(|text| Line { text, size, weight: Weight::Regular, role: Role::Muted }));
    }
    all
}

/// The margin that a name needs to the right of the plot.
pub fn margin(label: &Label, hue: Hue, sizes: &Sizes) -> (f64, f64) {
    let (w, h) = extent(&lines(label, hue, sizes, sizes.name_width));
    (w + LEADER + 1.0, h)
}

/// Writes all names of a panel.
pub fn write(plot: &mut Plot<'_>, names: &[Name]) {
    let room = plot.cell.right - plot.frame.right;
    let fits = |name: &Name| margin(&name.label, name.hue, plot.sizes).0 <= room + 0.5;
    let (margin, inside): (Vec<&Name>, Vec<&Name>) = names.iter().partition(|name| name.in_margin && fits(name));
    in_margin(plot, &margin);
    for name in inside {
        beside(plot, name);
    }
}

fn in_margin(plot: &mut Plot<'_>, names: &[&Name]) {
    const GAP: f64 = 5.0;
    let mut texts: Vec<(&Name, Vec<Line>, f64)> = names
        .iter()
        .map(|name| {
            let lines = lines(&name.label, name.hue, plot.sizes, plot.sizes.name_width);
            let (_, height) = extent(&lines);
            (*name, lines, height + GAP)
        })
        .collect();
    texts.sort_by(|a, b| a.0.at.y.total_cmp(&b.0.at.y));
    // The first line stands level with the end; a second line hangs below it.
    let rise = |lines: &[Line]| lines.first().map_or(0.0, |line| 0.56 * line.size);
    let wanted: Vec<(f64, f64)> =
        texts.iter().map(|(name, lines, height)| (name.at.y - rise(lines) - GAP / 2.0, *height)).collect();
    let tops = apart(&wanted, plot.frame.top - 8.0, plot.frame.bottom + 4.0);
    for (i, (name, lines, _)) in texts.iter().enumerate() {
        let moved = (tops[i] - wanted[i].0).abs() > 3.0;
        let top = tops[i] + GAP / 2.0;
        let left = plot.frame.right + if moved { LEADER } else { NEAR };
        if moved {
            let from = pt(name.at.x + 4.0, name.at.y);
            let to = pt(left - 3.0, top + rise(lines));
            let elbow = pt(plot.frame.right + 4.0, name.at.y);
            plot.scene.line(vec![from, elbow, to], Style::stroke(Role::Series(name.hue), 1.0));
        }
        let (w, h) = extent(lines);
        plot.put(lines, &Rect { left, top, right: left + w, bottom: top + h }, Anchor::Start, Kind::Name, None);
    }
}

/// Places of boxes of given (top, height) so that none meets the next, each moved as little as possible, within
/// `low..high()` where they fit.
pub fn apart(wanted: &[(f64, f64)], low: f64, high: f64) -> Vec<f64> {
    // Blocks of touching boxes: each stands at the mean of what its boxes want.
    struct Block {
        first: usize,
        sum: f64,
        n: f64,
        height: f64,
        top: f64,
    }
    let settle = |block: &mut Block| {
        block.top = (block.sum / block.n).min(high - block.height).max(low);
    };
    let mut blocks: Vec<Block> = Vec::new();
    for (i, &(top, height)) in wanted.iter().enumerate() {
        let mut block = Block { first: i, sum: top, n: 1.0, height, top };
        settle(&mut block);
        while let Some(before) = blocks.pop_if(|before| block.top < before.top + before.height) {
            // What the boxes of this block want, seen from the top of the joined one.
            block = Block {
                first: before.first,
                sum: before.sum + block.sum - block.n * before.height,
                n: before.n + block.n,
                height: before.height + block.height,
                top: 0.0,
            };
            settle(&mut block);
        }
        blocks.push(block);
    }
    let mut tops = vec![0.0; wanted.len()];
    for (b, block) in blocks.iter().enumerate() {
        let end = blocks.get(b + 1).map_or(wanted.len(), |next| next.first);
        let mut top = block.top;
        for i in block.first..end {
            tops[i] = top;
            top += wanted[i].1;
        }
    }
    tops
}

/// A name inside the plot, near its point and off all lines where there is room.
fn beside(plot: &mut Plot<'_>, name: &Name) {
    let most = if plot.sizes.narrow { 130.0 } else { 220.0 };
    let lines = lines(&name.label, name.hue, plot.sizes, most);
    let (w, h) = extent(&lines);
    let at = name.at;
    let wanted = [
        (8.0, -h / 2.0),
        (-w / 2.0, -h - 6.0),
        (-w / 2.0, 6.0),
        (6.0, -h - 4.0),
        (6.0, 4.0),
        (-w - 8.0, -h / 2.0),
        (-w - 6.0, -h - 4.0),
        (-w - 6.0, 4.0),
    ];
    let boxes = wanted.into_iter().enumerate().flat_map(|(i, (dx, dy))| {
        let area = shifted(&Rect { left: at.x, top: at.y, right: at.x + w, bottom: at.y + h }, dx, dy);
        around(area, 42.0).map(move |(area, cost)| (area, cost + i as f64))
    });
    let frame = Rect { right: plot.cell.right, ..plot.frame };
    // A name may stand on a line where it must, but neither on words nor beyond the page.
    match plot.ground.choose(boxes, &frame, f64::INFINITY, |_| Some(0.0)) {
        Some((area, _)) if frame.grown(1.0).holds(&area) && !plot.ground.boxes.iter().any(|b| b.meets(&area)) => {
            plot.put(&lines, &area, Anchor::Start, Kind::Name, Some(Role::Paper));
        }
        _ => plot.below.push((name.label.text.clone(), name.hue)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_pushed_apart_as_little_as_possible() {
        assert_eq!(apart(&[(10.0, 10.0), (50.0, 10.0)], 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(apart(&[(50.0, 10.0), (50.0, 10.0)], 0.0, 100.0), [45.0, 55.0]);
        assert_eq!(apart(&[(95.0, 10.0), (95.0, 10.0), (95.0, 10.0)], 0.0, 100.0), [70.0, 80.0, 90.0]);
        let tops = apart(&[(1.0, 12.0), (2.0, 12.0), (3.0, 12.0), (40.0, 12.0)], 0.0, 60.0);
        assert!(tops.windows(2).all(|w| w[0] + 12.0 <= w[1] + 1e-9), "{tops:?}");
    }
}
