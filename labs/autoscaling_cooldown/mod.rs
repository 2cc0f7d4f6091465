//! What do cooldowns, targets, steps and schedules do to instances, dropped requests and cost?
//!
//! One endpoint under many loads: instances serve a hundred requests a minute, take four minutes to start, and let
//! ten seconds of work wait; what comes beyond is dropped. The policies are those that AWS and Kubernetes document,
//! and every decision names the rule that allowed or blocked it. Maps count requests by the second; waiting times
//! come from a simulation of every request.

mod endpoint;
mod the_bill;
mod the_event;
mod the_nodes;
mod the_overshoot;
mod the_pace;
mod the_queue;
mod the_signal;
mod the_spikes;
mod the_target;
mod the_timeline;
mod trace;

use mllab_core::{Accepts, Domain, Lab, Meta, Own, OwnFlag, Study, TargetKind};

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
        own: Own { target: TargetKind::Nothing, flags: &[OwnFlag::Column] },
    };
    const SEED: &'static str = include_str!("../../seeds/autoscaling-cooldown.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = AutoscalingCooldownParams;

    fn studies() -> Vec<Study<AutoscalingCooldownParams>> {
        let study = |id, claims, accepts, seconds, run| Study { id, claims, accepts, multiple: 1.0, seconds, run };
        vec![
            study("the-timeline", &["cooldown-blocks-next"], Accepts::Both, 0.4, the_timeline::run),
            study("the-pace", &["cooldown-fewer-actions"], Accepts::Both, 0.7, the_pace::run),
            study("the-overshoot", &["cooldown-prevents-overscaling"], Accepts::Generated, 0.3, the_overshoot::run),
            study("the-spikes", &["cooldown-handles-spikes"], Accepts::Generated, 0.9, the_spikes::run),
            study("the-target", &["target-tracking", "step-scaling"], Accepts::Both, 1.0, the_target::run),
            study("the-event", &["scheduled-plus-tracking", "absorbs-surge"], Accepts::Generated, 0.8, the_event::run),
            study("the-bill", &["cheaper-off-peak", "unpredictable-autoscaling"], Accepts::Both, 0.7, the_bill::run),
            study("the-signal", &["cpu-only-misleads", "metric-choice"], Accepts::Generated, 0.4, the_signal::run),
            study("the-queue", &["improves-response"], Accepts::Generated, 0.8, the_queue::run),
            study("the-nodes", &["two-levels-k8s"], Accepts::Generated, 0.2, the_nodes::run),
        ]
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
        per_instance: float = 100.0, in [10.0, 1000.0], unit "requests";
        /// MinCapacity.
        minimum: int = 1, in [1, 50], unit "instances";
        /// MaxCapacity.
        maximum: int = 50, in [1, 500], unit "instances";
        /// ScaleOutCooldown where a study does not vary it.
        scale_out_cooldown: float = 300.0, in [0.0, 3600.0], unit "seconds";
        /// ScaleInCooldown where a study does not vary it.
        scale_in_cooldown: float = 300.0, in [0.0, 3600.0], unit "seconds";
    }
}
