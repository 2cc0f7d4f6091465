//! Runs that are finished already: a folder of this very program with the same seed, parameters and data is not run again.

use crate::ending::Failure;
use crate::flags::{Formats, seed};
use mllab_core::report::{Data, Report};
use mllab_core::seed::{On, Seed};
use mllab_core::{AnyLab, Request, Source};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

static PROGRAM: LazyLock<Option<String>> = LazyLock::new(|| {
    let bytes = fs::read(std::env::current_exe().ok()?).ok()?;
    Some(hex(&Sha256::digest(&bytes)))
});

/// Names this very program: the SHA-256 of its file; nothing where that cannot be read.
pub fn program() -> Option<&'static str> {
    PROGRAM.as_deref()
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What this program found when it ran the same request into this folder; nothing where anything differs or is missing.
///
/// # Errors
///
/// A faulty seeds file.
pub fn same_run(
    lab: &dyn AnyLab,
    request: &Request,
    formats: Formats,
    folder: &Path,
) -> Result<Option<Report>, Failure> {
    let seed = seed(lab)?;
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let by =
        |text: String| serde_json::from_str::<serde_json::Value>(&text).ok()?["program"].as_str().map(String::from);
    if program().is_none() || read("run.json").and_then(by).as_deref() != program() {
        return Ok(None);
    }
    let report: Option<Report> = read("report.json").and_then(|text| serde_json::from_str(&text).ok());
    Ok(report.filter(|report| {
        let named = lab.specs().into_iter().zip(&request.params);
        let params = named.map(|(spec, value)| (spec.name, value.to_json())).collect();
        let written = report.figures.iter().all(|figure| {
            let there = |path: &Option<String>, wanted: bool| {
                path.is_some() == wanted && path.as_ref().is_none_or(|path| folder.join(path).is_file())
            };
            there(&figure.svg, formats.svg) && there(&figure.png, formats.png)
        });
        matches!((&report.data, &request.source), (Data::Generated, Source::Generated))
            && (report.seed, report.replicates, report.quick) == (request.seed, request.replicates, request.quick)
            && report.only == request.only
            && report.params == params
            && asks(report, &seed)
            && written
            && folder.join("index.html").is_file()
    }))
}

/// Whether a report is what the reference run of this version gives, whoever built it.
pub fn is_reference(report: &Report, lab: &dyn AnyLab, seed: &Seed) -> bool {
    report.seed == seed.rng_seed && report.is_reference(lab.meta()) && asks(report, seed)
}

/// Whether a report has the findings that the seeds ask for.
fn asks(report: &Report, seed: &Seed) -> bool {
    let wanted = seed.claims.iter().filter(|claim| report.only.as_ref().is_none_or(|only| *only == claim.id));
    let asked = wanted.flat_map(|claim| {
        let settings = claim.settings_on(On::Generated);
        settings.flat_map(|setting| setting.parts.iter().map(|part| (&claim.id, &setting.name, part.rule)))
    });
    let found = report.claims.iter().flat_map(|claim| claim.findings.iter().map(|f| (&claim.id, &f.setting, f.rule)));
    report.version == env!("CARGO_PKG_VERSION") && asked.eq(found)
}
