//! How the rate changes along a run.

/// A rate for each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// Always the same.
    Constant,
    /// Multiplied by a factor once every so many steps.
    StepDecay {
        /// Steps between changes.
        every: usize,
        /// What the rate is multiplied with.
        factor: f64,
    },
    /// Half a cosine from the full rate to nothing over so many steps (Loshchilov and Hutter 2017, without restarts).
    Cosine {
        /// Length of the run.
        steps: usize,
    },
    /// In proportion up to the full rate over so many steps, then constant.
    WarmUp {
        /// Steps until the full rate is reached.
        steps: usize,
    },
}

impl Schedule {
    /// What the full rate is multiplied with at a step, from 0.
    ///
    /// ```
    /// use mllab_kit::descent::Schedule;
    /// assert_eq!(Schedule::StepDecay { every: 10, factor: 0.1 }.at(10), 0.1);
    /// assert_eq!(Schedule::WarmUp { steps: 4 }.at(1), 0.5);
    /// assert!((Schedule::Cosine { steps: 100 }.at(50) - 0.5).abs() < 1e-12);
    /// ```
    pub fn at(self, step: usize) -> f64 {
        match self {
            Schedule::Constant => 1.0,
            Schedule::StepDecay { every, factor } => (0..step / every).fold(1.0, |rate, _| rate * factor),
            Schedule::Cosine { steps } => {
                let share = (step as f64 / steps as f64).min(1.0);
                0.5 * (1.0 + libm::cos(std::f64::consts::PI * share))
            }
            Schedule::WarmUp { steps } => ((step + 1) as f64 / steps as f64).min(1.0),
        }
    }
}
