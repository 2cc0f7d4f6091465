//! `mllab book`: one static site of every lab.
//!
//! A finished reference run of this version is read from its folder; what is missing is run now. A folder that holds
//! another run that somebody asked for (their own data, another seed) is left as it is.

use crate::args::{BookCall, Formats};
use crate::files::Place;
use crate::list::seed;
use crate::run::{self, Files, Machine};
use crate::{Code, Failure, print};
use mllab_book::page::Drawn;
use mllab_book::site::{self, Chapter};
use mllab_core::report::{Report, counts};
use mllab_core::seed::{On, Seed};
use mllab_core::{AnyLab, Request};
use mllab_labs::LABS;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// The folder of the site, beside the labs' own.
const FOLDER: &str = "book";

/// Writes the book.
pub fn book(call: &BookCall) -> Result<Code, Failure> {
    let start = Instant::now();
    let pool = run::thread_pool(call.threads)?;
    let cancelled = run::interruptible()?;
    let machine = Machine { pool: &pool, cancelled: &cancelled, progress: call.progress };
    let place = Place::claim(&call.out, FOLDER)?;
    let mut chapters = Vec::new();
    let mut ran = 0;
    for lab in LABS {
        let chapter = if let Some(chapter) = finished(*lab, &call.out)? {
            chapter
        } else {
            ran += 1;
            run_now(*lab, &call.out, machine)?
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
        page.display()
    ))?;
    if call.open {
        run::open(&page);
    }
    Ok(Code::Done)
}

/// The chapter of a lab whose reference run of this version lies in its folder.
fn finished<'a>(lab: &'a dyn AnyLab, out: &Path) -> Result<Option<Chapter<'a>>, Failure> {
    let folder = out.join(lab.meta().id);
    let seed = seed(lab)?;
    Ok(chapter(lab, &|path| fs::read_to_string(folder.join(path)).ok())
        .filter(|chapter| current(&chapter.report, lab, &seed)))
}

/// Whether a report is what the reference run of this very program gives.
fn current(report: &Report, lab: &dyn AnyLab, seed: &Seed) -> bool {
    let asked = seed.claims.iter().flat_map(|claim| {
        let settings = claim.settings_on(On::Generated);
        settings.flat_map(|setting| setting.parts.iter().map(|part| (&claim.id, &setting.name, part.rule)))
    });
    let found = report.claims.iter().flat_map(|claim| claim.findings.iter().map(|f| (&claim.id, &f.setting, f.rule)));
    report.version == env!("CARGO_PKG_VERSION")
        && report.seed == seed.rng_seed
        && report.is_reference(lab.meta())
        && asked.eq(found)
}

/// Runs a lab and puts the result in its folder, unless that holds a run which somebody asked for.
fn run_now<'a>(lab: &'a dyn AnyLab, out: &Path, machine: Machine) -> Result<Chapter<'a>, Failure> {
    let id = lab.meta().id;
    let request = Request::reference(lab).map_err(|error| Failure::failed(error.to_string()))?;
    let place = Place::claim(out, id)?;
    let (_, files) = run::measure(lab, &request, Formats { svg: true, png: true }, machine)?;
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
