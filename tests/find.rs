//! Search: what an exam calls it, and whole questions, find the claim; the same from the shell as from a page.

use mllab_book::find::{Hit, Index};
use mllab_labs::LABS;

/// A word of the exam, and a claim that is about it.
const WORDS: [(&str, &str); 60] = [
    ("accuracy", "accuracy-misleads"),
    ("accuracy paradox", "accuracy-misleads"),
    ("balanced accuracy", "balanced-accuracy"),
    ("ROC AUC", "auc-f1-fit-for-imbalance"),
    ("F1 score", "auc-f1-fit-for-imbalance"),
    ("oversampling", "oversampling"),
    ("upsampling", "oversampling"),
    ("random undersampling", "undersampling"),
    ("SMOTE", "smote"),
    ("synthetic minority", "smote"),
    ("class weights", "class-weights"),
    ("scale_pos_weight", "scale-pos-weight"),
    ("xgboost imbalance", "xgb-handles-imbalance"),
    ("linear learner", "linear-over-xgb"),
    ("lasso", "l1-sparse"),
    ("L1 regularization", "l1-sparse"),
    ("ridge", "l2-never-zero"),
    ("L2 regularisation", "l2-never-zero"),
    ("multicollinearity", "l2-stabilises-correlated"),
    ("overfitting", "reduces-overfitting"),
    ("underfitting", "no-help-underfit"),
    ("feature selection lasso", "l1-cuts-noise"),
    ("learning rate too high", "overshoots-optimum"),
    ("oscillating loss", "oscillation-means-too-high"),
    ("gradient descent", "gradient-descent-minimises"),
    ("hyperparameters", "params-vs-hyperparams"),
    ("plateau", "plateau-change-rate"),
    ("epochs", "plateau-more-epochs"),
    ("Adam optimizer", "plateau-switch-optimizer"),
    ("RMSProp", "plateau-switch-optimizer"),
    ("bagging", "bagging-variance"),
    ("boosting", "boosting-bias"),
    ("AdaBoost", "adaboost-reweights"),
    ("gradient boosting", "gb-follows-loss"),
    ("random forest overfitting", "rf-less-overfit"),
    ("weak learners", "bagging-weak-to-strong"),
    ("tuning XGBoost", "rf-easy-to-tune"),
    ("parallel XGBoost", "xgb-parallel-fast"),
    ("data leakage", "detectable-in-data"),
    ("time series split", "ordered-split"),
    ("group split", "split-by-key"),
    ("stratified sampling", "stratify-balances"),
    ("shuffling", "shuffle-prevents-overfit"),
    ("duplicates", "duplicates"),
    ("feature store", "feature-store-consistency"),
    ("validation set", "validation-optimistic"),
    ("data drift", "data-drift-hurts"),
    ("concept drift", "concept-drift"),
    ("label drift", "label-drift"),
    ("model quality monitor", "model-quality-needs-labels"),
    ("feature attribution drift", "attribution-drift"),
    ("bias drift", "bias-drift"),
    ("retraining", "retrain-fixes"),
    ("baseline", "baseline-and-thresholds"),
    ("PSI", "baseline-and-thresholds"),
    ("cooldown", "cooldown-fewer-actions"),
    ("target tracking", "target-tracking"),
    ("step scaling", "step-scaling"),
    ("scheduled scaling", "scheduled-plus-tracking"),
    ("cluster autoscaler", "two-levels-k8s"),
];

/// A whole question, and the claim that answers it.
const QUESTIONS: [(&str, &str); 20] = [
    ("is it true that oversampling helps?", "oversampling"),
    ("Does SMOTE really beat simple copies of the rare class?", "smote-vs-duplicates-overfit"),
    ("should I use accuracy when positives are rare?", "accuracy-misleads"),
    ("why does my loss oscillate?", "oscillation-means-too-high"),
    ("which penalty makes weights exactly zero?", "l1-sparse"),
    ("does lasso help with correlated features?", "l2-stabilises-correlated"),
    ("my loss is stuck on a plateau, should I train for more epochs?", "plateau-more-epochs"),
    ("will switching to Adam help when training stalls?", "plateau-switch-optimizer"),
    ("is a random forest easier to tune than XGBoost?", "rf-easy-to-tune"),
    ("does boosting overfit?", "boosting-overfits-untuned"),
    ("does averaging many trees reduce variance?", "bagging-variance"),
    ("can I scale my features before splitting the data?", "preprocess-inside-split"),
    ("do I need to remove duplicate rows?", "duplicates"),
    ("does stratified sampling balance my data?", "stratify-balances"),
    ("how do I split time series data?", "ordered-split"),
    ("does data drift always hurt the model?", "data-drift-hurts"),
    ("do I need ground truth labels to monitor model quality?", "model-quality-needs-labels"),
    ("should I retrain on old and new data together?", "retrain-old-plus-new"),
    ("does a cooldown prevent overscaling?", "cooldown-prevents-overscaling"),
    ("is CPU utilisation a good metric for scaling?", "cpu-only-misleads"),
];

/// All that is asked for, with the claim that answers it.
pub fn asked() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.into_iter().chain(QUESTIONS)
}

/// A hit as search.js names it.
pub fn name(hit: Hit) -> String {
    match hit {
        Hit::Claim(lab, at) => {
            let claim = &LABS[lab].seed().unwrap().claims[at];
            format!("{}/{}", LABS[lab].meta().id, claim.id)
        }
        Hit::Lab(lab) => LABS[lab].meta().id.into(),
        Hit::Term(at) => format!("word {}", mllab_book::words::TERMS[at].name),
    }
}

#[test]
fn words_of_the_exam_and_whole_questions_find_their_claim() {
    let index = Index::new(LABS).unwrap();
    let (mut missed, mut n) = (Vec::new(), 0);
    for (query, claim) in asked() {
        n += 1;
        let hits: Vec<String> = index.find(query).hits.into_iter().map(name).collect();
        assert!(!hits.is_empty(), "{query} finds nothing");
        let claims: Vec<&String> = hits.iter().filter(|hit| hit.contains('/')).take(3).collect();
        if !claims.iter().any(|hit| hit.ends_with(&format!("/{claim}"))) {
            missed.push(format!("{query}: {claims:?} and not {claim}"));
        }
    }
    assert!(10 * missed.len() <= n, "{} of {n} are not among the first three:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn spellings_hyphens_and_endings_do_not_matter() {
    let index = Index::new(LABS).unwrap();
    let first = |query: &str| index.find(query).hits.first().copied().map(name);
    for forms in [
        &["cut-off", "cutoff", "cut off"][..],
        &["regularisation", "regularization", "regularize"],
        &["over-sampling", "oversampling", "oversample"],
        &["auto scaling", "autoscaling", "auto-scaling"],
    ] {
        let found: Vec<_> = forms.iter().map(|form| first(form)).collect();
        assert!(found[0].is_some() && found.iter().all(|hit| *hit == found[0]), "{forms:?}: {found:?}");
    }
    assert_eq!(index.find("quuxly").unknown, ["quuxly"]);
}
