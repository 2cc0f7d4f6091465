//! Curves over replicates: mean and interval at each place of a common grid.

use mllab_core::Estimate;

/// Estimates along a grid, apart as a figure wants them.
#[derive(Default)]
pub struct Band {
    pub middle: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Band {
    /// The mean of shares over replicates at each place, with its interval; none where all runs are alike.
    pub fn of_shares(runs: &[&[f64]]) -> Self {
        let mut band = Band::default();
        for place in 0..runs.first().map_or(0, |run| run.len()) {
            let values: Vec<f64> = runs.iter().map(|run| run[place]).filter(|value| !value.is_nan()).collect();
            let e = Estimate::mean(&values);
            band.push(Estimate { low: e.low.clamp(0.0, 1.0), high: e.high.clamp(0.0, 1.0), ..e });
        }
        band
    }

    /// Adds one place.
    pub fn push(&mut self, estimate: Estimate) {
        self.middle.push(estimate.point);
        self.low.push(estimate.low);
        self.high.push(estimate.high);
    }
}

/// 0.02, 0.04, … 0.98.
pub fn grid() -> Vec<f64> {
    (1..50).map(|step| f64::from(step) / 50.0).collect()
}

/// The y of the first point of a curve, ascending in x, that has come to each x of the grid.
pub fn along(grid: &[f64], curve: &[(f64, f64)]) -> Vec<f64> {
    let at = |&x: &f64| curve[curve.partition_point(|point| point.0 < x).min(curve.len() - 1)].1;
    grid.iter().map(at).collect()
}
