//! What the Connector Protocol forbids of the exchanges, as the conformance kit tells it.
//!
//! It is looked for when somebody asks, not while requests are answered.

use std::{collections::BTreeMap, sync::Arc};

use api_types::{
    endpoint::Operation,
    json::Json,
    protocol::{AdviceKind, Follower, Seen},
};

use super::{entry::Entry, exchange::Exchange};
use crate::{
    router::Router,
    store::{CONNECTORS, Change, SYNC_JOBS},
};

/// Follows the exchanges of a space in their order.
#[derive(Debug, Default)]
pub(super) struct Advisor {
    follower: Follower,
    /// The number of the last exchange that was looked at.
    last: u64,
    /// What there is to be said, by the numbers of the exchanges.
    told: BTreeMap<u64, Vec<(AdviceKind, String)>>,
}

impl Advisor {
    /// Looks at the exchanges that are new. Where some were dropped in between, what was known is
    /// forgotten: it is better to say nothing than something wrong.
    pub(super) fn follow(&mut self, entries: &[Arc<Entry>], router: &Router) {
        for entry in entries {
            if entry.number <= self.last {
                continue;
            }
            if entry.number > self.last + 1 {
                self.follower = Follower::default();
            }
            self.last = entry.number;
            let advice = seen(entry, router).map(|seen| {
                entry.changes.iter().filter_map(before).for_each(|before| {
                    self.follower.see(&before);
                });
                self.follower.see(&seen).advice
            });
            if let Some(advice) = advice.filter(|advice| !advice.is_empty()) {
                self.told.insert(entry.number, advice);
            }
        }
    }

    /// Writes what there is to be said on exchanges that were looked at.
    pub(super) fn tell(&self, entries: &[Arc<Entry>]) {
        for entry in entries {
            if let Some(advice) = self.told.get(&entry.number) {
                // It may have been written already.
                let _ = entry.advice.set(advice.clone());
            }
        }
    }

    /// Forgets what was said on exchanges that were dropped.
    pub(super) fn forget(&mut self, dropped: u64) {
        self.told = self.told.split_off(&(dropped + 1));
    }

    pub(super) const fn last(&self) -> u64 {
        self.last
    }
}

/// What an exchange shows, if the request was accepted.
fn seen(entry: &Entry, router: &Router) -> Option<Seen> {
    if !(200..300).contains(&entry.status) {
        return None;
    }
    let exchange = Exchange::new(entry, router);
    let operation = exchange.endpoint()?.operation;
    let index = match operation {
        Operation::DocumentUpdate => exchange.param("index"),
        _ => None,
    };
    Some(Seen {
        operation: Some(operation),
        index,
        id: exchange.ids().last().map(|(_, id)| id.clone()).unwrap_or_default(),
        flags: Seen::flags(exchange.query()),
        status: entry.status,
        body: exchange.request_json().unwrap_or_default(),
        answer: exchange.answer_json().unwrap_or_default(),
    })
}

/// What a write tells of the document before it: its status may have come from a seed or a snapshot,
/// of which there is no exchange.
fn before(change: &Change) -> Option<Seen> {
    let before = Json::parse(change.before.as_ref()?).ok()?;
    before.get("status")?;
    let operation = match change.index.as_str() {
        index if index == CONNECTORS.index => Operation::Get,
        index if index == SYNC_JOBS.index => Operation::SyncJobGet,
        _ => return None,
    };
    let (id, answer) = (change.id.clone(), before);
    Some(Seen { operation: Some(operation), id, status: 200, answer, ..Seen::default() })
}
