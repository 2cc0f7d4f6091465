//! The columns of a lasso that are not zero, with a Cholesky factor that follows each change of them.

use crate::simd::dot;

/// A column that keeps less than this share of its square once the chosen ones are taken out of it depends on them.
const DEPENDENT: f64 = 1e-12;

/// Columns that do not depend on each other, in the order they came, the signs that their coefficients are to keep,
/// and the lower factor of their part of XᵀX/n + l2 I, a row for each.
#[derive(Default)]
pub(super) struct ActiveSet {
    columns: Vec<usize>,
    signs: Vec<f64>,
    lower: Vec<Vec<f64>>,
}

impl ActiveSet {
    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    pub(super) fn signs(&self) -> &[f64] {
        &self.signs
    }

    /// Adds column `j`, given its column of XᵀX/n. A column that depends on those here is not added: returned are then
    /// the shares of them that make it up.
    #[inline(always)]
    pub(super) fn add(&mut self, j: usize, sign: f64, covariance: &[f64], l2: f64) -> Result<(), Vec<f64>> {
        let mut row: Vec<f64> = self.columns.iter().map(|&i| covariance[i]).collect();
        self.forward(&mut row);
        let own = covariance[j] + l2;
        let pivot = own - dot(&row, &row);
        if pivot <= DEPENDENT * own {
            self.backward(&mut row);
            return Err(row);
        }
        row.push(pivot.sqrt());
        self.columns.push(j);
        self.signs.push(sign);
        self.lower.push(row);
        Ok(())
    }

    /// Takes the `k`th column out; rotations put the rows below it right.
    #[inline(always)]
    pub(super) fn drop(&mut self, k: usize) {
        self.columns.remove(k);
        self.signs.remove(k);
        self.lower.remove(k);
        for i in k..self.lower.len() {
            let (keep, clear) = (self.lower[i][i], self.lower[i][i + 1]);
            let length = libm::hypot(keep, clear);
            let (cos, sin) = (keep / length, clear / length);
            for row in &mut self.lower[i..] {
                (row[i], row[i + 1]) = (cos * row[i] + sin * row[i + 1], cos * row[i + 1] - sin * row[i]);
            }
            self.lower[i].truncate(i + 1);
        }
    }

    /// Replaces `b` by the solution of (XᵀX/n + l2 I) s = b over these columns.
    #[inline(always)]
    pub(super) fn solve(&self, b: &mut [f64]) {
        self.forward(b);
        self.backward(b);
    }

    #[inline(always)]
    fn forward(&self, b: &mut [f64]) {
        for (i, row) in self.lower.iter().enumerate() {
            b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
        }
    }

    #[inline(always)]
    fn backward(&self, b: &mut [f64]) {
        for (i, row) in self.lower.iter().enumerate().rev() {
            b[i] /= row[i];
            let value = b[i];
            b[..i].iter_mut().zip(row).for_each(|(b, l)| *b -= l * value);
        }
    }
}
