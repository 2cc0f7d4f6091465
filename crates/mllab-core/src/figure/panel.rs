//! A panel: two axes with what stands between them.

use super::{Axis, Hue, Layer, Note};

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
    /// The columns it draws, as (table, column); noted by what draws from tables.
    pub reads: Vec<(String, String)>,
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
            reads: Vec::new(),
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
