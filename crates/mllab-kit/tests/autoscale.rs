//! The autoscaler against what AWS and Kubernetes document, Erlang's formula, conservation, and its own two simulators.

use mllab_core::Stream;
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{
    Adjustment, Alarm, Band, Cooldowns, Decision, Endpoint, Formula, Hpa, Metric, Policy, Rate, Reading, Rule, Scaler,
    Service, Settings, Step, Tracking, counts, erlang, events, sized,
};
use mllab_kit::data::peers;
use proptest::prelude::*;

const ONCE: Alarm = Alarm { points: 1, of: 1 };
const SERVICE: Service = Service { slots: 2, seconds: 1.2, queue: 20.0 };

/// A minute with so many requests for each of `ready` instances.
fn minute(per_instance: f64, ready: usize) -> Reading {
    Reading {
        present: true,
        requests: per_instance * ready as f64,
        ready: ready as f64,
        slots: 2.0,
        ..Reading::default()
    }
}

/// Decisions at one reading after the other; capacity is ready at once.
fn decide(settings: &Settings, per_instance: &[f64]) -> Vec<Decision> {
    let (mut scaler, mut desired) = (Scaler::new(settings), settings.first);
    let one = |(index, &value): (usize, &f64)| {
        let reading = if value.is_nan() { Reading::default() } else { minute(value, desired) };
        let decision = scaler.decide(settings.period * (index + 1) as f64, &reading, desired);
        desired = decision.to;
        decision
    };
    per_instance.iter().enumerate().map(one).collect()
}

fn capacities(decisions: &[Decision]) -> Vec<usize> {
    decisions.iter().map(|decision| decision.to).collect()
}

/// A step policy on requests per instance that rings at once: above 50 two, above 70 three; below 30 one less.
fn steps() -> Step {
    let band = |lower, upper, change| Band { lower, upper, adjustment: Adjustment::Change(change) };
    Step {
        metric: Metric::Requests,
        high: 50.0,
        low: 30.0,
        alarms: (ONCE, ONCE),
        out: vec![band(0.0, 20.0, 2), band(20.0, f64::INFINITY, 3)],
        back: vec![band(f64::NEG_INFINITY, 0.0, -1)],
    }
}

#[test]
fn aws_a_larger_scale_out_proceeds_and_what_was_added_counts() {
    let settings = Settings::new(Policy::Step(steps()), 4, 60.0).cooldowns(Cooldowns::both(300.0));
    let decisions = decide(&settings, &[60.0, 60.0, 80.0, 80.0, 40.0, 40.0, 40.0, 40.0, 60.0]);
    // +2, then +3 during the cooldown adds 1; the same again adds nothing; five minutes later +2 counts from 7.
    assert_eq!(capacities(&decisions), [6, 6, 7, 7, 7, 7, 7, 7, 9]);
    assert_eq!(decisions[1].blocked, Some(Rule::ScaleOutCooldown));
    assert_eq!(decisions[2].allowed, Some(Rule::HighAlarm));
    assert_eq!(decisions[3].blocked, Some(Rule::ScaleOutCooldown));
}

#[test]
fn aws_a_scale_in_cooldown_blocks_scale_in_and_a_scale_out_ends_it() {
    let settings = Settings::new(Policy::Step(steps()), 9, 60.0).cooldowns(Cooldowns::both(300.0));
    let decisions = decide(&settings, &[20.0, 20.0, 60.0, 20.0, 20.0]);
    assert_eq!(capacities(&decisions), [8, 8, 10, 9, 9]);
    assert_eq!(decisions[1].blocked, Some(Rule::ScaleInCooldown));
    assert_eq!(decisions[4].blocked, Some(Rule::ScaleInCooldown));
}

#[test]
fn a_lock_blocks_everything_but_a_schedule() {
    let lock = Cooldowns::both(300.0).lock();
    let settings = Settings::new(Policy::Step(steps()), 4, 60.0).cooldowns(lock).scheduled(180.0, 240.0, 8);
    let decisions = decide(&settings, &[60.0, 80.0, 40.0, 20.0, 20.0, 60.0]);
    assert_eq!(capacities(&decisions), [6, 6, 8, 8, 8, 10]);
    assert_eq!(decisions[1].blocked, Some(Rule::ScaleOutCooldown));
    assert_eq!(decisions[2].allowed, Some(Rule::Scheduled));
    assert_eq!(decisions[3].blocked, Some(Rule::ScaleOutCooldown));
}

#[test]
fn aws_alarms_need_their_points_and_round_towards_capacity() {
    let settings = Settings::new(Policy::Tracking(Tracking::aws(Metric::Requests, 70.0)), 3, 60.0);
    let decisions = decide(&settings, &[71.0, 71.0, 71.0]);
    assert_eq!(capacities(&decisions), [3, 3, 4], "three instances at 71 are four at 70");
    assert_eq!(decisions[0].blocked, Some(Rule::HighAlarmWaits));
    let settings = Settings::new(Policy::Tracking(Tracking::aws(Metric::Requests, 70.0)), 10, 60.0);
    let mut low = vec![36.0; 15];
    let decisions = decide(&settings, &low);
    assert_eq!(decisions[13].blocked, Some(Rule::LowAlarmWaits));
    assert_eq!((decisions[13].to, decisions[14].to), (10, 6), "360 a minute are 5.14 instances");
    low[7] = 64.0; // above nine tenths of the target
    assert_eq!(decide(&settings, &low)[14].to, 10);
    assert_eq!(decide(&settings, &[64.0])[0].blocked, None, "9.14 instances are ten");
    assert_eq!(decide(&settings, &[63.0])[0].blocked, Some(Rule::LowThreshold), "not below nine tenths of 70");
}

#[test]
fn missing_data_does_not_scale() {
    let settings = Settings::new(Policy::Tracking(Tracking::aws(Metric::Requests, 70.0)), 4, 60.0);
    let decisions = decide(&settings, &[f64::NAN; 20]);
    assert!(decisions.iter().all(|d| d.to == 4 && d.blocked == Some(Rule::MissingData)));
    let decisions = decide(&settings, &[90.0, f64::NAN, 90.0, 90.0, 90.0]);
    assert_eq!(capacities(&decisions), [4, 4, 4, 4, 6], "a gap is no datapoint that breaches");
}

#[test]
fn several_policies_go_out_if_any_and_in_only_if_all_say_so() {
    let other = Tracking::at_once(Metric::Constant(50.0), 50.0);
    let mut settings = Settings::new(Policy::Tracking(Tracking::at_once(Metric::Requests, 70.0)), 4, 60.0);
    settings.policies.push(Policy::Tracking(other));
    let decisions = decide(&settings, &[90.0, 20.0]);
    assert_eq!(capacities(&decisions), [6, 6]);
    assert_eq!(decisions[1].blocked, Some(Rule::OtherPolicy));
    settings.policies[1] = Policy::Tracking(Tracking::at_once(Metric::Requests, 40.0));
    assert_eq!(capacities(&decide(&settings, &[20.0])), [2], "of 2 and 2 instances the larger");
    assert_eq!(capacities(&decide(&settings, &[30.0])), [3], "two would do at 70, three are needed at 40");
}

#[test]
fn aws_published_steps() {
    // Amazon EC2 Auto Scaling user guide, "Step adjustments": threshold 50, capacity 10.
    let settings = Settings::new(Policy::Step(Step::documented(Metric::Requests)), 10, 60.0);
    assert_eq!(capacities(&decide(&settings, &[60.0, 70.0, 40.0, 30.0])), [11, 14, 13, 10]);
}

#[test]
fn kubernetes_formula_tolerance_and_scaling_policies() {
    let hpa = Hpa { down_window: 0.0, ..Hpa::new(Metric::Requests, 75.0) };
    let one = |hpa: Hpa, first: usize, value: f64| {
        let settings = Settings::new(Policy::Hpa(hpa), first, 10.0).bounds(1, 1000).every(15.0);
        decide(&settings, &[value])[0]
    };
    assert_eq!(one(hpa, 50, 90.0).to, 60, "50 × 90 / 75");
    assert_eq!(one(hpa, 10, 82.5).to, 10, "a ratio of 1.1 is within the tolerance");
    assert_eq!(one(hpa, 10, 82.5).blocked, Some(Rule::Tolerance));
    assert_eq!(one(hpa, 10, 300.0).to, 20, "at most twice as many in 15 s");
    assert_eq!(one(hpa, 10, 300.0).blocked, None);
    assert_eq!(one(hpa, 2, 750.0).to, 6, "or four pods more, whichever is more");
    // The documented policies: 10 % or 4 pods a minute, whatever changes most.
    let slow = Hpa { down: Rate { pods: 4.0, percent: 10.0, seconds: 60.0 }, ..hpa };
    let settings = Settings::new(Policy::Hpa(slow), 80, 10.0).bounds(1, 1000);
    let decisions = decide(&settings, &[1.0; 12]);
    assert_eq!(capacities(&decisions), [72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16]);
}

#[test]
fn kubernetes_scale_down_is_a_rolling_maximum_of_recommendations() {
    let settings = Settings::new(Policy::Hpa(Hpa::new(Metric::Requests, 75.0)), 10, 10.0).every(60.0);
    // 750 and 600 in total, then 300: what was recommended within five minutes stands.
    let decisions = decide(&settings, &[75.0, 60.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 37.5]);
    assert_eq!(capacities(&decisions), [10, 10, 10, 10, 10, 10, 8, 4, 4]);
    assert_eq!(decisions[2].blocked, Some(Rule::StabilisationWindow));
}

#[test]
fn compounding_multiplies_what_is_starting_unless_a_cooldown_runs() {
    let run = |cooldown: f64| {
        let formula = Formula::Compounding;
        let tracking = Tracking { formula, ..Tracking::at_once(Metric::Requests, 70.0) };
        let settings =
            Settings::new(Policy::Tracking(tracking), 3, 240.0).cooldowns(Cooldowns::both(cooldown)).bounds(1, 50);
        let load = Load::from_fn(30, |minute| if minute < 10.0 { 200.0 } else { 800.0 });
        counts::simulate(&load.fluid(), SERVICE, &settings, None).unwrap()
    };
    let peak = |run: &counts::Run| run.periods.iter().map(|p| p.desired).max().unwrap();
    // 12 are needed. At 240 s the first are ready, but the minute that is read still lacked them.
    assert_eq!([0.0, 240.0, 300.0].map(|cooldown| peak(&run(cooldown))), [50, 46, 12]);
}

#[test]
fn settings_that_cannot_run_are_refused_with_the_range() {
    let settings =
        |target, start_up| Settings::new(Policy::Tracking(Tracking::aws(Metric::Requests, target)), 1, start_up);
    for (settings, words) in [
        (settings(70.0, 3600.0), "start-up in seconds is 3600, but must be at least 0 and shorter than the run"),
        (settings(0.0, 60.0), "target is 0, but must be above 0"),
        (settings(70.0, 60.0).bounds(5, 4), "MinCapacity is 5"),
    ] {
        let error = counts::simulate(&[1.0].repeat(3600), SERVICE, &settings, None).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        let error = events::simulate([], 3600.0, SERVICE, &settings, false).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn waits_are_erlangs() {
    let service = Service { slots: 1, seconds: 1.0, queue: f64::INFINITY };
    for (servers, busy) in [(1, 0.5), (4, 0.8), (8, 0.7)] {
        let settings = Settings::new(Policy::Fixed, servers, 0.0);
        let means: Vec<f64> = (0..40)
            .map(|replicate| {
                let stream = Stream::root(11).child("erlang", replicate);
                let load = Load::from_fn(120, |_| 60.0 * busy * servers as f64);
                let run = events::simulate(load.requests(1.0, &stream), 7200.0, service, &settings, true).unwrap();
                let warm: Vec<f64> = run.waits.iter().filter(|(came, _)| *came > 600.0).map(|w| w.1).collect();
                warm.iter().sum::<f64>() / warm.len() as f64
            })
            .collect();
        let mean = means.iter().sum::<f64>() / 40.0;
        let error = (means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / 39.0 / 40.0).sqrt();
        let theory = erlang::wait(servers, busy * servers as f64);
        assert!((mean - theory).abs() < 3.0 * error, "{servers} at {busy}: {mean} ± {error}, {theory}");
    }
}

#[test]
fn the_two_simulators_agree_on_three_points() {
    let scheme = |tracking: Tracking, cooldown: f64| {
        Settings::new(Policy::Tracking(tracking), 3, 240.0).cooldowns(Cooldowns::both(cooldown))
    };
    for (settings, minutes) in [
        (scheme(Tracking::aws(Metric::Requests, 70.0), 300.0), 120),
        (scheme(Tracking::at_once(Metric::Utilisation, 0.7), 0.0), 120),
        (scheme(Tracking::at_once(Metric::Requests, 70.0), 900.0), 120),
    ] {
        let load = Load::from_fn(minutes, |m| if (30.0..60.0).contains(&m) { 600.0 } else { 200.0 });
        let (mut dropped, mut hours) = ([0.0; 2], [0.0; 2]);
        for replicate in 0..20 {
            let stream = Stream::root(3).child("agree", replicate);
            let many = counts::simulate(&load.counts(&stream), SERVICE, &settings, None).unwrap();
            let each = load.requests(SERVICE.seconds, &stream);
            let each = events::simulate(each, load.seconds() as f64, SERVICE, &settings, false).unwrap();
            dropped[0] += many.dropped_share() / 20.0;
            dropped[1] += each.dropped as f64 / each.arrived as f64 / 20.0;
            hours[0] += many.instance_hours() / 20.0;
            hours[1] += each.instance_seconds / 3600.0 / 20.0;
        }
        assert!((dropped[0] - dropped[1]).abs() < 0.01, "dropped {dropped:?}");
        assert!((hours[0] / hours[1] - 1.0).abs() < 0.02, "instance-hours {hours:?}");
    }
}

#[test]
fn with_the_rules_off_it_is_the_peers_loop() {
    // `kernels.py` at D = 3600, one first-come queue: requests, mean wait, instance seconds.
    let service = Service { slots: 8, seconds: 0.1, queue: f64::INFINITY };
    let settings = Settings::new(Policy::Direct(Metric::Utilisation, 0.6), 2, 240.0).bounds(1, 20);
    let requests: Vec<(f64, f64)> = peers::requests(3600.0).collect();
    assert_eq!(requests.len(), 180_075);
    assert!((requests[0].0 - 0.036_719_977).abs() < 1e-9 && (requests[0].1 - 0.009_481_230_693).abs() < 1e-9);
    assert!((requests[180_074].0 - 3_599.959_927_35).abs() < 1e-6);
    let run = events::simulate(requests, 3600.0, service, &settings, false).unwrap();
    assert_eq!((run.arrived, run.instance_seconds), (180_075, PEER_INSTANCE_SECONDS));
    assert!((1000.0 * run.waited / run.started as f64 - PEER_MEAN_WAIT_MS).abs() < 0.01);
}

const PEER_INSTANCE_SECONDS: f64 = 5700.0;
const PEER_MEAN_WAIT_MS: f64 = 19.447_773_392_553;

#[test]
fn a_rate_is_met_and_a_fleet_is_sized() {
    let load = Load::wave(1440, 300.0, 200.0, 1440.0);
    assert!((load.mean() - 300.0).abs() < 1.0 && (load.peak() - 500.0).abs() < 1.0);
    let total: f64 = load.counts(&Stream::root(1)).iter().sum();
    assert!((total / (300.0 * 1440.0) - 1.0).abs() < 4.0 / (300.0_f64 * 1440.0).sqrt(), "{total}");
    assert_eq!((sized(700.0, 70.0), sized(701.0, 70.0), sized(0.0, 70.0)), (10, 11, 1));
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let policy = (0..6_usize, 0.1..1.0_f64).prop_map(|(kind, target)| match kind {
        0 => Policy::Fixed,
        1 => Policy::Direct(Metric::Utilisation, target),
        2 => Policy::Tracking(Tracking::aws(Metric::InFlight, 4.0 * target)),
        3 => Policy::Tracking(Tracking {
            formula: Formula::Compounding,
            ..Tracking::at_once(Metric::Requests, 90.0 * target)
        }),
        4 => Policy::Step(steps()),
        _ => Policy::Hpa(Hpa::new(Metric::Latency, 2.0 * target)),
    });
    (policy, 1..6_usize, 0.0..600.0_f64, 0.0..900.0_f64, any::<bool>(), 0..2_usize).prop_map(
        |(policy, first, start_up, cooldown, lock, fast)| {
            let cooldowns = Cooldowns::both(cooldown);
            let cooldowns = if lock { cooldowns.lock() } else { cooldowns };
            let period = [60.0, 15.0][fast];
            Settings::new(policy, first, start_up).cooldowns(cooldowns).bounds(1, 30).every(period)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_comes_is_served_dropped_or_in_flight(
        settings in any_settings(), base in 0.0..400.0_f64, height in 0.0..900.0_f64, queue in 0.0..40.0_f64, seed in 0..1000_u64
    ) {
        let stream = Stream::root(seed);
        let load = Load::from_fn(40, |_| base).with_bursts(4.0, height, [1.0, 8.0], &stream);
        let service = Service { queue, ..SERVICE };
        let run = counts::simulate(&load.counts(&stream), service, &settings, None).unwrap();
        prop_assert!((run.arrived - run.served - run.dropped - run.waiting).abs() < 1e-6);
        prop_assert!(run.periods.iter().all(|p| (1..=30).contains(&p.desired) && p.ready <= p.desired));
        let requests = load.requests(service.seconds, &stream);
        let run = events::simulate(requests, 2400.0, service, &settings, false).unwrap();
        prop_assert_eq!(run.arrived, run.served + run.dropped + run.in_flight);
    }
}

#[test]
fn a_run_is_told_minute_by_minute_and_its_rules_in_stretches() {
    let endpoint = Endpoint::new(100.0, 0.7, 240.0, (1, 50), Cooldowns::both(300.0));
    let load = [vec![140.0; 60 * 10], vec![700.0; 60 * 10]].concat();
    for (settings, period) in
        [(endpoint.tracking(Metric::Requests, 140.0), 60.0), (endpoint.settings(endpoint.hpa(), 140.0), 15.0)]
    {
        let run = endpoint.run(&Load { per_minute: load.clone() }.fluid(), &settings);
        let minutes = run.minutes();
        assert_eq!((minutes.len(), settings.period), (20, period));
        assert_eq!((minutes[9].desired, minutes[19].ready), (2, 10));
        // The HPA decides four times a minute: a minute that scales out may hold several activities.
        let out = minutes.iter().filter(|minute| minute.action == "out").count();
        assert!(out > 0 && out <= run.activities() && (period < 60.0 || out == run.activities()), "{out}");
    }
    let run = endpoint.run(&Load { per_minute: load }.fluid(), &endpoint.tracking(Metric::Requests, 140.0));
    // The jump is in minutes 10, 11 and 12; the alarm waits at 11 and 12 and rings at the beginning of 13.
    assert_eq!(run.minutes()[12].blocked, Some(Rule::HighAlarmWaits));
    assert_eq!(Decision::stretches(&run.decisions, Rule::HighAlarmWaits), [[10.5, 12.5]]);
}
