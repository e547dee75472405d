//! What a row of the table of differences says.

use super::Difference;
use crate::{endpoint::Operation, version::Version};

/// One change of behaviour.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name that code asks for.
    pub difference: Difference,
    /// The rule of the contract.
    pub contract: &'static str,
    /// The first version with the new behaviour.
    pub since: Version,
    /// The operations whose answers changed.
    pub affected: Affected,
    /// What was done before.
    pub before: &'static str,
    /// What is done since.
    pub after: &'static str,
    /// Where the change can be seen.
    pub seen: Seen,
}

/// The operations that a difference is about.
#[derive(Clone, Copy, Debug)]
pub enum Affected {
    /// These.
    Operations(&'static [Operation]),
    /// All that read a body.
    Bodies,
    /// All.
    Everything,
}

/// Where a difference can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// In the answers of a server with its defaults.
    InAnswers,
    /// Only in answers that a server with its defaults does not give; the reason.
    Elsewhere(&'static str),
}
