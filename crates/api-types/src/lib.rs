//! The Elasticsearch Connector APIs as data and types.
//!
//! The endpoint table, the bodies and their schemas, ids, statuses with their transitions, errors,
//! time and JSON as they are on the wire. This crate does no input or output and reads no clock.

pub mod answers;
pub mod connector;
pub mod cron;
pub mod differences;
pub mod endpoint;
pub mod error;
pub mod ids;
pub mod json;
pub mod openapi;
pub mod ops;
pub mod protocol;
pub mod schema;
pub mod sync_job;
mod timestamp;
mod transition;
mod version;
mod wire_enum;

pub use timestamp::{Timestamp, TimestampError};
pub use transition::{Effect, InvalidTransition, Next};
pub use version::{Version, VersionError};
pub use wire_enum::{UnknownValue, WireEnum};
