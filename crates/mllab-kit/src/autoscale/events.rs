//! The exact simulator: every request has an arrival and a service time, and waits first come, first served.

use super::Service;
use super::fleet::Fleet;
use super::policy::Reading;
use super::scaler::{Decision, Scaler, Settings};
use crate::KitError;
use std::collections::VecDeque;

/// What a run leaves.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Requests that came.
    pub arrived: usize,
    /// Requests whose service began.
    pub started: usize,
    /// Requests whose service ended.
    pub served: usize,
    /// Requests that found the queue full.
    pub dropped: usize,
    /// Requests that waited or were being served at the end.
    pub in_flight: usize,
    /// Seconds that the started ones had waited, summed.
    pub waited: f64,
    /// What was paid: seconds of instances, ready or starting.
    pub instance_seconds: f64,
    /// All decisions, one a period.
    pub decisions: Vec<Decision>,
    /// For each started request, in order, when it came and how long it waited; only where asked for.
    pub waits: Vec<(f64, f64)>,
}

/// Runs `settings` until `seconds` against requests given as (arrival, service), arrivals ascending.
///
/// At one moment a decision comes before the end of a service, and that before an arrival. What is in flight at the
/// end is not served out. `keep` fills [`Run::waits`].
///
/// # Errors
///
/// Settings that cannot be run for so long; see [`Settings::check`].
pub fn simulate(
    requests: impl IntoIterator<Item = (f64, f64)>,
    seconds: f64,
    service: Service,
    settings: &Settings,
    keep: bool,
) -> Result<Run, KitError> {
    settings.check(seconds)?;
    let mut requests = requests.into_iter();
    let mut scaler = Scaler::new(settings);
    let mut fleet = Fleet::new(settings.first, settings.start_up);
    let mut run = Run::default();
    // Ends of running services, the next one last: a fleet's slots are few, so insertion is short.
    let mut running: Vec<f64> = Vec::with_capacity(service.slots * settings.most);
    let mut queue: VecDeque<(f64, f64)> = VecDeque::new();
    let mut next = requests.next().unwrap_or((f64::INFINITY, 0.0));
    let (mut now, mut tick) = (0.0, settings.period);
    let mut sums = Sums::default();
    let mut slots = fleet.ready() * service.slots;
    let mut room = fleet.ready() as f64 * service.queue;
    run.instance_seconds = fleet.ordered() as f64 * settings.period;
    loop {
        let finish = running.last().copied().unwrap_or(f64::INFINITY);
        let event = next.0.min(finish).min(tick);
        sums.busy += running.len() as f64 * (event - now);
        sums.queued += queue.len() as f64 * (event - now);
        now = event;
        if now == tick {
            if now >= seconds {
                break;
            }
            let reading = sums.reading(&fleet, service, settings.period);
            fleet.settle(now);
            let decision = scaler.decide(now, &reading, fleet.ordered());
            fleet.resize(now, decision.to);
            run.decisions.push(decision);
            run.instance_seconds += fleet.ordered() as f64 * settings.period.min(seconds - now);
            (slots, room) = (fleet.ready() * service.slots, fleet.ready() as f64 * service.queue);
            sums = Sums::default();
            tick = (tick + settings.period).min(seconds);
        } else if now == finish {
            running.pop();
            run.served += 1;
        } else {
            run.arrived += 1;
            sums.requests += 1;
            if running.len() < slots && queue.is_empty() {
                run.started += 1;
                sums.latency += next.1;
                sums.started += 1;
                if keep {
                    run.waits.push((now, 0.0));
                }
                insert(&mut running, now + next.1);
            } else if (queue.len() as f64) < room {
                queue.push_back(next);
            } else {
                run.dropped += 1;
            }
            next = requests.next().unwrap_or((f64::INFINITY, 0.0));
            continue;
        }
        while running.len() < slots {
            let Some((came, takes)) = queue.pop_front() else { break };
            run.started += 1;
            run.waited += now - came;
            sums.latency += now - came + takes;
            sums.started += 1;
            if keep {
                run.waits.push((came, now - came));
            }
            insert(&mut running, now + takes);
        }
    }
    run.in_flight = queue.len() + running.len();
    Ok(run)
}

/// Puts `end` where it belongs in descending order.
fn insert(running: &mut Vec<f64>, end: f64) {
    running.push(end);
    let mut at = running.len() - 1;
    while at > 0 && running[at - 1] < running[at] {
        running.swap(at - 1, at);
        at -= 1;
    }
}

/// What is added up between two decisions.
#[derive(Default)]
struct Sums {
    requests: usize,
    started: usize,
    busy: f64,
    queued: f64,
    latency: f64,
}

impl Sums {
    fn reading(&self, fleet: &Fleet, service: Service, period: f64) -> Reading {
        Reading {
            present: self.requests > 0,
            requests: self.requests as f64 * 60.0 / period,
            busy: self.busy / period,
            in_flight: (self.busy + self.queued) / period,
            latency: if self.started > 0 { self.latency / self.started as f64 } else { f64::NAN },
            ready: fleet.ready() as f64,
            slots: service.slots as f64,
            ahead: 0.0,
        }
    }
}
