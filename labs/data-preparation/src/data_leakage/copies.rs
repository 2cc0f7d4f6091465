//! What do duplicate rows do to a score, and to the model?
//!
//! Data: labels of pure noise, and a line through two clouds, with a share of the rows copied once or a few rows copied
//! many times; the breast cancer table. Arms: nearest neighbour, random forest, logistic regression; with the copies and
//! without. The truth is the score on fresh rows.

use super::DataLeakageParams;
use super::own::{labelled, twins};
use super::rungs::with_copies;
use super::scores::{FOLDS, mean_of, near, of_folds, over_folds, runs, share_of};
use mllab_core::figure::{Axis, Dash, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes::{self, TwoGaussians};
use mllab_kit::data::{Labelled, real};
use mllab_kit::linear::Logistic;
use mllab_kit::metrics::{Confusion, roc_auc};
use mllab_kit::neighbours::shares;
use mllab_kit::split;
use mllab_kit::tree::Forest;

const CLAIM: &str = "duplicates";
const SHARES: [f64; 6] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5];

/// Who learns.
#[derive(Clone, Copy)]
enum Learner {
    Nearest,
    Forest,
    Line,
}

impl Learner {
    fn score(self, train: &Labelled, test: &Labelled, stream: &mllab_core::Stream) -> Result<f64, KitError> {
        match self {
            Learner::Nearest => near(train, test, 1),
            Learner::Forest => {
                let forest = Forest::random_forest(15, 5).fit_classes(train.x.view(), &train.y, None, stream)?;
                Ok(roc_auc(&forest.predict(test.x.view()), &test.y))
            }
            Learner::Line => {
                let model = Logistic::default().fit(train.x.view(), &train.y, None)?;
                Ok(roc_auc(&model.logits(test.x.view()), &test.y))
            }
        }
    }
}

/// Measures what copies do to reports and to learning.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if matches!(source, Source::Own(_)) {
        match labelled(source, 4000, &cx.stream("thinned", 0))? {
            Some(table) => {
                let gain = on_table(cx, params, &table, &without_copies(&table))?;
                outcome.find(CLAIM, "your table is judged by its nearest neighbours", gain);
            }
            None => outcome.untestable.push((CLAIM, "It needs a target of two classes.".into())),
        }
        return Ok(outcome);
    }
    let n = cx.replicates();
    for (setting, learner, n) in [
        ("labels are pure noise and the nearest neighbour learns from half the rows copied", Learner::Nearest, n),
        ("labels are pure noise and a random forest learns from half the rows copied", Learner::Forest, n),
        ("labels are pure noise and logistic regression learns from half the rows copied", Learner::Line, 4 * n),
    ] {
        let pairs = runs(cx, setting, n, |stream| {
            let both = classes::pure_noise(1200, 5, 0.5, &stream.child("rows", 0));
            let (known, fresh) =
                (both.rows(&(0..300).collect::<Vec<_>>()), both.rows(&(300..1200).collect::<Vec<_>>()));
            let table = with_copies(&known, params.copied);
            let parts = split::random(table.y.len(), 0.3, &stream.child("split", 0))?;
            let (train, test) = (table.rows(&parts.train), table.rows(&parts.test));
            Ok([learner.score(&train, &test, stream)?, learner.score(&train, &fresh, stream)?])
        })?;
        outcome.find(CLAIM, setting, mean_of(&pairs, |pair| pair[0] - pair[1]));
    }
    trained(cx, params, &mut outcome)?;
    let cancer = real::breast_cancer().table;
    // The copied rows must not be the first of the file, which holds the malignant ones.
    let order = mllab_kit::draws::Draws::new(&cx.stream("copied", 0)).permutation(cancer.y.len());
    let cancer = cancer.rows(&order);
    let gain = on_table(cx, params, &with_copies(&cancer, 0.5), &cancer)?;
    outcome.find(CLAIM, "half the rows of the breast cancer table are copied and the nearest neighbour learns", gain);
    by_share(cx, &mut outcome)?;
    Ok(outcome)
}

/// What copies do to the model itself: fresh rows, with copies and after their removal.
fn trained(cx: &Cx, params: &DataLeakageParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let clouds = TwoGaussians { prevalence: 0.5, separation: 0.7, informative: 2, columns: 10 };
    for (setting, heavy) in [
        ("training counts and half of the rows are copied once", false),
        ("training counts and one row in twenty stands there fifty times", true),
    ] {
        let gains = runs(cx, setting, cx.replicates(), |stream| {
            let table = clouds.draw(300, &stream.child("rows", 0));
            let fresh = clouds.draw(3000, &stream.child("fresh", 0));
            let copied = if heavy {
                table.rows(&(0..300).chain((0..49).flat_map(|_| 0..15)).collect::<Vec<_>>())
            } else {
                with_copies(&table, params.copied)
            };
            let score = |train: &Labelled| Learner::Line.score(train, &fresh, stream);
            Ok(score(&table)? - score(&copied)?)
        })?;
        outcome.find(CLAIM, setting, Estimate::mean(&gains));
    }
    Ok(())
}

/// The first of each row's copies.
fn without_copies(table: &Labelled) -> Labelled {
    let number = twins(table);
    let mut seen = vec![false; number.len()];
    let first = |row: &usize| !std::mem::replace(&mut seen[number[*row]], true);
    table.rows(&(0..number.len()).filter(first).collect::<Vec<_>>())
}

/// Accuracy of the nearest neighbour in folds of a table with copies less that without; exact where there are none.
fn on_table(cx: &Cx, params: &DataLeakageParams, with: &Labelled, without: &Labelled) -> Result<Estimate, LabError> {
    if with.y.len() == without.y.len() {
        return Ok(Estimate::exact(0.0));
    }
    let repeats = if cx.quick() { 1 } else { params.repeats as usize };
    let gains = runs(cx, "table", repeats, |stream| {
        let scores = |table: &Labelled| {
            let mut scores = Vec::new();
            for parts in split::random_folds(table.y.len(), FOLDS, stream)? {
                let (train, test) = (table.rows(&parts.train), table.rows(&parts.test));
                let near = shares(test.x.view(), train.x.view(), &train.y, 1)?;
                scores.push(Confusion::at(&near, &test.y, 0.5).accuracy());
            }
            Ok::<_, KitError>(scores)
        };
        Ok(scores(with)?.into_iter().zip(scores(without)?).map(|(a, b)| a - b).collect::<Vec<_>>())
    })?;
    Ok(of_folds(&gains.concat()))
}

/// Reported and true score of the nearest neighbour against the share of copied rows.
fn by_share(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let all = runs(cx, "by share", cx.replicates(), |stream| {
        let both = classes::pure_noise(1200, 5, 0.5, &stream.child("rows", 0));
        let (known, fresh) = (both.rows(&(0..300).collect::<Vec<_>>()), both.rows(&(300..1200).collect::<Vec<_>>()));
        let mut read = Vec::new();
        for share in SHARES {
            let table = with_copies(&known, share);
            let folds = split::random_folds(table.y.len(), FOLDS, &stream.child("folds", 0))?;
            read.push([over_folds(&table, &folds, |_, train, test| near(train, test, 1))?, near(&table, &fresh, 1)?]);
        }
        Ok(read)
    })?;
    let none = |run: &Vec<[f64; 2]>| run[0][0];
    outcome.find(CLAIM, "copies are removed before the split", share_of(&all, none));
    let bias = mean_of(&all, |run| run[0][0] - run[0][1]);
    outcome.find_part(CLAIM, "copies are removed before the split", 1, bias);

    let columns = [
        ("copied", "share"),
        ("score", ""),
        ("roc_auc", "1"),
        ("low", "1"),
        ("high", "1"),
        ("expected", "1"),
        ("runs", "runs"),
    ];
    let mut table = Table::new("copies", &columns);
    // A row with a copy meets it in training four times in five.
    let expected = |share: f64| 0.5 + 0.5 * 2.0 * share / (1.0 + share) * 0.8;
    let mut panel = Panel::new(
        Axis::linear("rows that stand there twice, of a hundred").ticks(SHARES.map(|share| 100.0 * share)),
        Axis::linear("ROC-AUC").range(0.4, 0.9),
    );
    for (side, (name, hue)) in [("reported", Hue::Vermilion), ("on fresh rows", Hue::Blue)].into_iter().enumerate() {
        let (mut middle, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for (place, share) in SHARES.into_iter().enumerate() {
            let e = share_of(&all, |run| run[place][side]);
            let theory = if side == 0 { expected(share) } else { 0.5 };
            table.row([
                share.into(),
                name.into(),
                e.point.into(),
                e.low.into(),
                e.high.into(),
                theory.into(),
                e.replicates.into(),
            ]);
            middle.push(e.point);
            low.push(e.low);
            high.push(e.high);
        }
        let x = SHARES.map(|share| 100.0 * share).to_vec();
        panel = panel.layer(Line::new(x, middle, hue).band(low, high).label(name));
    }
    let theory = SHARES.map(expected).to_vec();
    let x = SHARES.map(|share| 100.0 * share).to_vec();
    panel = panel.layer(Line::new(x, theory, Hue::Ink).dash(Dash::Dotted).thin());
    let title = Title::new()
        .text("With half of the rows copied, noise reports ")
        .cite(&table, "roc_auc", SHARES.len() - 1, |v| shown::fixed(v, 2))
        .text(" and is worth ")
        .cite(&table, "roc_auc", 2 * SHARES.len() - 1, |v| shown::fixed(v, 2));
    outcome.figures.push(
        Figure::new("copies", title)
            .subtitle(format!(
                "Nearest neighbour on 300 rows whose labels mean nothing, in {FOLDS} random folds and on 900 fresh rows. Mean of {} runs; band: 99\u{202f}% interval of the mean. Dotted: one half, and one half more for each row whose copy is in training.",
                all.len()
            ))
            .alt("Two lines against the share of copied rows. The reported score climbs from one half to about three quarters along a dotted line; the score on fresh rows stays at one half.")
            .reads("copies", &["copied", "roc_auc", "low", "high", "expected"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::Stream;

    #[test]
    fn copies_are_found_and_removed() {
        let table = classes::pure_noise(50, 3, 0.5, &Stream::root(1));
        let copied = with_copies(&table, 0.4);
        assert_eq!(copied.y.len(), 70);
        assert_eq!(without_copies(&copied), table);
    }
}
