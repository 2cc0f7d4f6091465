//! Does retraining answer drift, and on which rows?
//!
//! Data: labelled streams whose boundary turns slowly, once, in turns, or within one window; then old rows and new ones
//! of three kinds of drift. Arms: never, every fifty rows, on an alarm of DDM; new rows, old ones, both, old ones with
//! little weight. Measurement: accuracy, each row predicted before its label is used.

use super::DriftDetectionParams;
use super::worlds::{TEST, TRAIN, Truth, accuracy, linear, weighted};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::data::drifting::{boundary, turning};
use mllab_kit::drift::response::{Policy, Prequential, prequential};
use mllab_kit::preprocess::with_squares;
use shown::{percent, whole};

const FIXES: &str = "retrain-fixes";
const ROWS: &str = "retrain-old-plus-new";
const EVERY: usize = 50;
const NOISE: f64 = 0.1;
const POLICIES: [(Policy, Look); 3] = [
    (Policy::Never, Look::new("never", Hue::Vermilion)),
    (Policy::Every(EVERY), Look::new("every 50 rows", Hue::Blue)),
    (Policy::OnAlarm(EVERY), Look::new("on an alarm", Hue::Green)),
];
/// Rows of one point of the curves.
const STEP: usize = 10;

/// Measures both.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    fixes(cx, params, &mut outcome)?;
    training_rows(cx, &mut outcome)?;
    Ok(outcome)
}

/// One stream under the three policies, and the accuracy of the true rule.
struct Run {
    policies: [Prequential; 3],
    best: f64,
}

/// The boundary stands at so many `degrees` at each row.
fn under_policies(
    params: &DriftDetectionParams,
    degrees: impl Fn(usize) -> f64,
    stream: &Stream,
) -> Result<Run, KitError> {
    let (window, n) = (params.retrain_window as usize, params.stream as usize);
    let (rows, truth) = turning(n, degrees, NOISE, stream);
    let best = truth.iter().zip(&rows.y).skip(window).filter(|(a, b)| a == b).count() as f64;
    let [never, every, alarm] = POLICIES.map(|(policy, _)| prequential(&rows, window, policy));
    Ok(Run { policies: [never?, every?, alarm?], best: best / n.saturating_sub(window) as f64 })
}

fn fixes(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let (n, window) = (params.stream as usize, params.retrain_window as usize);
    let runs = |setting: &str, degrees: &(dyn Fn(usize) -> f64 + Sync)| {
        cx.runs(setting, cx.replicates() / 2, |rep| Ok(under_policies(params, degrees, &rep.stream)?))
    };
    let mut world = |setting, degrees: &(dyn Fn(usize) -> f64 + Sync)| -> Result<Runs<Run>, LabError> {
        let runs = runs(setting, degrees)?;
        let gain = runs.mean(|run| run.policies[1].accuracy() - run.policies[0].accuracy());
        outcome.find(FIXES, setting, gain);
        if setting != "nothing drifts" {
            outcome.find_part(FIXES, setting, 1, runs.mean(|run| run.best - run.policies[1].accuracy()));
        }
        Ok(runs)
    };
    let slow = world("the boundary turns slowly", &|row| 180.0 * row as f64 / n as f64)?;
    let once = world("the concept changes once", &|row| if row < n / 2 { 0.0 } else { 90.0 })?;
    world("two concepts take turns every 500 rows", &|row| 90.0 * ((row / 500) % 2) as f64)?;
    world("the boundary turns within one window", &|row| 180.0 * row as f64 / window as f64)?;
    world("nothing drifts", &|_| 0.0)?;
    // A run without any refit counts as one: the first model was fitted as well.
    let fits = |run: &Run, policy: usize| (1 + run.policies[policy].refits.len()) as f64;
    let worse = once.mean(|run| run.policies[2].accuracy() - run.policies[1].accuracy());
    let saved = once.mean(|run| libm::log2(fits(run, 1) / fits(run, 2)));
    outcome.find(FIXES, "the concept changes once and an alarm decides when to retrain", [worse, saved]);

    let fast = runs("four times as fast", &|row| 720.0 * row as f64 / n as f64)?;
    let mut table = Table::named("accuracy_of_policies").with_number("turn", "degrees").with_number("row", "rows");
    table = table.with_word("policy").with_estimate("accuracy", "share");
    table = table.with_number("mean", "share").with_number("models", "models");
    for (turn, runs) in [(180, &slow), (720, &fast)] {
        for (policy, (_, look)) in POLICIES.iter().enumerate() {
            let mean = runs.mean(|run| run.policies[policy].accuracy()).point();
            let models = runs.mean(|run| fits(run, policy)).point();
            for point in 0..(n - window) / STEP {
                let right = |run: &Run| {
                    let rows = &run.policies[policy].right[point * STEP..(point + 1) * STEP];
                    rows.iter().filter(|&&right| right).count() as f64 / STEP as f64
                };
                table.put((turn, window + point * STEP, look.name, runs.share(right), mean, models));
            }
        }
    }
    draw_teeth(params, table, slow.len(), outcome);
    Ok(())
}

fn draw_teeth(params: &DriftDetectionParams, table: Table, runs: usize, outcome: &mut Outcome) {
    let cite = |policy: usize, column, show| table.of((180,)).group(POLICIES[policy].1.name).cite(column, show);
    let title = Title::say(
        "While the boundary turns, retraining every fifty rows keeps {} of accuracy with {} models, on an alarm {} with {}",
        [cite(1, "mean", percent), cite(1, "models", whole), cite(2, "mean", percent), cite(2, "models", whole)],
    );
    let panel = |turn: i32| {
        Panel::new(Axis::linear("row").range(0.0, params.stream as f64), Axis::share("accuracy").range(0.0, 1.0))
            .title(format!("The boundary turns by {turn}°"))
            .lines(table.of((turn,)), &POLICIES.map(|(_, look)| look), "row", "accuracy")
    };
    let figure = Figure::new("saw-tooth", title)
        .subtitle(format!("A boundary turns over {} rows; a model learns from the last {}. Accuracy of ten rows at a time, mean of {runs} runs; band: 99\u{202f}% interval.", whole(params.stream as f64), params.retrain_window))
        .alt("Two panels of accuracy over the rows of a stream. Where the boundary turns by half, never retraining falls in a straight line to near zero, retraining every fifty rows stays level near the top and retraining on an alarm a little below. Where it turns four times as fast, retraining every fifty rows is a saw-tooth, on an alarm lies far below, and never swings between the bottom and the top as the boundary comes round.")
        .panels([180, 720].map(panel))
        .grid(2, true);
    outcome.show(figure, [table]);
}

/// The rows that a model can be retrained on.
const ARMS: [&str; 4] = ["old only", "new only", "old and new", "old at a tenth"];

/// Accuracy of each arm, after a drift of one kind.
fn arms(kind: usize, new_rows: usize, stream: &Stream) -> [f64; 4] {
    let draw = |n, live: bool, name: &str| {
        let stream = stream.child(name, 0);
        let table = match (kind, live) {
            (0, true) => Truth::Curved.draw(n, 2.0, &stream),
            (0 | 3, _) => Truth::Curved.draw(n, 0.0, &stream),
            (_, true) => boundary(n, [0.0; 2], 90.0, 0.3, &stream),
            (_, false) => boundary(n, [0.0; 2], 0.0, 0.3, &stream),
        };
        Labelled { x: with_squares(table.x.view()), y: table.y }
    };
    let (old, new) = (draw(TRAIN, false, "old"), draw(new_rows, true, "new"));
    let test = if kind == 2 {
        // The old concept comes back for half of the time.
        draw(TEST / 2, false, "test old").above(&draw(TEST / 2, true, "test new"))
    } else {
        draw(TEST, true, "test")
    };
    let both = old.above(&new);
    let weights: Vec<f64> = (0..both.y.len()).map(|row| if row < TRAIN { 0.1 } else { 1.0 }).collect();
    let models = [linear(&old), linear(&new), linear(&both), weighted(&both, Some(&weights))];
    models.map(|model| accuracy(&model, &test))
}

fn training_rows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut table = Table::named("accuracy_by_training_rows").with_word("drift").with_word("rows");
    table = table.with_estimate("accuracy", "share").with_runs();
    for (setting, name, kind, new_rows) in [
        ("inputs moved and a hundred rows are new", "inputs moved, 100 new", 0, 100),
        ("inputs moved and two thousand rows are new", "inputs moved, 2000 new", 0, 2000),
        ("the concept turned by 90 degrees and a hundred rows are new", "concept turned, 100 new", 1, 100),
        ("the concept turned by 90 degrees and two thousand rows are new", "concept turned, 2000 new", 1, 2000),
        ("two concepts take turns and a hundred rows are new", "concepts take turns, 100 new", 2, 100),
        ("nothing changed and a hundred rows are new", "nothing changed, 100 new", 3, 100),
    ] {
        let runs = cx.runs(setting, cx.replicates() / 2, |rep| Ok(arms(kind, new_rows, &rep.stream)))?;
        let rivals: &[usize] = if kind == 3 { &[1, 0] } else { &[1, 0, 3] };
        let gain = |&rival: &usize| runs.mean(|run| run[2] - run[rival]);
        outcome.find(ROWS, setting, rivals.iter().map(gain).collect::<Vec<_>>());
        for (arm, rows) in ARMS.into_iter().enumerate() {
            table.put((name, rows, runs.mean(|run| run[arm])));
        }
    }
    let (moved, turned) = ("inputs moved, 100 new", "concept turned, 100 new");
    let cite = |drift, rows| table.cite("accuracy", (drift, rows), percent);
    let title = Title::say(
        "Where inputs moved, old and new rows together reach {}; where the concept turned {}, and new rows alone {}",
        [cite(moved, "old and new"), cite(turned, "old and new"), cite(turned, "new only")],
    );
    let (x, y) = (("rows to learn from", "rows"), ("drift", "drift"));
    let heat = Panel::heat(&table, x, y, "accuracy", Palette::Sequential(Hue::Blue));
    let figure = Figure::new("which-rows", title)
        .subtitle(format!("Accuracy after the drift, in per cent, of a logistic regression with squares on 1000 old rows and 100 or 2000 new ones. Mean of {} runs.", cx.replicates() / 2))
        .alt("Heat map of accuracy, six kinds of drift by four choices of training rows. Where inputs moved, old and new rows together are among the darkest; where the concept turned, new rows alone are, and old rows spoil the mix.")
        .panel(heat.cells(|heat| heat.percent(40.0, 100.0)));
    outcome.show(figure, [table]);
    Ok(())
}
