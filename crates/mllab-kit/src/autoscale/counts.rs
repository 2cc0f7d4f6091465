//! The fast simulator: how many requests there are in each second, not which.
//!
//! In a second, what waits and what comes is served up to the fleet's rate, what is over the queue's length is dropped.
//! Checked against [`super::events`], which follows each request.

use super::fleet::Fleet;
use super::policy::Reading;
use super::rule::Rule;
use super::scaler::{Decision, Scaler, Settings};
use super::{Service, ceiling};
use crate::KitError;

/// What a run leaves.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Requests that came.
    pub arrived: f64,
    /// Requests that were served.
    pub served: f64,
    /// Requests that were dropped.
    pub dropped: f64,
    /// Requests that still waited at the end.
    pub waiting: f64,
    /// What was paid: seconds of instances, ready or starting.
    pub instance_seconds: f64,
    /// Seconds of busy slots.
    pub busy_seconds: f64,
    /// All decisions, one a period.
    pub decisions: Vec<Decision>,
    /// Each period, as it went.
    pub periods: Vec<Period>,
}

/// One period between two decisions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// Requests that came.
    pub arrived: f64,
    /// Requests that were dropped.
    pub dropped: f64,
    /// Instances ordered.
    pub desired: usize,
    /// Instances in service.
    pub ready: usize,
    /// Seconds of busy slots.
    pub busy: f64,
    /// Second-by-second sum of requests being served or waiting.
    pub in_flight: f64,
    /// Seconds from arrival to answer, summed over the answered.
    pub latency: f64,
    /// Requests that were answered.
    pub served: f64,
    /// Nothing is known of what came: no metric has a point.
    pub unknown: bool,
}

/// Machines under the instances (pods), each with room for a few.
#[derive(Clone, Copy, Debug)]
pub struct Nodes {
    /// Pods that fit on one.
    pub pods: usize,
    /// Nodes at the start.
    pub first: usize,
    /// Most nodes.
    pub most: usize,
    /// Nodes kept beyond need.
    pub spare: usize,
    /// Seconds from the order of a node until pods can start on it.
    pub start_up: f64,
    /// Whether pending pods bring nodes.
    pub scales: bool,
}

/// Runs `settings` against so many requests in each second; NaN where nothing is known of them.
///
/// # Errors
///
/// Settings that cannot be run for so long; see [`Settings::check`].
pub fn simulate(
    arrivals: &[f64],
    service: Service,
    settings: &Settings,
    nodes: Option<Nodes>,
) -> Result<Run, KitError> {
    settings.check(arrivals.len() as f64)?;
    let mut scaler = Scaler::new(settings);
    let mut fleet = Fleet::new(settings.first, settings.start_up);
    let mut pool = nodes.map(|nodes| (nodes, Fleet::new(nodes.first, nodes.start_up)));
    let mut desired = settings.first;
    let mut run = Run::default();
    let mut waiting = 0.0;
    let period = settings.period as usize;
    let window = (60 / period.max(1)).max(1);
    for (index, stretch) in arrivals.chunks(period).enumerate() {
        let now = (index * period) as f64;
        if index > 0 {
            let from = run.periods.len().saturating_sub(window);
            let mut reading = reading(&run.periods[from..], period, service);
            reading.ahead = stretch.iter().sum::<f64>() * 60.0 / stretch.len() as f64;
            fleet.settle(now);
            let decision = scaler.decide(now, &reading, desired);
            desired = decision.to;
            run.decisions.push(decision);
        }
        let mut placed = desired;
        if let Some((nodes, pool)) = &mut pool {
            pool.settle(now);
            let need = desired.div_ceil(nodes.pods) + nodes.spare;
            if nodes.scales && need > pool.ordered() {
                pool.resize(now, need.min(nodes.most));
            }
            placed = desired.min(pool.ready() * nodes.pods);
        }
        fleet.resize(now, placed);
        let mut this = Period { desired, ready: fleet.ready(), ..Period::default() };
        let rate = this.ready as f64 * service.rate();
        let room = this.ready as f64 * service.queue;
        this.unknown = stretch.iter().all(|coming| coming.is_nan());
        for &coming in stretch {
            let coming = if coming.is_nan() { 0.0 } else { coming };
            waiting += coming;
            this.arrived += coming;
            let served = f64::min(waiting, rate);
            waiting -= served;
            let over = f64::max(waiting - room, 0.0);
            waiting -= over;
            this.dropped += over;
            this.served += served;
            this.busy += served * service.seconds;
            this.in_flight += served * service.seconds + waiting;
            this.latency += served * (service.seconds + waiting / rate.max(1e-9));
        }
        run.instance_seconds += (fleet.ordered() * stretch.len()) as f64;
        run.arrived += this.arrived;
        run.served += this.served;
        run.dropped += this.dropped;
        run.busy_seconds += this.busy;
        run.periods.push(this);
    }
    run.waiting = waiting;
    Ok(run)
}

/// The last minute as a policy sees it.
fn reading(periods: &[Period], period: usize, service: Service) -> Reading {
    let known = || periods.iter().filter(|period| !period.unknown);
    let n = known().count();
    let seconds = (n * period) as f64;
    let total = |of: fn(&Period) -> f64| known().map(of).sum::<f64>();
    let (requests, served) = (total(|p| p.arrived), total(|p| p.served));
    Reading {
        present: requests > 0.0,
        requests: requests * 60.0 / seconds,
        busy: total(|p| p.busy) / seconds,
        in_flight: total(|p| p.in_flight) / seconds,
        latency: if served > 0.0 { total(|p| p.latency) / served } else { f64::NAN },
        ready: total(|p| p.ready as f64) / n as f64,
        slots: service.slots as f64,
        ahead: 0.0,
    }
}

/// A minute of a run: the decision at its beginning, from what the minute before had, then the fleet in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    /// Instances ordered.
    pub desired: usize,
    /// Instances in service.
    pub ready: usize,
    /// `out`, `in` or `none`.
    pub action: &'static str,
    /// The rule that kept capacity from what was wanted, where one did.
    pub blocked: Option<Rule>,
}

impl Run {
    /// The run minute by minute.
    pub fn minutes(&self) -> Vec<Minute> {
        // Decisions stand a period apart.
        let period = self.decisions.first().map_or(60, |first| first.at.max(1)) as usize;
        let minutes = (self.periods.len() * period).div_ceil(60);
        let per_minute = self.periods.len().div_ceil(minutes).max(1);
        let mut before = self.periods.first().map_or(0, |p| p.desired);
        let minute = |(minute, periods): (usize, &[Period])| {
            let last = periods[periods.len() - 1];
            let action = match last.desired {
                d if d > before => "out",
                d if d < before => "in",
                _ => "none",
            };
            before = last.desired;
            let decided = (minute * per_minute + periods.len()).checked_sub(2).and_then(|at| self.decisions.get(at));
            let blocked = decided.filter(|_| minute > 0).and_then(|decision| decision.blocked);
            Minute { desired: last.desired, ready: last.ready, action, blocked }
        };
        self.periods.chunks(per_minute).enumerate().map(minute).collect()
    }

    /// Requests that were dropped, of all that came.
    pub fn dropped_share(&self) -> f64 {
        self.dropped / self.arrived.max(1.0)
    }

    /// Instance-hours paid.
    pub fn instance_hours(&self) -> f64 {
        self.instance_seconds / 3600.0
    }

    /// Decisions that changed capacity.
    pub fn activities(&self) -> usize {
        self.decisions.iter().filter(|decision| decision.to != decision.from).count()
    }

    /// How often capacity turned from rising to falling or back.
    pub fn turns(&self) -> usize {
        let changes: Vec<bool> =
            self.decisions.iter().filter(|d| d.to != d.from).map(|decision| decision.to > decision.from).collect();
        changes.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    /// The share of requests dropped in each period from one on.
    pub fn dropped_by_period(&self, from: usize) -> Vec<f64> {
        self.periods[from.min(self.periods.len())..].iter().map(|p| p.dropped / p.arrived.max(1.0)).collect()
    }

    /// The most instances that were ordered.
    pub fn most(&self) -> usize {
        self.periods.iter().map(|p| p.desired).max().unwrap_or(0)
    }

    /// The fewest instances that were ordered.
    pub fn fewest(&self) -> usize {
        self.periods.iter().map(|p| p.desired).min().unwrap_or(0)
    }

    /// The share of requests dropped in the periods from one to another.
    pub fn dropped_between(&self, from: usize, to: usize) -> f64 {
        let periods = &self.periods[from.min(self.periods.len())..to.min(self.periods.len())];
        let total = |of: fn(&Period) -> f64| periods.iter().map(of).sum::<f64>();
        total(|p| p.dropped) / total(|p| p.arrived).max(1.0)
    }
}

/// The base-2 logarithm of a ratio of counts, of which 0 counts as 1.
///
/// ```
/// assert_eq!(mllab_kit::autoscale::counts::doublings(8, 0), 3.0);
/// ```
pub fn doublings(a: usize, b: usize) -> f64 {
    libm::log2(a.max(1) as f64 / b.max(1) as f64)
}

/// Instances that a rate needs at so many requests a minute and instance; at least one.
pub fn sized(per_minute: f64, per_instance: f64) -> usize {
    ceiling(per_minute / per_instance).max(1)
}
