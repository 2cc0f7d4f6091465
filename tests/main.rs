//! The contract that every lab keeps, the house, the command line.

mod command_line;
mod contract;
mod house;
mod support;
