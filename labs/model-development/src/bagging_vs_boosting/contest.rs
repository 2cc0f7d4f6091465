//! Where does boosting beat a forest, when both are tuned?
//!
//! Data: a product of three columns, Friedman's function, a line, noise; the diabetes and breast cancer tables. Arms:
//! second-order boosting of depth four with rounds found by early stopping, a random forest with its columns found on
//! the same validation rows, least squares. Measurement: root mean squared distance from the noiseless target, on real
//! tables from the target. On real tables and the user's the five models also stand side by side at their defaults.

use super::BaggingVsBoostingParams;
use super::folds::{self, CONTEST_ROWS, cancer, diabetes, each_fold, own};
use super::tables;
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::{classes, regressions};
use mllab_kit::ensemble::{Rows, binned, booster, forest, in_a_row, said, second_order, side_by_side};
use mllab_kit::library::Regressor;
use mllab_kit::metrics::{r2, root_mean_squared_error};
use mllab_kit::split;
use mllab_kit::tree::{Boosting, EarlyStop, Forest, TreeSettings};
use ndarray::ArrayView1;

const CLAIM: &str = "xgb-beats-rf-on-complex";
const COLUMNS: usize = 10;
const TEST_ROWS: usize = 500;
/// Rounds at most.
const ROUNDS: usize = 250;
/// Trees of the forests that only choose the columns, and rows that they see at most.
const SCOUTS: usize = 10;
const SCOUTED_ROWS: usize = 500;
/// Trees of a forest on 5000 rows.
const LARGE_FOREST: usize = 30;

/// A target over normal columns (Friedman's: uniform ones), with how much noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Truth {
    Product { noise: f64 },
    Friedman { noise: f64 },
    Line,
    Nothing,
}

const PRODUCT: Truth = Truth::Product { noise: 0.3 };
const FRIEDMAN: Truth = Truth::Friedman { noise: 1.0 };
/// Three quarters of the variance are noise: its variance is three times the target's, which is 1.
const NOISY_PRODUCT: Truth = Truth::Product { noise: 1.732_050_8 };
/// Friedman's target has a variance of 23.8.
const NOISY_FRIEDMAN: Truth = Truth::Friedman { noise: 8.45 };

/// Errors of forest, booster and least squares on one draw, and the variance that the booster explains of new targets.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    pub forest: f64,
    pub booster: f64,
    line: f64,
    explained: f64,
}

const TARGETS: [Look; 5] = [
    Look::new("product of three columns", Hue::Vermilion),
    Look::new("Friedman's function", Hue::Amber),
    Look::new("product, mostly noise", Hue::Blue),
    Look::new("Friedman's, mostly noise", Hue::Sky),
    Look::new("line", Hue::Green),
];

/// Sets both on the same rows.
pub fn run(cx: &Cx, params: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let params = &params.in_time(cx);
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, CONTEST_ROWS)? {
        on_table(cx, params, &table, "both learn from your table", &mut outcome)?;
        let repeats = if table.len() > 1000 || cx.quick() { 1 } else { 4 };
        let scores = tables::scores(cx, params, &table, repeats)?;
        let figure = tables::own(&scores, &table);
        outcome.show(figure, [tables::rows_used(source), scores]);
        return Ok(outcome);
    }
    let n = cx.replicates();
    let compared = |truth: Truth, rows: usize, n: usize| {
        let drawn = if cx.quick() { rows.min(150) } else { rows };
        cx.runs(&format!("{truth:?}, {rows}"), if cx.quick() { 2 } else { n.max(2) }, |rep| {
            Ok(compare(params, truth, drawn, &rep.stream)?)
        })
    };
    let mut leads =
        Table::named("leads").with_word("target").with_number("rows", "rows").with_estimate("ratio", "1").with_runs();
    let few_rows = [
        "the target is a product of three columns and there are 500 rows",
        "the target is Friedman's function and there are 500 rows",
    ];
    let many_rows = [
        "the target is a product of three columns and there are 5000 rows",
        "the target is Friedman's function and there are 5000 rows",
    ];
    for (place, truth) in [PRODUCT, FRIEDMAN].into_iter().enumerate() {
        let few = compared(truth, 100, n)?;
        // The two are close on a product, and far apart on Friedman's function.
        let close = |runs: usize, long: usize| if truth == PRODUCT && params.full { long * runs } else { runs };
        let some = compared(truth, 500, if truth == PRODUCT { close(3 * n / 2, 8) } else { n })?;
        let many = compared(truth, 5000, close(3, 8))?;
        outcome.find(CLAIM, few_rows[place], lead(&some));
        outcome.find(CLAIM, many_rows[place], lead(&many));
        if truth == FRIEDMAN {
            outcome.find(CLAIM, "least squares is the rival on Friedman's function", line_lead(&some));
        }
        for (rows, runs) in [(100, &few), (500, &some), (5000, &many)] {
            leads.put((TARGETS[place].name, rows, lead(runs).map(libm::exp2)));
        }
    }
    let mostly_noise = [
        "the target is a product of three columns and three quarters of its variance are noise",
        "the target is Friedman's function and three quarters of its variance are noise",
    ];
    let long = if params.full { 8 * n } else { n };
    for (target, truth, runs, setting) in [
        (2, NOISY_PRODUCT, 3 * n / 2, mostly_noise[0]),
        (3, NOISY_FRIEDMAN, long, mostly_noise[1]),
        (4, Truth::Line, n, "the target is linear"),
    ] {
        let some = compared(truth, 500, runs)?;
        outcome.find(CLAIM, setting, lead(&some));
        if truth == Truth::Line {
            outcome.find(CLAIM, "least squares is the rival on a linear target", line_lead(&some));
        }
        leads.put((TARGETS[target].name, 500, lead(&some).map(libm::exp2)));
    }
    outcome.find(CLAIM, "targets are pure noise", compared(Truth::Nothing, 500, 3 * n / 2)?.mean(|run| run.explained));
    on_table(cx, params, &diabetes(), "both learn from the diabetes table", &mut outcome)?;
    on_table(cx, params, &cancer(), "both learn from the breast cancer table", &mut outcome)?;
    draw(leads, &mut outcome);
    tables::shipped(cx, params, &mut outcome)?;
    Ok(outcome)
}

fn lead(runs: &Runs<Errors>) -> Estimate {
    runs.log_ratio(|run| run.forest, |run| run.booster)
}

fn line_lead(runs: &Runs<Errors>) -> Estimate {
    runs.log_ratio(|run| run.line, |run| run.booster)
}

impl Truth {
    /// `n` rows: their targets with noise, and without.
    fn draw(self, n: usize, stream: &Stream) -> (Rows, Vec<f64>) {
        let normal = || classes::normal_features(n, COLUMNS, &stream.child("features", 0));
        let with = |x: ndarray::Array2<f64>, noise: f64, truth: &dyn Fn(ArrayView1<f64>) -> f64| {
            let clean: Vec<f64> = x.rows().into_iter().map(truth).collect();
            (Rows::from(regressions::measured(x, truth, noise, &stream.child("noise", 0))), clean)
        };
        match self {
            Truth::Product { noise } => with(normal(), noise, &|row| row[0] * row[1] * row[2]),
            Truth::Line => with(normal(), 1.0, &|row| row.iter().take(5).sum()),
            Truth::Nothing => with(normal(), 1.0, &|_| 0.0),
            Truth::Friedman { noise } => {
                let clean = regressions::friedman1(n, COLUMNS, 0.0, stream);
                let noisy = regressions::friedman1(n, COLUMNS, noise, stream);
                (noisy.into(), clean.y)
            }
        }
    }
}

fn compare(params: &BaggingVsBoostingParams, truth: Truth, n: usize, stream: &Stream) -> Result<Errors, KitError> {
    let (train, _) = truth.draw(n, &stream.child("train", 0));
    let (test, clean) = truth.draw(TEST_ROWS, &stream.child("test", 0));
    let trees = if n > 1000 { LARGE_FOREST } else { params.fewer_trees() };
    let [forest, booster] = tuned(&train, &test, trees, stream)?;
    let line = Regressor::LinfaLeastSquares.fit(train.x.view(), &train.numbers(), stream)?.predict(test.x.view())?;
    let error = |scores: &[f64]| root_mean_squared_error(scores, &clean);
    Ok(Errors {
        forest: error(&forest),
        booster: error(&booster),
        line: error(&line),
        explained: r2(&booster, &test.numbers()),
    })
}

/// What the tuned forest and the tuned booster say of the test rows.
fn tuned(train: &Rows, test: &Rows, trees: usize, stream: &Stream) -> Result<[Vec<f64>; 2], KitError> {
    let parts = split::random(train.len(), 0.25, &stream.child("validation", 0))?;
    let (inner, valid) = (train.pick(&parts.train), train.pick(&parts.test));
    let targets = valid.numbers();

    let p = train.x.ncols();
    let base = forest(trees, train);
    let with = |trees: usize, columns: usize| Forest {
        trees,
        tree: TreeSettings { columns_per_split: Some(columns), ..base.tree },
        ..base
    };
    let few = inner.pick(&(0..inner.len().min(SCOUTED_ROWS)).collect::<Vec<_>>());
    let mut best = (f64::INFINITY, p);
    for columns in [p.div_ceil(3), p] {
        let scout = side_by_side(&with(SCOUTS, columns), &few, stream)?;
        let loss = root_mean_squared_error(&scout.predict(valid.x.view()), &targets);
        if loss < best.0 {
            best = (loss, columns);
        }
    }
    let grown = side_by_side(&with(trees, best.1), train, stream)?.predict(test.x.view());

    let settings = second_order(binned(booster(ROUNDS, 4, 0.1, train)));
    let stop = EarlyStop { x: valid.x.view(), y: &targets, patience: 15 };
    let rounds = settings.fit(inner.x.view(), &inner.numbers(), None, Some(stop), stream)?.trees.len();
    let model = in_a_row(&Boosting { rounds, ..settings }, train, stream)?;
    Ok([grown, said(&model.raw(test.x.view()), model.loss)])
}

fn on_table(
    cx: &Cx,
    params: &BaggingVsBoostingParams,
    table: &Rows,
    setting: &'static str,
    outcome: &mut Outcome,
) -> Result<(), LabError> {
    let repeats = if table.len() > 300 || table.x.ncols() > 20 || cx.quick() { 1 } else { 2 };
    let folds = each_fold(cx, table, setting, repeats, |train, test, stream| {
        let tuned = tuned(train, test, params.fewer_trees(), stream)?;
        Ok(tuned.map(|scores| root_mean_squared_error(&scores, &test.numbers())))
    })?;
    outcome.find(CLAIM, setting, folds::log_ratio(&folds, |fold| fold[0], |fold| fold[1]));
    Ok(())
}

/// Draws the error of a forest over that of boosting, against rows.
fn draw(table: Table, outcome: &mut Outcome) {
    let panel = Panel::new(
        Axis::log("training rows").range(90.0, 5500.0).ticks([100.0, 500.0, 5000.0]),
        Axis::linear("error of a forest over that of boosting").format(Format::Times),
    )
    .note(Note::horizontal(0.0, "level"));
    let panel = TARGETS.iter().fold(panel, |panel, look| {
        let rows = || table.of((look.name,)).seen("ratio", libm::log2);
        panel.line(rows(), "rows", "ratio", &look.bare()).points(rows(), "rows", "ratio", &look.unnamed())
    });
    let times = |v: f64| format!("×{}", shown::hundredths(v));
    let cite = |target: usize, rows: usize| table.cite("ratio", (TARGETS[target].name, rows), times);
    let title = Title::say(
        "On Friedman's function a forest's error is {} that of boosting at 500 rows and {} at 5000; on a product of three columns {} at 500",
        [cite(1, 500), cite(1, 5000), cite(0, 500)],
    );
    let figure = Figure::new("leads", title)
        .subtitle("Both tuned on validation rows; distance from the noiseless target. Means over as many runs as the table says; whisker: 99\u{202f}% interval.")
        .alt("The ratio of a forest's error to boosting's against training rows. For Friedman's function it lies above one and rises with rows; for the product of three columns and for targets that are mostly noise it lies near one.")
        .panel(panel);
    outcome.show(figure, [table]);
}
