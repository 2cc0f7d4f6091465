//! The two widths of number that a network can be trained in.

use super::multiply::{Factor, Panels, multiply_add};
use crate::simd;
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

impl Real for f64 {
    type Space = Panels<f64, 8>;
    #[inline(always)]
    fn multiply<S: Simd>(
        simd: S,
        space: &mut Self::Space,
        c: &mut [Self],
        shape: (usize, usize, usize),
        a: Factor<Self>,
        b: Factor<Self>,
    ) {
        multiply_add(simd, space, c, shape, a, b);
    }
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn exp(self) -> Self {
        simd::exp(self)
    }
}

impl Real for f32 {
    type Space = Panels<f32, 16>;
    #[inline(always)]
    fn multiply<S: Simd>(
        simd: S,
        space: &mut Self::Space,
        c: &mut [Self],
        shape: (usize, usize, usize),
        a: Factor<Self>,
        b: Factor<Self>,
    ) {
        multiply_add(simd, space, c, shape, a, b);
    }
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    /// Cody and Waite's reduction by ln 2 in two parts and Taylor's polynomial of degree 6 on ±ln 2 / 2; relative error
    /// below 2e-7, the argument held within ±87.
    #[inline(always)]
    fn exp(self) -> Self {
        const ROUND: f32 = 12_582_912.0; // 1.5 · 2^23: adding it leaves the integer in the low bits
        let x = self.clamp(-87.0, 87.0);
        let shifted = x * std::f32::consts::LOG2_E + ROUND;
        let power = shifted - ROUND;
        let r = (x - power * 0.693_359_4) + power * 2.121_944_4e-4;
        let mut sum = 1.0 / 720.0;
        for factor in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
            sum = sum * r + factor;
        }
        sum * f32::from_bits(((shifted.to_bits() << 23) as i32 + (127_i32 << 23)) as u32)
    }
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
