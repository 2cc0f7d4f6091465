//! What survives a surge: reacting to it, or knowing of it?
//!
//! Data: a daily flash sale from 200 to 2000 requests a minute, and ramps of all lengths. Arms: AWS target tracking
//! alone, with a scheduled minimum ten minutes ahead (right, 30 % off either way, half), at once, off. Measurement:
//! share of the event's requests that is dropped.

use super::AutoscalingCooldownParams;
use super::endpoint::{DAY, Endpoint, by_period, dropped_by_minute, each, mean_gap, mean_share, minutes, worlds};
use mllab_core::figure::{Axis, Fill, Heat, Hue, Layout, Line, Palette, Panel, Step as Stairs};
use mllab_core::{Cx, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::{Metric, Policy, Settings};

const SCHEDULE: &str = "scheduled-plus-tracking";
const SURGE: &str = "absorbs-surge";
const EVENT: usize = 60;
const MINUTES: usize = 180;
/// Runs for each replicate: drops are so rare that hundreds of worlds are needed to bound them.
const EVENTS: usize = 30;
const SURGES: usize = 15;
const RAMPS: [f64; 8] = [0.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 120.0];
const STARTS: [f64; 6] = [0.0, 1.0, 2.0, 4.0, 7.0, 10.0];

/// Measures drops at known events and at surges.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let mut outcome = Outcome::new();
    event(cx, &endpoint, &mut outcome)?;
    surge(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

/// Tracking with the minimum raised for a share of the event, from so many minutes ahead until an hour after it began.
fn ahead(endpoint: &Endpoint, policy: Policy, forecast: f64, minutes: f64) -> Settings {
    let start = 60.0 * EVENT as f64;
    let least = endpoint.need(forecast * endpoint.rate(2000.0));
    endpoint.settings(policy, endpoint.rate(200.0)).scheduled(start - 60.0 * minutes, start + 3600.0, least)
}

fn event(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let tracking = || Policy::Tracking(endpoint.aws(Metric::Requests));
    let alone = endpoint.settings(tracking(), endpoint.rate(200.0));
    let sale = endpoint.block(MINUTES, 200.0, 2000.0, EVENT as f64, EVENT as f64 + 60.0);
    let arms = [
        ("the forecast is right", ahead(endpoint, tracking(), 1.0, 10.0)),
        ("the forecast is 30 % too low", ahead(endpoint, tracking(), 0.7, 10.0)),
        ("the forecast is 30 % too high", ahead(endpoint, tracking(), 1.3, 10.0)),
        ("the forecast is half of what comes", ahead(endpoint, tracking(), 0.5, 10.0)),
        ("the minimum is raised only when the event begins", ahead(endpoint, tracking(), 1.0, 0.0)),
    ];
    let start = |run: &mllab_kit::autoscale::counts::Run| run.dropped_between(EVENT, EVENT + 10);
    let runs = cx.replicate_part("event", worlds(cx, EVENTS), |rep| {
        let arrivals = sale.counts(&rep.stream);
        let without = endpoint.run(&arrivals, &alone);
        let with: Vec<f64> = arms.iter().map(|(_, settings)| start(&endpoint.run(&arrivals, settings))).collect();
        let off = endpoint.run(&arrivals, &ahead(endpoint, Policy::Fixed, 0.5, 10.0));
        let off = off.dropped_between(EVENT, EVENT + 60);
        let quiet = endpoint.block(EVENT + 60, 200.0, 200.0, 0.0, 0.0).counts(&rep.stream.child("quiet", 0));
        (with, start(&without), off, start(&endpoint.run(&quiet, &arms[0].1)))
    })?;
    for (arm, (setting, _)) in arms.iter().enumerate() {
        outcome.find(SCHEDULE, setting, mean_share(&each(&runs, |run| run.0[arm])));
        outcome.find_part(SCHEDULE, setting, 1, mean_gap(&each(&runs, |run| run.1 - run.0[arm])));
    }
    let setting = "tracking is off and the forecast is half of what comes";
    outcome.find(SCHEDULE, setting, mean_share(&each(&runs, |run| run.2)));
    let day = endpoint.block(DAY, 200.0, 2000.0, EVENT as f64, EVENT as f64 + 60.0);
    let more = cx.replicate_part("day", cx.replicates(), |rep| {
        let arrivals = day.counts(&rep.stream);
        endpoint.run(&arrivals, &arms[0].1).instance_hours() / endpoint.run(&arrivals, &alone).instance_hours() - 1.0
    })?;
    outcome.find(SCHEDULE, "cost counts", mean_gap(&more));
    outcome.find(SCHEDULE, "no event comes", mean_share(&each(&runs, |run| run.3)));

    let arrivals = sale.counts(&cx.stream("the-event", 0));
    let from = EVENT - 20;
    let mut table =
        Table::new("event", &[("arm", ""), ("minute", "minutes"), ("load", "requests"), ("capacity", "requests")]);
    let mut drops =
        Table::new("event_drops", &[("arm", ""), ("dropped", "share"), ("low", "share"), ("high", "share")]);
    let x = minutes(80).iter().map(|m| m - 20.0).collect::<Vec<f64>>();
    let shares = [each(&runs, |run| run.1), each(&runs, |run| run.0[0]), each(&runs, |run| run.0[1])];
    let mut panels = Vec::new();
    for (index, (name, settings)) in
        [("tracking alone", &alone), ("with schedule", &arms[0].1), ("forecast 30 % low", &arms[1].1)]
            .into_iter()
            .enumerate()
    {
        let run = endpoint.run(&arrivals, settings);
        let stretch = &run.periods[from..from + 80];
        let load: Vec<f64> = stretch.iter().map(|p| p.arrived).collect();
        let capacity: Vec<f64> = stretch.iter().map(|p| p.ready as f64 * endpoint.per_instance).collect();
        for minute in 0..80 {
            table.row([name.into(), x[minute].into(), load[minute].into(), capacity[minute].into()]);
        }
        let e = mean_share(&shares[index]);
        drops.row([name.into(), e.point.into(), e.low.into(), e.high.into()]);
        let fill = Fill {
            x: x.clone(),
            upper: load.clone(),
            lower: capacity.clone(),
            upper_steps: false,
            lower_steps: true,
            hue: Hue::Vermilion,
            label: None,
        };
        let stairs = Stairs { x: x.clone(), y: capacity, filled: true, hue: Hue::Sky, label: None };
        panels.push(
            Panel::new(
                Axis::linear("minutes after the start").ticks([-20.0, 0.0, 20.0, 40.0, 60.0]),
                Axis::linear("requests a minute").range(0.0, endpoint.rate(4000.0)),
            )
            .title(name)
            .layer(stairs)
            .layer(fill)
            .layer(Line::new(x.clone(), load, Hue::Ink)),
        );
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 1), shown::THIN);
    let title = Title::new()
        .text("Tracking alone drops ")
        .cite(&drops, "dropped", 0, percent)
        .text(" of the first ten minutes; with a schedule ten minutes ahead, ")
        .cite(&drops, "dropped", 1, percent);
    let mut figure = Figure::new("event-start", title)
        .subtitle("A flash sale at minute 0: load (line) and capacity (tinted), one run each. Red: load beyond capacity.")
        .alt("Three panels around the start of a sale. With tracking alone capacity rises seven minutes after the load and a red block shows what is lost; with the schedule capacity is there before; with a forecast too low it just suffices until tracking adds the rest.")
        .legend("load", Hue::Ink, mllab_core::figure::LegendKey::Line(mllab_core::figure::Dash::Solid))
        .legend("capacity", Hue::Sky, mllab_core::figure::LegendKey::Tint)
        .legend("beyond capacity", Hue::Vermilion, mllab_core::figure::LegendKey::Fill)
        .reads("event", &["arm", "minute", "load", "capacity"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, drops]);
    Ok(())
}

/// Drops of a fivefold rise over so many minutes, from its beginning until half an hour after its end.
fn of_rise(endpoint: &Endpoint, settings: &Settings, length: f64, stream: &mllab_core::Stream) -> f64 {
    let total = 30 + length as usize + 30;
    let arrivals = endpoint.ramp(total, 1000.0, 30.0, length).counts(stream);
    endpoint.run(&arrivals, settings).dropped_between(30, total)
}

fn surge(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let first = endpoint.rate(200.0);
    let tracking = |endpoint: &Endpoint| endpoint.settings(Policy::Tracking(endpoint.aws(Metric::Requests)), first);
    let usual = tracking(endpoint);
    let mut at_once = usual.clone();
    at_once.start_up = 0.0;
    let roomy = tracking(&Endpoint { target: 0.5 * endpoint.target, ..*endpoint });
    let mut instant = endpoint.settings(Policy::Instant(endpoint.goal()), first);
    instant.start_up = 0.0;
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
    let runs = cx.replicate_part("surge", worlds(cx, SURGES), |rep| {
        let shares = arms.map(|(_, settings, length)| of_rise(endpoint, settings, length, &rep.stream));
        let jump = endpoint.ramp(60, 1000.0, 30.0, 0.0).counts(&rep.stream);
        (shares, by_period(&endpoint.run(&jump, &instant), 30))
    })?;
    for (arm, (setting, ..)) in arms.into_iter().enumerate() {
        outcome.find(SURGE, setting, mean_share(&each(&runs, |run| run.0[arm])));
    }
    let instant = dropped_by_minute(runs.iter().map(|run| run.1.as_slice()));
    outcome.find(SURGE, "scaling is instant", instant);
    let n = if cx.quick() { 2 } else { 12 };
    let maps = cx.replicate_part("map", n, |rep| {
        RAMPS.map(|length| {
            STARTS.map(|start| {
                let mut settings = usual.clone();
                settings.start_up = 60.0 * start;
                100.0 * of_rise(endpoint, &settings, length, &rep.stream)
            })
        })
    })?;
    let mut table = Table::new(
        "surge",
        &[
            ("ramp", "minutes"),
            ("start_up", "minutes"),
            ("dropped_percent", "percent"),
            ("low", "percent"),
            ("high", "percent"),
        ],
    );
    let mut values = vec![0.0; RAMPS.len() * STARTS.len()];
    for (column, ramp) in RAMPS.into_iter().enumerate() {
        for (row, start) in STARTS.into_iter().enumerate() {
            let e = mllab_core::Estimate::mean_within(&each(&maps, |map| map[column][row]), 0.0, 100.0);
            table.row([ramp.into(), start.into(), e.point.into(), e.low.into(), e.high.into()]);
            values[row * RAMPS.len() + column] = e.point;
        }
    }
    let edges = |n: usize| (0..=n).map(|i| i as f64 - 0.5).collect::<Vec<f64>>();
    let names = |values: &[f64]| values.iter().map(|v| shown::number(*v, 3)).collect::<Vec<_>>();
    let percent = |v: f64| format!("{}{}%", shown::fixed(v, 0), shown::THIN);
    let one = |v: f64| format!("{}{}%", shown::fixed(v, 1), shown::THIN);
    let title = Title::new()
        .text("A jump loses ")
        .cite(&table, "dropped_percent", 0, percent)
        .text(" of the half hour even if instances start at once, and ")
        .cite(&table, "dropped_percent", 3, percent)
        .text(" if they take four minutes; a rise over two hours loses ")
        .cite(&table, "dropped_percent", 7 * STARTS.len() + 3, one);
    outcome.figures.push(
        Figure::new("surge-map", title)
            .subtitle(format!(
                "Dropped requests in per cent while the load rises fivefold and half an hour after; AWS target tracking. Mean of {n} runs; the line is at 1 %."
            ))
            .alt("Heat map of dropped requests over the length of the rise and the start-up of instances. Drops are largest at the upper left, for a jump and slow instances, and vanish to the right, where the rise takes an hour or more.")
            .reads("surge", &["ramp", "start_up", "dropped_percent"])
            .panel(
                Panel::new(
                    Axis::category("minutes in which the load rises fivefold", names(&RAMPS)),
                    Axis::category("start-up in minutes", names(&STARTS)),
                )
                .layer(Heat {
                    x_edges: edges(RAMPS.len()),
                    y_edges: edges(STARTS.len()),
                    values,
                    palette: Palette::Sequential(Hue::Vermilion),
                    limits: None,
                    decimals: Some(1),
                    contour: Some(1.0),
                }),
            ),
    );
    outcome.tables.push(table);
    Ok(())
}
