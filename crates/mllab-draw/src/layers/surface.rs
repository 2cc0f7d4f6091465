//! Decision regions and level lines.

use crate::contour::{level_lines, level_set};
use crate::geometry::{Pt, pt};
use crate::plot::{Plot, series};
use crate::scene::{Shape, Style};
use crate::theme::Role;
use crate::thin::straightened;
use mllab_core::figure::{Contours, Dash, Grid, Regions};

/// Tints from the boundary to certainty.
const STEPS: u8 = 6;

/// From cells and parts of cells, counted from the centre of the first, to places.
fn placed(plot: &Plot<'_>, grid: &Grid, line: &[(f64, f64)]) -> Vec<Pt> {
    let value =
        |ends: [f64; 2], n: usize, at: f64| ends[0] + (ends[1] - ends[0]) * ((at + 0.5) / n as f64).clamp(0.0, 1.0);
    let points: Vec<Pt> = line
        .iter()
        .map(|&(column, row)| {
            pt(plot.x.px(value(grid.x, grid.columns, column)), plot.y.px(value(grid.y, grid.rows, row)))
        })
        .collect();
    straightened(&points, 0.15)
}

pub fn regions(plot: &mut Plot<'_>, l: &Regions) {
    // Opaque tints over each other, from the first class' certainty to the second's: no seams, and each edge is one
    // level line.
    let ground = crate::geometry::Rect::new(plot.at(l.grid.x[0], l.grid.y[0]), plot.at(l.grid.x[1], l.grid.y[1]));
    let tint = |hue, step: u8| Style::fill(Role::Tint(hue, step)).even_odd();
    if let Some(ground) = ground.clipped(&plot.frame) {
        plot.scene.block(ground, tint(l.hues.0, STEPS));
    }
    let part = |step: u8| f64::from(step) / f64::from(STEPS);
    let below = (1..STEPS).map(|step| (l.boundary * part(step), tint(l.hues.0, STEPS - step)));
    let above = (0..STEPS).map(|step| (l.boundary + (1.0 - l.boundary) * part(step), tint(l.hues.1, 1 + step)));
    for (level, style) in below.chain(above) {
        for ring in level_set(&l.grid, level) {
            let ring = placed(plot, &l.grid, &ring);
            plot.area(&ring, style);
        }
    }
    for line in level_lines(&l.grid, l.boundary) {
        let line = placed(plot, &l.grid, &line);
        plot.line(&line, Style::stroke(Role::Ink, 1.7));
    }
}

pub fn contours(plot: &mut Plot<'_>, l: &Contours) {
    for &level in &l.levels {
        for line in level_lines(&l.grid, level) {
            let points = placed(plot, &l.grid, &line);
            let style = series(l.hue, 1.0, Dash::Solid);
            for piece in crate::geometry::clip_line(&points, &plot.frame) {
                // Names may cross level lines: they are the ground, not the data.
                plot.scene.add(Shape::Line(piece), style);
            }
        }
    }
}
