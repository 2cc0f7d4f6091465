//! The lab's pictures, each beside the table that it draws. One colour an arm on all of them: vermilion for lasso, blue
//! for ridge, grey for no penalty; the features that matter are green, amber and pink.

mod errors;
mod geometry;
mod paths;
mod weights;

pub use errors::{train_and_test, underfits};
pub use geometry::{diamond_and_circle, twins};
pub use paths::{Paths, coefficient_paths, freedom, real_paths};
pub use weights::{polynomials, true_against_estimated};

use mllab_core::figure::Hue;
use mllab_core::shown;

/// Lasso.
const LASSO: Hue = Hue::Vermilion;
/// Ridge.
const RIDGE: Hue = Hue::Blue;
/// No penalty.
const FREE: Hue = Hue::Grey;
/// The features that matter.
const FEATURES: [Hue; 3] = [Hue::Green, Hue::Amber, Hue::Pink];

/// A share in per cent.
fn percent(share: f64) -> String {
    format!("{}{}%", shown::fixed(100.0 * share, 0), shown::THIN)
}

/// A base-2 logarithm as the ratio that it stands for.
fn times(log2: f64) -> String {
    shown::number(libm::exp2(log2), 2)
}
