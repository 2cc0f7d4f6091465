//! Fewer points where more cannot be seen.

use crate::geometry::Pt;

/// A line whose every visible turn is kept: first, lowest, highest and last point of each half px column where points
/// are denser than that (as M4 does, Jugel et al. 2014), then points within 0.12 px of the straight line dropped.
pub fn thinned(points: Vec<Pt>) -> Vec<Pt> {
    let points = if points.len() > 1500 { per_column(&points) } else { points };
    if points.len() < 100 { points } else { straightened(&points, 0.12) }
}

fn per_column(points: &[Pt]) -> Vec<Pt> {
    let column = |p: &Pt| (2.0 * p.x).floor();
    let mut out = Vec::new();
    for group in points.chunk_by(|a, b| column(a) == column(b)) {
        if group.len() <= 4 {
            out.extend_from_slice(group);
            continue;
        }
        let by_y = |a: &usize, b: &usize| group[*a].y.total_cmp(&group[*b].y);
        let mut keep = [
            0,
            (0..group.len()).min_by(by_y).unwrap_or(0),
            (0..group.len()).max_by(by_y).unwrap_or(0),
            group.len() - 1,
        ];
        keep.sort_unstable();
        out.extend(keep.iter().map(|&i| group[i]));
    }
    out
}

/// Without the points that lie within `tolerance` px of the line without them (Douglas and Peucker 1973).
pub fn straightened(points: &[Pt], tolerance: f64) -> Vec<Pt> {
    let mut keep = vec![false; points.len()];
    let mut open = vec![(0, points.len().saturating_sub(1))];
    for end in [0, points.len().saturating_sub(1)] {
        if let Some(k) = keep.get_mut(end) {
            *k = true;
        }
    }
    while let Some((a, b)) = open.pop() {
        let far = (a + 1..b).map(|i| (i, off(points[i], points[a], points[b]))).max_by(|p, q| p.1.total_cmp(&q.1));
        if let Some((i, distance)) = far
            && tolerance < distance
        {
            keep[i] = true;
            open.push((a, i));
            open.push((i, b));
        }
    }
    points.iter().zip(keep).filter_map(|(&p, keep)| keep.then_some(p)).collect()
}

/// Distance of `p` from the piece between `a` and `b`.
fn off(p: Pt, a: Pt, b: Pt) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx * dx + dy * dy;
    if length == 0.0 {
        return p.distance(a);
    }
    let t = (((p.x - a.x) * dx + (p.y - a.y) * dy) / length).clamp(0.0, 1.0);
    (p.x - a.x - t * dx).hypot(p.y - a.y - t * dy)
}
