//! The race's figures, with the tables that they draw.

use crate::judge::{Judge, families, middle, shown_tasks};
use crate::models::{Family, Model};
use crate::race::{Plan, Results, Run};
use crate::tables::{self, common_size};
use crate::tasks::Task;
use mllab_core::figure::{Axis, Dash, Hue, Interval, Layout, LegendKey, Line, Lollipop, Mark, Note, Panel, Points};
use mllab_core::{Estimate, Figure, Outcome, Table, Title, shown};

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
        runner.on_front = runner.score.point > highest;
        highest = highest.max(runner.score.point);
    }
    runners
}

/// Quality against the seconds of a fit, a panel a task.
fn front(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let mut table = Table::new(
        "front",
        &[
            ("task", ""),
            ("rows", "rows"),
            ("model", ""),
            ("fit", "s"),
            ("auc", "1"),
            ("low", "1"),
            ("high", "1"),
            ("on_front", "1"),
        ],
    );
    let mut panels = Vec::new();
    let mut dearer = Vec::new();
    for task in shown_tasks(plan) {
        // Where intervals say something.
        let enough = if plan.quick { 3 } else { 4 };
        let rows = common_size(plan, results, &task, enough);
        let runners = runners(plan, results, &task, rows);
        if runners.len() < 2 {
            continue;
        }
        if let Some(choice) = tables::choice(plan, results, task, rows) {
            dearer.push(choice.best_seconds / choice.seconds);
        }
        for runner in &runners {
            table.row([
                task.id.into(),
                rows.into(),
                runner.model.id.into(),
                runner.seconds.into(),
                runner.score.point.into(),
                Some(runner.score.low).filter(|v| !v.is_nan()).into(),
                Some(runner.score.high).filter(|v| !v.is_nan()).into(),
                f64::from(u8::from(runner.on_front)).into(),
            ]);
        }
        let range = around(runners.iter().map(|runner| runner.score.point));
        let (left, right) = (runners[0].seconds, runners[runners.len() - 1].seconds);
        let mut panel = Panel::new(
            Axis::log("seconds of a fit").range(left / 2.0, right * 2.5),
            Axis::linear("AUC").range(range[0], range[1]),
        )
        .title(format!("{}, {} rows", task.label, shown::fixed(rows as f64, 0)));
        let on_front = || runners.iter().filter(|runner| runner.on_front);
        panel = panel.layer(
            Line::new(
                on_front().map(|runner| runner.seconds).collect(),
                on_front().map(|runner| runner.score.point).collect(),
                Hue::Grey,
            )
            .dash(Dash::Dotted),
        );
        for family in families(plan) {
            let those: Vec<&Runner> =
                runners.iter().filter(|runner| runner.model.family.hue() == family.hue()).collect();
            if those.is_empty() {
                continue;
            }
            let of = |value: fn(&Runner) -> f64| those.iter().map(|runner| value(runner)).collect::<Vec<f64>>();
            let ends = |which: usize| -> Vec<f64> {
                let end = |r: &&Runner| [r.score.low, r.score.high][which];
                let known = |r: &&Runner| if end(r).is_nan() { r.score.point } else { end(r) };
                those.iter().map(|r| known(r).clamp(range[0], range[1])).collect()
            };
            panel = panel.layer(
                Points::new(of(|r| r.seconds), of(|r| r.score.point), Mark::Disc, family.hue())
                    .whiskers(ends(0), ends(1)),
            );
        }
        for runner in on_front() {
            let hue = runner.model.family.hue();
            panel = panel.note(Note::text(runner.seconds, runner.score.point, runner.model.label, hue));
        }
        panels.push(panel);
    }
    if panels.is_empty() {
        return;
    }
    dearer.sort_by(f64::total_cmp);
    let median = dearer.get(dearer.len() / 2).copied().unwrap_or(f64::NAN);
    let mut price = Table::new(
        "price_of_the_best",
        &[("times_the_seconds", "1"), ("tables", "tables"), ("quickest_is_best", "tables")],
    );
    let same = dearer.iter().filter(|times| **times == 1.0).count();
    price.row([median.into(), dearer.len().into(), same.into()]);
    let title = if median > 1.5 {
        Title::new()
            .text("The best model takes ")
            .cite(&price, "times_the_seconds", 0, |v| shown::number(v, 2))
            .text(" times the seconds of the quickest that is about as good")
    } else {
        let count = |v: f64| shown::fixed(v, 0);
        Title::new()
            .text("The quickest model that is about as good as any is the best itself on ")
            .cite(&price, "quickest_is_best", 0, count)
            .text(" of ")
            .cite(&price, "tables", 0, count)
            .text(" kinds of table")
    };
    let mut figure = Figure::new("front", title)
        .subtitle(format!(
            "AUC on held-out rows against the median seconds of a fit on one thread; bars: 99{}% interval. Dotted: the front, where nothing quicker is as good; its models are named. About as good: within half a hundredth of AUC; the title counts the seconds of predictions in.",
            shown::THIN
        ))
        .caption("Majority vote, at an AUC of one half, is left out.")
        .alt("A plot for each kind of table: AUC upwards, seconds to the right on a logarithmic axis, a point for each model in the colour of its family, and a dotted line through those that no quicker model equals.")
        .reads("front", &["fit", "auc", "low", "high"])
        .layout(Layout::Grid { columns: if panels.len() > 1 { 2 } else { 1 }, share_y: false });
    for family in families(plan).into_iter().filter(|family| *family != Family::Control) {
        figure = figure.legend(family.words(), family.hue(), LegendKey::Mark(Mark::Disc));
    }
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    outcome.tables.push(price);
}

/// The part of the axis of AUC where the points lie; intervals of two or three replicates may be wider.
fn around(points: impl Iterator<Item = f64>) -> [f64; 2] {
    let (least, most) = points.fold((1.0_f64, 0.0_f64), |(least, most), point| (least.min(point), most.max(point)));
    let spare = (0.2 * (most - least)).max(0.01);
    [(least - spare).max(0.0), (most + spare).min(1.0)]
}

/// Quality against rows, a panel a task, one model of each family.
fn by_rows(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let mut table = Table::new(
        "by_rows",
        &[("task", ""), ("model", ""), ("rows", "rows"), ("auc", "1"), ("low", "1"), ("high", "1")],
    );
    let mut panels = Vec::new();
    let faces: Vec<Model> = plan.models.iter().copied().filter(|model| FACES.contains(&model.id)).collect();
    for task in shown_tasks(plan).into_iter().filter(|task| !task.real || plan.own.is_some()) {
        let mut lines: Vec<(Hue, Vec<f64>, Vec<f64>, Interval)> = Vec::new();
        for model in &faces {
            let sizes = results.sizes(task.id, model.id);
            if sizes.len() < 2 {
                continue;
            }
            let (mut x, mut y, mut band) = (Vec::new(), Vec::new(), Interval::default());
            for rows in sizes {
                let score = tables::score(results, task.id, model.id, rows, Run::OneThread);
                let ends = [score.low, score.high].map(|end| if end.is_nan() { score.point } else { end });
                table.row([
                    task.id.into(),
                    model.id.into(),
                    rows.into(),
                    score.point.into(),
                    ends[0].into(),
                    ends[1].into(),
                ]);
                x.push(rows as f64);
                y.push(score.point);
                band.low.push(ends[0]);
                band.high.push(ends[1]);
            }
            lines.push((model.family.hue(), x, y, band));
        }
        if lines.is_empty() {
            continue;
        }
        let range = around(lines.iter().flat_map(|line| line.2.iter().copied()));
        let mut panel = Panel::new(Axis::log("rows to learn from"), Axis::linear("AUC").range(range[0], range[1]));
        panel = panel.title(task.label);
        for (hue, x, y, band) in lines {
            let held = |ends: Vec<f64>| ends.into_iter().map(|end| end.clamp(range[0], range[1])).collect();
            panel = panel.layer(Line::new(x, y, hue).band(held(band.low), held(band.high)));
        }
        panels.push(panel);
    }
    if panels.is_empty() {
        return;
    }
    let ends = |model: &str| {
        let rows = (0..table.n_rows()).filter(|&row| {
            let cells = table.rows().nth(row).map(|cells| (cells[0].to_csv(), cells[1].to_csv()));
            cells.is_some_and(|(task, name)| (task == "interactions" || plan.own.is_some()) && name == model)
        });
        let rows: Vec<usize> = rows.collect();
        Some((*rows.first()?, *rows.last()?))
    };
    let auc = |v: f64| shown::fixed(v, 2);
    let title = match (ends("boosting"), ends("logistic")) {
        (Some(boosted), Some(linear)) => Title::new()
            .text("More rows help those that can bend: boosting goes from ")
            .cite(&table, "auc", boosted.0, auc)
            .text(" to ")
            .cite(&table, "auc", boosted.1, auc)
            .text(", a weighted sum from ")
            .cite(&table, "auc", linear.0, auc)
            .text(" to ")
            .cite(&table, "auc", linear.1, auc)
            .text(if plan.own.is_some() { "" } else { " where columns interact" }),
        _ => Title::new().text("What more rows buy depends on the model and on the table"),
    };
    let mut figure = Figure::new("quality-by-rows", title)
        .subtitle(format!(
            "AUC on held-out rows against the rows that were learnt from (logarithmic), one model of each family. Mean; band: 99{}% interval. A line ends where the next size would have taken too long.",
            shown::THIN
        ))
        .alt("A plot for each kind of table: AUC against the number of training rows, a line for logistic regression, nearest neighbours, a kernel machine, a forest, boosting and a network.")
        .reads("by_rows", &["rows", "auc", "low", "high"])
        .layout(Layout::Grid { columns: panels.len().min(3), share_y: false });
    for model in &faces {
        figure = figure.legend(model.label, model.family.hue(), LegendKey::Line(Dash::Solid));
    }
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}

/// The task whose times are drawn.
fn timed(plan: &Plan) -> Option<Task> {
    let tasks = shown_tasks(plan);
    tasks.iter().find(|task| task.id == crate::race::TIMED).or_else(|| tasks.first()).copied()
}

/// Seconds of one model's fits by rows, measured and foretold.
#[derive(Clone, Default)]
struct Course {
    rows: Vec<f64>,
    seconds: Vec<f64>,
    stopped_rows: Vec<f64>,
    stopped_seconds: Vec<f64>,
}

/// Time against rows, what a fit costs beside time.
pub fn growth(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let Some(task) = timed(plan) else { return };
    let judge = Judge { plan, results };
    let racing: Vec<Model> = plan
        .models
        .iter()
        .copied()
        .filter(|model| model.family != Family::Control && !results.sizes(task.id, model.id).is_empty())
        .collect();
    if racing.is_empty() {
        return;
    }
    let mut times = Table::new("times", &[("model", ""), ("rows", "rows"), ("fit", "s"), ("extrapolated", "1")]);
    let mut growth = Table::new("growth", &[("model", ""), ("exponent", "1"), ("low", "1"), ("high", "1")]);
    let mut lines: Vec<Course> = Vec::new();
    for model in &racing {
        let mut line = Course::default();
        let mut cells: Vec<_> =
            results.cells.iter().filter(|cell| cell.is(task.id, model.id, Run::OneThread)).collect();
        cells.sort_by_key(|cell| cell.rows);
        for cell in cells {
            if !cell.fits.is_empty() {
                let seconds = middle(&cell.fits, |fit| fit.fit_seconds);
                times.row([model.id.into(), cell.rows.into(), seconds.into(), 0.0.into()]);
                line.rows.push(cell.rows as f64);
                line.seconds.push(seconds);
            } else if let Some(seconds) = cell.extrapolated.filter(|seconds| *seconds < 3e4) {
                times.row([model.id.into(), cell.rows.into(), seconds.into(), 1.0.into()]);
                line.stopped_rows.push(cell.rows as f64);
                line.stopped_seconds.push(seconds);
            }
        }
        let e = judge.exponent(task.id, model.id);
        let known = |v: f64| Some(v).filter(|v| !v.is_nan());
        growth.row([model.id.into(), known(e.point).into(), known(e.low).into(), known(e.high).into()]);
        lines.push(line);
    }
    let row = |id: &str| {
        racing
            .iter()
            .position(|model| model.id == id)
            .filter(|&row| growth.number(row, "exponent").is_some_and(f64::is_finite))
    };
    let exponent = |v: f64| shown::fixed(v, 1);
    let title = match (row("svm-linfa"), row("logistic")) {
        (Some(svm), Some(logistic)) => Title::new()
            .text("A kernel machine's time grows with the rows to the power of ")
            .cite(&growth, "exponent", svm, exponent)
            .text(", logistic regression's to ")
            .cite(&growth, "exponent", logistic, exponent),
        _ => Title::new().text("How the time of a fit grows with the rows"),
    };
    let mut figure = Figure::new("growth", title)
        .subtitle(format!(
            "Median seconds of a fit on one thread against rows, both logarithmic, {}. Grey: the other models. Under each name the power of the rows, from a thousand rows on, and its 99{}% interval. Rings: stopped or not reached in time, foretold from the model's own growth.",
            task.label,
            shown::THIN
        ))
        .alt("A small plot for each model of fit time against rows, both axes logarithmic: its own line in colour before the others in grey.")
        .reads("times", &["rows", "fit"])
        .reads("growth", &["exponent", "low", "high"])
        .layout(Layout::Grid { columns: racing.len().min(4), share_y: true });
    let all = || lines.iter().flat_map(|line| line.seconds.iter().chain(&line.stopped_seconds)).copied();
    let range = [all().fold(f64::INFINITY, f64::min) / 2.0, all().fold(0.0, f64::max) * 2.0];
    let mut rows = Axis::log("rows");
    let decades: Vec<f64> =
        [1e3, 1e4, 1e5].into_iter().filter(|&n| lines.iter().any(|line| line.rows.contains(&n))).collect();
    if decades.len() > 1 {
        rows = rows.ticks(decades);
    }
    for (i, model) in racing.iter().enumerate() {
        let mut panel = Panel::new(rows.clone(), Axis::log("seconds").range(range[0], range[1])).title(model.label);
        for (j, other) in lines.iter().enumerate() {
            if j != i && other.rows.len() > 1 {
                panel = panel.layer(Line::new(other.rows.clone(), other.seconds.clone(), Hue::Grey).thin());
            }
        }
        let Course { rows: x, seconds: y, stopped_rows, stopped_seconds } = lines[i].clone();
        let hue = model.family.hue();
        if !stopped_rows.is_empty() {
            panel = panel.layer(Points::new(stopped_rows, stopped_seconds, Mark::Ring, hue));
        }
        panel = panel.layer(Points::new(x.clone(), y.clone(), Mark::Disc, hue));
        if x.len() > 1 {
            panel = panel.layer(Line::new(x, y, hue));
        }
        let [power, low, high] = ["exponent", "low", "high"].map(|column| growth.number(i, column).unwrap_or(f64::NAN));
        if low.is_finite() {
            let [power, low, high] = [power, low, high].map(|v| shown::fixed(v, 2));
            panel = panel.remark(format!("power {power} [{low}, {high}]"), hue);
        }
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(times);
    outcome.tables.push(growth);
    costs(plan, results, &task, &racing, outcome);
}

/// Seconds, memory, size and the time of a prediction, at one size.
fn costs(plan: &Plan, results: &Results, task: &Task, racing: &[Model], outcome: &mut Outcome) {
    let rows = common_size(plan, results, task, 2);
    let mut table = Table::new(
        "costs",
        &[("model", ""), ("rows", "rows"), ("fit", "s"), ("predict", "µs a row"), ("peak", "MiB"), ("kept", "numbers")],
    );
    let mut there: Vec<(&Model, [f64; 4])> = Vec::new();
    for model in racing {
        let Some(cell) = results.cell(task.id, model.id, rows, Run::OneThread).filter(|cell| !cell.fits.is_empty())
        else {
            continue;
        };
        let first = cell.fits[0];
        let costs = [
            middle(&cell.fits, |fit| fit.fit_seconds),
            middle(&cell.fits, |fit| fit.predict_micros),
            first.peak_mib.unwrap_or(f64::NAN),
            first.numbers.unwrap_or(f64::NAN),
        ];
        let known = costs.map(|cost| Some(cost).filter(|v| !v.is_nan()));
        table.row([model.id.into(), rows.into(), known[0].into(), known[1].into(), known[2].into(), known[3].into()]);
        there.push((model, costs));
    }
    if there.len() < 2 {
        return;
    }
    let row = |id: &str| there.iter().position(|(model, _)| model.id == id);
    let mut times = Table::new("prediction", &[("neighbours_over_logistic", "1")]);
    let title = if let (Some(slow), Some(quick)) = (row("neighbours"), row("logistic")) {
        times.row([(there[slow].1[1] / there[quick].1[1]).into()]);
        Title::new()
            .text("Who fits at once pays when predicting: neighbours take ")
            .cite(&times, "neighbours_over_logistic", 0, |v| shown::number(v, 2))
            .text(" times as long for a row as logistic regression")
    } else {
        times.row([f64::NAN.into()]);
        Title::new().text("What a model costs beside the seconds of its fit")
    };
    let names: Vec<&str> = there.iter().map(|(model, _)| model.label).collect();
    let mut figure = Figure::new("costs", title)
        .subtitle(format!(
            "{}, {} rows, one thread; all axes logarithmic. Peak memory: growth of the process in its first fit, after a warm-up; nothing is drawn where it did not grow by a hundredth of a MiB. Size: numbers that the model keeps, where its library lets them be counted.",
            capital(task.label),
            shown::fixed(rows as f64, 0)
        ))
        .alt("Four columns of points, one row a model: seconds of a fit, microseconds to predict a row, peak memory, numbers kept.")
        .reads("costs", &["fit", "predict", "peak", "kept"])
        .layout(Layout::Grid { columns: 4, share_y: true });
    for (i, (title, unit)) in
        [("fit", "seconds"), ("prediction", "µs a row"), ("peak memory", "MiB"), ("size", "numbers")].iter().enumerate()
    {
        let all: Vec<f64> = there.iter().map(|(_, costs)| costs[i]).filter(|cost| *cost > 0.01 || i != 2).collect();
        let least = all.iter().copied().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(0.0, f64::max);
        if !least.is_finite() {
            continue;
        }
        let base = decade_below(least);
        let mut panel =
            Panel::new(Axis::log(*unit).range(base, most * 2.0), Axis::category("", names.clone())).title(*title);
        for family in families(plan) {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for (at, (model, costs)) in there.iter().enumerate() {
                if model.family.hue() == family.hue() && costs[i] >= base {
                    x.push(costs[i]);
                    y.push(at as f64);
                }
            }
            if !x.is_empty() {
                panel = panel.layer(Points::new(x, y, Mark::Disc, family.hue()));
            }
        }
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    outcome.tables.push(times);
}

/// The power of ten at or below.
fn decade_below(value: f64) -> f64 {
    10.0_f64.powf(value.log10().floor())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What all threads bring.
pub fn threads(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let mut table = Table::new(
        "threads",
        &[
            ("model", ""),
            ("rows", "rows"),
            ("threads", "threads"),
            ("one", "s"),
            ("all", "s"),
            ("speed_up", "1"),
            ("low", "1"),
            ("high", "1"),
        ],
    );
    let mut names = Vec::new();
    for cell in results.cells.iter().filter(|cell| cell.run == Run::AllThreads && !cell.fits.is_empty()) {
        let Some(one) = results.cell(cell.task, cell.model, cell.rows, Run::OneThread) else { continue };
        let ratios: Vec<f64> = cell
            .fits
            .iter()
            .filter_map(|all| {
                one.fits.iter().find(|fit| fit.replicate == all.replicate).map(|fit| (fit.fit_seconds, all.fit_seconds))
            })
            .map(|(one, all)| (one / all).log2())
            .collect();
        let e = crate::judge::mean(&ratios, false).map(f64::exp2);
        if !e.is_bounded() {
            continue;
        }
        let Some(model) = plan.models.iter().find(|model| model.id == cell.model) else { continue };
        names.push(tables::name(*model));
        table.row([
            cell.model.into(),
            cell.rows.into(),
            plan.threads.into(),
            middle(&one.fits, |fit| fit.fit_seconds).into(),
            middle(&cell.fits, |fit| fit.fit_seconds).into(),
            e.point.into(),
            e.low.into(),
            e.high.into(),
        ]);
    }
    if names.is_empty() {
        return;
    }
    let column = |name: &str| -> Vec<f64> { (0..names.len()).filter_map(|row| table.number(row, name)).collect() };
    let speed_ups = column("speed_up");
    let most = (0..names.len()).max_by(|a, b| speed_ups[*a].total_cmp(&speed_ups[*b])).unwrap_or(0);
    let times = |v: f64| shown::number(v, 2);
    let title = Title::new()
        .text("All ")
        .cite(&table, "threads", most, |v| shown::fixed(v, 0))
        .text(format!(" threads fit {} ", names[most]))
        .cite(&table, "speed_up", most, times)
        .text(" times as fast as one");
    let top = column("high").into_iter().fold(plan.threads as f64, f64::max);
    outcome.figures.push(
        Figure::new("speed-up", title)
            .subtitle(format!(
                "Seconds of a fit on one thread over those on all, the same rows; models that share out their work, one tree, which sorts its columns side by side, and logistic regression, which shares nothing. Mean of ratios; bars: 99{}% interval.",
                shown::THIN
            ))
            .caption("Forests share out trees. Rounds of boosting wait for each other: only the search for cuts within one can be shared out, which forust does at this size and ours does not. Fitting neighbours only keeps the rows.")
            .alt("Speed-up for each model that can use several threads, as points with bars between 1, no gain, and the number of threads.")
            .reads("threads", &["speed_up", "low", "high"])
            .panel(
                Panel::new(
                    Axis::category("", names.clone()),
                    Axis::linear("times as fast as one thread").range(0.0, top * 1.1),
                )
                .note(Note::horizontal(1.0, "no gain"))
                .note(Note::horizontal(plan.threads as f64, "every thread a whole gain"))
                .layer(Lollipop {
                    x: (0..names.len()).map(|i| i as f64).collect(),
                    y: speed_ups,
                    base: 1.0,
                    whiskers: Some(Interval { low: column("low"), high: column("high") }),
                    mark: Mark::Disc,
                    hue: Hue::Blue,
                }),
            ),
    );
    outcome.tables.push(table);
}
