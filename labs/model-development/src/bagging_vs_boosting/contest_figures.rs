//! The pictures of the contest: the booster's lead against rows, and all models on real tables.

use super::BaggingVsBoostingParams;
use super::arms::{Goal, Rows, each};
use super::contest::defaults;
use super::folds::{cancer, diabetes, digits, each_fold, mean};
use mllab_core::figure::{Axis, Format, Hue, Layout, Line, Mark, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::library::{Classifier, Regressor};

/// A target's name with the lead at each number of rows.
type Lead = (&'static str, Vec<(usize, Estimate)>);

/// Error of a forest over that of boosting, against rows.
pub fn leads(lines: &[Lead], outcome: &mut Outcome) {
    let mut table = Table::new(
        "leads",
        &[("target", ""), ("rows", "rows"), ("ratio", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    let mut panel = Panel::new(
        Axis::log("training rows").range(90.0, 5500.0).ticks([100.0, 500.0, 5000.0]),
        Axis::linear("error of a forest over that of boosting").format(Format::Times),
    )
    .note(Note::horizontal(0.0, "level"));
    let hues = [Hue::Vermilion, Hue::Amber, Hue::Blue, Hue::Sky, Hue::Green];
    for ((name, points), hue) in lines.iter().zip(hues) {
        let mut x = Vec::new();
        let (mut y, mut low, mut high) = (vec![], vec![], vec![]);
        for (rows, e) in points {
            let ratio = e.map(libm::exp2);
            table.row([
                (*name).into(),
                (*rows).into(),
                ratio.point.into(),
                ratio.low.into(),
                ratio.high.into(),
                ratio.replicates.into(),
            ]);
            x.push(*rows as f64);
            y.push(e.point);
            low.push(e.low);
            high.push(e.high);
        }
        panel = panel
            .layer(Line::new(x.clone(), y.clone(), hue).label(*name))
            .layer(Points::new(x, y, Mark::Disc, hue).whiskers(low, high));
    }
    let times = |v: f64| format!("×{}", shown::fixed(v, 2));
    let title = Title::new()
        .text("On Friedman's function a forest's error is ")
        .cite(&table, "ratio", 4, times)
        .text(" that of boosting at 500 rows and ")
        .cite(&table, "ratio", 5, times)
        .text(" at 5000; on a product of three columns ")
        .cite(&table, "ratio", 1, times)
        .text(" at 500");
    outcome.figures.push(
        Figure::new("leads", title)
            .subtitle("Both tuned on validation rows; distance from the noiseless target. Means over as many runs as the table says; whisker: 99\u{202f}% interval.")
            .alt("The ratio of a forest's error to boosting's against training rows. For Friedman's function it lies above one and rises with rows; for the product of three columns and for targets that are mostly noise it lies near one.")
            .reads("leads", &["rows", "ratio", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}

/// Every model at its defaults on three real tables, with two of other libraries beside them.
pub fn tables(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let few = digits().pick(&(0..250).collect::<Vec<_>>());
    let mut table = Table::new(
        "real_tables",
        &[("table", ""), ("model", ""), ("score", "1"), ("low", "1"), ("high", "1"), ("folds", "folds")],
    );
    let mut figure_panels = Vec::new();
    for (name, rows, metric) in [
        ("breast cancer", cancer(), "accuracy"),
        ("digits, even or odd", few, "accuracy"),
        ("diabetes", diabetes(), "R²"),
    ] {
        let models = defaults(params.fewer_trees(), &rows);
        let folds = each_fold(cx, &rows, &format!("models, {name}"), 1, |train, test, stream| {
            let ours = models.iter().map(|(_, arm)| {
                let model = arm.fit(train, stream)?;
                Ok(test.score(&model.scores(test.x.view())))
            });
            let mut scores = ours.collect::<Result<Vec<f64>, KitError>>()?;
            scores.extend(theirs(train, test, params.fewer_trees(), stream)?);
            Ok(scores)
        })?;
        let mut names: Vec<&str> = models.iter().map(|(model, _)| *model).collect();
        names.extend(["smartcore forest", "forust boosting"]);
        let (mut y, mut low, mut high) = (vec![], vec![], vec![]);
        for (place, model) in names.iter().enumerate() {
            let e = mean(&each(&folds, |fold: &Vec<f64>| fold[place]));
            let high_end = e.high.min(1.0);
            table.row([
                name.into(),
                (*model).into(),
                e.point.into(),
                e.low.into(),
                high_end.into(),
                folds.len().into(),
            ]);
            y.push(e.point);
            low.push(e.low);
            high.push(high_end);
        }
        figure_panels.push(dots(&names, (y, low, high), metric).title(name));
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("Real tables: on breast cancer one tree is right on ")
        .cite(&table, "score", 0, two)
        .text(" of rows, a random forest on ")
        .cite(&table, "score", 2, two)
        .text(", boosting on ")
        .cite(&table, "score", 4, two);
    let mut figure = Figure::new("real-tables", title)
        .subtitle(format!(
            "Five folds: {} full trees, 100 stumps, 100 rounds of depth 3 at a rate of a tenth. Whisker: 99\u{202f}% interval, corrected for shared rows.",
            params.fewer_trees()
        ))
        .alt("Points with whiskers for seven models on three real tables. A single tree is lowest and the ensembles lie close together, ours beside those of two other libraries.")
        .reads("real_tables", &["score", "low", "high"])
        .layout(Layout::Grid { columns: 1, share_y: false });
    for panel in figure_panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}

/// The scores of smartcore's forest and forust's boosting.
fn theirs(train: &Rows, test: &Rows, trees: usize, stream: &mllab_core::Stream) -> Result<[f64; 2], KitError> {
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

fn dots(names: &[&str], (y, low, high): (Vec<f64>, Vec<f64>, Vec<f64>), metric: &str) -> Panel {
    let at = (0..y.len()).map(|place| place as f64).collect();
    Panel::new(Axis::category("", names.iter().copied()), Axis::linear(metric))
        .layer(Points::new(at, y, Mark::Disc, Hue::Blue).whiskers(low, high))
}

/// The user's table: the first score of every model.
pub fn own(scores: &Table, rows: &Rows, outcome: &mut Outcome) {
    let (metric, shown_as) = if rows.is_labels() { ("accuracy", "accuracy") } else { ("r2", "R²") };
    let picked: Vec<usize> =
        scores.rows().enumerate().filter(|(_, row)| row[1].to_csv() == metric).map(|(place, _)| place).collect();
    let column = |name: &str| picked.iter().map(|&row| scores.number(row, name).unwrap_or(f64::NAN)).collect();
    let names: Vec<String> = picked.iter().filter_map(|&row| scores.rows().nth(row).map(|r| r[0].to_csv())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text(format!("On your table one tree reaches an {shown_as} of "))
        .cite(scores, "estimate", picked[0], two)
        .text(", a random forest ")
        .cite(scores, "estimate", picked[2], two)
        .text(", boosting ")
        .cite(scores, "estimate", picked[picked.len() - 1], two);
    outcome.figures.push(
        Figure::new("scores", title)
            .subtitle("Five folds, dealt several times where rows are few; defaults: 100 full trees, 100 stumps, 100 rounds of depth 3 at a rate of a tenth. Whisker: 99\u{202f}% interval, corrected for shared rows.")
            .alt("Points with whiskers: the score of a tree, bagging, a random forest and boosting on your table.")
            .reads("scores", &["estimate", "low", "high"])
            .panel(dots(&names, (column("estimate"), column("low"), column("high")), shown_as)),
    );
}
