//! The contract that every lab keeps, the house, the command line, the book.

mod bench;
mod book;
mod browser;
mod circles;
mod command_line;
mod contract;
mod exits;
mod faults;
mod find;
mod house;
mod notes;
mod own;
mod slips;
mod support;
