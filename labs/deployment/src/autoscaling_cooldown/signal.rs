//! Which number should drive the scaling?
//!
//! Data: a rise to five times the load where requests wait for I/O or memory slots, so that CPU stays low; a day with
//! bursts. Arms: AWS target tracking on CPU, utilisation, requests in flight, latency, and a number that means nothing.
//! Measurement: dropped requests and turns of capacity.

use super::AutoscalingCooldownParams;
use super::endpoint::{DAY, Endpoint, doublings, each, mean_gap, minutes};
use mllab_core::figure::{Axis, Dash, Format, Hue, Layout, LegendKey, Line, Note, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::counts::{Period, Run};
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Metric, Policy};

const CPU: &str = "cpu-only-misleads";
const CHOICE: &str = "metric-choice";

/// Measures drops by the metric that is tracked.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let mut outcome = Outcome::new();
    let rise = endpoint.ramp(180, 1000.0, 30.0, 60.0);
    let on = |arrivals: &[f64], metric, first: f64| {
        endpoint.run(arrivals, &endpoint.settings(Policy::Tracking(endpoint.aws(metric)), first))
    };
    let shares = [0.2, 0.5, (endpoint.target * 1.07).min(1.0), 1.0];
    let runs = cx.replicate_part("cpu", cx.replicates(), |rep| {
        let arrivals = rise.counts(&rep.stream);
        let flight = on(&arrivals, Metric::InFlight, rise.per_minute[0]).dropped_share();
        shares.map(|full| on(&arrivals, Metric::Cpu(full), rise.per_minute[0]).dropped_share() - flight)
    })?;
    for (arm, setting) in [
        "requests wait for I/O and CPU is at most a fifth busy",
        "memory slots run out and CPU is at most half busy",
        "CPU saturates just above its target",
        "CPU is the bottleneck",
    ]
    .into_iter()
    .enumerate()
    {
        outcome.find(CPU, setting, mean_gap(&each(&runs, |run| run[arm])));
    }
    let arrivals = rise.counts(&cx.stream("the-signal", 0));
    let cpu = on(&arrivals, Metric::Cpu(shares[0]), rise.per_minute[0]);
    let flight = on(&arrivals, Metric::InFlight, rise.per_minute[0]);
    blind(&endpoint, shares[0], [&cpu, &flight], &mut outcome);
    choice(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

/// CPU and the queue, minute by minute, under both policies.
fn blind(endpoint: &Endpoint, full: f64, runs: [&Run; 2], outcome: &mut Outcome) {
    let mut table = Table::new(
        "cpu_and_queue",
        &[
            ("tracked", ""),
            ("minute", "minutes"),
            ("cpu", "share"),
            ("dropped_a_minute", "share"),
            ("ready", "instances"),
        ],
    );
    let slots = endpoint.service.slots as f64;
    let names = ["CPU", "requests in flight"];
    let hues = [Hue::Vermilion, Hue::Blue];
    let axis = || Axis::linear("minute").range(0.0, 180.0);
    let mut cpu_panel = Panel::new(axis(), Axis::linear("CPU").range(0.0, 1.0).format(Format::Percent))
        .note(Note::horizontal(endpoint.target, "target"))
        .height(0.8);
    let mut drop_panel = Panel::new(axis(), Axis::linear("dropped in the minute").format(Format::Percent));
    let mut ready_panel = Panel::new(axis(), Axis::linear("instances in service")).height(0.8);
    let mut totals =
        Table::new("cpu_and_queue_drops", &[("tracked", ""), ("highest_cpu", "share"), ("dropped", "share")]);
    for (index, run) in runs.into_iter().enumerate() {
        let name = names[index];
        let cpu: Vec<f64> =
            run.periods.iter().map(|p| full * p.busy / (60.0 * slots * p.ready.max(1) as f64)).collect();
        let lost: Vec<f64> = run.periods.iter().map(|p| p.dropped / p.arrived.max(1.0)).collect();
        let ready: Vec<f64> = run.periods.iter().map(|p| p.ready as f64).collect();
        for minute in 0..cpu.len() {
            table.row([name.into(), minute.into(), cpu[minute].into(), lost[minute].into(), ready[minute].into()]);
        }
        totals.row([name.into(), cpu.iter().copied().fold(0.0, f64::max).into(), run.dropped_share().into()]);
        let line = |y: Vec<f64>| Line::new(minutes(y.len()), y, hues[index]).label(["CPU", "in flight"][index]);
        cpu_panel = cpu_panel.layer(line(cpu));
        drop_panel = drop_panel.layer(line(lost));
        ready_panel = ready_panel.layer(line(ready));
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN);
    let title = Title::new()
        .text("CPU never passes ")
        .cite(&totals, "highest_cpu", 0, percent)
        .text(" while ")
        .cite(&totals, "dropped", 0, percent)
        .text(" of the requests are dropped; tracking requests in flight drops ")
        .cite(&totals, "dropped", 1, percent);
    outcome.figures.push(
        Figure::new("cpu-and-queue", title)
            .subtitle("Requests wait for I/O: with all slots busy CPU stands at a fifth. The load rises fivefold from minute 30 to 90; one run each, named by what is tracked.")
            .alt("Three panels over three hours. Tracking CPU, CPU stays far below its target, the share of dropped requests climbs and stays high, and the fleet never grows. Tracking requests in flight, the fleet grows with the load and little is dropped.")
            .reads("cpu_and_queue", &["tracked", "minute", "cpu", "dropped_a_minute", "ready"])
            .layout(Layout::Stack)
            .panel(cpu_panel)
            .panel(drop_panel)
            .panel(ready_panel),
    );
    outcome.tables.extend([table, totals]);
}

fn choice(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let metrics = [
        ("utilisation drives the policy", Metric::Utilisation),
        ("requests in flight drive the policy", Metric::InFlight),
        ("latency drives the policy", Metric::Latency),
        ("a number that ignores load drives the policy", Metric::Constant(1.0)),
    ];
    let runs = cx.replicate_part("choice", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let settings = |metric| endpoint.settings(Policy::Tracking(endpoint.aws(metric)), load.per_minute[0]);
        let requests = endpoint.run(&arrivals, &settings(Metric::Requests));
        let gaps = metrics.map(|(_, metric)| {
            let run = endpoint.run(&arrivals, &settings(metric));
            (run.dropped_share() - requests.dropped_share(), doublings(run.turns(), requests.turns()))
        });
        let wave = Load::wave(DAY, endpoint.rate(300.0), endpoint.rate(200.0), DAY as f64);
        let smooth = wave.counts(&rep.stream.child("smooth", 0));
        let [requests_too, latency] = [Metric::Requests, Metric::Latency].map(|metric| {
            let policy = Policy::Tracking(endpoint.aws(metric));
            endpoint.run(&smooth, &endpoint.settings(policy, wave.per_minute[0]))
        });
        let calm =
            (latency.dropped_share() - requests_too.dropped_share(), doublings(latency.turns(), requests_too.turns()));
        let mut twice = settings(Metric::Requests);
        twice.policies.push(twice.policies[0].clone());
        let twice = endpoint.run(&arrivals, &twice);
        let differs = requests.periods.iter().zip(&twice.periods).map(|(a, b)| a.desired.abs_diff(b.desired)).max();
        (gaps, differs.unwrap_or(0), calm)
    })?;
    for (arm, (setting, _)) in metrics.into_iter().enumerate() {
        outcome.find(CHOICE, setting, mean_gap(&each(&runs, |run| run.0[arm].0)));
        outcome.find_part(CHOICE, setting, 1, Estimate::mean(&each(&runs, |run| run.0[arm].1)));
    }
    let setting = "latency drives the policy and the load is a smooth daily wave";
    outcome.find(CHOICE, setting, mean_gap(&each(&runs, |run| run.2.0)));
    outcome.find_part(CHOICE, setting, 1, Estimate::mean(&each(&runs, |run| run.2.1)));
    let most = runs.iter().map(|run| run.1).max().unwrap_or(0);
    outcome.find(CHOICE, "requests per instance are tracked twice over", Estimate::exact(most as f64));
    curves(cx, endpoint, outcome);
    Ok(())
}

/// Each metric over its value at the target, against the load on a fleet that does not change; and what tracking
/// requests and latency make of the same load.
fn curves(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) {
    let fleet = 5;
    let mut table = Table::new("metric_curves", &[("metric", ""), ("load", "share"), ("over_target", "1")]);
    let loads: Vec<f64> = (1..=26).map(|step| 0.05 * f64::from(step)).collect();
    let named = [
        ("requests", Metric::Requests, Hue::Blue),
        ("utilisation", Metric::Utilisation, Hue::Green),
        ("latency", Metric::Latency, Hue::Vermilion),
    ];
    let mut curve = Panel::new(
        Axis::linear("load over capacity").format(Format::Percent).ticks([0.0, 0.5, 1.0]),
        Axis::linear("metric over its value at the target").range(0.0, 4.0),
    )
    .title("Five instances, load from nothing to overload");
    for (name, metric, hue) in named {
        let y: Vec<f64> = loads
            .iter()
            .map(|load| {
                let rate = load * fleet as f64 * endpoint.per_instance;
                let arrivals = Load::from_fn(30, |_| rate).counts(&cx.stream("curves", 0));
                let run = endpoint.run(&arrivals, &Endpoint::fixed(fleet));
                let total = |of: fn(&Period) -> f64| run.periods.iter().map(of).sum::<f64>();
                let value = match metric {
                    Metric::Requests => total(|p| p.arrived) / 30.0 / fleet as f64 / endpoint.goal(),
                    Metric::Latency => {
                        total(|p| p.latency) / total(|p| p.served).max(1e-9) / (1.5 * endpoint.service.seconds)
                    }
                    _ => total(|p| p.busy) / 1800.0 / (fleet * endpoint.service.slots) as f64 / endpoint.target,
                };
                table.row([name.into(), (*load).into(), value.into()]);
                value
            })
            .collect();
        curve = curve.layer(Line::new(loads.clone(), y, hue).dash(dash_of(metric)));
    }
    let load = Load::wave(DAY, endpoint.rate(300.0), endpoint.rate(200.0), DAY as f64);
    let arrivals = load.counts(&cx.stream("metric-choice", 1));
    let mut traces = Table::new("metric_traces", &[("metric", ""), ("minute", "minutes"), ("desired", "instances")]);
    let mut summary = Table::new("metric_summary", &[("metric", ""), ("dropped", "share"), ("turns", "1")]);
    let window = 480..840;
    let mut trace = Panel::new(
        Axis::linear("minute of the day").ticks([480.0, 600.0, 720.0, 840.0]),
        Axis::linear("instances ordered"),
    )
    .title("A smooth daily wave, six hours of it");
    for (name, metric, hue) in named {
        let run =
            endpoint.run(&arrivals, &endpoint.settings(Policy::Tracking(endpoint.aws(metric)), load.per_minute[0]));
        let y: Vec<f64> = run.periods[window.clone()].iter().map(|p| p.desired as f64).collect();
        for (minute, value) in window.clone().zip(&y) {
            traces.row([name.into(), minute.into(), (*value).into()]);
        }
        summary.row([name.into(), run.dropped_share().into(), run.turns().into()]);
        let x = window.clone().map(|minute| minute as f64).collect();
        trace = trace.layer(Line::new(x, y, hue).dash(dash_of(metric)));
    }
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("Latency is flat until it explodes: the fleet that tracks it turns ")
        .cite(&summary, "turns", 2, whole)
        .text(" times in a smooth day, the one that tracks requests ")
        .cite(&summary, "turns", 0, whole);
    let mut figure = Figure::new("metric-curves", title)
        .subtitle("Left: each metric against load on a fixed fleet, 1 is the target. Right: AWS target tracking on each, the same load; one run.")
        .alt("Left, requests and utilisation rise in proportion to load, utilisation up to its ceiling, while latency lies flat until the fleet is full and then shoots up. Right, the fleet that tracks requests follows the load, the one that tracks latency saws up and down.")
        .reads("metric_curves", &["metric", "load", "over_target"])
        .reads("metric_traces", &["metric", "minute", "desired"])
        .layout(Layout::Grid { columns: 2, share_y: false })
        .panel(curve.note(Note::horizontal(1.0, "target")))
        .panel(trace);
    for (name, metric, hue) in named {
        figure = figure.legend(name, hue, LegendKey::Line(dash_of(metric)));
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, traces, summary]);
}

/// Utilisation lies on requests for most of the way: dashes let both be seen.
fn dash_of(metric: Metric) -> Dash {
    if metric == Metric::Utilisation { Dash::Dashed } else { Dash::Solid }
}
