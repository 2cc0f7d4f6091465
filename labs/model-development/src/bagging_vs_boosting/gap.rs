//! Do combined models overfit less, and who stands wrong labels?
//!
//! Data: the quadratic boundary of ten normal columns, training labels flipped with a chance of 0 to 40 %, test labels
//! clean; the breast cancer table. Arms: one tree, bagging, a random forest, AdaBoost on stumps and on trees of depth
//! three, boosted trees with many rounds and with early stopping. Measurement: training less test accuracy, and the
//! accuracy that flipped labels cost.

use super::BaggingVsBoostingParams;
use super::folds::{OWN_ROWS, cancer, each_fold, gap_fall, mean_share, own, score};
use super::gap_figures;
use super::levels::{
    ADA_DEEP, ADA_STUMPS, BOOSTED, CLEAN, FIFTH, LONG, Level, NOISE, RANDOM_FOREST, ROWS, STOPPED, TEST_ROWS,
    THREE_TENTHS, TREE, levels, named,
};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::classes;
use mllab_kit::ensemble::{Arm, FULL, Rows};

const COMBINED: &str = "ensembling-reduces-overfit";
const FOREST: &str = "rf-less-overfit";
/// Measures gaps, and what flipped labels cost.
pub fn run(cx: &Cx, params: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let params = &params.in_time(cx);
    let mut outcome = Outcome::new();
    let trees = params.fewer_trees();
    if let Some(table) = own(cx, source, OWN_ROWS)? {
        let arms = [Arm::Tree { depth: FULL }, Arm::Bagged { trees, depth: FULL }, Arm::Forest { trees }];
        let scored = score(cx, &table, &arms, "own", 2)?;
        outcome.find(COMBINED, "full trees are bagged on your table", gap_fall(&scored, 1, 0));
        outcome.find(FOREST, "one full tree on your table is the rival", gap_fall(&scored, 2, 0));
        return Ok(outcome);
    }
    let long = if cx.quick() { LONG / 10 } else { LONG };
    // The claims need three shares of flipped labels; the first half of the runs adds the others, for the picture.
    let runs = cx.runs("boundary", many(cx), |rep| {
        Ok(levels(trees, params.rate, (long, rep.index < cx.replicates()), &rep.stream)?)
    })?;
    gaps(&runs, &mut outcome);
    losses(&runs, &mut outcome);
    chance(cx, trees, &mut outcome)?;
    tables(cx, trees, &mut outcome)?;
    gap_figures::growth(&runs, &mut outcome);
    gap_figures::noise(&runs, &mut outcome);
    gap_figures::map(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// Differences of a few points of accuracy take many runs to see.
fn many(cx: &Cx) -> usize {
    if cx.quick() { 2 } else { 2 * cx.replicates() }
}

fn gaps(runs: &Runs<Vec<Option<Level>>>, outcome: &mut Outcome) {
    let mut fall = |setting: &'static str, place: usize, narrow: fn(&Level) -> f64, wide: fn(&Level) -> f64| {
        outcome.find(COMBINED, setting, runs.mean(|run| wide(named(run, place)) - narrow(named(run, place))));
    };
    let bagged = |level: &Level| level.bagged[0] - level.bagged[1];
    let shallow = |level: &Level| level.shallow[0] - level.shallow[1];
    let [tree, forest, boosted, early] = [
        |level: &Level| level.gap(TREE),
        |level: &Level| level.gap(RANDOM_FOREST),
        |level: &Level| level.gap(BOOSTED),
        |level: &Level| level.gap(STOPPED),
    ];
    fall("full trees are bagged and labels are clean", CLEAN, bagged, tree);
    fall("full trees are bagged and one label in five is flipped", FIFTH, bagged, tree);
    fall("a random forest grows and one label in five is flipped", FIFTH, forest, tree);
    fall("trees of depth three are boosted and labels are clean", CLEAN, boosted, shallow);
    fall("trees of depth three are boosted and one label in five is flipped", FIFTH, boosted, shallow);
    fall("rounds are chosen by early stopping and one label in five is flipped", FIFTH, early, shallow);
    let setting = "test accuracy is what counts, for boosted trees and one label in five flipped";
    fall(setting, FIFTH, |level| level.shallow[1], |level| level.test[BOOSTED]);
}

fn losses(runs: &Runs<Vec<Option<Level>>>, outcome: &mut Outcome) {
    let lost =
        |run: &[Option<Level>], model: usize| named(run, CLEAN).test[model] - named(run, THREE_TENTHS).test[model];
    for (setting, rival) in [
        ("one full tree is the rival", TREE),
        ("AdaBoost on trees of depth three is the rival", ADA_DEEP),
        ("five hundred boosted trees of depth three are the rival", BOOSTED),
        ("AdaBoost on stumps is the rival", ADA_STUMPS),
        ("early-stopped boosting is the rival", STOPPED),
    ] {
        outcome.find(FOREST, setting, runs.mean(|run| lost(run, rival) - lost(run, RANDOM_FOREST)));
    }
}

/// A forest on labels that mean nothing, one tree averaged with itself, and a forest of a single tree.
fn chance(cx: &Cx, trees: usize, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("chance", 3 * many(cx), |rep| {
        let stream = &rep.stream;
        let noise = |n: usize, name: &str| Rows::from(classes::pure_noise(n, 10, 0.5, &stream.child(name, 0)));
        let (train, test) = (noise(ROWS, "train noise"), noise(TEST_ROWS, "test noise"));
        let nothing = Arm::Forest { trees: trees.min(30) }.score(&train, &test, stream)?;

        let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
        let test: Rows = classes::hastie(TEST_ROWS, &stream.child("test", 0)).into();
        let wrong = clean.flipped(NOISE[THREE_TENTHS], stream);
        let read = |arm: Arm, rows: &Rows| -> Result<[f64; 2], KitError> {
            let model = arm.fit(rows, stream)?;
            Ok([rows.score(&model.scores(rows.x.view())), test.score(&model.scores(test.x.view()))])
        };
        let full = Arm::Tree { depth: FULL };
        let (alone, itself) = (read(full, &clean)?, read(Arm::Itself { trees: 5, depth: FULL }, &clean)?);
        let change = ((itself[0] - itself[1]) - (alone[0] - alone[1])).abs();
        let lost = |arm: Arm| Ok::<_, KitError>(read(arm, &clean)?[1] - read(arm, &wrong)?[1]);
        Ok((nothing, change, lost(full)? - lost(Arm::Forest { trees: 1 })?))
    })?;
    outcome.find(FOREST, "labels are pure noise", runs.share(|run| run.0));
    outcome.find(COMBINED, "one tree is averaged with itself", runs.worst(|run| run.1));
    outcome.find(FOREST, "the forest has one tree and one full tree is the rival", runs.mean(|run| run.2));
    Ok(())
}

/// The same on the breast cancer table, in folds.
fn tables(cx: &Cx, trees: usize, outcome: &mut Outcome) -> Result<(), LabError> {
    let arms = [Arm::Tree { depth: FULL }, Arm::Forest { trees }, Arm::AdaBoost { rounds: 100, depth: 3 }];
    let repeats = if cx.quick() { 1 } else { 2 };
    let lost = each_fold(cx, &cancer(), "flipped cancer", repeats, |train, test, stream| {
        let wrong = train.flipped(NOISE[THREE_TENTHS], stream);
        let lost = |arm: &Arm| Ok(arm.score(train, test, stream)? - arm.score(&wrong, test, stream)?);
        arms.iter().map(lost).collect::<Result<Vec<f64>, LabError>>()
    })?;
    for (setting, rival) in [
        ("one full tree on the breast cancer table is the rival", 0),
        ("AdaBoost on trees of depth three on the breast cancer table is the rival", 2),
    ] {
        outcome.find(FOREST, setting, mean_share(&lost.each(|fold| fold[rival] - fold[1])));
    }
    let arms = [Arm::Tree { depth: FULL }, Arm::Bagged { trees, depth: FULL }];
    let scored = score(cx, &cancer(), &arms, "cancer gap", repeats)?;
    outcome.find(COMBINED, "full trees are bagged on the breast cancer table", gap_fall(&scored, 1, 0));
    Ok(())
}
