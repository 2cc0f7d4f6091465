//! What the models are raced on: kinds of table, each a truth that a reader can picture.

use mllab_core::Stream;
use mllab_kit::data::classes::{self, Ring, flip_labels, from_logits, normal_features, pure_noise};
use mllab_kit::data::{Labelled, real, regressions};
use mllab_kit::draws::Draws;
use mllab_kit::split;
use ndarray::{Array2, Axis};

/// The part of a real table that is held out.
pub const HELD_OUT: f64 = 1.0 / 3.0;
/// The task that a user's own table is.
pub const OWN: &str = "your-table";

/// A kind of table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The word in flags and tables.
    pub id: &'static str,
    /// The words on figures.
    pub label: &'static str,
    /// Completes "if …".
    pub if_your_data: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// The sizes it is raced at, where they are not the caller's choice.
    pub sizes: Option<&'static [usize]>,
    /// The models that are raced on it, where it is not everyone.
    pub models: Option<&'static [&'static str]>,
    /// Whether rows are few and the same ones are drawn again and again.
    pub real: bool,
}

const fn task(id: &'static str, label: &'static str, if_your_data: &'static str, about: &'static str) -> Task {
    Task { id, label, if_your_data, about, sizes: None, models: None, real: false }
}

/// The tasks that a reader chooses between.
pub const TASKS: [Task; 8] = [
    task(
        "linear",
        "linear truth",
        "a weighted sum of the columns decides",
        "Twenty normal columns; the log odds are a weighted sum of ten.",
    ),
    task(
        "interactions",
        "interactions",
        "columns matter only together",
        "Twenty normal columns; the log odds are a sum of products of two and of three.",
    ),
    task(
        "friedman",
        "bends and interactions",
        "some columns bend, some work together",
        "Ten uniform columns; Friedman's first function of five, above its median or not.",
    ),
    task(
        "noise",
        "30 % wrong labels",
        "many labels are wrong",
        "As bends and interactions, with three training labels in ten turned over; judged on right ones.",
    ),
    task(
        "rare",
        "rare positives",
        "positives are rare",
        "Twenty normal columns, three rows in a hundred positive; the log odds are a sum and a product.",
    ),
    task(
        "irrelevant",
        "irrelevant columns",
        "most columns say nothing",
        "As bends and interactions, with ninety columns more that say nothing.",
    ),
    Task { real: true, ..task("breast-cancer", "breast cancer", "it is small and clean", "569 rows, 30 columns.") },
    Task {
        real: true,
        ..task("digits", "odd digits", "it is made of pixels", "1797 images of 64 pixels; odd or even.")
    },
];

/// Tasks that one claim needs; no figure of choices shows them.
pub const SPECIAL: [Task; 6] = [
    Task {
        sizes: Some(&[3_000]),
        ..task(
            "turned",
            "smooth, turned",
            "",
            "Ten normal columns turned at random; the log odds are a smooth function of three directions.",
        )
    },
    Task {
        sizes: Some(&[1_000]),
        models: Some(&["logistic", "svm-linfa", "boosting"]),
        ..task("coins", "coin flips", "", "Twenty normal columns that say nothing.")
    },
    Task {
        sizes: Some(&[300, 1_000, 3_000, 10_000]),
        models: Some(&["logistic", "svm-linfa"]),
        ..task("rings", "rings", "", "A ring around a cloud, in two columns.")
    },
    Task {
        sizes: Some(&[50, 3_000]),
        models: Some(&["logistic", "svm-linfa"]),
        ..task("margin", "clear margin", "", "Ten normal columns; no row lies near the plane between the classes.")
    },
    Task {
        sizes: Some(&[50]),
        models: Some(&["logistic", "svm-linfa"]),
        ..task("ring-margin", "clear margin on a ring", "", "A ring far from its cloud, in two columns.")
    },
    Task {
        sizes: Some(&[50]),
        models: Some(&["logistic", "svm-linfa"]),
        ..task("overlap", "overlap", "", "Ten normal columns; the log odds are a weighted sum.")
    },
];

/// A user's table.
pub const YOURS: Task = Task { real: true, ..task(OWN, "your table", "it is your table", "The rows of the file.") };

/// The task with this id.
pub fn task_named(id: &str) -> Option<Task> {
    TASKS.into_iter().chain(SPECIAL).chain([YOURS]).find(|task| task.id == id)
}

/// Rows to learn from and rows to be judged on.
#[derive(Clone, Debug)]
pub struct Draw {
    /// To learn from.
    pub train: Labelled,
    /// To be judged on.
    pub test: Labelled,
}

/// Rows of a shipped table.
pub fn shipped(id: &str) -> Option<Labelled> {
    match id {
        "breast-cancer" => Some(real::breast_cancer().table),
        "digits" => {
            let digits = real::digits().table;
            Some(Labelled { y: digits.class.iter().map(|class| class % 2 == 1).collect(), x: digits.x })
        }
        _ => None,
    }
}

/// How many rows of a table of `n` are there to learn from.
pub fn learnable(n: usize) -> usize {
    n - (n as f64 * HELD_OUT).round() as usize
}

impl Task {
    /// `rows` to learn from and `test_rows` fresh ones to be judged on; of a real `table`, a split of its rows.
    ///
    /// # Panics
    /// For a real task without a table.
    pub fn draw(&self, rows: usize, test_rows: usize, table: Option<&Labelled>, stream: &Stream) -> Draw {
        if self.real {
            return of_table(table.expect("a real task has a table"), rows, stream);
        }
        let (train, test) = (stream.child("train", 0), stream.child("test", 0));
        Draw { train: self.generated(rows, true, &train), test: self.generated(test_rows, false, &test) }
    }

    fn generated(&self, n: usize, train: bool, stream: &Stream) -> Labelled {
        let features = stream.child("features", 0);
        let labels = stream.child("labels", 0);
        match self.id {
            "linear" | "overlap" => {
                let p = if self.id == "linear" { 20 } else { 10 };
                let weights = (0..p).map(|j| if j < 10 { [0.7, -0.7][j % 2] } else { 0.0 }).collect();
                classes::Logistic { intercept: 0.0, weights }.draw(n, stream)
            }
            "interactions" => from_logits(
                normal_features(n, 20, &features),
                |row| 1.5 * row[0] * row[1] - 1.5 * row[2] * row[3] + row[4] * row[5] * row[6],
                &labels,
            ),
            "friedman" => friedman(n, 10, stream),
            "noise" => {
                let mut table = friedman(n, 10, stream);
                if train {
                    table.y = flip_labels(&table.y, 0.3, &labels);
                }
                table
            }
            "irrelevant" => friedman(n, 100, stream),
            "rare" => from_logits(
                normal_features(n, 20, &features),
                |row| -5.0 + row[0] + row[1] - row[2] + 1.5 * row[3] * row[4],
                &labels,
            ),
            "turned" => turned(n, stream),
            "rings" => Ring { prevalence: 0.5, radius: 3.0, noise: 0.5 }.draw(n, stream),
            "ring-margin" => Ring { prevalence: 0.5, radius: 6.0, noise: 0.5 }.draw(n, stream),
            "margin" => margin(n, stream),
            "coins" => pure_noise(n, 20, 0.5, stream),
            other => unreachable!("{other} is no generated task"),
        }
    }
}

/// Friedman's first function of uniform columns, above its median (about 14.4) or not.
fn friedman(n: usize, columns: usize, stream: &Stream) -> Labelled {
    let table = regressions::friedman1(n, columns, 1.0, stream);
    Labelled { y: table.y.iter().map(|&y| y > 14.4).collect(), x: table.x }
}

/// Log odds smooth in three directions that no column runs along; the directions are those of the task, not of the
/// draw.
fn turned(n: usize, stream: &Stream) -> Labelled {
    let p = 10;
    let mut draws = Draws::new(&Stream::root(11).child("directions", 0));
    let mut directions = Array2::from_shape_simple_fn((3, p), || draws.normal());
    for mut direction in directions.axis_iter_mut(Axis(0)) {
        let length = direction.iter().map(|v| v * v).sum::<f64>().sqrt();
        direction.mapv_inplace(|v| v / length);
    }
    let logit = |row: ndarray::ArrayView1<f64>| {
        let along = directions.dot(&row);
        3.0 * along[0] * along[1] + 2.0 * (along[2] * along[2] - 1.0)
    };
    from_logits(normal_features(n, p, &stream.child("features", 0)), logit, &stream.child("labels", 0))
}

/// Normal rows pushed away from the plane between the classes by one on either side.
fn margin(n: usize, stream: &Stream) -> Labelled {
    let mut x = normal_features(n, 10, &stream.child("features", 0));
    let normal = 1.0 / 10.0_f64.sqrt();
    let mut y = Vec::with_capacity(n);
    for mut row in x.rows_mut() {
        let side = row.sum() * normal > 0.0;
        let push = if side { normal } else { -normal };
        row.mapv_inplace(|value| value + push);
        y.push(side);
    }
    Labelled { x, y }
}

/// A third of the table held out, class by class, and `rows` of the rest.
fn of_table(table: &Labelled, rows: usize, stream: &Stream) -> Draw {
    let parts =
        split::stratified(&table.y, HELD_OUT, &stream.child("split", 0)).expect("two classes, a share in (0, 1)");
    let mut train = parts.train;
    Draws::new(&stream.child("order", 0)).shuffle(&mut train);
    train.truncate(rows);
    Draw { train: table.rows(&train), test: table.rows(&parts.test) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_gives_rows_of_both_classes_the_same_each_time() {
        for task in TASKS.into_iter().chain(SPECIAL) {
            let table = shipped(task.id);
            assert_eq!(table.is_some(), task.real, "{}", task.id);
            let rows = task.sizes.map_or(300, |sizes| sizes[0]);
            let draw = |seed| task.draw(rows, 2000, table.as_ref(), &Stream::root(seed));
            let (one, same, other) = (draw(1), draw(1), draw(2));
            assert_eq!(one.train.x.nrows(), rows, "{}", task.id);
            assert!(one.train.x == same.train.x && one.test.y == same.test.y);
            assert!(one.train.x != other.train.x, "{}", task.id);
            for table in [&one.train, &one.test] {
                let share = table.positives() as f64 / table.y.len() as f64;
                assert!((0.005..0.7).contains(&share), "{}: {share}", task.id);
            }
        }
    }

    #[test]
    fn what_is_learnt_from_a_real_table_is_not_judged_on() {
        let table = shipped("digits").unwrap();
        let draw = TASKS[7].draw(learnable(table.y.len()), 0, Some(&table), &Stream::root(5));
        assert_eq!(draw.train.y.len() + draw.test.y.len(), table.y.len());
    }

    #[test]
    fn the_margin_is_clear() {
        let table = margin(500, &Stream::root(3));
        let normal = 1.0 / 10.0_f64.sqrt();
        for (row, &label) in table.x.rows().into_iter().zip(&table.y) {
            let distance = row.sum() * normal;
            assert!(distance.abs() >= 1.0 - 1e-9 && (distance > 0.0) == label);
        }
    }
}
