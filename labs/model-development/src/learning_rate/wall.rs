//! Where does gradient descent stop converging, and what do its steps do there?
//!
//! Data: a quadratic valley turned at random with a start drawn on the unit circle; logistic regression on generated
//! rows; on a real table from starts drawn at random (the rows are all there is, only the start varies).
//! Measurement: the wall by bisection, without using the curvature that it is compared with.

use super::LearningRateParams;
use super::valley_map::{self, Walk};
use mllab_core::figure::{Axis, Hue, Layout, Note, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::bands::Bands;
use mllab_kit::descent::{FullBatch, Method, Objective, Quadratic, descend, losses};
use mllab_kit::draws::Draws;

const CLAIM: &str = "overshoots-optimum";

/// Measures the wall and what the steps do beyond it.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut walls = Table::new(
        "walls",
        &[("case", ""), ("quantity", ""), ("estimate", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    let mut found = |case: &'static str, part: usize, quantity: &str, estimate: Estimate| {
        outcome.find_part(CLAIM, case, part, estimate);
        walls.row([
            case.into(),
            quantity.into(),
            estimate.point.into(),
            estimate.low.into(),
            estimate.high.into(),
            estimate.replicates.into(),
        ]);
    };

    let table = params.table(source)?;
    let table_case = match source {
        Source::Generated => "logistic regression sees all rows of the breast cancer table at each step",
        Source::Own(_) => "logistic regression sees all rows of your table at each step",
    };
    if matches!(source, Source::Generated) {
        for (case, curvatures) in [("curvatures are 1 and 10", [1.0, 10.0]), ("curvatures are 1 and 100", [1.0, 100.0])]
        {
            let runs = cx.replicate_part(case, cx.replicates(), |rep| {
                let (valley, start) = turned_valley(curvatures, &rep.stream);
                let wall = quadratic_wall(&valley, Method::Plain, &start, &rep.stream);
                (wall * valley.steepest() / 2.0, crossing_rate(&valley, &start, &rep.stream) * valley.steepest())
            })?;
            let (wall, crossing): (Vec<f64>, Vec<f64>) = runs.into_iter().unzip();
            found(case, 0, "wall over theory", Estimate::mean(&wall));
            found(case, 1, "first crossing over theory", Estimate::mean(&crossing));
        }
        for (case, method) in [
            ("heavy ball remembers 0.9 of its last step", Method::HeavyBall { memory: 0.9 }),
            ("Nesterov momentum remembers 0.9 of its last step", Method::Nesterov { memory: 0.9 }),
        ] {
            let values = cx.replicate_part(case, cx.replicates(), |rep| {
                let (valley, start) = turned_valley([1.0, 10.0], &rep.stream);
                quadratic_wall(&valley, method, &start, &rep.stream) * valley.steepest() / 2.0
            })?;
            found(case, 0, "wall over theory", Estimate::mean(&values));
        }

        // 600 runs without a crossing put its share below 0.9 % at the level; 200 could not.
        let case = "the rate is half of 1 over the curvature";
        let crossings = cx.replicate_part(case, 3 * cx.replicates(), |rep| {
            let (valley, start) = turned_valley([1.0, 10.0], &rep.stream);
            crossing_share(&valley, &start, 0.5 / valley.steepest(), 30)
        })?;
        found(case, 0, "share of steps that cross", Estimate::mean_within(&crossings, 0.0, 1.0));

        let case = "logistic regression sees all generated rows at each step";
        let (wall, beyond) = logistic_walls(cx, case, |stream| params.generated_rows(&stream.child("rows", 0)))?;
        found(case, 0, "wall over theory", Estimate::mean(&wall));
        found(case, 1, "share of steps that cross", Estimate::mean_within(&beyond, 0.0, 1.0));
    }
    let (wall, beyond) = logistic_walls(cx, table_case, |_| table.clone())?;
    found(table_case, 0, "wall over theory", Estimate::mean(&wall));
    found(table_case, 1, "share of steps that cross", Estimate::mean_within(&beyond, 0.0, 1.0));

    outcome.tables.push(edge(&params.whole_table(source)?)?);
    if matches!(source, Source::Generated) {
        draw(cx, params, &walls, &mut outcome)?;
    }
    outcome.tables.push(walls);
    Ok(outcome)
}

/// A valley of two curvatures turned at random, and a start on the unit circle.
fn turned_valley(curvatures: [f64; 2], stream: &Stream) -> (Quadratic, [f64; 2]) {
    let mut draws = Draws::new(&stream.child("valley", 0));
    let turn = std::f64::consts::TAU;
    let (angle, start) = (draws.between(0.0, turn), draws.between(0.0, turn));
    (Quadratic::turned(&curvatures, angle), [libm::cos(start), libm::sin(start)])
}

/// The rate between `guess` × 2^−octaves and `guess` × 2^octaves where `holds` turns false, by bisection on the
/// logarithm. The bracket's ends are drawn at random, so that its last width shows in the spread over replicates.
fn turning_point(guess: f64, octaves: f64, halvings: usize, stream: &Stream, holds: impl Fn(f64) -> bool) -> f64 {
    let mut draws = Draws::new(&stream.child("bracket", 0));
    let (mut low, mut high) = (-draws.between(0.8 * octaves, octaves), draws.between(0.8 * octaves, octaves));
    for _ in 0..halvings {
        let middle = f64::midpoint(low, high);
        if holds(guess * libm::exp2(middle)) { low = middle } else { high = middle }
    }
    guess * libm::exp2(f64::midpoint(low, high))
}

/// The rate at which descent on a valley stops converging: its largest loss late in the run is no longer below that
/// of the run's first half.
fn quadratic_wall(valley: &Quadratic, method: Method, start: &[f64; 2], stream: &Stream) -> f64 {
    turning_point(1.0, 10.0, 24, stream, |rate| {
        let mut weights = *start;
        settles(valley, method, &mut weights, 1200, rate, |moment| moment.loss)
    })
}

/// Whether a run settles: the largest `size` in its last quarter is less than a twentieth of the largest in its
/// second quarter, or below a trillionth of the first, where only rounding is left. A twentieth, since a run beyond the
/// wall may draw nearer to a swing that never ends; it moves the wall that is found down by less than half a per cent.
fn settles(
    objective: &impl Objective,
    method: Method,
    weights: &mut [f64],
    steps: usize,
    rate: f64,
    size: impl Fn(&mllab_kit::descent::Moment) -> f64,
) -> bool {
    let (mut first, mut early, mut late) = (0.0, 0.0_f64, 0.0_f64);
    let taken = descend(
        objective,
        method,
        weights,
        steps,
        |_| rate,
        |moment| {
            let size = size(moment);
            match 4 * moment.step / steps {
                0 if moment.step == 0 => first = size,
                1 => early = early.max(size),
                3.. => late = late.max(size),
                _ => {}
            }
            // Once a late size is too large, no later one mends it.
            size.is_finite() && (late < 0.05 * early || late <= 1e-12 * first)
        },
    );
    taken == steps && (late < 0.05 * early || late <= 1e-12 * first)
}

/// The lowest rate from which more than half of the first 4 steps land beyond the minimum; near it the distance falls
/// a thousandfold a step, so that later ones would be lost in rounding.
fn crossing_rate(valley: &Quadratic, start: &[f64; 2], stream: &Stream) -> f64 {
    turning_point(1.0, 10.0, 24, &stream.child("crossing", 0), |rate| crossing_share(valley, start, rate, 4) <= 0.5)
}

/// The share of steps that change the side of the valley's steepest axis.
fn crossing_share(valley: &Quadratic, start: &[f64; 2], rate: f64, steps: usize) -> f64 {
    let (mut weights, mut along) = (*start, [0.0; 2]);
    let (mut last, mut crossings) = (0.0, 0);
    descend(
        valley,
        Method::Plain,
        &mut weights,
        steps,
        |_| rate,
        |moment| {
            valley.along(moment.weights, &mut along);
            crossings += usize::from(last * along[1] < 0.0);
            last = along[1];
            true
        },
    );
    crossings as f64 / steps as f64
}

/// For logistic regression: the wall over 2 / sharpness at the optimum, on a sixteenth of the replicates (each costs a
/// thousand runs over the rows), and the share of the last steps beyond the optimum at 5 % above 2 / sharpness, on
/// three tenths.
fn logistic_walls(
    cx: &Cx,
    case: &str,
    objective: impl Fn(&Stream) -> FullBatch + Sync,
) -> Result<(Vec<f64>, Vec<f64>), LabError> {
    let n_walls = (cx.replicates() / 16).max(2);
    let runs = cx.replicate_part(case, (3 * cx.replicates() / 10).max(n_walls), |rep| {
        let loss = objective(&rep.stream);
        let optimum = loss.optimum()?;
        let (sharpness, steepest) = loss.sharpness(&optimum);
        let start = start_near_zero(loss.n_weights(), &rep.stream);
        let wall = (rep.index < n_walls).then(|| {
            let distance = |w: &[f64]| w.iter().zip(&optimum).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            turning_point(2.0 / sharpness, 3.0, 10, &rep.stream, |rate| {
                let mut weights = start.clone();
                settles(&loss, Method::Plain, &mut weights, 400, rate, |moment| distance(moment.weights))
            }) * sharpness
                / 2.0
        });
        Ok((wall, share_beyond(&loss, &optimum, &steepest, &start, 1.05 * 2.0 / sharpness)))
    })?;
    let runs: Vec<(Option<f64>, f64)> = runs
        .into_iter()
        .collect::<Result<_, mllab_kit::KitError>>()
        .map_err(|error| LabError::Unusable(error.to_string()))?;
    Ok((runs.iter().filter_map(|run| run.0).collect(), runs.iter().map(|run| run.1).collect()))
}

/// Weights drawn with a spread of 0.1: near the usual start, never exactly on a symmetric one.
fn start_near_zero(n_weights: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(&stream.child("start", 0));
    (0..n_weights).map(|_| 0.1 * draws.normal()).collect()
}

/// The share of the last 100 of 400 steps that land on the other side of the optimum along the steepest direction.
fn share_beyond(loss: &FullBatch, optimum: &[f64], steepest: &[f64], start: &[f64], rate: f64) -> f64 {
    let mut weights = start.to_vec();
    let (mut last, mut crossings) = (0.0, 0);
    descend(
        loss,
        Method::Plain,
        &mut weights,
        400,
        |_| rate,
        |moment| {
            let side: f64 = moment.weights.iter().zip(optimum).zip(steepest).map(|((w, o), v)| (w - o) * v).sum();
            crossings += usize::from(moment.step > 300 && last * side < 0.0);
            last = side;
            true
        },
    );
    crossings as f64 / 100.0
}

/// The safe rate of a table: below 2 / its largest sharpness descent on its log loss settles from every start. That
/// sharpness is the table's alone; at the optimum, which separable classes have only with a penalty, the penalty counts.
fn edge(loss: &FullBatch) -> Result<Table, LabError> {
    let mut table = Table::new("edge", &[("quantity", ""), ("value", "1")]);
    let safe = loss.unpenalised().largest_sharpness();
    let optimum = loss.optimum().map_err(|error| LabError::Unusable(error.to_string()))?;
    let there = loss.sharpness(&optimum).0;
    table.row(["sharpness".into(), safe.into()]);
    table.row(["edge_rate".into(), (2.0 / safe).into()]);
    table.row(["sharpness_at_optimum".into(), there.into()]);
    table.row(["wall_rate".into(), (2.0 / there).into()]);
    Ok(table)
}

/// The two pictures: losses by step, and the walk across the valley.
fn draw(cx: &Cx, params: &LearningRateParams, walls: &Table, outcome: &mut Outcome) -> Result<(), LabError> {
    let steps = params.steps as usize;
    let runs = cx.replicate_part("curves", cx.replicates(), |rep| {
        let valley = Quadratic::along_axes(&[1.0, 10.0]);
        // Starts between the axes: on one of them, half of what the picture shows would be missing.
        let angle = Draws::new(&rep.stream.child("start", 0)).between(0.15, 0.35) * std::f64::consts::PI;
        let start = [libm::cos(angle), libm::sin(angle)];
        params
            .rates
            .iter()
            .map(|rate| relative_losses(&valley, &start, rate / valley.steepest(), steps))
            .collect::<Vec<_>>()
    })?;
    let mut curves = Table::new(
        "curves",
        &[("rate", "1 / curvature"), ("step", "steps"), ("loss", "1"), ("low", "1"), ("high", "1")],
    );
    let x: Vec<f64> = (0..=steps).map(|step| step as f64).collect();
    let mut panel = Panel::new(
        Axis::linear("step").range(0.0, steps as f64),
        Axis::log("loss, as a multiple of the first").range(1e-6, 1e4),
    );
    let hues = [Hue::Blue, Hue::Green, Hue::Amber, Hue::Vermilion, Hue::Pink, Hue::Sky];
    for (i, rate) in params.rates.iter().enumerate() {
        let bands = Bands::of(&runs.iter().map(|run| &run[i]).collect::<Vec<_>>());
        for step in 0..=steps {
            let [middle, low, high] = [bands.middle[step], bands.low[step], bands.high[step]];
            curves.row([(*rate).into(), step.into(), middle.into(), low.into(), high.into()]);
        }
        let what = match *rate {
            r if r < 0.5 => "too slow",
            r if r <= 1.0 => "settles",
            r if r < 2.0 => "jumps across, and settles",
            2.0 => "jumps for ever",
            _ => "explodes",
        };
        let label = format!("{} / L {what}", shown::number(*rate, 3));
        panel = panel.layer(bands.line(&x, hues[i]).label(label));
    }
    let title = Title::new()
        .text("The loss explodes from ")
        .cite(walls, "estimate", 0, |v| shown::fixed(v, 3))
        .text(" times the predicted wall on");
    outcome.figures.push(
        Figure::new("loss-curves", title)
            .subtitle(format!(
                "Gradient descent in a valley with curvatures 1 and L = 10, whose wall is a rate of 2 / L. Median of {} runs from random starts; band: 80 % of runs.",
                cx.replicates()
            ))
            .alt("Loss against step on a logarithmic axis for several learning rates: the smallest falls slowly, the middle ones fall fast, the one at the wall stays level after its first drop and the one beyond it rises off the chart.")
            .reads("curves", &["step", "loss", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(curves);
    paths(outcome);
    Ok(())
}

/// The losses of one run as multiples of its first.
fn relative_losses(valley: &Quadratic, start: &[f64; 2], rate: f64, steps: usize) -> Vec<f64> {
    let seen = losses(valley, Method::Plain, &mut start.clone(), steps, rate);
    seen.iter().map(|loss| loss / seen[0]).collect()
}

/// The walk of the weights at four rates, from one start.
fn paths(outcome: &mut Outcome) {
    let valley = Quadratic::along_axes(&[1.0, 10.0]);
    let mut table = Table::new("paths", &[("rate", "1 / curvature"), ("step", "steps"), ("w1", "1"), ("w2", "1")]);
    let mut figure = Figure::new("paths", "From 1 / L on, each step lands on the other side of the valley")
        .subtitle("Twelve steps of the weights from one start, seen from above. Lines join places of equal loss; the minimum is in the middle.")
        .alt("Four maps of a long valley. At a rate of 0.3 / L the path creeps along the floor, at 1 / L it drops to the floor in one step, at 1.8 / L it zig-zags across the valley towards the minimum, at 2.1 / L its zig-zag grows.")
        .reads("paths", &["w1", "w2"])
        .layout(Layout::Grid { columns: 4, share_y: true });
    for (rate, what, hue) in [
        (0.3, "creeps", Hue::Blue),
        (1.0, "drops to the floor", Hue::Green),
        (1.8, "zig-zags inwards", Hue::Amber),
        (2.1, "zig-zags outwards", Hue::Vermilion),
    ] {
        let walk = Walk { method: Method::Plain, rate: rate / valley.steepest(), steps: 12, start: [-2.4, 0.55], hue };
        figure = figure.panel(
            valley_map::panel(&valley, &walk, [-2.8, 1.2], [-2.0, 2.0], &rate.into(), &mut table)
                .title(format!("{} / L {what}", shown::number(rate, 2)))
                .note(Note::text(0.12, 0.0, "minimum", Hue::Ink)),
        );
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest stable rate times curvature of each method's recurrence on a quadratic, where its root of largest
    /// size passes −1: 2; 2 (1 + β) (Polyak); 2 (1 + β) / (1 + 2β) (Nesterov, slope at the place looked ahead to).
    #[test]
    fn the_wall_found_by_trial_is_that_of_the_recurrence() {
        let memory = 0.9;
        for (method, theory) in [
            (Method::Plain, 2.0),
            (Method::HeavyBall { memory }, 2.0 * (1.0 + memory)),
            (Method::Nesterov { memory }, 2.0 * (1.0 + memory) / (1.0 + 2.0 * memory)),
        ] {
            let (valley, start) = turned_valley([1.0, 10.0], &Stream::root(3));
            let found = quadratic_wall(&valley, method, &start, &Stream::root(4)) * valley.steepest();
            assert!((found / theory - 1.0).abs() < 0.005, "{method:?}: {found}, theory {theory}");
        }
    }
}
