//! Scores of predictions against the truth.
//!
//! Labels are `&[bool]`, `true` the class of interest; scores and probabilities are finite numbers, higher for
//! `true`. Equal scores are one threshold, so no score depends on the order of rows. A ratio 0/0 (precision without a
//! predicted positive, recall without a positive) counts as 0, as in scikit-learn with `zero_division=0`. Functions
//! panic where the two slices differ in length: that is a bug of the caller, not of the data.

mod counts;
mod probability;
mod ranking;
mod regression;

pub use counts::Confusion;
pub use probability::{Calibration, ReliabilityBin, brier, calibration, log_loss, reliability};
pub use ranking::{
    PrecisionRecallPoint, Ranking, RocPoint, average_precision, best_f_beta, column_aucs, ndcg, precision_recall_curve,
    roc_auc, roc_curve,
};
pub use regression::{mean_absolute_error, r2, root_mean_squared_error};
