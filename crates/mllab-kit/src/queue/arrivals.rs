//! How requests come and how much work they bring.

use super::Job;
use crate::draws::Draws;
use mllab_core::Stream;

/// A law of positive numbers with mean 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Always 1.
    Fixed,
    /// Exponential: squared coefficient of variation 1.
    Exponential,
    /// Hyperexponential with balanced means and this squared coefficient of variation, above 1: most are short, a few are
    /// long, and both kinds bring half of the work each.
    Varied(f64),
}

impl Law {
    /// Its variance over the square of its mean.
    pub fn scv(self) -> f64 {
        match self {
            Law::Fixed => 0.0,
            Law::Exponential => 1.0,
            Law::Varied(scv) => scv,
        }
    }

    fn draw(self, draws: &mut Draws) -> f64 {
        match self {
            Law::Fixed => 1.0,
            Law::Exponential => -libm::log(draws.uniform()),
            Law::Varied(scv) => {
                let short = f64::midpoint(1.0, ((scv - 1.0) / (scv + 1.0)).sqrt());
                let share = if draws.happens(short) { short } else { 1.0 - short };
                -libm::log(draws.uniform()) / (2.0 * share)
            }
        }
    }
}

/// Jobs without end at a Poisson `rate`.
pub fn poisson(rate: f64, work: Law, stream: &Stream) -> impl Iterator<Item = Job> + use<> {
    renewal(rate, Law::Exponential, work, stream)
}

/// Jobs without end whose gaps follow a law, at a mean `rate`: in bursts where the gaps vary much. Gaps and works are
/// drawn from streams of their own, so that arms of another rate or law share the rest.
pub fn renewal(rate: f64, gap: Law, work: Law, stream: &Stream) -> impl Iterator<Item = Job> + use<> {
    let mut gaps = Draws::new(&stream.child("gaps", 0));
    let mut works = Draws::new(&stream.child("works", 0));
    let mut now = 0.0;
    std::iter::repeat_with(move || {
        now += gap.draw(&mut gaps) / rate;
        Job { at: now, work: work.draw(&mut works) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_have_mean_one_and_their_variation() {
        for law in [Law::Fixed, Law::Exponential, Law::Varied(4.0), Law::Varied(16.0)] {
            let mut draws = Draws::new(&Stream::root(5));
            let n = 400_000;
            let values: Vec<f64> = (0..n).map(|_| law.draw(&mut draws)).collect();
            let mean = values.iter().sum::<f64>() / f64::from(n);
            let square = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n);
            // Four standard errors of the mean; the variance of a law with heavy ends is known to a tenth.
            assert!((mean - 1.0).abs() <= 4.0 * (law.scv() / f64::from(n)).sqrt() + 1e-12, "{law:?}: {mean}");
            assert!((square - law.scv()).abs() <= 0.1 * law.scv() + 1e-12, "{law:?}: {square}");
        }
    }
}
