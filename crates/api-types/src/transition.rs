//! Steps between statuses: refused ones, and what operations do to a status.

use std::fmt;

use crate::endpoint::Operation;

/// A refused step of a status machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no transition from [{from}] to [{to}]")]
pub struct InvalidTransition<S: fmt::Debug + fmt::Display> {
    /// The status that was to be left.
    pub from: S,
    /// The status that was to be reached.
    pub to: S,
}

/// What operations do to the status of a document.
#[derive(Clone, Copy, Debug)]
pub struct Effect<S: fmt::Debug + fmt::Display + 'static> {
    /// The operations.
    pub operations: &'static [Operation],
    /// The requests that this is about, if not all of the operations' requests.
    pub when: Option<&'static str>,
    /// The rule of the contract.
    pub rule: &'static str,
    /// The status afterwards.
    pub next: Next<S>,
}

/// The status after an operation.
#[derive(Clone, Copy, Debug)]
pub enum Next<S: fmt::Debug + fmt::Display> {
    /// The document is made, or made anew.
    New(S),
    /// The request names it, and the state machine is asked.
    Asked,
    /// It follows from the status before, and the state machine is asked.
    Checked(fn(S) -> Result<S, InvalidTransition<S>>),
    /// It follows from the status before, and the state machine is not asked.
    Set(fn(S) -> S),
}
