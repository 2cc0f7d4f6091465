//! A valley seen from above, with the walk of the weights through it.

use mllab_core::figure::{Axis, Contours, Format, Grid, Hue, Panel, Path};
use mllab_core::{Cell, Table};
use mllab_kit::descent::{Method, Objective, Quadratic, descend};

/// One walk.
pub struct Walk {
    pub method: Method,
    pub rate: f64,
    pub steps: usize,
    pub start: [f64; 2],
    pub hue: Hue,
}

/// The map between `x` and `y` with the walk on it; adds a row a step to `table`: `key`, step, and the two weights.
pub fn panel(valley: &Quadratic, walk: &Walk, x: [f64; 2], y: [f64; 2], key: &Cell, table: &mut Table) -> Panel {
    let (mut weights, mut path_x, mut path_y) = (walk.start, Vec::new(), Vec::new());
    descend(
        valley,
        walk.method,
        &mut weights,
        walk.steps,
        |_| walk.rate,
        |moment| {
            let [w1, w2] = [moment.weights[0], moment.weights[1]];
            table.row([key.clone(), moment.step.into(), w1.into(), w2.into()]);
            path_x.push(w1);
            path_y.push(w2);
            true
        },
    );
    let mut unused = [0.0; 2];
    let grid = Grid::tabulate(x, y, 80, 80, |a, b| valley.slope(&[a, b], &mut unused));
    let plane = |label: &str, ends: [f64; 2]| Axis::linear(label).range(ends[0], ends[1]).format(Format::Hidden);
    Panel::new(plane("first weight", x), plane("second weight", y))
        .layer(Contours { grid, levels: vec![0.1, 0.5, 1.5, 3.5, 7.0, 13.0], hue: Hue::Grey })
        .layer(Path { x: path_x, y: path_y, dots: true, arrow: false, hue: walk.hue, label: None })
        .equal_aspect()
}
