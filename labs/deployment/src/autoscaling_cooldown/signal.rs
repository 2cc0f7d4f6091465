//! Which number should drive the scaling?
//!
//! Data: a rise to five times the load where requests wait for I/O or memory slots, so that CPU stays low; a day with
//! bursts. Arms: AWS target tracking on CPU, utilisation, requests in flight, latency, and a number that means nothing.
//! Measurement: dropped requests and turns of capacity.

use super::AutoscalingCooldownParams;
use mllab_core::prelude::*;
use mllab_kit::autoscale::{
    DAY, Endpoint, Metric,
    counts::{Run, doublings},
    load::Load,
};
use shown::{percent, whole};

const CPU: &str = "cpu-only-misleads";
const CHOICE: &str = "metric-choice";
const METRICS: [(&str, Metric); 4] = [
    ("utilisation drives the policy", Metric::Utilisation),
    ("requests in flight drive the policy", Metric::InFlight),
    ("latency drives the policy", Metric::Latency),
    ("a number that ignores load drives the policy", Metric::Constant(1.0)),
];
/// Metrics that are drawn. Utilisation lies on requests for most of the way: dashes let both be seen.
const DRAWN: [(Metric, Look); 3] = [
    (Metric::Requests, Look::new("requests", Hue::Blue).unnamed()),
    (Metric::Utilisation, Look::new("utilisation", Hue::Green).dashed().unnamed()),
    (Metric::Latency, Look::new("latency", Hue::Vermilion).unnamed()),
];
/// Minutes of the day that are drawn.
const WINDOW: std::ops::Range<usize> = 480..840;
/// Rises for each replicate: a share that is nearly always nothing takes hundreds to bound.
const RISES: usize = 10;
const BOTTLENECKS: [&str; 4] = [
    "requests wait for I/O and CPU is at most a fifth busy",
    "memory slots run out and CPU is at most half busy",
    "CPU saturates just above its target",
    "CPU is the bottleneck",
];

/// Measures drops by the metric that is tracked.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let mut outcome = Outcome::new();
    let rise = endpoint.ramp(180, 1000.0, 30.0, 60.0);
    let on = |arrivals: &[f64], metric| endpoint.run(arrivals, &endpoint.tracking(metric, rise.per_minute[0]));
    let shares = [0.2, 0.5, (endpoint.target * 1.07).min(1.0), 1.0];
    let runs = cx.runs("cpu", cx.replicates_of(RISES), |rep| {
        let arrivals = rise.counts(&rep.stream);
        let flight = on(&arrivals, Metric::InFlight).dropped_share();
        Ok(shares.map(|full| on(&arrivals, Metric::Cpu(full)).dropped_share() - flight))
    })?;
    outcome.find_each(CPU, &BOTTLENECKS, |arm| runs.gap(|run| run[arm]));
    let arrivals = rise.counts(&cx.stream("the-signal", 0));
    blind(&endpoint, shares[0], [on(&arrivals, Metric::Cpu(shares[0])), on(&arrivals, Metric::InFlight)], &mut outcome);
    choice(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

/// CPU and the queue, minute by minute, under both policies.
fn blind(endpoint: &Endpoint, full: f64, runs: [Run; 2], outcome: &mut Outcome) {
    let looks = [Look::new("CPU", Hue::Vermilion), Look::new("requests in flight", Hue::Blue).called("in flight")];
    let mut table = Table::named("cpu_and_queue").with_word("tracked").with_number("minute", "minutes");
    table = table.with_numbers(&["cpu", "dropped_a_minute"], "share").with_number("ready", "instances");
    let mut totals = Table::named("cpu_and_queue_drops").with_word("tracked");
    totals = totals.with_numbers(&["highest_cpu", "dropped"], "share");
    for (look, run) in looks.iter().zip(runs) {
        for (minute, p) in run.periods.iter().enumerate() {
            let cpu = full * p.busy / (60.0 * endpoint.service.slots as f64 * p.ready.max(1) as f64);
            table.put((look.name, minute, cpu, p.dropped / p.arrived.max(1.0), p.ready));
        }
        let highest = table.of((look.name,)).numbers("cpu").into_iter().fold(0.0, f64::max);
        totals.put((look.name, highest, run.dropped_share()));
    }
    let cite = |column, tracked| totals.cite(column, (tracked,), percent);
    let title = Title::say(
        "CPU never passes {} while {} of the requests are dropped; tracking requests in flight drops {}",
        [cite("highest_cpu", "CPU"), cite("dropped", "CPU"), cite("dropped", "requests in flight")],
    )
    .if_cited(|cited| cited[0] < 1.0 && cited[1] > cited[2]);
    let panel = |axis: Axis, column| {
        Panel::new(Axis::linear("minute").range(0.0, 180.0), axis).lines(&table, &looks, "minute", column)
    };
    let cpu = panel(Axis::share("CPU").range(0.0, 1.0), "cpu");
    let figure = Figure::new("cpu-and-queue", title)
        .subtitle("Requests wait for I/O: with all slots busy CPU stands at a fifth. The load rises fivefold from minute 30 to 90; one run each, named by what is tracked.")
        .alt("Three panels over three hours. Tracking CPU, CPU stays far below its target, the share of dropped requests climbs and stays high, and the fleet never grows. Tracking requests in flight, the fleet grows with the load and little is dropped.")
        .layout(Layout::Stack)
        .panel(cpu.note(Note::horizontal(endpoint.target, "target")).height(0.8))
        .panel(panel(Axis::share("dropped in the minute"), "dropped_a_minute"))
        .panel(panel(Axis::linear("instances in service"), "ready").height(0.8));
    outcome.show(figure, [table, totals]);
}

/// Drops of one run less those of another, and doublings of turns.
fn against(run: &Run, requests: &Run) -> [f64; 2] {
    [run.dropped_share() - requests.dropped_share(), doublings(run.turns(), requests.turns())]
}

fn choice(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let wave = endpoint.wave(DAY, 300.0, 200.0, DAY as f64);
    let runs = cx.runs("choice", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let on = |metric| endpoint.run(&arrivals, &endpoint.tracking(metric, load.per_minute[0]));
        let requests = on(Metric::Requests);
        let gaps = METRICS.map(|(_, metric)| against(&on(metric), &requests));
        let smooth = wave.counts(&rep.stream.child("smooth", 0));
        let calm = |metric| endpoint.run(&smooth, &endpoint.tracking(metric, wave.per_minute[0]));
        let calm = against(&calm(Metric::Latency), &calm(Metric::Requests));
        let mut twice = endpoint.tracking(Metric::Requests, load.per_minute[0]);
        twice.policies.push(twice.policies[0].clone());
        let twice = endpoint.run(&arrivals, &twice);
        let differs = requests.periods.iter().zip(&twice.periods).map(|(a, b)| a.desired.abs_diff(b.desired)).max();
        Ok((gaps, differs.unwrap_or(0) as f64, calm))
    })?;
    outcome.find_each(CHOICE, &METRICS.map(|(setting, _)| setting), |arm| {
        [runs.gap(|run| run.0[arm][0]), runs.mean(|run| run.0[arm][1])]
    });
    let setting = "latency drives the policy and the load is a smooth daily wave";
    outcome.find(CHOICE, setting, [runs.gap(|run| run.2[0]), runs.mean(|run| run.2[1])]);
    outcome.find(CHOICE, "requests per instance are tracked twice over", runs.worst(|run| run.1));
    curves(cx, endpoint, &wave, outcome);
    Ok(())
}

/// Each metric over its value at the target, against the load on a fleet that does not change; and what tracking
/// requests and latency make of the same load.
fn curves(cx: &Cx, endpoint: &Endpoint, wave: &Load, outcome: &mut Outcome) {
    let mut table = Table::named("metric_curves").with_word("metric").with_number("load", "share");
    table = table.with_number("over_target", "1");
    let mut traces = Table::named("metric_traces").with_word("metric").with_number("minute", "minutes");
    traces = traces.with_number("desired", "instances");
    let mut summary = Table::named("metric_summary").with_word("metric").with_number("dropped", "share");
    summary = summary.with_number("turns", "1");
    let arrivals = wave.counts(&cx.stream("metric-choice", 1));
    for (metric, look) in DRAWN {
        for load in (1..=26).map(|step| 0.05 * f64::from(step)) {
            let rate = load * 5.0 * endpoint.per_instance;
            let arrivals = Load::from_fn(30, |_| rate).counts(&cx.stream("curves", 0));
            let run = endpoint.run(&arrivals, &Endpoint::fixed(5));
            table.put((look.name, load, endpoint.metric_over_target(metric, &run)));
        }
        let run = endpoint.run(&arrivals, &endpoint.tracking(metric, wave.per_minute[0]));
        WINDOW.for_each(|minute| traces.put((look.name, minute, run.periods[minute].desired)));
        summary.put((look.name, run.dropped_share(), run.turns()));
    }
    let looks = DRAWN.map(|(_, look)| look);
    let load = Axis::share("load over capacity").ticks([0.0, 0.5, 1.0]);
    let curve = Panel::new(load, Axis::linear("metric over its value at the target").range(0.0, 4.0))
        .title("Five instances, load from nothing to overload")
        .lines(&table, &looks, "load", "over_target");
    let minute = Axis::linear("minute of the day").ticks([480.0, 600.0, 720.0, 840.0]);
    let trace = Panel::new(minute, Axis::linear("instances ordered"))
        .title("A smooth daily wave, six hours of it")
        .lines(&traces, &looks, "minute", "desired");
    let title = Title::say(
        "Latency is flat until it explodes: the fleet that tracks it turns {} times in a smooth day, the one that tracks requests {}",
        ["latency", "requests"].map(|metric| summary.cite("turns", (metric,), whole)),
    )
    .if_cited(|cited| cited[0] > cited[1]);
    let figure = Figure::new("metric-curves", title)
        .subtitle("Left: each metric against load on a fixed fleet, 1 is the target. Right: AWS target tracking on each, the same load; one run.")
        .alt("Left, requests and utilisation rise in proportion to load, utilisation up to its ceiling, while latency lies flat until the fleet is full and then shoots up. Right, the fleet that tracks requests follows the load, the one that tracks latency saws up and down.")
        .keys(&looks, Look::stroke)
        .panel(curve.note(Note::horizontal(1.0, "target")))
        .panel(trace)
        .grid(2, false);
    outcome.show(figure, [table, traces, summary]);
}
