//! Does a penalty bring extreme weights down, and only those?
//!
//! Data: twenty noisy points of a wave, fitted by a polynomial of degree 15, whose powers are near copies of each other;
//! nine tenths of a real table; and orthogonal features, where nothing cancels. Arms: next to no penalty, ridge and
//! lasso at their cross-validated penalties. Measurement: the largest absolute weight.

use super::fits::{Choice, NEXT_TO_NOTHING, Penalty, Ready, cross_validate};
use super::ledger::Ledger;
use super::{L1VsL2Params, Truth, all, diagrams, generated};
use mllab_core::{Cx, Estimate, LabError, Outcome, Source, Stream};
use mllab_kit::KitError;
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::{measured, orthonormal, powers, uniform_features};
use mllab_kit::draws::Draws;
use mllab_kit::linear::penalty_grid;
use mllab_kit::split;

const CLAIM: &str = "penalise-extreme-weights";
/// The polynomial's degree.
pub const DEGREE: usize = 15;

/// Measures the largest weight.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut ledger = Ledger::new("largest_weights");
    let (table, _) = super::table(source)?;
    let [squared, absolute] = if generated(source) {
        ["the diabetes table meets a squared penalty", "the diabetes table meets an absolute-value penalty"]
    } else {
        ["your table meets a squared penalty", "your table meets an absolute-value penalty"]
    };
    let falls = all(cx.replicate_part("real table", (cx.replicates() / 4).max(8), |rep| {
        let parts = split::random(table.y.len(), 0.1, &rep.stream)?;
        both_falls(params.choice_on_table(), &table.rows(&parts.train), &rep.stream)
    })?)?;
    for (arm, case) in [squared, absolute].into_iter().enumerate() {
        let falls: Vec<f64> = falls.iter().map(|fall| fall[arm]).collect();
        ledger.find(CLAIM, case, 0, Estimate::resampled_mean(&falls, 1.0 / 9.0));
    }
    if generated(source) {
        let runs = all(cx.replicate_part("polynomial", cx.replicates(), |rep| {
            let rows = wave(20, 0.3, &rep.stream);
            Ok((both_falls(params.choice(), &rows, &rep.stream)?, largest_growth(&rows)?))
        })?)?;
        for (arm, case) in [
            "a polynomial of degree 15 meets a squared penalty",
            "a polynomial of degree 15 meets an absolute-value penalty",
        ]
        .into_iter()
        .enumerate()
        {
            let falls: Vec<f64> = runs.iter().map(|run| run.0[arm]).collect();
            ledger.find(CLAIM, case, 0, Estimate::mean(&falls));
        }
        // That the length never grows is a theorem; what rounding leaves of it is counted, not sampled.
        let growth = runs.iter().map(|run| run.1).fold(f64::NEG_INFINITY, f64::max);
        ledger.find(CLAIM, "a polynomial of degree 15 meets a squared penalty", 1, Estimate::exact(growth));

        let case = "a penalty of next to nothing is doubled";
        let still = all(cx.replicate_part(case, cx.replicates(), |rep| {
            let rows = params.truth(Truth::Few, &rep.stream).draw(params.rows as usize, &rep.stream);
            let fits = Ready::new(&rows)?.path(Penalty::Squared, &[2.0 * NEXT_TO_NOTHING, NEXT_TO_NOTHING])?;
            Ok(libm::log2(fits.largest(1) / fits.largest(0)))
        })?)?;
        ledger.find(CLAIM, case, 0, Estimate::mean(&still));

        let orthogonal = all(cx.replicate_part("orthogonal", cx.replicates(), |rep| favours_large(&rep.stream))?)?;
        let (ridge, lasso): (Vec<f64>, Vec<f64>) = orthogonal.into_iter().unzip();
        let most = ridge.iter().copied().fold(0.0, |most: f64, v| if v.abs() > most.abs() { v } else { most });
        ledger.find(CLAIM, "features are orthogonal and the penalty is squared", 0, Estimate::exact(most));
        let case = "features are orthogonal and the penalty is an absolute value";
        ledger.find(CLAIM, case, 0, Estimate::mean(&lasso));
        diagrams::polynomials(cx, &mut ledger)?;
    }
    Ok(ledger.close())
}

/// Points of a wave on [−1, 1], their positions raised to the powers 1 to [`DEGREE`].
pub fn wave(n: usize, noise: f64, stream: &Stream) -> Measured {
    let x = uniform_features(n, 1, -1.0, 1.0, &stream.child("positions", 0));
    let rows = measured(x, |row| libm::sin(std::f64::consts::PI * row[0]), noise, &stream.child("noise", 0));
    Measured { x: powers(rows.x.view(), DEGREE), y: rows.y }
}

/// How many octaves the largest weight falls from next to no penalty to the cross-validated ridge and lasso.
fn both_falls(choice: Choice, rows: &Measured, stream: &Stream) -> Result<[f64; 2], KitError> {
    let free = Ready::new(rows)?.path(Penalty::Squared, &[NEXT_TO_NOTHING])?.largest(0);
    let fall = |penalty| -> Result<f64, KitError> {
        let chosen = cross_validate(penalty, rows, choice, stream)?;
        // Where the lasso keeps nothing at all, the fall is as large as the path can show.
        let left = chosen.fits.largest(chosen.best).max(1e-3 * free);
        Ok(libm::log2(free / left))
    };
    Ok([fall(Penalty::Squared)?, fall(Penalty::Absolute)?])
}

/// The largest relative growth of ridge's length from one penalty to the next stronger one; negative where it falls.
fn largest_growth(rows: &Measured) -> Result<f64, KitError> {
    let fits = Ready::new(rows)?.path(Penalty::Squared, &penalty_grid(100.0, 1e8, 60))?;
    Ok((1..60).map(|k| fits.length(k - 1) / fits.length(k) - 1.0).fold(f64::NEG_INFINITY, f64::max))
}

/// On orthogonal features: the relative fall of the largest weight less that of the smallest, for ridge and lasso at a
/// penalty of a half.
fn favours_large(stream: &Stream) -> Result<(f64, f64), KitError> {
    let mut draws = Draws::new(&stream.child("orthogonal", 0));
    let x = orthonormal(6, 10);
    let weights: Vec<f64> = (0..10).map(|_| 2.0 * draws.normal()).collect();
    let y = x.dot(&ndarray::aview1(&weights)).iter().map(|signal| signal + draws.normal()).collect();
    let ready = Ready::new(&Measured { x, y })?;
    let free = ready.path(Penalty::Squared, &[NEXT_TO_NOTHING])?.at(0);
    let order = |a: &usize, b: &usize| free[*a].abs().total_cmp(&free[*b].abs());
    let largest = (0..10).max_by(order).expect("ten weights");
    let smallest = (0..10).min_by(order).expect("ten weights");
    let favour = |penalty| -> Result<f64, KitError> {
        let kept = ready.path(penalty, &[0.5])?.at(0);
        Ok(kept[smallest] / free[smallest] - kept[largest] / free[largest])
    };
    Ok((favour(Penalty::Squared)?, favour(Penalty::Absolute)?))
}
