//! The pictures of overfitting: error against trees, accuracy against wrong labels, and who wins where.

use super::BaggingVsBoostingParams;
use super::levels::{LONG, Level, NAMES, NOISE, ROWS, STAGES};
use mllab_core::prelude::*;
use mllab_kit::data::classes;
use mllab_kit::ensemble::{Arm, Rows};

const DEPTHS: [usize; 4] = [1, 2, 3, 5];
const MAP_ROUNDS: usize = 100;
const SIDES: [Look; 2] =
    [Look::new("training rows", Hue::Blue).named_at(14.0), Look::new("new rows", Hue::Vermilion).named_at(14.0)];
const MODELS: [Look; 6] = [
    Look::new(NAMES[0], Hue::Grey),
    Look::new(NAMES[1], Hue::Blue),
    Look::new(NAMES[2], Hue::Green),
    Look::new(NAMES[3], Hue::Vermilion),
    Look::new(NAMES[4], Hue::Amber).dashed(),
    Look::new(NAMES[5], Hue::Pink).dashed(),
];

/// Training and test error against the number of trees, at one flipped label in five.
pub fn growth(runs: &Runs<Vec<Option<Level>>>, outcome: &mut Outcome) {
    const ENSEMBLES: [&str; 2] = ["bagged full trees", "boosted trees of depth three"];
    let stages: Vec<&[Vec<(f64, f64)>; 2]> =
        runs.iter().flatten().flatten().filter_map(|level| level.stages.as_ref()).collect();
    let mut table =
        Table::named("error_by_trees").with_word("ensemble").with_word("rows").with_number("trees", "trees");
    table = table.with_estimate("error", "share");
    for (place, name) in ENSEMBLES.into_iter().enumerate() {
        let count = stages.iter().map(|s| s[place].len()).min().unwrap_or(0);
        for (side, look) in SIDES.iter().enumerate() {
            for (stage, trees) in STAGES.into_iter().enumerate().take(count) {
                let error = |s: &&[Vec<(f64, f64)>; 2]| [s[place][stage].0, s[place][stage].1][side];
                let e = Estimate::mean(&stages.iter().map(error).collect::<Vec<_>>());
                // Where no run differs (all training rows are learnt) there is no interval, and the band stops.
                table.put((name, look.name, trees, e.cut_to(0.0, 1.0)));
            }
        }
    }
    let panels = ENSEMBLES.map(|name| {
        let trees = Axis::log("trees").range(1.0, LONG as f64).ticks([1.0, 10.0, 100.0, 500.0]);
        let panel = Panel::new(trees, Axis::share("error").range(0.0, 0.5)).title(name);
        panel.lines(table.of((name,)).by("rows"), &SIDES, "trees", "error")
    });
    let end = |name: &str| {
        let trees = table.of((name, "new rows")).numbers("trees").into_iter().fold(0.0, f64::max);
        table.cite("error", (name, "new rows", trees as usize), shown::percent)
    };
    let title = Title::say(
        "Training error falls to nothing, wrong labels and all; on new rows bagged trees end at {} error, boosted ones at {}",
        ENSEMBLES.map(end),
    )
    .if_cited(|_| ENSEMBLES.iter().all(|name| table.of((*name, SIDES[0].name)).numbers("error").last() < Some(&0.01)));
    let figure = Figure::new("error-by-trees", title)
        .subtitle(format!(
            "Quadratic boundary, {ROWS} rows, one training label in five flipped, new rows clean. Training error is against the labels as given. {}",
            shown::mean_of(runs.len(), "runs")
        ))
        .alt("Two panels of error against trees. Left, bagged full trees: training error falls to zero at once, error on new rows falls and stays level. Right, boosted trees: training error falls to zero over hundreds of rounds while error on new rows falls and then stays level.")
        .grid(2, true)
        .panels(panels);
    outcome.show(figure, [table]);
}

/// Test accuracy of each model against the share of flipped training labels.
pub fn noise(runs: &Runs<Vec<Option<Level>>>, outcome: &mut Outcome) {
    let measured = |model: usize, place: usize| {
        let seen: Vec<f64> = runs.iter().filter_map(|run| run[place].as_ref()).map(|l| l.test[model]).collect();
        Some(Estimate::mean_within(&seen, 0.0, 1.0))
    };
    let shares = ("flipped", "share", NOISE.as_slice());
    let table = Table::curves("accuracy_by_noise", ("model", &MODELS), shares, ("accuracy", "share"), measured);
    let cite = |model: usize| table.cite("accuracy", (NAMES[model], 0.3), shown::percent);
    let title = Title::say(
        "At three flipped labels in ten a forest is right on {} of new rows, AdaBoost on stumps on {}, on trees of depth three on {}",
        [cite(1), cite(2), cite(3)],
    );
    let panel = Panel::new(
        Axis::share("training labels flipped").range(0.0, 0.4).ticks(NOISE),
        Axis::share("accuracy on clean new rows"),
    );
    let figure = Figure::new("label-noise", title)
        .subtitle(format!("Quadratic boundary, {ROWS} rows of ten columns. {}", shown::mean_of(runs.len(), "runs")))
        .alt("Accuracy on new rows against the share of flipped training labels for six models. All fall. On clean labels five hundred boosted trees lead; with more flipped labels forest, AdaBoost on stumps and boosting come together, AdaBoost on trees of depth three and early stopping fall below them.")
        .panel(panel.lines(&table, &MODELS, "flipped", "accuracy"));
    outcome.show(figure, [table]);
}

/// AdaBoost's lead over a forest, by the depth of its trees and the share of flipped labels.
pub fn map(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let trees = params.fewer_trees();
    let n = if params.full { 4 * cx.replicates() } else { (cx.replicates() / 2).max(2) };
    let rounds = if cx.quick() { MAP_ROUNDS / 5 } else { MAP_ROUNDS };
    let runs = cx.runs("map", n, |rep| {
        let stream = &rep.stream;
        let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
        let test: Rows = classes::hastie(500, &stream.child("test", 0)).into();
        let row = |&noise: &f64| {
            let train = clean.flipped(noise, stream);
            let forest = Arm::Forest { trees }.score(&train, &test, stream)?;
            let lead = |&depth: &usize| Ok(Arm::AdaBoost { rounds, depth }.score(&train, &test, stream)? - forest);
            DEPTHS.iter().map(lead).collect::<Result<Vec<f64>, LabError>>()
        };
        NOISE.iter().map(row).collect::<Result<Vec<_>, LabError>>()
    })?;
    let mut table = Table::named("winner_map").with_number("flipped", "share").with_number("depth", "cuts");
    table = table.with_estimate("lead", "1").with_number("points", "points");
    for (place, noise) in NOISE.into_iter().enumerate() {
        for (column, depth) in DEPTHS.into_iter().enumerate() {
            let lead = runs.mean(|run| run[place][column]);
            table.put((noise, depth, lead, 100.0 * lead.point()));
        }
    }
    let signed = |v: f64| if v > 0.0 { format!("+{}", shown::tenths(v)) } else { shown::tenths(v) };
    let cite = |noise: f64, depth: usize| table.cite("points", (noise, depth), signed);
    let title = Title::say(
        "AdaBoost against a forest, in points of accuracy: on clean labels {} with stumps and {} with depth three, at three flipped in ten {} and {}",
        [cite(0.0, 1), cite(0.0, 3), cite(0.3, 1), cite(0.3, 3)],
    );
    let palette = Palette::Diverging { low: Hue::Blue, high: Hue::Vermilion, middle: 0.0 };
    let axes = (("depth of AdaBoost's trees", "depth"), ("labels flipped", "flipped"));
    let panel = Panel::heat(&table, axes.0, axes.1, "points", palette)
        .cells(|heat| (heat.limits, heat.contour) = (Some([-10.0, 10.0]), Some(0.0)));
    let figure = Figure::new("winner-map", title)
        .subtitle(format!(
            "Accuracy of AdaBoost, {rounds} rounds, less that of a forest of {trees} trees, in percentage points. Quadratic boundary, {ROWS} rows, mean of {n} runs; intervals stand in the table."
        ))
        .alt("A grid of depths one to five against flipped labels from none to forty per cent, each cell with AdaBoost's accuracy less the forest's.")
        .panel(panel)
        .legend("forest ahead", Hue::Blue, LegendKey::Fill)
        .legend("AdaBoost ahead", Hue::Vermilion, LegendKey::Fill);
    outcome.show(figure, [table]);
    Ok(())
}
