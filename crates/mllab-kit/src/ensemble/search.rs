//! Random settings of a forest and of a booster, and what they lose on new rows.

use super::arm::{binned, booster, forest, in_a_row, said, second_order, side_by_side};
use super::rows::Rows;
use crate::KitError;
use crate::draws::Draws;
use crate::tree::{Boosted, Boosting, EarlyStop, Forest, Order, TreeSettings};
use mllab_core::Stream;

/// Losses on new rows of random settings.
pub struct Searched {
    /// Forests of the box, in the order of the draws.
    pub forest: Vec<f64>,
    /// Boosters of the wide box.
    pub booster: Vec<f64>,
    /// Boosters of the narrow box, where it was asked for.
    pub narrow: Vec<f64>,
    /// Loss of the default forest and booster.
    pub defaults: [f64; 2],
}

/// What a booster says of rows: a probability, or a number.
pub fn says(model: &Boosted, test: &Rows) -> Vec<f64> {
    said(&model.raw(test.x.view()), model.loss)
}

/// Binned boosting of second order with this λ.
fn boosting(rows: &Rows, rounds: usize, depth: usize, rate: f64, l2: f64) -> Boosting {
    let base = binned(booster(rounds, depth, rate, rows));
    Boosting { order: Order::Second, tree: TreeSettings { l2, ..base.tree }, ..base }
}

/// The booster that the boxes are compared with: a hundred rounds of depth three at a rate of a tenth.
pub fn default_booster(rows: &Rows) -> Boosting {
    boosting(rows, 100, 3, 0.1, 1.0)
}

/// A number drawn evenly on a logarithmic scale.
fn log_between(draws: &mut Draws, low: f64, high: f64) -> f64 {
    libm::exp(draws.between(libm::log(low), libm::log(high)))
}

/// Trees 20 to 100, columns at each cut 1 to all, rows of a leaf 1 to 20, depth 4 to 16.
fn any_forest(rows: &Rows, draws: &mut Draws) -> Forest {
    let trees = log_between(draws, 20.0, 100.0).round() as usize;
    let columns = 1 + draws.below(rows.x.ncols());
    let min_rows = log_between(draws, 1.0, 20.0).round() as usize;
    let max_depth = 4 + draws.below(13);
    let tree = TreeSettings { max_depth, min_rows, columns_per_split: Some(columns), ..TreeSettings::default() };
    Forest { trees, bootstrap: true, tree }
}

/// Rate 0.01 to 1, rounds 10 to 300, depth 1 to 8, λ 0.1 to 10, half of the rows or more.
fn any_booster(rows: &Rows, draws: &mut Draws) -> Boosting {
    let rate = log_between(draws, 0.01, 1.0);
    let rounds = log_between(draws, 10.0, 300.0).round() as usize;
    let depth = 1 + draws.below(8);
    let l2 = log_between(draws, 0.1, 10.0);
    let row_share = draws.between(0.5, 1.0);
    Boosting { row_share, ..boosting(rows, rounds, depth, rate.min(1.0), l2) }
}

/// Rate 0.05 to 0.2, rounds 50 to 150, depth 2 to 4.
fn narrow_booster(rows: &Rows, draws: &mut Draws) -> Boosting {
    let rate = log_between(draws, 0.05, 0.2);
    let rounds = log_between(draws, 50.0, 150.0).round() as usize;
    boosting(rows, rounds, 2 + draws.below(3), rate, 1.0)
}

/// So many draws from the box of each, and from the narrow one where it is asked for.
///
/// # Errors
///
/// Rows that a tree refuses.
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

/// The held-out loss after 0, 1, … rounds of second order.
///
/// # Errors
///
/// Rows that a tree refuses.
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
    use crate::data::classes;

    #[test]
    fn draws_stay_in_their_boxes() {
        let rows: Rows = classes::hastie(300, &Stream::root(1)).into();
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
