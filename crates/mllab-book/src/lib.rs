//! A lab as a page that opens from disk: its question, its answer, the verdict of each claim, its figures.
//!
//! A page is made from a [`Report`](mllab_core::Report) and drawn figures; nothing here runs a lab.

pub mod find;
mod glyph;
mod links;
pub mod notes;
pub mod page;
pub mod prose;
mod shell;
pub mod site;
mod spoken;
pub mod words;

pub use prose::ProseError;
pub use shell::MARK;
