//! Trees and their ensembles, all grown by one engine.
//!
//! The engine sees two numbers a row, a pull s and a weight h, and looks for the cut that makes
//! s²/(h + λ) summed over both sides largest; a leaf's value is s/(h + λ) (Chen and Guestrin 2016, eq. 5 to 7, with
//! s the negative gradient and h the hessian). With s = weight · target, h = weight and λ = 0 that is squared error,
//! and for targets 0 and 1 it is gini. So single trees, bagging, forests, AdaBoost and both orders of gradient
//! boosting differ only in the pairs (s, h) that they hand over.
//!
//! Cuts are searched either exactly, between all neighbouring values, or in byte bins with histogram subtraction.
//! Of equally good cuts the one with the lowest column wins, then the lowest threshold; where columns
//! are sampled for each cut, the one drawn first. Labels are `&[bool]`; there
//! is no multi-class engine.

mod adaboost;
mod boosting;
mod columns;
mod cut;
mod exact;
mod forest;
mod grow;
mod histogram;
mod importance;
mod model;
mod settings;
mod single;
mod span;

pub use adaboost::{AdaBoost, AdaBoosted, AdaRound};
pub use boosting::{Boosted, Boosting, EarlyStop, Loss, Order};
pub use forest::{Ensemble, Forest};
pub use importance::{Importance, permutation_importance};
pub use model::{Node, Tree, Work};
pub use settings::{Search, TreeSettings};
