//! The connector: its statuses and its fixed parts.

mod status;

pub use status::ConnectorStatus;
