//! The connector: its statuses and the parts that updates set.

pub mod configuration;
pub mod features;
pub mod filtering;
pub mod scheduling;
mod status;

pub use status::ConnectorStatus;
