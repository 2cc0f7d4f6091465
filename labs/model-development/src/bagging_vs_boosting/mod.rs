//! Averaging many trees or correcting one tree with the next: which error does each remove, and when does each backfire?
//!
//! All ensembles are grown by one engine and differ only in what they hand to it. Where the truth is known, the error
//! is taken apart into bias², variance and noise; elsewhere held-out rows and counted work decide. Cost is rows visited
//! and cuts valued, never seconds. The engine knows two classes or a number, so digits are even against odd.

mod contest;
mod counted;
mod error_figures;
mod errors;
mod folds;
mod gap;
mod gap_figures;
mod levels;
mod spread;
mod tables;
mod targets;
mod tuning;
mod weights;
mod work;
mod work_figures;

use mllab_core::prelude::*;

/// The lab.
pub struct BaggingVsBoosting;

impl Lab for BaggingVsBoosting {
    const META: Meta = Meta {
        id: "bagging-vs-boosting",
        title: "Bagging vs boosting",
        question: "Averaging many trees or correcting one tree with the next: which error does each remove, and when does each backfire?",
        domain: Domain::ModelDevelopment,
        picture: ("error-parts", "Bagging cuts variance, boosting cuts bias"),
        replicates: 6,
        quick_replicates: 2,
        sources: &[
            "Bagging: Breiman, Bagging predictors, 1996. Random forests: Breiman, 2001.",
            "AdaBoost: Freund and Schapire, 1997. Its two-class form as weights and votes: Zhu et al., 2009.",
            "Gradient boosting: Friedman, Greedy function approximation, 2001. Second order and bins: Chen and Guestrin, XGBoost, 2016.",
            "The quadratic boundary: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, section 10.1.",
            "Friedman's function: Multivariate adaptive regression splines, 1991. The wiggle: scikit-learn, plot_bias_variance.",
            "Intervals over folds that share rows: Nadeau and Bengio, 2003.",
        ],
        own: Own::classes_or_number(folds::WORK_ROWS).one_against_the_rest(),
    };
    const SEED: &'static str = include_str!("../../../../seeds/bagging-vs-boosting.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = BaggingVsBoostingParams;

    fn studies() -> Vec<Study<BaggingVsBoostingParams>> {
        const ERRORS: &[&str] = &["bagging-variance", "boosting-bias", "boosting-fixes-both", "bagging-weak-to-strong"];
        vec![
            study("the-errors", ERRORS, errors::run).seconds(2.0).also_own(),
            study("the-weights", &["adaboost-reweights"], weights::run).seconds(0.2).also_own(),
            study("the-targets", &["gb-follows-loss"], targets::run).also_own(),
            study("the-gap", &["ensembling-reduces-overfit", "rf-less-overfit"], gap::run).seconds(1.5).also_own(),
            study("the-tuning", &["rf-easy-to-tune", "boosting-overfits-untuned"], tuning::run).seconds(1.3).also_own(),
            study("the-contest", &["xgb-beats-rf-on-complex"], contest::run).seconds(1.0).also_own(),
            study("the-work", &["xgb-parallel-fast", "xgb-heavy", "rf-slow-large"], work::run).also_own(),
        ]
    }

    fn work(params: &BaggingVsBoostingParams) -> f64 {
        let full = if params.full { 2.0 } else { 1.0 };
        full * (0.6 + 0.004 * params.trees as f64 + 0.0001 * params.rows as f64)
    }

    fn own_seconds(_: &BaggingVsBoostingParams, rows: usize, features: usize) -> f64 {
        0.5 + 6.5e-5 * rows.min(folds::OWN_ROWS) as f64 * features as f64
    }
}

mllab_core::params! {
    /// What can be changed in the bagging-vs-boosting lab.
    pub struct BaggingVsBoostingParams {
        /// Training rows of the wiggly function of one column.
        rows: int = 200, in [50, 2000], unit "rows";
        /// Standard deviation of the noise on it.
        noise: float = 0.4, in [0.01, 2.0], unit "1";
        /// Trees that are averaged.
        trees: int = 100, in [5, 500], unit "trees";
        /// What a booster's trees are shrunk by, where a claim names no rate of its own.
        rate: float = 0.1, in [0.01, 1.0], unit "1";
        /// Whether to measure on until the close races settle: forest against boosting on a product of three columns,
        /// random settings on the breast cancer table, and the map of AdaBoost against a forest. Takes some twenty
        /// seconds on two cores.
        full: bool = false;
    }
}

impl BaggingVsBoostingParams {
    fn trees(&self) -> usize {
        self.trees as usize
    }

    /// Trees of the forests that are grown hundreds of times: half as many.
    fn fewer_trees(&self) -> usize {
        self.trees().div_ceil(2)
    }

    /// As they are, or with few trees for a quick look.
    fn in_time(&self, cx: &Cx) -> Self {
        let trees = if cx.quick() { self.trees.min(10) } else { self.trees };
        BaggingVsBoostingParams { rows: self.rows, noise: self.noise, trees, rate: self.rate, full: self.full }
    }
}
