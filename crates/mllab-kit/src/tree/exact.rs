//! Cuts between all neighbouring values.
//!
//! Values are known by their rank in the whole table, so a node's rows are put in order without sorting: each adds
//! its pair to the slot of its rank and sets one bit, and the set bits are then read from the lowest up. In small nodes
//! every rank is compared with every other instead, which needs no branch, and a node of all rows reads the order that
//! the table keeps.

use super::columns::{Ranked, RankedColumn};
use super::cut::{CHUNK, Cut, LeftSums, Rule};
use super::model::Work;
use super::span::Span;
use crate::simd::wide_fn;

/// Up to so many rows a node's ranks are all compared with each other.
const FEW: usize = 64;
/// Bits of a number below [`FEW`].
const FEW_BITS: u32 = FEW.trailing_zeros();

/// Exact search over one table, with its buffers.
#[derive(Debug)]
pub(super) struct ExactSearch<'a> {
    table: &'a Ranked,
    rule: Rule,
    slots: Vec<[f64; 2]>,
    slot_rows: Vec<u32>,
    present: Vec<u64>,
    sums: Box<LeftSums>,
    ranks: Box<[u32; CHUNK]>,
}

impl<'a> ExactSearch<'a> {
    pub(super) fn new(table: &'a Ranked, rule: Rule) -> Self {
        let ranks = table.columns.iter().map(|column| column.values.len()).max().unwrap_or(0);
        ExactSearch {
            table,
            rule,
            slots: vec![[0.0; 2]; ranks],
            slot_rows: vec![0; if rule.min_rows > 1 { ranks } else { 0 }],
            present: vec![0; ranks.div_ceil(64)],
            sums: Box::new(LeftSums::new()),
            ranks: Box::new([0; CHUNK]),
        }
    }

    /// The best cut over some columns.
    pub(super) fn best_of(&mut self, span: &Span, columns: &[u32], work: &mut Work) -> Option<Cut> {
        work.rows_scanned += (span.rows.len() * columns.len()) as u64;
        let mut best: Option<Cut> = None;
        for &column in columns {
            let ranked = &self.table.columns[column as usize];
            if ranked.values.len() < 2 {
                continue;
            }
            let mut scan = Scan {
                column,
                span,
                rule: &self.rule,
                sums: &mut self.sums,
                ranks: &mut self.ranks,
                filled: 0,
                left: [0.0; 2],
                left_rows: 0,
                valued: 0,
                best: None,
            };
            if span.rows.len() == self.table.rows {
                scan_all(&mut scan, ranked);
            } else if span.rows.len() <= FEW && ranked.values.len() < 1 << (31 - FEW_BITS) {
                scan_few(&mut scan, ranked);
            } else {
                scan_some(&mut scan, ranked, &mut self.slots, &mut self.slot_rows, &mut self.present);
            }
            work.cuts_valued += scan.valued;
            best = Cut::better(best, scan.best);
        }
        best
    }
}

wide_fn! {
    /// [`Scan::all_rows`] at the machine's width.
    fn scan_all<'a, 's>(scan: &'a mut Scan<'s>, column: &'a RankedColumn) -> () {
        scan.all_rows(column);
    }
}

wide_fn! {
    /// [`Scan::few_rows`] at the machine's width.
    fn scan_few<'a, 's>(scan: &'a mut Scan<'s>, column: &'a RankedColumn) -> () {
        match scan.span.rows.len() {
            0..=8 => scan.few_rows::<8>(column),
            9..=16 => scan.few_rows::<16>(column),
            17..=32 => scan.few_rows::<32>(column),
            _ => scan.few_rows::<FEW>(column),
        }
    }
}

wide_fn! {
    /// [`Scan::some_rows`] at the machine's width.
    fn scan_some<'a, 's>(
        scan: &'a mut Scan<'s>,
        column: &'a RankedColumn,
        slots: &'a mut [[f64; 2]],
        slot_rows: &'a mut [u32],
        present: &'a mut [u64],
    ) -> () {
        scan.some_rows(column, slots, slot_rows, present);
    }
}

/// A walk over the distinct values of one column, from the lowest up.
struct Scan<'s> {
    column: u32,
    span: &'s Span<'s>,
    rule: &'s Rule,
    sums: &'s mut LeftSums,
    ranks: &'s mut [u32; CHUNK],
    filled: usize,
    left: [f64; 2],
    left_rows: u32,
    valued: u64,
    best: Option<Cut>,
}

impl Scan<'_> {
    /// Takes the sums of the next distinct value.
    #[inline(always)]
    fn step(&mut self, rank: u32, pair: [f64; 2], rows: u32) {
        if self.filled == CHUNK {
            self.value_cuts(rank);
        }
        self.left = [self.left[0] + pair[0], self.left[1] + pair[1]];
        self.left_rows += rows;
        self.sums.s[self.filled] = self.left[0];
        self.sums.h[self.filled] = self.left[1];
        self.sums.rows[self.filled] = self.left_rows;
        self.ranks[self.filled] = rank;
        self.filled += 1;
    }

    /// Values the cuts after each collected rank; `next` is the rank that follows the last of them.
    #[inline(always)]
    fn value_cuts(&mut self, next: u32) {
        let floor = self.best.map_or(f64::NEG_INFINITY, |cut| cut.score);
        let rows = self.span.rows.len() as u32;
        if let Some((at, score)) = self.sums.best(self.filled, self.span.total, rows, self.rule, floor) {
            let next = if at + 1 < self.filled { self.ranks[at + 1] } else { next };
            self.best = Some(Cut { column: self.column, code: self.ranks[at], next, score });
        }
        self.valued += self.filled as u64;
        self.filled = 0;
    }

    /// The last distinct value has no cut after it.
    #[inline(always)]
    fn finish(&mut self) {
        if self.filled > 1 {
            let last = self.ranks[self.filled - 1];
            self.filled -= 1;
            self.value_cuts(last);
        }
    }

    #[inline(always)]
    fn all_rows(&mut self, column: &RankedColumn) {
        if column.values.len() == column.order.len() {
            return self.all_rows_untied(column);
        }
        let mut pending: Option<(u32, [f64; 2], u32)> = None;
        for &row in &column.order {
            let pair = self.span.pairs[row as usize];
            let rank = column.rank[row as usize];
            pending = match pending {
                Some((same, sum, rows)) if same == rank => Some((rank, [sum[0] + pair[0], sum[1] + pair[1]], rows + 1)),
                other => {
                    if let Some((rank, sum, rows)) = other {
                        self.step(rank, sum, rows);
                    }
                    Some((rank, pair, 1))
                }
            };
        }
        if let Some((rank, sum, rows)) = pending {
            self.step(rank, sum, rows);
        }
        self.finish();
    }

    /// Every row has a value of its own: a row's place is its rank.
    #[inline(always)]
    fn all_rows_untied(&mut self, column: &RankedColumn) {
        let mut left = [0.0; 2];
        for (chunk, rows) in column.order.chunks(CHUNK).enumerate() {
            let outs = self.sums.s.iter_mut().zip(&mut self.sums.h);
            for (&row, (s, h)) in rows.iter().zip(outs) {
                let pair = self.span.pairs[row as usize];
                left = [left[0] + pair[0], left[1] + pair[1]];
                *s = left[0];
                *h = left[1];
            }
            let start = (chunk * CHUNK) as u32;
            if self.rule.min_rows > 1 {
                self.sums.rows.iter_mut().zip(start + 1..).for_each(|(rows, count)| *rows = count);
            }
            // The last value has no cut after it.
            let cuts = rows.len().min(column.order.len() - 1 - start as usize);
            let floor = self.best.map_or(f64::NEG_INFINITY, |cut| cut.score);
            let count = self.span.rows.len() as u32;
            if let Some((at, score)) = self.sums.best(cuts, self.span.total, count, self.rule, floor) {
                let code = start + at as u32;
                self.best = Some(Cut { column: self.column, code, next: code + 1, score });
            }
            self.valued += cuts as u64;
        }
    }

    /// At most `WIDE` rows: a row's place is the number of rows with a lower key, which is its rank and then its own
    /// number, so that no two are equal.
    #[inline(always)]
    fn few_rows<const WIDE: usize>(&mut self, column: &RankedColumn) {
        let rows = self.span.rows;
        let mut keys = [i32::MAX; WIDE];
        for (place, (key, &row)) in keys.iter_mut().zip(rows).enumerate() {
            *key = (column.rank[row as usize] << FEW_BITS) as i32 | place as i32;
        }
        let mut places = [0_i32; WIDE];
        for &key in &keys[..rows.len()] {
            for (place, other) in places.iter_mut().zip(&keys) {
                *place += i32::from(key < *other);
            }
        }
        let mut sorted = [0_i32; WIDE];
        for (&key, &place) in keys[..rows.len()].iter().zip(&places) {
            sorted[place as usize % WIDE] = key;
        }
        // Running sums are kept out of `self`, where they would be written and read back at every step.
        let pairs = self.span.pairs;
        let (mut left, mut start, mut filled) = ([0.0; 2], 0, 0);
        while start < rows.len() {
            let rank = sorted[start] >> FEW_BITS;
            let (mut sum, mut end) = ([0.0; 2], start);
            while end < rows.len() && sorted[end] >> FEW_BITS == rank {
                let pair = pairs[rows[sorted[end] as usize % FEW] as usize];
                sum = [sum[0] + pair[0], sum[1] + pair[1]];
                end += 1;
            }
            left = [left[0] + sum[0], left[1] + sum[1]];
            self.sums.s[filled % CHUNK] = left[0];
            self.sums.h[filled % CHUNK] = left[1];
            self.sums.rows[filled % CHUNK] = end as u32;
            self.ranks[filled % CHUNK] = rank as u32;
            filled += 1;
            start = end;
        }
        self.filled = filled;
        self.finish();
    }

    #[inline(always)]
    fn some_rows(&mut self, column: &RankedColumn, slots: &mut [[f64; 2]], slot_rows: &mut [u32], present: &mut [u64]) {
        let counted = !slot_rows.is_empty();
        let rank_of = &column.rank[..];
        let Span { rows, pairs, .. } = *self.span;
        for &row in rows {
            let pair = pairs[row as usize];
            let rank = rank_of[row as usize] as usize;
            let slot = &mut slots[rank];
            *slot = [slot[0] + pair[0], slot[1] + pair[1]];
            present[rank / 64] |= 1 << (rank % 64);
            if counted {
                slot_rows[rank] += 1;
            }
        }
        let words = column.values.len().div_ceil(64);
        let (mut left, mut left_rows, mut filled) = ([0.0; 2], 0, 0);
        for (word, bits) in present[..words].iter_mut().enumerate() {
            let mut set = std::mem::take(bits);
            while set != 0 {
                let rank = word * 64 + set.trailing_zeros() as usize;
                set &= set - 1;
                let pair = std::mem::take(&mut slots[rank]);
                if filled == CHUNK {
                    self.filled = filled;
                    self.value_cuts(rank as u32);
                    filled = 0;
                }
                left = [left[0] + pair[0], left[1] + pair[1]];
                self.sums.s[filled] = left[0];
                self.sums.h[filled] = left[1];
                self.ranks[filled] = rank as u32;
                if counted {
                    left_rows += std::mem::take(&mut slot_rows[rank]);
                    self.sums.rows[filled] = left_rows;
                }
                filled += 1;
            }
        }
        self.filled = filled;
        self.finish();
    }
}
