//! The pictures of overfitting: error against trees, accuracy against wrong labels, and who wins where.

use super::BaggingVsBoostingParams;
use super::arms::{Arm, Rows, each, replicate};
use super::gap::{LONG, Level, NAMES, NOISE, ROWS, STAGES, flipped};
use mllab_core::figure::{Axis, Dash, Format, Heat, Hue, Layout, LegendKey, Line, Palette, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes;

const DEPTHS: [usize; 4] = [1, 2, 3, 5];
const MAP_ROUNDS: usize = 100;

fn percent(value: f64) -> String {
    format!("{}\u{202f}%", shown::fixed(100.0 * value, 0))
}

/// Training and test error against the number of trees, at one flipped label in five.
pub fn growth(runs: &[Vec<Option<Level>>], outcome: &mut Outcome) {
    let stages: Vec<&[Vec<(f64, f64)>; 2]> =
        runs.iter().flatten().flatten().filter_map(|level| level.stages.as_ref()).collect();
    let mut table = Table::new(
        "error_by_trees",
        &[("ensemble", ""), ("rows", ""), ("trees", "trees"), ("error", "share"), ("low", "share"), ("high", "share")],
    );
    let mut ends = Vec::new();
    let mut figure_panels = Vec::new();
    for (place, name) in ["bagged full trees", "boosted trees of depth three"].into_iter().enumerate() {
        let count = stages.iter().map(|s| s[place].len()).min().unwrap_or(0);
        let mut panel = Panel::new(
            Axis::log("trees").range(1.0, LONG as f64).ticks([1.0, 10.0, 100.0, 500.0]),
            Axis::linear("error").range(0.0, 0.5).format(Format::Percent),
        )
        .title(name);
        for (side, (rows, hue)) in [("training rows", Hue::Blue), ("new rows", Hue::Vermilion)].into_iter().enumerate()
        {
            let (mut x, mut y, mut low, mut high) = (vec![], vec![], vec![], vec![]);
            for stage in 0..count {
                let values: Vec<f64> =
                    stages.iter().map(|s| if side == 0 { s[place][stage].0 } else { s[place][stage].1 }).collect();
                let e = Estimate::mean(&values);
                // Where no run differs (all training rows are learnt) there is no interval, and the band stops.
                let e = if e.is_bounded() { Estimate { low: e.low.max(0.0), high: e.high.min(1.0), ..e } } else { e };
                table.row([
                    name.into(),
                    rows.into(),
                    STAGES[stage].into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                ]);
                x.push(STAGES[stage] as f64);
                y.push(e.point);
                low.push(e.low);
                high.push(e.high);
            }
            ends.push(table.n_rows() - 1);
            panel = panel.layer(Line::new(x, y, hue).band(low, high).label_at(rows, 14.0));
        }
        figure_panels.push(panel);
    }
    let title = Title::new()
        .text("Training error falls to nothing, wrong labels and all; on new rows bagged trees end at ")
        .cite(&table, "error", ends[1], percent)
        .text(" error, boosted ones at ")
        .cite(&table, "error", ends[3], percent);
    let mut figure = Figure::new("error-by-trees", title)
        .subtitle(format!(
            "Quadratic boundary, {ROWS} rows, one training label in five flipped, new rows clean. Training error is against the labels as given. Mean of {} runs; band: 99\u{202f}% interval.",
            runs.len()
        ))
        .alt("Two panels of error against trees. Left, bagged full trees: training error falls to zero at once, error on new rows falls and stays level. Right, boosted trees: training error falls to zero over hundreds of rounds while error on new rows falls and then stays level.")
        .reads("error_by_trees", &["trees", "error", "low", "high"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for panel in figure_panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}

/// Test accuracy of each model against the share of flipped training labels.
pub fn noise(runs: &[Vec<Option<Level>>], outcome: &mut Outcome) {
    let mut table = Table::new(
        "accuracy_by_noise",
        &[("model", ""), ("flipped", "share"), ("accuracy", "share"), ("low", "share"), ("high", "share")],
    );
    let mut panel = Panel::new(
        Axis::linear("training labels flipped").range(0.0, 0.4).ticks(NOISE.to_vec()).format(Format::Percent),
        Axis::linear("accuracy on clean new rows").format(Format::Percent),
    );
    let hues = [Hue::Grey, Hue::Blue, Hue::Green, Hue::Vermilion, Hue::Amber, Hue::Pink];
    for (model, (name, hue)) in NAMES.into_iter().zip(hues).enumerate() {
        let (mut y, mut low, mut high) = (vec![], vec![], vec![]);
        for (place, share) in NOISE.into_iter().enumerate() {
            let seen: Vec<f64> = runs.iter().filter_map(|run| run[place].as_ref()).map(|l| l.test[model]).collect();
            let e = Estimate::mean_within(&seen, 0.0, 1.0);
            table.row([name.into(), share.into(), e.point.into(), e.low.into(), e.high.into()]);
            y.push(e.point);
            low.push(e.low);
            high.push(e.high);
        }
        let mut line = Line::new(NOISE.to_vec(), y, hue).band(low, high).label(name);
        if model > 3 {
            line = line.dash(Dash::Dashed);
        }
        panel = panel.layer(line);
    }
    let last = |model: usize| model * NOISE.len() + 3;
    let title = Title::new()
        .text("At three flipped labels in ten a forest is right on ")
        .cite(&table, "accuracy", last(1), percent)
        .text(" of new rows, AdaBoost on stumps on ")
        .cite(&table, "accuracy", last(2), percent)
        .text(", on trees of depth three on ")
        .cite(&table, "accuracy", last(3), percent);
    outcome.figures.push(
        Figure::new("label-noise", title)
            .subtitle(format!(
                "Quadratic boundary, {ROWS} rows of ten columns. Mean of {} runs; band: 99\u{202f}% interval.",
                runs.len()
            ))
            .alt("Accuracy on new rows against the share of flipped training labels for six models. All fall. On clean labels five hundred boosted trees lead; with more flipped labels forest, AdaBoost on stumps and boosting come together, AdaBoost on trees of depth three and early stopping fall below them.")
            .reads("accuracy_by_noise", &["flipped", "accuracy", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}

/// AdaBoost's lead over a forest, by the depth of its trees and the share of flipped labels.
pub fn map(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let trees = params.fewer_trees();
    let n = if params.full { 4 * cx.replicates() } else { (cx.replicates() / 2).max(2) };
    let rounds = if cx.quick() { MAP_ROUNDS / 5 } else { MAP_ROUNDS };
    let runs = replicate(cx, "map", n, |rep| {
        let stream = &rep.stream;
        let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
        let test: Rows = classes::hastie(500, &stream.child("test", 0)).into();
        let row = |&noise: &f64| {
            let train = flipped(&clean, noise, stream);
            let accuracy = |arm: Arm| Ok::<_, KitError>(test.score(&arm.fit(&train, stream)?.scores(test.x.view())));
            let forest = accuracy(Arm::Forest { trees })?;
            let lead = |&depth: &usize| Ok(accuracy(Arm::AdaBoost { rounds, depth })? - forest);
            DEPTHS.iter().map(lead).collect::<Result<Vec<f64>, KitError>>()
        };
        Ok(NOISE.iter().map(row).collect::<Result<Vec<_>, KitError>>()?.concat())
    })?;
    let mut table = Table::new(
        "winner_map",
        &[("flipped", "share"), ("depth", "cuts"), ("lead", "1"), ("low", "1"), ("high", "1"), ("points", "points")],
    );
    let mut values = Vec::new();
    for (place, noise) in NOISE.into_iter().enumerate() {
        for (column, depth) in DEPTHS.into_iter().enumerate() {
            let e = Estimate::mean(&each(&runs, |run| run[place * DEPTHS.len() + column]));
            let points = 100.0 * e.point;
            table.row([noise.into(), depth.into(), e.point.into(), e.low.into(), e.high.into(), points.into()]);
            values.push(points);
        }
    }
    let names = DEPTHS.map(|depth| depth.to_string());
    let noises = NOISE.map(percent);
    let edges = |n: usize| (0..=n).map(|i| i as f64 - 0.5).collect::<Vec<f64>>();
    let signed = |v: f64| if v > 0.0 { format!("+{}", shown::fixed(v, 1)) } else { shown::fixed(v, 1) };
    let title = Title::new()
        .text("AdaBoost against a forest, in points of accuracy: on clean labels ")
        .cite(&table, "points", 0, signed)
        .text(" with stumps and ")
        .cite(&table, "points", 2, signed)
        .text(" with depth three, at three flipped in ten ")
        .cite(&table, "points", 3 * DEPTHS.len(), signed)
        .text(" and ")
        .cite(&table, "points", 3 * DEPTHS.len() + 2, signed);
    outcome.figures.push(
        Figure::new("winner-map", title)
            .subtitle(format!(
                "Accuracy of AdaBoost, {rounds} rounds, less that of a forest of {trees} trees, in percentage points. Quadratic boundary, {ROWS} rows, mean of {n} runs; intervals stand in the table."
            ))
            .alt("A grid of depths one to five against flipped labels from none to forty per cent, each cell with AdaBoost's accuracy less the forest's.")
            .reads("winner_map", &["flipped", "depth", "points"])
            .panel(
                Panel::new(Axis::category("depth of AdaBoost's trees", names), Axis::category("labels flipped", noises))
                    .layer(Heat {
                        x_edges: edges(DEPTHS.len()),
                        y_edges: edges(NOISE.len()),
                        values,
                        palette: Palette::Diverging { low: Hue::Blue, high: Hue::Vermilion, middle: 0.0 },
                        limits: Some([-10.0, 10.0]),
                        decimals: Some(1),
                        contour: Some(0.0),
                    }),
            )
            .legend("forest ahead", Hue::Blue, LegendKey::Fill)
            .legend("AdaBoost ahead", Hue::Vermilion, LegendKey::Fill),
    );
    outcome.tables.push(table);
    Ok(())
}
