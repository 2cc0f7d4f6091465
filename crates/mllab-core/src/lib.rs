//! The vocabulary of mllab.

pub mod figure;
pub mod shown;
mod stream;
mod table;

pub use figure::{Figure, Title};
pub use stream::Stream;
pub use table::{Cell, Column, Table};
