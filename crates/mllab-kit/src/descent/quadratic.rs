//! The valley in which everything about a learning rate can be worked out on paper, and a loss with two.

use super::Objective;

/// Half the sum of curvature · (distance along an axis)², the axes turned or not; its minimum is 0 at the origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Quadratic {
    curvatures: Vec<f64>,
    /// Cosine and sine by which each plane of neighbouring axes (0 and 1, 2 and 3, …) is turned.
    turn: (f64, f64),
}

impl Quadratic {
    /// A valley along the axes.
    pub fn along_axes(curvatures: &[f64]) -> Self {
        Quadratic { curvatures: curvatures.to_vec(), turn: (1.0, 0.0) }
    }

    /// A valley whose first two axes are turned by `angle` (radians), and so for each further pair.
    pub fn turned(curvatures: &[f64], angle: f64) -> Self {
        Quadratic { curvatures: curvatures.to_vec(), turn: (libm::cos(angle), libm::sin(angle)) }
    }

    /// The largest curvature: plain descent is stable below 2 over it.
    pub fn steepest(&self) -> f64 {
        self.curvatures.iter().copied().fold(0.0, f64::max)
    }

    /// The smallest curvature.
    pub fn flattest(&self) -> f64 {
        self.curvatures.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The distances along the valley's own axes.
    pub fn along(&self, weights: &[f64], into: &mut [f64]) {
        into.copy_from_slice(weights);
        self.rotate(into, 1.0);
    }

    fn rotate(&self, v: &mut [f64], direction: f64) {
        let (cos, sin) = (self.turn.0, self.turn.1 * direction);
        for pair in v.chunks_exact_mut(2) {
            let (a, b) = (pair[0], pair[1]);
            (pair[0], pair[1]) = (cos * a + sin * b, cos * b - sin * a);
        }
    }
}

impl Objective for Quadratic {
    fn n_weights(&self) -> usize {
        self.curvatures.len()
    }

    fn slope(&self, weights: &[f64], slope: &mut [f64]) -> f64 {
        self.along(weights, slope);
        let mut loss = 0.0;
        for (g, curvature) in slope.iter_mut().zip(&self.curvatures) {
            loss += 0.5 * curvature * *g * *g;
            *g *= curvature;
        }
        self.rotate(slope, -1.0);
        loss
    }
}

/// (w² − 1)² + tilt · w: a valley on each side, one deeper.
///
/// ```
/// use mllab_kit::descent::{Method, TwoValleys, losses};
///
/// let end = |start: f64| losses(&TwoValleys { tilt: 0.2 }, Method::Plain, &mut [start], 200, 0.05)[200];
/// assert!(end(-1.5) < 0.0 && end(1.5) > 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoValleys {
    /// About half of what the left one is deeper by.
    pub tilt: f64,
}

impl Objective for TwoValleys {
    fn n_weights(&self) -> usize {
        1
    }

    fn slope(&self, weights: &[f64], slope: &mut [f64]) -> f64 {
        let w = weights[0];
        slope[0] = 4.0 * w * (w * w - 1.0) + self.tilt;
        (w * w - 1.0).powi(2) + self.tilt * w
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descent::{Method, descend};

    /// Steps until the distance to the minimum has shrunk by 1e-6.
    fn steps(valley: &Quadratic, method: Method, rate: f64) -> usize {
        let mut weights = vec![1.0; valley.n_weights()];
        let norm = |w: &[f64]| w.iter().map(|v| v * v).sum::<f64>().sqrt();
        let start = norm(&weights);
        descend(valley, method, &mut weights, 100_000, |_| rate, |m| norm(m.weights) > 1e-6 * start)
    }

    #[test]
    fn condition_100_takes_the_steps_worked_out_on_paper() {
        let valley = Quadratic::along_axes(&[1.0, 100.0]);
        assert_eq!(steps(&valley, Method::Plain, 2.0 / 101.0), 691);
        let memory = (9.0_f64 / 11.0).powi(2);
        assert_eq!(steps(&valley, Method::HeavyBall { memory }, 4.0 / 121.0), 93);
    }

    #[test]
    fn the_best_rate_contracts_by_condition_less_one_over_condition_plus_one() {
        let valley = Quadratic::along_axes(&[1.0, 10.0]);
        let mut weights = vec![1.0, 1.0];
        descend(&valley, Method::Plain, &mut weights, 20, |_| 2.0 / 11.0, |_| true);
        let contraction = (9.0_f64 / 11.0).powi(20);
        assert!(weights.iter().all(|w| (w.abs() / contraction - 1.0).abs() < 1e-12));
    }

    #[test]
    fn losses_after_100_steps_agree_with_the_closed_form() {
        for rate in [0.05, 0.1, 0.15, 0.19, 0.2, 0.201, 0.22] {
            let valley = Quadratic::along_axes(&[1.0, 10.0]);
            let mut weights = vec![1.0, 1.0];
            let mut last = 0.0;
            descend(
                &valley,
                Method::Plain,
                &mut weights,
                100,
                |_| rate,
                |m| {
                    last = m.loss;
                    true
                },
            );
            let closed: f64 = [1.0, 10.0].iter().map(|c: &f64| 0.5 * c * (1.0 - rate * c).powi(200)).sum();
            assert!((last / closed - 1.0).abs() < 1e-9, "rate {rate}: {last:e} against {closed:e}");
        }
    }

    #[test]
    fn heavy_ball_is_stable_below_twice_one_plus_memory_over_the_curvature() {
        let valley = Quadratic::along_axes(&[1.0, 10.0]);
        let wall = 2.0 * 1.9 / 10.0;
        let size = |rate: f64| {
            let mut weights = vec![1.0, 1.0];
            descend(&valley, Method::HeavyBall { memory: 0.9 }, &mut weights, 2000, |_| rate, |_| true);
            weights.iter().map(|w| w.abs()).fold(0.0, f64::max)
        };
        assert!(
            size(0.999 * wall) < 1e-10 && size(1.001 * wall) > 1.0,
            "{} {}",
            size(0.999 * wall),
            size(1.001 * wall)
        );
    }

    #[test]
    fn turning_the_axes_changes_no_loss() {
        let (flat, turned) = (Quadratic::along_axes(&[1.0, 10.0]), Quadratic::turned(&[1.0, 10.0], 0.7));
        let mut along = [0.0; 2];
        turned.along(&[0.3, -0.4], &mut along);
        let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
        assert!((flat.slope(&along, &mut a) - turned.slope(&[0.3, -0.4], &mut b)).abs() < 1e-15);
        // The slope agrees with a central difference.
        for i in 0..2 {
            let (mut up, mut down, mut unused) = ([0.3, -0.4], [0.3, -0.4], [0.0; 2]);
            up[i] += 1e-6;
            down[i] -= 1e-6;
            let slope = (turned.slope(&up, &mut unused) - turned.slope(&down, &mut unused)) / 2e-6;
            assert!((slope - b[i]).abs() < 1e-8);
        }
    }
}
