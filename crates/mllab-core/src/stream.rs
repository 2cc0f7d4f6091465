//! Randomness by name, not by order.
//!
//! A stream is keyed by what it is for: (seed, lab, study, replicate) and a path of children.
//! Two draws with different names never share numbers, so a new draw cannot shift an old one, and the order
//! in which threads reach their work cannot change a result.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A name in the tree of random streams; [`Stream::rng`] opens the generator that belongs to it.
///
/// ```
/// use mllab_core::Stream;
/// use rand::Rng;
///
/// let replicate = Stream::root(7).child("learning-rate", 0).child("edge", 3);
/// let (mut a, mut b) = (replicate.child("data", 0).rng(), replicate.child("data", 0).rng());
/// assert_eq!(a.next_u64(), b.next_u64());
/// assert_ne!(a.next_u64(), replicate.child("start", 0).rng().next_u64());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u64; 4],
}

impl Stream {
    /// The stream that all others of one seed descend from.
    pub fn root(seed: u64) -> Self {
        // The fractional digits of pi: lanes that start apart and have no structure of their own.
        let mut stream = Stream {
            key: [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89],
        };
        stream.absorb(seed);
        stream
    }

    /// The stream named `label`, number `index`, below this one.
    #[must_use]
    pub fn child(&self, label: &str, index: u64) -> Self {
        let mut child = *self;
        // Length first, so that no two (label, index) pairs spell the same words.
        child.absorb(label.len() as u64);
        for chunk in label.as_bytes().chunks(8) {
            let mut word = [0_u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            child.absorb(u64::from_le_bytes(word));
        }
        child.absorb(index);
        child
    }

    /// The generator of this stream, at its start: ChaCha with 8 rounds, the same on every platform.
    pub fn rng(&self) -> ChaCha8Rng {
        let mut seed = [0_u8; 32];
        for (bytes, word) in seed.chunks_exact_mut(8).zip(self.key) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        ChaCha8Rng::from_seed(seed)
    }

    /// One 64-bit number that stands for this stream, for libraries that take a seed.
    pub fn seed(&self) -> u64 {
        mix(self.key[0] ^ mix(self.key[1] ^ mix(self.key[2] ^ mix(self.key[3]))))
    }

    /// Each lane takes the word with a constant of its own, then takes from its neighbour, so that every later
    /// lane depends on every earlier word.
    fn absorb(&mut self, word: u64) {
        const LANES: [u64; 4] =
            [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xd6e8_feb8_6659_fd93];
        for (lane, constant) in self.key.iter_mut().zip(LANES) {
            *lane = mix(*lane ^ word.wrapping_mul(constant | 1).wrapping_add(constant));
        }
        for i in 0..4 {
            self.key[i] = self.key[i].wrapping_add(self.key[(i + 1) % 4].rotate_left(23));
        }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::HashSet;

    #[test]
    fn names_do_not_collide() {
        let root = Stream::root(7);
        let mut seen = HashSet::new();
        for label in ["", "a", "b", "ab", "data", "a-label-longer-than-one-word", "data\0"] {
            for index in 0..200 {
                assert!(seen.insert(root.child(label, index).key), "{label} {index}");
                assert!(seen.insert(root.child("x", index).child(label, 0).key), "x {label} {index}");
            }
        }
    }

    #[test]
    fn every_word_reaches_every_lane() {
        let base = Stream::root(7).child("study", 0);
        for other in
            [Stream::root(8).child("study", 0), Stream::root(7).child("studz", 0), Stream::root(7).child("study", 1)]
        {
            for lane in 0..4 {
                let flipped = (base.key[lane] ^ other.key[lane]).count_ones();
                assert!((12..=52).contains(&flipped), "lane {lane}: {flipped} bits differ");
            }
        }
    }

    #[test]
    fn the_first_numbers_never_change() {
        // A change here changes every result ever published: raise the version if it must be.
        let mut rng = Stream::root(7).child("learning-rate", 0).rng();
        assert_eq!([rng.next_u64(), rng.next_u64()], GOLDEN);
    }

    const GOLDEN: [u64; 2] = [7_982_155_605_473_298_081, 12_685_280_517_786_725_180];

    #[test]
    fn uniforms_of_neighbouring_streams_are_uncorrelated() {
        let root = Stream::root(1);
        let n = 20_000;
        let first = |i: u64| (root.child("rep", i).rng().next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        let (mut mean, mut lag) = (0.0, 0.0);
        for i in 0..n {
            mean += first(i) / n as f64;
            lag += 12.0 * first(i) * first(i + 1) / n as f64;
        }
        // Five standard errors.
        assert!(mean.abs() < 5.0 * (1.0 / 12.0_f64).sqrt() / (n as f64).sqrt(), "{mean}");
        assert!(lag.abs() < 5.0 / (n as f64).sqrt(), "{lag}");
    }
}
