//! `mllab annotate`: somebody's own notes with verdicts in the margin.
//!
//! Verdicts come from finished runs where there are any, else from what the reference run is expected to say.

use crate::ending::{Code, Failure, print, shown_path};
use crate::files::read_up_to;
use crate::flags::{force_arg, json_arg, out, out_arg, seed};
use clap::{Arg, ArgMatches, Command, value_parser};
use mllab_book::notes::{Answer, File, Match, Matcher, measured, page};
use mllab_core::AnyLab;
use mllab_core::report::Report;
use mllab_labs::LABS;
use serde_json::json;
use std::fs;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

/// Of more cards a page would be too heavy to open.
const MOST_CARDS: usize = 5000;
/// Notes longer than this are refused: nobody wrote them.
const MOST_BYTES: u64 = 10 << 20;

/// The command's words.
pub fn command() -> Command {
    Command::new("annotate")
        .about("Write your own notes as a page with verdicts in the margin")
        .arg(
            Arg::new("notes")
                .value_name("NOTES")
                .num_args(1..)
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Files of notes: Markdown or plain text in UTF-8, up to 10 MB each"),
        )
        .arg(out_arg().value_name("FILE").default_value("out/notes.html").help("The page to write"))
        .arg(
            Arg::new("results")
                .long("results")
                .value_name("DIR")
                .default_value("out")
                .value_parser(value_parser!(PathBuf))
                .help("Folder of the labs' results; labs that have none there are shown by their expected verdict"),
        )
        .arg(json_arg("Print the matches and nothing else"))
        .arg(force_arg("Replace a file although mllab did not write it"))
}

/// Writes the page, or prints the matches.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let notes: Vec<PathBuf> = m.get_many("notes").into_iter().flatten().cloned().collect();
    let (out, results) = (out(m), m.get_one("results").cloned().unwrap_or_else(|| PathBuf::from("out")));
    let matcher = Matcher::new(LABS).map_err(Failure::failed)?;
    if !m.get_flag("json") {
        replaceable(&out, &notes, m.get_flag("force"))?;
    }
    let files: Vec<File> = notes
        .iter()
        .map(|path| {
            let text = read(path)?;
            let matches = matcher.find(&text);
            let name =
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
            Ok(File { name, text, matches })
        })
        .collect::<Result<_, Failure>>()?;
    if m.get_flag("json") {
        let shown: Vec<&Path> = notes.iter().map(PathBuf::as_path).collect();
        return print(&as_json(&files, &shown)?).map(|()| Code::Done);
    }
    let n: usize = files.iter().map(|file| file.matches.len()).sum();
    if n > MOST_CARDS {
        let what =
            format!("{n} sentences match, more than the {MOST_CARDS} cards that a page can hold; split the notes");
        return Err(Failure::failed(what));
    }
    let folder = out.parent().unwrap_or(Path::new(""));
    let answers: Vec<Vec<Answer>> =
        LABS.iter().map(|lab| answers(*lab, &results, folder)).collect::<Result<_, Failure>>()?;
    write(&out, &page(&files, &answers))?;
    print(&format!("{n} {}\n Read: {}\n", if n == 1 { "card" } else { "cards" }, shown_path(&out)))?;
    Ok(Code::Done)
}

/// A file of notes as text.
fn read(path: &Path) -> Result<String, Failure> {
    let cannot = |what: &str| Failure::failed(format!("{}: {what}", shown_path(path)));
    let about = fs::metadata(path).map_err(|error| cannot(&error.to_string()))?;
    if about.is_dir() {
        return Err(cannot("is a directory; name a file of notes (Markdown or plain text)"));
    }
    let too_large = || cannot("is larger than 10 MB; split it");
    if about.len() > MOST_BYTES {
        return Err(too_large());
    }
    let bytes = read_up_to(path, MOST_BYTES).map_err(|error| cannot(&error.to_string()))?.ok_or_else(too_large)?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(cannot("is UTF-16; save it as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        if bytes.contains(&0) {
            return cannot("is a binary file; name a file of notes (Markdown or plain text)");
        }
        let line = bytes[..valid].split(|byte| *byte == b'\n').count();
        cannot(&format!("line {line}: byte 0x{:02x} is no UTF-8; save the file as UTF-8", bytes[valid]))
    })?;
    if text.matches('\0').count() > text.len() / 100 {
        return Err(cannot("is a binary file; name a file of notes (Markdown or plain text)"));
    }
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_string))
}

fn as_json(files: &[File], paths: &[&Path]) -> Result<String, Failure> {
    let ids: Vec<Vec<String>> = LABS
        .iter()
        .map(|lab| Ok(seed(*lab)?.claims.into_iter().map(|claim| claim.id).collect()))
        .collect::<Result<_, Failure>>()?;
    let row = |path: &Path, m: &Match| {
        json!({
            "file": path.display().to_string(),
            "line": m.line,
            "lab": LABS[m.lab].meta().id,
            "claim": ids[m.lab][m.claim],
            "score": (1000.0 * m.score).round() / 1000.0,
            "words": m.words,
        })
    };
    let rows: Vec<_> =
        files.iter().zip(paths).flat_map(|(file, path)| file.matches.iter().map(|m| row(path, m))).collect();
    Ok(format!("{:#}\n", serde_json::Value::Array(rows)))
}

/// What is known of a lab's claims: from the run in `results`, else from its seeds.
fn answers(lab: &dyn AnyLab, results: &Path, from: &Path) -> Result<Vec<Answer>, Failure> {
    let meta = lab.meta();
    let folder = results.join(meta.id);
    let report: Option<Report> =
        fs::read_to_string(folder.join("report.json")).ok().and_then(|text| serde_json::from_str(&text).ok());
    let has_page = folder.join("index.html").is_file();
    let claims = seed(lab)?.claims;
    let studies = lab.studies();
    let answer = |claim: &mllab_core::seed::Claim| {
        let link = || has_page.then(|| relative(from, &folder.join("index.html"))).flatten();
        let link = link().map(|page| format!("{}#{}", page.replace('#', "%23"), claim.id));
        let Some((report, found)) = report.as_ref().and_then(|report| Some((report, report.claim(&claim.id)?))) else {
            let expected = claim.as_expected();
            return Answer {
                lab: meta.title,
                says: claim.says.clone(),
                verdict: expected.verdict,
                opposite: expected.opposite,
                said: expected.said(),
                measured: mllab_book::notes::unmeasured(meta.id, &claim.id),
                link: None,
                tile: None,
            };
        };
        let study = studies.iter().find(|study| study.claims.contains(&claim.id.as_str())).map(|study| study.id);
        let figure = report.figures.iter().find(|figure| Some(figure.study.as_str()) == study);
        let tile = figure.and_then(|figure| {
            let svg = fs::read_to_string(folder.join(&figure.tile)).ok()?;
            Some((format!("tile-{}-{}", meta.id, figure.id), svg))
        });
        Answer {
            lab: meta.title,
            says: found.says.clone(),
            verdict: found.verdict,
            opposite: found.opposite,
            said: found.said(),
            measured: measured(found, report.speaks_as_written()),
            link,
            tile,
        }
    };
    Ok(claims.iter().map(answer).collect())
}

/// `to` as seen from the folder `from`, with `/` between its parts.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(Path::new(".").join(path)).ok()?;
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(parts.pop()),
                part => parts.push(part.as_os_str().to_str()?.to_string()),
            }
        }
        Some(parts)
    };
    let (from, to) = (absolute(from)?, absolute(to)?);
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_string(), from.len() - shared);
    let escaped = |part: &String| part.replace('%', "%25").replace('?', "%3F");
    Some(up.chain(to[shared..].iter().map(escaped)).collect::<Vec<_>>().join("/"))
}

/// Refuses what stands at the page's place and is no page of ours: a link, a device, notes, any other file.
fn replaceable(path: &Path, notes: &[PathBuf], force: bool) -> Result<(), Failure> {
    let shown = shown_path(path);
    let same =
        |other: &PathBuf| fs::canonicalize(path).is_ok_and(|path| fs::canonicalize(other).is_ok_and(|o| o == path));
    if notes.iter().any(same) {
        return Err(Failure::wrong_call(format!("--out {shown} is one of the notes; name another file for the page")));
    }
    let Ok(about) = fs::symlink_metadata(path) else { return Ok(()) };
    if about.is_dir() {
        return Err(Failure::wrong_call(format!("--out {shown} is a directory; name a file")));
    }
    if !about.is_file() {
        return Err(Failure::wrong_call(format!("--out {shown} is a link or a device; name a file")));
    }
    let mut start = Vec::new();
    let _ = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut start));
    if force || about.len() == 0 || String::from_utf8_lossy(&start).contains(mllab_book::MARK) {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{shown} is a file that mllab did not write; name another, or say --force to replace it"
    )))
}

/// Writes the page beside its place and puts it there whole.
fn write(path: &Path, html: &str) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::failed(format!("cannot write {}: {error}", shown_path(path)));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(cannot)?;
    let mut fresh = tempfile::Builder::new().prefix(".mllab").tempfile_in(folder).map_err(cannot)?;
    fresh.write_all(html.as_bytes()).map_err(cannot)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fresh.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(cannot)?;
    }
    fresh.persist(path).map_err(|error| cannot(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_from_one_folder_to_another() {
        for (from, to, link) in [
            ("", "out/lab/index.html", "out/lab/index.html"),
            ("out", "out/lab/index.html", "lab/index.html"),
            ("notes/week 3", "out/lab/index.html", "../../out/lab/index.html"),
            ("a/../b", "b/100%/x", "100%25/x"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)).as_deref(), Some(link), "{from} {to}");
        }
    }
}
