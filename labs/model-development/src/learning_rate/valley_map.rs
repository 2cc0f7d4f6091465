//! A loss of two weights seen from above, with the walks of the weights over it.

use mllab_core::figure::{Contours, Grid};
use mllab_core::prelude::*;
use mllab_kit::descent::{Method, Objective, descend_at};

/// The map between `x` and `y`, with lines of equal loss.
pub fn map(loss: &impl Objective, x: [f64; 2], y: [f64; 2], n_cells: usize, levels: &[f64]) -> Panel {
    let mut weights = vec![0.0; loss.n_weights()];
    let mut unused = weights.clone();
    let grid = Grid::tabulate(x, y, n_cells, n_cells, |a, b| {
        weights[..2].copy_from_slice(&[a, b]);
        loss.slope(&weights, &mut unused)
    });
    let plane = |label: &str, ends: [f64; 2]| Axis::linear(label).range(ends[0], ends[1]).format(Format::Hidden);
    let contours = Contours { grid, levels: levels.to_vec(), hue: Hue::Grey };
    Panel::new(plane("first weight", x), plane("second weight", y)).layer(contours)
}

/// The map of a valley.
pub fn valley_map(valley: &impl Objective, x: [f64; 2], y: [f64; 2]) -> Panel {
    map(valley, x, y, 80, &[0.1, 0.5, 1.5, 3.5, 7.0, 13.0]).equal_aspect()
}

/// The first two weights before each step and after the last.
pub fn walk(loss: &impl Objective, method: Method, start: &[f64], steps: usize, rate: f64) -> Vec<[f64; 2]> {
    let mut places = Vec::with_capacity(steps + 1);
    descend_at(loss, method, &mut start.to_vec(), steps, rate, |moment| {
        places.push([moment.weights[0], moment.weights[1]]);
        true
    });
    places
}

/// The panel with a walk whose weights are `w1` and `w2`.
pub fn with_walk(panel: Panel, rows: &Rows, look: &Look) -> Panel {
    let label = look.named.map(|_| look.called.into());
    let (x, y) = (rows.numbers("w1"), rows.numbers("w2"));
    panel.draw(rows, &["w1", "w2"], Path { x, y, dots: true, arrow: false, hue: look.hue, label })
}
