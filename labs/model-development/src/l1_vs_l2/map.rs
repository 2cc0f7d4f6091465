//! Who predicts better, over sparsity and correlation: the map with the line where the advice flips.
//!
//! Both penalties are at their best on noiseless test rows, so that the map compares penalties and not ways of choosing
//! them; the weights of the features that matter are normal, the signal is equally strong in every cell.

use super::fits::{Penalty, Ready};
use super::{L1VsL2Params, all};
use mllab_core::figure::{Axis, Heat, Hue, LegendKey, Palette, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::draws::Draws;

const ACTIVE: [usize; 6] = [1, 2, 5, 10, 20, 50];
const CORRELATIONS: [f64; 6] = [0.0, 0.3, 0.6, 0.8, 0.9, 0.95];
/// Features of a table.
const FEATURES: usize = 50;

/// Measures every cell and draws the map.
pub fn draw(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = (cx.replicates() / 5).max(2);
    let mut table = Table::new(
        "map",
        &[
            ("features_that_matter", "features"),
            ("correlation", "1"),
            ("ridge_over_lasso", "log2 ratio"),
            ("low", "log2 ratio"),
            ("high", "log2 ratio"),
            ("runs", "runs"),
        ],
    );
    let mut values = Vec::new();
    for rho in CORRELATIONS {
        for active in ACTIVE {
            let name = format!("map {active} {rho}");
            let ratios = all(cx.replicate_part(&name, n, |rep| cell(params, active, rho, &rep.stream))?)?;
            let estimate = Estimate::mean(&ratios);
            values.push(estimate.point);
            table.row([
                active.into(),
                rho.into(),
                estimate.point.into(),
                estimate.low.into(),
                estimate.high.into(),
                n.into(),
            ]);
        }
    }
    let times = |v: f64| shown::number(libm::exp2(v.abs()), 2);
    let at = |active: usize, rho: f64| {
        let column = ACTIVE.iter().position(|&a| a == active).unwrap_or(0);
        let row = CORRELATIONS.iter().position(|&r| r == rho).unwrap_or(0);
        row * ACTIVE.len() + column
    };
    let title = Title::new()
        .text(format!("Where one feature of {FEATURES} matters, ridge errs "))
        .cite(&table, "ridge_over_lasso", at(1, 0.0), times)
        .text(" times as much as lasso; where all do, lasso errs ")
        .cite(&table, "ridge_over_lasso", at(50, 0.0), times)
        .text(" times as much as ridge");
    let edges: Vec<f64> = (0..=ACTIVE.len()).map(|i| i as f64 - 0.5).collect();
    let heat = Heat {
        x_edges: edges.clone(),
        y_edges: edges,
        values,
        palette: Palette::Diverging { low: Hue::Blue, high: Hue::Vermilion, middle: 0.0 },
        limits: Some([-2.0, 2.0]),
        decimals: Some(1),
        contour: Some(0.0),
    };
    let panel = Panel::new(
        Axis::category(format!("features that matter, of {FEATURES}"), ACTIVE.map(|a| a.to_string())),
        Axis::category("correlation of neighbours", CORRELATIONS.map(|rho| shown::number(rho, 2))),
    )
    .layer(heat);
    outcome.figures.push(
        Figure::new("map", title)
            .subtitle(format!(
                "Avoidable test error of ridge over that of lasso, as a power of two: 1 means twice, −1 half. {} rows, noise {}; both at their best penalty; means of {n} runs a cell. The line is where the advice flips.",
                params.rows,
                shown::number(params.noise, 2)
            ))
            .alt("A map of cells, number of features that matter across and correlation of neighbours downwards. The left side, few features, favours lasso; the right side favours ridge, the more so the higher the correlation; a line between them marks equal errors.")
            .legend("lasso predicts better", Hue::Vermilion, LegendKey::Tint)
            .legend("ridge predicts better", Hue::Blue, LegendKey::Tint)
            .reads("map", &["features_that_matter", "correlation", "ridge_over_lasso"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}

/// One table's ridge error over its lasso error, as a base-2 logarithm.
fn cell(params: &L1VsL2Params, active: usize, rho: f64, stream: &Stream) -> Result<f64, KitError> {
    let mut draws = Draws::new(&stream.child("truth", 0));
    let mut weights = vec![0.0; FEATURES];
    for i in 0..active {
        weights[i * FEATURES / active] = draws.normal();
    }
    let length = weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    let scale = (params.active as f64).sqrt() / length;
    for weight in &mut weights {
        *weight *= scale;
    }
    let truth = Linear { weights, noise: params.noise, correlation: Correlation::Chain(rho) };
    let ready = Ready::new(&truth.draw(params.rows as usize, stream))?;
    let test = Linear { noise: 0.0, ..truth }.draw(300, &stream.child("test", 0));
    let least = |penalty: Penalty| -> Result<f64, KitError> {
        let fits = ready.path(penalty, &ready.grid(penalty, 30))?;
        Ok(ready.errors(&fits, &test)?.into_iter().fold(f64::INFINITY, f64::min))
    };
    Ok(libm::log2(least(Penalty::Squared)? / least(Penalty::Absolute)?))
}
