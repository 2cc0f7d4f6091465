//! When does Adam or RMSProp get going where plain descent stalls?
//!
//! Data: valleys with curvatures 1 and 1 (well scaled) or 100 and 0.01 (condition 10 000), along the axes or turned
//! between them; starts that owe the same loss to each direction. Every method is given the same twelve rates and is
//! judged by its best.

use super::LearningRateParams;
use super::valley_map::{self, Walk};
use mllab_core::figure::{Axis, Hue, Layout, Mark, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::descent::{Method, Quadratic, descend};
use mllab_kit::draws::Draws;

const CLAIM: &str = "plateau-switch-optimizer";
/// Where a run is given up.
const MOST_STEPS: usize = 100_000;
/// The share of the first loss at which a run has arrived.
const ARRIVED: f64 = 1e-3;
const HEAVY_BALL: Method = Method::HeavyBall { memory: 0.9 };
const NESTEROV: Method = Method::Nesterov { memory: 0.9 };

/// A setting's name and the method that takes over in it.
type Takeover = (&'static str, Method);

/// Measures the steps of each method against plain descent's.
pub fn run(cx: &Cx, _: &LearningRateParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let (steep, even) = ([100.0, 0.01], [1.0, 1.0]);
    let mut table = Table::new("optimisers", &[("setting", ""), ("steps_ratio", "1"), ("low", "1"), ("high", "1")]);
    let n = (cx.replicates() / 10).max(4);
    let valleys: [(&str, [f64; 2], bool, &[Takeover]); 3] = [
        (
            "badly scaled",
            steep,
            false,
            &[
                ("the weights are scaled 10 000 to 1 and Adam takes over", Method::ADAM),
                ("the weights are scaled 10 000 to 1 and RMSProp takes over", Method::RMS_PROP),
                ("the weights are scaled 10 000 to 1 and heavy ball takes over", HEAVY_BALL),
                ("the weights are scaled 10 000 to 1 and Nesterov momentum takes over", NESTEROV),
            ],
        ),
        (
            "turned",
            steep,
            true,
            &[
                ("the scaling is turned between the weights and Adam takes over", Method::ADAM),
                ("the scaling is turned between the weights and RMSProp takes over", Method::RMS_PROP),
            ],
        ),
        ("alike", even, false, &[("all weights are scaled alike and Adam takes over", Method::ADAM)]),
    ];
    for (name, curvatures, turned, methods) in valleys {
        // All methods of a replicate start at one place, so that their ratios are paired.
        let ratios = cx.replicate_part(name, n, |rep| {
            let (valley, start) = valley(curvatures, turned, &rep.stream);
            let steps = |method| best_of_twelve(&valley, method, &start) as f64;
            let plain = steps(Method::Plain);
            methods.iter().map(|(_, method)| libm::log10(plain / steps(*method))).collect::<Vec<f64>>()
        })?;
        for (i, (case, _)) in methods.iter().enumerate() {
            let estimate = Estimate::mean(&ratios.iter().map(|ratio| ratio[i]).collect::<Vec<f64>>());
            outcome.find(CLAIM, case, estimate);
            let ratio = estimate.map(|log10| libm::pow(10.0, log10));
            table.row([(*case).into(), ratio.point.into(), ratio.low.into(), ratio.high.into()]);
        }
    }
    let case = "plain descent takes over from itself";
    let values = cx.replicate_part(case, n, |rep| {
        let steps = |arm: u64| {
            let (valley, start) = valley(steep, false, &rep.stream.child("arm", arm));
            best_of_twelve(&valley, Method::Plain, &start) as f64
        };
        libm::log10(steps(0) / steps(1))
    })?;
    outcome.find(CLAIM, case, Estimate::mean(&values));
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
        best.min(steps_to_arrive(valley, method, start, rate, best))
    })
}

fn steps_to_arrive(valley: &Quadratic, method: Method, start: &[f64; 2], rate: f64, most: usize) -> usize {
    let (mut weights, mut goal, mut arrived) = (*start, 0.0, most);
    descend(
        valley,
        method,
        &mut weights,
        most,
        |_| rate,
        |moment| {
            if moment.step == 0 {
                goal = ARRIVED * moment.loss;
            } else if moment.loss <= goal {
                arrived = moment.step;
                return false;
            }
            // A run whose loss has grown a millionfold does not come back.
            moment.loss <= 1e9 * goal
        },
    );
    arrived
}

/// The ratios as points with whiskers, one row a setting.
fn ratios(table: &Table, outcome: &mut Outcome) {
    let names = [
        "Adam, badly scaled",
        "RMSProp, badly scaled",
        "heavy ball, badly scaled",
        "Nesterov, badly scaled",
        "Adam, scaling turned",
        "RMSProp, scaling turned",
        "Adam, scaled alike",
    ];
    let column = |name: &str| -> Vec<f64> { (0..names.len()).filter_map(|row| table.number(row, name)).collect() };
    let title = Title::new()
        .text("Adam needs ")
        .cite(table, "steps_ratio", 0, times)
        .text(" times fewer steps where the weights are badly scaled, ")
        .cite(table, "steps_ratio", 4, times)
        .text(" times once the scaling is turned");
    outcome.figures.push(
        Figure::new("optimisers", title)
            .subtitle("Steps of plain descent over those of each method, both at the best of the same twelve rates; above 1 the method is faster. Mean; bars: 99\u{202f}% interval.")
            .alt("Ratio of steps for seven pairs of method and valley, on a logarithmic axis. Adam and RMSProp stand far above 1 where the weights are badly scaled, lower where the scaling is turned, and below 1 where the weights are scaled alike.")
            .reads("optimisers", &["steps_ratio", "low", "high"])
            .panel(
                Panel::new(
                    Axis::category("", names),
                    Axis::log("steps of plain descent over its own").range(0.05, 20_000.0),
                )
                .note(Note::horizontal(1.0, "as fast as plain descent"))
                .layer(
                    Points::new((0..names.len()).map(|i| i as f64).collect(), column("steps_ratio"), Mark::Disc, Hue::Blue)
                        .whiskers(column("low"), column("high")),
                ),
            ),
    );
}

fn times(ratio: f64) -> String {
    shown::number(ratio, 2)
}

/// The walks of five methods through a valley of condition 30, each at a rate that suits it.
fn paths(outcome: &mut Outcome) {
    let mut table = Table::new("optimiser_paths", &[("method", ""), ("step", "steps"), ("w1", "1"), ("w2", "1")]);
    let valley = Quadratic::along_axes(&[1.0, 30.0]);
    let mut figure = Figure::new("optimiser-paths", "Plain descent zig-zags down the steep side; the others take the valley's length in stride")
        .subtitle("Thirty steps from one start in a valley of condition 30. Lines join places of equal loss.")
        .alt("Five maps of a narrow valley with a path each. Plain descent zig-zags and stays far from the minimum; heavy ball swings past it, Nesterov momentum less; RMSProp and Adam walk along the floor.")
        .reads("optimiser_paths", &["w1", "w2"])
        .layout(Layout::Grid { columns: 5, share_y: true });
    for (name, method, rate, hue) in [
        ("plain descent", Method::Plain, 1.8 / 30.0, Hue::Vermilion),
        ("heavy ball", HEAVY_BALL, 0.6 / 30.0, Hue::Amber),
        ("Nesterov", NESTEROV, 0.6 / 30.0, Hue::Pink),
        ("RMSProp", Method::RMS_PROP, 0.12, Hue::Green),
        ("Adam", Method::ADAM, 0.25, Hue::Blue),
    ] {
        let walk = Walk { method, rate, steps: 30, start: [-2.4, 0.45], hue };
        let map = valley_map::panel(&valley, &walk, [-2.8, 1.6], [-1.1, 1.1], &name.into(), &mut table);
        figure = figure.panel(map.title(name));
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}
