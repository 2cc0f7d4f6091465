//! What probability says of counts, to hold experiments against.

use crate::draws::Draws;
use mllab_core::Stream;

/// The chance that `count` of the `marked` among `all` are among `drawn`, without replacement: the hypergeometric law.
///
/// ```
/// let none = mllab_kit::theory::hypergeometric(0, 12, 400, 80);
/// let by_hand: f64 = (0..12).map(|i| f64::from(320 - i) / f64::from(400 - i)).product();
/// assert!((none - by_hand).abs() < 1e-9);
/// ```
pub fn hypergeometric(count: usize, marked: usize, all: usize, drawn: usize) -> f64 {
    let choose = |n: usize, k: usize| ln_choose(n as f64, k as f64);
    if count > marked.min(drawn) || drawn - count > all - marked {
        return 0.0;
    }
    libm::exp(choose(marked, count) + choose(all - marked, drawn - count) - choose(all, drawn))
}

/// The expected share of heads of the best of so many series of coin flips: Σ P(max > m) / flips.
pub fn best_of_coins(series: usize, flips: usize) -> f64 {
    let n = flips as f64;
    let ln_half = n * libm::log(0.5);
    let mut at_most = 0.0;
    let mut sum = 0.0;
    for m in 0..flips {
        at_most += libm::exp(ln_choose(n, m as f64) + ln_half);
        sum += 1.0 - libm::pow(at_most.min(1.0), series as f64);
    }
    sum / n
}

/// Of `candidates` that are right on each row with chance `right`, the best on `rows` validation rows: its accuracy on
/// fresh rows, and on the validation rows. With as many rows of either class accuracy is the ROC-AUC of the decisions.
pub fn best_of(candidates: usize, rows: usize, right: f64, fresh: usize, stream: &Stream) -> [f64; 2] {
    let mut draws = Draws::new(stream);
    let hits = |n: usize, draws: &mut Draws| (0..n).filter(|_| draws.happens(right)).count() as f64 / n as f64;
    let best = (0..candidates).map(|_| hits(rows, &mut draws)).fold(0.0, f64::max);
    [hits(fresh, &mut Draws::new(&stream.child("fresh", 0))), best]
}

/// The logarithm of a binomial coefficient.
fn ln_choose(n: f64, k: f64) -> f64 {
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 12 of 400, 80 drawn: mean 2.4, sd 1.37.
    #[test]
    fn the_hypergeometric_law_has_its_moments() {
        let chance = |count| hypergeometric(count, 12, 400, 80);
        let average: f64 = (0..=12).map(|count| count as f64 * chance(count)).sum();
        assert!((average - 2.4).abs() < 1e-9);
        let variance: f64 = (0..=12).map(|count| (count as f64 - 2.4).powi(2) * chance(count)).sum();
        assert!((variance.sqrt() - 1.37).abs() < 0.01, "{}", variance.sqrt());
        assert_eq!((chance(13), hypergeometric(0, 3, 4, 2)), (0.0, 0.0));
    }

    #[test]
    fn the_best_of_many_coin_flips_is_as_good_as_the_binomial_says() {
        for (k, runs) in [(1, 4000), (10, 1000), (100, 200), (1000, 60)] {
            let best: Vec<f64> =
                (0..runs).map(|i| best_of(k, 200, 0.5, 10, &Stream::root(10).child("run", i))[1]).collect();
            let found = best.iter().sum::<f64>() / runs as f64;
            let error = (best.iter().map(|v| (v - found).powi(2)).sum::<f64>()).sqrt() / runs as f64;
            assert!((found - best_of_coins(k, 200)).abs() < 4.0 * error, "K = {k}: {found}");
        }
    }

    #[test]
    fn the_largest_of_binomials_is_known() {
        for (series, known) in [(1, 0.5), (10, 0.5543), (100, 0.5884), (1000, 0.6141)] {
            let found = best_of_coins(series, 200);
            assert!((found - known).abs() < 5e-5, "{series}: {found}");
        }
    }
}
