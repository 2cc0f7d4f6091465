//! A multilayer perceptron, with its slope by backpropagation and its curvature along a direction.
//!
//! Hidden layers are tanh. One output is a sigmoid with log loss, several are a softmax with cross-entropy; the loss is
//! the mean over the rows. Weights are one flat vector, layer by layer: inputs × outputs row by row, then the biases.

use super::Objective;
use super::panels::Factor;
use super::real::{Real, sigmoid, tanh};
use crate::data::Labelled;
use crate::draws::Draws;
use crate::simd;
use mllab_core::Stream;
use pulp::{Simd, WithSimd};

/// The shape of a network: inputs, hidden units of each layer, outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    sizes: Vec<usize>,
}

/// Space for one batch, kept from step to step.
#[derive(Clone, Debug, Default)]
pub struct Scratch<T: Real> {
    /// Outputs of each layer, rows × units; the first is a copy of the inputs.
    outputs: Vec<Vec<T>>,
    /// Slope of the loss by each layer's inputs to its units.
    errors: Vec<Vec<T>>,
    /// The same two along a direction.
    outputs_along: Vec<Vec<T>>,
    errors_along: Vec<Vec<T>>,
    space: T::Space,
}

impl Network {
    /// A network of these sizes, from the inputs to the outputs; at least two, none 0.
    pub fn new(sizes: &[usize]) -> Self {
        debug_assert!(sizes.len() >= 2 && sizes.iter().all(|&size| size > 0));
        Network { sizes: sizes.to_vec() }
    }

    /// How many weights and biases there are.
    pub fn n_weights(&self) -> usize {
        self.sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }

    /// How many outputs there are.
    pub fn n_outputs(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// Weights drawn uniformly within ±√(6 / (in + out)) (Glorot and Bengio 2010), biases 0.
    pub fn draw<T: Real>(&self, stream: &Stream) -> Vec<T> {
        let mut draws = Draws::new(stream);
        let mut weights = Vec::with_capacity(self.n_weights());
        for pair in self.sizes.windows(2) {
            let bound = (6.0 / (pair[0] + pair[1]) as f64).sqrt();
            weights.extend((0..pair[0] * pair[1]).map(|_| T::of(draws.between(-bound, bound))));
            weights.extend((0..pair[1]).map(|_| T::ZERO));
        }
        weights
    }

    /// Writes the slope of the mean loss over `inputs` (rows × features, row by row) with their `classes` (0 or 1 for
    /// one output) to `slope`, and returns the mean loss.
    pub fn slope<T: Real>(
        &self,
        weights: &[T],
        inputs: &[T],
        classes: &[usize],
        slope: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> f64 {
        pulp::Arch::new().dispatch(Slope { network: self, weights, inputs, classes, into: slope, scratch })
    }

    /// The last layer's values before sigmoid or softmax: rows × outputs.
    pub fn logits<T: Real>(&self, weights: &[T], inputs: &[T], scratch: &mut Scratch<T>) -> Vec<T> {
        let rows = inputs.len() / self.sizes[0];
        pulp::Arch::new().dispatch(Forward { network: self, weights, inputs, rows, scratch });
        scratch.outputs[self.sizes.len() - 1].clone()
    }

    /// The Hessian of the mean loss at `weights` times `direction`, exactly (Pearlmutter 1994).
    pub fn hessian_times<T: Real>(
        &self,
        weights: &[T],
        direction: &[T],
        inputs: &[T],
        classes: &[usize],
        into: &mut [T],
        scratch: &mut Scratch<T>,
    ) {
        pulp::Arch::new().dispatch(Curvature { network: self, weights, direction, inputs, classes, into, scratch });
    }

    /// Where the weights and the biases of each layer stand, with its inputs and units.
    fn layers(&self) -> impl DoubleEndedIterator<Item = Layer> + ExactSizeIterator + '_ {
        (0..self.sizes.len() - 1).map(|index| {
            let start = self.sizes.windows(2).take(index).map(|pair| (pair[0] + 1) * pair[1]).sum();
            Layer { index, start, inputs: self.sizes[index], units: self.sizes[index + 1] }
        })
    }

    #[inline(always)]
    fn forward<S: Simd, T: Real>(&self, simd: S, weights: &[T], inputs: &[T], rows: usize, s: &mut Scratch<T>) {
        s.outputs.resize(self.sizes.len(), Vec::new());
        s.outputs[0].clear();
        s.outputs[0].extend_from_slice(inputs);
        for layer in self.layers() {
            let (before, after) = s.outputs.split_at_mut(layer.index + 1);
            let (a, z) = (&before[layer.index], &mut after[0]);
            z.clear();
            for _ in 0..rows {
                z.extend_from_slice(layer.biases(weights));
            }
            let (left, right) = (Factor::rows(a, layer.inputs), Factor::rows(layer.weights(weights), layer.units));
            T::multiply(simd, &mut s.space, z, (rows, layer.inputs, layer.units), left, right);
            if layer.index + 2 < self.sizes.len() {
                z.iter_mut().for_each(|value| *value = tanh(*value));
            }
        }
    }

    /// The mean loss; writes its slope by the last layer's values.
    #[inline(always)]
    fn judge<T: Real>(&self, classes: &[usize], s: &mut Scratch<T>) -> f64 {
        let (last, outputs) = (self.sizes.len() - 1, self.n_outputs());
        s.errors.resize(self.sizes.len(), Vec::new());
        let (z, error) = (&s.outputs[last], &mut s.errors[last]);
        error.clear();
        let share = T::of(1.0 / classes.len() as f64);
        let mut loss = 0.0;
        if outputs == 1 {
            error.extend(z.iter().zip(classes).map(|(&z, &class)| (sigmoid(z) - T::of(class as f64)) * share));
            for (&z, &class) in z.iter().zip(classes) {
                loss += simd::softplus(if class == 1 { -z.wide() } else { z.wide() });
            }
        } else {
            for (row, &class) in z.chunks_exact(outputs).zip(classes) {
                let most = row.iter().fold(row[0], |most, &v| if v > most { v } else { most });
                let start = error.len();
                error.extend(row.iter().map(|&v| (v - most).exp()));
                let total = error[start..].iter().fold(T::ZERO, |sum, &e| sum + e);
                loss += libm::log(total.wide()) + (most - row[class]).wide();
                for (j, e) in error[start..].iter_mut().enumerate() {
                    *e = (*e / total - if j == class { T::ONE } else { T::ZERO }) * share;
                }
            }
        }
        loss / classes.len() as f64
    }

    #[inline(always)]
    fn backward<S: Simd, T: Real>(&self, simd: S, weights: &[T], rows: usize, slope: &mut [T], s: &mut Scratch<T>) {
        slope.fill(T::ZERO);
        for layer in self.layers().rev() {
            let (below, above) = s.errors.split_at_mut(layer.index + 1);
            let (a, error) = (&s.outputs[layer.index], &above[0]);
            layer.add_slope(simd, &mut s.space, slope, a, error, rows);
            if layer.index > 0 {
                let e = &mut below[layer.index];
                e.clear();
                e.resize(rows * layer.inputs, T::ZERO);
                layer.send_back(simd, &mut s.space, e, error, weights, rows);
                e.iter_mut().zip(a).for_each(|(e, &a)| *e = *e * (T::ONE - a * a));
            }
        }
    }

    /// How each layer's outputs change along a direction of the weights.
    #[inline(always)]
    fn forward_along<S: Simd, T: Real>(
        &self,
        simd: S,
        weights: &[T],
        direction: &[T],
        rows: usize,
        s: &mut Scratch<T>,
    ) {
        s.outputs_along.resize(self.sizes.len(), Vec::new());
        for layer in self.layers() {
            let (before, after) = s.outputs_along.split_at_mut(layer.index + 1);
            let z = &mut after[0];
            z.clear();
            for _ in 0..rows {
                z.extend_from_slice(layer.biases(direction));
            }
            let shape = (rows, layer.inputs, layer.units);
            let a = Factor::rows(&s.outputs[layer.index], layer.inputs);
            T::multiply(simd, &mut s.space, z, shape, a, Factor::rows(layer.weights(direction), layer.units));
            if layer.index > 0 {
                let along = Factor::rows(&before[layer.index], layer.inputs);
                T::multiply(simd, &mut s.space, z, shape, along, Factor::rows(layer.weights(weights), layer.units));
            }
            if layer.index + 2 < self.sizes.len() {
                z.iter_mut().zip(&s.outputs[layer.index + 1]).for_each(|(z, &a)| *z = *z * (T::ONE - a * a));
            }
        }
    }

    /// How the last layer's errors change along the direction.
    #[inline(always)]
    fn judge_along<T: Real>(&self, rows: usize, s: &mut Scratch<T>) {
        let (last, outputs) = (self.sizes.len() - 1, self.n_outputs());
        s.errors_along.resize(self.sizes.len(), Vec::new());
        let share = T::of(1.0 / rows as f64);
        let (z, along, into) = (&s.outputs[last], &s.outputs_along[last], &mut s.errors_along[last]);
        into.clear();
        if outputs == 1 {
            into.extend(z.iter().zip(along).map(|(&z, &r)| {
                let p = sigmoid(z);
                p * (T::ONE - p) * r * share
            }));
            return;
        }
        for (z, r) in z.chunks_exact(outputs).zip(along.chunks_exact(outputs)) {
            let most = z.iter().fold(z[0], |most, &v| if v > most { v } else { most });
            let total = z.iter().fold(T::ZERO, |sum, &v| sum + (v - most).exp());
            let p = |v: T| (v - most).exp() / total;
            let mean = z.iter().zip(r).fold(T::ZERO, |sum, (&v, &r)| sum + p(v) * r);
            into.extend(z.iter().zip(r).map(|(&v, &r)| p(v) * (r - mean) * share));
        }
    }

    #[inline(always)]
    fn backward_along<S: Simd, T: Real>(
        &self,
        simd: S,
        weights: &[T],
        direction: &[T],
        rows: usize,
        into: &mut [T],
        s: &mut Scratch<T>,
    ) {
        into.fill(T::ZERO);
        for layer in self.layers().rev() {
            let (below, above) = s.errors_along.split_at_mut(layer.index + 1);
            let (a, error, error_along) = (&s.outputs[layer.index], &s.errors[layer.index + 1], &above[0]);
            layer.add_slope(simd, &mut s.space, into, a, error_along, rows);
            if layer.index == 0 {
                continue;
            }
            let a_along = &s.outputs_along[layer.index];
            layer.add_weights_slope(simd, &mut s.space, into, a_along, error, rows);
            let e = &mut below[layer.index];
            e.clear();
            e.resize(rows * layer.inputs, T::ZERO);
            layer.send_back(simd, &mut s.space, e, error_along, weights, rows);
            layer.send_back(simd, &mut s.space, e, error, direction, rows);
            // The error before the tanh is kept only after it: what came back is the error over 1 − a².
            let mut back = vec![T::ZERO; rows * layer.inputs];
            layer.send_back(simd, &mut s.space, &mut back, error, weights, rows);
            for (((e, &a), &along), &back) in e.iter_mut().zip(a).zip(a_along).zip(&back) {
                *e = *e * (T::ONE - a * a) - (a + a) * along * back;
            }
        }
    }
}

/// A piece of work that is compiled once more for wide registers and picked at run time.
struct Forward<'a, T: Real> {
    network: &'a Network,
    weights: &'a [T],
    inputs: &'a [T],
    rows: usize,
    scratch: &'a mut Scratch<T>,
}

impl<T: Real> WithSimd for Forward<'_, T> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.network.forward(simd, self.weights, self.inputs, self.rows, self.scratch);
    }
}

struct Slope<'a, T: Real> {
    network: &'a Network,
    weights: &'a [T],
    inputs: &'a [T],
    classes: &'a [usize],
    into: &'a mut [T],
    scratch: &'a mut Scratch<T>,
}

impl<T: Real> WithSimd for Slope<'_, T> {
    type Output = f64;
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        self.network.forward(simd, self.weights, self.inputs, self.classes.len(), self.scratch);
        let loss = self.network.judge(self.classes, self.scratch);
        self.network.backward(simd, self.weights, self.classes.len(), self.into, self.scratch);
        loss
    }
}

struct Curvature<'a, T: Real> {
    network: &'a Network,
    weights: &'a [T],
    direction: &'a [T],
    inputs: &'a [T],
    classes: &'a [usize],
    into: &'a mut [T],
    scratch: &'a mut Scratch<T>,
}

impl<T: Real> WithSimd for Curvature<'_, T> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (rows, network, scratch) = (self.classes.len(), self.network, self.scratch);
        network.forward(simd, self.weights, self.inputs, rows, scratch);
        network.judge(self.classes, scratch);
        network.backward(simd, self.weights, rows, self.into, scratch);
        network.forward_along(simd, self.weights, self.direction, rows, scratch);
        network.judge_along(rows, scratch);
        network.backward_along(simd, self.weights, self.direction, rows, self.into, scratch);
    }
}

/// Where one layer stands in the flat weights.
#[derive(Clone, Copy)]
struct Layer {
    index: usize,
    start: usize,
    inputs: usize,
    units: usize,
}

impl Layer {
    fn weights<T>(self, all: &[T]) -> &[T] {
        &all[self.start..self.start + self.inputs * self.units]
    }

    fn biases<T>(self, all: &[T]) -> &[T] {
        let start = self.start + self.inputs * self.units;
        &all[start..start + self.units]
    }

    /// Adds inputsᵀ · errors to the weights' slope and the errors' sums to the biases'.
    #[inline(always)]
    fn add_slope<S: Simd, T: Real>(
        self,
        simd: S,
        space: &mut T::Space,
        slope: &mut [T],
        a: &[T],
        error: &[T],
        rows: usize,
    ) {
        self.add_weights_slope(simd, space, slope, a, error, rows);
        let start = self.start + self.inputs * self.units;
        for row in error.chunks_exact(self.units) {
            slope[start..start + self.units].iter_mut().zip(row).for_each(|(sum, &e)| *sum += e);
        }
    }

    #[inline(always)]
    fn add_weights_slope<S: Simd, T: Real>(
        self,
        simd: S,
        space: &mut T::Space,
        slope: &mut [T],
        a: &[T],
        error: &[T],
        rows: usize,
    ) {
        let into = &mut slope[self.start..self.start + self.inputs * self.units];
        let (left, right) = (Factor::turned(a, self.inputs), Factor::rows(error, self.units));
        T::multiply(simd, space, into, (self.inputs, rows, self.units), left, right);
    }

    /// Adds errors · weightsᵀ to the errors of the layer below.
    #[inline(always)]
    fn send_back<S: Simd, T: Real>(
        self,
        simd: S,
        space: &mut T::Space,
        into: &mut [T],
        error: &[T],
        weights: &[T],
        rows: usize,
    ) {
        let (left, right) = (Factor::rows(error, self.units), Factor::turned(self.weights(weights), self.units));
        T::multiply(simd, space, into, (rows, self.units, self.inputs), left, right);
    }
}

/// A network's loss over all rows of a table.
#[derive(Debug)]
pub struct NetworkLoss {
    /// The shape.
    pub network: Network,
    /// Rows × features, row by row.
    pub inputs: Vec<f64>,
    /// The class of each row; 0 or 1 where the network has one output.
    pub classes: Vec<usize>,
}

impl NetworkLoss {
    /// Of two classes, by a network of so many hidden units in each layer and one output.
    ///
    /// ```
    /// use mllab_core::Stream;
    /// use mllab_kit::{data::classes::TwoMoons, descent::NetworkLoss};
    ///
    /// let moons = TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 }.draw(60, &Stream::root(1));
    /// assert_eq!(NetworkLoss::of(&[4], &moons).network.n_weights(), (2 * 4 + 4) + (4 + 1));
    /// ```
    pub fn of(hidden: &[usize], rows: &Labelled) -> Self {
        NetworkLoss {
            network: Network::new(&[&[rows.x.ncols()], hidden, &[1]].concat()),
            inputs: rows.x.iter().copied().collect(),
            classes: rows.y.iter().map(|&label| usize::from(label)).collect(),
        }
    }

    /// The sharpness at `weights`, the largest eigenvalue of the Hessian, by so many power iterations from
    /// `direction`, which is left at the eigenvector found: start the next one there.
    pub fn sharpness(&self, weights: &[f64], direction: &mut [f64], iterations: usize) -> f64 {
        let mut scratch = Scratch::default();
        let mut image = vec![0.0; direction.len()];
        let mut value = 0.0;
        for _ in 0..iterations {
            let norm = simd::dot(direction, direction).sqrt();
            direction.iter_mut().for_each(|v| *v /= norm);
            self.network.hessian_times(weights, direction, &self.inputs, &self.classes, &mut image, &mut scratch);
            value = simd::dot(direction, &image);
            direction.copy_from_slice(&image);
        }
        value
    }
}

impl Objective for NetworkLoss {
    fn n_weights(&self) -> usize {
        self.network.n_weights()
    }

    fn slope(&self, weights: &[f64], slope: &mut [f64]) -> f64 {
        self.network.slope(weights, &self.inputs, &self.classes, slope, &mut Scratch::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(outputs: usize) -> (NetworkLoss, Vec<f64>) {
        let network = Network::new(&[3, 5, 4, outputs]);
        let mut draws = Draws::new(&Stream::root(2).child("rows", 0));
        let inputs: Vec<f64> = (0..21).map(|_| draws.normal()).collect();
        let classes = (0..7).map(|i| i % outputs.max(2)).collect();
        let mut weights: Vec<f64> = network.draw(&Stream::root(3));
        weights.iter_mut().for_each(|w| *w += 0.1 * draws.normal());
        (NetworkLoss { network, inputs, classes }, weights)
    }

    #[test]
    fn slope_and_curvature_agree_with_differences() {
        for outputs in [1, 3] {
            let (loss, weights) = example(outputs);
            let n = weights.len();
            let mut draws = Draws::new(&Stream::root(4));
            let direction: Vec<f64> = (0..n).map(|_| draws.normal()).collect();
            let (mut slope, mut up_slope, mut down_slope) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
            loss.slope(&weights, &mut slope);
            let h = 1e-5;
            let moved = |s: f64| -> Vec<f64> { weights.iter().zip(&direction).map(|(w, d)| w + s * h * d).collect() };
            let up = loss.slope(&moved(1.0), &mut up_slope);
            let down = loss.slope(&moved(-1.0), &mut down_slope);
            let along: f64 = slope.iter().zip(&direction).map(|(g, d)| g * d).sum();
            assert!((along - (up - down) / (2.0 * h)).abs() < 1e-8, "{outputs} outputs");
            let mut image = vec![0.0; n];
            let mut scratch = Scratch::default();
            loss.network.hessian_times(&weights, &direction, &loss.inputs, &loss.classes, &mut image, &mut scratch);
            for i in 0..n {
                let difference = (up_slope[i] - down_slope[i]) / (2.0 * h);
                assert!(
                    (image[i] - difference).abs() < 1e-7,
                    "{outputs} outputs, weight {i}: {} {difference}",
                    image[i]
                );
            }
        }
    }

    #[test]
    fn sharpness_is_the_largest_eigenvalue() {
        let (loss, weights) = example(1);
        let n = weights.len();
        let mut direction = vec![1.0; n];
        let value = loss.sharpness(&weights, &mut direction, 2000);
        let norm = simd::dot(&direction, &direction).sqrt();
        // The whole Hessian, column by column: no Rayleigh quotient may exceed it, and it maps the vector to itself.
        let mut scratch = Scratch::default();
        let mut image = vec![0.0; n];
        direction.iter_mut().for_each(|v| *v /= norm);
        loss.network.hessian_times(&weights, &direction, &loss.inputs, &loss.classes, &mut image, &mut scratch);
        for i in 0..n {
            assert!((image[i] - value * direction[i]).abs() < 1e-6 * value, "{i}");
        }
        let trace: f64 = (0..n)
            .map(|i| {
                let mut unit = vec![0.0; n];
                unit[i] = 1.0;
                loss.network.hessian_times(&weights, &unit, &loss.inputs, &loss.classes, &mut image, &mut scratch);
                image[i]
            })
            .sum();
        assert!(value > trace / n as f64);
    }

    #[test]
    fn both_widths_agree() {
        let (loss, weights) = example(1);
        let narrow = |values: &[f64]| -> Vec<f32> { values.iter().map(|&v| v as f32).collect() };
        let (mut slope, mut slope32) = (vec![0.0; weights.len()], vec![0.0_f32; weights.len()]);
        let wide = loss.slope(&weights, &mut slope);
        let single = loss.network.slope(
            &narrow(&weights),
            &narrow(&loss.inputs),
            &loss.classes,
            &mut slope32,
            &mut Scratch::default(),
        );
        assert!((wide - single).abs() < 1e-6);
        assert!(slope.iter().zip(&slope32).all(|(a, b)| (a - f64::from(*b)).abs() < 1e-6));
    }
}
