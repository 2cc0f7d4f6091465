//! What experiments are built from: data, models, metrics, splits, resamplers.
//!
//! Nothing here knows a lab, reads a file, looks at the clock or owns a thread pool. Randomness comes in through a
//! [`mllab_core::Stream`], inputs are `ndarray` views of `n` rows by `p` columns, labels are `&[bool]` with `true`
//! for the class of interest, and every answer is the same at any thread count.

#![allow(clippy::inline_always, reason = "loops must be inlined into simd::wide to be compiled for wide registers")]
#![allow(clippy::needless_for_each, reason = "a step over a whole vector reads as one line of the formula")]

pub mod autoscale;
pub mod bands;
pub mod bias_variance;
pub mod data;
pub mod descent;
pub mod draws;
pub mod drift;
pub mod ensemble;
mod error;
pub mod library;
pub mod linear;
pub mod metrics;
pub mod neighbours;
pub mod preprocess;
pub mod queue;
pub mod remedies;
pub mod resample;
pub mod simd;
pub mod split;
pub mod theory;
pub mod tree;

pub use error::KitError;
