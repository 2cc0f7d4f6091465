//! What ends a stall: another rate, or more of the same?
//!
//! Three stalls that look alike: a floor of batch noise, a rate so small that nothing seems to move, a model too simple
//! for its data. The stalled loss is the mean over the last tenth before the change; the loss after it, the mean over
//! the last tenth of the run. All losses are over all rows.

use super::LearningRateParams;
use mllab_core::prelude::*;
use mllab_kit::bands::{band_table, mean, tabulate};
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Schedule, Walk};

const RATE: &str = "plateau-change-rate";
const EPOCHS: &str = "plateau-more-epochs";
/// Steps until the change, and again after it.
const STEPS: usize = 400;

/// Measures what follows a stall.
pub fn run(cx: &Cx, params: &LearningRateParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    // Runs that make only numbers look at all rows in their tenths alone. Those of batch noise differ much from one
    // another: it takes two hundred to tell 5 % from nothing.
    let measure = |stall: &Stall, n: usize| {
        cx.runs(stall.name, n, |rep| Ok(stall.continued(&stall.rows(params, &rep.stream), &rep.stream, in_tenths)))
    };
    let n = (cx.replicates() / 4).max(8);
    let [noise, tiny, simple] = [measure(&STALLS[0], 4 * n)?, measure(&STALLS[1], n)?, measure(&STALLS[2], n)?];
    let same = 2 * STEPS;
    for (claim, setting, runs, (_, losses), last) in [
        (RATE, "batch noise made the stall and the rate is cut to a tenth", &noise, CUT, same),
        (RATE, "a tiny rate made the stall and the rate is raised tenfold", &tiny, RAISED, same),
        (RATE, "a model too simple made the stall and the rate is cut to a tenth", &simple, CUT, same),
        (RATE, "a model too simple made the stall and the rate is raised tenfold", &simple, RAISED, same),
        (RATE, "batch noise made the stall and the rate is left alone", &noise, ALONE, same),
        (EPOCHS, "a tiny rate made the stall", &tiny, ALONE, 5 * STEPS),
        (EPOCHS, "batch noise made the stall", &noise, ALONE, 5 * STEPS),
        (EPOCHS, "a model too simple made the stall", &simple, ALONE, 5 * STEPS),
    ] {
        outcome.find(claim, setting, runs.mean(|run| fall(losses(run), last)));
    }
    // A tenth of a noisy run says little of its trend: sixteen hundred runs up to the stall tell 1 % from nothing.
    let noisy = cx.runs("stalled", 8 * cx.replicates(), |rep| {
        let loss = STALLS[0].rows(params, &rep.stream);
        let (mut walk, mut losses) = (Walk::new(&loss, STALLS[0].batch, &rep.stream), Vec::new());
        let rate = STALLS[0].rate * 2.0 / loss.largest_sharpness();
        walk.go(STEPS, |_| rate, in_tenths, &mut losses);
        Ok(last_gain(&losses))
    })?;
    let gain = |runs: &Runs<Continued>| runs.mean(|run| last_gain(&run.alone));
    let gains = [noisy.mean(|gain| *gain), gain(&tiny), gain(&simple)];
    let most = gains.into_iter().max_by(|a, b| a.high().total_cmp(&b.high())).expect("three stalls");
    outcome.find(EPOCHS, "the run is a stall in each of the three cases", most);
    let shown = cx.runs("pictures", (cx.replicates() / 5).max(5), |rep| {
        Ok(STALLS.map(|stall| stall.continued(&stall.rows(params, &rep.stream), &rep.stream, |_| true)))
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
struct Continued {
    cut: Vec<f64>,
    raised: Vec<f64>,
    alone: Vec<f64>,
}

/// What a stall is given, and the losses of it.
type Change = (&'static str, fn(&Continued) -> &[f64]);
const CUT: Change = ("a tenth of the rate", |run| &run.cut);
const RAISED: Change = ("ten times the rate", |run| &run.raised);
const ALONE: Change = ("five times the steps", |run| &run.alone);

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
    fn continued(&self, loss: &FullBatch, stream: &Stream, watched: impl Fn(usize) -> bool) -> Continued {
        let rate = self.rate * 2.0 / loss.largest_sharpness();
        let mut walk = Walk::new(loss, self.batch, stream);
        let mut stalled = Vec::with_capacity(5 * STEPS + 1);
        walk.go(STEPS, |_| rate, &watched, &mut stalled);
        let after = |factor: f64, steps: usize| {
            let (mut walk, mut losses) = (walk.clone(), stalled.clone());
            walk.go(steps, |_| factor * rate, &watched, &mut losses);
            losses
        };
        Continued { cut: after(0.1, STEPS), raised: after(10.0, STEPS), alone: after(1.0, 4 * STEPS) }
    }
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

/// Every so many steps of curves, which is enough for the eye.
fn thinned(table: &mut Table, name: &str, every: usize, curves: &[&[f64]]) {
    let thin: Vec<Vec<f64>> = curves.iter().map(|curve| curve.iter().copied().step_by(every).collect()).collect();
    let x: Vec<f64> = (0..thin[0].len()).map(|k| (k * every) as f64).collect();
    tabulate(table, name, &x, &thin, |curve| curve);
}

/// The three stalls under a new rate, and under more of the same.
fn draw(runs: &Runs<[Continued; 3]>, outcome: &mut Outcome) {
    let mut table = band_table("stalls", ("step", "steps"), ("loss", "1"));
    let mut falls = Table::named("falls").with_word("stall").with_word("change").with_estimate("fall", "share");
    let new_rate = "A new rate lowers a stall of batch noise by {}, and one of a simple model by {}";
    let more = "Five times the steps lower a stall of a tiny rate by {}, and one of batch noise by {}";
    for (id, changes, last, every, words, cited) in [
        ("new-rate", [CUT, RAISED, CUT], 2 * STEPS, 4, new_rate, [0, 2]),
        ("more-epochs", [ALONE; 3], 5 * STEPS, 10, more, [1, 0]),
    ] {
        let mut panels = Vec::new();
        for (i, (stall, (change, losses))) in STALLS.iter().zip(changes).enumerate() {
            let curves: Vec<&[f64]> = runs.iter().map(|run| &losses(&run[i])[..last]).collect();
            let name = format!("{}, {change}", stall.name);
            thinned(&mut table, &name, every, &curves);
            let estimate = runs.mean(|run| fall(losses(&run[i]), last));
            falls.put((stall.name, change, estimate));
            let axes = (Axis::linear("step").range(0.0, last as f64), Axis::linear("loss").range(0.0, 1.0));
            panels.push(
                Panel::new(axes.0, axes.1)
                    .title(stall.name)
                    .remark(format!("{change}: {}", shown::percent(-estimate.point())), stall.hue)
                    .lines(&table, &[Look::new(&name, stall.hue).unnamed()], "step", "loss")
                    .note(Note::vertical(STEPS as f64, "")),
            );
        }
        let cite = |stall: usize| falls.cite("fall", (STALLS[stall].name, changes[stall].0), shown::percent);
        let figure = Figure::new(id, Title::say(words, cited.map(cite)))
            .subtitle(format!("Loss over all rows; the dashed line is where the stalled run is changed or goes on. Median of {} runs, band: 80\u{202f}% of them.", runs.len()))
            .alt("Three plots of loss by step, all flat before a dashed line. After it the loss falls where the cause of the stall was met and stays flat elsewhere.")
            .grid(3, true)
            .panels(panels);
        outcome.show(figure, []);
    }
    outcome.tables.extend([table, falls]);
}

/// Four ways to change the rate along a run with four rows a step.
fn schedules(cx: &Cx, params: &LearningRateParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const ARMS: [(Look, Schedule); 4] = [
        (Look::new("constant", Hue::Vermilion), Schedule::Constant),
        (Look::new("warm-up", Hue::Amber), Schedule::WarmUp { steps: 100 }),
        (Look::new("step decay", Hue::Green), Schedule::StepDecay { every: 200, factor: 0.2 }),
        (Look::new("cosine", Hue::Blue), Schedule::Cosine { steps: 2 * STEPS }),
    ];
    let runs = cx.runs("schedules", (cx.replicates() / 5).max(5), |rep| {
        let stall = STALLS[0];
        let loss = stall.rows(params, &rep.stream);
        let rate = stall.rate * 2.0 / loss.largest_sharpness();
        Ok(ARMS.map(|(_, schedule)| {
            let (mut walk, mut losses) = (Walk::new(&loss, stall.batch, &rep.stream), Vec::new());
            walk.go(2 * STEPS, |step| rate * schedule.at(step), |_| true, &mut losses);
            losses
        }))
    })?;
    let mut table = band_table("schedules", ("step", "steps"), ("loss", "1"));
    let mut last = Table::named("schedule_ends").with_word("schedule").with_estimate("loss", "1");
    for (i, (look, _)) in ARMS.iter().enumerate() {
        let curves: Vec<&[f64]> = runs.iter().map(|run| &run[i][..]).collect();
        thinned(&mut table, look.name, 8, &curves);
        last.put((look.name, runs.mean(|run| mean(&run[i][2 * STEPS - STEPS / 10..]))));
    }
    let title = Title::say(
        "A falling rate ends at a loss of {}, a constant one at {}",
        ["cosine", "constant"].map(|schedule| last.cite("loss", (schedule,), shown::hundredths)),
    )
    .if_cited(|cited| cited[0] < cited[1]);
    let x = Axis::linear("step").range(0.0, 2.0 * STEPS as f64);
    let figure = Figure::new("schedules", title)
        .subtitle(format!("Four rows a step, four schedules of the rate from the same start. Median of {} runs; band: 80\u{202f}% of them.", runs.len()))
        .alt("Loss by step for four schedules. Constant and warm-up level off high and noisy; step decay drops at each cut; cosine falls smoothly and ends lowest.")
        .panel(
            Panel::new(x, Axis::log("loss over all rows").range(0.15, 1.5))
                .lines(&table, &ARMS.map(|(look, _)| look), "step", "loss"),
        );
    outcome.show(figure, [table, last]);
    Ok(())
}
