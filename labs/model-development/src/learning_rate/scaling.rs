//! When does Adam or RMSProp get going where plain descent stalls?
//!
//! Data: valleys with curvatures 1 and 1 (well scaled) or 100 and 0.01 (condition 10 000), along the axes or turned
//! between them; starts that owe the same loss to each direction. Every method is given the same twelve rates and is
//! judged by its best.

use super::valley_map::{valley_map, walk, with_walk};
use super::{HEAVY_BALL, LearningRateParams, NESTEROV};
use mllab_core::prelude::*;
use mllab_kit::descent::{Method, Quadratic, steps_within};
use mllab_kit::draws::Draws;

const CLAIM: &str = "plateau-switch-optimizer";
/// Where a run is given up.
const MOST_STEPS: usize = 100_000;
/// The share of the first loss at which a run has arrived.
const ARRIVED: f64 = 1e-3;
const STEEP: [f64; 2] = [100.0, 0.01];

/// A setting's name, what it is called in the picture, and the method that takes over in it.
type Takeover = (&'static str, &'static str, Method);
const BADLY_SCALED: [Takeover; 4] = [
    ("the weights are scaled 10 000 to 1 and Adam takes over", "Adam, badly scaled", Method::ADAM),
    ("the weights are scaled 10 000 to 1 and RMSProp takes over", "RMSProp, badly scaled", Method::RMS_PROP),
    ("the weights are scaled 10 000 to 1 and heavy ball takes over", "heavy ball, badly scaled", HEAVY_BALL),
    ("the weights are scaled 10 000 to 1 and Nesterov momentum takes over", "Nesterov, badly scaled", NESTEROV),
];
const TURNED: [Takeover; 2] = [
    ("the scaling is turned between the weights and Adam takes over", "Adam, scaling turned", Method::ADAM),
    ("the scaling is turned between the weights and RMSProp takes over", "RMSProp, scaling turned", Method::RMS_PROP),
];
const ALIKE: [Takeover; 1] = [("all weights are scaled alike and Adam takes over", "Adam, scaled alike", Method::ADAM)];

/// Measures the steps of each method against plain descent's.
pub fn run(cx: &Cx, _: &LearningRateParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut table = Table::named("optimisers").with_word("setting").with_estimate("steps_ratio", "1");
    let n = (cx.replicates() / 10).max(4);
    for (name, curvatures, methods) in
        [("badly scaled", STEEP, &BADLY_SCALED[..]), ("turned", STEEP, &TURNED), ("alike", [1.0, 1.0], &ALIKE)]
    {
        // All methods of a replicate start at one place, so that their ratios are paired.
        let runs = cx.runs(name, n, |rep| {
            let (valley, start) = valley(curvatures, name == "turned", &rep.stream);
            let steps = |method| best_of_twelve(&valley, method, &start) as f64;
            let plain = steps(Method::Plain);
            Ok(methods.iter().map(|(.., method)| libm::log10(plain / steps(*method))).collect::<Vec<f64>>())
        })?;
        for (i, (case, ..)) in methods.iter().enumerate() {
            let ratio = runs.mean(|ratios| ratios[i]);
            outcome.find(CLAIM, case, ratio);
            table.put((*case, ratio.map(|log10| libm::pow(10.0, log10))));
        }
    }
    let case = "plain descent takes over from itself";
    let runs = cx.runs(case, n, |rep| {
        let steps = |arm: u64| {
            let (valley, start) = valley(STEEP, false, &rep.stream.child("arm", arm));
            best_of_twelve(&valley, Method::Plain, &start) as f64
        };
        Ok(libm::log10(steps(0) / steps(1)))
    })?;
    outcome.find(CLAIM, case, runs.mean(|ratio| *ratio));
    ratios(&table, &mut outcome);
    paths(&mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

/// A valley and a start at which each direction owes half of the loss, give or take a factor of two.
fn valley(curvatures: [f64; 2], turned: bool, stream: &Stream) -> (Quadratic, [f64; 2]) {
    let mut draws = Draws::new(&stream.child("start", 0));
    let along = curvatures.map(|c| {
        let sign = if draws.happens(0.5) { 1.0 } else { -1.0 };
        sign * draws.between(0.7, 1.4) / c.sqrt()
    });
    if !turned {
        return (Quadratic::along_axes(&curvatures), along);
    }
    // Between an eighth and three eighths of a half turn: never near an axis again.
    let angle = draws.between(0.125, 0.375) * std::f64::consts::PI;
    let (cos, sin) = (libm::cos(angle), libm::sin(angle));
    let start = [cos * along[0] - sin * along[1], sin * along[0] + cos * along[1]];
    (Quadratic::turned(&curvatures, angle), start)
}

/// The fewest steps to arrive over twelve rates from 0.0003 to 3; a run is given up where another was faster.
fn best_of_twelve(valley: &Quadratic, method: Method, start: &[f64; 2]) -> usize {
    (0..12).rev().fold(MOST_STEPS, |best, i| {
        let rate = 0.0003 * libm::pow(10.0, f64::from(i) * 4.0 / 11.0);
        best.min(steps_within(valley, method, start, rate, ARRIVED, best))
    })
}

/// The ratios as points with whiskers, one row a setting.
fn ratios(table: &Table, outcome: &mut Outcome) {
    let names: Vec<&str> = BADLY_SCALED.iter().chain(&TURNED).chain(&ALIKE).map(|(_, called, _)| *called).collect();
    let rows = Rows::from(table);
    let places = (0..names.len()).map(|place| place as f64).collect();
    let mut points = Points::new(places, rows.numbers("steps_ratio"), Mark::Disc, Hue::Blue);
    points.whiskers = rows.interval("steps_ratio");
    let cite = |case| table.cite("steps_ratio", (case,), |ratio| shown::number(ratio, 2));
    let title = Title::say(
        "Adam needs {} times fewer steps where the weights are badly scaled, {} times once the scaling is turned",
        [cite(BADLY_SCALED[0].0), cite(TURNED[0].0)],
    )
    .if_cited(|cited| cited[0] > 1.0);
    let figure = Figure::new("optimisers", title)
        .subtitle("Steps of plain descent over those of each method, both at the best of the same twelve rates; above 1 the method is faster. Mean; bars: 99\u{202f}% interval.")
        .alt("Ratio of steps for seven pairs of method and valley, on a logarithmic axis. Adam and RMSProp stand far above 1 where the weights are badly scaled, lower where the scaling is turned, and below 1 where the weights are scaled alike.")
        .panel(
            Panel::new(
                Axis::category("", names),
                Axis::log("steps of plain descent over its own").range(0.05, 20_000.0),
            )
            .note(Note::horizontal(1.0, "as fast as plain descent"))
            .draw(&rows, &["setting", "steps_ratio", "low", "high"], points),
        );
    outcome.show(figure, []);
}

/// The walks of five methods through a valley of condition 30, each at a rate that suits it.
fn paths(outcome: &mut Outcome) {
    const WALKS: [(&str, Method, f64, Hue); 5] = [
        ("plain descent", Method::Plain, 1.8 / 30.0, Hue::Vermilion),
        ("heavy ball", HEAVY_BALL, 0.6 / 30.0, Hue::Amber),
        ("Nesterov", NESTEROV, 0.6 / 30.0, Hue::Pink),
        ("RMSProp", Method::RMS_PROP, 0.12, Hue::Green),
        ("Adam", Method::ADAM, 0.25, Hue::Blue),
    ];
    let valley = Quadratic::along_axes(&[1.0, 30.0]);
    let mut table = Table::named("optimiser_paths").with_word("method").with_number("step", "steps");
    table = table.with_numbers(&["w1", "w2"], "1");
    for (name, method, rate, _) in WALKS {
        let places = walk(&valley, method, &[-2.4, 0.45], 30, rate);
        places.iter().enumerate().for_each(|(step, [w1, w2])| table.put((name, step, *w1, *w2)));
    }
    let panels = WALKS.map(|(name, _, _, hue)| {
        let map = valley_map(&valley, [-2.8, 1.6], [-1.1, 1.1]).title(name);
        with_walk(map, &table.of((name,)), &Look::new(name, hue).unnamed())
    });
    let title = "Plain descent zig-zags down the steep side; the others take the valley's length in stride";
    let figure = Figure::new("optimiser-paths", title)
        .subtitle("Thirty steps from one start in a valley of condition 30. Lines join places of equal loss.")
        .alt("Five maps of a narrow valley with a path each. Plain descent zig-zags and stays far from the minimum; heavy ball swings past it, Nesterov momentum less; RMSProp and Adam walk along the floor.")
        .grid(5, true)
        .panels(panels);
    outcome.show(figure, [table]);
}
