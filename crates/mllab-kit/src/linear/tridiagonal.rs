//! One factorisation for a whole path: A = QTQᵀ with T tridiagonal, so that A + λI is solved in O(p) for each λ.

use crate::simd::{add_scaled, dot, wide_fn};
use ndarray::Array2;

/// A symmetric matrix brought to tridiagonal form by Householder reflections (Golub and Van Loan 2013, §8.3.1).
#[derive(Debug, Clone)]
pub(super) struct Tridiagonal {
    diagonal: Vec<f64>,
    beside: Vec<f64>,
    /// Reflection k acts on entries k + 1 and after, as I − vvᵀ with ‖v‖² = 2 (or v = 0).
    reflections: Vec<Vec<f64>>,
}

impl Tridiagonal {
    /// Factors a symmetric matrix.
    pub(super) fn new(matrix: Array2<f64>) -> Self {
        let p = matrix.nrows();
        let mut a = matrix.into_raw_vec_and_offset().0;
        reduce(&mut a, p)
    }

    pub(super) fn size(&self) -> usize {
        self.diagonal.len()
    }

    /// (A + λI)⁻¹ b for every λ: one column each, rows as in `b`; `None` where A + λI is not positive definite.
    pub(super) fn solve(&self, b: &[f64], lambdas: &[f64]) -> Option<Array2<f64>> {
        let mut turned = b.to_vec();
        for (k, v) in self.reflections.iter().enumerate() {
            let scale = dot(v, &turned[k + 1..]);
            add_scaled(&mut turned[k + 1..], -scale, v);
        }
        let (p, count) = (self.size(), lambdas.len());
        let mut solution = vec![0.0; p * count];
        // All λ march together through LDLᵀ of T + λI, so the divisions run side by side.
        let mut pivots = vec![0.0; p * count];
        for i in 0..p {
            for (k, &lambda) in lambdas.iter().enumerate() {
                let mut pivot = self.diagonal[i] + lambda;
                let mut value = turned[i];
                if i > 0 {
                    let ratio = self.beside[i - 1] / pivots[(i - 1) * count + k];
                    pivot -= ratio * self.beside[i - 1];
                    value -= ratio * solution[(i - 1) * count + k];
                }
                pivots[i * count + k] = pivot;
                solution[i * count + k] = value;
            }
        }
        let floor = self.rounding();
        if pivots.iter().any(|&pivot| pivot.is_nan() || pivot <= floor) {
            return None;
        }
        for i in (0..p).rev() {
            for k in 0..count {
                let next = if i + 1 < p { self.beside[i] * solution[(i + 1) * count + k] } else { 0.0 };
                let at = i * count + k;
                solution[at] = (solution[at] - next) / pivots[at];
            }
        }
        turn_back(&self.reflections, &mut solution, count);
        Some(Array2::from_shape_vec((p, count), solution).expect("p rows of one value a penalty"))
    }

    /// tr (A + λI)⁻¹, from the pivots of both ends (Meurant 1992).
    pub(super) fn inverse_trace(&self, lambda: f64) -> f64 {
        let p = self.size();
        let squares: Vec<f64> = self.beside.iter().map(|b| b * b).collect();
        let mut below = vec![0.0; p];
        for i in (0..p).rev() {
            let rest = if i + 1 < p { squares[i] / below[i + 1] } else { 0.0 };
            below[i] = self.diagonal[i] + lambda - rest;
        }
        let (mut above, mut trace) = (0.0, 0.0);
        for i in 0..p {
            let own = self.diagonal[i] + lambda;
            above = own - if i > 0 { squares[i - 1] / above } else { 0.0 };
            trace += 1.0 / (above + below[i] - own);
        }
        trace
    }

    /// What rounding can leave of an exact zero among the pivots.
    fn rounding(&self) -> f64 {
        let largest = self.diagonal.iter().fold(0.0, |m: f64, d| m.max(d.abs()));
        8.0 * f64::EPSILON * largest
    }
}

wide_fn! {
/// The Householder reduction of a p by p matrix.
fn reduce<'a>(a: &'a mut [f64], p: usize) -> Tridiagonal {
    let (mut beside, mut reflections) = (vec![0.0; p.saturating_sub(1)], Vec::with_capacity(p));
    let mut product = vec![0.0; p];
    for k in 0..p.saturating_sub(1) {
        let rest = p - k - 1;
        let mut v: Vec<f64> = a[k * p + k + 1..(k + 1) * p].to_vec();
        let length = dot(&v, &v).sqrt();
        if length == 0.0 {
            reflections.push(vec![0.0; rest]);
            continue;
        }
        let target = if v[0] > 0.0 { -length } else { length };
        beside[k] = target;
        v[0] -= target;
        let scale = (2.0 / dot(&v, &v)).sqrt();
        v.iter_mut().for_each(|entry| *entry *= scale);
        // B ← B − vwᵀ − wvᵀ with w = Bv − (vᵀBv / 2) v.
        let w = &mut product[..rest];
        for i in 0..rest {
            w[i] = dot(&a[(k + 1 + i) * p + k + 1..(k + 2 + i) * p], &v);
        }
        let half = 0.5 * dot(w, &v);
        add_scaled(w, -half, &v);
        for i in 0..rest {
            let row = &mut a[(k + 1 + i) * p + k + 1..(k + 2 + i) * p];
            let (vi, wi) = (v[i], w[i]);
            for ((entry, &vj), &wj) in row.iter_mut().zip(&v).zip(w.iter()) {
                *entry -= vi * wj + wi * vj;
            }
        }
        reflections.push(v);
    }
    Tridiagonal { diagonal: (0..p).map(|i| a[i * p + i]).collect(), beside, reflections }
}
}

wide_fn! {
/// Applies the reflections, last first, to the rows of `solution`.
fn turn_back<'a>(reflections: &'a [Vec<f64>], solution: &'a mut [f64], count: usize) -> () {
    let mut shares = vec![0.0; count];
    for (k, v) in reflections.iter().enumerate().rev() {
        shares.fill(0.0);
        let rows = &mut solution[(k + 1) * count..];
        for (row, &weight) in rows.chunks_exact(count).zip(v) {
            add_scaled(&mut shares, weight, row);
        }
        for (row, &weight) in rows.chunks_exact_mut(count).zip(v) {
            add_scaled(row, -weight, &shares);
        }
    }
}
}
