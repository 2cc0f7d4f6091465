//! The plane of two weights: where resamples land, and why.

use super::{FREE, LASSO, RIDGE, times};
use crate::l1_vs_l2::fits::{Penalty, Ready};
use crate::l1_vs_l2::ledger::Ledger;
use crate::l1_vs_l2::twins::Weights;
use mllab_core::Stream;
use mllab_core::figure::{Axis, Contours, Grid, Hue, Layout, Line, Mark, Note, Panel, Path, Points};
use mllab_core::{Estimate, Figure, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::regressions::Linear;

/// The streak, the blob and the cloud that hugs the axes.
pub fn twins(runs: &[Vec<Weights>], lambda: f64, ledger: &mut Ledger) {
    let all: Vec<&Weights> = runs.iter().flatten().collect();
    // As many dots as can be told apart; the numbers rest on all of them.
    let drawn: Vec<&Weights> = all.iter().copied().step_by((all.len() / 400).max(1)).collect();
    let mut clouds = Table::new("clouds", &[("arm", ""), ("resample", "resamples"), ("w1", "1"), ("w2", "1")]);
    let mut spreads = Table::new(
        "spreads",
        &[("arm", ""), ("standard_deviation", "1"), ("low", "1"), ("high", "1"), ("dropped_twin", "share")],
    );
    let case = "two features have a correlation of 0.99";
    let mut panels = Vec::new();
    for (arm, name, hue) in [(0, "No penalty", FREE), (1, "Ridge (L2)", RIDGE), (2, "Lasso (L1)", LASSO)] {
        let sds: Vec<f64> = runs.iter().map(|run| spread(run, arm)).collect();
        let sd = Estimate::mean(&sds);
        let dropped = all.iter().filter(|w| w[arm].contains(&0.0)).count() as f64 / all.len() as f64;
        spreads.row([name.into(), sd.point.into(), sd.low.into(), sd.high.into(), dropped.into()]);
        for (i, w) in drawn.iter().enumerate() {
            clouds.row([name.into(), i.into(), w[arm][0].into(), w[arm][1].into()]);
        }
        let (x, y) = drawn.iter().map(|w| (w[arm][0], w[arm][1])).unzip();
        let axis = |label: &str| Axis::linear(label).range(-1.5, 3.5).ticks([-1.0, 0.0, 1.0, 2.0, 3.0]);
        panels.push(
            Panel::new(axis("weight of the first twin"), axis("weight of the second"))
                .title(name)
                .remark(format!("standard deviation {}", shown::fixed(sd.point, 2)), hue)
                .equal_aspect()
                .layer(Line::new(vec![0.0, 0.0], vec![-1.5, 3.5], Hue::Grey).thin())
                .layer(Line::new(vec![-1.5, 3.5], vec![0.0, 0.0], Hue::Grey).thin())
                .layer(Points::new(x, y, Mark::Disc, hue).area(vec![0.9; drawn.len()]))
                .layer(Points::new(vec![1.0], vec![1.0], Mark::Cross, Hue::Ink)),
        );
    }
    let title = Title::new()
        .text("Twins: without a penalty a weight scatters ")
        .cite(ledger.table(), "estimate", ledger.row("l2-stabilises-correlated", case, 0), times)
        .text(" times as widely as under ridge; lasso drops one of them in ")
        .cite(&spreads, "dropped_twin", 2, super::percent)
        .text(" of resamples");
    let figure = Figure::new("twins", title)
        .subtitle(format!(
            "Weights of two features with a correlation of 0.99, 100 rows, noise 1; {} resamples, of which {} are drawn. The cross is the truth; all penalties are {}.",
            all.len(), drawn.len(), shown::number(lambda, 2)
        ))
        .alt("Three maps of the two weights over resamples. Without a penalty the points form a long diagonal streak, under ridge a tight blob at the truth, under lasso a shorter streak whose ends lie flat on the axes.")
        .reads("clouds", &["w1", "w2"])
        .reads("spreads", &["standard_deviation"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    let outcome = ledger.outcome();
    outcome.figures.push(panels.into_iter().fold(figure, Figure::panel));
    outcome.tables.push(clouds);
    outcome.tables.push(spreads);
}

/// The standard deviation of the two weights of an arm over one replicate's resamples.
fn spread(run: &[Weights], arm: usize) -> f64 {
    let variance = |j: usize| {
        let mean = run.iter().map(|w| w[arm][j]).sum::<f64>() / run.len() as f64;
        run.iter().map(|w| (w[arm][j] - mean).powi(2)).sum::<f64>() / (run.len() - 1) as f64
    };
    f64::midpoint(variance(0), variance(1)).sqrt()
}

/// Where the level lines of one loss first touch the diamond and the circle.
pub fn diamond_and_circle(ledger: &mut Ledger) -> Result<(), KitError> {
    // Two features of which the second matters little: enough for least squares, not for the corner.
    let truth = Linear {
        weights: vec![1.6, 0.4],
        noise: 0.4,
        correlation: mllab_kit::data::regressions::Correlation::Twins(0.4),
    };
    let ready = Ready::new(&truth.draw(200, &Stream::root(1).child("diamond and circle", 0)))?;
    let free = ready.path(Penalty::Squared, &[crate::l1_vs_l2::fits::NEXT_TO_NOTHING])?.at(0);
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
    let gram = mllab_kit::linear::gram(ready.x.view());
    let loss = |a: f64, b: f64| {
        let (da, db) = (a - free[0], b - free[1]);
        0.5 * (gram[[0, 0]] * da * da + 2.0 * gram[[0, 1]] * da * db + gram[[1, 1]] * db * db)
    };
    let mut touches = Table::new("touches", &[("arm", ""), ("w1", "1"), ("w2", "1"), ("budget", "1")]);
    for (name, w) in [("least squares", &free), ("lasso", &lasso), ("ridge", &ridge)] {
        touches.row([name.into(), w[0].into(), w[1].into(), budget.into()]);
    }
    let diamond: Vec<(f64, f64)> = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)].to_vec();
    let circle: Vec<(f64, f64)> = (0..=120)
        .map(|i| std::f64::consts::TAU * f64::from(i) / 120.0)
        .map(|angle| (libm::cos(angle), libm::sin(angle)))
        .collect();
    let mut panels = Vec::new();
    for (name, outline, w, hue) in
        [("Lasso: |w₁| + |w₂| ≤ t", diamond, &lasso, LASSO), ("Ridge: w₁² + w₂² ≤ t²", circle, &ridge, RIDGE)]
    {
        let (x, y): (Vec<f64>, Vec<f64>) = outline.iter().map(|(a, b)| (budget * a, budget * b)).unzip();
        let touch = loss(w[0], w[1]);
        let (left, right, bottom, top) = (-1.2, 2.6, -1.2, 1.6);
        let axis =
            |label: &str, ends: [f64; 2]| Axis::linear(label).range(ends[0], ends[1]).ticks([-1.0, 0.0, 1.0, 2.0]);
        let rim: Vec<f64> = (0..=80).map(|i| budget * (f64::from(i) / 40.0 - 1.0)).collect();
        let height = |x: f64| if hue == LASSO { budget - x.abs() } else { (budget * budget - x * x).max(0.0).sqrt() };
        let (lower, upper) = rim.iter().map(|&x| (-height(x), height(x))).unzip::<f64, f64, Vec<_>, Vec<_>>();
        let grid = Grid::tabulate([left, right], [bottom, top], 96, 72, loss);
        let where_it_touches =
            if hue == LASSO { "at a corner:\nw₂ is exactly 0" } else { "on its round side:\nboth weights stay" };
        panels.push(
            Panel::new(axis("first weight", [left, right]), axis("second weight", [bottom, top]))
                .title(name)
                .equal_aspect()
                .layer(Line::new(rim, upper.clone(), hue).band(lower, upper).thin())
                .layer(Contours {
                    grid,
                    levels: vec![0.15 * touch, 0.5 * touch, touch, 1.8 * touch, 3.0 * touch],
                    hue: Hue::Grey,
                })
                .layer(Path { x, y, dots: false, arrow: false, hue, label: None })
                .layer(Points::new(vec![free[0]], vec![free[1]], Mark::Cross, Hue::Ink))
                .layer(Points::new(vec![w[0]], vec![w[1]], Mark::Disc, Hue::Ink))
                .note(Note::arrow([1.5, -0.8], [w[0] + 0.03, w[1] - 0.06], where_it_touches, hue)),
        );
    }
    let title = Title::new()
        .text("The loss meets the diamond at its corner, where the second weight is ")
        .cite(&touches, "w2", 1, |v| shown::number(v, 2))
        .text("; on the circle it stays at ")
        .cite(&touches, "w2", 2, |v| shown::number(v, 2));
    let figure = Figure::new("diamond-and-circle", title)
        .subtitle("All weights that a penalty allows, of two features, and the loss around its minimum: lines join weights of equal loss. The cross is the least loss of all, the dot the least that is allowed.")
        .alt("Two maps of the plane of weights with the oval level lines of the same loss. On the left the lines first touch a diamond at its right corner, on the horizontal axis, so the second weight is zero. On the right they first touch a circle above the axis, so both weights stay.")
        .reads("touches", &["w1", "w2", "budget"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    let outcome = ledger.outcome();
    outcome.figures.push(panels.into_iter().fold(figure, Figure::panel));
    outcome.tables.push(touches);
    Ok(())
}
