//! The Page-Hinkley test (Page 1954, in the form of Sebastião and Fernandes 2017).

use super::Detector;

/// Sums distances from the running mean, and alarms when a sum has gone far from its extreme, up or down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageHinkley {
    /// Rows before the first alarm can come.
    pub warm_up: f64,
    /// Distance that each row is forgiven.
    pub delta: f64,
    /// How far a sum must go.
    pub threshold: f64,
    /// What is kept of the sum from row to row.
    pub alpha: f64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct State {
    n: f64,
    mean: f64,
    up: f64,
    down: f64,
    lowest: f64,
    highest: f64,
}

const START: State = State { n: 0.0, mean: 0.0, up: 0.0, down: 0.0, lowest: f64::INFINITY, highest: -1.0 };

impl Default for PageHinkley {
    /// Thirty rows of warm-up, delta .005, threshold 50, alpha .9999, both directions.
    fn default() -> Self {
        PageHinkley::new(50.0)
    }
}

impl PageHinkley {
    /// With another threshold: the larger, the fewer alarms.
    pub fn new(threshold: f64) -> Self {
        PageHinkley { warm_up: 30.0, delta: 0.005, threshold, alpha: 1.0 - 0.0001, state: START }
    }
}

impl Detector for PageHinkley {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        let s = &mut self.state;
        s.n += 1.0;
        s.mean += (1.0 / s.n) * (value - s.mean);
        let off = value - s.mean;
        s.up = self.alpha * s.up + off - self.delta;
        s.down = self.alpha * s.down + off + self.delta;
        if s.up < s.lowest {
            s.lowest = s.up;
        }
        if s.down > s.highest {
            s.highest = s.down;
        }
        let gone = s.up - s.lowest > self.threshold || s.highest - s.down > self.threshold;
        let alarm = gone && s.n >= self.warm_up;
        if alarm {
            self.state = START;
        }
        alarm
    }
}
