//! The product of small matrices, which is where a network spends its time.
//!
//! Both factors are packed into panels of a fixed width, so that the innermost loop runs over whole registers; multiply
//! and add are fused by name and each sum runs along the depth, so every machine rounds alike.

use super::panels::{Factor, Panels, ROWS};
use super::real::Real;
use crate::simd;
use pulp::Simd;

/// The innermost product, in registers.
pub trait Tile<const WIDTH: usize>: Real {
    /// The product of four rows with a panel of columns, both `depth` long.
    fn tile<S: Simd>(simd: S, left: &[[Self; ROWS]], right: &[[Self; WIDTH]]) -> [[Self; WIDTH]; ROWS];
}

/// Implements [`Tile`] for a number by the names that its operations have in [`Simd`].
macro_rules! tile {
    ($number:ty, $width:literal, $lanes:ident, $splat:ident, $mul_add:ident, $registers:ident, $registers_mut:ident) => {
        impl Tile<$width> for $number {
            #[inline(always)]
            fn tile<S: Simd>(simd: S, left: &[[Self; ROWS]], right: &[[Self; $width]]) -> [[Self; $width]; ROWS] {
                /// `N` registers hold a row of the panel.
                #[inline(always)]
                fn in_registers<S: Simd, const N: usize>(
                    simd: S,
                    left: &[[$number; ROWS]],
                    right: &[[$number; $width]],
                ) -> [[$number; $width]; ROWS] {
                    let mut sums = [[simd.$splat(0.0); N]; ROWS];
                    for (left, right) in left.iter().zip(right) {
                        let right = S::$registers(right).0;
                        for i in 0..ROWS {
                            let factor = simd.$splat(left[i]);
                            for j in 0..N {
                                sums[i][j] = simd.$mul_add(factor, right[j], sums[i][j]);
                            }
                        }
                    }
                    let mut product = [[0.0; $width]; ROWS];
                    for (into, sums) in product.iter_mut().zip(&sums) {
                        S::$registers_mut(into).0.copy_from_slice(sums);
                    }
                    product
                }
                match $width / S::$lanes {
                    1 => in_registers::<S, 1>(simd, left, right),
                    2 => in_registers::<S, 2>(simd, left, right),
                    4 => in_registers::<S, 4>(simd, left, right),
                    8 => in_registers::<S, 8>(simd, left, right),
                    _ => in_registers::<S, $width>(simd, left, right),
                }
            }
        }
    };
}

tile!(f32, 16, F32_LANES, splat_f32s, mul_add_f32s, as_simd_f32s, as_mut_simd_f32s);
tile!(f64, 8, F64_LANES, splat_f64s, mul_add_f64s, as_simd_f64s, as_mut_simd_f64s);

/// Adds the product of `a` (rows × depth) and `b` (depth × columns) to `c` (rows × columns, row by row).
#[inline(always)]
pub fn multiply_add<S: Simd, T: Tile<WIDTH>, const WIDTH: usize>(
    simd: S,
    panels: &mut Panels<T, WIDTH>,
    c: &mut [T],
    (rows, depth, columns): (usize, usize, usize),
    a: Factor<T>,
    b: Factor<T>,
) {
    pack_right(&mut panels.right, depth, columns, b);
    for first_row in (0..rows).step_by(ROWS) {
        let n_rows = ROWS.min(rows - first_row);
        pack_left(&mut panels.left, first_row, n_rows, depth, a);
        for (panel, first_column) in panels.right.chunks_exact(depth).zip((0..columns).step_by(WIDTH)) {
            let sums = T::tile(simd, &panels.left, panel);
            let n_columns = WIDTH.min(columns - first_column);
            for (i, sum) in sums.iter().enumerate().take(n_rows) {
                let start = (first_row + i) * columns + first_column;
                for (target, value) in c[start..start + n_columns].iter_mut().zip(sum) {
                    *target += *value;
                }
            }
        }
    }
}

/// Rows `first..first + n` of the left factor, one array a column; rows that do not exist are zero.
#[inline(always)]
fn pack_left<T: Real>(into: &mut Vec<[T; ROWS]>, first: usize, n: usize, depth: usize, a: Factor<T>) {
    into.clear();
    into.extend((0..depth).map(|p| {
        let mut column = [T::ZERO; ROWS];
        for (i, value) in column.iter_mut().enumerate().take(n) {
            *value = a.data[(first + i) * a.row + p * a.column];
        }
        column
    }));
}

/// The right factor in panels of `WIDTH` columns; columns that do not exist are zero.
#[inline(always)]
fn pack_right<T: Real, const WIDTH: usize>(into: &mut Vec<[T; WIDTH]>, depth: usize, columns: usize, b: Factor<T>) {
    into.clear();
    for first in (0..columns).step_by(WIDTH) {
        let n = WIDTH.min(columns - first);
        for p in 0..depth {
            let mut row = [T::ZERO; WIDTH];
            let start = p * b.row + first * b.column;
            if b.column == 1 {
                row[..n].copy_from_slice(&b.data[start..start + n]);
            } else {
                for (j, value) in row.iter_mut().enumerate().take(n) {
                    *value = b.data[start + j * b.column];
                }
            }
            into.push(row);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Product<'a> {
        c: &'a mut [f64],
        shape: (usize, usize, usize),
        left: Factor<'a, f64>,
        right: Factor<'a, f64>,
    }

    impl pulp::WithSimd for Product<'_> {
        type Output = ();
        fn with_simd<S: Simd>(self, simd: S) {
            let plain = &mut self.c.to_vec();
            multiply_add::<_, f64, 8>(simd, &mut Panels::default(), self.c, self.shape, self.left, self.right);
            multiply_add::<_, f64, 8>(pulp::Scalar, &mut Panels::default(), plain, self.shape, self.left, self.right);
            assert_eq!(self.c, plain, "the widest registers round as plain numbers do");
        }
    }

    #[test]
    fn products_agree_with_the_definition() {
        for (rows, depth, columns) in [(1, 1, 1), (4, 3, 8), (5, 7, 9), (32, 20, 64), (3, 10, 17)] {
            let a: Vec<f64> = (0..rows * depth).map(|i| (i as f64 * 0.7).sin()).collect();
            let b: Vec<f64> = (0..depth * columns).map(|i| (i as f64 * 0.3).cos()).collect();
            let turned: Vec<f64> = (0..depth * columns).map(|i| b[(i % depth) * columns + i / depth]).collect();
            let turned_a: Vec<f64> = (0..rows * depth).map(|i| a[(i % rows) * depth + i / rows]).collect();
            for (left, right) in [
                (Factor::rows(&a, depth), Factor::rows(&b, columns)),
                (Factor::turned(&turned_a, rows), Factor::turned(&turned, depth)),
            ] {
                let mut c = vec![1.0; rows * columns];
                let shape = (rows, depth, columns);
                pulp::Arch::new().dispatch(Product { c: &mut c, shape, left, right });
                for i in 0..rows {
                    for j in 0..columns {
                        let sum: f64 = (0..depth).map(|p| a[i * depth + p] * b[p * columns + j]).sum();
                        assert!((c[i * columns + j] - 1.0 - sum).abs() < 1e-12);
                    }
                }
            }
        }
    }
}
