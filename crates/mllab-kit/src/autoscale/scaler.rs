//! Policies, cooldowns, schedule and bounds make one decision, and every decision says why.

use super::policy::{Memory, Policy, Reading, Wish};
use super::rule::Rule;
use crate::KitError;

/// What a cooldown forbids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Semantics {
    /// AWS Application Auto Scaling: after a scale-out only a larger one proceeds, and what was already added counts;
    /// after a scale-in no other begins, but a scale-out runs at once and ends the wait.
    #[default]
    Aws,
    /// Simple scaling: after any activity nothing begins until the cooldown has passed.
    Lock,
}

/// The two cooldowns, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cooldowns {
    /// `ScaleOutCooldown`.
    pub scale_out: f64,
    /// `ScaleInCooldown`.
    pub scale_in: f64,
    /// What they forbid.
    pub semantics: Semantics,
}

impl Cooldowns {
    /// Both alike, in AWS's semantics.
    pub fn both(seconds: f64) -> Self {
        Cooldowns { scale_out: seconds, scale_in: seconds, semantics: Semantics::Aws }
    }

    /// The same cooldowns as a lock.
    #[must_use]
    pub fn lock(self) -> Self {
        Cooldowns { semantics: Semantics::Lock, ..self }
    }
}

/// A scheduled action: from one time to another the minimum is raised.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled {
    /// Beginning.
    pub from: f64,
    /// End.
    pub to: f64,
    /// `MinCapacity` in between.
    pub least: usize,
}

/// All that decides a fleet's size.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The policies; with several, out if any says so, in only if all do.
    pub policies: Vec<Policy>,
    /// The cooldowns.
    pub cooldowns: Cooldowns,
    /// `MinCapacity`.
    pub least: usize,
    /// `MaxCapacity`.
    pub most: usize,
    /// Scheduled actions.
    pub schedule: Vec<Scheduled>,
    /// Instances at the start, all ready.
    pub first: usize,
    /// Seconds from the order of an instance until it serves.
    pub start_up: f64,
    /// Seconds between decisions.
    pub period: f64,
}

impl Settings {
    /// One policy without cooldowns, decided every minute, on a fleet of 1 to 50 that starts with `first` instances.
    pub fn new(policy: Policy, first: usize, start_up: f64) -> Self {
        Settings {
            policies: vec![policy],
            cooldowns: Cooldowns::default(),
            least: 1,
            most: 50,
            schedule: Vec::new(),
            first,
            start_up,
            period: 60.0,
        }
    }

    /// With these cooldowns.
    #[must_use]
    pub fn cooldowns(mut self, cooldowns: Cooldowns) -> Self {
        self.cooldowns = cooldowns;
        self
    }

    /// With this scheduled action beside the others.
    #[must_use]
    pub fn scheduled(mut self, from: f64, to: f64, least: usize) -> Self {
        self.schedule.push(Scheduled { from, to, least });
        self
    }

    /// With these bounds.
    #[must_use]
    pub fn bounds(mut self, least: usize, most: usize) -> Self {
        (self.least, self.most) = (least, most);
        self
    }

    /// With decisions every `period` seconds.
    #[must_use]
    pub fn every(mut self, period: f64) -> Self {
        self.period = period;
        self
    }

    /// Whether a run of `seconds` can be made with them.
    ///
    /// # Errors
    ///
    /// Names the setting, its value and its range: a start-up as long as the run, a target of 0, bounds out of order.
    pub fn check(&self, seconds: f64) -> Result<(), KitError> {
        let fault = |name, value, must_be| Err(KitError::Setting { name, value, must_be });
        if !(self.start_up >= 0.0 && self.start_up < seconds) {
            return fault("start-up in seconds", self.start_up, "at least 0 and shorter than the run");
        }
        for policy in &self.policies {
            let target = match policy {
                Policy::Fixed => continue,
                Policy::Instant(target) | Policy::Direct(_, target) => *target,
                Policy::Tracking(tracking) => tracking.target,
                Policy::Hpa(hpa) => hpa.target,
                Policy::Step(step) => step.high,
            };
            if !(target > 0.0 && target.is_finite()) {
                return fault("target", target, "above 0 and finite");
            }
        }
        if self.least > self.most {
            return fault("MinCapacity", self.least as f64, "at most MaxCapacity");
        }
        if self.period.is_nan() || self.period <= 0.0 {
            return fault("period in seconds", self.period, "above 0");
        }
        Ok(())
    }
}

/// One decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When, in whole seconds.
    pub at: u64,
    /// Capacity before.
    pub from: usize,
    /// Capacity after.
    pub to: usize,
    /// What the metric alone asked for.
    pub wanted: usize,
    /// The rule that allowed the change, where there was one.
    pub allowed: Option<Rule>,
    /// The rule that kept capacity from what was wanted, where one did.
    pub blocked: Option<Rule>,
}

impl Decision {
    /// Stretches of minutes, each from half a minute before its first decision to half a minute after its last, in which a
    /// rule blocked every decision of a log that decides every minute.
    pub fn stretches(log: &[Decision], rule: Rule) -> Vec<[f64; 2]> {
        let mut stretches: Vec<[f64; 2]> = Vec::new();
        for minute in log.iter().filter(|d| d.blocked == Some(rule)).map(|d| d.at as f64 / 60.0) {
            match stretches.last_mut() {
                Some(last) if last[1] >= minute - 0.5 => last[1] = minute + 0.5,
                _ => stretches.push([minute - 0.5, minute + 0.5]),
            }
        }
        stretches
    }
}

/// Makes decisions one after the other.
#[derive(Clone, Debug)]
pub struct Scaler {
    settings: Settings,
    memories: Vec<Memory>,
    base: usize,
    out_until: f64,
    in_until: f64,
}

impl Scaler {
    /// A scaler that has decided nothing yet.
    pub fn new(settings: &Settings) -> Self {
        let memories = settings.policies.iter().map(|_| Memory::default()).collect();
        let never = f64::NEG_INFINITY;
        Scaler { settings: settings.clone(), memories, base: 0, out_until: never, in_until: never }
    }

    /// Decides at `now`, with `desired` instances ordered.
    pub fn decide(&mut self, now: f64, reading: &Reading, desired: usize) -> Decision {
        let wish = self.wish(now, reading, desired);
        let (to, wanted, allowed, blocked) = match wish {
            Wish::Stay(wanted, rule) => (desired, wanted, None, rule),
            Wish::Out(to, rule) => match self.lock(now) {
                Some(lock) => (desired, to, None, Some(lock)),
                None => (to, to, Some(rule), None),
            },
            Wish::In(to, rule) => match self.lock(now).or_else(|| self.waits(now)) {
                Some(lock) => (desired, to, None, Some(lock)),
                None => (to, to, Some(rule), None),
            },
        };
        let (least, most) = (self.least(now).min(self.settings.most), self.settings.most);
        let mut decision = Decision { at: now as u64, from: desired, to, wanted, allowed, blocked };
        if to < least {
            decision.to = least;
            decision.blocked = (to < desired || wanted < least).then_some(Rule::MinCapacity);
            decision.allowed = Some(Rule::Scheduled);
        } else if to > most {
            (decision.to, decision.blocked) = (most, Some(Rule::MaxCapacity));
        }
        if decision.to == desired {
            decision.allowed = None;
        }
        self.remember(now, &decision);
        decision
    }

    fn wish(&mut self, now: f64, reading: &Reading, desired: usize) -> Wish {
        let cooling = self.settings.cooldowns.semantics == Semantics::Aws && now < self.out_until;
        let base = if cooling { self.base.min(desired) } else { desired };
        let mut wishes = self
            .settings
            .policies
            .iter()
            .zip(&mut self.memories)
            .map(|(policy, memory)| policy.wish(memory, now, reading, desired, base));
        let Some(first) = wishes.next() else { return Wish::Stay(desired, None) };
        wishes.fold(first, |all, one| match (all, one) {
            (Wish::Out(a, rule), Wish::Out(b, other)) => Wish::Out(a.max(b), if b > a { other } else { rule }),
            (Wish::Out(to, rule), _) | (_, Wish::Out(to, rule)) => Wish::Out(to, rule),
            (Wish::In(a, rule), Wish::In(b, other)) => Wish::In(a.max(b), if b > a { other } else { rule }),
            (Wish::In(to, _), Wish::Stay(..)) | (Wish::Stay(..), Wish::In(to, _)) => {
                Wish::Stay(to, Some(Rule::OtherPolicy))
            }
            (Wish::Stay(_, None), other) => other,
            (stay, _) => stay,
        })
    }

    /// In simple scaling, the cooldown that locks everything.
    fn lock(&self, now: f64) -> Option<Rule> {
        if self.settings.cooldowns.semantics != Semantics::Lock {
            return None;
        }
        let rule = |until: f64, rule| (now < until).then_some(rule);
        rule(self.out_until, Rule::ScaleOutCooldown).or_else(|| rule(self.in_until, Rule::ScaleInCooldown))
    }

    fn waits(&self, now: f64) -> Option<Rule> {
        (now < self.in_until).then_some(Rule::ScaleInCooldown)
    }

    fn least(&self, now: f64) -> usize {
        let due = self.settings.schedule.iter().filter(|action| action.from <= now && now < action.to);
        due.map(|action| action.least).max().unwrap_or(0).max(self.settings.least)
    }

    /// Starts and ends cooldowns; a scheduled action does neither.
    fn remember(&mut self, now: f64, decision: &Decision) {
        let cooldowns = self.settings.cooldowns;
        if decision.allowed == Some(Rule::Scheduled) {
            return;
        }
        if decision.to > decision.from {
            if now >= self.out_until {
                self.base = decision.from;
            }
            self.out_until = now + cooldowns.scale_out;
            self.in_until = f64::NEG_INFINITY;
        } else if decision.to < decision.from {
            self.in_until = now + cooldowns.scale_in;
            self.out_until = f64::NEG_INFINITY;
        }
    }
}
