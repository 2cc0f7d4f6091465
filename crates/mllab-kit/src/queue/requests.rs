//! The requests of a run, which all arms share: at another rate, with other work, through a station.

use super::{Fate, Job, Station};
use crate::bands::mean;
use mllab_core::{Dataset, LabError};

/// Requests in the order in which they come; the first of them only fill the queue.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::queue::{Law, Requests, Shared, poisson};
///
/// let requests = Requests::new(poisson(1.0, Law::Exponential, &Stream::root(1)), 50_000, 1000);
/// let mean = requests.at_rate(0.5).mean(&mut Shared::new(1));
/// assert!((mean - 2.0).abs() < 0.1); // 1 / (1 − ½)
/// ```
#[derive(Clone, Debug)]
pub struct Requests {
    jobs: Vec<Job>,
    warm_up: usize,
}

impl Requests {
    /// So many jobs that count, after so many that do not.
    pub fn new(jobs: impl Iterator<Item = Job>, count: usize, warm_up: usize) -> Self {
        Requests { jobs: jobs.take(count + warm_up).collect(), warm_up }
    }

    /// A user's trace, with how many servers it keeps busy: the table's times are when requests came, its first column how
    /// long each took, in one unit and any order; beside time stamps durations are seconds, or milliseconds where their
    /// name ends so. Time is then counted in mean durations from the first request.
    ///
    /// # Errors
    ///
    /// No times, fewer than a thousand requests, a duration that is not above 0, requests that all came at one moment.
    pub fn of_trace(data: &Dataset) -> Result<(Self, f64), LabError> {
        let unusable = |what: String| Err(LabError::Unusable(what));
        let Some(times) = &data.time else {
            return unusable("this lab needs the time at which each request came: say which column with --time".into());
        };
        let durations = data.features.column(0).mapv(|took| took / if data.stamps { per_second(data) } else { 1.0 });
        if times.len() < 1000 {
            return unusable(format!("{} requests are too few for a slowest hundredth: 1000 or more", times.len()));
        }
        if let Some(row) = durations.iter().position(|&duration| duration <= 0.0) {
            return unusable(format!("data row {} took {}: durations must be above 0", row + 1, durations[row]));
        }
        let unit = durations.sum() / durations.len() as f64;
        let first = times.iter().copied().fold(f64::INFINITY, f64::min);
        let mut jobs: Vec<Job> =
            times.iter().zip(&durations).map(|(at, took)| Job { at: (at - first) / unit, work: took / unit }).collect();
        jobs.sort_by(|a, b| a.at.total_cmp(&b.at));
        let span = jobs[jobs.len() - 1].at;
        if span <= 0.0 {
            return unusable("all requests came at one moment: the times do not tell how they came".into());
        }
        let load = jobs.len() as f64 / span;
        Ok((Requests { jobs, warm_up: 0 }, load))
    }

    /// The jobs, those of the warm-up included.
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// When the last one comes.
    pub fn until(&self) -> f64 {
        self.jobs.last().map_or(0.0, |job| job.at)
    }

    /// The same requests, so many times as fast.
    #[must_use]
    pub fn at_rate(&self, rate: f64) -> Self {
        let jobs = self.jobs.iter().map(|job| Job { at: job.at / rate, ..*job }).collect();
        Requests { jobs, ..*self }
    }

    /// The same requests with other work.
    #[must_use]
    pub fn with_work(&self, work: impl Fn(f64) -> f64) -> Self {
        let jobs = self.jobs.iter().map(|job| Job { work: work(job.work), ..*job }).collect();
        Requests { jobs, ..*self }
    }

    /// How long each that counts is at a station; infinity for one that is refused.
    pub fn through(&self, station: &mut (impl Station + ?Sized)) -> Vec<f64> {
        let mut times = Vec::with_capacity(self.jobs.len());
        for job in &self.jobs {
            times.push(match station.offer(job) {
                Fate::Served { end, .. } => end - job.at,
                Fate::Refused => f64::INFINITY,
            });
        }
        self.settled(times)
    }

    /// Of times of all jobs, those that count.
    pub fn settled(&self, mut times: Vec<f64>) -> Vec<f64> {
        times.drain(..self.warm_up.min(times.len()));
        times
    }

    /// The mean of [`Requests::through`].
    pub fn mean(&self, station: &mut (impl Station + ?Sized)) -> f64 {
        mean(&self.through(station))
    }

    /// The time at a station that a share of the requests exceeds.
    pub fn slowest(&self, share: f64, station: &mut (impl Station + ?Sized)) -> f64 {
        slowest(&mut self.through(station), share)
    }

    /// The share of all requests that a station has served when the last one comes.
    pub fn served_in_time(&self, station: &mut (impl Station + ?Sized)) -> f64 {
        let until = self.until();
        let served = |fate| matches!(fate, Fate::Served { end, .. } if end <= until);
        self.jobs.iter().filter(|job| served(station.offer(job))).count() as f64 / self.jobs.len() as f64
    }

    /// The share of requests that a station refuses.
    pub fn refused(&self, station: &mut (impl Station + ?Sized)) -> f64 {
        let times = self.through(station);
        times.iter().filter(|time| time.is_infinite()).count() as f64 / times.len() as f64
    }
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

/// What the durations beside time stamps count in a second.
fn per_second(data: &Dataset) -> f64 {
    let name = data.feature_names[0].to_lowercase();
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    if ["ms", "msec", "millis", "milliseconds"].iter().any(|unit| name.ends_with(unit)) { 1000.0 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Shared;
    use mllab_core::Target;
    use ndarray::Array2;

    fn trace(times: Option<Vec<f64>>, durations: Vec<f64>) -> Dataset {
        let durations = Array2::from_shape_vec((durations.len(), 1), durations).unwrap();
        let mut data = Dataset::new("trace", durations, vec!["took".into()], Target::None);
        data.time = times;
        data
    }

    #[test]
    fn a_trace_is_put_in_order_and_counted_in_mean_durations() {
        let times: Vec<f64> = (0..1000).rev().map(|i| 100.0 + f64::from(i)).collect();
        let (requests, load) = Requests::of_trace(&trace(Some(times), vec![0.5; 1000])).unwrap();
        assert_eq!(requests.jobs()[1], Job { at: 2.0, work: 1.0 });
        assert!((load - 1000.0 / 1998.0).abs() < 1e-12);
        assert_eq!(requests.mean(&mut Shared::new(1)), 1.0);
        let mut stamped = trace(Some((0..1000).map(f64::from).collect()), vec![500.0; 1000]);
        (stamped.stamps, stamped.feature_names) = (true, vec!["elapsed (ms)".into()]);
        let (_, load) = Requests::of_trace(&stamped).unwrap();
        assert!((load - 1000.0 / 1998.0).abs() < 1e-12, "milliseconds beside stamps are half a second");
    }

    #[test]
    fn a_trace_that_cannot_tell_says_why() {
        let times: Vec<f64> = (0..1000).map(f64::from).collect();
        let mut none = vec![0.5; 1000];
        none[7] = 0.0;
        for (data, words) in [
            (trace(None, vec![0.5; 1000]), "--time"),
            (trace(Some(times[..10].to_vec()), vec![0.5; 10]), "1000 or more"),
            (trace(Some(vec![3.0; 1000]), vec![0.5; 1000]), "one moment"),
            (trace(Some(times), none), "data row 8 took 0"),
        ] {
            let why = Requests::of_trace(&data).map(|_| ()).unwrap_err().to_string();
            assert!(why.contains(words), "{why}");
        }
    }
}
