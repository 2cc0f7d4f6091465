//! How much of a model's quality can be known before labels come?
//!
//! Data: a logistic truth, which the model has learnt rightly, and a parabola, which it cannot learn. Arms: inputs that
//! move, a boundary that turns. Measurement: the accuracy that the model's own confidence claims, less the true one. And
//! labels that come late or seldom: days until a likelihood-ratio CUSUM over them notices a fall of ten points.

use super::DriftDetectionParams;
use super::worlds::{TEST, TRAIN, Truth, linear, right};
use mllab_core::prelude::*;
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::normal_features;
use mllab_kit::data::drifting::logistic;
use mllab_kit::drift::LateLabels;
use mllab_kit::drift::run_length::Censored;
use shown::{tenths, whole};

const CLAIM: &str = "model-quality-needs-labels";
/// Errors before the fall, and after it.
const BEFORE: f64 = 0.1;
const AFTER: f64 = 0.2;
const DELAYS: [usize; 4] = [0, 1, 7, 30];
const COVERAGES: [(f64, Look); 3] = [
    (1.0, Look::new("every row labelled", Hue::Blue).dotted(Mark::Disc)),
    (0.1, Look::new("one in ten", Hue::Amber).dotted(Mark::Triangle)),
    (0.01, Look::new("one in a hundred", Hue::Vermilion).dotted(Mark::Square)),
];
/// Days after which a stream is given up.
const HORIZON: usize = 1000;

/// Measures both.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    confidence(cx, &mut outcome)?;
    lateness(cx, params, &mut outcome)?;
    Ok(outcome)
}

fn confidence(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    type Draw = fn(usize, bool, &Stream) -> Labelled;
    fn moved(n: usize, moved: f64, degrees: f64, stream: &Stream) -> Labelled {
        logistic(normal_features(n, 2, &stream.child("features", 0)) + moved, degrees, stream)
    }
    let worlds: [(&str, Draw); 4] = [
        ("the concept has changed", |n, new, stream| moved(n, 0.0, if new { 90.0 } else { 0.0 }, stream)),
        ("inputs have moved and the model has the wrong shape", |n, new, stream| {
            Truth::Curved.draw(n, if new { 2.0 } else { 0.0 }, stream)
        }),
        ("inputs have moved and the model is right everywhere", |n, new, stream| moved(n, f64::from(new), 0.0, stream)),
        ("nothing changes", |n, _, stream| moved(n, 0.0, 0.0, stream)),
    ];
    for (setting, draw) in worlds {
        let claimed = cx.runs(setting, cx.replicates() / 2, |rep| {
            let model = linear(&draw(2 * TRAIN, false, &rep.stream.child("train", 0)));
            let test = draw(TEST, true, &rep.stream.child("test", 0));
            let logits = model.logits(test.x.view());
            let sure = logits.iter().map(|f| 1.0 / (1.0 + libm::exp(-f.abs()))).sum::<f64>() / logits.len() as f64;
            Ok(sure - right(&logits, &test.y))
        })?;
        outcome.find(CLAIM, setting, claimed.mean(|more| *more));
    }
    Ok(())
}

fn lateness(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (n, rows_per_day) = (cx.replicates(), params.rows_per_day as usize);
    let mut table = Table::named("days_to_notice").with_number("coverage", "share").with_number("delay", "days");
    table = table.with_estimate("days", "days").with_number("missed", "share");
    let mut all = Vec::new();
    for (coverage, _) in COVERAGES {
        // One per cent of the rows needs a hundred times the days.
        let per_delay = if coverage < 0.05 { n / 2 } else { n };
        for delay in DELAYS {
            let labels = LateLabels { rows_per_day, delay, coverage };
            // The same predictions and the same draws of who is labelled, whatever the delay.
            let days = cx.replicate_part(&format!("late {coverage}"), per_delay.max(2), |rep| {
                labels.days_to_alarm([BEFORE, AFTER], AFTER, HORIZON, &rep.stream)
            })?;
            let runs = Censored { horizon: HORIZON, rows: days };
            let mean = Estimate::mean_within(&runs.restricted(), 1.0, HORIZON as f64);
            table.put((coverage, delay, mean, 1.0 - runs.share_by(HORIZON)));
            all.push(runs.restricted());
        }
    }
    for (setting, place) in [("labels come seven days late", 2), ("labels come thirty days late", 3)] {
        let later: Vec<f64> = all[place].iter().zip(&all[0]).map(|(late, prompt)| late - prompt).collect();
        outcome.find(CLAIM, setting, Estimate::mean_within(&later, 0.0, HORIZON as f64));
    }
    let ratio: Vec<f64> = all[8].iter().zip(&all[0]).map(|(few, every)| libm::log2(few / every)).collect();
    outcome.find(CLAIM, "one row in a hundred gets a label", Estimate::mean(&ratio));
    let labels = LateLabels { rows_per_day, delay: 0, coverage: 1.0 };
    let still = cx.runs("still", 2 * n, |rep| Ok(labels.days_to_alarm([BEFORE, AFTER], BEFORE, 30, &rep.stream)))?;
    outcome.find_part(CLAIM, "nothing changes", 1, still.proportion(Option::is_some));

    let cite = |coverage: f64, delay: usize, show| table.cite("days", (coverage, delay), show);
    let title = Title::say(
        "With prompt labels a fall of ten points is noticed after {} days, thirty days late after {}, with one label in a hundred after {}",
        [cite(1.0, 0, tenths), cite(1.0, 30, whole), cite(0.01, 0, whole)],
    );
    let delay = Axis::linear("days until a label comes").range(0.0, 30.0).ticks([0.0, 7.0, 14.0, 21.0, 30.0]);
    let mut panel = Panel::new(delay, Axis::log("days until the fall is noticed"));
    for (coverage, look) in &COVERAGES {
        panel = panel.line(table.of((*coverage,)), "delay", "days", look);
    }
    let figure = Figure::new("late-labels", title)
        .subtitle(format!("{rows_per_day} predictions a day; errors go from 10\u{202f}% to 20\u{202f}%. Mean of {n} streams (half as many for one in a hundred), cut at {} days; band: 99\u{202f}% interval.", whole(HORIZON as f64)))
        .alt("Days until a fall of accuracy is noticed against the delay of the labels, on a logarithmic axis, for three shares of labelled rows. Each line rises with the delay; at one label in a hundred it starts a hundred times higher.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
