//! What is found out about descent by trying: where it stops settling, how often it crosses, how long it takes.

use super::{Method, Moment, Objective, descend_at};
use crate::draws::Draws;
use mllab_core::Stream;

/// Where a run is given up.
pub const MOST_STEPS: usize = 200_000;

/// Weights drawn with a spread of 0.1: near the usual start, never exactly on a symmetric one.
pub fn near_zero(n_weights: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(&stream.child("start", 0));
    (0..n_weights).map(|_| 0.1 * draws.normal()).collect()
}

/// The rate between `guess` × 2^−octaves and `guess` × 2^octaves where `holds` turns false, by bisection on the
/// logarithm. The bracket's ends are drawn at random, so that its last width shows in the spread over replicates.
///
/// ```
/// use mllab_core::Stream;
/// let found = mllab_kit::descent::turning_point(1.0, 10.0, 40, &Stream::root(1), |rate| rate < 5.0);
/// assert!((found - 5.0).abs() < 1e-9);
/// ```
pub fn turning_point(guess: f64, octaves: f64, halvings: usize, stream: &Stream, holds: impl Fn(f64) -> bool) -> f64 {
    let mut draws = Draws::new(&stream.child("bracket", 0));
    let (mut low, mut high) = (-draws.between(0.8 * octaves, octaves), draws.between(0.8 * octaves, octaves));
    for _ in 0..halvings {
        let middle = f64::midpoint(low, high);
        if holds(guess * libm::exp2(middle)) { low = middle } else { high = middle }
    }
    guess * libm::exp2(f64::midpoint(low, high))
}

/// Whether a run settles: the largest `size` in its last quarter is less than a twentieth of the largest in its
/// second quarter, or below a trillionth of the first, where only rounding is left. A twentieth, since a run beyond the
/// wall may draw nearer to a swing that never ends; it moves the wall that is found down by less than half a per cent.
pub fn settles(
    objective: &impl Objective,
    method: Method,
    start: &[f64],
    steps: usize,
    rate: f64,
    size: impl Fn(&Moment) -> f64,
) -> bool {
    let (mut first, mut early, mut late) = (0.0, 0.0_f64, 0.0_f64);
    let taken = descend_at(objective, method, &mut start.to_vec(), steps, rate, |moment| {
        let size = size(moment);
        match 4 * moment.step / steps {
            0 if moment.step == 0 => first = size,
            1 => early = early.max(size),
            3.. => late = late.max(size),
            _ => {}
        }
        // Once a late size is too large, no later one mends it.
        size.is_finite() && (late < 0.05 * early || late <= 1e-12 * first)
    });
    taken == steps && (late < 0.05 * early || late <= 1e-12 * first)
}

/// The share of the steps of plain descent from `first` to `last` that change the sign of `side`.
///
/// ```
/// use mllab_kit::descent::{Quadratic, crossing_share};
///
/// let valley = Quadratic::along_axes(&[1.0, 10.0]);
/// let share = |rate: f64| crossing_share(&valley, &[1.0, 1.0], rate, (0, 10), |weights| weights[1]);
/// assert_eq!((share(0.05), share(0.15)), (0.0, 1.0));
/// ```
pub fn crossing_share(
    objective: &impl Objective,
    start: &[f64],
    rate: f64,
    (first, last): (usize, usize),
    mut side: impl FnMut(&[f64]) -> f64,
) -> f64 {
    let (mut before, mut crossings) = (0.0, 0);
    descend_at(objective, Method::Plain, &mut start.to_vec(), last, rate, |moment| {
        let now = side(moment.weights);
        crossings += usize::from(moment.step > first && before * now < 0.0);
        before = now;
        true
    });
    crossings as f64 / (last - first) as f64
}

/// Steps of plain descent until the loss has come within `nearness` of its first distance from `least`; infinite where
/// it does not in `most`, for which [`MOST_STEPS`] are enough where it ever does. The last step counts in part, by where
/// on it the line is crossed, so that few steps do not make a coarse number.
///
/// ```
/// use mllab_kit::descent::{Quadratic, steps_to};
///
/// // Each step leaves a quarter of the loss: log(0.01) / log(0.25) of them.
/// let steps = steps_to(&Quadratic::along_axes(&[1.0]), &[1.0], 0.0, 0.5, 0.01, 100);
/// assert!((steps - 3.3219).abs() < 1e-4);
/// assert_eq!(steps_to(&Quadratic::along_axes(&[1.0]), &[1.0], 0.0, 2.5, 0.01, 100), f64::INFINITY);
/// ```
pub fn steps_to(objective: &impl Objective, start: &[f64], least: f64, rate: f64, nearness: f64, most: usize) -> f64 {
    let (mut goal, mut last, mut steps) = (0.0, 0.0, f64::INFINITY);
    descend_at(objective, Method::Plain, &mut start.to_vec(), most, rate, |moment| {
        let distance = moment.loss - least;
        if moment.step == 0 {
            goal = nearness * distance;
        } else if distance <= goal {
            // Losses fall by factors: the crossing is found between logarithms.
            let part = libm::log(last / goal) / libm::log(last / distance.max(f64::MIN_POSITIVE));
            steps = (moment.step - 1) as f64 + part;
        }
        last = distance;
        steps.is_infinite() && distance.is_finite()
    });
    steps
}

/// Whole steps until the loss is within `share` of the first; `most` where it is not by then, or where it has grown past
/// a millionfold of the first.
///
/// ```
/// use mllab_kit::descent::{Method, Quadratic, steps_within};
///
/// let steps = |rate| steps_within(&Quadratic::along_axes(&[1.0]), Method::Plain, &[1.0], rate, 1e-3, 100);
/// assert_eq!((steps(0.5), steps(2.5)), (5, 100));
/// ```
pub fn steps_within(
    objective: &impl Objective,
    method: Method,
    start: &[f64],
    rate: f64,
    share: f64,
    most: usize,
) -> usize {
    let (mut goal, mut arrived) = (0.0, most);
    descend_at(objective, method, &mut start.to_vec(), most, rate, |moment| {
        if moment.step == 0 {
            goal = share * moment.loss;
        } else if moment.loss <= goal {
            arrived = moment.step;
            return false;
        }
        // A run whose loss has grown a millionfold does not come back.
        moment.loss <= 1e6 / share * goal
    });
    arrived
}

/// The share of steps in the second half of losses on which the loss rises by more than rounding.
///
/// ```
/// assert_eq!(mllab_kit::descent::rise_share(&[9.0, 9.0, 1.0, 2.0, 1.0]), 0.5);
/// ```
pub fn rise_share(losses: &[f64]) -> f64 {
    let half = &losses[losses.len() / 2..];
    let rises = half.windows(2).filter(|pair| pair[1] > pair[0] * (1.0 + 1e-9)).count();
    rises as f64 / (half.len() - 1) as f64
}

/// The mean size of a change from step to step in the second half of losses.
///
/// ```
/// assert_eq!(mllab_kit::descent::swing_size(&[9.0, 9.0, 1.0, 2.0, 0.0]), 1.5);
/// ```
pub fn swing_size(losses: &[f64]) -> f64 {
    let half = &losses[losses.len() / 2..];
    half.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (half.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descent::Quadratic;

    /// The largest stable rate times curvature of each method's recurrence on a quadratic, where its root of largest
    /// size passes −1: 2; 2 (1 + β) (Polyak); 2 (1 + β) / (1 + 2β) (Nesterov, slope at the place looked ahead to).
    #[test]
    fn the_wall_found_by_trial_is_that_of_the_recurrence() {
        let memory = 0.9;
        let valley = Quadratic::turned(&[1.0, 10.0], 1.0);
        for (method, theory) in [
            (Method::Plain, 2.0),
            (Method::HeavyBall { memory }, 2.0 * (1.0 + memory)),
            (Method::Nesterov { memory }, 2.0 * (1.0 + memory) / (1.0 + 2.0 * memory)),
        ] {
            let settles = |rate| settles(&valley, method, &[0.8, -0.6], 1200, rate, |moment| moment.loss);
            let found = turning_point(1.0, 10.0, 24, &Stream::root(4), settles) * valley.steepest();
            assert!((found / theory - 1.0).abs() < 0.005, "{method:?}: {found}, theory {theory}");
        }
    }
}
