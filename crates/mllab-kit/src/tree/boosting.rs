//! Gradient boosting, of first and of second order.

use super::grow::Grower;
use super::model::{Tree, Work};
use super::settings::{Search, TreeSettings};
use super::single::row_weights;
use crate::KitError;
use crate::data::targets_of;
use crate::draws::Draws;
use crate::error::{finite_target, same_length, setting};
use crate::simd::{self, wide_fn};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// What the ensemble makes small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// ½(y − f)²; starts at the mean.
    Squared,
    /// |y − f|; starts at the median, and leaves take medians of residuals.
    Absolute,
    /// Squared up to this distance, absolute beyond (Huber 1964); starts at the median.
    Huber(f64),
    /// Log loss of labels 0 and 1, f in logits; starts at the log odds.
    Logistic,
}

/// How a round uses the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The tree fits the negative gradient by squared error, then each leaf takes the best step for the loss
    /// (Friedman 2001).
    First,
    /// The tree weighs cuts and leaves by gradient and hessian (Chen and Guestrin 2016).
    Second,
}

/// Boosted trees.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::{data::peers, metrics::roc_auc, tree::Boosting};
///
/// let (train, test) = peers::w_class(2000);
/// let model = Boosting::second_order(50).fit_classes(train.x.view(), &train.y, None, &Stream::root(7))?;
/// assert!(roc_auc(&model.raw(test.x.view()), &test.y) > 0.85);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boosting {
    /// Rounds at most.
    pub rounds: usize,
    /// Shrinks each tree's contribution, in (0, 1].
    pub rate: f64,
    /// What is made small. [`Boosting::fit_classes`] wants [`Loss::Logistic`], [`Boosting::fit_numbers`] another.
    pub loss: Loss,
    /// First or second order; second order needs a hessian, so squared or logistic loss.
    pub order: Order,
    /// What each tree may grow to.
    pub tree: TreeSettings,
    /// Share of rows each round sees, drawn without replacement, in (0, 1].
    pub row_share: f64,
    /// Multiplies the weight of positive rows; (negatives / positives) balances the classes.
    pub scale_pos_weight: f64,
    /// Whether to keep the targets of every round: n numbers each.
    pub keep_targets: bool,
    /// Whether to compute the training loss of every round: one pass over the rows each.
    pub keep_training_loss: bool,
}

/// A fitted boosting.
#[derive(Debug, Clone, PartialEq)]
pub struct Boosted {
    /// Where every row starts.
    pub start: f64,
    /// The rate that each tree is shrunk by.
    pub rate: f64,
    /// The trees, in order.
    pub trees: Vec<Tree>,
    /// The loss that was made small.
    pub loss: Loss,
    /// What each round was grown to predict, the negative gradient of the loss at each training row; if kept.
    pub targets: Vec<Vec<f64>>,
    /// Mean training loss after 0, 1, … rounds, weighted like the rows; if kept.
    pub training_loss: Vec<f64>,
    /// Mean loss on the validation rows after 0, 1, … rounds; empty without them.
    pub validation_loss: Vec<f64>,
}

/// Rows that say when to stop; the trees after the best round are dropped.
#[derive(Debug, Clone, Copy)]
pub struct EarlyStop<'a> {
    /// Features, n rows by p columns.
    pub x: ArrayView2<'a, f64>,
    /// Targets; 0 and 1 for labels.
    pub y: &'a [f64],
    /// Rounds without a lower loss before it stops.
    pub patience: usize,
}

impl Boosting {
    /// Friedman's gradient boosting: exact trees of the given depth, rate 0.1.
    pub fn first_order(rounds: usize, depth: usize, loss: Loss) -> Self {
        Boosting {
            rounds,
            rate: 0.1,
            loss,
            order: Order::First,
            tree: TreeSettings { max_depth: depth, ..TreeSettings::default() },
            row_share: 1.0,
            scale_pos_weight: 1.0,
            keep_targets: false,
            keep_training_loss: false,
        }
    }

    /// Second-order boosting of log loss with XGBoost's defaults: depth 6, λ 1, hessian 1 a leaf, 255 bins; rate 0.1.
    pub fn second_order(rounds: usize) -> Self {
        let tree = TreeSettings {
            max_depth: 6,
            min_weight: 1.0,
            l2: 1.0,
            search: Search::Binned(255),
            ..TreeSettings::default()
        };
        Boosting { order: Order::Second, tree, ..Self::first_order(rounds, 6, Loss::Logistic) }
    }

    /// Fits labels; the loss must be logistic.
    ///
    /// # Errors
    /// Inputs of different length or not finite, one class only, unusable weights, or a setting out of range.
    pub fn fit_classes(
        &self,
        x: ArrayView2<f64>,
        y: &[bool],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<Boosted, KitError> {
        crate::error::two_classes(y)?;
        setting(self.loss == Loss::Logistic, "loss", f64::NAN, "logistic for labels")?;
        let targets = targets_of(y);
        self.fit(x, &targets, weights, None, stream)
    }

    /// Fits numbers; the loss must not be logistic.
    ///
    /// # Errors
    /// Inputs of different length or not finite, unusable weights, or a setting out of range.
    pub fn fit_numbers(
        &self,
        x: ArrayView2<f64>,
        y: &[f64],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<Boosted, KitError> {
        setting(self.loss != Loss::Logistic, "loss", f64::NAN, "squared, absolute or Huber for numbers")?;
        self.fit(x, y, weights, None, stream)
    }

    /// Fits either, stopping early if asked; labels are targets 0 and 1.
    ///
    /// # Errors
    /// As [`Boosting::fit_classes`] and [`Boosting::fit_numbers`].
    pub fn fit(
        &self,
        x: ArrayView2<f64>,
        y: &[f64],
        weights: Option<&[f64]>,
        stop: Option<EarlyStop>,
        stream: &Stream,
    ) -> Result<Boosted, KitError> {
        self.check(x, y, stop)?;
        let mut weights = row_weights(y.len(), weights)?;
        if self.loss == Loss::Logistic {
            let positives = weights.iter_mut().zip(y).filter(|(_, y)| **y > 0.5);
            positives.for_each(|(weight, _)| *weight *= self.scale_pos_weight);
        }
        let columns = self.tree.encode(x)?;
        let start = self.start(y, &weights);
        let mut model = Boosted {
            start,
            rate: self.rate,
            trees: Vec::with_capacity(self.rounds),
            loss: self.loss,
            targets: Vec::new(),
            training_loss: Vec::new(),
            validation_loss: Vec::new(),
        };
        let mut fitted = vec![start; y.len()];
        let mut validated = vec![start; stop.map_or(0, |stop| stop.y.len())];
        let mut best = (f64::INFINITY, 0);
        let mut grower = Grower::new(&columns, self.tree);
        let mut steps = vec![[0.0; 2]; y.len()];
        for round in 0..=self.rounds {
            if self.keep_training_loss {
                model.training_loss.push(self.mean_loss(y, &fitted, Some(&weights)));
            }
            if let Some(stop) = stop {
                let loss = self.mean_loss(stop.y, &validated, None);
                model.validation_loss.push(loss);
                if loss < best.0 {
                    best = (loss, round);
                } else if round >= best.1 + stop.patience {
                    break;
                }
            }
            if round == self.rounds {
                break;
            }
            let stream = stream.child("round", round as u64);
            steps_of(self, y, &fitted, &weights, &mut steps);
            if self.keep_targets {
                let target = |((pair, &y), &f): ((&[f64; 2], &f64), &f64)| match self.order {
                    Order::First => pair[0] / pair[1],
                    Order::Second => self.pull(y, f),
                };
                model.targets.push(steps.iter().zip(y).zip(&fitted).map(target).collect());
            }
            self.leave_out(&mut steps, &stream);
            let mut tree = grower.grow(&steps, &mut Draws::new(&stream.child("columns", 0)));
            for (node, rows) in grower.leaves() {
                if let Some(value) = self.leaf_step(rows, y, &fitted, &weights) {
                    tree.nodes[node].value = value;
                }
                let value = self.rate * tree.nodes[node].value;
                rows.iter().for_each(|&row| fitted[row as usize] += value);
            }
            if self.row_share < 1.0 {
                // Rows that the tree did not see are in no leaf yet.
                for (row, pair) in steps.iter().enumerate() {
                    if pair[1] == 0.0 {
                        fitted[row] += self.rate * tree.nodes[tree.leaf(x.row(row))].value;
                    }
                }
            }
            if let Some(stop) = stop {
                tree.add_to(stop.x, self.rate, &mut validated);
            }
            model.trees.push(tree);
        }
        if stop.is_some() {
            model.trees.truncate(best.1);
        }
        Ok(model)
    }

    fn check(&self, x: ArrayView2<f64>, y: &[f64], stop: Option<EarlyStop>) -> Result<(), KitError> {
        self.tree.check()?;
        finite_target("target", x.nrows(), y)?;
        setting(self.rate > 0.0 && self.rate <= 1.0, "rate", self.rate, "above 0 and at most 1")?;
        setting(
            self.row_share > 0.0 && self.row_share <= 1.0,
            "share of rows",
            self.row_share,
            "above 0 and at most 1",
        )?;
        let scale = self.scale_pos_weight;
        setting(scale > 0.0 && scale.is_finite(), "scale of positive weights", scale, "above 0 and finite")?;
        if let Loss::Huber(distance) = self.loss {
            setting(distance > 0.0, "Huber's distance", distance, "above 0")?;
        }
        let smooth = matches!(self.loss, Loss::Squared | Loss::Logistic);
        setting(smooth || self.order == Order::First, "order", 2.0, "first for absolute and Huber loss")?;
        if self.loss == Loss::Logistic {
            let labels = y.iter().all(|&value| value == 0.0 || value == 1.0);
            setting(labels, "target", f64::NAN, "0 or 1 for logistic loss")?;
        }
        if let Some(stop) = stop {
            finite_target("validation target", stop.x.nrows(), stop.y)?;
            same_length("validation columns", x.ncols(), stop.x.ncols())?;
            setting(!stop.y.is_empty(), "validation rows", 0.0, "1 or more")?;
        }
        Ok(())
    }

    /// The best constant.
    fn start(&self, y: &[f64], weights: &[f64]) -> f64 {
        let mean = || {
            let sum: f64 = y.iter().zip(weights).map(|(y, w)| y * w).sum();
            sum / weights.iter().sum::<f64>()
        };
        match self.loss {
            Loss::Squared => mean(),
            Loss::Absolute | Loss::Huber(_) => {
                weighted_median(y.iter().copied().zip(weights.iter().copied()).collect())
            }
            Loss::Logistic => crate::linear::logit(mean()).clamp(-30.0, 30.0),
        }
    }

    /// The negative gradient of the loss at one row.
    #[inline(always)]
    fn pull(&self, y: f64, f: f64) -> f64 {
        match self.loss {
            Loss::Squared => y - f,
            Loss::Absolute => {
                if y > f {
                    1.0
                } else if y < f {
                    -1.0
                } else {
                    0.0
                }
            }
            Loss::Huber(distance) => (y - f).clamp(-distance, distance),
            Loss::Logistic => y - simd::sigmoid(f),
        }
    }

    /// (s, h) of every row.
    #[inline(always)]
    fn steps(&self, y: &[f64], fitted: &[f64], weights: &[f64], out: &mut [[f64; 2]]) {
        let rows = y.iter().zip(fitted).zip(weights).zip(out);
        if self.loss == Loss::Logistic && self.order == Order::Second {
            for (((&y, &f), &weight), pair) in rows {
                let p = simd::sigmoid(f);
                // Floored as in XGBoost, so that a certain row still counts as one.
                *pair = [weight * (y - p), weight * (p * (1.0 - p)).max(1e-16)];
            }
        } else {
            for (((&y, &f), &weight), pair) in rows {
                *pair = [weight * self.pull(y, f), weight];
            }
        }
    }

    /// The first-order leaf value where it is not the mean of the targets.
    fn leaf_step(&self, rows: &[u32], y: &[f64], fitted: &[f64], weights: &[f64]) -> Option<f64> {
        if self.order == Order::Second {
            return None;
        }
        let residual = |&row: &u32| (y[row as usize] - fitted[row as usize], weights[row as usize]);
        match self.loss {
            Loss::Squared => None,
            Loss::Absolute => Some(weighted_median(rows.iter().map(residual).collect())),
            Loss::Huber(distance) => {
                // One step from the median (Friedman 2001, algorithm 4).
                let residuals: Vec<(f64, f64)> = rows.iter().map(residual).collect();
                let middle = weighted_median(residuals.clone());
                let (mut sum, mut mass) = (0.0, 0.0);
                for (residual, weight) in residuals {
                    sum += weight * (residual - middle).clamp(-distance, distance);
                    mass += weight;
                }
                Some(middle + sum / mass)
            }
            Loss::Logistic => {
                // One Newton step (Friedman 2001, algorithm 5).
                let (mut sum, mut mass) = (0.0, 0.0);
                for &row in rows {
                    let p = simd::sigmoid(fitted[row as usize]);
                    sum += weights[row as usize] * (y[row as usize] - p);
                    mass += weights[row as usize] * p * (1.0 - p);
                }
                Some(sum / (mass + self.tree.l2).max(1e-150))
            }
        }
    }

    /// Rows outside this round's sample get the pair (0, 0), which the engine passes over.
    fn leave_out(&self, steps: &mut [[f64; 2]], stream: &Stream) {
        if self.row_share < 1.0 {
            let kept = ((self.row_share * steps.len() as f64).round() as usize).max(1);
            let order = Draws::new(&stream.child("rows", 0)).permutation(steps.len());
            order[kept..].iter().for_each(|&row| steps[row] = [0.0; 2]);
        }
    }

    fn mean_loss(&self, y: &[f64], fitted: &[f64], weights: Option<&[f64]>) -> f64 {
        let one = |y: f64, f: f64| match self.loss {
            Loss::Squared => 0.5 * (y - f) * (y - f),
            Loss::Absolute => (y - f).abs(),
            Loss::Huber(d) => {
                let r = (y - f).abs();
                if r <= d { 0.5 * r * r } else { d * (r - 0.5 * d) }
            }
            Loss::Logistic => simd::softplus(if y > 0.5 { -f } else { f }),
        };
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let (mut sum, mut mass) = (0.0, 0.0);
        for (row, (&y, &f)) in y.iter().zip(fitted).enumerate() {
            sum += weight(row) * one(y, f);
            mass += weight(row);
        }
        sum / mass
    }
}

wide_fn! {
    /// [`Boosting::steps`] at the machine's width.
    fn steps_of<'a>(
        settings: &'a Boosting,
        y: &'a [f64],
        fitted: &'a [f64],
        weights: &'a [f64],
        out: &'a mut [[f64; 2]],
    ) -> () {
        settings.steps(y, fitted, weights, out);
    }
}

impl Boosted {
    /// The sum of all trees: logits for logistic loss, else the predicted number.
    pub fn raw(&self, x: ArrayView2<f64>) -> Vec<f64> {
        let mut sum = vec![self.start; x.nrows()];
        self.trees.iter().for_each(|tree| tree.add_to(x, self.rate, &mut sum));
        sum
    }

    /// The probability of `true`, for logistic loss.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Vec<f64> {
        self.raw(x).into_iter().map(|value| 1.0 / (1.0 + libm::exp(-value))).collect()
    }

    /// Calls `each` with 0, 1, … and the sum of so many trees.
    pub fn staged(&self, x: ArrayView2<f64>, mut each: impl FnMut(usize, &[f64])) {
        let mut sum = vec![self.start; x.nrows()];
        each(0, &sum);
        for (index, tree) in self.trees.iter().enumerate() {
            tree.add_to(x, self.rate, &mut sum);
            each(index + 1, &sum);
        }
    }

    /// Work over all rounds, each of which waits for the one before.
    pub fn work(&self) -> Work {
        let mut work = Work { sequential_rounds: self.trees.len() as u64, ..Work::default() };
        self.trees.iter().for_each(|tree| work.add(tree.work));
        work
    }
}

/// The value at which half the weight is reached; the middle of two where it is reached exactly.
fn weighted_median(mut values: Vec<(f64, f64)>) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * values.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut reached = 0.0;
    for index in 0..values.len() {
        reached += values[index].1;
        if reached > half || index + 1 == values.len() {
            return values[index].0;
        }
        if reached == half {
            return 0.5 * (values[index].0 + values[index + 1].0);
        }
    }
    0.0
}
