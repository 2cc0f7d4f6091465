//! Which steps before the split leak, and by how much?
//!
//! Data: rows whose labels are pure noise, then rows with a signal; the breast cancer table with its own labels and with
//! labels drawn anew. Arms: each step done inside the folds and done on all rows before. The ladder sets them beside
//! all other kinds of leak.

use super::DataLeakageParams;
use super::own::labelled;
use super::rungs::{Pair, RUNGS, balanced, scaled, standard};
use super::scores::{FOLDS, mean_of, near, of_folds, over_folds, refused, runs, share_of};
use mllab_core::figure::{Axis, Dash, Dumbbell, Hue, Interval, Layout, LegendKey, Mark, Note, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::data::{Labelled, classes, real};
use mllab_kit::split;

const CLAIM: &str = "preprocess-inside-split";

/// Measures preparation before and inside the split, and draws the ladder.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if matches!(source, Source::Own(_)) {
        match labelled(source, 1500, &cx.stream("thinned", 0))? {
            Some(table) => {
                let gain = anew(cx, params, &table)?;
                outcome.find(CLAIM, "labels of your table are drawn anew and SMOTE balances", gain);
            }
            None => outcome.untestable.push((CLAIM, "It needs a target of two classes.".into())),
        }
        return Ok(outcome);
    }
    let n = cx.replicates();
    let nothing = runs(cx, "nothing", n, |stream| {
        let table = classes::pure_noise(300, 10, 0.5, stream);
        let folds = split::random_folds(300, FOLDS, &stream.child("folds", 0))?;
        over_folds(&table, &folds, |_, train, test| near(train, test, 5))
    })?;
    outcome.find(CLAIM, "nothing is prepared and labels are pure noise", share_of(&nothing, |auc| *auc));

    let cancer = real::breast_cancer().table;
    let gain = anew(cx, params, &cancer)?;
    outcome.find(CLAIM, "labels of the breast cancer table are drawn anew and SMOTE balances", gain);
    let scaler = runs(cx, "cancer", repeats(cx, params), |stream| scaled(&cancer, stream))?;
    outcome.find(CLAIM, "a scaler is fitted on the breast cancer table", gain_of(&scaler));
    ladder(cx, &mut outcome)?;
    Ok(outcome)
}

fn repeats(cx: &Cx, params: &DataLeakageParams) -> usize {
    if cx.quick() { 2 } else { FOLDS * params.repeats as usize }
}

/// The mean gain over deals of one table into folds, corrected for the rows that they share.
fn gain_of(pairs: &[Pair]) -> Estimate {
    of_folds(&pairs.iter().map(|pair| pair[1] - pair[0]).collect::<Vec<_>>())
}

/// What SMOTE before the split adds where one label in ten is positive by a coin's fall.
fn anew(cx: &Cx, params: &DataLeakageParams, table: &Labelled) -> Result<Estimate, LabError> {
    let table = standard(table).map_err(refused)?;
    let needed = 10 * (2 * FOLDS + 5);
    if table.y.len() < needed {
        let n = table.y.len();
        return Err(LabError::Unusable(format!("{n} rows are too few to balance a tenth of them: {needed} would do")));
    }
    let pairs = runs(cx, "anew", repeats(cx, params), |stream| {
        let y = classes::labels(table.y.len(), 0.1, true, &stream.child("labels", 0));
        balanced(&Labelled { x: table.x.clone(), y }, stream)
    })?;
    Ok(gain_of(&pairs))
}

/// All kinds of leak side by side, the largest on noise first.
fn ladder(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let (n, with_signal) = (cx.replicates(), cx.replicates() / 2);
    let mut rungs = Vec::new();
    for rung in &RUNGS {
        let noise = runs(cx, rung.name, n, |stream| (rung.run)(false, stream))?;
        let part = format!("{} with a signal", rung.name);
        let signal = runs(cx, &part, with_signal, |stream| (rung.run)(true, stream))?;
        if let Some(setting) = rung.settings[0] {
            outcome.find(CLAIM, setting, mean_of(&noise, |pair| pair[1] - pair[0]));
            outcome.find_part(CLAIM, setting, 1, share_of(&noise, |pair| pair[0]));
        }
        if let Some(setting) = rung.settings[1] {
            outcome.find(CLAIM, setting, mean_of(&signal, |pair| pair[1] - pair[0]));
        }
        let read = |pairs: &[Pair]| [0, 1].map(|side| share_of(pairs, |pair| pair[side]));
        rungs.push((rung.name, [read(&noise), read(&signal)]));
    }
    rungs.sort_by(|a, b| (b.1[0][1].point - b.1[0][0].point).total_cmp(&(a.1[0][1].point - a.1[0][0].point)));

    let columns = [
        ("leak", ""),
        ("labels", ""),
        ("honest", "1"),
        ("honest_low", "1"),
        ("honest_high", "1"),
        ("reported", "1"),
        ("reported_low", "1"),
        ("reported_high", "1"),
        ("optimism", "1"),
        ("runs", "runs"),
    ];
    let mut table = Table::new("ladder", &columns);
    let names: Vec<&str> = rungs.iter().map(|rung| rung.0).collect();
    let mut panels = Vec::new();
    for (world, labels) in ["pure noise", "signal"].into_iter().enumerate() {
        let mut value = [Vec::new(), Vec::new()];
        let mut interval = [Interval::default(), Interval::default()];
        for (name, read) in &rungs {
            let [honest, reported] = read[world];
            table.row([
                (*name).into(),
                labels.into(),
                honest.point.into(),
                honest.low.into(),
                honest.high.into(),
                reported.point.into(),
                reported.low.into(),
                reported.high.into(),
                (reported.point - honest.point).into(),
                honest.replicates.into(),
            ]);
            for (side, e) in read[world].iter().enumerate() {
                value[side].push(e.point);
                interval[side].low.push(e.low);
                interval[side].high.push(e.high);
            }
        }
        let [from, to] = value;
        let [from_interval, to_interval] = interval;
        let axis = Axis::linear("ROC-AUC").range(0.4, 1.0).ticks([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
        let mut panel = Panel::new(axis, Axis::category("", names.clone()))
            .title(if world == 0 { "Labels are pure noise" } else { "Labels follow a signal" })
            .layer(Dumbbell {
                at: (0..names.len()).map(|place| place as f64).collect(),
                from,
                from_interval: Some(from_interval),
                to,
                to_interval: Some(to_interval),
                hues: (Hue::Blue, Hue::Vermilion),
            });
        if world == 0 {
            panel = panel.note(Note::vertical(0.5, ""));
        }
        panels.push(panel);
    }
    let last = names.len() - 1;
    let title = Title::new()
        .text("Pure noise scores a ROC-AUC of ")
        .cite(&table, "reported", 0, |v| shown::fixed(v, 2))
        .text(format!(" with {}, of ", names[0]))
        .cite(&table, "reported", last, |v| shown::fixed(v, 2))
        .text(format!(" with {}", names[last]));
    let mut figure = Figure::new("ladder", title)
        .subtitle(format!(
            "Each rung is one kind of leak, done right and done wrong on the same rows, in order of what it adds on noise. Mean of {n} runs on noise, {with_signal} with a signal; whiskers: 99\u{202f}% interval of the mean."
        ))
        .alt("Ten rows of two marks, in two panels. On pure noise the honest marks stand at one half; the reported ones lie far to the right at the top and fall together with the honest ones at the bottom, where a scaler or filled-in means are fitted on all rows. With a signal the honest marks move right and the gaps shrink but keep their order in the main.")
        .legend("honest", Hue::Blue, LegendKey::Mark(Mark::Disc))
        .legend("reported", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
        .legend("chance", Hue::Ink, LegendKey::Line(Dash::Dashed))
        .reads("ladder", &["honest", "honest_low", "honest_high", "reported", "reported_low", "reported_high"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}
