//! The journal: every exchange of the spaces, bounded, with what can be asked of it: listings,
//! verification, and a stream of events.
//!
//! While a request is answered nothing is done but to copy what the connection read and to push it;
//! operations, bodies and advice are worked out when somebody asks.

mod advice;
mod api;
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

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api_types::{Timestamp, Version, json::Object};
use bytes::Bytes;
use http::Response;

pub use self::{
    api::{Expectation, Journal as ReceivedRequests, Received, Verdict},
    bounds::{JournalCount, JournalSize},
};
pub(crate) use self::{
    bounds::{Bounds, bytes},
    events::Subscription,
};
use self::{
    entry::Entry,
    events::{Event, Queue},
    exchange::Exchange,
    log::Logs,
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
        self.advise(spaces);
        let state = self.state();
        let mut kept = Kept { entries: Vec::new(), dropped: 0, last: 0 };
        for log in state.logs.iter() {
            match spaces {
                Spaces::One(space) if **space != *log.space => continue,
                Spaces::One(_) | Spaces::All => {}
            }
            kept.entries.extend(log.entries.iter().map(Arc::clone));
            kept.dropped += log.dropped();
            kept.last = log.last();
        }
        drop(state);
        if *spaces == Spaces::All {
            kept.entries.sort_unstable_by_key(|entry| entry.order);
        }
        kept
    }

    /// Works out the advice on the exchanges that are new.
    fn advise(&self, spaces: &Spaces) {
        let is_meant = |space: &str| match spaces {
            Spaces::All => true,
            Spaces::One(one) => one == space,
        };
        let advisors: Vec<_> = {
            let state = self.state();
            let logs = state.logs.keyed().filter(|(_, log)| is_meant(&log.space));
            logs.map(|(key, log)| (key, Arc::clone(&log.advisor))).collect()
        };
        for (key, shared) in advisors {
            let mut advisor = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let last = advisor.last();
            let new: Vec<Arc<Entry>> = {
                let state = self.state();
                let log = state.logs.get(key);
                // A space that was reset has another one.
                let log = log.filter(|log| Arc::ptr_eq(&log.advisor, &shared));
                let entries = log.into_iter().flat_map(|log| log.entries.iter().rev());
                entries.take_while(|entry| entry.number > last).map(Arc::clone).collect()
            };
            let new: Vec<Arc<Entry>> = new.into_iter().rev().collect();
            advisor.follow(&new, &self.router);
        }
    }

    fn exchange<'e>(&self, entry: &'e Entry) -> Exchange<'e> {
        Exchange::new(entry, &self.router)
    }
}

impl SpaceJournal {
    /// Whether exchanges are kept.
    pub(super) fn is_on(&self) -> bool {
        self.journal.bounds.is_some()
    }

    /// Keeps an exchange.
    pub(super) fn record(
        &self,
        at: Timestamp,
        request: &RawRequest,
        response: &Response<Bytes>,
        changes: Vec<Change>,
    ) {
        let entry = Entry::new(at, request, response, changes);
        let (dropped, wakers) = {
            let mut state = self.journal.state();
            let (entry, dropped) = state.logs.push(self.key, entry);
            let wakers = match entry {
                Some(entry) if !state.subscribers.is_empty() => {
                    events::send(&state.subscribers, &Event::Exchange(entry))
                }
                Some(_) | None => Vec::new(),
            };
            (dropped, wakers)
        };
        // It is freed without the lock.
        drop(dropped);
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// Forgets the exchanges of the space; their numbers begin anew.
    pub(super) fn clear(&self) -> usize {
        let old = self.journal.state().logs.clear(self.key);
        old.map_or(0, |log| log.entries.len())
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
