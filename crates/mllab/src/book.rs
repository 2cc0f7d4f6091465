//! `mllab book`: one static site of every lab.
//!
//! A finished reference run of this version is read from its folder; what is missing is run now. A folder that holds
//! another run that somebody asked for (their own data, another seed) is left as it is.

use crate::ending::{Code, Failure, print, shown_path};
use crate::finished::is_reference;
use crate::flags::{Formats, force_arg, no_progress_arg, open_arg, out, out_arg, seed, threads, threads_arg};
use crate::folder::{Files, files};
use crate::machine::{Machine, ended, interruptible, open, thread_pool};
use crate::place::Place;
use crate::progress::Bar;
use clap::{ArgMatches, Command};
use mllab_book::page::Drawn;
use mllab_book::site::{self, Chapter};
use mllab_core::report::{Report, counts};
use mllab_core::{AnyLab, Host, Request};
use mllab_labs::LABS;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// The folder of the site, beside the labs' own.
const FOLDER: &str = "book";

/// The command's words.
pub fn command() -> Command {
    Command::new("book")
        .about("Write one static site of every lab, running what has not been run yet")
        .arg(out_arg().help("Folder of the labs' results; the site goes to book/ in it"))
        .arg(threads_arg())
        .arg(no_progress_arg())
        .arg(open_arg("Open the front page when it is written"))
        .arg(force_arg("Replace the folder book although mllab did not write it"))
}

/// Writes the book.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let (start, out) = (Instant::now(), out(m));
    let pool = thread_pool(threads(m))?;
    let cancelled = interruptible()?;
    let machine = Machine { pool: &pool, cancelled: &cancelled, progress: !m.get_flag("no-progress") };
    let place = Place::claim(&out, FOLDER, m.get_flag("force"))?;
    let mut chapters = Vec::new();
    let mut ran = 0;
    for lab in LABS {
        let chapter = if let Some(chapter) = finished(*lab, &out)? {
            chapter
        } else {
            ran += 1;
            run_now(*lab, &out, machine)?
        };
        chapters.push(chapter);
    }
    let pages = site::pages(&chapters).map_err(|error| Failure::failed(error.to_string()))?;
    let files: Files = pages.into_iter().map(|page| (page.file, page.html.into_bytes())).collect();
    place.replace(&files)?;
    let verdicts: Vec<_> = chapters.iter().flat_map(|c| c.report.claims.iter().map(|claim| claim.verdict)).collect();
    let page = place.folder().join("index.html");
    let (n_labs, n_claims, seconds) = (chapters.len(), verdicts.len(), start.elapsed().as_secs_f64());
    let how = match ran {
        0 => "read from their folders".to_string(),
        n if n == n_labs => "run now".into(),
        n => format!("{n} run now"),
    };
    print(&format!(
        "{n_labs} labs ({how}), {n_claims} claims: {}    {seconds:.1} s\n Read: {}\n",
        counts(verdicts),
        shown_path(&page)
    ))?;
    if m.get_flag("open") {
        open(&page);
    }
    Ok(Code::Done)
}

/// The chapter of a lab whose reference run of this version lies in its folder.
fn finished<'a>(lab: &'a dyn AnyLab, out: &Path) -> Result<Option<Chapter<'a>>, Failure> {
    let folder = out.join(lab.meta().id);
    let seed = seed(lab)?;
    Ok(chapter(lab, &|path| fs::read_to_string(folder.join(path)).ok())
        .filter(|chapter| is_reference(&chapter.report, lab, &seed)))
}

/// Runs a lab and puts the result in its folder, unless that holds a run which somebody asked for.
fn run_now<'a>(lab: &'a dyn AnyLab, out: &Path, machine: Machine) -> Result<Chapter<'a>, Failure> {
    let id = lab.meta().id;
    let request = Request::reference(lab).map_err(|error| Failure::failed(error.to_string()))?;
    let place = Place::claim(out, id, false)?;
    let (bar, start) = (Bar::new(id, machine.progress), Instant::now());
    let host = Host { progress: &bar, cancelled: machine.cancelled };
    let run = machine.pool.install(|| mllab_core::run(lab, &request, host));
    bar.clear();
    let run = run.map_err(|error| ended(&error, id))?;
    let (formats, threads) = (Formats { svg: true, png: true }, machine.pool.current_num_threads());
    let (_, files) = machine.pool.install(|| files(lab, formats, run, start.elapsed(), threads, "report.json"))?;
    let asked_for = fs::read_to_string(place.folder().join("report.json"))
        .ok()
        .and_then(|text| serde_json::from_str::<Report>(&text).ok())
        .is_some_and(|report| !(report.quick || report.is_reference(lab.meta()) && report.seed == request.seed));
    if !asked_for {
        place.replace(&files)?;
    }
    let read = |path: &str| {
        let (_, bytes) = files.iter().find(|(name, _)| name == path)?;
        String::from_utf8(bytes.clone()).ok()
    };
    chapter(lab, &read).ok_or_else(|| Failure::failed(format!("{id}: its own files cannot be read back")))
}

/// A chapter from the files of a lab's folder; nothing where one is missing or is another's.
fn chapter<'a>(lab: &'a dyn AnyLab, read: &dyn Fn(&str) -> Option<String>) -> Option<Chapter<'a>> {
    let report: Report = serde_json::from_str(&read("report.json")?).ok()?;
    let drawn = Drawn::on_page(&read("index.html")?);
    let all_drawn = report.figures.iter().all(|figure| drawn.iter().any(|drawn| drawn.id == figure.id));
    let tile = read(&report.figures.iter().find(|figure| figure.id == lab.meta().picture.0)?.tile)?;
    (report.lab == lab.meta().id && all_drawn).then_some(Chapter { lab, report, drawn, tile })
}
