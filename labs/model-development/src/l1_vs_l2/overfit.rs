//! Do both penalties lower the error on new rows?
//!
//! Data: nearly as many features as rows, with few or all of them mattering; twenty rows for each feature; the products
//! of a real table's features. Arms: next to no penalty, ridge and lasso at their cross-validated penalties, on the same
//! rows. Measurement: the fall of the mean squared error on new rows, relative to no penalty.

use super::fits::{Choice, Chosen, NEXT_TO_NOTHING, Penalty, Ready, cross_validate, unpenalised_error};
use super::ledger::Ledger;
use super::{L1VsL2Params, Truth, all, diagrams, generated};
use mllab_core::{Cx, Estimate, LabError, Outcome, Source, Stream};
use mllab_kit::KitError;
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::Linear;
use mllab_kit::draws::Draws;
use mllab_kit::preprocess::Standardiser;
use mllab_kit::split;
use ndarray::Array2;

const CLAIM: &str = "reduces-overfitting";
/// Rows that errors are measured on.
const TEST_ROWS: usize = 500;

/// Measures the fall of the test error.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut ledger = Ledger::new("overfitting");
    real_table(cx, params, source, &mut ledger)?;
    if generated(source) {
        let close = |truth: Truth, stream: &Stream| {
            let truth = params.truth(truth, stream);
            (truth.draw(scarce_rows(params), stream), truth.draw(TEST_ROWS, &stream.child("test", 0)))
        };
        let ample = |stream: &Stream| {
            let truth = Linear::sparse(10, 5, params.noise);
            (truth.draw(200, stream), truth.draw(TEST_ROWS, &stream.child("test", 0)))
        };
        let close_cases = [
            (
                Truth::Few,
                "features are nearly as many as rows, few matter, and the penalty is squared",
                "features are nearly as many as rows, few matter, and the penalty is an absolute value",
            ),
            (
                Truth::All,
                "features are nearly as many as rows, all matter, and the penalty is squared",
                "features are nearly as many as rows, all matter, and the penalty is an absolute value",
            ),
        ];
        for (truth, squared, absolute) in close_cases {
            let runs = all(cx.replicate_part(squared, cx.replicates(), |rep| {
                let (train, test) = close(truth, &rep.stream);
                falls(params.choice(), &train, &test, &rep.stream)
            })?)?;
            found(&mut ledger, [squared, absolute], &runs, Estimate::mean);
        }
        let squared = "there are twenty rows for each feature and the penalty is squared";
        let absolute = "there are twenty rows for each feature and the penalty is an absolute value";
        let heavy = "there are twenty rows for each feature and the squared penalty is 10";
        let runs = all(cx.replicate_part(squared, cx.replicates(), |rep| {
            let (train, test) = ample(&rep.stream);
            let ready = Ready::new(&train)?;
            let errors = ready.errors(&ready.path(Penalty::Squared, &[10.0, NEXT_TO_NOTHING])?, &test)?;
            Ok((falls(params.choice(), &train, &test, &rep.stream)?, 1.0 - errors[0] / errors[1]))
        })?)?;
        let (gains, heavy_gains): (Vec<[f64; 2]>, Vec<f64>) = runs.into_iter().unzip();
        found(&mut ledger, [squared, absolute], &gains, Estimate::mean);
        ledger.find(CLAIM, heavy, 0, Estimate::mean(&heavy_gains));

        let case = "the target is permuted";
        let runs = all(cx.replicate_part(case, cx.replicates(), |rep| {
            let (mut train, mut test) = close(Truth::Few, &rep.stream);
            let mut draws = Draws::new(&rep.stream.child("permutation", 0));
            draws.shuffle(&mut train.y);
            draws.shuffle(&mut test.y);
            let (ridge, lasso) = both(params.choice(), &train, &rep.stream)?;
            let of_mean = ridge.ready.error_of_mean(&test);
            Ok(1.0 - ridge.error(&test)?.min(lasso.error(&test)?) / of_mean)
        })?)?;
        ledger.find(CLAIM, case, 0, Estimate::mean(&runs));
        diagrams::train_and_test(cx, params, close, &mut ledger)?;
    }
    Ok(ledger.close())
}

/// A fifth more rows than features.
pub fn scarce_rows(params: &L1VsL2Params) -> usize {
    (params.features as usize * 6 / 5).max(12)
}

fn both(choice: Choice, rows: &Measured, stream: &Stream) -> Result<(Chosen, Chosen), KitError> {
    let choose = |penalty| cross_validate(penalty, rows, choice, stream);
    Ok((choose(Penalty::Squared)?, choose(Penalty::Absolute)?))
}

/// The relative falls of the test error by ridge and by lasso.
fn falls(choice: Choice, train: &Measured, test: &Measured, stream: &Stream) -> Result<[f64; 2], KitError> {
    let (ridge, lasso) = both(choice, train, stream)?;
    let free = unpenalised_error(&ridge.ready, test)?;
    Ok([1.0 - ridge.error(test)? / free, 1.0 - lasso.error(test)? / free])
}

fn found(ledger: &mut Ledger, cases: [&'static str; 2], runs: &[[f64; 2]], estimate: impl Fn(&[f64]) -> Estimate) {
    for (arm, case) in cases.into_iter().enumerate() {
        ledger.find(CLAIM, case, 0, estimate(&runs.iter().map(|run| run[arm]).collect::<Vec<_>>()));
    }
}

/// A real table on nine tenths of its rows: the one we ship with the products of its features, the user's as it is.
fn real_table(cx: &Cx, params: &L1VsL2Params, source: &Source, ledger: &mut Ledger) -> Result<(), LabError> {
    let (table, _) = super::table(source)?;
    let (table, cases) = if generated(source) {
        let cases = [
            "all squares and products of the diabetes features are offered and the penalty is squared",
            "all squares and products of the diabetes features are offered and the penalty is an absolute value",
        ];
        (super::one(with_products(&table))?, cases)
    } else {
        let cases = [
            "the features of your table are used as they are and the penalty is squared",
            "the features of your table are used as they are and the penalty is an absolute value",
        ];
        (table, cases)
    };
    let runs = all(cx.replicate_part("real table", (cx.replicates() * 2 / 5).max(8), |rep| {
        let parts = split::random(table.y.len(), 0.1, &rep.stream)?;
        falls(params.choice_on_table(), &table.rows(&parts.train), &table.rows(&parts.test), &rep.stream)
    })?)?;
    found(ledger, cases, &runs, |values| Estimate::resampled_mean(values, 1.0 / 9.0));
    Ok(())
}

/// The features, and the products of each two of them and of each with itself.
fn with_products(table: &Measured) -> Result<Measured, KitError> {
    let x = Standardiser::fit(table.x.view())?.transform(table.x.view())?;
    let p = x.ncols();
    let pairs: Vec<[usize; 2]> = (0..p).flat_map(|i| (i..p).map(move |j| [i, j])).collect();
    let column = |row: usize, j: usize| match j.checked_sub(p) {
        None => x[[row, j]],
        Some(k) => x[[row, pairs[k][0]]] * x[[row, pairs[k][1]]],
    };
    let wide = Array2::from_shape_fn((x.nrows(), p + pairs.len()), |(row, j)| column(row, j));
    Ok(Measured { x: wide, y: table.y.clone() })
}
