//! Which weights become exactly zero, and at which penalty?
//!
//! Data: a sparse truth, a dense one, more features than rows, nothing but noise, and nine tenths of a real table drawn
//! again and again. Arms: least squares, lasso, ridge and elastic net on the same rows, each at the penalty that
//! cross-validation chooses for it. Measurement: weights that compare equal to zero, and degrees of freedom.

use super::{L1VsL2Params, NINTH, Real, Truth, pictured, scarce_rows};
use mllab_core::prelude::*;
use mllab_kit::data::regressions::{Correlation, Linear, orthogonal};
use mllab_kit::linear::{Chosen, Penalty, Ready, penalty_grid};
use ndarray::aview1;

const SPARSE: &str = "l1-sparse";
const NEVER: &str = "l2-never-zero";
const REMOVES: &str = "any-reg-eliminates-features";

/// Counts zeros.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    real_table(cx, params, source, &mut outcome)?;
    if matches!(source, Source::Generated) {
        few_matter(cx, params, &mut outcome)?;
        other_truths(cx, params, &mut outcome)?;
        never_zero(cx, params, &mut outcome)?;
        pictured::coefficient_paths(cx, params, &mut outcome)?;
        pictured::freedom(cx, params, &mut outcome)?;
    }
    outcome.tables.push(outcome.ledger("zeros"));
    Ok(outcome)
}

/// Lasso, ridge and elastic net on tables where few of many features matter.
fn few_matter(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("few", cx.replicates(), |rep| {
        let rows = params.draw(Truth::Few, &rep.stream);
        let [ridge, lasso] = params.choice().both(&rows, &rep.stream)?;
        let net = params.choice().of(Penalty::Both, &rows, &rep.stream)?;
        let faint = lasso.ready.path(Penalty::Absolute, &[lasso.fits.lambdas[lasso.best] / 100.0])?;
        let given_up = |chosen: &Chosen| 1.0 - chosen.fits.freedom[chosen.best] / params.features as f64;
        let any = lasso.fits.all_zeros().into_iter().any(|zeros| zeros > 0.0);
        let zeros = [&lasso, &ridge, &net].map(Chosen::zero_share);
        let others = [faint.zero_share(0), lasso.ready.unpenalised()?.zero_share(0)];
        Ok((zeros, others, [&lasso, &ridge].map(given_up), any))
    })?;
    let [lasso, ridge, net] = runs.map(|run| run.0).shares();
    let [faint, none] = runs.map(|run| run.1).shares();
    let [lasso_freedom, ridge_freedom] = runs.map(|run| run.2).shares();
    outcome.find(SPARSE, "few of many features matter", lasso);
    let case = "few of many features matter and the penalty is a hundredth of the cross-validated one";
    outcome.find(SPARSE, case, faint);
    outcome.find(SPARSE, "nothing is penalised", none);
    outcome.find(REMOVES, "the penalty is an absolute value", [lasso, lasso_freedom]);
    outcome.find(REMOVES, "the penalty is squared", [ridge, ridge_freedom]);
    outcome.find(REMOVES, "nothing is penalised", none);
    outcome.find(REMOVES, "both penalties share the work half and half", net);
    outcome.find(NEVER, "the penalty is lasso's", runs.proportion(|run| run.3));
    Ok(())
}

/// The lasso where all features matter, where there are more of them than rows, and where there is only noise.
fn other_truths(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let scarce = scarce_rows(params.features as usize);
    for (case, truth, n) in [
        ("every feature matters a little", Truth::All, params.rows as usize),
        ("there are more features than rows", Truth::Few, scarce),
        ("every feature is noise", Truth::Nothing, params.rows as usize),
    ] {
        let runs = cx.runs(case, cx.replicates(), |rep| {
            let rows = params.truth(truth, &rep.stream).draw(n, &rep.stream);
            Ok([params.choice().of(Penalty::Absolute, &rows, &rep.stream)?.zero_share()])
        })?;
        outcome.find(SPARSE, case, runs.shares());
    }
    let case = "the features are orthogonal, where lasso is soft-thresholding";
    let gaps = cx.runs(case, cx.replicates(), |rep| soft_threshold_gap(&rep.stream))?;
    outcome.find(SPARSE, case, gaps.worst(|gap| *gap));
    Ok(())
}

/// How far lasso's weights are from the closed form on orthogonal features, at most.
fn soft_threshold_gap(stream: &Stream) -> Result<f64, LabError> {
    let ready = Ready::new(&orthogonal(20, 1.0, stream))?;
    let free: Vec<f64> = ready.x.t().dot(&aview1(&ready.y)).iter().map(|v| v / ready.y.len() as f64).collect();
    let fits = ready.path(Penalty::Absolute, &ready.grid(Penalty::Absolute, 20))?;
    let gap = |k: usize| {
        let soft = |b: f64| (b.abs() - fits.lambdas[k]).max(0.0).copysign(b);
        fits.at(k).iter().zip(&free).map(|(w, b)| (w - soft(*b)).abs()).fold(0.0, f64::max)
    };
    Ok((0..20).map(gap).fold(0.0, f64::max))
}

/// Ridge's zeros over nine orders of magnitude.
fn never_zero(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    // 600 runs without a zero put their share below 1 % at the level; 200 could not come near a quarter of the rule.
    let n = 3 * cx.replicates();
    let twins = Linear { weights: vec![1.0; 10], noise: params.noise, correlation: Correlation::Twins(0.99) };
    let constant = "one feature is constant";
    for case in ["few of many features matter", "every feature matters a little", "the features are twins", constant] {
        let runs = cx.runs(&format!("never: {case}"), n, |rep| {
            let mut rows = match case {
                "every feature matters a little" => params.draw(Truth::All, &rep.stream),
                "the features are twins" => twins.draw(params.rows as usize, &rep.stream),
                _ => params.draw(Truth::Few, &rep.stream),
            };
            if case == constant {
                rows.x.column_mut(1).fill(3.0);
            }
            shrinkage(&Ready::new(&rows)?)
        })?;
        outcome.find(NEVER, case, runs.proportion(|run| run.0 > 0.0));
        if case != constant {
            outcome.find_part(NEVER, case, 1, runs.mean(|run| run.1));
        }
    }
    Ok(())
}

/// Ridge's exact zeros at any of 37 penalties from 0.001 to 1 000 000, and how much a penalty of 1 shortens the weights
/// against one of 0.001, as a base-2 logarithm.
fn shrinkage(ready: &Ready) -> Result<(f64, f64), LabError> {
    let fits = ready.path(Penalty::Squared, &penalty_grid(1e6, 1e9, 37))?;
    let zeros = fits.all_zeros().into_iter().fold(0.0, f64::max);
    let ends = ready.path(Penalty::Squared, &[0.001, 1.0])?;
    Ok((zeros, libm::log2(ends.length(0) / ends.length(1))))
}

/// The same on a real table: lasso on nine tenths of its rows, ridge on all.
fn real_table(cx: &Cx, params: &L1VsL2Params, source: &Source, outcome: &mut Outcome) -> Result<(), LabError> {
    let real = Real::of(source)?;
    let shares = real.runs(cx, cx.replicates().min(100), |stream, train, _| {
        Ok(params.choice_on_table().of(Penalty::Absolute, &train, stream)?.zero_share())
    })?;
    let lasso = shares.resampled(NINTH, |share| *share).cut_to(0.0, 1.0);
    let case = ["the rows are nine tenths of the diabetes table", "the rows are nine tenths of your table"];
    outcome.find(SPARSE, real.case(case), lasso);
    let case = [
        "the penalty is an absolute value on nine tenths of the diabetes table",
        "the penalty is an absolute value on nine tenths of your table",
    ];
    outcome.find(REMOVES, real.case(case), lasso);

    let whole = match source {
        Source::Own(data) => Real::own(data.all_rows())?,
        Source::Generated => real,
    };
    let ready = Ready::new(&whole.rows)?;
    let constant = ready.x.columns().into_iter().filter(|column| column.iter().all(|&v| v == 0.0)).count() as f64;
    let (zeros, fall) = shrinkage(&ready)?;
    // Counted at every penalty on all rows: nothing is left to sample.
    let counted = [zeros - constant.min(zeros), fall].map(Estimate::exact);
    let case = ["all rows of the diabetes table are used", "all rows of your table are used"];
    outcome.find(NEVER, whole.case(case), counted);
    let case = [
        "the penalty is squared on nine tenths of the diabetes table",
        "the penalty is squared on nine tenths of your table",
    ];
    outcome.find(REMOVES, whole.case(case), Estimate::exact(zeros / whole.names.len() as f64));
    pictured::real_paths(&ready, params.penalties as usize, &whole, outcome)
}
