//! The words that nearly every study uses: `use mllab_core::prelude::*`.

pub use crate::figure::{
    Axis, Bars, Dash, Figure, Format, Heat, Hue, Label, LabelAt, Layer, Layout, LegendKey, Line, Look, Mark, Note,
    Palette, Panel, Path, Piece, Points, Segments, Step, Title,
};
pub use crate::{
    Cx, Dataset, Domain, Estimate, Lab, LabError, Meta, Outcome, Own, OwnFlag, Replicate, Rows, Runs, Source, Stream,
    Study, Table, Target, shown, study,
};
