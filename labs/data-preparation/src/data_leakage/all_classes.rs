//! A user's table of three classes and more, split in every way that it allows.
//!
//! Each class is told from the rest by a random forest of its own, and the surest says which it is; recall and F1 are means
//! over the classes that the test rows hold.

use super::cuts::{self, picked, unsplittable};
use super::scores::{FOLDS, TEST_TO_TRAIN};
use mllab_core::prelude::*;
use mllab_kit::split::{self, Parts};
use mllab_kit::tree::Forest;
use ndarray::Axis as Side;

/// The table `splits_of_all_classes`; nothing where there are two.
pub fn run(cx: &Cx, data: &Dataset, trees: usize, outcome: &mut Outcome) -> Result<(), LabError> {
    let Some(classes) = &data.classes else { return Ok(()) };
    let n = data.n_rows();
    let mut splits = vec![("random", split::random_folds(n, FOLDS, &cx.stream("macro folds", 0))?)];
    if data.time.is_some() {
        splits.push(("ordered", split::ordered_folds(n, FOLDS, 0)?));
    }
    if let Some(group) = &data.group {
        let folds = split::key_folds(group, FOLDS, &cx.stream("macro folds", 1));
        splits.push(("by-key", folds.map_err(|error| unsplittable("by-key", &error))?));
    }
    let mut table = Table::named("splits_of_all_classes").with_word("strategy").with_word("metric");
    table = table.with_estimate("estimate", "1");
    for (name, folds) in splits {
        let mut scores = [Vec::new(), Vec::new(), Vec::new()];
        for (fold, parts) in folds.iter().enumerate() {
            cx.check()?;
            let said = surest(data, classes, trees, parts, &cx.stream("macro", fold))?;
            let truth = picked(classes, &parts.test);
            let of_fold = [accuracy(&said, &truth), macro_recall(&said, &truth), macro_f1(&said, &truth)];
            for (scores, score) in scores.iter_mut().zip(of_fold) {
                scores.push(score);
            }
        }
        for (metric, scores) in ["accuracy", "macro recall", "macro F1"].into_iter().zip(&scores) {
            let estimate = match name {
                "ordered" => cuts::mean(scores),
                _ => Estimate::resampled_mean(scores, TEST_TO_TRAIN),
            };
            table.put((name, metric, estimate.cut_to(0.0, 1.0)));
        }
    }
    outcome.tables.push(table);
    Ok(())
}

/// The class of each test row whose own forest is surest of it.
fn surest(
    data: &Dataset,
    classes: &[usize],
    trees: usize,
    parts: &Parts,
    stream: &Stream,
) -> Result<Vec<usize>, LabError> {
    let [x, test] = [&parts.train, &parts.test].map(|rows| data.features.select(Side(0), rows));
    let known = picked(classes, &parts.train);
    let mut best = vec![(f64::NEG_INFINITY, 0); parts.test.len()];
    for class in 0..=classes.iter().copied().max().unwrap_or(0) {
        let labels: Vec<bool> = known.iter().map(|&own| own == class).collect();
        // A class that training does not hold is never said.
        if labels.iter().all(|&label| label == labels[0]) {
            continue;
        }
        let forest = Forest::random_forest(trees, x.ncols());
        let model = forest.fit_classes(x.view(), &labels, None, &stream.child("class", class as u64))?;
        for (best, score) in best.iter_mut().zip(model.predict(test.view())) {
            if score > best.0 {
                *best = (score, class);
            }
        }
    }
    Ok(best.into_iter().map(|(_, class)| class).collect())
}

/// The share of rows whose class is said.
fn accuracy(said: &[usize], truth: &[usize]) -> f64 {
    said.iter().zip(truth).filter(|(said, truth)| said == truth).count() as f64 / truth.len() as f64
}

/// The mean over the classes that are there of a measure of hits, rows of the class, and rows said to be of it.
fn macro_mean(said: &[usize], truth: &[usize], measure: fn(f64, f64, f64) -> f64) -> f64 {
    let count = |values: &[usize], class: usize| values.iter().filter(|value| **value == class).count() as f64;
    let mut held = truth.to_vec();
    held.sort_unstable();
    held.dedup();
    let one = |&class: &usize| {
        let hits = said.iter().zip(truth).filter(|(said, truth)| said == truth && **truth == class).count() as f64;
        measure(hits, count(truth, class), count(said, class))
    };
    held.iter().map(one).sum::<f64>() / held.len() as f64
}

fn macro_recall(said: &[usize], truth: &[usize]) -> f64 {
    macro_mean(said, truth, |hits, rows, _| hits / rows)
}

fn macro_f1(said: &[usize], truth: &[usize]) -> f64 {
    macro_mean(said, truth, |hits, rows, said| 2.0 * hits / (rows + said))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Right values: scikit-learn's recall_score and f1_score with average="macro".
    #[test]
    fn means_over_classes_are_scikit_learns() {
        let (truth, said) = ([0, 0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 0, 1, 0, 2, 1, 2]);
        assert!((accuracy(&said, &truth) - 0.666_666_666_666_667).abs() < 1e-12);
        assert!((macro_recall(&said, &truth) - 0.638_888_888_888_889).abs() < 1e-12);
        assert!((macro_f1(&said, &truth) - 0.65).abs() < 1e-12);
    }
}
