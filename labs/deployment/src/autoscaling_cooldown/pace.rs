//! How many scaling activities does a cooldown spare?
//!
//! Data: a day of a gentle wave with bursts at random. Arms: target tracking with AWS's alarms, without alarms, and
//! step scaling, each at cooldowns of 0 to 60 minutes for both directions. Measurement: scaling activities.

use super::{AutoscalingCooldownParams, trace};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{Cooldowns, DAY, Endpoint, Metric, Policy, counts::doublings, load::Load};
use shown::whole;

const CLAIM: &str = "cooldown-fewer-actions";
const COOLDOWNS: [f64; 8] = [0.0, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0];
const LOOKS: [Look; 3] =
    [Look::new("every minute", Hue::Vermilion), Look::new("steps", Hue::Amber), Look::new("AWS's alarms", Hue::Blue)];
const SETTINGS: [&str; 3] = [
    "target tracking acts on every minute",
    "step scaling acts on every minute",
    "target tracking waits for AWS's alarms",
];

/// Counts activities at every cooldown.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let policies = [endpoint.direct(), endpoint.fine_steps((1, 1)), Policy::Tracking(endpoint.aws(Metric::Requests))];
    let activities = |arrivals: &[f64], policy: usize, first: f64, cooldown: f64| {
        let settings = endpoint.settings(policies[policy].clone(), first);
        endpoint.run(arrivals, &settings.cooldowns(Cooldowns::both(60.0 * cooldown))).activities()
    };
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let load = trace::of(data, &endpoint)?.load;
        let count = |cooldown| activities(&load.fluid(), 2, load.per_minute[0], cooldown);
        outcome.find(CLAIM, "the load is your trace", Estimate::exact(doublings(count(0.0), count(5.0))));
        return Ok(outcome);
    }
    let runs = cx.runs("", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let of = |arm| COOLDOWNS.map(|cooldown| activities(&arrivals, arm, load.per_minute[0], cooldown));
        Ok([0, 1, 2].map(of))
    })?;
    outcome.find_each(CLAIM, &SETTINGS, |arm| {
        [(0, 3), (3, 5), (5, 7)].map(|(from, to)| runs.mean(|run| doublings(run[arm][from], run[arm][to])))
    });
    let flat = cx.runs("flat", cx.replicates(), |rep| {
        let rate = endpoint.rate(300.0);
        let arrivals = Load::from_fn(DAY, |_| rate).counts(&rep.stream);
        let count = |cooldown| activities(&arrivals, 0, rate, cooldown) as f64;
        let fixed = endpoint.run(&arrivals, &Endpoint::fixed(endpoint.need(rate))).activities();
        Ok((count(0.0) - count(5.0), fixed))
    })?;
    outcome.find(CLAIM, "the load is flat", flat.mean(|run| run.0));
    outcome.find(CLAIM, "the fleet is fixed", flat.worst(|run| run.1 as f64));

    let activities = |arm: usize, at: usize| Some(runs.mean(|run| run[arm][at] as f64));
    let x = ("cooldown", "minutes", &COOLDOWNS[..]);
    let table = Table::curves("activities", ("policy", &LOOKS), x, ("activities", "activities"), activities);
    let cite = |policy, cooldown: f64| table.cite("activities", (policy, cooldown), whole);
    let title = Title::say(
        "Five minutes of cooldown take activities from {} to {} a day; with AWS's alarms, from {} to {}",
        [cite("every minute", 0.0), cite("every minute", 5.0), cite("AWS's alarms", 0.0), cite("AWS's alarms", 5.0)],
    );
    // From one minute on, so that a logarithmic axis can hold it; 0 stands half a minute out.
    let rows = Rows::from(&table).seen("cooldown", |cooldown| if cooldown == 0.0 { 0.5 } else { cooldown });
    let cooldown = Axis::log("ScaleOutCooldown and ScaleInCooldown in minutes (left end: none)");
    let panel = Panel::new(cooldown.ticks([1.0, 2.0, 5.0, 15.0, 60.0]), Axis::log("scaling activities a day"));
    let figure = Figure::new("activities", title)
        .subtitle(format!("A day of a gentle wave with two bursts an hour. Mean of {} days; band: 99\u{202f}% interval of the mean.", cx.replicates()))
        .alt("Scaling activities a day against the cooldown, for three policies. Without alarms activities fall steeply; with AWS's alarms the line starts low and stays nearly level until the cooldown exceeds the fifteen minutes of the low alarm.")
        .panel(panel.lines(rows, &LOOKS, "cooldown", "activities"));
    outcome.show(figure, [table]);
    Ok(outcome)
}
