//! What is kept, and what is dropped when there is too much: the oldest exchange of the space that
//! takes the most.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use super::{Bounds, advice::Advisor, entry::Entry};

/// An exchange with the memory that it takes: it is dropped without being looked at, which would bring
/// it back into the processor's cache.
#[derive(Debug)]
struct Sized {
    bytes: usize,
    entry: Arc<Entry>,
}

/// The exchanges of a space.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) space: Arc<str>,
    entries: VecDeque<Sized>,
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

    /// The exchanges in their order.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.iter().map(|sized| &sized.entry)
    }

    /// How many are kept.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
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
    /// What each space takes, as a level, to find one that takes the most.
    by_level: BTreeSet<(u32, u64)>,
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
            by_level: BTreeSet::new(),
            bytes: 0,
            order: 0,
            next_key: 0,
        }
    }

    /// Makes room for a space, and says by what it is found.
    pub(super) fn open(&mut self, space: &str) -> u64 {
        self.next_key += 1;
        self.all.insert(self.next_key, Log::new(space.into()));
        self.by_level.insert((level(0), self.next_key));
        self.next_key
    }

    /// Forgets a space.
    pub(super) fn close(&mut self, key: u64) -> Option<Log> {
        let log = self.all.remove(&key)?;
        self.by_level.remove(&(level(log.bytes), key));
        self.bytes -= log.bytes;
        Some(log)
    }

    /// Empties a space, and counts what is gone. Its numbers begin anew.
    pub(super) fn clear(&mut self, key: u64) -> Option<Log> {
        let log = self.all.get_mut(&key)?;
        let old = std::mem::replace(log, Log::new(Arc::clone(&log.space)));
        self.by_level.remove(&(level(old.bytes), key));
        self.by_level.insert((level(0), key));
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
    pub(super) fn push(&mut self, key: u64, bytes: usize, mut entry: Arc<Entry>) -> Pushed {
        let mut dropped = Dropped::default();
        let Some(log) = self.all.get_mut(&key) else { return Pushed { entry: None, dropped } };
        self.order += 1;
        // Nobody else has it yet.
        if let Some(entry) = Arc::get_mut(&mut entry) {
            (entry.number, entry.order) = (log.next, self.order);
            entry.space = Arc::clone(&log.space);
        }
        log.next += 1;
        log.entries.push_back(Sized { bytes, entry: Arc::clone(&entry) });
        let before = log.bytes;
        log.bytes += bytes;
        self.bytes += bytes;
        Self::moved(&mut self.by_level, key, before, log.bytes);
        while self.all.get(&key).is_some_and(|log| log.len() > self.bounds.count) {
            dropped.add(self.drop_oldest(key));
        }
        while self.bytes > self.bounds.bytes {
            let Some((_, largest)) = self.by_level.last().copied() else { break };
            dropped.add(self.drop_oldest(largest));
        }
        Pushed { entry: Some(entry), dropped }
    }

    fn drop_oldest(&mut self, key: u64) -> Option<Arc<Entry>> {
        let log = self.all.get_mut(&key)?;
        let Sized { bytes, entry } = log.entries.pop_front()?;
        let before = log.bytes;
        log.bytes -= bytes;
        self.bytes -= bytes;
        Self::moved(&mut self.by_level, key, before, log.bytes);
        Some(entry)
    }

    fn moved(by_level: &mut BTreeSet<(u32, u64)>, key: u64, before: usize, now: usize) {
        let (before, now) = (level(before), level(now));
        if before != now {
            by_level.remove(&(before, key));
            by_level.insert((now, key));
        }
    }
}

/// What came of keeping an exchange.
pub(super) struct Pushed {
    pub(super) entry: Option<Arc<Entry>>,
    pub(super) dropped: Dropped,
}

/// What was dropped: mostly one.
#[derive(Default)]
pub(super) struct Dropped {
    first: Option<Arc<Entry>>,
    others: Vec<Arc<Entry>>,
}

impl Dropped {
    fn add(&mut self, entry: Option<Arc<Entry>>) {
        match (&self.first, entry) {
            (None, entry) => self.first = entry,
            (Some(_), entry) => self.others.extend(entry),
        }
    }

    /// Frees it.
    pub(super) fn free(self) {
        drop(self.first);
        drop(self.others);
    }
}

/// Spaces are compared by levels, each at most a quarter more than the one below, so that a request
/// seldom changes the order of the spaces. Only nothing is at level 0.
const fn level(bytes: usize) -> u32 {
    match bytes.checked_ilog2() {
        None => 0,
        Some(highest @ 0..=1) => 1 + highest,
        // Two bits below the highest one.
        Some(highest) => highest * 4 + ((bytes >> (highest - 2)) & 3) as u32,
    }
}

/// The memory that an exchange takes, what refers to it included.
pub(super) fn size(entry: &Entry) -> usize {
    const REFERENCES: usize = 2 * size_of::<usize>();
    entry.size() + size_of::<Sized>() + REFERENCES
}

#[cfg(test)]
mod tests {
    use api_types::Timestamp;
    use bytes::Bytes;
    use http::Response;
    use proptest::prelude::*;

    use super::*;
    use crate::request::RawRequest;

    fn push(logs: &mut Logs, key: u64, entry: Entry) {
        let bytes = size(&entry);
        logs.push(key, bytes, Arc::new(entry)).dropped.free();
    }

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
                        push(&mut logs, keys[space], entry(request, answer));
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
                    let own: usize = log.entries().map(|entry| size(entry)).sum();
                    prop_assert_eq!(own, log.bytes);
                    all += own;
                    let numbers = log.entries().map(|entry| entry.number);
                    prop_assert!(numbers.eq(log.dropped() + 1..=log.last()));
                }
                prop_assert_eq!(all, logs.bytes);
                prop_assert!(all <= bytes);
                let levels = logs.all.iter().map(|(key, log)| (level(log.bytes), *key));
                prop_assert_eq!(&logs.by_level, &levels.collect());
            }
        }
    }

    #[test]
    fn a_level_is_at_most_a_quarter_more_than_the_one_below() {
        assert_eq!([0, 1, 2, 3].map(level), [0, 1, 2, 2]);
        let mut before = (4_usize, level(4));
        assert!(before.1 > level(3));
        for bytes in 5..100_000 {
            let level = level(bytes);
            assert!(level == before.1 || level == before.1 + 1, "{bytes}");
            if level > before.1 {
                assert!(bytes * 4 <= before.0 * 5, "{bytes} {before:?}");
                before = (bytes, level);
            }
        }
    }

    /// A space under load does not take the exchanges of the others.
    #[test]
    fn the_space_that_takes_the_most_gives_way() {
        let mut logs = Logs::new(Bounds { count: 10_000, bytes: 100_000 });
        let (quiet, busy) = (logs.open("quiet"), logs.open("busy"));
        for _ in 0..3 {
            push(&mut logs, quiet, entry(100, 100));
        }
        for _ in 0..1000 {
            push(&mut logs, busy, entry(1000, 1000));
        }
        assert_eq!(logs.get(quiet).unwrap().dropped(), 0);
        let busy = logs.get(busy).unwrap();
        assert!(busy.dropped() > 900 && busy.entries.len() > 20, "{}", busy.dropped());
    }
}
