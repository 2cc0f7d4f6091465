//! Random settings of a forest and of a booster, and what they lose on new rows.
//!
//! The boxes stand in `seeds/`, fixed before the first run.

use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::bands::quantile;
use mllab_kit::data::classes;
use mllab_kit::draws::Draws;
use mllab_kit::ensemble::{Rows, binned, booster, forest, in_a_row, said, second_order, side_by_side};
use mllab_kit::tree::{Boosted, Boosting, EarlyStop, Forest, Order, TreeSettings};

pub const ROWS: usize = 300;
pub const TEST_ROWS: usize = 500;
pub const NOISE: f64 = 0.1;

/// Losses on new rows of random settings.
pub struct Searched {
    pub forest: Vec<f64>,
    pub booster: Vec<f64>,
    pub narrow: Vec<f64>,
    /// Loss of the default forest and booster.
    pub defaults: [f64; 2],
}

/// Training rows with flipped labels, and clean test rows.
pub fn boundary(stream: &Stream) -> (Rows, Rows) {
    let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
    let test: Rows = classes::hastie(TEST_ROWS, &stream.child("test", 0)).into();
    (clean.flipped(NOISE, stream), test)
}

pub fn says(model: &Boosted, test: &Rows) -> Vec<f64> {
    said(&model.raw(test.x.view()), model.loss)
}

/// Binned boosting of second order with this λ.
fn boosting(rows: &Rows, rounds: usize, depth: usize, rate: f64, l2: f64) -> Boosting {
    let base = binned(booster(rounds, depth, rate, rows));
    Boosting { order: Order::Second, tree: TreeSettings { l2, ..base.tree }, ..base }
}

pub fn default_booster(rows: &Rows) -> Boosting {
    boosting(rows, 100, 3, 0.1, 1.0)
}

/// A number drawn evenly on a logarithmic scale.
fn log_between(draws: &mut Draws, low: f64, high: f64) -> f64 {
    libm::exp(draws.between(libm::log(low), libm::log(high)))
}

fn any_forest(rows: &Rows, draws: &mut Draws) -> Forest {
    let trees = log_between(draws, 20.0, 100.0).round() as usize;
    let columns = 1 + draws.below(rows.x.ncols());
    let min_rows = log_between(draws, 1.0, 20.0).round() as usize;
    let max_depth = 4 + draws.below(13);
    let tree = TreeSettings { max_depth, min_rows, columns_per_split: Some(columns), ..TreeSettings::default() };
    Forest { trees, bootstrap: true, tree }
}

fn any_booster(rows: &Rows, draws: &mut Draws) -> Boosting {
    let rate = log_between(draws, 0.01, 1.0);
    let rounds = log_between(draws, 10.0, 300.0).round() as usize;
    let depth = 1 + draws.below(8);
    let l2 = log_between(draws, 0.1, 10.0);
    let row_share = draws.between(0.5, 1.0);
    Boosting { row_share, ..boosting(rows, rounds, depth, rate.min(1.0), l2) }
}

fn narrow_booster(rows: &Rows, draws: &mut Draws) -> Boosting {
    let rate = log_between(draws, 0.05, 0.2);
    let rounds = log_between(draws, 50.0, 150.0).round() as usize;
    boosting(rows, rounds, 2 + draws.below(3), rate, 1.0)
}

/// So many draws from the box of each, and from the narrow one where it is asked for.
pub fn search(train: &Rows, test: &Rows, count: usize, narrow: bool, stream: &Stream) -> Result<Searched, KitError> {
    let booster_loss =
        |settings: Boosting, stream: &Stream| Ok(test.loss(&says(&in_a_row(&settings, train, stream)?, test)));
    let forest_loss = |settings: &Forest, stream: &Stream| {
        Ok::<f64, KitError>(test.loss(&side_by_side(settings, train, stream)?.predict(test.x.view())))
    };
    let mut found = Searched { forest: vec![], booster: vec![], narrow: vec![], defaults: [0.0; 2] };
    for index in 0..count as u64 {
        let stream = stream.child("settings", index);
        let mut draws = Draws::new(&stream.child("draws", 0));
        found.forest.push(forest_loss(&any_forest(train, &mut draws), &stream)?);
        found.booster.push(booster_loss(any_booster(train, &mut draws), &stream)?);
        if narrow {
            found.narrow.push(booster_loss(narrow_booster(train, &mut draws), &stream)?);
        }
    }
    found.defaults = [forest_loss(&forest(100, train), stream)?, booster_loss(default_booster(train), stream)?];
    Ok(found)
}

/// The base-2 logarithm of one interquartile range over another.
pub fn wider(a: &[f64], b: &[f64]) -> f64 {
    let range = |values: &[f64]| quantile(values, 0.75) - quantile(values, 0.25);
    libm::log2(range(a) / range(b))
}

/// The held-out loss after 0, 1, … rounds of second order.
pub fn held_out(
    train: &Rows,
    test: &Rows,
    (rate, depth, rounds): (f64, usize, usize),
    stream: &Stream,
) -> Result<Vec<f64>, KitError> {
    let targets = test.numbers();
    // With a patience of all rounds it never stops, and the loss of every round is kept.
    let stop = EarlyStop { x: test.x.view(), y: &targets, patience: rounds + 1 };
    let settings = second_order(binned(booster(rounds, depth, rate, train)));
    Ok(settings.fit(train.x.view(), &train.numbers(), None, Some(stop), stream)?.validation_loss)
}

/// The base-2 logarithm of the last loss over the lowest.
pub fn rise(losses: &[f64]) -> f64 {
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    libm::log2(losses[losses.len() - 1] / lowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_stay_in_their_boxes() {
        let (rows, _) = boundary(&Stream::root(1));
        let mut draws = Draws::new(&Stream::root(2));
        for _ in 0..500 {
            let (f, b, n) =
                (any_forest(&rows, &mut draws), any_booster(&rows, &mut draws), narrow_booster(&rows, &mut draws));
            assert!((20..=100).contains(&f.trees) && (1..=20).contains(&f.tree.min_rows));
            assert!((4..=16).contains(&f.tree.max_depth) && (1..=10).contains(&f.tree.columns_per_split.unwrap()));
            assert!(
                (0.01..=1.0).contains(&b.rate) && (10..=300).contains(&b.rounds) && (0.5..=1.0).contains(&b.row_share)
            );
            assert!((1..=8).contains(&b.tree.max_depth) && (0.1..=10.0).contains(&b.tree.l2));
            assert!(
                (0.05..=0.2).contains(&n.rate) && (50..=150).contains(&n.rounds) && (2..=4).contains(&n.tree.max_depth)
            );
        }
    }
}
