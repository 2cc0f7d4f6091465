//! Queues whose capacity is given: requests, how they come, where they wait, and what theory says of it.
//!
//! Every queue is first come, first served and capacity does not depend on it, so a job's fate is known the moment it
//! comes (Lindley 1952; Kiefer and Wolfowitz 1955): no list of events, only the times at which servers fall free. Where
//! the queue decides the capacity, [`crate::autoscale`] follows events. Time is in works of a mean request.

mod arrivals;
mod batching;
mod shared;
mod split;
pub mod theory;

pub use arrivals::{Law, poisson, renewal};
pub use batching::Batching;
pub use shared::Shared;
pub use split::{Dispatch, Split};

/// A request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    /// When it comes.
    pub at: f64,
    /// What it takes of a server of speed 1.
    pub work: f64,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// A server worked on it.
    Served {
        /// From here on.
        start: f64,
        /// Until here.
        end: f64,
        /// Which one.
        server: usize,
    },
    /// There was no room to wait.
    Refused,
}

/// Where requests go: servers and the room before them.
pub trait Station {
    /// Takes a job, or refuses it. Jobs are offered in the order in which they come.
    fn offer(&mut self, job: &Job) -> Fate;
}

/// How long each job after the first `warm_up` is at the station; infinity for one that is refused.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::queue::{Law, Shared, poisson, responses};
///
/// let jobs: Vec<_> = poisson(0.5, Law::Exponential, &Stream::root(1)).take(50_000).collect();
/// let times = responses(&jobs, &mut Shared::new(1), 1000);
/// let mean = times.iter().sum::<f64>() / times.len() as f64;
/// assert!((mean - 2.0).abs() < 0.1); // 1 / (1 − ½)
/// ```
pub fn responses(jobs: &[Job], station: &mut impl Station, warm_up: usize) -> Vec<f64> {
    let mut times = Vec::with_capacity(jobs.len().saturating_sub(warm_up));
    for (number, job) in jobs.iter().enumerate() {
        let time = match station.offer(job) {
            Fate::Served { end, .. } => end - job.at,
            Fate::Refused => f64::INFINITY,
        };
        if number >= warm_up {
            times.push(time);
        }
    }
    times
}

/// The time that a share of `times` exceeds, to the nearest order statistic; `times` must not be empty.
///
/// ```
/// assert_eq!(mllab_kit::queue::slowest(&mut [1.0, 5.0, 2.0, 4.0, 3.0], 0.25), 4.0);
/// ```
pub fn slowest(times: &mut [f64], share: f64) -> f64 {
    let place = ((times.len() - 1) as f64 * (1.0 - share)).round() as usize;
    *times.select_nth_unstable_by(place, f64::total_cmp).1
}
