//! A figure as laid out: shapes and words with their places in px, before anything is written.

use crate::font::{self, Weight};
use crate::geometry::{Pt, Rect, pt};
use crate::theme::Role;
use mllab_core::figure::Dash;

/// Which side of its place a text stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// Begins there.
    Start,
    /// Is centred there.
    Middle,
    /// Ends there.
    End,
}

/// What a text is, for tests that compare boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Title, subtitle, caption, legend, panel heads, axis labels and ticks: outside the plots.
    Frame,
    /// A series' name.
    Name,
    /// A note: covers no data.
    Note,
    /// A value on its bar or in its cell.
    Value,
}

/// One line of text as set.
#[derive(Clone, Debug)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Where its baseline begins, is centred or ends.
    pub at: Pt,
    /// Size in px.
    pub size: f64,
    /// Regular or semibold.
    pub weight: Weight,
    /// Which of the three.
    pub anchor: Anchor,
    /// What it is.
    pub kind: Kind,
    /// Whether it reads from bottom to top.
    pub upright: bool,
    pub(crate) role: Role,
    /// The colour of the outline that keeps it legible where it crosses a line.
    pub(crate) halo: Option<Role>,
}

impl Word {
    /// The box that it fills.
    pub fn area(&self) -> Rect {
        let width = font::width(&self.text, self.size, self.weight);
        let left = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let (above, below) = (ASCENT * self.size, DESCENT * self.size);
        if self.upright {
            Rect::new(pt(self.at.x - above, self.at.y - left), pt(self.at.x + below, self.at.y - left - width))
        } else {
            Rect::new(pt(self.at.x + left, self.at.y - above), pt(self.at.x + left + width, self.at.y + below))
        }
    }
}

/// Height of letters above the baseline, as a share of the size.
pub const ASCENT: f64 = 0.76;
/// Depth of letters below the baseline, as a share of the size.
pub const DESCENT: f64 = 0.22;

/// How a shape is filled and stroked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub fill: Option<Role>,
    pub stroke: Option<(Role, f64)>,
    pub dash: Dash,
    /// Per cent; below 100 only for bands, which are one shape each, so that no seam shows.
    pub opacity: u8,
    /// Whether rings inside rings are holes.
    pub even_odd: bool,
    /// Without soft edges: cells that touch would show a seam.
    pub crisp: bool,
}

impl Style {
    pub const fn fill(role: Role) -> Self {
        Style { fill: Some(role), stroke: None, dash: Dash::Solid, opacity: 100, even_odd: false, crisp: false }
    }

    pub const fn stroke(role: Role, width: f64) -> Self {
        Style {
            fill: None,
            stroke: Some((role, width)),
            dash: Dash::Solid,
            opacity: 100,
            even_odd: false,
            crisp: false,
        }
    }

    pub const fn dashed(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    pub const fn edged(mut self, role: Role, width: f64) -> Self {
        self.stroke = Some((role, width));
        self
    }

    pub const fn crisp(mut self) -> Self {
        self.crisp = true;
        self
    }

    pub const fn even_odd(mut self) -> Self {
        self.even_odd = true;
        self
    }

    pub const fn opacity(mut self, percent: u8) -> Self {
        self.opacity = percent;
        self
    }
}

#[derive(Clone, Debug)]
pub enum Shape {
    /// An open line.
    Line(Vec<Pt>),
    /// A closed area.
    Area(Vec<Pt>),
    /// A rectangle.
    Block(Rect),
    /// A circle.
    Disc(Pt, f64),
    /// A text.
    Text(Word),
}

#[derive(Clone, Debug)]
pub struct Item {
    pub shape: Shape,
    pub style: Style,
}

/// Everything that is drawn, back to front.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    pub items: Vec<Item>,
}

impl Scene {
    pub fn add(&mut self, shape: Shape, style: Style) {
        self.items.push(Item { shape, style });
    }

    pub fn line(&mut self, points: Vec<Pt>, style: Style) {
        self.add(Shape::Line(points), style);
    }

    pub fn area(&mut self, points: Vec<Pt>, style: Style) {
        if points.len() > 2 {
            self.add(Shape::Area(points), style);
        }
    }

    pub fn block(&mut self, rect: Rect, style: Style) {
        self.add(Shape::Block(rect), style);
    }

    pub fn word(&mut self, word: Word) {
        if word.text.trim().is_empty() {
            return;
        }
        let style = Style::fill(word.role);
        self.add(Shape::Text(word), style);
    }

    /// All texts.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.items.iter().filter_map(|item| match &item.shape {
            Shape::Text(word) => Some(word),
            _ => None,
        })
    }
}
