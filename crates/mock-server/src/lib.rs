//! A mock Elasticsearch that answers the Connector APIs like a cluster does: state, status
//! machines, validation, error bodies and headers.
//!
//! [`MockServer`] runs in the process of a test, [`InProcess`] does so without a connection, and
//! `connector-mock` is the same as a program.

mod added_fault;
mod app;
mod body;
mod call;
pub mod cli;
mod encode;
mod error;
mod filter_path;
mod formats;
mod host;
mod in_process;
mod init;
mod java_text;
mod length_of_time;
mod media_type;
mod mock_server;
mod operations;
mod params;
#[cfg(feature = "planted-faults")]
mod planted;
mod query_string;
mod reply;
mod request;
mod root;
mod router;
mod search;
mod security;
mod seed;
mod server;
mod services;
mod sources;
mod standalone;
mod store;
mod suggest;
mod time_value;
mod unserved;
mod warnings;

pub use api_types::{Timestamp, Version};

#[cfg(feature = "planted-faults")]
pub use crate::planted::{Fault, UnknownFault};
pub use crate::{
    added_fault::AddedFault,
    host::faults::{BadFault, Rule as FaultRule},
    host::{
        Expectation, JournalCount, JournalSize, Received, ReceivedRequests as Journal, Sender,
        Verdict,
    },
    host::{Worker, WorkerError, WorkerJob},
    in_process::InProcess,
    init::{InitError, init},
    mock_server::{MockServer, MockServerBuilder},
    root::Flavor,
    security::{Security, SecurityError},
    seed::{Seed, SeedError},
    sources::Clock,
    standalone::{Config, ServeError, run},
};
