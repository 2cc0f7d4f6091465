//! Does a shift of the inputs harm, and what mends it?
//!
//! Data: two normal inputs, of which the second moves; the label depends on a straight line, along which the move goes,
//! or on a parabola. And the breast cancer table, whose live rows are picked unevenly: the rows are real and unaltered,
//! p(label | row) stays, only how often a row comes is ours. Arms: a linear model and boosted trees, left alone, retrained,
//! weighted towards the new inputs, or watched against an old or a new baseline. Measurement: accuracy on live rows, and
//! whether a test of the inputs alarms.

use super::DriftDetectionParams;
use super::worlds::{LEVEL, TEST, TRAIN, Truth, accuracy, half, linear, right, weighted};
use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, drifting, real};
use mllab_kit::drift::{Baseline, ks};
use mllab_kit::tree::Boosting;
use shown::percent;

const HURTS: &str = "data-drift-hurts";
const REBASELINE: &str = "rebaseline";
const ONLY: &str = "data-drift-only-monitor";
/// How far the input moves, in standard deviations.
const MOVES: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 2.0];
const LOOKS: [Look; 3] = [
    Look::new("linear model, linear truth", Hue::Blue),
    Look::new("linear model, curved truth", Hue::Vermilion).mark(Mark::Triangle),
    Look::new("boosted trees, curved truth", Hue::Green).mark(Mark::Square),
];
/// What each of them has learnt, and whether it is trees.
const MODELS: [(&str, Truth, bool); 3] = [
    ("a linear model has learnt a linear truth", Truth::Linear, false),
    ("a linear model has learnt a curved truth", Truth::Curved, false),
    ("boosted trees have learnt a curved truth", Truth::Curved, true),
];

/// Measures what a shift costs and what the answers to it regain.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    hurts(cx, &mut outcome)?;
    uneven(cx, &mut outcome)?;
    answers(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// The accuracy of a model on any rows, once it has learnt.
type Judge = Box<dyn Fn(&Labelled) -> f64>;

fn judge(trees: bool, train: &Labelled, stream: &Stream) -> Result<Judge, LabError> {
    if !trees {
        let model = linear(train);
        return Ok(Box::new(move |rows| accuracy(&model, rows)));
    }
    let mut settings = Boosting::second_order(30);
    settings.tree.max_depth = 3;
    let model = settings.fit_classes(train.x.view(), &train.y, None, stream)?;
    Ok(Box::new(move |rows| right(&model.raw(rows.x.view()), &rows.y)))
}

/// Accuracy and KS distance at each move of the input.
fn hurts(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut table = Table::named("shift_and_loss").with_word("model").with_number("moved", "sd").with_number("ks", "1");
    table = table.with_estimate("fall", "1").with_number("runs", "runs");
    for (look, (setting, truth, trees)) in LOOKS.iter().zip(MODELS) {
        let n = cx.replicates() / if trees { 4 } else { 2 };
        let runs = cx.runs(setting, n.max(2), |rep| {
            let train = truth.draw(TRAIN, 0.0, &rep.stream.child("train", 0));
            let judge = judge(trees, &train, &rep.stream)?;
            let before = train.x.column(1).to_vec();
            Ok(MOVES.map(|moved| {
                let live = truth.draw(TEST, moved, &rep.stream.child("live", 0));
                (judge(&live), ks(&before, &live.x.column(1).to_vec()))
            }))
        })?;
        let fall = |place: usize| runs.mean(|run| run[0].0 - run[place].0);
        let distance = |place: usize| runs.mean(|run| run[place].1);
        outcome.find(HURTS, setting, [fall(4), distance(4)]);
        for (place, moved) in MOVES.into_iter().enumerate() {
            // Without a move there is nothing to be uncertain about: it is the same rows.
            let fall = if place == 0 { Estimate::exact(0.0) } else { fall(place) };
            table.put((look.name, moved, distance(place).point(), fall, n));
        }
    }
    let still = cx.runs("still", cx.replicates(), |rep| {
        let draw = |n, name: &str| Truth::Linear.draw(n, 0.0, &rep.stream.child(name, 0));
        let model = linear(&draw(TRAIN, "train"));
        Ok(accuracy(&model, &draw(TEST, "a")) - accuracy(&model, &draw(TEST, "b")))
    })?;
    outcome.find(HURTS, "nothing moves", still.mean(|fall| *fall));

    let cite = |look: &Look| table.cite("fall", (look.name, 2.0), percent);
    let title = Title::say(
        "The same shift of an input costs the right model {} of accuracy and the wrong one {}",
        [cite(&LOOKS[0]), cite(&LOOKS[1])],
    );
    let distance = Axis::linear("Kolmogorov-Smirnov distance of the moved input").range(0.0, 0.8);
    let panel = Panel::new(distance, Axis::share("fall of accuracy"))
        .lines(&table, &LOOKS.map(Look::bare), "ks", "fall")
        .dots(&table, &LOOKS.map(Look::unnamed), "ks", "fall");
    let figure = Figure::new("shift-and-loss", title)
        .subtitle(format!("The second of two inputs moves by 0, 0.5, 1, 1.5 and 2 sd. Mean over runs ({} for linear models); whisker: 99\u{202f}% interval.", cx.replicates() / 2))
        .alt("Fall of accuracy against the Kolmogorov-Smirnov distance of the moved input, for three models. All move equally far to the right; the linear model of a linear truth stays at zero, the others climb.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}

/// The breast cancer table with live rows that are mostly of one kind.
fn uneven(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cancer = real::breast_cancer().table;
    let runs = cx.runs("breast cancer", (cx.replicates() / 5).max(6), |rep| {
        let (live, logits) = half(&cancer, &rep.stream)?;
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
        Ok([even - texture, even - middling])
    })?;
    let [texture, middling] = [0, 1].map(|place| runs.resampled(1.0, |falls| falls[place]));
    outcome.find(HURTS, "live rows of the breast cancer table are mostly those of large texture", texture);
    outcome.find(HURTS, "live rows of the breast cancer table are mostly those of middling size", middling);
    Ok(())
}

/// What happens after a shift: accuracy of the old model, of one whose old rows are weighted, of a retrained one; and
/// whether inputs alarm against the old and the new baseline.
type After = ([f64; 3], [bool; 2]);

fn after(truth: Truth, moved: f64, params: &DriftDetectionParams, stream: &Stream) -> Result<After, LabError> {
    let draw = |n, moved, name: &str, index| truth.draw(n, moved, &stream.child(name, index));
    let (old, new) = (draw(TRAIN, 0.0, "old", 0), draw(TRAIN, moved, "new", 0));
    let (test, live) = (draw(TEST, moved, "test", 0), draw(params.window as usize, moved, "live", 0));
    let models = [linear(&old), weighted(&old, Some(&towards(&old, &new))), linear(&new)];
    let alarm = |moved, index| -> Result<bool, LabError> {
        let baseline = draw(params.baseline_rows as usize, moved, "baseline", index);
        Ok(Baseline::new(baseline.x.view())?.alarms(live.x.view(), LEVEL))
    };
    Ok((models.map(|model| accuracy(&model, &test)), [alarm(0.0, 0)?, alarm(moved, 1)?]))
}

/// The odds that a row is a new one, from a classifier of old against new inputs: no label is used.
fn towards(old: &Labelled, new: &Labelled) -> Vec<f64> {
    let x = old.above(new).x;
    let y = (0..x.nrows()).map(|row| row >= old.y.len()).collect();
    let domain = linear(&Labelled { x, y });
    domain.logits(old.x.view()).into_iter().map(|logit| libm::exp(logit).min(20.0)).collect()
}

/// Retrain, weight old rows, set a new baseline, or only watch.
fn answers(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut table = Table::named("answers_to_a_shift").with_word("world").with_word("answer");
    table = table.with_estimate("accuracy", "share").with_number("alarms", "share");
    for (world, rebase, only, truth, moved) in [
        ("harmless", "the shift is harmless", "data drift is harmless", Truth::Linear, 2.0),
        ("harmful", "the shift is harmful", "data drift is harmful", Truth::Curved, 2.0),
        ("none", "nothing shifts", "nothing changes", Truth::Curved, 0.0),
    ] {
        let runs = cx.runs(rebase, cx.replicates(), |rep| after(truth, moved, params, &rep.stream))?;
        let missing = runs.mean(|([old, _, retrained], _)| retrained - old);
        let [old, new] = [0, 1].map(|baseline| runs.proportion(|(_, alarms)| alarms[baseline]));
        outcome.find(REBASELINE, rebase, [if world == "none" { old } else { new }, missing]);
        outcome.find(ONLY, only, missing);
        if world == "harmful" {
            outcome.find(REBASELINE, "nobody reacts to a harmful shift", old);
            let regained = runs.mean(|([old, weighted, _], _)| weighted - old);
            outcome.find(ONLY, "old rows are weighted towards the new inputs", regained);
        }
        for (answer, model, alarms) in
            [("watch only", 0, old), ("new baseline", 0, new), ("old rows weighted", 1, new), ("retrained", 2, new)]
        {
            table.put((world, answer, runs.mean(|(accuracy, _)| accuracy[model]), alarms.point()));
        }
    }
    let turned = cx.runs("turned", cx.replicates() / 2, |rep| {
        let draw = |n, degrees, name: &str| drifting::boundary(n, [0.0; 2], degrees, 0.3, &rep.stream.child(name, 0));
        let test = draw(TEST, 90.0, "test");
        Ok(accuracy(&linear(&draw(TRAIN, 90.0, "new")), &test) - accuracy(&linear(&draw(TRAIN, 0.0, "old")), &test))
    })?;
    outcome.find(ONLY, "the concept changes and the model is retrained", turned.mean(|regained| *regained));
    draw_answers(cx, table, outcome);
    Ok(())
}

fn draw_answers(cx: &Cx, table: Table, outcome: &mut Outcome) {
    let looks = [Look::new("accuracy", Hue::Blue), Look::new("alarms", Hue::Amber).called("windows that alarm")];
    let cite = |column, answer| table.cite(column, ("harmful", answer), percent);
    let title = Title::say(
        "After a harmful shift a new baseline lowers alarms from {} to {} and accuracy stays at {}",
        [cite("alarms", "watch only"), cite("alarms", "new baseline"), cite("accuracy", "new baseline")],
    )
    .if_cited(|cited| cited[1] < cited[0]);
    let panel = |(name, world): (&str, &str)| {
        let answers = Axis::category("", ["watch\nonly", "new\nbaseline", "old\nrows\nweighted", "retrained"]);
        Panel::new(answers, Axis::share("share of rows or windows").range(0.0, 1.0))
            .title(name)
            .bar(table.of((world,)), "answer", "accuracy", &looks[0], (0, 2))
            .bar(table.of((world,)), "answer", "alarms", &looks[1], (1, 2))
    };
    let figure = Figure::new("answers-to-a-shift", title)
        .subtitle(format!("Inputs move by two standard deviations, and the model is linear. Mean of {} runs; whisker: 99\u{202f}% interval. Alarms: share of windows in which a test of the inputs at 5\u{202f}% rejects.", cx.replicates()))
        .alt("Two panels of paired bars over four answers to a shift: accuracy and the share of windows that alarm. In the harmless world accuracy is alike for all; in the harmful world only retraining lifts it, while a new baseline silences the alarm.")
        .keys(&looks, |_| LegendKey::Fill)
        .panels([("A harmless shift", "harmless"), ("A harmful shift", "harmful")].map(panel))
        .grid(2, true);
    outcome.show(figure, [table]);
}
