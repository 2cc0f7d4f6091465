//! Labs of preparing data, in reading order.

use mllab_core::{AnyLab, Shelf};

pub mod class_imbalance;
pub mod data_leakage;

/// The labs.
pub const LABS: &[&dyn AnyLab] =
    &[&Shelf::<class_imbalance::ClassImbalance>::LAB, &Shelf::<data_leakage::DataLeakage>::LAB];
