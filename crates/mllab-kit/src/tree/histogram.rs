//! Cuts between bins: histograms of (s, h), and the larger child's by subtraction.

use super::columns::{BINS, Binned, BinnedColumn};
use super::cut::{Cut, LeftSums, Rule};
use super::model::Work;
use super::span::Span;
use crate::simd::wide_fn;
use rayon::prelude::*;

/// One column's histogram: (s, h) and, where a row minimum asks for them, row counts.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    sums: [[f64; 2]; BINS],
    rows: Vec<u32>,
}

/// A column number with the smaller child's and the parent's histogram and the column's codes.
type Task<'t> = (usize, ((&'t mut Histogram, &'t mut Histogram), &'t BinnedColumn));

/// From so many row visits a node's columns are shared out among threads.
const PARALLEL: usize = 1 << 15;

/// Histogram search over one table, with the buffers of earlier nodes.
#[derive(Debug)]
pub(super) struct BinnedSearch<'a> {
    table: &'a Binned,
    rule: Rule,
    spare: Vec<Vec<Histogram>>,
    pairs: Vec<[f64; 2]>,
    left: Box<LeftSums>,
}

impl<'a> BinnedSearch<'a> {
    pub(super) fn new(table: &'a Binned, rule: Rule) -> Self {
        BinnedSearch { table, rule, spare: Vec::new(), pairs: Vec::new(), left: Box::new(LeftSums::new()) }
    }

    /// The best cut over some columns, from histograms made for the occasion.
    pub(super) fn best_of(&mut self, span: &Span, columns: &[u32], work: &mut Work) -> Option<Cut> {
        let mut histograms = self.buffer();
        self.gather(span);
        work.rows_scanned += (span.rows.len() * columns.len()) as u64;
        let mut best = None;
        for &column in columns {
            let coded = &self.table.columns[column as usize];
            let histogram = &mut histograms[column as usize];
            let (pairs, rule, left) = (&self.pairs, &self.rule, &mut self.left);
            let cut = from_rows(histogram, (column, coded), span, pairs, rule, left);
            work.cuts_valued += coded.edges.len() as u64;
            best = Cut::better(best, cut);
        }
        self.spare.push(histograms);
        best
    }

    /// The root's histograms and best cut.
    pub(super) fn root(&mut self, span: &Span, work: &mut Work) -> (Vec<Histogram>, Option<Cut>) {
        let mut histograms = self.buffer();
        self.gather(span);
        let (pairs, rule) = (&self.pairs, &self.rule);
        let one = |left: &mut LeftSums, (column, (histogram, coded)): (usize, (&mut Histogram, &BinnedColumn))| {
            from_rows(histogram, (column as u32, coded), span, pairs, rule, left)
        };
        let left = &mut self.left;
        let columns = &self.table.columns;
        let cuts: Vec<Option<Cut>> = if span.rows.len() * columns.len() < PARALLEL {
            histograms.iter_mut().zip(columns).enumerate().map(|task| one(left, task)).collect()
        } else {
            histograms.par_iter_mut().zip(columns).enumerate().map_init(LeftSums::new, one).collect()
        };
        self.count(span.rows.len(), 1, work);
        (histograms, cuts.into_iter().fold(None, Cut::better))
    }

    /// Both children's histograms and best cuts: the smaller one's from its rows, the larger one's by subtraction
    /// from the parent's, whose buffer it takes over.
    pub(super) fn children(
        &mut self,
        mut parent: Vec<Histogram>,
        small: &Span,
        large: &Span,
        work: &mut Work,
    ) -> [(Vec<Histogram>, Option<Cut>); 2] {
        let mut histograms = self.buffer();
        self.gather(small);
        let (pairs, rule) = (&self.pairs, &self.rule);
        let one = |left: &mut LeftSums, (column, ((own, parent), coded)): Task| {
            both(own, parent, (column as u32, coded), [small, large], pairs, rule, left)
        };
        let left = &mut self.left;
        let columns = &self.table.columns;
        let cuts: Vec<[Option<Cut>; 2]> = if small.rows.len() * columns.len() < PARALLEL {
            histograms.iter_mut().zip(&mut parent).zip(columns).enumerate().map(|task| one(left, task)).collect()
        } else {
            histograms.par_iter_mut().zip(&mut parent).zip(columns).enumerate().map_init(LeftSums::new, one).collect()
        };
        self.count(small.rows.len(), 2, work);
        let best = |side: usize| cuts.iter().map(|pair| pair[side]).fold(None, Cut::better);
        let (first, second) = (best(0), best(1));
        [(histograms, first), (parent, second)]
    }

    /// Takes back a buffer that a node no longer needs.
    pub(super) fn give_back(&mut self, histograms: Vec<Histogram>) {
        self.spare.push(histograms);
    }

    fn count(&self, rows: usize, nodes: u64, work: &mut Work) {
        work.rows_scanned += (rows * self.table.columns.len()) as u64;
        work.cuts_valued += nodes * self.table.columns.iter().map(|column| column.edges.len() as u64).sum::<u64>();
    }

    fn buffer(&mut self) -> Vec<Histogram> {
        let fresh = || {
            let counts = if self.rule.min_rows > 1 { BINS } else { 0 };
            vec![Histogram { sums: [[0.0; 2]; BINS], rows: vec![0; counts] }; self.table.columns.len()]
        };
        self.spare.pop().unwrap_or_else(fresh)
    }

    /// The rows' pairs side by side, so that every column reads them in order.
    fn gather(&mut self, span: &Span) {
        self.pairs.clear();
        self.pairs.extend(span.rows.iter().map(|&row| span.pairs[row as usize]));
    }
}

wide_fn! {
    /// Fills a histogram from rows and finds its best cut.
    fn from_rows<'a>(
        histogram: &'a mut Histogram,
        column: (u32, &'a BinnedColumn),
        span: &'a Span<'a>,
        pairs: &'a [[f64; 2]],
        rule: &'a Rule,
        left: &'a mut LeftSums,
    ) -> Option<Cut> {
        histogram.fill(column.1, span.rows, pairs, rule);
        histogram.best(column.0, column.1, span, rule, left)
    }
}

wide_fn! {
    /// Fills the smaller child's histogram, takes it off the parent's, and finds the best cut of both.
    fn both<'a>(
        own: &'a mut Histogram,
        parent: &'a mut Histogram,
        column: (u32, &'a BinnedColumn),
        spans: [&'a Span<'a>; 2],
        pairs: &'a [[f64; 2]],
        rule: &'a Rule,
        left: &'a mut LeftSums,
    ) -> [Option<Cut>; 2] {
        own.fill(column.1, spans[0].rows, pairs, rule);
        parent.subtract(own, column.1.edges.len() + 1);
        let small = own.best(column.0, column.1, spans[0], rule, left);
        [small, parent.best(column.0, column.1, spans[1], rule, left)]
    }
}

impl Histogram {
    #[inline(always)]
    fn fill(&mut self, column: &BinnedColumn, rows: &[u32], pairs: &[[f64; 2]], rule: &Rule) {
        let code = &column.code[..];
        self.sums[..=column.edges.len()].fill([0.0; 2]);
        if rows.len() == code.len() {
            // All rows, and they are kept in ascending order.
            for (&bin, pair) in code.iter().zip(pairs) {
                let cell = &mut self.sums[usize::from(bin)];
                *cell = [cell[0] + pair[0], cell[1] + pair[1]];
            }
        } else {
            for (&row, pair) in rows.iter().zip(pairs) {
                let cell = &mut self.sums[usize::from(code[row as usize])];
                *cell = [cell[0] + pair[0], cell[1] + pair[1]];
            }
        }
        if rule.min_rows > 1 {
            self.rows.fill(0);
            rows.iter().for_each(|&row| self.rows[usize::from(code[row as usize])] += 1);
        }
    }

    #[inline(always)]
    fn subtract(&mut self, part: &Histogram, bins: usize) {
        for (whole, part) in self.sums[..bins].iter_mut().zip(&part.sums[..bins]) {
            *whole = [whole[0] - part[0], whole[1] - part[1]];
        }
        for (whole, part) in self.rows.iter_mut().zip(&part.rows) {
            *whole -= part;
        }
    }

    #[inline(always)]
    fn best(&self, column: u32, coded: &BinnedColumn, span: &Span, rule: &Rule, left: &mut LeftSums) -> Option<Cut> {
        let cuts = coded.edges.len();
        let mut sum = [0.0; 2];
        for (bin, cell) in self.sums[..cuts].iter().enumerate() {
            sum = [sum[0] + cell[0], sum[1] + cell[1]];
            left.s[bin] = sum[0];
            left.h[bin] = sum[1];
        }
        if rule.min_rows > 1 {
            let mut count = 0;
            for (out, rows) in left.rows.iter_mut().zip(&self.rows[..cuts]) {
                count += rows;
                *out = count;
            }
        }
        let (code, score) = left.best(cuts, span.total, span.rows.len() as u32, rule, f64::NEG_INFINITY)?;
        Some(Cut { column, code: code as u32, next: code as u32 + 1, score })
    }
}
