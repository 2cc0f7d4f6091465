//! Which part of the error does averaging remove, and which does correcting?
//!
//! Data: a wiggly function of one column and Friedman's of ten, whose truths are known; a quadratic boundary; real
//! tables in folds, and halves of them. Arms: the constant, a stump, a tree of depth three, a full tree, each alone,
//! bagged and boosted. Measurement: bias² and variance at common places; on real tables held-out error, and how far two
//! trees from disjoint halves disagree.

use super::BaggingVsBoostingParams;
use super::error_figures;
use super::folds::{self, OWN_ROWS, Scored, cancer, diabetes, digits, each_fold, own, score};
use super::spread::{ROUNDS, Spreads, places, replicate_of};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::bias_variance::{CONSTANT, DEEP, Learner, SHALLOW, STUMP, Spread, bagged};
use mllab_kit::data::{classes, regressions};
use mllab_kit::ensemble::{Arm, FULL, Rows};
use ndarray::Array2;

const BAGGING: &str = "bagging-variance";
const BOOSTING: &str = "boosting-bias";
const BOTH: &str = "boosting-fixes-both";
const STRONG: &str = "bagging-weak-to-strong";
const FRIEDMAN_ROWS: usize = 200;
const HASTIE_ROWS: usize = 500;

/// Measures bias² and variance, one part of the error after the other.
pub fn run(cx: &Cx, params: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let params = &params.in_time(cx);
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, OWN_ROWS)? {
        halves(cx, params, &table, "full trees learn from halves of your table", &mut outcome)?;
        stumps(cx, params, &table, "own", ["stumps learn from your table"; 2].map(Some), &mut outcome)?;
        return Ok(outcome);
    }
    let wiggle = wiggly(cx, params, "wiggle", params.noise, cx.replicates(), learners(params))?;
    about_one_column(&wiggle, params, &mut outcome);
    let hundred = Learner::After(3, 100);
    let quiet = wiggly(cx, params, "quiet", 0.1, (cx.replicates() / 2).max(2), vec![SHALLOW, hundred])?;
    outcome.find(BOTH, "the noise is a tenth and a hundred trees of depth three are boosted", both(&quiet, hundred));
    about_friedman(cx, params, &mut outcome)?;
    controls(cx, params, &mut outcome)?;
    halves(cx, params, &cancer(), "full trees learn from halves of the breast cancer table", &mut outcome)?;
    halves(cx, params, &diabetes(), "full trees learn from halves of the diabetes table", &mut outcome)?;
    let cancer_stumps = "stumps learn from the breast cancer table";
    stumps(cx, params, &cancer(), "cancer", [Some(cancer_stumps); 2], &mut outcome)?;
    stumps(cx, params, &diabetes(), "diabetes", [Some("stumps learn from the diabetes table"), None], &mut outcome)?;
    let few = digits().pick(&(0..400).collect::<Vec<_>>());
    stumps(cx, params, &few, "digits", [None, Some("stumps learn from digits, even against odd")], &mut outcome)?;
    boundary(cx, params, &mut outcome)?;
    error_figures::parts(&wiggle, params, &mut outcome);
    error_figures::rounds(cx, params, &mut outcome)?;
    Ok(outcome)
}

fn learners(params: &BaggingVsBoostingParams) -> Vec<Learner> {
    let mut all = vec![CONSTANT, STUMP, SHALLOW, DEEP];
    all.extend([0, 1, FULL].map(|depth| bagged(params.trees(), depth)));
    for depth in [1, 3] {
        all.extend(ROUNDS.map(|rounds| Learner::After(depth, rounds)));
    }
    all.push(Learner::Stopped);
    all
}

fn wiggly(
    cx: &Cx,
    params: &BaggingVsBoostingParams,
    part: &str,
    noise: f64,
    n: usize,
    learners: Vec<Learner>,
) -> Result<Spreads, LabError> {
    let (at, truth) = places();
    let draw = |stream: &Stream| Rows::from(regressions::two_bumps(params.rows as usize, noise, stream));
    let places = (at.view(), truth.as_slice());
    let runs = cx.runs(part, n, |rep| Ok(replicate_of(&learners, draw, places, params.rate, &rep.stream)?))?;
    Ok(Spreads { learners, runs })
}

fn about_one_column(wiggle: &Spreads, params: &BaggingVsBoostingParams, outcome: &mut Outcome) {
    let [stumps, full] = [1, FULL].map(|depth| bagged(params.trees(), depth));
    averaged(wiggle, "full trees learn one wiggly column", DEEP, full, outcome);
    averaged(wiggle, "stumps learn one wiggly column", STUMP, stumps, outcome);

    let ends = [(1, 10), (10, 100), (100, 1000), (1, 1000)];
    outcome.find(BOOSTING, "stumps learn one wiggly column", bias_cuts(wiggle, 1, &ends));
    let ends = [(1, 10), (10, 100), (1, 100)];
    outcome.find(BOOSTING, "trees of depth three learn one wiggly column", bias_cuts(wiggle, 3, &ends));
    let [ten, thousand] = [10, 1000].map(|rounds| Learner::After(1, rounds));
    outcome.find(BOOSTING, "variance is what counts", wiggle.cut(Spread::variance, thousand, ten));

    outcome.find(BOTH, "a hundred trees of depth three are boosted", both(wiggle, Learner::After(3, 100)));
    outcome.find(BOTH, "a thousand trees of depth three are boosted", both(wiggle, Learner::After(3, 1000)));
    let setting = "rounds are chosen by early stopping on a quarter of the rows";
    outcome.find(BOTH, setting, both(wiggle, Learner::Stopped));
    outcome.find(BOTH, "full trees are bagged instead", both(wiggle, full));

    let error = |smaller: Learner, larger: Learner| wiggle.cut(Spread::error, smaller, larger);
    outcome.find(STRONG, "stumps learn one wiggly column", error(stumps, STUMP));
    outcome.find(STRONG, "full trees are bagged on one wiggly column", error(full, DEEP));
    outcome.find(STRONG, "stumps are boosted for a thousand rounds on one wiggly column", error(thousand, STUMP));
    let change = negated(error(bagged(params.trees(), 0), CONSTANT));
    outcome.find(BAGGING, "the constant is bagged", change);
    outcome.find(STRONG, "the constant is bagged", change);
}

fn about_friedman(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let [stumps, full] = [1, FULL].map(|depth| bagged(params.trees(), depth));
    let test = regressions::friedman1(300, 10, 0.0, &cx.stream("friedman's places", 0));
    let draw = |stream: &Stream| Rows::from(regressions::friedman1(FRIEDMAN_ROWS, 10, 1.0, stream));
    let spreads = |part: &str, n: usize, learners: Vec<Learner>| -> Result<Spreads, LabError> {
        let places = (test.x.view(), test.y.as_slice());
        let runs = cx.runs(part, n, |rep| Ok(replicate_of(&learners, draw, places, params.rate, &rep.stream)?))?;
        Ok(Spreads { learners, runs })
    };
    // How little bagging moves bias² takes many runs to see; the rest is plain in a few.
    let many = if cx.quick() { 2 } else { 5 * cx.replicates() };
    let deep = spreads("friedman, full trees", many, vec![DEEP, full])?;
    averaged(&deep, "full trees learn Friedman's function of ten columns", DEEP, full, outcome);
    let mut learners = vec![STUMP, SHALLOW, stumps, Learner::After(3, 100)];
    learners.extend([1, 10, 100].map(|rounds| Learner::After(1, rounds)));
    let spreads = spreads("friedman", (cx.replicates() / 2).max(2), learners)?;
    let setting = "stumps learn Friedman's function of ten columns";
    outcome.find(BOOSTING, setting, bias_cuts(&spreads, 1, &[(1, 10), (10, 100), (1, 100)]));
    outcome.find(STRONG, setting, spreads.cut(Spread::error, stumps, STUMP));
    let setting = "a hundred trees of depth three learn Friedman's function";
    outcome.find(BOTH, setting, both(&spreads, Learner::After(3, 100)));
    Ok(())
}

/// The share of bias² that boosting takes away between rounds, for each pair of rounds.
fn bias_cuts(spreads: &Spreads, depth: usize, ends: &[(usize, usize)]) -> Vec<Estimate> {
    let after = |rounds: usize| Learner::After(depth, rounds);
    ends.iter().map(|&(from, to)| spreads.cut(Spread::bias, after(to), after(from))).collect()
}

/// How bagging moves variance and bias² of one learner.
fn averaged(spreads: &Spreads, setting: &'static str, one: Learner, many: Learner, outcome: &mut Outcome) {
    outcome.find(BAGGING, setting, [spreads.cut(Spread::variance, many, one), spreads.bias_moves(one, many)]);
}

/// What a learner takes away of a single shallow tree's bias² and variance.
fn both(spreads: &Spreads, learner: Learner) -> [Estimate; 2] {
    [spreads.cut(Spread::bias, learner, SHALLOW), spreads.cut(Spread::variance, learner, SHALLOW)]
}

fn negated(e: Estimate) -> Estimate {
    e.map(|v| -v)
}

/// Where nothing may happen: one tree averaged with itself, the constant boosted, targets without a pattern.
fn controls(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (at, _) = places();
    let runs = cx.runs("controls", cx.replicates(), |rep| {
        let rows: Rows =
            regressions::two_bumps(params.rows as usize, params.noise, &rep.stream.child("rows", 0)).into();
        let says = |arm: Arm| Ok::<_, KitError>(arm.fit(&rows, &rep.stream)?.scores(at.view()));
        let apart = |a: Arm, b: Arm| -> Result<f64, KitError> {
            Ok(says(a)?.iter().zip(says(b)?).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max))
        };
        let itself = |depth: usize| apart(Arm::Itself { trees: 10, depth }, Arm::Tree { depth });
        let constant = apart(Arm::Boosted { rounds: 100, depth: 0, rate: params.rate }, Arm::Tree { depth: 0 })?;
        let x = regressions::uniform_features(params.rows as usize, 5, -1.0, 1.0, &rep.stream.child("noise", 0));
        let noise =
            |stream: &Stream, x: &Array2<f64>| Rows::from(regressions::measured(x.clone(), |_| 0.0, 1.0, stream));
        let (train, test) = (noise(&rep.stream.child("train", 0), &x), noise(&rep.stream.child("test", 0), &x));
        let boosted = Arm::Boosted { rounds: 100, depth: 1, rate: params.rate };
        let chance = [boosted, Arm::Tree { depth: 0 }].map(|arm| arm.error(&train, &test, &rep.stream));
        let [boosted, constant_too] = chance;
        Ok(([itself(FULL)?, itself(1)?, constant], [boosted?, constant_too?]))
    })?;
    let largest = |place: usize| runs.worst(|run| run.0[place]);
    outcome.find(BAGGING, "one tree is averaged with itself", largest(0));
    outcome.find(STRONG, "one stump is averaged with itself", largest(1));
    outcome.find(BOOSTING, "the constant is boosted", largest(2));
    outcome.find(BOTH, "the constant is boosted", largest(2));
    outcome.find(BOOSTING, "targets are pure noise", runs.cut(|run| run.1[0], |run| run.1[1]));
    Ok(())
}

/// How far full trees from disjoint halves of the training rows disagree on the held-out ones, alone and bagged.
fn halves(
    cx: &Cx,
    params: &BaggingVsBoostingParams,
    table: &Rows,
    setting: &'static str,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let runs = each_fold(cx, table, setting, 2, |train, test, stream| {
        // Folds come sorted by row, so every second row is a fair half.
        let half = |first: usize| train.pick(&(first..train.len()).step_by(2).collect::<Vec<_>>());
        let halves = [half(0), half(1)];
        let apart = |arm: Arm| -> Result<f64, KitError> {
            let says = |half: usize| {
                Ok::<_, KitError>(arm.fit(&halves[half], &stream.child("half", half as u64))?.scores(test.x.view()))
            };
            Ok(says(0)?.iter().zip(says(1)?).map(|(a, b)| (a - b).powi(2)).sum())
        };
        Ok((apart(Arm::Tree { depth: FULL })?, apart(Arm::Bagged { trees: params.fewer_trees(), depth: FULL })?))
    })?;
    outcome.find(BAGGING, setting, folds::cut(&runs, |run| run.1, |run| run.0));
    Ok(())
}

/// What boosting (`settings[0]`) and bagging (`settings[1]`) make of stumps on a real table.
fn stumps(
    cx: &Cx,
    params: &BaggingVsBoostingParams,
    table: &Rows,
    part: &str,
    settings: [Option<&'static str>; 2],
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let arms = [
        Arm::Tree { depth: 1 },
        Arm::Boosted { rounds: 100, depth: 1, rate: params.rate },
        Arm::Bagged { trees: params.trees(), depth: 1 },
    ];
    let scored = score(cx, table, &arms, &format!("stumps, {part}"), 2)?;
    let error = |place: usize| move |fold: &Vec<Scored>| fold[place].error;
    for (claim, setting, place) in [(BOOSTING, settings[0], 1), (STRONG, settings[1], 2)] {
        if let Some(setting) = setting {
            outcome.find(claim, setting, folds::cut(&scored, error(place), error(0)));
        }
    }
    Ok(())
}

/// Stumps and a forest on a quadratic boundary.
fn boundary(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let arms = [
        Arm::Tree { depth: 1 },
        Arm::Bagged { trees: params.trees(), depth: 1 },
        Arm::Tree { depth: FULL },
        Arm::Forest { trees: params.trees() },
    ];
    let runs = cx.runs("boundary", cx.replicates(), |rep| {
        let rows: Rows = classes::hastie(HASTIE_ROWS, &rep.stream.child("train", 0)).into();
        let test: Rows = classes::hastie(1000, &rep.stream.child("test", 0)).into();
        let error = |arm: &Arm| Ok(arm.error(&rows, &test, &rep.stream)?);
        arms.iter().map(error).collect::<Result<Vec<f64>, LabError>>()
    })?;
    outcome.find(STRONG, "stumps learn a quadratic boundary", runs.cut(|run| run[1], |run| run[0]));
    let setting = "a random forest of full trees learns a quadratic boundary";
    outcome.find(STRONG, setting, runs.cut(|run| run[3], |run| run[2]));
    Ok(())
}
