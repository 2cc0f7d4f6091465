//! The vocabulary of mllab.
//!
//! A [`Lab`] is a question with studies; a [`Study`] turns parameters and random [`Stream`]s into [`Estimate`]s,
//! [`Table`]s and [`Figure`]s; a [`Rule`] turns an estimate into a [`Verdict`]; [`run()`] holds them together. Data
//! flows one way, and everything that leaves a lab is a plain value: no pixel, no file, no clock.

mod cx;
mod drawn;
mod error;
mod estimate;
pub mod figure;
mod lab;
mod outcome;
mod params;
pub mod prelude;
pub mod report;
mod rows;
mod run;
mod runs;
pub mod said;
pub mod seed;
pub mod shown;
mod source;
mod stream;
mod table;
pub mod verdict;

pub use cx::{Cx, Host, Progress, Replicate, Silent};
pub use drawn::Drawn;
pub use error::LabError;
pub use estimate::{Estimate, LEVEL};
pub use figure::{Figure, Title};
pub use lab::{Accepts, AnyLab, Domain, Lab, Meta, Own, OwnFlag, Shelf, Study, StudyInfo, TargetKind, study};
pub use outcome::{Measured, Outcome};
pub use params::{Kind, ParamError, ParamSpec, ParamValue, Params};
pub use report::Report;
pub use rows::Rows;
pub use run::{Plan, Request, Run, RunError, run};
pub use runs::{Parts, Runs};
pub use said::{Piece, Said};
pub use seed::{Claim, Seed, SeedError};
pub use source::{Against, Dataset, FileInfo, Known, Source, Target};
pub use stream::Stream;
pub use table::{Cell, Cells, Column, Filling, Row, Table};
pub use verdict::{Agreement, Quantifier, Role, Rule, Verdict, agreement};
