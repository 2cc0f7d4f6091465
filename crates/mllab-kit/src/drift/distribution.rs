//! Distributions of the test statistics.

/// Φ(z).
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The z with Φ(z) = p, by bisection.
pub fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-39.0, 39.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if normal_cdf(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The probability that chi-square with so many degrees of freedom exceeds `statistic`.
pub fn chi_square_tail(statistic: f64, degrees: f64) -> f64 {
    let (a, x) = (0.5 * degrees, 0.5 * statistic);
    if x <= 0.0 {
        return 1.0;
    }
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        // The series of the lower incomplete gamma function.
        let (mut term, mut sum, mut k) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            k += 1.0;
            term *= x / k;
            sum += term;
        }
        return 1.0 - front * sum;
    }
    // Lentz's continued fraction of the upper one (Numerical Recipes, 6.2).
    let (mut b, mut c, mut d) = (x + 1.0 - a, 1e300, 1.0 / (x + 1.0 - a));
    let mut h = d;
    for i in 1..500 {
        let an = -f64::from(i) * (f64::from(i) - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    front * h
}

/// The asymptotic p of a two-sample Kolmogorov-Smirnov distance, as scipy's `ks_2samp(method="asymp")`: the one-sample
/// distribution at nm / (n + m) rows, rounded.
pub fn ks_p(distance: f64, n: usize, m: usize) -> f64 {
    let (n, m) = (n as f64, m as f64);
    kolmogorov_tail(distance, (n * m / (n + m)).round_ties_even())
}

/// The exact p of two samples of `n` rows each whose counts differ by `count` at most, both sides: lattice paths that
/// leave a strip (Gnedenko and Korolyuk 1951).
pub fn ks_p_exact(count: usize, n: usize) -> f64 {
    if count == 0 {
        return 1.0;
    }
    // C(2n, n − jk) / C(2n, n) as a product.
    let ratio = |shift: usize| -> f64 { (0..shift).map(|i| (n - i) as f64 / (n + 1 + i) as f64).product() };
    let paths = |shift: usize| if shift > n { 0.0 } else { ratio(shift) };
    let sum: f64 = (1..=n / count).map(|j| if j % 2 == 1 { paths(j * count) } else { -paths(j * count) }).sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

/// The probability that the two-sided one-sample Kolmogorov-Smirnov distance of `n` rows exceeds `d`.
///
/// Up to 140 rows, and for small distances, exactly, by Durbin's matrix (Marsaglia, Tsang and Wang 2003); above by the
/// expansion of Pelz and Good (1976); the far tail by Smirnov's one-sided sum, twice (Simard and L'Ecuyer 2011). The
/// choice is scipy's `kstwo`.
pub fn kolmogorov_tail(d: f64, n: f64) -> f64 {
    if n < 1.0 || d <= 0.5 / n {
        return 1.0;
    }
    if d >= 1.0 {
        return 0.0;
    }
    let squared = n * d * d;
    if squared > 370.0 {
        0.0
    } else if squared > 2.2 && n <= 20_000.0 {
        (2.0 * smirnov_tail(d, n)).min(1.0)
    } else if n <= 140.0 || (n <= 100_000.0 && n * d * d.sqrt() <= 1.4) {
        (1.0 - durbin(d, n)).clamp(0.0, 1.0)
    } else {
        (1.0 - pelz_good(d, n)).clamp(0.0, 1.0)
    }
}

/// P(D⁺ > d), Smirnov's exact sum.
fn smirnov_tail(d: f64, n: f64) -> f64 {
    let last = (n * (1.0 - d)).floor() as usize;
    let whole = libm::lgamma(n + 1.0);
    let term = |j: usize| {
        let j = j as f64;
        let (a, b) = (d + j / n, 1.0 - d - j / n);
        if b <= 0.0 {
            return 0.0;
        }
        let choose = whole - libm::lgamma(j + 1.0) - libm::lgamma(n - j + 1.0);
        libm::exp(choose + (j - 1.0) * libm::log(a) + (n - j) * libm::log(b))
    };
    d * (0..=last).map(term).sum::<f64>()
}

/// P(D ≤ d) by the power of a matrix.
fn durbin(d: f64, n: f64) -> f64 {
    let k = (n * d) as usize + 1;
    let m = 2 * k - 1;
    let h = k as f64 - n * d;
    let mut matrix = vec![0.0; m * m];
    for i in 0..m {
        for j in 0..m {
            matrix[i * m + j] = if i + 1 < j { 0.0 } else { 1.0 };
        }
    }
    for i in 0..m {
        matrix[i * m] -= h.powi(i as i32 + 1);
        matrix[(m - 1) * m + i] -= h.powi((m - i) as i32);
    }
    if 2.0 * h > 1.0 {
        matrix[(m - 1) * m] += (2.0 * h - 1.0).powi(m as i32);
    }
    for i in 0..m {
        for j in 0..m {
            if i + 1 > j {
                matrix[i * m + j] /= libm::tgamma((i + 1 - j) as f64 + 1.0);
            }
        }
    }
    let times = |a: &[f64], b: &[f64]| -> Vec<f64> {
        let mut out = vec![0.0; m * m];
        for i in 0..m {
            for l in 0..m {
                let factor = a[i * m + l];
                for j in 0..m {
                    out[i * m + j] += factor * b[l * m + j];
                }
            }
        }
        out
    };
    // Square and multiply, with n!/nⁿ spread over the steps by a common exponent.
    let (mut power, mut exponent, mut base, mut base_exponent) = (identity(m), 0.0, matrix, 0.0);
    let mut left = n as usize;
    while left > 0 {
        if left % 2 == 1 {
            power = times(&power, &base);
            exponent += base_exponent;
        }
        base = times(&base, &base);
        base_exponent *= 2.0;
        for (matrix, exponent) in [(&mut power, &mut exponent), (&mut base, &mut base_exponent)] {
            let middle = matrix[(k - 1) * m + k - 1];
            if middle > 1e140 {
                matrix.iter_mut().for_each(|value| *value /= middle);
                *exponent += libm::log(middle);
            }
        }
        left /= 2;
    }
    let middle = power[(k - 1) * m + k - 1];
    libm::exp(libm::log(middle) + exponent + libm::lgamma(n + 1.0) - n * libm::log(n))
}

fn identity(m: usize) -> Vec<f64> {
    (0..m * m).map(|cell| if cell % (m + 1) == 0 { 1.0 } else { 0.0 }).collect()
}

/// P(D ≤ d) by four terms of the expansion in 1/√n.
fn pelz_good(d: f64, n: f64) -> f64 {
    let pi2 = std::f64::consts::PI * std::f64::consts::PI;
    let pi4 = pi2 * pi2;
    let x = n.sqrt() * d;
    let (x2, x4, x6) = (x * x, x.powi(4), x.powi(6));
    let root = (2.0 * std::f64::consts::PI).sqrt();
    let (mut k0, mut k1, mut k2, mut k3) = (0.0, 0.0, 0.0, 0.0);
    let (mut k2b, mut k3b) = (0.0, 0.0);
    for k in 0..40 {
        let half = f64::from(k) + 0.5;
        let (h2, h4, h6) = (half * half, half.powi(4), half.powi(6));
        let weight = libm::exp(-h2 * pi2 / (2.0 * x2));
        k0 += weight;
        k1 += (pi2 * h2 - x2) * weight;
        k2 += (6.0 * x6 + 2.0 * x4 + pi2 * (2.0 * x4 - 5.0 * x2) * h2 + pi4 * (1.0 - 2.0 * x2) * h4) * weight;
        k3 += (-30.0 * x6 - 90.0 * x.powi(8)
            + pi2 * (135.0 * x4 - 96.0 * x6) * h2
            + pi4 * (212.0 * x4 - 60.0 * x2) * h4
            + pi2 * pi4 * (5.0 - 30.0 * x2) * h6)
            * weight;
        let whole = f64::from(k + 1);
        let w2 = whole * whole;
        let weight = libm::exp(-w2 * pi2 / (2.0 * x2));
        k2b += pi2 * w2 * weight;
        k3b += (3.0 * pi2 * w2 * x2 - pi4 * w2 * w2) * weight;
    }
    let k0 = k0 * root / x;
    let k1 = k1 * root / (6.0 * x4);
    let k2 = k2 * root / (72.0 * x.powi(7)) - k2b * root / (36.0 * x2 * x);
    let k3 = k3 * root / (6480.0 * x.powi(10)) + k3b * root / (216.0 * x6);
    k0 + k1 / n.sqrt() + k2 / n + k3 / (n * n.sqrt())
}
