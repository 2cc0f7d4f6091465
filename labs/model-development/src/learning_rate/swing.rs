//! Does a loss that swings prove that the rate is too high?
//!
//! The sentence runs from swing to cause, so rates are drawn at random, from a twentieth of the wall to four times it,
//! and among the runs that swing those beyond the wall are counted. The loss is that of all rows, whatever the batch.

use super::{LearningRateParams, edge};
use mllab_core::prelude::*;
use mllab_kit::bands::Bands;
use mllab_kit::descent::{FullBatch, Objective, epoch_losses, rise_share, swing_size};
use mllab_kit::draws::Draws;

const CLAIM: &str = "oscillation-means-too-high";
/// A run swings if the loss rises on at least this share of the steps in its second half.
const SWINGS: f64 = 0.2;
const STEPS: usize = 200;
const FULL_BATCH: &str = "the gradient is taken over the full batch";
const ONE_ROW: &str = "each step sees one row";

/// Measures what a swing tells of its cause.
pub fn run(cx: &Cx, params: &LearningRateParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut causes = Table::named("swings").with_word("cause").with_numbers(&["runs", "swinging"], "runs");
    causes = causes.with_estimate("beyond_share", "share");
    let n = cx.replicates();
    let cancer = params.table(&Source::Generated)?;
    // Runs, the share of generated labels that are wrong (none: the real table), and rows a step (none: all).
    for (case, n, flipped, batch) in [
        (FULL_BATCH, n, Some(0.0), None),
        ("the gradient is taken over the full batch and one label in five is wrong", n, Some(0.2), None),
        ("the gradient is taken over all rows of the breast cancer table", 5 * n / 6, None, None),
        ("each step sees 32 rows", n / 2, Some(0.0), Some(32)),
        (ONE_ROW, n / 2, Some(0.0), Some(1)),
    ] {
        let runs = cx.runs(case, n.max(2), |rep| {
            let generated = flipped.map(|share| params.generated_rows(share, &rep.stream));
            let loss = generated.as_ref().unwrap_or(&cancer);
            one_run(loss, batch.unwrap_or(loss.n_rows()), &rep.stream)
        })?;
        let swinging: Runs<bool> = runs.iter().filter(|(swings, _)| *swings).map(|(_, beyond)| *beyond).collect();
        let share = swinging.proportion(|beyond| *beyond);
        outcome.find(CLAIM, case, share);
        causes.put((case, runs.len(), swinging.len(), share));
    }

    let case = "the full batch is used at nine tenths of the wall";
    // 600 runs without a rise put their share below 0.9 % at the level; 300 could not.
    let rises = cx.runs(case, 2 * n, |rep| {
        let loss = params.generated_rows(0.0, &rep.stream);
        Ok(rise_share(&epoch_losses(&loss, 0.9 * wall(&loss)?, loss.n_rows(), 100, 50, &rep.stream)))
    })?;
    outcome.find(CLAIM, case, rises.share(|share| *share));

    let case = "one row a step becomes 64, at a tenth of the wall";
    let shrinks = cx.runs(case, n / 5, |rep| {
        let loss = params.generated_rows(0.0, &rep.stream);
        let rate = 0.1 * wall(&loss)?;
        let swing = |batch| swing_size(&epoch_losses(&loss, rate, batch, STEPS, STEPS / 2, &rep.stream));
        Ok(libm::log2(swing(1) / swing(64)))
    })?;
    outcome.find(CLAIM, case, shrinks.mean(|octaves| *octaves));

    pictures(cx, params, &causes, &mut outcome)?;
    rising(cx, params, &mut outcome)?;
    outcome.join(edge::of_stability(cx)?);
    outcome.tables.push(causes);
    Ok(outcome)
}

/// The rate beyond which full-batch descent leaves the optimum.
fn wall(loss: &FullBatch) -> Result<f64, LabError> {
    Ok(2.0 / loss.sharpness(&loss.optimum()?).0)
}

/// One run at a random rate: does it swing, and is its rate beyond the wall?
fn one_run(loss: &FullBatch, batch: usize, stream: &Stream) -> Result<(bool, bool), LabError> {
    let octaves = Draws::new(&stream.child("rate", 0)).between(libm::log2(0.05), 2.0);
    let share = libm::exp2(octaves);
    let losses = epoch_losses(loss, share * wall(loss)?, batch, STEPS, STEPS / 2, stream);
    Ok((rise_share(&losses) >= SWINGS, share > 1.0))
}

/// The answer in one picture: two causes, one swing.
fn pictures(cx: &Cx, params: &LearningRateParams, causes: &Table, outcome: &mut Outcome) -> Result<(), LabError> {
    let steps = 60;
    let n = (cx.replicates() / 8).max(5);
    let mut arms = Vec::new();
    for (rate, called, hue) in [(0.1, "a tenth of the wall", Hue::Blue), (2.0, "twice the wall", Hue::Vermilion)] {
        for (batch, rows) in [(params.rows as usize, "full batch"), (32, "32 rows a step"), (1, "one row a step")] {
            arms.push((rate, batch, format!("{rows}, {called}"), [rows, called], hue));
        }
    }
    let runs = cx.runs("pictures", n, |rep| {
        let loss = params.generated_rows(0.0, &rep.stream);
        let (wall, optimum) = (wall(&loss)?, loss.optimum()?);
        let least = loss.slope(&optimum, &mut vec![0.0; optimum.len()]);
        let relative = |rate: f64, batch: usize| -> Vec<f64> {
            let losses = epoch_losses(&loss, rate * wall, batch, steps, 0, &rep.stream);
            losses.iter().map(|value| value / least).collect()
        };
        Ok(arms.iter().map(|(rate, batch, ..)| relative(*rate, *batch)).collect::<Vec<_>>())
    })?;
    let mut table = Table::named("swing_curves").with_word("arm").with_number("step", "steps");
    table = table.with_estimate("one_run", "1");
    for (arm, (_, _, name, ..)) in arms.iter().enumerate() {
        let bands = Bands::of(&runs.map(|run| run[arm].clone()));
        for step in 0..=steps {
            table.put((name.as_str(), step as f64, runs[0][arm][step], bands.low[step], bands.high[step]));
        }
    }
    let panels = arms.iter().map(|(_, _, name, [rows, called], hue)| {
        let y = Axis::log("loss over the least loss").range(0.95, 20.0).ticks([1.0, 2.0, 5.0, 10.0, 20.0]);
        Panel::new(Axis::linear("step").range(0.0, steps as f64), y).title(*rows).remark(*called, *hue).lines(
            &table,
            &[Look::new(name, *hue).unnamed()],
            "step",
            "one_run",
        )
    });
    let title = Title::say(
        "A swing proves too high a rate in {} of full-batch runs, and in {} of runs with one row a step",
        [FULL_BATCH, ONE_ROW].map(|case| causes.cite("beyond_share", (case,), shown::percent)),
    );
    let figure = Figure::new("swings", title)
        .subtitle(format!("Loss of logistic regression over all rows, over the least that is possible. Line: one run; band: 80\u{202f}% of {n} runs. The wall is the rate beyond which full-batch descent leaves the optimum."))
        .alt("Six small plots of loss by step. Upper row, a tenth of the wall: with the full batch the loss falls smoothly, with 32 rows it trembles, with one row it swings. Lower row, twice the wall: all three swing.")
        .grid(3, true)
        .panels(panels);
    outcome.show(figure, [table]);
    Ok(())
}

/// How often the loss rises, by rate and batch.
fn rising(cx: &Cx, params: &LearningRateParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const SHARES: [f64; 9] = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95, 1.05, 1.15];
    const LOOKS: [Look; 3] =
        [Look::new("one row", Hue::Vermilion), Look::new("32 rows", Hue::Amber), Look::new("full batch", Hue::Blue)];
    let n = (cx.replicates() / 6).max(5);
    let runs = cx.runs("rising", n, |rep| {
        let loss = params.generated_rows(0.0, &rep.stream);
        let wall = wall(&loss)?;
        let risen = |batch, share| rise_share(&epoch_losses(&loss, share * wall, batch, 100, 50, &rep.stream));
        Ok([1, 32, params.rows as usize].map(|batch| SHARES.map(|share| risen(batch, share))))
    })?;
    let share = |arm: usize, at: usize| Some(runs.share(|run| run[arm][at]));
    let of = ("rising_share", "share");
    let table = Table::curves("rising", ("arm", &LOOKS), ("rate_over_wall", "1", &SHARES), of, share);
    let panel = Panel::new(
        Axis::linear("learning rate as a multiple of the wall").range(0.0, 1.25),
        Axis::share("steps on which the loss rises").range(0.0, 0.6),
    )
    .note(Note::vertical(1.0, "the wall"));
    let panel = LOOKS.iter().fold(panel, |panel, look| {
        let line = panel.lines(&table, &[look.bare()], "rate_over_wall", "rising_share");
        line.dots(&table, &[look.unnamed()], "rate_over_wall", "rising_share")
    });
    let title = Title::say(
        "With one row a step the loss rises on {} of steps at a tenth of the wall",
        [table.cite("rising_share", ("one row", 0.1), shown::percent)],
    );
    let figure = Figure::new("rising", title)
        .subtitle(format!("Share of steps on which the loss over all rows rises, by rate. Mean of {n} runs; bars: 99\u{202f}% interval."))
        .alt("Share of rising steps against rate for three batch sizes. The full batch stays at nothing up to the wall and jumps to a half beyond it; smaller batches rise on many steps at every rate.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
