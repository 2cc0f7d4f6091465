//! A user's rows: one column as a stream in row order, or all columns against a baseline.

use super::DriftDetectionParams;
use super::thresholds::CLAIM;
use super::worlds::{ascending, columns};
use mllab_core::figure::{Axis, Event, Hue, Lane, Lanes, Layout, Line, Lollipop, Mark, Note, Panel};
use mllab_core::{Cx, Dataset, Estimate, Figure, LabError, Outcome, Stream, Table, Title, shown};
use mllab_kit::data::series::rolling_mean;
use mllab_kit::draws::Draws;
use mllab_kit::drift::{
    Adwin, Ddm, Detector, Eddm, HddmA, HddmW, Kswin, PageHinkley, alarms, ks_p, ks_sorted, psi, wasserstein,
};
use ndarray::{Array2, ArrayView2, Axis as Side};

/// Rows of a column that are put in order of size; larger tables are thinned evenly.
const MOST_ROWS: usize = 200_000;
/// Fewest rows of a stream or of either side.
const FEWEST: usize = 30;

/// Tables `alarms` or `features`, and how often KS alarms between random halves of the user's rows.
pub fn run(cx: &Cx, params: &DriftDetectionParams, data: &Dataset) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let rows = data.n_rows();
    if data.features.ncols() == 0 || rows < FEWEST {
        let what =
            format!("{rows} rows of {} columns: {FEWEST} rows of a numeric column would do", data.features.ncols());
        return Err(LabError::Unusable(what));
    }
    if let Some(baseline) = &data.baseline {
        if baseline.nrows() < FEWEST {
            let what = format!("the baseline has {} rows: {FEWEST} would do", baseline.nrows());
            return Err(LabError::Unusable(what));
        }
        if baseline.ncols() != data.features.ncols() {
            return Err(LabError::Unusable("the baseline's columns are not those of the data".into()));
        }
        against(data, baseline.view(), &mut outcome);
        halves(cx, baseline.view(), &mut outcome)?;
    } else {
        let window = params.window as usize;
        if data.features.ncols() != 1 {
            let what = format!(
                "{} columns and no baseline: name one as a stream with --column, or give earlier rows with --baseline",
                data.features.ncols()
            );
            return Err(LabError::Unusable(what));
        }
        if window > rows {
            let what = format!(
                "a window of {window} rows is too long for a stream of {rows} rows: --window takes 50 to {}",
                rows.max(50)
            );
            return Err(LabError::Unusable(what));
        }
        along(cx, window, data, &mut outcome);
        halves(cx, data.features.view(), &mut outcome)?;
    }
    Ok(outcome)
}

/// Every so many-th row, so that no more than [`MOST_ROWS`] are left, and their number.
fn thinned(x: ArrayView2<f64>) -> Array2<f64> {
    let stride = x.nrows().div_ceil(MOST_ROWS).max(1);
    x.select(Side(0), &(0..x.nrows()).step_by(stride).collect::<Vec<_>>())
}

fn against(data: &Dataset, baseline: ArrayView2<f64>, outcome: &mut Outcome) {
    let (before, after) = (thinned(baseline), thinned(data.features.view()));
    let columns = [("feature", ""), ("psi", "1"), ("ks", "1"), ("ks_p", "1"), ("wasserstein", "the feature's own")];
    let mut table = Table::new("features", &columns);
    let mut order = Vec::new();
    for (column, name) in data.feature_names.iter().enumerate() {
        let [a, b] = [&before, &after].map(|x| ascending(x.column(column).to_vec()));
        let distance = ks_sorted(&a, &b);
        let index = psi(&a, &b).expect("rows on either side");
        let p = ks_p(distance, a.len(), b.len());
        table.row([name.as_str().into(), index.into(), distance.into(), p.into(), wasserstein(&a, &b).into()]);
        order.push((index, column));
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let first = order[0].1;
    order.truncate(12);
    let names: Vec<&str> = order.iter().map(|&(_, column)| data.feature_names[column].as_str()).collect();
    let title = Title::new().text(format!("{} has moved most, with a PSI of ", data.feature_names[first])).cite(
        &table,
        "psi",
        first,
        |v| shown::fixed(v, 2),
    );
    let panel = Panel::new(Axis::category("", names), Axis::linear("PSI"))
        .layer(Lollipop {
            x: (0..order.len()).map(|place| place as f64).collect(),
            y: order.iter().map(|(index, _)| *index).collect(),
            base: 0.0,
            whiskers: None,
            mark: Mark::Disc,
            hue: Hue::Blue,
        })
        .note(Note::horizontal(0.2, "folk limit"));
    outcome.figures.push(
        Figure::new("features-that-moved", title)
            .subtitle(format!(
                "{}: {} rows against {} of the baseline{}; the features that moved most, up to twelve.",
                data.name,
                shown::fixed(after.nrows() as f64, 0),
                shown::fixed(before.nrows() as f64, 0),
                if before.nrows() < baseline.nrows() || after.nrows() < data.n_rows() { ", evenly thinned to at most 200\u{202f}000 a side" } else { "" },
            ))
            .alt("The population stability index of the features that moved most, in falling order, with a line at the folk limit.")
            .reads("features", &["feature", "psi"])
            .panel(panel),
    );
    outcome.tables.push(table);
}

/// The detectors that suit the values: those of error rates only where all are 0 or 1.
pub fn suited(values: &[f64], stream: &Stream) -> Vec<(&'static str, Box<dyn Detector>)> {
    let mut all: Vec<(&'static str, Box<dyn Detector>)> = vec![
        ("adwin", Box::new(Adwin::default())),
        ("page-hinkley", Box::new(PageHinkley::default())),
        ("kswin", Box::new(Kswin::new(stream))),
    ];
    if values.iter().all(|&value| value == 0.0 || value == 1.0) {
        all.push(("ddm", Box::new(Ddm::default())));
        all.push(("eddm", Box::new(Eddm::default())));
        all.push(("hddm-a", Box::new(HddmA::default())));
        all.push(("hddm-w", Box::new(HddmW::default())));
    }
    all
}

fn along(cx: &Cx, window: usize, data: &Dataset, outcome: &mut Outcome) {
    let values = data.features.column(0).to_vec();
    let mut table = Table::new("alarms", &[("detector", ""), ("row", "rows")]);
    let mut counts = Table::new("alarm_counts", &[("detector", ""), ("alarms", "alarms"), ("rows", "rows")]);
    let mut lanes = Vec::new();
    for (name, mut detector) in suited(&values, &cx.stream("own-stream", 0)) {
        let rows = alarms(detector.as_mut(), &values);
        counts.row([name.into(), rows.len().into(), values.len().into()]);
        for &row in &rows {
            table.row([name.into(), row.into()]);
        }
        let events =
            rows.iter().map(|&row| Event { x: row as f64, mark: Mark::Triangle, hue: Hue::Vermilion }).collect();
        lanes.push(Lane { name: name.into(), events, spans: Vec::new() });
    }
    let every = values.len().div_ceil(2000);
    let mean = rolling_mean(&values, window);
    let mut drawn = Table::new("rolling_mean", &[("row", "rows"), ("mean", "1")]);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for row in (0..values.len()).step_by(every) {
        drawn.row([row.into(), mean[row].into()]);
        x.push(row as f64);
        y.push(mean[row]);
    }
    let last = values.len() as f64;
    let title = Title::new()
        .text("ADWIN alarms ")
        .cite(&counts, "alarms", 0, |v| shown::fixed(v, 0))
        .text(" times, Page-Hinkley ")
        .cite(&counts, "alarms", 1, |v| shown::fixed(v, 0))
        .text(" and KSWIN ")
        .cite(&counts, "alarms", 2, |v| shown::fixed(v, 0));
    let height = 0.35 + 0.12 * lanes.len() as f64;
    outcome.figures.push(
        Figure::new("alarms-on-a-stream", title)
            .subtitle(format!(
                "{}, {} rows in order; mean of the last {window} rows. Detectors at river's defaults, each starting afresh after an alarm.",
                data.feature_names[0],
                shown::fixed(last, 0)
            ))
            .alt("Above, the rolling mean of the column over its rows; below, one lane a detector with a mark at each alarm.")
            .reads("rolling_mean", &["row", "mean"])
            .reads("alarm_counts", &["alarms"])
            .layout(Layout::Stack)
            .panel(
                Panel::new(Axis::linear("row").range(0.0, last), Axis::linear("rolling mean"))
                    .layer(Line::new(x, y, Hue::Blue)),
            )
            .panel(Panel::new(Axis::linear("row").range(0.0, last), Axis::linear("alarms")).layer(Lanes { lanes }).height(height)),
    );
    if table.n_rows() > 0 {
        outcome.tables.push(table);
    } else {
        // A table needs a row: an empty one would say nothing of what was looked at.
        table.row(["none".into(), f64::NAN.into()]);
        outcome.tables.push(table);
    }
    outcome.tables.extend([counts, drawn]);
}

/// The share of columns that alarm between random halves of the same rows, where nothing can have drifted.
fn halves(cx: &Cx, x: ArrayView2<f64>, outcome: &mut Outcome) -> Result<(), LabError> {
    let stride = x.nrows().div_ceil(4000).max(1);
    let x = x.select(Side(0), &(0..x.nrows()).step_by(stride).collect::<Vec<_>>());
    let shares = cx.replicate_part("halves", (cx.replicates() / 2).max(4), |rep| {
        let order = Draws::new(&rep.stream).permutation(x.nrows());
        let middle = x.nrows() / 2;
        let [a, b] = [&order[..middle], &order[middle..]].map(|rows| columns(x.select(Side(0), rows).view()));
        let alarms = a.iter().zip(&b).filter(|(a, b)| ks_p(ks_sorted(a, b), a.len(), b.len()) < 0.05);
        alarms.count() as f64 / x.ncols() as f64
    })?;
    // The rate is that of these very rows under random halving: the halvings are independent, nothing is to correct.
    let e = Estimate::resampled_mean(&shares, 0.0);
    let setting = "the test is KS at five per cent and both sides are random halves of your own rows";
    outcome.find(CLAIM, setting, Estimate { low: e.low.max(0.0), high: e.high.min(1.0), ..e });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift_detection::DriftDetection;
    use mllab_core::{AnyLab, Host, Lab, Request, Run, RunError, Shelf, Silent, Source, Target};
    use mllab_kit::data::classes::normal_features;
    use std::sync::atomic::AtomicBool;

    const LAB: Shelf<DriftDetection> = Shelf::LAB;

    fn on_own(features: Array2<f64>, baseline: Option<Array2<f64>>) -> Result<Run, RunError> {
        let mut request = Request::reference(&LAB).unwrap();
        (request.quick, request.replicates) = (true, DriftDetection::META.quick_replicates);
        let names = (0..features.ncols()).map(|column| format!("c{column}")).collect();
        let mut data = Dataset::new("own", features, names, Target::None);
        data.baseline = baseline;
        request.source = Source::Own(Box::new(data));
        let never = AtomicBool::new(false);
        mllab_core::run(&LAB, &request, Host { progress: &Silent, cancelled: &never })
    }

    #[test]
    fn a_column_gets_the_alarms_of_the_detectors_that_suit_it() {
        let bits = Array2::from_shape_fn((3000, 1), |(row, _)| f64::from(row % 10 < if row < 1500 { 1 } else { 5 }));
        let run = on_own(bits, None).unwrap();
        let alarms = run.tables.iter().find(|table| table.id == "alarms").unwrap();
        let named = |name: &str| alarms.rows().any(|row| row[0].to_csv() == name);
        for name in ["adwin", "page-hinkley", "ddm", "hddm-a", "hddm-w"] {
            assert!(named(name), "{name}: {}", alarms.to_csv());
        }
        let run = on_own(normal_features(800, 1, &Stream::root(1)), None).unwrap();
        let counts = run.tables.iter().find(|table| table.id == "alarm_counts").unwrap();
        assert_eq!(counts.n_rows(), 3, "detectors of errors need 0 and 1");
        assert_eq!(run.report.claims.len() + run.report.untestable.len(), LAB.seed().unwrap().claims.len());
    }

    #[test]
    fn a_baseline_gives_a_row_a_feature() {
        let (a, mut b) = (normal_features(500, 3, &Stream::root(1)), normal_features(400, 3, &Stream::root(2)));
        b.column_mut(1).mapv_inplace(|value| value + 1.0);
        let run = on_own(b, Some(a)).unwrap();
        let features = run.tables.iter().find(|table| table.id == "features").unwrap();
        assert_eq!(features.n_rows(), 3);
        assert!(features.number(1, "psi").unwrap() > 0.5 && features.number(1, "ks_p").unwrap() < 1e-6);
        assert!(features.number(0, "psi").unwrap() < 0.2);
    }

    #[test]
    fn what_cannot_be_watched_is_told_what_would_do() {
        let x = |n, p| normal_features(n, p, &Stream::root(3));
        for (features, baseline, words) in [
            (x(120, 1), None, "--window takes 50 to 120"),
            (x(600, 3), None, "--column"),
            (x(10, 1), None, "30 rows"),
            (x(600, 2), Some(x(5, 2)), "baseline has 5 rows"),
        ] {
            let error = on_own(features, baseline).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
