//! Server-sent events: one for each exchange and for what control routes do. Who reads slowly is told
//! how much was lost.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use api_types::json::Json;
use bytes::Bytes;

use super::{
    Journal, Spaces, Taken,
    entry::Entry,
    shown::{self, Space, View},
};

/// So many events wait for a reader.
const MOST_WAITING: usize = 1000;

/// So much memory may be held by those that wait, in bytes.
const MOST_WAITING_BYTES: usize = 4 * 1024 * 1024;

/// So many events are sent at once.
const AT_ONCE: usize = 64;

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Exchange(Arc<Entry>),
    /// What a control route did to a space, as text.
    Control(Arc<str>, Arc<str>),
}

impl Event {
    fn space(&self) -> &str {
        match self {
            Self::Exchange(entry) => &entry.space,
            Self::Control(space, _) => space,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Exchange(entry) => entry.size(),
            Self::Control(_, text) => text.len(),
        }
    }
}

/// The events that wait for one reader.
#[derive(Debug)]
pub(super) struct Queue {
    spaces: Spaces,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    bytes: usize,
    /// How many were thrown away, before those that wait.
    lost: u64,
    waker: Option<Waker>,
}

impl Queue {
    fn new(spaces: Spaces) -> Self {
        Self { spaces, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, event: &Event) -> Option<Waker> {
        if !self.spaces.has(event.space()) {
            return None;
        }
        let mut waiting = self.waiting();
        waiting.bytes += event.size();
        waiting.events.push_back(event.clone());
        while waiting.events.len() > MOST_WAITING || waiting.bytes > MOST_WAITING_BYTES {
            let Some(oldest) = waiting.events.pop_front() else { break };
            waiting.bytes -= oldest.size();
            waiting.lost += 1;
        }
        waiting.waker.take()
    }
}

/// Hands an event to those who listen; they are to be woken when no lock is held.
pub(super) fn send(subscribers: &[Arc<Queue>], event: &Event) -> Vec<Waker> {
    subscribers.iter().filter_map(|queue| queue.push(event)).collect()
}

/// A reader of events.
#[derive(Debug)]
pub(crate) struct Subscription {
    journal: Arc<Journal>,
    queue: Arc<Queue>,
    /// What was there before; it comes first.
    backlog: VecDeque<Arc<Entry>>,
    lost: u64,
    is_new: bool,
}

impl Subscription {
    /// Listens from now on, or from behind the exchange of that number; with all spaces, of that
    /// order.
    pub(super) fn new(journal: Arc<Journal>, spaces: &Spaces, after: Option<u64>) -> Self {
        let queue = Arc::new(Queue::new(spaces.clone()));
        let mut state = journal.state();
        let (mut backlog, mut lost) = (Vec::new(), 0);
        if let Some(after) = after {
            for log in state.logs.iter_mut().filter(|log| spaces.has(&log.space)) {
                // The numbers of a space that was reset begin anew.
                let after = match spaces {
                    Spaces::One(_) if after > log.last() => 0,
                    Spaces::One(_) | Spaces::All => after,
                };
                let number = |entry: &Entry| match spaces {
                    Spaces::One(_) => entry.number,
                    Spaces::All => entry.order,
                };
                if matches!(spaces, Spaces::One(_)) {
                    lost += log.dropped().saturating_sub(after);
                }
                let newer = Taken::behind(log, 0).entries().into_iter();
                backlog.extend(newer.filter(|entry| number(entry) > after));
            }
            backlog.sort_unstable_by_key(|entry| entry.order);
        }
        state.subscribers.push(Arc::clone(&queue));
        drop(state);
        Self { journal, queue, backlog: backlog.into(), lost, is_new: true }
    }

    /// The text of the next events. Ready as soon as there is one; it never ends.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        let mut text = String::new();
        if self.is_new {
            self.is_new = false;
            // The reader learns that it is connected.
            text.push_str(": events of connector-mock\n\n");
        }
        let mut lost = std::mem::take(&mut self.lost);
        let mut events: Vec<Event> = Vec::new();
        while events.len() < AT_ONCE
            && let Some(entry) = self.backlog.pop_front()
        {
            events.push(Event::Exchange(entry));
        }
        if self.backlog.is_empty() && events.is_empty() {
            let mut waiting = self.queue.waiting();
            lost += std::mem::take(&mut waiting.lost);
            while events.len() < AT_ONCE
                && let Some(event) = waiting.events.pop_front()
            {
                waiting.bytes -= event.size();
                events.push(event);
            }
            if events.is_empty() && lost == 0 && text.is_empty() {
                waiting.waker = Some(context.waker().clone());
                return Poll::Pending;
            }
        }
        if lost > 0 {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "event: lost\ndata: {{\"lost\":{lost}}}\n\n");
        }
        self.write(&events, &mut text);
        Poll::Ready(text.into())
    }

    fn write(&self, events: &[Event], text: &mut String) {
        let mut spaces: BTreeMap<&str, Vec<Arc<Entry>>> = BTreeMap::new();
        for event in events {
            if let Event::Exchange(entry) = event {
                spaces.entry(&entry.space).or_default().push(Arc::clone(entry));
            }
        }
        for (space, entries) in spaces {
            self.journal.advise(space, &entries);
        }
        let space = match self.queue.spaces {
            Spaces::All => Space::Named,
            Spaces::One(_) => Space::Known,
        };
        for event in events {
            // Writing to a `String` cannot fail.
            let _ = match event {
                Event::Control(_, data) => write!(text, "event: control\ndata: {data}\n\n"),
                Event::Exchange(entry) => {
                    let exchange = self.journal.exchange(entry);
                    let version = self.journal.version;
                    let data = Json::Object(shown::shown(&exchange, View::Listed, space, version));
                    let id = match space {
                        Space::Known => entry.number,
                        Space::Named => entry.order,
                    };
                    write!(text, "event: exchange\nid: {id}\ndata: {data}\n\n")
                }
            };
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let queue = &self.queue;
        self.journal.state().subscribers.retain(|other| !Arc::ptr_eq(other, queue));
    }
}
