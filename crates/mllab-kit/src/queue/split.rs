//! A queue a server, and a balancer before them.

use super::{Fate, Job, Station};
use crate::draws::Draws;
use mllab_core::Stream;
use std::collections::VecDeque;

/// How a balancer chooses a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// Any, as SageMaker's default `RANDOM`.
    Random,
    /// One after the other.
    RoundRobin,
    /// The one with fewer requests under way of two different ones drawn (Mitzenmacher 2001).
    TwoChoices,
    /// The one with the fewest requests under way, of equals the lowest number, as SageMaker's
    /// `LEAST_OUTSTANDING_REQUESTS`.
    Fewest,
}

/// Servers with a queue each, without end.
#[derive(Clone, Debug)]
pub struct Split {
    /// The ends of the jobs under way at each server, ascending.
    ends: Vec<VecDeque<f64>>,
    dispatch: Dispatch,
    draws: Draws,
    next: usize,
}

impl Split {
    /// So many idle servers; what the balancer draws, it draws from `stream`.
    ///
    /// # Panics
    ///
    /// If there is no server.
    pub fn new(servers: usize, dispatch: Dispatch, stream: &Stream) -> Self {
        assert!(servers > 0, "a station has a server");
        let draws = Draws::new(&stream.child("balancer", 0));
        Split { ends: vec![VecDeque::new(); servers], dispatch, draws, next: 0 }
    }

    /// How many requests are under way at a server.
    fn outstanding(&mut self, server: usize, now: f64) -> usize {
        let ends = &mut self.ends[server];
        while ends.front().is_some_and(|&end| end <= now) {
            ends.pop_front();
        }
        ends.len()
    }

    fn choose(&mut self, now: f64) -> usize {
        let servers = self.ends.len();
        match self.dispatch {
            Dispatch::Random => self.draws.below(servers),
            Dispatch::RoundRobin => {
                self.next = (self.next + 1) % servers;
                self.next
            }
            Dispatch::TwoChoices if servers > 1 => {
                let one = self.draws.below(servers);
                let other = (one + 1 + self.draws.below(servers - 1)) % servers;
                if self.outstanding(other, now) < self.outstanding(one, now) { other } else { one }
            }
            Dispatch::TwoChoices | Dispatch::Fewest => {
                let mut best = (usize::MAX, 0);
                for server in 0..servers {
                    best = best.min((self.outstanding(server, now), server));
                    if best.0 == 0 {
                        break;
                    }
                }
                best.1
            }
        }
    }
}

impl Station for Split {
    fn offer(&mut self, job: &Job) -> Fate {
        let server = self.choose(job.at);
        let ends = &mut self.ends[server];
        let start = ends.back().copied().unwrap_or(0.0).max(job.at);
        let end = start + job.work;
        // Only the last end matters where nobody counts what is under way.
        if matches!(self.dispatch, Dispatch::Random | Dispatch::RoundRobin) {
            ends.clear();
        }
        ends.push_back(end);
        Fate::Served { start, end, server }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bands::mean;
    use crate::queue::{Law, Requests, Shared, poisson, slowest, theory};

    fn requests(load: f64) -> Requests {
        Requests::new(poisson(load, Law::Exponential, &Stream::root(21)), 1_000_000, 20_000)
    }

    #[test]
    fn random_routing_is_as_many_single_servers() {
        let stream = Stream::root(22);
        let found = requests(7.0).mean(&mut Split::new(10, Dispatch::Random, &stream));
        assert!((found / theory::mg1(0.7, 1.0) - 1.0).abs() < 0.03, "{found}");
    }

    /// Two million jobs of a prototype gave these: ten servers at nine tenths.
    #[test]
    fn the_more_a_balancer_knows_the_shorter_the_tail() {
        let stream = Stream::root(23);
        for (dispatch, mean_time, tail) in
            [(Dispatch::RoundRobin, 5.6, 25.5), (Dispatch::TwoChoices, 2.98, 10.4), (Dispatch::Fewest, 1.91, 7.98)]
        {
            let mut times = requests(9.0).through(&mut Split::new(10, dispatch, &stream));
            assert!((mean(&times) / mean_time - 1.0).abs() < 0.1, "{dispatch:?}: {}", mean(&times));
            assert!((slowest(&mut times, 0.01) / tail - 1.0).abs() < 0.15, "{dispatch:?}");
        }
    }

    #[test]
    fn one_server_leaves_nothing_to_choose() {
        let requests = requests(0.7);
        let expected = requests.through(&mut Shared::new(1));
        for dispatch in [Dispatch::Random, Dispatch::RoundRobin, Dispatch::TwoChoices, Dispatch::Fewest] {
            assert_eq!(requests.through(&mut Split::new(1, dispatch, &Stream::root(2))), expected, "{dispatch:?}");
        }
    }
}
