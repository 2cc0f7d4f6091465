//! The contents page: one line a lab, in reading order.

use mllab_core::{AnyLab, Shelf};

pub mod autoscaling_cooldown;
pub mod bagging_vs_boosting;
pub mod class_imbalance;
pub mod data_leakage;
pub mod drift_detection;
pub mod l1_vs_l2;
pub mod learning_rate;

/// All labs, in reading order.
pub const LABS: &[&dyn AnyLab] = &[
    &Shelf::<learning_rate::LearningRate>::LAB,
    &Shelf::<class_imbalance::ClassImbalance>::LAB,
    &Shelf::<data_leakage::DataLeakage>::LAB,
    &Shelf::<l1_vs_l2::L1VsL2>::LAB,
    &Shelf::<bagging_vs_boosting::BaggingVsBoosting>::LAB,
    &Shelf::<autoscaling_cooldown::AutoscalingCooldown>::LAB,
    &Shelf::<drift_detection::DriftDetection>::LAB,
];

/// The lab with this id.
pub fn find(id: &str) -> Option<&'static dyn AnyLab> {
    LABS.iter().copied().find(|lab| lab.meta().id == id)
}
