//! One panel's plot: its frame, its scales, and the strokes that layers are made of.

use crate::font::{Weight, width};
use crate::geometry::{Pt, Rect, clip_line, clip_polygon, pt};
use crate::ground::Ground;
use crate::scale::Scale;
use crate::scene::{ASCENT, Anchor, DESCENT, Kind, Scene, Shape, Style, Word};
use crate::sizes::Sizes;
use crate::theme::Role;
use mllab_core::figure::{Dash, Hue, Mark};

/// Where a layer draws.
pub struct Plot<'a> {
    pub scene: &'a mut Scene,
    pub ground: &'a mut Ground,
    pub sizes: &'a Sizes,
    pub frame: Rect,
    /// The room that labels beside the plot may use: to the right edge of the panel's cell.
    pub cell: Rect,
    pub x: Scale,
    pub y: Scale,
    /// Px between two places of a category axis.
    pub slot: f64,
    /// Whether bars, boxes and strips lie on their side.
    pub lies: bool,
    /// Tinted stretches, that words may stand on.
    pub stretches: Vec<(Rect, Role)>,
    /// Words that found no free place: they go below the plot.
    pub below: Vec<(String, Hue)>,
}

impl Plot<'_> {
    /// Where a pair of values stands.
    pub fn at(&self, x: f64, y: f64) -> Pt {
        pt(self.x.px(x), self.y.px(y))
    }

    /// Where `value` at a category's place stands, upright or lying.
    pub fn at_category(&self, place: f64, shift: f64, value: f64) -> Pt {
        if self.lies {
            pt(self.x.px_floor(value), self.y.px(place) + shift)
        } else {
            pt(self.x.px(place) + shift, self.y.px_floor(value))
        }
    }

    /// A series' course, cut at the frame and thinned where it is denser than can be seen.
    pub fn line(&mut self, points: &[Pt], style: Style) {
        for piece in clip_line(points, &self.frame) {
            self.ground.line(&piece);
            self.scene.line(crate::thin::thinned(piece), style);
        }
    }

    /// An area cut at the frame.
    pub fn area(&mut self, points: &[Pt], style: Style) {
        let clipped = clip_polygon(points, &self.frame);
        self.scene.area(clipped, style);
    }

    /// A rectangle cut at the frame; takes its ground.
    pub fn block(&mut self, rect: Rect, style: Style) -> Option<Rect> {
        let clipped = rect.clipped(&self.frame)?;
        self.ground.area(&clipped);
        self.scene.block(clipped, style);
        Some(clipped)
    }

    /// A whisker from `low` to `high`, with caps of half-width `cap`.
    pub fn whisker(&mut self, low: Pt, high: Pt, cap: f64, style: Style) {
        if !low.is_finite() || !high.is_finite() {
            return;
        }
        let upright = low.x == high.x;
        let (cx, cy) = if upright { (cap, 0.0) } else { (0.0, cap) };
        self.line(&[low, high], style);
        if cap > 0.0 {
            for end in [low, high] {
                if self.frame.grown(0.5).contains(end) {
                    self.scene.line(vec![pt(end.x - cx, end.y - cy), pt(end.x + cx, end.y + cy)], style);
                }
            }
        }
    }

    /// A mark of radius `r`, with an edge of paper that parts it from its neighbours.
    pub fn mark(&mut self, at: Pt, r: f64, mark: Mark, hue: Hue) {
        if at.is_finite() && self.frame.grown(0.5).contains(at) {
            self.ground.area(&Rect::new(pt(at.x - r, at.y - r), pt(at.x + r, at.y + r)));
            draw_mark(self.scene, at, r, mark, hue);
        }
    }

    /// Words at a place inside the plot, taking their ground; the halo has the colour that they stand on.
    pub fn put(&mut self, lines: &[Line], area: &Rect, anchor: Anchor, kind: Kind, halo: Option<Role>) {
        let x = match anchor {
            Anchor::Start => area.left,
            Anchor::Middle => f64::midpoint(area.left, area.right),
            Anchor::End => area.right,
        };
        let mut y = area.top;
        for line in lines {
            let baseline = y + ASCENT * line.size;
            self.scene.word(Word {
                text: line.text.clone(),
                at: pt(x, baseline),
                size: line.size,
                weight: line.weight,
                anchor,
                kind,
                upright: false,
                role: line.role,
                halo,
            });
            y += LEADING * line.size;
        }
        self.ground.boxes.push(*area);
    }
}

/// One line of a text to be placed.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    pub size: f64,
    pub weight: Weight,
    pub role: Role,
}

/// Distance of baselines, as a share of the size.
pub const LEADING: f64 = 1.22;

/// Width and height of lines set below each other.
pub fn extent(lines: &[Line]) -> (f64, f64) {
    let wide = lines.iter().map(|l| width(&l.text, l.size, l.weight)).fold(0.0, f64::max);
    let Some(last) = lines.last() else { return (0.0, 0.0) };
    let high: f64 = lines[..lines.len() - 1].iter().map(|l| LEADING * l.size).sum();
    (wide, high + (ASCENT + DESCENT) * last.size)
}

/// Draws a mark anywhere: in a plot or in a legend.
pub fn draw_mark(scene: &mut Scene, at: Pt, r: f64, mark: Mark, hue: Hue) {
    let solid = Style::fill(Role::Series(hue)).edged(Role::Paper, 1.1);
    let polygon = |corners: &[(f64, f64)]| corners.iter().map(|(x, y)| pt(at.x + r * x, at.y + r * y)).collect();
    match mark {
        Mark::Disc => scene.add(Shape::Disc(at, r), solid),
        Mark::Ring => scene.add(Shape::Disc(at, 0.86 * r), Style::fill(Role::Paper).edged(Role::Series(hue), 1.7)),
        Mark::Square => {
            scene.area(polygon(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]), solid);
        }
        Mark::Triangle => scene.area(polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]), solid),
        Mark::TriangleDown => scene.area(polygon(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]), solid),
        Mark::Diamond => scene.area(polygon(&[(0.0, -1.25), (1.15, 0.0), (0.0, 1.25), (-1.15, 0.0)]), solid),
        Mark::Cross => {
            let style = Style::stroke(Role::Series(hue), 1.8);
            scene.line(polygon(&[(-0.85, -0.85), (0.85, 0.85)]), style);
            scene.line(polygon(&[(-0.85, 0.85), (0.85, -0.85)]), style);
        }
    }
}

/// A stroke in a series' colour.
pub fn series(hue: Hue, width: f64, dash: Dash) -> Style {
    Style::stroke(Role::Series(hue), width).dashed(dash)
}
