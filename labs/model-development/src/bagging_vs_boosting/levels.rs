//! What is read at each level of wrong labels: six models on the quadratic boundary, and two that single claims ask for.

use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::classes;
use mllab_kit::ensemble::{Arm, FULL, Fitted, Rows, binned, booster, in_a_row, stopped};

/// Training rows of the boundary.
pub const ROWS: usize = 300;
/// Chances that a training label is flipped.
pub const NOISE: [f64; 5] = [0.0, 0.1, 0.2, 0.3, 0.4];
/// Places in [`NOISE`] that the claims name.
pub const CLEAN: usize = 0;
pub const FIFTH: usize = 2;
pub const THREE_TENTHS: usize = 3;
pub const LONG: usize = 500;
pub const TEST_ROWS: usize = 600;
/// Trees after which training and test error are read for the figure.
pub const STAGES: [usize; 9] = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/// The models, by their place in [`Level::test`].
pub const NAMES: [&str; 6] = [
    "one full tree",
    "forest",
    "AdaBoost, stumps",
    "AdaBoost, depth 3",
    "boosting, 500 rounds",
    "boosting, stopped early",
];
pub const TREE: usize = 0;
pub const RANDOM_FOREST: usize = 1;
pub const ADA_STUMPS: usize = 2;
pub const ADA_DEEP: usize = 3;
pub const BOOSTED: usize = 4;
pub const STOPPED: usize = 5;

/// What one level of noise gives in one replicate.
pub struct Level {
    /// Test accuracy of each of [`NAMES`].
    pub test: [f64; 6],
    /// Training accuracy, likewise; on the labels as they were given.
    pub train: [f64; 6],
    /// Training and test accuracy of a tree of depth three and of bagged full trees, where a claim asks.
    pub shallow: [f64; 2],
    pub bagged: [f64; 2],
    /// (training, test) error after each of [`STAGES`], bagging and boosting, at one label in five.
    pub stages: Option<[Vec<(f64, f64)>; 2]>,
}

impl Level {
    /// Training less test accuracy of a model.
    pub fn gap(&self, model: usize) -> f64 {
        self.train[model] - self.test[model]
    }
}

/// A level that the claims name, of one run.
pub fn named(run: &[Option<Level>], place: usize) -> &Level {
    run[place].as_ref().expect("every run has the levels that claims name")
}

/// One level for each of [`NOISE`]; none for those that no claim names, unless `all`.
pub fn levels(
    trees: usize,
    rate: f64,
    (long, all): (usize, bool),
    stream: &Stream,
) -> Result<Vec<Option<Level>>, KitError> {
    let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
    let test: Rows = classes::hastie(TEST_ROWS, &stream.child("test", 0)).into();
    NOISE
        .iter()
        .enumerate()
        .map(|(place, &noise)| {
            let named = [CLEAN, FIFTH, THREE_TENTHS].contains(&place);
            let one = || level(&clean.flipped(noise, stream), &test, place, trees, (rate, long), stream);
            (all || named).then(one).transpose()
        })
        .collect()
}

fn level(
    train: &Rows,
    test: &Rows,
    place: usize,
    trees: usize,
    (rate, long): (f64, usize),
    stream: &Stream,
) -> Result<Level, KitError> {
    let read = |model: &Fitted| [train.score(&model.scores(train.x.view())), test.score(&model.scores(test.x.view()))];
    let chain = |rounds: usize| binned(booster(rounds, 3, rate, train));
    let fits = [
        Arm::Tree { depth: FULL }.fit(train, stream)?,
        Arm::Forest { trees }.fit(train, stream)?,
        Arm::AdaBoost { rounds: 100, depth: 1 }.fit(train, stream)?,
        Arm::AdaBoost { rounds: 100, depth: 3 }.fit(train, stream)?,
        Fitted::Chain(in_a_row(&chain(long), train, stream)?),
        Fitted::Chain(stopped(chain(1000), train, stream)?),
    ];
    let read_all = fits.each_ref().map(read);
    let (mut shallow, mut bagged, mut stages) = ([f64::NAN; 2], [f64::NAN; 2], None);
    if place == CLEAN || place == FIFTH {
        shallow = read(&Arm::Tree { depth: 3 }.fit(train, stream)?);
        let bag = Arm::Bagged { trees, depth: FULL }.fit(train, stream)?;
        bagged = read(&bag);
        if place == FIFTH {
            stages = Some([staged(&bag, train, test), staged(&fits[BOOSTED], train, test)]);
        }
    }
    Ok(Level { test: read_all.map(|r| r[1]), train: read_all.map(|r| r[0]), shallow, bagged, stages })
}

/// (training, test) error after each of [`STAGES`] that the model has.
fn staged(model: &Fitted, train: &Rows, test: &Rows) -> Vec<(f64, f64)> {
    let errors = |rows: &Rows| {
        let mut errors = Vec::new();
        model.staged(rows.x.view(), |round, scores| {
            if STAGES.contains(&round) {
                errors.push(rows.error(scores));
            }
        });
        errors
    };
    errors(train).into_iter().zip(errors(test)).collect()
}
