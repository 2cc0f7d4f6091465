//! Which steps before the split leak, and by how much?
//!
//! Data: rows whose labels are pure noise, then rows with a signal; the breast cancer table with its own labels and with
//! labels drawn anew. Arms: each step done inside the folds and done on all rows before. Measurement: ROC-AUC. The ladder
//! sets them beside all other kinds of leak.

use super::preparation::{balanced, scaled};
use super::rungs::RUNGS;
use super::scores::{FOLDS, Pair, TEST_TO_TRAIN, gain};
use super::{DataLeakageParams, own};
use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, classes, real};
use mllab_kit::neighbours::auc_over;
use mllab_kit::preprocess::standard;
use mllab_kit::split;
use shown::hundredths;

const CLAIM: &str = "preprocess-inside-split";

/// Measures preparation before and inside the split, and draws the ladder.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        return own::classes(cx, data, 1500, &[CLAIM], |table| {
            outcome.find(CLAIM, "labels of your table are drawn anew and SMOTE balances", anew(cx, params, table)?);
            Ok(outcome)
        });
    }
    let nothing = cx.runs("nothing", cx.replicates(), |rep| {
        let table = classes::pure_noise(300, 10, 0.5, &rep.stream);
        Ok(auc_over(&table, &split::random_folds(300, FOLDS, &rep.stream.child("folds", 0))?, 5)?)
    })?;
    outcome.find(CLAIM, "nothing is prepared and labels are pure noise", nothing.share(|auc| *auc));

    let cancer = real::breast_cancer().table;
    let smote = anew(cx, params, &cancer)?;
    outcome.find(CLAIM, "labels of the breast cancer table are drawn anew and SMOTE balances", smote);
    let scaler = cx.runs("cancer", repeats(cx, params), |rep| Ok(scaled(&cancer, &rep.stream)?))?;
    outcome.find(CLAIM, "a scaler is fitted on the breast cancer table", scaler.resampled(TEST_TO_TRAIN, gain));
    ladder(cx, &mut outcome)?;
    Ok(outcome)
}

fn repeats(cx: &Cx, params: &DataLeakageParams) -> usize {
    if cx.quick() { 2 } else { FOLDS * params.repeats as usize }
}

/// What SMOTE before the split adds where one label in ten is positive by a coin's fall.
fn anew(cx: &Cx, params: &DataLeakageParams, table: &Labelled) -> Result<Estimate, LabError> {
    let table = standard(table)?;
    let (n, needed) = (table.y.len(), 10 * (2 * FOLDS + 5));
    if n < needed {
        return Err(LabError::Unusable(format!("{n} rows are too few to balance a tenth of them: {needed} would do")));
    }
    let pairs = cx.runs("anew", repeats(cx, params), |rep| {
        let y = classes::labels(n, 0.1, true, &rep.stream.child("labels", 0));
        Ok(balanced(&Labelled { x: table.x.clone(), y }, &rep.stream)?)
    })?;
    Ok(pairs.resampled(TEST_TO_TRAIN, gain))
}

/// All kinds of leak side by side, the largest on noise first.
fn ladder(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let (n, with_signal) = (cx.replicates(), cx.replicates() / 2);
    let mut rungs = Vec::new();
    for rung in &RUNGS {
        let noise = cx.runs(rung.name, n, |rep| Ok((rung.run)(false, &rep.stream)?))?;
        let part = format!("{} with a signal", rung.name);
        let signal = cx.runs(&part, with_signal, |rep| Ok((rung.run)(true, &rep.stream)?))?;
        if let Some(setting) = rung.settings[0] {
            outcome.find(CLAIM, setting, [noise.mean(gain), noise.share(|pair| pair[0])]);
        }
        if let Some(setting) = rung.settings[1] {
            outcome.find(CLAIM, setting, signal.mean(gain));
        }
        let read = |pairs: &Runs<Pair>| [0, 1].map(|side| pairs.share(|pair| pair[side]));
        rungs.push((rung.name, [read(&noise), read(&signal)]));
    }
    let optimism = |[honest, reported]: [Estimate; 2]| reported.point() - honest.point();
    rungs.sort_by(|(_, [a, _]), (_, [b, _])| optimism(*b).total_cmp(&optimism(*a)));
    let mut table = Table::named("ladder").with_word("leak").with_word("labels").with_estimate_of("honest", "1");
    table = table.with_estimate_of("reported", "1").with_number("optimism", "1").with_number("runs", "runs");
    for (world, labels) in ["pure noise", "signal"].into_iter().enumerate() {
        for (name, read) in &rungs {
            let [honest, reported] = read[world];
            table.put((*name, labels, honest, reported, optimism(read[world]), honest.replicates()));
        }
    }

    let names: Vec<&str> = rungs.iter().map(|(name, _)| *name).collect();
    let (first, last) = (names[0], names[names.len() - 1]);
    let title = Title::say(
        &format!("Pure noise scores a ROC-AUC of {{}} with {first}, of {{}} with {last}"),
        [first, last].map(|name| table.cite("reported", (name, "pure noise"), hundredths)),
    );
    let looks = [Look::new("honest", Hue::Blue), Look::new("reported", Hue::Vermilion).mark(Mark::Triangle)];
    let panel = |labels: &str, title: &str| {
        let auc = Axis::linear("ROC-AUC").range(0.4, 1.0).ticks([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
        Panel::new(auc, Axis::category("", names.clone())).title(title).dumbbells(
            table.whose("labels", labels),
            "leak",
            ["honest", "reported"],
            [&looks[0], &looks[1]],
        )
    };
    let figure = Figure::new("ladder", title)
        .subtitle(format!("Each rung is one kind of leak, done right and done wrong on the same rows, in order of what it adds on noise. Mean of {n} runs on noise, {with_signal} with a signal; whiskers: 99\u{202f}% interval of the mean."))
        .alt("Ten rows of two marks, in two panels. On pure noise the honest marks stand at one half; the reported ones lie far to the right at the top and fall together with the honest ones at the bottom, where a scaler or filled-in means are fitted on all rows. With a signal the honest marks move right and the gaps shrink but keep their order in the main.")
        .keys(&looks, Look::point)
        .legend("chance", Hue::Ink, LegendKey::Line(Dash::Dashed))
        .panel(panel("pure noise", "Labels are pure noise").note(Note::vertical(0.5, "")))
        .panel(panel("signal", "Labels follow a signal"))
        .grid(2, true);
    outcome.show(figure, [table]);
    Ok(())
}
