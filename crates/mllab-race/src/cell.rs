//! One model on one task at one size: what a child process measures.
//!
//! A fit of its own process can be stopped, and its peak memory is its own. The child reads a [`Cell`] as a line of
//! JSON and writes a [`Fit`] a replicate, so that a stopped child keeps what it has finished.

use crate::models::{Model, model_named};
use crate::tasks::{Draw, Task, shipped, task_named};
use mllab_core::Stream;
use mllab_kit::data::Labelled;
use mllab_kit::metrics::{Confusion, log_loss, roc_auc};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a child is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// A task's id.
    pub task: String,
    /// A model's id.
    pub model: String,
    /// Rows to learn from.
    pub rows: usize,
    /// Fresh rows to be judged on, where the task can make them.
    pub test_rows: usize,
    /// Threads of the child's pool.
    pub threads: usize,
    /// Replicates that are run in any case: one has no interval.
    pub at_least: usize,
    /// Replicates at most.
    pub replicates: usize,
    /// Seconds after which no further replicate is begun.
    pub seconds: f64,
    /// The seed of the race; a replicate's rows do not depend on the model.
    pub seed: u64,
    /// The user's rows, where the task is their table.
    pub table: Option<PathBuf>,
}

/// One replicate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Its number, from 0: models with the same number saw the same rows.
    pub replicate: usize,
    /// Area under the ROC curve on held-out rows.
    pub auc: f64,
    /// Share of held-out rows told right at one half.
    pub accuracy: f64,
    /// Mean log loss on held-out rows, probabilities held between 0.001 and 0.999.
    pub log_loss: f64,
    /// Wall seconds of the fit.
    pub fit_seconds: f64,
    /// Microseconds to predict a row.
    pub predict_micros: f64,
    /// Growth of the process's peak memory in the fit, in MiB; of the first fit only, where the system tells.
    pub peak_mib: Option<f64>,
    /// Numbers that the fitted model keeps, where they can be counted.
    pub numbers: Option<f64>,
}

/// Runs a cell, handing over each replicate as it ends.
///
/// # Errors
/// A task or model that is not known, a table that cannot be read, threads that cannot be started, a closed pipe.
pub fn run(cell: &Cell, each: &mut (dyn FnMut(Fit) -> io::Result<()> + Send)) -> Result<(), String> {
    let task = task_named(&cell.task).ok_or_else(|| format!("there is no task {}", cell.task))?;
    let model = model_named(&cell.model).ok_or_else(|| format!("there is no model {}", cell.model))?;
    let table = match &cell.table {
        Some(path) => Some(read_table(path).map_err(|error| error.to_string())?),
        None => shipped(task.id),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(cell.threads).build().map_err(|error| error.to_string())?;
    pool.install(|| {
        let began = Instant::now();
        let race = Stream::root(cell.seed).child("bench", 0).child(task.id, cell.rows as u64);
        let drawn = |replicate: usize| {
            task.draw(cell.rows, cell.test_rows, table.as_ref(), &race.child("rows", replicate as u64))
        };
        warm_up(&task, model, cell, table.as_ref());
        for replicate in 0..cell.replicates {
            let start = began.elapsed().as_secs_f64();
            let draw = drawn(replicate);
            let fitted = measure(model, cell, &draw, replicate, &race);
            if let Some(fit) = fitted {
                each(fit).map_err(|error| error.to_string())?;
            }
            // Another like this one must still fit.
            let end = began.elapsed().as_secs_f64();
            if replicate + 1 >= cell.at_least && end + (end - start) > cell.seconds {
                break;
            }
        }
        Ok(())
    })
}

/// Fits once on few rows, so that the first measured fit does not pay for cold code and a slow clock.
fn warm_up(task: &Task, model: Model, cell: &Cell, table: Option<&Labelled>) {
    let stream = Stream::root(cell.seed).child("warm-up", 0);
    let draw = task.draw(cell.rows.min(100), 100, table, &stream);
    if let Ok(fitted) = model.fit(&draw.train, cell.threads > 1, &stream) {
        let _ = fitted.probabilities(draw.train.x.view());
    }
}

/// Fits and judges once; nothing where the model refuses the rows (a class is missing from a small draw).
fn measure(model: Model, cell: &Cell, draw: &Draw, replicate: usize, race: &Stream) -> Option<Fit> {
    let stream = race.child(model.id, replicate as u64);
    let before = if replicate == 0 { memory::reset() } else { None };
    let start = Instant::now();
    let fitted = model.fit(&draw.train, cell.threads > 1, &stream).ok()?;
    let fit_seconds = start.elapsed().as_secs_f64();
    let peak_mib = before.and_then(|before| Some((memory::peak()? - before).max(0.0)));
    let start = Instant::now();
    let p = fitted.probabilities(draw.test.x.view()).ok()?;
    let predict_micros = start.elapsed().as_secs_f64() * 1e6 / p.len() as f64;
    let held: Vec<f64> = p.iter().map(|p| p.clamp(1e-3, 1.0 - 1e-3)).collect();
    Some(Fit {
        replicate,
        auc: roc_auc(&p, &draw.test.y),
        accuracy: Confusion::at(&p, &draw.test.y, 0.5).accuracy(),
        log_loss: log_loss(&held, &draw.test.y),
        fit_seconds,
        predict_micros,
        peak_mib,
        numbers: fitted.numbers().map(|numbers| numbers as f64),
    })
}

/// The process's memory, where the system tells (Linux's /proc).
mod memory {
    use std::fs;

    /// Begins a new peak, and says what is resident now, in MiB.
    pub fn reset() -> Option<f64> {
        fs::write("/proc/self/clear_refs", "5").ok()?;
        status("VmRSS:")
    }

    /// The highest since, in MiB.
    pub fn peak() -> Option<f64> {
        status("VmHWM:")
    }

    fn status(key: &str) -> Option<f64> {
        let text = fs::read_to_string("/proc/self/status").ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1024.0)
    }
}

/// The whole life of a child: a cell from `input`, replicates to `output`.
///
/// # Errors
/// As [`run`], or an input that is no cell.
pub fn child(input: &mut dyn Read, output: &mut (dyn Write + Send)) -> Result<(), String> {
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(|error| error.to_string())?;
    let cell: Cell = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    run(&cell, &mut |fit| {
        serde_json::to_writer(&mut *output, &fit)?;
        output.write_all(b"\n")?;
        output.flush()
    })
}

/// Writes a user's rows for the children: counts of rows and columns, the values row by row, the labels.
///
/// # Errors
/// A full disk.
pub fn write_table(path: &Path, table: &Labelled) -> io::Result<()> {
    let (n, p) = table.x.dim();
    let mut bytes = Vec::with_capacity(16 + n * (8 * p + 1));
    bytes.extend((n as u64).to_le_bytes());
    bytes.extend((p as u64).to_le_bytes());
    table.x.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    bytes.extend(table.y.iter().map(|&label| u8::from(label)));
    fs::write(path, bytes)
}

/// Reads what [`write_table`] wrote.
fn read_table(path: &Path) -> io::Result<Labelled> {
    let bytes = fs::read(path)?;
    let cut = || io::Error::new(io::ErrorKind::InvalidData, "the table of the race is cut short");
    let count = |at: usize| -> io::Result<usize> {
        let eight = bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).ok_or_else(cut)?;
        Ok(u64::from_le_bytes(eight) as usize)
    };
    let (n, p) = (count(0)?, count(8)?);
    let values = bytes.get(16..16 + 8 * n * p).ok_or_else(cut)?;
    let values = values.as_chunks::<8>().0.iter().map(|eight| f64::from_le_bytes(*eight)).collect();
    let labels = bytes.get(16 + 8 * n * p..).filter(|labels| labels.len() == n).ok_or_else(cut)?;
    let x = Array2::from_shape_vec((n, p), values).map_err(|_| cut())?;
    Ok(Labelled { x, y: labels.iter().map(|&label| label == 1).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(model: &str) -> Cell {
        Cell {
            task: "linear".into(),
            model: model.into(),
            rows: 300,
            test_rows: 4000,
            threads: 1,
            at_least: 1,
            replicates: 3,
            seconds: 60.0,
            seed: 7,
            table: None,
        }
    }

    #[test]
    fn a_child_measures_what_it_is_asked_for() {
        let mut out = Vec::new();
        child(&mut serde_json::to_vec(&cell("logistic")).unwrap().as_slice(), &mut out).unwrap();
        let fits: Vec<Fit> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(fits.iter().map(|fit| fit.replicate).collect::<Vec<_>>(), [0, 1, 2]);
        for fit in fits {
            assert!(fit.auc > 0.8 && fit.accuracy > 0.7 && fit.log_loss < 0.6, "{fit:?}");
            assert!(fit.fit_seconds > 0.0 && fit.predict_micros > 0.0 && fit.numbers == Some(61.0), "{fit:?}");
        }
    }

    #[test]
    fn quality_depends_on_the_seed_alone_and_rows_on_the_replicate_alone() {
        let scores = |cell: &Cell| {
            let mut scores = Vec::new();
            run(cell, &mut |fit| {
                scores.push(fit.auc);
                Ok(())
            })
            .unwrap();
            scores
        };
        let again = scores(&cell("forest"));
        assert_eq!(scores(&Cell { threads: 2, ..cell("forest") }), again);
        assert_eq!(scores(&Cell { replicates: 1, ..cell("forest") }), again[..1]);
        assert_ne!(scores(&Cell { seed: 8, ..cell("forest") }), again);
        assert!(again[0] != again[1]);
    }

    #[test]
    fn a_table_survives_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        let table = shipped("breast-cancer").unwrap();
        write_table(&path, &table).unwrap();
        let read = read_table(&path).unwrap();
        assert!(read.x == table.x && read.y == table.y);
        fs::write(&path, &fs::read(&path).unwrap()[..100]).unwrap();
        assert!(read_table(&path).is_err());
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert_eq!(run(&cell("oracle"), &mut |_| Ok(())), Err("there is no model oracle".into()));
    }
}
