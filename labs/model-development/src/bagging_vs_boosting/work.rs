//! What does each ensemble cost in counted work, and what of it has to wait?
//!
//! Data: the quadratic boundary at 1000 to 100,000 rows, the breast cancer table. Arms: exact cuts and bins, a forest,
//! boosted shallow trees, one full tree, logistic regression. Measurement: rows visited and cuts valued while searching,
//! nodes, and steps that wait for the one before. Seconds are for a benchmark.

use super::BaggingVsBoostingParams;
use super::counted::{COUNTED, boosted_work, boundary, forest_work, xgboost};
use super::folds::{self, WORK_ROWS, cancer, each_fold, own};
use super::work_figures;
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::classes;
use mllab_kit::ensemble::{Arm, FULL, Goal, Rows, effort, forest, in_a_row, side_by_side, tree_of};
use mllab_kit::linear::Logistic;
use mllab_kit::tree::{Forest, Search, TreeSettings, Work};

const FAST: &str = "xgb-parallel-fast";
const HEAVY: &str = "xgb-heavy";
const SLOW: &str = "rf-slow-large";
const MIDDLE: usize = 1000;
const DEPTH: usize = 6;

/// Counts.
pub fn run(cx: &Cx, params: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let params = &params.in_time(cx);
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, WORK_ROWS)? {
        return on_own(cx, params, &table, outcome);
    }
    bins(cx, &mut outcome)?;
    yardsticks(cx, params, &mut outcome)?;
    growth(cx, params, &mut outcome)?;
    work_figures::by_rows(cx, &mut outcome)?;
    work_figures::chain(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// Work with exact cuts and with bins.
fn both_searches(rows: &Rows, rounds: usize, stream: &Stream) -> Result<[f64; 2], KitError> {
    let work = |search: Search| Ok::<_, KitError>(effort(boosted_work(rows, rounds, DEPTH, search, stream)?));
    Ok([work(Search::Exact)?, work(Search::Binned(255))?])
}

fn bins(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let large = if cx.quick() { 4000 } else { 100_000 };
    for (setting, n, runs) in [
        ("bins replace exact cuts at a hundred thousand rows", large, 3),
        ("bins replace exact cuts at ten thousand rows", large.min(10_000), 3),
        ("bins replace exact cuts at a thousand rows", 1000, cx.replicates()),
    ] {
        let counted =
            cx.runs(&format!("bins, {n}"), runs, |rep| Ok(both_searches(&boundary(n, &rep.stream), 1, &rep.stream)?))?;
        outcome.find(FAST, setting, counted.mean(|[exact, bins]| libm::log2(exact / bins)));
    }
    let runs = cx.runs("accuracy of bins", if cx.quick() { 2 } else { 12 * cx.replicates() }, |rep| {
        let train = boundary(MIDDLE, &rep.stream.child("train", 0));
        let test: Rows = classes::hastie(2000, &rep.stream.child("test", 0)).into();
        let accuracy = |search: Search| {
            let model = in_a_row(&xgboost(&train, 30, 4, search), &train, &rep.stream)?;
            Ok::<_, KitError>(test.score(&model.probabilities(test.x.view())))
        };
        // Values rounded to a grid of fewer steps than bins: bins and exact cuts then see the same. One tree by
        // gini: its sums are whole numbers, so that of equally good cuts both searches take the same one.
        let coarse = Rows { x: train.x.mapv(|v| (v * 20.0).round() / 20.0), goal: train.goal.clone() };
        let few = coarse.pick(&(0..500).collect::<Vec<_>>());
        let says = |search: Search| {
            let tree =
                TreeSettings { search, ..tree_of(4) }.fit_classes(few.x.view(), few.labels(), None, &rep.stream)?;
            Ok::<_, KitError>(tree.predict(few.x.view()))
        };
        let apart =
            says(Search::Exact)?.iter().zip(says(Search::Binned(255))?).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        Ok((accuracy(Search::Binned(255))? - accuracy(Search::Exact)?, apart))
    })?;
    outcome.find(FAST, "bins replace exact cuts and accuracy counts", runs.mean(|run| run.0));
    outcome.find(FAST, "every value has a bin of its own", runs.worst(|run| run.1));

    // A chain of n rounds waits n − 1 times, a forest's trees never.
    let stream = cx.stream("who waits", 0);
    let rows = boundary(500, &stream);
    let waits = |work: Work, trees: usize| Estimate::exact((work.sequential_rounds as f64 - 1.0) / trees as f64);
    let chain = boosted_work(&rows, 100, 3, Search::Exact, &stream)?;
    outcome.find(FAST, "trees of boosting are to be grown side by side", waits(chain, 100));
    let side = Arm::Forest { trees: 100 }.fit(&rows, &stream)?.work();
    outcome.find(FAST, "trees of a forest are grown side by side", waits(side, 100));
    Ok(())
}

/// Work of boosting over that of each yardstick, at one size.
fn yardsticks(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let trees = params.fewer_trees();
    let runs = cx.runs("yardsticks", cx.replicates(), |rep| {
        let stream = &rep.stream;
        let rows = boundary(MIDDLE, stream);
        let test: Rows = classes::hastie(1000, &stream.child("test", 0)).into();
        let model = in_a_row(&xgboost(&rows, 3 * trees, DEPTH, Search::Binned(255)), &rows, stream)?;
        let per_round: Vec<f64> = model.trees.iter().map(|tree| effort(tree.work)).collect();
        let work = |rounds: usize| per_round[..rounds].iter().sum::<f64>();
        let grown = side_by_side(&forest(trees, &rows), &rows, stream)?;
        let accuracy = test.score(&grown.predict(test.x.view()));
        let mut reached = 3 * trees;
        model.staged(test.x.view(), |round, sum| {
            if round > 0 && round < reached {
                let says: Vec<f64> = sum.iter().map(|logit| logit + 0.5).collect();
                if test.score(&says) >= accuracy {
                    reached = round;
                }
            }
        });
        let steps = Logistic::default().fit(rows.x.view(), rows.labels(), None)?.iterations as f64;
        let p = rows.x.ncols() as f64;
        let exact = effort(boosted_work(&rows, trees / 4, DEPTH, Search::Exact, stream)?) * 4.0;
        let forest = effort(grown.work());
        Ok([
            (work(trees), steps * MIDDLE as f64 * p * (p + 1.0)),
            (work(trees), effort(Arm::Tree { depth: FULL }.fit(&rows, stream)?.work())),
            (work(trees), forest),
            (work(reached), forest),
            (exact, forest),
            (work(trees), 10.0 * work(trees / 10)),
        ])
    })?;
    let settings = [
        "logistic regression is the yardstick",
        "one full tree is the yardstick",
        "a random forest of as many trees is the yardstick",
        "a random forest of the same accuracy is the yardstick",
        "cuts are exact and a random forest of as many trees is the yardstick",
        "boosting itself, ten times the rounds, is the yardstick",
    ];
    for (place, setting) in settings.into_iter().enumerate() {
        outcome.find(HEAVY, setting, runs.log_ratio(|run| run[place].0, |run| run[place].1));
    }
    let setting = "a random forest of as many trees on the breast cancer table is the yardstick";
    against_forest(cx, trees, &cancer(), (HEAVY, setting), DEPTH, outcome)
}

/// Work of as many boosted trees over that of a forest (or of the forest over theirs), on four fifths of a table.
fn against_forest(
    cx: &Cx,
    trees: usize,
    table: &Rows,
    (claim, setting): (&'static str, &'static str),
    depth: usize,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let folds = each_fold(cx, table, setting, 1, |train, _, stream| {
        let boosted = effort(boosted_work(train, trees, depth, Search::Binned(255), stream)?);
        let side = effort(side_by_side(&forest(trees, train), train, stream)?.work());
        Ok(if claim == SLOW { (side, boosted) } else { (boosted, side) })
    })?;
    outcome.find(claim, setting, folds::log_ratio(&folds, |fold| fold.0, |fold| fold.1));
    Ok(())
}

/// Nodes of the four ensembles and work of the first two, at one number of rows.
type Size = ([f64; 4], [f64; 2]);

/// How work and nodes of a forest and of boosted shallow trees grow with rows.
fn growth(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let trees = params.trees() as f64;
    let runs = cx.runs("growth", cx.replicates(), |rep| {
        let stream = &rep.stream;
        let at = |n: usize| -> Result<Size, KitError> {
            let rows = boundary(n, stream);
            let side = forest_work(&rows, COUNTED, stream)?;
            let chain = boosted_work(&rows, COUNTED, 3, Search::Binned(255), stream)?;
            let limited = forest(COUNTED, &rows);
            let limited = Forest { tree: TreeSettings { max_depth: 8, ..limited.tree }, ..limited };
            let limited = side_by_side(&limited, &rows, stream)?.work();
            // One column that tells the classes apart at zero.
            let x = rows.x.select(ndarray::Axis(1), &[0]);
            let y = x.column(0).iter().map(|&v| v > 0.0).collect();
            let easy = Rows { x, goal: Goal::Labels(y) };
            let easy = side_by_side(&forest(COUNTED, &easy), &easy, stream)?.work();
            let nodes = [side.nodes, chain.nodes, limited.nodes, easy.nodes].map(|nodes| nodes as f64);
            Ok((nodes, [effort(side), effort(chain)]))
        };
        Ok([at(1000)?, at(2000)?, at(if cx.quick() { 4000 } else { 16_000 })?])
    })?;
    let work = |size: usize, trees: f64| runs.mean(|run| libm::log2(run[size].1[0] / (run[size].1[1] * trees)));
    outcome.find(SLOW, "there are sixteen thousand rows", work(2, 1.0));
    outcome.find(SLOW, "there are a thousand rows", work(0, 1.0));
    let grown = |place: usize| runs.each(|run| libm::log2(run[2].0[place] / run[1].0[place]));
    let setting = "rows go from two thousand to sixteen thousand";
    outcome.find(SLOW, setting, [Estimate::mean(&grown(0)), settled(&grown(1))]);
    outcome.find(SLOW, "its trees have depth eight at most", Estimate::mean(&grown(2)));
    outcome.find(SLOW, "one cut tells the classes apart", settled(&grown(3)));
    // Every tree of a forest at once: the wait is for one tree; a booster's rounds wait for each other.
    outcome.find(SLOW, "each of its trees has a machine of its own", work(2, trees));
    Ok(())
}

/// A count that came out alike in every run: what was seen, without a doubt that cannot be put in numbers otherwise.
fn settled(values: &[f64]) -> Estimate {
    if values.iter().all(|&v| v == values[0]) { Estimate::exact(values[0]) } else { Estimate::mean(values) }
}

fn on_own(cx: &Cx, params: &BaggingVsBoostingParams, table: &Rows, mut outcome: Outcome) -> Result<Outcome, LabError> {
    let trees = params.trees().min(30);
    let setting = "a random forest of as many trees on your table is the yardstick";
    against_forest(cx, trees, table, (HEAVY, setting), DEPTH, &mut outcome)?;
    against_forest(cx, trees, table, (SLOW, "both learn from your table"), 3, &mut outcome)?;
    let counted = each_fold(cx, table, "bins", 1, |train, _, stream| Ok(both_searches(train, 3, stream)?))?;
    let ratio = folds::log_ratio(&counted, |fold| fold[0], |fold| fold[1]);
    outcome.find(FAST, "bins replace exact cuts on your table", ratio);
    Ok(outcome)
}
