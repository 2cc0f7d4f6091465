//! Each estimate goes to the outcome and, as a row, to a table that titles cite.

use mllab_core::{Estimate, Outcome, Table};

/// The estimates of one study.
pub struct Ledger {
    outcome: Outcome,
    table: Table,
}

impl Ledger {
    /// An empty one; the table takes this id.
    pub fn new(id: &str) -> Self {
        let columns = [
            ("claim", ""),
            ("setting", ""),
            ("part", "parts"),
            ("estimate", "1"),
            ("low", "1"),
            ("high", "1"),
            ("runs", "runs"),
        ];
        Ledger { outcome: Outcome::new(), table: Table::new(id, &columns) }
    }

    /// Adds the estimate of one part of a setting.
    pub fn find(&mut self, claim: &'static str, setting: &'static str, part: usize, estimate: Estimate) {
        self.outcome.find_part(claim, setting, part, estimate);
        self.table.row([
            claim.into(),
            setting.into(),
            part.into(),
            estimate.point.into(),
            estimate.low.into(),
            estimate.high.into(),
            estimate.replicates.into(),
        ]);
    }

    /// The row of a setting's part, for a title to cite.
    pub fn row(&self, claim: &str, setting: &str, part: usize) -> usize {
        let is = |row: &[mllab_core::Cell]| {
            row[0].to_csv() == claim && row[1].to_csv() == csv(setting) && row[2].to_csv() == part.to_string()
        };
        self.table.rows().position(is).unwrap_or_else(|| panic!("{claim}: {setting:?} was not measured"))
    }

    /// The table so far.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// What else the study returns.
    pub fn outcome(&mut self) -> &mut Outcome {
        &mut self.outcome
    }

    /// The outcome with the table.
    pub fn close(mut self) -> Outcome {
        self.outcome.tables.push(self.table);
        self.outcome
    }
}

/// A setting's name as its cell gives it.
fn csv(setting: &str) -> String {
    mllab_core::Cell::from(setting).to_csv()
}
