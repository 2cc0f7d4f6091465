//! What is the next tree fitted to, and does the loss decide it?
//!
//! Data: Friedman's function, labels from a quadratic boundary, the diabetes and breast cancer tables. Arms: squared,
//! absolute, Huber's and log loss, first and second order; trees that are all fitted to the bare target. Measurement:
//! distance of each round's targets from the negative gradient recomputed from the staged sum, and the largest rise of
//! the training loss; with wild targets, the distance from the truth.

use super::BaggingVsBoostingParams;
use super::folds::{OWN_ROWS, cancer, diabetes, each_fold, own};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::{Measured, classes, regressions};
use mllab_kit::draws::Draws;
use mllab_kit::ensemble::{Goal, Rows, booster, said, tree_of};
use mllab_kit::metrics::root_mean_squared_error;
use mllab_kit::tree::{Boosting, Loss, Order};

const CLAIM: &str = "gb-follows-loss";
const ROWS: usize = 200;
const ROUNDS: usize = 40;
const DEPTH: usize = 2;
const HUBER: f64 = 1.5;
const WILD: f64 = 0.1;
/// Rounds of the fits with wild targets.
const LONG: usize = 100;

/// Largest distance of a target from the slope, and largest rise of the training loss.
type Strays = (f64, f64);

/// Measures what each tree is asked to predict.
pub fn run(cx: &Cx, _: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, OWN_ROWS)? {
        on_table(cx, &table, "boosting learns from your table", "own", &mut outcome)?;
        return Ok(outcome);
    }
    let runs = cx.runs("targets", (cx.replicates() / 2).max(2), |rep| {
        let numbers: Rows = regressions::friedman1(ROWS, 5, 1.0, &rep.stream.child("numbers", 0)).into();
        let labels: Rows = classes::hastie(ROWS, &rep.stream.child("labels", 0)).into();
        let of = |rows: &Rows, loss: Loss, order: Order| strays(rows, loss, order, &rep.stream);
        Ok([
            of(&numbers, Loss::Squared, Order::First)?,
            of(&numbers, Loss::Absolute, Order::First)?,
            of(&numbers, Loss::Huber(HUBER), Order::First)?,
            of(&labels, Loss::Logistic, Order::First)?,
            of(&labels, Loss::Logistic, Order::Second)?,
            (0.0, bare_rise(&numbers, &rep.stream)?),
        ])
    })?;
    let settings = [
        "the loss is squared",
        "the loss is absolute",
        "the loss is Huber's",
        "the loss is log loss",
        "the loss is log loss and steps are of second order",
    ];
    for (place, setting) in settings.into_iter().enumerate() {
        outcome.find(CLAIM, setting, largest(&runs.map(|run| run[place])));
    }
    let bare = runs.iter().map(|run| run[5].1).fold(f64::INFINITY, f64::min);
    outcome.find(CLAIM, "every tree is fitted to the bare target", Estimate::exact(bare));
    on_table(cx, &diabetes(), "the loss is squared on the diabetes table", "diabetes", &mut outcome)?;
    on_table(cx, &cancer(), "the loss is log loss on the breast cancer table", "cancer", &mut outcome)?;
    wild(cx, &mut outcome)?;
    Ok(outcome)
}

/// The largest of both over all runs; a loss that falls in every round has a rise below zero.
fn largest(runs: &Runs<Strays>) -> [Estimate; 2] {
    let most = |of: fn(&Strays) -> f64| Estimate::exact(runs.iter().map(of).fold(f64::NEG_INFINITY, f64::max));
    [most(|run| run.0), most(|run| run.1)]
}

fn strays(rows: &Rows, loss: Loss, order: Order, stream: &Stream) -> Result<Strays, KitError> {
    let settings =
        Boosting { order, loss, keep_targets: true, keep_training_loss: true, ..booster(ROUNDS, DEPTH, 0.1, rows) };
    let y = rows.numbers();
    let model = settings.fit(rows.x.view(), &y, None, None, stream)?;
    let mut farthest = 0.0_f64;
    model.staged(rows.x.view(), |round, sum| {
        let Some(targets) = model.targets.get(round) else { return };
        let says = said(sum, loss);
        for ((target, y), f) in targets.iter().zip(&y).zip(&says) {
            let slope = match loss {
                Loss::Squared | Loss::Logistic => y - f,
                Loss::Huber(distance) => (y - f).clamp(-distance, distance),
                // A row may sit on the median of its leaf: there the sign is a matter of the last bit.
                Loss::Absolute if (y - f).abs() < 1e-12 => continue,
                Loss::Absolute => (y - f).signum(),
            };
            farthest = farthest.max((target - slope).abs());
        }
    });
    let rise = model.training_loss.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::NEG_INFINITY, f64::max);
    Ok((farthest, rise))
}

/// The largest rise of the training loss where the same tree, fitted to the bare target, is added again and again.
fn bare_rise(rows: &Rows, stream: &Stream) -> Result<f64, KitError> {
    let y = rows.numbers();
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let says = tree_of(DEPTH).fit_numbers(rows.x.view(), &y, None, stream)?.predict(rows.x.view());
    let loss = |round: usize| {
        let at = |(y, f): (&f64, &f64)| (y - mean - 0.1 * round as f64 * (f - mean)).powi(2);
        0.5 * y.iter().zip(&says).map(at).sum::<f64>() / y.len() as f64
    };
    Ok((1..=ROUNDS).map(|round| loss(round) - loss(round - 1)).fold(f64::NEG_INFINITY, f64::max))
}

fn on_table(cx: &Cx, table: &Rows, setting: &'static str, part: &str, outcome: &mut Outcome) -> Result<(), LabError> {
    let loss = if table.is_labels() { Loss::Logistic } else { Loss::Squared };
    // Numbers far from 1 would make rounding count as an error.
    let table = scaled(table);
    let runs = each_fold(cx, &table, part, 1, |train, _, stream| Ok(strays(train, loss, Order::First, stream)?))?;
    outcome.find(CLAIM, setting, largest(&runs));
    Ok(())
}

fn scaled(table: &Rows) -> Rows {
    let Goal::Numbers(y) = &table.goal else { return table.clone() };
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let sd = (y.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / y.len() as f64).sqrt();
    Rows { x: table.x.clone(), goal: Goal::Numbers(y.iter().map(|v| (v - mean) / sd).collect()) }
}

const LOSSES: [Loss; 3] = [Loss::Squared, Loss::Huber(HUBER), Loss::Absolute];
const LOOKS: [Look; 3] =
    [Look::new("squared", Hue::Vermilion), Look::new("Huber's", Hue::Blue), Look::new("absolute", Hue::Green)];

/// Distance from the truth round by round, with one target in ten moved far away, and without.
fn wild(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("wild", cx.replicates(), |rep| {
        let tame = regressions::friedman1(2 * ROWS, 5, 1.0, &rep.stream.child("train", 0));
        let test = regressions::friedman1(400, 5, 0.0, &rep.stream.child("test", 0));
        let curves = |train: &Measured| {
            let curve = |loss: &Loss| {
                let model =
                    Boosting::first_order(LONG, 3, *loss).fit_numbers(train.x.view(), &train.y, None, &rep.stream)?;
                let mut errors = Vec::with_capacity(LONG + 1);
                model.staged(test.x.view(), |_, sum| errors.push(root_mean_squared_error(sum, &test.y)));
                Ok(errors)
            };
            LOSSES.iter().map(curve).collect::<Result<Vec<Vec<f64>>, KitError>>()
        };
        Ok([curves(&gone_wild(&tame, &rep.stream.child("wild", 0)))?, curves(&tame)?])
    })?;
    let over = |world: usize, loss: usize| runs.log_ratio(|run| run[world][0][LONG], |run| run[world][loss][LONG]);
    outcome.find(CLAIM, "one target in ten is wild and Huber's loss is the rival", over(0, 1));
    outcome.find(CLAIM, "one target in ten is wild and absolute loss is the rival", over(0, 2));
    outcome.find(CLAIM, "no target is wild and Huber's loss is the rival", over(1, 1));

    let mut table =
        Table::named("wild_targets").with_word("loss").with_number("round", "rounds").with_estimate("error", "1");
    for (place, look) in LOOKS.iter().enumerate() {
        for round in 0..=LONG {
            table.put((look.name, round, runs.mean(|run| run[0][place][round])));
        }
    }
    let cite = |loss: &str| table.cite("error", (loss, LONG), shown::hundredths);
    let title = Title::say(
        "The loss decides what is mended: with wild targets squared error ends {} from the truth, Huber's loss {}",
        [cite("squared"), cite("Huber's")],
    );
    let panel = Panel::new(
        Axis::linear("round").range(0.0, LONG as f64),
        Axis::linear("distance from the truth (root mean square)").range(0.0, 8.0),
    );
    let figure = Figure::new("wild-targets", title)
        .subtitle(format!(
            "Friedman's function, {} rows, one target in ten moved by up to fifty; depth 3 at a rate of a tenth. {}",
            2 * ROWS,
            shown::mean_of(runs.len(), "runs")
        ))
        .alt("Distance from the truth against rounds for three losses. All fall at first; squared loss turns and rises as it starts to fit the wild targets, Huber's and absolute loss stay low.")
        .panel(panel.lines(&table, &LOOKS, "round", "error"));
    outcome.show(figure, [table]);
    Ok(())
}

/// A tenth of the targets moved by −50 to 50.
fn gone_wild(tame: &Measured, stream: &Stream) -> Measured {
    let mut draws = Draws::new(stream);
    let y = tame.y.iter().map(|y| if draws.happens(WILD) { y + draws.between(-50.0, 50.0) } else { *y }).collect();
    Measured { x: tame.x.clone(), y }
}
