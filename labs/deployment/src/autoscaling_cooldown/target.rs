//! Does target tracking hold its metric, and what do steps do instead?
//!
//! Data: waves of a day, three hours and an hour, on a large and a small fleet; a day with bursts. Arms: AWS target
//! tracking at several targets, acting on every minute, Kubernetes' HPA, fixed fleets. Measurement: share of minutes
//! near the target, drops, instance-hours. What steps do is in `steps.rs`.

use super::{AutoscalingCooldownParams, steps, trace};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{DAY, Endpoint, Hpa, Metric, Policy, Settings, Tracking, load::Load};
use shown::{percent, percent_to, whole};

const TRACKING: &str = "target-tracking";
const NEAR: f64 = 0.15;
const TARGETS: [f64; 7] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const SIZES: [usize; 7] = [4, 5, 6, 7, 8, 9, 10];
/// A load's name in tables, its panel's title, and the setting that it answers.
const LOADS: [(&str, &str, &str); 4] = [
    ("a day", "A large fleet, a wave of a day", "a large fleet follows a load that takes a day"),
    ("three hours", "A large fleet, a wave of three hours", "a large fleet follows a load that takes three hours"),
    ("an hour", "A large fleet, a wave of an hour", "a large fleet follows a load that takes an hour"),
    (
        "small fleet",
        "One to three instances, a wave of a day",
        "a fleet of one to three follows a load that takes a day",
    ),
];

/// Measures how near the metric stays, and what steps do to capacity.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let trace = trace::of(data, &endpoint)?;
        let first = trace.load.per_minute[0];
        let run = endpoint.run(&trace.load.fluid(), &endpoint.tracking(Metric::Requests, first));
        let over = trace.of_known(endpoint.over_target(&run));
        outcome.find(TRACKING, "the load is your trace", Estimate::exact(near(&over)));
        return Ok(outcome);
    }
    held(cx, &endpoint, &mut outcome)?;
    steps::steps(cx, &endpoint, &mut outcome)?;
    frontier(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

fn near(over: &[f64]) -> f64 {
    over.iter().filter(|&&ratio| (ratio - 1.0).abs() <= NEAR).count() as f64 / over.len().max(1) as f64
}

fn held(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let loads = [
        endpoint.wave(DAY, 1000.0, 500.0, 1440.0),
        endpoint.wave(540, 1000.0, 500.0, 180.0),
        endpoint.wave(360, 1000.0, 500.0, 60.0),
        endpoint.wave(DAY, 105.0, 55.0, 1440.0),
    ];
    let over = |load: &Load, arrivals: &[f64]| {
        endpoint.over_target(&endpoint.run(arrivals, &endpoint.tracking(Metric::Requests, load.per_minute[0])))
    };
    let runs = cx.runs("held", cx.replicates(), |rep| {
        let arrivals = |arm: usize| loads[arm].counts(&rep.stream.child("arrivals", arm as u64));
        let held = [0, 1, 2, 3].map(|arm| {
            let over = over(&loads[arm], &arrivals(arm));
            (near(&over), over.iter().sum::<f64>() / over.len() as f64)
        });
        let at = |target: f64| {
            let other = Endpoint { target, ..*endpoint };
            let run = endpoint.run(&arrivals(2), &other.tracking(Metric::Requests, loads[2].per_minute[0]));
            (run.dropped_share(), run.instance_hours())
        };
        let (half, nine) = (at(0.5), at(0.9));
        let fixed = endpoint.run(&arrivals(0), &Endpoint::fixed(endpoint.need(loads[0].mean())));
        Ok((held, nine.0 - half.0, 1.0 - nine.1 / half.1, near(&endpoint.over_target(&fixed))))
    })?;
    let mut shares = Table::named("near_target").with_word("load").with_estimate("near", "share");
    for (arm, (name, _, setting)) in LOADS.into_iter().enumerate() {
        let near = runs.share(|run| run.0[arm].0);
        outcome.find(TRACKING, setting, [near, runs.mean(|run| run.0[arm].1)]);
        shares.put((name, near));
    }
    let parts = [runs.gap(|run| run.1), runs.gap(|run| run.2)];
    outcome.find(TRACKING, "the target is 90 instead of 50 %", parts);
    outcome.find(TRACKING, "the fleet is fixed at the mean", runs.share(|run| run.3));

    let mut table = Table::named("metric").with_word("load").with_number("minute", "minutes");
    table = table.with_number("metric_over_target", "share");
    for (arm, load) in loads.iter().enumerate() {
        let over = over(load, &load.counts(&cx.stream("the-target", arm)));
        let from = if load.seconds() == 60 * DAY { 300 } else { 0 };
        (from..from + 360).for_each(|minute| table.put((LOADS[arm].0, minute, over[minute])));
    }
    let title = Title::say(
        "The metric is near its target in {} of minutes on a slow load, in {} on a fast one and in {} with a small fleet",
        ["a day", "an hour", "small fleet"].map(|load| shares.cite("near", (load,), percent)),
    );
    let panel = |(name, title, _): (&str, &str, &str)| {
        let rows = table.of((name,)).seen("metric_over_target", |over| over.min(2.0));
        let begin = rows.numbers("minute")[0];
        let ticks = [0.0, 120.0, 240.0, 360.0].map(|minute| minute + begin);
        let over = Axis::share("metric over target").range(0.0, 2.0).ticks([0.0, 0.5, 1.0, 1.5, 2.0]);
        Panel::new(Axis::linear("minute").ticks(ticks), over)
            .title(title)
            .note(Note::SpanY { from: 1.0 - NEAR, to: 1.0 + NEAR, text: String::new(), hue: Hue::Grey })
            .line(rows, "minute", "metric_over_target", &Look::new("metric", Hue::Blue).unnamed())
    };
    let figure = Figure::new("metric-and-target", title)
        .subtitle("Requests per instance over the target, minute by minute; one run of six hours each. Grey: within 15 % of the target.")
        .alt("Four panels of the tracked metric over its target. On the wave of a day it stays in the grey band most of the time, on faster waves it swings out of it, and with one to three instances it jumps far out whenever an instance more or less is there.")
        .panels(LOADS.map(panel))
        .grid(2, true);
    outcome.show(figure, [table, shares]);
    Ok(())
}

/// Cost against drops, a frontier for each policy and for a fleet that never changes.
fn frontier(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    const LOOKS: [Look; 4] = [
        Look::new("AWS's alarms", Hue::Blue),
        Look::new("every minute", Hue::Vermilion).mark(Mark::Triangle),
        Look::new("HPA", Hue::Green).mark(Mark::Square),
        Look::new("fixed fleet", Hue::Ink).mark(Mark::Diamond),
    ];
    let runs = cx.runs("frontier", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let at = |settings: &Settings| {
            let run = endpoint.run(&arrivals, settings);
            (run.instance_hours(), run.dropped_share())
        };
        let policy = |of: fn(f64) -> Policy| {
            TARGETS.map(|target| at(&endpoint.settings(of(endpoint.per_instance * target), load.per_minute[0])))
        };
        Ok([
            policy(|goal| Policy::Tracking(Tracking::aws(Metric::Requests, goal))),
            policy(|goal| Policy::Direct(Metric::Requests, goal)),
            policy(|goal| Policy::Hpa(Hpa::new(Metric::Requests, goal))),
            SIZES.map(|size| at(&Endpoint::fixed(size))),
        ])
    })?;
    let mut table = Table::named("frontier").with_word("policy").with_number("target_or_size", "1");
    table = table.with_number("instance_hours", "hours").with_estimate("dropped", "share");
    for (arm, look) in LOOKS.iter().enumerate() {
        for (index, target) in TARGETS.into_iter().enumerate() {
            let knob = if look.name == "fixed fleet" { SIZES[index] as f64 } else { target };
            let hours = runs.mean(|run| run[arm][index].0).point();
            table.put((look.name, knob, hours, runs.share(|run| run[arm][index].1)));
        }
    }
    let one = |share| percent_to(share, 1);
    let fixed = |column, show| table.cite(column, ("fixed fleet", 7.0), show);
    let aws = |column, show| table.cite(column, ("AWS's alarms", 0.7), show);
    let title = Title::say(
        "A fixed fleet of seven drops {} for {} instance-hours a day, AWS's alarms at 70 % drop {} for {}",
        [fixed("dropped", one), fixed("instance_hours", whole), aws("dropped", one), aws("instance_hours", whole)],
    );
    let mut panel = Panel::new(Axis::linear("instance-hours a day"), Axis::share("dropped requests"));
    for look in LOOKS.map(Look::unnamed) {
        let rows = table.of((look.name,));
        // Nothing dropped in any run: the table has what may be unseen, a whisker would hide the rest.
        let [seen, unseen] = [true, false].map(|seen| rows.clone().only("dropped", |dropped| (dropped > 0.0) == seen));
        panel = panel
            .line(rows, "instance_hours", "dropped", &look.thin().bare())
            .points(seen, "instance_hours", "dropped", &look)
            .points(unseen, "instance_hours", "dropped", &look.bare());
    }
    let figure = Figure::new("frontier", title)
        .subtitle(format!("A wave with bursts; targets from 30 % (right) to 90 % (left), fixed fleets of 4 to 10. Mean of {} days; whiskers: 99\u{202f}% interval.", cx.replicates()))
        .alt("Dropped requests against instance-hours, one curve a policy. All fall to the right. AWS's alarms lie highest; acting on every minute and Kubernetes' HPA lie on one curve below; from seven instances on the fixed fleet lies below all of them.")
        .keys(&LOOKS, Look::point)
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
