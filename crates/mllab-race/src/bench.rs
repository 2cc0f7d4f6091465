//! The race as a lab: its claims, its tables and figures, its page.

use crate::choice_figures;
use crate::claims::Found;
use crate::cost_figures;
use crate::judge::Judge;
use crate::race::{Plan, Results};
use crate::tables::{self, Choice};
use mllab_core::{
    Accepts, AnyLab, Cx, Domain, LabError, Meta, Outcome, Own, ParamSpec, ParamValue, Seed, SeedError, Source,
    StudyInfo,
};

static META: Meta = Meta {
    id: "bench",
    title: "What algorithms cost and buy",
    question: "Which model suits your kind of table, and what does it cost?",
    domain: Domain::ModelDevelopment,
    picture: ("front", "Quality against the seconds it takes"),
    replicates: 12,
    quick_replicates: 4,
    sources: &[
        "Friedman's function: Multivariate adaptive regression splines, Annals of Statistics 19, 1991.",
        "Why trees win on tables, and where they do not: Grinsztajn, Oyallon and Varoquaux, 2022, arXiv 2207.08815.",
        "Corrected intervals where splits share rows: Nadeau and Bengio, 2003.",
    ],
    own: Own::classes(usize::MAX),
};

/// The claims of each study, and where its figures stand.
const STUDIES: [(&str, &[&str]); 3] = [
    ("the-choice", &["trees-beat-linear", "xgb-tabular", "baseline-first", "svm-small-margin"]),
    ("the-growth", &["nonlinear-costly", "rf-slow-large", "xgb-heavy", "rf-cheaper-than-deep"]),
    ("the-threads", &["xgb-parallel-fast"]),
];

/// A finished race.
#[derive(Debug)]
pub struct Bench {
    plan: Plan,
    results: Results,
    page: String,
}

impl Bench {
    /// From a race that was run as `plan` says.
    pub fn new(plan: Plan, results: Results) -> Self {
        let page = tables::page(&plan, &results);
        Bench { plan, results, page }
    }

    /// What is known of it without running it: for reading a user's file, too.
    pub fn about() -> &'static Meta {
        &META
    }

    /// Its claims and their rules.
    ///
    /// # Errors
    /// A fault in `seeds/bench.toml`; a test holds that there is none.
    pub fn claims() -> Result<Seed, SeedError> {
        Seed::parse("bench.toml", include_str!("../../../seeds/bench.toml"))
    }

    /// What the table of choices says, a line a task.
    pub fn choices(&self) -> Vec<Choice> {
        tables::choices(&self.plan, &self.results)
    }
}

impl AnyLab for Bench {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn seed(&self) -> Result<Seed, SeedError> {
        Bench::claims()
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn writes_of_its_run(&self) -> bool {
        true
    }

    fn specs(&self) -> Vec<ParamSpec> {
        Vec::new()
    }

    fn studies(&self) -> Vec<StudyInfo> {
        let info = |(id, claims)| StudyInfo { id, claims, accepts: Accepts::Both, multiple: 1.0, seconds: 100.0 };
        STUDIES.map(info).to_vec()
    }

    fn run_study(&self, index: usize, _: &Cx, _: &[ParamValue], source: &Source) -> Result<Outcome, LabError> {
        let judge = Judge { plan: &self.plan, results: &self.results };
        let mut found = Found { outcome: Outcome::new(), whole: self.plan.whole, lacking: Vec::new() };
        match (index, source) {
            (0, Source::Generated) => judge.choice(&mut found),
            (1, Source::Generated) => judge.growth(&mut found),
            (_, Source::Generated) => judge.threads(&mut found),
            (0, Source::Own(_)) => judge.own_choice(&mut found),
            (1, Source::Own(_)) => judge.own_growth(&mut found),
            (_, Source::Own(_)) => {}
        }
        let mut outcome = found.finish();
        match index {
            0 => choice_figures::choice(&self.plan, &self.results, &mut outcome),
            1 => cost_figures::growth(&self.plan, &self.results, &mut outcome),
            _ => cost_figures::threads(&self.plan, &self.results, &mut outcome),
        }
        Ok(outcome)
    }
}

/// A race that was run before, with the prose that was written of it: for a page made from its files.
#[derive(Debug)]
pub struct Raced {
    /// The prose.
    pub page: String,
}

impl AnyLab for Raced {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn seed(&self) -> Result<Seed, SeedError> {
        Bench::claims()
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn writes_of_its_run(&self) -> bool {
        true
    }

    fn specs(&self) -> Vec<ParamSpec> {
        Vec::new()
    }

    fn studies(&self) -> Vec<StudyInfo> {
        Vec::new()
    }

    fn run_study(&self, _: usize, _: &Cx, _: &[ParamValue], _: &Source) -> Result<Outcome, LabError> {
        Err(LabError::Unusable("a finished race has no studies to run".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::model_named;
    use crate::race::clockwork::Clockwork;
    use crate::race::{Wish, race};
    use mllab_core::{Host, Request, Role, Run as Written, Silent, Verdict};
    use std::collections::BTreeMap;
    use std::sync::atomic::AtomicBool;

    fn written(wish: Wish, exponents: &[(&'static str, f64)]) -> (Bench, Written) {
        let plan = Plan::new(wish, 7, 2, None);
        let mut clock = Clockwork {
            exponents: exponents.iter().copied().collect::<BTreeMap<_, _>>(),
            ran: 0,
            stop_after: usize::MAX,
        };
        let results = race(&plan, &mut clock);
        let bench = Bench::new(plan, results);
        let cancelled = AtomicBool::new(false);
        let request = Request::reference(&bench).unwrap();
        let run = mllab_core::run(&bench, &request, Host { progress: &Silent, cancelled: &cancelled }).unwrap();
        (bench, run)
    }

    #[test]
    fn a_whole_race_answers_every_claim_and_its_figures_show_what_tables_hold() {
        let (bench, run) = written(Wish::default(), &[("svm-linfa", 1.8), ("boosting", 1.2)]);
        let seed = Bench::claims().unwrap();
        assert_eq!(run.report.claims.len(), seed.claims.len());
        assert!(run.report.untestable.is_empty());
        let faults: Vec<String> = run.figures.iter().flat_map(|figure| figure.faults(&run.tables)).collect();
        assert!(faults.is_empty(), "{faults:?}");
        assert!(run.tables.iter().all(|table| table.n_rows() > 0));
        assert!(bench.page().contains("| If … | rows | start here |"));
        // The clock's own exponents come back.
        let costly = run.report.claim("nonlinear-costly").unwrap();
        let exponent = costly.finding("rings are learned", 1).unwrap().estimate.point();
        assert!((exponent - 1.8).abs() < 1e-9, "{exponent}");
        let linear = costly.finding("logistic regression learns the rings", 0).unwrap().estimate.point();
        assert!((linear - 1.0).abs() < 1e-9, "{linear}");
        // The same thing twice is the same thing.
        for claim in ["xgb-heavy", "rf-slow-large", "rf-cheaper-than-deep"] {
            let controls = run.report.claim(claim).unwrap().findings.iter().filter(|f| f.role == Role::Control);
            for control in controls {
                assert!(control.estimate.point().abs() < 1e-9, "{claim}: {control:?}");
            }
        }
        // Rows to the 1.2 over rows to the 1 is 2 to the 2.66 at ten thousand rows.
        let heavy = run.report.claim("xgb-heavy").unwrap();
        let times = heavy.finding("logistic regression is the yardstick", 0).unwrap().estimate.point();
        assert!((times - 0.2 * 10_000.0_f64.log2()).abs() < 1e-6, "{times}");
    }

    #[test]
    fn a_claim_whose_models_did_not_race_is_not_judged() {
        let models = ["logistic", "tree", "boosting"].map(|id| model_named(id).unwrap()).to_vec();
        let (_, run) = written(Wish { models: Some(models), ..Wish::default() }, &[]);
        let judged: Vec<&str> = run.report.claims.iter().map(|claim| claim.id.as_str()).collect();
        assert!(judged.contains(&"trees-beat-linear") && !judged.contains(&"nonlinear-costly"), "{judged:?}");
        assert!(
            run.report.untestable.iter().any(|claim| claim.id == "nonlinear-costly" && claim.why.contains("raced"))
        );
        assert!(run.report.claims.iter().all(|claim| claim.verdict != Verdict::Holds || !claim.findings.is_empty()));
    }

    #[test]
    fn what_was_not_reached_is_not_settled() {
        let (_, run) = written(Wish::default(), &[("forest", 2.0)]);
        let slow = run.report.claim("rf-slow-large").unwrap();
        let finding = slow.finding("thirty thousand rows are fitted on one thread", 0).unwrap();
        assert_eq!(finding.verdict, Verdict::Undecided);
    }

    #[test]
    fn the_choice_is_the_quickest_that_is_as_good() {
        let (bench, _) = written(Wish::default(), &[("logistic", 0.5)]);
        for choice in bench.choices() {
            assert_eq!(choice.first.id, "logistic", "{choice:?}");
            assert!(choice.ahead <= tables::CLOSE && choice.ahead >= 0.0);
        }
    }
}
