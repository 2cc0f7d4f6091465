//! How many scaling activities does a cooldown spare?
//!
//! Data: a day of a gentle wave with bursts at random. Arms: target tracking with AWS's alarms, without alarms, and
//! step scaling, each at cooldowns of 0 to 60 minutes for both directions. Measurement: scaling activities.

use super::AutoscalingCooldownParams;
use super::endpoint::{DAY, Endpoint, doublings, each};
use super::trace;
use mllab_core::figure::{Axis, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Cooldowns, Metric, Policy};

const CLAIM: &str = "cooldown-fewer-actions";
const COOLDOWNS: [f64; 8] = [0.0, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0];
const ARMS: [(&str, &str, Hue); 3] = [
    ("target tracking acts on every minute", "every minute", Hue::Vermilion),
    ("step scaling acts on every minute", "steps", Hue::Amber),
    ("target tracking waits for AWS's alarms", "AWS's alarms", Hue::Blue),
];

/// Counts activities at every cooldown.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let policies = [endpoint.direct(), endpoint.fine_steps((1, 1)), Policy::Tracking(endpoint.aws(Metric::Requests))];
    let activities = |arrivals: &[f64], policy: &Policy, first: f64, cooldown: f64| {
        let settings = endpoint.settings(policy.clone(), first).cooldowns(Cooldowns::both(60.0 * cooldown));
        endpoint.run(arrivals, &settings).activities()
    };
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let load = trace::load(data, &endpoint)?;
        let count = |cooldown| activities(&load.fluid(), &policies[2], load.per_minute[0], cooldown);
        outcome.find(CLAIM, "the load is your trace", Estimate::exact(doublings(count(0.0), count(5.0))));
        return Ok(outcome);
    }
    let runs: Vec<Vec<Vec<usize>>> = cx.replicate(cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let of = |policy: &Policy| {
            COOLDOWNS.iter().map(|&cooldown| activities(&arrivals, policy, load.per_minute[0], cooldown)).collect()
        };
        policies.iter().map(of).collect()
    })?;
    for (arm, (setting, ..)) in ARMS.into_iter().enumerate() {
        for (part, (from, to)) in [(0, 3), (3, 5), (5, 7)].into_iter().enumerate() {
            let fewer = each(&runs, |run| doublings(run[arm][from], run[arm][to]));
            outcome.find_part(CLAIM, setting, part, Estimate::mean(&fewer));
        }
    }
    let flat = cx.replicate_part("flat", cx.replicates(), |rep| {
        let rate = endpoint.rate(300.0);
        let arrivals = Load::from_fn(DAY, |_| rate).counts(&rep.stream);
        let count = |cooldown| activities(&arrivals, &policies[0], rate, cooldown) as f64;
        let fixed = endpoint.run(&arrivals, &Endpoint::fixed(endpoint.need(rate))).activities();
        (count(0.0) - count(5.0), fixed)
    })?;
    outcome.find(CLAIM, "the load is flat", Estimate::mean(&each(&flat, |run| run.0)));
    let most = flat.iter().map(|run| run.1).max().unwrap_or(0);
    outcome.find(CLAIM, "the fleet is fixed", Estimate::exact(most as f64));
    draw(cx, &runs, &mut outcome);
    Ok(outcome)
}

fn draw(cx: &Cx, runs: &[Vec<Vec<usize>>], outcome: &mut Outcome) {
    let mut table = Table::new(
        "activities",
        &[
            ("policy", ""),
            ("cooldown", "minutes"),
            ("activities", "activities"),
            ("low", "activities"),
            ("high", "activities"),
        ],
    );
    // From one minute on, so that a logarithmic axis can hold it; 0 stands half a minute out.
    let place = |cooldown: f64| if cooldown == 0.0 { 0.5 } else { cooldown };
    let mut panel = Panel::new(
        Axis::log("ScaleOutCooldown and ScaleInCooldown in minutes (left end: none)")
            .ticks([1.0, 2.0, 5.0, 15.0, 60.0]),
        Axis::log("scaling activities a day"),
    );
    for (arm, (_, name, hue)) in ARMS.into_iter().enumerate() {
        let (mut middle, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for (index, cooldown) in COOLDOWNS.into_iter().enumerate() {
            let e = Estimate::mean(&each(runs, |run| run[arm][index] as f64));
            table.row([name.into(), cooldown.into(), e.point.into(), e.low.into(), e.high.into()]);
            middle.push(e.point);
            low.push(e.low);
            high.push(e.high);
        }
        let x = COOLDOWNS.map(place).to_vec();
        panel = panel.layer(Line::new(x, middle, hue).band(low, high).label(name));
    }
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("Five minutes of cooldown take activities from ")
        .cite(&table, "activities", 0, whole)
        .text(" to ")
        .cite(&table, "activities", 3, whole)
        .text(" a day; with AWS's alarms, from ")
        .cite(&table, "activities", 16, whole)
        .text(" to ")
        .cite(&table, "activities", 19, whole);
    outcome.figures.push(
        Figure::new("activities", title)
            .subtitle(format!(
                "A day of a gentle wave with two bursts an hour. Mean of {} days; band: 99\u{202f}% interval of the mean.",
                cx.replicates()
            ))
            .alt("Scaling activities a day against the cooldown, for three policies. Without alarms activities fall steeply; with AWS's alarms the line starts low and stays nearly level until the cooldown exceeds the fifteen minutes of the low alarm.")
            .reads("activities", &["policy", "cooldown", "activities", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}
