//! Level lines of a grid by marching squares, joined into long lines.

use mllab_core::figure::Grid;
use std::collections::BTreeMap;

/// A place on the grid: columns and rows from the centre of the first cell.
type Place = (f64, f64);

/// The lines on which the surface has the value `level`, open at the grid's border.
pub fn level_lines(grid: &Grid, level: f64) -> Vec<Vec<Place>> {
    let field = Field { columns: grid.columns, rows: grid.rows, value: &|c, r| grid.values[r * grid.columns + c] };
    march(&field, level)
}

/// Rings around the area where the surface reaches `level`, closed along the border; holes are rings too.
pub fn level_set(grid: &Grid, level: f64) -> Vec<Vec<Place>> {
    if grid.values.is_empty() {
        return Vec::new();
    }
    // Two rings of cells around the grid: the border's own values half a cell out, then nothing.
    let inner = |c: usize, r: usize| {
        let clamp = |i: usize, n: usize| i.saturating_sub(2).min(n - 1);
        grid.values[clamp(r, grid.rows) * grid.columns + clamp(c, grid.columns)]
    };
    let (columns, rows) = (grid.columns + 4, grid.rows + 4);
    let value = |c: usize, r: usize| {
        if c == 0 || r == 0 || c == columns - 1 || r == rows - 1 { f64::NEG_INFINITY } else { inner(c, r) }
    };
    let lines = march(&Field { columns, rows, value: &value }, level);
    // Back to the grid's own counting, with everything beyond its border drawn in to it.
    let fold = |at: f64, n: usize| (at - 2.0).clamp(-0.5, n as f64 - 0.5);
    lines
        .into_iter()
        .map(|line| line.into_iter().map(|(c, r)| (fold(c, grid.columns), fold(r, grid.rows))).collect())
        .collect()
}

struct Field<'a> {
    columns: usize,
    rows: usize,
    value: &'a dyn Fn(usize, usize) -> f64,
}

fn march(field: &Field<'_>, level: f64) -> Vec<Vec<Place>> {
    let Field { columns, rows, value } = *field;
    // Edges between neighbouring cells: to the right (even) and upwards (odd).
    let right = |c: usize, r: usize| 2 * (r * columns + c);
    let up = |c: usize, r: usize| 2 * (r * columns + c) + 1;
    let mut pieces = Vec::new();
    for r in 0..rows.saturating_sub(1) {
        for c in 0..columns.saturating_sub(1) {
            let corners = [value(c, r), value(c + 1, r), value(c + 1, r + 1), value(c, r + 1)];
            if corners.iter().any(|v| v.is_nan()) {
                continue;
            }
            let case = corners.iter().enumerate().fold(0, |case, (i, &v)| case | (usize::from(level <= v) << i));
            let (south, east, north, west) = (right(c, r), up(c + 1, r), right(c, r + 1), up(c, r));
            let centre = corners.iter().sum::<f64>() / 4.0;
            let high_centre = level <= centre;
            match case {
                1 | 14 => pieces.push((west, south)),
                2 | 13 => pieces.push((south, east)),
                3 | 12 => pieces.push((west, east)),
                4 | 11 => pieces.push((east, north)),
                6 | 9 => pieces.push((south, north)),
                7 | 8 => pieces.push((north, west)),
                5 if high_centre => pieces.extend([(south, east), (north, west)]),
                5 => pieces.extend([(west, south), (east, north)]),
                10 if high_centre => pieces.extend([(west, south), (east, north)]),
                10 => pieces.extend([(south, east), (north, west)]),
                _ => {}
            }
        }
    }
    let place = |edge: usize| {
        let (c, r) = ((edge / 2) % columns, edge / 2 / columns);
        let (c1, r1) = if edge.is_multiple_of(2) { (c + 1, r) } else { (c, r + 1) };
        let (a, b) = (value(c, r), value(c1, r1));
        let t = match (a.is_finite(), b.is_finite()) {
            (true, true) => ((level - a) / (b - a)).clamp(0.0, 1.0),
            (true, false) => 0.0,
            _ => 1.0,
        };
        (c as f64 + t * (c1 - c) as f64, r as f64 + t * (r1 - r) as f64)
    };
    chains(&pieces).into_iter().map(|chain| chain.into_iter().map(place).collect()).collect()
}

/// Joins pieces that share an end into lines as long as possible; a ring ends where it began.
pub fn chains(pieces: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, &(a, b)) in pieces.iter().enumerate() {
        at.entry(a).or_default().push(i);
        at.entry(b).or_default().push(i);
    }
    let mut used = vec![false; pieces.len()];
    let mut lines = Vec::new();
    // Open lines first, from their ends; what is left are rings.
    let ends = at.iter().filter(|(_, touching)| touching.len() == 1).map(|(&end, _)| end);
    let starts: Vec<usize> = ends.chain(pieces.iter().map(|piece| piece.0)).collect();
    for start in starts {
        let mut line = vec![start];
        let mut here = start;
        while let Some(&next) = at[&here].iter().find(|&&i| !used[i]) {
            used[next] = true;
            let (a, b) = pieces[next];
            here = if a == here { b } else { a };
            line.push(here);
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_without_cells_has_no_lines() {
        for (columns, rows) in [(0, 3), (3, 0), (0, 0)] {
            let grid = Grid { x: [0.0, 1.0], y: [0.0, 1.0], columns, rows, values: Vec::new() };
            assert!(level_set(&grid, 0.5).is_empty() && level_lines(&grid, 0.5).is_empty());
        }
    }

    #[test]
    fn a_circle_is_one_ring_of_its_radius() {
        let grid = Grid::tabulate([-2.0, 2.0], [-2.0, 2.0], 80, 80, |x, y| -x.hypot(y));
        for rings in [level_lines(&grid, -1.0), level_set(&grid, -1.0)] {
            assert_eq!(rings.len(), 1);
            assert_eq!(rings[0].first(), rings[0].last());
            for (c, r) in &rings[0] {
                let (x, y) = (-2.0 + (c + 0.5) / 20.0, -2.0 + (r + 0.5) / 20.0);
                assert!((x.hypot(y) - 1.0).abs() < 0.01);
            }
        }
    }

    #[test]
    fn an_area_at_the_border_is_closed_along_it() {
        let grid = Grid::tabulate([0.0, 1.0], [0.0, 1.0], 10, 10, |x, _| x);
        let rings = level_set(&grid, 0.5);
        assert_eq!(rings.len(), 1);
        let reach =
            |f: fn(&Place) -> f64| rings[0].iter().map(f).fold((9.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        assert_eq!(reach(|p| p.1), (-0.5, 9.5));
        assert_eq!(reach(|p| p.0), (4.5, 9.5));
    }
}
