//! Does a shift of the inputs harm, and what mends it?
//!
//! Data: two normal inputs, of which the second moves; the label depends on a straight line, along which the move goes,
//! or on a parabola. And the breast cancer table, whose live rows are picked unevenly: the rows are real and unaltered,
//! p(label | row) stays, only how often a row comes is ours. Arms: a linear model and boosted trees, left alone, retrained,
//! weighted towards the new inputs, or watched against an old or a new baseline.

use super::DriftDetectionParams;
use super::worlds::{
    Baseline, LEVEL, Series, TEST, TRAIN, Truth, accuracy, each, linear, mean, right, share, weighted,
};
use mllab_core::figure::{Axis, Format, Hue, Line, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::{Labelled, drifting, real};
use mllab_kit::drift::ks;
use mllab_kit::preprocess::Standardiser;
use mllab_kit::split;
use mllab_kit::tree::Boosting;
use ndarray::Axis as Side;

const HURTS: &str = "data-drift-hurts";
const REBASELINE: &str = "rebaseline";
const ONLY: &str = "data-drift-only-monitor";
/// How far the input moves, in standard deviations.
const MOVES: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 2.0];
const MODELS: [(&str, &str, Truth, bool); 3] = [
    ("linear model, linear truth", "a linear model has learnt a linear truth", Truth::Linear, false),
    ("linear model, curved truth", "a linear model has learnt a curved truth", Truth::Curved, false),
    ("boosted trees, curved truth", "boosted trees have learnt a curved truth", Truth::Curved, true),
];

/// Measures what a shift costs and what the answers to it regain.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    hurts(cx, &mut outcome)?;
    uneven(cx, &mut outcome)?;
    answers(cx, params, &mut outcome)?;
    Ok(outcome)
}

fn boosted(train: &Labelled, stream: &Stream) -> impl Fn(&Labelled) -> f64 + use<> {
    let mut settings = Boosting::second_order(30);
    settings.tree.max_depth = 3;
    let model = settings.fit_classes(train.x.view(), &train.y, None, stream).expect("rows of both classes");
    move |test| right(&model.raw(test.x.view()), &test.y)
}

/// Accuracy and KS distance at each move of the input.
fn hurts(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let columns =
        [("model", ""), ("moved", "sd"), ("ks", "1"), ("fall", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")];
    let mut table = Table::new("shift_and_loss", &columns);
    let mut panel = Panel::new(
        Axis::linear("Kolmogorov-Smirnov distance of the moved input").range(0.0, 0.8),
        Axis::linear("fall of accuracy").format(Format::Percent),
    );
    let looks = [(Hue::Blue, Mark::Disc), (Hue::Vermilion, Mark::Triangle), (Hue::Green, Mark::Square)];
    for ((name, setting, truth, trees), (hue, mark)) in MODELS.into_iter().zip(looks) {
        let n = if trees { cx.replicates() / 4 } else { cx.replicates() / 2 };
        let runs = cx.replicate_part(setting, n.max(2), |rep| {
            let train = truth.draw(TRAIN, 0.0, &rep.stream.child("train", 0));
            let judge: Box<dyn Fn(&Labelled) -> f64> = if trees {
                Box::new(boosted(&train, &rep.stream))
            } else {
                let model = linear(&train);
                Box::new(move |test| accuracy(&model, test))
            };
            let before = train.x.column(1).to_vec();
            MOVES.map(|moved| {
                let live = truth.draw(TEST, moved, &rep.stream.child("live", 0));
                (judge(&live), ks(&before, &live.x.column(1).to_vec()))
            })
        })?;
        let fall = |place: usize| mean(&runs, |run| run[0].0 - run[place].0);
        let distance = |place: usize| mean(&runs, |run| run[place].1);
        outcome.find(HURTS, setting, fall(4));
        outcome.find_part(HURTS, setting, 1, distance(4));
        if truth == Truth::Linear {
            let fresh = cx.replicate_part("still", cx.replicates(), |rep| {
                let model = linear(&truth.draw(TRAIN, 0.0, &rep.stream.child("train", 0)));
                ["a", "b"].map(|test| accuracy(&model, &truth.draw(TEST, 0.0, &rep.stream.child(test, 0))))
            })?;
            outcome.find(HURTS, "nothing moves", mean(&fresh, |[a, b]| a - b));
        }
        let mut series = Vec::new();
        for (place, &moved) in MOVES.iter().enumerate() {
            // Without a move there is nothing to be uncertain about: it is the same rows.
            let e = if place == 0 { Estimate::exact(0.0) } else { fall(place) };
            let ks = distance(place).point;
            table.row([name.into(), moved.into(), ks.into(), e.point.into(), e.low.into(), e.high.into(), n.into()]);
            series.push((ks, e));
        }
        let x: Vec<f64> = series.iter().map(|(ks, _)| *ks).collect();
        let band: Series = series.into_iter().map(|(_, e)| e).collect();
        panel = panel
            .layer(Line::new(x.clone(), band.middle.clone(), hue).label(name))
            .layer(Points::new(x, band.middle, mark, hue).whiskers(band.low, band.high));
    }
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("The same shift of an input costs the right model ")
        .cite(&table, "fall", 4, percent)
        .text(" of accuracy and the wrong one ")
        .cite(&table, "fall", 9, percent);
    outcome.figures.push(
        Figure::new("shift-and-loss", title)
            .subtitle(format!(
                "The second of two inputs moves by 0, 0.5, 1, 1.5 and 2 sd. Mean over runs ({} for linear models); whisker: 99\u{202f}% interval.",
                cx.replicates() / 2
            ))
            .alt("Fall of accuracy against the Kolmogorov-Smirnov distance of the moved input, for three models. All move equally far to the right; the linear model of a linear truth stays at zero, the others climb.")
            .reads("shift_and_loss", &["ks", "fall", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}

/// The breast cancer table with live rows that are mostly of one kind.
fn uneven(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cancer = real::breast_cancer().table;
    let runs = cx.replicate_part("breast cancer", (cx.replicates() / 5).max(6), |rep| {
        let parts = split::random(cancer.y.len(), 0.5, &rep.stream).expect("many rows");
        let (train, live) = (cancer.rows(&parts.train), cancer.rows(&parts.test));
        let scaler = Standardiser::fit(train.x.view()).expect("finite rows");
        let [train, live] =
            [train, live].map(|t| Labelled { x: scaler.transform(t.x.view()).expect("its width"), y: t.y });
        let logits = linear(&train).logits(live.x.view());
        // Weighting each row by how often it comes is the mean over all such samples of live rows.
        let picked = |often: &dyn Fn(usize) -> f64| {
            let (mut hits, mut all) = (0.0, 0.0);
            for (row, (&logit, &label)) in logits.iter().zip(&live.y).enumerate() {
                all += often(row);
                hits += if (logit > 0.0) == label { often(row) } else { 0.0 };
            }
            hits / all
        };
        let even = picked(&|_| 1.0);
        // Columns 0 and 1 are mean radius and mean texture; a radius of 0.2 sd lies between the classes.
        let texture = picked(&|row| libm::exp(1.5 * live.x[[row, 1]]));
        let middling = picked(&|row| libm::exp(-8.0 * (live.x[[row, 0]] - 0.2) * (live.x[[row, 0]] - 0.2)));
        (even - texture, even - middling)
    })?;
    let (texture, middling): (Vec<f64>, Vec<f64>) = runs.into_iter().unzip();
    for (setting, falls) in [
        ("live rows of the breast cancer table are mostly those of large texture", texture),
        ("live rows of the breast cancer table are mostly those of middling size", middling),
    ] {
        outcome.find(HURTS, setting, Estimate::resampled_mean(&falls, 1.0));
    }
    Ok(())
}

/// What happens after a shift under each answer.
struct After {
    old: f64,
    retrained: f64,
    weighted: f64,
    alarm_old: bool,
    alarm_new: bool,
}

/// An answer's name, the accuracy it leaves, and the share of windows that alarm.
type Answer = (&'static str, fn(&After) -> f64, Estimate);

/// Retrain, weight old rows, set a new baseline, or only watch.
fn answers(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (window, rows) = (params.window as usize, params.baseline_rows as usize);
    let after = |truth: Truth, moved: f64, stream: &Stream| {
        let old_rows = truth.draw(TRAIN, 0.0, &stream.child("old", 0));
        let new_rows = truth.draw(TRAIN, moved, &stream.child("new", 0));
        let test = truth.draw(TEST, moved, &stream.child("test", 0));
        let live = truth.draw(window, moved, &stream.child("live", 0));
        let old_baseline = Baseline::new(truth.draw(rows, 0.0, &stream.child("baseline", 0)).x.view());
        let new_baseline = Baseline::new(truth.draw(rows, moved, &stream.child("baseline", 1)).x.view());
        After {
            old: accuracy(&linear(&old_rows), &test),
            retrained: accuracy(&linear(&new_rows), &test),
            weighted: accuracy(&weighted(&old_rows, Some(&towards(&old_rows, &new_rows))), &test),
            alarm_old: old_baseline.alarms(live.x.view(), LEVEL),
            alarm_new: new_baseline.alarms(live.x.view(), LEVEL),
        }
    };
    let mut bars = Table::new(
        "answers_to_a_shift",
        &[
            ("world", ""),
            ("answer", ""),
            ("accuracy", "share"),
            ("low", "share"),
            ("high", "share"),
            ("alarms", "share"),
        ],
    );
    let worlds = [
        ("harmless", "the shift is harmless", "data drift is harmless", Truth::Linear, 2.0),
        ("harmful", "the shift is harmful", "data drift is harmful", Truth::Curved, 2.0),
        ("none", "nothing shifts", "nothing changes", Truth::Curved, 0.0),
    ];
    for (world, rebase, only, truth, moved) in worlds {
        let runs = cx.replicate_part(rebase, cx.replicates(), |rep| after(truth, moved, &rep.stream))?;
        let missing = mean(&runs, |run| run.retrained - run.old);
        let alarms =
            if world == "none" { share(&runs, |run| run.alarm_old) } else { share(&runs, |run| run.alarm_new) };
        outcome.find(REBASELINE, rebase, alarms);
        outcome.find_part(REBASELINE, rebase, 1, missing);
        outcome.find(ONLY, only, missing);
        if world == "harmful" {
            let under_old = share(&runs, |run| run.alarm_old);
            outcome.find(REBASELINE, "nobody reacts to a harmful shift", under_old);
            let regained = mean(&runs, |run| run.weighted - run.old);
            outcome.find(ONLY, "old rows are weighted towards the new inputs", regained);
        }
        let (old, new) = (share(&runs, |run| run.alarm_old), share(&runs, |run| run.alarm_new));
        let arms: [Answer; 4] = [
            ("watch only", |run| run.old, old),
            ("new baseline", |run| run.old, new),
            ("old rows weighted", |run| run.weighted, new),
            ("retrained", |run| run.retrained, new),
        ];
        for (answer, of, alarm) in arms {
            let e = mean(&runs, of);
            bars.row([world.into(), answer.into(), e.point.into(), e.low.into(), e.high.into(), alarm.point.into()]);
        }
    }
    let turned = cx.replicate_part("turned", cx.replicates() / 2, |rep| {
        let draw = |n, degrees, name: &str| drifting::boundary(n, [0.0; 2], degrees, 0.3, &rep.stream.child(name, 0));
        let test = draw(TEST, 90.0, "test");
        accuracy(&linear(&draw(TRAIN, 90.0, "new")), &test) - accuracy(&linear(&draw(TRAIN, 0.0, "old")), &test)
    })?;
    outcome.find(ONLY, "the concept changes and the model is retrained", Estimate::mean(&each(&turned, |v| *v)));
    draw_answers(cx, bars, outcome);
    Ok(())
}

/// The odds that a row is a new one, from a classifier of old against new inputs: no label is used.
fn towards(old: &Labelled, new: &Labelled) -> Vec<f64> {
    let x = ndarray::concatenate(Side(0), &[old.x.view(), new.x.view()]).expect("tables of one width");
    let y = (0..x.nrows()).map(|row| row >= old.y.len()).collect();
    let domain = linear(&Labelled { x, y });
    domain.logits(old.x.view()).into_iter().map(|logit| libm::exp(logit).min(20.0)).collect()
}

fn draw_answers(cx: &Cx, table: Table, outcome: &mut Outcome) {
    use mllab_core::figure::{Bars, Layout, LegendKey};
    let answers = ["watch only", "new baseline", "old rows weighted", "retrained"];
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("After a harmful shift a new baseline lowers alarms from ")
        .cite(&table, "alarms", 4, percent)
        .text(" to ")
        .cite(&table, "alarms", 5, percent)
        .text(" and accuracy stays at ")
        .cite(&table, "accuracy", 5, percent);
    let mut figure = Figure::new("answers-to-a-shift", title)
        .subtitle(format!(
            "Inputs move by two standard deviations, and the model is linear. Mean of {} runs; whisker: 99\u{202f}% interval. Alarms: share of windows in which a test of the inputs at 5\u{202f}% rejects.",
            cx.replicates()
        ))
        .alt("Two panels of paired bars over four answers to a shift: accuracy and the share of windows that alarm. In the harmless world accuracy is alike for all; in the harmful world only retraining lifts it, while a new baseline silences the alarm.")
        .legend("accuracy", Hue::Blue, LegendKey::Fill)
        .legend("windows that alarm", Hue::Amber, LegendKey::Fill)
        .reads("answers_to_a_shift", &["accuracy", "low", "high", "alarms"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for (place, name) in ["A harmless shift", "A harmful shift"].into_iter().enumerate() {
        let get = |column: &str| -> Vec<f64> {
            (0..4).map(|answer| table.number(4 * place + answer, column).expect("a number")).collect()
        };
        let at = vec![0.0, 1.0, 2.0, 3.0];
        figure = figure.panel(
            Panel::new(
                Axis::category("", answers.map(|a| a.replace(' ', "\n"))),
                Axis::linear("share of rows or windows").range(0.0, 1.0).format(Format::Percent),
            )
            .title(name)
            .layer(Bars::new(at.clone(), get("accuracy"), Hue::Blue).group(0, 2).whiskers(get("low"), get("high")))
            .layer(Bars::new(at, get("alarms"), Hue::Amber).group(1, 2)),
        );
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}
