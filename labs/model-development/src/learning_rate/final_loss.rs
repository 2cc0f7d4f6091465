//! The U: where a fixed number of steps ends, by rate.

use mllab_core::prelude::*;
use mllab_kit::bands::{band_table, tabulate};
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, NetworkLoss, Objective, losses, near_zero};

const STEPS: usize = 100;
/// Rates a decade, from 0.01 on.
const PER_DECADE: usize = 4;
const N_RATES: usize = 4 * PER_DECADE + 1;
/// What a broken run counts as: a loss that no run reaches which has learned anything.
const BROKEN: f64 = 1e3;

/// The last losses of one replicate, rate by rate.
type Arm = fn(&Stream, &[f64]) -> Vec<f64>;

/// Draws the loss after a hundred steps against the rate, for logistic regression and for a network.
pub fn draw(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    const ARMS: [(Look, Arm); 2] = [
        (Look::new("logistic regression", Hue::Blue).unnamed(), logistic),
        (Look::new("network of 6 hidden units", Hue::Green).unnamed(), network),
    ];
    let rates: Vec<f64> = (0..N_RATES).map(|i| libm::pow(10.0, -2.0 + i as f64 / PER_DECADE as f64)).collect();
    let n = (cx.replicates() / 10).max(4);
    let mut table = band_table("final_loss", ("rate", "1"), ("loss", "1"));
    for (look, arm) in ARMS {
        let runs = cx.runs(look.name, n, |rep| Ok(arm(&rep.stream, &rates)))?;
        tabulate(&mut table, look.name, &rates, &runs, |run| run);
    }
    // Rates whose median is within 5 % of the least.
    let good = ARMS.map(|(look, _)| {
        let medians = table.of((look.name,)).numbers("loss");
        let least = medians.iter().copied().fold(f64::INFINITY, f64::min);
        let good = |i: &usize| medians[*i] <= 1.05 * least;
        [(0..N_RATES).find(good), (0..N_RATES).rfind(good)].map(|i| rates[i.expect("the least is good")])
    });
    let mut title = Title::new();
    for ((look, _), [first, last]) in ARMS.iter().zip(good) {
        let cite = |rate: f64| table.cite("rate", (look.name, rate), |v| shown::number(v, 2));
        let words = if title.pieces.is_empty() {
            "In 100 steps logistic regression does best at a rate of "
        } else {
            ", a network at "
        };
        title = title.text(words);
        title.pieces.push(cite(first));
        if first < last {
            title = title.text(" to ");
            title.pieces.push(cite(last));
        }
    }
    let half = libm::pow(10.0, 0.5 / PER_DECADE as f64);
    let panels = ARMS.iter().zip(good).map(|((look, _), [first, last])| {
        let floor = Note::SpanX {
            from: first / half,
            to: (last * half).min(rates[N_RATES - 1]),
            text: if first < last { "within 5\u{202f}% of the least" } else { "least" }.into(),
            hue: look.hue,
        };
        let x = Axis::log("learning rate").range(rates[0], rates[N_RATES - 1]).ticks([0.01, 0.1, 1.0, 10.0, 100.0]);
        Panel::new(x, Axis::log("loss after 100 steps").range(0.05, 20.0)).title(look.name).note(floor).lines(
            &table,
            &[*look],
            "rate",
            "loss",
        )
    });
    let figure = Figure::new("final-loss", title)
        .subtitle(format!("Mean log loss over all rows after {STEPS} steps with all rows, both axes logarithmic. Median of {n} runs, each on rows and a start of its own; band: 80 % of runs."))
        .caption("Left of the shaded rates the steps are too short to arrive; right of them they jump too far to settle.")
        .alt("Loss after a hundred steps against the learning rate, for logistic regression and for a network: both fall from the left to a floor and climb steeply to the right of it.")
        .grid(2, true)
        .panels(panels);
    outcome.show(figure, [table]);
    Ok(())
}

fn after(loss: &impl Objective, start: &[f64], rates: &[f64]) -> Vec<f64> {
    let last = |rate: f64| losses(loss, Method::Plain, &mut start.to_vec(), STEPS, rate).last().copied();
    rates.iter().map(|&rate| last(rate).filter(|loss| *loss < BROKEN).unwrap_or(BROKEN)).collect()
}

/// A hundred rows of two features whose classes overlap, without a penalty to speak of.
fn logistic(stream: &Stream, rates: &[f64]) -> Vec<f64> {
    let truth = classes::Logistic { intercept: 0.2, weights: vec![2.0, -2.0] };
    let table = truth.draw(100, &stream.child("rows", 0));
    let loss = FullBatch::new(table.x.view(), &table.y, 1e-3).expect("a hundred rows hold both classes");
    after(&loss, &near_zero(loss.n_weights(), stream), rates)
}

/// Sixty points of two moons.
fn network(stream: &Stream, rates: &[f64]) -> Vec<f64> {
    let table = classes::TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 }.draw(60, &stream.child("rows", 0));
    let loss = NetworkLoss::of(&[6], &table);
    let start = loss.network.draw(&stream.child("start", 0));
    after(&loss, &start, rates)
}
