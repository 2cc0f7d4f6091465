//! Which of two scores lies when positives get rarer: accuracy, or the mean of the recalls of both classes?
//!
//! Data: two normal clouds at eight prevalences, fresh test rows at the same prevalence; the breast cancer table
//! thinned to one positive in ten. Arms: saying no to all rows; logistic regression; boosted trees; fixed scorers, for
//! which nothing changes but the test rows. Measurement: accuracy against that of doing nothing, and recall.

use super::folds::{are_rare, own, score, thinned_cancer};
use super::{ClassImbalanceParams, TREE_ROWS};
use mllab_core::prelude::*;
use mllab_kit::data::classes::TwoGaussians;
use mllab_kit::metrics::Confusion;
use mllab_kit::remedies::{Learner, Remedy, Trial};

const MISLEADS: &str = "accuracy-misleads";
const BALANCED: &str = "balanced-accuracy";
const PREVALENCES: [f64; 8] = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];
const TEST_ROWS: usize = 10_000;

/// Counts of a model and of doing nothing on the same test rows.
#[derive(Clone, Copy)]
struct Pair {
    model: Confusion,
    nothing: Confusion,
}

/// Measures what both scores make of a model and of doing nothing.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let plain = Trial::new(Learner::Logistic, Remedy::Nothing);
    let table = own(source, params.k())?.unwrap_or_else(|| thinned_cancer(false, cx));
    if !source.is_generated() && !are_rare(&table, &[MISLEADS], &mut outcome) {
        return Ok(outcome);
    }
    let setting = source.pick(
        "logistic regression learns from the breast cancer table, thinned to one positive in ten",
        "logistic regression judges your table",
    );
    let scored = score(cx, params, &table, &[plain], source.pick("cancer", "own"))?;
    let scores = [scored.accuracy_gain(plain), scored.mean(plain, "recall"), scored.mean(plain, "accuracy")];
    outcome.find(MISLEADS, setting, scores);
    if !source.is_generated() {
        return Ok(outcome);
    }
    let sweep = cx.runs("sweep", cx.replicates(), |rep| {
        let pairs = PREVALENCES.map(|share| learnt(params, Learner::Logistic, share, &rep.stream));
        pairs.into_iter().collect::<Result<Vec<Pair>, _>>()
    })?;
    let trees = cx.runs("trees", cx.replicates() / 2, |rep| learnt(params, Learner::Trees, 0.02, &rep.stream))?;
    for (setting, runs) in [
        ("one row in fifty is positive", sweep.map(|run| run[4])),
        ("one row in two hundred is positive", sweep.map(|run| run[6])),
        ("boosted trees learn and one row in fifty is positive", trees),
        ("half of the rows are positive", sweep.map(|run| run[0])),
    ] {
        let gain = runs.mean(|run| run.model.accuracy() - run.nothing.accuracy());
        let shares = [runs.share(|run| run.model.recall()), runs.share(|run| run.model.accuracy())];
        outcome.find(MISLEADS, setting, [gain, shares[0], shares[1]]);
    }
    let nothing: Runs<Confusion> = sweep.iter().flatten().map(|pair| pair.nothing).collect();
    let negatives = |c: &Confusion| 1.0 - (c.true_positives + c.false_negatives) as f64 / c.rows() as f64;
    let off = nothing.worst(|counts| (counts.accuracy() - negatives(counts)).abs());
    outcome.find(MISLEADS, "nothing is predicted but the majority", [off, nothing.worst(Confusion::recall)]);

    let setting = "nothing is predicted and positives go from one in two to one in two hundred";
    let off = nothing.worst(|counts| (counts.balanced_accuracy() - 0.5).abs());
    let rise = sweep.mean(|run| run[6].nothing.accuracy() - run[0].nothing.accuracy());
    outcome.find(BALANCED, setting, [off, rise]);
    fixed_scorers(cx, &mut outcome)?;
    draw(params, &sweep, &mut outcome);
    Ok(outcome)
}

/// Trains at a prevalence and counts on fresh rows of the same prevalence.
fn learnt(params: &ClassImbalanceParams, learner: Learner, share: f64, stream: &Stream) -> Result<Pair, LabError> {
    let clouds = params.clouds(share);
    let rows = if learner == Learner::Trees { TREE_ROWS } else { params.rows as usize };
    let train = clouds.draw_exact(rows, &stream.child("train", 0));
    let test = clouds.draw(TEST_ROWS, &stream.child("test", 0));
    let p = learner.learn(Remedy::Nothing, &train, params.k(), stream)?.probabilities(test.x.view());
    let at_half = |p: &[f64]| Confusion::at(p, &test.y, 0.5);
    Ok(Pair { model: at_half(&p), nothing: at_half(&vec![0.0; test.y.len()]) })
}

/// Scorers that never change: the first column itself, cut half-way between the means of the classes.
fn fixed_scorers(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let fixed = |separation: f64, prevalence: f64, stream: &Stream| {
        let clouds = TwoGaussians { prevalence, separation, informative: 1, columns: 1 };
        let test = clouds.draw(TEST_ROWS, &stream.child("test", 0));
        Confusion::at(test.x.as_slice().expect("one column"), &test.y, separation / 2.0)
    };
    let no_to_all = |c: &Confusion| (c.true_negatives + c.false_positives) as f64 / c.rows() as f64;
    for (setting, separation) in [
        ("a good model meets doing nothing at one positive in a hundred", 2.0),
        ("a weak model meets doing nothing at one positive in a hundred", 1.0),
    ] {
        let runs = cx.runs(setting, cx.replicates(), |rep| Ok(fixed(separation, 0.01, &rep.stream)))?;
        let balanced = runs.mean(|run| run.balanced_accuracy() - 0.5);
        outcome.find(BALANCED, setting, [balanced, runs.mean(|run| run.accuracy() - no_to_all(run))]);
    }
    let n = 3 * cx.replicates();
    let runs = cx.runs("prevalence", n, |rep| Ok([0.5, 0.005].map(|share| fixed(2.0, share, &rep.stream))))?;
    let moved = |score: fn(&Confusion) -> f64| runs.mean(|run| score(&run[1]) - score(&run[0]));
    let setting = "a good model keeps its cut-off and positives go from one in two to one in two hundred";
    outcome.find(BALANCED, setting, moved(Confusion::balanced_accuracy));
    let setting = "precision counts and positives go from one in two to one in two hundred";
    outcome.find(BALANCED, setting, moved(Confusion::precision));
    let noise = cx.runs("noise", n, |rep| Ok(fixed(0.0, 0.02, &rep.stream)))?;
    outcome.find(BALANCED, "the score is pure noise", noise.share(Confusion::balanced_accuracy));
    Ok(())
}

/// Three scores against prevalence.
fn draw(params: &ClassImbalanceParams, sweep: &Runs<Vec<Pair>>, outcome: &mut Outcome) {
    type Score = fn(&Pair) -> f64;
    const SCORES: [(Look, Score); 4] = [
        (Look::new("accuracy", Hue::Vermilion), |pair| pair.model.accuracy()),
        (Look::new("accuracy of doing nothing", Hue::Grey).dashed().thin().named_at(14.0), |pair| {
            pair.nothing.accuracy()
        }),
        (Look::new("balanced accuracy", Hue::Blue), |pair| pair.model.balanced_accuracy()),
        (Look::new("recall", Hue::Green), |pair| pair.model.recall()),
    ];
    let mut table = Table::named("scores_by_prevalence").with_number("prevalence", "share").with_word("score");
    table = table.with_estimate("estimate", "share").with_runs();
    for (look, score) in SCORES {
        for (place, share) in PREVALENCES.into_iter().enumerate() {
            table.put((share, look.name, sweep.share(|run| score(&run[place]))));
        }
    }
    let title = Title::say(
        "At one positive in fifty, accuracy reads {} while {} of the positives are found",
        [
            table.cite("estimate", (0.02, "accuracy"), |v| shown::percent_to(v, 1)),
            table.cite("estimate", (0.02, "recall"), shown::percent),
        ],
    );
    let figure = Figure::new("three-scores", title)
        .subtitle(format!("Logistic regression on {} rows, cut-off one half, judged on {} fresh rows of the same kind. Mean of {} runs; band: 99\u{202f}% interval of the mean.", params.rows, shown::whole(TEST_ROWS as f64), sweep.len()))
        .alt("Three scores against the share of positives on a logarithmic axis. Towards rare positives accuracy climbs to one, together with that of doing nothing; recall falls to zero and balanced accuracy to one half.")
        .panel(
            Panel::new(
                Axis::log("positives in a hundred rows").range(0.2, 50.0).ticks([0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]),
                Axis::share("score").range(0.0, 1.0),
            )
            .lines(Rows::from(&table).seen("prevalence", |share| 100.0 * share), &SCORES.map(|(look, _)| look), "prevalence", "estimate"),
        );
    outcome.show(figure, [table]);
}
