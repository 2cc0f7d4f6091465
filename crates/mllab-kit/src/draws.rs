//! Numbers drawn from a stream: uniform, normal, integers, shuffles.
//!
//! Everything is made from `next_u64` and the `libm` crate, so the numbers are the same on every platform and do not
//! change with the version of a distribution library.

use mllab_core::Stream;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Draws numbers one after the other from one [`Stream`].
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::draws::Draws;
///
/// let mut draws = Draws::new(&Stream::root(7).child("example", 0));
/// let mean = (0..10_000).map(|_| draws.normal()).sum::<f64>() / 10_000.0;
/// assert!(mean.abs() < 0.05);
/// ```
#[derive(Debug, Clone)]
pub struct Draws {
    rng: ChaCha8Rng,
    spare: Option<f64>,
}

impl Draws {
    /// Draws from the start of `stream`.
    pub fn new(stream: &Stream) -> Self {
        Draws { rng: stream.rng(), spare: None }
    }

    /// A uniform number in the open interval (0, 1): the middle of one of 2^53 cells.
    pub fn uniform(&mut self) -> f64 {
        ((self.rng.next_u64() >> 11) as f64 + 0.5) * (0.5_f64.powi(53))
    }

    /// A uniform number between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// True with probability `p`.
    pub fn happens(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A standard normal number, by the polar method (Marsaglia and Bray 1964).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (a, b) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = a * a + b * b;
            if square < 1.0 && square > 0.0 {
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(b * scale);
                return a * scale;
            }
        }
    }

    /// A uniform integer in `0..n`, without bias (Lemire 2019). `n` must not be 0.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "nothing can be drawn from an empty range");
        let n = n as u64;
        let threshold = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.rng.next_u64()) * u128::from(n);
            if product as u64 >= threshold {
                return (product >> 64) as usize;
            }
        }
    }

    /// Puts `items` in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }

    /// The numbers `0..n` in a random order.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// `count` different numbers out of `0..n`, in random order; all of them where `count` is larger.
    pub fn sample(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        let count = count.min(n);
        for place in 0..count {
            let other = place + self.below(n - place);
            order.swap(place, other);
        }
        order.truncate(count);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        let mut draws = Draws::new(&Stream::root(3));
        let n = 200_000;
        let values: Vec<f64> = (0..n).map(|_| draws.normal()).collect();
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let moment = values.iter().map(|v| v.powi(power)).sum::<f64>() / f64::from(n);
            let standard_error = f64::sqrt(variance / f64::from(n));
            assert!((moment - expected).abs() < 4.0 * standard_error, "moment {power}: {moment}");
        }
    }

    #[test]
    fn integers_are_uniform_and_samples_are_distinct() {
        let mut draws = Draws::new(&Stream::root(4));
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[draws.below(7)] += 1;
        }
        // Chi-square with 6 degrees of freedom: 22.5 is its .999 quantile.
        let chi: f64 = counts.iter().map(|&c| (f64::from(c) - 1e4).powi(2) / 1e4).sum();
        assert!(chi < 22.5, "{counts:?}");
        let mut sample = draws.sample(50, 20);
        sample.sort_unstable();
        sample.dedup();
        assert_eq!(sample.len(), 20);
        let mut order = draws.permutation(100);
        assert_ne!(order, (0..100).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }
}
