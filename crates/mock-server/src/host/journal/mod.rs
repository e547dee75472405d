//! The journal: every exchange of the spaces, bounded, with what can be asked of it: listings,
//! verification, and a stream of events.
//!
//! While a request is answered nothing is done but to copy what the connection read and to push it;
//! operations, bodies and advice are worked out when somebody asks.

mod advice;
mod api;
mod batch;
mod bounds;
mod entry;
mod events;
mod exchange;
mod expectation;
mod listing;
mod log;
mod matcher;
mod nearest;
mod pattern;
mod redact;
mod shown;
mod status;
mod verify;

use std::{
    cell::Cell,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use api_types::{Timestamp, Version, json::Object};
use bytes::Bytes;
use http::Response;

use self::{
    advice::Advisor,
    batch::{Batch, Draft, again},
    entry::Entry,
    events::{Event, Queue},
    exchange::Exchange,
    log::{Log, Logs},
};
pub use self::{
    api::{Expectation, Journal as ReceivedRequests, Received, Verdict},
    bounds::{JournalCount, JournalSize},
    entry::Sender,
};
pub(crate) use self::{
    bounds::{Bounds, bytes},
    events::Subscription,
};
pub(super) use self::{
    listing::{clear, get, list, subscribe},
    verify::verify,
};
use super::illegal;
use crate::{error::ApiError, request::RawRequest, router::Router, store::Change};

/// The exchanges of all spaces, and who listens to them.
#[derive(Debug)]
pub(super) struct Journal {
    /// `None` if nothing is kept.
    bounds: Option<Bounds>,
    router: Arc<Router>,
    version: Version,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    logs: Logs,
    subscribers: Vec<Arc<Queue>>,
}

/// The exchanges of a space. When it is dropped they are, too.
#[derive(Debug)]
pub(super) struct SpaceJournal {
    journal: Arc<Journal>,
    key: u64,
    space: Arc<str>,
}

/// What is kept of one space or of all.
struct Kept {
    /// In the order in which they were kept.
    entries: Vec<Arc<Entry>>,
    /// How many were dropped.
    dropped: u64,
    /// The number of the last one; 0 if there was none.
    last: u64,
}

/// The exchanges that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spaces {
    All,
    One(String),
}

impl Spaces {
    fn has(&self, space: &str) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => one == space,
        }
    }
}

/// Memory that a thread uses again: asking for it and giving it back would be most of the work of
/// recording.
#[derive(Debug, Default)]
struct Memory {
    text: Vec<u8>,
    batch: Option<Batch>,
}

thread_local! {
    static MEMORY: Cell<Memory> = const { Cell::new(Memory { text: Vec::new(), batch: None }) };
}

/// What was taken out of the log of a space, to be looked at without the lock.
struct Taken {
    space: Arc<str>,
    batches: Vec<Arc<Batch>>,
    dropped: u64,
    last: u64,
    advisor: Arc<Mutex<Advisor>>,
}

impl Taken {
    /// The exchanges behind that number, and perhaps some before it.
    fn behind(log: &mut Log, number: u64) -> Self {
        Self {
            batches: log.behind(number),
            space: Arc::clone(&log.space),
            dropped: log.dropped(),
            last: log.last(),
            advisor: Arc::clone(&log.advisor),
        }
    }

    fn entries(&self) -> Vec<Arc<Entry>> {
        self.batches.iter().flat_map(|batch| batch.entries(&self.space)).collect()
    }
}

impl Journal {
    pub(super) fn new(bounds: Option<Bounds>, router: Arc<Router>, version: Version) -> Self {
        let logs = Logs::new(bounds.unwrap_or_default());
        let state = Mutex::new(State { logs, subscribers: Vec::new() });
        Self { bounds, router, version, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a space.
    pub(super) fn open(self: &Arc<Self>, space: &str) -> SpaceJournal {
        let key = self.state().logs.open(space);
        SpaceJournal { journal: Arc::clone(self), key, space: space.into() }
    }

    /// Refuses to answer if nothing is kept.
    fn check_on(&self) -> Result<(), ApiError> {
        match self.bounds {
            Some(_) => Ok(()),
            None => {
                Err(illegal("this mock server keeps no journal; start it without [--journal off]"))
            }
        }
    }

    /// What is kept, with the advice on it.
    fn kept(&self, spaces: &Spaces) -> Kept {
        let mut kept = Kept { entries: Vec::new(), dropped: 0, last: 0 };
        let logs: Vec<Taken> = {
            let mut state = self.state();
            let logs = state.logs.iter_mut().filter(|log| spaces.has(&log.space));
            logs.map(|log| Taken::behind(log, 0)).collect()
        };
        for log in logs {
            let entries = log.entries();
            let mut advisor = log.advisor.lock().unwrap_or_else(PoisonError::into_inner);
            advisor.follow(&entries, &self.router);
            advisor.forget(log.dropped);
            advisor.tell(&entries);
            kept.entries.extend(entries);
            kept.dropped += log.dropped;
            kept.last = log.last;
        }
        if *spaces == Spaces::All {
            kept.entries.sort_unstable_by_key(|entry| entry.order);
        }
        kept
    }

    /// Writes the advice on exchanges of a space.
    fn advise(&self, space: &str, entries: &[Arc<Entry>]) {
        let advisor = {
            let state = self.state();
            let log = state.logs.iter().find(|log| *log.space == *space);
            log.map(|log| Arc::clone(&log.advisor))
        };
        let Some(shared) = advisor else { return };
        let mut advisor = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let new = {
            let mut state = self.state();
            // A space that was reset has another one.
            let log = state.logs.iter_mut().find(|log| Arc::ptr_eq(&log.advisor, &shared));
            log.map(|log| Taken::behind(log, advisor.last()))
        };
        if let Some(new) = new {
            advisor.follow(&new.entries(), &self.router);
            advisor.forget(new.dropped);
            advisor.tell(entries);
        }
    }

    fn exchange<'e>(&self, entry: &'e Entry) -> Exchange<'e> {
        Exchange::new(entry, &self.router)
    }
}

/// Hands the last exchange of a space to those who listen.
fn send_last(logs: &mut Logs, key: u64, subscribers: &[Arc<Queue>]) -> Vec<std::task::Waker> {
    if subscribers.is_empty() {
        return Vec::new();
    }
    let Some(log) = logs.get_mut(key) else { return Vec::new() };
    let taken = Taken::behind(log, log.last().saturating_sub(1));
    match taken.entries().pop() {
        Some(entry) => events::send(subscribers, &Event::Exchange(entry)),
        None => Vec::new(),
    }
}

impl SpaceJournal {
    /// Whether exchanges are kept.
    pub(super) fn is_on(&self) -> bool {
        self.journal.bounds.is_some()
    }

    /// Keeps an exchange: when the request came, and of whom.
    pub(super) fn record(
        &self,
        (at, by): (Timestamp, Sender),
        request: &RawRequest,
        response: &Response<Bytes>,
        changes: &[Change],
    ) {
        let Memory { text, mut batch } = MEMORY.take();
        let mut draft = Draft::new(text, at, by, request, response, changes);
        let (dropped, wakers) = {
            let mut state = self.journal.state();
            let dropped = state.logs.push(self.key, &mut draft, &mut batch);
            let State { logs, subscribers } = &mut *state;
            (dropped, send_last(logs, self.key, subscribers))
        };
        // The lock is free again.
        MEMORY.set(Memory { text: draft.into_text(), batch: batch.or_else(|| again(dropped)) });
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// Forgets the exchanges of the space; their numbers begin anew.
    pub(super) fn clear(&self) -> usize {
        let old = self.journal.state().logs.clear(self.key);
        old.map_or(0, |log| log.len())
    }

    /// Tells those who listen that something was done by a control route.
    pub(super) fn notify(&self, kind: &'static str, detail: Object) {
        let text = Object::new()
            .with("kind", kind)
            .with("space", self.space.to_string())
            .with("detail", detail);
        let text = api_types::json::Json::Object(text).to_compact();
        let event = Event::Control(Arc::clone(&self.space), text.into());
        let wakers = events::send(&self.journal.state().subscribers, &event);
        wakers.into_iter().for_each(std::task::Waker::wake);
    }
}

impl Drop for SpaceJournal {
    fn drop(&mut self) {
        let old = self.journal.state().logs.close(self.key);
        drop(old);
    }
}

#[cfg(test)]
mod tests;
