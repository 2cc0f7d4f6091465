//! Does drawing at random cure a file's order?
//!
//! Data: independent rows in no order, sorted by class, sorted by place; rows of entities one after the other; a slow
//! series. Arms: random, stratified, ordered, by key. Measurement: the nearest neighbour's accuracy, less that on fresh
//! rows of the same world, after learning from the whole file.

use super::rungs::entities;
use super::scores::{FOLDS, mean};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, series::wandering};
use mllab_kit::draws::Draws;
use mllab_kit::neighbours::accuracy;
use mllab_kit::split::{self, Parts};
use ndarray::Array2;
use shown::hundredths;
use std::f64::consts::TAU;

const CLAIM: &str = "random-for-shuffling";
const SPLITS: [&str; 4] = ["random", "stratified", "ordered", "by key"];

/// Rows of a file whose first ones are known.
const KNOWN: usize = 300;

/// The files by name, and the setting that each answers.
const FILES: [(&str, &str); 5] = [
    ("no order", "independent rows are in no order"),
    ("sorted by class", "independent rows are sorted by class"),
    ("sorted by place", "independent rows are sorted by place"),
    ("entities", "rows of entities are stored one entity after the other"),
    ("a series", "rows of a series are stored by time"),
];

/// A file of rows with a class; half of them are known.
struct File {
    x: Array2<f64>,
    class: Vec<usize>,
    key: Option<Vec<u64>>,
}

impl File {
    fn draw(name: &str, stream: &Stream) -> Self {
        let mut draws = Draws::new(stream);
        let of = |table: Labelled, key| File { x: table.x, class: table.y.into_iter().map(usize::from).collect(), key };
        match name {
            "no order" | "sorted by class" => {
                let mut class: Vec<usize> = (0..2 * KNOWN).map(|_| draws.below(5)).collect();
                if name == "sorted by class" {
                    class[..KNOWN].sort_unstable();
                }
                let x = Array2::from_shape_fn((2 * KNOWN, 2), |(row, column)| {
                    let angle = TAU * class[row] as f64 / 5.0;
                    2.0 * if column == 0 { libm::cos(angle) } else { libm::sin(angle) } + draws.normal()
                });
                File { x, class, key: None }
            }
            "sorted by place" => {
                let mut place: Vec<f64> = (0..2 * KNOWN).map(|_| 4.0 * draws.uniform()).collect();
                place[..KNOWN].sort_by(f64::total_cmp);
                let cell = |(row, column): (usize, usize)| if column == 0 { place[row] } else { draws.normal() };
                let x = Array2::from_shape_fn((2 * KNOWN, 2), cell);
                let class = x.rows().into_iter().map(|row| usize::from(row[1] > libm::sin(2.0 * row[0]))).collect();
                File { x, class, key: None }
            }
            "entities" => {
                let (table, key) = entities(60, 10, false, stream);
                of(table, Some(key))
            }
            _ => of(wandering(2 * KNOWN, false, stream), None),
        }
    }

    /// Mean accuracy of the nearest neighbour.
    fn accuracy(&self, folds: &[Parts]) -> Result<f64, KitError> {
        let one = |parts: &Parts| accuracy(self.x.view(), &self.class, &parts.train, &parts.test);
        Ok(mean(folds.iter().map(one).collect::<Result<Vec<_>, _>>()?.into_iter()))
    }

    /// Reported accuracy of each split, NaN where there is none, less that on the rows that are not known yet.
    fn errors(&self, stream: &Stream) -> Result<[f64; 4], KitError> {
        let truth = self.accuracy(&[split::ordered(self.class.len(), 0.5, 0)?])?;
        let by_key = match &self.key {
            Some(key) => self.accuracy(&split::key_folds(&key[..KNOWN], FOLDS, stream)?)?,
            None => f64::NAN,
        };
        let stratified = split::stratified_folds(&self.class[..KNOWN], FOLDS, stream);
        Ok([
            self.accuracy(&split::random_folds(KNOWN, FOLDS, stream)?)? - truth,
            // A slow series may stay in one class for so long that the other has not five rows.
            stratified.map_or(Ok(f64::NAN), |folds| self.accuracy(&folds))? - truth,
            self.accuracy(&[split::ordered(KNOWN, 0.2, 0)?])? - truth,
            by_key - truth,
        ])
    }
}

/// Measures the claim and draws what each split makes of each file.
pub fn measure(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut table = Table::named("file_by_split").with_word("file").with_word("split");
    table = table.with_estimate("bias", "1").with_runs();
    for (name, setting) in FILES {
        let n = if matches!(name, "entities" | "a series") { 3 } else { 1 } * cx.replicates();
        let runs =
            cx.runs(setting, n, |rep| Ok(File::draw(name, &rep.stream.child("rows", 0)).errors(&rep.stream)?))?;
        outcome.find(CLAIM, setting, runs.mean(|run| run[0]));
        if name.starts_with("sorted") {
            outcome.find_part(CLAIM, setting, 1, runs.mean(|run| run[2].abs() - run[0].abs()));
        } else if name == "no order" {
            outcome.find_part(CLAIM, setting, 1, runs.mean(|run| run[2]));
        }
        for (arm, split) in SPLITS.into_iter().enumerate() {
            let made: Runs<f64> = runs.iter().map(|run| run[arm]).filter(|bias| !bias.is_nan()).collect();
            if !made.is_empty() {
                table.put((name, split, made.mean(|bias| *bias)));
            }
        }
    }
    let cite = |file| table.cite("bias", (file, "random"), hundredths);
    let title = Title::say(
        "Random splitting cures a sorted file ({}) but not entities (+{}) or a series (+{})",
        ["sorted by class", "entities", "a series"].map(cite),
    )
    .if_cited(|cited| cited[0].abs() < 0.05 && cited[1] > 0.05 && cited[2] > 0.05);
    let palette = Palette::Diverging { low: Hue::Blue, high: Hue::Vermilion, middle: 0.0 };
    let panel = Panel::heat(&table, ("", "split"), ("", "file"), "bias", palette)
        .cells(|heat| (heat.limits, heat.decimals) = (Some([-0.8, 0.8]), Some(2)));
    let figure = Figure::new("file-by-split", title)
        .subtitle("Reported accuracy of the nearest neighbour less its accuracy on fresh rows of the same world; 300 rows a file. Entities and series hold labels that mean nothing. Empty: no key, so as at random. Means; intervals are in the table.")
        .alt("A grid of five kinds of file and four splits. Random and stratified splits are near zero for files in no order or sorted, and far above zero for entities and series. The ordered split is far below zero on sorted files. The split by key is near zero on entities.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
