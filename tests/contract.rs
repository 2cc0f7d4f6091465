//! Every lab × every promise.

use crate::support::quick;
use mllab_book::page::{self, Drawn};
use mllab_core::figure::Piece;
use mllab_core::seed::On;
use mllab_core::{AnyLab, Dataset, FileInfo, Host, Kind, ParamValue, Request, Run, Silent, Source, Stream, Target};
use mllab_draw::{Font, Width, svg, thumbnail};
use mllab_kit::data::{peers, real};
use mllab_kit::draws::Draws;
use mllab_labs::LABS;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

/// A quick run of each lab on two threads, made once for all promises.
static RUNS: LazyLock<Vec<Run>> =
    LazyLock::new(|| LABS.iter().map(|lab| quick(*lab, None, 2, Source::Generated)).collect());

fn each_lab(check: impl Fn(&dyn AnyLab, &Run)) {
    for (lab, run) in LABS.iter().zip(RUNS.iter()) {
        check(*lab, run);
    }
}

/// Everything that a run leaves, as bytes.
fn bytes(run: &Run) -> Vec<String> {
    let mut all = vec![run.report.to_json()];
    all.extend(run.tables.iter().map(mllab_core::Table::to_csv));
    for figure in &run.figures {
        all.extend(
            [Width::Wide, Width::Beside, Width::Narrow].map(|width| svg(figure, width, "p", "c", Font::FromPage)),
        );
    }
    all
}

/// A table that we ship, dressed as a user's: the one that suits the lab.
fn as_own(lab: &dyn AnyLab) -> Source {
    let cancer = real::breast_cancer();
    let (name, features, columns, target) = match lab.meta().id {
        "l1-vs-l2" => {
            let real = real::diabetes();
            ("diabetes", real.table.x, real.columns, Target::Numeric(real.table.y))
        }
        // No table of ours is a load trace: four hours around 300 requests a minute.
        "autoscaling-cooldown" => {
            let load = peers::normal_table(1, 240, 1).mapv(|z| 300.0 + 60.0 * z);
            ("load", load, vec!["requests".to_string()], Target::None)
        }
        // Requests that keep six servers busy.
        "utilisation-latency" => {
            let took = peers::normal_table(1, 1200, 1).mapv(|z| 1.0 + 0.2 * z.abs());
            ("requests", took, vec!["took".to_string()], Target::None)
        }
        // One column in row order.
        "drift-detection" => {
            let column = cancer.table.x.column(1).to_shape((569, 1)).expect("569 rows").into_owned();
            ("texture", column, cancer.columns[1..2].to_vec(), Target::None)
        }
        _ => ("cancer", cancer.table.x, cancer.columns, Target::Binary(cancer.table.y)),
    };
    let mut table = Dataset::new(name, features, columns.clone(), target);
    if lab.meta().id == "data-leakage" {
        (table.group, table.time) = (
            Some((0..table.n_rows()).map(|row| row / 10).collect()),
            Some((0..table.n_rows()).map(|row| row as f64).collect()),
        );
    }
    if lab.meta().id == "utilisation-latency" {
        table.time = Some((0..table.n_rows()).map(|row| row as f64 / 5.0).collect());
    }
    table.file = Some(FileInfo { file: format!("{name}.csv"), sha256: "0".repeat(64), columns, reading: vec![] });
    Source::Own(Box::new(table))
}

#[test]
fn the_same_bytes_at_any_thread_count_and_others_at_another_seed() {
    each_lab(|lab, run| {
        let first = bytes(run);
        for threads in [1, 8] {
            let again = bytes(&quick(lab, None, threads, Source::Generated));
            assert!(first == again, "{}: {threads} threads give other bytes", lab.meta().id);
        }
        let other = bytes(&quick(lab, Some(12_345), 2, Source::Generated));
        assert!(first[1..] != other[1..], "{}: another seed gives the same tables", lab.meta().id);
    });
}

#[test]
fn figures_say_what_tables_hold() {
    each_lab(|lab, run| {
        let id = lab.meta().id;
        assert!(!run.figures.is_empty(), "{id}: no figure");
        for figure in &run.figures {
            assert_eq!(figure.faults(&run.tables), Vec::<String>::new(), "{id}");
            for piece in &figure.title.pieces {
                // A decimal number in the words of a title was typed, not measured.
                if let Piece::Text(text) = piece {
                    let typed = text
                        .as_bytes()
                        .windows(3)
                        .any(|w| w[0].is_ascii_digit() && w[1] == b'.' && w[2].is_ascii_digit());
                    assert!(!typed, "{id}, {}: {text:?}", figure.id);
                }
            }
        }
        let ids: BTreeSet<&str> = run.figures.iter().map(|figure| figure.id.as_str()).collect();
        assert_eq!(ids.len(), run.figures.len(), "{id}: two figures of one name");
        assert!(ids.contains(lab.meta().picture.0), "{id}: the picture {} does not exist", lab.meta().picture.0);
    });
}

/// A value of a parameter: its smallest, its largest, or one drawn between them, evenly by size where sizes differ much.
fn value(kind: Kind, place: f64) -> ParamValue {
    let between = |min: f64, max: f64| {
        if min > 0.0 && max / min >= 100.0 { min * (max / min).powf(place) } else { min + (max - min) * place }
    };
    match kind {
        Kind::Float { min, max } => ParamValue::Float(between(min, max).clamp(min, max)),
        Kind::Int { min, max } => ParamValue::Int((between(min as f64, max as f64).round() as i64).clamp(min, max)),
        Kind::Bool => ParamValue::Bool(place > 0.5),
        Kind::Choice(words) => ParamValue::Choice(words[((words.len() - 1) as f64 * place).round() as usize]),
        Kind::List { min, max, fewest, most } => {
            let n = if place < 0.5 { fewest } else { most };
            let share = |i: usize| f64::midpoint(place, i as f64 / n as f64);
            ParamValue::List((0..n).map(|i| between(min, max).min(min + (max - min) * share(i)).max(min)).collect())
        }
    }
}

/// Corners one by one, and points where everything differs at once. A clash of parameters is refused elsewhere.
#[test]
fn figures_hold_wherever_the_parameters_are() {
    let cancelled = AtomicBool::new(false);
    let mut ran = 0;
    for lab in LABS {
        let specs = lab.specs();
        let reference = Request::reference(*lab).unwrap();
        let mut points: Vec<Vec<ParamValue>> = Vec::new();
        for (at, spec) in specs.iter().enumerate() {
            for place in [0.0, 1.0] {
                let mut point = reference.params.clone();
                point[at] = value(spec.kind, place);
                points.push(point);
            }
        }
        let mut draws = Draws::new(&Stream::root(21).child(lab.meta().id, 0));
        points.extend((0..4).map(|_| specs.iter().map(|spec| value(spec.kind, draws.between(0.0, 1.0))).collect()));
        for mut params in points {
            if lab.clash(&params).is_some() {
                continue;
            }
            specs.iter().zip(&mut params).for_each(|(spec, value)| *value = spec.in_a_quick_look(value));
            let said = format!("{} at {params:?}", lab.meta().id);
            let replicates = lab.meta().quick_replicates;
            let request = Request { quick: true, replicates, params, ..reference.clone() };
            let run = mllab_core::run(*lab, &request, Host { progress: &Silent, cancelled: &cancelled });
            let run = run.unwrap_or_else(|error| panic!("{said}: {error}"));
            ran += 1;
            for figure in &run.figures {
                assert_eq!(figure.faults(&run.tables), Vec::<String>::new(), "{said}");
                let title = figure.title.to_string();
                assert!(!title.contains('–') && title.len() > 3, "{said}: {title}");
                assert_eq!(figure.alt, figure.described(), "{said}: words that were written for the reference run");
                assert!(svg(figure, Width::Narrow, "p", "c", Font::FromPage).contains("</svg>"), "{said}");
            }
        }
    }
    assert!(ran > 80, "{ran} points");
}

#[test]
fn tables_are_as_stated() {
    each_lab(|lab, run| {
        let ids: BTreeSet<&str> = run.tables.iter().map(|table| table.id.as_str()).collect();
        assert_eq!(ids.len(), run.tables.len(), "{}: two tables of one name", lab.meta().id);
        for (table, entry) in run.tables.iter().zip(&run.report.tables) {
            let csv = table.to_csv();
            let mut reader = csv::Reader::from_reader(csv.as_bytes());
            let header: Vec<String> = reader.headers().unwrap().iter().map(Into::into).collect();
            let named: Vec<String> = entry.columns.iter().map(|column| column.name.clone()).collect();
            assert_eq!(header, named, "{}", table.id);
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!((rows.len(), table.id.as_str()), (entry.rows, entry.id.as_str()));
            assert!(!rows.is_empty(), "{}: no row", table.id);
            for (i, column) in entry.columns.iter().enumerate() {
                let numeric = rows.iter().all(|row| row[i].is_empty() || row[i].parse::<f64>().is_ok());
                assert_eq!(numeric, !column.unit.is_empty(), "{}.{}: a unit on each number", table.id, column.name);
            }
        }
    });
}

/// `mllab_core::run` itself refuses a study whose findings are not exactly those of the seeds; here the claims.
#[test]
fn every_claim_has_its_findings_on_each_source() {
    each_lab(|lab, run| {
        let (id, seed) = (lab.meta().id, lab.seed().unwrap());
        let answered: Vec<&str> = lab.studies().iter().flat_map(|study| study.claims.iter().copied()).collect();
        for claim in &seed.claims {
            assert_eq!(
                answered.iter().filter(|a| **a == claim.id).count(),
                1,
                "{id}: {} answered by one study",
                claim.id
            );
        }
        assert_eq!(answered.len(), seed.claims.len(), "{id}: a study answers what the seeds do not ask");
        assert_eq!(run.report.claims.len(), seed.claims.len());
        assert!(run.report.untestable.is_empty());

        let own = quick(lab, None, 2, as_own(lab)).report;
        let expected: Vec<&str> =
            seed.claims.iter().filter(|c| c.settings_on(On::Own).next().is_some()).map(|c| c.id.as_str()).collect();
        let found: Vec<&str> = own.claims.iter().map(|claim| claim.id.as_str()).collect();
        assert_eq!(found, expected, "{id}");
        assert_eq!(own.claims.len() + own.untestable.len(), seed.claims.len());
        assert!(own.untestable.iter().all(|claim| !claim.why.is_empty()));
    });
}

#[test]
fn a_claim_alone_runs_its_study_alone() {
    each_lab(|lab, all| {
        let claim = lab.seed().unwrap().claims[0].id.clone();
        let mut request = Request::reference(lab).unwrap();
        (request.quick, request.replicates, request.only) = (true, lab.meta().quick_replicates, Some(claim.clone()));
        let cancelled = AtomicBool::new(false);
        let host = Host { progress: &Silent, cancelled: &cancelled };
        let run = mllab_core::run(lab, &request, host).unwrap();
        assert_eq!(run.report.claims.len(), 1);
        assert_eq!(run.report.claims[0].id, claim);
        // The streams are keyed by study: alone or among others, the numbers are the same.
        let (alone, among) = (&run.report.claims[0].findings, &all.report.claim(&claim).unwrap().findings);
        assert_eq!(format!("{alone:?}"), format!("{among:?}"));
    });
}

#[test]
fn a_cancelled_run_has_no_result() {
    for lab in LABS {
        let request = Request::reference(*lab).unwrap();
        let cancelled = AtomicBool::new(true);
        let host = Host { progress: &Silent, cancelled: &cancelled };
        assert!(matches!(mllab_core::run(*lab, &request, host), Err(mllab_core::RunError::Cancelled)));
    }
}

#[test]
fn the_page_embeds_every_figure_and_claim() {
    each_lab(|lab, run| {
        let drawn: Vec<Drawn> = run
            .figures
            .iter()
            .map(|figure| {
                let draw = |width| svg(figure, width, &figure.id, "", Font::FromPage);
                let tile = thumbnail(figure, 300.0, 120.0, &figure.id);
                Drawn { id: figure.id.clone(), beside: draw(Width::Beside), narrow: draw(Width::Narrow), tile }
            })
            .collect();
        // As the reference run, so that the prose is set and each of its names is looked up.
        let mut report = run.report.clone();
        (report.quick, report.replicates) = (false, lab.meta().replicates);
        for report in [&report, &run.report] {
            let html = page::lab(lab, report, &drawn).unwrap();
            for drawn in &drawn {
                assert!(html.contains(&drawn.beside) && html.contains(&drawn.narrow), "{}", drawn.id);
                assert_eq!(html.matches(&format!("id=\"figure-{}\"", drawn.id)).count(), 1, "{}", drawn.id);
            }
            for claim in &report.claims {
                assert!(html.contains(&format!("id=\"{}\"", claim.id)), "{}", claim.id);
            }
            for outside in ["http://", "https://", "src=\"//", "@import"] {
                let own = html.replace("http://www.w3.org/", "");
                assert!(!own.contains(outside), "{}: an outside resource: {outside}", lab.meta().id);
            }
            assert!(html.len() < 1_200_000, "{}: {} bytes", lab.meta().id, html.len());
        }
    });
}

#[test]
fn the_first_sixty_words_hold_no_symbol() {
    for lab in LABS {
        let answer = lab.page().split("# Answer").nth(1).unwrap_or_else(|| panic!("{}: no answer", lab.meta().id));
        let words: Vec<&str> = answer.split_whitespace().take(60).collect();
        for word in words {
            let symbol =
                word.chars().find(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{2200}'..='\u{22ff}' | '=' | '^' | '{'));
            assert_eq!(symbol, None, "{}: {word}", lab.meta().id);
        }
    }
}
