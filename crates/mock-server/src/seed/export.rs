//! State becomes a document, as short as it can be without losing anything.
//!
//! Every entry of a connector or job is made short, read again as the import reads it, and compared
//! with the stored document; one that would not come out the same to the byte is given whole. So
//! import is the inverse of export by construction.

use std::collections::BTreeSet;

use api_types::{
    Timestamp, Version,
    json::{Json, Number, Object},
};

use super::{
    check::{self, CREATED_AT, SEQ_NO, SOURCE, VERSION},
    import, number,
};
use crate::{
    app::State,
    host::written_clock,
    sources::Clock,
    store::{CONNECTORS, Document, Index, SECRETS, SYNC_JOBS, Store, TEMPLATES},
};

/// All state as a document.
pub(crate) fn export(state: &State, clock: &Clock, version: Version) -> Object {
    let store = &state.store;
    let cluster = Object::new()
        .with("uuid", state.identity.cluster_uuid().to_owned())
        .with("node", store.node().to_owned())
        .with("ids", format!("{:016x}", state.ids.place()));
    let mut document =
        Object::new().with("clock", written_clock(&clock.state())).with("cluster", cluster);
    if let Some(security) = &state.security {
        for (name, section) in security.written() {
            document.insert(name, section);
        }
    }
    let index = |name: &str| store.index(name).ok();
    if let Some(connectors) = index(CONNECTORS.index) {
        document.insert("connectors", entries(connectors, |it| connector(it, version)));
    }
    if let Some(jobs) = index(SYNC_JOBS.index) {
        let connectors = index(CONNECTORS.index).into_iter().flat_map(Index::documents);
        let connectors = connectors.map(|connector| connector.id.as_str()).collect();
        document.insert("sync_jobs", entries(jobs, |it| job(it, store, &connectors)));
    }
    if let Some(secrets) = index(SECRETS.index) {
        document.insert("secrets", secrets_of(secrets));
    }
    let indices: Object =
        store.indices().map(|index| (index.name.clone(), written(index).into())).collect();
    document.insert("indices", indices);
    let is_empty = |section: &Json| section.as_object().is_some_and(Object::is_empty);
    document.into_iter().filter(|(_, section)| !is_empty(section)).collect()
}

/// What is kept of an index; the documents only where they have no section of their own.
fn written(index: &Index) -> Object {
    let mut written = Object::new().with("uuid", index.uuid.clone());
    let next = index.documents().map(|document| document.seq_no + 1).max().unwrap_or(0);
    if index.next_seq_no() != next {
        written.insert("next_seq_no", number(index.next_seq_no()));
    }
    let has_section = TEMPLATES.iter().any(|template| template.index == index.name);
    if !has_section && next > 0 {
        let beside = [SOURCE, VERSION, SEQ_NO];
        let plain = |document: &Document| {
            let source = document.source();
            beside.iter().all(|name| !source.contains(name)).then(|| source.clone())
        };
        written.insert("documents", entries(index, plain));
    }
    written
}

/// The documents of an index in the order of their last writes, each with the number that the
/// import gives it unless it is told another one.
fn in_order(index: &Index) -> Vec<(&Document, u64)> {
    let mut documents: Vec<&Document> = index.documents().collect();
    documents.sort_by_key(|document| document.seq_no);
    let mut next = 0;
    let numbered = documents.into_iter().map(|document| {
        let expected = next;
        next = document.seq_no + 1;
        (document, expected)
    });
    numbered.collect()
}

/// Every document by its id: short, or whole where that cannot be.
fn entries(index: &Index, short: impl Fn(&Document) -> Option<Object>) -> Object {
    let entries = in_order(index).into_iter().map(|(document, expected)| {
        let members = short(document)
            .unwrap_or_else(|| Object::new().with(SOURCE, document.source().clone()));
        let mut entry = beside(document, expected);
        for (name, value) in members {
            entry.insert(name, exact(value));
        }
        (document.id.clone(), Json::Object(entry))
    });
    entries.collect()
}

/// Version and number, where the import would give others.
fn beside(document: &Document, expected: u64) -> Object {
    let mut beside = Object::new();
    if document.version != 1 {
        beside.insert(VERSION, number(document.version));
    }
    if document.seq_no != expected {
        beside.insert(SEQ_NO, number(document.seq_no));
    }
    beside
}

fn secrets_of(index: &Index) -> Object {
    let entries = in_order(index).into_iter().map(|(document, expected)| {
        let value = document.source().get("value").cloned().unwrap_or_default();
        let beside = beside(document, expected);
        let entry = if beside.is_empty() { value } else { beside.with("value", value).into() };
        (document.id.clone(), entry)
    });
    entries.collect()
}

/// The members that a request for the creation of a connector holds.
const CREATION: [&str; 6] =
    ["description", "index_name", "is_native", "language", "name", "service_type"];

/// What a connector has beside what its creation would have written.
fn connector(document: &Document, version: Version) -> Option<Object> {
    let source = document.source();
    let filtering = source.get("filtering").and_then(Json::as_array).and_then(<[Json]>::first);
    let created_at = filtering
        .and_then(|first| first.at("active.advanced_snippet.created_at")?.as_str())
        .and_then(|time| Timestamp::parse(time).ok());
    let any_time = created_at.unwrap_or_else(|| Timestamp::from_nanoseconds(0));
    let bare = import::connector_of(Object::new(), any_time, version);
    let mut members: Object = CREATION
        .into_iter()
        .filter_map(|name| Some((name, source.get(name)?.clone())))
        .filter(|(name, value)| bare.get(name) != Some(value))
        .collect();
    let created = import::connector_of(members.clone(), any_time, version);
    for (name, value) in over(&created, source)? {
        members.insert(name, value);
    }
    let read = check::lone_connector(members.clone())?;
    let again = import::connector_of(read, any_time, version);
    if Json::Object(again).to_compact().as_bytes() != document.serialised() {
        return None;
    }
    // Nothing else depends on the time.
    if members.contains("filtering") {
        return Some(members);
    }
    let mut entry = Object::new().with(CREATED_AT, created_at?);
    for (name, value) in members {
        entry.insert(name, value);
    }
    Some(entry)
}

/// What a job has beside what its creation would have written.
fn job(document: &Document, store: &Store, connectors: &BTreeSet<&str>) -> Option<Object> {
    let source = document.source();
    let kept = source.get("connector")?.as_object()?;
    let id = kept.get("id")?.clone();
    let mut entry = Object::new();
    let created_at = source.get("created_at")?;
    for name in ["job_type", "trigger_method"] {
        entry.insert(name, source.get(name)?.clone());
    }
    let made = |own: &Object, members: Object| {
        let connector: Json = if own.is_empty() {
            id.clone()
        } else {
            let mut connector = Object::new().with("id", id.clone());
            for (name, value) in own.iter() {
                connector.insert(name.to_owned(), value.clone());
            }
            connector.into()
        };
        let mut entry =
            Object::new().with("connector", connector).with("created_at", created_at.clone());
        for (name, value) in members {
            entry.insert(name, value);
        }
        let job = check::lone_job(entry.clone(), connectors)?;
        Some((import::job_of(&job, store)?, entry))
    };
    let (base, _) = made(&Object::new(), entry.clone())?;
    let derived = base.get("connector")?;
    let own: Object = kept
        .iter()
        .filter(|(name, value)| *name != "id" && derived.get(name) != Some(value))
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    for (name, is_default) in [("job_type", "full"), ("trigger_method", "on_demand")] {
        if entry.get(name).and_then(Json::as_str) == Some(is_default) {
            entry.remove(name);
        }
    }
    let base = base.with("connector", kept.clone());
    for (name, value) in over(&base, source)? {
        entry.insert(name, value);
    }
    let (again, entry) = made(&own, entry)?;
    (Json::Object(again).to_compact().as_bytes() == document.serialised()).then_some(entry)
}

/// What has to be merged into `base` to get `wanted`; `None` if no merge does that.
fn over(base: &Object, wanted: &Object) -> Option<Object> {
    let mut patch = Object::new();
    let mut shared = 0;
    for (name, value) in wanted.iter() {
        let old = base.get(name);
        shared += usize::from(old.is_some());
        match (old, value) {
            (Some(old), value) if old == value => {}
            (Some(Json::Object(old)), Json::Object(value)) => {
                patch.insert(name.to_owned(), over(old, value)?);
            }
            (_, value) => patch.insert(name.to_owned(), value.clone()),
        }
    }
    (shared == base.len()).then_some(patch)
}

/// The value so that its text is read as the same value: an infinite number is text in answers.
fn exact(value: Json) -> Json {
    match value {
        Json::Number(Number::Double(double)) if double.is_infinite() => {
            let digits = if double > 0.0 { "1e999" } else { "-1e999" };
            Json::Number(Number::Big(digits.into()))
        }
        Json::Array(elements) => elements.into_iter().map(exact).collect(),
        Json::Object(object) => {
            let members = object.into_iter().map(|(name, value)| (name, exact(value)));
            members.collect::<Object>().into()
        }
        other => other,
    }
}
