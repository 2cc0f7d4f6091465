//! How much of a model's quality can be known before labels come?
//!
//! Data: a logistic truth, which the model has learnt rightly, and a parabola, which it cannot learn. Arms: inputs that
//! move, a boundary that turns. Measurement: the accuracy that the model's own confidence claims, less the true one. And
//! labels that come late or seldom: days until a likelihood-ratio CUSUM over them notices a fall of ten points.

use super::DriftDetectionParams;
use super::worlds::{Series, TEST, TRAIN, Truth, linear, right, share};
use mllab_core::figure::{Axis, Hue, Line, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::{from_logits, normal_features};
use mllab_kit::draws::Draws;
use mllab_kit::drift::run_length::Censored;

const CLAIM: &str = "model-quality-needs-labels";
/// The likelihood ratio, as a logarithm, at which the monitor of labels alarms.
const EVIDENCE: f64 = 9.0;
const BEFORE: f64 = 0.1;
const AFTER: f64 = 0.2;
const DELAYS: [usize; 4] = [0, 1, 7, 30];
const COVERAGES: [f64; 3] = [1.0, 0.1, 0.01];
/// Days after which a stream is given up.
const HORIZON: usize = 1000;

/// Measures both.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    confidence(cx, &mut outcome)?;
    lateness(cx, params, &mut outcome)?;
    Ok(outcome)
}

fn logistic(n: usize, moved: f64, degrees: f64, stream: &Stream) -> Labelled {
    let x = normal_features(n, 2, &stream.child("features", 0)) + moved;
    let (cos, sin) = (libm::cos(degrees.to_radians()), libm::sin(degrees.to_radians()));
    from_logits(x, |row| 3.0 * (cos * row[0] + sin * row[1]), &stream.child("labels", 0))
}

fn confidence(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    type Draw = fn(usize, bool, &Stream) -> Labelled;
    let worlds: [(&str, Draw); 4] = [
        ("the concept has changed", |n, new, stream| logistic(n, 0.0, if new { 90.0 } else { 0.0 }, stream)),
        ("inputs have moved and the model has the wrong shape", |n, new, stream| {
            Truth::Curved.draw(n, if new { 2.0 } else { 0.0 }, stream)
        }),
        ("inputs have moved and the model is right everywhere", |n, new, stream| {
            logistic(n, f64::from(new), 0.0, stream)
        }),
        ("nothing changes", |n, _, stream| logistic(n, 0.0, 0.0, stream)),
    ];
    for (setting, draw) in worlds {
        let claimed = cx.replicate_part(setting, cx.replicates() / 2, |rep| {
            let model = linear(&draw(2 * TRAIN, false, &rep.stream.child("train", 0)));
            let test = draw(TEST, true, &rep.stream.child("test", 0));
            let logits = model.logits(test.x.view());
            let sure = logits.iter().map(|f| 1.0 / (1.0 + libm::exp(-f.abs()))).sum::<f64>() / logits.len() as f64;
            sure - right(&logits, &test.y)
        })?;
        outcome.find(CLAIM, setting, Estimate::mean(&claimed));
    }
    Ok(())
}

/// The day, from 1, at whose end the monitor alarms. Labels of day d come `delay` days later, at the same hour give or
/// take a day; before the change errors are as rare as the model promised.
fn day_of_alarm(
    rows_per_day: usize,
    delay: usize,
    coverage: f64,
    after: f64,
    horizon: usize,
    stream: &Stream,
) -> Option<usize> {
    let mut draws = Draws::new(stream);
    let (error, hit) = (libm::log(AFTER / BEFORE), libm::log((1.0 - AFTER) / (1.0 - BEFORE)));
    let mut sum = 0.0_f64;
    // Labels that are still to come: errors and hits by the day of their arrival.
    let mut arriving = vec![[0_u32; 2]; delay + 3];
    for day in 1..=horizon {
        for _ in 0..rows_per_day {
            if !draws.happens(coverage) {
                continue;
            }
            let wrong = draws.happens(after);
            let late = if delay == 0 { 0 } else { delay - 1 + draws.below(3) };
            arriving[(day + late) % (delay + 3)][usize::from(wrong)] += 1;
        }
        let [hits, errors] = std::mem::take(&mut arriving[day % (delay + 3)]);
        // Within a day the order is not known: errors are spread evenly.
        let all = hits + errors;
        for label in 0..all {
            let wrong = (label + 1) * errors / all > label * errors / all;
            sum = (sum + if wrong { error } else { hit }).max(0.0);
            if sum > EVIDENCE {
                return Some(day);
            }
        }
    }
    None
}

fn lateness(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (n, rows) = (cx.replicates(), params.rows_per_day as usize);
    let columns = [
        ("coverage", "share"),
        ("delay", "days"),
        ("days", "days"),
        ("low", "days"),
        ("high", "days"),
        ("missed", "share"),
    ];
    let mut table = Table::new("days_to_notice", &columns);
    let mut all = Vec::new();
    for coverage in COVERAGES {
        // One per cent of the rows needs a hundred times the days.
        let per_delay = if coverage < 0.05 { n / 2 } else { n };
        for delay in DELAYS {
            // The same predictions and the same draws of who is labelled, whatever the delay.
            let days = cx.replicate_part(&format!("late {coverage}"), per_delay.max(2), |rep| {
                day_of_alarm(rows, delay, coverage, AFTER, HORIZON, &rep.stream)
            })?;
            let runs = Censored { horizon: HORIZON, rows: days };
            let e = Estimate::mean_within(&runs.restricted(), 1.0, HORIZON as f64);
            let missed = 1.0 - runs.share_by(HORIZON);
            table.row([coverage.into(), delay.into(), e.point.into(), e.low.into(), e.high.into(), missed.into()]);
            all.push(runs.restricted());
        }
    }
    for (setting, place) in [("labels come seven days late", 2), ("labels come thirty days late", 3)] {
        let later: Vec<f64> = all[place].iter().zip(&all[0]).map(|(late, prompt)| late - prompt).collect();
        outcome.find(CLAIM, setting, Estimate::mean_within(&later, 0.0, HORIZON as f64));
    }
    let ratio: Vec<f64> = all[8].iter().zip(&all[0]).map(|(few, every)| libm::log2(few / every)).collect();
    outcome.find(CLAIM, "one row in a hundred gets a label", Estimate::mean(&ratio));
    let still = cx.replicate_part("still", 2 * n, |rep| day_of_alarm(rows, 0, 1.0, BEFORE, 30, &rep.stream))?;
    outcome.find_part(CLAIM, "nothing changes", 1, share(&still, Option::is_some));

    let mut panel = Panel::new(
        Axis::linear("days until a label comes").range(0.0, 30.0).ticks([0.0, 7.0, 14.0, 21.0, 30.0]),
        Axis::log("days until the fall is noticed"),
    );
    let looks = [
        ("every row labelled", Hue::Blue, Mark::Disc),
        ("one in ten", Hue::Amber, Mark::Triangle),
        ("one in a hundred", Hue::Vermilion, Mark::Square),
    ];
    for (place, (name, hue, mark)) in looks.into_iter().enumerate() {
        let x: Vec<f64> = DELAYS.iter().map(|&delay| delay as f64).collect();
        let get = |column: &str| (0..4).map(|d| table.number(4 * place + d, column).expect("a number")).collect();
        let band = Series { middle: get("days"), low: get("low"), high: get("high") };
        panel = panel
            .layer(Line::new(x.clone(), band.middle.clone(), hue).band(band.low, band.high).label(name))
            .layer(Points::new(x, band.middle, mark, hue));
    }
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("With prompt labels a fall of ten points is noticed after ")
        .cite(&table, "days", 0, |v| shown::fixed(v, 1))
        .text(" days, thirty days late after ")
        .cite(&table, "days", 3, whole)
        .text(", with one label in a hundred after ")
        .cite(&table, "days", 8, whole);
    outcome.figures.push(
        Figure::new("late-labels", title)
            .subtitle(format!(
                "{rows} predictions a day; errors go from 10\u{202f}% to 20\u{202f}%. Mean of {n} streams (half as many for one in a hundred), cut at {} days; band: 99\u{202f}% interval.",
                shown::fixed(HORIZON as f64, 0)
            ))
            .alt("Days until a fall of accuracy is noticed against the delay of the labels, on a logarithmic axis, for three shares of labelled rows. Each line rises with the delay; at one label in a hundred it starts a hundred times higher.")
            .reads("days_to_notice", &["delay", "days", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}
