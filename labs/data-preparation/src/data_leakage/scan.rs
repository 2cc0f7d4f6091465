//! Which leaks can be seen in the columns before any training?
//!
//! Data: tables with a column recorded after the outcome, with entities, with columns chosen on all rows, with copies,
//! and with nothing wrong; the breast cancer table, whose columns are honest. Arms: the ROC-AUC of each single column, a
//! permutation test of the score, a search for exact copies.

use super::DataLeakageParams;
use super::own::twins;
use super::rungs::{best_columns, entities, values, with_copies};
use super::scores::{FOLDS, mean, runs};
use mllab_core::figure::{Axis, Hue, Lollipop, Mark, Note, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::data::classes::pure_noise;
use mllab_kit::data::{Labelled, real};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::nearest;
use mllab_kit::split;
use ndarray::Axis as Side;

const CLAIM: &str = "detectable-in-data";
/// A column this good on its own is looked into.
const SUSPECT: f64 = 0.9;
const PERMUTATIONS: usize = 39;

/// ROC-AUC of each column in the direction that suits it.
fn column_aucs(table: &Labelled) -> Vec<f64> {
    let auc = |column: ndarray::ArrayView1<f64>| {
        let auc = roc_auc(&column.to_vec(), &table.y);
        auc.max(1.0 - auc)
    };
    table.x.columns().into_iter().map(auc).collect()
}

fn best(table: &Labelled) -> f64 {
    column_aucs(table).into_iter().fold(0.5, f64::max)
}

/// Measures what each way of looking finds, and draws the columns of one table of each kind.
pub fn run(cx: &Cx, params: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let late = |stream: &mllab_core::Stream| {
        // A value two and a half times as far moved as the join's default: a refund, a call from the fraud desk.
        let rows = values(400, [1.0, 0.5], 2.5 * params.rewrite, stream);
        let x = ndarray::concatenate(Side(1), &[rows.as_of.view(), rows.latest.select(Side(1), &[0]).view()]);
        Labelled { x: x.expect("as many rows"), y: rows.y }
    };
    let grouped = |stream: &mllab_core::Stream| entities(100, 10, false, stream);
    let chosen = |stream: &mllab_core::Stream| {
        let table = pure_noise(50, 5000, 0.5, stream);
        Labelled { x: table.x.select(Side(1), &best_columns(&table, 100)), y: table.y }
    };
    let honest = |stream: &mllab_core::Stream| {
        let rows = values(400, [1.0, 0.5], params.rewrite, stream);
        Labelled { x: rows.as_of, y: rows.y }
    };
    let flagged = |name: &str, n: usize, one: &(dyn Fn(&mllab_core::Stream) -> Labelled + Sync)| {
        let found = runs(cx, name, n, |stream| Ok(best(&one(stream)) > SUSPECT))?;
        Ok::<_, LabError>(Estimate::proportion(found.iter().filter(|&&flag| flag).count(), found.len()))
    };
    outcome.find(CLAIM, "a column was recorded after the outcome", flagged("late", n, &late)?);
    outcome.find(CLAIM, "rows of groups lie on both sides", flagged("groups", n, &|stream| grouped(stream).0)?);
    outcome.find(CLAIM, "a transform was fitted on all rows", flagged("chosen", n / 2, &chosen)?);
    outcome.find(CLAIM, "all is honest", flagged("honest", n, &honest)?);
    let cancer = real::breast_cancer();
    let setting = "honest columns of the breast cancer table are looked at";
    outcome.find(CLAIM, setting, Estimate::exact(best(&cancer.table)));

    let test = runs(cx, "permutations", n / 2, |stream| {
        let (table, _) = entities(40, 10, false, stream);
        permutation_test(&table, &stream.child("test", 0))
    })?;
    let setting = "a permutation test of the score is to find the groups";
    let passed = test.iter().filter(|&&p| p >= 0.05).count();
    outcome.find(CLAIM, setting, Estimate::proportion(passed, test.len()));
    let copies = runs(cx, "copies", n, |stream| {
        let table = with_copies(&pure_noise(200, 5, 0.5, stream), params.copied);
        Ok(twins(&table).iter().max().is_some_and(|most| most + 1 < table.y.len()))
    })?;
    let found = copies.iter().filter(|&&found| found).count();
    outcome.find(CLAIM, "half of the copied rows are looked for", Estimate::proportion(found, copies.len()));

    let stream = cx.stream("the tables that are drawn", 0);
    draw(
        &[
            ("a column from after the outcome", column_aucs(&late(&stream))),
            ("entities on both sides", column_aucs(&grouped(&stream).0)),
            ("best 20 of 100 columns chosen on all rows", column_aucs(&chosen(&stream)).into_iter().take(20).collect()),
            ("honest: breast cancer", column_aucs(&cancer.table)),
        ],
        &mut outcome,
    );
    Ok(outcome)
}

/// The share of label orders, the given one included, under which the nearest neighbour in random folds is as right as
/// under the given one. Who is whose neighbour does not depend on labels.
fn permutation_test(table: &Labelled, stream: &mllab_core::Stream) -> Result<f64, mllab_kit::KitError> {
    let mut pairs = Vec::with_capacity(table.y.len());
    for parts in split::random_folds(table.y.len(), FOLDS, stream)? {
        let (train, test) = (table.x.select(Side(0), &parts.train), table.x.select(Side(0), &parts.test));
        let found = nearest(test.view(), train.view(), 1, false)?;
        pairs.extend(parts.test.iter().zip(found).map(|(&row, near)| (row, parts.train[near[0]])));
    }
    let right = |y: &[bool]| mean(pairs.iter().map(|&(row, near)| f64::from(u8::from(y[row] == y[near]))));
    let given = right(&table.y);
    let mut draws = Draws::new(stream);
    let as_good = (0..PERMUTATIONS)
        .filter(|_| {
            let mut y = table.y.clone();
            draws.shuffle(&mut y);
            right(&y) >= given
        })
        .count();
    Ok((as_good + 1) as f64 / (PERMUTATIONS + 1) as f64)
}

/// Ticks at the first of so many columns, the last, and between them where there are many.
fn places(columns: usize) -> Vec<f64> {
    let every = columns.div_ceil(6);
    let between = (2..columns).filter(|place| place.is_multiple_of(every) && columns - place >= every);
    std::iter::once(1).chain(between).chain([columns]).map(|place| place as f64).collect()
}

/// One panel a table, one stalk a column.
fn draw(tables: &[(&str, Vec<f64>)], outcome: &mut Outcome) {
    let mut table = Table::new("column_aucs", &[("table", ""), ("column", "1"), ("roc_auc", "1")]);
    let mut panels = Vec::new();
    let mut best_rows = Vec::new();
    for (name, aucs) in tables {
        let mut sorted = aucs.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        best_rows.push(table.n_rows());
        for (place, auc) in sorted.iter().enumerate() {
            table.row([(*name).into(), (place + 1).into(), (*auc).into()]);
        }
        let x = (1..=sorted.len()).map(|place| place as f64).collect();
        panels.push(
            Panel::new(
                Axis::linear("column, best first").range(0.5, sorted.len() as f64 + 0.5).ticks(places(sorted.len())),
                Axis::linear("ROC-AUC of the column alone").range(0.5, 1.0).ticks([0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
            )
            .title(*name)
            .layer(Lollipop { x, y: sorted, base: 0.5, whiskers: None, mark: Mark::Disc, hue: Hue::Blue })
            .note(Note::horizontal(SUSPECT, "flagged above")),
        );
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("A column from after the outcome stands out (")
        .cite(&table, "roc_auc", best_rows[0], two)
        .text("), entities do not (")
        .cite(&table, "roc_auc", best_rows[1], two)
        .text("), and an honest column can (")
        .cite(&table, "roc_auc", best_rows[3], two)
        .text(")");
    let mut figure = Figure::new("columns", title)
        .subtitle("One table of each kind. Each stalk is a column used alone as the score, in the direction that suits it.")
        .alt("Four panels of stalks. Only the column recorded after the outcome and several honest columns of the breast cancer table rise above nine tenths; columns of entities stay below six tenths, and chosen columns of noise below nine tenths.")
        .reads("column_aucs", &["column", "roc_auc"])
        .layout(mllab_core::figure::Layout::Grid { columns: 2, share_y: true });
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}
