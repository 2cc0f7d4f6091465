//! Does retraining answer drift, and on which rows?
//!
//! Data: labelled streams whose boundary turns slowly, once, in turns, or within one window; then old rows and new ones
//! of three kinds of drift. Arms: never, every fifty rows, on an alarm of DDM; new rows, old ones, both, old ones with
//! little weight. Measurement: accuracy, each row predicted before its label is used.

use super::DriftDetectionParams;
use super::worlds::{Series, TEST, TRAIN, Truth, accuracy, each, linear, mean, stacked, weighted, with_squares};
use mllab_core::figure::{Axis, Format, Heat, Hue, Layout, Line, Palette, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::data::drifting::{boundary, turning};
use mllab_kit::drift::response::{Policy, Prequential, prequential};

const FIXES: &str = "retrain-fixes";
const ROWS: &str = "retrain-old-plus-new";
const EVERY: usize = 50;
const NOISE: f64 = 0.1;

/// Measures both.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    fixes(cx, params, &mut outcome)?;
    training_rows(cx, &mut outcome)?;
    Ok(outcome)
}

/// One stream under three policies, and the accuracy of the true rule.
struct Run {
    never: Prequential,
    every: Prequential,
    alarm: Prequential,
    best: f64,
}

fn under_policies(
    params: &DriftDetectionParams,
    degrees: &dyn Fn(usize) -> f64,
    stream: &Stream,
) -> Result<Run, KitError> {
    let (window, n) = (params.retrain_window as usize, params.stream as usize);
    let (rows, truth) = turning(n, degrees, NOISE, stream);
    let best = truth.iter().zip(&rows.y).skip(window).filter(|(a, b)| a == b).count() as f64;
    let policy = |policy| prequential(&rows, window, policy);
    Ok(Run {
        never: policy(Policy::Never)?,
        every: policy(Policy::Every(EVERY))?,
        alarm: policy(Policy::OnAlarm(EVERY))?,
        best: best / n.saturating_sub(window) as f64,
    })
}

/// A setting and where the boundary stands at each row.
type World<'a> = (&'static str, Box<dyn Fn(usize) -> f64 + Sync + 'a>);
/// A policy's name, its colour, and its part of a run.
type Drawn = (&'static str, Hue, fn(&Run) -> &Prequential);

fn fixes(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (n, window) = (params.stream as usize, params.retrain_window as usize);
    if 2 * window > n {
        return Err(LabError::Unusable(format!(
            "a window of {window} rows is too long for a stream of {n} rows: --retrain-window takes 20 to {}, or --stream {} and more",
            n / 2,
            2 * window
        )));
    }
    let worlds: [World; 5] = [
        ("the boundary turns slowly", Box::new(move |row| 180.0 * row as f64 / n as f64)),
        ("the concept changes once", Box::new(move |row| if row < n / 2 { 0.0 } else { 90.0 })),
        ("two concepts take turns every 500 rows", Box::new(|row| 90.0 * ((row / 500) % 2) as f64)),
        ("the boundary turns within one window", Box::new(move |row| 180.0 * row as f64 / window as f64)),
        ("nothing drifts", Box::new(|_| 0.0)),
    ];
    let mut slow = Vec::new();
    for (place, (setting, degrees)) in worlds.into_iter().enumerate() {
        let runs = cx
            .replicate_part(setting, cx.replicates() / 2, |rep| under_policies(params, &degrees, &rep.stream))?
            .into_iter()
            .collect::<Result<Vec<Run>, KitError>>()
            .map_err(|error| LabError::Unusable(error.to_string()))?;
        outcome.find(FIXES, setting, mean(&runs, |run| run.every.accuracy() - run.never.accuracy()));
        if place < 4 {
            outcome.find_part(FIXES, setting, 1, mean(&runs, |run| run.best - run.every.accuracy()));
        }
        if place == 1 {
            let setting = "the concept changes once and an alarm decides when to retrain";
            outcome.find(FIXES, setting, mean(&runs, |run| run.alarm.accuracy() - run.every.accuracy()));
            // A run without any refit counts as one: the first model was fitted as well.
            let fits = |run: &Prequential| (1 + run.refits.len()) as f64;
            let saved = each(&runs, |run| libm::log2(fits(&run.every) / fits(&run.alarm)));
            outcome.find_part(FIXES, setting, 1, Estimate::mean(&saved));
        }
        if place == 0 {
            slow = runs;
        }
    }
    let degrees = move |row: usize| 720.0 * row as f64 / n as f64;
    let fast = cx
        .replicate_part("four times as fast", cx.replicates() / 2, |rep| under_policies(params, &degrees, &rep.stream))?
        .into_iter()
        .collect::<Result<Vec<Run>, KitError>>()
        .map_err(|error| LabError::Unusable(error.to_string()))?;
    draw_teeth(params, [&slow, &fast], outcome);
    Ok(())
}

/// Rows of one point of the curves.
const STEP: usize = 10;

fn draw_teeth(params: &DriftDetectionParams, worlds: [&[Run]; 2], outcome: &mut Outcome) {
    let columns = [
        ("turn", "degrees"),
        ("row", "rows"),
        ("policy", ""),
        ("accuracy", "share"),
        ("low", "share"),
        ("high", "share"),
        ("mean", "share"),
        ("models", "models"),
    ];
    let mut table = Table::new("accuracy_of_policies", &columns);
    let points = worlds[0][0].never.right.len() / STEP;
    let runs = worlds[0].len();
    let x: Vec<f64> = (0..points).map(|point| (params.retrain_window as usize + point * STEP) as f64).collect();
    let policies: [Drawn; 3] = [
        ("never", Hue::Vermilion, |run| &run.never),
        ("every 50 rows", Hue::Blue, |run| &run.every),
        ("on an alarm", Hue::Green, |run| &run.alarm),
    ];
    let mut panels = Vec::new();
    for (runs, turn) in worlds.into_iter().zip([180_usize, 720]) {
        let mut panel = Panel::new(
            Axis::linear("row").range(0.0, params.stream as f64),
            Axis::linear("accuracy").range(0.0, 1.0).format(Format::Percent),
        )
        .title(format!("The boundary turns by {turn}°"));
        for (name, hue, of) in policies {
            let estimates: Vec<Estimate> = (0..points)
                .map(|point| {
                    let rows = point * STEP..(point + 1) * STEP;
                    let part =
                        |run: &Run| of(run).right[rows.clone()].iter().filter(|&&r| r).count() as f64 / STEP as f64;
                    Estimate::mean_within(&each(runs, part), 0.0, 1.0)
                })
                .collect();
            let overall = mean(runs, |run| of(run).accuracy()).point;
            let models = each(runs, |run| 1.0 + of(run).refits.len() as f64).iter().sum::<f64>() / runs.len() as f64;
            for (row, e) in x.iter().zip(&estimates) {
                table.row([
                    turn.into(),
                    (*row).into(),
                    name.into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                    overall.into(),
                    models.into(),
                ]);
            }
            let band: Series = estimates.into_iter().collect();
            panel = panel.layer(Line::new(x.clone(), band.middle, hue).band(band.low, band.high).label(name));
        }
        panels.push(panel);
    }
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("While the boundary turns, retraining every fifty rows keeps ")
        .cite(&table, "mean", points, percent)
        .text(" of accuracy with ")
        .cite(&table, "models", points, |v| shown::fixed(v, 0))
        .text(" models, on an alarm ")
        .cite(&table, "mean", 2 * points, percent)
        .text(" with ")
        .cite(&table, "models", 2 * points, |v| shown::fixed(v, 0));
    outcome.figures.push(
        Figure::new("saw-tooth", title)
            .subtitle(format!(
                "A boundary turns over {} rows; a model learns from the last {}. Accuracy of ten rows at a time, mean of {} runs; band: 99\u{202f}% interval.",
                shown::fixed(params.stream as f64, 0),
                params.retrain_window,
                runs
            ))
            .alt("Two panels of accuracy over the rows of a stream. Where the boundary turns by half, never retraining falls in a straight line to near zero, retraining every fifty rows stays level near the top and retraining on an alarm a little below. Where it turns four times as fast, retraining every fifty rows is a saw-tooth, on an alarm lies far below, and never swings between the bottom and the top as the boundary comes round.")
            .reads("accuracy_of_policies", &["row", "accuracy", "low", "high", "mean", "models"])
            .layout(Layout::Grid { columns: 2, share_y: true })
            .panel(panels.remove(0))
            .panel(panels.remove(0)),
    );
    outcome.tables.push(table);
}

/// The rows that a model can be retrained on.
const ARMS: [&str; 4] = ["old only", "new only", "old and new", "old at a tenth"];

/// Accuracy of each arm, after a drift of one kind.
fn arms(kind: usize, new_rows: usize, stream: &Stream) -> [f64; 4] {
    let draw = |n, live: bool, name: &str| {
        let stream = stream.child(name, 0);
        match (kind, live) {
            (0, true) => Truth::Curved.draw(n, 2.0, &stream),
            (0 | 3, _) => Truth::Curved.draw(n, 0.0, &stream),
            (_, true) => boundary(n, [0.0; 2], 90.0, 0.3, &stream),
            (_, false) => boundary(n, [0.0; 2], 0.0, 0.3, &stream),
        }
    };
    let (old, new) = (with_squares(&draw(TRAIN, false, "old")), with_squares(&draw(new_rows, true, "new")));
    let test = with_squares(&if kind == 2 {
        // The old concept comes back for half of the time.
        stacked(&draw(TEST / 2, false, "test old"), &draw(TEST / 2, true, "test new"))
    } else {
        draw(TEST, true, "test")
    });
    let both: Labelled = stacked(&old, &new);
    let weights: Vec<f64> = (0..both.y.len()).map(|row| if row < TRAIN { 0.1 } else { 1.0 }).collect();
    let models = [linear(&old), linear(&new), linear(&both), weighted(&both, Some(&weights))];
    models.map(|model| accuracy(&model, &test))
}

fn training_rows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cases = [
        ("inputs moved and a hundred rows are new", "inputs moved, 100 new", 0, 100, true),
        ("inputs moved and two thousand rows are new", "inputs moved, 2000 new", 0, 2000, true),
        ("the concept turned by 90 degrees and a hundred rows are new", "concept turned, 100 new", 1, 100, true),
        ("the concept turned by 90 degrees and two thousand rows are new", "concept turned, 2000 new", 1, 2000, true),
        ("two concepts take turns and a hundred rows are new", "concepts take turns, 100 new", 2, 100, true),
        ("nothing changed and a hundred rows are new", "nothing changed, 100 new", 3, 100, false),
    ];
    let columns =
        [("drift", ""), ("rows", ""), ("accuracy", "share"), ("low", "share"), ("high", "share"), ("runs", "runs")];
    let mut table = Table::new("accuracy_by_training_rows", &columns);
    let mut values = Vec::new();
    for (setting, name, kind, new_rows, rivals) in cases {
        let runs = cx.replicate_part(setting, cx.replicates() / 2, |rep| arms(kind, new_rows, &rep.stream))?;
        let order: &[usize] = if rivals { &[1, 0, 3] } else { &[1, 0] };
        for (part, &rival) in order.iter().enumerate() {
            outcome.find_part(ROWS, setting, part, mean(&runs, |run| run[2] - run[rival]));
        }
        for (arm, rows) in ARMS.into_iter().enumerate() {
            let e = mean(&runs, |run| run[arm]);
            values.push(100.0 * e.point);
            table.row([name.into(), rows.into(), e.point.into(), e.low.into(), e.high.into(), runs.len().into()]);
        }
    }
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("Where inputs moved, old and new rows together reach ")
        .cite(&table, "accuracy", 2, percent)
        .text("; where the concept turned ")
        .cite(&table, "accuracy", 10, percent)
        .text(", and new rows alone ")
        .cite(&table, "accuracy", 9, percent);
    let edges = |count: usize| -> Vec<f64> { (0..=count).map(|edge| edge as f64 - 0.5).collect() };
    outcome.figures.push(
        Figure::new("which-rows", title)
            .subtitle(format!(
                "Accuracy after the drift, in per cent, of a logistic regression with squares on 1000 old rows and 100 or 2000 new ones. Mean of {} runs.",
                cx.replicates() / 2
            ))
            .alt("Heat map of accuracy, six kinds of drift by four choices of training rows. Where inputs moved, old and new rows together are among the darkest; where the concept turned, new rows alone are, and old rows spoil the mix.")
            .reads("accuracy_by_training_rows", &["drift", "rows", "accuracy"])
            .panel(Panel::new(Axis::category("rows to learn from", ARMS), Axis::category("drift", cases.map(|case| case.1))).layer(Heat {
                x_edges: edges(ARMS.len()),
                y_edges: edges(cases.len()),
                values,
                palette: Palette::Sequential(Hue::Blue),
                limits: Some([40.0, 100.0]),
                decimals: Some(0),
                contour: None,
            })),
    );
    outcome.tables.push(table);
    Ok(())
}
