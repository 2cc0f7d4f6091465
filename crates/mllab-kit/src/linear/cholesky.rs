//! Solving small symmetric positive definite systems.

/// The lower factor L of A = LLᵀ, row by row.
#[derive(Debug, Clone)]
pub(super) struct Cholesky {
    lower: Vec<f64>,
    size: usize,
}

impl Cholesky {
    /// Factors a full `size` by `size` matrix, of which the lower triangle is read.
    ///
    /// A pivot that rounding has eaten (collinear columns) is replaced by a small positive one, so that the result
    /// is always a usable preconditioner.
    pub(super) fn new(matrix: &[f64], size: usize) -> Self {
        let mut lower = matrix.to_vec();
        let largest = (0..size).map(|i| matrix[i * size + i]).fold(f64::MIN_POSITIVE, f64::max);
        for i in 0..size {
            for j in 0..=i {
                let (row_i, row_j) = (&lower[i * size..i * size + j], &lower[j * size..j * size + j]);
                let value = lower[i * size + j] - crate::simd::dot(row_i, row_j);
                lower[i * size + j] =
                    if i == j { value.max(1e-12 * largest).sqrt() } else { value / lower[j * size + j] };
            }
        }
        Cholesky { lower, size }
    }

    /// Replaces `b` by A⁻¹b.
    pub(super) fn solve(&self, b: &mut [f64]) {
        let (lower, size) = (&self.lower, self.size);
        for i in 0..size {
            let known = crate::simd::dot(&lower[i * size..i * size + i], &b[..i]);
            b[i] = (b[i] - known) / lower[i * size + i];
        }
        for i in (0..size).rev() {
            b[i] /= lower[i * size + i];
            let value = b[i];
            for j in 0..i {
                b[j] -= lower[i * size + j] * value;
            }
        }
    }
}
