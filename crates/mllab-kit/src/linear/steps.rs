//! Logistic regression as a network learns it: by gradient steps on batches of rows.

use super::LogisticModel;
use crate::data::Labelled;
use crate::draws::Draws;
use mllab_core::Stream;

/// Gradient steps on batches, from zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// Rows of a step.
    pub batch: usize,
    /// Passes over the rows.
    pub epochs: usize,
    /// How far a step goes along the mean slope of its batch.
    pub rate: f64,
}

impl Steps {
    /// The model after every epoch; rows come in their order, or are shuffled anew each epoch.
    ///
    /// ```
    /// use mllab_kit::data::classes::TwoGaussians;
    /// use mllab_kit::linear::Steps;
    /// use mllab_core::Stream;
    ///
    /// let clouds = TwoGaussians { prevalence: 0.5, separation: 2.0, informative: 2, columns: 2 };
    /// let table = clouds.draw(100, &Stream::root(1));
    /// let all = Steps { batch: 100, epochs: 3, rate: 0.1 };
    /// assert_eq!(all.fit(&table, None), all.fit(&table, Some(&Stream::root(2))), "one step of all rows has no order");
    /// ```
    pub fn fit(&self, table: &Labelled, shuffled: Option<&Stream>) -> Vec<LogisticModel> {
        let (n, p) = table.x.dim();
        let mut model = LogisticModel { weights: vec![0.0; p], intercept: 0.0, iterations: 0 };
        let mut models = Vec::with_capacity(self.epochs);
        for epoch in 0..self.epochs {
            let order = match shuffled {
                Some(stream) => Draws::new(&stream.child("epoch", epoch as u64)).permutation(n),
                None => (0..n).collect(),
            };
            for rows in order.chunks(self.batch) {
                // Rows of a batch are added in the file's order, so that one step of all rows is the same to the last bit.
                let mut rows = rows.to_vec();
                rows.sort_unstable();
                let (mut slope, mut slope_of_all) = (vec![0.0; p], 0.0);
                for &row in &rows {
                    let x = table.x.row(row);
                    let logit = x.iter().zip(&model.weights).map(|(x, w)| x * w).sum::<f64>() + model.intercept;
                    let miss = 1.0 / (1.0 + libm::exp(-logit)) - f64::from(u8::from(table.y[row]));
                    x.iter().zip(&mut slope).for_each(|(x, slope)| *slope += miss * x);
                    slope_of_all += miss;
                }
                let rate = self.rate / rows.len() as f64;
                model.weights.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= rate * slope);
                model.intercept -= rate * slope_of_all;
                model.iterations += 1;
            }
            models.push(model.clone());
        }
        models
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::TwoGaussians;
    use crate::linear::Logistic;

    #[test]
    fn many_steps_end_where_newton_does() {
        let clouds = TwoGaussians { prevalence: 0.5, separation: 1.0, informative: 2, columns: 2 };
        let table = clouds.draw(200, &Stream::root(1));
        let settings = Logistic { l2: 0.0, ..Logistic::default() };
        let newton = settings.fit(table.x.view(), &table.y, None).unwrap();
        let models = Steps { batch: 200, epochs: 3000, rate: 1.0 }.fit(&table, None);
        let last = &models[2999];
        assert!((last.intercept - newton.intercept).abs() < 1e-6 && last.iterations == 3000);
        assert!(last.weights.iter().zip(&newton.weights).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
