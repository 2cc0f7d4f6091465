//! A table of the user's in every split that it allows, judged by a random forest.
//!
//! Large tables are thinned: whole groups drawn at random where there are groups, else the last rows in time, else rows
//! drawn at random; the caption says so. Folds share rows, so intervals are corrected (Nadeau and Bengio 2003).

use super::DataLeakageParams;
use super::scores::{FOLDS, refused};
use mllab_core::figure::{Axis, Hue, Mark, Panel, Points};
use mllab_core::{Cx, Dataset, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Target, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::draws::Draws;
use mllab_kit::metrics::r2;
use mllab_kit::split::{self, Parts};
use mllab_kit::tree::Forest;
use ndarray::{Array2, Axis as Side};

/// Rows that a forest is grown from at most.
const MOST: usize = 4000;

/// The user's rows in order of time, where there is one.
struct Rows {
    x: Array2<f64>,
    y: Vec<f64>,
    classes: Option<Vec<bool>>,
    group: Option<Vec<usize>>,
    timed: bool,
    thinned: Option<String>,
}

/// The user's table where it has two classes; standardised, thinned to so many rows drawn at random with all their
/// copies.
///
/// # Errors
///
/// A class with fewer rows than folds.
pub fn labelled(source: &Source, most: usize, stream: &Stream) -> Result<Option<Labelled>, LabError> {
    let Source::Own(data) = source else { return Ok(None) };
    let Some(y) = data.binary() else { return Ok(None) };
    let table = Labelled { x: data.features.clone(), y: y.to_vec() };
    let rows = if y.len() > most { kept_groups(&twins(&table), most, stream) } else { (0..y.len()).collect() };
    let table = table.rows(&rows);
    enough_of_both(&table.y)?;
    Ok(Some(table))
}

/// For each row a number that it shares with its exact copies, labels included.
pub fn twins(table: &Labelled) -> Vec<usize> {
    let mut order: Vec<usize> = (0..table.y.len()).collect();
    let compare = |&a: &usize, &b: &usize| {
        let cells = table.x.row(a).into_iter().zip(table.x.row(b)).map(|(a, b)| a.total_cmp(b));
        cells.into_iter().find(|order| order.is_ne()).unwrap_or(table.y[a].cmp(&table.y[b]))
    };
    order.sort_by(|a, b| compare(a, b).then(a.cmp(b)));
    let mut number = vec![0; order.len()];
    for pair in order.windows(2) {
        number[pair[1]] = number[pair[0]] + usize::from(compare(&pair[0], &pair[1]).is_ne());
    }
    number
}

/// Rows of whole groups drawn at random, about `most` of them, in ascending order; a group gives a tenth of that at
/// most.
fn kept_groups(group: &[usize], most: usize, stream: &Stream) -> Vec<usize> {
    let mut of = vec![Vec::new(); group.iter().max().map_or(0, |last| last + 1)];
    group.iter().enumerate().for_each(|(row, &group)| of[group].push(row));
    let mut rows = Vec::new();
    for group in Draws::new(stream).permutation(of.len()) {
        if rows.len() >= most {
            break;
        }
        rows.extend(of[group].iter().take(most / 10));
    }
    rows.sort_unstable();
    rows
}

impl Rows {
    fn new(data: &Dataset, stream: &Stream) -> Result<Self, LabError> {
        let (y, classes) = match &data.target {
            Target::Binary(labels) => {
                enough_of_both(labels)?;
                (labels.iter().map(|&label| f64::from(u8::from(label))).collect(), Some(labels.clone()))
            }
            Target::Numeric(values) => (values.clone(), None),
            Target::None => {
                return Err(LabError::Unusable("this lab needs a target: two classes or a number".into()));
            }
        };
        let n: usize = data.n_rows();
        if n < 2 * (FOLDS + 1) {
            return Err(LabError::Unusable(format!(
                "{n} rows are too few for {FOLDS} folds and ordered ones: {} would do",
                2 * (FOLDS + 1)
            )));
        }
        let mut order: Vec<usize> = (0..n).collect();
        if let Some(time) = &data.time {
            order.sort_by(|&a, &b| time[a].total_cmp(&time[b]).then(a.cmp(&b)));
        }
        let mut thinned = None;
        if n > MOST {
            let (kept, how) = match (&data.group, &data.time) {
                (Some(group), _) => {
                    let grouped: Vec<usize> = order.iter().map(|&row| group[row]).collect();
                    (kept_groups(&grouped, MOST, stream), "whole groups drawn at random")
                }
                (None, Some(_)) => ((n - MOST..n).collect(), "the last rows in time"),
                (None, None) => {
                    let mut rows = Draws::new(stream).sample(n, MOST);
                    rows.sort_unstable();
                    (rows, "rows drawn at random")
                }
            };
            order = kept.into_iter().map(|place| order[place]).collect();
            thinned = Some(format!("{} of {n} rows: {how}.", order.len()));
        }
        let picked = |values: &Vec<f64>| order.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        Ok(Rows {
            x: data.features.select(Side(0), &order),
            y: picked(&y),
            classes: classes.map(|labels| order.iter().map(|&row| labels[row]).collect()),
            group: data.group.as_ref().map(|group| order.iter().map(|&row| group[row]).collect()),
            timed: data.time.is_some(),
            thinned,
        })
    }

    fn metric(&self) -> &'static str {
        if self.classes.is_some() { "accuracy" } else { "r2" }
    }

    /// The score of a forest on each fold.
    fn scores(&self, name: &str, folds: &[Parts], trees: usize, stream: &Stream) -> Result<Vec<f64>, LabError> {
        let mut scores = Vec::with_capacity(folds.len());
        for (fold, parts) in folds.iter().enumerate() {
            for (side, rows) in [("training", &parts.train), ("test", &parts.test)] {
                self.check(name, fold, side, rows)?;
            }
            let (x, test) = (self.x.select(Side(0), &parts.train), self.x.select(Side(0), &parts.test));
            let y: Vec<f64> = parts.train.iter().map(|&row| self.y[row]).collect();
            let truth: Vec<f64> = parts.test.iter().map(|&row| self.y[row]).collect();
            let forest = Forest::random_forest(trees, x.ncols());
            let stream = stream.child("forest", fold as u64);
            let said = match &self.classes {
                Some(labels) => {
                    let labels: Vec<bool> = parts.train.iter().map(|&row| labels[row]).collect();
                    forest.fit_classes(x.view(), &labels, None, &stream)
                }
                None => forest.fit_numbers(x.view(), &y, None, &stream),
            };
            let said = said.map_err(refused)?.predict(test.view());
            scores.push(if self.classes.is_some() {
                let right = said.iter().zip(&truth).filter(|(said, truth)| (**said >= 0.5) == (**truth > 0.5)).count();
                right as f64 / truth.len() as f64
            } else {
                r2(&said, &truth)
            });
        }
        Ok(scores)
    }

    /// Refuses a part in which a class is missing.
    fn check(&self, name: &str, fold: usize, side: &str, rows: &[usize]) -> Result<(), LabError> {
        let Some(labels) = &self.classes else { return Ok(()) };
        let positives = rows.iter().filter(|&&row| labels[row]).count();
        if positives > 0 && positives < rows.len() {
            return Ok(());
        }
        let class = if positives == 0 { "positive" } else { "negative" };
        let remedy = match name {
            "ordered" => "without --time the table is not split in order",
            "by-key" => "without --group it is not split by key, and a key of more groups would mix both classes",
            _ => "more rows of that class would do",
        };
        Err(LabError::Unusable(format!(
            "split {name}, fold {} of {FOLDS}: the {} {side} rows hold no {class} row; {remedy}",
            fold + 1,
            rows.len()
        )))
    }
}

fn enough_of_both(labels: &[bool]) -> Result<(), LabError> {
    let positives = labels.iter().filter(|&&label| label).count();
    let few = positives.min(labels.len() - positives);
    if few >= FOLDS {
        return Ok(());
    }
    Err(LabError::Unusable(format!(
        "the rarer class has {few} of {} rows, too few for {FOLDS} folds: {FOLDS} would do",
        labels.len()
    )))
}

/// The table `splits`, its figure, and what it says of the claims.
pub fn splits(cx: &Cx, params: &DataLeakageParams, data: &Dataset, outcome: &mut Outcome) -> Result<(), LabError> {
    let rows = Rows::new(data, &cx.stream("thinned", 0))?;
    let n = rows.y.len();
    let repeats = if cx.quick() { 1 } else { params.repeats as u64 };
    let trees = if cx.quick() { 20 } else { params.trees as usize };
    let again = |name: &str, deal: &dyn Fn(&Stream) -> Result<Vec<Parts>, KitError>| {
        let mut scores = Vec::new();
        for repeat in 0..repeats {
            cx.check()?;
            let stream = cx.stream(name, repeat as usize);
            let folds = deal(&stream.child("folds", 0)).map_err(|error| unsplittable(name, &error))?;
            scores.extend(rows.scores(name, &folds, trees, &stream)?);
        }
        Ok::<Vec<f64>, LabError>(scores)
    };
    let random = again("random", &|stream| split::random_folds(n, FOLDS, stream))?;
    let mut all = vec![("random", super::scores::of_folds(&random))];
    if let Some(labels) = &rows.classes {
        let scores = again("stratified", &|stream| split::stratified_folds(labels, FOLDS, stream))?;
        all.push(("stratified", super::scores::of_folds(&scores)));
    }
    if rows.timed {
        let folds = split::ordered_folds(n, FOLDS, 0).map_err(refused)?;
        let scores = rows.scores("ordered", &folds, trees, &cx.stream("ordered", 0))?;
        // A fold that trains on k blocks tests one: the mean of 1/k over the folds.
        let test_to_train = (1..=FOLDS).map(|k| 1.0 / k as f64).sum::<f64>() / FOLDS as f64;
        all.push(("ordered", Estimate::resampled_mean(&scores, test_to_train)));
        let gains: Vec<f64> = random.iter().zip(&scores).map(|(a, b)| a - b).collect();
        outcome.find(
            "ordered-split",
            "your table is in order of time",
            Estimate::resampled_mean(&gains, test_to_train),
        );
    } else {
        outcome.untestable.push(("ordered-split", "It needs --time, the column that orders the rows.".into()));
    }
    if let Some(group) = &rows.group {
        let scores = again("by-key", &|stream| split::key_folds(group, FOLDS, stream))?;
        all.push(("by-key", super::scores::of_folds(&scores)));
        let gains: Vec<f64> = random.iter().zip(&scores).map(|(a, b)| a - b).collect();
        outcome.find("split-by-key", "rows of your table share a group", super::scores::of_folds(&gains));
    } else {
        outcome.untestable.push(("split-by-key", "It needs --group, the key that rows share.".into()));
    }
    draw(&rows, &all, trees, outcome);
    Ok(())
}

/// The kit's refusal, with what would do.
fn unsplittable(name: &str, error: &KitError) -> LabError {
    let remedy = if name == "by-key" { " (--group must name a column of at least five keys)" } else { "" };
    LabError::Unusable(format!("split {name}: {error}{remedy}"))
}

fn draw(rows: &Rows, all: &[(&'static str, Estimate)], trees: usize, outcome: &mut Outcome) {
    let columns = [("strategy", ""), ("metric", ""), ("estimate", "1"), ("low", "1"), ("high", "1")];
    let mut table = Table::new("splits", &columns);
    for (name, e) in all {
        table.row([(*name).into(), rows.metric().into(), e.point.into(), e.low.into(), e.high.into()]);
    }
    let value = |one: fn(&Estimate) -> f64| all.iter().map(|(_, e)| one(e)).collect::<Vec<f64>>();
    let places = (0..all.len()).map(|place| place as f64).collect();
    let title = Title::new()
        .text("A random split of your table reports ")
        .text(if rows.classes.is_some() { "an accuracy of " } else { "an R² of " })
        .cite(&table, "estimate", 0, |v| shown::fixed(v, 2));
    let more = rows.thinned.clone().unwrap_or_default();
    outcome.figures.push(
        Figure::new("your-splits", title)
            .subtitle(format!(
                "Random forest of {trees} trees in {FOLDS} folds; 99\u{202f}% intervals, corrected for shared rows. {more}"
            ))
            .alt("A point with its interval for each way of splitting the table.")
            .reads("splits", &["estimate", "low", "high"])
            .panel(
                Panel::new(Axis::category("", all.iter().map(|(name, _)| *name)), Axis::linear(rows.metric())).layer(
                    Points::new(places, value(|e| e.point), Mark::Disc, Hue::Blue)
                        .whiskers(value(|e| e.low), value(|e| e.high)),
                ),
            ),
    );
    outcome.tables.push(table);
}
