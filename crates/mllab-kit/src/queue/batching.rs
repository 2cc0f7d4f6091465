//! A server that takes all that wait at once.

use super::Job;

/// An accelerator that serves what waits as one batch: `launch` + `each` × size, up to `most` jobs. How long a batch takes
/// is known only when it starts, so this is a function of all jobs and no [`super::Station`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batching {
    /// What a batch takes however small it is.
    pub launch: f64,
    /// What each job in it takes.
    pub each: f64,
    /// The largest batch.
    pub most: usize,
}

impl Batching {
    /// How long each job is there, in order.
    ///
    /// ```
    /// use mllab_kit::queue::{Batching, Job};
    /// let jobs = [0.0, 0.1, 0.2].map(|at| Job { at, work: 1.0 });
    /// let times = Batching { launch: 0.5, each: 0.25, most: 8 }.responses(&jobs);
    /// assert_eq!(times[0], 0.75); // alone; the others wait for it and go together, until 0.75 + 1.0
    /// assert!((times[1] - 1.65).abs() < 1e-12 && (times[2] - 1.55).abs() < 1e-12);
    /// ```
    pub fn responses(&self, jobs: &[Job]) -> Vec<f64> {
        let mut times = Vec::with_capacity(jobs.len());
        let mut free = 0.0_f64;
        while times.len() < jobs.len() {
            let waiting = &jobs[times.len()..];
            let start = free.max(waiting[0].at);
            let size = waiting.iter().take(self.most).take_while(|job| job.at <= start).count();
            free = start + self.launch + self.each * size as f64;
            times.extend(waiting[..size].iter().map(|job| free - job.at));
        }
        times
    }

    /// Jobs a unit of time when there are always enough for the largest batch.
    pub fn throughput(&self) -> f64 {
        self.most as f64 / (self.launch + self.each * self.most as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Law, poisson, theory};
    use mllab_core::Stream;

    /// Two million jobs of a prototype gave .89, 1.03, 1.15, 1.35 and 2.07 for a small model.
    #[test]
    fn batches_of_one_are_a_plain_server_and_larger_ones_stay_quick() {
        let jobs = |load| poisson(load, Law::Fixed, &Stream::root(31)).take(500_000).collect::<Vec<_>>();
        let mean = |times: Vec<f64>| times[10_000..].iter().sum::<f64>() / (times.len() - 10_000) as f64;
        let single = Batching { launch: 0.8, each: 0.2, most: 1 };
        assert!((mean(single.responses(&jobs(0.7))) / theory::mg1(0.7, 0.0) - 1.0).abs() < 0.02);
        let small = Batching { launch: 0.8, each: 0.05, most: 32 };
        for (load, expected) in [(0.1, 0.89), (0.5, 1.03), (0.9, 1.15), (2.0, 1.35), (8.0, 2.07)] {
            let found = mean(small.responses(&jobs(load)));
            assert!((found / expected - 1.0).abs() < 0.02, "{load}: {found}");
        }
        assert!((small.throughput() - 13.33).abs() < 0.01);
    }
}
