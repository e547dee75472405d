//! What is kept, and what is dropped when there is too much: the oldest exchange of the space that
//! takes the most.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use super::{Bounds, advice::Advisor, entry::Entry};

/// The exchanges of a space.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) space: Arc<str>,
    pub(super) entries: VecDeque<Arc<Entry>>,
    /// The number of the next exchange.
    next: u64,
    bytes: usize,
    pub(super) advisor: Arc<Mutex<Advisor>>,
}

impl Log {
    fn new(space: Arc<str>) -> Self {
        Self { space, entries: VecDeque::new(), next: 1, bytes: 0, advisor: Arc::default() }
    }

    /// How many were dropped since the space began, or was reset.
    pub(super) fn dropped(&self) -> u64 {
        self.next - 1 - self.entries.len() as u64
    }

    /// The number of the last one; 0 if there was none.
    pub(super) const fn last(&self) -> u64 {
        self.next - 1
    }
}

/// The exchanges of all spaces.
#[derive(Debug)]
pub(super) struct Logs {
    bounds: Bounds,
    all: BTreeMap<u64, Log>,
    /// What each space takes, to find the one that takes the most.
    by_bytes: BTreeSet<(usize, u64)>,
    bytes: usize,
    /// How many exchanges there ever were.
    order: u64,
    next_key: u64,
}

impl Logs {
    pub(super) const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            all: BTreeMap::new(),
            by_bytes: BTreeSet::new(),
            bytes: 0,
            order: 0,
            next_key: 0,
        }
    }

    /// Makes room for a space, and says by what it is found.
    pub(super) fn open(&mut self, space: &str) -> u64 {
        self.next_key += 1;
        self.all.insert(self.next_key, Log::new(space.into()));
        self.by_bytes.insert((0, self.next_key));
        self.next_key
    }

    /// Forgets a space.
    pub(super) fn close(&mut self, key: u64) -> Option<Log> {
        let log = self.all.remove(&key)?;
        self.by_bytes.remove(&(log.bytes, key));
        self.bytes -= log.bytes;
        Some(log)
    }

    /// Empties a space, and counts what is gone. Its numbers begin anew.
    pub(super) fn clear(&mut self, key: u64) -> Option<Log> {
        let log = self.all.get_mut(&key)?;
        let old = std::mem::replace(log, Log::new(Arc::clone(&log.space)));
        self.by_bytes.remove(&(old.bytes, key));
        self.by_bytes.insert((0, key));
        self.bytes -= old.bytes;
        Some(old)
    }

    pub(super) fn get(&self, key: u64) -> Option<&Log> {
        self.all.get(&key)
    }

    /// The spaces with what they are found by.
    pub(super) fn keyed(&self) -> impl Iterator<Item = (u64, &Log)> {
        self.all.iter().map(|(key, log)| (*key, log))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Log> {
        self.all.values()
    }

    /// Keeps an exchange. What is dropped for it is handed back, to be freed without the lock.
    pub(super) fn push(
        &mut self,
        key: u64,
        mut entry: Entry,
    ) -> (Option<Arc<Entry>>, Vec<Arc<Entry>>) {
        let mut dropped = Vec::new();
        let Some(log) = self.all.get_mut(&key) else { return (None, dropped) };
        self.order += 1;
        (entry.number, entry.order) = (log.next, self.order);
        entry.space = Arc::clone(&log.space);
        let (size, before) = (size(&entry), log.bytes);
        let entry = Arc::new(entry);
        log.next += 1;
        log.entries.push_back(Arc::clone(&entry));
        log.bytes += size;
        self.bytes += size;
        self.by_bytes.remove(&(before, key));
        self.by_bytes.insert((log.bytes, key));
        while self.all.get(&key).is_some_and(|log| log.entries.len() > self.bounds.count) {
            dropped.extend(self.drop_oldest(key));
        }
        while self.bytes > self.bounds.bytes {
            let Some((_, largest)) = self.by_bytes.last().copied() else { break };
            dropped.extend(self.drop_oldest(largest));
        }
        (Some(entry), dropped)
    }

    fn drop_oldest(&mut self, key: u64) -> Option<Arc<Entry>> {
        let log = self.all.get_mut(&key)?;
        let entry = log.entries.pop_front()?;
        let size = size(&entry);
        self.by_bytes.remove(&(log.bytes, key));
        log.bytes -= size;
        self.bytes -= size;
        self.by_bytes.insert((log.bytes, key));
        Some(entry)
    }
}

/// The memory that an exchange takes, what refers to it included.
fn size(entry: &Entry) -> usize {
    const REFERENCES: usize = 4 * size_of::<usize>();
    entry.size() + REFERENCES
}

#[cfg(test)]
mod tests {
    use api_types::Timestamp;
    use bytes::Bytes;
    use http::Response;
    use proptest::prelude::*;

    use super::*;
    use crate::request::RawRequest;

    fn entry(request: usize, answer: usize) -> Entry {
        let request = RawRequest {
            peer: None,
            method: "PUT".to_owned(),
            target: "/x".to_owned(),
            headers: http::HeaderMap::new(),
            body: vec![b'x'; request].into(),
        };
        let answer = Response::new(Bytes::from(vec![b'y'; answer]));
        Entry::new(Timestamp::from_nanoseconds(0), &request, &answer, Vec::new())
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(usize, usize, usize),
        Clear(usize),
        Close(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let length = || prop_oneof![0..200_usize, 0..200_000_usize];
        prop_oneof![
            20 => (0..4_usize, length(), length()).prop_map(|(space, request, answer)| {
                Step::Push(space, request, answer)
            }),
            1 => (0..4_usize).prop_map(Step::Clear),
            1 => (0..4_usize).prop_map(Step::Close),
        ]
    }

    proptest! {
        /// Whatever is recorded, the bounds hold, what is counted is what is there, and what is kept
        /// are the newest exchanges of each space, without a gap.
        #[test]
        fn the_bounds_hold_whatever_is_recorded(
            count in 0..20_usize,
            bytes in 0..300_000_usize,
            steps in prop::collection::vec(step(), 1..80),
        ) {
            let mut logs = Logs::new(Bounds { count, bytes });
            let mut keys: Vec<u64> = ["a", "b", "c", "d"].map(|name| logs.open(name)).into();
            for step in steps {
                match step {
                    Step::Push(space, request, answer) => {
                        logs.push(keys[space], entry(request, answer));
                    }
                    Step::Clear(space) => drop(logs.clear(keys[space])),
                    Step::Close(space) => {
                        logs.close(keys[space]);
                        keys[space] = logs.open("again");
                    }
                }
                let mut all = 0;
                for log in logs.iter() {
                    prop_assert!(log.entries.len() <= count);
                    let own: usize = log.entries.iter().map(|entry| size(entry)).sum();
                    prop_assert_eq!(own, log.bytes);
                    all += own;
                    let numbers = log.entries.iter().map(|entry| entry.number);
                    prop_assert!(numbers.eq(log.dropped() + 1..=log.last()));
                }
                prop_assert_eq!(all, logs.bytes);
                prop_assert!(all <= bytes);
                prop_assert_eq!(logs.by_bytes.len(), logs.all.len());
            }
        }
    }

    /// A space under load does not take the exchanges of the others.
    #[test]
    fn the_space_that_takes_the_most_gives_way() {
        let mut logs = Logs::new(Bounds { count: 10_000, bytes: 100_000 });
        let (quiet, busy) = (logs.open("quiet"), logs.open("busy"));
        for _ in 0..3 {
            logs.push(quiet, entry(100, 100));
        }
        for _ in 0..1000 {
            logs.push(busy, entry(1000, 1000));
        }
        assert_eq!(logs.get(quiet).unwrap().dropped(), 0);
        let busy = logs.get(busy).unwrap();
        assert!(busy.dropped() > 900 && busy.entries.len() > 20, "{}", busy.dropped());
    }
}
