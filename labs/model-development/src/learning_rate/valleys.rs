//! Does descent find the least loss, whatever the start?
//!
//! A task is a loss and a set of starts. The starts agree if their last losses lie within a thousandth of the mean
//! first loss of each other.

use super::{HEAVY_BALL, LearningRateParams};
use mllab_core::prelude::*;
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, NetworkLoss, Objective, TwoValleys, losses};
use mllab_kit::draws::Draws;

const CLAIM: &str = "gradient-descent-minimises";
const STARTS: u64 = 50;
const CONVEX: &str = "the loss is convex";
const TWO_VALLEYS: &str = "the loss has two valleys";

/// Measures how often all starts end at one loss.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut agree = Table::named("agreement").with_word("loss").with_estimate("agreeing_share", "share");
    agree = agree.with_count("tasks");
    let mut found = |case: &'static str, tasks: &Runs<Task>| {
        let share = tasks.proportion(Task::agree);
        outcome.find(CLAIM, case, share);
        agree.put((case, share));
    };
    // Wilson's interval on n of n lies above 0.9 from n = 60 on; 70 leave some room.
    let n = (cx.replicates() * 7 / 20).max(8);

    let table = params.table(source)?;
    let case = source.pick(
        "the loss is that of logistic regression on the breast cancer table",
        "the loss is that of logistic regression on your table",
    );
    // Few starts a task, since each sees the whole table; over the tasks there are hundreds.
    let rate = 1.0 / table.largest_sharpness();
    let on_table = cx.runs(case, n, |rep| Ok(Task::of(&table, (3, 3.0), HEAVY_BALL, 200, rate, &rep)))?;
    found(case, &on_table);

    if source.is_generated() {
        let convex = cx.runs("convex", n, |rep| {
            let loss = small_logistic(params, &rep.stream);
            Ok(Task::of(&loss, (STARTS, 2.0), Method::Plain, 100, 1.0 / loss.largest_sharpness(), &rep))
        })?;
        let wells = cx.runs("two valleys", n, |rep| {
            let tilt = Draws::new(&rep.stream.child("tilt", 0)).between(0.1, 0.4);
            Ok(Task::of(&TwoValleys { tilt }, (STARTS, 1.5), Method::Plain, 200, 0.05, &rep))
        })?;
        let moons = classes::TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 };
        let network = cx.runs("network", n, |rep| {
            let loss = NetworkLoss::of(&[4], &moons.draw(60, &rep.stream.child("rows", 0)));
            Ok(Task::of(&loss, (5, 1.0), HEAVY_BALL, 250, 0.2, &rep))
        })?;
        let untouched = cx.runs("no step", n, |rep| {
            Ok(Task::of(&small_logistic(params, &rep.stream), (STARTS, 2.0), Method::Plain, 0, 1.0, &rep))
        })?;
        found(CONVEX, &convex);
        found(TWO_VALLEYS, &wells);
        found("the loss is that of a small network on two moons", &network);
        found("no step is taken", &untouched);
        draw([&convex[0], &wells[0], &network[0]], &agree, &mut outcome);
    }
    outcome.tables.push(agree);
    Ok(outcome)
}

/// The losses of several starts on one task, each a run's losses by step.
struct Task {
    runs: Vec<Vec<f64>>,
}

impl Task {
    /// Runs from so many starts drawn with a normal spread.
    fn of(
        loss: &impl Objective,
        (starts, spread): (u64, f64),
        method: Method,
        steps: usize,
        rate: f64,
        rep: &Replicate,
    ) -> Task {
        let run = |start| {
            let mut draws = Draws::new(&rep.stream.child("start", start));
            let mut weights: Vec<f64> = (0..loss.n_weights()).map(|_| spread * draws.normal()).collect();
            losses(loss, method, &mut weights, steps, rate)
        };
        Task { runs: (0..starts).map(run).collect() }
    }

    fn agree(&self) -> bool {
        let last = || self.runs.iter().map(|run| run[run.len() - 1]);
        let first = self.runs.iter().map(|run| run[0]).sum::<f64>() / self.runs.len() as f64;
        let (low, high) = (last().fold(f64::INFINITY, f64::min), last().fold(f64::NEG_INFINITY, f64::max));
        high - low <= 1e-3 * first.abs()
    }
}

/// Sixty rows of three features: small, since 50 starts see it at each step.
fn small_logistic(params: &LearningRateParams, stream: &Stream) -> FullBatch {
    let truth = classes::Logistic { intercept: 0.2, weights: vec![1.0, -1.0, 0.5] };
    let table = truth.draw(60, &stream.child("rows", 0));
    FullBatch::new(table.x.view(), &table.y, params.penalty.max(0.05)).expect("sixty rows hold both classes")
}

/// Loss by step from many starts, on each kind of loss.
fn draw(tasks: [&Task; 3], agree: &Table, outcome: &mut Outcome) {
    const LOOKS: [Look; 3] = [
        Look::new("convex", Hue::Blue).thin().unnamed(),
        Look::new("two valleys", Hue::Vermilion).thin().unnamed(),
        Look::new("a small network", Hue::Green).thin().unnamed(),
    ];
    /// Starts and steps that are drawn.
    const DRAWN: (usize, usize) = (20, 80);
    let mut table =
        Table::named("starts").with_word("loss").with_number("start", "starts").with_number("step", "steps");
    table = table.with_number("value", "1");
    for (look, task) in LOOKS.iter().zip(tasks) {
        for (start, run) in task.runs.iter().enumerate().take(DRAWN.0) {
            for (step, value) in run.iter().enumerate().take(DRAWN.1 + 1) {
                table.put((look.name, start, step, *value));
            }
        }
    }
    let panels = LOOKS.iter().zip(tasks).map(|(look, task)| {
        let top = task.runs.iter().take(DRAWN.0).map(|run| run[1.min(run.len() - 1)]).fold(0.0, f64::max);
        let bottom = task.runs.iter().map(|run| run[run.len() - 1]).fold(f64::INFINITY, f64::min);
        let y = Axis::linear("loss").range(if bottom < 0.0 { bottom * 1.2 } else { 0.0 }, top.min(3.0));
        let panel = Panel::new(Axis::linear("step").range(0.0, DRAWN.1 as f64), y).title(look.name);
        let starts = 0..task.runs.len().min(DRAWN.0);
        starts.fold(panel, |panel, start| panel.line(table.of((look.name, start)), "step", "value", look))
    });
    let title = Title::say(
        "All starts end at one loss in {} of convex tasks, in {} of tasks with two valleys",
        [CONVEX, TWO_VALLEYS].map(|case| agree.cite("agreeing_share", (case,), shown::percent)),
    );
    let figure = Figure::new("starts", title)
        .subtitle("Loss by step from different starts on one task of each kind. Each line is one start.")
        .alt("Three plots of loss by step from many starts. On the convex loss all lines end together; on the loss with two valleys they end at two levels; on the network they end at several.")
        .grid(3, false)
        .panels(panels);
    outcome.show(figure, [table]);
}
