//! Does a cooldown keep a policy from ordering too much, or taking away too much?
//!
//! Data: a load that jumps fourfold, and one that dips for half an hour. Arms: AWS target tracking on two metrics,
//! and a policy that multiplies capacity which is still starting; cooldowns of 0 and of the start-up. Measurement:
//! highest and lowest capacity over need.

use super::AutoscalingCooldownParams;
use super::endpoint::{Endpoint, each, minutes, worlds};
use mllab_core::figure::{Axis, Hue, Note, Panel, Step as Stairs};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::counts::Run;
use mllab_kit::autoscale::{Cooldowns, Formula, Metric, Policy, Tracking};

const CLAIM: &str = "cooldown-prevents-overscaling";
const MINUTES: usize = 90;
/// Jumps for each replicate: where no run differs, hundreds are needed to say so.
const JUMPS: usize = 10;

/// Measures peaks and troughs of capacity.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let compounding = Tracking { formula: Formula::Compounding, ..endpoint.at_once(Metric::Requests) };
    let arms = [endpoint.aws(Metric::Requests), endpoint.aws(Metric::Utilisation), compounding];
    let need = endpoint.need(endpoint.rate(800.0)) as f64;
    let capacity = |arrivals: &[f64], tracking: Tracking, first: f64, cooldown: f64| {
        let settings = endpoint.settings(Policy::Tracking(tracking), first).cooldowns(Cooldowns::both(cooldown));
        endpoint.run(arrivals, &settings)
    };
    let peak = |run: &Run| run.periods.iter().map(|p| p.desired).max().unwrap_or(0) as f64 / need;
    let jump = endpoint.ramp(MINUTES, 800.0, 30.0, 0.0);
    let first = endpoint.rate(200.0);
    // A cooldown as long as the start-up, and two minutes more: the metric's minute must be over, too.
    let waits = [0.0, endpoint.start_up, endpoint.start_up + 120.0];
    let runs = cx.replicate(worlds(cx, JUMPS), |rep| {
        let arrivals = jump.counts(&rep.stream);
        arms.map(|tracking| waits.map(|cooldown| peak(&capacity(&arrivals, tracking, first, cooldown))))
    })?;
    let mut outcome = Outcome::new();
    for (arm, setting) in [
        "requests per instance are tracked and the load jumps",
        "utilisation is tracked and the load jumps",
        "the policy multiplies capacity that is still starting",
    ]
    .into_iter()
    .enumerate()
    {
        let off = each(&runs, |run| run[arm][0] - run[arm][1]);
        outcome.find(CLAIM, setting, Estimate::mean_within(&off, -50.0 / need, 50.0 / need));
    }
    let off = each(&runs, |run| run[2][0] - run[2][2]);
    let setting = "the policy multiplies starting capacity and the cooldown is two minutes longer than the start-up";
    outcome.find(CLAIM, setting, Estimate::mean_within(&off, -50.0 / need, 50.0 / need));

    let dips = cx.replicate_part("dip", cx.replicates(), |rep| {
        let arrivals = endpoint.block(120, 800.0, 200.0, 30.0, 60.0).counts(&rep.stream);
        let lowest = |cooldown| {
            let run = capacity(&arrivals, endpoint.aws(Metric::Requests), endpoint.rate(800.0), cooldown);
            run.periods.iter().map(|p| p.desired).min().unwrap_or(0) as f64 / need
        };
        lowest(900.0) - lowest(0.0)
    })?;
    outcome.find(CLAIM, "the load dips for thirty minutes", Estimate::mean_within(&dips, -1.0, 1.0));
    let flat = cx.replicate_part("flat", cx.replicates(), |rep| {
        let rate = endpoint.rate(800.0);
        let arrivals = endpoint.block(180, 800.0, 800.0, 0.0, 0.0).counts(&rep.stream);
        peak(&capacity(&arrivals, endpoint.aws(Metric::Requests), rate, 0.0))
    })?;
    outcome.find(CLAIM, "the load is flat", Estimate::mean_within(&flat, 0.0, 50.0 / need));

    let arrivals = jump.counts(&cx.stream("the-overshoot", 0));
    let minutes_of = |seconds: f64| shown::number(seconds / 60.0, 3);
    let names = [
        ("compounding, none".to_string(), Hue::Vermilion),
        (format!("compounding, {} min", minutes_of(waits[1])), Hue::Amber),
        (format!("compounding, {} min", minutes_of(waits[2])), Hue::Green),
        ("AWS, none".to_string(), Hue::Blue),
    ];
    let traces: Vec<Run> =
        [(2, 0), (2, 1), (2, 2), (0, 0)].map(|(arm, wait)| capacity(&arrivals, arms[arm], first, waits[wait])).into();
    draw(need, &names, &traces, &mut outcome);
    Ok(outcome)
}

fn draw(need: f64, names: &[(String, Hue)], traces: &[Run], outcome: &mut Outcome) {
    let mut table =
        Table::new("step_response", &[("policy_and_cooldown", ""), ("minute", "minutes"), ("desired", "instances")]);
    let mut panel = Panel::new(Axis::linear("minute").range(20.0, 90.0), Axis::linear("instances ordered"));
    for ((name, hue), run) in names.iter().zip(traces) {
        let y: Vec<f64> = run.periods.iter().map(|p| p.desired as f64).collect();
        for (minute, value) in y.iter().enumerate() {
            table.row([name.as_str().into(), minute.into(), (*value).into()]);
        }
        panel = panel.layer(Stairs {
            x: minutes(y.len())[20..].to_vec(),
            y: y[20..].to_vec(),
            filled: false,
            hue: *hue,
            label: None,
        });
    }
    let mut peaks = Table::new("step_response_peaks", &[("policy_and_cooldown", ""), ("peak_over_need", "1")]);
    for ((name, _), run) in names.iter().zip(traces) {
        let peak = run.periods.iter().map(|p| p.desired).max().unwrap_or(0) as f64 / need;
        peaks.row([name.as_str().into(), peak.into()]);
    }
    let times = |v: f64| format!("{} times", shown::fixed(v, 1));
    let title = Title::new()
        .text("A policy that multiplies what is still starting orders ")
        .cite(&peaks, "peak_over_need", 0, times)
        .text(" the need; one that counts it, ")
        .cite(&peaks, "peak_over_need", 3, times);
    let mut figure = Figure::new("step-response", title)
        .subtitle("The load jumps fourfold at minute 30; one run. Cooldowns: none, as long as the start-up, two minutes longer. Dashed: what is needed.")
        .caption("AWS here waits for three one-minute points; the compounding policy acts on every minute.")
        .alt("Instances ordered over time after a jump of the load, four step lines. The compounding policy without cooldown climbs to the maximum within minutes, with a cooldown as long as the start-up it does so a little later, with two minutes more it stays near the need, as AWS's formula does without any cooldown.")
        .reads("step_response", &["policy_and_cooldown", "minute", "desired"])
        .panel(panel.note(Note::horizontal(need, "need")));
    for (name, hue) in names {
        figure =
            figure.legend(name.as_str(), *hue, mllab_core::figure::LegendKey::Line(mllab_core::figure::Dash::Solid));
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    outcome.tables.push(peaks);
}
