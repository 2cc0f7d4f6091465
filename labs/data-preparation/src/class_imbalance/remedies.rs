//! What do copies, dropped rows and class weights buy that a moved cut-off does not?
//!
//! Data: two normal clouds, one positive in fifty, fresh test rows at that prevalence; the breast cancer table thinned to
//! one positive in ten, in folds. Arms: nothing; nothing with the cut-off at the share of positives; class weights; random
//! over- and undersampling; SMOTE, Borderline-SMOTE and ADASYN; oversampling with its logit set back to the true
//! prevalence. Learners: logistic regression, boosted trees. Measurement: recall, precision, ROC-AUC, average precision,
//! Brier score.

use super::folds::{Scored, all_arms, are_rare, own, score, thinned_cancer};
use super::readings::{PREVALENCE, Reading, TEST_ROWS, arms, number, plane, reliability_curves, tabulate};
use super::{ClassImbalanceParams, TREE_ROWS};
use mllab_core::prelude::*;
use mllab_kit::data::classes;
use mllab_kit::metrics::{Confusion, roc_auc};
use mllab_kit::remedies::{Learner, Remedy, Trial};

const RISING: [(&str, Remedy); 3] =
    [("oversampling", Remedy::Over), ("undersampling", Remedy::Under), ("class-weights", Remedy::Weights)];
const LOGISTIC: &str = "logistic regression learns from one positive in fifty";
const TREES: &str = "boosted trees learn from one positive in fifty";

/// Measures what each remedy does to a model's decisions, ranking and probabilities.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let both = all_arms(&[Learner::Logistic, Learner::Trees]);
    if let Some(table) = own(source, params.k())? {
        let scored = score(cx, params, &table, &both, "own")?;
        if are_rare(&table, &RISING.map(|(claim, _)| claim), &mut outcome) {
            rises("logistic regression learns from your table", &scored, &mut outcome);
        }
        outcome.tables.push(scored.table("scores"));
        return Ok(outcome);
    }
    let logistic = cx.runs("logistic", cx.replicates(), |rep| arms(params, Learner::Logistic, &rep.stream))?;
    let trees = cx.runs("trees", cx.replicates() / 2, |rep| arms(params, Learner::Trees, &rep.stream))?;
    generated(&logistic, &trees, &mut outcome);
    weights(cx, params, &mut outcome)?;
    twenty_positives(cx, params, &mut outcome)?;
    noise(cx, params, &mut outcome)?;

    let few = score(cx, params, &thinned_cancer(true, cx), &both, "few columns")?;
    let setting =
        "logistic regression learns from five weak columns of the breast cancer table, thinned to one positive in ten";
    rises(setting, &few, &mut outcome);
    let tries = all_arms(&[Learner::Logistic]);
    let all = score(cx, params, &thinned_cancer(false, cx), &tries, "all columns")?;
    let setting =
        "logistic regression learns from all columns of the breast cancer table, thinned to one positive in ten";
    rises(setting, &all, &mut outcome);
    outcome.tables.extend([few.table("scores"), all.table("scores_all_columns")]);

    let table = tabulate(&logistic, &trees);
    plane(&logistic, &trees, &table, &mut outcome);
    reliability_curves(&logistic, &table, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

/// The rises of recall on a real table.
fn rises(setting: &'static str, scored: &Scored, outcome: &mut Outcome) {
    let plain = Trial::new(Learner::Logistic, Remedy::Nothing);
    for (claim, remedy) in RISING {
        outcome.find(claim, setting, scored.gain(Trial::new(Learner::Logistic, remedy), plain, "recall"));
    }
}

/// Findings on generated rows.
fn generated(logistic: &Runs<Vec<Reading>>, trees: &Runs<Vec<Reading>>, outcome: &mut Outcome) {
    let gain = |runs: &Runs<Vec<Reading>>, metric: &str, arm: &str, other: &str| {
        runs.mean(|run| number(run, arm, metric) - number(run, other, metric))
    };
    outcome.find("oversampling", LOGISTIC, gain(logistic, "recall", "random-over", "none"));
    outcome.find("oversampling", TREES, gain(trees, "recall", "random-over", "none"));
    let moved = gain(logistic, "recall", "random-over", "threshold-moved");
    outcome.find("oversampling", "the cut-off of the untouched model is moved instead", moved);
    outcome.find("oversampling", "the ranking is what counts", gain(logistic, "roc_auc", "random-over", "none"));
    let brier = gain(logistic, "brier", "none", "random-over");
    outcome.find("oversampling", "the probabilities are what counts", brier);
    outcome.find_part("undersampling", LOGISTIC, 1, gain(logistic, "recall", "random-under", "none"));
    outcome.find_part("undersampling", TREES, 1, gain(trees, "recall", "random-under", "none"));
    let ranking = gain(trees, "roc_auc", "random-under", "none");
    outcome.find("undersampling", "the ranking of boosted trees is what counts", ranking);
    outcome.find("class-weights", TREES, gain(trees, "recall", "class-weights", "none"));
    let moved = gain(logistic, "recall", "class-weights", "threshold-moved");
    outcome.find("class-weights", "the cut-off of the unweighted model is moved instead", moved);
}

/// Recall of logistic regression at four weights, and how even undersampling makes the classes.
fn weights(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("weights", cx.replicates(), |rep| {
        let clouds = params.clouds(PREVALENCE);
        let train = clouds.draw_exact(params.rows as usize, &rep.stream.child("train", 0));
        let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
        let recall = |weight: f64| -> Result<f64, LabError> {
            let weights: Vec<f64> = train.y.iter().map(|&label| if label { weight } else { 1.0 }).collect();
            let model = Learner::Logistic.fit(&train, Some(&weights), &rep.stream)?;
            Ok(Confusion::at(&model.probabilities(test.x.view()), &test.y, 0.5).recall())
        };
        let uneven = |rows: usize| -> Result<f64, LabError> {
            let train = clouds.draw_exact(rows, &rep.stream.child("train", 1));
            let even = Remedy::Under.balance(&train, params.k(), &rep.stream)?;
            Ok((even.positives() as f64 / even.y.len() as f64 - 0.5).abs())
        };
        let recalls = [recall(1.0)?, recall(4.0)?, recall(12.0)?, recall(49.0)?];
        Ok((recalls, [uneven(params.rows as usize)?, uneven(TREE_ROWS)?]))
    })?;
    let rise = |(from, to): (usize, usize)| runs.mean(|(recalls, _)| recalls[to] - recalls[from]);
    outcome.find("class-weights", LOGISTIC, [(0, 3), (0, 1), (1, 2), (2, 3)].map(rise));
    outcome.find("undersampling", LOGISTIC, runs.worst(|(_, uneven)| uneven[0]));
    outcome.find("undersampling", TREES, runs.worst(|(_, uneven)| uneven[1]));
    Ok(())
}

/// How much ROC-AUC varies from draw to draw of one training table: dropped rows against copies.
fn twenty_positives(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const DRAWS: u64 = 6;
    let runs = cx.runs("twenty", cx.replicates(), |rep| {
        let clouds = params.clouds(PREVALENCE);
        let train = clouds.draw_exact(1000, &rep.stream.child("train", 0));
        let test = clouds.draw_exact(4000, &rep.stream.child("test", 0));
        let spread = |remedy: Remedy| -> Result<f64, LabError> {
            let auc = |draw| -> Result<f64, LabError> {
                let model = Learner::Logistic.learn(remedy, &train, params.k(), &rep.stream.child("draw", draw))?;
                Ok(roc_auc(&model.probabilities(test.x.view()), &test.y))
            };
            let values = (0..DRAWS).map(auc).collect::<Result<Vec<f64>, _>>()?;
            let mean = values.iter().sum::<f64>() / DRAWS as f64;
            Ok(values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>().sqrt())
        };
        Ok([libm::log2(spread(Remedy::Under)? / spread(Remedy::Over)?)])
    })?;
    outcome.find("undersampling", "there are twenty positives and steadiness counts", runs.means());
    Ok(())
}

/// Labels that mean nothing: every remedy must rank at chance.
fn noise(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("noise", cx.replicates(), |rep| {
        let train = classes::pure_noise(2000, 5, 0.05, &rep.stream.child("train", 0));
        let test = classes::pure_noise(2000, 5, 0.05, &rep.stream.child("test", 0));
        let auc = |remedy| -> Result<f64, LabError> {
            let model = Learner::Logistic.learn(remedy, &train, params.k(), &rep.stream)?;
            Ok(roc_auc(&model.probabilities(test.x.view()), &test.y))
        };
        let [over, under, weights] = RISING.map(|(_, remedy)| auc(remedy));
        Ok([over?, under?, weights?])
    })?;
    for ((claim, _), auc) in RISING.into_iter().zip(runs.shares()) {
        outcome.find(claim, "labels are pure noise", auc);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::Params;

    /// The order and signs of a published comparison: ranking hardly moves, probabilities are ruined, and come back.
    #[test]
    fn remedies_move_recall_ruin_probabilities_and_leave_the_ranking() {
        let values: Vec<_> = ClassImbalanceParams::specs().into_iter().map(|spec| spec.default).collect();
        let params = ClassImbalanceParams::from_values(&values);
        let run = |run| arms(&params, Learner::Logistic, &Stream::root(5).child("run", run)).unwrap();
        let runs: Runs<Vec<Reading>> = (0..8).map(run).collect();
        let mean = |arm, metric| runs.mean(|run| number(run, arm, metric)).point();
        let moved = |arm, metric| mean(arm, metric) - mean("none", metric);
        for arm in runs[0].iter().map(|reading| reading.arm).skip(3) {
            assert!(moved(arm, "recall") > 0.4, "recall of {arm}");
            assert!(moved(arm, "roc_auc").abs() < 0.02, "ROC-AUC of {arm}");
            assert!(mean(arm, "brier") > 4.0 * mean("none", "brier"), "Brier score of {arm}");
        }
        assert!(moved("prior-corrected", "brier").abs() < 0.001, "Brier score after setting back");
        assert!(moved("random-under", "roc_auc") < 0.0, "dropping rows costs ranking");
    }
}
