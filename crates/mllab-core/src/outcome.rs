//! What a study returns: estimates for rules, tables, figures.

use crate::{Estimate, Figure, Table};

/// A study's outcome: plain values.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The estimates, each for one part of one setting of one claim.
    pub measured: Vec<Measured>,
    /// What was observed.
    pub tables: Vec<Table>,
    /// What is to be seen.
    pub figures: Vec<Figure>,
    /// Claims that the user's table turned out not to speak to, each with the reason.
    pub untestable: Vec<(&'static str, String)>,
    /// What the study did with the user's rows before it measured, a sentence each: how they were thinned.
    pub reading: Vec<String>,
}

/// One estimate and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// The claim's id.
    pub claim: &'static str,
    /// The setting's name.
    pub setting: &'static str,
    /// Which of the setting's parts, from 0.
    pub part: usize,
    /// The number.
    pub estimate: Estimate,
}

impl Outcome {
    /// Nothing yet.
    pub fn new() -> Self {
        Outcome::default()
    }

    /// Adds the estimate of one part of a setting.
    pub fn find_part(&mut self, claim: &'static str, setting: &'static str, part: usize, estimate: Estimate) {
        self.measured.push(Measured { claim, setting, part, estimate });
    }

    /// The estimates so far as a table, for titles to cite: claim, setting, part, estimate.
    ///
    /// ```
    /// use mllab_core::{Estimate, Outcome, shown};
    ///
    /// let mut outcome = Outcome::new();
    /// outcome.find("overshoots", "the rate is high", Estimate::exact(0.75));
    /// let found = outcome.ledger("walls");
    /// assert_eq!(found.of(("overshoots", "the rate is high", 0)).numbers("estimate"), [0.75]);
    /// let _ = found.cite("estimate", ("overshoots", "the rate is high", 0), shown::percent);
    /// ```
    pub fn ledger(&self, id: &str) -> Table {
        let mut table = Table::named(id).with_word("claim").with_word("setting").with_number("part", "parts");
        table = table.with_estimate("estimate", "1").with_runs();
        for found in &self.measured {
            table.put((found.claim, found.setting, found.part, found.estimate));
        }
        table
    }

    /// Adds a figure and the tables that it was drawn from.
    pub fn show(&mut self, figure: Figure, tables: impl IntoIterator<Item = Table>) {
        self.figures.push(figure);
        self.tables.extend(tables);
    }

    /// Adds what a part of the study returned.
    pub fn join(&mut self, other: Outcome) {
        self.measured.extend(other.measured);
        self.tables.extend(other.tables);
        self.figures.extend(other.figures);
        self.untestable.extend(other.untestable);
        self.reading.extend(other.reading);
    }
}
