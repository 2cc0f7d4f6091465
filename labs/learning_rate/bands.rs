//! What the lab's pictures share: many runs as a middle line and a band.

use mllab_core::Table;
use mllab_core::figure::{Hue, Line};

/// The tenth, fiftieth and ninetieth percentile of many runs at each step.
pub struct Bands {
    pub low: Vec<f64>,
    pub middle: Vec<f64>,
    pub high: Vec<f64>,
}

impl Bands {
    /// From runs of one length.
    pub fn of(runs: &[impl AsRef<[f64]>]) -> Self {
        let n_steps = runs.iter().map(|run| run.as_ref().len()).min().unwrap_or(0);
        let mut bands = Bands { low: Vec::new(), middle: Vec::new(), high: Vec::new() };
        for step in 0..n_steps {
            let mut values: Vec<f64> = runs.iter().map(|run| run.as_ref()[step]).collect();
            values.sort_by(f64::total_cmp);
            let quantile = |q: f64| values[((values.len() - 1) as f64 * q).round() as usize];
            bands.low.push(quantile(0.1));
            bands.middle.push(quantile(0.5));
            bands.high.push(quantile(0.9));
        }
        bands
    }

    /// Adds a row a step: the arm's name, the step, and the three values.
    pub fn tabulate(&self, table: &mut Table, arm: &str, x: &[f64]) {
        for (i, x) in x.iter().enumerate() {
            table.row([arm.into(), (*x).into(), self.middle[i].into(), self.low[i].into(), self.high[i].into()]);
        }
    }

    /// The middle line with its band.
    pub fn line(self, x: Vec<f64>, hue: Hue) -> Line {
        Line::new(x, self.middle, hue).band(self.low, self.high)
    }
}

/// An empty table for [`Bands::tabulate`].
pub fn band_table(id: &str, x: (&str, &str), y: (&str, &str)) -> Table {
    Table::new(id, &[("arm", ""), x, y, ("low", y.1), ("high", y.1)])
}
