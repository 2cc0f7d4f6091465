//! Many runs as a middle line and a band.
//!
//! A lab finds here quantiles over runs, for what must be seen run by run and not as an interval of a mean: a median with the
//! part that holds most runs, as a table that a panel draws.

use mllab_core::figure::{Hue, Line};
use mllab_core::{Estimate, Table};

/// The values of `values` at the given shares of their order, each the nearest order statistic; `values` must not be
/// empty.
///
/// ```
/// assert_eq!(mllab_kit::bands::quantiles(vec![5.0, 1.0, 3.0], [0.0, 0.5, 0.9]), [1.0, 3.0, 5.0]);
/// ```
pub fn quantiles<const N: usize>(mut values: Vec<f64>, shares: [f64; N]) -> [f64; N] {
    values.sort_by(f64::total_cmp);
    shares.map(|share| values[((values.len() - 1) as f64 * share).round() as usize])
}

/// The mean; `values` must not be empty.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A quantile by linear interpolation between order statistics; `values` must not be empty.
///
/// ```
/// assert_eq!(mllab_kit::bands::quantile(&[8.0, 0.0, 4.0], 0.25), 2.0);
/// ```
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = share * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

/// The tenth, fiftieth and ninetieth percentile of many runs at each place of a common grid.
#[derive(Clone, Debug, Default)]
pub struct Bands {
    /// The tenth percentiles.
    pub low: Vec<f64>,
    /// The medians.
    pub middle: Vec<f64>,
    /// The ninetieth percentiles.
    pub high: Vec<f64>,
}

impl Bands {
    /// From runs, each with a value a place; as many places as the shortest run has.
    ///
    /// ```
    /// let runs = [[1.0, 10.0], [2.0, 30.0], [3.0, 20.0]];
    /// assert_eq!(mllab_kit::bands::Bands::of(&runs).middle, [2.0, 20.0]);
    /// ```
    pub fn of(runs: &[impl AsRef<[f64]>]) -> Self {
        let n_places = runs.iter().map(|run| run.as_ref().len()).min().unwrap_or(0);
        let mut bands = Bands::default();
        for place in 0..n_places {
            bands.push(runs.iter().map(|run| run.as_ref()[place]).collect());
        }
        bands
    }

    /// Adds a place with the values that the runs have there.
    pub fn push(&mut self, values: Vec<f64>) {
        let [low, middle, high] = quantiles(values, [0.1, 0.5, 0.9]);
        self.low.push(low);
        self.middle.push(middle);
        self.high.push(high);
    }

    /// Adds a row a place to a table of [`band_table`]: the arm's name, x, and the three values.
    pub fn tabulate(&self, table: &mut Table, arm: &str, x: &[f64]) {
        for (i, x) in x.iter().enumerate() {
            table.row([arm.into(), (*x).into(), self.middle[i].into(), self.low[i].into(), self.high[i].into()]);
        }
    }

    /// The middle line with its band.
    pub fn line(&self, x: &[f64], hue: Hue) -> Line {
        Line::new(x.to_vec(), self.middle.clone(), hue).band(self.low.clone(), self.high.clone())
    }
}

/// The y of the first point of a curve, ascending in x, that has come to each x of the grid; of the last where none has.
///
/// ```
/// assert_eq!(mllab_kit::bands::along(&[0.2, 0.5, 0.9], &[(0.1, 3.0), (0.5, 2.0), (0.8, 1.0)]), [2.0, 2.0, 1.0]);
/// ```
pub fn along(grid: &[f64], curve: &[(f64, f64)]) -> Vec<f64> {
    let at = |&x: &f64| curve[curve.partition_point(|point| point.0 < x).min(curve.len() - 1)].1;
    grid.iter().map(at).collect()
}

/// The mean at each place of curves of shares, over the runs that have one there, cut to what a share can be.
///
/// ```
/// let means = mllab_kit::bands::mean_shares(&[[0.5, f64::NAN], [1.0, 0.25]], |run| run);
/// assert_eq!([means[0].point(), means[1].point()], [0.75, 0.25]);
/// ```
pub fn mean_shares<T>(runs: &[T], curve: impl Fn(&T) -> &[f64]) -> Vec<Estimate> {
    let mean = |place: usize| {
        let values: Vec<f64> = runs.iter().map(|run| curve(run)[place]).filter(|value| !value.is_nan()).collect();
        Estimate::mean(&values).cut_to(0.0, 1.0)
    };
    (0..runs.first().map_or(0, |run| curve(run).len())).map(mean).collect()
}

/// Adds a row a place to a table of [`band_table`]: the arm's name, x, and the median, the tenth and the ninetieth
/// percentile of the runs' curves there.
///
/// ```
/// use mllab_kit::bands::{band_table, tabulate};
///
/// let mut table = band_table("losses", ("step", "steps"), ("loss", "1"));
/// tabulate(&mut table, "slow", &[0.0, 1.0], &[vec![4.0, 2.0], vec![5.0, 3.0], vec![6.0, 1.0]], |run| run);
/// assert_eq!(table.of(("slow", 1.0)).numbers("loss"), [2.0]);
/// ```
pub fn tabulate<T>(table: &mut Table, arm: &str, x: &[f64], runs: &[T], curve: impl Fn(&T) -> &[f64]) {
    let curves: Vec<&[f64]> = runs.iter().map(curve).collect();
    Bands::of(&curves).tabulate(table, arm, x);
}

/// An empty table for [`tabulate`]; x and y are a name and a unit each.
pub fn band_table(id: &str, x: (&str, &str), y: (&str, &str)) -> Table {
    Table::new(id, &[("arm", ""), x, y, ("low", y.1), ("high", y.1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_a_ruler() {
        let ruler: Vec<f64> = (0..9).rev().map(f64::from).collect();
        assert_eq!([0.25, 0.5, 0.75].map(|share| quantile(&ruler, share)), [2.0, 4.0, 6.0]);
    }
}
