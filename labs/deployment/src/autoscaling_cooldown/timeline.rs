//! Which rule let an action through, and which one blocked it?
//!
//! Data: a load that jumps for half an hour and falls again, or the user's trace. Arms: AWS target tracking in AWS's
//! semantics and as a lock, and for a trace six policies more. Measurement: how long after the last activity the next
//! one begins, read from the log of decisions.

use super::AutoscalingCooldownParams;
use super::endpoint::{DAY, Endpoint, each, mean_gap};
use super::trace;
use mllab_core::figure::{
    Axis, Event, Fill, Hue, Lane, LaneSpan, Lanes, Layout, LegendKey, Line, Mark, Panel, Step as Stairs,
};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::counts::Run;
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Cooldowns, Decision, Metric, Policy, Rule, Settings};

const CLAIM: &str = "cooldown-blocks-next";
const COOLDOWN: f64 = 300.0;
const MINUTES: usize = 180;

/// Measures what a cooldown blocks; on a user's trace, lets every policy run over it.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let load = trace::load(data, &endpoint)?;
        own(&endpoint, &load, data.n_rows(), &mut outcome);
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
    let settings = endpoint.settings(Policy::Tracking(endpoint.aws(Metric::Requests)), load.per_minute[0]);
    let run = endpoint.run(&arrivals, &settings);
    let mut table = empty_table();
    let loads: Vec<f64> = run.periods.iter().map(|p| p.arrived).collect();
    tabulate(&mut table, "target-tracking", &run, &loads);
    let caption = "Tables name every minute's rule.".to_string();
    draw(&endpoint, &run, "One run of AWS target tracking on requests per instance.", &caption, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

/// Activities that begin within the cooldown of the last one, of all that are `asked` about, given the last and this.
fn early(decisions: &[Decision], asked: impl Fn(&Decision, &Decision) -> bool) -> (usize, usize) {
    let activities: Vec<&Decision> = decisions.iter().filter(|d| d.to != d.from).collect();
    let asked: Vec<bool> = activities
        .windows(2)
        .filter(|pair| asked(pair[0], pair[1]))
        .map(|pair| ((pair[1].at - pair[0].at) as f64) < COOLDOWN)
        .collect();
    (asked.iter().filter(|&&early| early).count(), asked.len())
}

/// The share over all runs; by run where it varies, by trial where all or none are early.
fn share(counts: &[(usize, usize)]) -> Estimate {
    let (hits, trials) = counts.iter().fold((0, 0), |(a, b), (hits, of)| (a + hits, b + of));
    if hits == 0 || hits == trials {
        return Estimate::proportion(hits, trials);
    }
    let shares: Vec<f64> = counts.iter().filter(|c| c.1 > 0).map(|c| c.0 as f64 / c.1 as f64).collect();
    Estimate::mean_within(&shares, 0.0, 1.0)
}

fn blocked(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let tracking = Policy::Tracking(endpoint.at_once(Metric::Requests));
    let (is_out, is_in) = (|d: &Decision| d.to > d.from, |d: &Decision| d.to < d.from);
    let runs = cx.replicate(cx.replicates(), |rep| {
        let day = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = day.counts(&rep.stream.child("arrivals", 0));
        let first = endpoint.rate(150.0);
        let with = |arrivals: &[f64], cooldowns: Cooldowns| {
            endpoint.run(arrivals, &endpoint.settings(tracking.clone(), first).cooldowns(cooldowns))
        };
        let aws = with(&arrivals, Cooldowns::both(COOLDOWN)).decisions;
        let lock = with(&arrivals, Cooldowns::both(COOLDOWN).lock()).decisions;
        let ramp = endpoint.ramp(120, 1600.0, 10.0, 60.0).counts(&rep.stream.child("ramp", 0));
        let rise = with(&ramp, Cooldowns::both(COOLDOWN)).decisions;
        let free = with(&ramp, Cooldowns::default()).decisions;
        // Every other minute the schedule asks for one instance more than the load does.
        let base = endpoint.need(first);
        let stairs = (0..10).fold(endpoint.settings(tracking.clone(), first), |settings, step| {
            let from = 600.0 + 120.0 * f64::from(step);
            settings.scheduled(from, from + 3600.0, base + 1 + step as usize)
        });
        let stairs = endpoint.run(&arrivals[..7200], &stairs.cooldowns(Cooldowns::both(COOLDOWN))).decisions;
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
        (counts, gap)
    })?;
    for (arm, setting) in [
        "the activity is a scale-in after a scale-in",
        "the activity is a scale-out after a scale-out",
        "the activity is a scale-out after a scale-in",
        "the activity is scheduled",
        "the policy is a simple one that locks",
        "there is no cooldown",
    ]
    .into_iter()
    .enumerate()
    {
        outcome.find(CLAIM, setting, share(&runs.iter().map(|run| run.0[arm]).collect::<Vec<_>>()));
    }
    outcome.find(CLAIM, "dropped requests on a ramp are what counts", mean_gap(&each(&runs, |run| run.1)));
    Ok(())
}

fn empty_table() -> Table {
    Table::new(
        "timeline",
        &[
            ("policy", ""),
            ("minute", "minutes"),
            ("load", "requests"),
            ("desired", "instances"),
            ("ready", "instances"),
            ("action", ""),
            ("blocked_by", ""),
        ],
    )
}

/// A row a minute: the decision at its beginning (from what the minute before had), then capacity in it, and the load
/// as it was given: seconds summed up would be off by rounding.
fn tabulate(table: &mut Table, policy: &str, run: &Run, loads: &[f64]) {
    let per_minute = run.periods.len().div_ceil(minutes_of(run)).max(1);
    let mut before = run.periods[0].desired;
    for (minute, periods) in run.periods.chunks(per_minute).enumerate() {
        let last = periods[periods.len() - 1];
        let action = match last.desired {
            d if d > before => "out",
            d if d < before => "in",
            _ => "none",
        };
        let decided = (minute * per_minute + periods.len()).checked_sub(2).and_then(|at| run.decisions.get(at));
        let blocked = decided.and_then(|d| d.blocked).map_or("", Rule::name);
        let blocked = if minute == 0 { "" } else { blocked };
        table.row([
            policy.into(),
            minute.into(),
            loads[minute].into(),
            last.desired.into(),
            last.ready.into(),
            action.into(),
            blocked.into(),
        ]);
        before = last.desired;
    }
}

/// How many minutes a run lasted: decisions stand a period apart.
fn minutes_of(run: &Run) -> usize {
    let period = run.decisions.first().map_or(60, |first| first.at.max(1)) as usize;
    (run.periods.len() * period).div_ceil(60)
}

/// The policies that run over a user's trace.
fn policies(endpoint: &Endpoint, load: &Load) -> Vec<(&'static str, Settings)> {
    let first = load.per_minute[0];
    let tracking = || Policy::Tracking(endpoint.aws(Metric::Requests));
    let settings = |policy| endpoint.settings(policy, first);
    // A forecast with hindsight: each hour's mean, in place ten minutes ahead.
    let scheduled = load.per_minute.chunks(3600).enumerate().fold(settings(tracking()), |all, (hour, rates)| {
        let mean = rates.iter().sum::<f64>() / rates.len() as f64;
        let from = 3600.0 * hour as f64;
        all.scheduled(from - 600.0, from + 3600.0, endpoint.need(mean))
    });
    let mut instant = settings(Policy::Instant(endpoint.goal()));
    instant.start_up = 0.0;
    vec![
        ("target-tracking", settings(tracking())),
        ("step", settings(endpoint.fine_steps((3, 15)))),
        ("scheduled", scheduled),
        ("hpa", settings(endpoint.hpa())),
        ("fixed-mean", Endpoint::fixed(endpoint.need(load.mean()))),
        ("fixed-peak", Endpoint::fixed(endpoint.need(load.peak()))),
        ("instant", instant),
    ]
}

fn own(endpoint: &Endpoint, load: &Load, rows: usize, outcome: &mut Outcome) {
    let (arrivals, loads) = (load.fluid(), trace::by_minute(load));
    let mut table = empty_table();
    let mut costs = Table::new(
        "policies",
        &[
            ("policy", ""),
            ("instance_hours", "hours"),
            ("dropped", "share"),
            ("activities", "activities"),
            ("minutes", "minutes"),
        ],
    );
    let mut shown_run = None;
    for (name, settings) in policies(endpoint, load) {
        let run = endpoint.run(&arrivals, &settings);
        tabulate(&mut table, name, &run, &loads);
        costs.row([
            name.into(),
            run.instance_hours().into(),
            run.dropped_share().into(),
            run.activities().into(),
            (arrivals.len() / 60).into(),
        ]);
        shown_run.get_or_insert(run);
    }
    let used = arrivals.len() / 60;
    let caption = if used < rows {
        format!("Of {} rows the first {} are simulated.", shown::fixed(rows as f64, 0), shown::fixed(used as f64, 0))
    } else {
        "The scheduled policy knows each hour's mean beforehand.".to_string()
    };
    if let Some(mut run) = shown_run {
        // The picture holds a day at most.
        run.periods.truncate(DAY);
        run.decisions.truncate(DAY);
        draw(endpoint, &run, "Your trace under AWS target tracking; a day at most is drawn.", &caption, outcome);
    }
    outcome.tables.push(table);
    outcome.tables.push(costs);
}

/// Load and capacity, instances, and a lane for each rule, on one time axis.
fn draw(endpoint: &Endpoint, run: &Run, what: &str, caption: &str, outcome: &mut Outcome) {
    let of =
        |value: fn(&mllab_kit::autoscale::counts::Period) -> f64| run.periods.iter().map(value).collect::<Vec<f64>>();
    let x: Vec<f64> = (0..run.periods.len()).map(|minute| minute as f64).collect();
    let end = (x.len() as f64 - 1.0).max(1.0);
    let load = of(|p| p.arrived);
    let capacity: Vec<f64> = run.periods.iter().map(|p| p.ready as f64 * endpoint.per_instance).collect();
    let stairs =
        |y: Vec<f64>, hue, name: &str, filled| Stairs { x: x.clone(), y, filled, hue, label: Some(name.into()) };
    let axis = || Axis::linear("minute").range(0.0, end);
    let top = Panel::new(axis(), Axis::linear("requests a minute"))
        .layer(stairs(capacity.clone(), Hue::Sky, "capacity", true))
        .layer(Fill {
            x: x.clone(),
            upper: load.clone(),
            lower: capacity,
            upper_steps: false,
            lower_steps: true,
            hue: Hue::Vermilion,
            label: None,
        })
        .layer(Line::new(x.clone(), load, Hue::Ink).label("load"))
        .height(1.4);
    let middle = Panel::new(axis(), Axis::linear("instances"))
        .layer(stairs(of(|p| p.desired as f64), Hue::Green, "desired", false))
        .layer(stairs(of(|p| p.ready as f64), Hue::Blue, "ready", false));
    let events = |keep: &dyn Fn(&Decision) -> bool, mark, hue| -> Vec<Event> {
        run.decisions.iter().filter(|d| keep(d)).map(|d| Event { x: d.at as f64 / 60.0, mark, hue }).collect()
    };
    let lane = |name: &str, events, spans| Lane { name: name.into(), events, spans };
    let mut lanes = vec![
        lane("scales out", events(&|d| d.to > d.from, Mark::Triangle, Hue::Green), vec![]),
        lane("scales in", events(&|d| d.to < d.from, Mark::TriangleDown, Hue::Blue), vec![]),
    ];
    for (rule, name, hue) in [
        (Rule::HighAlarmWaits, "high alarm waits", Hue::Vermilion),
        (Rule::LowThreshold, "above low alarm", Hue::Grey),
        (Rule::LowAlarmWaits, "low alarm waits", Hue::Amber),
        (Rule::ScaleInCooldown, "ScaleInCooldown", Hue::Pink),
        (Rule::ScaleOutCooldown, "ScaleOutCooldown", Hue::Pink),
        (Rule::MaxCapacity, "MaxCapacity", Hue::Vermilion),
        (Rule::MissingData, "missing data", Hue::Grey),
    ] {
        let blocked = events(&|d| d.blocked == Some(rule), Mark::Cross, hue);
        if !blocked.is_empty() {
            lanes.push(lane(name, blocked, spans(run, rule, hue)));
        }
    }
    let share = 0.34 + 0.13 * lanes.len() as f64;
    let bottom = Panel::new(
        axis(),
        Axis::category(
            "each cross: a minute whose action the rule blocked",
            lanes.iter().map(|lane| lane.name.clone()),
        ),
    )
    .layer(Lanes { lanes })
    .height(share);
    let count = |rule| run.decisions.iter().filter(|d| d.blocked == Some(rule)).count();
    let mut blocked = Table::new("blocked", &[("rule", ""), ("words", ""), ("minutes", "minutes")]);
    for rule in
        [Rule::HighAlarmWaits, Rule::LowAlarmWaits, Rule::LowThreshold, Rule::ScaleInCooldown, Rule::ScaleOutCooldown]
    {
        blocked.row([rule.name().into(), rule.words().into(), count(rule).into()]);
    }
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("The alarms block ")
        .cite(&blocked, "minutes", 0, whole)
        .text(" minutes of scaling out and ")
        .cite(&blocked, "minutes", 1, whole)
        .text(" of scaling in; the scale-in cooldown blocks ")
        .cite(&blocked, "minutes", 3, whole);
    let seconds = |v: f64| shown::number(v, 4);
    outcome.figures.push(
        Figure::new("timeline", title)
            .subtitle(format!(
                "{what} Start-up {} min; ScaleOutCooldown {} s, ScaleInCooldown {} s; high alarm 3 of 3 minutes, low alarm 15 of 15.",
                shown::number(endpoint.start_up / 60.0, 3),
                seconds(endpoint.cooldowns.scale_out),
                seconds(endpoint.cooldowns.scale_in),
            ))
            .caption(caption)
            .alt("Three panels on one time axis: load and capacity, with the overload shaded; desired and ready instances; and a lane for each rule with a cross for every minute in which it blocked an action. The high alarm blocks the first minutes of the jump, the low alarm a quarter of an hour after it, and the scale-in cooldown the steps down.")
            .legend("scales out", Hue::Green, LegendKey::Mark(Mark::Triangle))
            .legend("scales in", Hue::Blue, LegendKey::Mark(Mark::TriangleDown))
            .reads("timeline", &["minute", "load", "desired", "ready", "action", "blocked_by"])
            .layout(Layout::Stack)
            .panel(top)
            .panel(middle)
            .panel(bottom),
    );
    outcome.tables.push(blocked);
}

/// Stretches of minutes in which a rule blocked.
fn spans(run: &Run, rule: Rule, hue: Hue) -> Vec<LaneSpan> {
    let mut spans: Vec<LaneSpan> = Vec::new();
    for decision in run.decisions.iter().filter(|d| d.blocked == Some(rule)) {
        let minute = decision.at as f64 / 60.0;
        match spans.last_mut() {
            Some(span) if span.to >= minute - 0.5 => span.to = minute + 0.5,
            _ => spans.push(LaneSpan { from: minute - 0.5, to: minute + 0.5, hue, text: String::new() }),
        }
    }
    spans
}
