//! Does target tracking hold its metric, and what do steps do instead?
//!
//! Data: waves of a day, three hours and an hour, on a large and a small fleet; a day with bursts. Arms: AWS target
//! tracking at several targets, step scaling in fine and coarse bands, Kubernetes' HPA. Measurement: share of minutes
//! near the target, drops, instance-hours, turns of capacity.

use super::AutoscalingCooldownParams;
use super::endpoint::{DAY, Endpoint, doublings, each, mean_gap, mean_share, minutes};
use super::trace;
use mllab_core::figure::{Axis, Dash, Format, Hue, Layout, Line, Mark, Note, Panel, Points, Step as Stairs};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::counts::Run;
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Adjustment, Alarm, Band, Hpa, Metric, Policy, Settings, Step, Tracking};

const TRACKING: &str = "target-tracking";
const STEPS: &str = "step-scaling";
const NEAR: f64 = 0.15;
const TARGETS: [f64; 7] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Measures how near the metric stays, and what steps do to capacity.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let mut outcome = Outcome::new();
    let tracking = Policy::Tracking(endpoint.aws(Metric::Requests));
    if let Source::Own(data) = source {
        let load = trace::load(data, &endpoint)?;
        let run = endpoint.run(&load.fluid(), &endpoint.settings(tracking, load.per_minute[0]));
        outcome.find(TRACKING, "the load is your trace", Estimate::exact(near(&endpoint.over_target(&run))));
        return Ok(outcome);
    }
    held(cx, &endpoint, &tracking, &mut outcome)?;
    steps(cx, &endpoint, &tracking, &mut outcome)?;
    frontier(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

fn near(over: &[f64]) -> f64 {
    over.iter().filter(|&&ratio| (ratio - 1.0).abs() <= NEAR).count() as f64 / over.len().max(1) as f64
}

fn held(cx: &Cx, endpoint: &Endpoint, tracking: &Policy, outcome: &mut Outcome) -> Result<(), LabError> {
    let wave = |length: usize, mean: f64, swing: f64, period: f64| {
        Load::wave(length, endpoint.rate(mean), endpoint.rate(swing), period)
    };
    let arms = [
        ("a large fleet follows a load that takes a day", wave(DAY, 1000.0, 500.0, 1440.0)),
        ("a large fleet follows a load that takes three hours", wave(540, 1000.0, 500.0, 180.0)),
        ("a large fleet follows a load that takes an hour", wave(360, 1000.0, 500.0, 60.0)),
        ("a fleet of one to three follows a load that takes a day", wave(DAY, 105.0, 55.0, 1440.0)),
    ];
    let runs = cx.replicate_part("held", cx.replicates(), |rep| {
        let held: Vec<(f64, f64)> = arms
            .iter()
            .enumerate()
            .map(|(arm, (_, load))| {
                let arrivals = load.counts(&rep.stream.child("arrivals", arm as u64));
                let run = endpoint.run(&arrivals, &endpoint.settings(tracking.clone(), load.per_minute[0]));
                let over = endpoint.over_target(&run);
                (near(&over), over.iter().sum::<f64>() / over.len() as f64)
            })
            .collect();
        let at = |target: f64| {
            let other = Endpoint { target, ..*endpoint };
            let load = &arms[2].1;
            let arrivals = load.counts(&rep.stream.child("arrivals", 2));
            let policy = Policy::Tracking(other.aws(Metric::Requests));
            let run = endpoint.run(&arrivals, &other.settings(policy, load.per_minute[0]));
            (run.dropped_share(), run.instance_hours())
        };
        let (half, nine) = (at(0.5), at(0.9));
        let day = arms[0].1.counts(&rep.stream.child("arrivals", 0));
        let fixed = endpoint.run(&day, &Endpoint::fixed(endpoint.need(arms[0].1.mean())));
        (held, nine.0 - half.0, 1.0 - nine.1 / half.1, near(&endpoint.over_target(&fixed)))
    })?;
    for (arm, (setting, _)) in arms.iter().enumerate() {
        outcome.find(TRACKING, setting, mean_share(&each(&runs, |run| run.0[arm].0)));
        outcome.find_part(TRACKING, setting, 1, Estimate::mean(&each(&runs, |run| run.0[arm].1)));
    }
    let setting = "the target is 90 instead of 50 %";
    outcome.find(TRACKING, setting, mean_gap(&each(&runs, |run| run.1)));
    outcome.find_part(TRACKING, setting, 1, mean_gap(&each(&runs, |run| run.2)));
    outcome.find(TRACKING, "the fleet is fixed at the mean", mean_share(&each(&runs, |run| run.3)));

    let mut table = Table::new("metric", &[("load", ""), ("minute", "minutes"), ("metric_over_target", "share")]);
    let mut shares = Table::new("near_target", &[("load", ""), ("near", "share"), ("low", "share"), ("high", "share")]);
    let names = ["a day", "three hours", "an hour", "small fleet"];
    for (arm, name) in names.into_iter().enumerate() {
        let e = mean_share(&each(&runs, |run| run.0[arm].0));
        shares.row([name.into(), e.point.into(), e.low.into(), e.high.into()]);
    }
    let titles = [
        "A large fleet, a wave of a day",
        "A large fleet, a wave of three hours",
        "A large fleet, a wave of an hour",
        "One to three instances, a wave of a day",
    ];
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN);
    let title = Title::new()
        .text("The metric is near its target in ")
        .cite(&shares, "near", 0, percent)
        .text(" of minutes on a slow load, in ")
        .cite(&shares, "near", 2, percent)
        .text(" on a fast one and in ")
        .cite(&shares, "near", 3, percent)
        .text(" with a small fleet");
    let mut figure = Figure::new("metric-and-target", title)
        .subtitle("Requests per instance over the target, minute by minute; one run of six hours each. Grey: within 15 % of the target.")
        .alt("Four panels of the tracked metric over its target. On the wave of a day it stays in the grey band most of the time, on faster waves it swings out of it, and with one to three instances it jumps far out whenever an instance more or less is there.")
        .reads("metric", &["load", "minute", "metric_over_target"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for (arm, name) in names.into_iter().enumerate() {
        let load = &arms[arm].1;
        let arrivals = load.counts(&cx.stream("the-target", arm));
        let run = endpoint.run(&arrivals, &endpoint.settings(tracking.clone(), load.per_minute[0]));
        let over = endpoint.over_target(&run);
        let from = if load.seconds() == 60 * DAY { 300 } else { 0 };
        let y = over[from..from + 360].to_vec();
        for (minute, value) in y.iter().enumerate() {
            table.row([name.into(), (from + minute).into(), (*value).into()]);
        }
        let axes = (
            Axis::linear("minute").ticks([0.0, 120.0, 240.0, 360.0]),
            Axis::linear("metric over target").range(0.0, 2.0).ticks([0.0, 0.5, 1.0, 1.5, 2.0]).format(Format::Percent),
        );
        figure = figure.panel(
            Panel::new(axes.0, axes.1)
                .title(titles[arm])
                .note(Note::SpanY { from: 1.0 - NEAR, to: 1.0 + NEAR, text: String::new(), hue: Hue::Grey })
                .layer(Line::new(minutes(360), y.iter().map(|v| v.min(2.0)).collect(), Hue::Blue)),
        );
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, shares]);
    Ok(())
}

/// The step adjustments that the EC2 Auto Scaling user guide gives as its example, and what it says they do.
fn published() -> f64 {
    let once = Alarm { points: 1, of: 1 };
    let percent = |lower, upper, percent| Band { lower, upper, adjustment: Adjustment::Percent(percent) };
    let step = Step {
        metric: Metric::Utilisation,
        high: 50.0,
        low: 50.0,
        alarms: (once, once),
        out: vec![percent(0.0, 10.0, 0.0), percent(10.0, 20.0, 10.0), percent(20.0, f64::INFINITY, 30.0)],
        back: vec![percent(-10.0, 0.0, 0.0), percent(-20.0, -10.0, -10.0), percent(f64::NEG_INFINITY, -20.0, -30.0)],
    };
    [(10, 60.0, 11), (11, 70.0, 14), (14, 40.0, 13), (13, 30.0, 10), (10, 55.0, 10)]
        .into_iter()
        .map(|(capacity, value, documented): (usize, f64, usize)| {
            step.adjustment(value).map_or(f64::NAN, |a| a.apply(capacity).abs_diff(documented) as f64)
        })
        .fold(0.0, f64::max)
}

fn steps(cx: &Cx, endpoint: &Endpoint, tracking: &Policy, outcome: &mut Outcome) -> Result<(), LabError> {
    let points = (3, 5);
    let runs = cx.replicate_part("steps", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let run = |policy| endpoint.run(&arrivals, &endpoint.settings(policy, load.per_minute[0]));
        let (fine, coarse) = (run(endpoint.fine_steps(points)), run(endpoint.coarse_steps(points)));
        let gap = fine.dropped_share() - run(tracking.clone()).dropped_share();
        (gap, doublings(coarse.turns(), fine.turns()))
    })?;
    let setting = "a breach is looked up in AWS's published example";
    outcome.find(STEPS, setting, Estimate::exact(published()));
    let setting = "bands are fine and their drops are compared with target tracking's";
    outcome.find(STEPS, setting, mean_gap(&each(&runs, |run| run.0)));
    outcome.find(STEPS, "bands are coarse", Estimate::mean(&each(&runs, |run| run.1)));
    // Nine tenths of the threshold for each instance: between the two thresholds, whatever the fleet.
    let fleet = 10;
    let rate = 0.9 * endpoint.goal() * fleet as f64;
    let calm = Load::from_fn(DAY, |_| rate);
    let mut settings = endpoint.settings(endpoint.fine_steps(points), rate);
    settings.first = fleet.clamp(endpoint.least, endpoint.most);
    let still = settings.first == fleet;
    let activities = if still { endpoint.run(&calm.fluid(), &settings).activities() } else { 0 };
    outcome.find(STEPS, "the metric never leaves the middle band", Estimate::exact(activities as f64));
    meanings(cx, endpoint, tracking, outcome);
    Ok(())
}

/// The same load under three autoscalers that all speak of holding a target.
fn meanings(cx: &Cx, endpoint: &Endpoint, tracking: &Policy, outcome: &mut Outcome) {
    let load = endpoint.block(120, 300.0, 800.0, 20.0, 50.0);
    let arrivals = load.counts(&cx.stream("three-meanings", 0));
    let mut table = Table::new(
        "three_meanings",
        &[("policy", ""), ("minute", "minutes"), ("load", "requests"), ("desired", "instances"), ("need", "instances")],
    );
    let mut figure_panels = Vec::new();
    let mut summary = Table::new("three_meanings_back", &[("policy", ""), ("minutes_to_scale_in", "minutes")]);
    for (name, policy, hue) in [
        ("AWS target tracking", tracking.clone(), Hue::Blue),
        ("AWS step scaling", endpoint.coarse_steps((3, 5)), Hue::Amber),
        ("Kubernetes HPA", endpoint.hpa(), Hue::Green),
    ] {
        let settings = endpoint.settings(policy, load.per_minute[0]);
        let run = endpoint.run(&arrivals, &settings);
        let each_minute = (60.0 / settings.period) as usize;
        let desired: Vec<f64> = run.periods.iter().step_by(each_minute).map(|p| p.desired as f64).collect();
        let need: Vec<f64> = (0..120).map(|m| endpoint.need(load.per_minute[60 * m]) as f64).collect();
        for minute in 0..120 {
            let requests: f64 = arrivals[60 * minute..60 * (minute + 1)].iter().sum();
            table.row([name.into(), minute.into(), requests.into(), desired[minute].into(), need[minute].into()]);
        }
        let first_in = (50..120).find(|&m| desired[m] < desired[m - 1] && m > 50).unwrap_or(120);
        summary.row([name.into(), (first_in - 50).into()]);
        let top = desired.iter().copied().fold(0.0, f64::max);
        figure_panels.push((
            top,
            Panel::new(Axis::linear("minute").ticks([0.0, 20.0, 50.0, 80.0, 120.0]), Axis::linear("instances"))
                .title(name)
                .layer(Line::new(minutes(120), need, Hue::Grey).dash(Dash::Dashed))
                .layer(Stairs { x: minutes(120), y: desired, filled: false, hue, label: None }),
        ));
    }
    let top = figure_panels.iter().map(|panel| panel.0).fold(0.0, f64::max);
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("One word, three meanings: after the load falls, scaling in begins after ")
        .cite(&summary, "minutes_to_scale_in", 0, whole)
        .text(", ")
        .cite(&summary, "minutes_to_scale_in", 1, whole)
        .text(" and ")
        .cite(&summary, "minutes_to_scale_in", 2, whole)
        .text(" minutes");
    let mut figure = Figure::new("three-meanings", title)
        .subtitle("The same load: up at minute 20, down at minute 50; one run. Dashed: what is needed at the target. Coarse steps: double above the target, halve below.")
        .alt("Three panels of instances over two hours. AWS target tracking rises after three minutes and falls in one go a quarter of an hour after the load; coarse steps double and halve and hunt around the need; Kubernetes rises within a minute and falls five minutes after the load.")
        .reads("three_meanings", &["policy", "minute", "desired", "need"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    for (_, mut panel) in figure_panels {
        panel.y = Axis::linear("instances").range(0.0, top + 1.0);
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, summary]);
}

/// Cost against drops, a frontier for each policy and for a fleet that never changes.
fn frontier(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let sizes = [4, 5, 6, 7, 8, 9, 10];
    let arms = ["AWS's alarms", "every minute", "HPA", "fixed fleet"];
    let runs: Vec<Vec<Vec<(f64, f64)>>> = cx.replicate_part("frontier", cx.replicates(), |rep| {
        let load = endpoint.spiky_day(DAY, &rep.stream);
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let first = load.per_minute[0];
        let at = |settings: &Settings| {
            let run: Run = endpoint.run(&arrivals, settings);
            (run.instance_hours(), run.dropped_share())
        };
        let policy = |of: &dyn Fn(f64) -> Policy| {
            TARGETS.iter().map(|&target| at(&endpoint.settings(of(endpoint.per_instance * target), first))).collect()
        };
        vec![
            policy(&|goal| Policy::Tracking(Tracking::aws(Metric::Requests, goal))),
            policy(&|goal| Policy::Direct(Metric::Requests, goal)),
            policy(&|goal| Policy::Hpa(Hpa::new(Metric::Requests, goal))),
            sizes.iter().map(|&size| at(&Endpoint::fixed(size))).collect(),
        ]
    })?;
    let mut table = Table::new(
        "frontier",
        &[
            ("policy", ""),
            ("target_or_size", "1"),
            ("instance_hours", "hours"),
            ("dropped", "share"),
            ("low", "share"),
            ("high", "share"),
        ],
    );
    let mut panel =
        Panel::new(Axis::linear("instance-hours a day"), Axis::linear("dropped requests").format(Format::Percent));
    let hues = [Hue::Blue, Hue::Vermilion, Hue::Green, Hue::Ink];
    for (arm, name) in arms.into_iter().enumerate() {
        let (mut x, mut y, mut low, mut high) = (vec![], vec![], vec![], vec![]);
        for index in 0..TARGETS.len() {
            let hours = each(&runs, |run| run[arm][index].0);
            let e = mean_share(&each(&runs, |run| run[arm][index].1));
            let hours = hours.iter().sum::<f64>() / hours.len() as f64;
            let knob = if arm == 3 { sizes[index] as f64 } else { TARGETS[index] };
            table.row([name.into(), knob.into(), hours.into(), e.point.into(), e.low.into(), e.high.into()]);
            x.push(hours);
            y.push(e.point);
            // Nothing dropped in any run: the table has what may be unseen, a whisker would hide the rest.
            let seen = e.point > 0.0;
            low.push(if seen { e.low } else { f64::NAN });
            high.push(if seen { e.high } else { f64::NAN });
        }
        let marks = [Mark::Disc, Mark::Triangle, Mark::Square, Mark::Diamond];
        let points = Points::new(x.clone(), y.clone(), marks[arm], hues[arm]).whiskers(low, high);
        panel = panel.layer(Line::new(x, y, hues[arm]).thin()).layer(points);
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 1), shown::THIN);
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("A fixed fleet of seven drops ")
        .cite(&table, "dropped", 24, percent)
        .text(" for ")
        .cite(&table, "instance_hours", 24, whole)
        .text(" instance-hours a day, AWS's alarms at 70 % drop ")
        .cite(&table, "dropped", 4, percent)
        .text(" for ")
        .cite(&table, "instance_hours", 4, whole);
    let mut figure = Figure::new("frontier", title)
        .subtitle(format!(
            "A wave with bursts; targets from 30 % (right) to 90 % (left), fixed fleets of 4 to 10. Mean of {} days; whiskers: 99\u{202f}% interval.",
            cx.replicates()
        ))
        .alt("Dropped requests against instance-hours, one curve a policy. All fall to the right. AWS's alarms lie highest; acting on every minute and Kubernetes' HPA lie on one curve below; from seven instances on the fixed fleet lies below all of them.")
        .reads("frontier", &["policy", "instance_hours", "dropped", "low", "high"])
        .panel(panel);
    let marks = [Mark::Disc, Mark::Triangle, Mark::Square, Mark::Diamond];
    for (arm, name) in arms.into_iter().enumerate() {
        figure = figure.legend(name, hues[arm], mllab_core::figure::LegendKey::Mark(marks[arm]));
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}
