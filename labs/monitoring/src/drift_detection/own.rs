//! A user's rows: one column as a stream in row order, or all columns against a baseline.

use super::DriftDetectionParams;
use mllab_core::prelude::*;
use mllab_kit::data::series::rolling_mean;
use mllab_kit::draws::Draws;
use mllab_kit::drift::{Baseline, alarms, at_defaults};
use ndarray::{Array2, ArrayView2, Axis as Side};
use shown::{hundredths, whole};

pub const CLAIM: &str = "baseline-and-thresholds";
/// Rows of a column that are put in order of size; larger tables are thinned evenly.
const MOST_ROWS: usize = 200_000;
/// Fewest rows of a stream or of either side.
const FEWEST: usize = 30;

/// Tables `alarms` or `features`, and how often KS alarms between random halves of the user's rows.
pub fn run(cx: &Cx, params: &DriftDetectionParams, data: &Dataset) -> Result<Outcome, LabError> {
    let window = params.window as usize;
    if let Some(fault) = fault(data, window) {
        return Err(LabError::Unusable(fault));
    }
    let mut outcome = Outcome::new();
    if let Some(baseline) = &data.baseline {
        against(data, baseline.view(), &mut outcome)?;
        halves(cx, baseline.view(), &mut outcome)?;
    } else {
        along(cx, window, data, &mut outcome);
        halves(cx, data.features.view(), &mut outcome)?;
    }
    Ok(outcome)
}

/// What the rows lack, and what would do.
fn fault(data: &Dataset, window: usize) -> Option<String> {
    let (rows, columns) = (data.n_rows(), data.features.ncols());
    if columns == 0 || rows < FEWEST {
        return Some(format!("{rows} rows of {columns} columns: {FEWEST} rows of a numeric column would do"));
    }
    match &data.baseline {
        Some(baseline) if baseline.nrows() < FEWEST => {
            Some(format!("the baseline has {} rows: {FEWEST} would do", baseline.nrows()))
        }
        Some(baseline) if baseline.ncols() != columns => {
            Some("the baseline's columns are not those of the data".into())
        }
        None if columns != 1 => Some(format!(
            "{columns} columns and no baseline: name one as a stream with --column, or give earlier rows with --baseline"
        )),
        None if window > rows => Some(format!(
            "a window of {window} rows is too long for a stream of {rows} rows: --window takes 50 to {}",
            rows.max(50)
        )),
        _ => None,
    }
}

/// Every so many-th row, so that no more than `most` are left.
fn thinned(x: ArrayView2<f64>, most: usize) -> Array2<f64> {
    let stride = x.nrows().div_ceil(most).max(1);
    x.select(Side(0), &(0..x.nrows()).step_by(stride).collect::<Vec<_>>())
}

fn against(data: &Dataset, baseline: ArrayView2<f64>, outcome: &mut Outcome) -> Result<(), LabError> {
    let (before, after) = (thinned(baseline, MOST_ROWS), thinned(data.features.view(), MOST_ROWS));
    let mut table = Table::named("features").with_word("feature").with_numbers(&["psi", "ks", "ks_p"], "1");
    table = table.with_number("wasserstein", "the feature's own");
    let apart = Baseline::new(before.view())?.each(after.view(), |reference, column| {
        let (ks, p) = reference.ks(column);
        (reference.psi(column), ks, p, reference.wasserstein(column))
    });
    for (name, (psi, ks, p, wasserstein)) in data.feature_names.iter().zip(apart) {
        table.put((name.as_str(), psi, ks, p, wasserstein));
    }
    let mut order: Vec<(f64, usize)> = table.numbers("psi").into_iter().zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let names: Vec<&str> = order.iter().take(12).map(|&(_, column)| data.feature_names[column].as_str()).collect();
    let title = Title::say(
        &format!("{} has moved most, with a PSI of {{}}", names[0].replace("{}", "")),
        [table.cite("psi", (names[0],), hundredths)],
    );
    let whole_table = before.nrows() == baseline.nrows() && after.nrows() == data.n_rows();
    let panel = Panel::new(Axis::category("", names), Axis::linear("PSI"));
    let panel = panel.stalks(&table, "feature", "psi", 0.0, &Look::new("PSI", Hue::Blue));
    let figure = Figure::new("features-that-moved", title)
        .subtitle(format!("{}: {} rows against {} of the baseline{}; the features that moved most, up to twelve.", data.name, whole(after.nrows() as f64), whole(before.nrows() as f64), if whole_table { "" } else { ", evenly thinned to at most 200\u{202f}000 a side" }))
        .alt("The population stability index of the features that moved most, in falling order, with a line at the folk limit.")
        .panel(panel.note(Note::horizontal(0.2, "folk limit")));
    outcome.show(figure, [table]);
    Ok(())
}

fn along(cx: &Cx, window: usize, data: &Dataset, outcome: &mut Outcome) {
    let values = data.features.column(0).to_vec();
    // Detectors of error rates suit values that are all 0 or 1.
    let suited = if values.iter().all(|&value| value == 0.0 || value == 1.0) { 7 } else { 3 };
    let mut table = Table::named("alarms").with_word("detector").with_number("row", "rows");
    let mut counts = Table::named("alarm_counts").with_word("detector");
    counts = counts.with_number("alarms", "alarms").with_number("rows", "rows");
    let mut names = Vec::new();
    for (name, mut detector) in at_defaults(&cx.stream("own-stream", 0)).into_iter().take(suited) {
        let (name, rows) = (name.to_lowercase(), alarms(detector.as_mut(), &values));
        counts.put((name.as_str(), rows.len(), values.len()));
        for row in rows {
            table.put((name.as_str(), row));
        }
        names.push(name);
    }
    if table.n_rows() == 0 {
        // A table needs a row: an empty one would say nothing of what was looked at.
        table.put(("none", f64::NAN));
    }
    let mean = rolling_mean(&values, window);
    let mut drawn = Table::named("rolling_mean").with_number("row", "rows").with_number("mean", "1");
    for row in (0..values.len()).step_by(values.len().div_ceil(2000)) {
        drawn.put((row, mean[row]));
    }
    let title = Title::say(
        "ADWIN alarms {} times, Page-Hinkley {} and KSWIN {}",
        ["adwin", "page-hinkley", "kswin"].map(|name| counts.cite("alarms", (name,), whole)),
    );
    let last = values.len() as f64;
    let axis = || Axis::linear("row").range(0.0, last);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let [mean, alarm] = [Look::new("rolling mean", Hue::Blue), Look::new("alarm", Hue::Vermilion).mark(Mark::Triangle)];
    let curve = Panel::new(axis(), Axis::linear("rolling mean")).line(&drawn, "row", "mean", &mean.unnamed());
    let alarms = [(Rows::from(&table), alarm)];
    let lanes = Panel::new(axis(), Axis::linear("alarms")).events(&names, &alarms, "detector", "row");
    let figure = Figure::new("alarms-on-a-stream", title)
        .subtitle(format!("{}, {} rows in order; mean of the last {window} rows. Detectors at river's defaults, each starting afresh after an alarm.", data.feature_names[0], whole(last)))
        .alt("Above, the rolling mean of the column over its rows; below, one lane a detector with a mark at each alarm.")
        .layout(Layout::Stack)
        .panel(curve)
        .panel(lanes.height(0.35 + 0.12 * suited as f64));
    outcome.show(figure, [table, counts, drawn]);
}

/// The share of columns, or of a thousand of very many, that alarm between random halves of the same rows, where nothing
/// can have drifted.
fn halves(cx: &Cx, x: ArrayView2<f64>, outcome: &mut Outcome) -> Result<(), LabError> {
    let x = thinned(x, 4000);
    let x = x.select(Side(1), &(0..x.ncols()).step_by(x.ncols().div_ceil(1000)).collect::<Vec<_>>());
    let runs = cx.runs("halves", (cx.replicates() / 2).max(4), |rep| {
        let order = Draws::new(&rep.stream).permutation(x.nrows());
        let (first, second) = order.split_at(x.nrows() / 2);
        let later = x.select(Side(0), second);
        let p = Baseline::new(x.select(Side(0), first).view())?.each(later.view(), |a, b| a.ks(b).1);
        Ok(p.iter().filter(|&&p| p < 0.05).count() as f64 / p.len() as f64)
    })?;
    // The rate is that of these very rows under random halving: the halvings are independent, nothing is to correct.
    let share = runs.resampled(0.0, |share| *share);
    let setting = "the test is KS at five per cent and both sides are random halves of your own rows";
    outcome.find(CLAIM, setting, share.cut_to(0.0, 1.0));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift_detection::DriftDetection;
    use mllab_core::{AnyLab, Run, RunError, Shelf};
    use mllab_kit::data::classes::normal_features;

    const LAB: Shelf<DriftDetection> = Shelf::LAB;

    fn on_own(features: Array2<f64>, baseline: Option<Array2<f64>>) -> Result<Run, RunError> {
        let names = (0..features.ncols()).map(|column| format!("c{column}")).collect();
        Run::quick_on(&LAB, Dataset { baseline, ..Dataset::new("own", features, names, Target::None) })
    }

    #[test]
    fn a_column_gets_the_alarms_of_the_detectors_that_suit_it() {
        let bits = Array2::from_shape_fn((3000, 1), |(row, _)| f64::from(row % 10 < if row < 1500 { 1 } else { 5 }));
        let run = on_own(bits, None).unwrap();
        let alarms = run.table("alarms");
        let named = |name: &str| alarms.rows().any(|row| row[0].to_csv() == name);
        for name in ["adwin", "page-hinkley", "ddm", "hddm-a", "hddm-w"] {
            assert!(named(name), "{name}: {}", alarms.to_csv());
        }
        let run = on_own(normal_features(800, 1, &Stream::root(1)), None).unwrap();
        let counts = run.table("alarm_counts");
        assert_eq!(counts.n_rows(), 3, "detectors of errors need 0 and 1");
        assert_eq!(run.report.claims.len() + run.report.untestable.len(), LAB.seed().unwrap().claims.len());
    }

    #[test]
    fn a_baseline_gives_a_row_a_feature() {
        let (a, mut b) = (normal_features(500, 3, &Stream::root(1)), normal_features(400, 3, &Stream::root(2)));
        b.column_mut(1).mapv_inplace(|value| value + 1.0);
        let run = on_own(b, Some(a)).unwrap();
        let features = run.table("features");
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
