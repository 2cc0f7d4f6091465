//! The race as a lab: its claims, its tables and figures, its page.

use crate::draw;
use crate::models::{Family, MODELS};
use crate::race::{Plan, Results, Run, median};
use crate::tables::{self, Choice};
use crate::tasks::{HELD_OUT, OWN, TASKS, Task, task_named};
use crate::{cell::Fit, models::Model};
use mllab_core::{
    Accepts, AnyLab, Cx, Domain, Estimate, LabError, Meta, Outcome, Own, ParamSpec, ParamValue, Seed, SeedError,
    Source, StudyInfo, TargetKind,
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
    own: Own { target: TargetKind::TwoClasses, flags: &[], most_rows: usize::MAX },
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
            0 => draw::choice(&self.plan, &self.results, &mut outcome),
            1 => draw::growth(&self.plan, &self.results, &mut outcome),
            _ => draw::threads(&self.plan, &self.results, &mut outcome),
        }
        Ok(outcome)
    }
}

/// Findings as they come in; a claim that lacks one is not judged where its models or tasks were left out.
struct Found {
    outcome: Outcome,
    whole: bool,
    lacking: Vec<&'static str>,
}

impl Found {
    fn find(&mut self, claim: &'static str, setting: &'static str, part: usize, estimate: Estimate) {
        if estimate.replicates == 0 && !self.whole {
            self.lacking.push(claim);
        }
        self.outcome.find_part(claim, setting, part, estimate);
    }

    fn finish(mut self) -> Outcome {
        self.lacking.dedup();
        for claim in self.lacking {
            let why = "not all that it compares was raced, or in time; a full run races everything".to_string();
            if !self.outcome.untestable.iter().any(|(id, _)| *id == claim) {
                self.outcome.untestable.push((claim, why));
            }
        }
        self.outcome
    }
}

/// Estimates from the race's cells.
pub(crate) struct Judge<'a> {
    pub plan: &'a Plan,
    pub results: &'a Results,
}

/// Settings whose name stands for a task.
const NAMED: [(&str, &str); 8] = [
    ("the truth is linear", "linear"),
    ("the truth is made of interactions", "interactions"),
    ("the truth is Friedman's", "friedman"),
    ("three training labels in ten are wrong", "noise"),
    ("positives are rare", "rare"),
    ("most columns are irrelevant", "irrelevant"),
    ("breast cancer is told", "breast-cancer"),
    ("odd digits are told from even ones", "digits"),
];

impl Judge<'_> {
    /// The replicates of one cell; none where it was not measured.
    fn fits(&self, task: &str, model: &str, rows: usize, run: Run) -> &[Fit] {
        self.results.cell(task, model, rows, run).map_or(&[], |cell| &cell.fits)
    }

    /// The size at which a task is judged: three thousand rows, or all that can be learnt from where there are fewer.
    fn usual(&self, task: &Task) -> usize {
        self.plan.sizes_of(task).into_iter().filter(|&rows| rows <= 3_000).max().unwrap_or(0)
    }

    /// Something of one model less the same of another, replicate by replicate.
    fn paired(&self, task: &Task, a: (&str, Run), b: (&str, Run), rows: usize, of: fn(&Fit) -> f64) -> Estimate {
        let (a, b) = (self.fits(task.id, a.0, rows, a.1), self.fits(task.id, b.0, rows, b.1));
        let differences: Vec<f64> = a
            .iter()
            .filter_map(|a| b.iter().find(|b| b.replicate == a.replicate).map(|b| of(a) - of(b)))
            .filter(|difference| difference.is_finite())
            .collect();
        mean(&differences, task.real)
    }

    fn gain(&self, task: &Task, a: &str, b: &str, rows: usize) -> Estimate {
        self.paired(task, (a, Run::OneThread), (b, Run::OneThread), rows, |fit| fit.auc)
    }

    /// log2 of the fit time of one model over that of another.
    fn slower(&self, task: &Task, a: (&str, Run), b: (&str, Run), rows: usize) -> Estimate {
        // Times vary with the machine, not with the rows that resamples share.
        self.paired(&Task { real: false, ..*task }, a, b, rows, |fit| fit.fit_seconds.log2())
    }

    fn slower_alone(&self, task: &Task, a: &str, b: &str, rows: usize) -> Estimate {
        self.slower(task, (a, Run::OneThread), (b, Run::OneThread), rows)
    }

    /// The model of highest mean AUC among those that `fits`, measured at least twice.
    pub fn best(&self, task: &str, rows: usize, fits: impl Fn(&Model) -> bool) -> Option<Model> {
        let score = |model: &Model| {
            let fits = self.fits(task, model.id, rows, Run::OneThread);
            (fits.len() >= 2).then(|| fits.iter().map(|fit| fit.auc).sum::<f64>() / fits.len() as f64)
        };
        MODELS
            .into_iter()
            .filter(|model| fits(model))
            .filter_map(|model| score(&model).map(|score| (model, score)))
            .fold(
                None,
                |best: Option<(Model, f64)>, (model, score)| {
                    if best.is_none_or(|(_, most)| score > most) { Some((model, score)) } else { best }
                },
            )
            .map(|(model, _)| model)
    }

    /// Boosted trees less the best model that is not XGBoost's kin.
    fn ahead(&self, task: &Task, rows: usize) -> Estimate {
        let kin = ["boosting", "boosting-exact", "forust"];
        match self.best(task.id, rows, |model| !kin.contains(&model.id)) {
            Some(best) => self.gain(task, "boosting", best.id, rows),
            None => nothing(),
        }
    }

    /// The best complex model less logistic regression.
    fn over_baseline(&self, task: &Task, rows: usize) -> Estimate {
        match self.best(task.id, rows, |model| model.complex) {
            Some(best) => self.gain(task, best.id, "logistic", rows),
            None => nothing(),
        }
    }

    fn choice(&self, found: &mut Found) {
        for (setting, id) in NAMED {
            let task = named(id);
            let rows = self.usual(&task);
            found.find("trees-beat-linear", setting, 0, self.gain(&task, "boosting", "logistic", rows));
            found.find("trees-beat-linear", setting, 1, self.slower_alone(&task, "boosting", "logistic", rows));
            found.find("xgb-tabular", setting, 0, self.ahead(&task, rows));
            found.find("baseline-first", setting, 0, self.over_baseline(&task, rows));
        }
        let (interactions, coins, turned) = (named("interactions"), named("coins"), named("turned"));
        let rows = self.usual(&interactions);
        let setting = "one tree stands for the trees and the truth is made of interactions";
        found.find("trees-beat-linear", setting, 0, self.gain(&interactions, "tree", "logistic", rows));
        found.find("trees-beat-linear", setting, 1, self.slower_alone(&interactions, "tree", "logistic", rows));
        let nothing_to_learn = self.gain(&coins, "boosting", "logistic", 1_000);
        found.find("trees-beat-linear", "labels are coin flips", 0, nothing_to_learn);
        found.find("baseline-first", "labels are coin flips", 0, nothing_to_learn);
        let setting = "the truth is smooth and turned between the columns";
        found.find("xgb-tabular", setting, 0, self.ahead(&turned, 3_000));
        found.find("xgb-tabular", "three hundred rows show interactions", 0, self.ahead(&interactions, 300));
        found.find("xgb-tabular", "labels are coin flips", 0, self.auc("coins", "boosting", 1_000));

        for (setting, id, rows) in [
            ("fifty rows have a clear margin", "margin", 50),
            ("fifty rows have a clear margin on a ring", "ring-margin", 50),
            ("fifty rows overlap", "overlap", 50),
            ("three thousand rows have a clear margin", "margin", 3_000),
            ("labels are coin flips", "coins", 1_000),
        ] {
            let (svm, logistic) = (("svm-linfa", Run::OneThread), ("logistic", Run::OneThread));
            let estimate = self.paired(&named(id), svm, logistic, rows, |fit| fit.accuracy);
            found.find("svm-small-margin", setting, 0, estimate);
        }
    }

    fn growth(&self, found: &mut Found) {
        let task = named("interactions");
        let svm = "nonlinear-costly";
        let at = self.results.sizes("rings", "svm-linfa").last().copied().unwrap_or(0);
        found.find(svm, "rings are learned", 0, self.auc("rings", "svm-linfa", at));
        found.find(svm, "rings are learned", 1, self.exponent("rings", "svm-linfa"));
        found.find(svm, "interactions are learned", 0, self.exponent("interactions", "svm-linfa"));
        found.find(svm, "the memory of its fit counts", 0, self.memory_exponent("interactions", "svm-linfa"));
        found.find(svm, "logistic regression learns the rings", 0, self.exponent("rings", "logistic"));

        let (forest, boosting) = ("rf-slow-large", "boosting");
        let one = |model: &'static str| (model, Run::OneThread);
        let fitted = "thirty thousand rows are fitted on one thread";
        found.find(forest, fitted, 0, self.slower(&task, one("forest"), one(boosting), 30_000));
        let predicts = self.paired(&task, one("forest"), one(boosting), 30_000, |fit| fit.predict_micros.log2());
        found.find(forest, "a model of thirty thousand rows predicts", 0, predicts);
        let few = "three hundred rows are fitted on one thread";
        found.find(forest, few, 0, self.slower(&task, one("forest"), one(boosting), 300));
        let all = |model: &'static str| (model, Run::AllThreads);
        let threads = "thirty thousand rows are fitted on all threads";
        found.find(forest, threads, 0, self.slower(&task, all("forest"), all(boosting), 30_000));
        let again = |model: &'static str| self.slower(&task, (model, Run::Again), one(model), 10_000);
        found.find(forest, "the same forest, run again, is the yardstick", 0, again("forest"));

        for (setting, model) in [
            ("logistic regression is the yardstick", "logistic"),
            ("a random forest of as many trees is the yardstick", "forest"),
            ("a network is the yardstick", "network"),
        ] {
            found.find("xgb-heavy", setting, 0, self.slower_alone(&task, boosting, model, 10_000));
        }
        found.find("xgb-heavy", "the same booster, run again, is the yardstick", 0, again(boosting));

        let deep = "rf-cheaper-than-deep";
        for (setting, id, rows) in [
            ("the truth is made of interactions", "interactions", self.usual(&task)),
            ("the truth is Friedman's", "friedman", self.usual(&named("friedman"))),
            ("odd digits are told from even ones", "digits", self.usual(&named("digits"))),
            ("thirty thousand rows show interactions", "interactions", 30_000),
            ("the truth is smooth and turned between the columns", "turned", 3_000),
        ] {
            found.find(deep, setting, 0, self.slower_alone(&named(id), "network", "forest", rows));
            found.find(deep, setting, 1, self.gain(&named(id), "forest", "network", rows));
        }
        found.find(deep, "the same network, run again, is the yardstick", 0, again("network"));
    }

    fn threads(&self, found: &mut Found) {
        let (claim, task, rows) = ("xgb-parallel-fast", named("interactions"), 30_000);
        let bins = "bins take the place of exact cuts";
        found.find(claim, bins, 0, self.slower_alone(&task, "boosting-exact", "boosting", rows));
        found.find(claim, bins, 1, self.gain(&task, "boosting", "boosting-exact", rows));
        for (setting, model) in [
            ("a booster uses all threads", "forust"),
            ("a forest uses all threads", "forest"),
            ("logistic regression may use all threads", "logistic"),
        ] {
            let speed_up = self.slower(&task, (model, Run::OneThread), (model, Run::AllThreads), rows);
            found.find(claim, setting, 0, speed_up);
        }
    }

    fn own_choice(&self, found: &mut Found) {
        let task = named(OWN);
        let rows = self.usual_own(&task);
        let setting = "your table is learned";
        found.find("trees-beat-linear", setting, 0, self.gain(&task, "boosting", "logistic", rows));
        found.find("trees-beat-linear", setting, 1, self.slower_alone(&task, "boosting", "logistic", rows));
        found.find("xgb-tabular", setting, 0, self.ahead(&task, rows));
        found.find("baseline-first", setting, 0, self.over_baseline(&task, rows));
    }

    fn own_growth(&self, found: &mut Found) {
        let task = named(OWN);
        let rows = self.usual_own(&task);
        let slower = |a, b| self.slower_alone(&task, a, b, rows);
        found.find(
            "xgb-heavy",
            "logistic regression on your table is the yardstick",
            0,
            slower("boosting", "logistic"),
        );
        found.find("xgb-heavy", "a random forest on your table is the yardstick", 0, slower("boosting", "forest"));
        found.find("rf-cheaper-than-deep", "your table is learned", 0, slower("network", "forest"));
        let gain = self.gain(&task, "forest", "network", rows);
        found.find("rf-cheaper-than-deep", "your table is learned", 1, gain);
    }

    /// The largest size at which all models that the claims compare were measured.
    fn usual_own(&self, task: &Task) -> usize {
        let compared = ["logistic", "forest", "boosting", "network"];
        let done = |rows: &usize| compared.iter().all(|id| self.fits(task.id, id, *rows, Run::OneThread).len() >= 2);
        self.plan.sizes_of(task).into_iter().filter(done).max().unwrap_or(0)
    }

    fn auc(&self, task: &str, model: &str, rows: usize) -> Estimate {
        let values: Vec<f64> = self.fits(task, model, rows, Run::OneThread).iter().map(|fit| fit.auc).collect();
        if values.len() < 2 { nothing() } else { Estimate::mean_within(&values, 0.0, 1.0) }
    }

    /// How fit time grows with the rows: the slope of its logarithm on theirs, least squares over the sizes from a
    /// thousand rows on (three hundred measure overhead), a slope for each replicate.
    pub fn exponent(&self, task: &str, model: &str) -> Estimate {
        let sizes: Vec<usize> = self.results.sizes(task, model);
        let large: Vec<usize> = sizes.iter().copied().filter(|&rows| rows >= 1_000).collect();
        let sizes = if large.len() >= 2 { large } else { sizes };
        if sizes.len() < 2 {
            return nothing();
        }
        let columns: Vec<&[Fit]> = sizes.iter().map(|&rows| self.fits(task, model, rows, Run::OneThread)).collect();
        let replicates = columns.iter().map(|fits| fits.len()).min().unwrap_or(0);
        let slopes: Vec<f64> = (0..replicates)
            .map(|r| {
                let points = sizes.iter().zip(&columns).map(|(&n, fits)| ((n as f64).ln(), fits[r].fit_seconds.ln()));
                Estimate::slope(&points.collect::<Vec<_>>()).point
            })
            .collect();
        mean(&slopes, false)
    }

    /// The same of peak memory, which only the first fit of a process can tell: one line through all sizes from a
    /// thousand rows on, with the interval of its slope.
    fn memory_exponent(&self, task: &str, model: &str) -> Estimate {
        let points: Vec<(f64, f64)> = self
            .results
            .sizes(task, model)
            .into_iter()
            .filter_map(|rows| {
                let peak = self.fits(task, model, rows, Run::OneThread).iter().find_map(|fit| fit.peak_mib)?;
                (peak > 0.5).then(|| ((rows as f64).ln(), peak.ln()))
            })
            .collect();
        if points.len() < 3 { nothing() } else { Estimate::slope(&points) }
    }
}

fn named(id: &str) -> Task {
    task_named(id).expect("a claim names a task that exists")
}

/// A mean, or, over splits of one table, the corrected one; nothing where fewer than two replicates are there.
pub(crate) fn mean(values: &[f64], real: bool) -> Estimate {
    if values.len() < 2 {
        nothing()
    } else if real {
        Estimate::resampled_mean(values, HELD_OUT / (1.0 - HELD_OUT))
    } else {
        Estimate::mean(values)
    }
}

/// The estimate of what was not measured.
fn nothing() -> Estimate {
    Estimate { replicates: 0, ..Estimate::exact(f64::NAN) }
}

/// The median over a cell's replicates.
pub(crate) fn middle(fits: &[Fit], of: impl Fn(&Fit) -> f64) -> f64 {
    median(fits.iter().map(of).collect())
}

/// The tasks of a plan that a reader chooses between.
pub(crate) fn shown_tasks(plan: &Plan) -> Vec<Task> {
    plan.tasks.iter().copied().filter(|task| task.id == OWN || TASKS.iter().any(|t| t.id == task.id)).collect()
}

/// Families in the order of a legend, of the models that raced; one tree stands with the forests.
pub(crate) fn families(plan: &Plan) -> Vec<Family> {
    let there = |family: &Family| plan.models.iter().any(|model| model.family.hue() == family.hue());
    Family::ALL.into_iter().filter(|family| *family != Family::Tree && there(family)).collect()
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
        let exponent = costly.finding("rings are learned", 1).unwrap().estimate.point;
        assert!((exponent - 1.8).abs() < 1e-9, "{exponent}");
        let linear = costly.finding("logistic regression learns the rings", 0).unwrap().estimate.point;
        assert!((linear - 1.0).abs() < 1e-9, "{linear}");
        // The same thing twice is the same thing.
        for claim in ["xgb-heavy", "rf-slow-large", "rf-cheaper-than-deep"] {
            let controls = run.report.claim(claim).unwrap().findings.iter().filter(|f| f.role == Role::Control);
            for control in controls {
                assert!(control.estimate.point.abs() < 1e-9, "{claim}: {control:?}");
            }
        }
        // Rows to the 1.2 over rows to the 1 is 2 to the 2.66 at ten thousand rows.
        let heavy = run.report.claim("xgb-heavy").unwrap();
        let times = heavy.finding("logistic regression is the yardstick", 0).unwrap().estimate.point;
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
