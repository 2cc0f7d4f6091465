//! Why must pods and nodes both scale?
//!
//! Data: a load that jumps beyond what the nodes hold. Arms: Kubernetes' HPA on fixed nodes, a node scaler under a
//! fixed number of pods, both, both with a spare node. Measurement: dropped requests after the jump.

use super::{AutoscalingCooldownParams, dropped_by_minute};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{Endpoint, Nodes, Settings, counts::Run};
use shown::{percent, percent_to};

const CLAIM: &str = "two-levels-k8s";
const MINUTES: usize = 90;
const JUMP: usize = 20;
/// Seconds until a pod starts.
const POD_START: f64 = 10.0;
const NODES: Nodes = Nodes { pods: 4, first: 2, most: 20, spare: 0, start_up: 180.0, scales: true };
const SETTINGS: [&str; 4] = [
    "the load outgrows the nodes and only pods scale",
    "the load outgrows the nodes and only nodes scale",
    "the pods fit on the nodes that are there",
    "a spare node waits",
];

/// Measures what each level alone loses.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let [beyond, within] =
        [1500.0, 500.0].map(|high| endpoint.block(MINUTES, 300.0, high, JUMP as f64, MINUTES as f64));
    let first = endpoint.rate(300.0);
    let hpa = Settings { start_up: POD_START, ..endpoint.settings(endpoint.hpa(), first) };
    let pods_fixed = Endpoint::fixed(endpoint.need(first));
    let (fixed, spare) = (Nodes { scales: false, ..NODES }, Nodes { first: NODES.first + 1, spare: 1, ..NODES });
    let lost = |arrivals: &[f64], settings: &Settings, nodes| {
        let a_minute = (60.0 / settings.period) as usize;
        endpoint.run_on(nodes, arrivals, settings).dropped_between(JUMP * a_minute, MINUTES * a_minute)
    };
    let runs = cx.runs("", cx.replicates(), |rep| {
        let high = beyond.counts(&rep.stream);
        let both = lost(&high, &hpa, NODES);
        let low = within.counts(&rep.stream.child("within", 0));
        let peak = Endpoint::fixed(endpoint.need(endpoint.rate(1500.0)));
        let gaps = [
            lost(&high, &hpa, fixed) - both,
            lost(&high, &pods_fixed, NODES) - both,
            lost(&low, &hpa, fixed) - lost(&low, &hpa, NODES),
            both - lost(&high, &hpa, spare),
        ];
        Ok((gaps, endpoint.run(&high, &peak).dropped_by_period(JUMP)))
    })?;
    let mut outcome = Outcome::new();
    outcome.find_each(CLAIM, &SETTINGS, |arm| runs.gap_or_none(|run| run.0[arm]));
    outcome.find(CLAIM, "the fleet is sized for the peak", dropped_by_minute(&runs, |run| &run.1));

    let arrivals = beyond.counts(&cx.stream("the-nodes", 0));
    let slow = pods_fixed.clone().every(15.0);
    let traces = [
        ("Only pods scale", endpoint.run_on(fixed, &arrivals, &hpa)),
        ("Only nodes scale", endpoint.run_on(NODES, &arrivals, &slow)),
        ("Both scale", endpoint.run_on(NODES, &arrivals, &hpa)),
        ("Both, and a spare node", endpoint.run_on(spare, &arrivals, &hpa)),
    ];
    draw(&endpoint, &traces, &mut outcome);
    Ok(outcome)
}

fn draw(endpoint: &Endpoint, traces: &[(&str, Run)], outcome: &mut Outcome) {
    let looks = [
        Look::new("running", Hue::Blue).unnamed(),
        Look::new("pending", Hue::Amber).unnamed(),
        Look::new("load, in pods at full capacity", Hue::Ink).dashed().unnamed(),
    ];
    let mut table = Table::named("pods").with_word("arm").with_number("minute", "minutes");
    table = table.with_numbers(&["running", "ordered", "needed"], "pods");
    let mut drops = Table::named("pods_drops").with_word("arm").with_number("dropped", "share");
    for (name, run) in traces {
        for (minute, p) in run.periods.iter().step_by(4).enumerate() {
            let rate = endpoint.rate(if minute >= JUMP { 1500.0 } else { 300.0 });
            table.put((*name, minute, p.ready, p.desired, rate / endpoint.per_instance));
        }
        drops.put((*name, run.dropped_between(4 * JUMP, 4 * MINUTES)));
    }
    let panel = |name: &str| {
        let rows = table.of((name,));
        let minute = Axis::linear("minute").ticks([0.0, 20.0, 40.0, 60.0, 80.0]);
        Panel::new(minute, Axis::linear("pods").range(0.0, 30.0))
            .title(name)
            .level(rows.clone(), "minute", "running", &looks[0])
            .between(rows.clone(), "minute", "ordered", "running", &looks[1])
            .line(rows, "minute", "needed", &looks[2])
    };
    let [pods, nodes] = [0, 1].map(|arm| drops.cite("dropped", (traces[arm].0,), percent));
    let [both, spare] = [2, 3].map(|arm| drops.cite("dropped", (traces[arm].0,), |share| percent_to(share, 1)));
    let title = Title::say(
        "Pods alone lose {} of the requests after the jump, nodes alone {}, both {}, with a spare node {}",
        [pods, nodes, both, spare],
    );
    let figure = Figure::new("pods-and-nodes", title)
        .subtitle("The load jumps fivefold at minute 20; two nodes of four pods at first, a node starts in three minutes, a pod in ten seconds; one run each.")
        .alt("Four panels of running and pending pods. With pods scaled alone most stay pending for good; with nodes alone none is ordered; with both the pending ones get their nodes after three minutes; with a spare node fewer wait.")
        .legend("running", Hue::Blue, LegendKey::Tint)
        .legend("pending", Hue::Amber, LegendKey::Fill)
        .legend("load, in pods at full capacity", Hue::Ink, LegendKey::Line(Dash::Dashed))
        .panels(traces.iter().map(|(name, _)| panel(name)))
        .grid(2, true);
    outcome.show(figure, [table, drops]);
}
