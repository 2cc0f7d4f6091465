//! Figures as plain values: panels of axes, layers and notes in the units of the data, never in pixels.
//!
//! A lab says what is to be seen; `mllab-draw` decides where it stands. The types are all public and have
//! builders for what is set often, so that a figure in a study reads top to bottom like its picture.

mod layer;
mod note;

pub use layer::*;
pub use note::*;

use crate::Table;
use std::fmt;

/// Colours by meaning; one meaning each across a page. The hues are Okabe and Ito's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hue {
    /// #0072B2.
    Blue,
    /// #56B4E9.
    Sky,
    /// #009E73.
    Green,
    /// #E69F00.
    Amber,
    /// #D55E00.
    Vermilion,
    /// #CC79A7.
    Pink,
    /// The text's colour: what is given rather than compared (the load, the truth).
    Ink,
    /// What only stands in the background.
    Grey,
}

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
        self.panels.push(panel);
        self
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
                Piece::Cited { shown, table: id, column, row, show } => {
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

/// A title whose numbers are cited from a table, so that a test can hold them against it.
#[derive(Clone, Default)]
pub struct Title {
    /// Words and cited numbers, in order.
    pub pieces: Vec<Piece>,
}

/// A stretch of a title.
#[derive(Clone)]
pub enum Piece {
    /// Words; a measured number never stands here.
    Text(String),
    /// A number as shown, and where it comes from.
    Cited {
        /// As it stands in the title.
        shown: String,
        /// The table's id.
        table: String,
        /// The column's name.
        column: String,
        /// The row, from 0.
        row: usize,
        /// How the table's number becomes the title's.
        show: fn(f64) -> String,
    },
}

impl Title {
    /// An empty title.
    pub fn new() -> Self {
        Title::default()
    }

    /// Adds words.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Text(text.into()));
        self
    }

    /// Adds the number in `row` of `column` of `table`, written by `show`.
    ///
    /// # Panics
    ///
    /// If the table has no such number: a bug in the lab.
    #[must_use]
    pub fn cite(mut self, table: &Table, column: &str, row: usize, show: fn(f64) -> String) -> Self {
        let value = table
            .number(row, column)
            .unwrap_or_else(|| panic!("table {} has no number in row {row} of column {column}", table.id));
        self.pieces.push(Piece::Cited {
            shown: show(value),
            table: table.id.clone(),
            column: column.into(),
            row,
            show,
        });
        self
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Cited { shown, .. } => f.write_str(shown),
        })
    }
}

impl fmt::Debug for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl From<&str> for Title {
    fn from(text: &str) -> Self {
        Title::new().text(text)
    }
}

impl From<String> for Title {
    fn from(text: String) -> Self {
        Title::new().text(text)
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

/// A pair of axes with what stands between them.
#[derive(Clone, Debug)]
pub struct Panel {
    /// A headline of its own, for small multiples.
    pub title: String,
    /// A second line under the title in a colour: the panel's own measured value.
    pub remark: Option<(String, Hue)>,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, back to front.
    pub layers: Vec<Layer>,
    /// What is written on it.
    pub notes: Vec<Note>,
    /// Its share of the figure's height against the other panels of a stack; 1 by default.
    pub height: f64,
    /// Whether one unit of x is as long as one unit of y (a plane of weights).
    pub equal_aspect: bool,
}

impl Panel {
    /// An empty panel between two axes.
    pub fn new(x: Axis, y: Axis) -> Self {
        Panel {
            title: String::new(),
            remark: None,
            x,
            y,
            layers: Vec::new(),
            notes: Vec::new(),
            height: 1.0,
            equal_aspect: false,
        }
    }

    /// Sets the headline.
    #[must_use]
    pub fn title(mut self, text: impl Into<String>) -> Self {
        self.title = text.into();
        self
    }

    /// Sets the coloured line under the headline.
    #[must_use]
    pub fn remark(mut self, text: impl Into<String>, hue: Hue) -> Self {
        self.remark = Some((text.into(), hue));
        self
    }

    /// Adds a layer in front of the others.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }

    /// Sets the share of a stack's height.
    #[must_use]
    pub fn height(mut self, share: f64) -> Self {
        self.height = share;
        self
    }

    /// Makes one unit of x as long as one unit of y.
    #[must_use]
    pub fn equal_aspect(mut self) -> Self {
        self.equal_aspect = true;
        self
    }
}

/// One axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it measures, with the unit where there is one; stands horizontally.
    pub label: String,
    /// How values become lengths.
    pub scale: Scale,
    /// The values at its ends; from the data where not given.
    pub range: Option<[f64; 2]>,
    /// The values that carry a tick; chosen where not given.
    pub ticks: Option<Vec<f64>>,
    /// How tick values are written.
    pub format: Format,
}

/// How values become lengths.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// In proportion.
    Linear,
    /// In proportion to the logarithm; values must be positive, others are gaps.
    Log,
    /// Names at 0, 1, 2, …
    Category(Vec<String>),
}

/// How tick values are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// As numbers.
    #[default]
    Number,
    /// A share of one in per cent.
    Percent,
    /// A base-2 logarithm as the ratio that it stands for: ×½, ×1, ×2.
    Times,
    /// Not at all (a plane whose values mean nothing).
    Hidden,
}

impl Axis {
    /// A linear axis.
    pub fn linear(label: impl Into<String>) -> Self {
        Axis { label: label.into(), scale: Scale::Linear, range: None, ticks: None, format: Format::Number }
    }

    /// A logarithmic axis.
    pub fn log(label: impl Into<String>) -> Self {
        Axis { scale: Scale::Log, ..Axis::linear(label) }
    }

    /// An axis of names.
    pub fn category<S: Into<String>>(label: impl Into<String>, names: impl IntoIterator<Item = S>) -> Self {
        Axis { scale: Scale::Category(names.into_iter().map(Into::into).collect()), ..Axis::linear(label) }
    }

    /// Fixes the values at the ends.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some([low, high]);
        self
    }

    /// Fixes the ticks.
    #[must_use]
    pub fn ticks(mut self, ticks: impl Into<Vec<f64>>) -> Self {
        self.ticks = Some(ticks.into());
        self
    }

    /// Sets how ticks are written.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }
}
