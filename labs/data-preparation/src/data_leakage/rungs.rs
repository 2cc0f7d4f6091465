//! The kinds of leak: each draws rows once and says what the right way of scoring makes of them and what the leaky way
//! does. Without a signal the right way must straddle one half.

use super::preparation::{encoding, filling, oversampling, rows, scaling, selection};
use super::scores::{FOLDS, Pair};
use mllab_core::Stream;
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, Rewritten, classes::Grouped, series};
use mllab_kit::linear::Logistic;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::auc_over;
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

#[cfg(test)]
mod tests {
    use super::super::scores::mean_over_draws;
    use super::*;

    /// A row that has a copy finds it in training with chance 4/5; the others guess.
    #[test]
    fn copies_report_what_they_must() {
        let share = |copied: f64| 2.0 * copied / (1.0 + copied);
        let reported = mean_over_draws(12, 60, |stream| copies(false, stream).unwrap()[1]);
        assert!((reported - (0.5 + 0.5 * share(0.5) * 0.8)).abs() < 0.015, "{reported}");
    }
}
