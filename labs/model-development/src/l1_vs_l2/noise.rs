//! Does lasso take useless inputs out, and does that pay?
//!
//! Data: tables whose useless features are known, and a real one to which thirty columns of noise are added. Arms: least
//! squares, ridge and lasso on the same rows, each at its cross-validated penalty. Measurement: the absolute weight on
//! useless features, the share of them that lasso removes, and the test error beyond the noise that no model avoids.

use super::{FREE, L1VsL2Params, LASSO, NINTH, RIDGE, Real, Truth};
use mllab_core::prelude::*;
use mllab_kit::bands::quantiles;
use mllab_kit::data::Measured;
use mllab_kit::data::classes::normal_features;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::draws::Draws;
use mllab_kit::linear::{Penalty, Ready};

const CLAIM: &str = "l1-cuts-noise";
const FEW: &str = "few of many features matter";
/// Columns of noise that a real table gets.
const NOISE_COLUMNS: usize = 30;
/// Features that matter in a cell of the map.
const ACTIVE: [usize; 6] = [1, 2, 5, 10, 20, 50];
/// Correlations of neighbours in a cell of the map.
const CORRELATIONS: [f64; 6] = [0.0, 0.3, 0.6, 0.8, 0.9, 0.95];
/// Features of its tables.
const FEATURES: usize = 50;

/// Measures what becomes of useless inputs.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let real = Real::of(source)?;
    real_table(cx, params, &real, &mut outcome)?;
    if real.shipped {
        generated(cx, params, &mut outcome)?;
        map(cx, params, &mut outcome)?;
    }
    outcome.tables.push(outcome.ledger("noise"));
    Ok(outcome)
}

/// One table and what the arms made of it.
struct Run {
    /// The generator's weights.
    truth: Vec<f64>,
    /// Weights of least squares, ridge and lasso.
    arms: [Vec<f64>; 3],
    /// [`left_to_noise`] at the cross-validated penalty.
    best: [f64; 2],
    /// [`left_to_noise`] at the strongest penalty within one standard error of it.
    cautious: [f64; 2],
    /// Ridge's avoidable test error over lasso's, as a base-2 logarithm.
    avoidable: f64,
}

/// Tables of which few, half, or all features matter, and none.
fn generated(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let cut = |runs: Runs<[f64; 2]>| [runs.mean(|run| run[0]), runs.share(|run| run[1])];
    for (case, truth) in [
        (FEW, Truth::Few),
        ("few of many features matter and neighbours have a correlation of 0.8", Truth::FewAmongNeighbours(0.8)),
        ("half of the features matter", Truth::Half),
        ("every feature matters a little and the prediction is judged", Truth::All),
    ] {
        let runs = cx.runs(case, cx.replicates(), |rep| Run::new(params, truth, &rep.stream))?;
        match truth {
            Truth::All => outcome.find(CLAIM, case, runs.mean(|run| run.avoidable)),
            _ => outcome.find(CLAIM, case, cut(runs.map(|run| run.best))),
        }
        if case == FEW {
            let cautious =
                "few of many features matter and the penalty is the largest within one standard error of the best";
            let judged = "few of many features matter and the prediction is judged";
            outcome.find(CLAIM, cautious, cut(runs.map(|run| run.cautious)));
            outcome.find(CLAIM, judged, runs.mean(|run| run.avoidable));
            draw(params, &runs, outcome);
        }
    }
    let case = "the target is permuted";
    let kept = cx.runs(case, cx.replicates(), |rep| {
        let mut rows = params.draw(Truth::Few, &rep.stream);
        Draws::new(&rep.stream.child("permutation", 0)).shuffle(&mut rows.y);
        Ok([1.0 - params.choice().of(Penalty::Absolute, &rows, &rep.stream)?.zero_share()])
    })?;
    outcome.find(CLAIM, case, kept.shares());
    Ok(())
}

impl Run {
    fn new(params: &L1VsL2Params, truth: Truth, stream: &Stream) -> Result<Self, LabError> {
        let truth = params.truth(truth, stream);
        let rows = truth.draw(params.rows as usize, stream);
        let [ridge, lasso] = params.choice().both(&rows, stream)?;
        // Without noise in the test rows the error is the part that a better model would avoid.
        let test = Linear { noise: 0.0, ..truth.clone() }.draw(500, &stream.child("test", 0));
        let useless: Vec<usize> = (0..truth.weights.len()).filter(|&j| truth.weights[j] == 0.0).collect();
        Ok(Run {
            truth: truth.weights,
            best: left_to_noise(&useless, &ridge.weights(), &lasso.weights()),
            cautious: left_to_noise(&useless, &ridge.weights(), &lasso.fits.at(lasso.cautious)),
            avoidable: libm::log2(ridge.error(&test)? / lasso.error(&test)?),
            arms: [ridge.ready.unpenalised()?.at(0), ridge.weights(), lasso.weights()],
        })
    }
}

/// The share of ridge's absolute weight on useless inputs that lasso does without, NaN where none is useless; and the
/// share of them whose lasso weight is zero.
fn left_to_noise(useless: &[usize], ridge: &[f64], lasso: &[f64]) -> [f64; 2] {
    let mass = |weights: &[f64]| useless.iter().map(|&j| weights[j].abs()).sum::<f64>();
    let zeros = useless.iter().filter(|&&j| lasso[j] == 0.0).count();
    [1.0 - mass(lasso) / mass(ridge), zeros as f64 / useless.len() as f64]
}

/// A real table with columns of noise, drawn anew for each resample.
fn real_table(cx: &Cx, params: &L1VsL2Params, real: &Real, outcome: &mut Outcome) -> Result<(), LabError> {
    let p = real.names.len();
    let runs = real.runs(cx, (cx.replicates() * 2 / 5).max(8), |stream, train, _| {
        let noise = normal_features(train.y.len(), NOISE_COLUMNS, &stream.child("noise", 0));
        let x = ndarray::concatenate(ndarray::Axis(1), &[train.x.view(), noise.view()]).expect("as many rows");
        let [ridge, lasso] = params.choice_on_table().both(&Measured { x, y: train.y }, stream)?;
        let useless: Vec<usize> = (p..p + NOISE_COLUMNS).collect();
        Ok(left_to_noise(&useless, &ridge.weights(), &lasso.weights()))
    })?;
    let case =
        ["thirty columns of noise are added to the diabetes table", "thirty columns of noise are added to your table"];
    // Lasso may leave more to noise than ridge does, but no less than nothing.
    let [mass, removed] = [0, 1].map(|part| runs.resampled(NINTH, |run| run[part]));
    outcome.find(CLAIM, real.case(case), [mass.cut_to(f64::NEG_INFINITY, 1.0), removed.cut_to(0.0, 1.0)]);
    Ok(())
}

/// True against estimated weights of three arms.
fn draw(params: &L1VsL2Params, runs: &Runs<Run>, outcome: &mut Outcome) {
    const TRUTH: Look = Look::new("truth", Hue::Ink).mark(Mark::Ring).unnamed();
    let truth = &runs[0].truth;
    // The features that matter first, then as many useless ones as can be told apart.
    let mut order: Vec<usize> = (0..truth.len()).collect();
    order.sort_by(|&a, &b| truth[b].total_cmp(&truth[a]).then(a.cmp(&b)));
    order.truncate(25);
    let mut table = Table::named("weights").with_word("arm").with_number("feature", "features");
    table = table.with_number("truth", "1").with_estimate("weight", "1");
    for (arm, look) in [FREE, RIDGE, LASSO].into_iter().enumerate() {
        for (place, &j) in order.iter().enumerate() {
            let [low, middle, high] = quantiles(runs.each(|run| run.arms[arm][j]), [0.1, 0.5, 0.9]);
            table.put((look.name, place + 1, truth[j], middle, low, high));
        }
    }
    let panels = [FREE, RIDGE, LASSO].map(|look| {
        let x = Axis::linear("feature").range(0.0, order.len() as f64 + 1.0);
        let y = Axis::linear("weight").range(-0.6, 1.6).ticks([-0.5, 0.0, 0.5, 1.0, 1.5]);
        Panel::new(x.ticks([1.0, 5.0, 10.0, 15.0, 20.0, 25.0]), y)
            .title(look.name)
            // A ring at zero would only hide what stands there.
            .points(table.of((look.name,)).whose("truth", 1.0), "feature", "truth", &TRUTH)
            .stalks(table.of((look.name,)), "feature", "weight", 0.0, &look)
    });
    let title = Title::say(
        "Lasso does without {} of the weight that ridge puts on useless features",
        [outcome.ledger("noise").cite("estimate", (CLAIM, FEW, 0), shown::percent)],
    )
    .if_cited(|cited| cited[0] > 0.0);
    let (L1VsL2Params { rows, features, active, .. }, noise) = (params, shown::number(params.noise, 2));
    let figure = Figure::new("true-weights", title)
        .subtitle(format!("Rings are the true weights where they are not zero, discs the medians over {} tables, whiskers hold 80 % of them. {rows} rows, {features} features, {active} of which matter, noise {noise}; the first {} are drawn, those that matter first.", runs.len(), order.len()))
        .alt("Weights by feature in three panels. Without a penalty all useless features have wide whiskers around zero; under ridge they are narrower and the true weights too small; under lasso most of them sit exactly at zero.")
        .grid(3, true)
        .panels(panels);
    outcome.show(figure, [table]);
}

/// Who predicts better, over sparsity and correlation: the map with the line where the advice flips. Both penalties are at
/// their best on noiseless test rows, so that it compares penalties and not ways of choosing them; the weights of the
/// features that matter are normal, the signal is equally strong in every cell.
fn map(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = (cx.replicates() / 5).max(2);
    let mut table = Table::named("map").with_number("features_that_matter", "features").with_number("correlation", "1");
    table = table.with_estimate("ridge_over_lasso", "log2 ratio").with_runs();
    for rho in CORRELATIONS {
        for active in ACTIVE {
            let runs = cx.runs(&format!("map {active} {rho}"), n, |rep| cell(params, active, rho, &rep.stream))?;
            table.put((active, rho, runs.mean(|ratio| *ratio)));
        }
    }
    let title = Title::say(
        "Where one feature of 50 matters, ridge errs {} times as much as lasso; where all do, lasso errs {} times as much as ridge",
        [1, FEATURES].map(|active| table.cite("ridge_over_lasso", (active, 0.0), |v| shown::times(v.abs()))),
    )
    .if_cited(|cited| cited[0] > 0.0 && cited[1] < 0.0);
    let panel = Panel::heat(
        &table,
        ("features that matter, of 50", "features_that_matter"),
        ("correlation of neighbours", "correlation"),
        "ridge_over_lasso",
        Palette::Diverging { low: Hue::Blue, high: Hue::Vermilion, middle: 0.0 },
    )
    .cells(|heat| (heat.limits, heat.contour) = (Some([-2.0, 2.0]), Some(0.0)));
    let figure = Figure::new("map", title)
        .subtitle(format!("Avoidable test error of ridge over that of lasso, as a power of two: 1 means twice, −1 half. {} rows, noise {}; both at their best penalty; means of {n} runs a cell. The line is where the advice flips.", params.rows, shown::number(params.noise, 2)))
        .alt("A map of cells, number of features that matter across and correlation of neighbours downwards. The left side, few features, favours lasso; the right side favours ridge, the more so the higher the correlation; a line between them marks equal errors.")
        .legend("lasso predicts better", Hue::Vermilion, LegendKey::Tint)
        .legend("ridge predicts better", Hue::Blue, LegendKey::Tint)
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}

/// One table's ridge error over its lasso error, as a base-2 logarithm.
fn cell(params: &L1VsL2Params, active: usize, rho: f64, stream: &Stream) -> Result<f64, LabError> {
    let mut draws = Draws::new(&stream.child("truth", 0));
    let mut weights = vec![0.0; FEATURES];
    for i in 0..active {
        weights[i * FEATURES / active] = draws.normal();
    }
    let length = weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    for weight in &mut weights {
        *weight *= (params.active as f64).sqrt() / length;
    }
    let truth = Linear { weights, noise: params.noise, correlation: Correlation::Chain(rho) };
    let ready = Ready::new(&truth.draw(params.rows as usize, stream))?;
    let test = Linear { noise: 0.0, ..truth }.draw(300, &stream.child("test", 0));
    let least = |penalty: Penalty| -> Result<f64, LabError> {
        let fits = ready.path(penalty, &ready.grid(penalty, 30))?;
        Ok(ready.errors(&fits, &test)?.into_iter().fold(f64::INFINITY, f64::min))
    };
    Ok(libm::log2(least(Penalty::Squared)? / least(Penalty::Absolute)?))
}
