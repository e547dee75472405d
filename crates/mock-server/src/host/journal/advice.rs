//! What the Connector Protocol forbids of the exchanges, as the conformance kit tells it.
//!
//! It is looked for when somebody asks, not while requests are answered.

use std::{collections::BTreeMap, sync::Arc};

use api_types::{
    endpoint::{Body, Endpoint, Family, Operation},
    json::Json,
    protocol::{AdviceKind, After, Follower, Seen, Write},
    schema::{Kind, UnknownFields},
};

use super::{Sender, entry::Entry, exchange::Exchange};
use crate::{
    router::Router,
    store::{CONNECTORS, Change, SYNC_JOBS, Written},
};

/// Follows the exchanges of a space in their order.
#[derive(Debug, Default)]
pub(super) struct Advisor {
    follower: Follower,
    /// The number of the last exchange that was looked at.
    last: u64,
    /// What there is to be said, by the numbers of the exchanges.
    told: BTreeMap<u64, Vec<Told>>,
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
            let advice = self.advice(entry, router);
            // What the worker of this server does is not the client's doing.
            if !advice.is_empty() && entry.by == Sender::Client {
                self.told.insert(entry.number, advice);
            }
        }
    }

    /// What there is to be said on an exchange, if the request was accepted.
    fn advice(&mut self, entry: &Entry, router: &Router) -> Vec<Told> {
        if !(200..300).contains(&entry.status) {
            return Vec::new();
        }
        let exchange = Exchange::new(entry, router);
        let Some(endpoint) = exchange.endpoint() else { return Vec::new() };
        match endpoint.operation.family() {
            Family::Connectors => {
                for before in entry.changes.iter().filter_map(before) {
                    self.follower.see(&before);
                }
                let seen = seen(&exchange, endpoint.operation);
                let mut advice = self.follower.see(&seen).advice;
                advice.extend(dropped(endpoint, &seen.body));
                advice
            }
            // Nothing is checked there, so it is what was written that counts, whatever wrote it.
            Family::Documents => {
                let writes = entry.changes.iter().map(write);
                writes.flat_map(|write| self.follower.wrote(&write).advice).collect()
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

/// What was said of an exchange.
type Told = (AdviceKind, String);

/// What an exchange of the Connector APIs shows.
fn seen(exchange: &Exchange<'_>, operation: Operation) -> Seen {
    Seen {
        operation: Some(operation),
        index: None,
        id: exchange.ids().last().map(|(_, id)| id.clone()).unwrap_or_default(),
        flags: Seen::flags(exchange.query()),
        status: exchange.entry.status,
        body: exchange.request_json().unwrap_or_default(),
        answer: exchange.answer_json().unwrap_or_default(),
    }
}

/// What there is to be said on members that nobody keeps.
fn dropped(endpoint: &Endpoint, body: &Json) -> Option<Told> {
    let (Body::Optional(schema) | Body::Required(schema)) = endpoint.body else { return None };
    let pointer = first_dropped(Kind::Object(schema), body, "")?;
    let what = format!("{} was sent the member {pointer}", endpoint.operation);
    Some((AdviceKind::MemberDropped, what))
}

/// Where the first member stands that the server drops without a word (contract CN-1.4-1).
fn first_dropped(kind: Kind, value: &Json, pointer: &str) -> Option<String> {
    let place = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    match (kind, value) {
        (Kind::Object(schema) | Kind::Objects(schema), Json::Object(object)) => {
            object.iter().find_map(|(name, value)| {
                match schema.fields.iter().find(|field| field.name == name) {
                    Some(field) => first_dropped(field.kind, value, &place(name)),
                    None => (schema.unknown == UnknownFields::Dropped).then(|| place(name)),
                }
            })
        }
        (Kind::Objects(schema), Json::Array(elements)) => {
            let mut numbered = elements.iter().enumerate();
            numbered.find_map(|(index, element)| {
                first_dropped(Kind::Object(schema), element, &place(&index.to_string()))
            })
        }
        (Kind::Map(schema), Json::Object(entries)) => entries
            .iter()
            .find_map(|(name, entry)| first_dropped(Kind::Object(schema), entry, &place(name))),
        _ => None,
    }
}

/// A document that a request to an index wrote.
fn write(change: &Change) -> Write {
    let json = |text: &Option<bytes::Bytes>| text.as_ref().and_then(|text| Json::parse(text).ok());
    let after = match change.written {
        Written::Deleted => After::Deleted,
        Written::Created | Written::Updated => {
            json(&change.after).map_or(After::Unknown, After::Written)
        }
    };
    let (index, id) = (change.index.clone(), change.id.clone());
    Write { index, id, before: json(&change.before), after }
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
