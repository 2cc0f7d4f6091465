//! How many requests come: a rate for each second, and arrivals drawn from it.

use crate::draws::Draws;
use mllab_core::Stream;

/// Counts of a larger mean are drawn from the normal distribution: e^-mean is next to nothing.
const LARGE: f64 = 500.0;

/// A rate for each second, in requests a minute.
#[derive(Clone, Debug)]
pub struct Load {
    /// Requests a minute, one a second.
    pub per_minute: Vec<f64>,
}

impl Load {
    /// The rate at each second of so many minutes; `rate` takes minutes.
    pub fn from_fn(minutes: usize, rate: impl Fn(f64) -> f64) -> Self {
        Load { per_minute: (0..60 * minutes).map(|second| rate(second as f64 / 60.0).max(0.0)).collect() }
    }

    /// A daily wave of mean `mean` and `swing` up and down, lowest at midnight.
    pub fn wave(minutes: usize, mean: f64, swing: f64, period: f64) -> Self {
        let turn = 2.0 * std::f64::consts::PI / period;
        Load::from_fn(minutes, |minute| mean - swing * libm::cos(turn * minute))
    }

    /// With bursts on top: they begin at random, on average `per_hour` an hour, add `height` requests a minute, and
    /// last between `shortest` and `longest` minutes.
    #[must_use]
    pub fn with_bursts(mut self, per_hour: f64, height: f64, length: [f64; 2], stream: &Stream) -> Self {
        let mut draws = Draws::new(stream);
        let mut at = 0.0;
        loop {
            at -= 3600.0 / per_hour * libm::log(draws.uniform());
            let end = at + 60.0 * draws.between(length[0], length[1]);
            if at >= self.per_minute.len() as f64 {
                return self;
            }
            let (from, to) = (at as usize, (end as usize).min(self.per_minute.len()));
            self.per_minute[from..to].iter_mut().for_each(|rate| *rate += height);
        }
    }

    /// How many seconds it lasts.
    pub fn seconds(&self) -> usize {
        self.per_minute.len()
    }

    /// The mean rate, in requests a minute.
    pub fn mean(&self) -> f64 {
        self.per_minute.iter().sum::<f64>() / self.per_minute.len().max(1) as f64
    }

    /// The highest rate, in requests a minute.
    pub fn peak(&self) -> f64 {
        self.per_minute.iter().copied().fold(0.0, f64::max)
    }

    /// Requests in each second, Poisson about the rate.
    pub fn counts(&self, stream: &Stream) -> Vec<f64> {
        let mut draws = Draws::new(stream);
        let (mut last, mut none) = (f64::NAN, 1.0);
        let mut one = |&rate: &f64| {
            let mean = rate / 60.0;
            if mean > LARGE {
                return (mean + mean.sqrt() * draws.normal()).round().max(0.0);
            }
            if mean != last {
                (last, none) = (mean, libm::exp(-mean));
            }
            // By inversion: from 0 up until the draw is used up.
            let (mut left, mut probability, mut count) = (draws.uniform(), none, 0.0);
            while left > probability && count < 1e4 {
                left -= probability;
                count += 1.0;
                probability *= mean / count;
            }
            count
        };
        self.per_minute.iter().map(&mut one).collect()
    }

    /// The rate at the beginning of each minute.
    pub fn by_minute(&self) -> Vec<f64> {
        self.per_minute.iter().step_by(60).copied().collect()
    }

    /// The rate itself as requests in each second: no chance at all.
    pub fn fluid(&self) -> Vec<f64> {
        self.per_minute.iter().map(|rate| rate / 60.0).collect()
    }

    /// Each request's arrival (in seconds) and exponential service of mean `service` seconds.
    pub fn requests(&self, service: f64, stream: &Stream) -> Vec<(f64, f64)> {
        let counts = self.counts(&stream.child("counts", 0));
        let mut draws = Draws::new(&stream.child("times", 0));
        let mut requests = Vec::new();
        for (second, &count) in counts.iter().enumerate() {
            let mut times: Vec<f64> = (0..count as usize).map(|_| second as f64 + draws.uniform()).collect();
            times.sort_by(f64::total_cmp);
            requests.extend(times.into_iter().map(|at| (at, -service * libm::log(draws.uniform()))));
        }
        requests
    }
}
