//! How fast is an alarm, at one rate of false alarms?
//!
//! Data: normal values whose mean jumps, and errors whose rate jumps. Arms: control charts and river's detectors, all
//! tuned to one budget of false alarms; scheduled jobs that look at whole windows; a timer that looks at nothing.
//! Measurement: rows from the jump to the alarm; runs without an alarm count as the horizon, and their share is given.

use super::DriftDetectionParams;
use super::budget::{self, ALLOWANCE, BY, ERROR, OF_ERRORS, OF_VALUES, RARE_CUSUM, at, threshold};
use super::worlds::Series;
use mllab_core::figure::{Axis, Dash, Event, Format, Hue, Lane, Lanes, Layout, Line, Mark, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::drifting::errors;
use mllab_kit::data::series::rolling_mean;
use mllab_kit::draws::Draws;
use mllab_kit::drift::run_length::{self, Censored};
use mllab_kit::drift::{
    Adwin, Cusum, Ddm, Detector, Eddm, HddmA, HddmW, Kswin, PageHinkley, Timer, alarms, normal_quantile, rows_to_alarm,
};

const CLAIM: &str = "realtime-detection";
/// Rows to a false alarm of jobs, timer and the CUSUM beside them.
const RARE: f64 = 50_000.0;
const JOBS: [(&str, usize); 3] = [
    ("a job looks at every 50 rows", 50),
    ("a job looks at every 500 rows", 500),
    ("a job looks at every 5,000 rows", 5000),
];
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
    timeline(cx, &mut outcome);
    Ok(outcome)
}

/// Rows from a jump, somewhere within a window, to the end of the first window whose mean a z-test rejects.
fn job_delay(window: usize, limit: f64, jump: f64, stream: &Stream) -> f64 {
    let mut draws = Draws::new(stream);
    let missed = draws.below(window);
    let mut rows = window - missed;
    let mut moved = rows;
    let deviation = 1.0 / (window as f64).sqrt();
    loop {
        let mean = jump * moved as f64 / window as f64 + deviation * draws.normal();
        if mean.abs() > limit * deviation || rows > 1_000_000 {
            return rows as f64;
        }
        moved = window;
        rows += window;
    }
}

fn job_limit(window: usize, rows: f64) -> f64 {
    normal_quantile(1.0 - 0.5 * window as f64 / rows)
}

fn jobs(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates();
    let mut table = Table::new(
        "rows_to_an_alarm",
        &[("watch", ""), ("rows", "rows"), ("low", "rows"), ("high", "rows"), ("runs", "runs")],
    );
    let mut find = |outcome: &mut Outcome, setting: &'static str, rows: &[f64]| {
        let e = Estimate::mean(rows);
        outcome.find(CLAIM, setting, e);
        table.row([setting.into(), e.point.into(), e.low.into(), e.high.into(), rows.len().into()]);
    };
    for (setting, jump, horizon, runs) in [
        ("CUSUM looks at every row", 1.0, 100_000, n),
        ("CUSUM looks at every row for a jump of a tenth of an sd", 0.1, 20_000, n / 2),
    ] {
        let rows = cx.replicate_part(setting, runs, |rep| {
            let mut draws = Draws::new(&rep.stream);
            let mut detector = Cusum::new(ALLOWANCE, RARE_CUSUM);
            rows_to_alarm(&mut detector, || draws.normal() + jump, horizon)
        })?;
        find(outcome, setting, &Censored { horizon, rows }.restricted());
    }
    for (setting, window) in JOBS {
        let limit = job_limit(window, RARE);
        find(outcome, setting, &cx.replicate_part(setting, n, |rep| job_delay(window, limit, 1.0, &rep.stream))?);
    }
    let setting = "a timer fires as often as the others do falsely";
    let rows = cx.replicate_part(setting, n, |rep| {
        let period = RARE as usize;
        let mut timer = Timer { period, elapsed: Draws::new(&rep.stream).below(period) };
        rows_to_alarm(&mut timer, || 1.0, period).map_or(RARE, |rows| rows as f64)
    })?;
    find(outcome, setting, &rows);
    outcome.tables.push(table);
    Ok(())
}

/// Each detector at the budget, without drift.
fn false_alarms(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let columns = [
        ("detector", ""),
        ("watches", ""),
        ("threshold", "1"),
        ("rows", "rows"),
        ("low", "rows"),
        ("high", "rows"),
        ("by_1000", "share"),
    ];
    let mut table = Table::new("at_one_budget", &columns);
    let control = "nothing changes and each detector is tuned to a false alarm in 1,500 rows";
    let horizon = if cx.quick() { 5_000 } else { 30_000 };
    for (part, name) in OF_VALUES.into_iter().enumerate() {
        let value = threshold(name);
        let runs = cx.replicate_part(name, cx.replicates(), |rep| {
            let mut draws = Draws::new(&rep.stream.child("values", 0));
            let mut detector = at(name, value, &rep.stream.child("detector", 0));
            // A timer's run begins at its start, as every other's does.
            if name == "timer" {
                detector = Box::new(Timer { period: value as usize, elapsed: 0 });
            }
            rows_to_alarm(detector.as_mut(), || draws.normal(), horizon)
        })?;
        let runs = Censored { horizon, rows: runs };
        let e = if name == "timer" { Estimate::exact(value) } else { Estimate::mean(&runs.restricted()) };
        if name != "timer" {
            outcome.find_part(CLAIM, control, part, e);
        }
        table.row([
            name.into(),
            "values".into(),
            value.into(),
            e.point.into(),
            e.low.into(),
            e.high.into(),
            runs.share_by(BY).into(),
        ]);
    }
    for name in OF_ERRORS {
        let value = threshold(name);
        let runs = cx.replicate_part(name, 2 * cx.replicates(), |rep| {
            let values = errors(BY, BY, ERROR, ERROR, &rep.stream);
            alarms(at(name, value, &rep.stream).as_mut(), &values).first().map(|row| row + 1)
        })?;
        let share = Censored { horizon: BY, rows: runs }.share_by(BY);
        // Two of the four have no mean run length, so none is given.
        table.row([
            name.into(),
            "errors".into(),
            value.into(),
            f64::NAN.into(),
            f64::NAN.into(),
            f64::NAN.into(),
            share.into(),
        ]);
    }
    outcome.tables.push(table);
    Ok(())
}

fn hue(name: &str) -> Hue {
    match name {
        "Shewhart" => Hue::Amber,
        "CUSUM" | "DDM" => Hue::Blue,
        "EWMA" => Hue::Sky,
        "Page-Hinkley" | "EDDM" => Hue::Green,
        "ADWIN" | "HDDM-A" => Hue::Vermilion,
        "KSWIN" | "HDDM-W" => Hue::Pink,
        _ => Hue::Grey,
    }
}

/// Delay against the size of the jump, at the budget.
fn delays(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates() / 5;
    let columns = [
        ("detector", ""),
        ("jump", "1"),
        ("delay", "rows"),
        ("low", "rows"),
        ("high", "rows"),
        ("missed", "share"),
        ("runs", "runs"),
    ];
    let mut table = Table::new("delay_by_jump", &columns);
    let ticks = [3.0, 10.0, 30.0, 100.0, 300.0, 1000.0];
    let mut values = Panel::new(
        Axis::log("jump of the mean, in sd").range(0.22, 3.4).ticks(JUMPS),
        Axis::log("mean rows to the alarm").range(1.0, 2500.0).ticks(ticks),
    )
    .title("Detectors of values");
    let mut rates = Panel::new(
        Axis::linear("error rate after the jump, from 20\u{202f}%")
            .range(0.24, 0.51)
            .ticks(RATES)
            .format(Format::Percent),
        Axis::log("mean rows to the alarm").range(1.0, 2500.0).ticks(ticks),
    )
    .title("Detectors of errors");
    for (of_values, name) in OF_VALUES.into_iter().map(|n| (true, n)).chain(OF_ERRORS.into_iter().map(|n| (false, n))) {
        let jumps: &[f64] = if of_values { &JUMPS } else { &RATES };
        let mut series = Vec::new();
        for &jump in jumps {
            let runs = cx.replicate_part(&format!("delay of {name} at {jump}"), n.max(2), |rep| {
                let mut draws = Draws::new(&rep.stream.child("values", 0));
                let mut detector = at(name, threshold(name), &rep.stream.child("detector", 0));
                let mut next = |after: bool| {
                    if of_values {
                        draws.normal() + if after { jump } else { 0.0 }
                    } else {
                        f64::from(draws.happens(if after { jump } else { ERROR }))
                    }
                };
                // A false alarm before the jump starts the detector afresh, as it would in use.
                (0..HISTORY).for_each(|_| {
                    detector.update(next(false));
                });
                rows_to_alarm(detector.as_mut(), || next(true), HORIZON)
            })?;
            let runs = Censored { horizon: HORIZON, rows: runs };
            let e = Estimate::mean_within(&runs.restricted(), 1.0, HORIZON as f64);
            let missed = 1.0 - runs.share_by(HORIZON);
            table.row([name.into(), jump.into(), e.point.into(), e.low.into(), e.high.into(), missed.into(), n.into()]);
            series.push(e);
        }
        let band: Series = series.into_iter().collect();
        let line = Line::new(jumps.to_vec(), band.middle, hue(name)).band(band.low, band.high).label(name);
        let line = if name == "timer" { line.dash(Dash::Dashed) } else { line };
        if of_values {
            values = values.layer(line);
        } else {
            rates = rates.layer(line);
        }
    }
    let whole = |v: f64| shown::fixed(v, 0);
    let row = |detector: usize, jump: usize| detector * JUMPS.len() + jump;
    let title = Title::new()
        .text("At one budget a jump of one deviation takes CUSUM ")
        .cite(&table, "delay", row(1, 2), whole)
        .text(" rows, Page-Hinkley ")
        .cite(&table, "delay", row(3, 2), whole)
        .text(", KSWIN ")
        .cite(&table, "delay", row(5, 2), whole)
        .text(", ADWIN ")
        .cite(&table, "delay", row(4, 2), whole)
        .text(" and a timer ")
        .cite(&table, "delay", row(6, 2), whole);
    outcome.figures.push(
        Figure::new("delay-by-jump", title)
            .subtitle(format!(
                "Left: each tuned to a false alarm in {} rows of N(0, 1). Right: each tuned to alarm within {} rows in one stream of ten. The jump comes after {HISTORY} rows. Mean of {n} runs, cut at {HORIZON} rows; band: 99\u{202f}% interval.",
                shown::fixed(budget::ROWS, 0),
                shown::fixed(BY as f64, 0)
            ))
            .alt("Two panels of delay against the size of a jump, on logarithmic axes, one line a detector. All fall with the jump. CUSUM and EWMA are lowest for small jumps, Shewhart for the largest; the timer is a level line at the top.")
            .reads("delay_by_jump", &["jump", "delay", "low", "high"])
            .layout(Layout::Grid { columns: 2, share_y: true })
            .panel(values)
            .panel(rates),
    );
    outcome.tables.push(table);
    Ok(())
}

/// A chart: name, colour, thresholds, and its exact run length at a threshold and a shift.
type Exact = (&'static str, Hue, [f64; 4], fn(f64, f64) -> f64);

/// Delay at a jump of one deviation against false alarms, each way of watching at several thresholds.
fn frontier(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let columns =
        [("watch", ""), ("false_alarms", "in 10,000 rows"), ("delay", "rows"), ("low", "rows"), ("high", "rows")];
    let mut table = Table::new("frontier", &columns);
    let mut panel = Panel::new(
        Axis::log("false alarms in 10\u{202f}000 rows").ticks([0.1, 1.0, 10.0, 100.0]),
        Axis::log("mean rows to the alarm").ticks([3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0]),
    );
    let exact: [Exact; 3] = [
        ("Shewhart", Hue::Amber, [2.6, 3.2, 3.8, 4.4], run_length::shewhart),
        ("CUSUM", Hue::Blue, [3.0, 5.0, 7.0, 9.0], |limit, shift| run_length::cusum(ALLOWANCE, limit, shift)),
        ("EWMA", Hue::Sky, [2.2, 2.8, 3.4, 3.9], |limit, shift| run_length::ewma(0.1, limit, shift)),
    ];
    for (name, hue, limits, rows) in exact {
        let x: Vec<f64> = limits.iter().map(|&limit| 10_000.0 / rows(limit, 0.0)).collect();
        let y: Vec<f64> = limits.iter().map(|&limit| rows(limit, 1.0)).collect();
        for (x, y) in x.iter().zip(&y) {
            table.row([name.into(), (*x).into(), (*y).into(), (*y).into(), (*y).into()]);
        }
        panel = panel.layer(Line::new(x.clone(), y.clone(), hue).label(name)).layer(Points::new(x, y, Mark::Disc, hue));
    }
    for ((setting, window), hue) in JOBS.into_iter().zip([Hue::Green, Hue::Vermilion, Hue::Pink]) {
        let (mut x, mut series) = (Vec::new(), Vec::new());
        for rows in [1000.0, 10_000.0, 100_000.0_f64] {
            if rows < 1.5 * window as f64 {
                continue;
            }
            let limit = job_limit(window, rows);
            let delays = cx.replicate_part(&format!("{setting} {rows}"), cx.replicates() / 2, |rep| {
                job_delay(window, limit, 1.0, &rep.stream)
            })?;
            let e = Estimate::mean(&delays);
            table.row([setting.into(), (1e4 / rows).into(), e.point.into(), e.low.into(), e.high.into()]);
            x.push(1e4 / rows);
            series.push(e);
        }
        let band: Series = series.into_iter().collect();
        panel = panel
            .layer(
                Line::new(x.clone(), band.middle.clone(), hue)
                    .band(band.low, band.high)
                    .label(format!("every {}", shown::fixed(window as f64, 0)).as_str()),
            )
            .layer(Points::new(x, band.middle, Mark::Square, hue));
    }
    let watch = outcome.tables.iter().find(|table| table.id == "rows_to_an_alarm").expect("made before");
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("At a false alarm in fifty thousand rows CUSUM needs ")
        .cite(watch, "rows", 0, whole)
        .text(" rows, a job that looks at every 500 rows needs ")
        .cite(watch, "rows", 3, whole)
        .text(", at every 5000 rows ")
        .cite(watch, "rows", 4, whole);
    outcome.figures.push(
        Figure::new("frontier", title)
            .subtitle(format!(
                "A jump of one standard deviation. Control charts: exact run lengths at four thresholds; jobs that test every 50, 500 or 5000 rows: mean of {} runs, band: 99\u{202f}% interval.",
                cx.replicates() / 2
            ))
            .alt("Mean rows to an alarm against false alarms in ten thousand rows, both logarithmic, one line a way of watching. CUSUM and EWMA run lowest; jobs are level lines at about the size of their window; Shewhart rises steeply to the left.")
            .reads("frontier", &["false_alarms", "delay", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}

/// Rows of the stream in the lab's picture, and the row at which its drift begins.
const STREAM: usize = 4000;
const START: usize = 2000;

/// One stream of errors, and who alarms on it.
fn timeline(cx: &Cx, outcome: &mut Outcome) {
    let stream = cx.stream("the-detectors", 0).child("timeline", 0);
    let values = errors(STREAM, START, 0.1, 0.25, &stream);
    let detectors: [(&str, Box<dyn Detector>); 8] = [
        ("ADWIN", Box::new(Adwin::default())),
        ("Page-Hinkley", Box::new(PageHinkley::default())),
        ("KSWIN", Box::new(Kswin::new(&stream.child("kswin", 0)))),
        ("DDM", Box::new(Ddm::default())),
        ("EDDM", Box::new(Eddm::default())),
        ("HDDM-A", Box::new(HddmA::default())),
        ("HDDM-W", Box::new(HddmW::default())),
        ("timer", Box::new(Timer { period: 1500, elapsed: 0 })),
    ];
    let mut found = Table::new("timeline_alarms", &[("detector", ""), ("row", "rows"), ("after_the_drift", "1")]);
    let mut counts = Table::new(
        "timeline_counts",
        &[("detector", ""), ("before", "alarms"), ("after", "alarms"), ("delay", "rows")],
    );
    let mut lanes = Vec::new();
    for (name, mut detector) in detectors {
        let rows = alarms(detector.as_mut(), &values);
        let before = rows.iter().filter(|&&row| row < START).count();
        let delay = rows.get(before).map(|row| (row - START) as f64);
        counts.row([name.into(), before.into(), (rows.len() - before).into(), delay.into()]);
        let events = rows.iter().map(|&row| {
            let hue = if row < START { Hue::Vermilion } else { Hue::Blue };
            Event { x: row as f64, mark: if row < START { Mark::Cross } else { Mark::Triangle }, hue }
        });
        lanes.push(Lane { name: name.into(), events: events.collect(), spans: Vec::new() });
        for row in rows {
            found.row([name.into(), row.into(), (row >= START).into()]);
        }
    }
    let right: Vec<f64> = values.iter().map(|error| 1.0 - error).collect();
    let mean = rolling_mean(&right, 100);
    let mut curve = Table::new("timeline_accuracy", &[("row", "rows"), ("accuracy", "share")]);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for row in (99..STREAM).step_by(10) {
        curve.row([row.into(), mean[row].into()]);
        x.push(row as f64);
        y.push(mean[row]);
    }
    let silent = (0..7)
        .filter(|&row| counts.number(row, "before") == Some(0.0) && counts.number(row, "after") > Some(0.0))
        .count();
    let mut summary = Table::new("timeline_summary", &[("right_only", "detectors"), ("detectors", "detectors")]);
    summary.row([silent.into(), 7_usize.into()]);
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("One fall of accuracy: ")
        .cite(&summary, "right_only", 0, whole)
        .text(" of ")
        .cite(&summary, "detectors", 0, whole)
        .text(" detectors alarm after it and not before; a timer alarms too");
    let axis = || Axis::linear("row").range(0.0, STREAM as f64);
    let mark = |text: &str| Note::vertical(START as f64, text);
    outcome.figures.push(
        Figure::new("alarms-on-a-stream", title)
            .subtitle("One stream of a model's errors, 10\u{202f}% of the rows and from row 2000 on 25\u{202f}%; accuracy of the last 100 rows. Detectors at river's defaults, each starting afresh after an alarm.")
            .alt("Above, accuracy near nine in ten that falls to three in four half-way, where a line marks the drift. Below, one lane a detector: most have their first mark soon after the line, some also before it.")
            .legend("alarm before the drift", Hue::Vermilion, mllab_core::figure::LegendKey::Mark(Mark::Cross))
            .legend("alarm after it", Hue::Blue, mllab_core::figure::LegendKey::Mark(Mark::Triangle))
            .reads("timeline_accuracy", &["row", "accuracy"])
            .reads("timeline_alarms", &["detector", "row", "after_the_drift"])
            .reads("timeline_summary", &["right_only", "detectors"])
            .layout(Layout::Stack)
            .panel(
                Panel::new(axis(), Axis::linear("accuracy").range(0.5, 1.0).format(Format::Percent))
                    .layer(Line::new(x, y, Hue::Ink))
                    .note(mark("drift")),
            )
            .panel(Panel::new(axis(), Axis::linear("alarms")).layer(Lanes { lanes }).note(mark("")).height(1.3)),
    );
    outcome.tables.extend([found, counts, curve, summary]);
}
