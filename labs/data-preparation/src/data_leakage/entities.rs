//! What happens to a score when rows of one entity lie on both sides of the split?
//!
//! Data: entities with columns of their own and labels that mean nothing, then with a signal; fresh entities and fresh
//! rows of the same ones as the truth; keys that mean nothing as the control; handwritten digits whose file goes from
//! form to form. Arms: a split by key and a random one. Measurement: ROC-AUC or accuracy of the nearest neighbour or a
//! forest.

use super::rungs::{by_key_and_at_random, entities};
use super::scores::{Pair, gain};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::{classes, real};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::{accuracy, auc};
use mllab_kit::split;
use mllab_kit::tree::Forest;

const CLAIM: &str = "split-by-key";
/// How often the printed form's row of digits begins anew in the file.
const FORMS: usize = 14;

/// Measures the claim on entities and on digits.
pub fn measure(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates();
    let mut of_noise = |setting, pairs: &Runs<Pair>| {
        outcome.find(CLAIM, setting, [pairs.share(|pair| pair[0]), pairs.mean(gain)]);
    };
    let noise =
        cx.runs("noise", 2 * n, |rep| Ok(by_key_and_at_random(&entities(60, 10, false, &rep.stream), &rep.stream)?))?;
    of_noise("labels of entities are pure noise and the nearest neighbour learns", &noise);
    let forest = cx.runs("forest", 5 * n / 2, |rep| {
        let (table, key) = entities(100, 3, false, &rep.stream);
        let score = |parts: split::Parts| -> Result<f64, LabError> {
            let (train, test) = (table.rows(&parts.train), table.rows(&parts.test));
            let forest = Forest::random_forest(10, 5).fit_classes(train.x.view(), &train.y, None, &rep.stream)?;
            let auc = roc_auc(&forest.predict(test.x.view()), &test.y);
            Ok(if auc.is_nan() { 0.5 } else { auc })
        };
        Ok([score(split::by_key(&key, 0.3, &rep.stream)?)?, score(split::random(key.len(), 0.3, &rep.stream)?)?])
    })?;
    of_noise("labels of entities are pure noise and a random forest learns", &forest);

    let signal = cx.runs("signal", 3 * n, |rep| {
        // The first half of the entities is known; the others, and later rows of the known ones, are the truth.
        let (all, key) = entities(120, 20, true, &rep.stream);
        let rows = |from: usize, to: usize, later: bool| {
            let wanted = |row: &usize| (row % 20 < 10) != later;
            (from * 20..to * 20).filter(wanted).collect::<Vec<_>>()
        };
        let known = rows(0, 60, false);
        let known = (all.rows(&known), known.iter().map(|&row| key[row]).collect());
        let [by_key, random] = by_key_and_at_random(&known, &rep.stream)?;
        let truth = |rows: &[usize]| auc(&known.0, &all.rows(rows), 1);
        Ok([by_key, random, truth(&rows(60, 120, false))?, truth(&rows(0, 60, true))?])
    })?;
    outcome.find(CLAIM, "entities carry a signal", [0, 1].map(|split| signal.mean(|run| run[split] - run[2])));
    let setting = "rows of known entities are to be predicted later";
    outcome.find(CLAIM, setting, signal.mean(|run| run[0] - run[3]));

    let alone = cx.runs("alone", n, |rep| {
        let table = classes::pure_noise(400, 5, 0.5, &rep.stream);
        let mut draws = Draws::new(&rep.stream.child("keys", 0));
        let key = (0..400).map(|_| draws.below(40) as u64).collect();
        Ok(by_key_and_at_random(&(table, key), &rep.stream)?)
    })?;
    outcome.find(CLAIM, "keys mean nothing", alone.mean(gain));
    let setting = "handwritten digits lie in the order of their file and fourteen blocks stand for filled-in forms";
    outcome.find(CLAIM, setting, digits(cx)?);
    Ok(())
}

/// Accuracy of the nearest neighbour over ten classes: random folds less folds by block, fold by fold, corrected for
/// the rows that they share.
fn digits(cx: &Cx) -> Result<Estimate, LabError> {
    let digits = real::digits().table;
    let n = digits.class.len();
    let block: Vec<usize> = (0..n).map(|row| row * FORMS / n).collect();
    let folds = if cx.quick() { 2 } else { FORMS };
    let stream = cx.stream("digits", 0);
    let accuracy = |parts: &split::Parts| accuracy(digits.x.view(), &digits.class, &parts.train, &parts.test);
    let by_block = split::key_folds(&block, folds, &stream)?;
    let gains = split::random_folds(n, folds, &stream)?
        .iter()
        .zip(&by_block)
        .map(|(random, block)| Ok(accuracy(random)? - accuracy(block)?))
        .collect::<Result<Vec<f64>, KitError>>()?;
    Ok(Estimate::resampled_mean(&gains, 1.0 / (folds as f64 - 1.0)))
}
