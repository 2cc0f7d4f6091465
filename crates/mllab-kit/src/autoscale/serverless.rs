//! Serverless functions in place of instances, and what they cost.
//!
//! Prices are per second of an instance's worth of work, which costs 1. AWS Lambda's prices on demand, used while kept warm
//! and kept warm stand to each other as 1 : .583 : .25; on demand is taken as four times an instance.

use super::counts::{self, Run};
use super::{Endpoint, Policy, Service, Settings};

/// On demand.
pub const ON_DEMAND: f64 = 4.0;
/// Kept warm.
pub const WARM: f64 = 1.0;
/// Used while kept warm, besides that.
pub const WARM_USED: f64 = 7.0 / 3.0;
/// Seconds until a function starts; as often the number of functions follows the load.
pub const COLD_START: f64 = 5.0;

/// Functions that follow the load of an endpoint, starting with so many instances' worth.
pub fn settings(endpoint: &Endpoint, first: usize) -> Settings {
    Settings::new(Policy::Instant(endpoint.per_instance), first, COLD_START).bounds(1, 500).every(COLD_START)
}

/// A run in which requests wait for a cold start rather than being dropped.
///
/// # Panics
/// If the settings are not sound.
pub fn run(endpoint: &Endpoint, arrivals: &[f64], settings: &Settings) -> Run {
    let patient = Service { queue: f64::INFINITY, ..endpoint.service };
    counts::simulate(arrivals, patient, settings, None).expect("sound settings")
}

/// What a run costs on demand.
pub fn on_demand(endpoint: &Endpoint, run: &Run) -> f64 {
    ON_DEMAND * (run.busy_seconds / endpoint.service.slots as f64)
}

/// What arrivals cost where `kept` instances' worth of functions are warm in each second, and the rest comes on demand.
///
/// ```
/// use mllab_kit::autoscale::{Cooldowns, Endpoint, serverless};
/// let endpoint = Endpoint::new(60.0, 0.7, 240.0, (1, 50), Cooldowns::default());
/// assert_eq!(serverless::warm_pool(&endpoint, &[0.0, 1.0, 3.0], |_| 1), 3.0 + 2.0 * 7.0 / 3.0 + 8.0);
/// ```
pub fn warm_pool(endpoint: &Endpoint, arrivals: &[f64], kept: impl Fn(usize) -> usize) -> f64 {
    let rate = endpoint.service.rate();
    let mut cost = 0.0;
    for (second, &count) in arrivals.iter().enumerate() {
        let kept = kept(second) as f64;
        let used = f64::min(count / rate, kept);
        cost += WARM * kept + WARM_USED * used + ON_DEMAND * (count / rate - used);
    }
    cost
}
