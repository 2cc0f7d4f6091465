//! Does a cooldown keep a policy from ordering too much, or taking away too much?
//!
//! Data: a load that jumps fourfold, and one that dips for half an hour. Arms: AWS target tracking on two metrics,
//! and a policy that multiplies capacity which is still starting; cooldowns of 0 and of the start-up. Measurement:
//! highest and lowest capacity over need.

use super::AutoscalingCooldownParams;
use mllab_core::prelude::*;
use mllab_kit::autoscale::{Cooldowns, Formula, Metric, Policy, Tracking};

const CLAIM: &str = "cooldown-prevents-overscaling";
const MINUTES: usize = 90;
/// Jumps for each replicate: where no run differs, hundreds are needed to say so.
const JUMPS: usize = 10;

/// Measures peaks and troughs of capacity.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let compounding = Tracking { formula: Formula::Compounding, ..endpoint.at_once(Metric::Requests) };
    let arms = [endpoint.aws(Metric::Requests), endpoint.aws(Metric::Utilisation), compounding];
    let need = endpoint.need(endpoint.rate(800.0)) as f64;
    let [fewest, most] = [params.minimum, params.maximum].map(|instances| instances as f64 / need);
    let capacity = |arrivals: &[f64], tracking: Tracking, first: f64, cooldown: f64| {
        let settings = endpoint.settings(Policy::Tracking(tracking), endpoint.rate(first));
        endpoint.run(arrivals, &settings.cooldowns(Cooldowns::both(cooldown)))
    };
    let jump = endpoint.ramp(MINUTES, 800.0, 30.0, 0.0);
    // A cooldown as long as the start-up, and two minutes more: the metric's minute must be over, too.
    let waits = [0.0, endpoint.start_up, endpoint.start_up + 120.0];
    let runs = cx.runs("", cx.replicates_of(JUMPS), |rep| {
        let arrivals = jump.counts(&rep.stream);
        let peak = |tracking, cooldown| capacity(&arrivals, tracking, 200.0, cooldown).most() as f64 / need;
        Ok(arms.map(|tracking| waits.map(|cooldown| peak(tracking, cooldown))))
    })?;
    let mut outcome = Outcome::new();
    for (setting, arm, wait) in [
        ("requests per instance are tracked and the load jumps", 0, 1),
        ("utilisation is tracked and the load jumps", 1, 1),
        ("the policy multiplies capacity that is still starting", 2, 1),
        ("the policy multiplies starting capacity and the cooldown is two minutes longer than the start-up", 2, 2),
    ] {
        let off = runs.each(|run| run[arm][0] - run[arm][wait]);
        outcome.find(CLAIM, setting, Estimate::mean_within(&off, fewest - most, most - fewest));
    }
    let dips = cx.runs("dip", cx.replicates_of(JUMPS), |rep| {
        let arrivals = endpoint.block(120, 800.0, 200.0, 30.0, 60.0).counts(&rep.stream);
        let lowest = |cooldown| capacity(&arrivals, arms[0], 800.0, cooldown).fewest() as f64 / need;
        Ok(lowest(900.0) - lowest(0.0))
    })?;
    outcome.find(CLAIM, "the load dips for thirty minutes", dips.gap(|higher| *higher));
    let flat = cx.runs("flat", cx.replicates_of(JUMPS), |rep| {
        let arrivals = endpoint.block(180, 800.0, 800.0, 0.0, 0.0).counts(&rep.stream);
        Ok(capacity(&arrivals, arms[0], 800.0, 0.0).most() as f64 / need)
    })?;
    outcome.find(CLAIM, "the load is flat", Estimate::mean_within(&flat, fewest, most));

    let arrivals = jump.counts(&cx.stream("the-overshoot", 0));
    let minutes = |seconds: f64| shown::number(seconds / 60.0, 3);
    let names = [1, 2].map(|wait| format!("compounding, {} min", minutes(waits[wait])));
    let looks = [
        (Look::new("compounding, none", Hue::Vermilion), 2, 0),
        (Look::new(&names[0], Hue::Amber), 2, 1),
        (Look::new(&names[1], Hue::Green), 2, 2),
        (Look::new("AWS, none", Hue::Blue), 0, 0),
    ];
    let mut table = Table::named("step_response").with_word("policy_and_cooldown").with_number("minute", "minutes");
    table = table.with_number("desired", "instances");
    let mut peaks = Table::named("step_response_peaks").with_word("policy_and_cooldown");
    peaks = peaks.with_number("peak_over_need", "1");
    for (look, arm, wait) in looks {
        let run = capacity(&arrivals, arms[arm], 200.0, waits[wait]);
        run.periods.iter().enumerate().for_each(|(minute, p)| table.put((look.name, minute, p.desired)));
        peaks.put((look.name, run.most() as f64 / need));
    }
    let looks = looks.map(|(look, ..)| look);
    let times = |v: f64| format!("{} times", shown::tenths(v));
    let title = Title::say(
        "A policy that multiplies what is still starting orders {} the need; one that counts it, {}",
        [0, 3].map(|arm: usize| peaks.cite("peak_over_need", (looks[arm].name,), times)),
    )
    .if_cited(|cited| cited[0] > cited[1]);
    let panel = Panel::new(Axis::linear("minute").range(20.0, 90.0), Axis::linear("instances ordered"));
    let panel = looks.iter().fold(panel, |panel, look| {
        panel.stairs(table.of((look.name,)).after(20), "minute", "desired", &look.unnamed())
    });
    let figure = Figure::new("step-response", title)
        .subtitle("The load jumps fourfold at minute 30; one run. Cooldowns: none, as long as the start-up, two minutes longer. Dashed: what is needed.")
        .caption("AWS here waits for three one-minute points; the compounding policy acts on every minute.")
        .alt("Instances ordered over time after a jump of the load, four step lines. The compounding policy without cooldown climbs to the maximum within minutes, with a cooldown as long as the start-up it does so a little later, with two minutes more it stays near the need, as AWS's formula does without any cooldown.")
        .keys(&looks, Look::stroke)
        .panel(panel.note(Note::horizontal(need, "need")));
    outcome.show(figure, [table, peaks]);
    Ok(outcome)
}
