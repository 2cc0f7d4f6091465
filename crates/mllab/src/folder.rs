//! All files of a lab's folder: its record, tables, drawings and page.

use crate::ending::Failure;
use crate::finished;
use crate::flags::Formats;
use mllab_book::page;
use mllab_core::report::Report;
use mllab_core::{AnyLab, Run};
use mllab_draw::{Font, Width, png, svg, thumbnail};
use rayon::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};

/// Width and height of a tile's picture, in px.
const TILE: (f64, f64) = (300.0, 120.0);

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
            // The page sets the command under the figure, to be copied.
            let beside = svg(figure, Width::Beside, &prefix, "", Font::FromPage);
            let narrow = svg(figure, Width::Narrow, &prefix, "", Font::FromPage);
            let tile = thumbnail(figure, TILE.0, TILE.1, &prefix);
            let mut files = vec![(entry.tile.clone(), tile.clone().into_bytes())];
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
            Ok((page::Drawn { id: figure.id.clone(), beside, narrow, tile }, files))
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
    if lab.writes_of_its_run() {
        files.push(("page.md".into(), lab.page().as_bytes().to_vec()));
    }
    let about_this_run = json!({
        "seconds": { "measuring": measured.as_secs_f64(), "drawing": start.elapsed().as_secs_f64() },
        "threads": threads,
        "program": finished::program(),
        "machine": { "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
    });
    files.push(("run.json".into(), format!("{about_this_run:#}\n").into_bytes()));
    Ok((report, files))
}
