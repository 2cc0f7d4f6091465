//! Where do the rows lie that SMOTE invents, and who profits from them?
//!
//! Data: a minority in one cloud or in clusters of four rows, whose home is known; two normal clouds, one positive in
//! fifty; labels that mean nothing. Arms: copies, class weights, SMOTE, Borderline-SMOTE, ADASYN, each on the training
//! rows; SMOTE and copies before the split (the mistake). Learners: a fully grown tree, the nearest neighbour, boosted
//! trees, logistic regression.

use super::folds::own;
use super::world::{self, smoted};
use super::{ClassImbalanceParams, TREE_ROWS};
use mllab_core::figure::Dumbbell;
use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, classes};
use mllab_kit::metrics::{Confusion, average_precision, best_f_beta, roc_auc};
use mllab_kit::neighbours::shares;
use mllab_kit::preprocess::standardised;
use mllab_kit::remedies::{Learner, Remedy};
use mllab_kit::split;
use mllab_kit::tree::TreeSettings;
use ndarray::ArrayView2;

const SMOTE: &str = "smote";
const OVERFIT: &str = "smote-vs-duplicates-overfit";
const TEST_ROWS: usize = 10_000;

/// Learns from rows and scores others.
type Learn = fn(&Labelled, ArrayView2<f64>, &Stream) -> Result<Vec<f64>, LabError>;
const GROWN: Learn = |t, x, s| Ok(TreeSettings::default().fit_classes(t.x.view(), &t.y, None, s)?.predict(x));
const NEAREST: Learn = |t, x, _| Ok(shares(x, t.x.view(), &t.y, 1)?);
const NEAREST_FIVE: Learn = |t, x, _| Ok(shares(x, t.x.view(), &t.y, 5)?);
const TREES: Learn = |t, x, s| Ok(Learner::Trees.fit(t, None, s)?.probabilities(x));
const LINE: Learn = |t, x, s| Ok(Learner::Logistic.fit(t, None, s)?.probabilities(x));

/// Measures what SMOTE invents and what it is good for.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(super::folds::Sample { table, .. }) = own(source, params.k())? {
        let runs = cx.runs("own", params.repeats as usize, |rep| {
            let parts = split::stratified(&table.y, 0.2, &rep.stream.child("split", 0))?;
            let [train, _] = standardised(&table.rows(&parts.train), &table.rows(&parts.test))?;
            Invention::of(&train, params, &rep.stream, |_| false)
        })?;
        outcome.find(SMOTE, "your table's training rows are balanced", homes(&runs));
        return Ok(outcome);
    }
    for (setting, clustered) in
        [("the minority is one cloud", false), ("the minority lives in clusters of four rows", true)]
    {
        // None of 180 runs puts a share below 3 % at the level; 60 could not.
        let runs = cx.runs(setting, 3 * cx.replicates(), |rep| {
            let world = classes::Enclaves::draw(clustered, &rep.stream);
            Invention::of(&world.table, params, &rep.stream, |row| world.is_abroad(row))
        })?;
        let [uneven, copies] = homes(&runs);
        outcome.find(SMOTE, setting, [uneven, copies, runs.share(|run| run.abroad)]);
    }
    linear(cx, params, &mut outcome)?;
    boosted(cx, params, &mut outcome)?;
    by_heart(cx, params, &mut outcome)?;
    leak(cx, params, &mut outcome)?;
    world::draw(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// What SMOTE made of one table.
struct Invention {
    /// How far the classes are from even.
    uneven: f64,
    made: usize,
    copies: usize,
    /// The share of invented rows that lie far from every home.
    abroad: f64,
}

impl Invention {
    fn of(
        train: &Labelled,
        params: &ClassImbalanceParams,
        stream: &Stream,
        abroad: impl Fn(&[f64]) -> bool,
    ) -> Result<Self, LabError> {
        let even = smoted(train, params.k(), stream)?;
        let positives = even.y.iter().filter(|&&label| label).count();
        let given: Vec<Vec<f64>> =
            (0..train.y.len()).filter(|&row| train.y[row]).map(|row| train.x.row(row).to_vec()).collect();
        let made: Vec<Vec<f64>> = (train.y.len()..even.y.len()).map(|row| even.x.row(row).to_vec()).collect();
        Ok(Invention {
            uneven: (positives as f64 / (even.y.len() - positives) as f64 - 1.0).abs(),
            made: made.len(),
            copies: made.iter().filter(|row| given.contains(row)).count(),
            abroad: made.iter().filter(|row| abroad(row)).count() as f64 / made.len() as f64,
        })
    }
}

/// How uneven the classes are left at most, and the share of invented rows that are copies.
fn homes(runs: &Runs<Invention>) -> [Estimate; 2] {
    let (copies, made) = runs.iter().fold((0, 0), |sum, run| (sum.0 + run.copies, sum.1 + run.made));
    [runs.worst(|run| run.uneven), Estimate::proportion(copies, made)]
}

/// Average precision of logistic regression after each way to invent rows, against class weights.
fn linear(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("linear", cx.replicates() / 2, |rep| {
        let clouds = params.clouds(0.02);
        let train = clouds.draw_exact(params.rows as usize, &rep.stream.child("train", 0));
        let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
        let score = |arm| -> Result<f64, LabError> {
            let model = Learner::Logistic.learn(arm, &train, params.k(), &rep.stream)?;
            Ok(average_precision(&model.probabilities(test.x.view()), &test.y))
        };
        let weights = score(Remedy::Weights)?;
        let invented = [score(Remedy::Smote)?, score(Remedy::Borderline)?, score(Remedy::Adasyn)?];
        Ok(invented.map(|invented| invented - weights))
    })?;
    let settings = [
        "logistic regression is compared with class weights",
        "Borderline-SMOTE takes its place for logistic regression",
        "ADASYN takes its place for logistic regression",
    ];
    settings.into_iter().zip(runs.means()).for_each(|(setting, gain)| outcome.find(SMOTE, setting, gain));
    Ok(())
}

/// Boosted trees: recall against copies, and F1 at cut-offs tuned on validation rows against doing nothing.
fn boosted(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("boosted", cx.replicates() / 2, |rep| {
        let clouds = params.clouds(0.02);
        let train = clouds.draw_exact(TREE_ROWS, &rep.stream.child("train", 0));
        let validation = clouds.draw(TREE_ROWS, &rep.stream.child("validation", 0));
        let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
        let recall_and_f1 = |arm| -> Result<[f64; 2], LabError> {
            let model = Learner::Trees.learn(arm, &train, params.k(), &rep.stream)?;
            let cut = best_f_beta(&model.probabilities(validation.x.view()), &validation.y, 1.0).1;
            let p = model.probabilities(test.x.view());
            Ok([Confusion::at(&p, &test.y, 0.5).recall(), Confusion::at(&p, &test.y, cut).f_beta(1.0)])
        };
        let [nothing, copies, smote] =
            [recall_and_f1(Remedy::Nothing)?, recall_and_f1(Remedy::Over)?, recall_and_f1(Remedy::Smote)?];
        Ok([smote[0] - copies[0], smote[1] - nothing[1]])
    })?;
    let [recall, f1] = runs.means();
    outcome.find(SMOTE, "boosted trees are compared with copies", recall);
    outcome.find(SMOTE, "boosted trees are compared with nothing, each at its own tuned cut-off", f1);
    Ok(())
}

/// Who learns copies by heart: thirty minority rows among 1500, judged on as many positives as negatives for recall.
fn by_heart(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("by heart", cx.replicates(), |rep| {
        let clouds = params.clouds(0.02);
        let train = clouds.draw_exact(1500, &rep.stream.child("train", 0));
        let test = clouds.draw_exact(5000, &rep.stream.child("test", 0));
        // The nearest neighbour of each row is dear: all positives, and 200 negatives for the control.
        let is_few = |row: &usize| test.y[*row] || *row < 200;
        let few = test.rows(&(0..test.y.len()).filter(is_few).collect::<Vec<_>>());
        let copied = Remedy::Over.balance(&train, params.k(), &rep.stream)?;
        let made = Remedy::Smote.balance(&train, params.k(), &rep.stream)?;
        let gains = |learn: Learn, on: &Labelled| -> Result<[f64; 2], LabError> {
            let counts = |scores: Vec<f64>| Confusion::at(&scores, &on.y, 0.5);
            let with_copies = counts(learn(&copied, on.x.view(), &rep.stream)?);
            let with_made = counts(learn(&made, on.x.view(), &rep.stream)?);
            Ok([with_made.recall() - with_copies.recall(), with_made.precision() - with_copies.precision()])
        };
        let [recall, precision] = gains(GROWN, &test)?;
        let others = [gains(NEAREST, &few)?[0], gains(TREES, &test)?[0], gains(LINE, &test)?[0]];
        let before = NEAREST(&train, few.x.view(), &rep.stream)?;
        let after = NEAREST(&copied, few.x.view(), &rep.stream)?;
        let moved = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        Ok(([recall, others[0], others[1], others[2], precision], moved))
    })?;
    let settings = [
        "a tree grows until its leaves are pure",
        "the nearest neighbour decides",
        "boosted trees of depth three learn",
        "logistic regression learns",
        "precision of a fully grown tree is what counts",
    ];
    let gains = runs.map(|run| run.0).means();
    settings.into_iter().zip(gains).for_each(|(setting, gain)| outcome.find(OVERFIT, setting, gain));
    let setting = "the nearest neighbour decides and copies are compared with nothing";
    outcome.find(OVERFIT, setting, runs.worst(|run| run.1));
    Ok(())
}

/// Labels of pure noise: what a test says where the rows were balanced before the split, and where after.
fn leak(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const LEARNERS: [(&str, Learn); 4] = [
        ("five neighbours", NEAREST_FIVE),
        ("fully grown tree", GROWN),
        ("boosted trees", TREES),
        ("logistic regression", LINE),
    ];
    const SIDES: [Look; 2] = [
        Look::new("training rows only", Hue::Blue).called("SMOTE on training rows only"),
        Look::new("before the split", Hue::Vermilion).called("SMOTE before the split").mark(Mark::Triangle),
    ];
    let runs = cx.runs("leak", cx.replicates(), |rep| {
        let aucs = |train: &Labelled, test: &Labelled| {
            let auc = |learn: Learn| Ok(roc_auc(&learn(train, test.x.view(), &rep.stream)?, &test.y));
            LEARNERS.iter().map(|(_, learn)| auc(*learn)).collect::<Result<Vec<f64>, LabError>>()
        };
        let table = classes::pure_noise(600, 5, 0.1, &rep.stream.child("rows", 0));
        let parts = |y: &[bool]| split::stratified(y, 0.3, &rep.stream.child("split", 0));
        let (honest, even) = (parts(&table.y)?, Remedy::Smote.balance(&table, params.k(), &rep.stream)?);
        let train = Remedy::Smote.balance(&table.rows(&honest.train), params.k(), &rep.stream)?;
        let mixed = parts(&even.y)?;
        Ok([aucs(&train, &table.rows(&honest.test))?, aucs(&even.rows(&mixed.train), &even.rows(&mixed.test))?])
    })?;
    let mut table = Table::named("leak").with_word("learner").with_word("balanced");
    table = table.with_estimate("roc_auc", "1").with_runs();
    for (learner, (name, _)) in LEARNERS.iter().enumerate() {
        for (side, look) in SIDES.iter().enumerate() {
            table.put((*name, look.name, runs.share(|run| run[side][learner])));
        }
    }
    let neighbours = |side: usize| runs.share(|run| run[side][0]);
    outcome.find(SMOTE, "labels are pure noise and only training rows are balanced", neighbours(0));
    outcome.find(SMOTE, "labels are pure noise and all rows are balanced before the split", neighbours(1));

    let [after, before] = SIDES.map(|look| table.whose("balanced", look.name));
    let dumbbell = Dumbbell {
        at: (0..LEARNERS.len()).map(|place| place as f64).collect(),
        from: after.numbers("roc_auc"),
        from_interval: after.interval("roc_auc"),
        to: before.numbers("roc_auc"),
        to_interval: before.interval("roc_auc"),
        hues: (SIDES[0].hue, SIDES[1].hue),
    };
    let title = Title::say(
        "Balanced before the split, pure noise scores a ROC-AUC of {}",
        [before.cite("roc_auc", shown::hundredths)],
    );
    let x = Axis::linear("ROC-AUC on the test rows").range(0.4, 1.0).ticks([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
    let figure = Figure::new("leak", title)
        .subtitle(format!("600 rows, one in ten positive, labels drawn without regard to the columns; three tenths of the rows are tested. Mean of {} runs; whiskers: 99\u{202f}% interval of the mean.", runs.len()))
        .alt("ROC-AUC of four learners on labels of pure noise. With only the training rows balanced by SMOTE all stand at one half; with all rows balanced before the split they stand between six tenths and nearly one.")
        .keys(&SIDES, Look::point)
        .panel(
            Panel::new(x, Axis::category("", LEARNERS.map(|(name, _)| name)))
                .draw(&after, &["learner", "roc_auc"], dumbbell)
                .note(Note::vertical(0.5, "chance")),
        );
    outcome.show(figure, [table]);
    Ok(())
}
