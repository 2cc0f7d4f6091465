//! What helps a booster with rare positives: its weight, its penalty, its speed, or another learner?
//!
//! Data: two normal clouds, one positive in fifty; a linear truth and a product of two columns, one positive in
//! twenty-five; the breast cancer table thinned to one positive in ten. Arms: weights of the positives from 1 to four times
//! the ratio of the classes; a strong penalty; exact cuts against histogram bins; a cut-off tuned on validation rows;
//! logistic regression. Measurement: recall, F1, average precision.

use super::folds::{Scored, are_rare, own, score, thinned_cancer};
use super::{ClassImbalanceParams, TREE_ROWS};
use mllab_core::prelude::*;
use mllab_kit::data::classes;
use mllab_kit::metrics::{Confusion, average_precision, best_f_beta, roc_auc};
use mllab_kit::remedies::{Learner, Remedy, Trial, booster};
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

/// Recall, precision and F1 at a cut-off of one half.
type Scores = [f64; 3];

/// What one replicate gives.
struct Run {
    /// For the first three of [`WEIGHTS`].
    weights: [Scores; 3],
    tuned_f1: f64,
    more: Option<More>,
}

/// What is read of every third replicate only.
#[derive(Clone, Copy)]
struct More {
    /// For the first and the last of [`WEIGHTS`].
    plain: Scores,
    heavy: Scores,
    /// Recall with a strong penalty, with that and the weight, with exact cuts.
    penalised: f64,
    both: f64,
    exact: f64,
    /// How far a weight of 1 moves a probability.
    identity: f64,
}

/// Measures what a booster gains by each of the things that it is praised for.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let plain = Trial::new(Learner::Trees, Remedy::Nothing);
    let weighted = Trial::new(Learner::Trees, Remedy::Weights);
    let linear = Trial::new(Learner::Logistic, Remedy::Weights);
    let gains = |scored: &Scored| ["recall", "f1"].map(|metric| scored.gain(weighted, plain, metric));
    if let Some(table) = own(source, params.k())? {
        if !are_rare(&table, &[WEIGHT, LINEAR], &mut outcome) {
            return Ok(outcome);
        }
        let scored = score(cx, params, &table, &[plain, weighted, linear], "own")?;
        outcome.find(WEIGHT, "the weight is negatives over positives on your table", gains(&scored));
        outcome.find(LINEAR, "both learn from your table", scored.gain(linear, weighted, "average_precision"));
        return Ok(outcome);
    }
    let runs = cx.runs("weights", 2 * cx.replicates(), |rep| weights(params, &rep))?;
    let more: Runs<More> = runs.iter().filter_map(|run| run.more).collect();
    for (setting, place) in [
        ("the weight is the square root of negatives over positives", 1),
        ("the weight is negatives over positives", 2),
    ] {
        let gain = |number: usize| runs.mean(|run| run.weights[place][number] - run.weights[0][number]);
        outcome.find(WEIGHT, setting, [gain(0), gain(2)]);
    }
    let heavier = |number: usize| more.mean(|more| more.heavy[number] - more.plain[number]);
    outcome.find(WEIGHT, "the weight is four times negatives over positives", [heavier(0), heavier(2)]);
    let over = runs.mean(|run| run.weights[2][2] - run.tuned_f1);
    outcome.find(WEIGHT, "the unweighted booster has a tuned cut-off", over);
    outcome.find(WEIGHT, "the weight is one", more.worst(|more| more.identity));

    let weighting = runs.mean(|run| run.weights[2][0] - run.weights[0][0]);
    outcome.find(COPES, "class weighting is added", weighting);
    outcome.find(COPES, "regularisation is added", more.mean(|more| more.penalised - more.plain[0]));
    let both = more.mean(|more| more.both - more.plain[0]);
    outcome.find(COPES, "regularisation and class weighting are added", both);
    outcome.find(COPES, "histogram bins replace exact cuts", more.mean(|more| more.plain[0] - more.exact));
    outcome.find(COPES, "nothing is added", runs.share(|run| run.weights[0][0]));

    truths(cx, params, &mut outcome)?;
    let few = score(cx, params, &thinned_cancer(true, cx), &[plain, weighted], "few columns")?;
    let setting = "the weight is negatives over positives on five weak columns of the breast cancer table";
    outcome.find(WEIGHT, setting, gains(&few));
    let all = score(cx, params, &thinned_cancer(false, cx), &[weighted, linear], "all columns")?;
    let setting = "both learn from the breast cancer table, thinned to one positive in ten";
    outcome.find(LINEAR, setting, all.gain(linear, weighted, "average_precision"));
    draw(&runs, &more, &mut outcome);
    Ok(outcome)
}

/// Every booster on one draw of training, validation and test rows.
fn weights(params: &ClassImbalanceParams, rep: &Replicate) -> Result<Run, LabError> {
    let clouds = params.clouds(1.0 / (1.0 + RATIO));
    let train = clouds.draw_exact(TREE_ROWS, &rep.stream.child("train", 0));
    let validation = clouds.draw(TREE_ROWS, &rep.stream.child("validation", 0));
    let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
    let fit = |settings: Boosting, weights: Option<&[f64]>| {
        settings.fit_classes(train.x.view(), &train.y, weights, &rep.stream)
    };
    let weighing = |scale_pos_weight: f64| Boosting { scale_pos_weight, ..booster() };
    let read = |p: &[f64]| -> Scores {
        let counts = Confusion::at(p, &test.y, 0.5);
        [counts.recall(), counts.precision(), counts.f_beta(1.0)]
    };
    let decided = |settings: Boosting| Ok::<_, LabError>(read(&fit(settings, None)?.probabilities(test.x.view())));

    let model = fit(weighing(WEIGHTS[0]), None)?;
    let p = model.probabilities(test.x.view());
    let plain = read(&p);
    let cut = best_f_beta(&model.probabilities(validation.x.view()), &validation.y, 1.0).1;
    let more = || -> Result<More, LabError> {
        let mut penalised = booster();
        (penalised.tree.l2, penalised.tree.min_weight) = (10.0, 5.0);
        let mut exact = booster();
        exact.tree.search = Search::Exact;
        let again = fit(weighing(1.0), Some(&vec![1.0; train.y.len()]))?.probabilities(test.x.view());
        Ok(More {
            plain,
            heavy: decided(weighing(WEIGHTS[3]))?,
            both: decided(Boosting { scale_pos_weight: RATIO, ..penalised })?[0],
            penalised: decided(penalised)?[0],
            exact: decided(exact)?[0],
            identity: p.iter().zip(&again).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max),
        })
    };
    Ok(Run {
        weights: [plain, decided(weighing(WEIGHTS[1]))?, decided(weighing(WEIGHTS[2]))?],
        tuned_f1: Confusion::at(&p, &test.y, cut).f_beta(1.0),
        more: rep.index.is_multiple_of(3).then(more).transpose()?,
    })
}

/// Weighted logistic regression against weighted trees where the truth is a line, a product, and nothing.
fn truths(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const SETTINGS: [&str; 3] =
        ["the truth is linear", "the truth is a product of two columns", "labels are pure noise"];
    const LEARNERS: [Learner; 2] = [Learner::Logistic, Learner::Trees];
    let rows = |truth: usize, n: usize, stream: &Stream| match truth {
        0 => classes::Logistic::with_prevalence(0.04, vec![1.6, 1.2, 0.0, 0.0, 0.0]).draw(n, stream),
        1 => {
            let x = classes::normal_features(n, 5, &stream.child("features", 0));
            classes::from_logits(x, |row| PRODUCT_ORIGIN + 3.0 * row[0] * row[1], &stream.child("labels", 0))
        }
        _ => classes::pure_noise(n, 5, 0.04, stream),
    };
    // Average precision and ROC-AUC of each learner on each truth.
    let runs = cx.runs("truths", cx.replicates() / 2, |rep| {
        let mut read = [[[0.0; 2]; 2]; 3];
        for (truth, read) in read.iter_mut().enumerate() {
            let stream = rep.stream.child("truth", truth as u64);
            let train = rows(truth, 4000, &stream.child("train", 0));
            let test = rows(truth, TEST_ROWS, &stream.child("test", 0));
            for (read, learner) in read.iter_mut().zip(LEARNERS) {
                let p = learner.learn(Remedy::Weights, &train, params.k(), &stream)?.probabilities(test.x.view());
                *read = [average_precision(&p, &test.y), roc_auc(&p, &test.y)];
            }
        }
        Ok(read)
    })?;
    let mut table = Table::named("truths").with_word("truth").with_word("learner");
    table = table.with_estimate("average_precision", "1").with_runs();
    for (truth, setting) in SETTINGS.into_iter().enumerate() {
        outcome.find(LINEAR, setting, runs.mean(|run| run[truth][0][0] - run[truth][1][0]));
        for (place, learner) in LEARNERS.iter().enumerate() {
            table.put((setting, learner.name(), runs.share(|run| run[truth][place][0])));
        }
    }
    outcome.find(COPES, "labels are pure noise", runs.share(|run| run[2][1][1]));
    outcome.tables.push(table);
    Ok(())
}

/// Recall, precision and F1 against the weight, with the F1 that a tuned cut-off reaches without any.
fn draw(runs: &Runs<Run>, more: &Runs<More>, outcome: &mut Outcome) {
    const LOOKS: [Look; 3] =
        [Look::new("recall", Hue::Green), Look::new("precision", Hue::Amber), Look::new("F1", Hue::Blue)];
    const TUNED: &str = "F1 at a tuned cut-off";
    let mut table = Table::named("positive_weight").with_word("score").with_number("weight", "1");
    table = table.with_estimate("estimate", "share").with_runs();
    for (number, look) in LOOKS.iter().enumerate() {
        for (place, weight) in WEIGHTS.into_iter().enumerate() {
            let of = |run: &Run| run.weights[place][number];
            let score = if place == 3 { more.share(|more| more.heavy[number]) } else { runs.share(of) };
            table.put((look.name, weight, score));
        }
    }
    let tuned = runs.share(|run| run.tuned_f1);
    table.put((TUNED, 1.0, tuned));
    let level = |value: f64| vec![value; 2];
    let line = Line::new(vec![WEIGHTS[0], WEIGHTS[3]], level(tuned.point()), Hue::Ink).dash(Dash::Dashed).thin();
    let line = line.band(level(tuned.low()), level(tuned.high())).label_at("F1, no weight, cut-off tuned", 60.0);
    let f1 = |score, weight: f64| table.cite("estimate", (score, weight), shown::hundredths);
    let title = Title::say(
        "A weight of 49 takes a booster's F1 from {} to {}; a tuned cut-off without any weight reaches {}",
        [f1("F1", 1.0), f1("F1", RATIO), f1(TUNED, 1.0)],
    )
    .if_cited(|cited| cited.iter().all(|f1| *f1 > 0.0));
    let figure = Figure::new("positive-weight", title)
        .subtitle(format!("50 rounds of depth 3 on {TREE_ROWS} rows, one in fifty positive; the classes stand 49 to 1. Mean of {} runs; band: 99\u{202f}% interval of the mean.", runs.len()))
        .alt("Recall, precision and F1 of a booster against the weight of a positive row on a logarithmic axis. Recall rises throughout, precision falls, and F1 rises to a weight of about seven and falls after it. A dashed line shows the F1 of the unweighted booster at a tuned cut-off.")
        .panel(
            Panel::new(
                Axis::log("weight of a positive row").range(1.0, 196.0).ticks(WEIGHTS),
                Axis::share("score at a cut-off of one half").range(0.0, 1.0),
            )
            .lines(&table, &LOOKS, "weight", "estimate")
            .layer(line),
        );
    outcome.show(figure, [table]);
}
