//! Detectors of a rising error rate: they take 1 for an error and 0 for a hit.

use super::Detector;

/// A running mean in river's order of operations.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Mean {
    n: f64,
    mean: f64,
}

impl Mean {
    #[inline(always)]
    fn update(&mut self, value: f64) {
        self.n += 1.0;
        self.mean += (1.0 / self.n) * (value - self.mean);
    }
}

/// DDM (Gama et al. 2004): alarms once the error rate is so many deviations above its best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ddm {
    /// Deviations above the best that make an alarm.
    pub threshold: f64,
    warm_up: f64,
    error: Mean,
    best_rate: f64,
    best_deviation: f64,
    best_sum: f64,
}

impl Default for Ddm {
    /// Thirty rows of warm-up and three deviations.
    fn default() -> Self {
        Ddm::new(3.0)
    }
}

impl Ddm {
    /// With another number of deviations.
    pub fn new(threshold: f64) -> Self {
        let (best_rate, best_deviation, best_sum) = (0.0, 0.0, f64::INFINITY);
        Ddm { threshold, warm_up: 30.0, error: Mean::default(), best_rate, best_deviation, best_sum }
    }
}

impl Detector for Ddm {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.error.update(value);
        let Mean { n, mean: rate } = self.error;
        let deviation = (rate * (1.0 - rate) / n).sqrt();
        if n <= self.warm_up {
            return false;
        }
        if rate + deviation <= self.best_sum {
            (self.best_rate, self.best_deviation, self.best_sum) = (rate, deviation, rate + deviation);
        }
        let alarm = rate + deviation > self.best_rate + self.threshold * self.best_deviation;
        if alarm {
            *self = Ddm::new(self.threshold);
        }
        alarm
    }
}

/// EDDM (Baena-García et al. 2006): alarms once errors come closer together than they did at their rarest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eddm {
    /// Share of the largest distance below which there is an alarm.
    pub beta: f64,
    warm_up: f64,
    n: f64,
    last_error: f64,
    distance: Mean,
    /// Sum of squared distances from the mean.
    spread: f64,
    largest: f64,
}

impl Default for Eddm {
    /// Thirty rows, and then thirty errors, of warm-up; a share of .9.
    fn default() -> Self {
        Eddm::new(0.9)
    }
}

impl Eddm {
    /// With another share.
    pub fn new(beta: f64) -> Self {
        let distance = Mean::default();
        Eddm { beta, warm_up: 30.0, n: 0.0, last_error: 0.0, distance, spread: 0.0, largest: -1.0 }
    }

    fn on_error(&mut self) -> bool {
        let distance = self.n - self.last_error;
        self.last_error = self.n;
        let before = self.distance.mean;
        self.distance.update(distance);
        let Mean { n: errors, mean } = self.distance;
        self.spread += (distance - before) * (distance - mean);
        if self.n <= self.warm_up {
            return false;
        }
        let variance = if errors > 1.0 { self.spread / (errors - 1.0) } else { 0.0 };
        let level = mean + 2.0 * variance.sqrt();
        if level > self.largest {
            self.largest = level;
            return false;
        }
        errors > self.warm_up && level / self.largest < self.beta
    }
}

impl Detector for Eddm {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.n += 1.0;
        let alarm = value == 1.0 && self.on_error();
        if alarm {
            *self = Eddm::new(self.beta);
        }
        alarm
    }
}

/// HDDM-A (Frías-Blanco et al. 2014): alarms once the error rate is above its best part's by more than Hoeffding's
/// bound. One-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HddmA {
    confidence: f64,
    /// ln(1 / confidence) and ln(2 / confidence).
    logs: [f64; 2],
    all: Mean,
    best: Mean,
    /// The best part's rate and bound together.
    best_sum: f64,
}

impl Default for HddmA {
    /// Confidence .001.
    fn default() -> Self {
        HddmA::new(0.001)
    }
}

impl HddmA {
    /// With another confidence: the smaller, the fewer alarms.
    pub fn new(confidence: f64) -> Self {
        let logs = [libm::log(1.0 / confidence), libm::log(2.0 / confidence)];
        HddmA { confidence, logs, all: Mean::default(), best: Mean::default(), best_sum: f64::INFINITY }
    }
}

impl Detector for HddmA {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.all.update(value);
        let sum = self.all.mean + (1.0 / (2.0 * self.all.n) * self.logs[0]).sqrt();
        if self.best_sum >= sum {
            (self.best, self.best_sum) = (self.all, sum);
            return false;
        }
        let (all, best) = (self.all, self.best);
        let m = (all.n - best.n) / best.n * (1.0 / all.n);
        let alarm = all.mean - best.mean >= (m / 2.0 * self.logs[1]).sqrt();
        if alarm {
            (self.all, self.best, self.best_sum) = (Mean::default(), Mean::default(), f64::INFINITY);
        }
        alarm
    }
}

/// HDDM-W (Frías-Blanco et al. 2014): the same with exponential weights and McDiarmid's bound. One-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HddmW {
    confidence: f64,
    log: f64,
    lambda: f64,
    all: Weighted,
    before: Weighted,
    after: Weighted,
    cut: f64,
}

/// An exponentially weighted mean and the sum of its squared weights.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weighted {
    mean: f64,
    squares: f64,
    started: bool,
}

const EMPTY: Weighted = Weighted { mean: 0.0, squares: 1.0, started: false };

impl Weighted {
    #[inline(always)]
    fn update(&mut self, value: f64, lambda: f64) {
        self.mean = if self.started { lambda * value + (1.0 - lambda) * self.mean } else { value };
        self.squares = lambda * lambda + (1.0 - lambda) * (1.0 - lambda) * self.squares;
        self.started = true;
    }
}

impl Default for HddmW {
    /// Confidence .001, and weight .05 for the newest row.
    fn default() -> Self {
        HddmW::new(0.001)
    }
}

impl HddmW {
    /// With another confidence: the smaller, the fewer alarms.
    pub fn new(confidence: f64) -> Self {
        let log = libm::log(1.0 / confidence);
        HddmW { confidence, log, lambda: 0.05, all: EMPTY, before: EMPTY, after: EMPTY, cut: f64::INFINITY }
    }
}

impl Detector for HddmW {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.all.update(value, self.lambda);
        let bound = (self.all.squares * self.log / 2.0).sqrt();
        if self.all.mean + bound < self.cut {
            (self.cut, self.before, self.after) = (self.all.mean + bound, self.all, EMPTY);
            return false;
        }
        self.after.update(value, self.lambda);
        let squares = self.before.squares + self.after.squares;
        let alarm = self.after.mean - self.before.mean > (squares * self.log / 2.0).sqrt();
        if alarm {
            *self = HddmW::new(self.confidence);
        }
        alarm
    }
}
