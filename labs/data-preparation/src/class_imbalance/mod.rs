//! When one class is rare, which numbers lie, and what do resampling, SMOTE and class weights really buy?
//!
//! Each remedy is held against the same model with nothing done to it but a moved cut-off. Where the truth is known
//! everything is generated: two normal clouds, clusters, a product of two columns. The breast cancer table, thinned
//! until positives are rare, goes through the same folds as a table of the user's.

mod accuracy;
mod boosters;
mod costs;
mod curves;
mod folds;
mod inventions;
mod readings;
mod remedies;
mod world;

use mllab_core::prelude::*;
use mllab_kit::data::classes::TwoGaussians;

/// The lab.
pub struct ClassImbalance;

impl Lab for ClassImbalance {
    const META: Meta = Meta {
        id: "class-imbalance",
        title: "Class imbalance",
        question: "When one class is rare, which numbers lie, and what do resampling, SMOTE and class weights really buy?",
        domain: Domain::DataPreparation,
        picture: ("precision-recall-plane", "Every remedy slides along one curve"),
        replicates: 60,
        quick_replicates: 4,
        sources: &[
            "SMOTE: Chawla et al., 2002, JAIR 16. Borderline-SMOTE: Han, Wang and Mao, 2005. ADASYN: He et al., 2008.",
            "A weight is a cut-off: Elkan, The foundations of cost-sensitive learning, 2001.",
            "Prior correction of the logit: King and Zeng, Logistic regression in rare events data, 2001.",
            "What resampling does to probabilities: van den Goorbergh et al., 2022, JAMIA 29.",
            "Corrected intervals where folds share rows: Nadeau and Bengio, 2003.",
        ],
        own: Own::classes(5_000).weighing().one_against_the_rest(),
    };
    const SEED: &'static str = include_str!("../../../../seeds/class-imbalance.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = ClassImbalanceParams;

    fn studies() -> Vec<Study<ClassImbalanceParams>> {
        vec![
            study("the-accuracy", &["accuracy-misleads", "balanced-accuracy"], accuracy::run).seconds(1.0).also_own(),
            study("the-curves", &["auc-f1-fit-for-imbalance"], curves::run).seconds(0.6),
            study("the-remedies", &["oversampling", "undersampling", "class-weights"], remedies::run)
                .seconds(2.0)
                .also_own(),
            study("the-inventions", &["smote", "smote-vs-duplicates-overfit"], inventions::run).seconds(1.2).also_own(),
            study("the-boosters", &["scale-pos-weight", "xgb-handles-imbalance", "linear-over-xgb"], boosters::run)
                .seconds(1.4)
                .also_own(),
            study("the-costs", &["f1-recall-pair"], costs::run).seconds(0.6),
        ]
    }

    fn clash(params: &ClassImbalanceParams) -> Option<String> {
        let ClassImbalanceParams { rows, neighbours, .. } = *params;
        let rare = (readings::PREVALENCE * rows as f64).round() as i64;
        (rare <= neighbours).then(|| {
            let (most, needed) = (rare - 1, ((neighbours + 1) as f64 / readings::PREVALENCE).ceil());
            format!("--rows {rows} holds {rare} rare rows, too few for --neighbours {neighbours}: --neighbours {most} at most, or --rows {needed} and more")
        })
    }

    fn work(params: &ClassImbalanceParams) -> f64 {
        0.9 + 2e-5 * params.rows as f64
    }

    fn own_seconds(params: &ClassImbalanceParams, rows: usize, features: usize) -> f64 {
        5e-6 * params.repeats as f64 * rows as f64 * features as f64
    }
}

mllab_core::params! {
    /// What can be changed in the class-imbalance lab.
    pub struct ClassImbalanceParams {
        /// Training rows of logistic regression.
        rows: int = 5000, in [1000, 50000], unit "rows";
        /// Distance of the two classes along the one column that matters.
        separation: float = 2.0, in [0.5, 4.0], unit "sd";
        /// Minority neighbours among which SMOTE and its relatives choose.
        neighbours: int = 5, in [1, 20], unit "rows";
        /// Times that a real table is dealt into five folds.
        repeats: int = 10, in [2, 20], unit "1";
        /// Recall that the rule of F1 with a recall floor asks for.
        recall_floor: float = 0.8, in [0.1, 0.99], unit "1";
    }
}

impl ClassImbalanceParams {
    /// Two normal clouds in five columns, of which one tells them apart.
    fn clouds(&self, prevalence: f64) -> TwoGaussians {
        TwoGaussians { prevalence, separation: self.separation, informative: 1, columns: 5 }
    }

    fn k(&self) -> usize {
        self.neighbours as usize
    }
}

/// Training rows of boosted trees.
const TREE_ROWS: usize = 3000;

/// 0.02, 0.04, … 0.98: where curves are read.
fn grid() -> Vec<f64> {
    (1..50).map(|step| f64::from(step) / 50.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::seed::On;
    use mllab_core::{AnyLab, Run, RunError, Shelf};
    use mllab_kit::data::{Labelled, real};

    const LAB: Shelf<ClassImbalance> = Shelf::LAB;

    fn on_own(table: Labelled) -> Result<Run, RunError> {
        let columns = (0..table.x.ncols()).map(|column| column.to_string()).collect();
        Run::quick_on(&LAB, Dataset::new("own", table.x, columns, Target::Binary(table.y)))
    }

    #[test]
    fn a_table_of_ones_own_gets_its_findings_and_the_scores_of_every_arm() {
        let run = on_own(real::breast_cancer().table).unwrap();
        let asked = LAB.seed().unwrap().claims;
        let speaks = |claim: &&mllab_core::seed::Claim| claim.settings_on(On::Own).next().is_some();
        assert_eq!(run.report.claims.len(), asked.iter().filter(speaks).count());
        assert_eq!(run.report.claims.len() + run.report.untestable.len(), asked.len());
        let scores = run.table("scores");
        assert_eq!(scores.n_rows(), 2 * 6 * 8);
        for row in 0..scores.n_rows() {
            let [e, low, high] = ["estimate", "low", "high"].map(|column| scores.number(row, column).unwrap());
            assert!((0.0..=1.0).contains(&e) && low <= e && e <= high, "row {row}: {low} {e} {high}");
        }
    }

    #[test]
    fn a_table_without_rare_positives_is_told_so() {
        let cancer = real::breast_cancer().table;
        let even: Vec<usize> = (0..569).filter(|&row| cancer.y[row] || row % 3 > 0).collect();
        let run = on_own(cancer.rows(&even)).unwrap();
        let claims: Vec<&str> = run.report.claims.iter().map(|claim| claim.id.as_str()).collect();
        assert_eq!(claims, ["smote"], "only the count of rows holds whatever the shares are");
        let why = &run.report.untestable.iter().find(|claim| claim.id == "accuracy-misleads").unwrap().why;
        assert!(why.contains("two in five"), "{why}");
        assert_eq!(run.table("scores").n_rows(), 2 * 6 * 8);
    }

    #[test]
    fn a_table_that_cannot_answer_is_told_what_would() {
        let cancer = real::breast_cancer().table;
        let few: Vec<usize> =
            (0..569).filter(|&row| !cancer.y[row]).chain((0..569).filter(|&row| cancer.y[row]).take(5)).collect();
        let none: Vec<usize> = (0..569).filter(|&row| !cancer.y[row]).collect();
        for (rows, words) in [(few, "8 would do, or --neighbours 3 at most"), (none, "one class")] {
            let error = on_own(cancer.rows(&rows)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
