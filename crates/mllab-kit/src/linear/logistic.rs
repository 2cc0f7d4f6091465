//! Weighted logistic regression.

use super::cholesky::Cholesky;
use crate::KitError;
use crate::error::{finite_table, same_length, setting, two_classes, weights as check_weights};
use crate::simd::{self, add_scaled, dot, wide_fn};
use ndarray::ArrayView2;

/// ln(p / (1 − p)).
pub fn logit(p: f64) -> f64 {
    libm::log(p) - libm::log1p(-p)
}

/// Minimises ½ l2 ‖w‖² + Σ wᵢ ln(1 + exp(∓fᵢ)), f = Xw + intercept; the intercept is not penalised.
///
/// Newton's method while the table is small; beyond 4096 rows the Hessian is that of a sample of rows, kept for eight
/// steps and corrected by L-BFGS (Nocedal and Wright 2006, §7.2), and the start is the fit to a sample. The answer
/// does not depend on any of that: the gradient is always exact.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::{data::classes, linear::Logistic};
///
/// let table = classes::Logistic { intercept: 0.5, weights: vec![1.0, -2.0] }.draw(20_000, &Stream::root(7));
/// let model = Logistic::default().fit(table.x.view(), &table.y, None)?;
/// assert!((model.weights[1] + 2.0).abs() < 0.15 && (model.intercept - 0.5).abs() < 0.1);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logistic {
    /// Strength of the squared penalty, 0 or more; scikit-learn's 1/C.
    pub l2: f64,
    /// The largest slope allowed at the end, per unit of total weight.
    pub tolerance: f64,
    /// Steps allowed.
    pub max_iterations: usize,
}

impl Default for Logistic {
    fn default() -> Self {
        Logistic { l2: 1.0, tolerance: 1e-9, max_iterations: 200 }
    }
}

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticModel {
    /// One weight a column, in logits per unit of the column.
    pub weights: Vec<f64>,
    /// The logit at the origin.
    pub intercept: f64,
    /// Steps taken.
    pub iterations: usize,
}

impl LogisticModel {
    /// The logit of each row.
    pub fn logits(&self, x: ArrayView2<f64>) -> Vec<f64> {
        super::predict(x, &self.weights).into_iter().map(|value| value + self.intercept).collect()
    }

    /// The probability of `true` for each row.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Vec<f64> {
        self.logits(x).into_iter().map(|value| 1.0 / (1.0 + libm::exp(-value))).collect()
    }
}

impl Logistic {
    /// Fits n rows by p columns; `weights` of the rows are 1 if not given.
    ///
    /// # Errors
    /// Inputs of different length or not finite, one class only, a negative weight or penalty, or no convergence
    /// (as when classes are separable and `l2` is 0).
    pub fn fit(&self, x: ArrayView2<f64>, y: &[bool], weights: Option<&[f64]>) -> Result<LogisticModel, KitError> {
        finite_table("table", x)?;
        same_length("labels", x.nrows(), y.len())?;
        two_classes(y)?;
        setting(self.l2 >= 0.0 && self.l2.is_finite(), "l2", self.l2, "0 or more, and finite")?;
        if let Some(weights) = weights {
            check_weights(y.len(), weights)?;
        }
        let problem = Problem::new(x, y, weights, self.l2);
        let mut point = vec![0.0; x.ncols() + 1];
        let stride = problem.blocks.div_ceil(START_ROWS / ROWS);
        if stride > 1 {
            // Only a start: it may stop anywhere.
            let _ = descend(&problem, &mut point, stride, 1e-4, 20);
        }
        let steps = descend(&problem, &mut point, 1, self.tolerance, self.max_iterations);
        let iterations =
            steps.ok_or(KitError::NotConverged { method: "logistic regression", iterations: self.max_iterations })?;
        let intercept = point.pop().expect("the intercept comes last");
        Ok(LogisticModel { weights: point, intercept, iterations })
    }
}

/// Rows handled together, column by column: a block of 20 columns fills 20 KiB.
const ROWS: usize = 128;
/// Rows of the sample that gives the Hessian.
const HESSIAN_ROWS: usize = 4096;
/// Rows of the sample that gives the start.
const START_ROWS: usize = 8192;
/// Steps that a sampled Hessian serves.
const KEEP_HESSIAN: usize = 8;

wide_fn! {
    /// [`Problem::descend`] at the machine's width.
    fn descend<'a>(
        problem: &'a Problem,
        point: &'a mut [f64],
        stride: usize,
        tolerance: f64,
        most: usize,
    ) -> Option<usize> {
        problem.descend(point, stride, tolerance, most)
    }
}

struct Problem {
    /// Block after block, in it column after column of [`ROWS`] values; rows past the end have weight 0.
    tiles: Vec<f64>,
    y: Vec<f64>,
    weights: Vec<f64>,
    p: usize,
    blocks: usize,
    l2: f64,
}

impl Problem {
    fn new(x: ArrayView2<f64>, y: &[bool], weights: Option<&[f64]>, l2: f64) -> Self {
        let (n, p) = x.dim();
        let blocks = n.div_ceil(ROWS);
        let mut tiles = Vec::with_capacity(blocks * p * ROWS);
        let mut tile = vec![0.0; p * ROWS];
        for block in 0..blocks {
            let rows = ROWS.min(n - block * ROWS);
            for r in 0..rows {
                let row = x.row(block * ROWS + r);
                match row.as_slice() {
                    Some(row) => row.iter().enumerate().for_each(|(j, &value)| tile[j * ROWS + r] = value),
                    None => row.iter().enumerate().for_each(|(j, &value)| tile[j * ROWS + r] = value),
                }
            }
            tiles.extend_from_slice(&tile);
        }
        let mut padded = vec![0.0; blocks * ROWS];
        match weights {
            Some(given) => padded[..n].copy_from_slice(given),
            None => padded[..n].fill(1.0),
        }
        let mut targets = vec![0.0; blocks * ROWS];
        targets.iter_mut().zip(y).for_each(|(target, &label)| *target = f64::from(u8::from(label)));
        Problem { tiles, y: targets, weights: padded, p, blocks, l2 }
    }

    /// Descends over every `stride`-th block; the number of steps, or `None` if they did not suffice.
    #[inline(always)]
    fn descend(&self, point: &mut [f64], stride: usize, tolerance: f64, most: usize) -> Option<usize> {
        let mut slope = vec![0.0; self.p + 1];
        let mass = self.gradient(point, stride, &mut slope);
        let goal = tolerance * mass;
        let mut memory = Memory::default();
        let (mut next, mut next_slope) = (point.to_vec(), slope.clone());
        for step in 0..most {
            if slope.iter().all(|value| value.abs() <= goal) {
                return Some(step);
            }
            if step % self.keep(stride) == 0 {
                memory = Memory { start: Some(self.hessian(point, stride)), ..Memory::default() };
            }
            let mut direction = memory.apply(&slope);
            direction.iter_mut().for_each(|value| *value = -*value);
            // The objective is convex: a step is good unless the slope along it has turned up by half as much.
            let fall = dot(&slope, &direction);
            let mut length = 1.0;
            for _ in 0..40 {
                next.copy_from_slice(point);
                add_scaled(&mut next, length, &direction);
                self.gradient(&next, stride, &mut next_slope);
                let rise = dot(&next_slope, &direction);
                if rise <= -0.5 * fall {
                    break;
                }
                length *= (fall / (fall - rise)).clamp(0.1, 0.6);
            }
            memory.learn(point, &next, &slope, &next_slope);
            point.copy_from_slice(&next);
            slope.copy_from_slice(&next_slope);
        }
        None
    }

    /// The gradient over every `stride`-th block, and those blocks' weight.
    #[inline(always)]
    fn gradient(&self, point: &[f64], stride: usize, slope: &mut [f64]) -> f64 {
        slope.fill(0.0);
        let (mut mass, mut pull) = (0.0, [0.0; ROWS]);
        for block in (0..self.blocks).step_by(stride) {
            self.probabilities(point, block, &mut pull);
            let span = block * ROWS..(block + 1) * ROWS;
            let (y, weights) = (&self.y[span.clone()], &self.weights[span]);
            for r in 0..ROWS {
                pull[r] = weights[r] * (pull[r] - y[r]);
                mass += weights[r];
            }
            for (sum, column) in slope.iter_mut().zip(self.columns(block)) {
                *sum += dot(column, &pull);
            }
            slope[self.p] += sum(&pull);
        }
        for j in 0..self.p {
            slope[j] += self.l2 / stride as f64 * point[j];
        }
        mass
    }

    /// The Hessian of a sample of those blocks, scaled to all of them, and factored.
    #[inline(always)]
    fn hessian(&self, point: &[f64], stride: usize) -> Cholesky {
        let size = self.p + 1;
        let wanted = HESSIAN_ROWS.max(8 * size) / ROWS;
        let sparse = self.blocks.div_ceil(stride).div_ceil(wanted);
        let mut matrix = vec![0.0; size * size];
        let (mut curvature, mut scaled) = ([0.0; ROWS], [0.0; ROWS]);
        let (mut sampled, mut all) = (0.0, 0.0);
        for (index, block) in (0..self.blocks).step_by(stride).enumerate() {
            let weights = &self.weights[block * ROWS..(block + 1) * ROWS];
            all += sum(weights);
            if index % sparse != 0 {
                continue;
            }
            sampled += sum(weights);
            self.probabilities(point, block, &mut curvature);
            for r in 0..ROWS {
                curvature[r] *= weights[r] * (1.0 - curvature[r]);
            }
            for (i, column) in self.columns(block).enumerate() {
                for r in 0..ROWS {
                    scaled[r] = column[r] * curvature[r];
                }
                for (j, other) in self.columns(block).take(i + 1).enumerate() {
                    matrix[i * size + j] += dot(&scaled, other);
                }
                matrix[self.p * size + i] += sum(&scaled);
            }
            matrix[self.p * size + self.p] += sum(&curvature);
        }
        let scale = if sampled > 0.0 { all / sampled } else { 1.0 };
        matrix.iter_mut().for_each(|value| *value *= scale);
        for j in 0..self.p {
            matrix[j * size + j] += self.l2 / stride as f64;
        }
        Cholesky::new(&matrix, size)
    }

    /// P(true) of the rows of one block.
    #[inline(always)]
    fn probabilities(&self, point: &[f64], block: usize, out: &mut [f64; ROWS]) {
        out.fill(point[self.p]);
        for (&weight, column) in point.iter().zip(self.columns(block)) {
            add_scaled(out, weight, column);
        }
        for value in out.iter_mut() {
            *value = simd::sigmoid(*value);
        }
    }

    #[inline(always)]
    fn columns(&self, block: usize) -> std::slice::ChunksExact<'_, f64> {
        self.tiles[block * self.p * ROWS..(block + 1) * self.p * ROWS].chunks_exact(ROWS)
    }

    /// Steps for which one Hessian is kept: one, where it is the exact one.
    fn keep(&self, stride: usize) -> usize {
        if self.blocks.div_ceil(stride) * ROWS <= HESSIAN_ROWS.max(8 * (self.p + 1)) { 1 } else { KEEP_HESSIAN }
    }
}

#[inline(always)]
fn sum(values: &[f64]) -> f64 {
    dot(values, &[1.0; ROWS])
}

/// A Hessian and the steps taken since it was made.
#[derive(Default)]
struct Memory {
    start: Option<Cholesky>,
    moves: Vec<Vec<f64>>,
    changes: Vec<Vec<f64>>,
}

impl Memory {
    /// The two loops of L-BFGS.
    fn apply(&self, slope: &[f64]) -> Vec<f64> {
        let mut q = slope.to_vec();
        let mut shares = Vec::with_capacity(self.moves.len());
        for (s, y) in self.moves.iter().zip(&self.changes).rev() {
            let share = dot(s, &q) / dot(s, y);
            add_scaled(&mut q, -share, y);
            shares.push(share);
        }
        if let Some(start) = &self.start {
            start.solve(&mut q);
        }
        for ((s, y), share) in self.moves.iter().zip(&self.changes).zip(shares.into_iter().rev()) {
            let back = dot(y, &q) / dot(s, y);
            add_scaled(&mut q, share - back, s);
        }
        q
    }

    fn learn(&mut self, from: &[f64], to: &[f64], slope_from: &[f64], slope_to: &[f64]) {
        let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let (moved, change) = (difference(to, from), difference(slope_to, slope_from));
        if dot(&moved, &change) > 0.0 {
            self.moves.push(moved);
            self.changes.push(change);
        }
    }
}
