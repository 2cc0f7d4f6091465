//! Many runs as a middle line and a band.

use mllab_core::Table;
use mllab_core::figure::{Hue, Line};

/// The tenth, fiftieth and ninetieth percentile of many runs at each penalty.
pub struct Bands {
    pub low: Vec<f64>,
    pub middle: Vec<f64>,
    pub high: Vec<f64>,
}

impl Bands {
    /// From runs of one length.
    pub fn of(runs: &[Vec<f64>]) -> Self {
        let n = runs.iter().map(Vec::len).min().unwrap_or(0);
        let mut bands = Bands { low: Vec::new(), middle: Vec::new(), high: Vec::new() };
        for k in 0..n {
            let mut values: Vec<f64> = runs.iter().map(|run| run[k]).collect();
            values.sort_by(f64::total_cmp);
            let quantile = |q: f64| values[((values.len() - 1) as f64 * q).round() as usize];
            bands.low.push(quantile(0.1));
            bands.middle.push(quantile(0.5));
            bands.high.push(quantile(0.9));
        }
        bands
    }

    /// Adds a row a penalty: the arm's name, the penalty, and the three values.
    pub fn tabulate(&self, table: &mut Table, arm: &str, lambdas: &[f64]) {
        for (k, lambda) in lambdas.iter().enumerate() {
            table.row([arm.into(), (*lambda).into(), self.middle[k].into(), self.low[k].into(), self.high[k].into()]);
        }
    }

    /// The middle line with its band.
    pub fn line(&self, lambdas: &[f64], hue: Hue) -> Line {
        Line::new(lambdas.to_vec(), self.middle.clone(), hue).band(self.low.clone(), self.high.clone())
    }
}

/// An empty table for [`Bands::tabulate`].
pub fn band_table(id: &str, value: (&str, &str)) -> Table {
    Table::new(id, &[("arm", ""), ("lambda", "1"), value, ("low", value.1), ("high", value.1)])
}
