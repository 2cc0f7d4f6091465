//! The pictures of cost: time against rows, what a fit costs beside time, what all threads bring.

use crate::judge::{Judge, families, middle, shown_tasks};
use crate::models::{Family, Model};
use crate::race::{Plan, Results, Run};
use crate::tables::{self, common_size};
use crate::tasks::Task;
use mllab_core::figure::Lollipop;
use mllab_core::prelude::*;

/// The task whose times are drawn.
fn timed(plan: &Plan) -> Option<Task> {
    let tasks = shown_tasks(plan);
    tasks.iter().find(|task| task.id == crate::race::TIMED).or_else(|| tasks.first()).copied()
}

/// Time against rows, what a fit costs beside time.
pub fn growth(plan: &Plan, results: &Results, outcome: &mut Outcome) {
    let Some(task) = timed(plan) else { return };
    let judge = Judge { plan, results };
    let raced = |model: &Model| model.family != Family::Control && !results.sizes(task.id, model.id).is_empty();
    let racing: Vec<Model> = plan.models.iter().copied().filter(raced).collect();
    if racing.is_empty() {
        return;
    }
    let mut times = Table::named("times").with_word("model").with_number("rows", "rows").with_number("fit", "s");
    times = times.with_number("extrapolated", "1");
    let mut growth = Table::named("growth").with_word("model").with_estimate("exponent", "1");
    for model in &racing {
        let mut cells: Vec<_> =
            results.cells.iter().filter(|cell| cell.is(task.id, model.id, Run::OneThread)).collect();
        cells.sort_by_key(|cell| cell.rows);
        for cell in cells {
            if !cell.fits.is_empty() {
                times.put((model.id, cell.rows, middle(&cell.fits, |fit| fit.fit_seconds), 0.0));
            } else if let Some(seconds) = cell.extrapolated.filter(|seconds| *seconds < 3e4) {
                times.put((model.id, cell.rows, seconds, 1.0));
            }
        }
        growth.put((model.id, judge.exponent(task.id, model.id)));
    }
    let power = |id: &str| {
        let rows = growth.of((id,));
        let known = rows.numbers("exponent").first().is_some_and(|power| power.is_finite());
        known.then(|| rows.cite("exponent", shown::tenths))
    };
    let title = match (power("svm-linfa"), power("logistic")) {
        (Some(svm), Some(logistic)) => Title::say(
            "A kernel machine's time grows with the rows to the power of {}, logistic regression's to {}",
            [svm, logistic],
        ),
        _ => "How the time of a fit grows with the rows".into(),
    };
    let all = times.numbers("fit");
    let seconds =
        [all.iter().copied().fold(f64::INFINITY, f64::min) / 2.0, all.iter().copied().fold(0.0, f64::max) * 2.0];
    let mut rows = Axis::log("rows");
    let measured = times.whose("extrapolated", 0.0).numbers("rows");
    let decades: Vec<f64> = [1e3, 1e4, 1e5].into_iter().filter(|n| measured.contains(n)).collect();
    if decades.len() > 1 {
        rows = rows.ticks(decades);
    }
    let panels = racing.iter().map(|model| {
        let panel = Panel::new(rows.clone(), Axis::log("seconds").range(seconds[0], seconds[1])).title(model.label);
        growth_panel(panel, &times, &growth, model, &racing)
    });
    let figure = Figure::new("growth", title)
        .subtitle(format!(
            "Median seconds of a fit on one thread against rows, both logarithmic, {}. Grey: the other models. Under each name the power of the rows, from a thousand rows on, and its 99{}% interval. Rings: stopped or not reached in time, foretold from the model's own growth.",
            task.label,
            shown::THIN
        ))
        .alt("A small plot for each model of fit time against rows, both axes logarithmic: its own line in colour before the others in grey.")
        .reads("growth", &["exponent", "low", "high"])
        .grid(racing.len().min(4), true)
        .panels(panels);
    outcome.show(figure, [times, growth]);
    costs(plan, results, &task, &racing, outcome);
}

/// One model's times before those of the others in grey.
fn growth_panel(panel: Panel, times: &Table, growth: &Table, model: &Model, racing: &[Model]) -> Panel {
    let measured = |model: &Model| times.of((model.id,)).whose("extrapolated", 0.0);
    let grey = Look::new("", Hue::Grey).thin().unnamed();
    let panel = racing.iter().filter(|other| other.id != model.id).fold(panel, |panel, other| {
        if measured(other).len() > 1 { panel.line(measured(other), "rows", "fit", &grey) } else { panel }
    });
    let look = Look::new("", model.family.hue()).unnamed();
    let foretold = times.of((model.id,)).whose("extrapolated", 1.0);
    let panel = if foretold.is_empty() { panel } else { panel.points(foretold, "rows", "fit", &look.mark(Mark::Ring)) };
    let panel = panel.points(measured(model), "rows", "fit", &look);
    let panel = if measured(model).len() > 1 { panel.line(measured(model), "rows", "fit", &look) } else { panel };
    let row = growth.of((model.id,));
    let [power, low, high] = ["exponent", "low", "high"].map(|column| row.numbers(column)[0]);
    if !low.is_finite() {
        return panel;
    }
    let [power, low, high] = [power, low, high].map(shown::hundredths);
    panel.remark(format!("power {power} [{low}, {high}]"), model.family.hue())
}

/// Seconds, memory, size and the time of a prediction, at one size.
fn costs(plan: &Plan, results: &Results, task: &Task, racing: &[Model], outcome: &mut Outcome) {
    const COSTS: [(&str, &str, &str); 4] = [
        ("fit", "fit", "seconds"),
        ("predict", "prediction", "µs a row"),
        ("peak", "peak memory", "MiB"),
        ("kept", "size", "numbers"),
    ];
    let rows = common_size(plan, results, task, 2);
    let mut table = Table::named("costs").with_word("model").with_number("rows", "rows").with_number("fit", "s");
    table = table.with_number("predict", "µs a row").with_number("peak", "MiB").with_number("kept", "numbers");
    let mut there: Vec<&Model> = Vec::new();
    for model in racing {
        let cell = results.cell(task.id, model.id, rows, Run::OneThread).filter(|cell| !cell.fits.is_empty());
        let Some(cell) = cell else { continue };
        let (fit, predict) = (middle(&cell.fits, |fit| fit.fit_seconds), middle(&cell.fits, |fit| fit.predict_micros));
        table.put((model.id, rows, fit, predict, cell.fits[0].peak_mib, cell.fits[0].numbers));
        there.push(model);
    }
    if there.len() < 2 {
        return;
    }
    let predict = |id: &str| table.of((id,)).numbers("predict").first().copied();
    let mut times = Table::named("prediction").with_number("neighbours_over_logistic", "1");
    let title = if let (Some(slow), Some(quick)) = (predict("neighbours"), predict("logistic")) {
        times.put((slow / quick,));
        Title::say(
            "Who fits at once pays when predicting: neighbours take {} times as long for a row as logistic regression",
            [times.cite("neighbours_over_logistic", (), |v| shown::number(v, 2))],
        )
    } else {
        times.put((f64::NAN,));
        "What a model costs beside the seconds of its fit".into()
    };
    let panels = COSTS.iter().filter_map(|(column, title, unit)| {
        let costs = table.numbers(column);
        let least = costs.iter().copied().filter(|v| *v > if *column == "peak" { 0.01 } else { 0.0 });
        let base = decade_below(least.fold(f64::INFINITY, f64::min));
        let most = costs.iter().copied().fold(0.0, f64::max);
        let names = Axis::category("", there.iter().map(|model| model.label));
        let panel = || Panel::new(Axis::log(*unit).range(base, most * 2.0), names).title(*title);
        let drawn = |panel: Panel, family: Family| {
            let of = |at: &usize| there[*at].family.hue() == family.hue() && costs[*at] >= base;
            let places: Vec<usize> = (0..there.len()).filter(of).collect();
            let x: Vec<f64> = places.iter().map(|&at| costs[at]).collect();
            let y = places.iter().map(|&at| at as f64).collect();
            if x.is_empty() { panel } else { panel.layer(Points::new(x, y, Mark::Disc, family.hue())) }
        };
        base.is_finite().then(|| families(plan).into_iter().fold(panel(), drawn))
    });
    let figure = Figure::new("costs", title)
        .subtitle(format!(
            "{}, {} rows, one thread; all axes logarithmic. Peak memory: growth of the process in its first fit, after a warm-up; nothing is drawn where it did not grow by a hundredth of a MiB. Size: numbers that the model keeps, where its library lets them be counted.",
            capital(task.label),
            shown::whole(rows as f64)
        ))
        .alt("Four columns of points, one row a model: seconds of a fit, microseconds to predict a row, peak memory, numbers kept.")
        .reads("costs", &["fit", "predict", "peak", "kept"])
        .grid(4, true)
        .panels(panels);
    outcome.show(figure, [table, times]);
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
    let mut table = Table::named("threads").with_word("model").with_number("rows", "rows");
    table = table.with_number("threads", "threads").with_numbers(&["one", "all"], "s").with_estimate("speed_up", "1");
    let mut names = Vec::new();
    for cell in results.cells.iter().filter(|cell| cell.run == Run::AllThreads && !cell.fits.is_empty()) {
        let Some(one) = results.cell(cell.task, cell.model, cell.rows, Run::OneThread) else { continue };
        let ratios = cell.fits.iter().filter_map(|all| {
            let same = one.fits.iter().find(|fit| fit.replicate == all.replicate)?;
            Some((same.fit_seconds / all.fit_seconds).log2())
        });
        let speed_up = crate::judge::mean(&ratios.collect::<Vec<_>>(), false).map(f64::exp2);
        let Some(model) = plan.models.iter().find(|model| model.id == cell.model) else { continue };
        if !speed_up.is_bounded() {
            continue;
        }
        names.push(tables::name(*model));
        let [one, all] = [&one.fits, &cell.fits].map(|fits| middle(fits, |fit| fit.fit_seconds));
        table.put((cell.model, cell.rows, plan.threads, one, all, speed_up));
    }
    if names.is_empty() {
        return;
    }
    let speed_ups = table.numbers("speed_up");
    let most = (0..names.len()).max_by(|a, b| speed_ups[*a].total_cmp(&speed_ups[*b])).unwrap_or(0);
    let title = Title::new()
        .text("All ")
        .cite(&table, "threads", most, shown::whole)
        .text(format!(" threads fit {} ", names[most]))
        .cite(&table, "speed_up", most, |v| shown::number(v, 2))
        .text(" times as fast as one");
    let top = table.numbers("high").into_iter().fold(plan.threads as f64, f64::max);
    let stalks = Lollipop {
        x: (0..names.len()).map(|i| i as f64).collect(),
        y: speed_ups,
        base: 1.0,
        whiskers: Rows::from(&table).interval("speed_up"),
        mark: Mark::Disc,
        hue: Hue::Blue,
    };
    let figure = Figure::new("speed-up", title)
        .subtitle(format!(
            "Seconds of a fit on one thread over those on all, the same rows; models that share out their work, one tree, which sorts its columns side by side, and logistic regression, which shares nothing. Mean of ratios; bars: 99{}% interval.",
            shown::THIN
        ))
        .caption("Forests share out trees. Rounds of boosting wait for each other: only the search for cuts within one can be shared out, which forust does at this size and ours does not. Fitting neighbours only keeps the rows.")
        .alt("Speed-up for each model that can use several threads, as points with bars between 1, no gain, and the number of threads.")
        .reads("threads", &["speed_up", "low", "high"])
        .panel(
            Panel::new(
                Axis::category("", names),
                Axis::linear("times as fast as one thread").range(0.0, top * 1.1),
            )
            .note(Note::horizontal(1.0, "no gain"))
            .note(Note::horizontal(plan.threads as f64, "every thread a whole gain"))
            .layer(stalks),
        );
    outcome.show(figure, [table]);
}
