//! Why must pods and nodes both scale?
//!
//! Data: a load that jumps beyond what the nodes hold. Arms: Kubernetes' HPA on fixed nodes, a node scaler under a
//! fixed number of pods, both, both with a spare node. Measurement: dropped requests after the jump.

use super::AutoscalingCooldownParams;
use super::endpoint::{Endpoint, by_period, dropped_by_minute, each, mean_gap, minutes};
use mllab_core::figure::{Axis, Dash, Fill, Hue, Layout, LegendKey, Line, Panel, Step as Stairs};
use mllab_core::{Cx, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::counts::Run;
use mllab_kit::autoscale::{Hpa, Metric, Nodes, Policy, Settings};

const CLAIM: &str = "two-levels-k8s";
const MINUTES: usize = 90;
const JUMP: usize = 20;
const POD_START: f64 = 10.0;
const NODE_START: f64 = 180.0;
const PODS_A_NODE: usize = 4;
const FIRST_NODES: usize = 2;

/// Measures what each level alone loses.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let (beyond, within) = (load(&endpoint, 1500.0), load(&endpoint, 500.0));
    let first = endpoint.rate(300.0);
    let mut hpa = endpoint.settings(Policy::Hpa(Hpa::new(Metric::Requests, endpoint.goal())), first);
    hpa.start_up = POD_START;
    let pods_fixed = Endpoint::fixed(endpoint.need(first));
    let nodes = |scales, spare| Nodes {
        pods: PODS_A_NODE,
        first: FIRST_NODES + spare,
        most: 20,
        spare,
        start_up: NODE_START,
        scales,
    };
    let lost = |run: &Run, settings: &Settings| {
        let a_minute = (60.0 / settings.period) as usize;
        run.dropped_between(JUMP * a_minute, MINUTES * a_minute)
    };
    let of = |arrivals: &[f64], settings: &Settings, nodes| lost(&endpoint.run_on(nodes, arrivals, settings), settings);
    let runs = cx.replicate(cx.replicates(), |rep| {
        let high = beyond.counts(&rep.stream);
        let both = of(&high, &hpa, nodes(true, 0));
        let low = within.counts(&rep.stream.child("within", 0));
        let peak = Endpoint::fixed(endpoint.need(endpoint.rate(1500.0)));
        let gaps = [
            of(&high, &hpa, nodes(false, 0)) - both,
            of(&high, &pods_fixed, nodes(true, 0)) - both,
            of(&low, &hpa, nodes(false, 0)) - of(&low, &hpa, nodes(true, 0)),
            both - of(&high, &hpa, nodes(true, 1)),
        ];
        (gaps, by_period(&endpoint.run(&high, &peak), JUMP))
    })?;
    let mut outcome = Outcome::new();
    for (arm, setting) in [
        "the load outgrows the nodes and only pods scale",
        "the load outgrows the nodes and only nodes scale",
        "the pods fit on the nodes that are there",
        "a spare node waits",
    ]
    .into_iter()
    .enumerate()
    {
        let gaps = each(&runs, |run| run.0[arm]);
        let none = gaps.iter().all(|&gap| gap == 0.0);
        outcome.find(CLAIM, setting, if none { mllab_core::Estimate::exact(0.0) } else { mean_gap(&gaps) });
    }
    outcome.find(CLAIM, "the fleet is sized for the peak", dropped_by_minute(runs.iter().map(|run| run.1.as_slice())));

    let arrivals = beyond.counts(&cx.stream("the-nodes", 0));
    let traces = [
        ("Only pods scale", endpoint.run_on(nodes(false, 0), &arrivals, &hpa)),
        ("Only nodes scale", {
            let slow = pods_fixed.clone().every(15.0);
            endpoint.run_on(nodes(true, 0), &arrivals, &slow)
        }),
        ("Both scale", endpoint.run_on(nodes(true, 0), &arrivals, &hpa)),
        ("Both, and a spare node", endpoint.run_on(nodes(true, 1), &arrivals, &hpa)),
    ];
    draw(&endpoint, &traces, &mut outcome);
    Ok(outcome)
}

fn load(endpoint: &Endpoint, high: f64) -> mllab_kit::autoscale::load::Load {
    endpoint.block(MINUTES, 300.0, high, JUMP as f64, MINUTES as f64)
}

fn draw(endpoint: &Endpoint, traces: &[(&str, Run)], outcome: &mut Outcome) {
    let mut table = Table::new(
        "pods",
        &[("arm", ""), ("minute", "minutes"), ("running", "pods"), ("ordered", "pods"), ("needed", "pods")],
    );
    let mut drops = Table::new("pods_drops", &[("arm", ""), ("dropped", "share")]);
    let mut figure_panels = Vec::new();
    for (name, run) in traces {
        let quarter = run.periods.iter().step_by(4);
        let running: Vec<f64> = quarter.clone().map(|p| p.ready as f64).collect();
        let ordered: Vec<f64> = quarter.map(|p| p.desired as f64).collect();
        let needed: Vec<f64> = (0..MINUTES)
            .map(|minute| {
                let rate = if minute >= JUMP { 1500.0 } else { 300.0 };
                endpoint.rate(rate) / endpoint.per_instance
            })
            .collect();
        for minute in 0..MINUTES {
            table.row([
                (*name).into(),
                minute.into(),
                running[minute].into(),
                ordered[minute].into(),
                needed[minute].into(),
            ]);
        }
        drops.row([(*name).into(), run.dropped_between(4 * JUMP, 4 * MINUTES).into()]);
        figure_panels.push(
            Panel::new(
                Axis::linear("minute").ticks([0.0, 20.0, 40.0, 60.0, 80.0]),
                Axis::linear("pods").range(0.0, 30.0),
            )
            .title(*name)
            .layer(Stairs { x: minutes(MINUTES), y: running.clone(), filled: true, hue: Hue::Blue, label: None })
            .layer(Fill {
                x: minutes(MINUTES),
                upper: ordered,
                lower: running,
                upper_steps: true,
                lower_steps: true,
                hue: Hue::Amber,
                label: None,
            })
            .layer(Line::new(minutes(MINUTES), needed, Hue::Ink).dash(Dash::Dashed)),
        );
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN);
    let one = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 1), shown::THIN);
    let title = Title::new()
        .text("Pods alone lose ")
        .cite(&drops, "dropped", 0, percent)
        .text(" of the requests after the jump, nodes alone ")
        .cite(&drops, "dropped", 1, percent)
        .text(", both ")
        .cite(&drops, "dropped", 2, one)
        .text(", with a spare node ")
        .cite(&drops, "dropped", 3, one);
    let mut figure = Figure::new("pods-and-nodes", title)
        .subtitle("The load jumps fivefold at minute 20; two nodes of four pods at first, a node starts in three minutes, a pod in ten seconds; one run each.")
        .alt("Four panels of running and pending pods. With pods scaled alone most stay pending for good; with nodes alone none is ordered; with both the pending ones get their nodes after three minutes; with a spare node fewer wait.")
        .legend("running", Hue::Blue, LegendKey::Tint)
        .legend("pending", Hue::Amber, LegendKey::Fill)
        .legend("load, in pods at full capacity", Hue::Ink, LegendKey::Line(Dash::Dashed))
        .reads("pods", &["arm", "minute", "running", "ordered", "needed"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for panel in figure_panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, drops]);
}
