//! Does descent find the least loss, whatever the start?
//!
//! A task is a loss and a set of starts. The starts agree if their last losses lie within a thousandth of the mean
//! first loss of each other.

use super::LearningRateParams;
use mllab_core::figure::{Axis, Hue, Layout, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Replicate, Source, Stream, Table, Title, shown};
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, Network, NetworkLoss, Objective, losses};
use mllab_kit::draws::Draws;

const CLAIM: &str = "gradient-descent-minimises";
const STARTS: usize = 50;
const HEAVY_BALL: Method = Method::HeavyBall { memory: 0.9 };

/// Measures how often all starts end at one loss.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut agree = Table::new(
        "agreement",
        &[("loss", ""), ("agreeing_share", "share"), ("low", "share"), ("high", "share"), ("tasks", "tasks")],
    );
    let mut found = |case: &'static str, tasks: &[Task]| {
        let estimate = Estimate::proportion(tasks.iter().filter(|task| task.agree()).count(), tasks.len());
        outcome.find(CLAIM, case, estimate);
        agree.row([
            case.into(),
            estimate.point.into(),
            estimate.low.into(),
            estimate.high.into(),
            estimate.replicates.into(),
        ]);
    };
    // Wilson's interval on n of n lies above 0.9 from n = 60 on; 70 leave some room.
    let n = (cx.replicates() * 7 / 20).max(8);

    let table = params.table(source)?;
    let table_case = match source {
        Source::Generated => "the loss is that of logistic regression on the breast cancer table",
        Source::Own(_) => "the loss is that of logistic regression on your table",
    };
    let on_table = cx.replicate_part(table_case, n, |rep| {
        // Few starts a task, since each sees the whole table; over the tasks there are hundreds.
        Task::of(&table, 3, HEAVY_BALL, 200, 1.0 / table.largest_sharpness(), 3.0, &rep)
    })?;
    found(table_case, &on_table);

    if matches!(source, Source::Generated) {
        let convex = cx.replicate_part("convex", n, |rep| {
            let loss = small_logistic(params, &rep.stream);
            Task::of(&loss, STARTS, Method::Plain, 100, 1.0 / loss.largest_sharpness(), 2.0, &rep)
        })?;
        let wells = cx.replicate_part("two valleys", n, |rep| {
            let tilt = Draws::new(&rep.stream.child("tilt", 0)).between(0.1, 0.4);
            Task::of(&TwoValleys { tilt }, STARTS, Method::Plain, 200, 0.05, 1.5, &rep)
        })?;
        let network = cx.replicate_part("network", n, |rep| {
            let loss = moons(&rep.stream);
            Task::of(&loss, 5, HEAVY_BALL, 250, 0.2, 1.0, &rep)
        })?;
        let untouched = cx.replicate_part("no step", n, |rep| {
            Task::of(&small_logistic(params, &rep.stream), STARTS, Method::Plain, 0, 1.0, 2.0, &rep)
        })?;
        found("the loss is convex", &convex);
        found("the loss has two valleys", &wells);
        found("the loss is that of a small network on two moons", &network);
        found("no step is taken", &untouched);
        draw(&convex[0], &wells[0], &network[0], &agree, &mut outcome);
    }
    outcome.tables.push(agree);
    Ok(outcome)
}

/// The losses of several starts on one task, each a run's losses by step.
struct Task {
    runs: Vec<Vec<f64>>,
}

impl Task {
    /// Runs from starts drawn with a normal spread.
    fn of(
        loss: &impl Objective,
        starts: usize,
        method: Method,
        steps: usize,
        rate: f64,
        spread: f64,
        rep: &Replicate,
    ) -> Task {
        let runs = (0..starts)
            .map(|start| {
                let mut draws = Draws::new(&rep.stream.child("start", start as u64));
                let mut weights: Vec<f64> = (0..loss.n_weights()).map(|_| spread * draws.normal()).collect();
                losses(loss, method, &mut weights, steps, rate)
            })
            .collect();
        Task { runs }
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

/// A network of four hidden units on sixty points of two moons.
fn moons(stream: &Stream) -> NetworkLoss {
    let table = classes::TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 }.draw(60, &stream.child("rows", 0));
    NetworkLoss {
        network: Network::new(&[2, 4, 1]),
        inputs: table.x.iter().copied().collect(),
        classes: table.y.iter().map(|&label| usize::from(label)).collect(),
    }
}

/// (w² − 1)² + tilt · w: a valley on each side, one deeper.
struct TwoValleys {
    tilt: f64,
}

impl Objective for TwoValleys {
    fn n_weights(&self) -> usize {
        1
    }

    fn slope(&self, weights: &[f64], slope: &mut [f64]) -> f64 {
        let w = weights[0];
        slope[0] = 4.0 * w * (w * w - 1.0) + self.tilt;
        (w * w - 1.0).powi(2) + self.tilt * w
    }
}

/// Loss by step from many starts, on each kind of loss.
fn draw(convex: &Task, wells: &Task, network: &Task, agree: &Table, outcome: &mut Outcome) {
    let steps = 80;
    let mut table = Table::new("starts", &[("loss", ""), ("start", "starts"), ("step", "steps"), ("value", "1")]);
    let row = |name: &str| agree.rows().position(|row| row[0].to_csv() == name).unwrap_or(0);
    let percent = |share: f64| format!("{}{}%", shown::fixed(100.0 * share, 0), shown::THIN);
    let title = Title::new()
        .text("All starts end at one loss in ")
        .cite(agree, "agreeing_share", row("the loss is convex"), percent)
        .text(" of convex tasks, in ")
        .cite(agree, "agreeing_share", row("the loss has two valleys"), percent)
        .text(" of tasks with two valleys");
    let mut figure = Figure::new("starts", title)
        .subtitle("Loss by step from different starts on one task of each kind. Each line is one start.")
        .alt("Three plots of loss by step from many starts. On the convex loss all lines end together; on the loss with two valleys they end at two levels; on the network they end at several.")
        .reads("starts", &["step", "value"])
        .layout(Layout::Grid { columns: 3, share_y: false });
    for (name, task, hue) in [
        ("convex", convex, Hue::Blue),
        ("two valleys", wells, Hue::Vermilion),
        ("a small network", network, Hue::Green),
    ] {
        let n = task.runs[0].len().min(steps + 1);
        let x: Vec<f64> = (0..n).map(|step| step as f64).collect();
        let mut panel = Panel::new(Axis::linear("step").range(0.0, steps as f64), Axis::linear("loss")).title(name);
        for (start, run) in task.runs.iter().enumerate().take(20) {
            for (step, value) in run.iter().take(n).enumerate() {
                table.row([name.into(), start.into(), step.into(), (*value).into()]);
            }
            panel = panel.layer(Line::new(x.clone(), run[..n].to_vec(), hue).thin());
        }
        let top = task.runs.iter().take(20).map(|run| run[1.min(run.len() - 1)]).fold(0.0, f64::max);
        let bottom = task.runs.iter().map(|run| run[run.len() - 1]).fold(f64::INFINITY, f64::min);
        panel.y = panel.y.range(if bottom < 0.0 { bottom * 1.2 } else { 0.0 }, top.min(3.0));
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}
