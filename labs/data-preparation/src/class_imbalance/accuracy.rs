//! Which of two scores lies when positives get rarer: accuracy, or the mean of the recalls of both classes?
//!
//! Data: two normal clouds at eight prevalences, fresh test rows at the same prevalence; the breast cancer table
//! thinned to one positive in ten. Arms: saying no to all rows; logistic regression; boosted trees; fixed scorers, for
//! which nothing changes but the test rows. Measurement: accuracy against that of doing nothing, and recall.

use super::ClassImbalanceParams;
use super::arms::{Arm, Learner, TREE_ROWS, at_half, each, replicate};
use super::bands::Band;
use super::folds::{ACCURACY, RECALL, Scored, Try, own, score, thinned_cancer};
use mllab_core::figure::{Axis, Dash, Format, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes::TwoGaussians;
use mllab_kit::metrics::Confusion;

const MISLEADS: &str = "accuracy-misleads";
const BALANCED: &str = "balanced-accuracy";
const PREVALENCES: [f64; 8] = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];
const TEST_ROWS: usize = 10_000;

/// Counts of a model and of doing nothing on the same test rows.
struct Pair {
    model: Confusion,
    nothing: Confusion,
}

/// Measures what both scores make of a model and of doing nothing.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let plain = Try::new(Learner::Logistic, Arm::Nothing);
    if let Some(table) = own(source, params.k())? {
        let scored = score(cx, params, &table, &[plain], "own")?;
        of_table("logistic regression judges your table", &scored, plain, &mut outcome);
        return Ok(outcome);
    }
    let sweep = replicate(cx, "sweep", cx.replicates(), |rep| {
        PREVALENCES.iter().map(|&share| learnt(params, Learner::Logistic, share, &rep.stream)).collect()
    })?;
    let trees = replicate(cx, "trees", cx.replicates() / 2, |rep| learnt(params, Learner::Trees, 0.02, &rep.stream))?;
    let at = |place: usize| sweep.iter().map(|run: &Vec<Pair>| &run[place]).collect::<Vec<_>>();
    for (setting, runs) in [
        ("one row in fifty is positive", at(4)),
        ("one row in two hundred is positive", at(6)),
        ("boosted trees learn and one row in fifty is positive", trees.iter().collect()),
        ("half of the rows are positive", at(0)),
    ] {
        let gain = each(&runs, |run| run.model.accuracy() - run.nothing.accuracy());
        outcome.find(MISLEADS, setting, Estimate::mean(&gain));
        let recall = each(&runs, |run| run.model.recall());
        outcome.find_part(MISLEADS, setting, 1, Estimate::mean_within(&recall, 0.0, 1.0));
        let accuracy = each(&runs, |run| run.model.accuracy());
        outcome.find_part(MISLEADS, setting, 2, Estimate::mean_within(&accuracy, 0.0, 1.0));
    }
    let scored = score(cx, params, &thinned_cancer(false, cx), &[plain], "cancer")?;
    let setting = "logistic regression learns from the breast cancer table, thinned to one positive in ten";
    of_table(setting, &scored, plain, &mut outcome);

    let setting = "nothing is predicted but the majority";
    let largest = |off: &dyn Fn(&Confusion) -> f64| {
        Estimate::exact(sweep.iter().flatten().map(|pair| off(&pair.nothing)).fold(0.0, f64::max))
    };
    let negatives = |c: &Confusion| 1.0 - (c.true_positives + c.false_negatives) as f64 / c.rows() as f64;
    outcome.find(MISLEADS, setting, largest(&|counts| (counts.accuracy() - negatives(counts)).abs()));
    outcome.find_part(MISLEADS, setting, 1, largest(&Confusion::recall));

    balanced(cx, &sweep, &mut outcome)?;
    draw(cx, params, &sweep, &mut outcome);
    Ok(outcome)
}

/// Trains at a prevalence and counts on fresh rows of the same prevalence.
fn learnt(params: &ClassImbalanceParams, learner: Learner, share: f64, stream: &Stream) -> Result<Pair, KitError> {
    let clouds = params.clouds(share);
    let rows = if learner == Learner::Trees { TREE_ROWS } else { params.rows as usize };
    let train = clouds.draw_exact(rows, &stream.child("train", 0));
    let test = clouds.draw(TEST_ROWS, &stream.child("test", 0));
    let model = learner.learn(Arm::Nothing, &train, params.k(), stream)?;
    let p = model.probabilities(test.x.view());
    Ok(Pair { model: at_half(&p, &test.y), nothing: at_half(&vec![0.0; test.y.len()], &test.y) })
}

fn of_table(setting: &'static str, scored: &Scored, plain: Try, outcome: &mut Outcome) {
    outcome.find(MISLEADS, setting, scored.accuracy_gain(plain));
    outcome.find_part(MISLEADS, setting, 1, scored.mean(plain, RECALL));
    outcome.find_part(MISLEADS, setting, 2, scored.mean(plain, ACCURACY));
}

/// Fixed scorers: the first column itself, cut half-way between the means of the classes.
fn balanced(cx: &Cx, sweep: &[Vec<Pair>], outcome: &mut Outcome) -> Result<(), LabError> {
    let fixed = |separation: f64, prevalence: f64, stream: &Stream| {
        let clouds = TwoGaussians { prevalence, separation, informative: 1, columns: 1 };
        let test = clouds.draw(TEST_ROWS, &stream.child("test", 0));
        Confusion::at(test.x.as_slice().expect("one column"), &test.y, separation / 2.0)
    };
    let no_to_all = |c: &Confusion| (c.true_negatives + c.false_positives) as f64 / c.rows() as f64;
    let n = 3 * cx.replicates();
    for (setting, separation) in [
        ("a good model meets doing nothing at one positive in a hundred", 2.0),
        ("a weak model meets doing nothing at one positive in a hundred", 1.0),
    ] {
        let runs = cx.replicate_part(setting, cx.replicates(), |rep| fixed(separation, 0.01, &rep.stream))?;
        outcome.find(BALANCED, setting, Estimate::mean(&each(&runs, |run| run.balanced_accuracy() - 0.5)));
        let gain = each(&runs, |run| run.accuracy() - no_to_all(run));
        outcome.find_part(BALANCED, setting, 1, Estimate::mean(&gain));
    }
    let runs = cx.replicate_part("prevalence", n, |rep| [0.5, 0.005].map(|share| fixed(2.0, share, &rep.stream)))?;
    let moved = |score: fn(&Confusion) -> f64| Estimate::mean(&each(&runs, |run| score(&run[1]) - score(&run[0])));
    let setting = "a good model keeps its cut-off and positives go from one in two to one in two hundred";
    outcome.find(BALANCED, setting, moved(Confusion::balanced_accuracy));
    let setting = "precision counts and positives go from one in two to one in two hundred";
    outcome.find(BALANCED, setting, moved(Confusion::precision));

    let setting = "nothing is predicted and positives go from one in two to one in two hundred";
    let largest = sweep.iter().flatten().map(|pair| (pair.nothing.balanced_accuracy() - 0.5).abs()).fold(0.0, f64::max);
    outcome.find(BALANCED, setting, Estimate::exact(largest));
    let rise = each(sweep, |run| run[6].nothing.accuracy() - run[0].nothing.accuracy());
    outcome.find_part(BALANCED, setting, 1, Estimate::mean(&rise));

    let noise = cx.replicate_part("noise", n, |rep| fixed(0.0, 0.02, &rep.stream))?;
    let values = each(&noise, Confusion::balanced_accuracy);
    outcome.find(BALANCED, "the score is pure noise", Estimate::mean_within(&values, 0.0, 1.0));
    Ok(())
}

/// A line of the figure: name, colour, dash, and its value of one run.
type Drawn = (&'static str, Hue, Dash, fn(&Pair) -> f64);

/// Three scores against prevalence.
fn draw(cx: &Cx, params: &ClassImbalanceParams, sweep: &[Vec<Pair>], outcome: &mut Outcome) {
    let columns = [
        ("prevalence", "share"),
        ("score", ""),
        ("estimate", "share"),
        ("low", "share"),
        ("high", "share"),
        ("runs", "runs"),
    ];
    let mut table = Table::new("scores_by_prevalence", &columns);
    let mut panel = Panel::new(
        Axis::log("positives in a hundred rows").range(0.2, 50.0).ticks([0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]),
        Axis::linear("score").range(0.0, 1.0).format(Format::Percent),
    );
    let scores: [Drawn; 4] = [
        ("accuracy", Hue::Vermilion, Dash::Solid, |pair| pair.model.accuracy()),
        ("accuracy of doing nothing", Hue::Grey, Dash::Dashed, |pair| pair.nothing.accuracy()),
        ("balanced accuracy", Hue::Blue, Dash::Solid, |pair| pair.model.balanced_accuracy()),
        ("recall", Hue::Green, Dash::Solid, |pair| pair.model.recall()),
    ];
    for (name, hue, dash, value) in scores {
        let mut band = Band::default();
        for (place, &share) in PREVALENCES.iter().enumerate() {
            let values = each(sweep, |run| value(&run[place]));
            let e = Estimate::mean_within(&values, 0.0, 1.0);
            table.row([share.into(), name.into(), e.point.into(), e.low.into(), e.high.into(), values.len().into()]);
            band.push(e);
        }
        let line = Line::new(PREVALENCES.map(|share| 100.0 * share).to_vec(), band.middle, hue)
            .band(band.low, band.high)
            .dash(dash);
        panel = panel.layer(match name {
            "accuracy of doing nothing" => line.thin().label_at("accuracy of doing nothing", 14.0),
            _ => line.label(name),
        });
    }
    let title = Title::new()
        .text("At one positive in fifty, accuracy reads ")
        .cite(&table, "estimate", 4, |v| format!("{}{}%", shown::fixed(100.0 * v, 1), shown::THIN))
        .text(" while ")
        .cite(&table, "estimate", 28, |v| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN))
        .text(" of the positives are found");
    outcome.figures.push(
        Figure::new("three-scores", title)
            .subtitle(format!(
                "Logistic regression on {} rows, cut-off one half, judged on {} fresh rows of the same kind. Mean of {} runs; band: 99\u{202f}% interval of the mean.",
                params.rows,
                shown::fixed(TEST_ROWS as f64, 0),
                cx.replicates()
            ))
            .alt("Three scores against the share of positives on a logarithmic axis. Towards rare positives accuracy climbs to one, together with that of doing nothing; recall falls to zero and balanced accuracy to one half.")
            .reads("scores_by_prevalence", &["prevalence", "estimate", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}
