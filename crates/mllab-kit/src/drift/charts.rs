//! Control charts over standardised values: mean 0 and sd 1 while all is well. And a timer, which looks at nothing.

use super::Detector;

/// Alarms at a value further than `limit` deviations from 0 (Shewhart 1931).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shewhart {
    /// Deviations.
    pub limit: f64,
}

impl Detector for Shewhart {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        value.abs() > self.limit
    }
}

/// Two-sided CUSUM (Page 1954): sums what exceeds `allowance`, up and down, and alarms where a sum exceeds `threshold`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cusum {
    /// Half the shift that it is meant for, in deviations.
    pub allowance: f64,
    /// The sum that alarms.
    pub threshold: f64,
    up: f64,
    down: f64,
}

impl Cusum {
    /// Starts at zero.
    pub fn new(allowance: f64, threshold: f64) -> Self {
        Cusum { allowance, threshold, up: 0.0, down: 0.0 }
    }
}

impl Detector for Cusum {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.up = (self.up + value - self.allowance).max(0.0);
        self.down = (self.down - value - self.allowance).max(0.0);
        let alarm = self.up > self.threshold || self.down > self.threshold;
        if alarm {
            (self.up, self.down) = (0.0, 0.0);
        }
        alarm
    }
}

/// An exponentially weighted mean (Roberts 1959) that alarms `limit` of its own long-run deviations from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ewma {
    /// Weight of the newest value.
    pub weight: f64,
    /// Deviations of the weighted mean.
    pub limit: f64,
    mean: f64,
}

impl Ewma {
    /// Starts at zero.
    pub fn new(weight: f64, limit: f64) -> Self {
        Ewma { weight, limit, mean: 0.0 }
    }
}

impl Detector for Ewma {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.mean += self.weight * (value - self.mean);
        let alarm = self.mean.abs() > self.limit * (self.weight / (2.0 - self.weight)).sqrt();
        if alarm {
            self.mean = 0.0;
        }
        alarm
    }
}

/// Alarms every so many rows whatever it is given: what any detector must beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Rows between alarms.
    pub period: usize,
    /// Rows since the last alarm.
    pub elapsed: usize,
}

impl Detector for Timer {
    #[inline]
    fn update(&mut self, _: f64) -> bool {
        self.elapsed += 1;
        let alarm = self.elapsed >= self.period;
        if alarm {
            self.elapsed = 0;
        }
        alarm
    }
}
