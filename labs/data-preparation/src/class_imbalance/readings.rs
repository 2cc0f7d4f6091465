//! What every remedy makes of one draw of rows, as numbers and as curves, and the two pictures of it.

use super::{ClassImbalanceParams, TREE_ROWS, grid};
use mllab_core::prelude::*;
use mllab_kit::bands::{along, mean_shares};
use mllab_kit::data::Labelled;
use mllab_kit::linear::logit;
use mllab_kit::metrics::{Confusion, Ranking, brier, reliability};
use mllab_kit::remedies::{Learner, Remedy};

/// Share of positives in training and test rows.
pub const PREVALENCE: f64 = 0.02;
/// Test rows of logistic regression.
pub const TEST_ROWS: usize = 10_000;
const BINS: usize = 10;
/// The numbers of a [`Reading`].
const NUMBERS: [&str; 6] = ["recall", "precision", "f1", "roc_auc", "average_precision", "brier"];

/// One arm on one replicate's test rows.
pub struct Reading {
    /// The arm.
    pub arm: &'static str,
    /// As [`NUMBERS`].
    numbers: [f64; 6],
    /// Precision along a grid of recalls.
    precision: Vec<f64>,
    /// Mean forecast and share of positives of each bin of forecasts, NaN where it is empty.
    bins: [[f64; 2]; BINS],
}

/// The reading of an arm.
fn of<'a>(run: &'a [Reading], arm: &str) -> &'a Reading {
    run.iter().find(|reading| reading.arm == arm).expect("every arm is read")
}

/// A number of an arm.
pub fn number(run: &[Reading], arm: &str, metric: &str) -> f64 {
    let place = NUMBERS.iter().position(|name| *name == metric).expect("every metric is read");
    of(run, arm).numbers[place]
}

/// Every arm on one draw of training and test rows.
pub fn arms(params: &ClassImbalanceParams, learner: Learner, stream: &Stream) -> Result<Vec<Reading>, LabError> {
    let clouds = params.clouds(PREVALENCE);
    let (rows, test_rows) = match learner {
        Learner::Trees => (TREE_ROWS, 6000),
        Learner::Logistic => (params.rows as usize, TEST_ROWS),
    };
    let train = clouds.draw_exact(rows, &stream.child("train", 0));
    let test = clouds.draw(test_rows, &stream.child("test", 0));
    let fit = |remedy| -> Result<Vec<f64>, LabError> {
        Ok(learner.learn(remedy, &train, params.k(), stream)?.probabilities(test.x.view()))
    };
    let (plain, over) = (fit(Remedy::Nothing)?, fit(Remedy::Over)?);
    // King and Zeng 2001, eq. 7: copies multiply the odds by majority / minority.
    let shift = logit(PREVALENCE);
    let corrected: Vec<f64> = over.iter().map(|&p| 1.0 / (1.0 + libm::exp(-(logit(p) + shift)))).collect();
    let mut readings = vec![
        Reading::new("none", &plain, &test, 0.5),
        Reading::new("threshold-moved", &plain, &test, PREVALENCE),
        Reading::new("prior-corrected", &corrected, &test, 0.5),
        Reading::new("class-weights", &fit(Remedy::Weights)?, &test, 0.5),
        Reading::new("random-over", &over, &test, 0.5),
    ];
    for remedy in [Remedy::Under, Remedy::Smote, Remedy::Borderline, Remedy::Adasyn] {
        readings.push(Reading::new(remedy.name(), &fit(remedy)?, &test, 0.5));
    }
    Ok(readings)
}

impl Reading {
    fn new(arm: &'static str, p: &[f64], test: &Labelled, cut: f64) -> Self {
        let counts = Confusion::at(p, &test.y, cut);
        let ranking = Ranking::new(p, &test.y);
        let mut bins = [[f64::NAN; 2]; BINS];
        // Below twenty rows a bin's share says little, and the mean of many such shares is as good as one's.
        for bin in reliability(p, &test.y, BINS).into_iter().filter(|bin| bin.rows >= 20) {
            bins[(bin.from * BINS as f64).round() as usize] = [bin.forecast, bin.observed];
        }
        let (recall, precision, f1) = (counts.recall(), counts.precision(), counts.f_beta(1.0));
        Reading {
            arm,
            numbers: [recall, precision, f1, ranking.roc_auc(), ranking.average_precision(), brier(p, &test.y)],
            precision: along(&grid(), &ranking.precision_recall()),
            bins,
        }
    }
}

/// All numbers of all arms of both learners.
pub fn tabulate(logistic: &Runs<Vec<Reading>>, trees: &Runs<Vec<Reading>>) -> Table {
    let mut table = Table::named("arms").with_word("learner").with_word("arm").with_word("metric");
    table = table.with_estimate("estimate", "1").with_runs();
    for (learner, runs) in [(Learner::Logistic, logistic), (Learner::Trees, trees)] {
        for arm in runs[0].iter().map(|reading| reading.arm) {
            for metric in NUMBERS {
                table.put((learner.name(), arm, metric, runs.share(|run| number(run, arm, metric))));
            }
        }
    }
    table
}

/// The precision-recall plane: a curve an arm, a mark where its cut-off lies.
pub fn plane(logistic: &Runs<Vec<Reading>>, trees: &Runs<Vec<Reading>>, numbers: &Table, outcome: &mut Outcome) {
    const LOOKS: [Look; 6] = [
        Look::new("none", Hue::Ink).called("nothing").unnamed().thin(),
        Look::new("threshold-moved", Hue::Green).called("cut-off moved").mark(Mark::Diamond).unnamed().thin(),
        Look::new("class-weights", Hue::Blue).called("class weights").mark(Mark::Square).unnamed().thin(),
        Look::new("random-over", Hue::Sky).called("copies").mark(Mark::Triangle).unnamed().thin(),
        Look::new("random-under", Hue::Amber).called("dropped rows").mark(Mark::TriangleDown).unnamed().thin(),
        Look::new("smote", Hue::Vermilion).called("SMOTE").mark(Mark::Ring).unnamed().thin(),
    ];
    let mut table = Table::named("precision_by_recall").with_word("learner").with_word("arm");
    table = table.with_number("recall", "share").with_estimate("precision", "share");
    for (learner, runs) in [(Learner::Logistic, logistic), (Learner::Trees, trees)] {
        // Moving the cut-off leaves the curve as it is.
        for look in LOOKS.iter().filter(|look| look.name != "threshold-moved") {
            let precisions = mean_shares(runs, |run| &of(run, look.name).precision);
            for (recall, precision) in grid().into_iter().zip(precisions) {
                table.put((learner.name(), look.name, recall, precision));
            }
        }
    }
    let panel = |learner: Learner, title: &str| {
        let axis = |label: &str| Axis::share(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]);
        let (x, y) = (axis("recall: share of positives found"), axis("precision: share of alarms that are right"));
        let curves = table.of((learner.name(),)).by("arm");
        LOOKS.iter().fold(Panel::new(x, y).title(title).lines(curves, &LOOKS, "recall", "precision"), |panel, look| {
            let of = |metric: &str| numbers.of((learner.name(), look.name, metric));
            let (recall, precision) = (of("recall").numbers("estimate"), of("precision"));
            let mut point = Points::new(recall, precision.numbers("estimate"), look.mark, look.hue);
            point.whiskers = precision.interval("estimate");
            panel.draw(&precision, &["estimate", "low", "high"], point)
        })
    };
    let remedies = "all remedies and\nthe moved cut-off";
    let recall = |arm| numbers.cite("estimate", ("logistic", arm, "recall"), shown::percent);
    let title = Title::say(
        "Copies take recall from {} to {} along the curve of the untouched model; moving its cut-off reaches {}",
        ["none", "random-over", "threshold-moved"].map(recall),
    );
    let figure = Figure::new("precision-recall-plane", title)
        .subtitle(format!("One positive in fifty; marks: each arm at its cut-off, one half or, if moved, the share of positives. Mean of {} runs (logistic) and {} (trees); bands and whiskers: 99\u{202f}% interval of the mean.", logistic.len(), trees.len()))
        .alt("Precision against recall for each remedy, left for logistic regression, right for boosted trees. Left, all curves coincide; the mark of doing nothing lies far left at high precision and those of all remedies together far right at low precision. Right, the curves of dropped rows and of SMOTE lie below the others.")
        .grid(2, true)
        .keys(&LOOKS, Look::point)
        .panel(
            panel(Learner::Logistic, "Logistic regression")
                .note(Note::arrow([0.34, 0.86], [0.18, 0.69], "nothing done", Hue::Ink))
                .note(Note::arrow([0.74, 0.46], [0.83, 0.13], remedies, Hue::Ink)),
        )
        .panel(panel(Learner::Trees, "Boosted trees"));
    outcome.show(figure, [table]);
}

/// Forecasts against what came, for the arms of logistic regression.
pub fn reliability_curves(runs: &Runs<Vec<Reading>>, numbers: &Table, outcome: &mut Outcome) {
    const LOOKS: [Look; 5] = [
        Look::new("none", Hue::Ink).called("nothing"),
        Look::new("prior-corrected", Hue::Pink).called("set back").dashed(),
        Look::new("class-weights", Hue::Blue).called("class weights"),
        Look::new("random-under", Hue::Amber).called("dropped rows"),
        Look::new("smote", Hue::Vermilion).called("SMOTE"),
    ];
    let mut table = Table::named("reliability").with_word("arm").with_number("forecast", "share");
    table = table.with_estimate("observed", "share").with_runs();
    for look in &LOOKS {
        for bin in 0..BINS {
            let bins = runs.iter().map(|run| of(run, look.name).bins[bin]);
            let seen: Runs<[f64; 2]> = bins.filter(|[forecast, _]| !forecast.is_nan()).collect();
            // A bin that most runs leave empty is that of unusual runs only.
            if 2 * seen.len() > runs.len() {
                let forecast = seen.iter().map(|[forecast, _]| forecast).sum::<f64>() / seen.len() as f64;
                table.put((look.name, forecast, seen.share(|[_, observed]| *observed)));
            }
        }
    }
    let cite = |arm, metric, show| numbers.cite("estimate", ("logistic", arm, metric), show);
    let three = |v| shown::fixed(v, 3);
    let title = Title::say(
        "Class weights raise the Brier score from {} to {}: of the rows it calls likely, {} turn out positive",
        [
            cite("none", "brier", three),
            cite("class-weights", "brier", three),
            cite("class-weights", "precision", shown::percent),
        ],
    )
    .if_cited(|cited| cited[1] > cited[0]);
    let axis = |label: &str| Axis::share(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]);
    let panel = Panel::new(axis("forecast probability"), axis("share that turned out positive"))
        .layer(Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Grey).dash(Dash::Dashed).thin())
        .note(Note::text(0.62, 0.8, "what is forecast comes true", Hue::Grey))
        .lines(&table, &LOOKS, "forecast", "observed");
    let figure = Figure::new("reliability", title)
        .subtitle(format!("Logistic regression at one positive in fifty, forecasts in {BINS} bins of equal width; “set back”: copies, then the logit shifted to the true share of positives. Mean of {} runs; band: 99\u{202f}% interval of the mean.", runs.len()))
        .alt("Share of positives against forecast probability. The untouched model and the one set back follow the diagonal; class weights, dropped rows and SMOTE run along the bottom and rise only at the far right.")
        .panel(panel);
    outcome.show(figure, [table]);
}
