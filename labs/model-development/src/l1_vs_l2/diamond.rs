//! Why lasso has zeros and ridge has not: where the level lines of one loss first touch the diamond and the circle.

use super::{LASSO, RIDGE};
use mllab_core::figure::{Contours, Grid};
use mllab_core::prelude::*;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::linear::{Penalty, Ready, gram};

/// Draws both.
pub fn draw(outcome: &mut Outcome) -> Result<(), LabError> {
    // Two features of which the second matters little: enough for least squares, not for the corner.
    let truth = Linear { weights: vec![1.6, 0.4], noise: 0.4, correlation: Correlation::Twins(0.4) };
    let ready = Ready::new(&truth.draw(200, &Stream::root(1).child("diamond and circle", 0)))?;
    let free = ready.unpenalised()?.at(0);
    let lasso = ready.path(Penalty::Absolute, &[0.8])?.at(0);
    let budget = lasso.iter().map(|w| w.abs()).sum::<f64>();
    // The ridge penalty whose weights are as long as the diamond reaches, by bisection.
    let (mut weak, mut strong) = (1e-3, 100.0);
    for _ in 0..60 {
        let middle = f64::sqrt(weak * strong);
        let length = ready.path(Penalty::Squared, &[middle])?.length(0);
        if length > budget { weak = middle } else { strong = middle }
    }
    let ridge = ready.path(Penalty::Squared, &[weak])?.at(0);
    let mut touches = Table::named("touches").with_word("arm").with_numbers(&["w1", "w2", "budget"], "1");
    for (name, w) in [("least squares", &free), ("lasso", &lasso), ("ridge", &ridge)] {
        touches.put((name, w[0], w[1], budget));
    }

    let gram = gram(ready.x.view());
    let loss = |a: f64, b: f64| {
        let (da, db) = (a - free[0], b - free[1]);
        0.5 * (gram[[0, 0]] * da * da + 2.0 * gram[[0, 1]] * da * db + gram[[1, 1]] * db * db)
    };
    let diamond = vec![(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
    let angles = (0..=120).map(|i| std::f64::consts::TAU * f64::from(i) / 120.0);
    let circle = angles.map(|angle| (libm::cos(angle), libm::sin(angle))).collect();
    let panel = |title: &str, outline: Vec<(f64, f64)>, height: &dyn Fn(f64) -> f64, w: &[f64], hue, words| {
        let axis =
            |label: &str, ends: [f64; 2]| Axis::linear(label).range(ends[0], ends[1]).ticks([-1.0, 0.0, 1.0, 2.0]);
        let (across, upwards) = ([-1.2, 2.6], [-1.2, 1.6]);
        let (x, y) = outline.iter().map(|(a, b)| (budget * a, budget * b)).unzip();
        let rim: Vec<f64> = (0..=80).map(|i| budget * (f64::from(i) / 40.0 - 1.0)).collect();
        let (lower, upper): (Vec<f64>, Vec<f64>) = rim.iter().map(|&x| (-height(x), height(x))).unzip();
        let levels = [0.15, 0.5, 1.0, 1.8, 3.0].map(|share| share * loss(w[0], w[1])).to_vec();
        Panel::new(axis("first weight", across), axis("second weight", upwards))
            .title(title)
            .equal_aspect()
            .layer(Line::new(rim, upper.clone(), hue).band(lower, upper).thin())
            .layer(Contours { grid: Grid::tabulate(across, upwards, 96, 72, loss), levels, hue: Hue::Grey })
            .layer(Path { x, y, dots: false, arrow: false, hue, label: None })
            .points(touches.of(("least squares",)), "w1", "w2", &Look::new("", Hue::Ink).mark(Mark::Cross).unnamed())
            .layer(Points::new(vec![w[0]], vec![w[1]], Mark::Disc, Hue::Ink))
            .note(Note::arrow([1.5, -0.8], [w[0] + 0.03, w[1] - 0.06], words, hue))
    };
    let below_diamond = |x: f64| budget - x.abs();
    let below_circle = |x: f64| (budget * budget - x * x).max(0.0).sqrt();
    let title = Title::say(
        "The loss meets the diamond at its corner, where the second weight is {}; on the circle it stays at {}",
        ["lasso", "ridge"].map(|arm| touches.cite("w2", (arm,), |v| shown::number(v, 2))),
    );
    let figure = Figure::new("diamond-and-circle", title)
        .subtitle("All weights that a penalty allows, of two features, and the loss around its minimum: lines join weights of equal loss. The cross is the least loss of all, the dot the least that is allowed.")
        .alt("Two maps of the plane of weights with the oval level lines of the same loss. On the left the lines first touch a diamond at its right corner, on the horizontal axis, so the second weight is zero. On the right they first touch a circle above the axis, so both weights stay.")
        .grid(2, true)
        .panel(panel("Lasso: |w₁| + |w₂| ≤ t", diamond, &below_diamond, &lasso, LASSO.hue, "at a corner:\nw₂ is exactly 0"))
        .panel(panel("Ridge: w₁² + w₂² ≤ t²", circle, &below_circle, &ridge, RIDGE.hue, "on its round side:\nboth weights stay"));
    outcome.show(figure, [touches]);
    Ok(())
}
