//! Descent that sees some rows a step.

use super::{FullBatch, Method, Objective, Optimiser, near_zero};
use crate::draws::Draws;
use mllab_core::Stream;

/// Descent from zero weights on rows drawn with replacement, which can be stopped, copied and continued.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::classes::Logistic;
/// use mllab_kit::descent::{FullBatch, Walk};
///
/// let rows = Logistic { intercept: 0.0, weights: vec![2.0] }.draw(100, &Stream::root(1));
/// let loss = FullBatch::new(rows.x.view(), &rows.y, 0.01)?;
/// let (mut walk, mut losses) = (Walk::new(&loss, Some(4), &Stream::root(2)), Vec::new());
/// walk.go(200, |_| 0.1, |_| true, &mut losses);
/// assert!(losses.len() == 200 && losses[199] < losses[0]);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Clone)]
pub struct Walk<'a> {
    loss: &'a FullBatch,
    batch: Option<usize>,
    draws: Draws,
    weights: Vec<f64>,
    slope: Vec<f64>,
    rows: Vec<usize>,
    step: usize,
}

impl<'a> Walk<'a> {
    /// On so many rows a step, or on all.
    pub fn new(loss: &'a FullBatch, batch: Option<usize>, stream: &Stream) -> Self {
        let weights = vec![0.0; loss.n_weights()];
        let draws = Draws::new(&stream.child("batches", 0));
        Walk { loss, batch, draws, slope: weights.clone(), weights, rows: Vec::new(), step: 0 }
    }

    /// So many steps; pushes the loss over all rows before each, NaN where rows are few and the step is not watched.
    pub fn go(
        &mut self,
        steps: usize,
        rate: impl Fn(usize) -> f64,
        watched: impl Fn(usize) -> bool,
        losses: &mut Vec<f64>,
    ) {
        let mut optimiser = Optimiser::new(Method::Plain, self.weights.len());
        for _ in 0..steps {
            if let Some(batch) = self.batch {
                let seen = watched(self.step).then(|| self.loss.slope(&self.weights, &mut self.slope));
                losses.push(seen.unwrap_or(f64::NAN));
                self.rows.clear();
                self.rows.extend((0..batch).map(|_| self.draws.below(self.loss.n_rows())));
                self.loss.slope_of_rows(&self.rows, &self.weights, &mut self.slope);
            } else {
                losses.push(self.loss.slope(&self.weights, &mut self.slope));
            }
            optimiser.step(rate(self.step), &mut self.weights, &self.slope);
            self.step += 1;
        }
    }
}

/// The loss over all rows before each step and after the last, from weights near zero; batches are drawn without
/// replacement within an epoch. What nobody asks for before `from`, a mini-batch does not pay: there the losses are NaN.
pub fn epoch_losses(loss: &FullBatch, rate: f64, batch: usize, steps: usize, from: usize, stream: &Stream) -> Vec<f64> {
    let n_rows = loss.n_rows();
    let mut draws = Draws::new(&stream.child("batches", batch as u64));
    let mut weights = near_zero(loss.n_weights(), stream);
    let (mut slope, mut unused) = (weights.clone(), weights.clone());
    let mut optimiser = Optimiser::new(Method::Plain, weights.len());
    let (mut order, mut next) = ((0..n_rows).collect::<Vec<_>>(), n_rows);
    let mut seen = Vec::with_capacity(steps + 1);
    for step in 0..steps {
        if batch >= n_rows {
            seen.push(loss.slope(&weights, &mut slope));
        } else {
            seen.push(if step < from { f64::NAN } else { loss.slope(&weights, &mut unused) });
            if next + batch > n_rows {
                draws.shuffle(&mut order);
                next = 0;
            }
            loss.slope_of_rows(&order[next..next + batch], &weights, &mut slope);
            next += batch;
        }
        optimiser.step(rate, &mut weights, &slope);
    }
    seen.push(loss.slope(&weights, &mut unused));
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes::Logistic;

    #[test]
    fn all_rows_are_one_batch_and_few_rows_swing() {
        let rows = Logistic { intercept: 0.3, weights: vec![1.0, -1.0] }.draw(100, &Stream::root(1));
        let loss = FullBatch::new(rows.x.view(), &rows.y, 0.01).unwrap();
        let losses = |batch| epoch_losses(&loss, 0.2, batch, 100, 50, &Stream::root(2));
        let rises = |losses: &[f64]| losses.windows(2).filter(|pair| pair[1] > pair[0]).count();
        assert_eq!((losses(100).len(), rises(&losses(100)), losses(100)), (101, 0, losses(200)));
        let few = losses(4);
        assert!(few[..50].iter().all(|loss| loss.is_nan()) && rises(&few[50..]) > 10);
    }
}
