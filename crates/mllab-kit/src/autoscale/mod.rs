//! An autoscaler that says why: policies as AWS Application Auto Scaling and Kubernetes document them, over a fleet
//! whose instances take time to start, fed by a queue with finite slots.
//!
//! Two simulators share one [`Scaler`] and one [`Fleet`]: [`events`] follows each request, [`counts`] only how many
//! there are in each second, which is fast enough for maps. Every period the scaler gets a [`Reading`] of the last
//! minute and returns a [`Decision`] that names the rule that allowed or blocked it. Time is in seconds from 0.
//!
//! AWS does not publish how target tracking computes a capacity. Here it is ceil(capacity × metric / target), with
//! the instances in service as the capacity, since it is they whose metric is averaged; [`Formula::Compounding`] takes
//! all that were ordered instead.

pub mod counts;
mod endpoint;

pub mod events;
mod fleet;
pub mod load;
mod policy;
mod rule;
mod scaler;
pub mod serverless;

pub use crate::queue::theory as erlang;
pub use counts::{Nodes, sized};
pub use endpoint::{DAY, Endpoint};
pub use fleet::Fleet;
pub use policy::{Adjustment, Alarm, Band, Formula, Hpa, Metric, Policy, Rate, Reading, Step, Tracking};
pub use rule::Rule;
pub use scaler::{Cooldowns, Decision, Scaler, Scheduled, Semantics, Settings};

/// What one instance can do.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Requests that an instance serves at a time.
    pub slots: usize,
    /// Mean time that a request takes, in seconds.
    pub seconds: f64,
    /// Requests that may wait for each ready instance; what comes beyond is dropped.
    pub queue: f64,
}

impl Service {
    /// Requests a second that an instance can serve.
    pub fn rate(&self) -> f64 {
        self.slots as f64 / self.seconds
    }
}

/// The smallest whole number that is not below `ratio`; a ratio that is above a whole number by rounding alone
/// (a billionth) counts as that number.
///
/// ```
/// use mllab_kit::autoscale::ceiling;
/// assert_eq!(ceiling(50.0 * 90.0 / 75.0), 60);
/// assert_eq!(ceiling(0.1 * 3.0 / 0.1), 3);
/// assert_eq!(ceiling(3.001), 4);
/// ```
pub fn ceiling(ratio: f64) -> usize {
    (ratio - 1e-9 * ratio.abs().max(1.0)).ceil().max(0.0) as usize
}
