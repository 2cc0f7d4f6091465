//! The kinds of leak: each draws rows once and says what the right way of scoring makes of them and what the leaky way
//! does. Without a signal the right way must straddle one half.

use super::scores::{FOLDS, Pair, mean};
use mllab_core::Stream;
use mllab_kit::KitError;
use mllab_kit::data::classes::{Grouped, TwoGaussians, pure_noise};
use mllab_kit::data::{Labelled, Rewritten, series};
use mllab_kit::draws::Draws;
use mllab_kit::linear::Logistic;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::{auc, auc_over};
use mllab_kit::preprocess::{best_columns, filled, mean_labels, means_of_known, standard, standardised};
use mllab_kit::resample::{Synthesis, smote};
use mllab_kit::split::{self, mean_over};
use mllab_kit::theory::best_of;
use ndarray::Array2;

/// A kind of leak by name.
pub struct Rung {
    /// As it stands in figures and tables.
    pub name: &'static str,
    /// Whether there is a signal; the rows come from the stream.
    pub run: fn(bool, &Stream) -> Result<Pair, KitError>,
    /// The settings of preparation before the split that it answers, on noise and with a signal.
    pub settings: [Option<&'static str>; 2],
}

impl Rung {
    const fn new(name: &'static str, run: fn(bool, &Stream) -> Result<Pair, KitError>) -> Self {
        Rung { name, run, settings: [None, None] }
    }

    const fn on_noise(self, setting: &'static str) -> Self {
        Rung { settings: [Some(setting), self.settings[1]], ..self }
    }

    const fn with_signal(self, setting: &'static str) -> Self {
        Rung { settings: [self.settings[0], Some(setting)], ..self }
    }
}

/// All kinds of leak, in no order.
pub const RUNGS: [Rung; 10] = [
    Rung::new("rows of an entity on both sides", groups),
    Rung::new("SMOTE before the split", oversampling)
        .on_noise("labels are pure noise and SMOTE balances")
        .with_signal("there is a signal and SMOTE balances"),
    Rung::new("columns chosen on all rows", selection)
        .on_noise("labels are pure noise and the best of many columns are chosen")
        .with_signal("there is a signal and the best of many columns are chosen"),
    Rung::new("categories encoded on all rows", encoding)
        .on_noise("labels are pure noise and categories are encoded by their mean label")
        .with_signal("there is a signal and categories are encoded by their mean label"),
    Rung::new("copies on both sides", copies),
    Rung::new("a series split at random", mixed_time),
    Rung::new("a value written after the outcome", late_value),
    Rung::new("best of 1000 on 200 validation rows", winner),
    Rung::new("a scaler fitted on all rows", scaling)
        .on_noise("labels are pure noise and a scaler is fitted")
        .with_signal("there is a signal and a scaler is fitted"),
    Rung::new("means filled in from all rows", filling)
        .on_noise("labels are pure noise and missing cells are filled with means"),
];

/// Two classes in ten columns, alike or not.
fn rows(n: usize, prevalence: f64, signal: bool, stream: &Stream) -> Labelled {
    if signal {
        TwoGaussians { prevalence, separation: 0.7, informative: 2, columns: 10 }.draw(n, stream)
    } else {
        pure_noise(n, 10, prevalence, stream)
    }
}

/// Entities whose label is a coin flip or, with a signal, depends on where they are; rows and keys.
pub fn entities(groups: usize, rows_each: usize, signal: bool, stream: &Stream) -> (Labelled, Vec<u64>) {
    let entities = Grouped { groups, rows_each, columns: 5, within: 0.1 };
    if signal { entities.draw_located(stream) } else { entities.draw(stream) }
}

fn groups(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    by_key_and_at_random(&entities(50, 20, signal, &stream.child("rows", 0)), stream)
}

/// The nearest neighbour in folds by key and in random folds.
pub fn by_key_and_at_random((table, key): &(Labelled, Vec<u64>), stream: &Stream) -> Result<Pair, KitError> {
    let stream = stream.child("folds", 0);
    let (by_key, random) = (split::key_folds(key, FOLDS, &stream)?, split::random_folds(key.len(), FOLDS, &stream)?);
    Ok([auc_over(table, &by_key, 1)?, auc_over(table, &random, 1)?])
}

/// SMOTE inside the folds and before them; five neighbours.
pub fn oversampling(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    balanced(&rows(800, 0.1, signal, &stream.child("rows", 0)), stream)
}

/// [`oversampling`] of a given table.
pub fn balanced(table: &Labelled, stream: &Stream) -> Result<Pair, KitError> {
    let even = |table: &Labelled, stream: &Stream| {
        let made = smote(table.x.view(), &table.y, Synthesis::default(), stream)?;
        Ok::<Labelled, KitError>(Labelled { x: made.x, y: made.y })
    };
    let folds = split::stratified_folds(&table.y, FOLDS, &stream.child("folds", 0))?;
    let inside = mean_over(table, &folds, |fold, train, test| {
        auc(&even(train, &stream.child("inside", fold as u64))?, test, 5)
    })?;
    let all = even(table, &stream.child("before", 0))?;
    let folds = split::stratified_folds(&all.y, FOLDS, &stream.child("folds", 1))?;
    Ok([inside, auc_over(&all, &folds, 5)?])
}

/// The hundred of five thousand columns that go best with fifty labels, chosen inside the folds and before them; the
/// nearest neighbour (Hastie, Tibshirani and Friedman 2009, section 7.10.2).
pub fn selection(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let mut table = pure_noise(50, 5000, 0.5, &stream.child("rows", 0));
    if signal {
        let rows = table.x.rows_mut().into_iter().zip(&table.y);
        rows.filter(|(_, label)| **label).for_each(|(mut row, _)| row.iter_mut().take(40).for_each(|v| *v += 1.0));
    }
    let folds = split::stratified_folds(&table.y, FOLDS, &stream.child("folds", 0))?;
    let inside = mean_over(&table, &folds, |_, train, test| {
        let columns = best_columns(train, 100);
        auc(&train.columns(&columns), &test.columns(&columns), 1)
    })?;
    let chosen = table.columns(&best_columns(&table, 100));
    Ok([inside, auc_over(&chosen, &folds, 1)?])
}

/// A column of two hundred categories replaced by the mean label of each, over training rows and over all rows; the
/// code itself is the score.
pub fn encoding(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    const CATEGORIES: usize = 200;
    let mut draws = Draws::new(&stream.child("rows", 0));
    let chance: Vec<f64> =
        (0..CATEGORIES).map(|_| if signal { 1.0 / (1.0 + libm::exp(-draws.normal())) } else { 0.5 }).collect();
    let category: Vec<usize> = (0..1000).map(|_| draws.below(CATEGORIES)).collect();
    let y: Vec<bool> = category.iter().map(|&c| draws.happens(chance[c])).collect();
    let codes = |rows: &[usize]| mean_labels(&category, &y, rows, CATEGORIES);
    let everywhere = codes(&(0..y.len()).collect::<Vec<_>>());
    let (mut inside, mut before) = (Vec::new(), Vec::new());
    for parts in split::random_folds(y.len(), FOLDS, &stream.child("folds", 0))? {
        let truth: Vec<bool> = parts.test.iter().map(|&row| y[row]).collect();
        let auc =
            |codes: &[f64]| roc_auc(&parts.test.iter().map(|&row| codes[category[row]]).collect::<Vec<_>>(), &truth);
        inside.push(auc(&codes(&parts.train)));
        before.push(auc(&everywhere));
    }
    Ok([mean(inside.into_iter()), mean(before.into_iter())])
}

fn copies(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let table = rows(400, 0.5, signal, &stream.child("rows", 0));
    let score =
        |table: &Labelled| auc_over(table, &split::random_folds(table.y.len(), FOLDS, &stream.child("folds", 0))?, 1);
    Ok([score(&table)?, score(&table.with_copies(0.5))?])
}

fn mixed_time(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let table = series::wandering(600, signal, &stream.child("rows", 0));
    let folds = split::random_folds(table.y.len(), FOLDS, &stream.child("folds", 0))?;
    let in_order = split::ordered_folds(table.y.len(), FOLDS, 0)?;
    Ok([auc_over(&table, &in_order, 5)?, auc_over(&table, &folds, 5)?])
}

fn late_value(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let weights = if signal { [1.0, 0.5] } else { [0.0; 2] };
    let rows = Rewritten::draw(600, weights, 2.0, &stream.child("rows", 0));
    let folds = split::stratified_folds(&rows.y, FOLDS, &stream.child("folds", 0))?;
    let score = |x: &Array2<f64>| {
        mean_over(&Labelled { x: x.clone(), y: rows.y.clone() }, &folds, |_, train, test| {
            let model = Logistic::default().fit(train.x.view(), &train.y, None)?;
            Ok(roc_auc(&model.logits(test.x.view()), &test.y))
        })
    };
    Ok([score(&rows.as_of)?, score(&rows.latest)?])
}

#[allow(clippy::unnecessary_wraps, reason = "every rung has one signature")]
fn winner(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    Ok(best_of(1000, 200, if signal { 0.7 } else { 0.5 }, 2000, stream))
}

/// A scaler inside the folds and before them; columns of unlike scales, five neighbours.
pub fn scaling(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let mut table = rows(300, 0.5, signal, &stream.child("rows", 0));
    for (index, mut column) in table.x.columns_mut().into_iter().enumerate() {
        column.mapv_inplace(|value| value * 2.0_f64.powi(index as i32));
    }
    scaled(&table, stream)
}

/// [`scaling`] of a given table.
pub fn scaled(table: &Labelled, stream: &Stream) -> Result<Pair, KitError> {
    let folds = split::stratified_folds(&table.y, FOLDS, &stream.child("folds", 0))?;
    let inside = mean_over(table, &folds, |_, train, test| {
        let [train, test] = standardised(train, test)?;
        auc(&train, &test, 5)
    })?;
    Ok([inside, auc_over(&standard(table)?, &folds, 5)?])
}

/// One cell in five is missing; means of columns inside the folds and before them, five neighbours.
pub fn filling(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let mut table = rows(300, 0.5, signal, &stream.child("rows", 0));
    let mut draws = Draws::new(&stream.child("holes", 0));
    table.x.mapv_inplace(|value| if draws.happens(0.2) { f64::NAN } else { value });
    let folds = split::stratified_folds(&table.y, FOLDS, &stream.child("folds", 0))?;
    let fill = |rows: &Labelled, means: &[f64]| Labelled { x: filled(rows.x.view(), means), y: rows.y.clone() };
    let inside = mean_over(&table, &folds, |_, train, test| {
        let means = means_of_known(train.x.view());
        auc(&fill(train, &means), &fill(test, &means), 5)
    })?;
    Ok([inside, auc_over(&fill(&table, &means_of_known(table.x.view())), &folds, 5)?])
}

#[cfg(test)]
mod tests {
    use super::super::scores::gain;
    use super::*;
    use mllab_kit::neighbours::accuracy;
    use mllab_kit::tree::Forest;

    /// The mean over draws of what one way of scoring says.
    fn mean_over(seed: u64, draws: u64, one: impl Fn(&Stream) -> f64) -> f64 {
        mean((0..draws).map(|draw| one(&Stream::root(seed).child("run", draw))))
    }

    /// Hastie, Tibshirani and Friedman (2009), section 7.10.2: an error of .03 where .5 is right.
    #[test]
    fn columns_chosen_on_all_rows_make_noise_predictable() {
        let [inside, before] = [0, 1].map(|side| mean_over(1, 20, |stream| selection(false, stream).unwrap()[side]));
        assert!(before > 0.95, "1-NN error {}", 1.0 - before);
        assert!((inside - 0.5).abs() < 0.08, "{inside}");
    }

    /// Computed with scikit-learn and imbalanced-learn on 2000 rows by 10 columns, one in twenty positive: .991 and .497.
    #[test]
    fn smote_before_the_folds_makes_noise_predictable() {
        let table = pure_noise(2000, 10, 0.05, &Stream::root(2));
        let made = smote(table.x.view(), &table.y, Synthesis::default(), &Stream::root(3)).unwrap();
        let all = Labelled { x: made.x, y: made.y };
        let parts = split::stratified(&all.y, 0.2, &Stream::root(4)).unwrap();
        let (train, test) = (all.rows(&parts.train), all.rows(&parts.test));
        let forest =
            Forest::random_forest(20, 10).fit_classes(train.x.view(), &train.y, None, &Stream::root(5)).unwrap();
        let auc = roc_auc(&forest.predict(test.x.view()), &test.y);
        assert!((auc - 0.991).abs() < 0.012, "{auc}");
        let inside = mean_over(6, 10, |stream| oversampling(false, stream).unwrap()[0]);
        assert!((inside - 0.5).abs() < 0.06, "{inside}");
    }

    /// 100 entities of 20 rows with labels of their own and nothing else: 1.000 against .517 in one draw.
    #[test]
    fn known_entities_are_recognised() {
        let (table, key) = entities(100, 20, false, &Stream::root(7));
        let score = |folds: Vec<split::Parts>| {
            mean(folds.iter().map(|parts| accuracy(table.x.view(), &table.y, &parts.train, &parts.test).unwrap()))
        };
        assert!(score(split::random_folds(2000, FOLDS, &Stream::root(8)).unwrap()) > 0.995);
        let by_key = score(split::key_folds(&key, FOLDS, &Stream::root(8)).unwrap());
        // An entity is one coin: 100 of them have a standard error of .05.
        assert!((by_key - 0.5).abs() < 0.2, "{by_key}");
    }

    /// A scaler fitted on all rows: +.0004 ± .0005.
    #[test]
    fn a_scaler_leaks_next_to_nothing() {
        assert!(mean_over(9, 40, |stream| gain(&scaling(true, stream).unwrap())).abs() < 0.004);
    }

    /// A row that has a copy finds it in training with chance 4/5; the others guess.
    #[test]
    fn copies_report_what_they_must() {
        let share = |copied: f64| 2.0 * copied / (1.0 + copied);
        let reported = mean_over(12, 60, |stream| copies(false, stream).unwrap()[1]);
        assert!((reported - (0.5 + 0.5 * share(0.5) * 0.8)).abs() < 0.015, "{reported}");
    }
}
