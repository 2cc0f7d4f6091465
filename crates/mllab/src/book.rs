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
use mllab_core::report::{Data, Report, counts};
use mllab_core::{AnyLab, Host, Request};
use mllab_labs::LABS;
use mllab_race::Raced;
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
    let (mut chapters, mut beside) = (Vec::new(), Files::new());
    let mut ran = 0;
    for lab in LABS {
        let (chapter, files) = if let Some(finished) = finished(*lab, &out)? {
            finished
        } else {
            ran += 1;
            run_now(*lab, &out, machine)?
        };
        chapters.push(chapter);
        beside.extend(files.into_iter().map(|(path, bytes)| (format!("files/{}/{path}", lab.meta().id), bytes)));
    }
    let raced = raced(&out)?;
    let race = raced
        .as_ref()
        .and_then(|raced| chapter(raced, "bench.json", &|path| fs::read(out.join("bench").join(path)).ok()));
    let (race, files) = race.filter(|(race, _)| race.report.data == Data::Generated).unzip();
    beside.extend(files.unwrap_or_default().into_iter().map(|(path, bytes)| (format!("files/bench/{path}"), bytes)));
    let pages = site::pages(&chapters, race.as_ref()).map_err(|error| Failure::failed(error.to_string()))?;
    let pages = pages.into_iter().map(|page| (page.file, page.html.into_bytes()));
    let files: Files = pages.chain(beside).collect();
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

/// The chapter of a lab whose reference run of this version lies in its folder, with the files that its page links to.
fn finished<'a>(lab: &'a dyn AnyLab, out: &Path) -> Result<Option<(Chapter<'a>, Files)>, Failure> {
    let folder = out.join(lab.meta().id);
    let seed = seed(lab)?;
    Ok(chapter(lab, "report.json", &|path| fs::read(folder.join(path)).ok())
        .filter(|(chapter, _)| is_reference(&chapter.report, lab, &seed)))
}

/// The race that lies in the results, where there is one.
fn raced(out: &Path) -> Result<Option<Raced>, Failure> {
    match fs::read_to_string(out.join("bench/page.md")) {
        Ok(page) => Ok(Some(Raced { page })),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::failed(format!("cannot read {}: {error}", shown_path(&out.join("bench/page.md"))))),
    }
}

/// Runs a lab and puts the result in its folder, unless that holds a run which somebody asked for.
fn run_now<'a>(lab: &'a dyn AnyLab, out: &Path, machine: Machine) -> Result<(Chapter<'a>, Files), Failure> {
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
    let read = |path: &str| files.iter().find(|(name, _)| name == path).map(|(_, bytes)| bytes.clone());
    chapter(lab, "report.json", &read)
        .ok_or_else(|| Failure::failed(format!("{id}: its own files cannot be read back")))
}

/// A chapter from the files of a lab's folder, with those that its page links to; nothing where one is missing or is
/// another's.
fn chapter<'a>(
    lab: &'a dyn AnyLab,
    record: &str,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Option<(Chapter<'a>, Files)> {
    let text = |path: &str| String::from_utf8(read(path)?).ok();
    let report: Report = serde_json::from_str(&text(record)?).ok()?;
    let entry = |id: &str| report.figures.iter().find(|figure| figure.id == id);
    let tile = |id: &str| text(&entry(id)?.tile);
    let drawn = Drawn::on_page(&text("index.html")?, tile);
    let all_drawn = report.figures.iter().all(|figure| drawn.iter().any(|drawn| drawn.id == figure.id));
    let tile = tile(lab.meta().picture.0)?;
    let tables = report.tables.iter().filter(|table| report.figures.iter().any(|f| f.tables.contains(&table.id)));
    let pictures = report.figures.iter().flat_map(|figure| [&figure.svg, &figure.png]).flatten();
    let linked = pictures.chain(tables.map(|table| &table.file));
    let files: Files = linked.map(|path| Some((path.clone(), read(path)?))).collect::<Option<_>>()?;
    (report.lab == lab.meta().id && all_drawn).then_some((Chapter { lab, report, drawn, tile }, files))
}
