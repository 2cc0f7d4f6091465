//! `mllab run`: runs labs, prints their verdicts, writes their folders.

use crate::args::{Formats, RunCall};
use crate::files::Place;
use crate::list::seed;
use crate::progress::Bar;
use crate::{Code, Failure, own, print};
use mllab_book::page;
use mllab_core::report::Report;
use mllab_core::{Agreement, AnyLab, Host, ParamValue, Request, Run, RunError, Source, agreement};
use mllab_draw::{Font, Width, png, svg, terminal, thumbnail};
use rayon::prelude::*;
use serde_json::json;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Width and height of a tile's picture, in px.
const TILE: (f64, f64) = (300.0, 120.0);

/// Runs what was called for.
pub fn run(call: &RunCall) -> Result<Code, Failure> {
    let pool = thread_pool(call.threads)?;
    let cancelled = interruptible()?;
    let mut code = Code::Done;
    let mut reports = Vec::new();
    for lab in &call.labs {
        let start = Instant::now();
        let place = Place::claim(&call.out, lab.meta().id)?;
        let host = Machine { pool: &pool, cancelled: &cancelled, progress: call.progress };
        let (report, files) = measure(*lab, &request(*lab, call)?, call.formats, host)?;
        place.replace(&files)?;
        if call.json {
            if call.labs.len() == 1 {
                print(&report.to_json())?;
            }
        } else {
            let page = place.folder().join("index.html");
            let seconds = start.elapsed().as_secs_f64();
            let lines = terminal::lines(&report, call.verbose, colour());
            let tail = lines.rsplit('\n').next().map_or(0, |line| line.chars().count());
            let pad = " ".repeat(72_usize.saturating_sub(tail).max(2));
            print(&format!("{lines}{pad}{seconds:.1} s\n Read: {}\n", page.display()))?;
        }
        if call.check {
            code = if compare(&report, !call.json)? { code } else { Code::Moved };
        }
        if call.open {
            open(&place.folder().join("index.html"));
        }
        reports.push(report);
    }
    if call.json && call.labs.len() > 1 {
        let all: Vec<_> = reports.iter().map(|report| serde_json::to_value(report).unwrap_or_default()).collect();
        print(&format!("{:#}\n", serde_json::Value::Array(all)))?;
    }
    Ok(code)
}

/// What a run works on.
#[derive(Clone, Copy)]
pub struct Machine<'a> {
    /// Its threads.
    pub pool: &'a rayon::ThreadPool,
    /// Raised by Ctrl-C.
    pub cancelled: &'a AtomicBool,
    /// Whether progress is shown.
    pub progress: bool,
}

/// Runs one lab and makes all files of its folder.
///
/// # Errors
///
/// A run that failed or was interrupted.
pub fn measure(
    lab: &dyn AnyLab,
    request: &Request,
    formats: Formats,
    machine: Machine,
) -> Result<(Report, Files), Failure> {
    let start = Instant::now();
    let id = lab.meta().id;
    let bar = Bar::new(id, machine.progress);
    let host = Host { progress: &bar, cancelled: machine.cancelled };
    let finished = machine.pool.install(|| {
        let run = mllab_core::run(lab, request, host)?;
        let files = files(lab, formats, run, start.elapsed(), machine.pool.current_num_threads(), "report.json");
        if machine.cancelled.load(Ordering::Relaxed) { Err(RunError::Cancelled) } else { Ok(files) }
    });
    bar.clear();
    match finished {
        Ok(files) => files,
        Err(error) => Err(ended(&error, id)),
    }
}

/// How a run that has no result ends.
pub fn ended(error: &RunError, lab: &str) -> Failure {
    match error {
        RunError::Cancelled => {
            Failure { message: format!("{lab}: interrupted; earlier results are untouched"), code: Code::Interrupted }
        }
        error => Failure::failed(format!("{lab}: {error}")),
    }
}

/// The threads of one call.
pub fn thread_pool(threads: Option<usize>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|error| Failure::failed(format!("cannot start the threads: {error}")))
}

/// A flag that Ctrl-C raises; a second Ctrl-C ends the program at once.
pub fn interruptible() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Code::Interrupted as u8));
        }
    })
    .map_err(|error| Failure::failed(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// Colours only on a terminal, and never against the user's word (no-color.org).
pub fn colour() -> terminal::Colour {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if !refused && std::io::stdout().is_terminal() { terminal::Colour::On } else { terminal::Colour::Off }
}

fn request(lab: &dyn AnyLab, call: &RunCall) -> Result<Request, Failure> {
    let meta = lab.meta();
    let defaults = || -> Vec<ParamValue> { lab.specs().into_iter().map(|spec| spec.default).collect() };
    Ok(Request {
        seed: match call.seed {
            Some(seed) => seed,
            None => seed(lab)?.rng_seed,
        },
        replicates: call.replicates.unwrap_or(if call.quick { meta.quick_replicates } else { meta.replicates }),
        quick: call.quick,
        only: call.claim.clone(),
        params: call.params.clone().unwrap_or_else(defaults),
        source: match &call.own {
            Some(own) => Source::Own(Box::new(own::read(own, meta)?)),
            None => Source::Generated,
        },
    })
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

/// Files of a folder: their paths in it, and their bytes.
pub type Files = Vec<(String, Vec<u8>)>;

/// All files of a lab's folder, with the report as it stands in them, in the file named `record`.
///
/// # Errors
///
/// A figure that cannot be drawn, prose that cannot be set.
pub fn files(
    lab: &dyn AnyLab,
    formats: Formats,
    run: Run,
    measured: Duration,
    threads: usize,
    record: &str,
) -> Result<(Report, Files), Failure> {
    let start = Instant::now();
    let Run { mut report, tables, figures } = run;
    for figure in &mut report.figures {
        figure.svg = figure.svg.take().filter(|_| formats.svg);
        figure.svg_narrow = figure.svg_narrow.take().filter(|_| formats.svg);
        figure.png = figure.png.take().filter(|_| formats.png);
    }
    let command = report.command();
    let drawn: Vec<(page::Drawn, Files)> = figures
        .par_iter()
        .zip(&report.figures)
        .map(|(figure, entry)| {
            let prefix = format!("{}-{}", report.lab, figure.id);
            let wide = svg(figure, Width::Wide, &prefix, &command, Font::FromPage);
            let narrow = svg(figure, Width::Narrow, &prefix, &command, Font::FromPage);
            let tile = thumbnail(figure, TILE.0, TILE.1, &prefix);
            let mut files = vec![(entry.tile.clone(), tile.into_bytes())];
            let alone = svg(figure, Width::Wide, &prefix, &command, Font::Embedded);
            if let Some(path) = &entry.png {
                let bytes = png(&alone).map_err(|error| Failure::failed(format!("figure {}: {error}", figure.id)))?;
                files.push((path.clone(), bytes));
            }
            if let (Some(path), Some(narrow_path)) = (&entry.svg, &entry.svg_narrow) {
                files.push((path.clone(), alone.into_bytes()));
                let narrow = svg(figure, Width::Narrow, &prefix, &command, Font::Embedded);
                files.push((narrow_path.clone(), narrow.into_bytes()));
            }
            Ok((page::Drawn { id: figure.id.clone(), wide, narrow }, files))
        })
        .collect::<Result<_, Failure>>()?;
    let (drawn, pictures): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
    let html = page::lab(lab, &report, &drawn).map_err(|error| Failure::failed(error.to_string()))?;

    let mut files: Files = vec![(record.into(), report.to_json().into_bytes())];
    files.extend(
        tables.iter().zip(&report.tables).map(|(table, entry)| (entry.file.clone(), table.to_csv().into_bytes())),
    );
    files.extend(pictures.into_iter().flatten());
    files.push(("index.html".into(), html.into_bytes()));
    let about_this_run = json!({
        "seconds": { "measuring": measured.as_secs_f64(), "drawing": start.elapsed().as_secs_f64() },
        "threads": threads,
        "machine": { "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
    });
    files.push(("run.json".into(), format!("{about_this_run:#}\n").into_bytes()));
    Ok((report, files))
}

/// Hands the page to the system's browser; failing that, the path has been printed already.
pub fn open(page: &std::path::Path) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let _ = std::process::Command::new(opener)
        .arg(page)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}
