//! ADWIN (Bifet and Gavaldà 2007): a window that drops its older part once the two parts' means differ.

use super::Detector;

/// A window kept as buckets whose sizes are powers of two.
///
/// Alarm rows are those of river 0.26, which forgets the whole window after an alarm.
#[derive(Debug, Clone)]
pub struct Adwin {
    delta: f64,
    clock: u32,
    buckets: usize,
    shortest: f64,
    grace: f64,
    tick: u32,
    width: f64,
    total: f64,
    /// Sum of squared distances from the window's mean.
    spread: f64,
    /// Sums of the buckets of each size, the oldest first.
    levels: Vec<Vec<f64>>,
}

impl Default for Adwin {
    /// Confidence .002, a look at every 32nd row, five buckets a size, parts of five rows or more, ten rows of grace.
    fn default() -> Self {
        Adwin::new(0.002)
    }
}

impl Adwin {
    /// With another confidence: the smaller, the fewer alarms.
    pub fn new(delta: f64) -> Self {
        Adwin {
            delta,
            clock: 32,
            buckets: 5,
            shortest: 5.0,
            grace: 10.0,
            tick: 0,
            width: 0.0,
            total: 0.0,
            spread: 0.0,
            levels: vec![Vec::with_capacity(6)],
        }
    }

    fn reset(&mut self) {
        (self.tick, self.width, self.total, self.spread) = (0, 0.0, 0.0, 0.0);
        self.levels.truncate(1);
        self.levels[0].clear();
    }

    #[inline(always)]
    fn insert(&mut self, value: f64) {
        self.levels[0].push(value);
        self.width += 1.0;
        if self.width > 1.0 {
            let off = value - self.total / (self.width - 1.0);
            self.spread += (self.width - 1.0) * off * off / self.width;
        }
        self.total += value;
        if self.levels[0].len() > self.buckets {
            self.merge();
        }
    }

    /// The two oldest buckets of a full size become one of the next.
    fn merge(&mut self) {
        for level in 0.. {
            if self.levels[level].len() <= self.buckets {
                return;
            }
            if level + 1 == self.levels.len() {
                self.levels.push(Vec::with_capacity(self.buckets + 1));
            }
            let full = &mut self.levels[level];
            let sum = full[0] + full[1];
            full.drain(..2);
            self.levels[level + 1].push(sum);
        }
    }

    /// Whether some cut leaves two parts whose means differ by more than chance allows.
    fn is_cut(&self) -> bool {
        let level = libm::log(2.0 * libm::log(self.width) / self.delta);
        let scale = 2.0 * (self.spread / self.width) * level;
        let (mut n0, mut n1, mut u0, mut u1) = (0.0, self.width, 0.0, self.total);
        for (power, bucket) in self.levels.iter().enumerate().rev() {
            let size = (1_u64 << power) as f64;
            let inner = if power == 0 { bucket.len() - 1 } else { bucket.len() };
            for total in &bucket[..inner] {
                n0 += size;
                n1 -= size;
                u0 += total;
                u1 -= total;
                if n0 < self.shortest || n1 < self.shortest {
                    continue;
                }
                // The bound is at least √(scale · (1/a + 1/b)): multiplied out, most cuts need no division and no root.
                let (a, b) = (n0 - self.shortest + 1.0, n1 - self.shortest + 1.0);
                let (apart, product) = (u0 * n1 - u1 * n0, n0 * n1);
                if apart * apart * (a * b) < scale * (a + b) * product * product * 0.999_999 {
                    continue;
                }
                let reciprocal = 1.0 / a + 1.0 / b;
                let bound = (scale * reciprocal).sqrt() + 2.0 / 3.0 * level * reciprocal;
                if (u0 / n0 - u1 / n1).abs() > bound {
                    return true;
                }
            }
        }
        false
    }
}

impl Detector for Adwin {
    #[inline]
    fn update(&mut self, value: f64) -> bool {
        self.insert(value);
        self.tick += 1;
        if self.tick < self.clock {
            return false;
        }
        self.tick = 0;
        if self.width <= self.grace || !self.is_cut() {
            return false;
        }
        self.reset();
        true
    }
}
