//! The U: where a fixed number of steps ends, by rate.

use mllab_core::figure::{Axis, Hue, Layout, Note, Panel};
use mllab_core::{Cx, Figure, LabError, Outcome, Stream, Title, shown};
use mllab_kit::bands::{Bands, band_table};
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, Network, NetworkLoss, Objective, losses};
use mllab_kit::draws::Draws;

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
    let rates: Vec<f64> = (0..N_RATES).map(|i| libm::pow(10.0, -2.0 + i as f64 / PER_DECADE as f64)).collect();
    let n = (cx.replicates() / 10).max(4);
    let mut table = band_table("final_loss", ("rate", "1"), ("loss", "1"));
    let mut title = Title::new();
    let mut panels = Vec::new();
    let arms: [(&str, Arm, Hue); 2] =
        [("logistic regression", logistic, Hue::Blue), ("network of 6 hidden units", network, Hue::Green)];
    for (name, arm, hue) in arms {
        let runs = cx.replicate_part(name, n, |rep| arm(&rep.stream, &rates))?;
        let bands = Bands::of(&runs);
        let first_row = table.n_rows();
        bands.tabulate(&mut table, name, &rates);
        let least = bands.middle.iter().copied().fold(f64::INFINITY, f64::min);
        let good: Vec<usize> = (0..N_RATES).filter(|&i| bands.middle[i] <= 1.05 * least).collect();
        let (first, last) = (good[0], good[good.len() - 1]);
        let rate = |v| shown::number(v, 2);
        title = title
            .text(if panels.is_empty() {
                "In 100 steps logistic regression does best at a rate of "
            } else {
                ", a network at "
            })
            .cite(&table, "rate", first_row + first, rate);
        if first < last {
            title = title.text(" to ").cite(&table, "rate", first_row + last, rate);
        }
        let half = libm::pow(10.0, 0.5 / PER_DECADE as f64);
        let floor = Note::SpanX {
            from: rates[first] / half,
            to: (rates[last] * half).min(rates[N_RATES - 1]),
            text: if first < last { "within 5\u{202f}% of the least" } else { "least" }.into(),
            hue,
        };
        panels.push(
            Panel::new(
                Axis::log("learning rate").range(rates[0], rates[N_RATES - 1]).ticks([0.01, 0.1, 1.0, 10.0, 100.0]),
                Axis::log("loss after 100 steps").range(0.05, 20.0),
            )
            .title(name)
            .note(floor)
            .layer(bands.line(&rates, hue)),
        );
    }
    let mut figure = Figure::new("final-loss", title)
        .subtitle(format!(
            "Mean log loss over all rows after {STEPS} steps with all rows, both axes logarithmic. Median of {n} runs, each on rows and a start of its own; band: 80 % of runs."
        ))
        .caption("Left of the shaded rates the steps are too short to arrive; right of them they jump too far to settle.")
        .alt("Loss after a hundred steps against the learning rate, for logistic regression and for a network: both fall from the left to a floor and climb steeply to the right of it.")
        .reads("final_loss", &["rate", "loss", "low", "high"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
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
    let mut draws = Draws::new(&stream.child("start", 0));
    let start: Vec<f64> = (0..loss.n_weights()).map(|_| 0.1 * draws.normal()).collect();
    after(&loss, &start, rates)
}

/// Sixty points of two moons.
fn network(stream: &Stream, rates: &[f64]) -> Vec<f64> {
    let table = classes::TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 }.draw(60, &stream.child("rows", 0));
    let loss = NetworkLoss {
        network: Network::new(&[2, 6, 1]),
        inputs: table.x.iter().copied().collect(),
        classes: table.y.iter().map(|&label| usize::from(label)).collect(),
    };
    let start = loss.network.draw(&stream.child("start", 0));
    after(&loss, &start, rates)
}
