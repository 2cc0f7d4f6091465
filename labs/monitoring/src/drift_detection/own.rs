//! A user's column as a stream, in the order of its rows.

use super::DriftDetectionParams;
use mllab_core::prelude::*;
use mllab_kit::data::series::rolling_mean;
use mllab_kit::draws::Draws;
use mllab_kit::drift::{Reference, alarms, at_defaults};
use shown::whole;

pub const CLAIM: &str = "baseline-and-thresholds";
/// Fewest rows of a stream or of either side.
pub const FEWEST: usize = 30;

/// Tables `alarms` or `features`, and how often KS alarms between random halves of the user's rows.
pub fn run(cx: &Cx, params: &DriftDetectionParams, data: &Dataset) -> Result<Outcome, LabError> {
    if let Some(fault) = fault(data) {
        return Err(LabError::Unusable(fault));
    }
    let mut outcome = Outcome::new();
    let column = data.features.column(0).to_vec();
    along(cx, params.window as usize, data, &column, &mut outcome);
    halves(cx, &[&column], &mut outcome)?;
    Ok(outcome)
}

/// What the rows lack, and what would do.
fn fault(data: &Dataset) -> Option<String> {
    let (rows, columns) = (data.n_rows(), data.features.ncols());
    if columns == 0 || rows < FEWEST {
        return Some(format!("{rows} rows of {columns} columns: {FEWEST} rows of a numeric column would do"));
    }
    (columns != 1).then(|| {
        format!(
            "{columns} columns and no baseline: name one as a stream with --column, or give earlier rows with --baseline"
        )
    })
}

/// Every so many-th value, so that no more than `most` are left.
pub fn thinned(values: &[f64], most: usize) -> Vec<f64> {
    values.iter().copied().step_by(values.len().div_ceil(most).max(1)).collect()
}

fn along(cx: &Cx, window: usize, data: &Dataset, values: &[f64], outcome: &mut Outcome) {
    // Detectors of error rates suit values that are all 0 or 1.
    let suited = if values.iter().all(|&value| value == 0.0 || value == 1.0) { 7 } else { 3 };
    let mut table = Table::named("alarms").with_word("detector").with_number("row", "rows");
    let mut counts = Table::named("alarm_counts").with_word("detector");
    counts = counts.with_number("alarms", "alarms").with_number("rows", "rows");
    let mut names = Vec::new();
    for (name, mut detector) in at_defaults(&cx.stream("own-stream", 0)).into_iter().take(suited) {
        let rows = alarms(detector.as_mut(), values);
        outcome.reading.extend(said(name, &data.feature_names[0], &rows, values));
        let name = name.to_lowercase();
        counts.put((name.as_str(), rows.len(), values.len()));
        for row in rows {
            table.put((name.as_str(), row));
        }
        names.push(name);
    }
    if table.n_rows() == 0 {
        outcome.reading.push(format!("no detector alarms on {}", data.feature_names[0]));
    }
    let fits = window.min(values.len() / 4);
    if fits < window {
        outcome.reading.push(format!("{} rows are too few for a window of {window}: {fits} are taken", values.len()));
    }
    let window = fits;
    let mean = rolling_mean(values, window);
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

/// Where a detector alarms, and what the values were on either side of its first alarm; nothing where it does not.
fn said(detector: &str, column: &str, rows: &[usize], values: &[f64]) -> Option<String> {
    let (first, rest) = rows.split_first()?;
    let next = rest.first().copied().unwrap_or(values.len());
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let [before, after] = [mean(&values[..(*first).max(1)]), mean(&values[*first..next])].map(|v| shown::number(v, 3));
    let more = match rest {
        [] => String::new(),
        [one] => format!(", again at row {one}"),
        many => format!(", and {} times more, the last at row {}", many.len(), many[many.len() - 1]),
    };
    Some(format!("{detector} alarms on {column} at row {first}: mean {before} before, {after} from there on{more}"))
}

/// The share of columns, or of a thousand of very many, that alarm between random halves of the same rows, where nothing
/// can have drifted.
pub fn halves(cx: &Cx, columns: &[&[f64]], outcome: &mut Outcome) -> Result<(), LabError> {
    let columns: Vec<Vec<f64>> =
        columns.iter().step_by(columns.len().div_ceil(1000)).map(|column| thinned(column, 4000)).collect();
    let runs = cx.runs("halves", (cx.replicates() / 2).max(4), |rep| {
        let alarms = |column: &Vec<f64>| -> Result<bool, LabError> {
            let order = Draws::new(&rep.stream).permutation(column.len());
            let (first, second) = order.split_at(column.len() / 2);
            let [first, second] = [first, second].map(|rows| rows.iter().map(|&row| column[row]).collect::<Vec<f64>>());
            Ok(Reference::new(&first)?.ks(&second).1 < 0.05)
        };
        let alarms = columns.iter().map(alarms).collect::<Result<Vec<bool>, _>>()?;
        Ok(alarms.iter().filter(|alarm| **alarm).count() as f64 / alarms.len() as f64)
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
    use ndarray::Array2;

    const LAB: Shelf<DriftDetection> = Shelf::LAB;

    fn on_own(features: Array2<f64>) -> Result<Run, RunError> {
        let names = (0..features.ncols()).map(|column| format!("c{column}")).collect();
        Run::quick_on(&LAB, Dataset::new("own", features, names, Target::None))
    }

    #[test]
    fn a_column_gets_the_alarms_of_the_detectors_that_suit_it() {
        let bits = Array2::from_shape_fn((3000, 1), |(row, _)| f64::from(row % 10 < if row < 1500 { 1 } else { 5 }));
        let run = on_own(bits).unwrap();
        let alarms = run.table("alarms");
        let named = |name: &str| alarms.rows().any(|row| row[0].to_csv() == name);
        for name in ["adwin", "page-hinkley", "ddm", "hddm-a", "hddm-w"] {
            assert!(named(name), "{name}: {}", alarms.to_csv());
        }
        let run = on_own(normal_features(800, 1, &Stream::root(1))).unwrap();
        let counts = run.table("alarm_counts");
        assert_eq!(counts.n_rows(), 3, "detectors of errors need 0 and 1");
        assert_eq!(run.report.claims.len() + run.report.untestable.len(), LAB.seed().unwrap().claims.len());
    }

    #[test]
    fn a_column_that_never_moves_leaves_no_row_of_alarms() {
        let run = on_own(Array2::from_elem((120, 1), 3.5)).unwrap();
        assert_eq!(run.table("alarms").n_rows(), 0);
        assert_eq!(run.table("alarms").to_csv(), "detector,row\n");
    }

    #[test]
    fn what_cannot_be_watched_is_told_what_would_do() {
        let x = |n, p| normal_features(n, p, &Stream::root(3));
        for (features, words) in [(x(600, 3), "--column"), (x(10, 1), "30 rows")] {
            let error = on_own(features).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
