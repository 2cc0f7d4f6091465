//! Sizes of type and space in the two layouts.

/// Type sizes and distances in px.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// A phone's layout: panels below each other, names on two lines.
    pub narrow: bool,
    pub title: f64,
    pub subtitle: f64,
    /// A panel's headline.
    pub head: f64,
    /// Ticks, axis labels, legend.
    pub text: f64,
    /// Names of series.
    pub name: f64,
    /// Notes and values.
    pub note: f64,
    pub caption: f64,
    /// Stroke of a series.
    pub stroke: f64,
    /// Radius of a mark.
    pub mark: f64,
    /// Widest name in the margin.
    pub name_width: f64,
    /// Between panels side by side.
    pub gap: f64,
}

impl Sizes {
    pub fn new(narrow: bool) -> Self {
        if narrow {
            Sizes {
                narrow,
                title: 17.5,
                subtitle: 13.5,
                head: 14.0,
                text: 12.5,
                name: 12.5,
                note: 12.5,
                caption: 12.5,
                stroke: 2.0,
                mark: 3.4,
                name_width: 88.0,
                gap: 20.0,
            }
        } else {
            Sizes {
                narrow,
                title: 20.0,
                subtitle: 13.5,
                head: 14.0,
                text: 12.5,
                name: 12.5,
                note: 12.5,
                caption: 12.0,
                stroke: 2.2,
                mark: 3.6,
                name_width: 160.0,
                gap: 30.0,
            }
        }
    }
}
