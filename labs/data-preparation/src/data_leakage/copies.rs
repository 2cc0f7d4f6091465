//! What do duplicate rows do to a score, and to the model?
//!
//! Data: labels of pure noise, and a line through two clouds, with a share of the rows copied once or a few rows copied
//! many times; the breast cancer table. Arms: nearest neighbour, random forest, logistic regression; with the copies and
//! without. Measurement: the reported score, less the true one on fresh rows.

use super::scores::{FOLDS, TEST_TO_TRAIN};
use super::{DataLeakageParams, own};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::classes::{self, TwoGaussians};
use mllab_kit::data::{Labelled, real};
use mllab_kit::draws::Draws;
use mllab_kit::linear::Logistic;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::{accuracy, auc, auc_over};
use mllab_kit::split;
use mllab_kit::tree::Forest;
use shown::hundredths;

const CLAIM: &str = "duplicates";
const SHARES: [f64; 6] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5];
const LOOKS: [Look; 2] = [Look::new("reported", Hue::Vermilion), Look::new("on fresh rows", Hue::Blue)];

/// ROC-AUC of one who learns.
type Learner = fn(&Labelled, &Labelled, &Stream) -> Result<f64, KitError>;

fn forest(train: &Labelled, test: &Labelled, stream: &Stream) -> Result<f64, KitError> {
    let forest = Forest::random_forest(15, 5).fit_classes(train.x.view(), &train.y, None, stream)?;
    Ok(roc_auc(&forest.predict(test.x.view()), &test.y))
}

fn line(train: &Labelled, test: &Labelled) -> Result<f64, KitError> {
    let model = Logistic::default().fit(train.x.view(), &train.y, None)?;
    Ok(roc_auc(&model.logits(test.x.view()), &test.y))
}

/// Measures what copies do to reports and to learning.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let (data, past) = past_ids(data);
        outcome.reading.extend(past);
        return own::classes(cx, &data, 4000, &[CLAIM], |table| {
            let gain = on_table(cx, params, table, &table.without_copies())?;
            outcome.find(CLAIM, "your table is judged by its nearest neighbours", gain);
            Ok(outcome)
        });
    }
    let n = cx.replicates();
    let learners: [(&str, usize, Learner); 3] = [
        ("labels are pure noise and the nearest neighbour learns from half the rows copied", n, |a, b, _| auc(a, b, 1)),
        ("labels are pure noise and a random forest learns from half the rows copied", n, forest),
        ("labels are pure noise and logistic regression learns from half the rows copied", 4 * n, |a, b, _| line(a, b)),
    ];
    for (setting, n, score) in learners {
        let runs = cx.runs(setting, n, |rep| {
            let (known, fresh) = known_and_fresh(&rep.stream);
            let table = known.with_copies(params.copied);
            let parts = split::random(table.y.len(), 0.3, &rep.stream.child("split", 0))?;
            let (train, test) = (table.rows(&parts.train), table.rows(&parts.test));
            Ok(score(&train, &test, &rep.stream)? - score(&train, &fresh, &rep.stream)?)
        })?;
        outcome.find(CLAIM, setting, runs.mean(|bias| *bias));
    }
    trained(cx, params, &mut outcome)?;
    let cancer = real::breast_cancer().table;
    // The copied rows must not be the first of the file, which holds the malignant ones.
    let order = Draws::new(&cx.stream("copied", 0)).permutation(cancer.y.len());
    let cancer = cancer.rows(&order);
    let gain = on_table(cx, params, &cancer.with_copies(0.5), &cancer)?;
    outcome.find(CLAIM, "half the rows of the breast cancer table are copied and the nearest neighbour learns", gain);
    by_share(cx, &mut outcome)?;
    Ok(outcome)
}

/// The table without the columns that number its rows, and what is said of that: a number of its own hides each copy.
fn past_ids(data: &Dataset) -> (Dataset, Option<String>) {
    if data.ids.is_empty() || data.ids.len() == data.feature_names.len() {
        return (data.clone(), None);
    }
    let names = data.ids.join(", ");
    (data.without_ids(), Some(format!("duplicates are looked for past {names}: it numbers the rows")))
}

/// Three hundred rows whose labels mean nothing, and nine hundred more.
fn known_and_fresh(stream: &Stream) -> (Labelled, Labelled) {
    let both = classes::pure_noise(1200, 5, 0.5, &stream.child("rows", 0));
    (both.rows(&(0..300).collect::<Vec<_>>()), both.rows(&(300..1200).collect::<Vec<_>>()))
}

/// What copies do to the model itself: fresh rows, with copies and after their removal.
fn trained(cx: &Cx, params: &DataLeakageParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let clouds = TwoGaussians { prevalence: 0.5, separation: 0.7, informative: 2, columns: 10 };
    for (setting, heavy) in [
        ("training counts and half of the rows are copied once", false),
        ("training counts and one row in twenty stands there fifty times", true),
    ] {
        let gains = cx.runs(setting, cx.replicates(), |rep| {
            let table = clouds.draw(300, &rep.stream.child("rows", 0));
            let fresh = clouds.draw(3000, &rep.stream.child("fresh", 0));
            let copied = if heavy {
                table.rows(&(0..300).chain((0..49).flat_map(|_| 0..15)).collect::<Vec<_>>())
            } else {
                table.with_copies(params.copied)
            };
            Ok(line(&table, &fresh)? - line(&copied, &fresh)?)
        })?;
        outcome.find(CLAIM, setting, gains.mean(|gain| *gain));
    }
    Ok(())
}

/// Accuracy of the nearest neighbour in folds of a table with copies less that without; exact where there are none.
fn on_table(cx: &Cx, params: &DataLeakageParams, with: &Labelled, without: &Labelled) -> Result<Estimate, LabError> {
    if with.y.len() == without.y.len() {
        return Ok(Estimate::exact(0.0));
    }
    let repeats = if cx.quick() { 1 } else { params.repeats as usize };
    let gains = cx.runs("table", repeats, |rep| {
        let scores = |table: &Labelled| -> Result<Vec<f64>, LabError> {
            let accuracy = |parts: &split::Parts| Ok(accuracy(table.x.view(), &table.y, &parts.train, &parts.test)?);
            split::random_folds(table.y.len(), FOLDS, &rep.stream)?.iter().map(accuracy).collect()
        };
        Ok(scores(with)?.into_iter().zip(scores(without)?).map(|(a, b)| a - b).collect::<Vec<_>>())
    })?;
    Ok(gains.flat().resampled(TEST_TO_TRAIN, |gain| *gain))
}

/// Reported and true score of the nearest neighbour against the share of copied rows.
fn by_share(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("by share", cx.replicates(), |rep| {
        let (known, fresh) = known_and_fresh(&rep.stream);
        let score = |share| -> Result<[f64; 2], LabError> {
            let table = known.with_copies(share);
            let folds = split::random_folds(table.y.len(), FOLDS, &rep.stream.child("folds", 0))?;
            Ok([auc_over(&table, &folds, 1)?, auc(&table, &fresh, 1)?])
        };
        SHARES.into_iter().map(score).collect::<Result<Vec<_>, _>>()
    })?;
    let setting = "copies are removed before the split";
    outcome.find(CLAIM, setting, [runs.share(|run| run[0][0]), runs.mean(|run| run[0][0] - run[0][1])]);

    let mut table = Table::named("copies").with_number("copied", "share").with_word("score");
    table = table.with_estimate("roc_auc", "1").with_number("expected", "1").with_number("runs", "runs");
    for (side, look) in LOOKS.iter().enumerate() {
        for (place, share) in SHARES.into_iter().enumerate() {
            // A row with a copy meets it in training four times in five.
            let expected = if side == 0 { 0.5 + 0.5 * 2.0 * share / (1.0 + share) * 0.8 } else { 0.5 };
            table.put((share, look.name, runs.share(|run| run[place][side]), expected, runs.len()));
        }
    }
    let expected = Look::new("reported", Hue::Ink).dash(Dash::Dotted).thin().unnamed();
    let copied = Axis::share("rows that stand there twice").ticks(SHARES);
    let panel = Panel::new(copied, Axis::linear("ROC-AUC").range(0.4, 0.9))
        .lines(&table, &LOOKS, "copied", "roc_auc")
        .lines(&table, &[expected], "copied", "expected");
    let title = Title::say(
        "With half of the rows copied, noise reports {} and is worth {}",
        LOOKS.map(|look| table.cite("roc_auc", (0.5, look.name), hundredths)),
    )
    .if_cited(|cited| cited[0] > cited[1]);
    let figure = Figure::new("copies", title)
        .subtitle(format!("Nearest neighbour on 300 rows whose labels mean nothing, in {FOLDS} random folds and on 900 fresh rows. Mean of {} runs; band: 99\u{202f}% interval of the mean. Dotted: one half, and one half more for each row whose copy is in training.", runs.len()))
        .alt("Two lines against the share of copied rows. The reported score climbs from one half to about three quarters along a dotted line; the score on fresh rows stays at one half.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
