//! The pictures of the contest: the booster's lead against rows, and all models on real tables.

use super::BaggingVsBoostingParams;
use super::contest::defaults;
use super::folds::{cancer, diabetes, digits, each_fold, mean};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::ensemble::{Goal, Rows};
use mllab_kit::library::{Classifier, Regressor};

const TARGETS: [Look; 5] = [
    Look::new("product of three columns", Hue::Vermilion),
    Look::new("Friedman's function", Hue::Amber),
    Look::new("product, mostly noise", Hue::Blue),
    Look::new("Friedman's, mostly noise", Hue::Sky),
    Look::new("line", Hue::Green),
];
const MODEL: Look = Look::new("", Hue::Blue).unnamed();

/// An empty table for [`leads`]: a target and a number of rows, with the lead there as a ratio.
pub fn leads_table() -> Table {
    Table::named("leads").with_word("target").with_number("rows", "rows").with_estimate("ratio", "1").with_runs()
}

/// Error of a forest over that of boosting, against rows.
pub fn leads(table: Table, outcome: &mut Outcome) {
    let panel = Panel::new(
        Axis::log("training rows").range(90.0, 5500.0).ticks([100.0, 500.0, 5000.0]),
        Axis::linear("error of a forest over that of boosting").format(Format::Times),
    )
    .note(Note::horizontal(0.0, "level"));
    let panel = TARGETS.iter().fold(panel, |panel, look| {
        let rows = || table.of((look.name,)).seen("ratio", libm::log2);
        panel.line(rows(), "rows", "ratio", &look.bare()).points(rows(), "rows", "ratio", &look.unnamed())
    });
    let times = |v: f64| format!("×{}", shown::hundredths(v));
    let cite = |target: usize, rows: usize| table.cite("ratio", (TARGETS[target].name, rows), times);
    let title = Title::say(
        "On Friedman's function a forest's error is {} that of boosting at 500 rows and {} at 5000; on a product of three columns {} at 500",
        [cite(1, 500), cite(1, 5000), cite(0, 500)],
    );
    let figure = Figure::new("leads", title)
        .subtitle("Both tuned on validation rows; distance from the noiseless target. Means over as many runs as the table says; whisker: 99\u{202f}% interval.")
        .alt("The ratio of a forest's error to boosting's against training rows. For Friedman's function it lies above one and rises with rows; for the product of three columns and for targets that are mostly noise it lies near one.")
        .panel(panel);
    outcome.show(figure, [table]);
}

/// Every model at its defaults on three real tables, with two of other libraries beside them.
pub fn tables(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
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
        let folds = each_fold(cx, rows, &format!("models, {name}"), 1, |train, test, stream| {
            let ours = models.iter().map(|(_, arm)| arm.score(train, test, stream));
            let mut scores = ours.collect::<Result<Vec<f64>, KitError>>()?;
            scores.extend(theirs(train, test, params.fewer_trees(), stream)?);
            Ok(scores)
        })?;
        let names = models.iter().map(|(model, _)| *model).chain(["smartcore forest", "forust boosting"]);
        for (place, model) in names.enumerate() {
            let e = mean(&folds, |fold| fold[place]);
            table.put((*name, model, Estimate { high: e.high.min(1.0), ..e }));
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

/// The scores of smartcore's forest and forust's boosting.
fn theirs(train: &Rows, test: &Rows, trees: usize, stream: &Stream) -> Result<[f64; 2], KitError> {
    let (x, at) = (train.x.view(), test.x.view());
    Ok(match &train.goal {
        Goal::Labels(y) => {
            let forest = Classifier::SmartcoreForest { trees }.fit(x, y, stream)?.predict(at)?;
            let logits = Classifier::Forust { rounds: 100, rate: 0.1, max_depth: 3 }.fit(x, y, stream)?.predict(at)?;
            // A logit above 0 is a probability above one half.
            let shifted: Vec<f64> = logits.iter().map(|logit| logit + 0.5).collect();
            [test.score(&forest), test.score(&shifted)]
        }
        Goal::Numbers(y) => {
            let forest = Regressor::SmartcoreForest { trees }.fit(x, y, stream)?.predict(at)?;
            let boosted = Regressor::Forust { rounds: 100, rate: 0.1, max_depth: 3 }.fit(x, y, stream)?.predict(at)?;
            [test.score(&forest), test.score(&boosted)]
        }
    })
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
