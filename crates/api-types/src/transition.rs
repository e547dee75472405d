//! A step between two statuses that the Connector Protocol does not know.

use std::fmt;

/// A refused step of a status machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no transition from [{from}] to [{to}]")]
pub struct InvalidTransition<S: fmt::Debug + fmt::Display> {
    /// The status that was to be left.
    pub from: S,
    /// The status that was to be reached.
    pub to: S,
}
