//! Studies of all labs on the same threads, the longest first.

use crate::ending::{Failure, say};
use crate::flags::Formats;
use crate::folder::files;
use crate::machine::{Machine, ended};
use crate::place::Place;
use crate::progress::Bar;
use mllab_core::report::Report;
use mllab_core::{AnyLab, Host, LabError, Outcome, Plan, Request, RunError, Source};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// A run of more seconds than this, by count, says beforehand how long it will take: ten, with a margin.
const LONG: f64 = 8.0;

/// A lab to be run, or found finished.
pub struct Job {
    /// The lab.
    pub lab: &'static dyn AnyLab,
    /// What it is asked.
    pub request: Request,
    /// Its folder.
    pub place: Place,
    /// What lies finished in it.
    pub known: Option<Report>,
    /// The flags that named the user's table.
    pub own_flags: String,
}

/// How a lab ended: its report and the seconds that it took.
pub type End = Result<(Report, Duration), Failure>;

/// A job whose studies are under way.
struct Running<'a> {
    plan: Plan<'a>,
    outcomes: Vec<Mutex<Option<Result<Outcome, LabError>>>>,
    left: AtomicUsize,
    since: OnceLock<Instant>,
}

impl<'a> Running<'a> {
    fn new(job: &'a Job) -> Result<Self, Failure> {
        let plan = Plan::new(job.lab, &job.request).map_err(|error| Failure::failed(error.to_string()))?;
        let n = plan.seconds().len();
        let outcomes = (0..n).map(|_| Mutex::new(None)).collect();
        Ok(Running { plan, outcomes, left: AtomicUsize::new(n), since: OnceLock::new() })
    }

    /// Measures one study; true where it was the last.
    fn measure(&self, study: usize, host: Host) -> bool {
        self.since.get_or_init(Instant::now);
        let outcome = self.plan.measure(study, host);
        *self.outcomes[study].lock().expect("each study is measured once") = Some(outcome);
        self.left.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Holds the outcomes against the rules and writes the folder.
    fn finish(&self, job: &Job, formats: Formats, machine: Machine) -> End {
        let took = self.since.get().map_or(Duration::ZERO, Instant::elapsed);
        let outcome = |slot: &Mutex<Option<Result<Outcome, LabError>>>| {
            slot.lock().expect("no study is under way").take().expect("every study was measured")
        };
        let run = self.plan.finish(self.outcomes.iter().map(outcome).collect());
        let name = match &job.request.source {
            Source::Own(table) => format!("{}, {}", job.lab.meta().id, table.name),
            Source::Generated => job.lab.meta().id.to_string(),
        };
        let mut run = run.map_err(|error| ended(&error, &name))?;
        run.report.own_flags.clone_from(&job.own_flags);
        let (report, files) = files(job.lab, formats, run, took, machine.pool.current_num_threads(), "report.json")?;
        if machine.cancelled.load(Ordering::Relaxed) {
            return Err(ended(&RunError::Cancelled, job.lab.meta().id));
        }
        job.place.replace(&files)?;
        Ok((report, took))
    }
}

/// Runs the studies of all jobs that are not known on the machine's threads, the longest first, and hands over each job
/// as it ends.
pub fn measure_all(jobs: &[Job], formats: Formats, machine: Machine, ends: &(dyn Fn(usize, End) + Sync)) {
    let name = jobs.first().filter(|_| jobs.len() == 1).map_or("all labs", |job| job.lab.meta().id);
    let bar = Bar::new(name, machine.progress);
    let host = Host { progress: &bar, cancelled: machine.cancelled };
    let mut running = Vec::new();
    for (at, job) in jobs.iter().enumerate() {
        match (&job.known, Running::new(job)) {
            (Some(report), _) => ends(at, Ok((report.clone(), Duration::ZERO))),
            (None, Err(failure)) => ends(at, Err(failure)),
            (None, Ok(started)) => running.push((at, started)),
        }
    }
    let mut tasks = Vec::new();
    for (place, (_, started)) in running.iter().enumerate() {
        tasks.extend(started.plan.seconds().into_iter().enumerate().map(|(study, seconds)| (seconds, place, study)));
    }
    let seconds = tasks.iter().map(|task| task.0).sum::<f64>() * 2.0 / machine.pool.current_num_threads() as f64;
    // A quick look is quick whatever the table and the parameters, since it takes less of them.
    if seconds > LONG && machine.progress && !jobs.iter().all(|job| job.request.quick) {
        say(&format!("{name}: about {}; --quick takes a few seconds", duration(seconds)));
    }
    tasks.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    machine.pool.scope_fifo(|scope| {
        for (_, place, study) in tasks {
            let (at, started) = &running[place];
            scope.spawn_fifo(move |_| {
                if started.measure(study, host) {
                    ends(*at, started.finish(&jobs[*at], formats, machine));
                }
            });
        }
    });
    bar.clear();
}

/// Seconds in words, to one figure that counts.
fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        ..100.0 => (seconds, "seconds"),
        ..6000.0 => (seconds / 60.0, "minutes"),
        _ => (seconds / 3600.0, "hours"),
    };
    let step = if value < 20.0 { 1.0 } else { 10.0 };
    format!("{} {unit}", ((value / step).round() * step).max(2.0))
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_is_told_in_round_numbers() {
        let told = [12.3, 47.0, 99.0, 130.0, 5900.0, 50_000.0].map(duration);
        assert_eq!(told, ["12 seconds", "50 seconds", "100 seconds", "2 minutes", "100 minutes", "14 hours"]);
    }
}
