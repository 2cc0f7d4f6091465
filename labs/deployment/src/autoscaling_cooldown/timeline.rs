//! Which rule let an action through, and which one blocked it?
//!
//! Data: a load that jumps for half an hour and falls again, or the user's trace. Arms: AWS target tracking in AWS's
//! semantics and as a lock, and for a trace six policies more. Measurement: how long after the last activity the next
//! one begins, read from the log of decisions.

use super::trace::{self, Trace};
use super::{AutoscalingCooldownParams, decisions};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{Cooldowns, DAY, Decision, Endpoint, Metric, Policy, Rule, Settings, load::Load};
use shown::whole;

const CLAIM: &str = "cooldown-blocks-next";
const COOLDOWN: f64 = 300.0;
const MINUTES: usize = 180;
const ACTIVITIES: [&str; 6] = [
    "the activity is a scale-in after a scale-in",
    "the activity is a scale-out after a scale-out",
    "the activity is a scale-out after a scale-in",
    "the activity is scheduled",
    "the policy is a simple one that locks",
    "there is no cooldown",
];

/// Measures what a cooldown blocks; on a user's trace, lets every policy run over it.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        own(&endpoint, &trace::of(data, &endpoint)?, &mut outcome);
        return Ok(outcome);
    }
    blocked(cx, &endpoint, &mut outcome)?;
    let load = Load::from_fn(MINUTES, |minute| {
        endpoint.rate(match minute {
            m if m < 40.0 => 300.0 + m,
            m if m < 70.0 => 940.0,
            m => 180.0 + 760.0 * libm::exp(-(m - 70.0) / 15.0),
        })
    });
    let arrivals = load.counts(&cx.stream("the-timeline", 0));
    let run = endpoint.run(&arrivals, &endpoint.tracking(Metric::Requests, load.per_minute[0]));
    let loads: Vec<f64> = run.periods.iter().map(|p| p.arrived).collect();
    let runs = [("target-tracking", run)];
    let table = decisions::table(&runs, &loads);
    let words = ["One run of AWS target tracking on requests per instance.", "Tables name every minute's rule."];
    decisions::draw(&endpoint, &runs[0].1, &table, words, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

/// Activities that begin within the cooldown of the last one, of all that are `asked` about, given the last and this.
fn early(decisions: &[Decision], asked: impl Fn(&Decision, &Decision) -> bool) -> (usize, usize) {
    let activities: Vec<&Decision> = decisions.iter().filter(|d| d.to != d.from).collect();
    let asked = activities.windows(2).filter(|pair| asked(pair[0], pair[1]));
    let early: Vec<bool> = asked.map(|pair| ((pair[1].at - pair[0].at) as f64) < COOLDOWN).collect();
    (early.iter().filter(|&&early| early).count(), early.len())
}

/// The share over all runs; by run where it varies, by trial where all or none are early.
fn share(counts: &Runs<(usize, usize)>) -> Estimate {
    let (hits, trials) = counts.iter().fold((0, 0), |(a, b), (hits, of)| (a + hits, b + of));
    if hits == 0 || hits == trials {
        return Estimate::proportion(hits, trials);
    }
    let asked: Runs<f64> = counts.iter().filter(|c| c.1 > 0).map(|c| c.0 as f64 / c.1 as f64).collect();
    asked.share(|share| *share)
}

fn blocked(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let (is_out, is_in) = (|d: &Decision| d.to > d.from, |d: &Decision| d.to < d.from);
    let first = endpoint.rate(150.0);
    let tracking = endpoint.settings(Policy::Tracking(endpoint.at_once(Metric::Requests)), first);
    let with = |arrivals: &[f64], cooldowns| endpoint.run(arrivals, &tracking.clone().cooldowns(cooldowns));
    // Every other minute the schedule asks for one instance more than the load does.
    let base = endpoint.need(first);
    let stairs = (0..10).fold(tracking.clone().cooldowns(Cooldowns::both(COOLDOWN)), |settings, step| {
        let from = 600.0 + 120.0 * f64::from(step);
        settings.scheduled(from, from + 3600.0, base + 1 + step as usize)
    });
    let runs = cx.runs("", cx.replicates(), |rep| {
        let day = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = day.counts(&rep.stream.child("arrivals", 0));
        let aws = with(&arrivals, Cooldowns::both(COOLDOWN)).decisions;
        let lock = with(&arrivals, Cooldowns::both(COOLDOWN).lock()).decisions;
        let ramp = endpoint.ramp(120, 1600.0, 10.0, 60.0).counts(&rep.stream.child("ramp", 0));
        let rise = with(&ramp, Cooldowns::both(COOLDOWN)).decisions;
        let free = with(&ramp, Cooldowns::default()).decisions;
        let stairs = endpoint.run(&arrivals[..7200], &stairs).decisions;
        let twenty = Cooldowns::both(1200.0);
        let gap = with(&ramp, twenty.lock()).dropped_share() - with(&ramp, twenty).dropped_share();
        let counts = [
            early(&aws, |last, this| is_in(last) && is_in(this)),
            early(&rise, |last, this| is_out(last) && is_out(this)),
            early(&aws, |last, this| is_in(last) && is_out(this)),
            early(&stairs, |_, this| this.allowed == Some(Rule::Scheduled)),
            early(&lock, |_, _| true),
            early(&free, |last, this| is_out(last) && is_out(this)),
        ];
        Ok((counts, gap))
    })?;
    outcome.find_each(CLAIM, &ACTIVITIES, |arm| share(&runs.map(|run| run.0[arm])));
    outcome.find(CLAIM, "dropped requests on a ramp are what counts", runs.gap(|run| run.1));
    Ok(())
}

/// The policies that run over a user's trace.
fn policies(endpoint: &Endpoint, trace: &Trace) -> [(&'static str, Settings); 7] {
    let load = &trace.load;
    let first = load.per_minute[0];
    let tracking = endpoint.tracking(Metric::Requests, first);
    // A forecast with hindsight: each hour's mean, in place ten minutes ahead.
    let scheduled = load.per_minute.chunks(3600).enumerate().fold(tracking.clone(), |all, (hour, rates)| {
        let mean = trace::mean_of_known(rates);
        let from = 3600.0 * hour as f64;
        all.scheduled(from - 600.0, from + 3600.0, endpoint.need(mean))
    });
    let instant = Settings { start_up: 0.0, ..endpoint.settings(Policy::Instant(endpoint.goal()), first) };
    [
        ("target-tracking", tracking),
        ("step", endpoint.settings(endpoint.fine_steps((3, 15)), first)),
        ("scheduled", scheduled),
        ("hpa", endpoint.settings(endpoint.hpa(), first)),
        ("fixed-mean", Endpoint::fixed(endpoint.need(trace.mean()))),
        ("fixed-peak", Endpoint::fixed(endpoint.need(load.peak()))),
        ("instant", instant),
    ]
}

fn own(endpoint: &Endpoint, trace: &Trace, outcome: &mut Outcome) {
    let (arrivals, loads) = (trace.load.fluid(), trace.load.by_minute());
    outcome.reading.extend(trace.reading.iter().cloned().chain(trace::capped(trace, endpoint)));
    let mut costs = Table::named("policies").with_word("policy").with_number("instance_hours", "hours");
    costs = costs.with_number("dropped", "share").with_number("activities", "activities");
    costs = costs.with_number("minutes", "minutes");
    let runs = policies(endpoint, trace).map(|(name, settings)| (name, endpoint.run(&arrivals, &settings)));
    for (name, run) in &runs {
        costs.put((*name, run.instance_hours(), run.dropped_share(), run.activities(), loads.len()));
    }
    let caption = if loads.len() < trace.minutes {
        format!("Of {} minutes the first {} are simulated.", whole(trace.minutes as f64), whole(loads.len() as f64))
    } else {
        "The scheduled policy knows each hour's mean beforehand.".into()
    };
    let table = decisions::table(&runs, &loads);
    let what = "Your trace under AWS target tracking; a day at most is drawn.";
    decisions::draw(endpoint, &runs[0].1, &table, [what, &caption], outcome);
    outcome.tables.extend([table, costs]);
}
