//! Faults that only clients at the same time can see.
//!
//! They need requests that overlap: threads that share an [`InProcess`](crate::InProcess), or
//! connections to `connector-mock`. A [`MockServer`](crate::MockServer) answers one request after
//! the other.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use api_types::{endpoint::Operation as Op, json::Object};

use super::{
    Fault,
    scene::{Asked, all, found},
};
use crate::{call::Prepared, store::CONNECTORS, store::Store};

/// What a server with such a fault remembers.
#[derive(Debug, Default)]
pub(super) struct Concurrent {
    /// The requests that have begun and not ended.
    in_flight: AtomicUsize,
    /// The documents before the last write.
    previous: Mutex<Option<Store>>,
}

/// A request that has begun.
struct InFlight(Arc<Concurrent>);

impl InFlight {
    fn begin(concurrent: &Arc<Concurrent>) -> Self {
        concurrent.in_flight.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(concurrent))
    }

    /// Whether another request has begun too.
    fn has_company(&self) -> bool {
        self.0.in_flight.load(Ordering::SeqCst) > 1
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The updates of a sync job.
const JOB_UPDATES: &[Op] = &[
    Op::SyncJobCheckIn,
    Op::SyncJobCancel,
    Op::SyncJobClaim,
    Op::SyncJobError,
    Op::SyncJobUpdateStats,
];

const READS: &[Op] = &[Op::Get, Op::SyncJobGet];

/// What asks whether an index name is free.
const NAMERS: &[Op] = &[Op::Put, Op::Post, Op::UpdateIndexName];

impl Concurrent {
    pub(super) fn reset(&self) {
        *self.previous.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The operation as the fault has it, if it is about this operation.
    pub(super) fn around(
        this: &Arc<Self>,
        fault: Fault,
        prepared: Prepared,
        asked: Asked,
        documents: impl Fn() -> Store,
    ) -> Prepared {
        let is_one_of = |operations: &[Op]| operations.contains(&asked.operation);
        match fault {
            Fault::LostUpdateOfConnector if is_one_of(Op::CONNECTOR_UPDATES) => {
                lost_update(prepared, &asked, documents)
            }
            Fault::LostUpdateOfJob if is_one_of(JOB_UPDATES) => {
                lost_update(prepared, &asked, documents)
            }
            Fault::StaleUniqueness if is_one_of(NAMERS) => {
                stale_uniqueness(prepared, asked, documents)
            }
            Fault::StaleRead if is_one_of(READS) => Self::stale_read(this, prepared),
            Fault::StaleRead => Self::remembered(this, prepared),
            _ => prepared,
        }
    }

    /// A read that is not alone finds the documents before the last write.
    fn stale_read(this: &Arc<Self>, prepared: Prepared) -> Prepared {
        let request = InFlight::begin(this);
        let had_company = request.has_company();
        pause();
        let is_alone = !had_company && !request.has_company();
        let previous = this.previous.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Prepared::wrapping(move |context| {
            let _request = request;
            match previous {
                Some(mut earlier) if !is_alone => {
                    std::mem::swap(context.store, &mut earlier);
                    let answer = prepared.execute(context);
                    std::mem::swap(context.store, &mut earlier);
                    answer
                }
                _ => prepared.execute(context),
            }
        })
    }

    /// Keeps the documents as they were before the operation.
    fn remembered(this: &Arc<Self>, prepared: Prepared) -> Prepared {
        let request = InFlight::begin(this);
        pause();
        Prepared::wrapping(move |context| {
            let earlier = context.store.clone();
            let answer = prepared.execute(context);
            *request.0.previous.lock().unwrap_or_else(PoisonError::into_inner) = Some(earlier);
            answer
        })
    }
}

/// Lets others come between.
fn pause() {
    thread::yield_now();
    thread::sleep(Duration::from_micros(300));
}

/// Reads the document, waits, and writes the change to what was read.
fn lost_update(prepared: Prepared, asked: &Asked, documents: impl Fn() -> Store) -> Prepared {
    let index = asked.index();
    let id = asked.id().unwrap_or_default().to_owned();
    let read = found(&documents(), index, &id).cloned();
    pause();
    Prepared::wrapping(move |context| {
        if let Some(source) = read {
            context.store.amend(index, &id, source);
        }
        prepared.execute(context)
    })
}

/// Asks which names are used, waits, and writes.
fn stale_uniqueness(prepared: Prepared, asked: Asked, documents: impl Fn() -> Store) -> Prepared {
    let read = documents();
    pause();
    Prepared::wrapping(move |context| {
        let index = CONNECTORS.index;
        let own = asked.id();
        let is_news = |id: &str, source: &Object| {
            let name = found(&read, index, id).and_then(|old| old.get("index_name"));
            Some(id) != own && source.get("index_name") != name
        };
        let mut news = all(context.store, index);
        news.retain(|(id, source)| is_news(id, source));
        for (id, source) in &news {
            let mut unnamed = source.clone();
            unnamed.remove("index_name");
            context.store.amend(index, id, unnamed);
        }
        let answer = prepared.execute(context);
        for (id, source) in news {
            context.store.amend(index, &id, source);
        }
        answer
    })
}
