//! The kinds of leak: each draws rows once and says what the right way of scoring makes of them and what the leaky way
//! does. Without a signal the right way must straddle one half.

use super::scores::{FOLDS, mean, near, over_folds};
use mllab_core::Stream;
use mllab_kit::KitError;
use mllab_kit::data::classes::{Grouped, TwoGaussians, normal_features, pure_noise};
use mllab_kit::data::{Labelled, series};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::roc_auc;
use mllab_kit::preprocess::Standardiser;
use mllab_kit::resample::{Synthesis, smote};
use mllab_kit::split::{self, Parts};
use ndarray::{Array2, ArrayView2, Axis};

/// ROC-AUC done right and done wrong, on the same rows.
pub type Pair = [f64; 2];

/// A kind of leak by name.
pub struct Rung {
    /// As it stands in figures and tables.
    pub name: &'static str,
    /// The settings of preparation before the split that it answers, on noise and with a signal.
    pub settings: [Option<&'static str>; 2],
    /// Whether there is a signal; the rows come from the stream.
    pub run: fn(bool, &Stream) -> Result<Pair, KitError>,
}

/// All kinds of leak, in no order.
pub const RUNGS: [Rung; 10] = [
    Rung { name: "rows of an entity on both sides", settings: [None, None], run: groups },
    Rung {
        name: "SMOTE before the split",
        settings: [Some("labels are pure noise and SMOTE balances"), Some("there is a signal and SMOTE balances")],
        run: oversampling,
    },
    Rung {
        name: "columns chosen on all rows",
        settings: [
            Some("labels are pure noise and the best of many columns are chosen"),
            Some("there is a signal and the best of many columns are chosen"),
        ],
        run: selection,
    },
    Rung {
        name: "categories encoded on all rows",
        settings: [
            Some("labels are pure noise and categories are encoded by their mean label"),
            Some("there is a signal and categories are encoded by their mean label"),
        ],
        run: encoding,
    },
    Rung { name: "copies on both sides", settings: [None, None], run: copies },
    Rung { name: "a series split at random", settings: [None, None], run: mixed_time },
    Rung { name: "a value written after the outcome", settings: [None, None], run: late_value },
    Rung { name: "best of 1000 on 200 validation rows", settings: [None, None], run: winner },
    Rung {
        name: "a scaler fitted on all rows",
        settings: [
            Some("labels are pure noise and a scaler is fitted"),
            Some("there is a signal and a scaler is fitted"),
        ],
        run: scaling,
    },
    Rung {
        name: "means filled in from all rows",
        settings: [Some("labels are pure noise and missing cells are filled with means"), None],
        run: filling,
    },
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
    let (mut table, key) = Grouped { groups, rows_each, columns: 5, within: 0.1 }.draw(stream);
    if signal {
        let mut draws = Draws::new(&stream.child("noise", 0));
        for entity in 0..groups {
            let own = entity * rows_each..(entity + 1) * rows_each;
            let centre = mean(own.clone().map(|row| table.x[[row, 0]] + table.x[[row, 1]]));
            table.y[own].fill(centre + draws.normal() > 0.0);
        }
    }
    (table, key)
}

fn groups(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let (table, key) = entities(50, 20, signal, &stream.child("rows", 0));
    let folds = &stream.child("folds", 0);
    let score = |folds: &[Parts]| over_folds(&table, folds, |_, train, test| near(train, test, 1));
    Ok([score(&split::key_folds(&key, FOLDS, folds)?)?, score(&split::random_folds(key.len(), FOLDS, folds)?)?])
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
    let inside = over_folds(table, &folds, |fold, train, test| {
        near(&even(train, &stream.child("inside", fold as u64))?, test, 5)
    })?;
    let all = even(table, &stream.child("before", 0))?;
    let folds = split::stratified_folds(&all.y, FOLDS, &stream.child("folds", 1))?;
    Ok([inside, over_folds(&all, &folds, |_, train, test| near(train, test, 5))?])
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
    let on = |table: &Labelled, columns: &[usize]| Labelled { x: table.x.select(Axis(1), columns), y: table.y.clone() };
    let inside = over_folds(&table, &folds, |_, train, test| {
        let columns = best_columns(train, 100);
        near(&on(train, &columns), &on(test, &columns), 1)
    })?;
    let chosen = on(&table, &best_columns(&table, 100));
    Ok([inside, over_folds(&chosen, &folds, |_, train, test| near(train, test, 1))?])
}

/// The columns with the largest squared correlation with the label.
pub fn best_columns(table: &Labelled, count: usize) -> Vec<usize> {
    let (n, p) = table.x.dim();
    let share = table.positives() as f64 / n as f64;
    let (mut sum, mut squares, mut with) = (vec![0.0; p], vec![0.0; p], vec![0.0; p]);
    for (row, &label) in table.x.rows().into_iter().zip(&table.y) {
        let y = f64::from(u8::from(label)) - share;
        for (((value, sum), square), with) in row.iter().zip(&mut sum).zip(&mut squares).zip(&mut with) {
            *sum += value;
            *square += value * value;
            *with += value * y;
        }
    }
    let fit = |j: usize| with[j] * with[j] / (squares[j] - sum[j] * sum[j] / n as f64).max(1e-300);
    let fits: Vec<f64> = (0..p).map(fit).collect();
    let mut order: Vec<usize> = (0..p).collect();
    order.sort_by(|&a, &b| fits[b].total_cmp(&fits[a]).then(a.cmp(&b)));
    order.truncate(count);
    order
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
    let codes = |rows: &[usize]| {
        let (mut sum, mut n) = ([0.0; CATEGORIES], [0.0; CATEGORIES]);
        for &row in rows {
            sum[category[row]] += f64::from(u8::from(y[row]));
            n[category[row]] += 1.0;
        }
        // A category without rows gets the overall mean.
        let overall = sum.iter().sum::<f64>() / rows.len() as f64;
        sum.into_iter().zip(n).map(move |(sum, n)| if n == 0.0 { overall } else { sum / n }).collect::<Vec<f64>>()
    };
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

/// Rows of which a share stands there twice.
pub fn with_copies(table: &Labelled, share: f64) -> Labelled {
    let n = table.y.len();
    let copied = (share * n as f64).round() as usize;
    table.rows(&(0..n).chain(0..copied).collect::<Vec<_>>())
}

fn copies(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let table = rows(400, 0.5, signal, &stream.child("rows", 0));
    let score = |table: &Labelled| {
        let folds = split::random_folds(table.y.len(), FOLDS, &stream.child("folds", 0))?;
        over_folds(table, &folds, |_, train, test| near(train, test, 1))
    };
    Ok([score(&table)?, score(&with_copies(&table, 0.5))?])
}

/// A label that wanders slowly, and columns that wander slowly on their own; with a signal, one column follows the
/// label's level through noise.
pub fn wandering(n: usize, signal: bool, stream: &Stream) -> Labelled {
    const PERSISTENCE: f64 = 0.97;
    let walk = |name: &str, index: u64| series::autoregression(n, PERSISTENCE, 1.0, &stream.child(name, index));
    let level = walk("level", 0);
    let columns: Vec<Vec<f64>> = (0..3).map(|column| walk("column", column)).collect();
    let mut x = Array2::from_shape_fn((n, 4), |(row, column)| columns.get(column).map_or(0.0, |values| values[row]));
    if signal {
        let mut draws = Draws::new(&stream.child("noise", 0));
        level.iter().enumerate().for_each(|(row, level)| x[[row, 3]] = level + 4.0 * draws.normal());
    }
    Labelled { x, y: level.iter().map(|&level| level > 0.0).collect() }
}

fn mixed_time(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let table = wandering(600, signal, &stream.child("rows", 0));
    let score = |folds: &[Parts]| over_folds(&table, folds, |_, train, test| near(train, test, 5));
    let folds = split::random_folds(table.y.len(), FOLDS, &stream.child("folds", 0))?;
    Ok([score(&split::ordered_folds(table.y.len(), FOLDS, 0)?)?, score(&folds)?])
}

/// A risk as it was known at the event, and as it was written after the outcome; a second column that nobody rewrites.
pub struct Values {
    /// The two columns as of the event.
    pub as_of: Array2<f64>,
    /// The two columns with the latest value of the first.
    pub latest: Array2<f64>,
    /// The two columns with the first as it was one update before the event.
    pub old: Array2<f64>,
    /// The outcome.
    pub y: Vec<bool>,
}

/// Draws events whose outcome has a logit with these weights; `rewrite` is how far an outcome moves the first column afterwards, in its standard deviations.
pub fn values(n: usize, weights: [f64; 2], rewrite: f64, stream: &Stream) -> Values {
    let as_of = normal_features(n, 2, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("outcomes", 0));
    let logit = |row: ndarray::ArrayView1<f64>| weights[0] * row[0] + weights[1] * row[1];
    let y: Vec<bool> =
        as_of.rows().into_iter().map(|row| draws.happens(1.0 / (1.0 + libm::exp(-logit(row))))).collect();
    let (mut latest, mut old) = (as_of.clone(), as_of.clone());
    for (row, &label) in y.iter().enumerate() {
        if rewrite > 0.0 {
            latest[[row, 0]] += rewrite * f64::from(u8::from(label)) + 0.3 * draws.normal();
        }
        old[[row, 0]] = 0.6 * old[[row, 0]] + 0.8 * draws.normal();
    }
    Values { as_of, latest, old, y }
}

fn late_value(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let weights = if signal { [1.0, 0.5] } else { [0.0; 2] };
    let rows = values(600, weights, 2.0, &stream.child("rows", 0));
    let folds = split::stratified_folds(&rows.y, FOLDS, &stream.child("folds", 0))?;
    let score = |x: &Array2<f64>| {
        over_folds(&Labelled { x: x.clone(), y: rows.y.clone() }, &folds, |_, train, test| {
            let model = mllab_kit::linear::Logistic::default().fit(train.x.view(), &train.y, None)?;
            Ok(roc_auc(&model.logits(test.x.view()), &test.y))
        })
    };
    Ok([score(&rows.as_of)?, score(&rows.latest)?])
}

/// Of `candidates` that are right on each row with chance `right`, the best on `rows` validation rows: its accuracy on
/// fresh rows, and on the validation rows. With as many rows of either class accuracy is the ROC-AUC of the decisions.
pub fn best_of(candidates: usize, rows: usize, right: f64, fresh: usize, stream: &Stream) -> Pair {
    let mut draws = Draws::new(stream);
    let hits = |n: usize, draws: &mut Draws| (0..n).filter(|_| draws.happens(right)).count() as f64 / n as f64;
    let best = (0..candidates).map(|_| hits(rows, &mut draws)).fold(0.0, f64::max);
    [hits(fresh, &mut Draws::new(&stream.child("fresh", 0))), best]
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
    let inside = over_folds(table, &folds, |_, train, test| {
        let scale = Standardiser::fit(train.x.view())?;
        let on =
            |rows: &Labelled| Ok::<_, KitError>(Labelled { x: scale.transform(rows.x.view())?, y: rows.y.clone() });
        near(&on(train)?, &on(test)?, 5)
    })?;
    let all = standard(table)?;
    Ok([inside, over_folds(&all, &folds, |_, train, test| near(train, test, 5))?])
}

/// A table on the scale of all its rows.
pub fn standard(table: &Labelled) -> Result<Labelled, KitError> {
    let x = Standardiser::fit(table.x.view())?.transform(table.x.view())?;
    Ok(Labelled { x, y: table.y.clone() })
}

/// One cell in five is missing; means of columns inside the folds and before them, five neighbours.
pub fn filling(signal: bool, stream: &Stream) -> Result<Pair, KitError> {
    let mut table = rows(300, 0.5, signal, &stream.child("rows", 0));
    let mut draws = Draws::new(&stream.child("holes", 0));
    table.x.mapv_inplace(|value| if draws.happens(0.2) { f64::NAN } else { value });
    let folds = split::stratified_folds(&table.y, FOLDS, &stream.child("folds", 0))?;
    let fill = |rows: &Labelled, means: &[f64]| {
        let mut x = rows.x.clone();
        x.indexed_iter_mut().filter(|(_, v)| v.is_nan()).for_each(|((_, column), v)| *v = means[column]);
        Labelled { x, y: rows.y.clone() }
    };
    let inside = over_folds(&table, &folds, |_, train, test| {
        let means = column_means(train.x.view());
        near(&fill(train, &means), &fill(test, &means), 5)
    })?;
    let all = fill(&table, &column_means(table.x.view()));
    Ok([inside, over_folds(&all, &folds, |_, train, test| near(train, test, 5))?])
}

fn column_means(x: ArrayView2<f64>) -> Vec<f64> {
    x.columns().into_iter().map(|column| mean(column.iter().copied().filter(|v| !v.is_nan()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_kit::metrics::Confusion;
    use mllab_kit::neighbours::shares;
    use mllab_kit::tree::Forest;

    fn accuracy(table: &Labelled, folds: &[Parts]) -> f64 {
        over_folds(table, folds, |_, train, test| {
            let scores = shares(test.x.view(), train.x.view(), &train.y, 1)?;
            Ok(Confusion::at(&scores, &test.y, 0.5).accuracy())
        })
        .unwrap()
    }

    /// Hastie, Tibshirani and Friedman (2009), section 7.10.2: an error of .03 where .5 is right.
    #[test]
    fn columns_chosen_on_all_rows_make_noise_predictable() {
        let pairs: Vec<Pair> = (0..20).map(|i| selection(false, &Stream::root(1).child("run", i)).unwrap()).collect();
        let [inside, before] = [0, 1].map(|side| mean(pairs.iter().map(|pair| pair[side])));
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
        let inside = mean((0..10).map(|i| oversampling(false, &Stream::root(6).child("run", i)).unwrap()[0]));
        assert!((inside - 0.5).abs() < 0.06, "{inside}");
    }

    /// 100 entities of 20 rows with labels of their own and nothing else: 1.000 against .517 in one draw.
    #[test]
    fn known_entities_are_recognised() {
        let (table, key) = entities(100, 20, false, &Stream::root(7));
        let folds = split::random_folds(2000, FOLDS, &Stream::root(8)).unwrap();
        assert!(accuracy(&table, &folds) > 0.995);
        let by_key = accuracy(&table, &split::key_folds(&key, FOLDS, &Stream::root(8)).unwrap());
        // An entity is one coin: 100 of them have a standard error of .05.
        assert!((by_key - 0.5).abs() < 0.2, "{by_key}");
    }

    /// A scaler fitted on all rows: +.0004 ± .0005.
    #[test]
    fn a_scaler_leaks_next_to_nothing() {
        let gains: Vec<f64> =
            (0..40).map(|i| scaling(true, &Stream::root(9).child("run", i)).unwrap()).map(|p| p[1] - p[0]).collect();
        assert!(mean(gains.into_iter()).abs() < 0.004);
    }

    /// The largest of K binomials: E = Σ P(max > m) / 200.
    #[test]
    fn the_best_of_many_coin_flips_is_as_good_as_the_binomial_says() {
        // P(X = m) by the ratio of neighbours, and P(X ≤ m).
        let mut chance = 0.5_f64.powi(200);
        let mut at_most = vec![chance];
        for m in 1..=200_u32 {
            chance *= f64::from(201 - m) / f64::from(m);
            at_most.push(at_most[m as usize - 1] + chance);
        }
        for (k, known, runs) in [(1, 0.5, 4000), (10, 0.5543, 1000), (100, 0.5884, 200), (1000, 0.6141, 60)] {
            let expected = at_most[..200].iter().map(|p| 1.0 - p.powi(k)).sum::<f64>() / 200.0;
            assert!((expected - known).abs() < 5e-5, "K = {k}: {expected}");
            let values: Vec<f64> =
                (0..runs).map(|i| best_of(k as usize, 200, 0.5, 10, &Stream::root(10).child("run", i))[1]).collect();
            let found = mean(values.iter().copied());
            let error = (mean(values.iter().map(|v| (v - found).powi(2))) / runs as f64).sqrt();
            assert!((found - expected).abs() < 4.0 * error, "K = {k}: {found}");
        }
    }

    /// Labels that are balanced by force: a row left out leaves more of the other class behind, and the nearest
    /// neighbour errs on .5 · n / (n − 1); with n = 50, .510.
    #[test]
    fn forced_balance_pushes_leaving_one_out_below_chance() {
        let runs = 400;
        let error = |exact: bool| {
            mean((0..runs).map(|i| {
                let stream = Stream::root(11).child("run", i);
                let x = normal_features(50, 5, &stream.child("x", 0));
                let y = mllab_kit::data::classes::labels(50, 0.5, exact, &stream.child("y", 0));
                let nearest = mllab_kit::neighbours::nearest(x.view(), x.view(), 1, true).unwrap();
                mean(nearest.iter().enumerate().map(|(row, near)| f64::from(u8::from(y[near[0]] != y[row]))))
            }))
        };
        let (forced, free) = (error(true), error(false));
        assert!((forced - 25.0 / 49.0).abs() < 4.0 * 0.085 / f64::sqrt(runs as f64), "{forced}");
        assert!((free - 0.5).abs() < 4.0 * 0.085 / f64::sqrt(runs as f64), "{free}");
    }

    /// A row that has a copy finds it in training with chance 4/5; the others guess.
    #[test]
    fn copies_report_what_they_must() {
        let share = |copied: f64| 2.0 * copied / (1.0 + copied);
        let reported = mean((0..60).map(|i| copies(false, &Stream::root(12).child("run", i)).unwrap()[1]));
        assert!((reported - (0.5 + 0.5 * share(0.5) * 0.8)).abs() < 0.015, "{reported}");
    }
}
