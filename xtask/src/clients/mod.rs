//! `cargo xtask clients`: sessions of the official clients with mock servers that run for them.
//!
//! `client` knows the clients, `plan` which steps they do against which server, `install` puts
//! them into `target/clients`, `session` plays the steps, `report` adds up what came of it.
//! `drivers` has the same clients, and one more, judged by the conformance kit.
//! `process` runs a program that must come to an end. The steps and the programs that play them
//! are in `clients/`.

mod client;
mod command;
mod drivers;
pub(crate) mod install;
pub(crate) mod plan;
pub(crate) mod process;
mod report;
mod session;

pub(crate) use self::{
    client::Client,
    command::{play, run},
    drivers::{Judged, run as judge},
    report::Report,
};
