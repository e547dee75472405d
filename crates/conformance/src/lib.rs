//! Judges any server of the Elasticsearch Connector APIs, reached by its URL.
//!
//! The documented examples (`fixtures/examples`) and the cases (`fixtures/cases`) are data. They
//! are read into a [`suite::Suite`], played by [`run::run`], judged by [`judge::judge`], and the
//! plain result, [`outcome::RunReport`], is made into texts by [`mod@report`].
//! Nothing in this crate knows the mock server.

pub mod advice;
pub mod case;
pub mod cli;
pub mod client;
pub mod client_run;
pub mod coverage;
pub mod divergence;
pub mod driver;
pub mod exchange;
pub mod exit_code;
pub mod fixture;
pub mod judge;
pub mod observe;
pub mod outcome;
pub mod own_mock;
pub mod program;
pub mod proxy;
pub mod report;
pub mod run;
pub mod suite;
pub mod target;
pub mod traffic;
pub mod wire;

mod interrupt;
mod suggest;
mod watch;
