//! What helps a booster with rare positives: its weight, its penalty, its speed, or another learner?
//!
//! Data: two normal clouds, one positive in fifty; a linear truth and a product of two columns, one positive in
//! twenty-five; the breast cancer table thinned to one positive in ten. Arms: weights of the positives from 1 to four times
//! the ratio of the classes; a strong penalty; exact cuts against histogram bins; a cut-off tuned on validation rows;
//! logistic regression. Measurement: recall, F1, average precision.

use super::ClassImbalanceParams;
use super::arms::{Arm, Learner, TREE_ROWS, at_half, booster, each, replicate};
use super::bands::Band;
use super::folds::{AVERAGE_PRECISION, F1, RECALL, Scored, Try, own, score, thinned_cancer};
use mllab_core::figure::{Axis, Dash, Format, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Replicate, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, classes};
use mllab_kit::metrics::{Confusion, average_precision, best_f_beta, roc_auc};
use mllab_kit::tree::{Boosting, Search};

const WEIGHT: &str = "scale-pos-weight";
const COPES: &str = "xgb-handles-imbalance";
const LINEAR: &str = "linear-over-xgb";
/// Negatives over positives at one positive in fifty.
const RATIO: f64 = 49.0;
const WEIGHTS: [f64; 4] = [1.0, 7.0, RATIO, 4.0 * RATIO];
const TEST_ROWS: usize = 6000;
/// Logit at the origin at which 3 · x₀ · x₁ of normal columns gives one positive in twenty-five.
const PRODUCT_ORIGIN: f64 = -6.1125;

/// What one replicate gives.
struct Run {
    /// Recall, precision and F1 at one half, for the first three of [`WEIGHTS`].
    weights: [[f64; 3]; 3],
    tuned_f1: f64,
    more: Option<More>,
}

/// What is read of every third replicate only.
struct More {
    /// Recall, precision and F1 at one half for the last of [`WEIGHTS`].
    heavy: [f64; 3],
    /// Recall as it comes, with a strong penalty, with that and the weight, with exact cuts.
    recalls: [f64; 4],
    identity: f64,
}

/// Measures what a booster gains by each of the things that it is praised for.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let [plain, weighted, linear] = [
        Try::new(Learner::Trees, Arm::Nothing),
        Try::new(Learner::Trees, Arm::Weights),
        Try::new(Learner::Logistic, Arm::Weights),
    ];
    let gains = |setting: &'static str, scored: &Scored, outcome: &mut Outcome| {
        outcome.find(WEIGHT, setting, scored.gain(weighted, plain, RECALL));
        outcome.find_part(WEIGHT, setting, 1, scored.gain(weighted, plain, F1));
    };
    if let Some(table) = own(source, params.k())? {
        let scored = score(cx, params, &table, &[plain, weighted, linear], "own")?;
        gains("the weight is negatives over positives on your table", &scored, &mut outcome);
        outcome.find(LINEAR, "both learn from your table", scored.gain(linear, weighted, AVERAGE_PRECISION));
        return Ok(outcome);
    }
    let runs = replicate(cx, "weights", 2 * cx.replicates(), |rep| weights(params, rep))?;
    let more: Vec<(&Run, &More)> = runs.iter().filter_map(|run| Some((run, run.more.as_ref()?))).collect();
    for (setting, place) in [
        ("the weight is the square root of negatives over positives", 1),
        ("the weight is negatives over positives", 2),
    ] {
        for (part, number) in [(0, 0), (1, 2)] {
            let gain = each(&runs, |run| run.weights[place][number] - run.weights[0][number]);
            outcome.find_part(WEIGHT, setting, part, Estimate::mean(&gain));
        }
    }
    for (part, number) in [(0, 0), (1, 2)] {
        let gain = each(&more, |(run, more)| more.heavy[number] - run.weights[0][number]);
        let setting = "the weight is four times negatives over positives";
        outcome.find_part(WEIGHT, setting, part, Estimate::mean(&gain));
    }
    let over = each(&runs, |run| run.weights[2][2] - run.tuned_f1);
    outcome.find(WEIGHT, "the unweighted booster has a tuned cut-off", Estimate::mean(&over));
    outcome.find(
        WEIGHT,
        "the weight is one",
        Estimate::exact(more.iter().map(|(_, more)| more.identity).fold(0.0, f64::max)),
    );

    let weighted_gain = each(&runs, |run| run.weights[2][0] - run.weights[0][0]);
    outcome.find(COPES, "class weighting is added", Estimate::mean(&weighted_gain));
    let rise = |to: usize, from: usize| Estimate::mean(&each(&more, |(_, m)| m.recalls[to] - m.recalls[from]));
    outcome.find(COPES, "regularisation is added", rise(1, 0));
    outcome.find(COPES, "regularisation and class weighting are added", rise(2, 0));
    outcome.find(COPES, "histogram bins replace exact cuts", rise(0, 3));
    let bare = each(&runs, |run| run.weights[0][0]);
    outcome.find(COPES, "nothing is added", Estimate::mean_within(&bare, 0.0, 1.0));

    truths(cx, params, &mut outcome)?;
    let few = score(cx, params, &thinned_cancer(true, cx), &[plain, weighted], "few columns")?;
    gains("the weight is negatives over positives on five weak columns of the breast cancer table", &few, &mut outcome);
    let all = score(cx, params, &thinned_cancer(false, cx), &[weighted, linear], "all columns")?;
    let setting = "both learn from the breast cancer table, thinned to one positive in ten";
    outcome.find(LINEAR, setting, all.gain(linear, weighted, AVERAGE_PRECISION));
    draw(&runs, &more, &mut outcome);
    Ok(outcome)
}

fn weights(params: &ClassImbalanceParams, rep: Replicate) -> Result<Run, KitError> {
    let stream = &rep.stream;
    let clouds = params.clouds(1.0 / (1.0 + RATIO));
    let train = clouds.draw_exact(TREE_ROWS, &stream.child("train", 0));
    let validation = clouds.draw(TREE_ROWS, &stream.child("validation", 0));
    let test = clouds.draw(TEST_ROWS, &stream.child("test", 0));
    let fit =
        |settings: Boosting, weights: Option<&[f64]>| settings.fit_classes(train.x.view(), &train.y, weights, stream);
    let weighing = |scale_pos_weight: f64| Boosting { scale_pos_weight, ..booster() };
    let read = |p: &[f64]| {
        let counts = at_half(p, &test.y);
        [counts.recall(), counts.precision(), counts.f_beta(1.0)]
    };
    let decided = |settings: Boosting| Ok(read(&fit(settings, None)?.probabilities(test.x.view())));

    let model = fit(weighing(WEIGHTS[0]), None)?;
    let plain = model.probabilities(test.x.view());
    let cut = best_f_beta(&model.probabilities(validation.x.view()), &validation.y, 1.0).1;
    let tuned_f1 = Confusion::at(&plain, &test.y, cut).f_beta(1.0);
    let weights = [read(&plain), decided(weighing(WEIGHTS[1]))?, decided(weighing(WEIGHTS[2]))?];
    let more = if rep.index.is_multiple_of(3) {
        let mut penalised = booster();
        (penalised.tree.l2, penalised.tree.min_weight) = (10.0, 5.0);
        let both = Boosting { scale_pos_weight: RATIO, ..penalised };
        let mut exact = booster();
        exact.tree.search = Search::Exact;
        let ones = vec![1.0; train.y.len()];
        let again = fit(weighing(1.0), Some(&ones))?.probabilities(test.x.view());
        Some(More {
            heavy: decided(weighing(WEIGHTS[3]))?,
            recalls: [weights[0][0], decided(penalised)?[0], decided(both)?[0], decided(exact)?[0]],
            identity: plain.iter().zip(&again).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max),
        })
    } else {
        None
    };
    Ok(Run { weights, tuned_f1, more })
}

/// Draws so many rows of a truth.
type Draw<'a> = &'a (dyn Fn(usize, &Stream) -> Labelled + Sync);

/// Weighted logistic regression against weighted trees where the truth is a line, a product, and nothing.
fn truths(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let line = classes::Logistic::with_prevalence(0.04, vec![1.6, 1.2, 0.0, 0.0, 0.0]);
    let product = |n: usize, stream: &Stream| {
        let x = classes::normal_features(n, 5, &stream.child("features", 0));
        classes::from_logits(x, |row| PRODUCT_ORIGIN + 3.0 * row[0] * row[1], &stream.child("labels", 0))
    };
    let truths: [Draw; 3] =
        [&|n, stream| line.draw(n, stream), &product, &|n, stream| classes::pure_noise(n, 5, 0.04, stream)];
    let runs = replicate(cx, "truths", cx.replicates() / 2, |rep| {
        let mut read = [[0.0; 4]; 3];
        for (place, draw) in truths.iter().enumerate() {
            let stream = rep.stream.child("truth", place as u64);
            let train = draw(4000, &stream.child("train", 0));
            let test = draw(TEST_ROWS, &stream.child("test", 0));
            let score = |learner: Learner| {
                let p = learner.learn(Arm::Weights, &train, params.k(), &stream)?.probabilities(test.x.view());
                Ok((average_precision(&p, &test.y), roc_auc(&p, &test.y)))
            };
            let (linear, trees) = (score(Learner::Logistic)?, score(Learner::Trees)?);
            read[place] = [linear.0, trees.0, linear.1, trees.1];
        }
        Ok(read)
    })?;
    let mut table = Table::new(
        "truths",
        &[("truth", ""), ("learner", ""), ("average_precision", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    for (place, setting) in ["the truth is linear", "the truth is a product of two columns", "labels are pure noise"]
        .into_iter()
        .enumerate()
    {
        outcome.find(LINEAR, setting, Estimate::mean(&each(&runs, |run| run[place][0] - run[place][1])));
        for (learner, name) in ["logistic", "boosted-trees"].into_iter().enumerate() {
            let e = Estimate::mean_within(&each(&runs, |run| run[place][learner]), 0.0, 1.0);
            table.row([setting.into(), name.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
        }
    }
    let chance = each(&runs, |run| run[2][3]);
    outcome.find(COPES, "labels are pure noise", Estimate::mean_within(&chance, 0.0, 1.0));
    outcome.tables.push(table);
    Ok(())
}

/// Recall, precision and F1 against the weight, with the F1 that a tuned cut-off reaches without any.
fn draw(runs: &[Run], more: &[(&Run, &More)], outcome: &mut Outcome) {
    let mut table = Table::new(
        "positive_weight",
        &[("score", ""), ("weight", "1"), ("estimate", "share"), ("low", "share"), ("high", "share"), ("runs", "runs")],
    );
    let mut panel = Panel::new(
        Axis::log("weight of a positive row").range(1.0, 196.0).ticks(WEIGHTS),
        Axis::linear("score at a cut-off of one half").range(0.0, 1.0).format(Format::Percent),
    );
    for (number, (name, hue)) in
        [("recall", Hue::Green), ("precision", Hue::Amber), ("F1", Hue::Blue)].into_iter().enumerate()
    {
        let mut band = Band::default();
        for (place, weight) in WEIGHTS.into_iter().enumerate() {
            let values = match place {
                3 => each(more, |(_, more)| more.heavy[number]),
                place => each(runs, |run| run.weights[place][number]),
            };
            let e = Estimate::mean_within(&values, 0.0, 1.0);
            table.row([name.into(), weight.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
            band.push(e);
        }
        panel = panel.layer(Line::new(WEIGHTS.to_vec(), band.middle, hue).band(band.low, band.high).label(name));
    }
    let tuned = Estimate::mean_within(&each(runs, |run| run.tuned_f1), 0.0, 1.0);
    table.row([
        "F1 at a tuned cut-off".into(),
        1.0.into(),
        tuned.point.into(),
        tuned.low.into(),
        tuned.high.into(),
        tuned.replicates.into(),
    ]);
    let band = |value: f64| vec![value; 2];
    let line = Line::new(vec![WEIGHTS[0], WEIGHTS[3]], band(tuned.point), Hue::Ink).dash(Dash::Dashed).thin();
    panel = panel.layer(line.band(band(tuned.low), band(tuned.high)).label_at("F1, no weight, cut-off tuned", 60.0));
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("A weight of 49 takes a booster's F1 from ")
        .cite(&table, "estimate", 8, two)
        .text(" to ")
        .cite(&table, "estimate", 10, two)
        .text("; a tuned cut-off without any weight reaches ")
        .cite(&table, "estimate", 12, two);
    outcome.figures.push(
        Figure::new("positive-weight", title)
            .subtitle(format!(
                "50 rounds of depth 3 on {TREE_ROWS} rows, one in fifty positive; the classes stand 49 to 1. Mean of {} runs; band: 99\u{202f}% interval of the mean.",
                runs.len()
            ))
            .alt("Recall, precision and F1 of a booster against the weight of a positive row on a logarithmic axis. Recall rises throughout, precision falls, and F1 rises to a weight of about seven and falls after it. A dashed line shows the F1 of the unweighted booster at a tuned cut-off.")
            .reads("positive_weight", &["weight", "estimate", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}
