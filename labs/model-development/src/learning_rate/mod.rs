//! How do you read a loss curve: when is the step too big, too small, or innocent?
//!
//! The note says that an oscillating loss means a learning rate that is too high. On a quadratic everything can be
//! worked out on paper, so it is measured there first; then on logistic regression, where the curvature changes along
//! the way, on generated rows and on the breast cancer table.

mod final_loss;
mod scaling;
mod stall;
mod step;
mod swing;
mod valley_map;
mod valleys;
mod wall;
mod what_is_learned;

use mllab_core::{Accepts, Domain, Lab, LabError, Meta, Own, Source, Stream, Study, Target, TargetKind};
use mllab_kit::data::{classes, real};
use mllab_kit::descent::FullBatch;

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
        own: Own { target: TargetKind::TwoClasses, flags: &[], most_rows: 500 },
    };
    const SEED: &'static str = include_str!("../../../../seeds/learning-rate.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = LearningRateParams;

    fn studies() -> Vec<Study<LearningRateParams>> {
        vec![
            Study {
                id: "the-swing",
                claims: &["oscillation-means-too-high"],
                accepts: Accepts::Generated,
                multiple: 1.5,
                seconds: 1.6,
                run: swing::run,
            },
            Study {
                id: "the-wall",
                claims: &["overshoots-optimum"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 0.7,
                run: wall::run,
            },
            Study {
                id: "the-step",
                claims: &["controls-step"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 0.4,
                run: step::run,
            },
            Study {
                id: "the-valleys",
                claims: &["gradient-descent-minimises"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 0.8,
                run: valleys::run,
            },
            Study {
                id: "what-is-learned",
                claims: &["params-vs-hyperparams"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 0.2,
                run: what_is_learned::run,
            },
            Study {
                id: "the-stall",
                claims: &["plateau-change-rate", "plateau-more-epochs"],
                accepts: Accepts::Generated,
                multiple: 1.0,
                seconds: 0.7,
                run: stall::run,
            },
            Study {
                id: "the-scaling",
                claims: &["plateau-switch-optimizer"],
                accepts: Accepts::Generated,
                multiple: 1.0,
                seconds: 0.3,
                run: scaling::run,
            },
        ]
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
    /// Logistic regression on freshly drawn rows of four features.
    fn generated_rows(&self, stream: &Stream) -> FullBatch {
        let truth = classes::Logistic { intercept: 0.3, weights: vec![1.0, -1.0, 0.5, 0.25] };
        let table = truth.draw(self.rows as usize, stream);
        FullBatch::new(table.x.view(), &table.y, self.penalty).expect("fifty rows or more hold both classes")
    }

    /// [`Self::table`] with all rows of the user's, however many there are.
    fn whole_table(&self, source: &Source) -> Result<FullBatch, LabError> {
        match source {
            Source::Own(data) if data.whole.is_some() => self.table(&Source::Own(Box::new(data.all_rows().clone()))),
            source => self.table(source),
        }
    }

    /// Logistic regression on a real table: the one we ship, or the user's.
    fn table(&self, source: &Source) -> Result<FullBatch, LabError> {
        let made = match source {
            Source::Generated => {
                let cancer = real::breast_cancer().table;
                FullBatch::new(cancer.x.view(), &cancer.y, self.penalty)
            }
            Source::Own(data) => match &data.target {
                Target::Binary(labels) => FullBatch::new(data.features.view(), labels, self.penalty),
                _ => return Err(LabError::Unusable("this lab needs a target with two distinct values".into())),
            },
        };
        made.map_err(|error| LabError::Unusable(error.to_string()))
    }
}
