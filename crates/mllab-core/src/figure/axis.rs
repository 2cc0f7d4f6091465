//! Axes: what is measured, and how values become lengths.

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

    /// A linear axis of shares of one, in per cent.
    pub fn share(label: impl Into<String>) -> Self {
        Axis::linear(label).format(Format::Percent)
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
