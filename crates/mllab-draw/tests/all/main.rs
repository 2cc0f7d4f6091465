//! The drawing as a whole: the specimen sheet, and the promises that hold for every specimen.

mod reference;
mod sheet;
