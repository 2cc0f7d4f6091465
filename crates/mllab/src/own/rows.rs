//! Rows in use, and what was done to get them.

use super::columns::{self, Column, is_stamped};
use super::grid::Grid;
use super::times::{self, Times};
use super::{Missing, OwnCall, list};
use crate::ending::Failure;
use mllab_core::shown;
use ndarray::Array2;
use std::collections::BTreeSet;

/// The rows in use, and what was done to get them.
pub struct Reading<'a> {
    pub call: &'a OwnCall,
    pub grid: &'a Grid,
    /// Rows in use, in the file's order.
    pub kept: Vec<usize>,
    /// What a reader of the report should know.
    pub said: Vec<String>,
}

impl<'a> Reading<'a> {
    /// All rows.
    pub fn new(call: &'a OwnCall, grid: &'a Grid) -> Self {
        Reading { call, grid, kept: (0..grid.n_rows()).collect(), said: Vec::new() }
    }

    /// Refuses missing cells, or leaves their rows out, or fills them, as the call says. What is predicted, grouped or
    /// ordered by is never filled.
    pub fn settle_missing(&mut self, features: &mut [Column], others: &mut [Column]) -> Result<(), Failure> {
        let count = |columns: &[Column]| columns.iter().map(|column| column.missing.len()).sum::<usize>();
        let total = count(features) + count(others);
        if total == 0 {
            return Ok(());
        }
        let file = &self.grid.file;
        if self.call.missing == Missing::Refuse {
            let worst = features.iter().chain(others.iter()).filter(|column| !column.missing.is_empty());
            let where_: Vec<String> = worst
                .take(4)
                .map(|column| {
                    let line = self.grid.line(column.missing[0]);
                    format!("{} in column {} (first in line {line})", column.missing.len(), column.name)
                })
                .collect();
            return Err(Failure::failed(format!(
                "{file}: {total} missing {}: {}; say --missing drop to leave their rows out, or --missing median to fill them",
                if total == 1 { "cell" } else { "cells" },
                where_.join(", ")
            )));
        }
        let fill = self.call.missing == Missing::Median;
        let gone: BTreeSet<usize> = others
            .iter()
            .chain(features.iter().filter(|_| !fill))
            .flat_map(|column| column.missing.iter().copied())
            .collect();
        self.kept.retain(|row| !gone.contains(row));
        if !gone.is_empty() {
            self.said.push(format!("{} of {} rows left out: a cell is missing", gone.len(), self.grid.n_rows()));
        }
        if self.kept.is_empty() {
            let way = if fill {
                " in a column that is predicted, grouped or ordered by, which is never filled; fill it in the file"
            } else {
                "; say --missing median to fill them"
            };
            return Err(Failure::failed(format!("{file}: every row has a missing cell{way}")));
        }
        if fill {
            let filled = count(features);
            features.iter_mut().for_each(Column::fill);
            if filled > 0 {
                self.said.push(format!(
                    "{filled} missing cells filled: a number by its column's median, a category by a level of its own"
                ));
            }
        }
        Ok(())
    }

    /// When the rows were recorded.
    pub fn times(&self, column: &Column) -> Result<Times, Failure> {
        let cells: Vec<&str> = self.kept.iter().map(|&row| self.grid.cell(row, column.at)).collect();
        times::read(&cells, self.call.time_format.as_ref()).map_err(|(i, what)| {
            let (line, cell) = (self.grid.line(self.kept[i]), shown::name(cells[i]));
            Failure::failed(format!("{}, line {line}, column {}: \"{cell}\" {what}", self.grid.file, column.name))
        })
    }

    /// The features: numbers as they are, yes and no as 1 and 0, a category as one column a level. `all` keeps columns
    /// that never vary.
    pub fn features(&mut self, columns: &[Column], all: bool) -> (Vec<String>, Array2<f64>) {
        let (mut names, mut values): (Vec<String>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
        let (mut constant, mut crowded, mut stamped) = (Vec::new(), Vec::new(), Vec::new());
        let mut spread = Vec::new();
        for column in columns {
            let encoded = column.encoded(self.grid, &self.kept);
            let Some(encoded) = encoded else {
                let stamps = is_stamped(self.grid, column.at);
                if stamps { &mut stamped } else { &mut crowded }.push(column.name.as_str());
                continue;
            };
            let varies = |values: &[f64]| values.iter().any(|value| *value != values[0]);
            if !all && !encoded.iter().any(|(_, values)| varies(values)) {
                constant.push(column.name.as_str());
                continue;
            }
            if encoded.len() > 1 {
                spread.push(format!("{} ({} levels)", column.name, encoded.len()));
            }
            for (name, column) in encoded {
                names.push(name);
                values.push(column);
            }
        }
        if !constant.is_empty() {
            self.said.push(format!("{} left out: the same in every row", list(&constant)));
        }
        if !crowded.is_empty() {
            self.said.push(format!(
                "{} left out: words with more than {} levels",
                list(&crowded),
                columns::MOST_LEVELS
            ));
        }
        if !stamped.is_empty() {
            self.said.push(format!("{} left out: time stamps", list(&stamped)));
        }
        if !spread.is_empty() {
            self.said.push(format!("one column a level: {}", spread.join(", ")));
        }
        let names = shown::distinct(names);
        let (n, p) = (self.kept.len(), values.len());
        let mut table = Array2::zeros((n, p));
        for (at, column) in values.iter().enumerate() {
            for (row, value) in column.iter().enumerate() {
                table[[row, at]] = *value;
            }
        }
        (names, table)
    }
}
