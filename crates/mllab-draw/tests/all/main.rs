//! The drawing as a whole: the specimen sheet, and the promises that hold for every specimen.

mod awkward;
mod planes;
mod promises;
mod random;
mod reference;
mod sheet;
