//! `cargo xtask ci`: the gates, one after the other, and what came of each.

mod clients;
mod command;
mod conformance;
mod examples;
mod fixtures;
mod gate;
mod page;
mod summary;
mod test_output;
mod tests_gate;

pub(crate) use self::{command::run, gate::Gate};
