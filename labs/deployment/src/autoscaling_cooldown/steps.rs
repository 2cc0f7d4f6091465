//! What do steps do instead of tracking a target?
//!
//! Data: a day with bursts; a load that rises and falls once; AWS's published example. Arms: step scaling in fine and
//! coarse bands, AWS target tracking, Kubernetes' HPA. Measurement: drops, turns of capacity, minutes until scaling in.

use mllab_core::prelude::*;
use mllab_kit::autoscale::{DAY, Endpoint, Metric, Policy, Step as Steps, counts::doublings, load::Load};
use shown::whole;

const STEPS: &str = "step-scaling";
/// Points that the high and the low alarm of steps need.
const POINTS: (usize, usize) = (3, 5);
const LOOKS: [Look; 3] = [
    Look::new("AWS target tracking", Hue::Blue).unnamed(),
    Look::new("AWS step scaling", Hue::Amber).unnamed(),
    Look::new("Kubernetes HPA", Hue::Green).unnamed(),
];

/// Measures what bands do.
pub fn steps(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("steps", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let run = |policy| endpoint.run(&arrivals, &endpoint.settings(policy, load.per_minute[0]));
        let (fine, coarse) = (run(endpoint.fine_steps(POINTS)), run(endpoint.coarse_steps(POINTS)));
        let tracked = run(Policy::Tracking(endpoint.aws(Metric::Requests)));
        Ok((fine.dropped_share() - tracked.dropped_share(), doublings(coarse.turns(), fine.turns())))
    })?;
    outcome.find(STEPS, "a breach is looked up in AWS's published example", documented());
    let setting = "bands are fine and their drops are compared with target tracking's";
    outcome.find(STEPS, setting, runs.gap(|run| run.0));
    outcome.find(STEPS, "bands are coarse", runs.mean(|run| run.1));
    // Nine tenths of the threshold for each instance: between the two thresholds, whatever the fleet.
    let fleet = 10;
    let rate = 0.9 * endpoint.goal() * fleet as f64;
    let mut settings = endpoint.settings(endpoint.fine_steps(POINTS), rate);
    settings.first = fleet.clamp(endpoint.least, endpoint.most);
    let activities = || endpoint.run(&Load::from_fn(DAY, |_| rate).fluid(), &settings).activities();
    let activities = if settings.first == fleet { activities() } else { 0 };
    outcome.find(STEPS, "the metric never leaves the middle band", Estimate::exact(activities as f64));
    meanings(cx, endpoint, outcome);
    Ok(())
}

/// How far the example's steps are from what the user guide says that they do.
fn documented() -> Estimate {
    let steps = Steps::documented(Metric::Utilisation);
    let said: [(usize, f64, usize); 5] =
        [(10, 60.0, 11), (11, 70.0, 14), (14, 40.0, 13), (13, 30.0, 10), (10, 55.0, 10)];
    Runs::from(said.to_vec()).worst(|&(capacity, value, documented)| {
        steps.adjustment(value).map_or(f64::NAN, |a| a.apply(capacity).abs_diff(documented) as f64)
    })
}

/// The same load under three autoscalers that all speak of holding a target.
fn meanings(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) {
    let load = endpoint.block(120, 300.0, 800.0, 20.0, 50.0);
    let arrivals = load.counts(&cx.stream("three-meanings", 0));
    let mut table = Table::named("three_meanings").with_word("policy").with_number("minute", "minutes");
    table = table.with_number("load", "requests").with_numbers(&["desired", "need"], "instances");
    let mut summary = Table::named("three_meanings_back").with_word("policy");
    summary = summary.with_number("minutes_to_scale_in", "minutes");
    let tracking = Policy::Tracking(endpoint.aws(Metric::Requests));
    for (look, policy) in LOOKS.iter().zip([tracking, endpoint.coarse_steps(POINTS), endpoint.hpa()]) {
        let settings = endpoint.settings(policy, load.per_minute[0]);
        let run = endpoint.run(&arrivals, &settings);
        let each_minute = (60.0 / settings.period) as usize;
        let desired: Vec<usize> = run.periods.iter().step_by(each_minute).map(|p| p.desired).collect();
        for minute in 0..120 {
            let requests: f64 = arrivals[60 * minute..60 * (minute + 1)].iter().sum();
            table.put((look.name, minute, requests, desired[minute], endpoint.need(load.per_minute[60 * minute])));
        }
        let first_in = (51..120).find(|&minute| desired[minute] < desired[minute - 1]).unwrap_or(120);
        summary.put((look.name, first_in - 50));
    }
    let top = table.numbers("desired").into_iter().fold(0.0, f64::max);
    let panel = |look: &Look| {
        let rows = table.of((look.name,));
        let minute = Axis::linear("minute").ticks([0.0, 20.0, 50.0, 80.0, 120.0]);
        Panel::new(minute, Axis::linear("instances").range(0.0, top + 1.0))
            .title(look.name)
            .line(rows.clone(), "minute", "need", &Look::new("need", Hue::Grey).dashed().unnamed())
            .stairs(rows, "minute", "desired", look)
    };
    let title = Title::say(
        "One word, three meanings: after the load falls, scaling in begins after {}, {} and {} minutes",
        LOOKS.map(|look| summary.cite("minutes_to_scale_in", (look.name,), whole)),
    )
    .if_cited(|cited| cited.iter().all(|minutes| *minutes < 70.0) && cited[0] != cited[2]);
    let figure = Figure::new("three-meanings", title)
        .subtitle("The same load: up at minute 20, down at minute 50; one run. Dashed: what is needed at the target. Coarse steps: double above the target, halve below.")
        .alt("Three panels of instances over two hours. AWS target tracking rises after three minutes and falls in one go a quarter of an hour after the load; coarse steps double and halve and hunt around the need; Kubernetes rises within a minute and falls five minutes after the load.")
        .panels(LOOKS.iter().map(panel))
        .grid(3, true);
    outcome.show(figure, [table, summary]);
}
