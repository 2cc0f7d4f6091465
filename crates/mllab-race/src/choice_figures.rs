//! The pictures for somebody who chooses: quality against time, quality against rows.

use crate::judge::{families, middle, shown_tasks};
use crate::models::{Family, Model};
use crate::race::{Plan, Results, Run};
use crate::tables::{self, common_size};
use crate::tasks::Task;
use mllab_core::prelude::*;

/// One of each family, where all would be too many lines.
const FACES: [&str; 6] = ["logistic", "neighbours", "svm-linfa", "forest", "boosting", "network"];

/// Quality against time, quality against rows.
pub fn choice(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    outcome.tables.push(tables::races(results));
    outcome.tables.push(tables::models(plan));
    let choices = tables::choices(plan, results);
    outcome.tables.push(tables::start_here(&choices));
    front(plan, results, outcome);
    by_rows(plan, results, outcome);
}

/// A model of the front's picture.
struct Runner {
    model: Model,
    seconds: f64,
    score: Estimate,
    on_front: bool,
}

/// The models measured on a task at one size, quickest first; on the front are those that nothing quicker equals.
fn runners(plan: &Plan, results: &Results, task: &Task, rows: usize) -> Vec<Runner> {
    let mut runners: Vec<Runner> = plan
        .models
        .iter()
        .filter(|model| model.family != Family::Control)
        .filter_map(|&model| {
            let cell = results.cell(task.id, model.id, rows, Run::OneThread).filter(|cell| !cell.fits.is_empty())?;
            let seconds = middle(&cell.fits, |fit| fit.fit_seconds);
            let score = tables::score(results, task.id, model.id, rows, Run::OneThread);
            Some(Runner { model, seconds, score, on_front: false })
        })
        .collect();
    runners.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let mut highest = f64::NEG_INFINITY;
    for runner in &mut runners {
        runner.on_front = runner.score.point() > highest;
        highest = highest.max(runner.score.point());
    }
    runners
}

/// Quality against the seconds of a fit, a panel a task.
fn front(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let mut table = Table::named("front").with_word("task").with_number("rows", "rows").with_word("model");
    table = table.with_number("fit", "s").with_estimate("auc", "1").with_number("on_front", "1");
    let (mut raced, mut dearer) = (Vec::new(), Vec::new());
    for task in shown_tasks(plan) {
        // Where intervals say something.
        let rows = common_size(plan, results, &task, if plan.quick { 3 } else { 4 });
        let runners = runners(plan, results, &task, rows);
        if runners.len() < 2 {
            continue;
        }
        if let Some(choice) = tables::choice(plan, results, task, rows) {
            dearer.push(choice.best_seconds / choice.seconds);
        }
        for runner in &runners {
            let on_front = f64::from(u8::from(runner.on_front));
            table.put((task.id, rows, runner.model.id, runner.seconds, runner.score, on_front));
        }
        raced.push((task, rows, runners));
    }
    if raced.is_empty() {
        return;
    }
    let panels = raced.iter().map(|(task, rows, runners)| front_panel(plan, &table, task, *rows, runners));
    dearer.sort_by(f64::total_cmp);
    let median = dearer.get(dearer.len() / 2).copied().unwrap_or(f64::NAN);
    let mut price = Table::named("price_of_the_best").with_number("times_the_seconds", "1");
    price = price.with_numbers(&["tables", "quickest_is_best"], "tables");
    price.put((median, dearer.len(), dearer.iter().filter(|times| **times == 1.0).count()));
    let title = if median > 1.5 {
        Title::say(
            "The best model takes {} times the seconds of the quickest that is about as good",
            [price.cite("times_the_seconds", (), |v| shown::number(v, 2))],
        )
    } else {
        Title::say(
            "The quickest model that is about as good as any is the best itself on {} of {} kinds of table",
            ["quickest_is_best", "tables"].map(|column| price.cite(column, (), shown::whole)),
        )
    };
    let figure = Figure::new("front", title)
        .subtitle(format!(
            "AUC on held-out rows against the median seconds of a fit on one thread; bars: 99{}% interval. Dotted: the front, where nothing quicker is as good; its models are named. About as good: within half a hundredth of AUC; the title counts the seconds of predictions in.",
            shown::THIN
        ))
        .caption("Majority vote, at an AUC of one half, is left out.")
        .alt("A plot for each kind of table: AUC upwards, seconds to the right on a logarithmic axis, a point for each model in the colour of its family, and a dotted line through those that no quicker model equals.")
        .grid(if raced.len() > 1 { 2 } else { 1 }, false)
        .panels(panels);
    let named = families(plan).into_iter().filter(|family| *family != Family::Control);
    let figure =
        named.fold(figure, |figure, family| figure.legend(family.words(), family.hue(), LegendKey::Mark(Mark::Disc)));
    outcome.show(figure, [table, price]);
}

/// One task: the models' points by family, and the front through those that nothing quicker equals.
fn front_panel(plan: &Plan, table: &Table, task: &Task, rows: usize, runners: &[Runner]) -> Panel {
    let range = around(runners.iter().map(|runner| runner.score.point()));
    let (left, right) = (runners[0].seconds, runners[runners.len() - 1].seconds);
    let seconds = Axis::log("seconds of a fit").range(left / 2.0, right * 2.5);
    let panel = Panel::new(seconds, Axis::linear("AUC").range(range[0], range[1])).title(format!(
        "{}, {} rows",
        task.label,
        shown::whole(rows as f64)
    ));
    let here = || table.of((task.id, rows));
    let front = Look::new("", Hue::Grey).dash(Dash::Dotted).bare().unnamed();
    let panel = panel.line(here().whose("on_front", 1.0), "fit", "auc", &front);
    let panel = families(plan).into_iter().fold(panel, |panel, family| {
        let those: Vec<&Runner> = runners.iter().filter(|r| r.model.family.hue() == family.hue()).collect();
        if those.is_empty() {
            return panel;
        }
        let of = |value: &dyn Fn(&Runner) -> f64| those.iter().map(|runner| value(runner)).collect::<Vec<f64>>();
        // Intervals of few replicates may leave the axis; one that cannot tell is its point.
        let end = |end: f64, point: f64| if end.is_nan() { point } else { end.clamp(range[0], range[1]) };
        let points = Points::new(of(&|r| r.seconds), of(&|r| r.score.point()), Mark::Disc, family.hue());
        panel.layer(
            points
                .whiskers(of(&|r| end(r.score.low(), r.score.point())), of(&|r| end(r.score.high(), r.score.point()))),
        )
    });
    runners.iter().filter(|runner| runner.on_front).fold(panel, |panel, runner| {
        let hue = runner.model.family.hue();
        panel.note(Note::text(runner.seconds, runner.score.point(), runner.model.label, hue))
    })
}

/// The part of the axis of AUC where the points lie; intervals of two or three replicates may be wider.
fn around(points: impl Iterator<Item = f64>) -> [f64; 2] {
    let (least, most) = points.fold((1.0_f64, 0.0_f64), |(least, most), point| (least.min(point), most.max(point)));
    let spare = (0.2 * (most - least)).max(0.01);
    [(least - spare).max(0.0), (most + spare).min(1.0)]
}

/// Quality against rows, a panel a task, one model of each family.
fn by_rows(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let mut table = Table::named("by_rows").with_word("task").with_word("model").with_number("rows", "rows");
    table = table.with_estimate("auc", "1");
    let faces: Vec<Model> = plan.models.iter().copied().filter(|model| FACES.contains(&model.id)).collect();
    let tasks: Vec<Task> = shown_tasks(plan).into_iter().filter(|task| !task.real || plan.own.is_some()).collect();
    for task in &tasks {
        for model in &faces {
            let sizes = results.sizes(task.id, model.id);
            for rows in sizes.iter().copied().filter(|_| sizes.len() > 1) {
                let score = tables::score(results, task.id, model.id, rows, Run::OneThread);
                // One fit has no interval, but a point.
                let score =
                    if score.is_bounded() { score } else { Estimate::exact(score.point()).over(score.replicates()) };
                table.put((task.id, model.id, rows, score));
            }
        }
    }
    if table.n_rows() == 0 {
        return;
    }
    let panels: Vec<Panel> = tasks.iter().filter_map(|task| rows_panel(&table, task, &faces)).collect();
    let of = |model: &str| {
        let rows = if plan.own.is_some() { table.whose("model", model) } else { table.of(("interactions", model)) };
        let end = |rows: &Rows| (!rows.is_empty()).then(|| rows.cite("auc", shown::hundredths));
        Some([end(&rows)?, end(&rows.clone().reversed())?])
    };
    let title = match (of("boosting"), of("logistic")) {
        (Some([from, to]), Some([linear_from, linear_to])) => {
            let where_so = if plan.own.is_some() { "" } else { " where columns interact" };
            let words = "More rows help those that can bend: boosting goes from {} to {}, a weighted sum from {} to {}";
            Title::say(&format!("{words}{where_so}"), [from, to, linear_from, linear_to])
        }
        _ => "What more rows buy depends on the model and on the table".into(),
    };
    let looks: Vec<Look> = faces.iter().map(|model| Look::new(model.label, model.family.hue())).collect();
    let figure = Figure::new("quality-by-rows", title)
        .subtitle(format!(
            "AUC on held-out rows against the rows that were learnt from (logarithmic), one model of each family. Mean; band: 99{}% interval. A line ends where the next size would have taken too long.",
            shown::THIN
        ))
        .alt("A plot for each kind of table: AUC against the number of training rows, a line for logistic regression, nearest neighbours, a kernel machine, a forest, boosting and a network.")
        .grid(panels.len().min(3), false)
        .keys(&looks, Look::stroke)
        .panels(panels);
    outcome.show(figure, [table]);
}

/// One task's lines; none where nothing raced.
fn rows_panel(table: &Table, task: &Task, faces: &[Model]) -> Option<Panel> {
    let all = table.of((task.id,)).numbers("auc");
    let range = around(all.iter().copied());
    let panel = Panel::new(Axis::log("rows to learn from"), Axis::linear("AUC").range(range[0], range[1]));
    let line = |panel: Panel, model: &Model| {
        let rows = table.of((task.id, model.id));
        let Some(band) = rows.interval("auc").filter(|_| !rows.is_empty()) else { return panel };
        let held = |ends: Vec<f64>| ends.into_iter().map(|end| end.clamp(range[0], range[1])).collect();
        let line = Line::new(rows.numbers("rows"), rows.numbers("auc"), model.family.hue());
        panel.draw(&rows, &["rows", "auc", "low", "high"], line.band(held(band.low), held(band.high)))
    };
    (!all.is_empty()).then(|| faces.iter().fold(panel.title(task.label), line))
}
