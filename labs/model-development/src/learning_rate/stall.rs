//! What ends a stall: another rate, or more of the same?
//!
//! Three stalls that look alike: a floor of batch noise, a rate so small that nothing seems to move, a model too simple
//! for its data. The stalled loss is the mean over the last tenth before the change; the loss after it, the mean over
//! the last tenth of the run. All losses are over all rows.

use super::LearningRateParams;
use mllab_core::figure::{Axis, Hue, Layout, Note, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::bands::{Bands, band_table};
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, Objective, Optimiser, Schedule};
use mllab_kit::draws::Draws;

const RATE: &str = "plateau-change-rate";
const EPOCHS: &str = "plateau-more-epochs";
/// Steps until the change, and again after it.
const STEPS: usize = 400;

/// Measures what follows a stall.
pub fn run(cx: &Cx, params: &LearningRateParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    // Runs that make only numbers look at all rows in their tenths alone. Those of batch noise differ much from one
    // another: it takes two hundred to tell 5 % from nothing.
    let measure = |stall: usize, n: usize| {
        cx.replicate_part(STALLS[stall].name, n, move |rep| {
            let stall = STALLS[stall];
            let loss = stall.rows(params, &rep.stream);
            stall.continued(&loss, &rep.stream, in_tenths)
        })
    };
    let n = (cx.replicates() / 4).max(8);
    let runs = [measure(0, 4 * n)?, measure(1, n)?, measure(2, n)?];
    let falls = |stall: usize, pick: fn(&Runs) -> &Vec<f64>, last: usize| -> Estimate {
        Estimate::mean(&runs[stall].iter().map(|run| fall(pick(run), last)).collect::<Vec<f64>>())
    };
    let same = 2 * STEPS;
    for (claim, setting, estimate) in [
        (RATE, "batch noise made the stall and the rate is cut to a tenth", falls(0, |r| &r.cut, same)),
        (RATE, "a tiny rate made the stall and the rate is raised tenfold", falls(1, |r| &r.raised, same)),
        (RATE, "a model too simple made the stall and the rate is cut to a tenth", falls(2, |r| &r.cut, same)),
        (RATE, "a model too simple made the stall and the rate is raised tenfold", falls(2, |r| &r.raised, same)),
        (RATE, "batch noise made the stall and the rate is left alone", falls(0, |r| &r.alone, same)),
        (EPOCHS, "a tiny rate made the stall", falls(1, |r| &r.alone, 5 * STEPS)),
        (EPOCHS, "batch noise made the stall", falls(0, |r| &r.alone, 5 * STEPS)),
        (EPOCHS, "a model too simple made the stall", falls(2, |r| &r.alone, 5 * STEPS)),
    ] {
        outcome.find(claim, setting, estimate);
    }
    // A tenth of a noisy run says little of its trend: sixteen hundred runs up to the stall tell 1 % from nothing.
    let noisy = cx.replicate_part("stalled", 8 * cx.replicates(), |rep| {
        let loss = STALLS[0].rows(params, &rep.stream);
        let (mut walk, mut losses) = (Walk::new(&loss, STALLS[0].batch, &rep.stream), Vec::new());
        let rate = STALLS[0].rate * 2.0 / loss.largest_sharpness();
        walk.go(STEPS, |_| rate, &in_tenths, &mut losses);
        last_gain(&losses)
    })?;
    let gains = |stall: usize| runs[stall].iter().map(|run| last_gain(&run.alone)).collect::<Vec<f64>>();
    let stalled = [noisy, gains(1), gains(2)]
        .iter()
        .map(|gains| Estimate::mean(gains))
        .max_by(|a, b| a.high.total_cmp(&b.high))
        .unwrap_or(Estimate::exact(f64::NAN));
    outcome.find(EPOCHS, "the run is a stall in each of the three cases", stalled);
    let shown = cx.replicate_part("pictures", (cx.replicates() / 5).max(5), |rep| {
        STALLS.map(|stall| stall.continued(&stall.rows(params, &rep.stream), &rep.stream, |_| true))
    })?;
    draw(&shown, &mut outcome);
    schedules(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// Whether a step lies in one of the tenths that are compared.
fn in_tenths(step: usize) -> bool {
    let tenth = STEPS / 10;
    [STEPS, 2 * STEPS, 5 * STEPS].iter().any(|&end| step + tenth >= end && step < end)
        || (step + 2 * tenth >= STEPS && step < STEPS)
}

/// One kind of stall.
#[derive(Clone, Copy)]
struct Stall {
    name: &'static str,
    /// The rate before the change, as a multiple of the rate that is safe everywhere.
    rate: f64,
    /// Rows a step; none for all.
    batch: Option<usize>,
    /// Whether the truth is one that the model cannot express.
    too_simple: bool,
    hue: Hue,
}

const STALLS: [Stall; 3] = [
    Stall { name: "batch noise", rate: 0.6, batch: Some(4), too_simple: false, hue: Hue::Green },
    Stall { name: "a tiny rate", rate: 0.0002, batch: None, too_simple: false, hue: Hue::Blue },
    Stall { name: "a model too simple", rate: 0.03, batch: None, too_simple: true, hue: Hue::Pink },
];

/// Losses by step of the three continuations of one run.
struct Runs {
    cut: Vec<f64>,
    raised: Vec<f64>,
    alone: Vec<f64>,
}

impl Stall {
    fn rows(&self, params: &LearningRateParams, stream: &Stream) -> FullBatch {
        let rows = params.rows as usize / 2;
        let stream = stream.child("rows", 0);
        let table = if self.too_simple {
            // The label is the sign of a product: no weighted sum of the features follows it.
            let x = classes::normal_features(rows, 4, &stream);
            classes::from_logits(x, |row| 4.0 * row[0] * row[1], &stream.child("labels", 0))
        } else {
            classes::Logistic { intercept: 0.0, weights: vec![3.0, -3.0, 2.0, 1.0] }.draw(rows, &stream)
        };
        FullBatch::new(table.x.view(), &table.y, params.penalty).expect("fifty rows or more hold both classes")
    }

    /// The run up to its stall, and from there at a tenth of the rate, at ten times the rate, and as before. The loss
    /// over all rows is known at the steps where `watched`, and NaN elsewhere.
    fn continued(&self, loss: &FullBatch, stream: &Stream, watched: impl Fn(usize) -> bool) -> Runs {
        let rate = self.rate * 2.0 / loss.largest_sharpness();
        let mut walk = Walk::new(loss, self.batch, stream);
        let mut stalled = Vec::with_capacity(5 * STEPS + 1);
        walk.go(STEPS, |_| rate, &watched, &mut stalled);
        let after = |factor: f64, steps: usize| {
            let (mut walk, mut losses) = (walk.clone(), stalled.clone());
            walk.go(steps, |_| factor * rate, &watched, &mut losses);
            losses
        };
        Runs { cut: after(0.1, STEPS), raised: after(10.0, STEPS), alone: after(1.0, 4 * STEPS) }
    }
}

/// Stochastic descent from zero weights, which can be stopped, copied and continued.
#[derive(Clone)]
struct Walk<'a> {
    loss: &'a FullBatch,
    batch: Option<usize>,
    draws: Draws,
    weights: Vec<f64>,
    slope: Vec<f64>,
    rows: Vec<usize>,
    step: usize,
}

impl<'a> Walk<'a> {
    fn new(loss: &'a FullBatch, batch: Option<usize>, stream: &Stream) -> Self {
        let weights = vec![0.0; loss.n_weights()];
        let draws = Draws::new(&stream.child("batches", 0));
        Walk { loss, batch, draws, slope: weights.clone(), weights, rows: Vec::new(), step: 0 }
    }

    /// So many steps; pushes the loss before each.
    fn go(
        &mut self,
        steps: usize,
        rate: impl Fn(usize) -> f64,
        watched: &impl Fn(usize) -> bool,
        losses: &mut Vec<f64>,
    ) {
        let mut optimiser = Optimiser::new(Method::Plain, self.weights.len());
        for _ in 0..steps {
            if let Some(batch) = self.batch {
                let seen = watched(self.step).then(|| self.loss.slope(&self.weights, &mut self.slope));
                losses.push(seen.unwrap_or(f64::NAN));
                self.rows.clear();
                self.rows.extend((0..batch).map(|_| self.draws.below(self.loss.n_rows())));
                self.loss.slope_of_rows(&self.rows, &self.weights, &mut self.slope);
            } else {
                losses.push(self.loss.slope(&self.weights, &mut self.slope));
            }
            optimiser.step(rate(self.step), &mut self.weights, &self.slope);
            self.step += 1;
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The relative fall from the stalled loss to that of the tenth of [`STEPS`] before `last`.
fn fall(losses: &[f64], last: usize) -> f64 {
    let tenth = STEPS / 10;
    1.0 - mean(&losses[last - tenth..last]) / mean(&losses[STEPS - tenth..STEPS])
}

/// The relative fall from the tenth before the last tenth to the last, ahead of the change.
fn last_gain(losses: &[f64]) -> f64 {
    let tenth = STEPS / 10;
    1.0 - mean(&losses[STEPS - tenth..STEPS]) / mean(&losses[STEPS - 2 * tenth..STEPS - tenth])
}

/// The three stalls under a new rate, and under more of the same.
fn draw(runs: &[[Runs; 3]], outcome: &mut Outcome) {
    let mut table = band_table("stalls", ("step", "steps"), ("loss", "1"));
    let mut falls =
        Table::new("falls", &[("stall", ""), ("change", ""), ("fall", "share"), ("low", "share"), ("high", "share")]);
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN);
    for (id, changes, last) in [
        ("new-rate", ["a tenth of the rate", "ten times the rate", "a tenth of the rate"], 2 * STEPS),
        ("more-epochs", ["five times the steps"; 3], 5 * STEPS),
    ] {
        let first_row = falls.n_rows();
        let mut panels = Vec::new();
        for (i, stall) in STALLS.iter().enumerate() {
            let pick = |run: &'_ [Runs; 3]| -> Vec<f64> {
                let chosen = match (id, i) {
                    ("more-epochs", _) => &run[i].alone,
                    (_, 1) => &run[i].raised,
                    _ => &run[i].cut,
                };
                chosen[..last].to_vec()
            };
            let picked: Vec<Vec<f64>> = runs.iter().map(pick).collect();
            let estimate = Estimate::mean(&picked.iter().map(|run| fall(run, last)).collect::<Vec<f64>>());
            falls.row([
                stall.name.into(),
                changes[i].into(),
                estimate.point.into(),
                estimate.low.into(),
                estimate.high.into(),
            ]);
            // Every fourth step is enough for the eye.
            let every = if id == "more-epochs" { 10 } else { 4 };
            let thin: Vec<Vec<f64>> = picked.iter().map(|run| run.iter().copied().step_by(every).collect()).collect();
            let bands = Bands::of(&thin);
            let x: Vec<f64> = (0..bands.middle.len()).map(|k| (k * every) as f64).collect();
            bands.tabulate(&mut table, &format!("{}, {}", stall.name, changes[i]), &x);
            let words = format!("{}: {}", changes[i], percent(-estimate.point));
            panels.push(
                Panel::new(Axis::linear("step").range(0.0, last as f64), Axis::linear("loss").range(0.0, 1.0))
                    .title(stall.name)
                    .remark(words, stall.hue)
                    .layer(bands.line(&x, stall.hue))
                    .note(Note::vertical(STEPS as f64, "")),
            );
        }
        let title = if id == "new-rate" {
            Title::new()
                .text("A new rate lowers a stall of batch noise by ")
                .cite(&falls, "fall", first_row, percent)
                .text(", and one of a simple model by ")
                .cite(&falls, "fall", first_row + 2, percent)
        } else {
            Title::new()
                .text("Five times the steps lower a stall of a tiny rate by ")
                .cite(&falls, "fall", first_row + 1, percent)
                .text(", and one of batch noise by ")
                .cite(&falls, "fall", first_row, percent)
        };
        let mut figure = Figure::new(id, title)
            .subtitle(format!("Loss over all rows; the dashed line is where the stalled run is changed or goes on. Median of {} runs, band: 80{}% of them.", runs.len(), shown::THIN))
            .alt("Three plots of loss by step, all flat before a dashed line. After it the loss falls where the cause of the stall was met and stays flat elsewhere.")
            .reads("stalls", &["step", "loss", "low", "high"])
            .layout(Layout::Grid { columns: 3, share_y: true });
        figure.panels = panels;
        outcome.figures.push(figure);
    }
    outcome.tables.push(table);
    outcome.tables.push(falls);
}

/// Four ways to change the rate along a run with four rows a step.
fn schedules(cx: &Cx, params: &LearningRateParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let arms = [
        ("constant", Schedule::Constant, Hue::Vermilion),
        ("warm-up", Schedule::WarmUp { steps: 100 }, Hue::Amber),
        ("step decay", Schedule::StepDecay { every: 200, factor: 0.2 }, Hue::Green),
        ("cosine", Schedule::Cosine { steps: 2 * STEPS }, Hue::Blue),
    ];
    let runs = cx.replicate_part("schedules", (cx.replicates() / 5).max(5), |rep| {
        let stall = STALLS[0];
        let loss = stall.rows(params, &rep.stream);
        let rate = stall.rate * 2.0 / loss.largest_sharpness();
        arms.map(|(_, schedule, _)| {
            let mut losses = Vec::new();
            Walk::new(&loss, stall.batch, &rep.stream).go(
                2 * STEPS,
                |step| rate * schedule.at(step),
                &|_| true,
                &mut losses,
            );
            losses
        })
    })?;
    let every = 8;
    let mut table = band_table("schedules", ("step", "steps"), ("loss", "1"));
    let mut last = Table::new("schedule_ends", &[("schedule", ""), ("loss", "1"), ("low", "1"), ("high", "1")]);
    let mut panel = Panel::new(
        Axis::linear("step").range(0.0, 2.0 * STEPS as f64),
        Axis::log("loss over all rows").range(0.15, 1.5),
    );
    for (i, (name, _, hue)) in arms.iter().enumerate() {
        let ends: Vec<f64> = runs.iter().map(|run| mean(&run[i][2 * STEPS - STEPS / 10..])).collect();
        let e = Estimate::mean(&ends);
        last.row([(*name).into(), e.point.into(), e.low.into(), e.high.into()]);
        let thin: Vec<Vec<f64>> = runs.iter().map(|run| run[i].iter().copied().step_by(every).collect()).collect();
        let bands = Bands::of(&thin);
        let x: Vec<f64> = (0..bands.middle.len()).map(|k| (k * every) as f64).collect();
        bands.tabulate(&mut table, name, &x);
        panel = panel.layer(bands.line(&x, *hue).label(*name));
    }
    let title = Title::new()
        .text("A falling rate ends at a loss of ")
        .cite(&last, "loss", 3, |v| shown::fixed(v, 2))
        .text(", a constant one at ")
        .cite(&last, "loss", 0, |v| shown::fixed(v, 2));
    outcome.figures.push(
        Figure::new("schedules", title)
            .subtitle(format!("Four rows a step, four schedules of the rate from the same start. Median of {} runs; band: 80{}% of them.", runs.len(), shown::THIN))
            .alt("Loss by step for four schedules. Constant and warm-up level off high and noisy; step decay drops at each cut; cosine falls smoothly and ends lowest.")
            .reads("schedules", &["step", "loss", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
    outcome.tables.push(last);
    Ok(())
}
