//! Layers of one series over x: lines, steps, fills, points.

use super::{Dash, Hue, Interval, Label, LabelAt, Mark};

/// See [`super::Layer::Line`].
#[derive(Clone, Debug)]
pub struct Line {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// The interval, drawn as a band.
    pub band: Option<Interval>,
    /// Colour.
    pub hue: Hue,
    /// Name.
    pub label: Option<Label>,
    /// Broken how.
    pub dash: Dash,
    /// Thin, for one of many lines in the background.
    pub thin: bool,
}

impl Line {
    /// A solid line without name or band.
    pub fn new(x: Vec<f64>, y: Vec<f64>, hue: Hue) -> Self {
        Line { x, y, band: None, hue, label: None, dash: Dash::Solid, thin: false }
    }

    /// Adds a band.
    #[must_use]
    pub fn band(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.band = Some(Interval { low, high });
        self
    }

    /// Adds a name at the line's end.
    #[must_use]
    pub fn label(mut self, text: impl Into<Label>) -> Self {
        self.label = Some(text.into());
        self
    }

    /// Puts the name beside the point nearest to `x`.
    #[must_use]
    pub fn label_at(mut self, text: &str, x: f64) -> Self {
        self.label = Some(Label { text: text.into(), second: None, at: LabelAt::X(x) });
        self
    }

    /// Breaks the stroke.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    /// Makes the stroke thin.
    #[must_use]
    pub fn thin(mut self) -> Self {
        self.thin = true;
        self
    }
}

/// See [`super::Layer::Step`].
#[derive(Clone, Debug)]
pub struct Step {
    /// Where each value begins.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Whether the area down to the axis is tinted.
    pub filled: bool,
    /// Colour.
    pub hue: Hue,
    /// Name.
    pub label: Option<Label>,
}

/// See [`super::Layer::Fill`].
#[derive(Clone, Debug)]
pub struct Fill {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Upper values.
    pub upper: Vec<f64>,
    /// Lower values.
    pub lower: Vec<f64>,
    /// Whether the upper series is a step.
    pub upper_steps: bool,
    /// Whether the lower series is a step.
    pub lower_steps: bool,
    /// Colour, used strong: the area is the message.
    pub hue: Hue,
    /// Name.
    pub label: Option<Label>,
}

/// See [`super::Layer::Points`].
#[derive(Clone, Debug)]
pub struct Points {
    /// Horizontal positions.
    pub x: Vec<f64>,
    /// Vertical positions.
    pub y: Vec<f64>,
    /// Vertical intervals, drawn as whiskers.
    pub whiskers: Option<Interval>,
    /// Areas relative to 1, where points carry a weight.
    pub area: Option<Vec<f64>>,
    /// Shape.
    pub mark: Mark,
    /// Colour.
    pub hue: Hue,
    /// Name, beside the last point.
    pub label: Option<Label>,
}

impl Points {
    /// Points without whiskers.
    pub fn new(x: Vec<f64>, y: Vec<f64>, mark: Mark, hue: Hue) -> Self {
        Points { x, y, whiskers: None, area: None, mark, hue, label: None }
    }

    /// Adds whiskers.
    #[must_use]
    pub fn whiskers(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.whiskers = Some(Interval { low, high });
        self
    }

    /// Makes each point's area proportional to its weight.
    #[must_use]
    pub fn area(mut self, area: Vec<f64>) -> Self {
        self.area = Some(area);
        self
    }

    /// Adds a name.
    #[must_use]
    pub fn label(mut self, text: impl Into<Label>) -> Self {
        self.label = Some(text.into());
        self
    }
}
