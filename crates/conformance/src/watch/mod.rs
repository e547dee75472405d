//! Follows connectors and sync jobs by what goes over the wire, without asking the server.

mod exchange;
#[cfg(test)]
mod tests;

pub(crate) use self::exchange::seen;
