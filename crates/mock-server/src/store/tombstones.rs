//! What is remembered of deleted documents: their version goes on where they are written again
//! soon (contract DO-4.4-5).

use std::{collections::BTreeMap, time::Duration};

use api_types::Timestamp;

/// `index.gc_deletes`: how long a deletion is remembered.
const REMEMBERED: Duration = Duration::from_secs(60);

/// How many deletions there are before old ones are looked for.
const FEW: usize = 1024;

#[derive(Clone, Copy, Debug)]
struct Tombstone {
    version: u64,
    end: Timestamp,
}

/// The deletions of an index.
#[derive(Clone, Debug, Default)]
pub(super) struct Tombstones {
    by_id: BTreeMap<String, Tombstone>,
    /// The number at which old ones are dropped next.
    limit: usize,
}

impl Tombstones {
    /// The version that a document was deleted with, if that was not long ago.
    pub(super) fn version(&self, id: &str, now: Timestamp) -> Option<u64> {
        self.by_id.get(id).filter(|tombstone| now <= tombstone.end).map(|found| found.version)
    }

    /// Every deletion: the id, the version, and until when it is remembered.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, u64, Timestamp)> {
        self.by_id.iter().map(|(id, Tombstone { version, end })| (id.as_str(), *version, *end))
    }

    /// Remembers a deletion as it was.
    pub(super) fn load(&mut self, id: &str, version: u64, end: Timestamp) {
        self.by_id.insert(id.to_owned(), Tombstone { version, end });
    }

    pub(super) fn add(&mut self, id: &str, version: u64, now: Timestamp) {
        if self.by_id.len() >= self.limit.max(FEW) {
            self.by_id.retain(|_, tombstone| now <= tombstone.end);
            self.limit = self.by_id.len() * 2;
        }
        let tombstone = Tombstone { version, end: now.after(REMEMBERED) };
        self.by_id.insert(id.to_owned(), tombstone);
    }

    pub(super) fn forget(&mut self, id: &str) {
        if !self.by_id.is_empty() {
            self.by_id.remove(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_nanoseconds(i128::from(second) * 1_000_000_000)
    }

    // Proves DO-4.4-5.
    #[test]
    fn a_deletion_is_remembered_for_a_minute() {
        let mut tombstones = Tombstones::default();
        tombstones.add("a", 2, at(0));
        assert_eq!(tombstones.version("a", at(60)), Some(2));
        assert_eq!(tombstones.version("a", at(61)), None);
        assert_eq!(tombstones.version("b", at(0)), None);
        tombstones.forget("a");
        assert_eq!(tombstones.version("a", at(0)), None);
    }

    #[test]
    fn old_ones_are_dropped_when_there_are_many() {
        let mut tombstones = Tombstones::default();
        for number in 0..10_000 {
            tombstones.add(&number.to_string(), 2, at(number));
        }
        assert!(tombstones.by_id.len() <= 2 * FEW);
        assert_eq!(tombstones.version("9999", at(9999)), Some(2));
    }
}
