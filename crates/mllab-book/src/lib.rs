//! A lab as a page that opens from disk: its question, its answer, the verdict of each claim, its figures.
//!
//! A page is made from a [`Report`](mllab_core::Report) and drawn figures; nothing here runs a lab.

mod card;
mod glyph;
mod links;
pub mod notes;
pub mod page;
pub mod prose;
mod shell;
pub mod site;

pub use prose::ProseError;
pub use shell::MARK;
