//! Rows of events and spans.

use super::{Hue, Mark};

/// See [`super::Layer::Lanes`].
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// Lanes from top to bottom; their names stand where the y axis' labels would.
    pub lanes: Vec<Lane>,
}

/// One row of events and spans.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Name.
    pub name: String,
    /// Moments.
    pub events: Vec<Event>,
    /// Stretches.
    pub spans: Vec<LaneSpan>,
}

/// A moment on a lane.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub x: f64,
    /// Shape.
    pub mark: Mark,
    /// Colour.
    pub hue: Hue,
}

/// A stretch on a lane.
#[derive(Clone, Debug)]
pub struct LaneSpan {
    /// Beginning.
    pub from: f64,
    /// End.
    pub to: f64,
    /// Colour.
    pub hue: Hue,
    /// What it says, where there is room.
    pub text: String,
}
