//! One stream of errors, and who alarms on it.
//!
//! Data: a model's errors, which become more frequent half-way. Arms: river's detectors at its defaults, and a timer.
//! Measurement: the rows at which each alarms.

use mllab_core::prelude::*;
use mllab_kit::data::drifting::errors;
use mllab_kit::data::series::rolling_mean;
use mllab_kit::drift::{Detector, Timer, alarms, at_defaults};
use shown::whole;

/// Rows of the stream in the lab's picture, and the row at which its drift begins.
const STREAM: usize = 4000;
const START: usize = 2000;
const BEFORE: Look = Look::new("alarm before the drift", Hue::Vermilion).mark(Mark::Cross);
const AFTER: Look = Look::new("alarm after it", Hue::Blue).mark(Mark::Triangle);

/// Draws the lab's picture.
pub fn draw(cx: &Cx, outcome: &mut Outcome) {
    let stream = cx.stream("the-detectors", 0).child("timeline", 0);
    let values = errors(STREAM, START, 0.1, 0.25, &stream);
    let timer: Box<dyn Detector> = Box::new(Timer { period: 1500, elapsed: 0 });
    let mut found = Table::named("timeline_alarms").with_word("detector").with_number("row", "rows");
    found = found.with_number("after_the_drift", "1");
    let mut counts = Table::named("timeline_counts").with_word("detector");
    counts = counts.with_numbers(&["before", "after"], "alarms").with_number("delay", "rows");
    let mut names = Vec::new();
    for (name, mut detector) in at_defaults(&stream.child("kswin", 0)).into_iter().chain([("timer", timer)]) {
        let rows = alarms(detector.as_mut(), &values);
        let before = rows.iter().filter(|&&row| row < START).count();
        counts.put((name, before, rows.len() - before, rows.get(before).map(|row| (row - START) as f64)));
        for row in rows {
            found.put((name, row, row >= START));
        }
        names.push(name);
    }
    let right: Vec<f64> = values.iter().map(|error| 1.0 - error).collect();
    let mean = rolling_mean(&right, 100);
    let mut curve = Table::named("timeline_accuracy").with_number("row", "rows").with_number("accuracy", "share");
    for row in (99..STREAM).step_by(10) {
        curve.put((row, mean[row]));
    }
    let counted = counts.numbers("before").into_iter().zip(counts.numbers("after")).take(7);
    let right_only = counted.filter(|&(before, after)| before == 0.0 && after > 0.0).count();
    let mut summary = Table::named("timeline_summary").with_numbers(&["right_only", "detectors"], "detectors");
    summary.put((right_only, 7));
    let title = Title::say(
        "One fall of accuracy: {} of {} detectors alarm after it and not before; a timer alarms too",
        [summary.cite("right_only", (), whole), summary.cite("detectors", (), whole)],
    );
    let axis = || Axis::linear("row").range(0.0, STREAM as f64);
    let groups = [(found.whose("after_the_drift", false), BEFORE), (found.whose("after_the_drift", true), AFTER)];
    let lanes = Panel::new(axis(), Axis::linear("alarms")).events(&names, &groups, "detector", "row");
    let accuracy = Panel::new(axis(), Axis::share("accuracy").range(0.5, 1.0));
    let accuracy = accuracy.line(&curve, "row", "accuracy", &Look::new("accuracy", Hue::Ink).unnamed());
    let figure = Figure::new("alarms-on-a-stream", title)
        .subtitle("One stream of a model's errors, 10\u{202f}% of the rows and from row 2000 on 25\u{202f}%; accuracy of the last 100 rows. Detectors at river's defaults, each starting afresh after an alarm.")
        .alt("Above, accuracy near nine in ten that falls to three in four half-way, where a line marks the drift. Below, one lane a detector: most have their first mark soon after the line, some also before it.")
        .keys(&[BEFORE, AFTER], Look::point)
        .layout(Layout::Stack)
        .panel(accuracy.note(Note::vertical(START as f64, "drift")))
        .panel(lanes.note(Note::vertical(START as f64, "")).height(1.3));
    outcome.show(figure, [found, counts, curve, summary]);
}
