//! Do both penalties lower the error on new rows?
//!
//! Data: nearly as many features as rows, with few or all of them mattering; twenty rows for each feature; the products
//! of a real table's features. Arms: next to no penalty, ridge and lasso at their cross-validated penalties, on the same
//! rows. Measurement: the fall of the mean squared error on new rows, relative to no penalty.

use super::{L1VsL2Params, LASSO, NINTH, RIDGE, Real, Truth};
use mllab_core::prelude::*;
use mllab_kit::bands::{band_table, tabulate};
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::{Linear, products};
use mllab_kit::draws::Draws;
use mllab_kit::linear::{Choice, NEXT_TO_NOTHING, Penalty, Ready, penalty_grid};
use mllab_kit::preprocess::Standardiser;

const CLAIM: &str = "reduces-overfitting";
/// Rows that errors are measured on.
const TEST_ROWS: usize = 500;
/// Settings of ridge and lasso, by what the rows are.
const FEW_MATTER: [&str; 2] = [
    "features are nearly as many as rows, few matter, and the penalty is squared",
    "features are nearly as many as rows, few matter, and the penalty is an absolute value",
];
const ALL_MATTER: [&str; 2] = [
    "features are nearly as many as rows, all matter, and the penalty is squared",
    "features are nearly as many as rows, all matter, and the penalty is an absolute value",
];
const AMPLE: [&str; 3] = [
    "there are twenty rows for each feature and the penalty is squared",
    "there are twenty rows for each feature and the penalty is an absolute value",
    "there are twenty rows for each feature and the squared penalty is 10",
];
const SHIPPED: [&str; 2] = [
    "all squares and products of the diabetes features are offered and the penalty is squared",
    "all squares and products of the diabetes features are offered and the penalty is an absolute value",
];
const OWN: [&str; 2] = [
    "the features of your table are used as they are and the penalty is squared",
    "the features of your table are used as they are and the penalty is an absolute value",
];

/// Measures the fall of the test error.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    real_table(cx, params, Real::of(source)?, &mut outcome)?;
    if matches!(source, Source::Generated) {
        generated(cx, params, &mut outcome)?;
        draw(cx, params, &mut outcome)?;
    }
    outcome.tables.push(outcome.ledger("overfitting"));
    Ok(outcome)
}

/// A real table on nine tenths of its rows: the one we ship with the products of its features, the user's as it is.
fn real_table(cx: &Cx, params: &L1VsL2Params, mut real: Real, outcome: &mut Outcome) -> Result<(), LabError> {
    if real.shipped {
        real.rows.x = products(Standardiser::fit(real.rows.x.view())?.transform(real.rows.x.view())?.view());
    }
    let runs = real.runs(cx, (cx.replicates() * 2 / 5).max(8), |stream, train, test| {
        falls(params.choice_on_table(), &train, &test, stream)
    })?;
    for (arm, case) in real.case([SHIPPED, OWN]).into_iter().enumerate() {
        outcome.find(CLAIM, case, runs.resampled(NINTH, |falls| falls[arm]));
    }
    Ok(())
}

/// Tables with scarce and with ample rows.
fn generated(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    for (truth, cases) in [(Truth::Few, FEW_MATTER), (Truth::All, ALL_MATTER)] {
        let runs = cx.runs(cases[0], cx.replicates(), |rep| {
            let [train, test] = scarce(params, truth, &rep.stream);
            falls(params.choice(), &train, &test, &rep.stream)
        })?;
        cases.into_iter().zip(runs.means()).for_each(|(case, fall)| outcome.find(CLAIM, case, fall));
    }
    let runs = cx.runs(AMPLE[0], cx.replicates(), |rep| {
        let [train, test] = train_and_test(&Linear::sparse(10, 5, params.noise), 200, &rep.stream);
        let ready = Ready::new(&train)?;
        let errors = ready.errors(&ready.path(Penalty::Squared, &[10.0, NEXT_TO_NOTHING])?, &test)?;
        let [ridge, lasso] = falls(params.choice(), &train, &test, &rep.stream)?;
        Ok([ridge, lasso, 1.0 - errors[0] / errors[1]])
    })?;
    AMPLE.into_iter().zip(runs.means()).for_each(|(case, fall)| outcome.find(CLAIM, case, fall));

    let case = "the target is permuted";
    let runs = cx.runs(case, cx.replicates(), |rep| {
        let [mut train, mut test] = scarce(params, Truth::Few, &rep.stream);
        let mut draws = Draws::new(&rep.stream.child("permutation", 0));
        draws.shuffle(&mut train.y);
        draws.shuffle(&mut test.y);
        let [ridge, lasso] = params.choice().both(&train, &rep.stream)?;
        Ok([1.0 - ridge.error(&test)?.min(lasso.error(&test)?) / ridge.ready.error_of_mean(&test)])
    })?;
    outcome.find(CLAIM, case, runs.means());
    Ok(())
}

/// A fifth more rows than features.
fn scarce_rows(params: &L1VsL2Params) -> usize {
    (params.features as usize * 6 / 5).max(12)
}

fn scarce(params: &L1VsL2Params, truth: Truth, stream: &Stream) -> [Measured; 2] {
    train_and_test(&params.truth(truth, stream), scarce_rows(params), stream)
}

fn train_and_test(truth: &Linear, n: usize, stream: &Stream) -> [Measured; 2] {
    [truth.draw(n, stream), truth.draw(TEST_ROWS, &stream.child("test", 0))]
}

/// The relative falls of the test error by ridge and by lasso.
fn falls(choice: Choice, train: &Measured, test: &Measured, stream: &Stream) -> Result<[f64; 2], LabError> {
    let [ridge, lasso] = choice.both(train, stream)?;
    let free = ridge.ready.errors(&ridge.ready.unpenalised()?, test)?[0];
    Ok([1.0 - ridge.error(test)? / free, 1.0 - lasso.error(test)? / free])
}

/// The error on the rows that were learnt from and on new ones, over the penalty.
fn draw(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let lasso = (LASSO, Penalty::Absolute, penalty_grid(4.0, 1e3, 40));
    let ridge = (RIDGE, Penalty::Squared, penalty_grid(100.0, 1e6, 50));
    let n = (cx.replicates() / 3).max(4);
    let runs = cx.runs("errors by penalty", n, |rep| {
        let [train, test] = scarce(params, Truth::Few, &rep.stream);
        let ready = Ready::new(&train)?;
        let mut errors = vec![ready.errors(&ready.unpenalised()?, &test)?];
        for (_, penalty, lambdas) in [&lasso, &ridge] {
            let fits = ready.path(*penalty, lambdas)?;
            errors.extend([ready.errors(&fits, &train)?, ready.errors(&fits, &test)?]);
        }
        Ok(errors)
    })?;
    let mut table = band_table("errors_by_penalty", ("lambda", "1"), ("error", "squared units"));
    tabulate(&mut table, "no penalty, test", &[0.0], &runs, |run| &run[0]);
    let free = table.numbers("error")[0];
    let mut panels = Vec::new();
    for (first, (look, _, lambdas)) in [(1, &lasso), (3, &ridge)] {
        let [train, test] = ["training", "test"].map(|rows| format!("{}, {rows}", look.name));
        tabulate(&mut table, &train, lambdas, &runs, |run| &run[first]);
        tabulate(&mut table, &test, lambdas, &runs, |run| &run[first + 1]);
        let looks = [Look::new(&train, Hue::Green).unnamed(), Look::new(&test, look.hue).unnamed()];
        let [weakest, strongest] = [lambdas[lambdas.len() - 1], lambdas[0]];
        let x = Axis::log("penalty λ").range(weakest, strongest);
        let y = Axis::log("mean squared error").range(0.3, 60.0).ticks([0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
        panels.push(
            Panel::new(x, y)
                .title(look.name)
                .lines(&table, &looks, "lambda", "error")
                .note(Note::horizontal(free, "test error without a penalty"))
                .note(Note::text(weakest * 3.0, 1.7, "training rows", Hue::Green))
                .note(Note::text(strongest / 4.0, 13.5, "new rows", look.hue)),
        );
    }
    let found = outcome.ledger("overfitting");
    let title = Title::say(
        "With nearly as many features as rows, lasso takes {} off the error on new rows and ridge {}",
        [FEW_MATTER[1], FEW_MATTER[0]].map(|case| found.cite("estimate", (CLAIM, case, 0), shown::percent)),
    )
    .if_cited(|cited| cited.iter().all(|fall| *fall > 0.0));
    let (L1VsL2Params { features, active, .. }, noise) = (params, shown::number(params.noise, 2));
    let figure = Figure::new("train-and-test", title)
        .subtitle(format!("{} rows, {features} features, {active} of which matter, noise {noise}. Medians of {n} tables; bands hold 80 % of them. Shares in the title: at the cross-validated penalty, mean of {} tables.", scarce_rows(params), cx.replicates()))
        .alt("Errors over the penalty on logarithmic axes, lasso on the left, ridge on the right. On the training rows the error rises with the penalty. On new rows it starts high, falls to a minimum far below the dashed line of no penalty, and rises again.")
        .grid(2, true)
        .panels(panels);
    outcome.show(figure, [table]);
    Ok(())
}
