//! KSWIN (Raab, Heusinger and Schleif 2020): the newest rows against a sample of those before them.

use super::{Detector, ks_p_exact};
use crate::draws::Draws;
use mllab_core::Stream;

/// A sliding window whose last rows are tested against as many drawn from the others.
///
/// River draws with Python's generator and starts it anew after an alarm; here the draws come from a [`Stream`] and go
/// on, so that alarms agree in kind but not row by row, unless the sample is all there is.
#[derive(Debug, Clone)]
pub struct Kswin {
    window: usize,
    recent: usize,
    /// The smallest difference in counts that alarms.
    critical: i32,
    draws: Draws,
    /// Values by age: a ring.
    values: Vec<f64>,
    /// Slots of the ring in the order of their values.
    order: Vec<u16>,
    /// Older slots in random order; the first ones are the sample.
    places: Vec<u16>,
    /// For each slot: 1 recent, -1 sampled, 0 neither.
    side: Vec<i8>,
    next: usize,
}

impl Kswin {
    /// River's defaults: significance .005, a window of 100 rows, its last 30 tested.
    pub fn new(stream: &Stream) -> Self {
        Kswin::with(0.005, 100, 30, stream)
    }

    /// With other settings.
    ///
    /// # Panics
    /// If the tested rows are none or more than half of the window, or the window is larger than 60,000 rows.
    pub fn with(alpha: f64, window: usize, recent: usize, stream: &Stream) -> Self {
        assert!(0 < recent && 2 * recent <= window && window <= 60_000, "a sample must fit before the tested rows");
        let significant = |count: &usize| ks_p_exact(*count, recent) <= alpha && *count as f64 / recent as f64 > 0.1;
        let critical = (1..=recent).find(significant).map_or(i32::MAX, |count| count as i32);
        Kswin {
            window,
            recent,
            critical,
            draws: Draws::new(stream),
            values: Vec::with_capacity(window),
            order: Vec::with_capacity(window),
            places: (0..(window - recent) as u16).collect(),
            side: vec![0; window],
            next: 0,
        }
    }

    /// Puts `value` in the place of the oldest, keeping the order.
    fn insert(&mut self, value: f64) {
        if self.values.len() < self.window {
            let at = self.order.partition_point(|&slot| self.values[slot as usize] <= value);
            self.order.insert(at, self.values.len() as u16);
            self.values.push(value);
            return;
        }
        let slot = self.next;
        let old = self.values[slot];
        let from = self.order.partition_point(|&other| self.values[other as usize] < old);
        let from = from + self.order[from..].iter().position(|&other| other as usize == slot).expect("in the order");
        let to = self.order.partition_point(|&other| self.values[other as usize] <= value);
        if to > from {
            self.order.copy_within(from + 1..to, from);
            self.order[to - 1] = slot as u16;
        } else {
            self.order.copy_within(to..from, to + 1);
            self.order[to] = slot as u16;
        }
        self.values[slot] = value;
        self.next = if slot + 1 == self.window { 0 } else { slot + 1 };
    }

    /// Largest difference of counts between recent and sampled rows.
    fn distance(&mut self) -> i32 {
        let older = self.window - self.recent;
        let slot = |age: usize| {
            let slot = self.next + age;
            if slot >= self.window { slot - self.window } else { slot }
        };
        self.side.fill(0);
        for age in older..self.window {
            self.side[slot(age)] = 1;
        }
        // A sample of the older rows: the first steps of a shuffle that never starts over.
        for place in 0..self.recent {
            let other = if older == self.recent { place } else { place + self.draws.below(older - place) };
            self.places.swap(place, other);
            self.side[slot(self.places[place] as usize)] = -1;
        }
        let (mut count, mut largest) = (0_i32, 0);
        for (rank, &slot) in self.order.iter().enumerate() {
            count += i32::from(self.side[slot as usize]);
            // Among equal values only the last one counts.
            let last = match self.order.get(rank + 1) {
                Some(&next) => self.values[next as usize] != self.values[slot as usize],
                None => true,
            };
            largest = largest.max(if last { count.abs() } else { 0 });
        }
        largest
    }
}

impl Detector for Kswin {
    fn update(&mut self, value: f64) -> bool {
        self.insert(value);
        if self.values.len() < self.window {
            return false;
        }
        let alarm = self.distance() >= self.critical;
        if alarm {
            self.values.clear();
            self.order.clear();
            self.next = 0;
        }
        alarm
    }
}
