//! What happens to a score when rows of one entity lie on both sides of the split?
//!
//! Data: entities with columns of their own and labels that mean nothing, then with a signal; fresh entities and fresh
//! rows of the same ones as the truth; keys that mean nothing as the control; handwritten digits whose file goes from
//! form to form. Arms: a split by key and a random one.

use super::rungs::entities;
use super::scores::{FOLDS, mean, mean_of, near, over_folds, refused, runs, share_of};
use mllab_core::{Cx, Estimate, LabError, Outcome, Stream};
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, classes, real};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::nearest;
use mllab_kit::split;
use mllab_kit::tree::Forest;
use ndarray::Axis;

const CLAIM: &str = "split-by-key";
/// How often the printed form's row of digits begins anew in the file.
const FORMS: usize = 14;

/// Measures the claim on entities and on digits.
pub fn measure(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let noise = runs(cx, "noise", 2 * cx.replicates(), |stream| both(&entities(60, 10, false, stream), stream))?;
    let setting = "labels of entities are pure noise and the nearest neighbour learns";
    of_noise(setting, &noise, outcome);

    let forest = runs(cx, "forest", 5 * cx.replicates() / 2, |stream| {
        let (table, key) = entities(100, 3, false, stream);
        let score = |parts: split::Parts| {
            let (train, test) = (table.rows(&parts.train), table.rows(&parts.test));
            let forest = Forest::random_forest(10, 5).fit_classes(train.x.view(), &train.y, None, stream)?;
            let auc = roc_auc(&forest.predict(test.x.view()), &test.y);
            Ok::<f64, KitError>(if auc.is_nan() { 0.5 } else { auc })
        };
        Ok([score(split::by_key(&key, 0.3, stream)?)?, score(split::random(key.len(), 0.3, stream)?)?])
    })?;
    of_noise("labels of entities are pure noise and a random forest learns", &forest, outcome);

    let signal = runs(cx, "signal", 3 * cx.replicates(), |stream| {
        // The first half of the entities is known; the others, and later rows of the known ones, are the truth.
        let (all, key) = entities(120, 20, true, stream);
        let rows = |from: usize, to: usize, later: bool| {
            let wanted = |row: &usize| (row % 20 < 10) != later;
            (from * 20..to * 20).filter(wanted).collect::<Vec<_>>()
        };
        let known = rows(0, 60, false);
        let table = all.rows(&known);
        let key: Vec<u64> = known.iter().map(|&row| key[row]).collect();
        let [by_key, random] = both(&(table.clone(), key), stream)?;
        let truth = |rows: &[usize]| near(&table, &all.rows(rows), 1);
        Ok([by_key, random, truth(&rows(60, 120, false))?, truth(&rows(0, 60, true))?])
    })?;
    outcome.find(CLAIM, "entities carry a signal", mean_of(&signal, |run| run[0] - run[2]));
    outcome.find_part(CLAIM, "entities carry a signal", 1, mean_of(&signal, |run| run[1] - run[2]));
    let setting = "rows of known entities are to be predicted later";
    outcome.find(CLAIM, setting, mean_of(&signal, |run| run[0] - run[3]));

    let alone = runs(cx, "alone", cx.replicates(), |stream| {
        let table = classes::pure_noise(400, 5, 0.5, stream);
        let mut draws = Draws::new(&stream.child("keys", 0));
        let key = (0..400).map(|_| draws.below(40) as u64).collect();
        both(&(table, key), stream)
    })?;
    outcome.find(CLAIM, "keys mean nothing", mean_of(&alone, |run| run[1] - run[0]));

    let setting = "handwritten digits lie in the order of their file and fourteen blocks stand for filled-in forms";
    outcome.find(CLAIM, setting, digits(cx)?);
    Ok(())
}

fn of_noise(setting: &'static str, pairs: &[[f64; 2]], outcome: &mut Outcome) {
    outcome.find(CLAIM, setting, share_of(pairs, |run| run[0]));
    outcome.find_part(CLAIM, setting, 1, mean_of(pairs, |run| run[1] - run[0]));
}

/// ROC-AUC of the nearest neighbour in folds by key and in random folds.
fn both((table, key): &(Labelled, Vec<u64>), stream: &Stream) -> Result<[f64; 2], KitError> {
    let score = |folds: &[split::Parts]| over_folds(table, folds, |_, train, test| near(train, test, 1));
    let folds = stream.child("folds", 0);
    Ok([score(&split::key_folds(key, FOLDS, &folds)?)?, score(&split::random_folds(key.len(), FOLDS, &folds)?)?])
}

/// Accuracy of the nearest neighbour over ten classes: random folds less folds by block, fold by fold, corrected for
/// the rows that they share.
fn digits(cx: &Cx) -> Result<Estimate, LabError> {
    let digits = real::digits().table;
    let n = digits.class.len();
    let block: Vec<usize> = (0..n).map(|row| row * FORMS / n).collect();
    let folds = if cx.quick() { 2 } else { FORMS };
    let stream = cx.stream("digits", 0);
    let accuracy = |parts: &split::Parts| {
        let (train, test) = (digits.x.select(Axis(0), &parts.train), digits.x.select(Axis(0), &parts.test));
        let found = nearest(test.view(), train.view(), 1, false)?;
        let right =
            found.iter().zip(&parts.test).map(|(near, &row)| digits.class[parts.train[near[0]]] == digits.class[row]);
        Ok::<f64, KitError>(mean(right.map(|right| f64::from(u8::from(right)))))
    };
    let scores = |folds: Vec<split::Parts>| folds.iter().map(accuracy).collect::<Result<Vec<_>, _>>();
    let random = split::random_folds(n, folds, &stream).and_then(scores).map_err(refused)?;
    let by_block = split::key_folds(&block, folds, &stream).and_then(scores).map_err(refused)?;
    let gains: Vec<f64> = random.iter().zip(by_block).map(|(a, b)| a - b).collect();
    Ok(Estimate::resampled_mean(&gains, 1.0 / (folds as f64 - 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// UCI's test file begins 0 to 9 three times over on each form; writers' numbers are not in it.
    #[test]
    fn digits_keep_the_order_of_the_forms() {
        let class = real::digits().table.class;
        let twice: Vec<usize> = (0..20).map(|place| place % 10).collect();
        let starts: Vec<usize> = (0..class.len() - 20).filter(|&row| class[row..row + 20] == twice).collect();
        for start in [0, 130, 256, 386, 516, 646, 776, 915, 1029, 1157, 1287, 1415, 1667] {
            assert!(starts.contains(&start), "{start}: {starts:?}");
        }
        // Blocks of equal length are off by no more than fourteen rows.
        for (block, start) in [0, 130, 256, 386, 516, 646, 776].into_iter().enumerate() {
            assert!((block * class.len() / FORMS).abs_diff(start) <= 14);
        }
    }
}
