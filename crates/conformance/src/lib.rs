//! Judges any server of the Elasticsearch Connector APIs, reached by its URL, and any client.
//!
//! The documented examples (`fixtures/examples`) and the cases (`fixtures/cases`) are data. They
//! are read into a [`suite::Suite`], played by [`run::run`] or [`client_run::run`], judged by
//! [`judge::judge`], and the plain results are made into a [`report::Report`] and that into texts
//! by [`mod@report`].
//!
//! In a test of Rust there are [`Watched`], a mock that a client under test is pointed to, and
//! [`judge_server`]: `docs/rust.md` shows both.

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
pub mod fuzz;
pub mod halt;
pub mod judge;
pub mod judged;
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
pub mod watched;
pub mod wire;

/// What the server accepts and the Connector Protocol forbids.
pub mod advice {
    pub use api_types::protocol::AdviceKind;
}

mod fail;
mod interrupt;
mod kinds;
mod starting;
mod suggest;
mod watch;

#[cfg(feature = "wiremock")]
pub mod mount;

#[cfg(feature = "wiremock")]
pub use self::mount::Fixture;
#[cfg(feature = "wiremock")]
pub use wiremock;

pub use self::{
    judged::{Judged, judge_server},
    watched::Watched,
};
