//! Weights are learned, the rate is set: does the rate decide where a fixed number of steps arrives?
//!
//! Data: logistic regression on generated rows and on a real table, a small network. Arms: a tenth and a half of the wall
//! from one start. Measurement: the distance between the weights that both arrive at, over their length.

use super::LearningRateParams;
use super::valley_map::{map, walk, with_walk};
use mllab_core::prelude::*;
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, NetworkLoss, Objective, descend_at, near_zero};

const CLAIM: &str = "params-vs-hyperparams";
const BUDGET: usize = 20;

/// Measures how far apart two rates leave the weights.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut apart = Table::named("apart").with_word("model").with_estimate("relative_distance", "1").with_runs();
    let mut found = |case: &'static str, estimate: Estimate| {
        outcome.find(CLAIM, case, estimate);
        apart.put((case, estimate));
    };
    let n = (cx.replicates() / 2).max(8);
    let at_two_rates = |loss: &FullBatch, steps: usize, stream: &Stream| {
        let wall = 2.0 / loss.largest_sharpness();
        distance(loss, [0.1 * wall, 0.5 * wall], steps, stream)
    };
    let on_rows = |case: &str, n: usize, steps: usize| {
        cx.runs(case, n, |rep| Ok(at_two_rates(&params.generated_rows(0.0, &rep.stream), steps, &rep.stream)))
    };
    if source.is_generated() {
        let case = "logistic regression is trained on generated rows for 20 steps";
        found(case, on_rows(case, n, BUDGET)?.mean(|distance| *distance));
    }
    let case = source.pick(
        "logistic regression is trained on the breast cancer table for 20 steps",
        "logistic regression is trained on your table for 20 steps",
    );
    let table = params.table(source)?;
    let runs = cx.runs(case, n, |rep| Ok(at_two_rates(&table, BUDGET, &rep.stream)))?;
    found(case, runs.mean(|distance| *distance));
    if source.is_generated() {
        let case = "a small network is trained on two moons for 20 steps";
        let moons = classes::TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 };
        let runs = cx.runs(case, n, |rep| {
            let loss = NetworkLoss::of(&[8], &moons.draw(100, &rep.stream.child("rows", 0)));
            Ok(distance(&loss, [0.1, 0.5], BUDGET, &rep.stream))
        })?;
        found(case, runs.mean(|distance| *distance));

        let case = "the same rate is used twice";
        let runs = cx.runs(case, n, |rep| {
            let loss = params.generated_rows(0.0, &rep.stream);
            let rate = 1.0 / loss.largest_sharpness();
            let [a, b] = [rate; 2].map(|rate| trained(&loss, rate, BUDGET, &rep.stream));
            Ok(a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max))
        })?;
        // An identity: the largest difference over all runs is what there is.
        found(case, runs.worst(|difference| *difference));

        let case = "logistic regression is trained on generated rows until nothing moves";
        found(case, on_rows(case, (n / 2).max(8), 2000)?.mean(|distance| *distance));
        draw(&apart, &mut outcome);
    }
    outcome.tables.push(apart);
    Ok(outcome)
}

/// Weights after so many steps from a start near zero.
fn trained(loss: &impl Objective, rate: f64, steps: usize, stream: &Stream) -> Vec<f64> {
    let mut weights = near_zero(loss.n_weights(), stream);
    descend_at(loss, Method::Plain, &mut weights, steps, rate, |_| true);
    weights
}

/// The distance between the weights that two rates arrive at, over the length of those of the second.
fn distance(loss: &impl Objective, rates: [f64; 2], steps: usize, stream: &Stream) -> f64 {
    let [a, b] = rates.map(|rate| trained(loss, rate, steps, stream));
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
    let apart = squares(&mut a.iter().zip(&b).map(|(a, b)| a - b));
    (apart / squares(&mut b.iter().copied())).sqrt()
}

/// Twenty steps of two weights at three rates from one start, over the loss of a small table.
fn draw(apart: &Table, outcome: &mut Outcome) {
    const WALKS: [(f64, Look); 3] = [
        (0.01, Look::new("a hundredth of the wall", Hue::Blue)),
        (0.1, Look::new("a tenth of the wall", Hue::Green)),
        (0.5, Look::new("half of the wall", Hue::Vermilion)),
    ];
    let rows = classes::Logistic { intercept: 0.0, weights: vec![1.5, -1.0] }.draw(200, &Stream::root(7));
    let loss = FullBatch::new(rows.x.view(), &rows.y, 0.01).expect("two hundred rows hold both classes");
    let wall = 2.0 / loss.largest_sharpness();
    let mut walks = Table::named("walks").with_number("rate_over_wall", "1").with_number("step", "steps");
    walks = walks.with_numbers(&["w1", "w2"], "1");
    for (share, _) in WALKS {
        let places = walk(&loss, Method::Plain, &[-0.9, 0.7, 0.0], BUDGET, share * wall);
        places.iter().enumerate().for_each(|(step, [w1, w2])| walks.put((share, step, *w1, *w2)));
    }
    let levels = [0.47, 0.5, 0.55, 0.62, 0.7, 0.8, 0.92, 1.1];
    let panel = WALKS.iter().fold(map(&loss, [-1.2, 2.2], [-1.8, 1.0], 60, &levels), |panel, (share, look)| {
        with_walk(panel, &walks.of((*share,)), look)
    });
    let title = Title::say(
        "Twenty steps at two rates end {} of the weights' length apart",
        [apart.cite("relative_distance", (), shown::percent)],
    );
    let figure = Figure::new("walks", title)
        .subtitle("Two weights of logistic regression from one start at three rates, 20 steps each. Lines join places of equal loss.")
        .caption("The title's number is measured on four features, at a tenth and at half of the wall.")
        .alt("A map of the loss over two weights with three paths from one start: at a hundredth of the wall the path hardly leaves the start, at a tenth it comes halfway, at half it reaches the valley's floor.")
        .panel(panel.note(Note::text(-0.9, 0.7, "start", Hue::Ink)));
    outcome.show(figure, [walks]);
}
