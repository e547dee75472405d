//! `cargo xtask contract`: every rule of the contract has a case that names it.
//!
//! `rules` reads what the contract says, `proof` what names it (cases, exchanges, tests, client
//! sessions), `without` the ids that have no case and why; `coverage`, `operations` and `responses`
//! compare them. Only `command` reads files and prints.

mod answer;
mod command;
mod coverage;
mod exchanges;
mod operations;
mod proof;
mod responses;
pub(crate) mod rules;
mod tests_in_rust;
mod without;

pub(crate) use self::command::{look, run};
