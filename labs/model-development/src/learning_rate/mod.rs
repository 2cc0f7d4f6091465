//! How do you read a loss curve: when is the step too big, too small, or innocent?
//!
//! The note says that an oscillating loss means a learning rate that is too high. On a quadratic everything can be
//! worked out on paper, so it is measured there first; then on logistic regression, where the curvature changes along
//! the way, on generated rows and on the breast cancer table.

mod edge;
mod final_loss;
mod scaling;
mod stall;
mod step;
mod swing;
mod valley_map;
mod valleys;
mod wall;
mod what_is_learned;

use mllab_core::prelude::*;
use mllab_kit::data::{classes, real};
use mllab_kit::descent::{FullBatch, Method};
use mllab_kit::draws::Draws;

/// The lab.
pub struct LearningRate;

impl Lab for LearningRate {
    const META: Meta = Meta {
        id: "learning-rate",
        title: "Learning rate",
        question: "How do you read a loss curve?",
        domain: Domain::ModelDevelopment,
        picture: ("swings", "One swing, two causes"),
        replicates: 200,
        quick_replicates: 16,
        sources: &[
            "The wall at 2 over the curvature and the best rate: Nesterov, Introductory Lectures on Convex Optimization, 2004, section 2.1.5.",
            "Heavy ball: Polyak, Some methods of speeding up the convergence of iteration methods, 1964.",
            "The edge of stability: Cohen et al., 2021, arXiv 2103.00065.",
            "RMSProp: Tieleman and Hinton, 2012. Adam: Kingma and Ba, 2015, arXiv 1412.6980.",
        ],
        own: Own::classes(500),
    };
    const SEED: &'static str = include_str!("../../../../seeds/learning-rate.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = LearningRateParams;

    fn studies() -> Vec<Study<LearningRateParams>> {
        vec![
            study("the-swing", &["oscillation-means-too-high"], swing::run).times(1.5).seconds(1.6),
            study("the-wall", &["overshoots-optimum"], wall::run).seconds(0.7).also_own(),
            study("the-step", &["controls-step"], step::run).seconds(0.4).also_own(),
            study("the-valleys", &["gradient-descent-minimises"], valleys::run).seconds(0.8).also_own(),
            study("what-is-learned", &["params-vs-hyperparams"], what_is_learned::run).seconds(0.2).also_own(),
            study("the-stall", &["plateau-change-rate", "plateau-more-epochs"], stall::run).seconds(0.7),
            study("the-scaling", &["plateau-switch-optimizer"], scaling::run).seconds(0.3),
        ]
    }

    fn work(params: &LearningRateParams) -> f64 {
        let LearningRateParams { rows, penalty, nearness, .. } = *params;
        // What is far from the bottom and nearly flat takes long to arrive.
        let late = libm::pow((libm::log(0.01 / nearness)).max(0.0) / penalty, 0.78);
        0.8 + 0.0015 * rows as f64 + 8e-5 / penalty + 0.0018 * late
    }

    fn own_seconds(_: &LearningRateParams, rows: usize, features: usize) -> f64 {
        let (n, p) = (rows as f64, features as f64);
        0.3 + n * p * (1e-5 + 1.5e-7 * p)
    }
}

mllab_core::params! {
    /// What can be changed in the learning-rate lab.
    pub struct LearningRateParams {
        /// Learning rates whose loss curves are drawn, as multiples of 1 over the steepest curvature.
        rates: list = [0.1, 1.0, 1.9, 2.0, 2.2], in [0.001, 4.0], length [1, 6], unit "1";
        /// Length of the runs that are drawn.
        steps: int = 60, in [10, 1000], unit "steps";
        /// Generated rows that logistic regression sees.
        rows: int = 120, in [50, 5000], unit "rows";
        /// Weight of the squared penalty in logistic regression; it gives separable classes a finite optimum.
        penalty: float = 0.01, in [0.0001, 1.0], unit "1";
        /// How near to the least loss a run must come to have converged, as a share of its first distance.
        nearness: float = 0.01, in [0.0001, 0.5], unit "1";
    }
}

impl LearningRateParams {
    /// Logistic regression on freshly drawn rows of four features, of whose labels a share is turned over.
    fn generated_rows(&self, flipped: f64, stream: &Stream) -> FullBatch {
        let truth = classes::Logistic { intercept: 0.3, weights: vec![1.0, -1.0, 0.5, 0.25] };
        let mut table = truth.draw(self.rows as usize, &stream.child("rows", 0));
        let mut draws = Draws::new(&stream.child("flips", 0));
        table.y.iter_mut().for_each(|label| *label ^= draws.happens(flipped));
        FullBatch::new(table.x.view(), &table.y, self.penalty).expect("fifty rows or more hold both classes")
    }

    /// Logistic regression on a real table: the one we ship, or the user's.
    fn table(&self, source: &Source) -> Result<FullBatch, LabError> {
        match source {
            Source::Generated => {
                let cancer = real::breast_cancer().table;
                Ok(FullBatch::new(cancer.x.view(), &cancer.y, self.penalty)?)
            }
            Source::Own(data) => self.own(data),
        }
    }

    /// Logistic regression on a user's rows.
    fn own(&self, data: &Dataset) -> Result<FullBatch, LabError> {
        let two = || LabError::Unusable("this lab needs a target with two distinct values".into());
        Ok(FullBatch::new(data.features.view(), data.binary().ok_or_else(two)?, self.penalty)?)
    }
}

/// Momentum, as far as its memory goes in every study.
const HEAVY_BALL: Method = Method::HeavyBall { memory: 0.9 };
/// Momentum that looks ahead.
const NESTEROV: Method = Method::Nesterov { memory: 0.9 };

/// A start between the axes of a valley with curvatures 1 and 10: on one of them, half of what there is to see would be
/// missing.
fn between_axes(stream: &Stream) -> [f64; 2] {
    let angle = Draws::new(&stream.child("start", 0)).between(0.15, 0.35) * std::f64::consts::PI;
    [libm::cos(angle), libm::sin(angle)]
}
