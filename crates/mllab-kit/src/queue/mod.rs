//! Queues whose capacity is given: requests, how they come, where they wait, and what theory says of it.
//!
//! Every queue is first come, first served and capacity does not depend on it, so a job's fate is known the moment it
//! comes (Lindley 1952; Kiefer and Wolfowitz 1955): no list of events, only the times at which servers fall free. Where
//! the queue decides the capacity, [`crate::autoscale`] follows events. Time is in works of a mean request.

mod arrivals;
mod batching;
mod requests;
mod shared;
mod split;
pub mod theory;

pub use arrivals::{Law, poisson, renewal};
pub use batching::Batching;
pub use requests::{Requests, slowest};
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
