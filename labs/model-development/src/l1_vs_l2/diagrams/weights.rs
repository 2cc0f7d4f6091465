//! Weights as they are and as they should be.

use super::{FREE, LASSO, RIDGE, percent, times};
use crate::l1_vs_l2::L1VsL2Params;
use crate::l1_vs_l2::fits::{Penalty, Ready};
use crate::l1_vs_l2::ledger::Ledger;
use crate::l1_vs_l2::noise::Run;
use crate::l1_vs_l2::one;
use crate::l1_vs_l2::weights::{DEGREE, wave};
use mllab_core::figure::{Axis, Hue, Interval, Layout, Line, Lollipop, Mark, Panel, Points};
use mllab_core::{Cx, Figure, LabError, Table, Title, shown};
use mllab_kit::bands::quantiles;
use mllab_kit::data::regressions::powers;
use ndarray::Array2;

/// True against estimated weights of three arms.
pub fn true_against_estimated(params: &L1VsL2Params, runs: &[Run], ledger: &mut Ledger) {
    let truth = &runs[0].truth;
    // The features that matter first, then as many useless ones as can be told apart.
    let mut order: Vec<usize> = (0..truth.len()).collect();
    order.sort_by(|&a, &b| truth[b].total_cmp(&truth[a]).then(a.cmp(&b)));
    order.truncate(25);
    let mut table = Table::new(
        "weights",
        &[("arm", ""), ("feature", "features"), ("truth", "1"), ("weight", "1"), ("low", "1"), ("high", "1")],
    );
    let mut panels = Vec::new();
    for (arm, name, hue) in [(0, "No penalty", FREE), (1, "Ridge (L2)", RIDGE), (2, "Lasso (L1)", LASSO)] {
        let (mut x, mut y, mut whiskers) = (Vec::new(), Vec::new(), Interval::default());
        for (place, &j) in order.iter().enumerate() {
            let values = runs.iter().map(|run| run.arms[arm][j]).collect();
            let [low, middle, high] = quantiles(values, [0.1, 0.5, 0.9]);
            table.row([name.into(), (place + 1).into(), truth[j].into(), middle.into(), low.into(), high.into()]);
            x.push((place + 1) as f64);
            y.push(middle);
            whiskers.low.push(low);
            whiskers.high.push(high);
        }
        // A ring at zero would only hide what stands there.
        let matter: Vec<usize> = (0..order.len()).filter(|&place| truth[order[place]] != 0.0).collect();
        let places = matter.iter().map(|&place| (place + 1) as f64).collect();
        let true_weights = matter.iter().map(|&place| truth[order[place]]).collect();
        panels.push(
            Panel::new(
                Axis::linear("feature").range(0.0, order.len() as f64 + 1.0).ticks([1.0, 5.0, 10.0, 15.0, 20.0, 25.0]),
                Axis::linear("weight").range(-0.6, 1.6).ticks([-0.5, 0.0, 0.5, 1.0, 1.5]),
            )
            .title(name)
            .layer(Points::new(places, true_weights, Mark::Ring, Hue::Ink))
            .layer(Lollipop { x, y, base: 0.0, whiskers: Some(whiskers), mark: Mark::Disc, hue }),
        );
    }
    let row = ledger.row("l1-cuts-noise", "few of many features matter", 0);
    let title = Title::new()
        .text("Lasso does without ")
        .cite(ledger.table(), "estimate", row, percent)
        .text(" of the weight that ridge puts on useless features");
    let figure = Figure::new("true-weights", title)
        .subtitle(format!(
            "Rings are the true weights where they are not zero, discs the medians over {} tables, whiskers hold 80 % of them. {} rows, {} features, {} of which matter, noise {}; the first {} are drawn, those that matter first.",
            runs.len(), params.rows, params.features, params.active, shown::number(params.noise, 2), order.len()
        ))
        .alt("Weights by feature in three panels. Without a penalty all useless features have wide whiskers around zero; under ridge they are narrower and the true weights too small; under lasso most of them sit exactly at zero.")
        .reads("weights", &["feature", "truth", "weight", "low", "high"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    let outcome = ledger.outcome();
    outcome.figures.push(panels.into_iter().fold(figure, Figure::panel));
    outcome.tables.push(table);
}

/// Polynomials of degree 15 through twenty points at four penalties.
pub fn polynomials(cx: &Cx, ledger: &mut Ledger) -> Result<(), LabError> {
    let rows = wave(20, 0.3, &cx.stream("shown polynomial", 0));
    let ready = one(Ready::new(&rows))?;
    let lambdas = [10.0, 0.01, 1e-4, crate::l1_vs_l2::fits::NEXT_TO_NOTHING];
    let fits = one(ready.path(Penalty::Squared, &lambdas))?;
    let positions: Vec<f64> = (0..=200).map(|i| f64::from(i) / 100.0 - 1.0).collect();
    let line = Array2::from_shape_vec((positions.len(), 1), positions.clone()).expect("one column");
    let powers_of_line = powers(line.view(), DEGREE);
    let mut table = Table::new("polynomials", &[("lambda", "1"), ("x", "1"), ("fit", "1")]);
    let mut points = Table::new("points", &[("x", "1"), ("y", "1")]);
    let (px, py): (Vec<f64>, Vec<f64>) = (rows.x.column(0).to_vec(), rows.y.clone());
    px.iter().zip(&py).for_each(|(x, y)| points.row([(*x).into(), (*y).into()]));
    let truth: Vec<f64> = positions.iter().map(|x| libm::sin(std::f64::consts::PI * x)).collect();
    let mut panels = Vec::new();
    for (k, hue) in [(3, FREE), (2, RIDGE), (1, RIDGE), (0, RIDGE)] {
        let fitted = one(ready.predict(&powers_of_line, &fits.at(k)))?;
        positions.iter().zip(&fitted).for_each(|(x, y)| table.row([lambdas[k].into(), (*x).into(), (*y).into()]));
        let name = if k == 3 { "next to none".to_string() } else { format!("λ = {}", shown::number(lambdas[k], 1)) };
        panels.push(
            Panel::new(Axis::linear("x").range(-1.0, 1.0).ticks([-1.0, 0.0, 1.0]), Axis::linear("y").range(-2.0, 2.0))
                .title(name)
                .remark(format!("largest weight {}", shown::number(fits.largest(k), 2)), hue)
                .layer(Line::new(positions.clone(), truth.clone(), Hue::Green).thin())
                .layer(Line::new(positions.clone(), fitted, hue))
                .layer(Points::new(px.clone(), py.clone(), Mark::Disc, Hue::Ink).area(vec![0.6; px.len()])),
        );
    }
    let case = "a polynomial of degree 15 meets a squared penalty";
    let title = Title::new()
        .text("The penalty that cross-validation chooses makes the largest weight ")
        .cite(ledger.table(), "estimate", ledger.row("penalise-extreme-weights", case, 0), times)
        .text(" times smaller");
    let figure = Figure::new("polynomials", title)
        .subtitle(format!(
            "A polynomial of degree {DEGREE} through 20 points of a wave (thin line) under four squared penalties; weights on standardised powers. The factor in the title is the mean over {} tables.",
            cx.replicates()
        ))
        .alt("Four panels with the same points. With next to no penalty the curve swings wildly between them; with a little it follows the wave; with a strong penalty it flattens.")
        .reads("polynomials", &["x", "fit"])
        .reads("points", &["x", "y"])
        .layout(Layout::Grid { columns: 4, share_y: true });
    let outcome = ledger.outcome();
    outcome.figures.push(panels.into_iter().fold(figure, Figure::panel));
    outcome.tables.push(table);
    outcome.tables.push(points);
    Ok(())
}
