//! All that a study may ask of the world.

use crate::{LabError, Stream};
use rayon::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Hears how far a run has come.
pub trait Progress: Sync {
    /// So many more replicates are ahead.
    fn ahead(&self, replicates: usize);
    /// One is done.
    fn done(&self);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn ahead(&self, _: usize) {}
    fn done(&self) {}
}

/// What a run hands to its studies, besides randomness.
#[derive(Clone, Copy)]
pub struct Host<'a> {
    /// Hears how far it has come.
    pub progress: &'a dyn Progress,
    /// Set from outside to end the run.
    pub cancelled: &'a AtomicBool,
}

/// All that a study may ask of the world: random streams, parallel replicates, progress, cancellation. No clock, no
/// files, no environment.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    lab: Stream,
    study: Stream,
    replicates: usize,
    quick: bool,
    host: Host<'a>,
}

/// One replicate of a study.
#[derive(Clone, Copy, Debug)]
pub struct Replicate {
    /// Its number, from 0.
    pub index: usize,
    /// Its stream; arms that share their data draw it from the same child.
    pub stream: Stream,
}

impl<'a> Cx<'a> {
    /// The context of one study.
    pub fn new(seed: u64, lab: &str, study: &str, replicates: usize, quick: bool, host: Host<'a>) -> Self {
        let lab = Stream::root(seed).child(lab, 0);
        Cx { lab, study: lab.child(study, 0), replicates, quick, host }
    }

    /// How many replicates this study was given.
    pub fn replicates(&self) -> usize {
        self.replicates
    }

    /// So many runs for each replicate, since what never happens takes hundreds to bound; a quick look makes do with four.
    pub fn replicates_of(&self, each: usize) -> usize {
        self.replicates * if self.quick { each.min(4) } else { each }
    }

    /// Whether this is only a quick look, for which long runs may be cut short.
    pub fn quick(&self) -> bool {
        self.quick
    }

    /// The stream of one replicate of a named part of the lab; studies that name the same part share its numbers.
    pub fn stream(&self, part: &str, replicate: usize) -> Stream {
        self.lab.child(part, 0).child("replicate", replicate as u64)
    }

    /// Runs `one` for replicates 0 to n − 1 of this study, in parallel, and returns the results in order.
    ///
    /// # Errors
    ///
    /// [`LabError::Cancelled`] where the run was ended from outside.
    pub fn replicate<T: Send>(&self, n: usize, one: impl Fn(Replicate) -> T + Sync) -> Result<Vec<T>, LabError> {
        self.replicate_part("", n, one)
    }

    /// [`Cx::replicate`] for one of several parts of a study, each with streams of its own.
    ///
    /// # Errors
    ///
    /// [`LabError::Cancelled`] where the run was ended from outside.
    pub fn replicate_part<T: Send>(
        &self,
        part: &str,
        n: usize,
        one: impl Fn(Replicate) -> T + Sync,
    ) -> Result<Vec<T>, LabError> {
        let results: Vec<Mutex<Option<T>>> = (0..n).map(|_| Mutex::new(None)).collect();
        self.each_replicate(part, n, &|rep| {
            let result = one(rep);
            *results[rep.index].lock().expect("no replicate writes twice") = Some(result);
        })?;
        let ran = |slot: Mutex<Option<T>>| slot.into_inner().ok().flatten().expect("every replicate ran");
        Ok(results.into_iter().map(ran).collect())
    }

    /// The part that runs in parallel, compiled once for all studies.
    fn each_replicate(&self, part: &str, n: usize, one: &(dyn Fn(Replicate) + Sync)) -> Result<(), LabError> {
        self.host.progress.ahead(n);
        let stream = if part.is_empty() { self.study } else { self.study.child(part, 0) };
        (0..n).into_par_iter().try_for_each(|index| {
            self.check()?;
            one(Replicate { index, stream: stream.child("replicate", index as u64) });
            self.host.progress.done();
            Ok(())
        })
    }

    /// For long work between replicates: ends it where the run was ended from outside.
    ///
    /// # Errors
    ///
    /// [`LabError::Cancelled`].
    pub fn check(&self) -> Result<(), LabError> {
        if self.host.cancelled.load(Ordering::Relaxed) { Err(LabError::Cancelled) } else { Ok(()) }
    }
}
