//! The two widths of number that a network can be trained in.

use super::panels::Factor;
use pulp::Simd;
use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// `f64`, or `f32` where speed matters more than the last digits.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The nearest number of this width.
    fn of(value: f64) -> Self;
    /// As 64 bits.
    fn wide(self) -> f64;
    /// e to the power of this number, without branches.
    #[must_use]
    fn exp(self) -> Self;
    /// Space for [`Real::multiply`], in panels as wide as two vectors of 256 bits.
    type Space: Clone + Debug + Default + Send;
    /// Adds the product of `a` (rows × depth) and `b` (depth × columns) to `c` (rows × columns, row by row).
    fn multiply<S: Simd>(
        simd: S,
        space: &mut Self::Space,
        c: &mut [Self],
        shape: (usize, usize, usize),
        a: Factor<Self>,
        b: Factor<Self>,
    );
}

/// The hyperbolic tangent, without branches.
#[inline(always)]
pub fn tanh<T: Real>(x: T) -> T {
    let e = (x + x).exp();
    T::ONE - (T::ONE + T::ONE) / (e + T::ONE)
}

/// 1 / (1 + e^−x).
#[inline(always)]
pub fn sigmoid<T: Real>(x: T) -> T {
    T::ONE / (T::ONE + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_widths_agree_with_libm() {
        for step in -4000..=4000 {
            let x = f64::from(step) * 0.005;
            assert!((tanh(x) - libm::tanh(x)).abs() < 1e-15 + 1e-15 * x.abs(), "{x}");
            assert!((tanh(x as f32).wide() - libm::tanh(x)).abs() < 3e-7, "{x}");
            assert!(((x as f32).exp().wide() / libm::exp(f64::from(x as f32)) - 1.0).abs() < 3e-7, "{x}");
        }
    }
}
