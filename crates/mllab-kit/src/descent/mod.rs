//! Gradient descent and its relatives, opened up: every step can be watched.
//!
//! A lab finds here losses, walks over them and the schedules of a rate. An [`Objective`] gives loss and slope, an [`Optimiser`] turns a slope into a step, [`descend`] walks.

mod batches;
mod full_batch;
mod multiply;
mod network;
mod optimiser;
mod panels;
mod quadratic;
mod real;
mod schedule;
mod trial;

pub use batches::{Walk, epoch_losses};
pub use full_batch::FullBatch;
pub use network::{Network, NetworkLoss, Scratch};
pub use optimiser::{Method, Optimiser};
pub use quadratic::{Quadratic, TwoValleys};
pub use real::Real;
pub use schedule::Schedule;
pub use trial::{
    MOST_STEPS, crossing_share, near_zero, rise_share, settles, steps_to, steps_within, swing_size, turning_point,
};

/// A loss of `d` weights.
pub trait Objective: Sync {
    /// How many weights there are, d.
    fn n_weights(&self) -> usize;

    /// Writes the slope at `weights` to `slope` (both of length d) and returns the loss there.
    fn slope(&self, weights: &[f64], slope: &mut [f64]) -> f64;
}

/// What a watcher sees before each step, and after the last.
pub struct Moment<'a> {
    /// Steps taken so far.
    pub step: usize,
    /// The weights.
    pub weights: &'a [f64],
    /// The loss at the weights.
    pub loss: f64,
    /// The slope at the weights.
    pub slope: &'a [f64],
}

/// Walks from `weights` for at most `steps` steps, `rate(step)` long; `watch` sees every moment and ends the walk by
/// returning false. Returns how many steps were taken.
///
/// ```
/// use mllab_kit::descent::{Method, Quadratic, descend};
///
/// let valley = Quadratic::along_axes(&[1.0, 10.0]);
/// let mut weights = vec![1.0, 1.0];
/// descend(&valley, Method::Plain, &mut weights, 200, |_| 2.0 / 11.0, |_| true);
/// assert!(weights.iter().all(|w| w.abs() < 1e-15));
/// ```
pub fn descend(
    objective: &impl Objective,
    method: Method,
    weights: &mut [f64],
    steps: usize,
    rate: impl Fn(usize) -> f64,
    mut watch: impl FnMut(&Moment) -> bool,
) -> usize {
    let mut optimiser = Optimiser::new(method, weights.len());
    let mut slope = vec![0.0; weights.len()];
    for step in 0..=steps {
        let loss = objective.slope(weights, &mut slope);
        let go_on = watch(&Moment { step, weights, loss, slope: &slope });
        if step == steps || !go_on {
            return step;
        }
        optimiser.step(rate(step), weights, &slope);
    }
    steps
}

/// [`descend`] at one rate.
pub fn descend_at(
    objective: &impl Objective,
    method: Method,
    weights: &mut [f64],
    steps: usize,
    rate: f64,
    watch: impl FnMut(&Moment) -> bool,
) -> usize {
    descend(objective, method, weights, steps, |_| rate, watch)
}

/// The loss before each of `steps` steps at one rate, and after the last.
pub fn losses(objective: &impl Objective, method: Method, weights: &mut [f64], steps: usize, rate: f64) -> Vec<f64> {
    let mut seen = Vec::with_capacity(steps + 1);
    descend_at(objective, method, weights, steps, rate, |moment| {
        seen.push(moment.loss);
        true
    });
    seen
}
