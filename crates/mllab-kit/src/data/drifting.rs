//! Streams whose distribution or whose rule changes on the way.

use super::Labelled;
use super::classes::{from_logits, normal_features};
use crate::draws::Draws;
use mllab_core::Stream;
use ndarray::{Array2, ArrayView1, ArrayViewMut1};

/// How a change comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Not at all.
    None,
    /// From one row to the next.
    Abrupt,
    /// Rows of the new kind become more frequent over so many rows.
    Gradual(usize),
    /// The size grows evenly over so many rows.
    Incremental(usize),
    /// Old and new take turns of so many rows.
    Recurring(usize),
    /// From one row to the next, and only the spread: the size is the factor's excess over 1.
    VarianceOnly,
}

impl Change {
    /// The kinds, by name, as figures show them.
    pub const NAMED: [(&'static str, Change); 6] = [
        ("none", Change::None),
        ("abrupt", Change::Abrupt),
        ("gradual", Change::Gradual(1000)),
        ("incremental", Change::Incremental(1000)),
        ("recurring", Change::Recurring(250)),
        ("variance only", Change::VarianceOnly),
    ];

    /// How much of the change there is `since` rows after its beginning, given a uniform number for the gradual kind.
    pub fn part(self, since: usize, uniform: f64) -> f64 {
        match self {
            Change::None => 0.0,
            Change::Abrupt | Change::VarianceOnly => 1.0,
            Change::Gradual(rows) => f64::from(uniform < (since + 1) as f64 / rows as f64),
            Change::Incremental(rows) => ((since + 1) as f64 / rows as f64).min(1.0),
            Change::Recurring(rows) => f64::from((since / rows).is_multiple_of(2)),
        }
    }
}

/// Standard normal values that from row `start` on change by `size` deviations.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::data::drifting::{Change, normals};
///
/// let (plain, moved) = (normals(10, 5, Change::None, 3.0, &Stream::root(7)), normals(10, 5, Change::Abrupt, 3.0, &Stream::root(7)));
/// assert_eq!(plain[..5], moved[..5]);
/// assert_eq!(plain[5] + 3.0, moved[5]);
/// ```
pub fn normals(n: usize, start: usize, change: Change, size: f64, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(&stream.child("values", 0));
    let mut turns = Draws::new(&stream.child("turns", 0));
    (0..n)
        .map(|row| {
            let value = draws.normal();
            let part = if row < start { 0.0 } else { change.part(row - start, turns.uniform()) };
            if change == Change::VarianceOnly { value * (1.0 + part * size) } else { value + part * size }
        })
        .collect()
}

/// Errors, 1 with probability `before` and from row `start` on with `after`.
pub fn errors(n: usize, start: usize, before: f64, after: f64, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(stream);
    (0..n).map(|row| f64::from(draws.happens(if row < start { before } else { after }))).collect()
}

/// SEA (Street and Kim 2001): three columns from 0 to 10, positive where the first two sum to `threshold` or less; a
/// share `noise` of the labels is turned over. The published concepts are 8, 9, 7 and 9.5.
pub fn sea(n: usize, threshold: f64, noise: f64, stream: &Stream) -> Labelled {
    let mut draws = Draws::new(stream);
    let x = Array2::from_shape_simple_fn((n, 3), || draws.between(0.0, 10.0));
    let mut turned = Draws::new(&stream.child("noise", 0));
    let y = x.rows().into_iter().map(|row| (row[0] + row[1] <= threshold) != turned.happens(noise)).collect();
    Labelled { x, y }
}

/// STAGGER (Schlimmer and Granger 1986): size, colour and shape of three values each, as nine columns of 0 and 1.
///
/// Concept 0: small and red. Concept 1: green or circular. Concept 2: medium or large.
pub fn stagger(n: usize, concept: usize, stream: &Stream) -> Labelled {
    let mut draws = Draws::new(stream);
    let mut x = Array2::zeros((n, 9));
    let mut y = Vec::with_capacity(n);
    for mut row in x.rows_mut() {
        let [size, colour, shape] = [0, 1, 2].map(|_| draws.below(3));
        for (attribute, value) in [size, colour, shape].into_iter().enumerate() {
            row[3 * attribute + value] = 1.0;
        }
        y.push(match concept {
            0 => size == 0 && colour == 0,
            1 => colour == 1 || shape == 1,
            _ => size != 0,
        });
    }
    Labelled { x, y }
}

/// A rotating hyperplane (Hulten, Spencer and Domingos 2001): uniform columns, positive where the weighted sum is at
/// least half of the weights' sum; the first `moving` weights grow by `speed` a row, turning back with probability .1.
pub fn hyperplane(n: usize, columns: usize, moving: usize, speed: f64, stream: &Stream) -> Labelled {
    let mut draws = Draws::new(stream);
    let mut turns = Draws::new(&stream.child("turns", 0));
    let mut weights: Vec<f64> = (0..columns).map(|_| draws.uniform()).collect();
    let mut direction = vec![1.0; moving];
    let x = Array2::from_shape_simple_fn((n, columns), || draws.uniform());
    let y = x
        .rows()
        .into_iter()
        .map(|row| {
            let positive = weighted(&row, &weights) >= 0.5 * weights.iter().sum::<f64>();
            for (weight, direction) in weights.iter_mut().zip(&mut direction) {
                *weight += *direction * speed;
                if turns.happens(0.1) {
                    *direction = -*direction;
                }
            }
            positive
        })
        .collect();
    Labelled { x, y }
}

fn weighted(row: &ArrayView1<f64>, weights: &[f64]) -> f64 {
    row.iter().zip(weights).map(|(x, w)| x * w).sum()
}

/// Two normal columns, and labels from a boundary through the origin that stands at `degrees(row)`, with normal noise of
/// sd `noise` on the distance; beside them the labels without noise, which the true rule gives.
pub fn turning(n: usize, degrees: impl Fn(usize) -> f64, noise: f64, stream: &Stream) -> (Labelled, Vec<bool>) {
    let x = normal_features(n, 2, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("noise", 0));
    let (mut y, mut truth) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for (row, values) in x.rows().into_iter().enumerate() {
        let angle = degrees(row).to_radians();
        let distance = libm::cos(angle) * values[0] + libm::sin(angle) * values[1];
        truth.push(distance > 0.0);
        y.push(distance + noise * draws.normal() > 0.0);
    }
    (Labelled { x, y }, truth)
}

/// Labels of given rows that are the surer the farther from a boundary, which stands at `degrees` in the plane of the first
/// two columns: their logit is three times the distance.
pub fn logistic(x: Array2<f64>, degrees: f64, stream: &Stream) -> Labelled {
    let (cos, sin) = (libm::cos(degrees.to_radians()), libm::sin(degrees.to_radians()));
    from_logits(x, |row| 3.0 * (cos * row[0] + sin * row[1]), &stream.child("labels", 0))
}

/// Two normal columns with the given means, and labels from a boundary through the origin turned by `degrees`, with
/// normal noise of sd `noise` on the distance.
pub fn boundary(n: usize, means: [f64; 2], degrees: f64, noise: f64, stream: &Stream) -> Labelled {
    shaped(
        n,
        means,
        |a, b| {
            let angle = degrees.to_radians();
            libm::cos(angle) * a + libm::sin(angle) * b
        },
        noise,
        stream,
    )
}

/// Where the fraud lies that comes beside the known one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// There is none.
    Known,
    /// Among honest customers.
    Hidden,
    /// Where nobody was: around −4 in the second column.
    Empty,
    /// Where the known one lies.
    Doubled,
}

/// Three normal columns of customers. One row in ten is fraud of a known scheme, around 3 in the first column, and another
/// one in ten is what `scheme` says; all schemes draw the same rows.
pub fn customers(n: usize, scheme: Scheme, stream: &Stream) -> Labelled {
    let mut x = normal_features(n, 3, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("kinds", 0));
    let fraud = x.rows_mut().into_iter().map(|mut row| {
        let u = draws.uniform();
        let (old, new) = (u < 0.1, scheme != Scheme::Known && (0.1..0.2).contains(&u));
        if old || (new && scheme == Scheme::Doubled) {
            row *= 0.5;
            row[0] += 3.0;
        } else if new && scheme == Scheme::Empty {
            row *= 0.5;
            row[1] -= 4.0;
        }
        old || new
    });
    let y = fraud.collect();
    Labelled { x, y }
}

/// Rows of a majority, 0, and of a minority, 1.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoGroups {
    /// The rows.
    pub table: Labelled,
    /// The group of each.
    pub group: Vec<usize>,
}

/// Two normal columns, of which the first has `moved` so far in majority and minority, and labels from a boundary that
/// stands at `degrees` for the minority, fifteen rows in a hundred, and at 0 for the others, with normal noise of sd 0.5.
pub fn two_groups(n: usize, (moved, degrees): ([f64; 2], f64), stream: &Stream) -> TwoGroups {
    let mut x = normal_features(n, 2, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("groups", 0));
    let mut noise = Draws::new(&stream.child("noise", 0));
    let group: Vec<usize> = (0..n).map(|_| usize::from(draws.happens(0.15))).collect();
    let slope = (libm::cos(degrees.to_radians()), libm::sin(degrees.to_radians()));
    let label = |(mut row, &group): (ArrayViewMut1<f64>, &usize)| {
        row[0] += moved[group];
        let side = if group == 1 { slope.0 * row[0] + slope.1 * row[1] } else { row[0] };
        side + 0.5 * noise.normal() > 0.0
    };
    let y = x.rows_mut().into_iter().zip(&group).map(label).collect();
    TwoGroups { table: Labelled { x, y }, group }
}

/// The same, with a parabola as boundary: positive where the first column exceeds (second² − 1) / 2.
pub fn parabola(n: usize, means: [f64; 2], noise: f64, stream: &Stream) -> Labelled {
    shaped(n, means, |a, b| a - 0.5 * (b * b - 1.0), noise, stream)
}

fn shaped(n: usize, means: [f64; 2], side: impl Fn(f64, f64) -> f64, noise: f64, stream: &Stream) -> Labelled {
    let mut x = normal_features(n, 2, &stream.child("features", 0));
    for (mut column, mean) in x.columns_mut().into_iter().zip(means) {
        column += mean;
    }
    let mut draws = Draws::new(&stream.child("noise", 0));
    let y = x.rows().into_iter().map(|row| side(row[0], row[1]) + noise * draws.normal() > 0.0).collect();
    Labelled { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_scheme_is_as_frequent_as_the_known_one_and_lies_where_it_should() {
        let known = customers(10_000, Scheme::Known, &Stream::root(1));
        assert!((known.positives() as f64 / 10_000.0 - 0.1).abs() < 0.01);
        for (scheme, centre) in
            [(Scheme::Hidden, [0.0, 0.0]), (Scheme::Empty, [0.0, -4.0]), (Scheme::Doubled, [3.0, 0.0])]
        {
            let rows = customers(10_000, scheme, &Stream::root(1));
            let new: Vec<usize> = (0..10_000).filter(|&row| rows.y[row] && !known.y[row]).collect();
            assert!((new.len() as f64 / 10_000.0 - 0.1).abs() < 0.01, "{scheme:?}");
            let mean = rows.rows(&new).x.mean_axis(ndarray::Axis(0)).unwrap();
            assert!((0..2).all(|column| (mean[column] - centre[column]).abs() < 0.1), "{scheme:?}: {mean}");
        }
    }

    #[test]
    fn what_happens_to_a_minority_leaves_the_majority_alone() {
        let [plain, changed] = [([0.0; 2], 0.0), ([0.0, -1.0], 90.0)].map(|c| two_groups(4000, c, &Stream::root(3)));
        let share = plain.group.iter().sum::<usize>() as f64 / 4000.0;
        assert!((share - 0.15).abs() < 0.02 && plain.group == changed.group);
        let mut turned = 0;
        for row in 0..4000 {
            let moved = changed.table.x[[row, 0]] - plain.table.x[[row, 0]];
            assert!((moved + plain.group[row] as f64).abs() < 1e-12);
            turned += usize::from(plain.table.y[row] != changed.table.y[row]);
            assert!(plain.group[row] == 1 || plain.table.y[row] == changed.table.y[row]);
        }
        assert!(turned > 200, "{turned} labels of the minority have turned");
    }

    #[test]
    fn a_logistic_boundary_gets_the_sign_of_its_distance_more_often_than_not() {
        let table = logistic(normal_features(20_000, 2, &Stream::root(1)), 90.0, &Stream::root(2));
        let hits =
            |column: usize| table.y.iter().zip(table.x.column(column)).filter(|(y, x)| **y == (**x > 0.0)).count();
        // The mean of 1 / (1 + exp(-3 |z|)) over normal z is .846.
        assert!((hits(1) as f64 / 20_000.0 - 0.846).abs() < 0.01, "{}", hits(1));
        assert!((hits(0) as f64 / 20_000.0 - 0.5).abs() < 0.02);
    }

    #[test]
    fn each_kind_changes_as_its_name_says() {
        let n = 4000;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        for (name, change) in Change::NAMED {
            let values = normals(n, 2000, change, 2.0, &Stream::root(5));
            let plain = normals(n, 2000, Change::None, 2.0, &Stream::root(5));
            assert_eq!(values[..2000], plain[..2000], "{name}");
            let off: Vec<f64> = values.iter().zip(&plain).map(|(a, b)| a - b).collect();
            let (first, last) = (mean(&off[2000..2250]), mean(&off[3500..]));
            let fits = match change {
                Change::None => first == 0.0 && last == 0.0,
                Change::Abrupt => (first - 2.0).abs() < 1e-9 && (last - 2.0).abs() < 1e-9,
                Change::Gradual(_) | Change::Incremental(_) => first < 0.5 && (last - 2.0).abs() < 1e-9,
                Change::Recurring(_) => (first - 2.0).abs() < 1e-9 && (last - 1.0).abs() < 1e-9,
                Change::VarianceOnly => values[2000..].iter().zip(&plain[2000..]).all(|(a, b)| *a == 3.0 * b),
            };
            assert!(fits, "{name}: {first}, {last}");
        }
        assert!((mean(&errors(20_000, 10_000, 0.1, 0.3, &Stream::root(1))) - 0.2).abs() < 0.01);
    }

    #[test]
    fn the_published_generators_have_their_shares() {
        // Under the line a + b = t inside a square of side 10: t² / 200 for t ≤ 10.
        for threshold in [7.0, 8.0, 9.0, 9.5] {
            let share = sea(50_000, threshold, 0.0, &Stream::root(1)).positives() as f64 / 50_000.0;
            assert!((share - threshold * threshold / 200.0).abs() < 0.01, "{threshold}: {share}");
        }
        for (concept, share) in [(0, 1.0 / 9.0), (1, 5.0 / 9.0), (2, 2.0 / 3.0)] {
            let found = stagger(50_000, concept, &Stream::root(1)).positives() as f64 / 50_000.0;
            assert!((found - share).abs() < 0.01, "{concept}: {found}");
        }
        let still = hyperplane(5000, 10, 0, 0.0, &Stream::root(2));
        let moving = hyperplane(5000, 10, 5, 0.05, &Stream::root(2));
        assert_eq!(still.x, moving.x);
        let differ = still.y.iter().zip(&moving.y).filter(|(a, b)| a != b).count();
        assert!(differ > 100 && (still.positives() as f64 / 5000.0 - 0.5).abs() < 0.05, "{differ}");
    }
}
