//! Where words may stand: what is already there, and the search for a free place.

use crate::geometry::{Pt, Rect, pt};
use std::cell::OnceCell;
use std::collections::HashMap;

/// What a plot already holds: places of data, and boxes of words.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// Data: vertices, marks, and lines sampled every few px.
    dots: Tiles,
    /// Lines of notes, sampled: crossing one is a blemish, not a fault.
    faint: Tiles,
    /// Words.
    pub boxes: Vec<Rect>,
}

/// Courses of lines, and once somebody asks their places by the tile that they lie in: a figure whose names all stand
/// in the margin never asks.
#[derive(Clone, Debug, Default)]
struct Tiles {
    /// Points of all courses, each closed by a place that is none.
    courses: Vec<Pt>,
    places: OnceCell<HashMap<(i32, i32), Vec<Pt>>>,
}

/// Side of a tile in px.
const TILE: f64 = 16.0;

fn tile(v: f64) -> i32 {
    (v / TILE).floor() as i32
}

impl Tiles {
    fn add(&mut self, course: &[Pt]) {
        self.courses.extend_from_slice(course);
        self.courses.push(pt(f64::NAN, f64::NAN));
        if let Some(places) = self.places.get_mut() {
            samples(course, |p| places.entry((tile(p.x), tile(p.y))).or_default().push(p));
        }
    }

    fn within(&self, area: &Rect) -> usize {
        let places = self.places.get_or_init(|| {
            let mut places: HashMap<(i32, i32), Vec<Pt>> = HashMap::new();
            samples(&self.courses, |p| places.entry((tile(p.x), tile(p.y))).or_default().push(p));
            places
        });
        let mut n = 0;
        for x in tile(area.left)..=tile(area.right) {
            for y in tile(area.top)..=tile(area.bottom) {
                n += places.get(&(x, y)).map_or(0, |places| places.iter().filter(|&&p| area.contains(p)).count());
            }
        }
        n
    }
}

/// How far apart the samples of a line stand, in px.
const SAMPLE: f64 = 4.0;

impl Ground {
    /// The courses of all data, parted by places that are none.
    pub fn courses(&self) -> &[Pt] {
        &self.dots.courses
    }

    /// Marks a place as taken.
    pub fn dot(&mut self, p: Pt) {
        self.dots.add(&[p]);
    }

    /// Marks the course of a line as taken.
    pub fn line(&mut self, points: &[Pt]) {
        self.dots.add(points);
    }

    /// Marks the course of a note's line.
    pub fn faint_line(&mut self, points: &[Pt]) {
        self.faint.add(points);
    }

    /// Marks a whole area as taken.
    pub fn area(&mut self, r: &Rect) {
        let rows = (r.height() / SAMPLE).ceil().clamp(1.0, 200.0) as usize;
        for row in 0..=rows {
            let y = r.top + r.height() * row as f64 / rows as f64;
            self.line(&[pt(r.left, y), pt(r.right, y)]);
        }
    }

    /// What it would cost to stand in `area`: nothing where the place is free.
    pub fn cost(&self, area: &Rect, frame: &Rect) -> f64 {
        let near = area.grown(3.0);
        let mut cost = 0.0;
        if !frame.holds(area) {
            let out = |low: f64, high: f64| low.max(0.0) + high.max(0.0);
            let over = out(frame.left - area.left, area.right - frame.right)
                + out(frame.top - area.top, area.bottom - frame.bottom);
            cost += 400.0 + 10.0 * over;
        }
        cost += 2000.0 * self.boxes.iter().filter(|b| b.meets(&near)).count() as f64;
        cost += 60.0 * self.dots.within(&near) as f64;
        cost + 14.0 * self.faint.within(&near) as f64
    }

    /// Whether words in `area` would cover data, meet words, or leave `frame`.
    pub fn blocked(&self, area: &Rect, frame: &Rect) -> bool {
        !frame.grown(1.0).holds(area) || self.boxes.iter().any(|b| b.meets(area)) || self.dots.within(area) > 0
    }

    /// The cheapest of `candidates`, each a place with a cost of its own, and what it costs; `further` adds what only
    /// the caller knows. Nothing where none costs less than `limit`.
    pub fn choose(
        &self,
        candidates: impl IntoIterator<Item = (Rect, f64)>,
        frame: &Rect,
        limit: f64,
        further: impl Fn(&Rect) -> Option<f64>,
    ) -> Option<(Rect, f64)> {
        let (mut best, mut least) = (None, limit);
        for (area, own) in candidates {
            if least <= own {
                continue;
            }
            let Some(more) = further(&area) else { continue };
            let cost = own + more + self.cost(&area, frame);
            if cost < least {
                best = Some(area);
                least = cost;
            }
        }
        best.map(|area| (area, least))
    }
}

/// Places along courses, every few px.
pub fn samples(courses: &[Pt], mut place: impl FnMut(Pt)) {
    for (i, &a) in courses.iter().enumerate().filter(|(_, p)| p.is_finite()) {
        place(a);
        if let Some(&b) = courses.get(i + 1).filter(|p| p.is_finite()) {
            let n = (a.distance(b) / SAMPLE).ceil().clamp(1.0, 1000.0) as usize;
            for j in 1..n {
                let t = j as f64 / n as f64;
                place(pt(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)));
            }
        }
    }
}

/// Places of a box around its wanted place, nearest first in cost.
pub fn around(wanted: Rect, reach: f64) -> impl Iterator<Item = (Rect, f64)> {
    const STEP: f64 = 7.0;
    let n = (reach / STEP) as i32;
    (0..=n).flat_map(move |ring| {
        let side = -ring..=ring;
        side.flat_map(move |i| {
            let on_edge = i.abs() == ring;
            (-ring..=ring).filter(move |j| on_edge || j.abs() == ring).map(move |j| {
                let (dx, dy) = (f64::from(i) * STEP, f64::from(j) * STEP);
                (shifted(&wanted, dx, dy), 0.7 * dx.hypot(1.3 * dy))
            })
        })
    })
}

/// A box moved by (`dx`, `dy`).
pub fn shifted(r: &Rect, dx: f64, dy: f64) -> Rect {
    Rect { left: r.left + dx, top: r.top + dy, right: r.right + dx, bottom: r.bottom + dy }
}
