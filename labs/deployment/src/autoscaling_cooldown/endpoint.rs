//! The endpoint that all studies load: what an instance serves, what is tracked, and which loads come.

use super::AutoscalingCooldownParams;
use mllab_core::{Cx, Estimate, LabError, Stream};
use mllab_kit::autoscale::counts::{self, Run};
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{
    Adjustment, Alarm, Band, Cooldowns, Hpa, Metric, Nodes, Policy, Service, Settings, Step, Tracking, sized,
};

/// Minutes of a day.
pub const DAY: usize = 1440;
/// Seconds of work that may wait for an instance; more is dropped.
const QUEUE_SECONDS: f64 = 10.0;

/// An endpoint as the parameters describe it.
#[derive(Clone, Copy)]
pub struct Endpoint {
    pub service: Service,
    pub per_instance: f64,
    pub target: f64,
    pub start_up: f64,
    pub least: usize,
    pub most: usize,
    pub cooldowns: Cooldowns,
}

impl Endpoint {
    pub fn new(params: &AutoscalingCooldownParams) -> Result<Self, LabError> {
        if params.minimum > params.maximum {
            let text = format!("--minimum {} is above --maximum {}", params.minimum, params.maximum);
            return Err(LabError::Unusable(text));
        }
        let per_instance = params.per_instance;
        let service = Service { slots: 2, seconds: 120.0 / per_instance, queue: QUEUE_SECONDS * per_instance / 60.0 };
        let cooldowns = Cooldowns {
            scale_out: params.scale_out_cooldown,
            scale_in: params.scale_in_cooldown,
            ..Cooldowns::default()
        };
        let (least, most) = (params.minimum as usize, params.maximum as usize);
        let (target, start_up) = (params.target_utilisation, 60.0 * params.startup);
        Ok(Endpoint { service, per_instance, target, start_up, least, most, cooldowns })
    }

    /// Requests a minute that an instance has at the target.
    pub fn goal(&self) -> f64 {
        self.per_instance * self.target
    }

    /// A rate given for instances of 100 requests a minute, for these.
    pub fn rate(&self, per_minute: f64) -> f64 {
        per_minute * self.per_instance / 100.0
    }

    /// Instances that a rate needs at the target.
    pub fn need(&self, per_minute: f64) -> usize {
        sized(per_minute, self.goal()).clamp(self.least, self.most)
    }

    /// The value of a metric that stands for the target.
    fn target_of(&self, metric: Metric) -> f64 {
        match metric {
            Metric::Requests => self.goal(),
            Metric::InFlight => self.target * self.service.slots as f64,
            Metric::Latency => 1.5 * self.service.seconds,
            Metric::Constant(value) => value,
            Metric::Utilisation | Metric::Cpu(_) => self.target,
        }
    }

    /// Target tracking with AWS's alarms.
    pub fn aws(&self, metric: Metric) -> Tracking {
        Tracking::aws(metric, self.target_of(metric))
    }

    /// Target tracking whose alarms ring at the first point.
    pub fn at_once(&self, metric: Metric) -> Tracking {
        Tracking { low_share: 1.0, ..Tracking::at_once(metric, self.target_of(metric)) }
    }

    /// The formula of target tracking on requests per instance, every minute.
    pub fn direct(&self) -> Policy {
        Policy::Direct(Metric::Requests, self.goal())
    }

    /// Kubernetes' autoscaler on requests per instance.
    pub fn hpa(&self) -> Policy {
        Policy::Hpa(Hpa::new(Metric::Requests, self.goal()))
    }

    /// Step scaling on requests per instance in fine bands around the target, whose alarms need so many points.
    pub fn fine_steps(&self, points: (usize, usize)) -> Policy {
        let goal = self.goal();
        let band = |lower: f64, upper: f64, percent| Band {
            lower: lower * goal,
            upper: upper * goal,
            adjustment: Adjustment::Percent(percent),
        };
        Policy::Step(Step {
            metric: Metric::Requests,
            high: goal,
            low: 0.8 * goal,
            alarms: (Alarm { points: points.0, of: points.0 }, Alarm { points: points.1, of: points.1 }),
            out: vec![band(0.0, 0.15, 10.0), band(0.15, 0.5, 30.0), band(0.5, f64::INFINITY, 100.0)],
            back: vec![band(-0.2, 0.0, -10.0), band(f64::NEG_INFINITY, -0.2, -30.0)],
        })
    }

    /// Step scaling that doubles above the target and halves below.
    pub fn coarse_steps(&self, points: (usize, usize)) -> Policy {
        let Policy::Step(fine) = self.fine_steps(points) else { unreachable!("it is a step policy") };
        let all = |lower, upper, percent| Band { lower, upper, adjustment: Adjustment::Percent(percent) };
        let (out, back) = (vec![all(0.0, f64::INFINITY, 100.0)], vec![all(f64::NEG_INFINITY, 0.0, -50.0)]);
        Policy::Step(Step { out, back, ..fine })
    }

    /// A policy on this endpoint, starting with a fleet for `per_minute`. Only AWS's policies have the cooldowns:
    /// Kubernetes has a window of recommendations instead, and instant scaling, the bound, waits for nothing.
    pub fn settings(&self, policy: Policy, per_minute: f64) -> Settings {
        let (period, cooldowns) = match policy {
            Policy::Hpa(_) => (15.0, Cooldowns::default()),
            Policy::Instant(_) => (60.0, Cooldowns::default()),
            _ => (60.0, self.cooldowns),
        };
        Settings::new(policy, self.need(per_minute), self.start_up)
            .cooldowns(cooldowns)
            .bounds(self.least, self.most)
            .every(period)
    }

    /// A fleet that never changes.
    pub fn fixed(instances: usize) -> Settings {
        Settings::new(Policy::Fixed, instances, 0.0).bounds(instances, instances)
    }

    pub fn run(&self, arrivals: &[f64], settings: &Settings) -> Run {
        counts::simulate(arrivals, self.service, settings, None).expect("parameters lie in their ranges")
    }

    pub fn run_on(&self, nodes: Nodes, arrivals: &[f64], settings: &Settings) -> Run {
        counts::simulate(arrivals, self.service, settings, Some(nodes)).expect("parameters lie in their ranges")
    }

    /// A day of a gentle wave with short bursts at random.
    pub fn spiky_day(&self, minutes: usize, stream: &Stream) -> Load {
        Load::wave(minutes, self.rate(300.0), self.rate(150.0), DAY as f64).with_bursts(
            2.0,
            self.rate(300.0),
            [2.0, 10.0],
            &stream.child("bursts", 0),
        )
    }

    /// One level until `from`, another until `to`, the first again.
    pub fn block(&self, minutes: usize, low: f64, high: f64, from: f64, to: f64) -> Load {
        let (low, high) = (self.rate(low), self.rate(high));
        Load::from_fn(minutes, |minute| if (from..to).contains(&minute) { high } else { low })
    }

    /// From 200 to `high` requests a minute between minute `from` and `length` minutes later.
    pub fn ramp(&self, minutes: usize, high: f64, from: f64, length: f64) -> Load {
        Load::from_fn(minutes, |minute| {
            let share =
                if length > 0.0 { ((minute - from) / length).clamp(0.0, 1.0) } else { f64::from(minute >= from) };
            self.rate(200.0 + share * (high - 200.0))
        })
    }

    /// The metric over its target in each period: requests per instance in service.
    pub fn over_target(&self, run: &Run) -> Vec<f64> {
        run.periods.iter().map(|p| p.arrived / p.ready.max(1) as f64 / self.goal()).collect()
    }
}

/// So many runs for each replicate, since what never happens takes hundreds to bound; a quick look makes do with few.
pub fn worlds(cx: &Cx, each: usize) -> usize {
    cx.replicates() * if cx.quick() { each.min(4) } else { each }
}

/// One number from each run.
pub fn each<T>(runs: &[T], of: impl Fn(&T) -> f64) -> Vec<f64> {
    runs.iter().map(of).collect()
}

/// The mean over runs of shares that may all be alike.
pub fn mean_share(values: &[f64]) -> Estimate {
    Estimate::mean_within(values, 0.0, 1.0)
}

/// The mean difference of shares that may all be alike.
pub fn mean_gap(values: &[f64]) -> Estimate {
    Estimate::mean_within(values, -1.0, 1.0)
}

/// The share of requests dropped under a fleet that does not change, or never waits: there the queue forgets within
/// seconds, so that each minute is a trial of its own.
pub fn dropped_by_minute<'a>(runs: impl IntoIterator<Item = &'a [f64]>) -> Estimate {
    let minutes: Vec<f64> = runs.into_iter().flatten().copied().collect();
    Estimate::mean_within(&minutes, 0.0, 1.0)
}

/// The share of requests dropped in each period from one on.
pub fn by_period(run: &Run, from: usize) -> Vec<f64> {
    run.periods[from.min(run.periods.len())..].iter().map(|p| p.dropped / p.arrived.max(1.0)).collect()
}

/// The base-2 logarithm of a ratio of counts, of which 0 counts as 1.
pub fn doublings(a: usize, b: usize) -> f64 {
    libm::log2(a.max(1) as f64 / b.max(1) as f64)
}

/// 0, 1, 2, … as minutes.
pub fn minutes(n: usize) -> Vec<f64> {
    (0..n).map(|minute| minute as f64).collect()
}
