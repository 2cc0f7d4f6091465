//! What do cooldowns, targets, steps and schedules do to instances, dropped requests and cost?
//!
//! One endpoint under many loads: instances serve a hundred requests a minute, take four minutes to start, and let
//! ten seconds of work wait; what comes beyond is dropped. The policies are those that AWS and Kubernetes document,
//! and every decision names the rule that allowed or blocked it. Maps count requests by the second; waiting times
//! come from a simulation of every request.

mod bill;
mod bursts;
mod decisions;
mod event;
mod nodes;
mod overshoot;
mod pace;
mod queue;
mod signal;
mod spikes;
mod steps;
mod target;
mod timeline;
mod trace;

use mllab_core::prelude::*;
use mllab_kit::autoscale::{Cooldowns, Endpoint};

/// The lab.
pub struct AutoscalingCooldown;

impl Lab for AutoscalingCooldown {
    const META: Meta = Meta {
        id: "autoscaling-cooldown",
        title: "Autoscaling and cooldown",
        question: "What do cooldowns, targets, steps and schedules do to instance count, dropped requests and cost?",
        domain: Domain::Deployment,
        picture: ("timeline", "Who blocked the scaling?"),
        replicates: 40,
        quick_replicates: 4,
        sources: &[
            "AWS Application Auto Scaling user guide: target tracking, step scaling, scheduled scaling, cooldowns.",
            "Amazon EC2 Auto Scaling user guide: step adjustments and their rounding.",
            "Kubernetes documentation: Horizontal Pod Autoscaling, autoscaling/v2.",
            "AWS does not publish target tracking's formula: ceil(capacity × metric / target) is an assumption here.",
            "Waiting times: Erlang's C formula.",
        ],
        own: Own::columns(usize::MAX).spaced().with(&[OwnFlag::Column, OwnFlag::Time]),
    };
    const SEED: &'static str = include_str!("../../../../seeds/autoscaling-cooldown.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = AutoscalingCooldownParams;

    fn studies() -> Vec<Study<AutoscalingCooldownParams>> {
        vec![
            study("the-timeline", &["cooldown-blocks-next"], timeline::run).seconds(0.4).also_own(),
            study("the-pace", &["cooldown-fewer-actions"], pace::run).seconds(0.7).also_own(),
            study("the-overshoot", &["cooldown-prevents-overscaling"], overshoot::run).seconds(0.3),
            study("the-spikes", &["cooldown-handles-spikes"], spikes::run).seconds(0.9),
            study("the-target", &["target-tracking", "step-scaling"], target::run).seconds(1.0).also_own(),
            study("the-event", &["scheduled-plus-tracking", "absorbs-surge"], event::run).seconds(0.8),
            study("the-bill", &["cheaper-off-peak", "unpredictable-autoscaling"], bill::run).seconds(0.7).also_own(),
            study("the-signal", &["cpu-only-misleads", "metric-choice"], signal::run).seconds(0.4),
            study("the-queue", &["improves-response"], queue::run).seconds(0.8),
            study("the-nodes", &["two-levels-k8s"], nodes::run).seconds(0.2),
        ]
    }

    fn clash(params: &AutoscalingCooldownParams) -> Option<String> {
        let AutoscalingCooldownParams { minimum, maximum, .. } = *params;
        (minimum > maximum).then(|| format!("--minimum {minimum} is above --maximum {maximum}"))
    }

    fn work(params: &AutoscalingCooldownParams) -> f64 {
        0.9 + 0.001 * params.per_instance.min(1000.0)
    }

    fn own_seconds(_: &AutoscalingCooldownParams, rows: usize, _: usize) -> f64 {
        2e-5 * rows as f64
    }
}

mllab_core::params! {
    /// What can be changed in the autoscaling-cooldown lab.
    pub struct AutoscalingCooldownParams {
        /// Share of an instance's capacity that policies aim at.
        target_utilisation: float = 0.7, in [0.05, 1.0], unit "1";
        /// From the order of an instance until it serves.
        startup: float = 4.0, in [0.0, 30.0], unit "minutes";
        /// Requests a minute that one instance can serve.
        per_instance: float = 100.0, in [0.1, 1_000_000.0], unit "requests";
        /// MinCapacity.
        minimum: int = 1, in [0, 500], unit "instances";
        /// MaxCapacity.
        maximum: int = 50, in [1, 10000], unit "instances";
        /// ScaleOutCooldown where a study does not vary it.
        scale_out_cooldown: float = 300.0, in [0.0, 3600.0], unit "seconds";
        /// ScaleInCooldown where a study does not vary it.
        scale_in_cooldown: float = 300.0, in [0.0, 3600.0], unit "seconds";
        /// HPA's tolerance: it acts where the metric is farther from its target than this share of it.
        hpa_tolerance: float = 0.1, in [0.0, 1.0], unit "1";
        /// HPA's stabilisation window on the way down.
        hpa_window: float = 300.0, in [0.0, 3600.0], unit "seconds";
    }
}

impl AutoscalingCooldownParams {
    /// The endpoint that all studies load.
    fn endpoint(&self) -> Endpoint {
        let (scale_out, scale_in) = (self.scale_out_cooldown, self.scale_in_cooldown);
        let cooldowns = Cooldowns { scale_out, scale_in, ..Cooldowns::default() };
        let bounds = (self.minimum as usize, self.maximum as usize);
        let hpa = (self.hpa_tolerance, self.hpa_window);
        let endpoint =
            Endpoint::new(self.per_instance, self.target_utilisation, 60.0 * self.startup, bounds, cooldowns);
        Endpoint { hpa, ..endpoint }
    }
}

/// The share of requests dropped under a fleet that does not change, or never waits: there the queue forgets within
/// seconds, so that each minute is a trial of its own.
fn dropped_by_minute<T>(runs: &Runs<T>, of: impl Fn(&T) -> &Vec<f64>) -> Estimate {
    runs.map(|run| of(run).clone()).flat().share(|dropped| *dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::{AnyLab, Run, RunError, Shelf};

    const LAB: Shelf<AutoscalingCooldown> = Shelf::LAB;

    fn on_own(load: &[f64], columns: usize) -> Result<Run, RunError> {
        let features = ndarray::Array2::from_shape_vec((load.len() / columns, columns), load.to_vec()).unwrap();
        let names = (0..columns).map(|column| format!("load {column}")).collect();
        Run::quick_on(&LAB, Dataset::new("trace", features, names, Target::None))
    }

    /// An hour at 140 requests a minute, half an hour at 700, half an hour at 140.
    fn trace() -> Vec<f64> {
        [vec![140.0; 60], vec![700.0; 30], vec![140.0; 30]].concat()
    }

    #[test]
    fn a_trace_gets_seven_policies_minute_by_minute() {
        let run = on_own(&trace(), 1).unwrap();
        let table = run.table("timeline");
        assert_eq!(table.n_rows(), 7 * 120);
        let at = |policy: usize, minute: usize, column: &str| table.number(120 * policy + minute, column).unwrap();
        let ready = |policy, minute| at(policy, minute, "ready");
        for policy in [0, 1, 3, 6] {
            assert_eq!((ready(policy, 0), at(policy, 0, "load")), (2.0, 140.0), "sized for the first minute");
        }
        // The jump is in minutes 60, 61 and 62: decided at the beginning of 63, ready four minutes later.
        assert_eq!((at(0, 62, "desired"), at(0, 63, "desired")), (2.0, 10.0));
        assert_eq!((ready(0, 66), ready(0, 67)), (2.0, 10.0));
        assert_eq!((ready(4, 0), ready(5, 0)), (4.0, 10.0), "280 on average, 700 at the peak");
        assert_eq!((ready(6, 59), ready(6, 60), ready(6, 90)), (2.0, 10.0, 2.0), "instant follows the minute");
        let csv = table.to_csv();
        let line = |minute: usize| csv.lines().nth(1 + minute).unwrap().to_string();
        assert_eq!(line(62), "target-tracking,62,700,2,2,none,high alarm datapoints");
        assert_eq!(line(63), "target-tracking,63,700,10,2,out,");
        assert_eq!(line(100), "target-tracking,100,140,10,10,none,low alarm datapoints");
        assert_eq!(line(105), "target-tracking,105,140,2,2,in,");
        assert_eq!(run.report.claims.len(), 3);
    }

    #[test]
    fn a_trace_that_cannot_answer_is_told_what_would() {
        let negative = [vec![5.0; 40], vec![-1.0]].concat();
        for (load, columns, words) in [
            (vec![5.0; 10], 1, "a trace of 10 minutes is too short: 30 or more"),
            (vec![0.0; 60], 1, "no request at all"),
            (vec![5.0; 120], 2, "say which with --column"),
            (negative, 1, "data row 41 has -1 requests"),
        ] {
            let error = on_own(&load, columns).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_target_of_nothing_and_a_start_up_beyond_the_run_are_refused_with_the_range() {
        let spec = |name: &str| LAB.specs().into_iter().find(|spec| spec.name == name).unwrap();
        let error = spec("target-utilisation").parse("0").unwrap_err().to_string();
        assert!(error.contains("0.05") && error.contains('1'), "{error}");
        let error = spec("startup").parse("600").unwrap_err().to_string();
        assert!(error.contains("30"), "{error}");
    }
}
