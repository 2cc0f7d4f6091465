//! What survives a surge: reacting to it, or knowing of it?
//!
//! Data: a daily flash sale from 200 to 2000 requests a minute, and ramps of all lengths. Arms: AWS target tracking
//! alone, with a scheduled minimum ten minutes ahead (right, 30 % off either way, half), at once, off. Measurement:
//! share of the event's requests that is dropped.

use super::{AutoscalingCooldownParams, dropped_by_minute};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{DAY, Endpoint, Metric, Policy, Settings};
use shown::{THIN, percent_to, tenths, whole};

const SCHEDULE: &str = "scheduled-plus-tracking";
const SURGE: &str = "absorbs-surge";
const EVENT: usize = 60;
const MINUTES: usize = 180;
/// Runs for each replicate: drops are so rare that hundreds of worlds are needed to bound them.
const EVENTS: usize = 60;
const SURGES: usize = 15;
/// What the forecast is of the event, and how many minutes ahead the minimum is raised.
const FORECASTS: [(&str, f64, f64); 5] = [
    ("the forecast is right", 1.0, 10.0),
    ("the forecast is 30 % too low", 0.7, 10.0),
    ("the forecast is 30 % too high", 1.3, 10.0),
    ("the forecast is half of what comes", 0.5, 10.0),
    ("the minimum is raised only when the event begins", 1.0, 0.0),
];
const RAMPS: [f64; 8] = [0.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 120.0];
const STARTS: [f64; 6] = [0.0, 1.0, 2.0, 4.0, 7.0, 10.0];

/// Measures drops at known events and at surges.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let mut outcome = Outcome::new();
    event(cx, &endpoint, &mut outcome)?;
    surge(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

/// A policy with the minimum raised for a share of the event, from so many minutes ahead until an hour after it began.
fn ahead(endpoint: &Endpoint, policy: Policy, forecast: f64, minutes: f64) -> Settings {
    let start = 60.0 * EVENT as f64;
    let least = endpoint.need(forecast * endpoint.rate(2000.0));
    endpoint.settings(policy, endpoint.rate(200.0)).scheduled(start - 60.0 * minutes, start + 3600.0, least)
}

fn event(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let alone = endpoint.tracking(Metric::Requests, endpoint.rate(200.0));
    let sale = |minutes| endpoint.block(minutes, 200.0, 2000.0, EVENT as f64, EVENT as f64 + 60.0);
    let arms = FORECASTS.map(|(_, forecast, minutes)| {
        ahead(endpoint, Policy::Tracking(endpoint.aws(Metric::Requests)), forecast, minutes)
    });
    let blind = ahead(endpoint, Policy::Fixed, 0.5, 10.0);
    let runs = cx.runs("event", cx.replicates_of(EVENTS), |rep| {
        let arrivals = sale(MINUTES).counts(&rep.stream);
        let start = |arrivals: &[f64], settings| endpoint.run(arrivals, settings).dropped_between(EVENT, EVENT + 10);
        let with = arms.each_ref().map(|settings| start(&arrivals, settings));
        let off = endpoint.run(&arrivals, &blind).dropped_between(EVENT, EVENT + 60);
        let quiet = endpoint.block(EVENT + 60, 200.0, 200.0, 0.0, 0.0).counts(&rep.stream.child("quiet", 0));
        Ok((with, start(&arrivals, &alone), off, start(&quiet, &arms[0])))
    })?;
    outcome.find_each(SCHEDULE, &FORECASTS.map(|(setting, ..)| setting), |arm| {
        [runs.share(|run| run.0[arm]), runs.gap(|run| run.1 - run.0[arm])]
    });
    outcome.find(SCHEDULE, "tracking is off and the forecast is half of what comes", runs.share(|run| run.2));
    let more = cx.runs("day", cx.replicates(), |rep| {
        let arrivals = sale(DAY).counts(&rep.stream);
        let hours = |settings| endpoint.run(&arrivals, settings).instance_hours();
        Ok(hours(&arms[0]) / hours(&alone) - 1.0)
    })?;
    outcome.find(SCHEDULE, "cost counts", more.gap(|more| *more));
    outcome.find(SCHEDULE, "no event comes", runs.share(|run| run.3));

    let arrivals = sale(MINUTES).counts(&cx.stream("the-event", 0));
    let mut table = Table::named("event").with_word("arm").with_number("minute", "minutes");
    table = table.with_numbers(&["load", "capacity"], "requests");
    let mut drops = Table::named("event_drops").with_word("arm").with_estimate("dropped", "share");
    for (name, settings, dropped) in [
        ("tracking alone", &alone, runs.share(|run| run.1)),
        ("with schedule", &arms[0], runs.share(|run| run.0[0])),
        ("forecast 30 % low", &arms[1], runs.share(|run| run.0[1])),
    ] {
        let run = endpoint.run(&arrivals, settings);
        for (minute, p) in run.periods.iter().enumerate().skip(EVENT - 20).take(80) {
            table.put((name, minute as f64 - EVENT as f64, p.arrived, p.ready as f64 * endpoint.per_instance));
        }
        drops.put((name, dropped));
    }
    let load = Look::new("load", Hue::Ink).unnamed();
    let capacity = Look::new("capacity", Hue::Sky).unnamed();
    let beyond = Look::new("beyond capacity", Hue::Vermilion).unnamed();
    let panel = |name: &str| {
        let rows = table.of((name,));
        let minutes = Axis::linear("minutes after the start").ticks([-20.0, 0.0, 20.0, 40.0, 60.0]);
        Panel::new(minutes, Axis::linear("requests a minute").range(0.0, endpoint.rate(4000.0)))
            .title(name)
            .level(rows.clone(), "minute", "capacity", &capacity)
            .beyond(rows.clone(), "minute", "load", "capacity", &beyond)
            .line(rows, "minute", "load", &load)
    };
    let title = Title::say(
        "Tracking alone drops {} of the first ten minutes; with a schedule ten minutes ahead, {}",
        ["tracking alone", "with schedule"].map(|arm| drops.cite("dropped", (arm,), |share| percent_to(share, 1))),
    );
    let figure = Figure::new("event-start", title)
        .subtitle("A flash sale at minute 0: load (line) and capacity (tinted), one run each. Orange: load beyond capacity.")
        .alt("Three panels around the start of a sale. With tracking alone capacity rises seven minutes after the load and an orange block shows what is lost; with the schedule capacity is there before; with a forecast too low it just suffices until tracking adds the rest.")
        .keys(&[load], Look::stroke)
        .keys(&[capacity], |_| LegendKey::Tint)
        .keys(&[beyond], |_| LegendKey::Fill)
        .panels(["tracking alone", "with schedule", "forecast 30 % low"].map(panel))
        .grid(3, true);
    outcome.show(figure, [table, drops]);
    Ok(())
}

/// Drops of a fivefold rise over so many minutes, from its beginning until half an hour after its end.
fn of_rise(endpoint: &Endpoint, settings: &Settings, length: f64, stream: &Stream) -> f64 {
    let total = 30 + length as usize + 30;
    let arrivals = endpoint.ramp(total, 1000.0, 30.0, length).counts(stream);
    endpoint.run(&arrivals, settings).dropped_between(30, total)
}

fn surge(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let first = endpoint.rate(200.0);
    let usual = endpoint.tracking(Metric::Requests, first);
    let starting_in = |minutes: f64| Settings { start_up: 60.0 * minutes, ..usual.clone() };
    let at_once = starting_in(0.0);
    let roomy = Endpoint { target: 0.5 * endpoint.target, ..*endpoint }.tracking(Metric::Requests, first);
    let instant = Settings { start_up: 0.0, ..endpoint.settings(Policy::Instant(endpoint.goal()), first) };
    let fixed = Endpoint::fixed(endpoint.need(first));
    let arms = [
        ("the load rises over two hours", &usual, 120.0),
        ("the load rises over thirty minutes", &usual, 30.0),
        ("the load rises over ten minutes", &usual, 10.0),
        ("the load jumps", &usual, 0.0),
        ("the load jumps and instances start at once", &at_once, 0.0),
        ("the load rises over thirty minutes and the target is 35 %", &roomy, 30.0),
        ("the fleet is fixed", &fixed, 120.0),
    ];
    let runs = cx.runs("surge", cx.replicates_of(SURGES), |rep| {
        let shares = arms.map(|(_, settings, length)| of_rise(endpoint, settings, length, &rep.stream));
        let jump = endpoint.ramp(60, 1000.0, 30.0, 0.0).counts(&rep.stream);
        Ok((shares, endpoint.run(&jump, &instant).dropped_by_period(30)))
    })?;
    outcome.find_each(SURGE, &arms.map(|(setting, ..)| setting), |arm| runs.share(|run| run.0[arm]));
    outcome.find(SURGE, "scaling is instant", dropped_by_minute(&runs, |run| &run.1));
    let n = if cx.quick() { 2 } else { 12 };
    let maps = cx.runs("map", n, |rep| {
        let of = |length, start| 100.0 * of_rise(endpoint, &starting_in(start), length, &rep.stream);
        Ok(RAMPS.map(|length| STARTS.map(|start| of(length, start))))
    })?;
    let mut table = Table::named("surge").with_numbers(&["ramp", "start_up"], "minutes");
    table = table.with_estimate("dropped_percent", "percent");
    for (column, ramp) in RAMPS.into_iter().enumerate() {
        for (row, start) in STARTS.into_iter().enumerate() {
            table.put((ramp, start, Estimate::mean_within(&maps.each(|map| map[column][row]), 0.0, 100.0)));
        }
    }
    let cite = |ramp: f64, start: f64, show| table.cite("dropped_percent", (ramp, start), show);
    let (percent, one) = (|v| format!("{}{THIN}%", whole(v)), |v| format!("{}{THIN}%", tenths(v)));
    let title = Title::say(
        "A jump loses {} of the half hour even if instances start at once, and {} if they take four minutes; a rise over two hours loses {}",
        [cite(0.0, 0.0, percent), cite(0.0, 4.0, percent), cite(120.0, 4.0, one)],
    )
    .if_cited(|cited| cited[0] < cited[1]);
    let (x, y) = (("minutes in which the load rises fivefold", "ramp"), ("start-up in minutes", "start_up"));
    let heat = Panel::heat(&table, x, y, "dropped_percent", Palette::Sequential(Hue::Vermilion));
    let figure = Figure::new("surge-map", title)
        .subtitle(format!("Dropped requests in per cent while the load rises fivefold and half an hour after; AWS target tracking. Mean of {n} runs; the line is at 1 %."))
        .alt("Heat map of dropped requests over the length of the rise and the start-up of instances. Drops are largest at the upper left, for a jump and slow instances, and vanish to the right, where the rise takes an hour or more.")
        .panel(heat.cells(|heat| heat.contour = Some(1.0)));
    outcome.show(figure, [table]);
    Ok(())
}
