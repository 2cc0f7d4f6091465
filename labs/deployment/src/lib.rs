//! Labs of deploying and running models, in reading order.

use mllab_core::{AnyLab, Shelf};

pub mod autoscaling_cooldown;
pub mod utilisation_latency;

/// The labs.
pub const LABS: &[&dyn AnyLab] =
    &[&Shelf::<autoscaling_cooldown::AutoscalingCooldown>::LAB, &Shelf::<utilisation_latency::UtilisationLatency>::LAB];
