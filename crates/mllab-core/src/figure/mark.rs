//! What strokes, points and names have in common.

/// How a stroke is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dash {
    /// Not at all.
    #[default]
    Solid,
    /// In dashes.
    Dashed,
    /// In dots.
    Dotted,
}

/// The shape of a point: classes differ in shape as well as colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// ●
    #[default]
    Disc,
    /// ▲
    Triangle,
    /// ■
    Square,
    /// ◆
    Diamond,
    /// ×
    Cross,
    /// ○
    Ring,
    /// ▼
    TriangleDown,
}

/// The name of a series, written beside it rather than in a legend.
#[derive(Clone, Debug)]
pub struct Label {
    /// The name, in the series' colour.
    pub text: String,
    /// A second, muted line.
    pub second: Option<String>,
    /// Where it stands.
    pub at: LabelAt,
}

/// Where a series' name stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LabelAt {
    /// At its last point, in the margin.
    End,
    /// Beside its point nearest to this x, inside the plot.
    X(f64),
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Label { text: text.into(), second: None, at: LabelAt::End }
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        Label { text, second: None, at: LabelAt::End }
    }
}

/// An interval for each point of a series.
#[derive(Clone, Debug, Default)]
pub struct Interval {
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}
