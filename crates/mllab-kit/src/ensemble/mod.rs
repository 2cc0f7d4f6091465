//! Ensembles of trees by name, on rows with either kind of target, and what is read off a fit.
//!
//! A lab finds here the arms of a comparison: one tree, trees averaged, trees in a row, all fitted, scored and counted in one
//! way, so that they differ only in what is combined; and random settings of them ([`search`]).

mod arm;
mod rows;
pub mod search;

pub use arm::{
    Arm, FULL, Fitted, binned, booster, effort, forest, in_a_row, of_libraries, said, second_order, side_by_side,
    stopped, tree_of,
};
pub use rows::{Goal, Rows};
