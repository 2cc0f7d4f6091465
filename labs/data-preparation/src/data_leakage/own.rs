//! A table of the user's in every split that it allows, judged by a random forest.
//!
//! Large tables are thinned: whole groups drawn at random where there are groups, else rows drawn at random, both classes
//! with enough of them; the caption says so. Folds share rows, so intervals are corrected (Nadeau and Bengio 2003).

use super::cuts::{picked, unsplittable};
use super::scores::{FOLDS, TEST_TO_TRAIN};
use super::{DataLeakageParams, all_classes, cuts};
use mllab_core::Drawn;
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::metrics::{Confusion, r2};
use mllab_kit::split::{self, Parts, whole_groups};
use mllab_kit::tree::Forest;
use ndarray::Axis as Side;
use shown::hundredths;

/// Rows that a forest is grown from at most.
const MOST: usize = 4000;

/// What a study says of a user's table of two classes, thinned to so many rows drawn at random with all their copies; of
/// another target it says nothing.
pub fn classes(
    cx: &Cx,
    data: &Dataset,
    most: usize,
    claims: &[&'static str],
    study: impl FnOnce(&Labelled) -> Result<Outcome, LabError>,
) -> Result<Outcome, LabError> {
    let Some(y) = data.binary() else {
        let why = |claim: &&'static str| (*claim, "It needs a target of two classes.".to_string());
        return Ok(Outcome { untestable: claims.iter().map(why).collect(), ..Outcome::new() });
    };
    let mut table = Labelled { x: data.features.clone(), y: y.to_vec() };
    let mut reading = Vec::new();
    if y.len() > most {
        let drawn = whole_groups(&table.twins(), Some(y), most, &cx.stream("thinned", 0));
        // Equal rows are the groups here.
        let said = drawn.said(y.len(), false).replace("whole groups", "equal rows together");
        reading.push(format!("{} measured on {said}", claims.join(", ")));
        table = table.rows(&drawn.rows);
    }
    enough_of_both(&table.y)?;
    let outcome = study(&table)?;
    reading.extend(outcome.reading);
    Ok(Outcome { reading, ..outcome })
}

/// The user's rows in order of time, where there is one, thinned; and how.
fn in_order(data: &Dataset, stream: &Stream) -> Result<(Dataset, String), LabError> {
    let (n, needed) = (data.n_rows(), 2 * (FOLDS + 1));
    match &data.target {
        Target::None => return Err(LabError::Unusable("this lab needs a target: two classes or a number".into())),
        Target::Binary(labels) => enough_of_both(labels)?,
        Target::Numeric(_) => {}
    }
    if n < needed {
        let what = format!("{n} rows are too few for {FOLDS} folds and ordered ones: {needed} would do");
        return Err(LabError::Unusable(what));
    }
    let mut order: Vec<usize> = (0..n).collect();
    if let Some(time) = &data.time {
        order.sort_by(|&a, &b| time[a].total_cmp(&time[b]).then(a.cmp(&b)));
    }
    if n <= MOST {
        return Ok((data.rows(&order), String::new()));
    }
    let labels = data.binary().map(|labels| picked(labels, &order));
    let drawn = match &data.group {
        Some(group) => whole_groups(&picked(group, &order), labels.as_deref(), MOST, stream),
        None => Drawn::of(n, MOST, labels.as_deref(), stream),
    };
    let sample = data.rows(&picked(&order, &drawn.rows));
    let how = drawn.said(n, true);
    Ok((Dataset { stands_for: drawn.stands_for, ..sample }, how))
}

/// A forest of so many trees.
struct Judge<'a> {
    data: &'a Dataset,
    trees: usize,
}

impl Judge<'_> {
    fn metric(&self) -> &'static str {
        if self.data.binary().is_some() { "accuracy" } else { "r2" }
    }

    /// The score on each fold.
    fn scores(&self, name: &str, folds: &[Parts], stream: &Stream) -> Result<Vec<f64>, LabError> {
        let score = |(fold, parts): (usize, &Parts)| {
            let [x, test] = [&parts.train, &parts.test].map(|rows| self.data.features.select(Side(0), rows));
            let forest = Forest::random_forest(self.trees, x.ncols());
            let stream = stream.child("forest", fold as u64);
            match &self.data.target {
                Target::Numeric(values) => {
                    let [y, truth] = [&parts.train, &parts.test].map(|rows| picked(values, rows));
                    Ok(r2(&forest.fit_numbers(x.view(), &y, None, &stream)?.predict(test.view()), &truth))
                }
                Target::Binary(labels) => {
                    let [y, truth] = [&parts.train, &parts.test].map(|rows| picked(labels, rows));
                    both_classes(name, fold, &y)?;
                    let stands_for = self.data.stands_for.map(|rows| rows as f64);
                    let weights: Vec<f64> = y.iter().map(|&label| stands_for[usize::from(label)]).collect();
                    let weights = (stands_for != [1.0; 2]).then_some(weights.as_slice());
                    let said = forest.fit_classes(x.view(), &y, weights, &stream)?.predict(test.view());
                    let counts = Confusion::at(&said, &truth, 0.5);
                    let [negative, positive] = stands_for;
                    let right = negative * counts.true_negatives as f64 + positive * counts.true_positives as f64;
                    let wrong = negative * counts.false_positives as f64 + positive * counts.false_negatives as f64;
                    Ok(right / (right + wrong))
                }
                Target::None => Ok(f64::NAN),
            }
        };
        folds.iter().enumerate().map(score).collect()
    }
}

/// Refuses training rows in which a class is missing; test rows of one class still have an accuracy.
fn both_classes(split: &str, fold: usize, labels: &[bool]) -> Result<(), LabError> {
    let positives = labels.iter().filter(|&&label| label).count();
    if positives > 0 && positives < labels.len() {
        return Ok(());
    }
    let (fold, n, class) = (fold + 1, labels.len(), if positives == 0 { "positive" } else { "negative" });
    let remedy = match split {
        "ordered" => "without --time the table is not split in order",
        "by-key" => "without --group it is not split by key, and a key of more groups would mix both classes",
        _ => "more rows of that class would do",
    };
    let what = format!("split {split}, fold {fold} of {FOLDS}: the {n} training rows hold no {class} row; {remedy}");
    Err(LabError::Unusable(what))
}

fn enough_of_both(labels: &[bool]) -> Result<(), LabError> {
    let positives = labels.iter().filter(|&&label| label).count();
    let few = positives.min(labels.len() - positives);
    if few >= FOLDS {
        return Ok(());
    }
    let n = labels.len();
    let what = format!("the rarer class has {few} of {n} rows, too few for {FOLDS} folds: {FOLDS} would do");
    Err(LabError::Unusable(what))
}

/// The table `splits`, its figure, and what it says of the claims.
pub fn splits(cx: &Cx, params: &DataLeakageParams, data: &Dataset, outcome: &mut Outcome) -> Result<(), LabError> {
    let (data, thinned) = in_order(data, &cx.stream("thinned", 0))?;
    let n = data.n_rows();
    let (repeats, trees) = if cx.quick() { (1, 20) } else { (params.repeats as usize, params.trees as usize) };
    let judge = Judge { data: &data, trees };
    let again = |name: &str, deal: &dyn Fn(&Stream) -> Result<Vec<Parts>, KitError>| -> Result<Vec<f64>, LabError> {
        let mut scores = Vec::new();
        for repeat in 0..repeats {
            cx.check()?;
            let stream = cx.stream(name, repeat);
            let folds = deal(&stream.child("folds", 0)).map_err(|error| unsplittable(name, &error))?;
            scores.extend(judge.scores(name, &folds, &stream)?);
        }
        Ok(scores)
    };
    let mean = |scores: &[f64]| Estimate::resampled_mean(scores, TEST_TO_TRAIN);
    // An accuracy is a share; an R² has no lower end.
    let least = if data.binary().is_some() { 0.0 } else { f64::NEG_INFINITY };
    let score = |estimate: Estimate| estimate.cut_to(least, 1.0);
    let random = again("random", &|stream| split::random_folds(n, FOLDS, stream))?;
    let more = |scores: &[f64]| random.iter().zip(scores).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let mut table = Table::named("splits").with_word("strategy").with_word("metric").with_estimate("estimate", "1");
    table.put(("random", judge.metric(), score(mean(&random))));
    if let Some(labels) = data.binary() {
        let scores = again("stratified", &|stream| split::stratified_folds(labels, FOLDS, stream))?;
        table.put(("stratified", judge.metric(), score(mean(&scores))));
    }
    if data.time.is_some() {
        let ordered = |folds: usize| -> Result<Vec<f64>, LabError> {
            judge.scores("ordered", &split::ordered_folds(n, folds, 0)?, &cx.stream("ordered", 0))
        };
        let scores = ordered(FOLDS)?;
        table.put(("ordered", judge.metric(), score(cuts::mean(&scores))));
        let gap = cuts::gap(&random, &scores, n, ordered, &mut outcome.reading)?;
        let gap = if least == 0.0 { gap.cut_to(-1.0, 1.0) } else { gap };
        outcome.find("ordered-split", "your table is in order of time", gap);
    } else {
        outcome.untestable.push(("ordered-split", "It needs --time, the column that orders the rows.".into()));
    }
    if let Some(group) = &data.group {
        let scores = again("by-key", &|stream| split::key_folds(group, FOLDS, stream))?;
        table.put(("by-key", judge.metric(), score(mean(&scores))));
        let gap = mean(&more(&scores));
        let gap = if least == 0.0 { gap.cut_to(-1.0, 1.0) } else { gap };
        outcome.find("split-by-key", "rows of your table share a group", gap);
    } else {
        outcome.untestable.push(("split-by-key", "It needs --group, the key that rows share.".into()));
    }
    all_classes::run(cx, &data, trees, outcome)?;
    draw(&judge, &thinned, table, outcome);
    if !thinned.is_empty() {
        outcome.reading.push(format!("split and scored on {thinned}"));
    }
    Ok(())
}

fn draw(judge: &Judge, thinned: &str, table: Table, outcome: &mut Outcome) {
    let what = if judge.data.binary().is_some() { "an accuracy" } else { "an R²" };
    let title = Title::say(
        &format!("A random split of your table reports {what} of {{}}"),
        [table.cite("estimate", ("random",), hundredths)],
    );
    let splits = Axis::category("", Rows::from(&table).words("strategy"));
    let panel = Panel::new(splits, Axis::linear(judge.metric()));
    let figure = Figure::new("your-splits", title)
        .subtitle(format!(
            "Random forest of {} trees in {FOLDS} folds; 99\u{202f}% intervals, corrected for shared rows. {thinned}{}",
            judge.trees,
            if thinned.is_empty() { "" } else { "." }
        ))
        .alt("A point with its interval for each way of splitting the table.")
        .panel(panel.points(&table, "strategy", "estimate", &Look::new("score", Hue::Blue).unnamed()));
    outcome.show(figure, [table]);
}
