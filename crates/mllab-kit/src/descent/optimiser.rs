//! How a slope becomes a step.

/// A published rule, with its constants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// w ← w − rate · slope.
    Plain,
    /// Polyak (1964): w ← w − rate · slope + memory · (last step).
    HeavyBall {
        /// The share of the last step that is kept, 0 to 1.
        memory: f64,
    },
    /// Nesterov (1983) in the form of Sutskever et al. (2013): the slope counts as if the remembered step were taken.
    Nesterov {
        /// The share of the last step that is kept, 0 to 1.
        memory: f64,
    },
    /// Tieleman and Hinton (2012): each slope is divided by the root of its recent mean square.
    RmsProp {
        /// The share of the mean square that is kept at each step.
        decay: f64,
        /// Added to the root.
        epsilon: f64,
    },
    /// Kingma and Ba (2015), algorithm 1.
    Adam {
        /// Decay of the mean slope.
        beta1: f64,
        /// Decay of the mean square.
        beta2: f64,
        /// Added to the root.
        epsilon: f64,
    },
}

impl Method {
    /// RMSProp with the lecture's constants.
    pub const RMS_PROP: Method = Method::RmsProp { decay: 0.9, epsilon: 1e-8 };
    /// Adam with the paper's constants.
    pub const ADAM: Method = Method::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
}

/// A method with what it remembers of d weights.
#[derive(Clone, Debug)]
pub struct Optimiser {
    method: Method,
    first: Vec<f64>,
    second: Vec<f64>,
    step: i32,
}

impl Optimiser {
    /// A method that remembers nothing yet.
    pub fn new(method: Method, n_weights: usize) -> Self {
        let first = match method {
            Method::Plain | Method::RmsProp { .. } => 0,
            _ => n_weights,
        };
        let second = match method {
            Method::RmsProp { .. } | Method::Adam { .. } => n_weights,
            _ => 0,
        };
        Optimiser { method, first: vec![0.0; first], second: vec![0.0; second], step: 0 }
    }

    /// Takes one step from `weights` against `slope`.
    pub fn step(&mut self, rate: f64, weights: &mut [f64], slope: &[f64]) {
        self.step += 1;
        let all = weights.iter_mut().zip(slope);
        match self.method {
            Method::Plain => all.for_each(|(w, g)| *w -= rate * g),
            Method::HeavyBall { memory } => {
                for ((w, g), last) in all.zip(&mut self.first) {
                    *last = memory * *last - rate * g;
                    *w += *last;
                }
            }
            Method::Nesterov { memory } => {
                for ((w, g), last) in all.zip(&mut self.first) {
                    *last = memory * *last - rate * g;
                    *w += memory * *last - rate * g;
                }
            }
            Method::RmsProp { decay, epsilon } => {
                for ((w, g), square) in all.zip(&mut self.second) {
                    *square = decay * *square + (1.0 - decay) * g * g;
                    *w -= rate * g / (square.sqrt() + epsilon);
                }
            }
            Method::Adam { beta1, beta2, epsilon } => {
                let (correct1, correct2) = (1.0 - beta1.powi(self.step), 1.0 - beta2.powi(self.step));
                for (((w, g), mean), square) in all.zip(&mut self.first).zip(&mut self.second) {
                    *mean = beta1 * *mean + (1.0 - beta1) * g;
                    *square = beta2 * *square + (1.0 - beta2) * g * g;
                    *w -= rate * (*mean / correct1) / ((*square / correct2).sqrt() + epsilon);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three steps against slopes 1, −2, 0.5 at rate 0.1 from 0, each by hand from the published formula.
    #[test]
    fn each_method_takes_its_published_steps() {
        let slopes: [f64; 3] = [1.0, -2.0, 0.5];
        let plain = [-0.1, 0.1, 0.05];
        let heavy = {
            // v1 = −0.1; v2 = 0.9 v1 + 0.2; v3 = 0.9 v2 − 0.05.
            let (v1, v2) = (-0.1, 0.9 * -0.1 + 0.2);
            let v3 = 0.9 * v2 - 0.05;
            [v1, v1 + v2, v1 + v2 + v3]
        };
        let nesterov = {
            let (v1, v2) = (-0.1, 0.9 * -0.1 + 0.2);
            let v3 = 0.9 * v2 - 0.05;
            let steps = [0.9 * v1 - 0.1, 0.9 * v2 + 0.2, 0.9 * v3 - 0.05];
            [steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2]]
        };
        let rms = {
            let s1: f64 = 0.1 * 1.0;
            let s2 = 0.9 * s1 + 0.1 * 4.0;
            let s3 = 0.9 * s2 + 0.1 * 0.25;
            let steps = [-0.1 / s1.sqrt(), 0.2 / s2.sqrt(), -0.05 / s3.sqrt()];
            [steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2]]
        };
        let adam = {
            let (mut m, mut v, mut w, mut path) = (0.0, 0.0, 0.0, [0.0; 3]);
            for (t, g) in slopes.iter().enumerate() {
                m = 0.9 * m + 0.1 * g;
                v = 0.999 * v + 0.001 * g * g;
                let power = t as i32 + 1;
                let (m_hat, v_hat) = (m / (1.0 - 0.9_f64.powi(power)), v / (1.0 - 0.999_f64.powi(power)));
                w -= 0.1 * m_hat / (f64::sqrt(v_hat) + 1e-8);
                path[t] = w;
            }
            assert!((path[0] + 0.1).abs() < 1e-8, "Adam's first step is the rate itself");
            path
        };
        for (method, path) in [
            (Method::Plain, plain),
            (Method::HeavyBall { memory: 0.9 }, heavy),
            (Method::Nesterov { memory: 0.9 }, nesterov),
            (Method::RmsProp { decay: 0.9, epsilon: 0.0 }, rms),
            (Method::ADAM, adam),
        ] {
            let (mut optimiser, mut weights) = (Optimiser::new(method, 1), [0.0]);
            for (g, expected) in slopes.iter().zip(path) {
                optimiser.step(0.1, &mut weights, &[*g]);
                assert!((weights[0] - expected).abs() < 1e-12, "{method:?}: {} against {expected}", weights[0]);
            }
        }
    }
}
