//! Labs of developing models, in reading order.

use mllab_core::{AnyLab, Shelf};

pub mod bagging_vs_boosting;
pub mod l1_vs_l2;
pub mod learning_rate;

/// The labs.
pub const LABS: &[&dyn AnyLab] = &[
    &Shelf::<learning_rate::LearningRate>::LAB,
    &Shelf::<l1_vs_l2::L1VsL2>::LAB,
    &Shelf::<bagging_vs_boosting::BaggingVsBoosting>::LAB,
];
