//! What a cut is worth.

use crate::simd::LANES;

/// Cuts valued together.
pub(super) const CHUNK: usize = 256;

/// What decides between cuts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// λ in s²/(h + λ).
    pub(super) l2: f64,
    /// Each side needs this sum of h; above 0, so that nothing is divided by 0.
    pub(super) min_weight: f64,
    /// Each side needs so many rows.
    pub(super) min_rows: u32,
}

/// The best cut of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub(super) column: u32,
    /// The highest code that goes left.
    pub(super) code: u32,
    /// The next code that is there and goes right (exact search only).
    pub(super) next: u32,
    /// Σ s²/(h + λ) over both sides.
    pub(super) score: f64,
}

impl Cut {
    /// The better of two cuts that may be missing; of equals the first, so the order in which columns are looked at
    /// decides: ascending, or as drawn.
    pub(super) fn better(first: Option<Cut>, second: Option<Cut>) -> Option<Cut> {
        match (first, second) {
            (Some(a), Some(b)) => Some(if b.score > a.score { b } else { a }),
            (a, b) => a.or(b),
        }
    }
}

/// Sums over the rows left of each of up to [`CHUNK`] cuts.
#[derive(Debug)]
pub(super) struct LeftSums {
    pub(super) s: [f64; CHUNK],
    pub(super) h: [f64; CHUNK],
    pub(super) rows: [u32; CHUNK],
    /// What [`LeftSums::best`] makes of them.
    scores: [f64; CHUNK],
}

impl LeftSums {
    pub(super) fn new() -> Self {
        LeftSums { s: [0.0; CHUNK], h: [0.0; CHUNK], rows: [0; CHUNK], scores: [f64::NEG_INFINITY; CHUNK] }
    }

    /// The first of the `count` cuts with the highest score, if that is above `floor`.
    #[inline(always)]
    #[expect(clippy::needless_bitwise_bool, reason = "without a branch the loop becomes vector code")]
    pub(super) fn best(
        &mut self,
        count: usize,
        total: [f64; 2],
        rows: u32,
        rule: &Rule,
        floor: f64,
    ) -> Option<(usize, f64)> {
        let scores = &mut self.scores;
        let padded = count.next_multiple_of(LANES);
        let mut most = [f64::NEG_INFINITY; LANES];
        let groups = self.s[..padded].as_chunks::<LANES>().0.iter().zip(self.h[..padded].as_chunks::<LANES>().0);
        for ((s, h), out) in groups.zip(scores.as_chunks_mut::<LANES>().0) {
            for lane in 0..LANES {
                let (left, right) = (h[lane], total[1] - h[lane]);
                let (a, b) = (left + rule.l2, right + rule.l2);
                let other = total[0] - s[lane];
                let score = (s[lane] * s[lane] * b + other * other * a) / (a * b);
                let fits = (left >= rule.min_weight) & (right >= rule.min_weight);
                out[lane] = if fits { score } else { f64::NEG_INFINITY };
                most[lane] = if out[lane] > most[lane] { out[lane] } else { most[lane] };
            }
        }
        if rule.min_rows > 1 {
            most = [f64::NEG_INFINITY; LANES];
            for (score, &left) in scores.iter_mut().zip(&self.rows[..count]) {
                if left < rule.min_rows || rows - left < rule.min_rows {
                    *score = f64::NEG_INFINITY;
                }
                most[0] = most[0].max(*score);
            }
        }
        let most = most.into_iter().fold(f64::NEG_INFINITY, f64::max);
        if most <= floor {
            return None;
        }
        // What lies past `count` was left by an earlier chunk.
        if let Some(place) = scores[..count].iter().position(|&score| score == most) {
            return Some((place, most));
        }
        let most = scores[..count].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let place = scores[..count].iter().position(|&score| score == most && most > floor)?;
        Some((place, most))
    }
}
