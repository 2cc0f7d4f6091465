//! Labs as they end, printed in the order of the call.

use super::measuring::{End, Job};
use crate::ending::{Failure, print, shown_path};
use crate::machine::{open, terminal};
use mllab_core::report::Report;
use mllab_core::{Agreement, agreement};
use mllab_draw::terminal as said;
use std::sync::Mutex;
use std::time::Duration;

/// How labs are printed.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the call")]
#[derive(Clone, Copy)]
pub struct How {
    /// As JSON.
    pub json: bool,
    /// With all findings.
    pub verbose: bool,
    /// Each page is opened.
    pub open: bool,
    /// Verdicts are compared with what is expected.
    pub check: bool,
}

/// Jobs as they end, printed in the order of the call.
pub struct Printer<'a> {
    how: How,
    jobs: &'a [Job],
    ended: Mutex<Ended>,
}

/// What has ended, and how far it is printed.
#[derive(Default)]
pub struct Ended {
    ends: Vec<Option<End>>,
    printed: usize,
    /// Whether `--check` found a verdict that moved.
    pub moved: bool,
    /// The first failure.
    pub failure: Option<Failure>,
    /// The reports, in the order of the call.
    pub reports: Vec<Report>,
}

impl<'a> Printer<'a> {
    /// Nothing has ended yet.
    pub fn new(how: How, jobs: &'a [Job]) -> Self {
        let ends = jobs.iter().map(|_| None).collect();
        Printer { how, jobs, ended: Mutex::new(Ended { ends, ..Ended::default() }) }
    }

    /// What has ended.
    pub fn close(self) -> Ended {
        self.ended.into_inner().expect("printing does not fail")
    }

    /// Takes the end of a job, and prints it once those before it are printed.
    pub fn take(&self, at: usize, end: End) {
        let mut ended = self.ended.lock().expect("printing does not fail");
        ended.ends[at] = Some(end);
        loop {
            let next = ended.printed;
            let Some(end) = ended.ends.get_mut(next).and_then(Option::take) else { break };
            let job = &self.jobs[next];
            ended.printed += 1;
            let said = end.and_then(|(report, took)| {
                let moved = self.print(job, &report, took)?;
                ended.moved |= moved;
                ended.reports.push(report);
                Ok(())
            });
            if let Err(failure) = said {
                ended.failure.get_or_insert(failure);
            }
        }
    }

    /// One lab's verdicts; true where `--check` found one that moved.
    fn print(&self, job: &Job, report: &Report, took: Duration) -> Result<bool, Failure> {
        let page = job.place.folder().join("index.html");
        if self.how.json {
            if self.jobs.len() == 1 {
                print(&report.to_json())?;
            }
        } else {
            let lines = said::lines(report, self.how.verbose, &terminal());
            let seconds =
                if job.known.is_some() { "as it lay finished".into() } else { format!("{:.1} s", took.as_secs_f64()) };
            let claim = report.claims.first().map_or("CLAIM", |claim| claim.id.as_str());
            let one = format!("One in full  mllab show {} {claim}", report.lab);
            print(&format!("{lines}     {seconds}\n Read  {}      {one}\n", shown_path(&page)))?;
        }
        if self.how.open {
            open(&page);
        }
        if self.how.check { compare(report, !self.how.json).map(|agrees| !agrees) } else { Ok(false) }
    }
}

/// Prints where verdicts differ from what is expected; true where none moved.
fn compare(report: &Report, aloud: bool) -> Result<bool, Failure> {
    let mut agrees = true;
    for claim in &report.claims {
        let word = claim.expect.map_or("nothing yet", |expect| expect.word());
        let line = match agreement(claim.verdict, claim.expect) {
            Agreement::Agrees => continue,
            Agreement::NearTheLine => {
                format!(" near the line: {} is {}, expected {word}\n", claim.id, claim.verdict.word())
            }
            Agreement::Moved | Agreement::NoExpectation => {
                agrees = false;
                format!(" moved: {} is {}, expected {word}\n", claim.id, claim.verdict.word())
            }
        };
        if aloud {
            print(&line)?;
        }
    }
    Ok(agrees)
}
