//! Which test of a window sees which kind of drift?
//!
//! Data: five normal inputs and a label that depends on two of them; a baseline, and live windows that drift in one way
//! each. Arms: tests of the inputs, of the predictions, and of the error rate, all at five per cent over all features
//! together, and the folk rule PSI > 0.2. Measurement: the share of windows in which each alarms. Fraud of a new scheme
//! is in `fraud.rs`.

use super::worlds::{LEVEL, TRAIN, beyond_level, linear};
use super::{DriftDetectionParams, fraud};
use mllab_core::prelude::*;
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::normal_features;
use mllab_kit::data::drifting::logistic;
use mllab_kit::draws::Draws;
use mllab_kit::drift::{Baseline, Reference, domain_auc, normal_cdf};
use mllab_kit::linear::LogisticModel;
use shown::percent;

const ALL: &str = "input-monitors-see-all";
const INPUTS: usize = 5;
const KINDS: [&str; 8] = [
    "none",
    "inputs move",
    "half of rows",
    "a unit doubles",
    "spread only",
    "fewer positives",
    "concept, 90°",
    "concept, 180°",
];
const MONITORS: [&str; 9] = [
    "KS",
    "PSI above 0.2",
    "chi-square",
    "Jensen-Shannon",
    "Wasserstein",
    "mean",
    "domain classifier",
    "predictions",
    "error rate",
];

/// Measures the power of each monitor.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    power(cx, params, &mut outcome)?;
    fraud::new_schemes(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// Rows of one kind of drift.
fn live(kind: &str, n: usize, stream: &Stream) -> Labelled {
    // Three times as many rows where some are left out again.
    let drawn = if kind == "fewer positives" { 3 * n } else { n };
    let mut x = normal_features(drawn, INPUTS, &stream.child("features", 0));
    match kind {
        "inputs move" => x += 0.5,
        "half of rows" => {
            let mut coin = Draws::new(&stream.child("half", 0));
            x.rows_mut().into_iter().filter(|_| coin.happens(0.5)).for_each(|mut row| row += 0.5);
        }
        "a unit doubles" => x.column_mut(2).mapv_inplace(|value| 2.0 * value),
        "spread only" => x *= 1.5,
        _ => {}
    }
    let degrees = match kind {
        "concept, 90°" => 90.0,
        "concept, 180°" => 180.0,
        _ => 0.0,
    };
    let table = logistic(x, degrees, stream);
    if kind != "fewer positives" {
        return table;
    }
    let mut draws = Draws::new(&stream.child("thin", 0));
    let kept: Vec<usize> = (0..drawn).filter(|&row| !table.y[row] || draws.happens(0.5)).take(n).collect();
    table.rows(&kept)
}

/// What every monitor knows before anything is live.
struct Known {
    model: LogisticModel,
    table: Labelled,
    inputs: Baseline,
    predictions: Reference,
    error: f64,
}

impl Known {
    fn new(params: &DriftDetectionParams, stream: &Stream) -> Result<Self, LabError> {
        let model = linear(&live("none", 2 * TRAIN, &stream.child("train", 0)));
        let table = live("none", params.baseline_rows as usize, &stream.child("baseline", 0));
        let logits = model.logits(table.x.view());
        let (inputs, predictions) = (Baseline::new(table.x.view())?, Reference::new(&logits)?);
        Ok(Known { model, inputs, predictions, error: wrong(&logits, &table.y), table })
    }

    /// Largest Jensen-Shannon and Wasserstein distance of a column: they have no p, so their limits are learnt.
    fn distances(&self, window: &Labelled) -> [f64; 2] {
        [Reference::jensen_shannon, Reference::wasserstein]
            .map(|distance| self.inputs.each(window.x.view(), distance).into_iter().fold(0.0, f64::max))
    }

    /// Whether inputs, predictions and error rate alarm.
    fn main_alarms(&self, window: &Labelled) -> [bool; 3] {
        let (n, m) = (window.y.len() as f64, self.table.y.len() as f64);
        let logits = self.model.logits(window.x.view());
        let wrong = wrong(&logits, &window.y);
        let both = (self.error * m + wrong * n) / (m + n);
        let z = (wrong - self.error) / (both * (1.0 - both) * (1.0 / n + 1.0 / m)).sqrt();
        let errors = 2.0 * normal_cdf(-z.abs()) < LEVEL;
        [self.inputs.alarms(window.x.view(), LEVEL), self.predictions.ks(&logits).1 < LEVEL, errors]
    }

    /// Which monitors alarm, in the order of [`MONITORS`].
    fn alarms(&self, window: &Labelled, limits: [f64; 2]) -> Result<[bool; MONITORS.len()], LabError> {
        let any = |test: &dyn Fn(&Reference, &[f64]) -> bool| self.inputs.each(window.x.view(), test).contains(&true);
        let level = LEVEL / INPUTS as f64;
        let psi = any(&|reference, column| reference.psi(column) > 0.2);
        let chi_square = any(&|reference, column| reference.chi_square_p(column) < level);
        let mean = any(&|reference, column| reference.mean_p(column) < level);
        let [divergence, transport] = self.distances(window);
        let [inputs, predictions, errors] = self.main_alarms(window);
        let domain = domain_auc(self.table.x.view(), window.x.view())?.1 < LEVEL;
        let distances = [divergence > limits[0], transport > limits[1]];
        Ok([inputs, psi, chi_square, distances[0], distances[1], mean, domain, predictions, errors])
    }
}

/// The share of logits on the wrong side of zero.
fn wrong(logits: &[f64], y: &[bool]) -> f64 {
    logits.iter().zip(y).filter(|&(&logit, &label)| (logit > 0.0) != label).count() as f64 / y.len() as f64
}

fn power(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = params.window as usize;
    // Limits of the distances without a p: exceeded by five per cent of windows that did not drift.
    let still = cx.runs("limits", cx.replicates().max(40), |rep| {
        Ok(Known::new(params, &rep.stream)?.distances(&live("none", n, &rep.stream.child("live", 0))))
    })?;
    let limits = [0, 1].map(|distance| {
        let mut still = still.each(|run| run[distance]);
        still.sort_by(f64::total_cmp);
        still[(still.len() * 95 / 100).min(still.len() - 1)]
    });
    let runs = cx.runs("power", cx.replicates(), |rep| {
        let known = Known::new(params, &rep.stream)?;
        let drift = |(kind, name)| known.alarms(&live(name, n, &rep.stream.child("live", kind)), limits);
        (0..).zip(KINDS).map(drift).collect::<Result<Vec<_>, LabError>>()
    })?;
    let mut table = Table::named("power").with_word("drift").with_word("monitor");
    table = table.with_estimate("alarms", "share").with_count("windows");
    for (monitor, name) in MONITORS.into_iter().enumerate() {
        for (kind, drift) in KINDS.into_iter().enumerate() {
            table.put((drift, name, runs.proportion(|run| run[kind][monitor])));
        }
    }
    for (setting, kind, monitor) in [
        ("data drift: every input moves by half an sd", 1, 0),
        ("feature drift: one input doubles its unit", 3, 0),
        ("concept drift: inputs stay and the boundary turns by 90 degrees", 6, 0),
        ("predictions are watched and the boundary turns by 90 degrees", 6, 7),
        ("labels are joined and the boundary turns by 90 degrees", 6, 8),
    ] {
        outcome.find(ALL, setting, beyond_level(runs.proportion(|run| run[kind][monitor])));
    }
    // A rate of five per cent wants many windows to be bounded.
    let still = cx.runs("nothing drifts", 5 * cx.replicates() / 2, |rep| {
        Ok(Known::new(params, &rep.stream)?.main_alarms(&live("none", n, &rep.stream.child("live", 0))))
    })?;
    outcome.find(ALL, "nothing drifts", [0, 1, 2].map(|part| beyond_level(still.proportion(|alarms| alarms[part]))));

    let cite = |drift| table.cite("alarms", (drift, "KS"), percent);
    let title = Title::say(
        "A test of the inputs sees {} of the moves and {} of the changed concepts, which is its false-alarm rate",
        [cite("inputs move"), cite("concept, 90°")],
    );
    let (x, y) = (("kind of drift", "drift"), ("monitor", "monitor"));
    let heat = Panel::heat(&table, x, y, "alarms", Palette::Sequential(Hue::Blue));
    let figure = Figure::new("power", title)
        .subtitle(format!("Share, in per cent, of {} windows of {n} live rows in which a monitor alarms, held against {} rows; each at 5\u{202f}% over all five inputs, but for PSI with its fixed limit.", runs.len(), params.baseline_rows))
        .alt("Heat map of nine monitors by eight kinds of drift. Monitors of inputs are dark where inputs move and pale, at five per cent, in both columns of concept drift; the row of the error rate is dark there.")
        .panel(heat.cells(|heat| heat.percent(0.0, 100.0)));
    outcome.show(figure, [table]);
    Ok(())
}
