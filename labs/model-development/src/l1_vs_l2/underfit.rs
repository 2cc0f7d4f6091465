//! What does the penalty's strength do for a model that underfits?
//!
//! Data: a parabola and a product, which no line expresses; a linear truth under a penalty that is far too strong; a
//! real table of which only the two least telling features are offered. Arms: paths of ridge and lasso; the same line
//! with the missing feature added. Measurement: the explained variance on new rows.

use super::fits::{NEXT_TO_NOTHING, Penalty, Ready, explained};
use super::ledger::Ledger;
use super::{L1VsL2Params, all, diagrams, generated, one};
use mllab_core::{Cx, Estimate, LabError, Outcome, Source, Stream};
use mllab_kit::KitError;
use mllab_kit::data::Measured;
use mllab_kit::data::classes::normal_features;
use mllab_kit::data::regressions::{Correlation, Linear, measured, parabola, powers};
use mllab_kit::linear::penalty_grid;
use mllab_kit::split;
use ndarray::Axis;

const NO_HELP: &str = "no-help-underfit";
const RELAX: &str = "relax-when-underfit";
/// Rows to learn from.
const ROWS: usize = 200;
/// Rows that the explained variance is measured on.
const TEST_ROWS: usize = 500;
/// Noise beside a parabola or a product whose variance is 2 or 1.
const NOISE: f64 = 0.25;
/// A squared penalty that is far too strong: ten times the variance of a feature.
const HEAVY: f64 = 10.0;

/// Measures what more and what less penalty does.
pub fn run(cx: &Cx, _: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut ledger = Ledger::new("underfitting");
    real_table(cx, source, &mut ledger)?;
    if generated(source) {
        raise(cx, &mut ledger)?;
        weaken(cx, &mut ledger)?;
        diagrams::underfits(cx, &mut ledger)?;
    }
    Ok(ledger.close())
}

/// Training and test rows of one underfit.
type Pair = (Measured, Measured);

/// A parabola with x as its only feature.
pub fn bowl(stream: &Stream) -> Pair {
    (parabola(ROWS, NOISE, stream), parabola(TEST_ROWS, NOISE, &stream.child("test", 0)))
}

/// The same rows with the square added.
pub fn with_square((train, test): Pair) -> Pair {
    let add = |rows: Measured| Measured { x: powers(rows.x.view(), 2), y: rows.y };
    (add(train), add(test))
}

/// A linear truth over ten features, half of which matter.
pub fn line(stream: &Stream) -> Pair {
    let truth = Linear::sparse(10, 5, 1.0);
    (truth.draw(ROWS, stream), truth.draw(TEST_ROWS, &stream.child("test", 0)))
}

fn product(stream: &Stream) -> Pair {
    let draw = |n: usize, stream: &Stream| {
        let x = normal_features(n, 2, &stream.child("features", 0));
        measured(x, |row| row[0] * row[1], NOISE, &stream.child("noise", 0))
    };
    (draw(ROWS, stream), draw(TEST_ROWS, &stream.child("test", 0)))
}

fn nothing(stream: &Stream) -> Pair {
    let truth = Linear { weights: vec![0.0; 10], noise: 1.0, correlation: Correlation::None };
    (truth.draw(ROWS, stream), truth.draw(TEST_ROWS, &stream.child("test", 0)))
}

/// More penalty for models that are too simple.
fn raise(cx: &Cx, ledger: &mut Ledger) -> Result<(), LabError> {
    type Draw = fn(&Stream) -> Pair;
    for (case, draw, penalty) in [
        ("a line meets a parabola and the penalty is squared", bowl as Draw, Penalty::Squared),
        ("a line meets a parabola and the penalty is an absolute value", bowl, Penalty::Absolute),
        ("two features act only through their product and the penalty is squared", product, Penalty::Squared),
        (
            "two features act only through their product and the penalty is an absolute value",
            product,
            Penalty::Absolute,
        ),
    ] {
        let rises = all(cx.replicate_part(case, cx.replicates(), |rep| best_rise(penalty, &draw(&rep.stream)))?)?;
        ledger.find(NO_HELP, case, 0, Estimate::mean(&rises));
    }
    let case = "the square is added to the line";
    let rises = all(cx.replicate_part(case, cx.replicates(), |rep| {
        let pair = bowl(&rep.stream);
        let without = unpenalised(&pair)?;
        Ok(unpenalised(&with_square(pair))? - without)
    })?)?;
    ledger.find(NO_HELP, case, 0, Estimate::mean(&rises));
    Ok(())
}

/// Less penalty, where it was the cause and where the model was.
fn weaken(cx: &Cx, ledger: &mut Ledger) -> Result<(), LabError> {
    type Draw = fn(&Stream) -> Pair;
    for (case, draw, penalty) in [
        ("the squared penalty was too strong", line as Draw, Penalty::Squared),
        ("the absolute-value penalty was too strong", line, Penalty::Absolute),
        ("a line meets a parabola under a squared penalty", bowl, Penalty::Squared),
        ("a line meets a parabola under an absolute-value penalty", bowl, Penalty::Absolute),
        ("there is nothing to learn", nothing, Penalty::Squared),
    ] {
        let rises = all(cx.replicate_part(case, cx.replicates(), |rep| relaxed_rise(penalty, &draw(&rep.stream)))?)?;
        ledger.find(RELAX, case, 0, Estimate::mean(&rises));
    }
    Ok(())
}

fn unpenalised((train, test): &Pair) -> Result<f64, KitError> {
    let ready = Ready::new(train)?;
    Ok(explained(&ready, &ready.path(Penalty::Squared, &[NEXT_TO_NOTHING])?, test)?[0])
}

/// The explained variance at the best of many penalties, chosen on the test rows to the penalty's advantage, less that
/// without one.
fn best_rise(penalty: Penalty, pair: &Pair) -> Result<f64, KitError> {
    let ready = Ready::new(&pair.0)?;
    let lambdas = match penalty {
        Penalty::Squared => penalty_grid(1e4, 1e8, 40),
        _ => ready.grid(penalty, 40),
    };
    let shares = explained(&ready, &ready.path(penalty, &lambdas)?, &pair.1)?;
    Ok(shares.into_iter().fold(f64::NEG_INFINITY, f64::max) - unpenalised(pair)?)
}

/// The explained variance at a hundredth of a penalty that is far too strong, less that at the whole of it.
fn relaxed_rise(penalty: Penalty, (train, test): &Pair) -> Result<f64, KitError> {
    let ready = Ready::new(train)?;
    let strong = match penalty {
        Penalty::Squared => HEAVY,
        // Nine tenths of the penalty that zeroes every weight.
        _ => 0.9 * ready.grid(penalty, 2)[0],
    };
    let shares = explained(&ready, &ready.path(penalty, &[strong, 0.01 * strong])?, test)?;
    Ok(shares[1] - shares[0])
}

/// A real table on nine tenths of its rows.
fn real_table(cx: &Cx, source: &Source, ledger: &mut Ledger) -> Result<(), LabError> {
    let (table, _) = super::table(source)?;
    let [squared, absolute, strong] = if generated(source) {
        [
            "only the two least telling features of the diabetes table are offered and the penalty is squared",
            "only the two least telling features of the diabetes table are offered and the penalty is an absolute value",
            "the squared penalty was too strong for the diabetes table",
        ]
    } else {
        [
            "only the two least telling features of your table are offered and the penalty is squared",
            "only the two least telling features of your table are offered and the penalty is an absolute value",
            "the squared penalty was too strong for your table",
        ]
    };
    let poor = Measured { x: table.x.select(Axis(1), &one(least_telling(&table))?), y: table.y.clone() };
    let runs = all(cx.replicate_part("real table", (cx.replicates() / 4).max(8), |rep| {
        let parts = split::random(table.y.len(), 0.1, &rep.stream)?;
        let pair = |rows: &Measured| (rows.rows(&parts.train), rows.rows(&parts.test));
        let (poor, whole) = (pair(&poor), pair(&table));
        Ok([
            best_rise(Penalty::Squared, &poor)?,
            best_rise(Penalty::Absolute, &poor)?,
            relaxed_rise(Penalty::Squared, &whole)?,
        ])
    })?)?;
    for (i, (claim, case)) in [(NO_HELP, squared), (NO_HELP, absolute), (RELAX, strong)].into_iter().enumerate() {
        let rises: Vec<f64> = runs.iter().map(|run| run[i]).collect();
        ledger.find(claim, case, 0, Estimate::resampled_mean(&rises, 1.0 / 9.0));
    }
    Ok(())
}

/// The two features that vary and correlate least with the target.
fn least_telling(table: &Measured) -> Result<[usize; 2], KitError> {
    let ready = Ready::new(table)?;
    let pull = |j: usize| ready.x.column(j).iter().zip(&ready.y).map(|(x, y)| x * y).sum::<f64>().abs();
    let mut features: Vec<usize> =
        (0..ready.x.ncols()).filter(|&j| ready.x.column(j).iter().any(|&v| v != 0.0)).collect();
    features.sort_by(|&a, &b| pull(a).total_cmp(&pull(b)));
    Ok([features[0], features[1]])
}
