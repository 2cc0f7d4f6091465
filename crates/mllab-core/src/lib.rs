//! The vocabulary of mllab.

mod stream;

pub use stream::Stream;
