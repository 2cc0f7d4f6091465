//! Generated tables with two classes.
//!
//! Each generator is a plain struct of settings with `draw(n, stream)`; features, labels and noise come from streams
//! of their own, so that changing one leaves the others alone.

use super::Labelled;
use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::Array2;

/// `n` rows by `p` columns of standard normals.
///
/// ```
/// use mllab_core::Stream;
///
/// let x = mllab_kit::data::classes::normal_features(5, 3, &Stream::root(7));
/// assert_eq!(x.dim(), (5, 3));
/// ```
pub fn normal_features(n: usize, p: usize, stream: &Stream) -> Array2<f64> {
    let mut draws = Draws::new(stream);
    Array2::from_shape_simple_fn((n, p), || draws.normal())
}

/// Labels drawn one by one with probability `prevalence`; with `exact`, a fixed count instead, in random order.
pub fn labels(n: usize, prevalence: f64, exact: bool, stream: &Stream) -> Vec<bool> {
    let mut draws = Draws::new(stream);
    if !exact {
        return (0..n).map(|_| draws.happens(prevalence)).collect();
    }
    let positives = (prevalence * n as f64).round() as usize;
    let mut y: Vec<bool> = (0..n).map(|row| row < positives).collect();
    draws.shuffle(&mut y);
    y
}

/// Two normal clouds, `separation` standard deviations apart along each of the `informative` first columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoGaussians {
    /// Share of positive rows, in [0, 1].
    pub prevalence: f64,
    /// Distance of the two means along each informative column, in standard deviations.
    pub separation: f64,
    /// How many columns carry the difference.
    pub informative: usize,
    /// How many columns there are.
    pub columns: usize,
}

impl TwoGaussians {
    /// Labels drawn with the prevalence, then features given the label.
    #[must_use]
    pub fn draw(&self, n: usize, stream: &Stream) -> Labelled {
        self.fill(labels(n, self.prevalence, false, &stream.child("labels", 0)), stream)
    }

    /// The same with exactly round(prevalence · n) positives.
    #[must_use]
    pub fn draw_exact(&self, n: usize, stream: &Stream) -> Labelled {
        self.fill(labels(n, self.prevalence, true, &stream.child("labels", 0)), stream)
    }

    fn fill(&self, y: Vec<bool>, stream: &Stream) -> Labelled {
        let mut x = normal_features(y.len(), self.columns, &stream.child("features", 0));
        for (mut row, &label) in x.rows_mut().into_iter().zip(&y) {
            if label {
                row.iter_mut().take(self.informative).for_each(|value| *value += self.separation);
            }
        }
        Labelled { x, y }
    }
}

/// A logistic model: normal features and P(y) = sigmoid(intercept + x · weights).
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// The logit at the origin; [`Logistic::with_prevalence`] finds it from a share of positives.
    pub intercept: f64,
    /// One weight a column.
    pub weights: Vec<f64>,
}

impl Logistic {
    /// The model with these weights whose expected share of positives is `prevalence`.
    ///
    /// The logit is normal with sd ‖weights‖, so the share is an integral on one axis, solved by bisection.
    pub fn with_prevalence(prevalence: f64, weights: Vec<f64>) -> Self {
        let sd = weights.iter().map(|w| w * w).sum::<f64>().sqrt();
        let share = |intercept: f64| {
            let nodes = (-400..=400).map(|step| f64::from(step) * 0.02);
            let (mut mass, mut total) = (0.0, 0.0);
            for z in nodes {
                let density = libm::exp(-0.5 * z * z);
                mass += density / (1.0 + libm::exp(-(intercept + sd * z)));
                total += density;
            }
            mass / total
        };
        let (mut low, mut high) = (-60.0, 60.0);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if share(middle) < prevalence { low = middle } else { high = middle }
        }
        Logistic { intercept: 0.5 * (low + high), weights }
    }

    /// `n` rows.
    #[must_use]
    pub fn draw(&self, n: usize, stream: &Stream) -> Labelled {
        let x = normal_features(n, self.weights.len(), &stream.child("features", 0));
        let logit = |row: ndarray::ArrayView1<f64>| {
            self.intercept + row.iter().zip(&self.weights).map(|(a, b)| a * b).sum::<f64>()
        };
        from_logits(x, logit, &stream.child("labels", 0))
    }
}

/// Labels drawn from the logit of each row: for truths that are not linear (x0 · x1, a ring, a rotated boundary).
pub fn from_logits(x: Array2<f64>, logit: impl Fn(ndarray::ArrayView1<f64>) -> f64, stream: &Stream) -> Labelled {
    let mut draws = Draws::new(stream);
    let y = x.rows().into_iter().map(|row| draws.happens(1.0 / (1.0 + libm::exp(-logit(row))))).collect();
    Labelled { x, y }
}

/// Two interleaved half circles with normal noise, as scikit-learn's `make_moons`: the upper one is negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoMoons {
    /// Share of positive rows.
    pub prevalence: f64,
    /// Standard deviation of the noise; the circles have radius 1.
    pub noise: f64,
    /// Further columns of standard normal noise after the two that matter.
    pub noise_columns: usize,
}

impl TwoMoons {
    /// `n` rows, of which round(prevalence · n) are positive.
    #[must_use]
    pub fn draw(&self, n: usize, stream: &Stream) -> Labelled {
        let y = labels(n, self.prevalence, true, &stream.child("labels", 0));
        let mut x = normal_features(n, 2 + self.noise_columns, &stream.child("features", 0));
        let mut draws = Draws::new(&stream.child("angles", 0));
        for (mut row, &label) in x.rows_mut().into_iter().zip(&y) {
            let angle = draws.between(0.0, std::f64::consts::PI);
            let (cos, sin) = (libm::cos(angle), libm::sin(angle));
            let (a, b) = if label { (1.0 - cos, 0.5 - sin) } else { (cos, sin) };
            row[0] = a + self.noise * row[0];
            row[1] = b + self.noise * row[1];
        }
        Labelled { x, y }
    }
}

/// A ring of positives of the given radius around a normal cloud of negatives, in two columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// Share of positive rows.
    pub prevalence: f64,
    /// Radius of the ring; the cloud has sd 1.
    pub radius: f64,
    /// Standard deviation of the ring's width.
    pub noise: f64,
}

impl Ring {
    /// `n` rows, of which round(prevalence · n) are positive.
    #[must_use]
    pub fn draw(&self, n: usize, stream: &Stream) -> Labelled {
        let y = labels(n, self.prevalence, true, &stream.child("labels", 0));
        let mut x = normal_features(n, 2, &stream.child("features", 0));
        let mut draws = Draws::new(&stream.child("angles", 0));
        for (mut row, &label) in x.rows_mut().into_iter().zip(&y) {
            let angle = draws.between(0.0, 2.0 * std::f64::consts::PI);
            if label {
                row[0] = self.radius * libm::cos(angle) + self.noise * row[0];
                row[1] = self.radius * libm::sin(angle) + self.noise * row[1];
            }
        }
        Labelled { x, y }
    }
}

/// Ten normal columns and y = sign(Σx² − 9.34), about half positive (Hastie, Tibshirani and Friedman 2009, eq. 10.2).
pub fn hastie(n: usize, stream: &Stream) -> Labelled {
    let x = normal_features(n, 10, &stream.child("features", 0));
    let y = x.rows().into_iter().map(|row| row.iter().map(|v| v * v).sum::<f64>() > 9.34).collect();
    Labelled { x, y }
}

/// Features that say nothing about labels drawn independently: an honest score straddles chance.
pub fn pure_noise(n: usize, p: usize, prevalence: f64, stream: &Stream) -> Labelled {
    let x = normal_features(n, p, &stream.child("features", 0));
    Labelled { x, y: labels(n, prevalence, false, &stream.child("labels", 0)) }
}

/// Each label turned over with probability `share`.
pub fn flip_labels(y: &[bool], share: f64, stream: &Stream) -> Vec<bool> {
    let mut draws = Draws::new(stream);
    y.iter().map(|&label| label != draws.happens(share)).collect()
}

/// Rows of entities: features close to the entity's own, and labels that belong to the entity and mean nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grouped {
    /// How many entities.
    pub groups: usize,
    /// Rows of each.
    pub rows_each: usize,
    /// Columns.
    pub columns: usize,
    /// Spread of an entity's rows around its centre, in units of the spread of the centres.
    pub within: f64,
}

impl Grouped {
    /// The rows, entity by entity, and the entity of each row as its key.
    #[must_use]
    pub fn draw(&self, stream: &Stream) -> (Labelled, Vec<u64>) {
        let n = self.groups * self.rows_each;
        let centres = normal_features(self.groups, self.columns, &stream.child("centres", 0));
        let entity = labels(self.groups, 0.5, false, &stream.child("labels", 0));
        let mut x = normal_features(n, self.columns, &stream.child("features", 0));
        for (row_idx, mut row) in x.rows_mut().into_iter().enumerate() {
            let centre = centres.row(row_idx / self.rows_each);
            row.zip_mut_with(&centre, |value, middle| *value = middle + self.within * *value);
        }
        let key: Vec<u64> = (0..n).map(|row| (row / self.rows_each) as u64).collect();
        let y = key.iter().map(|&k| entity[k as usize]).collect();
        (Labelled { x, y }, key)
    }

    /// The same with labels that mean something: positive where the sum of the first two columns of an entity's mean row,
    /// with standard normal noise, is.
    #[must_use]
    pub fn draw_located(&self, stream: &Stream) -> (Labelled, Vec<u64>) {
        let (mut table, key) = self.draw(stream);
        let mut draws = Draws::new(&stream.child("noise", 0));
        for entity in 0..self.groups {
            let own = entity * self.rows_each..(entity + 1) * self.rows_each;
            let sum: f64 = own.clone().map(|row| table.x[[row, 0]] + table.x[[row, 1]]).sum();
            table.y[own].fill(sum / self.rows_each as f64 + draws.normal() > 0.0);
        }
        (table, key)
    }
}

/// A minority whose homes are known, among a wide majority.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::classes::Enclaves;
///
/// let world = Enclaves::draw(true, &Stream::root(1));
/// assert_eq!((world.table.positives(), world.table.y.len(), world.homes.len()), (40, 440, 10));
/// assert!(world.is_abroad(&[0.0, 0.0]) && !world.is_abroad(&world.homes[3]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Enclaves {
    /// Its rows.
    pub table: Labelled,
    /// Where the minority lives.
    pub homes: Vec<[f64; 2]>,
    /// Standard deviation of the minority around its homes.
    pub sd: f64,
}

impl Enclaves {
    /// 400 majority rows; 40 minority rows in one cloud, or in ten clusters of four on a circle.
    pub fn draw(clustered: bool, stream: &Stream) -> Self {
        let homes: Vec<[f64; 2]> = if clustered {
            let angle = |place: usize| std::f64::consts::TAU * place as f64 / 10.0;
            (0..10).map(|place| [5.0 * libm::cos(angle(place)), 5.0 * libm::sin(angle(place))]).collect()
        } else {
            vec![[2.5, 0.0]]
        };
        let sd = if clustered { 0.3 } else { 1.0 };
        let mut draws = Draws::new(&stream.child("world", 0));
        let y: Vec<bool> = (0..440).map(|row| row < 40).collect();
        let x = Array2::from_shape_fn((440, 2), |(row, column)| {
            if y[row] { homes[row % homes.len()][column] + sd * draws.normal() } else { 2.5 * draws.normal() }
        });
        Enclaves { table: Labelled { x, y }, homes, sd }
    }

    /// Whether a place is four sd or more from every home.
    pub fn is_abroad(&self, row: &[f64]) -> bool {
        self.homes.iter().all(|home| libm::hypot(row[0] - home[0], row[1] - home[1]) >= 4.0 * self.sd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(y: &[bool]) -> f64 {
        y.iter().filter(|&&label| label).count() as f64 / y.len() as f64
    }

    #[test]
    fn a_wanted_prevalence_is_what_comes() {
        let n = 100_000;
        for (index, prevalence) in [0.5, 0.1, 0.02].into_iter().enumerate() {
            let stream = Stream::root(1).child("prevalence", index as u64);
            let four_errors = 4.0 * f64::sqrt(prevalence * (1.0 - prevalence) / n as f64);
            let gaussians = TwoGaussians { prevalence, separation: 2.0, informative: 1, columns: 5 };
            let model = Logistic::with_prevalence(prevalence, vec![1.0, -0.5, 0.25]);
            for found in [gaussians.draw(n, &stream).y, model.draw(n, &stream).y] {
                assert!((share(&found) - prevalence).abs() < four_errors, "{} at {prevalence}", share(&found));
            }
            assert_eq!(gaussians.draw_exact(1000, &stream).positives(), (1000.0 * prevalence) as usize);
        }
    }

    #[test]
    fn located_entities_have_labels_of_their_own_that_their_place_foretells() {
        let entities = Grouped { groups: 4000, rows_each: 2, columns: 3, within: 0.1 };
        let (table, key) = entities.draw_located(&Stream::root(4));
        assert!(key.chunks(2).all(|keys| keys[0] == keys[1]) && table.y.chunks(2).all(|y| y[0] == y[1]));
        let right = table.x.rows().into_iter().zip(&table.y).filter(|(row, y)| (row[0] + row[1] > 0.0) == **y).count();
        // A normal of variance 2 (and a little) and itself with noise 1 agree in sign with chance 1 − acos(√(2/3)) / π = .804.
        assert!((right as f64 / 8000.0 - 0.804).abs() < 0.02, "{right}");
    }

    #[test]
    fn the_shapes_are_where_they_should_be() {
        let stream = Stream::root(2);
        let moons = TwoMoons { prevalence: 0.5, noise: 0.0, noise_columns: 3 }.draw(500, &stream);
        for (row, &label) in moons.x.rows().into_iter().zip(&moons.y) {
            let (dx, dy) = if label { (row[0] - 1.0, row[1] - 0.5) } else { (row[0], row[1]) };
            assert!((dx.hypot(dy) - 1.0).abs() < 1e-12 && if label { dy <= 0.0 } else { dy >= 0.0 });
        }
        let hastie = hastie(50_000, &stream);
        // The median of chi-square with 10 degrees of freedom is 9.342.
        assert!((share(&hastie.y) - 0.5).abs() < 4.0 * 0.5 / f64::sqrt(50_000.0));
        let (grouped, key) = Grouped { groups: 20, rows_each: 5, columns: 3, within: 0.0 }.draw(&stream);
        assert_eq!(grouped.x.row(5), grouped.x.row(9));
        assert_ne!(grouped.x.row(4), grouped.x.row(5));
        assert_eq!(key[99], 19);
    }

    #[test]
    fn features_do_not_move_when_labels_do() {
        let stream = Stream::root(5);
        let even = TwoGaussians { prevalence: 0.5, separation: 0.0, informative: 1, columns: 2 };
        let rare = TwoGaussians { prevalence: 0.01, ..even };
        assert_eq!(even.draw(50, &stream).x, rare.draw(50, &stream).x);
        let flipped = flip_labels(&[true; 10_000], 0.2, &stream);
        assert!((share(&flipped) - 0.8).abs() < 0.016);
    }
}
