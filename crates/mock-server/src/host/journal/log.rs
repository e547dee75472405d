//! What is kept, and what is dropped when there is too much: the oldest exchange of the space that
//! takes the most.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use super::{
    Bounds,
    advice::Advisor,
    batch::{Batch, Draft},
};

/// The most exchanges of a batch.
const MOST_IN_BATCH: usize = 64;

/// The most memory of a batch that gets another exchange, in bytes.
const MOST_BYTES_OF_BATCH: usize = 64 * 1024;

/// So many batches there are at least when everything is full.
const BATCHES: usize = 64;

/// The exchanges of a space.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) space: Arc<str>,
    batches: VecDeque<Arc<Batch>>,
    /// The batch that is written to.
    open: Batch,
    /// How many exchanges are kept.
    len: usize,
    /// The number of the next exchange.
    next: u64,
    bytes: usize,
    pub(super) advisor: Arc<Mutex<Advisor>>,
}

impl Log {
    fn new(space: Arc<str>) -> Self {
        Self {
            space,
            batches: VecDeque::new(),
            open: Batch::default(),
            len: 0,
            next: 1,
            bytes: 0,
            advisor: Arc::default(),
        }
    }

    /// How many were dropped since the space began, or was reset.
    pub(super) fn dropped(&self) -> u64 {
        self.last() - self.len as u64
    }

    /// How many are kept.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The number of the last one; 0 if there was none.
    pub(super) const fn last(&self) -> u64 {
        self.next - 1
    }

    /// The batches with exchanges behind that number. Nothing is added to them any more.
    pub(super) fn behind(&mut self, number: u64) -> Vec<Arc<Batch>> {
        self.seal(None);
        let behind = self.batches.iter().rev().take_while(|batch| batch.last() > number);
        let mut batches: Vec<Arc<Batch>> = behind.map(Arc::clone).collect();
        batches.reverse();
        batches
    }

    fn seal(&mut self, memory: Option<Batch>) {
        if self.open.len() > 0 {
            let next = memory.unwrap_or_else(|| Batch::like(&self.open));
            let mut full = std::mem::replace(&mut self.open, next);
            full.seal();
            self.batches.push_back(Arc::new(full));
        }
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

    #[cfg(test)]
    fn get(&self, key: u64) -> Option<&Log> {
        self.all.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut Log> {
        self.all.get_mut(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Log> {
        self.all.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Log> {
        self.all.values_mut()
    }

    /// Keeps an exchange, if a new batch is due in that memory. What is dropped for it is handed back,
    /// to be freed without the lock.
    pub(super) fn push(
        &mut self,
        key: u64,
        draft: &mut Draft<'_>,
        memory: &mut Option<Batch>,
    ) -> Vec<Arc<Batch>> {
        let Bounds { count, bytes } = self.bounds;
        let mut dropped = Vec::new();
        let Some(log) = self.all.get_mut(&key) else { return dropped };
        let (is_long, is_large) = (
            log.open.len() >= (count / BATCHES).clamp(1, MOST_IN_BATCH),
            log.open.bytes() >= (bytes / BATCHES).min(MOST_BYTES_OF_BATCH),
        );
        if is_long || is_large {
            log.seal(memory.take());
        }
        self.order += 1;
        let (before, open) = (log.bytes, log.open.bytes());
        log.open.push(draft, log.next, self.order);
        log.next += 1;
        log.len += 1;
        let added = log.open.bytes() - open;
        log.bytes += added;
        self.bytes += added;
        Self::moved(&mut self.by_level, key, before, log.bytes);
        while self.all.get(&key).is_some_and(|log| log.len > count) {
            dropped.extend(self.drop_oldest(key));
        }
        while self.bytes > bytes {
            let Some((_, largest)) = self.by_level.last().copied() else { break };
            dropped.extend(self.drop_oldest(largest));
        }
        dropped
    }

    fn drop_oldest(&mut self, key: u64) -> Option<Arc<Batch>> {
        let log = self.all.get_mut(&key)?;
        if log.batches.is_empty() {
            log.seal(None);
        }
        let batch = log.batches.pop_front()?;
        let before = log.bytes;
        log.bytes -= batch.bytes();
        log.len -= batch.len();
        self.bytes -= batch.bytes();
        Self::moved(&mut self.by_level, key, before, log.bytes);
        Some(batch)
    }

    fn moved(by_level: &mut BTreeSet<(u32, u64)>, key: u64, before: usize, now: usize) {
        let (before, now) = (level(before), level(now));
        if before != now {
            by_level.remove(&(before, key));
            by_level.insert((now, key));
        }
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

#[cfg(test)]
mod tests {
    use api_types::Timestamp;
    use bytes::Bytes;
    use http::Response;
    use proptest::prelude::*;

    use super::{super::batch::again, *};
    use crate::{
        host::journal::entry::{self, Entry, Sender},
        request::RawRequest,
    };

    fn answer(length: usize) -> Response<Bytes> {
        Response::new(Bytes::from(vec![b'y'; length]))
    }

    /// Often the same, since an answer that is the one before it is not kept once more.
    fn body() -> impl Strategy<Value = Bytes> {
        let letter = prop_oneof![Just(b'y'), Just(b'z')];
        let length = prop_oneof![Just(100_usize), Just(1000), Just(10_000), 0..200_000_usize];
        (letter, length).prop_map(|(letter, length)| Bytes::from(vec![letter; length]))
    }

    fn draft(request: usize, answer: &Response<Bytes>) -> Draft<'_> {
        let request = RawRequest {
            peer: None,
            method: "PUT".to_owned(),
            target: "/x".to_owned(),
            headers: http::HeaderMap::new(),
            body: vec![b'x'; request].into(),
        };
        let at = Timestamp::from_nanoseconds(0);
        Draft::new(Vec::new(), at, Sender::Client, &request, answer, &[])
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(usize, usize, Bytes),
        Clear(usize),
        Close(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let length = || prop_oneof![0..200_usize, 0..200_000_usize];
        prop_oneof![
            20 => (0..4_usize, length(), body()).prop_map(|(space, request, answer)| {
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
            count in prop_oneof![0..20_usize, 200..2000_usize],
            bytes in prop_oneof![0..300_000_usize, 1_000_000..10_000_000_usize],
            steps in prop::collection::vec(step(), 1..80),
        ) {
            let mut logs = Logs::new(Bounds { count, bytes });
            let mut memory = None;
            let mut answers: BTreeMap<u64, Vec<Bytes>> = BTreeMap::new();
            let mut keys: Vec<u64> = ["a", "b", "c", "d"].map(|name| logs.open(name)).into();
            for step in steps {
                match step {
                    Step::Push(space, request, answer) => {
                        answers.entry(keys[space]).or_default().push(answer.clone());
                        let answer = Response::new(answer);
                        let mut draft = draft(request, &answer);
                        let dropped = logs.push(keys[space], &mut draft, &mut memory);
                        memory = memory.or_else(|| again(dropped));
                    }
                    Step::Clear(space) => {
                        answers.remove(&keys[space]);
                        drop(logs.clear(keys[space]));
                    }
                    Step::Close(space) => {
                        logs.close(keys[space]);
                        keys[space] = logs.open("again");
                    }
                }
                let mut all = 0;
                for (key, log) in &logs.all {
                    prop_assert!(log.len() <= count);
                    let batches: Vec<&Batch> =
                        log.batches.iter().map(Arc::as_ref).chain([&log.open]).collect();
                    let own: usize = batches.iter().map(|batch| batch.bytes()).sum();
                    prop_assert_eq!(own, log.bytes);
                    all += own;
                    let entries = batches.iter().flat_map(|batch| batch.entries(&log.space));
                    let entries: Vec<_> = entries.collect();
                    let numbers = entries.iter().map(|entry| entry.number);
                    prop_assert!(numbers.eq(log.dropped() + 1..=log.last()));
                    let sent = answers.get(key).map_or(&[][..], Vec::as_slice);
                    let sent = sent.iter().skip(log.dropped().try_into().unwrap());
                    let kept = |body: &Bytes| Bytes::copy_from_slice(entry::kept(body));
                    let shown = |entry: &Arc<Entry>| Bytes::copy_from_slice(entry.answer_body());
                    let shown: Vec<Bytes> = entries.iter().map(shown).collect();
                    prop_assert_eq!(&shown, &sent.map(kept).collect::<Vec<_>>());
                    // What is counted is no less than what is there.
                    let texts: usize = entries.iter().filter_map(|entry| entry.ends.get(4)).sum();
                    let different: BTreeSet<Bytes> = shown.into_iter().collect();
                    let bytes = texts + different.iter().map(Bytes::len).sum::<usize>();
                    prop_assert!(bytes <= own);
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
            logs.push(quiet, &mut draft(100, &answer(100)), &mut None);
        }
        for _ in 0..1000 {
            logs.push(busy, &mut draft(1000, &answer(1000)), &mut None);
        }
        assert_eq!(logs.get(quiet).unwrap().dropped(), 0);
        let busy = logs.get(busy).unwrap();
        assert!(busy.dropped() > 900 && busy.len() > 20, "{}", busy.dropped());
    }
}
