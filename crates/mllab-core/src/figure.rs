//! Figures as plain values: panels of axes, layers and notes in the units of the data, never in pixels.
//!
//! A lab says what is to be seen; `mllab-draw` decides where it stands. The types are all public and have
//! builders for what is set often, so that a figure in a study reads top to bottom like its picture.

mod axis;
mod columns;
mod hue;
mod lanes;
mod layer;
mod look;
mod mark;
mod note;
mod panel;
mod plane;
mod series;
mod title;
mod words;

pub use axis::*;
pub use columns::*;
pub use hue::*;
pub use lanes::*;
pub use layer::*;
pub use look::*;
pub use mark::*;
pub use note::*;
pub use panel::*;
pub use plane::*;
pub use series::*;
pub use title::*;

use crate::Table;

/// A picture with its words.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Names the files: `figures/<id>.svg`.
    pub id: String,
    /// The finding in one sentence, its numbers cited from a table.
    pub title: Title,
    /// The setting, the replicates and what a band means.
    pub subtitle: String,
    /// What else a reader must know; the command that redraws the figure is put before it.
    pub caption: String,
    /// What is seen, for someone who cannot see it.
    pub alt: String,
    /// A legend above the plot, for what cannot be labelled in place.
    pub legend: Vec<LegendItem>,
    /// The panels, in reading order.
    pub panels: Vec<Panel>,
    /// How panels stand to each other.
    pub layout: Layout,
    /// The columns it draws, as (table, column): the figure shows nothing that a table does not hold.
    pub reads: Vec<(String, String)>,
}

impl Figure {
    /// An empty figure.
    pub fn new(id: &str, title: impl Into<Title>) -> Self {
        Figure {
            id: id.into(),
            title: title.into(),
            subtitle: String::new(),
            caption: String::new(),
            alt: String::new(),
            legend: Vec::new(),
            panels: Vec::new(),
            layout: Layout::default(),
            reads: Vec::new(),
        }
    }

    /// Sets the subtitle.
    #[must_use]
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.subtitle = text.into();
        self
    }

    /// Sets the caption.
    #[must_use]
    pub fn caption(mut self, text: impl Into<String>) -> Self {
        self.caption = text.into();
        self
    }

    /// Sets the alternative text.
    #[must_use]
    pub fn alt(mut self, text: impl Into<String>) -> Self {
        self.alt = text.into();
        self
    }

    /// Adds a panel.
    #[must_use]
    pub fn panel(mut self, panel: Panel) -> Self {
        for read in &panel.reads {
            if !self.reads.contains(read) {
                self.reads.push(read.clone());
            }
        }
        self.panels.push(panel);
        self
    }

    /// Adds panels.
    #[must_use]
    pub fn panels(self, panels: impl IntoIterator<Item = Panel>) -> Self {
        panels.into_iter().fold(self, Figure::panel)
    }

    /// Sets panels in rows of so many; where they share their y range only the first of a row carries its labels.
    #[must_use]
    pub fn grid(self, columns: usize, share_y: bool) -> Self {
        self.layout(Layout::Grid { columns, share_y })
    }

    /// Adds a legend item for each look, under its name.
    #[must_use]
    pub fn keys<'a>(self, looks: &[Look<'a>], key: impl Fn(&Look<'a>) -> LegendKey) -> Self {
        looks.iter().fold(self, |figure, look| figure.legend(look.called, look.hue, key(look)))
    }

    /// Sets the layout.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Adds a legend item.
    #[must_use]
    pub fn legend(mut self, text: impl Into<String>, hue: Hue, key: LegendKey) -> Self {
        self.legend.push(LegendItem { text: text.into(), hue, key });
        self
    }

    /// Names columns that the figure draws.
    #[must_use]
    pub fn reads(mut self, table: &str, columns: &[&str]) -> Self {
        self.reads.extend(columns.iter().map(|&column| (table.to_string(), column.to_string())));
        self
    }

    /// What is wrong with the figure as a statement about `tables`: missing words, columns that do not exist, numbers
    /// in the title that are not the table's, layers whose arrays differ in length. Empty where all is well.
    pub fn faults(&self, tables: &[Table]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |text: String| faults.push(format!("figure {}: {text}", self.id));
        let table = |id: &str| tables.iter().find(|table| table.id == id);
        for (name, text) in
            [("title", &self.title.to_string()), ("subtitle", &self.subtitle), ("alternative text", &self.alt)]
        {
            if text.trim().is_empty() {
                fault(format!("no {name}"));
            }
        }
        if self.panels.is_empty() {
            fault("no panel".into());
        }
        if self.reads.is_empty() {
            fault("names no column that it draws".into());
        }
        for (id, column) in &self.reads {
            if table(id).and_then(|table| table.column(column)).is_none() {
                fault(format!("draws column {column} of table {id}, which does not exist"));
            }
        }
        for piece in &self.title.pieces {
            match piece {
                Piece::Text(_) => {}
                Piece::Cited { shown, table: id, column, row, show, .. } => {
                    match table(id).and_then(|table| table.number(*row, column)) {
                        None => fault(format!("the title cites {id}.{column} row {row}, which is no number")),
                        Some(value) if &show(value) != shown => {
                            fault(format!("the title says {shown}, table {id} has {}", show(value)));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        for (i, panel) in self.panels.iter().enumerate() {
            for layer in &panel.layers {
                if let Err(text) = layer.check() {
                    fault(format!("panel {i}: {text}"));
                }
            }
        }
        faults
    }
}

/// How panels stand to each other on a wide page; on a phone they stand below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// So many panels a row, with shared gutters.
    Grid {
        /// Panels in a row of the wide layout.
        columns: usize,
        /// Whether the panels share their y range, so that only the first of a row carries its labels.
        share_y: bool,
    },
    /// Below each other over one x axis: time lines.
    Stack,
}

impl Default for Layout {
    fn default() -> Self {
        Layout::Grid { columns: 1, share_y: false }
    }
}

/// One entry of the legend above the plot.
#[derive(Clone, Debug)]
pub struct LegendItem {
    /// What it stands for.
    pub text: String,
    /// Its colour.
    pub hue: Hue,
    /// Its sign.
    pub key: LegendKey,
}

/// The sign of a legend entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegendKey {
    /// A stroke.
    Line(Dash),
    /// A filled square in the full colour.
    Fill,
    /// A filled square in the light tint of bands and regions.
    Tint,
    /// A point.
    Mark(Mark),
}
