//! Fixed-order arithmetic at the width of the machine.
//!
//! `wide_fn!` compiles a function of plain Rust once more for AVX2 and once for AVX-512 and picks at run time.
//! Multiplications and additions are never fused and the lanes of a sum are fixed by the code, not by the machine,
//! so every width gives the same bytes.

/// Lanes of every sum in this crate: a constant, since it decides the rounding.
pub const LANES: usize = 8;

/// Defines a function whose body is compiled for the widest instructions that the machine has; the result does not
/// depend on them. What the body calls must be `#[inline(always)]` to profit, and a closure cannot be.
macro_rules! wide_fn {
    ($(#[$note:meta])* $seen:vis fn $name:ident<$($life:lifetime),*>($($arg:ident: $type:ty),* $(,)?) -> $out:ty $body:block) => {
        $(#[$note])*
        $seen fn $name<$($life),*>($($arg: $type),*) -> $out {
            struct Kernel<$($life),*> {
                $($arg: $type),*
            }
            impl<$($life),*> pulp::WithSimd for Kernel<$($life),*> {
                type Output = $out;
                #[inline(always)]
                fn with_simd<S: pulp::Simd>(self, _: S) -> $out {
                    let Kernel { $($arg),* } = self;
                    $body
                }
            }
            pulp::Arch::new().dispatch(Kernel { $($arg),* })
        }
    };
}
pub(crate) use wide_fn;

/// The sum of products of two slices of equal length, in eight lanes.
///
/// ```
/// assert_eq!(mllab_kit::simd::dot(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 32.0);
/// ```
#[inline(always)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    debug_assert_eq!(a.len(), b.len());
    let mut lanes = [0.0; LANES];
    let (left, right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f64 = left.remainder().iter().zip(right.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in left.zip(right) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    fold(lanes) + tail
}

/// Adds `scale * x` to `y`.
#[inline(always)]
pub fn add_scaled(y: &mut [f64], scale: f64, x: &[f64]) {
    for (target, value) in y.iter_mut().zip(x) {
        *target += scale * value;
    }
}

/// The sum of eight lanes, in one order.
#[inline(always)]
pub fn fold(lanes: [f64; LANES]) -> f64 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}

/// `exp(x)` without branches, so that a loop over it becomes vector code; relative error below 3e-16 · 2.
///
/// Cody and Waite's reduction by ln 2 in two parts and Taylor's polynomial of degree 13 on ±ln 2 / 2; the argument
/// is held within ±700.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52: adding it leaves the integer in the low bits
    let x = x.clamp(-700.0, 700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let power = shifted - ROUND;
    let r = (x - power * 6.931_471_803_691_238e-1) - power * 1.908_214_929_270_587_7e-10;
    let mut sum = 1.0 / 6_227_020_800.0;
    for factorial in
        [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0]
    {
        sum = sum * r + 1.0 / factorial;
    }
    // The integer goes into the exponent: 2^power is exact between -1010 and 1010.
    sum * f64::from_bits(((shifted.to_bits() << 52) as i64 + (1023_i64 << 52)) as u64)
}

/// `1 / (1 + exp(-x))`.
#[inline(always)]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// `ln(1 + exp(x))` without overflow.
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_libm() {
        let mut worst: f64 = 0.0;
        for step in -60_000..=60_000 {
            let x = f64::from(step) * 0.0101;
            worst = worst.max((exp(x) / libm::exp(x) - 1.0).abs());
        }
        assert!(worst < 6e-16, "{worst}");
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn the_widest_code_gives_the_same_bits_as_the_narrowest() {
        let a: Vec<f64> = (0..1003).map(|i| libm::sin(f64::from(i))).collect();
        let b: Vec<f64> = (0..1003).map(|i| libm::cos(f64::from(i * i))).collect();
        assert_eq!(wide_dot(&a, &b).to_bits(), dot(&a, &b).to_bits());
        let mut through = a.clone();
        wide_sigmoid(&mut through);
        assert_eq!(through, a.iter().map(|&v| sigmoid(9.0 * v)).collect::<Vec<_>>());
    }

    wide_fn! {
        fn wide_dot<'a>(a: &'a [f64], b: &'a [f64]) -> f64 {
            dot(a, b)
        }
    }

    wide_fn! {
        fn wide_sigmoid<'a>(values: &'a mut [f64]) -> () {
            values.iter_mut().for_each(|value| *value = sigmoid(9.0 * *value));
        }
    }
}
