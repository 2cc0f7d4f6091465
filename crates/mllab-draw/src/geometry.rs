//! Points, rectangles, and clipping that keeps a line's slope.

/// A place on the canvas, in px from the upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pt {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// Shorthand for a place.
pub const fn pt(x: f64, y: f64) -> Pt {
    Pt { x, y }
}

impl Pt {
    /// Whether both coordinates are numbers.
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }

    /// How far it is to `other`.
    pub fn distance(self, other: Pt) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A rectangle on the canvas, in px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Rect {
    /// From two corners in any order.
    pub fn new(a: Pt, b: Pt) -> Self {
        Rect { left: a.x.min(b.x), top: a.y.min(b.y), right: a.x.max(b.x), bottom: a.y.max(b.y) }
    }

    /// From left to right.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Larger by `by` on each side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// Whether `p` lies inside or on the edge.
    pub fn contains(&self, p: Pt) -> bool {
        self.left <= p.x && p.x <= self.right && self.top <= p.y && p.y <= self.bottom
    }

    /// Whether `inner` lies inside.
    pub fn holds(&self, inner: &Rect) -> bool {
        self.left <= inner.left && inner.right <= self.right && self.top <= inner.top && inner.bottom <= self.bottom
    }

    /// Whether the two share an area.
    pub fn meets(&self, other: &Rect) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// The part inside `frame`, where there is any.
    pub fn clipped(&self, frame: &Rect) -> Option<Rect> {
        let r = Rect {
            left: self.left.max(frame.left),
            top: self.top.max(frame.top),
            right: self.right.min(frame.right),
            bottom: self.bottom.min(frame.bottom),
        };
        (r.left < r.right && r.top < r.bottom).then_some(r)
    }
}

/// The part of the piece from `a` to `b` inside `frame` (Liang and Barsky 1984).
pub fn clip_segment(a: Pt, b: Pt, frame: &Rect) -> Option<(Pt, Pt)> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (p, q) in [(-dx, a.x - frame.left), (dx, frame.right - a.x), (-dy, a.y - frame.top), (dy, frame.bottom - a.y)] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    (enter <= leave).then(|| {
        let at = |t: f64| pt(a.x + t * dx, a.y + t * dy);
        (if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b })
    })
}

/// The pieces of a polyline inside `frame`, broken where a point is no number and where the line leaves.
pub fn clip_line(points: &[Pt], frame: &Rect) -> Vec<Vec<Pt>> {
    let mut pieces: Vec<Vec<Pt>> = Vec::new();
    let mut open = false;
    for (i, &p) in points.iter().enumerate() {
        if !p.is_finite() {
            open = false;
            continue;
        }
        let alone = (i == 0 || !points[i - 1].is_finite()) && points.get(i + 1).is_none_or(|next| !next.is_finite());
        if alone {
            if frame.contains(p) {
                pieces.push(vec![p]);
            }
            open = false;
            continue;
        }
        let Some(&previous) = i.checked_sub(1).and_then(|i| points.get(i)).filter(|p| p.is_finite()) else {
            open = false;
            continue;
        };
        match clip_segment(previous, p, frame) {
            None => open = false,
            Some((a, b)) => {
                if open && a == previous {
                    if let Some(piece) = pieces.last_mut() {
                        piece.push(b);
                    }
                } else {
                    pieces.push(vec![a, b]);
                }
                open = b == p;
            }
        }
    }
    pieces
}

/// The part of a polygon inside `frame` (Sutherland and Hodgman 1974).
pub fn clip_polygon(points: &[Pt], frame: &Rect) -> Vec<Pt> {
    let mut current = points.to_vec();
    for side in 0..4 {
        let inside = |p: Pt| match side {
            0 => frame.left <= p.x,
            1 => p.x <= frame.right,
            2 => frame.top <= p.y,
            _ => p.y <= frame.bottom,
        };
        let cross = |a: Pt, b: Pt| match side {
            0 | 1 => {
                let x = if side == 0 { frame.left } else { frame.right };
                pt(x, a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x))
            }
            _ => {
                let y = if side == 2 { frame.top } else { frame.bottom };
                pt(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y), y)
            }
        };
        let mut next = Vec::with_capacity(current.len() + 4);
        for (i, &p) in current.iter().enumerate() {
            let before = current[(i + current.len() - 1) % current.len()];
            if inside(p) != inside(before) {
                next.push(cross(before, p));
            }
            if inside(p) {
                next.push(p);
            }
        }
        current = next;
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Rect = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };

    #[test]
    fn a_clipped_line_keeps_its_slope() {
        for (a, b) in
            [(pt(-50.0, 20.0), pt(150.0, 80.0)), (pt(50.0, 50.0), pt(60.0, 1e13)), (pt(10.0, -5e4), pt(12.0, 50.0))]
        {
            let (c, d) = clip_segment(a, b, &FRAME).unwrap();
            let slope = |a: Pt, b: Pt| (b.y - a.y) / (b.x - a.x);
            assert!((slope(a, b) / slope(c, d) - 1.0).abs() < 1e-2, "{c:?} {d:?}");
            assert!(FRAME.grown(1e-6).contains(c) && FRAME.grown(1e-6).contains(d));
        }
        assert_eq!(clip_segment(pt(-10.0, -10.0), pt(-5.0, 200.0), &FRAME), None);
    }

    #[test]
    fn lines_break_at_gaps_and_at_the_border() {
        let nan = pt(5.0, f64::NAN);
        let line =
            [pt(0.0, 10.0), pt(10.0, 10.0), nan, pt(20.0, 20.0), nan, pt(30.0, 50.0), pt(40.0, 150.0), pt(50.0, 50.0)];
        let pieces = clip_line(&line, &FRAME);
        assert_eq!(pieces.len(), 4);
        assert_eq!(pieces[1], vec![pt(20.0, 20.0)]);
        assert_eq!(pieces[2], vec![pt(30.0, 50.0), pt(35.0, 100.0)]);
        assert_eq!(pieces[3], vec![pt(45.0, 100.0), pt(50.0, 50.0)]);
    }

    #[test]
    fn polygons_are_cut_at_the_border() {
        let cut = clip_polygon(&[pt(-50.0, 20.0), pt(50.0, 20.0), pt(50.0, 200.0), pt(-50.0, 200.0)], &FRAME);
        assert!(cut.iter().all(|&p| FRAME.contains(p)));
        assert_eq!(cut.len(), 4);
    }
}
