//! Which part of the error does averaging remove, and which does correcting?
//!
//! Data: a wiggly function of one column and Friedman's of ten, whose truths are known; a quadratic boundary; real
//! tables in folds, and halves of them. Arms: the constant, a stump, a tree of depth three, a full tree, each alone,
//! bagged and boosted. Measurement: bias² and variance at common places; on real tables held-out error, and how far two
//! trees from disjoint halves disagree.

use super::BaggingVsBoostingParams;
use super::arms::{Arm, FULL, OWN_ROWS, Rows, cut, cuts, each, own, replicate};
use super::error_figures;
use super::folds::{self, cancer, diabetes, digits, each_fold, error_cut, score};
use super::spread::{CONSTANT, DEEP, Learner, ROUNDS, SHALLOW, STUMP, Spreads, bagged, replicate_of};
use mllab_core::{Cx, Estimate, LabError, Outcome, Source, Stream};
use mllab_kit::KitError;
use mllab_kit::data::{classes, regressions};
use ndarray::Array2;

const BAGGING: &str = "bagging-variance";
const BOOSTING: &str = "boosting-bias";
const BOTH: &str = "boosting-fixes-both";
const STRONG: &str = "bagging-weak-to-strong";
/// Places along the one column where predictions are compared.
const PLACES: usize = 200;
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
    let wiggle = wiggly(cx, params, "wiggle", params.noise, cx.replicates(), &learners(params))?;
    about_one_column(&wiggle, params, &mut outcome);
    let quiet = [SHALLOW, Learner::After(3, 100)];
    let quiet = wiggly(cx, params, "quiet", 0.1, (cx.replicates() / 2).max(2), &quiet)?;
    both(
        &quiet,
        "the noise is a tenth and a hundred trees of depth three are boosted",
        quiet.learners[1],
        &mut outcome,
    );
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

/// The places where predictions are compared, and the truth there.
pub fn places() -> (Array2<f64>, Vec<f64>) {
    let at = Array2::from_shape_fn((PLACES, 1), |(i, _)| -5.0 + 10.0 * (i as f64 + 0.5) / PLACES as f64);
    let truth = at.column(0).iter().map(|&x| regressions::two_bumps_truth(x)).collect();
    (at, truth)
}

fn wiggly(
    cx: &Cx,
    params: &BaggingVsBoostingParams,
    part: &str,
    noise: f64,
    n: usize,
    learners: &[Learner],
) -> Result<Spreads, LabError> {
    let (at, truth) = places();
    let draw = |stream: &Stream| Rows::from(regressions::two_bumps(params.rows as usize, noise, stream));
    let runs =
        replicate(cx, part, n, |rep| replicate_of(learners, draw, (at.view(), &truth), params.rate, &rep.stream))?;
    Ok(Spreads { learners: learners.to_vec(), runs })
}

fn about_one_column(wiggle: &Spreads, params: &BaggingVsBoostingParams, outcome: &mut Outcome) {
    let trees = params.trees();
    averaged(wiggle, "full trees learn one wiggly column", DEEP, bagged(trees, FULL), outcome);
    averaged(wiggle, "stumps learn one wiggly column", STUMP, bagged(trees, 1), outcome);

    let steps = |setting: &'static str, depth: usize, ends: &[(usize, usize)], outcome: &mut Outcome| {
        for (part, (from, to)) in ends.iter().enumerate() {
            let at = |rounds: usize| wiggle.bias(Learner::After(depth, rounds));
            outcome.find_part(BOOSTING, setting, part, cut(&at(*to), &at(*from)));
        }
    };
    steps("stumps learn one wiggly column", 1, &[(1, 10), (10, 100), (100, 1000), (1, 1000)], outcome);
    steps("trees of depth three learn one wiggly column", 3, &[(1, 10), (10, 100), (1, 100)], outcome);
    let variance = |rounds: usize| wiggle.variance(Learner::After(1, rounds));
    outcome.find(BOOSTING, "variance is what counts", cut(&variance(1000), &variance(10)));

    both(wiggle, "a hundred trees of depth three are boosted", Learner::After(3, 100), outcome);
    both(wiggle, "a thousand trees of depth three are boosted", Learner::After(3, 1000), outcome);
    both(wiggle, "rounds are chosen by early stopping on a quarter of the rows", Learner::Stopped, outcome);
    both(wiggle, "full trees are bagged instead", bagged(trees, FULL), outcome);

    let error = |learner: Learner| wiggle.error(learner);
    outcome.find(STRONG, "stumps learn one wiggly column", cut(&error(bagged(trees, 1)), &error(STUMP)));
    outcome.find(STRONG, "full trees are bagged on one wiggly column", cut(&error(bagged(trees, FULL)), &error(DEEP)));
    let setting = "stumps are boosted for a thousand rounds on one wiggly column";
    outcome.find(STRONG, setting, cut(&error(Learner::After(1, 1000)), &error(STUMP)));
    let change = negated(cut(&error(bagged(trees, 0)), &error(CONSTANT)));
    outcome.find(BAGGING, "the constant is bagged", change);
    outcome.find(STRONG, "the constant is bagged", change);
}

fn about_friedman(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let trees = params.trees();
    let test = regressions::friedman1(300, 10, 0.0, &cx.stream("friedman's places", 0));
    let draw = |stream: &Stream| Rows::from(regressions::friedman1(FRIEDMAN_ROWS, 10, 1.0, stream));
    let spreads = |part: &str, n: usize, learners: Vec<Learner>| -> Result<Spreads, LabError> {
        let runs = replicate(cx, part, n, |rep| {
            replicate_of(&learners, draw, (test.x.view(), &test.y), params.rate, &rep.stream)
        })?;
        Ok(Spreads { learners, runs })
    };
    // How little bagging moves bias² takes many runs to see; the rest is plain in a few.
    let many = if cx.quick() { 2 } else { 5 * cx.replicates() };
    let full = spreads("friedman, full trees", many, vec![DEEP, bagged(trees, FULL)])?;
    let setting = "full trees learn Friedman's function of ten columns";
    averaged(&full, setting, DEEP, bagged(trees, FULL), outcome);
    let mut learners = vec![STUMP, SHALLOW, bagged(trees, 1), Learner::After(3, 100)];
    learners.extend([1, 10, 100].map(|rounds| Learner::After(1, rounds)));
    let spreads = spreads("friedman", (cx.replicates() / 2).max(2), learners)?;
    let setting = "stumps learn Friedman's function of ten columns";
    for (part, (from, to)) in [(1, 10), (10, 100), (1, 100)].into_iter().enumerate() {
        let at = |rounds: usize| spreads.bias(Learner::After(1, rounds));
        outcome.find_part(BOOSTING, setting, part, cut(&at(to), &at(from)));
    }
    outcome.find(STRONG, setting, cut(&spreads.error(bagged(trees, 1)), &spreads.error(STUMP)));
    both(&spreads, "a hundred trees of depth three learn Friedman's function", Learner::After(3, 100), outcome);
    Ok(())
}

/// How bagging moves variance and bias² of one learner.
fn averaged(spreads: &Spreads, setting: &'static str, one: Learner, many: Learner, outcome: &mut Outcome) {
    outcome.find(BAGGING, setting, cut(&spreads.variance(many), &spreads.variance(one)));
    let (before, after, unit) = (spreads.bias(one), spreads.bias(many), spreads.variance(one));
    // mean(after − before)/mean(unit), which `cuts` gives as one less.
    let change: Vec<f64> = after.iter().zip(&before).map(|(a, b)| a - b).collect();
    let relative: Vec<f64> = cuts(&change, &unit).into_iter().map(|v| 1.0 - v).collect();
    outcome.find_part(BAGGING, setting, 1, Estimate::mean(&relative));
}

/// What a learner takes away of a single shallow tree's bias² and variance.
fn both(spreads: &Spreads, setting: &'static str, learner: Learner, outcome: &mut Outcome) {
    outcome.find(BOTH, setting, cut(&spreads.bias(learner), &spreads.bias(SHALLOW)));
    outcome.find_part(BOTH, setting, 1, cut(&spreads.variance(learner), &spreads.variance(SHALLOW)));
}

fn negated(e: Estimate) -> Estimate {
    Estimate { point: -e.point, low: -e.high, high: -e.low, ..e }
}

/// Where nothing may happen: one tree averaged with itself, the constant boosted, targets without a pattern.
fn controls(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (at, _) = places();
    let runs = replicate(cx, "controls", cx.replicates(), |rep| {
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
        let error = |arm: Arm| Ok::<_, KitError>(test.error(&arm.fit(&train, &rep.stream)?.scores(test.x.view())));
        let chance =
            [error(Arm::Boosted { rounds: 100, depth: 1, rate: params.rate })?, error(Arm::Tree { depth: 0 })?];
        Ok(([itself(FULL)?, itself(1)?, constant], chance))
    })?;
    let largest = |place: usize| Estimate::exact(runs.iter().map(|run| run.0[place]).fold(0.0, f64::max));
    outcome.find(BAGGING, "one tree is averaged with itself", largest(0));
    outcome.find(STRONG, "one stump is averaged with itself", largest(1));
    outcome.find(BOOSTING, "the constant is boosted", largest(2));
    outcome.find(BOTH, "the constant is boosted", largest(2));
    let [boosted, constant] = [0, 1].map(|place| each(&runs, |run| run.1[place]));
    outcome.find(BOOSTING, "targets are pure noise", cut(&boosted, &constant));
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
    outcome.find(BAGGING, setting, folds::cut(&each(&runs, |r| r.1), &each(&runs, |r| r.0)));
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
    for (claim, setting, place) in [(BOOSTING, settings[0], 1), (STRONG, settings[1], 2)] {
        if let Some(setting) = setting {
            outcome.find(claim, setting, error_cut(&scored[place], &scored[0]));
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
    let runs = replicate(cx, "boundary", cx.replicates(), |rep| {
        let rows: Rows = classes::hastie(HASTIE_ROWS, &rep.stream.child("train", 0)).into();
        let test: Rows = classes::hastie(1000, &rep.stream.child("test", 0)).into();
        let error = |arm: &Arm| Ok(test.error(&arm.fit(&rows, &rep.stream)?.scores(test.x.view())));
        arms.iter().map(error).collect::<Result<Vec<f64>, KitError>>()
    })?;
    let error = |place: usize| each(&runs, |run| run[place]);
    outcome.find(STRONG, "stumps learn a quadratic boundary", cut(&error(1), &error(0)));
    outcome.find(STRONG, "a random forest of full trees learns a quadratic boundary", cut(&error(3), &error(2)));
    Ok(())
}
