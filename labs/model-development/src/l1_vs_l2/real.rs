//! The real table that every study also asks: the one we ship, or the user's.

use mllab_core::prelude::*;
use mllab_kit::data::{Measured, real};
use mllab_kit::split;

/// Test rows on each training row of [`Real::runs`].
pub const NINTH: f64 = 1.0 / 9.0;

/// A real table.
pub struct Real {
    /// Features and target.
    pub rows: Measured,
    /// The features' names.
    pub names: Vec<String>,
    /// Whether it is the one we ship.
    pub shipped: bool,
}

impl Real {
    /// The rows that experiments may take.
    pub fn of(source: &Source) -> Result<Self, LabError> {
        let Source::Own(data) = source else {
            let diabetes = real::diabetes();
            return Ok(Real { rows: diabetes.table, names: diabetes.columns, shipped: true });
        };
        Real::own(data)
    }

    /// The rows of a table of the user's.
    pub fn own(data: &Dataset) -> Result<Self, LabError> {
        let Some(y) = data.target.numbers() else {
            return Err(LabError::Unusable("this lab needs a target of numbers, or of two classes".into()));
        };
        let varies = |column: &ndarray::ArrayView1<f64>| column.iter().any(|&v| v != column[0]);
        let why = if y.len() < 40 {
            "this lab needs 40 rows or more"
        } else if y.iter().all(|&v| v == y[0]) {
            "the target has one value only: there is nothing to predict"
        } else if data.features.columns().into_iter().filter(varies).count() < 2 {
            "this lab needs two features or more that vary"
        } else {
            let rows = Measured { x: data.features.clone(), y };
            return Ok(Real { rows, names: data.feature_names.clone(), shipped: false });
        };
        Err(LabError::Unusable(why.into()))
    }

    /// Settings' names for the table that we ship, or for the user's.
    pub fn case<T>(&self, [shipped, own]: [T; 2]) -> T {
        if self.shipped { shipped } else { own }
    }

    /// Runs on nine tenths of the rows, drawn at random, with the last tenth to be tested on.
    pub fn runs<T: Send>(
        &self,
        cx: &Cx,
        n: usize,
        one: impl Fn(&Stream, Measured, Measured) -> Result<T, LabError> + Sync,
    ) -> Result<Runs<T>, LabError> {
        cx.runs("real table", n, |rep| {
            let parts = split::random(self.rows.y.len(), 0.1, &rep.stream)?;
            one(&rep.stream, self.rows.rows(&parts.train), self.rows.rows(&parts.test))
        })
    }
}
