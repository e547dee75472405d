//! A document becomes state.

use std::collections::BTreeMap;

use api_types::{
    Timestamp, Version,
    json::{Json, Number, Object},
    ops::PostSyncJob,
    sync_job::SyncJobType,
};

use super::{Connector, Content, Deletion, Entry, Job, JobMembers, Seed};
use crate::{
    app::State,
    search::Scrolls,
    services::{connectors, documents, sync_jobs},
    sources::{Clock, IdSource},
    store::{
        CONNECTORS, MappedDocuments, Pipeline, SECRETS, SYNC_JOBS, Source, Store, is_of_template,
    },
};

/// Fills the state of a server that has just begun.
pub(crate) fn import(seed: &Seed, state: &mut State, clock: &Clock, version: Version) {
    let content = &seed.0;
    if let Some(uuid) = &content.cluster.uuid {
        state.identity.set_cluster_uuid(uuid.clone());
    }
    let State { store, ids, .. } = &mut *state;
    store.set_now(clock.shown());
    if let Some(node) = &content.cluster.node {
        store.set_node(node.clone());
    }
    for index in &content.indices {
        if let Some(uuid) = &index.uuid {
            store.create_with(&index.name, uuid.clone());
        }
    }
    for entry in &content.connectors {
        let source = connector(&entry.document, clock, version);
        load(store, CONNECTORS.index, entry, source, ids);
    }
    let mut kept = Kept::default();
    for entry in &content.jobs {
        let source = job(&entry.document, &mut kept, store, clock);
        load(store, SYNC_JOBS.index, entry, source, ids);
    }
    for entry in &content.secrets {
        load(store, SECRETS.index, entry, entry.document.clone(), ids);
    }
    for index in &content.indices {
        for entry in &index.documents {
            load(store, &index.name, entry, entry.document.clone(), ids);
        }
        let filled = store.filled(&index.name, ids);
        filled.describe(&index.said);
        if filled.mapped == MappedDocuments::All && !is_of_template(&index.name) {
            documents::add_all(filled);
        }
        for Deletion { id, version, until } in &index.deleted {
            filled.load_deletion(id, *version, *until);
        }
        if let Some(next) = index.next_seq_no {
            filled.set_next_seq_no(next.max(filled.next_seq_no()));
        }
    }
    fill_cluster(content, store, clock);
    if let Some(opened) = content.cluster.ended_scrolls {
        state.scrolls = Scrolls::ended(opened);
    }
    if let Some(security) = &content.security {
        state.security = Some(security.clone());
    }
    if let Some(place) = content.cluster.ids {
        state.ids.go_on(place);
    }
    if let Some(to) = content.clock {
        clock.restore(to);
    }
}

/// What a cluster has beside its indices.
fn fill_cluster(content: &Content, store: &mut Store, clock: &Clock) {
    for (name, given) in &content.pipelines {
        match given {
            Some(given) => {
                store.pipelines.insert(name.clone(), Pipeline::Given(given.clone()));
            }
            None => drop(store.pipelines.remove(name)),
        }
    }
    if let Some(given) = &content.license {
        store.license = given.license(clock.shown());
    }
}

fn load<D>(store: &mut Store, index: &str, entry: &Entry<D>, source: Object, ids: &mut IdSource) {
    store.filled(index, ids).load(&entry.id, compact(source), entry.version, entry.seq_no);
}

/// What is kept of a document: its text, which takes a fifth of the memory of its members.
fn compact(source: Object) -> Source {
    let source = Json::Object(source);
    if reads_back(&source, 0) {
        return Source::Text(source.to_compact().into());
    }
    match source {
        Json::Object(members) => Source::Members(members),
        _ => Source::Members(Object::new()),
    }
}

/// Deeper documents are kept as they are.
const DEEP: usize = 500;

/// Names and numbers longer than this are kept as they are, in bytes.
const LONG: usize = 500;

/// Whether the text of a value is certain to be read as the same value. An infinite number is written
/// as text, and what is very deep or very long may be refused.
fn reads_back(value: &Json, depth: usize) -> bool {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(Number::Integer(_)) | Json::String(_) => true,
        Json::Number(Number::Double(double)) => double.is_finite(),
        Json::Number(Number::Big(digits)) => digits.len() < LONG,
        Json::Array(elements) => {
            depth < DEEP && elements.iter().all(|element| reads_back(element, depth + 1))
        }
        Json::Object(object) => {
            let is_read =
                |(name, value): (&str, &Json)| name.len() < LONG && reads_back(value, depth + 1);
            depth < DEEP && object.iter().all(is_read)
        }
    }
}

fn connector(connector: &Connector, clock: &Clock, version: Version) -> Object {
    match connector {
        Connector::Whole(source) => source.clone(),
        Connector::Members { created_at, members } => {
            let now = created_at.unwrap_or_else(|| clock.now());
            connector_of(members.clone(), now, version)
        }
    }
}

fn job(job: &Job, kept: &mut Kept, store: &Store, clock: &Clock) -> Object {
    let JobMembers { body, own, created_at, members } = match job {
        Job::Whole(source) => return source.clone(),
        Job::Members(members) => members,
    };
    let now = created_at.unwrap_or_else(|| clock.now());
    let mut connector = kept.of(body, store).clone();
    if !own.is_empty() {
        connector = sync_jobs::kept_with(connector, own.clone());
    }
    let mut job = sync_jobs::new_job(connector, body, now);
    job.merge(members.clone());
    job
}

/// A connector with these members over what its creation would have written.
pub(super) fn connector_of(members: Object, now: Timestamp, version: Version) -> Object {
    connectors::given(members, now, version)
}

/// What jobs keep of their connectors, by connector and type of job.
#[derive(Default)]
pub(super) struct Kept(BTreeMap<String, [Option<Object>; 3]>);

impl Kept {
    pub(super) fn of(&mut self, body: &PostSyncJob, store: &Store) -> &Object {
        let make = || {
            let nothing = Object::new();
            let connector = store.get(CONNECTORS.index, body.id.as_str()).ok().flatten();
            sync_jobs::kept(connector.map_or(&nothing, |document| document.source()), body)
        };
        let [full, incremental, access_control] =
            self.0.entry(body.id.as_str().to_owned()).or_default();
        let kept = match body.job_type {
            SyncJobType::Full => full,
            SyncJobType::Incremental => incremental,
            SyncJobType::AccessControl => access_control,
        };
        kept.get_or_insert_with(make)
    }
}
