//! What do copies, dropped rows and class weights buy that a moved cut-off does not?
//!
//! Data: two normal clouds, one positive in fifty, fresh test rows at that prevalence; the breast cancer table thinned to
//! one positive in ten, in folds. Arms: nothing; nothing with the cut-off at the share of positives; class weights; random
//! over- and undersampling; SMOTE, Borderline-SMOTE and ADASYN; oversampling with its logit set back to the true
//! prevalence. Learners: logistic regression, boosted trees. Measurement: recall, precision, ROC-AUC, average precision,
//! Brier score.

use super::ClassImbalanceParams;
use super::arms::{Arm, Learner, Ranking, TREE_ROWS, each, replicate};
use super::bands::{Band, along, grid};
use super::folds::{METRICS, RECALL, Scored, Try, own, score, thinned_cancer};
use mllab_core::figure::{Axis, Dash, Format, Hue, Layout, LegendKey, Line, Mark, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, classes};
use mllab_kit::linear::logit;
use mllab_kit::metrics::{Confusion, brier, reliability, roc_auc};

const PREVALENCE: f64 = 0.02;
const TEST_ROWS: usize = 10_000;
const BINS: usize = 10;
const RISING: [(&str, Arm); 3] =
    [("oversampling", Arm::Over), ("undersampling", Arm::Under), ("class-weights", Arm::Weights)];
const NUMBERS: [&str; 6] = ["recall", "precision", "f1", "roc_auc", "average_precision", "brier"];
/// What is read of each replicate, in this order.
const READ: [&str; 9] = [
    "none",
    "threshold-moved",
    "prior-corrected",
    "class-weights",
    "random-over",
    "random-under",
    "smote",
    "borderline-smote",
    "adasyn",
];

/// One arm on one replicate's test rows.
struct Reading {
    /// As [`NUMBERS`].
    numbers: [f64; 6],
    /// Precision along a grid of recalls.
    precision: Vec<f64>,
    /// Mean forecast and share of positives of each bin of forecasts, NaN where it is empty.
    forecast: Vec<f64>,
    observed: Vec<f64>,
}

/// Measures what each remedy does to a model's decisions, ranking and probabilities.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(table) = own(source, params.k())? {
        let scored = score(cx, params, &table, &Try::all(), "own")?;
        rises("logistic regression learns from your table", &scored, &mut outcome);
        outcome.tables.push(scored.table("scores"));
        return Ok(outcome);
    }
    let logistic = replicate(cx, "logistic", cx.replicates(), |rep| arms(params, Learner::Logistic, &rep.stream))?;
    let trees = replicate(cx, "trees", cx.replicates() / 2, |rep| arms(params, Learner::Trees, &rep.stream))?;
    generated(&logistic, &trees, &mut outcome);
    weights(cx, params, &mut outcome)?;
    twenty_positives(cx, params, &mut outcome)?;
    noise(cx, params, &mut outcome)?;

    let few = score(cx, params, &thinned_cancer(true, cx), &Try::all(), "few columns")?;
    let setting =
        "logistic regression learns from five weak columns of the breast cancer table, thinned to one positive in ten";
    rises(setting, &few, &mut outcome);
    let only_logistic: Vec<Try> = Try::all().into_iter().filter(|one| one.learner == Learner::Logistic).collect();
    let all = score(cx, params, &thinned_cancer(false, cx), &only_logistic, "all columns")?;
    let setting =
        "logistic regression learns from all columns of the breast cancer table, thinned to one positive in ten";
    rises(setting, &all, &mut outcome);
    outcome.tables.extend([few.table("scores"), all.table("scores_all_columns")]);

    let table = tabulate(&[(Learner::Logistic, &logistic), (Learner::Trees, &trees)]);
    plane(&logistic, &trees, &table, &mut outcome);
    reliability_curves(&logistic, &table, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

/// The rises of recall on a real table.
fn rises(setting: &'static str, scored: &Scored, outcome: &mut Outcome) {
    debug_assert_eq!(METRICS[RECALL], "recall");
    let plain = Try::new(Learner::Logistic, Arm::Nothing);
    for (claim, arm) in RISING {
        outcome.find(claim, setting, scored.gain(Try::new(Learner::Logistic, arm), plain, RECALL));
    }
}

/// Every arm on one draw of training and test rows.
fn arms(params: &ClassImbalanceParams, learner: Learner, stream: &Stream) -> Result<Vec<Reading>, KitError> {
    let clouds = params.clouds(PREVALENCE);
    let rows = if learner == Learner::Trees { TREE_ROWS } else { params.rows as usize };
    let train = clouds.draw_exact(rows, &stream.child("train", 0));
    let test = clouds.draw(if learner == Learner::Trees { 6000 } else { TEST_ROWS }, &stream.child("test", 0));
    let fit = |arm| Ok(learner.learn(arm, &train, params.k(), stream)?.probabilities(test.x.view()));
    let plain = fit(Arm::Nothing)?;
    let over = fit(Arm::Over)?;
    // King and Zeng 2001, eq. 7: copies multiply the odds by majority / minority.
    let shift = logit(PREVALENCE);
    let corrected: Vec<f64> = over.iter().map(|&p| 1.0 / (1.0 + libm::exp(-(logit(p) + shift)))).collect();
    let mut readings = vec![read(&plain, &test, 0.5), read(&plain, &test, PREVALENCE), read(&corrected, &test, 0.5)];
    readings.push(read(&fit(Arm::Weights)?, &test, 0.5));
    readings.push(read(&over, &test, 0.5));
    for arm in [Arm::Under, Arm::Smote, Arm::Borderline, Arm::Adasyn] {
        readings.push(read(&fit(arm)?, &test, 0.5));
    }
    Ok(readings)
}

fn read(p: &[f64], test: &Labelled, cut: f64) -> Reading {
    let counts = Confusion::at(p, &test.y, cut);
    let ranking = Ranking::new(p, &test.y);
    let (mut forecast, mut observed) = (vec![f64::NAN; BINS], vec![f64::NAN; BINS]);
    for bin in reliability(p, &test.y, BINS) {
        let place = (bin.from * BINS as f64).round() as usize;
        // Below twenty rows a bin's share says little, and the mean of many such shares is as good as one's.
        if bin.rows >= 20 {
            (forecast[place], observed[place]) = (bin.forecast, bin.observed);
        }
    }
    Reading {
        numbers: [
            counts.recall(),
            counts.precision(),
            counts.f_beta(1.0),
            ranking.roc_auc(),
            ranking.average_precision(),
            brier(p, &test.y),
        ],
        precision: along(&grid(), &ranking.precision_recall()),
        forecast,
        observed,
    }
}

fn column(runs: &[Vec<Reading>], arm: usize, number: usize) -> Vec<f64> {
    each(runs, |run| run[arm].numbers[number])
}

/// Findings on generated rows.
fn generated(logistic: &[Vec<Reading>], trees: &[Vec<Reading>], outcome: &mut Outcome) {
    let gain = |runs: &[Vec<Reading>], number: usize, arm: usize, other: usize| {
        Estimate::paired(&column(runs, arm, number), &column(runs, other, number))
    };
    outcome.find("oversampling", "logistic regression learns from one positive in fifty", gain(logistic, 0, 4, 0));
    outcome.find("oversampling", "boosted trees learn from one positive in fifty", gain(trees, 0, 4, 0));
    outcome.find("oversampling", "the cut-off of the untouched model is moved instead", gain(logistic, 0, 4, 1));
    outcome.find("oversampling", "the ranking is what counts", gain(logistic, 3, 4, 0));
    outcome.find("oversampling", "the probabilities are what counts", gain(logistic, 5, 0, 4));
    for (setting, runs) in [
        ("logistic regression learns from one positive in fifty", logistic),
        ("boosted trees learn from one positive in fifty", trees),
    ] {
        outcome.find_part("undersampling", setting, 1, gain(runs, 0, 5, 0));
    }
    outcome.find("undersampling", "the ranking of boosted trees is what counts", gain(trees, 3, 5, 0));
    outcome.find("class-weights", "boosted trees learn from one positive in fifty", gain(trees, 0, 3, 0));
    outcome.find("class-weights", "the cut-off of the unweighted model is moved instead", gain(logistic, 0, 3, 1));
}

/// Recall of logistic regression at four weights, and how even undersampling makes the classes.
fn weights(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = replicate(cx, "weights", cx.replicates(), |rep| {
        let clouds = params.clouds(PREVALENCE);
        let train = clouds.draw_exact(params.rows as usize, &rep.stream.child("train", 0));
        let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
        let mut recalls = [0.0; 4];
        for (recall, weight) in recalls.iter_mut().zip([1.0, 4.0, 12.0, 49.0]) {
            let weights: Vec<f64> = train.y.iter().map(|&label| if label { weight } else { 1.0 }).collect();
            let model = Learner::Logistic.fit(&train, Some(&weights), &rep.stream)?;
            *recall = Confusion::at(&model.probabilities(test.x.view()), &test.y, 0.5).recall();
        }
        let uneven = |rows: usize| {
            let train = clouds.draw_exact(rows, &rep.stream.child("train", 1));
            let even = Arm::Under.balance(&train, params.k(), &rep.stream)?;
            Ok((even.positives() as f64 / even.y.len() as f64 - 0.5).abs())
        };
        Ok((recalls, [uneven(params.rows as usize)?, uneven(TREE_ROWS)?]))
    })?;
    let setting = "logistic regression learns from one positive in fifty";
    for (part, (from, to)) in [(0, 3), (0, 1), (1, 2), (2, 3)].into_iter().enumerate() {
        let rise = each(&runs, |(recalls, _)| recalls[to] - recalls[from]);
        outcome.find_part("class-weights", setting, part, Estimate::mean(&rise));
    }
    for (place, setting) in [setting, "boosted trees learn from one positive in fifty"].into_iter().enumerate() {
        let largest = runs.iter().map(|(_, uneven)| uneven[place]).fold(0.0, f64::max);
        outcome.find("undersampling", setting, Estimate::exact(largest));
    }
    Ok(())
}

/// How much ROC-AUC varies from draw to draw of one training table: dropped rows against copies.
fn twenty_positives(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const DRAWS: u64 = 6;
    let runs = replicate(cx, "twenty", cx.replicates(), |rep| {
        let clouds = params.clouds(PREVALENCE);
        let train = clouds.draw_exact(1000, &rep.stream.child("train", 0));
        let test = clouds.draw_exact(4000, &rep.stream.child("test", 0));
        let spread = |arm: Arm| {
            let auc = |draw| {
                let model = Learner::Logistic.learn(arm, &train, params.k(), &rep.stream.child("draw", draw))?;
                Ok(roc_auc(&model.probabilities(test.x.view()), &test.y))
            };
            let values = (0..DRAWS).map(auc).collect::<Result<Vec<f64>, KitError>>()?;
            let mean = values.iter().sum::<f64>() / DRAWS as f64;
            Ok(values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>().sqrt())
        };
        Ok(libm::log2(spread(Arm::Under)? / spread(Arm::Over)?))
    })?;
    outcome.find("undersampling", "there are twenty positives and steadiness counts", Estimate::mean(&runs));
    Ok(())
}

/// Labels that mean nothing: every remedy must rank at chance.
fn noise(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = replicate(cx, "noise", cx.replicates(), |rep| {
        let train = classes::pure_noise(2000, 5, 0.05, &rep.stream.child("train", 0));
        let test = classes::pure_noise(2000, 5, 0.05, &rep.stream.child("test", 0));
        let mut aucs = [0.0; 3];
        for (auc, (_, arm)) in aucs.iter_mut().zip(RISING) {
            let model = Learner::Logistic.learn(arm, &train, params.k(), &rep.stream)?;
            *auc = roc_auc(&model.probabilities(test.x.view()), &test.y);
        }
        Ok(aucs)
    })?;
    for (place, (claim, _)) in RISING.into_iter().enumerate() {
        let values = each(&runs, |run| run[place]);
        outcome.find(claim, "labels are pure noise", Estimate::mean_within(&values, 0.0, 1.0));
    }
    Ok(())
}

/// All numbers of all arms.
fn tabulate(all: &[(Learner, &[Vec<Reading>])]) -> Table {
    let columns = [
        ("learner", ""),
        ("arm", ""),
        ("metric", ""),
        ("estimate", "1"),
        ("low", "1"),
        ("high", "1"),
        ("runs", "runs"),
    ];
    let mut table = Table::new("arms", &columns);
    for (learner, runs) in all {
        for arm in 0..runs[0].len() {
            for (number, name) in NUMBERS.into_iter().enumerate() {
                let e = Estimate::mean_within(&column(runs, arm, number), 0.0, 1.0);
                table.row([
                    learner.name().into(),
                    READ[arm].into(),
                    name.into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                    e.replicates.into(),
                ]);
            }
        }
    }
    table
}

/// What is drawn: place in [`READ`], name, colour, mark.
const DRAWN: [(usize, &str, Hue, Mark); 6] = [
    (0, "nothing", Hue::Ink, Mark::Disc),
    (1, "cut-off moved", Hue::Green, Mark::Diamond),
    (3, "class weights", Hue::Blue, Mark::Square),
    (4, "copies", Hue::Sky, Mark::Triangle),
    (5, "dropped rows", Hue::Amber, Mark::TriangleDown),
    (6, "SMOTE", Hue::Vermilion, Mark::Ring),
];

/// The precision-recall plane: a curve an arm, a mark where its cut-off lies.
fn plane(logistic: &[Vec<Reading>], trees: &[Vec<Reading>], numbers: &Table, outcome: &mut Outcome) {
    let mut table = Table::new(
        "precision_by_recall",
        &[
            ("learner", ""),
            ("arm", ""),
            ("recall", "share"),
            ("precision", "share"),
            ("low", "share"),
            ("high", "share"),
        ],
    );
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN);
    let title = Title::new()
        .text("Copies take recall from ")
        .cite(numbers, "estimate", 0, percent)
        .text(" to ")
        .cite(numbers, "estimate", 24, percent)
        .text(" along the curve of the untouched model; moving its cut-off reaches ")
        .cite(numbers, "estimate", 6, percent);
    let mut figure = Figure::new("precision-recall-plane", title)
        .subtitle(format!(
            "One positive in fifty; marks: each arm at its cut-off, one half or, if moved, the share of positives. Mean of {} runs (logistic) and {} (trees); bands and whiskers: 99\u{202f}% interval of the mean.",
            logistic.len(),
            trees.len()
        ))
        .alt("Precision against recall for each remedy, left for logistic regression, right for boosted trees. Left, all curves coincide; the mark of doing nothing lies far left at high precision and those of all remedies together far right at low precision. Right, the curves of dropped rows and of SMOTE lie below the others.")
        .reads("precision_by_recall", &["recall", "precision", "low", "high"])
        .reads("arms", &["estimate", "low", "high"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for (_, name, hue, mark) in DRAWN {
        figure = figure.legend(name, hue, LegendKey::Mark(mark));
    }
    for (learner, runs, name) in
        [(Learner::Logistic, logistic, "Logistic regression"), (Learner::Trees, trees, "Boosted trees")]
    {
        let axis = |label: &str| {
            Axis::linear(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]).format(Format::Percent)
        };
        let mut panel =
            Panel::new(axis("recall: share of positives found"), axis("precision: share of alarms that are right"))
                .title(name);
        for (arm, _, hue, _) in DRAWN.into_iter().filter(|drawn| drawn.0 != 1) {
            let curves: Vec<&[f64]> = runs.iter().map(|run| run[arm].precision.as_slice()).collect();
            let band = Band::of_shares(&curves);
            for (i, &recall) in grid().iter().enumerate() {
                table.row([
                    learner.name().into(),
                    READ[arm].into(),
                    recall.into(),
                    band.middle[i].into(),
                    band.low[i].into(),
                    band.high[i].into(),
                ]);
            }
            panel = panel.layer(Line::new(grid(), band.middle, hue).band(band.low, band.high).thin());
        }
        for (arm, _, hue, mark) in DRAWN {
            let recall = Estimate::mean_within(&column(runs, arm, 0), 0.0, 1.0);
            let precision = Estimate::mean_within(&column(runs, arm, 1), 0.0, 1.0);
            let points = Points::new(vec![recall.point], vec![precision.point], mark, hue);
            panel = panel.layer(points.whiskers(vec![precision.low], vec![precision.high]));
        }
        if learner == Learner::Logistic {
            panel = panel.note(Note::arrow([0.34, 0.86], [0.18, 0.69], "nothing done", Hue::Ink)).note(Note::arrow(
                [0.74, 0.46],
                [0.83, 0.13],
                "all remedies and\nthe moved cut-off",
                Hue::Ink,
            ));
        }
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}

/// Forecasts against what came, for the arms of logistic regression.
fn reliability_curves(runs: &[Vec<Reading>], numbers: &Table, outcome: &mut Outcome) {
    let mut table = Table::new(
        "reliability",
        &[
            ("arm", ""),
            ("forecast", "share"),
            ("observed", "share"),
            ("low", "share"),
            ("high", "share"),
            ("runs", "runs"),
        ],
    );
    let axis =
        |label: &str| Axis::linear(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]).format(Format::Percent);
    let mut panel = Panel::new(axis("forecast probability"), axis("share that turned out positive"))
        .layer(Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Grey).dash(Dash::Dashed).thin())
        .note(Note::text(0.62, 0.8, "what is forecast comes true", Hue::Grey));
    let drawn = [
        (0, "nothing", Hue::Ink, Dash::Solid),
        (2, "set back", Hue::Pink, Dash::Dashed),
        (3, "class weights", Hue::Blue, Dash::Solid),
        (5, "dropped rows", Hue::Amber, Dash::Solid),
        (6, "SMOTE", Hue::Vermilion, Dash::Solid),
    ];
    for (arm, name, hue, dash) in drawn {
        let (mut x, mut band) = (Vec::new(), Band::default());
        for bin in 0..BINS {
            let seen: Vec<&Reading> =
                runs.iter().map(|run| &run[arm]).filter(|reading| !reading.forecast[bin].is_nan()).collect();
            // A bin that most runs leave empty is that of unusual runs only.
            if 2 * seen.len() <= runs.len() {
                continue;
            }
            let forecast = seen.iter().map(|reading| reading.forecast[bin]).sum::<f64>() / seen.len() as f64;
            let observed: Vec<f64> = seen.iter().map(|reading| reading.observed[bin]).collect();
            let e = Estimate::mean_within(&observed, 0.0, 1.0);
            table.row([
                READ[arm].into(),
                forecast.into(),
                e.point.into(),
                e.low.into(),
                e.high.into(),
                e.replicates.into(),
            ]);
            x.push(forecast);
            band.push(e);
        }
        panel = panel.layer(Line::new(x, band.middle, hue).band(band.low, band.high).dash(dash).label(name));
    }
    let three = |v: f64| shown::fixed(v, 3);
    let title = Title::new()
        .text("Class weights raise the Brier score from ")
        .cite(numbers, "estimate", 5, three)
        .text(" to ")
        .cite(numbers, "estimate", 23, three)
        .text(": of the rows it calls likely, ")
        .cite(numbers, "estimate", 19, |v| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN))
        .text(" turn out positive");
    outcome.figures.push(
        Figure::new("reliability", title)
            .subtitle(format!(
                "Logistic regression at one positive in fifty, forecasts in {BINS} bins of equal width; “set back”: copies, then the logit shifted to the true share of positives. Mean of {} runs; band: 99\u{202f}% interval of the mean.",
                runs.len()
            ))
            .alt("Share of positives against forecast probability. The untouched model and the one set back follow the diagonal; class weights, dropped rows and SMOTE run along the bottom and rise only at the far right.")
            .reads("reliability", &["forecast", "observed", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class_imbalance::arms::Fitted;
    use mllab_core::Params;

    fn defaults() -> ClassImbalanceParams {
        let values: Vec<_> = ClassImbalanceParams::specs().into_iter().map(|spec| spec.default).collect();
        ClassImbalanceParams::from_values(&values)
    }

    #[test]
    fn balancing_shifts_the_logit_by_the_log_odds_and_leaves_the_slopes() {
        let table = classes::Logistic::with_prevalence(0.05, vec![1.0, -0.5, 0.0]).draw(60_000, &Stream::root(3));
        let share = table.positives() as f64 / table.y.len() as f64;
        let fit = |arm: Arm| match Learner::Logistic.learn(arm, &table, 5, &Stream::root(4)).unwrap() {
            Fitted::Logistic(model) => model,
            Fitted::Trees(_) => unreachable!("asked for logistic regression"),
        };
        let plain = fit(Arm::Nothing);
        for arm in [Arm::Over, Arm::Weights] {
            let model = fit(arm);
            let shift = model.intercept - plain.intercept;
            assert!((shift + logit(share)).abs() < 0.1, "{arm:?}: {shift} against {}", -logit(share));
            for (a, b) in model.weights.iter().zip(&plain.weights) {
                assert!((a - b).abs() < 0.1, "{arm:?}: slope {a} against {b}");
            }
        }
    }

    /// The order and signs of a published comparison: ranking hardly moves, probabilities are ruined, and come back.
    #[test]
    fn remedies_move_recall_ruin_probabilities_and_leave_the_ranking() {
        let runs: Vec<Vec<Reading>> = (0..8)
            .map(|run| arms(&defaults(), Learner::Logistic, &Stream::root(5).child("run", run)).unwrap())
            .collect();
        let mean = |arm: usize, number: usize| column(&runs, arm, number).iter().sum::<f64>() / 8.0;
        for arm in 3..9 {
            assert!(mean(arm, 0) > mean(0, 0) + 0.4, "recall of {}", READ[arm]);
            assert!((mean(arm, 3) - mean(0, 3)).abs() < 0.02, "ROC-AUC of {}", READ[arm]);
            assert!(mean(arm, 5) > 4.0 * mean(0, 5), "Brier score of {}", READ[arm]);
        }
        assert!((mean(2, 5) - mean(0, 5)).abs() < 0.001, "Brier score after setting back");
        assert!(mean(5, 3) < mean(0, 3), "dropping rows costs ranking");
    }
}
