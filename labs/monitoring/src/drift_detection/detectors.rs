//! How fast is an alarm, at one rate of false alarms?
//!
//! Data: normal values whose mean jumps, and errors whose rate jumps. Arms: control charts and river's detectors, all
//! tuned to one budget of false alarms; scheduled jobs that look at whole windows; a timer that looks at nothing.
//! Measurement: rows from the jump to the alarm; runs without an alarm count as the horizon, and their share is given.

use super::{DriftDetectionParams, timeline};
use mllab_core::prelude::*;
use mllab_kit::data::drifting::errors;
use mllab_kit::draws::Draws;
use mllab_kit::drift::budget::{self, ALLOWANCE, BY, ERROR, RARE_CUSUM, at, threshold};
use mllab_kit::drift::run_length::{self, Censored, job_limit, rows_to_job};
use mllab_kit::drift::{Cusum, Timer, alarms, rows_to_alarm};
use shown::whole;

const CLAIM: &str = "realtime-detection";
const OF_VALUES: [Look; 7] = [
    Look::new("Shewhart", Hue::Amber),
    Look::new("CUSUM", Hue::Blue),
    Look::new("EWMA", Hue::Sky),
    Look::new("Page-Hinkley", Hue::Green),
    Look::new("ADWIN", Hue::Vermilion),
    Look::new("KSWIN", Hue::Pink),
    Look::new("timer", Hue::Grey).dashed(),
];
const OF_ERRORS: [Look; 4] = [
    Look::new("DDM", Hue::Blue),
    Look::new("EDDM", Hue::Green),
    Look::new("HDDM-A", Hue::Vermilion),
    Look::new("HDDM-W", Hue::Pink),
];
const JOBS: [(usize, Look); 3] = [
    (50, Look::new("a job looks at every 50 rows", Hue::Green).called("every 50").dotted(Mark::Square)),
    (500, Look::new("a job looks at every 500 rows", Hue::Vermilion).called("every 500").dotted(Mark::Square)),
    (5000, Look::new("a job looks at every 5,000 rows", Hue::Pink).called("every 5000").dotted(Mark::Square)),
];
/// Rows to a false alarm of jobs, timer and the CUSUM beside them.
const RARE: f64 = 50_000.0;
/// Rows that a detector sees before the jump.
const HISTORY: usize = 500;
/// Rows after the jump at which a run is given up.
const HORIZON: usize = 2000;
const JUMPS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 3.0];
const RATES: [f64; 4] = [0.25, 0.3, 0.4, 0.5];

/// Measures delays and false alarms.
pub fn run(cx: &Cx, _: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    jobs(cx, &mut outcome)?;
    false_alarms(cx, &mut outcome)?;
    delays(cx, &mut outcome)?;
    frontier(cx, &mut outcome)?;
    timeline::draw(cx, &mut outcome);
    Ok(outcome)
}

/// Rows to the alarm at one false alarm in [`RARE`] rows.
fn jobs(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates();
    let mut table = Table::named("rows_to_an_alarm").with_word("watch").with_estimate("rows", "rows").with_runs();
    let mut watch = |setting, runs, rows: &(dyn Fn(&Stream) -> f64 + Sync)| -> Result<(), LabError> {
        let rows = cx.runs(setting, runs, |rep| Ok(rows(&rep.stream)))?.mean(|rows| *rows);
        outcome.find(CLAIM, setting, rows);
        table.put((setting, rows));
        Ok(())
    };
    let cusum = |jump: f64, horizon: usize, stream: &Stream| {
        let (mut draws, mut detector) = (Draws::new(stream), Cusum::new(ALLOWANCE, RARE_CUSUM));
        rows_to_alarm(&mut detector, || draws.normal() + jump, horizon).unwrap_or(horizon) as f64
    };
    watch("CUSUM looks at every row", n, &|stream| cusum(1.0, 100_000, stream))?;
    let setting = "CUSUM looks at every row for a jump of a tenth of an sd";
    watch(setting, n / 2, &|stream| cusum(0.1, 20_000, stream))?;
    for (window, look) in JOBS {
        let limit = job_limit(window, RARE);
        watch(look.name, n, &|stream| rows_to_job(window, limit, 1.0, stream))?;
    }
    watch("a timer fires as often as the others do falsely", n, &|stream| {
        let period = RARE as usize;
        let mut timer = Timer { period, elapsed: Draws::new(stream).below(period) };
        rows_to_alarm(&mut timer, || 1.0, period).map_or(RARE, |rows| rows as f64)
    })?;
    outcome.tables.push(table);
    Ok(())
}

/// Each detector at the budget, without drift.
fn false_alarms(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut table = Table::named("at_one_budget").with_word("detector").with_word("watches");
    table = table.with_number("threshold", "1").with_estimate("rows", "rows").with_number("by_1000", "share");
    let control = "nothing changes and each detector is tuned to a false alarm in 1,500 rows";
    let horizon = if cx.quick() { 5_000 } else { 30_000 };
    for (part, Look { name, .. }) in OF_VALUES.into_iter().enumerate() {
        let value = threshold(name);
        let rows = cx.replicate_part(name, cx.replicates(), |rep| {
            let mut draws = Draws::new(&rep.stream.child("values", 0));
            let mut detector = at(name, value, &rep.stream.child("detector", 0));
            // A timer's run begins at its start, as every other's does.
            if name == "timer" {
                detector = Box::new(Timer { period: value as usize, elapsed: 0 });
            }
            rows_to_alarm(detector.as_mut(), || draws.normal(), horizon)
        })?;
        let runs = Censored { horizon, rows };
        let mean = if name == "timer" { Estimate::exact(value) } else { Estimate::mean(&runs.restricted()) };
        if name != "timer" {
            outcome.find_part(CLAIM, control, part, mean);
        }
        table.put((name, "values", value, mean, runs.share_by(BY)));
    }
    for Look { name, .. } in OF_ERRORS {
        let rows = cx.replicate_part(name, 2 * cx.replicates(), |rep| {
            let values = errors(BY, BY, ERROR, ERROR, &rep.stream);
            alarms(at(name, threshold(name), &rep.stream).as_mut(), &values).first().map(|row| row + 1)
        })?;
        let share = Censored { horizon: BY, rows }.share_by(BY);
        // Two of the four have no mean run length, so none is given.
        table.put((name, "errors", threshold(name), f64::NAN, f64::NAN, f64::NAN, share));
    }
    outcome.tables.push(table);
    Ok(())
}

/// Delay against the size of the jump, at the budget.
fn delays(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates() / 5;
    let mut table = Table::named("delay_by_jump").with_word("detector").with_number("jump", "1");
    table = table.with_estimate("delay", "rows").with_number("missed", "share").with_number("runs", "runs");
    for (of_values, looks, jumps) in [(true, &OF_VALUES[..], &JUMPS[..]), (false, &OF_ERRORS, &RATES)] {
        for (Look { name, .. }, &jump) in looks.iter().flat_map(|look| jumps.iter().map(move |jump| (look, jump))) {
            let rows = cx.replicate_part(&format!("delay of {name} at {jump}"), n.max(2), |rep| {
                let mut draws = Draws::new(&rep.stream.child("values", 0));
                let mut detector = at(name, threshold(name), &rep.stream.child("detector", 0));
                let mut next = |after: bool| match (of_values, after) {
                    (true, _) => draws.normal() + if after { jump } else { 0.0 },
                    (false, _) => f64::from(draws.happens(if after { jump } else { ERROR })),
                };
                // A false alarm before the jump starts the detector afresh, as it would in use.
                (0..HISTORY).for_each(|_| {
                    detector.update(next(false));
                });
                rows_to_alarm(detector.as_mut(), || next(true), HORIZON)
            })?;
            let runs = Censored { horizon: HORIZON, rows };
            let mean = Estimate::mean_within(&runs.restricted(), 1.0, HORIZON as f64);
            table.put((*name, jump, mean, 1.0 - runs.share_by(HORIZON), n));
        }
    }
    let cite = |detector| table.cite("delay", (detector, 1.0), whole);
    let title = Title::say(
        "At one budget a jump of one deviation takes CUSUM {} rows, Page-Hinkley {}, KSWIN {}, ADWIN {} and a timer {}",
        ["CUSUM", "Page-Hinkley", "KSWIN", "ADWIN", "timer"].map(cite),
    );
    let panel = |title, x: Axis, looks: &[Look]| {
        let ticks = [3.0, 10.0, 30.0, 100.0, 300.0, 1000.0];
        Panel::new(x, Axis::log("mean rows to the alarm").range(1.0, 2500.0).ticks(ticks))
            .title(title)
            .lines(&table, looks, "jump", "delay")
    };
    let jumps = Axis::log("jump of the mean, in sd").range(0.22, 3.4).ticks(JUMPS);
    let rates = Axis::linear("error rate after the jump, from 20\u{202f}%").range(0.24, 0.51).ticks(RATES);
    let figure = Figure::new("delay-by-jump", title)
        .subtitle(format!("Left: each tuned to a false alarm in {} rows of N(0, 1). Right: each tuned to alarm within {} rows in one stream of ten. The jump comes after {HISTORY} rows. Mean of {n} runs, cut at {HORIZON} rows; band: 99\u{202f}% interval.", whole(budget::ROWS), whole(BY as f64)))
        .alt("Two panels of delay against the size of a jump, on logarithmic axes, one line a detector. All fall with the jump. CUSUM and EWMA are lowest for small jumps, Shewhart for the largest; the timer is a level line at the top.")
        .panel(panel("Detectors of values", jumps, &OF_VALUES))
        .panel(panel("Detectors of errors", rates.format(Format::Percent), &OF_ERRORS))
        .grid(2, true);
    outcome.show(figure, [table]);
    Ok(())
}

/// Delay at a jump of one deviation against false alarms, each way of watching at several thresholds.
fn frontier(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut table = Table::named("frontier").with_word("watch").with_number("false_alarms", "in 10,000 rows");
    table = table.with_estimate("delay", "rows");
    let charts = [0, 1, 2].map(|chart| OF_VALUES[chart].dotted(Mark::Disc).bare());
    let mut exact = |look: &Look, limits: [f64; 4], rows: &dyn Fn(f64, f64) -> f64| {
        for limit in limits {
            table.put((look.name, 10_000.0 / rows(limit, 0.0), Estimate::exact(rows(limit, 1.0))));
        }
    };
    exact(&charts[0], [2.6, 3.2, 3.8, 4.4], &run_length::shewhart);
    exact(&charts[1], [3.0, 5.0, 7.0, 9.0], &|limit, shift| run_length::cusum(ALLOWANCE, limit, shift));
    exact(&charts[2], [2.2, 2.8, 3.4, 3.9], &|limit, shift| run_length::ewma(0.1, limit, shift));
    for (window, look) in JOBS {
        for rows in [1000.0, 10_000.0, 100_000.0].into_iter().filter(|rows| *rows >= 1.5 * window as f64) {
            let limit = job_limit(window, rows);
            let delays = cx.runs(&format!("{} {rows}", look.name), cx.replicates() / 2, |rep| {
                Ok(rows_to_job(window, limit, 1.0, &rep.stream))
            })?;
            table.put((look.name, 1e4 / rows, delays.mean(|rows| *rows)));
        }
    }
    let watch = outcome.tables.iter().find(|table| table.id == "rows_to_an_alarm").expect("made before");
    let cite = |setting| watch.cite("rows", (setting,), whole);
    let title = Title::say(
        "At a false alarm in fifty thousand rows CUSUM needs {} rows, a job that looks at every 500 rows needs {}, at every 5000 rows {}",
        [cite("CUSUM looks at every row"), cite(JOBS[1].1.name), cite(JOBS[2].1.name)],
    );
    let rows = Axis::log("mean rows to the alarm").ticks([3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0]);
    let panel = Panel::new(Axis::log("false alarms in 10\u{202f}000 rows").ticks([0.1, 1.0, 10.0, 100.0]), rows)
        .lines(&table, &charts, "false_alarms", "delay")
        .lines(&table, &JOBS.map(|(_, look)| look), "false_alarms", "delay");
    let figure = Figure::new("frontier", title)
        .subtitle(format!("A jump of one standard deviation. Control charts: exact run lengths at four thresholds; jobs that test every 50, 500 or 5000 rows: mean of {} runs, band: 99\u{202f}% interval.", cx.replicates() / 2))
        .alt("Mean rows to an alarm against false alarms in ten thousand rows, both logarithmic, one line a way of watching. CUSUM and EWMA run lowest; jobs are level lines at about the size of their window; Shewhart rises steeply to the left.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
