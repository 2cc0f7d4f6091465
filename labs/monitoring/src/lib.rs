//! Labs of watching models, in reading order.

use mllab_core::{AnyLab, Shelf};

pub mod drift_detection;

/// The labs.
pub const LABS: &[&dyn AnyLab] = &[&Shelf::<drift_detection::DriftDetection>::LAB];
