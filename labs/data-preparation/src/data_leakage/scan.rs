//! Which leaks can be seen in the columns before any training?
//!
//! Data: tables with a column recorded after the outcome, with entities, with columns chosen on all rows, with copies,
//! and with nothing wrong; the breast cancer table, whose columns are honest. Arms: the ROC-AUC of each single column, a
//! permutation test of the score, a search for exact copies. Measurement: how often each finds something.

use super::DataLeakageParams;
use super::rungs::entities;
use super::scores::FOLDS;
use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, Rewritten, classes::pure_noise, real};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::column_aucs;
use mllab_kit::neighbours::permutation_test;
use mllab_kit::preprocess::best_columns;
use mllab_kit::split;
use ndarray::{ArrayView1, Axis as Side};
use shown::hundredths;

const CLAIM: &str = "detectable-in-data";
/// A column this good on its own is looked into.
const SUSPECT: f64 = 0.9;
const PERMUTATIONS: usize = 39;

/// The best that one column does.
fn best(table: &Labelled) -> f64 {
    column_aucs(table.x.view(), &table.y).into_iter().fold(0.5, f64::max)
}

/// Measures what each way of looking finds, and draws the columns of one table of each kind.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    if let Source::Own(data) = source {
        return Ok(own(data.all_rows()));
    }
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let late = |stream: &Stream| {
        // A value two and a half times as far moved as the join's default: a refund, a call from the fraud desk.
        let rows = Rewritten::draw(400, [1.0, 0.5], 2.5 * params.rewrite, stream);
        let x = ndarray::concatenate(Side(1), &[rows.as_of.view(), rows.latest.select(Side(1), &[0]).view()]);
        Labelled { x: x.expect("as many rows"), y: rows.y }
    };
    let grouped = |stream: &Stream| entities(100, 10, false, stream).0;
    let chosen = |stream: &Stream| {
        let table = pure_noise(50, 5000, 0.5, stream);
        table.columns(&best_columns(&table, 100))
    };
    let honest = |stream: &Stream| {
        let rows = Rewritten::draw(400, [1.0, 0.5], params.rewrite, stream);
        Labelled { x: rows.as_of, y: rows.y }
    };
    let mut flag = |setting, part, n, one: &(dyn Fn(&Stream) -> Labelled + Sync)| -> Result<(), LabError> {
        let flagged = cx.runs(part, n, |rep| Ok(best(&one(&rep.stream)) > SUSPECT))?;
        outcome.find(CLAIM, setting, flagged.proportion(|flagged| *flagged));
        Ok(())
    };
    flag("a column was recorded after the outcome", "late", n, &late)?;
    flag("rows of groups lie on both sides", "groups", n, &grouped)?;
    flag("a transform was fitted on all rows", "chosen", n / 2, &chosen)?;
    flag("all is honest", "honest", n, &honest)?;
    let cancer = real::breast_cancer().table;
    let setting = "honest columns of the breast cancer table are looked at";
    outcome.find(CLAIM, setting, Estimate::exact(best(&cancer)));

    let tests = cx.runs("permutations", n / 2, |rep| {
        let (table, _) = entities(40, 10, false, &rep.stream);
        let stream = rep.stream.child("test", 0);
        let folds = split::random_folds(table.y.len(), FOLDS, &stream)?;
        Ok(permutation_test(&table, &folds, PERMUTATIONS, &mut Draws::new(&stream))?)
    })?;
    let setting = "a permutation test of the score is to find the groups";
    outcome.find(CLAIM, setting, tests.proportion(|p| *p >= 0.05));
    let copies = cx.runs("copies", n, |rep| {
        let table = pure_noise(200, 5, 0.5, &rep.stream).with_copies(params.copied);
        Ok(table.twins().iter().max().is_some_and(|most| most + 1 < table.y.len()))
    })?;
    outcome.find(CLAIM, "half of the copied rows are looked for", copies.proportion(|found| *found));

    let stream = cx.stream("the tables that are drawn", 0);
    let aucs = |table: Labelled| column_aucs(table.x.view(), &table.y);
    let chosen = aucs(chosen(&stream)).into_iter().take(20).collect();
    let tables = [aucs(late(&stream)), aucs(grouped(&stream)), chosen, aucs(cancer)];
    draw(tables, &mut outcome);
    Ok(outcome)
}

/// A column that gives this share of a number's variance is looked into.
const SUSPECT_R2: f64 = 0.95;
/// Columns of a user's table that are named.
const NAMED: usize = 3;
/// How many standard errors from one half the ROC-AUC of a number of rows says that their order knows the answer.
const SURE: f64 = 4.0;

/// What each column of a user's table knows of the answer on its own: those that know nearly all of it are named, and a
/// number of rows that knows anything.
fn own(data: &Dataset) -> Outcome {
    let mut outcome = Outcome::new();
    let why =
        "Nobody knows beforehand which columns of your table leak; those that tell much on their own are named above.";
    outcome.untestable.push((CLAIM, why.into()));
    let Some(y) = data.binary() else {
        numbers(data, &mut outcome);
        return outcome;
    };
    let aucs = column_aucs(data.features.view(), y);
    let positives = y.iter().filter(|&&label| label).count() as f64;
    let negatives = y.len() as f64 - positives;
    let chance = ((positives + negatives + 1.0) / (12.0 * positives * negatives)).sqrt();
    let mut order: Vec<usize> = (0..aucs.len()).collect();
    order.sort_by(|&a, &b| aucs[b].total_cmp(&aucs[a]).then(a.cmp(&b)));
    let mut table = Table::named("single_columns").with_word("feature").with_number("roc_auc", "1");
    for &column in &order {
        table.put((data.feature_names[column].as_str(), aucs[column]));
    }
    let (ids, features): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|&column| data.ids.contains(&data.feature_names[column]));
    for column in ids.into_iter().filter(|&column| aucs[column] > 0.5 + SURE * chance) {
        let (name, auc) = (&data.feature_names[column], hundredths(aucs[column]));
        outcome.reading.push(format!(
            "{name} numbers the rows, yet alone gives an AUC of {auc}: the order of the rows knows the answer; --ignore {name}"
        ));
    }
    let suspects: Vec<usize> = features.into_iter().filter(|&column| aucs[column] > SUSPECT).collect();
    let of =
        |&column: &usize| format!("{} alone gives an AUC of {}", data.feature_names[column], hundredths(aucs[column]));
    if !suspects.is_empty() {
        let named: Vec<String> = suspects.iter().take(NAMED).map(of).collect();
        let more = match suspects.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", and {more} more above {SUSPECT}"),
        };
        outcome.reading.push(format!("{}{more}: is it known before the outcome is?", named.join(", ")));
    }
    outcome.tables.push(table);
    outcome
}

/// The same where a number is to be predicted: the squared correlation of each column with it.
fn numbers(data: &Dataset, outcome: &mut Outcome) {
    let Some(y) = data.target.numbers() else { return };
    let squared = |column: ArrayView1<f64>| correlation(&column.to_vec(), &y).powi(2);
    let shares: Vec<f64> = data.features.columns().into_iter().map(squared).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    let mut table = Table::named("single_columns").with_word("feature").with_number("r2", "1");
    for &column in &order {
        table.put((data.feature_names[column].as_str(), shares[column]));
    }
    let suspects = order.iter().filter(|&&column| shares[column] > SUSPECT_R2).take(NAMED);
    let named: Vec<String> = suspects
        .map(|&column| format!("{} alone gives an R² of {}", data.feature_names[column], hundredths(shares[column])))
        .collect();
    if !named.is_empty() {
        outcome.reading.push(format!("{}: is it known before the outcome is?", named.join(", ")));
    }
    outcome.tables.push(table);
}

/// The correlation of two columns; 0 where one never changes.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let [a, b] = [x, y].map(|values| values.iter().sum::<f64>() / n);
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(x, y)| f(x - a, y - b)).sum::<f64>();
    let (xx, yy) = (sum(&|x, _| x * x), sum(&|_, y| y * y));
    if xx > 0.0 && yy > 0.0 { sum(&|x, y| x * y) / (xx * yy).sqrt() } else { 0.0 }
}

/// Ticks at the first of so many columns, the last, and between them where there are many.
fn places(columns: usize) -> Vec<f64> {
    let every = columns.div_ceil(6);
    let between = (2..columns).filter(|place| place.is_multiple_of(every) && columns - place >= every);
    std::iter::once(1).chain(between).chain([columns]).map(|place| place as f64).collect()
}

/// One panel a table, one stalk a column.
fn draw(aucs: [Vec<f64>; 4], outcome: &mut Outcome) {
    const TABLES: [&str; 4] = [
        "a column from after the outcome",
        "entities on both sides",
        "best 20 of 100 columns chosen on all rows",
        "honest: breast cancer",
    ];
    let mut table = Table::named("column_aucs").with_word("table").with_number("column", "1");
    table = table.with_number("roc_auc", "1");
    for (name, mut aucs) in TABLES.into_iter().zip(aucs) {
        aucs.sort_by(|a, b| b.total_cmp(a));
        (1..).zip(aucs).for_each(|(place, auc)| table.put((name, place, auc)));
    }
    let panel = |name: &str| {
        let rows = table.of((name,));
        let columns = Axis::linear("column, best first").range(0.5, rows.len() as f64 + 0.5).ticks(places(rows.len()));
        let auc = Axis::linear("ROC-AUC of the column alone").range(0.5, 1.0).ticks([0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
        Panel::new(columns, auc)
            .title(name)
            .stalks(rows, "column", "roc_auc", 0.5, &Look::new("column", Hue::Blue))
            .note(Note::horizontal(SUSPECT, "flagged above"))
    };
    let title = Title::say(
        "A column from after the outcome stands out ({}), entities do not ({}), and an honest column can ({})",
        [0, 1, 3].map(|place| table.cite("roc_auc", (TABLES[place],), hundredths)),
    )
    .if_cited(|cited| cited[0] > SUSPECT && cited[1] < SUSPECT && cited[2] > SUSPECT);
    let figure = Figure::new("columns", title)
        .subtitle("One table of each kind. Each stalk is a column used alone as the score, in the direction that suits it.")
        .alt("Four panels of stalks. Only the column recorded after the outcome and several honest columns of the breast cancer table rise above nine tenths; columns of entities stay below six tenths, and chosen columns of noise below nine tenths.")
        .panels(TABLES.map(panel))
        .grid(2, true);
    outcome.show(figure, [table]);
}
