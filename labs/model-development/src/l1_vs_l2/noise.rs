//! Does lasso take useless inputs out, and does that pay?
//!
//! Data: tables whose useless features are known, and a real one to which thirty columns of noise are added. Arms: least
//! squares, ridge and lasso on the same rows, each at its cross-validated penalty. Measurement: the absolute weight on
//! useless features, the share of them that lasso removes, and the test error beyond the noise that no model avoids.

use super::fits::{NEXT_TO_NOTHING, Penalty, cross_validate};
use super::ledger::Ledger;
use super::{L1VsL2Params, Truth, all, diagrams, generated, map};
use mllab_core::{Cx, Estimate, LabError, Outcome, Source, Stream};
use mllab_kit::KitError;
use mllab_kit::data::Measured;
use mllab_kit::data::classes::normal_features;
use mllab_kit::data::regressions::Linear;
use mllab_kit::draws::Draws;
use mllab_kit::split;

const CLAIM: &str = "l1-cuts-noise";
/// Columns of noise that a real table gets.
const NOISE_COLUMNS: usize = 30;

/// Measures what becomes of useless inputs.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut ledger = Ledger::new("noise");
    real_table(cx, params, source, &mut ledger)?;
    if generated(source) {
        for (case, truth) in [
            ("few of many features matter", Truth::Few),
            ("few of many features matter and neighbours have a correlation of 0.8", Truth::FewAmongNeighbours(0.8)),
            ("half of the features matter", Truth::Half),
        ] {
            let runs = all(cx.replicate_part(case, cx.replicates(), |rep| Run::new(params, truth, &rep.stream))?)?;
            found(&mut ledger, case, &runs, |run| &run.best);
            if case == "few of many features matter" {
                let one_se =
                    "few of many features matter and the penalty is the largest within one standard error of the best";
                found(&mut ledger, one_se, &runs, |run| &run.cautious);
                let judged = "few of many features matter and the prediction is judged";
                ledger.find(CLAIM, judged, 0, avoidable(&runs));
                diagrams::true_against_estimated(params, &runs, &mut ledger);
            }
        }
        let case = "every feature matters a little and the prediction is judged";
        let runs = all(cx.replicate_part(case, cx.replicates(), |rep| Run::new(params, Truth::All, &rep.stream))?)?;
        ledger.find(CLAIM, case, 0, avoidable(&runs));

        let case = "the target is permuted";
        let kept = all(cx.replicate_part(case, cx.replicates(), |rep| {
            let mut rows = params.truth(Truth::Few, &rep.stream).draw(params.rows as usize, &rep.stream);
            Draws::new(&rep.stream.child("permutation", 0)).shuffle(&mut rows.y);
            let lasso = cross_validate(Penalty::Absolute, &rows, params.choice(), &rep.stream)?;
            Ok(1.0 - lasso.fits.zero_share(lasso.best))
        })?)?;
        ledger.find(CLAIM, case, 0, Estimate::mean_within(&kept, 0.0, 1.0));
        map::draw(cx, params, ledger.outcome())?;
    }
    Ok(ledger.close())
}

/// One table and what the arms made of it.
pub struct Run {
    /// The generator's weights.
    pub truth: Vec<f64>,
    /// Weights of least squares, ridge and lasso.
    pub arms: [Vec<f64>; 3],
    best: Useless,
    cautious: Useless,
    /// Avoidable test errors of ridge and lasso.
    errors: [f64; 2],
}

/// What ridge and lasso leave of useless inputs.
struct Useless {
    /// The share of ridge's absolute weight on them that lasso does without; NaN where none is useless.
    spared: f64,
    /// The share of them whose lasso weight is zero.
    removed: f64,
}

impl Run {
    fn new(params: &L1VsL2Params, truth: Truth, stream: &Stream) -> Result<Self, KitError> {
        let truth = params.truth(truth, stream);
        let rows = truth.draw(params.rows as usize, stream);
        let ridge = cross_validate(Penalty::Squared, &rows, params.choice(), stream)?;
        let lasso = cross_validate(Penalty::Absolute, &rows, params.choice(), stream)?;
        // Without noise in the test rows the error is the part that a better model would avoid.
        let test = Linear { noise: 0.0, ..truth.clone() }.draw(500, &stream.child("test", 0));
        let errors = [ridge.error(&test)?, lasso.error(&test)?];
        let useless: Vec<usize> = (0..truth.weights.len()).filter(|&j| truth.weights[j] == 0.0).collect();
        let least_squares = ridge.ready.path(Penalty::Squared, &[NEXT_TO_NOTHING])?.at(0);
        let of = |k: usize| Useless::of(&useless, &ridge.fits.at(ridge.best), &lasso.fits.at(k));
        let (best, cautious) = (of(lasso.best), of(lasso.cautious));
        let arms = [least_squares, ridge.fits.at(ridge.best), lasso.fits.at(lasso.best)];
        Ok(Run { truth: truth.weights, arms, best, cautious, errors })
    }
}

impl Useless {
    fn of(useless: &[usize], ridge: &[f64], lasso: &[f64]) -> Self {
        let mass = |weights: &[f64]| useless.iter().map(|&j| weights[j].abs()).sum::<f64>();
        let zeros = useless.iter().filter(|&&j| lasso[j] == 0.0).count();
        Useless { spared: 1.0 - mass(lasso) / mass(ridge), removed: zeros as f64 / useless.len() as f64 }
    }
}

fn found(ledger: &mut Ledger, case: &'static str, runs: &[Run], of: impl Fn(&Run) -> &Useless) {
    let (spared, removed): (Vec<f64>, Vec<f64>) = runs.iter().map(|run| (of(run).spared, of(run).removed)).unzip();
    ledger.find(CLAIM, case, 0, Estimate::mean(&spared));
    ledger.find(CLAIM, case, 1, Estimate::mean_within(&removed, 0.0, 1.0));
}

/// Ridge's avoidable error over lasso's, as a base-2 logarithm.
fn avoidable(runs: &[Run]) -> Estimate {
    let ratios: Vec<f64> = runs.iter().map(|run| libm::log2(run.errors[0] / run.errors[1])).collect();
    Estimate::mean(&ratios)
}

/// A real table with columns of noise, drawn anew for each resample.
fn real_table(cx: &Cx, params: &L1VsL2Params, source: &Source, ledger: &mut Ledger) -> Result<(), LabError> {
    let (table, _) = super::table(source)?;
    let case = if generated(source) {
        "thirty columns of noise are added to the diabetes table"
    } else {
        "thirty columns of noise are added to your table"
    };
    let p = table.x.ncols();
    let runs = all(cx.replicate_part("real table", (cx.replicates() * 2 / 5).max(8), |rep| {
        let parts = split::random(table.y.len(), 0.1, &rep.stream)?;
        let rows = table.rows(&parts.train);
        let noise = normal_features(rows.y.len(), NOISE_COLUMNS, &rep.stream.child("noise", 0));
        let x = ndarray::concatenate(ndarray::Axis(1), &[rows.x.view(), noise.view()]).expect("as many rows");
        let rows = Measured { x, y: rows.y };
        let ridge = cross_validate(Penalty::Squared, &rows, params.choice_on_table(), &rep.stream)?;
        let lasso = cross_validate(Penalty::Absolute, &rows, params.choice_on_table(), &rep.stream)?;
        let useless: Vec<usize> = (p..p + NOISE_COLUMNS).collect();
        Ok(Useless::of(&useless, &ridge.fits.at(ridge.best), &lasso.fits.at(lasso.best)))
    })?)?;
    let (spared, removed): (Vec<f64>, Vec<f64>) = runs.iter().map(|run| (run.spared, run.removed)).unzip();
    ledger.find(CLAIM, case, 0, Estimate::resampled_mean(&spared, 1.0 / 9.0));
    ledger.find(CLAIM, case, 1, Estimate::resampled_mean(&removed, 1.0 / 9.0));
    Ok(())
}
