//! `cargo xtask tidy`: the conventions of this repository that no compiler knows.
//!
//! Each rule is a function from the texts of the repository to what is wrong with them; only
//! `command` reads files and prints.

mod code;
mod command;
mod data;
mod links;
mod machine;
mod manifest;
mod references;
mod required;

pub(crate) use self::command::{look, run};
