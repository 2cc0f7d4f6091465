//! Logistic regression that sees all rows at each step.

use super::Objective;
use crate::KitError;
use crate::linear::Logistic;
use crate::preprocess::Standardiser;
use crate::simd::{self, wide_fn};
use ndarray::ArrayView2;

/// Mean log loss over n rows plus half `penalty` times the squared weights; the intercept is the last weight and is
/// not penalised.
#[derive(Clone, Debug)]
pub struct FullBatch {
    /// Rows of p features and a 1, each times +1 or −1 by its label, then zeros up to `stride`, row by row.
    signed: Vec<f64>,
    n_weights: usize,
    /// Whole lanes, so that no sum has a tail.
    stride: usize,
    penalty: f64,
}

impl FullBatch {
    /// From n rows by p columns, standardised here with the population standard deviation.
    ///
    /// # Errors
    /// An empty table, a value that is not finite, labels of another length or of one class only.
    pub fn new(x: ArrayView2<f64>, labels: &[bool], penalty: f64) -> Result<Self, KitError> {
        let x = Standardiser::fit(x)?.transform(x)?;
        if labels.len() != x.nrows() {
            return Err(KitError::Length { what: "labels", expected: x.nrows(), found: labels.len() });
        }
        if labels.iter().all(|&label| label) || labels.iter().all(|&label| !label) {
            return Err(KitError::OneClass { rows: labels.len() });
        }
        let n_weights = x.ncols() + 1;
        let stride = n_weights.next_multiple_of(simd::LANES);
        let mut signed = vec![0.0; labels.len() * stride];
        for ((row, &label), into) in x.rows().into_iter().zip(labels).zip(signed.chunks_exact_mut(stride)) {
            let sign = if label { 1.0 } else { -1.0 };
            into.iter_mut().zip(row.iter().chain(&[1.0])).for_each(|(target, value)| *target = sign * value);
        }
        Ok(FullBatch { signed, n_weights, stride, penalty })
    }

    /// The same rows without the penalty.
    #[must_use]
    pub fn unpenalised(&self) -> Self {
        FullBatch { penalty: 0.0, ..self.clone() }
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.signed.len() / self.stride
    }

    /// The slope of the mean loss over some rows only, drawn for a mini-batch.
    pub fn slope_of_rows(&self, rows: &[usize], weights: &[f64], slope: &mut [f64]) {
        slope.fill(0.0);
        for &row in rows {
            let row = &self.signed[row * self.stride..row * self.stride + self.n_weights];
            let margin = simd::dot(row, weights);
            simd::add_scaled(slope, -simd::sigmoid(-margin), row);
        }
        let n = rows.len() as f64;
        slope.iter_mut().for_each(|g| *g /= n);
        self.add_penalty(weights, slope);
    }

    /// The weights of least loss, by Newton's method; the intercept is the last.
    ///
    /// # Errors
    /// No convergence, as when the classes are separable and the penalty is 0.
    pub fn optimum(&self) -> Result<Vec<f64>, KitError> {
        let p = self.n_weights - 1;
        let labels: Vec<bool> = self.signed.chunks_exact(self.stride).map(|row| row[p] > 0.0).collect();
        let x = ndarray::Array2::from_shape_fn((labels.len(), p), |(i, j)| {
            self.signed[i * self.stride + j] * self.signed[i * self.stride + p]
        });
        let l2 = self.penalty * labels.len() as f64;
        let model = Logistic { l2, ..Logistic::default() }.fit(x.view(), &labels, None)?;
        let mut weights = model.weights;
        weights.push(model.intercept);
        Ok(weights)
    }

    /// Writes the Hessian at `weights` times `direction` to `into`.
    pub fn hessian_times(&self, weights: &[f64], direction: &[f64], into: &mut [f64]) {
        let (weights_wide, direction_wide) = (self.widened(weights), self.widened(direction));
        let mut sums = vec![0.0; self.stride];
        sum_curvatures(&self.signed, &weights_wide, &direction_wide, &mut sums);
        into.copy_from_slice(&sums[..self.n_weights]);
        self.finish(direction, into);
    }

    /// The Hessian at `weights`, row by row.
    pub fn hessian(&self, weights: &[f64]) -> Vec<f64> {
        let (d, stride) = (self.n_weights, self.stride);
        let mut sums = vec![0.0; d * stride];
        sum_outer_products(&self.signed, &self.widened(weights), &mut sums);
        let n = self.n_rows() as f64;
        let mut hessian: Vec<f64> = sums.chunks_exact(stride).flat_map(|row| &row[..d]).map(|sum| sum / n).collect();
        (0..d - 1).for_each(|i| hessian[i * d + i] += self.penalty);
        hessian
    }

    /// The sharpness at `weights`, the Hessian's largest eigenvalue, and its eigenvector of length 1; by power
    /// iteration until the value moves by less than one part in 10¹², 10 000 times at the most.
    pub fn sharpness(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let d = self.n_weights;
        let hessian = self.hessian(weights);
        let mut direction: Vec<f64> = (0..d).map(|i| 1.0 + 0.1 * i as f64 / d as f64).collect();
        let mut image = vec![0.0; d];
        let mut value = 0.0;
        for _ in 0..10_000 {
            let norm = simd::dot(&direction, &direction).sqrt();
            direction.iter_mut().for_each(|v| *v /= norm);
            for (into, row) in image.iter_mut().zip(hessian.chunks_exact(d)) {
                *into = simd::dot(row, &direction);
            }
            let next = simd::dot(&direction, &image);
            let settled = (next - value).abs() <= 1e-12 * next.abs();
            value = next;
            if settled {
                break;
            }
            direction.copy_from_slice(&image);
        }
        (value, direction)
    }

    /// The sharpness where all probabilities are one half, its largest value anywhere: the largest eigenvalue of
    /// XᵀX/(4n) plus the penalty. A rate below 2 over it is safe from every start.
    pub fn largest_sharpness(&self) -> f64 {
        self.sharpness(&vec![0.0; self.n_weights]).0
    }

    /// `values` with zeros up to whole lanes.
    fn widened(&self, values: &[f64]) -> Vec<f64> {
        let mut wide = vec![0.0; self.stride];
        wide[..self.n_weights].copy_from_slice(values);
        wide
    }

    /// From sums over rows to means, with the penalty on all weights but the intercept; returns the penalty.
    fn finish(&self, weights: &[f64], sums: &mut [f64]) -> f64 {
        let n = self.n_rows() as f64;
        sums.iter_mut().for_each(|sum| *sum /= n);
        self.add_penalty(weights, sums)
    }

    fn add_penalty(&self, weights: &[f64], slope: &mut [f64]) -> f64 {
        let penalised = &weights[..self.n_weights - 1];
        slope.iter_mut().zip(penalised).for_each(|(g, w)| *g += self.penalty * w);
        0.5 * self.penalty * penalised.iter().map(|w| w * w).sum::<f64>()
    }
}

impl Objective for FullBatch {
    fn n_weights(&self) -> usize {
        self.n_weights
    }

    fn slope(&self, weights: &[f64], slope: &mut [f64]) -> f64 {
        let wide = self.widened(weights);
        let mut sums = vec![0.0; self.stride];
        let loss = sum_slopes(&self.signed, &wide, &mut sums);
        slope.copy_from_slice(&sums[..self.n_weights]);
        loss / self.n_rows() as f64 + self.finish(weights, slope)
    }
}

wide_fn! {
    /// Adds each signed row's slope to `sums`, one entry a weight, and returns the sum of the rows' losses.
    ///
    /// Eight rows go together, so that eight exponentials are one piece of vector code.
    fn sum_slopes<'a>(signed: &'a [f64], weights: &'a [f64], sums: &'a mut [f64]) -> f64 {
        let stride = weights.len();
        let mut loss = 0.0;
        for many in signed.chunks(stride * ROWS_PER_LOGARITHM) {
            let mut product = [1.0; simd::LANES];
            for rows in many.chunks(stride * simd::LANES) {
                let margins = margins_of(rows, weights);
                let (mut e, mut wrong) = ([0.0; simd::LANES], [0.0; simd::LANES]);
                for i in 0..simd::LANES {
                    // exp of minus the size, so that neither form overflows.
                    e[i] = simd::exp(-margins[i].abs());
                    wrong[i] = if margins[i] < 0.0 { 1.0 } else { e[i] } / (1.0 + e[i]);
                }
                for (i, row) in rows.chunks_exact(stride).enumerate() {
                    product[i] *= 1.0 + e[i];
                    loss += (-margins[i]).max(0.0);
                    simd::add_scaled(sums, -wrong[i], row);
                }
            }
            loss += libm::log(product.iter().product());
        }
        loss
    }
}

wide_fn! {
    /// Adds each row's curvature times the products of its values, pair by pair, to `sums`, d rows of whole lanes.
    fn sum_outer_products<'a>(signed: &'a [f64], weights: &'a [f64], sums: &'a mut [f64]) -> () {
        let stride = weights.len();
        for rows in signed.chunks(stride * simd::LANES) {
            let margins = margins_of(rows, weights);
            let mut curvature = [0.0; simd::LANES];
            for i in 0..simd::LANES {
                let p = 1.0 / (1.0 + simd::exp(margins[i]));
                curvature[i] = p * (1.0 - p);
            }
            for (curvature, row) in curvature.iter().zip(rows.chunks_exact(stride)) {
                for (value, into) in row.iter().zip(sums.chunks_exact_mut(stride)) {
                    simd::add_scaled(into, curvature * value, row);
                }
            }
        }
    }
}

wide_fn! {
    /// Adds each row's curvature times `direction` to `sums`.
    fn sum_curvatures<'a>(signed: &'a [f64], weights: &'a [f64], direction: &'a [f64], sums: &'a mut [f64]) -> () {
        let stride = weights.len();
        for rows in signed.chunks(stride * simd::LANES) {
            let (margins, along) = (margins_of(rows, weights), margins_of(rows, direction));
            let mut scale = [0.0; simd::LANES];
            for i in 0..simd::LANES {
                let p = 1.0 / (1.0 + simd::exp(margins[i]));
                scale[i] = p * (1.0 - p) * along[i];
            }
            for (scale, row) in scale.iter().zip(rows.chunks_exact(stride)) {
                simd::add_scaled(sums, *scale, row);
            }
        }
    }
}

/// The products of up to eight rows with the weights; 0 where there is no row.
#[inline(always)]
fn margins_of(rows: &[f64], weights: &[f64]) -> [f64; simd::LANES] {
    let mut margins = [0.0; simd::LANES];
    for (margin, row) in margins.iter_mut().zip(rows.chunks_exact(weights.len())) {
        *margin = simd::dot(row, weights);
    }
    margins
}

/// The sum of so many log(1 + e) is one logarithm of a product, which cannot overflow: each factor is at most 2.
const ROWS_PER_LOGARITHM: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::classes;
    use mllab_core::Stream;

    fn example() -> FullBatch {
        let truth = classes::Logistic { intercept: 0.3, weights: vec![1.0, -0.5, 0.2] };
        let table = truth.draw(150, &Stream::root(3));
        FullBatch::new(table.x.view(), &table.y, 0.01).unwrap()
    }

    #[test]
    fn slope_and_curvature_agree_with_differences() {
        let objective = example();
        let weights = [0.4, -0.2, 0.1, 0.3];
        let (mut slope, mut unused, mut image) = ([0.0; 4], [0.0; 4], [0.0; 4]);
        objective.slope(&weights, &mut slope);
        let direction = [0.5, -1.0, 2.0, 0.25];
        objective.hessian_times(&weights, &direction, &mut image);
        let h = 1e-5;
        let moved = |sign: f64| -> Vec<f64> { weights.iter().zip(direction).map(|(w, d)| w + sign * h * d).collect() };
        let (up, down) = (moved(1.0), moved(-1.0));
        let along: f64 = slope.iter().zip(direction).map(|(g, d)| g * d).sum();
        let difference = (objective.slope(&up, &mut unused) - objective.slope(&down, &mut unused)) / (2.0 * h);
        assert!((along - difference).abs() < 1e-9, "{along} {difference}");
        let (mut at_up, mut at_down) = ([0.0; 4], [0.0; 4]);
        objective.slope(&up, &mut at_up);
        objective.slope(&down, &mut at_down);
        for i in 0..4 {
            assert!((image[i] - (at_up[i] - at_down[i]) / (2.0 * h)).abs() < 1e-8);
        }
    }

    #[test]
    fn the_hessian_has_the_columns_that_its_products_with_unit_vectors_give() {
        let objective = example();
        let weights = [0.4, -0.2, 0.1, 0.3];
        let hessian = objective.hessian(&weights);
        for column in 0..4 {
            let (mut unit, mut image) = ([0.0; 4], [0.0; 4]);
            unit[column] = 1.0;
            objective.hessian_times(&weights, &unit, &mut image);
            for row in 0..4 {
                assert!((hessian[row * 4 + column] - image[row]).abs() < 1e-14, "{row} {column}");
            }
        }
    }

    #[test]
    fn a_batch_of_all_rows_is_the_full_batch() {
        let objective = example();
        let (weights, all) = ([0.4, -0.2, 0.1, 0.3], (0..objective.n_rows()).collect::<Vec<_>>());
        let (mut full, mut batch) = ([0.0; 4], [0.0; 4]);
        objective.slope(&weights, &mut full);
        objective.slope_of_rows(&all, &weights, &mut batch);
        assert!(full.iter().zip(&batch).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn the_optimum_is_flat_and_its_sharpness_is_an_eigenvalue() {
        let objective = example();
        let optimum = objective.optimum().unwrap();
        let mut slope = [0.0; 4];
        objective.slope(&optimum, &mut slope);
        assert!(slope.iter().all(|g| g.abs() < 1e-8), "{slope:?}");
        let (value, direction) = objective.sharpness(&optimum);
        let mut image = [0.0; 4];
        objective.hessian_times(&optimum, &direction, &mut image);
        for i in 0..4 {
            assert!((image[i] - value * direction[i]).abs() < 1e-5, "{i}");
        }
        assert!(value < objective.largest_sharpness());
    }

    #[test]
    fn one_class_is_refused() {
        let x = ndarray::array![[1.0], [2.0]];
        assert!(FullBatch::new(x.view(), &[true, true], 0.1).is_err());
    }
}
