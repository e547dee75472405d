//! What changed from version to version, as data (contract CN-9, RL-15).
//!
//! The first versions of operations and query parameters stand in the endpoint table; everything
//! else that a server does differently since some version is a row of [`DIFFERENCES`]. A server asks
//! [`Version::has`] and compares no versions itself.

mod entry;
mod table;

pub use entry::{Affected, Entry, Seen};
pub use table::{DIFFERENCES, Difference};

use crate::version::Version;

impl Difference {
    /// The row of this difference.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        self.row()
    }
}

impl Version {
    /// Whether this version behaves in the new way of a difference.
    #[must_use]
    pub fn has(self, difference: Difference) -> bool {
        self >= difference.entry().since
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_difference_lies_between_two_listed_versions_and_has_an_id_of_its_own() {
        let mut ids = BTreeSet::new();
        for entry in DIFFERENCES {
            assert!(entry.since > Version::OLDEST, "{}", entry.contract);
            assert!(Version::LINES.contains(&entry.since), "{}", entry.contract);
            assert!(ids.insert(entry.contract), "{} is there twice", entry.contract);
            assert_eq!(entry.difference.entry().contract, entry.contract);
        }
    }

    #[test]
    fn a_version_has_what_came_with_it_or_before() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(!version("8.14.3").has(Difference::CreationAnswersBoth));
        assert!(version("8.15").has(Difference::CreationAnswersBoth));
        assert!(Version::NEWEST.has(Difference::CreationAnswersBoth));
    }
}
