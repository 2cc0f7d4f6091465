//! One queue for all servers.

use super::{Fate, Job, Station};
use std::collections::VecDeque;

/// Servers behind one queue: the first that falls free takes the next job; of those free at once, the lowest number.
#[derive(Clone, Debug)]
pub struct Shared {
    /// When each server falls free, the earliest first: a binary heap of (time, server).
    free: Vec<(f64, usize)>,
    /// How many jobs may wait.
    room: usize,
    /// When the jobs that wait will start; kept only where room is short.
    starts: VecDeque<f64>,
}

impl Shared {
    /// So many servers, all free, with room without end.
    ///
    /// # Panics
    ///
    /// If there is no server.
    pub fn new(servers: usize) -> Self {
        assert!(servers > 0, "a station has a server");
        Shared { free: (0..servers).map(|server| (0.0, server)).collect(), room: usize::MAX, starts: VecDeque::new() }
    }

    /// With room for so many jobs to wait; one that finds none is refused.
    #[must_use]
    pub fn room(self, room: usize) -> Self {
        Shared { room, ..self }
    }

    /// Puts a time in the place of the earliest and lets it sink.
    fn replace_earliest(&mut self, end: f64) {
        let servers = self.free.len();
        let (item, mut place) = ((end, self.free[0].1), 0);
        loop {
            let mut child = 2 * place + 1;
            if child >= servers {
                break;
            }
            if child + 1 < servers && before(self.free[child + 1], self.free[child]) {
                child += 1;
            }
            if !before(self.free[child], item) {
                break;
            }
            self.free[place] = self.free[child];
            place = child;
        }
        self.free[place] = item;
    }
}

fn before(a: (f64, usize), b: (f64, usize)) -> bool {
    a.0 < b.0 || (a.0 == b.0 && a.1 < b.1)
}

impl Station for Shared {
    fn offer(&mut self, job: &Job) -> Fate {
        let (free, server) = self.free[0];
        let start = free.max(job.at);
        if self.room < usize::MAX {
            while self.starts.front().is_some_and(|&start| start <= job.at) {
                self.starts.pop_front();
            }
            if start > job.at {
                if self.starts.len() >= self.room {
                    return Fate::Refused;
                }
                self.starts.push_back(start);
            }
        }
        let end = start + job.work;
        self.replace_earliest(end);
        Fate::Served { start, end, server }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Law, Requests, poisson, theory};
    use mllab_core::Stream;

    /// The mean response of a million jobs, and half of its interval from twenty stretches.
    fn mean(servers: usize, busy: f64, work: Law) -> (f64, f64) {
        let jobs = poisson(busy * servers as f64, work, &Stream::root(11).child("test", servers as u64));
        let times = Requests::new(jobs, 1_000_000, 20_000).through(&mut Shared::new(servers));
        let stretches: Vec<f64> = times.chunks(50_000).map(|t| t.iter().sum::<f64>() / t.len() as f64).collect();
        let e = mllab_core::Estimate::mean(&stretches);
        (e.point(), e.high() - e.point())
    }

    #[test]
    fn means_are_those_of_theory() {
        for (servers, busy, work) in [
            (1, 0.8, Law::Exponential),
            (1, 0.8, Law::Fixed),
            (1, 0.6, Law::Varied(4.0)),
            (4, 0.8, Law::Exponential),
            (32, 0.9, Law::Exponential),
        ] {
            let exact = if servers == 1 {
                theory::mg1(busy, work.scv())
            } else {
                1.0 + theory::wait(servers, busy * servers as f64)
            };
            let (found, half) = mean(servers, busy, work);
            assert!(
                (found - exact).abs() < half && half < 0.12 * exact,
                "{servers} {work:?}: {found} ± {half}, {exact}"
            );
        }
    }

    #[test]
    fn without_room_it_is_erlangs_loss_and_with_little_the_full_buffers() {
        let share = |servers: usize, load: f64, room: usize| {
            let jobs = poisson(load, Law::Exponential, &Stream::root(12));
            Requests::new(jobs, 1_000_000, 1000).refused(&mut Shared::new(servers).room(room))
        };
        for (servers, load) in [(1, 0.8), (4, 3.0), (32, 30.0)] {
            let exact = theory::erlang_b(servers, load);
            assert!((share(servers, load, 0) / exact - 1.0).abs() < 0.03, "{servers}: {}", share(servers, load, 0));
        }
        // A server and room for four: five places.
        assert!((share(1, 0.9, 4) / theory::full_buffer(0.9, 5) - 1.0).abs() < 0.03);
    }

    #[test]
    fn the_first_to_fall_free_takes_the_next_job() {
        let mut station = Shared::new(2);
        let mut offer = |at, work| match station.offer(&Job { at, work }) {
            Fate::Served { start, end, server } => (start, end, server),
            Fate::Refused => panic!("there is room"),
        };
        assert_eq!(offer(0.0, 5.0), (0.0, 5.0, 0));
        assert_eq!(offer(1.0, 1.0), (1.0, 2.0, 1));
        assert_eq!(offer(1.5, 1.0), (2.0, 3.0, 1));
        assert_eq!(offer(6.0, 1.0), (6.0, 7.0, 1));
    }
}
