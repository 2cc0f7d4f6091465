//! What each policy would do with a reading, before cooldowns and bounds have their say.

use super::ceiling;
use super::rule::Rule;
use std::collections::VecDeque;

/// The last minute, summed over the fleet. A missing datapoint has no requests and `present` false.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Whether the minute has a datapoint.
    pub present: bool,
    /// Requests that came in the minute.
    pub requests: f64,
    /// Mean number of busy slots.
    pub busy: f64,
    /// Mean number of requests being served or waiting.
    pub in_flight: f64,
    /// Mean time from arrival to answer, in seconds.
    pub latency: f64,
    /// Mean number of instances in service.
    pub ready: f64,
    /// Slots of an instance.
    pub slots: f64,
    /// Requests that will come in the minute ahead: only an oracle may look.
    pub ahead: f64,
}

/// What a policy looks at, averaged over the instances in service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// Requests a minute and instance: `SageMakerVariantInvocationsPerInstance`.
    Requests,
    /// Share of slots that are busy.
    Utilisation,
    /// CPU, which stands at this share when all slots are busy.
    Cpu(f64),
    /// Requests being served or waiting, an instance.
    InFlight,
    /// Mean time from arrival to answer, in seconds.
    Latency,
    /// A number that has nothing to do with load.
    Constant(f64),
}

impl Metric {
    /// The metric's value in a minute; nothing where there is no datapoint.
    pub fn of(self, reading: &Reading) -> Option<f64> {
        let per_instance = |total: f64| total / reading.ready;
        let value = match self {
            Metric::Requests => per_instance(reading.requests),
            Metric::Utilisation => per_instance(reading.busy / reading.slots),
            Metric::Cpu(full) => full * per_instance(reading.busy / reading.slots),
            Metric::InFlight => per_instance(reading.in_flight),
            Metric::Latency => reading.latency,
            Metric::Constant(value) => value,
        };
        (reading.present && reading.ready > 0.0 && value.is_finite()).then_some(value)
    }
}

/// How many of the last one-minute points must breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Datapoints to alarm.
    pub points: usize,
    /// Evaluation periods.
    pub of: usize,
}

impl Alarm {
    /// Whether it rings; missing points do not breach.
    fn rings(self, points: &VecDeque<Option<f64>>, breaches: impl Fn(f64) -> bool) -> bool {
        points.iter().rev().take(self.of).filter(|point| point.is_some_and(&breaches)).count() >= self.points
    }
}

/// Which capacity target tracking multiplies; AWS does not publish it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The instances in service, whose metric is averaged: what is starting counts as already there.
    InService,
    /// All that were ordered, times the metric of those in service: what is starting is multiplied once more.
    Compounding,
}

/// Target tracking with its two alarms.
#[derive(Clone, Copy, Debug)]
pub struct Tracking {
    /// What is tracked.
    pub metric: Metric,
    /// The value to hold it at.
    pub target: f64,
    /// The alarm above the target.
    pub high: Alarm,
    /// The alarm below `low_share` of the target.
    pub low: Alarm,
    /// Where the low alarm's threshold lies, as a share of the target.
    pub low_share: f64,
    /// Which capacity is multiplied.
    pub formula: Formula,
}

impl Tracking {
    /// With AWS's usual alarms: 3 of 3 minutes above the target, 15 of 15 below nine tenths of it.
    pub fn aws(metric: Metric, target: f64) -> Self {
        let (high, low) = (Alarm { points: 3, of: 3 }, Alarm { points: 15, of: 15 });
        Tracking { metric, target, high, low, low_share: 0.9, formula: Formula::InService }
    }

    /// With alarms that ring at the first point.
    pub fn at_once(metric: Metric, target: f64) -> Self {
        let one = Alarm { points: 1, of: 1 };
        Tracking { high: one, low: one, ..Tracking::aws(metric, target) }
    }
}

/// What a band does to capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Adjustment {
    /// Adds so many instances (`ChangeInCapacity`).
    Change(i64),
    /// Adds a share of the capacity (`PercentChangeInCapacity`), rounded towards 0, but at least one instance.
    Percent(f64),
    /// Sets the capacity (`ExactCapacity`).
    Exact(usize),
}

impl Adjustment {
    /// The capacity after it.
    ///
    /// ```
    /// use mllab_kit::autoscale::Adjustment;
    /// assert_eq!(Adjustment::Percent(30.0).apply(11), 14); // 3.3 instances are 3
    /// assert_eq!(Adjustment::Percent(-10.0).apply(14), 13); // 1.4 instances are 1
    /// assert_eq!(Adjustment::Percent(10.0).apply(4), 5); // 0.4 instances are 1
    /// ```
    pub fn apply(self, capacity: usize) -> usize {
        let change = match self {
            Adjustment::Change(change) => change,
            Adjustment::Exact(exact) => return exact,
            Adjustment::Percent(percent) => {
                let exact = capacity as f64 * percent / 100.0;
                let whole = exact.abs() + 1e-9;
                if exact == 0.0 { 0 } else { exact.signum() as i64 * (whole.floor() as i64).max(1) }
            }
        };
        (capacity as i64 + change).max(0) as usize
    }
}

/// A step adjustment: the breach (metric less threshold) from `lower` up to `upper` does `adjustment`. Above the
/// threshold the lower bound is inclusive, below it the upper one.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// Lower bound of the breach.
    pub lower: f64,
    /// Upper bound of the breach.
    pub upper: f64,
    /// What it does.
    pub adjustment: Adjustment,
}

/// Step scaling with one alarm above and one below.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is looked at.
    pub metric: Metric,
    /// Threshold of the high alarm, which rings at or above it.
    pub high: f64,
    /// Threshold of the low alarm, which rings at or below it.
    pub low: f64,
    /// Points that the high and the low alarm need.
    pub alarms: (Alarm, Alarm),
    /// Step adjustments of the high alarm.
    pub out: Vec<Band>,
    /// Step adjustments of the low alarm.
    pub back: Vec<Band>,
}

impl Step {
    /// The step adjustments that the Amazon EC2 Auto Scaling user guide gives as its example: a threshold of 50, bands of
    /// ten from it, each alarm at the first point.
    ///
    /// ```
    /// use mllab_kit::autoscale::{Metric, Step};
    /// let steps = Step::documented(Metric::Utilisation);
    /// assert_eq!(steps.adjustment(70.0).map(|adjustment| adjustment.apply(11)), Some(14));
    /// ```
    pub fn documented(metric: Metric) -> Self {
        let once = Alarm { points: 1, of: 1 };
        let band = |lower, upper, percent| Band { lower, upper, adjustment: Adjustment::Percent(percent) };
        let out = vec![band(0.0, 10.0, 0.0), band(10.0, 20.0, 10.0), band(20.0, f64::INFINITY, 30.0)];
        let back = vec![band(-10.0, 0.0, 0.0), band(-20.0, -10.0, -10.0), band(f64::NEG_INFINITY, -20.0, -30.0)];
        Step { metric, high: 50.0, low: 50.0, alarms: (once, once), out, back }
    }

    /// The adjustment for a metric's value, where a band is breached.
    pub fn adjustment(&self, value: f64) -> Option<Adjustment> {
        let found = if value >= self.high {
            let breach = value - self.high;
            self.out.iter().find(|band| band.lower <= breach && breach < band.upper)
        } else if value <= self.low {
            let breach = value - self.low;
            self.back.iter().find(|band| band.lower < breach && breach <= band.upper)
        } else {
            None
        };
        found.map(|band| band.adjustment)
    }
}

/// How fast the Kubernetes HPA may go: so many pods, or so many per cent, in each period.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Pods.
    pub pods: f64,
    /// Per cent of the replicas at the period's start.
    pub percent: f64,
    /// The period, in seconds.
    pub seconds: f64,
}

/// The Kubernetes horizontal pod autoscaler.
#[derive(Clone, Copy, Debug)]
pub struct Hpa {
    /// What is looked at.
    pub metric: Metric,
    /// The value that it should have, averaged over the pods.
    pub target: f64,
    /// Ratios this near to 1 change nothing.
    pub tolerance: f64,
    /// Scaling down goes to the highest recommendation of so many seconds.
    pub down_window: f64,
    /// Scaling up goes to the lowest recommendation of so many seconds.
    pub up_window: f64,
    /// The scaling policy on the way up; of pods and per cent whatever changes most.
    pub up: Rate,
    /// The scaling policy on the way down; of pods and per cent whatever changes most.
    pub down: Rate,
}

impl Hpa {
    /// With the defaults of `autoscaling/v2`: tolerance .1, windows 0 and 300 s, up by 4 pods or 100 % and down by
    /// 100 % every 15 s.
    pub fn new(metric: Metric, target: f64) -> Self {
        Hpa {
            metric,
            target,
            tolerance: 0.1,
            down_window: 300.0,
            up_window: 0.0,
            up: Rate { pods: 4.0, percent: 100.0, seconds: 15.0 },
            down: Rate { pods: 0.0, percent: 100.0, seconds: 15.0 },
        }
    }
}

/// How capacity is decided.
#[derive(Clone, Debug)]
pub enum Policy {
    /// Not at all.
    Fixed,
    /// By looking ahead: as many as the coming minute needs at this many requests a minute and instance.
    Instant(f64),
    /// The formula of target tracking each minute, without alarms.
    Direct(Metric, f64),
    /// AWS target tracking.
    Tracking(Tracking),
    /// AWS step scaling.
    Step(Step),
    /// Kubernetes' horizontal pod autoscaler.
    Hpa(Hpa),
}

/// What a policy would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// More, and the rule that allows it.
    Out(usize, Rule),
    /// Fewer, and the rule that allows it.
    In(usize, Rule),
    /// Nothing; `wanted` is what the metric alone asks for, and the rule is what stands against it.
    Stay(usize, Option<Rule>),
}

/// What a policy remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    points: VecDeque<Option<f64>>,
    recommendations: VecDeque<(f64, usize)>,
    changes: VecDeque<(f64, i64)>,
}

impl Policy {
    /// What it would do at `now` with `desired` instances; `base` is the capacity before the scale-out whose cooldown
    /// is running, else `desired`.
    pub(super) fn wish(&self, memory: &mut Memory, now: f64, reading: &Reading, desired: usize, base: usize) -> Wish {
        let to = |wanted: usize, rule: Rule| match wanted {
            w if w > desired => Wish::Out(w, rule),
            w if w < desired => Wish::In(w, rule),
            _ => Wish::Stay(desired, None),
        };
        let metric = match self {
            Policy::Fixed => return Wish::Stay(desired, None),
            Policy::Instant(_) if reading.ahead.is_nan() => return Wish::Stay(desired, Some(Rule::MissingData)),
            Policy::Instant(per_instance) => return to(ceiling(reading.ahead / per_instance), Rule::Formula),
            Policy::Direct(metric, _) => *metric,
            Policy::Tracking(tracking) => tracking.metric,
            Policy::Step(step) => step.metric,
            Policy::Hpa(hpa) => hpa.metric,
        };
        let point = metric.of(reading);
        memory.points.push_back(point);
        if memory.points.len() > 15 {
            memory.points.pop_front();
        }
        let Some(value) = point else { return Wish::Stay(desired, Some(Rule::MissingData)) };
        match self {
            Policy::Fixed | Policy::Instant(_) => unreachable!("they read no metric"),
            Policy::Direct(_, target) => to(ceiling(reading.ready * value / target), Rule::Formula),
            Policy::Tracking(tracking) => tracking.wish(&memory.points, reading.ready, value, desired, base),
            Policy::Step(step) => step.wish(&memory.points, value, desired, base),
            Policy::Hpa(hpa) => hpa.wish(memory, now, reading.ready * value, desired),
        }
    }
}

impl Tracking {
    fn wish(&self, points: &VecDeque<Option<f64>>, ready: f64, value: f64, desired: usize, base: usize) -> Wish {
        let capacity = |all: usize| if self.formula == Formula::InService { ready } else { all as f64 };
        if value > self.target {
            let wanted = ceiling(capacity(base) * value / self.target);
            if wanted <= desired {
                // What was already added covers it.
                let held = self.formula == Formula::Compounding && base < desired;
                return Wish::Stay(if held { desired + 1 } else { desired }, held.then_some(Rule::ScaleOutCooldown));
            }
            if self.high.rings(points, |point| point > self.target) {
                return Wish::Out(wanted, Rule::HighAlarm);
            }
            return Wish::Stay(wanted, Some(Rule::HighAlarmWaits));
        }
        let wanted = ceiling(capacity(desired) * value / self.target);
        if wanted >= desired {
            return Wish::Stay(desired, None);
        }
        let threshold = self.low_share * self.target;
        if self.low.rings(points, |point| point < threshold) {
            Wish::In(wanted, Rule::LowAlarm)
        } else {
            let near = value >= threshold;
            Wish::Stay(wanted, Some(if near { Rule::LowThreshold } else { Rule::LowAlarmWaits }))
        }
    }
}

impl Step {
    fn wish(&self, points: &VecDeque<Option<f64>>, value: f64, desired: usize, base: usize) -> Wish {
        let Some(adjustment) = self.adjustment(value) else { return Wish::Stay(desired, None) };
        if value >= self.high {
            let alone = adjustment.apply(desired);
            let wanted = adjustment.apply(base);
            if wanted <= desired {
                let held = alone > desired;
                return Wish::Stay(alone.max(desired), held.then_some(Rule::ScaleOutCooldown));
            }
            if self.alarms.0.rings(points, |point| point >= self.high) {
                Wish::Out(wanted, Rule::HighAlarm)
            } else {
                Wish::Stay(wanted, Some(Rule::HighAlarmWaits))
            }
        } else {
            let wanted = adjustment.apply(desired);
            if wanted >= desired {
                Wish::Stay(desired, None)
            } else if self.alarms.1.rings(points, |point| point <= self.low) {
                Wish::In(wanted, Rule::LowAlarm)
            } else {
                Wish::Stay(wanted, Some(Rule::LowAlarmWaits))
            }
        }
    }
}

impl Hpa {
    /// `total` is the metric summed over the pods; pods that are not ready count as using nothing.
    fn wish(&self, memory: &mut Memory, now: f64, total: f64, desired: usize) -> Wish {
        let ratio = total / (desired as f64 * self.target);
        let recommended =
            if (ratio - 1.0).abs() <= self.tolerance + 1e-9 { desired } else { ceiling(desired as f64 * ratio) };
        if memory.recommendations.is_empty() {
            // What stood before the first look counts as recommended, just before it.
            memory.recommendations.push_back((now - 0.5, desired));
        }
        memory.recommendations.push_back((now, recommended));
        let longest = self.down_window.max(self.up_window);
        while memory.recommendations.front().is_some_and(|&(at, _)| at <= now - longest - 1e-9) {
            memory.recommendations.pop_front();
        }
        let within = |seconds: f64| {
            memory.recommendations.iter().filter(move |&&(at, _)| at >= now - seconds).map(|&(_, count)| count)
        };
        let (low, high) = (within(self.up_window).min(), within(self.down_window).max());
        let stabilised = desired.clamp(low.unwrap_or(desired).min(high.unwrap_or(desired)), high.unwrap_or(desired));
        if stabilised == desired {
            let raw = ceiling(total / self.target);
            return if recommended == desired {
                Wish::Stay(raw, (raw != desired).then_some(Rule::Tolerance))
            } else {
                Wish::Stay(recommended, Some(Rule::StabilisationWindow))
            };
        }
        let (rate, up) = if stabilised > desired { (self.up, true) } else { (self.down, false) };
        while memory.changes.front().is_some_and(|&(at, _)| at <= now - 3600.0) {
            memory.changes.pop_front();
        }
        let changed: i64 = memory
            .changes
            .iter()
            .filter(|&&(at, change)| at > now - rate.seconds + 1e-9 && (change > 0) == up)
            .map(|&(_, change)| change)
            .sum();
        let start = (desired as i64 - changed) as f64;
        let target = if up {
            let limit = (start + rate.pods).max((start * (1.0 + rate.percent / 100.0)).ceil()) as usize;
            stabilised.min(limit)
        } else {
            let limit = (start - rate.pods).min((start * (1.0 - rate.percent / 100.0)).floor()).max(0.0) as usize;
            stabilised.max(limit)
        };
        if (up && target <= desired) || (!up && target >= desired) {
            return Wish::Stay(stabilised, Some(Rule::ScalingPolicy));
        }
        memory.changes.push_back((now, target as i64 - desired as i64));
        if up { Wish::Out(target, Rule::Formula) } else { Wish::In(target, Rule::Formula) }
    }
}
