//! What the race found as tables and as prose.

use crate::judge::{Judge, middle, shown_tasks};
use crate::models::{Model, model_named};
use crate::race::{Plan, Results, Run};
use crate::tasks::Task;
use mllab_core::{Estimate, Table, shown};
use std::fmt::Write as _;

/// As good as the best, for somebody who chooses: this much of AUC.
pub const CLOSE: f64 = 0.005;

/// Every cell: what was measured, or when it was stopped.
pub fn races(results: &Results) -> Table {
    let mut table = Table::new(
        "races",
        &[
            ("task", ""),
            ("model", ""),
            ("rows", "rows"),
            ("run", ""),
            ("state", ""),
            ("replicates", "runs"),
            ("auc", "1"),
            ("auc_low", "1"),
            ("auc_high", "1"),
            ("accuracy", "1"),
            ("log_loss", "nats"),
            ("fit", "s"),
            ("fit_low", "s"),
            ("fit_high", "s"),
            ("predict", "µs a row"),
            ("peak", "MiB"),
            ("kept", "numbers"),
        ],
    );
    for cell in &results.cells {
        let score = score(results, cell.task, cell.model, cell.rows, cell.run);
        let state = match (cell.fits.is_empty(), cell.extrapolated) {
            (false, _) => "measured",
            (true, Some(_)) if cell.unreached => "not reached, time extrapolated",
            (true, Some(_)) => "stopped, time extrapolated",
            (true, None) if cell.unreached => "not reached",
            (true, None) => "stopped",
        };
        let fit = |share: f64| {
            let mut seconds: Vec<f64> = cell.fits.iter().map(|fit| fit.fit_seconds).collect();
            seconds.sort_by(f64::total_cmp);
            seconds.get(((seconds.len().max(1) - 1) as f64 * share).round() as usize).copied()
        };
        let number = |of: fn(&crate::cell::Fit) -> f64| Some(middle(&cell.fits, of)).filter(|v| !v.is_nan());
        table.row([
            cell.task.into(),
            cell.model.into(),
            cell.rows.into(),
            cell.run.words().into(),
            state.into(),
            cell.fits.len().into(),
            Some(score.point()).filter(|v| !v.is_nan()).into(),
            Some(score.low()).filter(|v| !v.is_nan()).into(),
            Some(score.high()).filter(|v| !v.is_nan()).into(),
            number(|fit| fit.accuracy).into(),
            number(|fit| fit.log_loss).into(),
            if cell.fits.is_empty() { cell.extrapolated } else { number(|fit| fit.fit_seconds) }.into(),
            fit(0.25).into(),
            fit(0.75).into(),
            number(|fit| fit.predict_micros).into(),
            cell.fits.first().and_then(|fit| fit.peak_mib).into(),
            cell.fits.first().and_then(|fit| fit.numbers).into(),
        ]);
    }
    table
}

/// Who raced, and what is set on them.
pub fn models(plan: &Plan) -> Table {
    let mut table = Table::new("models", &[("model", ""), ("family", ""), ("settings", "")]);
    for model in &plan.models {
        table.row([model.id.into(), model.family.words().into(), model.settings.into()]);
    }
    table
}

/// The AUC of a cell with its interval.
pub fn score(results: &Results, task: &str, model: &str, rows: usize, run: Run) -> Estimate {
    let fits = results.cell(task, model, rows, run).map_or(&[][..], |cell| &cell.fits);
    let values: Vec<f64> = fits.iter().map(|fit| fit.auc).collect();
    let real = crate::tasks::task_named(task).is_some_and(|task| task.real);
    match values[..] {
        [only] => Estimate::mean(&[only]).over(0),
        _ => crate::judge::mean(&values, real).cut_to(0.0, 1.0),
    }
}

/// The quickest model that is as good as the best, and the best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The task.
    pub task: Task,
    /// Rows that were learnt from.
    pub rows: usize,
    /// Start here.
    pub first: Model,
    /// Its AUC.
    pub auc: f64,
    /// Seconds to fit it and to predict as many rows as it learnt from: neighbours fit at once and pay later.
    pub seconds: f64,
    /// The model of highest AUC.
    pub best: Model,
    /// How much higher that is.
    pub ahead: f64,
    /// The same seconds of the best one.
    pub best_seconds: f64,
}

/// The choice on one task at one size; nothing where fewer than two models were measured.
pub fn choice(plan: &Plan, results: &Results, task: Task, rows: usize) -> Option<Choice> {
    let judge = Judge { plan, results };
    let best = judge.best(task.id, rows, |_| true)?;
    let of = |model: &Model| {
        let cell = results.cell(task.id, model.id, rows, Run::OneThread).filter(|cell| cell.fits.len() >= 2)?;
        let auc = cell.fits.iter().map(|fit| fit.auc).sum::<f64>() / cell.fits.len() as f64;
        Some((auc, middle(&cell.fits, |fit| fit.fit_seconds + 1e-6 * fit.predict_micros * rows as f64)))
    };
    let (highest, best_seconds) = of(&best)?;
    let mut first: Option<(Model, f64, f64)> = None;
    for model in &plan.models {
        if let Some((auc, seconds)) = of(model)
            && highest - auc <= CLOSE
            && first.is_none_or(|(_, _, least)| seconds < least)
        {
            first = Some((*model, auc, seconds));
        }
    }
    let (first, auc, seconds) = first?;
    Some(Choice { task, rows, first, auc, seconds, best, ahead: highest - auc, best_seconds })
}

/// For each task that a reader chooses between: the choice with few rows (a thousand, or what there is) and with the
/// most rows that every kind of model was measured at.
pub fn choices(plan: &Plan, results: &Results) -> Vec<Choice> {
    let mut choices = Vec::new();
    for task in shown_tasks(plan) {
        let large = common_size(plan, results, &task, 2);
        let small = plan.sizes_of(&task).into_iter().filter(|&rows| rows <= 1_000.min(large)).max();
        let mut sizes: Vec<usize> = small.into_iter().chain([large]).collect();
        sizes.dedup();
        choices.extend(sizes.into_iter().filter_map(|rows| choice(plan, results, task, rows)));
    }
    choices
}

/// The largest size at which two thirds of those who raced were measured so often.
pub fn common_size(plan: &Plan, results: &Results, task: &Task, replicates: usize) -> usize {
    let measured = |rows: usize| {
        let there = |model: &&Model| {
            results.cell(task.id, model.id, rows, Run::OneThread).is_some_and(|cell| cell.fits.len() >= replicates)
        };
        plan.models.iter().filter(there).count()
    };
    let enough = (2 * plan.models.len()).div_ceil(3);
    plan.sizes_of(task).into_iter().filter(|&rows| measured(rows) >= enough).max().unwrap_or(0)
}

/// The choices as a table.
pub fn start_here(choices: &[Choice]) -> Table {
    let mut table = Table::new(
        "start_here",
        &[
            ("task", ""),
            ("rows", "rows"),
            ("start_here", ""),
            ("auc", "1"),
            ("fit_and_predict", "s"),
            ("best", ""),
            ("best_ahead", "1"),
            ("best_fit_and_predict", "s"),
        ],
    );
    for choice in choices {
        table.row([
            choice.task.id.into(),
            choice.rows.into(),
            choice.first.id.into(),
            choice.auc.into(),
            choice.seconds.into(),
            choice.best.id.into(),
            choice.ahead.into(),
            choice.best_seconds.into(),
        ]);
    }
    table
}

/// Seconds as a reader says them.
pub fn seconds(value: f64) -> String {
    let (value, unit) = match value {
        v if v < 1e-3 => (v * 1e6, "µs"),
        v if v < 1.0 => (v * 1e3, "ms"),
        v => (v, "s"),
    };
    format!("{}{}{unit}", shown::number(value, 2), shown::THIN)
}

/// The page's prose, written from the results.
pub fn page(plan: &Plan, results: &Results) -> String {
    let choices = choices(plan, results);
    let mut text = String::from("# Answer\n\n");
    if choices.is_empty() {
        text.push_str("Too little was raced to choose from.");
    } else {
        text.push_str(&answer(&choices));
    }
    if results.interrupted {
        text.push_str(" The race was ended before its time; larger sizes are missing.");
    }
    let unreached = results.cells.iter().filter(|cell| cell.unreached).count();
    if unreached > 0 {
        let _ = write!(
            text,
            " {unreached} of {} races were not begun: the time for all of them was over.",
            results.cells.len()
        );
    }
    if !choices.is_empty() {
        text.push_str(&where_to_start(&choices));
    }
    text.push_str(STORY);
    text.push_str("| Model | Its settings |\n|:--|:--|\n");
    for model in &plan.models {
        let _ = writeln!(text, "| {} | {} |", model.label, model.settings);
    }
    text.push_str("\n| Task | What it is |\n|:--|:--|\n");
    for task in &plan.tasks {
        let _ = writeln!(text, "| {} | {} |", task.label, task.about);
    }
    text.push_str(EXAM);
    text
}

/// The claims in the order of the story.
const STORY: &str = "\n\n# Part: What a slower model buys\n\nQuality against the seconds that it takes.\n\n- trees-beat-linear\n\
    - xgb-tabular\n- baseline-first\n- svm-small-margin\n\n# Part: How cost grows\n\nThe same fit on more and more rows.\n\n\
    - nonlinear-costly\n- rf-slow-large\n- xgb-heavy\n- rf-cheaper-than-deep\n- xgb-parallel-fast\n\n# Part: What was raced\n\n\
    Each model has the one setting that somebody would try first.\n\n";

const EXAM: &str = "\n# Exam\n\nTables in general: XGBoost. A weighted sum will do, or a baseline is wanted: Linear Learner. \
    Neighbours: k-NN.\n\nSeconds here become the training time that an instance is paid for; memory decides how small it may \
    be; microseconds a row decide between an endpoint and a batch transform.\n\n# Left out\n\nTuning, missing cells, words as \
    columns, a GPU. Times hold for one machine and one implementation: ratios travel better than seconds, and a difference of less \
    than a fifth is none.\n";

/// The table of where to start, a row a task and size.
fn where_to_start(choices: &[Choice]) -> String {
    let mut text = String::from(
        "\n\n# Part: Where to start\n\nStart here: the quickest within half a hundredth of the best AUC. Time: to fit and to \
         predict as many rows, on one thread.\n\n| If … | rows | start here | AUC | time | the best | ahead by | its time \
         |\n|:--|--:|:--|--:|--:|:--|--:|--:|\n",
    );
    let mut last = "";
    for choice in choices {
        let words = if choice.task.id == last { "" } else { choice.task.if_your_data };
        last = choice.task.id;
        let same = choice.first == choice.best;
        let other = |text: String| if same { String::new() } else { text };
        let _ = writeln!(
            text,
            "| {words} | {} | **{}** | {} | {} | {} | {} | {} |",
            shown::fixed(choice.rows as f64, 0),
            choice.first.label,
            shown::fixed(choice.auc, 3),
            seconds(choice.seconds),
            if same { "itself" } else { choice.best.label },
            other(shown::fixed(choice.ahead, 3)),
            other(seconds(choice.best_seconds)),
        );
    }
    text
}

/// The opening sentences, in words that need no table.
fn answer(choices: &[Choice]) -> String {
    let mut counts: Vec<(Model, usize)> = Vec::new();
    for choice in choices {
        match counts.iter_mut().find(|(model, _)| *model == choice.first) {
            Some((_, n)) => *n += 1,
            None => counts.push((choice.first, 1)),
        }
    }
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let (often, n) = counts[0];
    let worth = choices.iter().filter(|choice| choice.ahead >= 0.001);
    let slowest = worth.max_by(|a, b| (a.best_seconds / a.seconds).total_cmp(&(b.best_seconds / b.seconds)));
    let itself = choices.iter().filter(|choice| choice.first == choice.best).count();
    let mut text = format!(
        "Of the {} tables and sizes below, {} is the quickest that comes within half a hundredth of the best AUC on {n}",
        choices.len(),
        name(often),
    );
    match counts.get(1) {
        Some((second, m)) => {
            let _ = write!(text, ", and {} on {m}.", name(*second));
        }
        None => text.push('.'),
    }
    let _ = write!(text, " On {itself} of them the quickest good model is the best as well.");
    if let Some(choice) = slowest.filter(|choice| choice.best_seconds > 2.0 * choice.seconds) {
        let _ = write!(
            text,
            " The dearest last step: where {}, {} buys {} of AUC over {} for {} times its seconds.",
            choice.task.if_your_data,
            name(choice.best),
            shown::fixed(choice.ahead, 3),
            name(choice.first),
            shown::number(choice.best_seconds / choice.seconds, 2),
        );
    }
    text
}

/// The model in a sentence.
pub fn name(model: Model) -> &'static str {
    match model_named(model.id) {
        Some(model) if model.id == "forest" => "a forest",
        Some(model) if model.id == "network" => "a network",
        Some(model) if model.id == "logistic" => "logistic regression",
        Some(model) => model.label,
        None => "a model",
    }
}
