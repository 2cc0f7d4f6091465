//! What the race says of each claim.

use crate::judge::Judge;
use crate::race::Run;
use crate::tasks::{OWN, Task, task_named};
use mllab_core::{Estimate, Outcome};

/// Findings as they come in; a claim that lacks one is not judged where its models or tasks were left out.
pub(crate) struct Found {
    pub outcome: Outcome,
    pub whole: bool,
    pub lacking: Vec<&'static str>,
}

impl Found {
    pub fn find(&mut self, claim: &'static str, setting: &'static str, part: usize, estimate: Estimate) {
        if estimate.replicates() == 0 && !self.whole {
            self.lacking.push(claim);
        }
        self.outcome.find_part(claim, setting, part, estimate);
    }

    pub fn finish(mut self) -> Outcome {
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
    pub fn choice(&self, found: &mut Found) {
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

    pub fn growth(&self, found: &mut Found) {
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

    pub fn threads(&self, found: &mut Found) {
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

    pub fn own_choice(&self, found: &mut Found) {
        let task = named(OWN);
        let rows = self.usual_own(&task);
        let setting = "your table is learned";
        found.find("trees-beat-linear", setting, 0, self.gain(&task, "boosting", "logistic", rows));
        found.find("trees-beat-linear", setting, 1, self.slower_alone(&task, "boosting", "logistic", rows));
        found.find("xgb-tabular", setting, 0, self.ahead(&task, rows));
        found.find("baseline-first", setting, 0, self.over_baseline(&task, rows));
    }

    pub fn own_growth(&self, found: &mut Found) {
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
}

fn named(id: &str) -> Task {
    task_named(id).expect("a claim names a task that exists")
}
