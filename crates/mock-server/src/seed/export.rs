//! State becomes a document, as short as it can be without losing anything.
//!
//! A connector or job is made short only where it is certain that the import makes the same bytes of
//! it again; all others are given whole. So import is the inverse of export by construction.

use std::collections::BTreeSet;

use api_types::{
    Timestamp, Version, WireEnum as _,
    json::{Json, Number, Object},
    ops::PostSyncJob,
    sync_job::{SyncJobTriggerMethod, SyncJobType},
};

use super::{
    check::{self, CREATED_AT, SEQ_NO, SOURCE, VERSION},
    import::{self, Kept},
    indices, license, number,
};
use crate::{
    app::State,
    host::written_clock,
    services::sync_jobs,
    sources::Clock,
    store::{CONNECTORS, Document, Index, SECRETS, SYNC_JOBS, Store, TEMPLATES},
};

/// All state as a document.
pub(crate) fn export(state: &State, clock: &Clock, version: Version) -> Object {
    let store = &state.store;
    let mut cluster = Object::new()
        .with("uuid", state.identity.cluster_uuid().to_owned())
        .with("node", store.node().to_owned())
        .with("ids", format!("{:016x}", state.ids.place()));
    if state.scrolls.opened() > 0 {
        cluster.insert("ended_scrolls", number(state.scrolls.opened()));
    }
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
        let mut kept = Kept::default();
        let short = |it: &Document| job(it, &mut kept, store, &connectors);
        document.insert("sync_jobs", entries(jobs, short));
    }
    if let Some(secrets) = index(SECRETS.index) {
        document.insert("secrets", secrets_of(secrets));
    }
    let indices: Object =
        store.indices().map(|index| (index.name.clone(), written(index).into())).collect();
    document.insert("indices", indices);
    document.insert("ingest_pipelines", exact(indices::written_pipelines(store).into()));
    if let Some(license) = license::written(&store.license) {
        document.insert("license", license);
    }
    let is_empty = |section: &Json| section.as_object().is_some_and(Object::is_empty);
    document.into_iter().filter(|(_, section)| !is_empty(section)).collect()
}

/// What is kept of an index; the documents only where they have no section of their own.
fn written(index: &Index) -> Object {
    let described = indices::written(index);
    let described = described.into_iter().map(|(name, value)| (name, exact(value)));
    let mut written: Object = described.collect();
    let has_section = TEMPLATES.iter().any(|template| template.index == index.name);
    if !has_section && index.len() > 0 {
        let beside = [SOURCE, VERSION, SEQ_NO];
        let plain = |document: &Document| {
            let source = document.read();
            beside.iter().all(|name| !source.contains(name)).then(|| source.into_owned())
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
fn entries(index: &Index, mut short: impl FnMut(&Document) -> Option<Object>) -> Object {
    let entries = in_order(index).into_iter().map(|(document, expected)| {
        let members = short(document)
            .unwrap_or_else(|| Object::new().with(SOURCE, document.read().into_owned()));
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
        let value = document.read().get("value").cloned().unwrap_or_default();
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
    let source = &*document.read();
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
    if !same_object(&read, &members) {
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
fn job(
    document: &Document,
    kept: &mut Kept,
    store: &Store,
    connectors: &BTreeSet<&str>,
) -> Option<Object> {
    let source = &*document.read();
    let connector = source.get("connector")?.as_object()?;
    let text = |name: &str| source.get(name).and_then(Json::as_str);
    let (job_type, trigger_method) = (text("job_type")?, text("trigger_method")?);
    let id = connector.get("id")?.as_str()?.to_owned();
    let body = PostSyncJob {
        id: id.clone().into(),
        job_type: SyncJobType::parse(job_type).ok()?,
        trigger_method: SyncJobTriggerMethod::parse(trigger_method).ok()?,
    };
    let created_at = text("created_at")?;
    let now = Timestamp::parse(created_at).ok()?;
    let own = own(kept.of(&body, store), connector)?;
    let named: Json = if own.is_empty() {
        id.into()
    } else {
        let members = own.iter().map(|(name, value)| (name.to_owned(), value.clone()));
        std::iter::once(("id".to_owned(), id.into())).chain(members).collect::<Object>().into()
    };
    let mut entry =
        Object::new().with("connector", named).with("created_at", created_at.to_owned());
    for (name, given, usual) in
        [("job_type", job_type, "full"), ("trigger_method", trigger_method, "on_demand")]
    {
        if given != usual {
            entry.insert(name, given.to_owned());
        }
    }
    let base = sync_jobs::new_job(connector.clone(), &body, now);
    for (name, value) in over(&base, source)? {
        entry.insert(name, value);
    }
    let read = check::lone_job(entry.clone(), connectors)?;
    let is_same = read
        .members
        .iter()
        .all(|(name, value)| entry.get(name).is_some_and(|given| same(given, value)));
    (is_same && same_object(&read.own, &own)).then_some(entry)
}

/// The members that a job has in the place of those that it would keep of its connector.
fn own(kept: &Object, wanted: &Object) -> Option<Object> {
    let own: Object = wanted
        .iter()
        .filter(|(name, value)| !kept.get(name).is_some_and(|kept| same(kept, value)))
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    let is_same = if own.is_empty() {
        same_object(kept, wanted)
    } else {
        same_object(&sync_jobs::kept_with(kept.clone(), own.clone()), wanted)
    };
    is_same.then_some(own)
}

/// What has to be merged into `base` to get `wanted` to the byte; `None` if no merge does that: a
/// merge takes nothing away, and puts new members behind those that are there.
fn over(base: &Object, wanted: &Object) -> Option<Object> {
    let mut patch = Object::new();
    let mut members = wanted.iter();
    for ((name, old), (wanted_name, value)) in base.iter().zip(members.by_ref()) {
        match (old, value) {
            _ if name != wanted_name => return None,
            (old, value) if same(old, value) => {}
            (Json::Object(old), Json::Object(value)) => {
                patch.insert(name.to_owned(), over(old, value)?);
            }
            (old, value) if old == value => return None,
            (_, value) => patch.insert(name.to_owned(), value.clone()),
        }
    }
    if wanted.len() < base.len() {
        return None;
    }
    for (name, value) in members {
        patch.insert(name.to_owned(), value.clone());
    }
    Some(patch)
}

/// Whether two values have the same text.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Object(left), Json::Object(right)) => same_object(left, right),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Json::Number(Number::Double(left)), Json::Number(Number::Double(right))) => {
            left.to_bits() == right.to_bits()
        }
        (left, right) => left == right,
    }
}

pub(super) fn same_object(left: &Object, right: &Object) -> bool {
    left.len() == right.len()
        && left.iter().zip(right.iter()).all(|((left_name, left), (right_name, right))| {
            left_name == right_name && same(left, right)
        })
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
