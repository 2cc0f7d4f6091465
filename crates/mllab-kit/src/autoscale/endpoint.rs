//! An endpoint under load: what an instance serves, what is tracked, which policies it can have and which loads come.

use super::counts::{self, Period, Run};
use super::load::Load;
use super::{Adjustment, Alarm, Band, Cooldowns, Hpa, Metric, Nodes, Policy, Service, Settings, Step, Tracking, sized};
use mllab_core::Stream;

/// Minutes of a day.
pub const DAY: usize = 1440;
/// Seconds of work that may wait for an instance; more is dropped.
const QUEUE_SECONDS: f64 = 10.0;

/// An endpoint.
///
/// ```
/// use mllab_kit::autoscale::{Cooldowns, Endpoint, Metric};
///
/// let endpoint = Endpoint::new(100.0, 0.7, 240.0, (1, 50), Cooldowns::default());
/// assert_eq!(endpoint.need(300.0), 5);
/// let load = endpoint.block(60, 300.0, 1500.0, 20.0, 60.0);
/// let run = endpoint.run(&load.fluid(), &endpoint.tracking(Metric::Requests, 300.0));
/// // Three minutes until the alarm rings, four until instances serve.
/// assert_eq!((run.most(), run.periods[26].ready, run.periods[27].ready), (22, 5, 22));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// What an instance can do.
    pub service: Service,
    /// Requests a minute that an instance can serve.
    pub per_instance: f64,
    /// The share of that which policies aim at.
    pub target: f64,
    /// Seconds from the order of an instance until it serves.
    pub start_up: f64,
    /// MinCapacity.
    pub least: usize,
    /// MaxCapacity.
    pub most: usize,
    /// Cooldowns of AWS's policies.
    pub cooldowns: Cooldowns,
    /// Kubernetes' tolerance, and its window on the way down in seconds.
    pub hpa: (f64, f64),
}

impl Endpoint {
    /// Instances of two slots that serve so many requests a minute and let ten seconds of work wait, between a smallest and a
    /// largest number of them.
    pub fn new(
        per_instance: f64,
        target: f64,
        start_up: f64,
        (least, most): (usize, usize),
        cooldowns: Cooldowns,
    ) -> Self {
        let service = Service { slots: 2, seconds: 120.0 / per_instance, queue: QUEUE_SECONDS * per_instance / 60.0 };
        let hpa = Hpa::new(Metric::Requests, per_instance * target);
        let hpa = (hpa.tolerance, hpa.down_window);
        Endpoint { service, per_instance, target, start_up, least, most, cooldowns, hpa }
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
        let (tolerance, down_window) = self.hpa;
        Policy::Hpa(Hpa { tolerance, down_window, ..Hpa::new(Metric::Requests, self.goal()) })
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

    /// Target tracking with AWS's alarms on this endpoint, starting with a fleet for `per_minute`.
    pub fn tracking(&self, metric: Metric, per_minute: f64) -> Settings {
        self.settings(Policy::Tracking(self.aws(metric)), per_minute)
    }

    /// A fleet that never changes.
    pub fn fixed(instances: usize) -> Settings {
        Settings::new(Policy::Fixed, instances, 0.0).bounds(instances, instances)
    }

    /// A run under these settings.
    ///
    /// # Panics
    /// If the settings are not sound.
    pub fn run(&self, arrivals: &[f64], settings: &Settings) -> Run {
        counts::simulate(arrivals, self.service, settings, None).expect("sound settings")
    }

    /// A run on machines that hold a few instances each.
    ///
    /// # Panics
    /// If the settings are not sound.
    pub fn run_on(&self, nodes: Nodes, arrivals: &[f64], settings: &Settings) -> Run {
        counts::simulate(arrivals, self.service, settings, Some(nodes)).expect("sound settings")
    }

    /// A sine around a mean, `period` minutes long.
    pub fn wave(&self, minutes: usize, mean: f64, swing: f64, period: f64) -> Load {
        Load::wave(minutes, self.rate(mean), self.rate(swing), period)
    }

    /// A day of a gentle wave with short bursts at random.
    pub fn spiky_day(&self, minutes: usize, stream: &Stream) -> Load {
        self.wave(minutes, 300.0, 150.0, DAY as f64).with_bursts(
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

    /// A metric of a fleet that does not change, over its value at the target, from a run of whole minutes.
    ///
    /// ```
    /// use mllab_kit::autoscale::{Cooldowns, Endpoint, Metric, load::Load};
    /// let endpoint = Endpoint::new(100.0, 0.5, 0.0, (1, 50), Cooldowns::default());
    /// let run = endpoint.run(&Load::from_fn(30, |_| 100.0).fluid(), &Endpoint::fixed(2));
    /// assert!((endpoint.metric_over_target(Metric::Requests, &run) - 1.0).abs() < 1e-9);
    /// ```
    pub fn metric_over_target(&self, metric: Metric, run: &Run) -> f64 {
        let (minutes, fleet) = (run.periods.len() as f64, run.periods[0].ready);
        let total = |of: fn(&Period) -> f64| run.periods.iter().map(of).sum::<f64>();
        let target = self.target_of(metric);
        match metric {
            Metric::Requests => total(|p| p.arrived) / minutes / fleet as f64 / target,
            Metric::Latency => total(|p| p.latency) / total(|p| p.served).max(1e-9) / target,
            Metric::InFlight => total(|p| p.in_flight) / (60.0 * minutes) / fleet as f64 / target,
            Metric::Utilisation | Metric::Cpu(_) => {
                total(|p| p.busy) / (60.0 * minutes) / (fleet * self.service.slots) as f64 / target
            }
            Metric::Constant(_) => 1.0,
        }
    }

    /// The metric over its target in each period: requests per instance in service.
    pub fn over_target(&self, run: &Run) -> Vec<f64> {
        run.periods.iter().map(|p| p.arrived / p.ready.max(1) as f64 / self.goal()).collect()
    }
}
