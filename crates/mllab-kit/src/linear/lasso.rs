//! Lasso and elastic net by coordinate descent along a warm-started path.

use super::active_set::ActiveSet;
use super::cholesky::Cholesky;
use super::gram::{column_products, gram};
use crate::KitError;
use crate::error::{finite_table, finite_target, setting};
use crate::simd::{add_scaled, dot, wide_fn};
use ndarray::{Array2, ArrayView2};

/// Minimises (1/2n)‖y − Xb‖² + λ(α‖b‖₁ + (1 − α)/2 ‖b‖²).
///
/// Coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010, §2.2): q = Xᵀ(y − Xb)/n is kept
/// for every column, so a coordinate costs O(p) when it moves and O(1) when it does not. Sweeps go over the non-zero
/// coordinates until they rest, then over all. Each λ starts where the two before point to, since the solution is
/// piecewise linear in λ. Where columns are near copies of each other and the sweeps only creep, the non-zero
/// coordinates are solved for at once. Where these are many or `max_sweeps` do not do either (as many non-zero
/// coordinates as rows, or columns that add up to others), this λ and those after it are solved coordinate by
/// coordinate with a factor that follows the non-zero ones (feature-sign search; Lee, Battle, Raina and Ng 2006), and
/// the path says so. A fit stops when both the duality gap and the KKT residual are small enough.
///
/// ```
/// use mllab_kit::linear::ElasticNet;
/// use ndarray::array;
///
/// // Orthonormal columns: the lasso is a soft threshold of Xᵀy/n = (2, 1).
/// let x = array![[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
/// let path = ElasticNet::default().path(x.view(), &[3.0, 1.0, -1.0, -3.0], &[1.5])?;
/// assert_eq!(path.coefficients.column(0).to_vec(), [0.5, 0.0]);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ElasticNet {
    /// α: the share of the absolute-value penalty, in (0, 1]; 1 is the lasso. For 0 use [`super::ridge_path`].
    pub l1_share: f64,
    /// The duality gap allowed, as a share of ‖y‖²/n.
    pub gap_tolerance: f64,
    /// The KKT residual allowed, as a share of the smallest penalty that gives all zeros.
    pub kkt_tolerance: f64,
    /// Sweeps allowed for one λ before the non-zero coordinates are searched for one by one.
    pub max_sweeps: usize,
}

impl Default for ElasticNet {
    /// The lasso at the tight setting: a gap of 1e-10 and a KKT residual of 1e-9.
    fn default() -> Self {
        ElasticNet { l1_share: 1.0, gap_tolerance: 1e-10, kkt_tolerance: 1e-9, max_sweeps: 20 }
    }
}

/// Coefficients for every penalty of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct PenaltyPath {
    /// The penalties λ, as given.
    pub lambdas: Vec<f64>,
    /// p rows by one column a penalty; a dropped column's coefficient is exactly 0.
    pub coefficients: Array2<f64>,
    /// Sweeps over coordinates that each penalty took.
    pub sweeps: Vec<usize>,
    /// The first penalty, if any, from which on sweeps were given up for the search of the non-zero coordinates.
    pub searched_from: Option<usize>,
}

impl PenaltyPath {
    /// How many coefficients are not zero, for each penalty: the lasso's degrees of freedom
    /// (Zou, Hastie and Tibshirani 2007).
    pub fn active(&self) -> Vec<usize> {
        self.coefficients.columns().into_iter().map(|b| b.iter().filter(|&&v| v != 0.0).count()).collect()
    }
}

impl ElasticNet {
    /// The solution for each λ, in the order given; descending order is fastest.
    ///
    /// # Errors
    /// Inputs of different length or not finite, λ not above 0, α outside (0, 1], or no convergence.
    pub fn path(&self, x: ArrayView2<f64>, y: &[f64], lambdas: &[f64]) -> Result<PenaltyPath, KitError> {
        finite_table("table", x)?;
        finite_target("target", x.nrows(), y)?;
        setting(self.l1_share > 0.0 && self.l1_share <= 1.0, "share of l1", self.l1_share, "above 0 and at most 1")?;
        for &lambda in lambdas {
            setting(lambda > 0.0 && lambda.is_finite(), "penalty", lambda, "above 0 and finite")?;
        }
        let mut descent = Descent::new(x, y, *self);
        let mut path = PenaltyPath {
            lambdas: lambdas.to_vec(),
            coefficients: Array2::zeros((x.ncols(), lambdas.len())),
            sweeps: Vec::with_capacity(lambdas.len()),
            searched_from: None,
        };
        for (index, &lambda) in lambdas.iter().enumerate() {
            let step = match index {
                0 | 1 => f64::NAN,
                _ => (lambda - lambdas[index - 1]) / (lambdas[index - 1] - lambdas[index - 2]),
            };
            let last = (descent.b.clone(), descent.q.clone());
            let sweeps_do = path.searched_from.is_none();
            if sweeps_do && step.is_finite() {
                descent.extrapolate(step);
            }
            descent.before = last;
            let swept = if sweeps_do { sweep_down(&mut descent, lambda) } else { Err(0) };
            let (Ok(sweeps) | Err(sweeps)) = swept;
            path.sweeps.push(sweeps);
            if swept.is_err() {
                path.searched_from = path.searched_from.or(Some(index));
                search(&mut descent, lambda)?;
            }
            path.coefficients.column_mut(index).iter_mut().zip(&descent.b).for_each(|(to, &from)| *to = from);
        }
        Ok(path)
    }
}

/// The smallest λ at which every lasso coefficient is zero: max |Xᵀy| / n.
pub fn largest_penalty(x: ArrayView2<f64>, y: &[f64]) -> f64 {
    column_products(x, y).iter().fold(0.0, |most: f64, value| most.max(value.abs()))
}

/// `count` penalties from `largest` down to `largest / ratio`, evenly spaced on a log axis.
pub fn penalty_grid(largest: f64, ratio: f64, count: usize) -> Vec<f64> {
    let step = libm::log(ratio) / (count.max(2) - 1) as f64;
    (0..count).map(|index| largest * libm::exp(-step * index as f64)).collect()
}

/// The largest breach of the optimality conditions: |q_j − l2 b_j| ≤ l1 where b_j = 0, and
/// q_j − l2 b_j = l1 sign(b_j) elsewhere, with q = Xᵀ(y − Xb)/n. The lasso has l2 = 0, ridge l1 = 0.
pub fn kkt_residual(x: ArrayView2<f64>, y: &[f64], b: &[f64], l1: f64, l2: f64) -> f64 {
    let fitted = super::predict(x, b);
    let residual: Vec<f64> = y.iter().zip(fitted).map(|(a, f)| a - f).collect();
    breach(&column_products(x, &residual), b, l1, l2)
}

#[inline(always)]
fn breach(q: &[f64], b: &[f64], l1: f64, l2: f64) -> f64 {
    let one = |(&q, &b): (&f64, &f64)| {
        let slope = q - l2 * b;
        if b == 0.0 { (slope.abs() - l1).max(0.0) } else { (slope - l1 * b.signum()).abs() }
    };
    q.iter().zip(b).map(one).fold(0.0, f64::max)
}

/// Columns of XᵀX/n: all at once, or each when it is first needed where there are many.
struct Covariance<'a> {
    x: ArrayView2<'a, f64>,
    columns: Vec<Option<Box<[f64]>>>,
    diagonal: Vec<f64>,
}

/// Up to so many columns the whole of XᵀX is cheaper than its columns one by one.
const WHOLE_GRAM: usize = 1024;

impl<'a> Covariance<'a> {
    fn new(x: ArrayView2<'a, f64>) -> Self {
        let (n, p) = x.dim();
        if p <= WHOLE_GRAM {
            let whole = gram(x);
            let columns = whole.rows().into_iter().map(|row| Some(row.to_vec().into_boxed_slice())).collect();
            return Covariance { x, columns, diagonal: whole.diag().to_vec() };
        }
        let mut diagonal = vec![0.0; p];
        for row in x.rows() {
            diagonal.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * value / n as f64);
        }
        Covariance { x, columns: vec![None; p], diagonal }
    }

    #[inline(always)]
    fn column(&mut self, j: usize) -> &[f64] {
        let x = self.x;
        self.columns[j].get_or_insert_with(|| column_products(x, &x.column(j).to_vec()).into_boxed_slice())
    }
}

wide_fn! {
    /// [`Descent::sweep_down`] at the machine's width.
    fn sweep_down<'a, 'b>(descent: &'a mut Descent<'b>, lambda: f64) -> Result<usize, usize> {
        descent.sweep_down(lambda)
    }
}

wide_fn! {
    /// [`Descent::search`] at the machine's width.
    fn search<'a, 'b>(descent: &'a mut Descent<'b>, lambda: f64) -> Result<(), KitError> {
        descent.search(lambda)
    }
}

/// After so many rounds of sweeps at one λ the non-zero coordinates are solved for at once.
const CREEPING: usize = 3;
/// With more non-zero coordinates than this, whose system is made anew for each that meets zero, the search is cheaper.
const LARGEST_LEAP: usize = 64;

struct Descent<'a> {
    settings: ElasticNet,
    covariance: Covariance<'a>,
    b: Vec<f64>,
    /// Xᵀ(y − Xb)/n.
    q: Vec<f64>,
    /// Xᵀy/n.
    c: Vec<f64>,
    y_square: f64,
    largest: f64,
    before: (Vec<f64>, Vec<f64>),
    /// What the search ended with at the last λ; empty while sweeps do.
    active: ActiveSet,
}

impl<'a> Descent<'a> {
    fn new(x: ArrayView2<'a, f64>, y: &[f64], settings: ElasticNet) -> Self {
        let c = column_products(x, y);
        let largest = c.iter().fold(0.0, |most: f64, value| most.max(value.abs())) / settings.l1_share;
        Descent {
            settings,
            covariance: Covariance::new(x),
            b: vec![0.0; c.len()],
            q: c.clone(),
            y_square: dot(y, y) / y.len() as f64,
            largest,
            before: (vec![0.0; c.len()], c.clone()),
            active: ActiveSet::default(),
            c,
        }
    }

    /// Moves on along the line through the last two solutions; a coordinate that would turn its sign stays put.
    fn extrapolate(&mut self, step: f64) {
        let mut held = Vec::new();
        for j in 0..self.b.len() {
            let (now, then) = (self.b[j], self.before.0[j]);
            self.q[j] += step * (self.q[j] - self.before.1[j]);
            if now == then {
                continue;
            }
            let moved = now + step * (now - then);
            if now != 0.0 && then != 0.0 && moved * now > 0.0 {
                self.b[j] = moved;
            } else {
                held.push((j, step * (now - then)));
            }
        }
        for (j, missed) in held {
            let column = self.covariance.column(j);
            add_scaled(&mut self.q, missed, column);
        }
    }

    /// λ's parts on |b| and on b²/2, and the KKT residual that is small enough.
    fn terms(&self, lambda: f64) -> (f64, f64, f64) {
        let share = self.settings.l1_share;
        (lambda * share, lambda * (1.0 - share), self.settings.kkt_tolerance * self.largest)
    }

    #[inline(always)]
    fn is_solved(&self, l1: f64, l2: f64, rest: f64) -> bool {
        breach(&self.q, &self.b, l1, l2) <= rest && self.gap(l1, l2) <= self.settings.gap_tolerance
    }

    /// Coordinate descent at one λ; returns the sweeps taken, as an error where they did not do.
    #[inline(always)]
    fn sweep_down(&mut self, lambda: f64) -> Result<usize, usize> {
        let (l1, l2, rest) = self.terms(lambda);
        for sweep in 1..=self.settings.max_sweeps {
            let whole = self.sweep(l1, l2, false);
            // A full sweep that moved nothing by much: judge, else settle the active ones first.
            if whole <= rest || sweep % 8 == 0 {
                if self.is_solved(l1, l2, rest) {
                    return Ok(sweep);
                }
                if whole <= 1e-3 * rest {
                    // Nothing moves any more, but the kept q has drifted by rounding: make it anew.
                    self.refresh();
                }
            }
            if sweep % CREEPING == 0 {
                if self.b.iter().filter(|&&b| b != 0.0).count() > LARGEST_LEAP {
                    return Err(sweep);
                }
                self.leap(l1, l2);
            }
            for _ in 0..10 {
                if self.sweep(l1, l2, true) <= 0.3 * rest {
                    break;
                }
            }
        }
        Err(self.settings.max_sweeps)
    }

    /// Feature-sign search at one λ: to the minimum over the non-zero coordinates with their signs, dropping those that
    /// meet zero on the way, then in with the zero coordinate that pulls most, until none pulls.
    #[inline(always)]
    fn search(&mut self, lambda: f64) -> Result<(), KitError> {
        let (l1, l2, rest) = self.terms(lambda);
        // Leaps over columns that all but depend on each other can have led anywhere: back to the last solution.
        self.b.clone_from(&self.before.0);
        self.refresh();
        let mut active = std::mem::take(&mut self.active);
        if l2 > 0.0 || active.columns().is_empty() {
            // With a squared part the factor is another at each λ.
            active = ActiveSet::default();
            for j in 0..self.b.len() {
                if self.b[j] != 0.0 {
                    self.enter(&mut active, j, l2);
                }
            }
        }
        let allowed = 100 + 10 * self.b.len();
        for step in 0..allowed {
            while self.step(&mut active, l1, l2) {}
            let pull = |&j: &usize| if self.b[j] == 0.0 { self.q[j].abs() - l1 } else { 0.0 };
            let most = (0..self.b.len()).max_by(|a, b| pull(a).total_cmp(&pull(b)));
            match most.filter(|j| pull(j) > 1e-10 * self.largest) {
                _ if self.is_solved(l1, l2, rest) => {
                    self.active = active;
                    return Ok(());
                }
                Some(j) => self.enter(&mut active, j, l2),
                // What is left is rounding in the kept q.
                None if step < allowed / 2 => self.refresh(),
                None => break,
            }
        }
        Err(KitError::NotConverged { method: "the search for the lasso's coefficients", iterations: allowed })
    }

    /// Makes coordinate `j` one of the active ones. Where its column is made up of theirs, it and they first move so
    /// that the fit stays and Σ|b| does not grow, until one of them is zero and out.
    #[inline(always)]
    fn enter(&mut self, active: &mut ActiveSet, j: usize, l2: f64) {
        let sign = if self.b[j] == 0.0 { self.q[j].signum() } else { self.b[j].signum() };
        while let Err(shares) = active.add(j, sign, self.covariance.column(j), l2) {
            let saved: f64 = shares.iter().zip(active.signs()).map(|(share, sign)| share * sign).sum();
            let turn = if self.b[j] == 0.0 || sign * saved > 1.0 { sign } else { -sign };
            let own = if self.b[j] * turn < 0.0 { self.b[j].abs() } else { f64::INFINITY };
            let meets = |(k, (&i, share)): (usize, (&usize, &f64))| {
                let far = self.b[i] / (turn * share);
                (far >= 0.0 && share.abs() > 1e-9).then_some((far, k))
            };
            let first = active.columns().iter().zip(&shares).enumerate().filter_map(meets);
            let first = first.min_by(|a, b| a.0.total_cmp(&b.0));
            let far = first.map_or(own, |(far, _)| far.min(own));
            if far == f64::INFINITY {
                return;
            }
            for (k, share) in shares.iter().enumerate() {
                self.shift(active.columns()[k], -far * turn * share);
            }
            self.shift(j, far * turn);
            match first {
                Some((at, k)) if at <= own => {
                    self.put_out(active, k);
                    if self.b[j] == 0.0 {
                        return;
                    }
                }
                _ => return self.shift(j, -self.b[j]),
            }
        }
    }

    /// Goes towards the minimum over the active coordinates up to the first that meets zero, which leaves them;
    /// returns whether one did.
    #[inline(always)]
    fn step(&mut self, active: &mut ActiveSet, l1: f64, l2: f64) -> bool {
        let slope = |(&j, sign): (&usize, &f64)| self.q[j] - l2 * self.b[j] - l1 * sign;
        let mut step: Vec<f64> = active.columns().iter().zip(active.signs()).map(slope).collect();
        active.solve(&mut step);
        let (mut share, mut first) = (1.0, None);
        for (k, step) in step.iter().enumerate() {
            let (b, sign) = (self.b[active.columns()[k]], active.signs()[k]);
            if step * sign < 0.0 && b.abs() <= share * step.abs() {
                (share, first) = (b.abs() / step.abs(), Some(k));
            }
        }
        for (k, step) in step.iter().enumerate() {
            self.shift(active.columns()[k], share * step);
        }
        first.is_some_and(|k| {
            self.put_out(active, k);
            true
        })
    }

    fn put_out(&mut self, active: &mut ActiveSet, k: usize) {
        let j = active.columns()[k];
        self.shift(j, -self.b[j]);
        active.drop(k);
    }

    #[inline(always)]
    fn shift(&mut self, j: usize, change: f64) {
        self.b[j] += change;
        let column = self.covariance.column(j);
        add_scaled(&mut self.q, -change, column);
    }

    /// Minimises over each coordinate in turn; returns the largest change of slope that a move made.
    #[inline(always)]
    fn sweep(&mut self, l1: f64, l2: f64, active_only: bool) -> f64 {
        let mut most: f64 = 0.0;
        for j in 0..self.b.len() {
            let old = self.b[j];
            if old == 0.0 && (active_only || self.q[j].abs() <= l1) {
                continue;
            }
            let curvature = self.covariance.diagonal[j];
            if curvature == 0.0 {
                continue;
            }
            let pull = self.q[j] + curvature * old;
            let new = if pull.abs() <= l1 { 0.0 } else { (pull.abs() - l1).copysign(pull) / (curvature + l2) };
            let change = new - old;
            if change != 0.0 {
                self.b[j] = new;
                let column = self.covariance.column(j);
                add_scaled(&mut self.q, -change, column);
                most = most.max(change.abs() * (curvature + l2));
            }
        }
        most
    }

    /// Goes to the minimum over the non-zero coordinates with their signs as they are, or as far towards it as the first
    /// of them that meets zero, which then stays there; until none does.
    fn leap(&mut self, l1: f64, l2: f64) {
        loop {
            let active: Vec<usize> = (0..self.b.len()).filter(|&j| self.b[j] != 0.0).collect();
            let size = active.len();
            if size == 0 {
                return;
            }
            let mut system = vec![0.0; size * size];
            for (k, &j) in active.iter().enumerate() {
                let column = self.covariance.column(j);
                active.iter().enumerate().for_each(|(i, &row)| system[i * size + k] = column[row]);
                system[k * size + k] += l2;
            }
            let slope = |&j: &usize| self.q[j] - l2 * self.b[j] - l1 * self.b[j].signum();
            let mut step: Vec<f64> = active.iter().map(slope).collect();
            Cholesky::new(&system, size).solve(&mut step);
            let (mut share, mut first) = (1.0, None);
            for (&j, step) in active.iter().zip(&step) {
                let to_zero = -self.b[j] / step;
                if to_zero > 0.0 && to_zero < share {
                    (share, first) = (to_zero, Some(j));
                }
            }
            for (&j, step) in active.iter().zip(&step) {
                let change = if first == Some(j) { -self.b[j] } else { share * step };
                self.b[j] = if first == Some(j) { 0.0 } else { self.b[j] + change };
                let column = self.covariance.column(j);
                add_scaled(&mut self.q, -change, column);
            }
            if first.is_none() {
                return;
            }
        }
    }

    /// The duality gap as a share of ‖y‖²/n, the ridge part seen as extra rows.
    #[inline(always)]
    fn gap(&self, l1: f64, l2: f64) -> f64 {
        let (bc, bq, bb) = (dot(&self.b, &self.c), dot(&self.b, &self.q), dot(&self.b, &self.b));
        let absolute: f64 = self.b.iter().map(|v| v.abs()).sum();
        let residual = self.y_square - bc - bq + l2 * bb;
        let steepest = self.q.iter().zip(&self.b).map(|(q, b)| (q - l2 * b).abs()).fold(0.0, f64::max);
        let scale = if steepest > l1 { l1 / steepest } else { 1.0 };
        let primal = 0.5 * residual + l1 * absolute;
        let dual = scale * (self.y_square - bc) - 0.5 * scale * scale * residual;
        (primal - dual) / self.y_square.max(f64::MIN_POSITIVE)
    }

    fn refresh(&mut self) {
        self.q.clone_from(&self.c);
        for j in 0..self.b.len() {
            if self.b[j] != 0.0 {
                let column = self.covariance.column(j);
                add_scaled(&mut self.q, -self.b[j], column);
            }
        }
    }
}
