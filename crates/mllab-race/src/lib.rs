//! Models raced on kinds of table and sizes: what each costs and what it buys.
//!
//! Labs count work; here it is seconds, so that somebody who chooses can read them. Each fit runs in a process of its
//! own ([`cell`]), small sizes first ([`mod@race`]), and the results become claims, tables and figures in the form of a
//! lab ([`Bench`]).

mod bench;
pub mod cell;
mod choice_figures;
mod claims;
mod cost_figures;
mod judge;
pub mod models;
pub mod race;
mod tables;
pub mod tasks;

pub use bench::{Bench, Raced};
pub use mllab_kit::data::Labelled;
