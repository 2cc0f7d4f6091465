//! Where does gradient descent stop converging, and what do its steps do there?
//!
//! Data: a quadratic valley turned at random with a start drawn on the unit circle; logistic regression on generated
//! rows; on a real table from starts drawn at random (the rows are all there is, only the start varies).
//! Measurement: the wall by bisection, without using the curvature that it is compared with.

use super::valley_map::{valley_map, walk, with_walk};
use super::{HEAVY_BALL, LearningRateParams, NESTEROV, between_axes};
use mllab_core::prelude::*;
use mllab_kit::bands::Bands;
use mllab_kit::descent::{
    FullBatch, Method, Objective, Quadratic, crossing_share, losses, near_zero, settles, turning_point,
};
use mllab_kit::draws::Draws;
use std::f64::consts::TAU;

const CLAIM: &str = "overshoots-optimum";
const WALL: &str = "wall over theory";
const CROSSING: &str = "share of steps that cross";

/// Measures the wall and what the steps do beyond it.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut walls =
        Table::named("walls").with_word("case").with_word("quantity").with_estimate("estimate", "1").with_runs();
    let mut found = |case: &'static str, quantities: &[(&str, Estimate)]| {
        for (part, (quantity, estimate)) in quantities.iter().enumerate() {
            outcome.find_part(CLAIM, case, part, *estimate);
            walls.put((case, *quantity, *estimate));
        }
    };
    if source.is_generated() {
        for (case, curvatures) in [("curvatures are 1 and 10", [1.0, 10.0]), ("curvatures are 1 and 100", [1.0, 100.0])]
        {
            let runs = cx.runs(case, cx.replicates(), |rep| {
                let (valley, start) = turned_valley(curvatures, &rep.stream);
                let wall = quadratic_wall(&valley, Method::Plain, &start, &rep.stream);
                Ok([wall * valley.steepest() / 2.0, crossing_rate(&valley, &start, &rep.stream) * valley.steepest()])
            })?;
            let [wall, crossing] = runs.means();
            found(case, &[(WALL, wall), ("first crossing over theory", crossing)]);
        }
        for (case, method) in [
            ("heavy ball remembers 0.9 of its last step", HEAVY_BALL),
            ("Nesterov momentum remembers 0.9 of its last step", NESTEROV),
        ] {
            let runs = cx.runs(case, cx.replicates(), |rep| {
                let (valley, start) = turned_valley([1.0, 10.0], &rep.stream);
                Ok(quadratic_wall(&valley, method, &start, &rep.stream) * valley.steepest() / 2.0)
            })?;
            found(case, &[(WALL, runs.mean(|wall| *wall))]);
        }
        // 600 runs without a crossing put its share below 0.9 % at the level; 200 could not.
        let case = "the rate is half of 1 over the curvature";
        let crossings = cx.runs(case, 3 * cx.replicates(), |rep| {
            let (valley, start) = turned_valley([1.0, 10.0], &rep.stream);
            Ok(steep_crossings(&valley, &start, 0.5 / valley.steepest(), 30))
        })?;
        found(case, &[(CROSSING, crossings.share(|share| *share))]);

        let case = "logistic regression sees all generated rows at each step";
        let [wall, beyond] = logistic_walls(cx, case, |stream| params.generated_rows(0.0, stream))?;
        found(case, &[(WALL, wall), (CROSSING, beyond)]);
    }
    let case = source.pick(
        "logistic regression sees all rows of the breast cancer table at each step",
        "logistic regression sees all rows of your table at each step",
    );
    let table = params.table(source)?;
    let [wall, beyond] = logistic_walls(cx, case, |_| table.clone())?;
    found(case, &[(WALL, wall), (CROSSING, beyond)]);

    outcome.tables.push(edge(&match source {
        Source::Own(data) => params.own(data.all_rows())?,
        Source::Generated => table,
    })?);
    if source.is_generated() {
        loss_curves(cx, params, &walls, &mut outcome)?;
        paths(&mut outcome);
    }
    outcome.tables.push(walls);
    Ok(outcome)
}

/// A valley of two curvatures turned at random, and a start on the unit circle.
fn turned_valley(curvatures: [f64; 2], stream: &Stream) -> (Quadratic, [f64; 2]) {
    let mut draws = Draws::new(&stream.child("valley", 0));
    let (angle, start) = (draws.between(0.0, TAU), draws.between(0.0, TAU));
    (Quadratic::turned(&curvatures, angle), [libm::cos(start), libm::sin(start)])
}

/// The rate at which descent on a valley stops converging: its largest loss late in the run is no longer below that
/// of the run's first half.
fn quadratic_wall(valley: &Quadratic, method: Method, start: &[f64; 2], stream: &Stream) -> f64 {
    turning_point(1.0, 10.0, 24, stream, |rate| settles(valley, method, start, 1200, rate, |moment| moment.loss))
}

/// The lowest rate from which more than half of the first 4 steps land beyond the minimum; near it the distance falls
/// a thousandfold a step, so that later ones would be lost in rounding.
fn crossing_rate(valley: &Quadratic, start: &[f64; 2], stream: &Stream) -> f64 {
    turning_point(1.0, 10.0, 24, &stream.child("crossing", 0), |rate| steep_crossings(valley, start, rate, 4) <= 0.5)
}

/// The share of steps that change the side of the valley's steepest axis.
fn steep_crossings(valley: &Quadratic, start: &[f64; 2], rate: f64, steps: usize) -> f64 {
    let mut along = [0.0; 2];
    crossing_share(valley, start, rate, (0, steps), |weights| {
        valley.along(weights, &mut along);
        along[1]
    })
}

/// For logistic regression: the wall over 2 / sharpness at the optimum, on a sixteenth of the replicates (each costs a
/// thousand runs over the rows); and on three tenths, at 5 % above 2 / sharpness, the share of the last 100 of 400 steps
/// that land on the other side of the optimum along the steepest direction.
fn logistic_walls(
    cx: &Cx,
    case: &str,
    objective: impl Fn(&Stream) -> FullBatch + Sync,
) -> Result<[Estimate; 2], LabError> {
    let n_walls = (cx.replicates() / 16).max(2);
    let runs = cx.runs(case, (3 * cx.replicates() / 10).max(n_walls), |rep| {
        let loss = objective(&rep.stream);
        let optimum = loss.optimum()?;
        let (sharpness, steepest) = loss.sharpness(&optimum);
        let start = near_zero(loss.n_weights(), &rep.stream);
        let wall = (rep.index < n_walls).then(|| {
            let distance = |w: &[f64]| w.iter().zip(&optimum).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            turning_point(2.0 / sharpness, 3.0, 10, &rep.stream, |rate| {
                settles(&loss, Method::Plain, &start, 400, rate, |moment| distance(moment.weights))
            }) * sharpness
                / 2.0
        });
        let side = |w: &[f64]| w.iter().zip(&optimum).zip(&steepest).map(|((w, o), v)| (w - o) * v).sum();
        Ok((wall, crossing_share(&loss, &start, 1.05 * 2.0 / sharpness, (300, 400), side)))
    })?;
    let walls: Runs<f64> = runs.iter().filter_map(|run| run.0).collect();
    Ok([walls.mean(|wall| *wall), runs.share(|run| run.1)])
}

/// The safe rate of a table: below 2 / its largest sharpness descent on its log loss settles from every start. That
/// sharpness is the table's alone; at the optimum, which separable classes have only with a penalty, the penalty counts.
fn edge(loss: &FullBatch) -> Result<Table, LabError> {
    let mut table = Table::named("edge").with_word("quantity").with_number("value", "1");
    let safe = loss.unpenalised().largest_sharpness();
    let there = loss.sharpness(&loss.optimum()?).0;
    table.put(("sharpness", safe));
    table.put(("edge_rate", 2.0 / safe));
    table.put(("sharpness_at_optimum", there));
    table.put(("wall_rate", 2.0 / there));
    Ok(table)
}

/// Losses by step at rates on both sides of the wall.
fn loss_curves(cx: &Cx, params: &LearningRateParams, walls: &Table, outcome: &mut Outcome) -> Result<(), LabError> {
    const HUES: [Hue; 6] = [Hue::Blue, Hue::Green, Hue::Amber, Hue::Vermilion, Hue::Pink, Hue::Sky];
    let steps = params.steps as usize;
    let runs = cx.runs("curves", cx.replicates(), |rep| {
        let valley = Quadratic::along_axes(&[1.0, 10.0]);
        let start = between_axes(&rep.stream);
        let relative = |rate: &f64| -> Vec<f64> {
            let seen = losses(&valley, Method::Plain, &mut start.clone(), steps, rate / valley.steepest());
            seen.iter().map(|loss| loss / seen[0]).collect()
        };
        Ok(params.rates.iter().map(relative).collect::<Vec<_>>())
    })?;
    let mut curves = Table::named("curves").with_number("rate", "1 / curvature").with_number("step", "steps");
    curves = curves.with_estimate("loss", "1");
    for (i, rate) in params.rates.iter().enumerate() {
        let bands = Bands::of(&runs.map(|run| run[i].clone()));
        for step in 0..=steps {
            curves.put((*rate, step, bands.middle[step], bands.low[step], bands.high[step]));
        }
    }
    let mut panel = Panel::new(
        Axis::linear("step").range(0.0, steps as f64),
        Axis::log("loss, as a multiple of the first").range(1e-6, 1e4),
    );
    for (rate, hue) in params.rates.iter().zip(HUES) {
        let what = match *rate {
            r if r < 0.5 => "too slow",
            r if r <= 1.0 => "settles",
            r if r < 2.0 => "jumps across, and settles",
            2.0 => "jumps for ever",
            _ => "explodes",
        };
        let name = format!("{} / L {what}", shown::number(*rate, 3));
        panel = panel.line(curves.of((*rate,)), "step", "loss", &Look::new(&name, hue));
    }
    let title = Title::say(
        "The loss explodes from {} times the predicted wall on",
        [walls.cite("estimate", (), |v| shown::fixed(v, 3))],
    );
    let figure = Figure::new("loss-curves", title)
        .subtitle(format!("Gradient descent in a valley with curvatures 1 and L = 10, whose wall is a rate of 2 / L. Median of {} runs from random starts; band: 80 % of runs.", runs.len()))
        .alt("Loss against step on a logarithmic axis for several learning rates: the smallest falls slowly, the middle ones fall fast, the one at the wall stays level after its first drop and the one beyond it rises off the chart.")
        .panel(panel);
    outcome.show(figure, [curves]);
    Ok(())
}

/// The walk of the weights at four rates, from one start.
fn paths(outcome: &mut Outcome) {
    const WALKS: [(f64, &str, Hue); 4] = [
        (0.3, "creeps", Hue::Blue),
        (1.0, "drops to the floor", Hue::Green),
        (1.8, "zig-zags inwards", Hue::Amber),
        (2.1, "zig-zags outwards", Hue::Vermilion),
    ];
    let valley = Quadratic::along_axes(&[1.0, 10.0]);
    let mut table = Table::named("paths").with_number("rate", "1 / curvature").with_number("step", "steps");
    table = table.with_numbers(&["w1", "w2"], "1");
    for (rate, ..) in WALKS {
        let places = walk(&valley, Method::Plain, &[-2.4, 0.55], 12, rate / valley.steepest());
        places.iter().enumerate().for_each(|(step, [w1, w2])| table.put((rate, step, *w1, *w2)));
    }
    let panels = WALKS.map(|(rate, what, hue)| {
        let map = valley_map(&valley, [-2.8, 1.2], [-2.0, 2.0]).title(format!("{} / L {what}", shown::number(rate, 2)));
        let panel = with_walk(map, &table.of((rate,)), &Look::new("", hue).unnamed());
        panel.note(Note::text(0.12, 0.0, "minimum", Hue::Ink))
    });
    let figure = Figure::new("paths", "From 1 / L on, each step lands on the other side of the valley")
        .subtitle("Twelve steps of the weights from one start, seen from above. Lines join places of equal loss; the minimum is in the middle.")
        .alt("Four maps of a long valley. At a rate of 0.3 / L the path creeps along the floor, at 1 / L it drops to the floor in one step, at 1.8 / L it zig-zags across the valley towards the minimum, at 2.1 / L its zig-zag grows.")
        .grid(4, true)
        .panels(panels);
    outcome.show(figure, [table]);
}
