//! Does drawing at random cure a file's order?
//!
//! Data: independent rows in no order, sorted by class, sorted by place; rows of entities one after the other; a slow
//! series. Arms: random, stratified, ordered, by key. The truth is the accuracy on fresh rows of the same world, after
//! learning from the whole file.

use super::rungs::{entities, wandering};
use super::scores::{FOLDS, mean, mean_of, runs};
use mllab_core::figure::{Axis, Heat, Hue, Palette, Panel};
use mllab_core::{Cx, Figure, LabError, Outcome, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::draws::Draws;
use mllab_kit::neighbours::nearest;
use mllab_kit::split::{self, Parts};
use ndarray::{Array2, Axis as Side};

const CLAIM: &str = "random-for-shuffling";
const SPLITS: [&str; 4] = ["random", "stratified", "ordered", "by key"];

/// A file of rows with a class, and how many of them come first and are known.
struct File {
    x: Array2<f64>,
    class: Vec<usize>,
    key: Option<Vec<u64>>,
    known: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Mixed,
    ByClass,
    ByPlace,
    Entities,
    Series,
}

impl Kind {
    const ALL: [(Kind, &str, &str); 5] = [
        (Kind::Mixed, "independent rows are in no order", "no order"),
        (Kind::ByClass, "independent rows are sorted by class", "sorted by class"),
        (Kind::ByPlace, "independent rows are sorted by place", "sorted by place"),
        (Kind::Entities, "rows of entities are stored one entity after the other", "entities"),
        (Kind::Series, "rows of a series are stored by time", "a series"),
    ];

    fn draw(self, stream: &Stream) -> File {
        const N: usize = 300;
        match self {
            Kind::Mixed | Kind::ByClass => {
                let mut draws = Draws::new(stream);
                let mut class: Vec<usize> = (0..2 * N).map(|_| draws.below(5)).collect();
                if matches!(self, Kind::ByClass) {
                    class[..N].sort_unstable();
                }
                let angle = |class: usize| std::f64::consts::TAU * class as f64 / 5.0;
                let x = Array2::from_shape_fn((2 * N, 2), |(row, column)| {
                    let centre = if column == 0 { libm::cos(angle(class[row])) } else { libm::sin(angle(class[row])) };
                    2.0 * centre + draws.normal()
                });
                File { x, class, key: None, known: N }
            }
            Kind::ByPlace => {
                let mut draws = Draws::new(stream);
                let mut place: Vec<f64> = (0..2 * N).map(|_| 4.0 * draws.uniform()).collect();
                place[..N].sort_by(f64::total_cmp);
                let x = Array2::from_shape_fn(
                    (2 * N, 2),
                    |(row, column)| if column == 0 { place[row] } else { draws.normal() },
                );
                let edge = |place: f64| libm::sin(2.0 * place);
                let class = (0..2 * N).map(|row| usize::from(x[[row, 1]] > edge(place[row]))).collect();
                File { x, class, key: None, known: N }
            }
            Kind::Entities => {
                let (table, key) = entities(60, 10, false, stream);
                let class = table.y.iter().map(|&label| usize::from(label)).collect();
                File { x: table.x, class, key: Some(key), known: N }
            }
            Kind::Series => {
                let table = wandering(2 * N, false, stream);
                let class = table.y.iter().map(|&label| usize::from(label)).collect();
                File { x: table.x, class, key: None, known: N }
            }
        }
    }
}

impl File {
    /// Accuracy of the nearest neighbour.
    fn accuracy(&self, train: &[usize], test: &[usize]) -> Result<f64, KitError> {
        let (known, asked) = (self.x.select(Side(0), train), self.x.select(Side(0), test));
        let found = nearest(asked.view(), known.view(), 1, false)?;
        let right = found.iter().zip(test).map(|(near, &row)| self.class[train[near[0]]] == self.class[row]);
        Ok(mean(right.map(|right| f64::from(u8::from(right)))))
    }

    fn mean_accuracy(&self, folds: &[Parts]) -> Result<f64, KitError> {
        let scores = folds.iter().map(|parts| self.accuracy(&parts.train, &parts.test));
        Ok(mean(scores.collect::<Result<Vec<_>, _>>()?.into_iter()))
    }

    /// Reported accuracy of each split, NaN where there is none, less that on the rows that are not known yet.
    fn errors(&self, stream: &Stream) -> Result<[f64; 4], KitError> {
        let n = self.known;
        let (past, later): (Vec<usize>, Vec<usize>) = ((0..n).collect(), (n..self.class.len()).collect());
        let truth = self.accuracy(&past, &later)?;
        let by_key = match &self.key {
            Some(key) => self.mean_accuracy(&split::key_folds(&key[..n], FOLDS, stream)?)?,
            None => f64::NAN,
        };
        let stratified = split::stratified_folds(&self.class[..n], FOLDS, stream);
        Ok([
            self.mean_accuracy(&split::random_folds(n, FOLDS, stream)?)? - truth,
            // A slow series may stay in one class for so long that the other has not five rows.
            stratified.map_or(Ok(f64::NAN), |folds| self.mean_accuracy(&folds))? - truth,
            self.mean_accuracy(&[split::ordered(n, 0.2, 0)?])? - truth,
            by_key - truth,
        ])
    }
}

/// Measures the claim and draws what each split makes of each file.
pub fn measure(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let columns = [("file", ""), ("split", ""), ("bias", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")];
    let mut table = Table::new("file_by_split", &columns);
    let mut cells = vec![Vec::new(); Kind::ALL.len()];
    for (place, (kind, setting, name)) in Kind::ALL.into_iter().enumerate() {
        let n = if matches!(kind, Kind::Series | Kind::Entities) { 3 } else { 1 } * cx.replicates();
        let all = runs(cx, setting, n, |stream| kind.draw(&stream.child("rows", 0)).errors(stream))?;
        outcome.find(CLAIM, setting, mean_of(&all, |run| run[0]));
        match kind {
            Kind::ByClass | Kind::ByPlace => {
                outcome.find_part(CLAIM, setting, 1, mean_of(&all, |run| run[2].abs() - run[0].abs()));
            }
            Kind::Mixed => outcome.find_part(CLAIM, setting, 1, mean_of(&all, |run| run[2])),
            _ => {}
        }
        for (arm, split) in SPLITS.into_iter().enumerate() {
            let values: Vec<f64> = all.iter().map(|run| run[arm]).filter(|value| !value.is_nan()).collect();
            if values.is_empty() {
                cells[place].push(f64::NAN);
                continue;
            }
            let e = mllab_core::Estimate::mean(&values);
            table.row([name.into(), split.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
            cells[place].push(e.point);
        }
    }
    // Rows of a heat map go up from the lowest y, which a category axis puts at the top.
    let edges = |n: usize| (0..=n).map(|edge| edge as f64 - 0.5).collect::<Vec<_>>();
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("Random splitting cures a sorted file (")
        .cite(&table, "bias", 3, two)
        .text(") but not entities (+")
        .cite(&table, "bias", 9, two)
        .text(") or a series (+")
        .cite(&table, "bias", 13, two)
        .text(")");
    outcome.figures.push(
        Figure::new("file-by-split", title)
            .subtitle("Reported accuracy of the nearest neighbour less its accuracy on fresh rows of the same world; 300 rows a file. Entities and series hold labels that mean nothing. Empty: no key, so as at random. Means; intervals are in the table.")
            .alt("A grid of five kinds of file and four splits. Random and stratified splits are near zero for files in no order or sorted, and far above zero for entities and series. The ordered split is far below zero on sorted files. The split by key is near zero on entities.")
            .reads("file_by_split", &["bias"])
            .panel(
                Panel::new(Axis::category("", SPLITS), Axis::category("", Kind::ALL.map(|kind| kind.2))).layer(Heat {
                    x_edges: edges(SPLITS.len()),
                    y_edges: edges(Kind::ALL.len()),
                    values: cells.concat(),
                    palette: Palette::Diverging { low: Hue::Blue, high: Hue::Vermilion, middle: 0.0 },
                    limits: Some([-0.8, 0.8]),
                    decimals: Some(2),
                    contour: None,
                }),
            ),
    );
    outcome.tables.push(table);
    Ok(())
}
