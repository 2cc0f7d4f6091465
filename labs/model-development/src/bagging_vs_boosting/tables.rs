//! Every model at its defaults on real tables, with two of other libraries beside them; and on a user's.

use super::BaggingVsBoostingParams;
use super::folds::{self, CONTEST_ROWS, OWN_ROWS, TUNING_ROWS, WORK_ROWS, cancer, diabetes, digits, each_fold};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::ensemble::{Arm, FULL, Rows, of_libraries};

const MODEL: Look = Look::new("", Hue::Blue).unnamed();

/// Every model at its defaults on three real tables, with two of other libraries beside them.
pub fn shipped(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let few = digits().pick(&(0..250).collect::<Vec<_>>());
    let mut table = Table::named("real_tables").with_word("table").with_word("model");
    table = table.with_estimate("score", "1").with_count("folds");
    let tables = [
        ("breast cancer", cancer(), "accuracy"),
        ("digits, even or odd", few, "accuracy"),
        ("diabetes", diabetes(), "R²"),
    ];
    for (name, rows, _) in &tables {
        let models = defaults(params.fewer_trees(), rows);
        let scored = each_fold(cx, rows, &format!("models, {name}"), 1, |train, test, stream| {
            let ours = models.iter().map(|(_, arm)| arm.score(train, test, stream));
            let mut scores = ours.collect::<Result<Vec<f64>, KitError>>()?;
            scores.extend(of_libraries(train, test, params.fewer_trees(), stream)?);
            Ok(scores)
        })?;
        let names = models.iter().map(|(model, _)| *model).chain(["smartcore forest", "forust boosting"]);
        for (place, model) in names.enumerate() {
            let e = folds::mean(&scored, |fold| fold[place]);
            table.put((*name, model, e.cut_to(f64::NEG_INFINITY, 1.0)));
        }
    }
    let cite = |model: &str| table.cite("score", ("breast cancer", model), shown::hundredths);
    let title = Title::say(
        "Real tables: on breast cancer one tree is right on {} of rows, a random forest on {}, boosting on {}",
        [cite("tree"), cite("random-forest"), cite("gradient-boosting")],
    );
    let panels = tables.iter().map(|(name, _, metric)| dots(table.of((*name,)), "score", metric).title(*name));
    let figure = Figure::new("real-tables", title)
        .subtitle(format!(
            "Five folds: {} full trees, 100 stumps, 100 rounds of depth 3 at a rate of a tenth. Whisker: 99\u{202f}% interval, corrected for shared rows.",
            params.fewer_trees()
        ))
        .alt("Points with whiskers for seven models on three real tables. A single tree is lowest and the ensembles lie close together, ours beside those of two other libraries.")
        .panels(panels);
    outcome.show(figure, [table]);
    Ok(())
}

/// A point with whiskers for each model.
fn dots(rows: mllab_core::Rows, score: &str, metric: &str) -> Panel {
    Panel::new(Axis::category("", rows.words("model")), Axis::linear(metric)).points(rows, "model", score, &MODEL)
}

/// The user's table: the first score of every model.
pub fn own(scores: &Table, rows: &Rows) -> Figure {
    let (metric, shown_as) = if rows.is_labels() { ("accuracy", "accuracy") } else { ("r2", "R²") };
    let cite = |model: &str| scores.cite("estimate", (model, metric), shown::hundredths);
    let title = Title::say(
        &format!("On your table one tree reaches an {shown_as} of {{}}, a random forest {{}}, boosting {{}}"),
        [cite("tree"), cite("random-forest"), cite("gradient-boosting")],
    );
    Figure::new("scores", title)
        .subtitle("Five folds, dealt several times where rows are few; defaults: 100 full trees, 100 stumps, 100 rounds of depth 3 at a rate of a tenth. Whisker: 99\u{202f}% interval, corrected for shared rows.")
        .alt("Points with whiskers: the score of a tree, bagging, a random forest and boosting on your table.")
        .panel(dots(scores.whose("metric", metric), "estimate", shown_as))
}

/// The models at their defaults, as they stand in the table of scores.
fn defaults(trees: usize, table: &Rows) -> Vec<(&'static str, Arm)> {
    let mut models = vec![
        ("tree", Arm::Tree { depth: FULL }),
        ("bagging", Arm::Bagged { trees, depth: FULL }),
        ("random-forest", Arm::Forest { trees }),
    ];
    if table.is_labels() {
        models.push(("adaboost", Arm::AdaBoost { rounds: 100, depth: 1 }));
    }
    models.push(("gradient-boosting", Arm::Boosted { rounds: 100, depth: 3, rate: 0.1 }));
    models
}

/// Both scores of every model, over folds.
pub fn scores(cx: &Cx, params: &BaggingVsBoostingParams, table: &Rows, repeats: usize) -> Result<Table, LabError> {
    let models = defaults(params.trees(), table);
    let arms: Vec<Arm> = models.iter().map(|(_, arm)| *arm).collect();
    let scored = folds::score(cx, table, &arms, "own scores", repeats)?;
    let mut out = Table::named("scores").with_word("model").with_word("metric").with_estimate("estimate", "1");
    for (place, (model, _)) in models.iter().enumerate() {
        let first = folds::mean(&scored, |fold| fold[place].score);
        let second = folds::mean(&scored, |fold| fold[place].second);
        let rows = if table.is_labels() {
            [("accuracy", first, 0.0, 1.0), ("roc_auc", second, 0.0, 1.0)]
        } else {
            [("rmse", second, 0.0, f64::INFINITY), ("r2", first, f64::NEG_INFINITY, 1.0)]
        };
        for (metric, e, least, most) in rows {
            out.put((*model, metric, e.cut_to(least, most)));
        }
    }
    Ok(out)
}

/// How many of the user's rows each kind of study takes: larger tables are drawn from, evenly at random.
pub fn rows_used(source: &Source) -> Table {
    let given = if let Source::Own(data) = source { data.n_rows() } else { 0 };
    let mut table = Table::named("rows_used").with_word("use").with_numbers(&["given", "used"], "rows");
    for (name, most) in [
        ("scores, forest against boosting", CONTEST_ROWS),
        ("bias, weights, targets, gaps", OWN_ROWS),
        ("random settings", TUNING_ROWS),
        ("work", WORK_ROWS),
    ] {
        table.put((name, given, given.min(most)));
    }
    table
}
