//! What does a changed rule cost, and what do changed proportions?
//!
//! Data: a boundary that turns, SEA, STAGGER and the real digits, whose inputs stay while the question changes. Arms: the
//! model that learnt before the change, on rows before and after it. Measurement: accuracy, and whether a test of the
//! inputs alarms. What changed proportions do is in `proportions.rs`.

use super::worlds::{TEST, TRAIN, accuracy, linear};
use super::{DriftDetectionParams, proportions};
use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, drifting, real};
use mllab_kit::drift::Baseline;
use mllab_kit::split;
use shown::percent;

const CONCEPT: &str = "concept-drift";
const ANGLES: [f64; 7] = [0.0, 30.0, 45.0, 60.0, 90.0, 135.0, 180.0];
const NOISE: f64 = 0.1;

/// Measures both.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    turned(cx, params, &mut outcome)?;
    published(cx, &mut outcome)?;
    proportions::change(cx, &mut outcome)?;
    proportions::thinned(cx, &mut outcome)?;
    Ok(outcome)
}

fn turned(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("turned", cx.replicates(), |rep| {
        let draw = |n, degrees, name: &str| drifting::boundary(n, [0.0; 2], degrees, NOISE, &rep.stream.child(name, 0));
        let model = linear(&draw(TRAIN, 0.0, "train"));
        let test = ANGLES.map(|degrees| accuracy(&model, &draw(TEST, degrees, "test")));
        let fresh = accuracy(&model, &draw(TEST, 0.0, "fresh"));
        let baseline = Baseline::new(draw(params.baseline_rows as usize, 0.0, "baseline").x.view())?;
        // Each angle has its window: the draws are others, so that three tests are three chances.
        let alarm = [(45.0, "45"), (90.0, "90"), (180.0, "180")]
            .map(|(degrees, name)| baseline.alarms(draw(params.window as usize, degrees, name).x.view(), 0.01));
        Ok((test, fresh, alarm))
    })?;
    for (setting, place, window) in [
        ("the boundary turns by 45 degrees", 2, 0),
        ("the boundary turns by 90 degrees", 4, 1),
        ("the boundary turns by 180 degrees", 6, 2),
    ] {
        let fall = runs.mean(|(test, _, _)| test[0] - test[place]);
        outcome.find(CONCEPT, setting, [fall, runs.proportion(|(_, _, alarm)| alarm[window])]);
    }
    outcome.find(CONCEPT, "the boundary stays", runs.mean(|(test, fresh, _)| fresh - test[0]));

    let mut table = Table::named("accuracy_by_angle").with_number("degrees", "degrees");
    table = table.with_estimate("accuracy", "share").with_runs();
    for (place, degrees) in ANGLES.into_iter().enumerate() {
        table.put((degrees, runs.mean(|(test, _, _)| test[place])));
    }
    draw_turned(cx, table, outcome);
    Ok(())
}

fn draw_turned(cx: &Cx, table: Table, outcome: &mut Outcome) {
    let sample = drifting::boundary(160, [0.0; 2], 60.0, NOISE, &cx.stream("the-concept", 0).child("sample", 0));
    let mut rows = Table::named("rows_after_a_turn").with_numbers(&["first", "second"], "sd");
    rows = rows.with_number("positive", "1");
    for (row, &label) in sample.x.rows().into_iter().zip(&sample.y) {
        rows.put((row[0], row[1], label));
    }
    let classes = [
        Look::new("negative", Hue::Blue).unnamed(),
        Look::new("positive", Hue::Vermilion).mark(Mark::Triangle).unnamed(),
    ];
    let slope = libm::tan(60.0_f64.to_radians());
    let plane = Panel::new(Axis::linear("first input").range(-3.0, 3.0), Axis::linear("second input").range(-3.0, 3.0))
        .title("The boundary has turned by 60°")
        .points(rows.whose("positive", false), "first", "second", &classes[0])
        .points(rows.whose("positive", true), "first", "second", &classes[1])
        .layer(Line::new(vec![0.0, 0.0], vec![-3.0, 3.0], Hue::Grey).dash(Dash::Dashed))
        .layer(Line::new(vec![-3.0, 3.0], vec![3.0 / slope, -3.0 / slope], Hue::Ink));
    let degrees = Axis::linear("degrees turned").range(0.0, 180.0).ticks([0.0, 45.0, 90.0, 135.0, 180.0]);
    let curve = Panel::new(degrees, Axis::share("accuracy").range(0.0, 1.0))
        .title("The old model on the new concept")
        .line(&table, "degrees", "accuracy", &Look::new("the old model", Hue::Blue).dotted(Mark::Disc).unnamed());
    let title = Title::say(
        "A boundary that turns by a right angle leaves {} of accuracy, and no input has moved",
        [table.cite("accuracy", (90.0,), percent)],
    );
    let figure = Figure::new("a-turned-boundary", title)
        .subtitle(format!("Logistic regression on {TRAIN} rows of the old concept, judged on {TEST} of the new. Mean of {} runs; the 99\u{202f}% interval is narrower than the line.", cx.replicates()))
        .alt("Left, points of two classes with the learnt boundary, upright and dashed, and the new one turned by sixty degrees; many points lie between the two. Right, accuracy falls in a straight line from near one at no turn to near zero at half a turn.")
        .keys(&classes, Look::point)
        .legend("learnt boundary", Hue::Grey, LegendKey::Line(Dash::Dashed))
        .legend("new boundary", Hue::Ink, LegendKey::Line(Dash::Solid))
        .grid(2, false)
        .panel(plane)
        .panel(curve);
    outcome.show(figure, [table, rows]);
}

/// SEA, STAGGER and the digits.
fn published(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = |part, draw: &(dyn Fn(usize, bool, &Stream) -> Labelled + Sync)| {
        cx.runs(part, (cx.replicates() / 4).max(2), |rep| {
            let model = linear(&draw(TRAIN, false, &rep.stream.child("train", 0)));
            let test = |new| accuracy(&model, &draw(TEST, new, &rep.stream.child("test", 0)));
            Ok(test(false) - test(true))
        })
    };
    let sea = stream("sea", &|n, new, stream| drifting::sea(n, if new { 9.5 } else { 8.0 }, 0.1, stream))?;
    outcome.find(CONCEPT, "the threshold of the SEA stream moves from 8 to 9.5", sea.mean(|fall| *fall));
    let stagger = stream("stagger", &|n, new, stream| drifting::stagger(n, usize::from(new), stream))?;
    let setting = "the STAGGER stream goes from its first concept to its second";
    outcome.find(CONCEPT, setting, stagger.mean(|fall| *fall));
    let digits = real::digits().table;
    let (threes, eights) = (digits.against_rest(3), digits.against_rest(8));
    let falls = cx.runs("digits", (cx.replicates() / 20).max(3), |rep| {
        let parts = split::random(threes.y.len(), 0.5, &rep.stream)?;
        let (train, live) = (threes.rows(&parts.train), threes.rows(&parts.test));
        let model = linear(&Labelled { x: train.x.mapv(|ink| ink / 16.0), y: train.y });
        let x = live.x.mapv(|ink| ink / 16.0);
        let same = accuracy(&model, &Labelled { x: x.clone(), y: live.y });
        Ok(same - accuracy(&model, &Labelled { x, y: eights.rows(&parts.test).y }))
    })?;
    let setting = "threes are looked for among real digits and then eights";
    outcome.find(CONCEPT, setting, falls.resampled(1.0, |fall| *fall));
    Ok(())
}
