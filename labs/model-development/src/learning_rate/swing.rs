//! Does a loss that swings prove that the rate is too high?
//!
//! The sentence runs from swing to cause, so rates are drawn at random, from a twentieth of the wall to four times it,
//! and among the runs that swing those beyond the wall are counted. The loss is that of all rows, whatever the batch.

use super::LearningRateParams;
use mllab_core::figure::{Axis, Format, Hue, Layout, Line, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Replicate, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::bands::{Bands, band_table};
use mllab_kit::data::{classes, real};
use mllab_kit::descent::{FullBatch, Method, Network, NetworkLoss, Objective, Optimiser, descend};
use mllab_kit::draws::Draws;

const CLAIM: &str = "oscillation-means-too-high";
/// A run swings if the loss rises on at least this share of the steps in its second half.
const SWINGS: f64 = 0.2;
const STEPS: usize = 200;

/// Draws an arm's rows.
type Rows<'a> = dyn Fn(&Stream) -> FullBatch + Sync + 'a;
/// Says how many of them each step sees.
type Batch<'a> = dyn Fn(&FullBatch) -> usize + Sync + 'a;

/// Measures what a swing tells of its cause.
pub fn run(cx: &Cx, params: &LearningRateParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut causes = Table::new(
        "swings",
        &[
            ("cause", ""),
            ("runs", "runs"),
            ("swinging", "runs"),
            ("beyond_share", "share"),
            ("low", "share"),
            ("high", "share"),
        ],
    );
    let n = cx.replicates();
    let flipped = 0.2;
    let cancer = params.table(&Source::Generated)?;
    let cancer_case = "the gradient is taken over all rows of the breast cancer table";
    let all = |loss: &FullBatch| loss.n_rows();
    let some = |rows: usize| move |_: &FullBatch| rows;
    let arms: [(&'static str, usize, &Rows, &Batch); 5] = [
        ("the gradient is taken over the full batch", n, &|stream| noisy_rows(params, 0.0, stream), &all),
        (
            "the gradient is taken over the full batch and one label in five is wrong",
            n,
            &|stream| noisy_rows(params, flipped, stream),
            &all,
        ),
        (cancer_case, 5 * n / 6, &|_| cancer.clone(), &all),
        ("each step sees 32 rows", n / 2, &|stream| noisy_rows(params, 0.0, stream), &some(32)),
        ("each step sees one row", n / 2, &|stream| noisy_rows(params, 0.0, stream), &some(1)),
    ];
    for (case, runs, rows, batch) in arms {
        let runs = cx.replicate_part(case, runs.max(2), |rep| one_run(&rep, &rows(&rep.stream), batch))?;
        let runs: Vec<(bool, bool)> =
            runs.into_iter().collect::<Result<_, _>>().map_err(|error| LabError::Unusable(error.to_string()))?;
        let swinging: Vec<bool> = runs.iter().filter(|run| run.0).map(|run| run.1).collect();
        let estimate = Estimate::proportion(swinging.iter().filter(|&&beyond| beyond).count(), swinging.len());
        outcome.find(CLAIM, case, estimate);
        causes.row([
            case.into(),
            runs.len().into(),
            swinging.len().into(),
            estimate.point.into(),
            estimate.low.into(),
            estimate.high.into(),
        ]);
    }

    let case = "the full batch is used at nine tenths of the wall";
    // 600 runs without a rise put their share below 0.9 % at the level; 300 could not.
    let rises = cx.replicate_part(case, 2 * n, |rep| {
        let loss = noisy_rows(params, 0.0, &rep.stream);
        Ok(rise_share(&losses(&loss, 0.9 * wall(&loss)?, loss.n_rows(), 100, 50, &rep.stream)))
    })?;
    outcome.find(CLAIM, case, Estimate::mean_within(&collect(rises)?, 0.0, 1.0));

    let case = "one row a step becomes 64, at a tenth of the wall";
    let shrinks = cx.replicate_part(case, n / 5, |rep| {
        let loss = noisy_rows(params, 0.0, &rep.stream);
        let rate = 0.1 * wall(&loss)?;
        let swing = |batch| swing_size(&losses(&loss, rate, batch, STEPS, STEPS / 2, &rep.stream));
        Ok(libm::log2(swing(1) / swing(64)))
    })?;
    outcome.find(CLAIM, case, Estimate::mean(&collect(shrinks)?));

    pictures(cx, params, &causes, &mut outcome)?;
    rising(cx, params, &mut outcome)?;
    edge_of_stability(cx, &mut outcome)?;
    outcome.tables.push(causes);
    Ok(outcome)
}

/// Generated rows of four features, of whose labels a share is turned over.
fn noisy_rows(params: &LearningRateParams, flipped: f64, stream: &Stream) -> FullBatch {
    let truth = classes::Logistic { intercept: 0.3, weights: vec![1.0, -1.0, 0.5, 0.25] };
    let mut table = truth.draw(params.rows as usize, &stream.child("rows", 0));
    let mut draws = Draws::new(&stream.child("flips", 0));
    table.y.iter_mut().for_each(|label| *label ^= draws.happens(flipped));
    FullBatch::new(table.x.view(), &table.y, params.penalty).expect("fifty rows or more hold both classes")
}

/// The rate beyond which full-batch descent leaves the optimum.
fn wall(loss: &FullBatch) -> Result<f64, KitError> {
    Ok(2.0 / loss.sharpness(&loss.optimum()?).0)
}

/// One run at a random rate: does it swing, and is its rate beyond the wall?
fn one_run(rep: &Replicate, loss: &FullBatch, batch: &Batch) -> Result<(bool, bool), KitError> {
    let octaves = Draws::new(&rep.stream.child("rate", 0)).between(libm::log2(0.05), 2.0);
    let share = libm::exp2(octaves);
    let losses = losses(loss, share * wall(loss)?, batch(loss), STEPS, STEPS / 2, &rep.stream);
    Ok((rise_share(&losses) >= SWINGS, share > 1.0))
}

/// The loss over all rows before each step and after the last; batches are drawn without replacement within an epoch.
/// What nobody asks for before `from`, a mini-batch does not pay: there the losses are NaN.
fn losses(loss: &FullBatch, rate: f64, batch: usize, steps: usize, from: usize, stream: &Stream) -> Vec<f64> {
    let n_rows = loss.n_rows();
    let mut draws = Draws::new(&stream.child("batches", batch as u64));
    let mut start = Draws::new(&stream.child("start", 0));
    let mut weights: Vec<f64> = (0..loss.n_weights()).map(|_| 0.1 * start.normal()).collect();
    let (mut slope, mut unused) = (weights.clone(), weights.clone());
    let mut optimiser = Optimiser::new(Method::Plain, weights.len());
    let (mut order, mut next) = ((0..n_rows).collect::<Vec<_>>(), n_rows);
    let mut seen = Vec::with_capacity(steps + 1);
    for step in 0..steps {
        if batch >= n_rows {
            seen.push(loss.slope(&weights, &mut slope));
        } else {
            seen.push(if step < from { f64::NAN } else { loss.slope(&weights, &mut unused) });
            if next + batch > n_rows {
                draws.shuffle(&mut order);
                next = 0;
            }
            loss.slope_of_rows(&order[next..next + batch], &weights, &mut slope);
            next += batch;
        }
        optimiser.step(rate, &mut weights, &slope);
    }
    seen.push(loss.slope(&weights, &mut unused));
    seen
}

/// The share of steps in the second half on which the loss rises by more than rounding.
fn rise_share(losses: &[f64]) -> f64 {
    let half = &losses[losses.len() / 2..];
    let rises = half.windows(2).filter(|pair| pair[1] > pair[0] * (1.0 + 1e-9)).count();
    rises as f64 / (half.len() - 1) as f64
}

/// The mean size of a change from step to step in the second half.
fn swing_size(losses: &[f64]) -> f64 {
    let half = &losses[losses.len() / 2..];
    half.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (half.len() - 1) as f64
}

fn collect(values: Vec<Result<f64, KitError>>) -> Result<Vec<f64>, LabError> {
    values.into_iter().collect::<Result<_, _>>().map_err(|error| LabError::Unusable(error.to_string()))
}

/// A network on all digits at each step: its sharpness climbs until it meets the wall, and stays there.
fn edge_of_stability(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    const RATE: f64 = 1.0;
    const WRONG: f64 = 0.3;
    let (steps, every) = if cx.quick() { (80, 20) } else { (320, 20) };
    let digits = real::digits();
    let case = "a network sees 400 digits, three labels in ten of them wrong, at each step";
    let runs = cx.replicate_part(case, (cx.replicates() / 60).clamp(2, 12), |rep| {
        let mut draws = Draws::new(&rep.stream.child("rows", 0));
        let chosen = draws.sample(digits.table.class.len(), 400);
        // Pixels run from 0 to 16 around a mean of 4.9. Wrong labels keep the network from fitting its rows within a few
        // steps: the sharpness of a log loss falls again once all rows are fitted.
        let inputs =
            chosen.iter().flat_map(|&row| digits.table.x.row(row).to_vec()).map(|v| (v - 4.9) / 16.0).collect();
        let label = |row: usize, draws: &mut Draws| {
            if draws.happens(WRONG) { draws.below(10) } else { digits.table.class[row] }
        };
        let classes = chosen.iter().map(|&row| label(row, &mut draws)).collect();
        let loss = NetworkLoss { network: Network::new(&[64, 16, 10]), inputs, classes };
        let mut weights: Vec<f64> = loss.network.draw(&rep.stream.child("start", 0));
        let mut direction: Vec<f64> = weights.iter().map(|_| draws.normal()).collect();
        let (mut sharpness, mut values) = (Vec::new(), Vec::new());
        descend(
            &loss,
            Method::Plain,
            &mut weights,
            steps,
            |_| RATE,
            |moment| {
                if moment.step % every == 0 {
                    // The direction found last time is a good start: few iterations follow it.
                    let iterations = if moment.step == 0 && !cx.quick() { 40 } else { 8 };
                    sharpness.push(loss.sharpness(moment.weights, &mut direction, iterations));
                    values.push(moment.loss);
                }
                true
            },
        );
        (sharpness, values)
    })?;
    let x: Vec<f64> = (0..=steps / every).map(|i| (i * every) as f64).collect();
    let late: Vec<f64> = runs
        .iter()
        .map(|(sharpness, _)| {
            let half = &sharpness[sharpness.len() / 2..];
            half.iter().sum::<f64>() / half.len() as f64 * RATE / 2.0
        })
        .collect();
    let estimate = Estimate::mean(&late);
    outcome.find(CLAIM, case, estimate);
    let mut late_table =
        Table::new("edge_of_stability", &[("late_sharpness_over_wall", "1"), ("low", "1"), ("high", "1")]);
    late_table.row([estimate.point.into(), estimate.low.into(), estimate.high.into()]);
    let mut table = Table::new("sharpness", &[("run", "runs"), ("step", "steps"), ("sharpness", "1"), ("loss", "1")]);
    let mut panel = Panel::new(Axis::linear("step").range(0.0, steps as f64), Axis::linear("sharpness of the loss"));
    for (i, (sharpness, values)) in runs.iter().enumerate() {
        for (j, step) in x.iter().enumerate() {
            table.row([i.into(), (*step).into(), sharpness[j].into(), values[j].into()]);
        }
        panel = panel.layer(Line::new(x.clone(), sharpness.clone(), Hue::Blue).thin());
    }
    panel = panel.note(Note::horizontal(2.0 / RATE, "the wall: 2 / rate"));
    let title = Title::new()
        .text("A network's sharpness climbs to the wall and stays at ")
        .cite(&late_table, "late_sharpness_over_wall", 0, |v| shown::fixed(v, 2))
        .text(" times it");
    outcome.figures.push(
        Figure::new("edge-of-stability", title)
            .subtitle(format!(
                "Sharpness: the largest curvature of the loss. Network with 16 hidden units on 400 digits, three labels in ten wrong, all seen at each step at rate {RATE}. One line a run, {} runs.",
                runs.len()
            ))
            .caption("Cohen et al. 2021, arXiv 2103.00065, on tables small enough for a laptop.")
            .alt("Sharpness against step for several runs. All climb from below to a dashed horizontal line and then hover around it.")
            .reads("sharpness", &["step", "sharpness"])
            .panel(panel),
    );
    outcome.tables.push(table);
    outcome.tables.push(late_table);
    Ok(())
}

/// The answer in one picture: two causes, one swing.
fn pictures(cx: &Cx, params: &LearningRateParams, causes: &Table, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = (cx.replicates() / 8).max(5);
    let batches = [(params.rows as usize, "full batch"), (32, "32 rows a step"), (1, "one row a step")];
    let rates = [(0.1, "a tenth of the wall", Hue::Blue), (2.0, "twice the wall", Hue::Vermilion)];
    let steps = 60;
    let runs = cx.replicate_part("pictures", n, |rep| {
        let loss = noisy_rows(params, 0.0, &rep.stream);
        let (wall, optimum) = (wall(&loss)?, loss.optimum()?);
        let least = loss.slope(&optimum, &mut vec![0.0; optimum.len()]);
        let arms = rates.iter().flat_map(|rate| batches.iter().map(move |batch| (rate.0, batch.0)));
        let relative = |losses: Vec<f64>| losses.iter().map(|value| value / least).collect::<Vec<f64>>();
        Ok(arms
            .map(|(rate, batch)| relative(losses(&loss, rate * wall, batch, steps, 0, &rep.stream)))
            .collect::<Vec<_>>())
    })?;
    let runs: Vec<Vec<Vec<f64>>> =
        runs.into_iter().collect::<Result<_, KitError>>().map_err(|error| LabError::Unusable(error.to_string()))?;
    let x: Vec<f64> = (0..=steps).map(|step| step as f64).collect();
    let mut table =
        Table::new("swing_curves", &[("arm", ""), ("step", "steps"), ("one_run", "1"), ("low", "1"), ("high", "1")]);
    let title = Title::new()
        .text("A swing proves too high a rate in ")
        .cite(causes, "beyond_share", 0, percent)
        .text(" of full-batch runs, and in ")
        .cite(causes, "beyond_share", 4, percent)
        .text(" of runs with one row a step");
    let mut figure = Figure::new("swings", title)
        .subtitle(format!(
            "Loss of logistic regression over all rows, over the least that is possible. Line: one run; band: 80{}% of {n} runs. The wall is the rate beyond which full-batch descent leaves the optimum.",
            shown::THIN
        ))
        .alt("Six small plots of loss by step. Upper row, a tenth of the wall: with the full batch the loss falls smoothly, with 32 rows it trembles, with one row it swings. Lower row, twice the wall: all three swing.")
        .reads("swing_curves", &["step", "one_run", "low", "high"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    for (arm, (rate, batch)) in rates.iter().flat_map(|rate| batches.iter().map(move |batch| (rate, batch))).enumerate()
    {
        let name = format!("{}, {}", batch.1, rate.1);
        let bands = Bands::of(&runs.iter().map(|run| &run[arm]).collect::<Vec<_>>());
        let one = runs[0][arm].clone();
        for (i, step) in x.iter().enumerate() {
            table.row([name.as_str().into(), (*step).into(), one[i].into(), bands.low[i].into(), bands.high[i].into()]);
        }
        figure = figure.panel(
            Panel::new(
                Axis::linear("step").range(0.0, steps as f64),
                Axis::log("loss over the least loss").range(0.95, 20.0).ticks([1.0, 2.0, 5.0, 10.0, 20.0]),
            )
            .title(batch.1)
            .remark(rate.1, rate.2)
            .layer(Line::new(x.clone(), one, rate.2).band(bands.low, bands.high)),
        );
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}

fn percent(share: f64) -> String {
    format!("{}{}%", shown::fixed(100.0 * share, 0), shown::THIN)
}

/// How often the loss rises, by rate and batch.
fn rising(cx: &Cx, params: &LearningRateParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let shares = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95, 1.05, 1.15];
    let batches =
        [(1, "one row", Hue::Vermilion), (32, "32 rows", Hue::Amber), (params.rows as usize, "full batch", Hue::Blue)];
    let n = (cx.replicates() / 6).max(5);
    let runs = cx.replicate_part("rising", n, |rep| {
        let loss = noisy_rows(params, 0.0, &rep.stream);
        let wall = wall(&loss)?;
        let arms = batches.iter().flat_map(|batch| shares.iter().map(move |share| (batch.0, share)));
        Ok(arms
            .map(|(batch, share)| rise_share(&losses(&loss, share * wall, batch, 100, 50, &rep.stream)))
            .collect::<Vec<f64>>())
    })?;
    let runs: Vec<Vec<f64>> =
        runs.into_iter().collect::<Result<_, KitError>>().map_err(|error| LabError::Unusable(error.to_string()))?;
    let mut table = band_table("rising", ("rate_over_wall", "1"), ("rising_share", "share"));
    let mut panel = Panel::new(
        Axis::linear("learning rate as a multiple of the wall").range(0.0, 1.25),
        Axis::linear("steps on which the loss rises").range(0.0, 0.6).format(Format::Percent),
    )
    .note(Note::vertical(1.0, "the wall"));
    for (b, (_, name, hue)) in batches.iter().enumerate() {
        let estimates: Vec<Estimate> = (0..shares.len())
            .map(|s| {
                let values: Vec<f64> = runs.iter().map(|run| run[b * shares.len() + s]).collect();
                Estimate::mean_within(&values, 0.0, 1.0)
            })
            .collect();
        for (share, e) in shares.iter().zip(&estimates) {
            table.row([(*name).into(), (*share).into(), e.point.into(), e.low.into(), e.high.into()]);
        }
        let of = |get: fn(&Estimate) -> f64| estimates.iter().map(get).collect::<Vec<f64>>();
        panel = panel.layer(Line::new(shares.to_vec(), of(|e| e.point), *hue).label(*name)).layer(
            Points::new(shares.to_vec(), of(|e| e.point), mllab_core::figure::Mark::Disc, *hue)
                .whiskers(of(|e| e.low), of(|e| e.high)),
        );
    }
    let title = Title::new()
        .text("With one row a step the loss rises on ")
        .cite(&table, "rising_share", 0, percent)
        .text(" of steps at a tenth of the wall");
    outcome.figures.push(
        Figure::new("rising", title)
            .subtitle(format!("Share of steps on which the loss over all rows rises, by rate. Mean of {n} runs; bars: 99{}% interval.", shown::THIN))
            .alt("Share of rising steps against rate for three batch sizes. The full batch stays at nothing up to the wall and jumps to a half beyond it; smaller batches rise on many steps at every rate.")
            .reads("rising", &["rate_over_wall", "rising_share", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}
