//! Sync jobs as documents (contract SJ-5 to SJ-16).

use api_types::{
    Timestamp, WireEnum as _,
    connector::{configuration::CONFIGURATION_FIELD, features::PIPELINE, filtering::RULES},
    error::ErrorType,
    ids::{ConnectorId, SyncJobId},
    json::{Json, Object},
    ops::{ClaimSyncJob, PostSyncJob, UpdateSyncJobStats},
    schema::Kind,
    sync_job::{SyncJobType, SyncStatus},
};

use super::{page, result};
use crate::{
    call::Context,
    error::ApiError,
    operations::Page,
    reply::Reply,
    store::{
        CONNECTORS, Document, Order, Outcome, Query, SYNC_JOBS, Search, Sort, SortAs, Store,
        StoreError, Terms,
    },
};

const INDEX: &str = SYNC_JOBS.index;

/// Which jobs a list holds.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) connector_id: Option<String>,
    pub(crate) status: Option<&'static str>,
    pub(crate) job_types: Vec<&'static str>,
}

impl Filter {
    fn into_query(self) -> Query {
        let mut every = Vec::new();
        every.extend(self.connector_id.map(|id| Query::term("connector.id", id)));
        every.extend(self.status.map(|status| Query::term("status", status)));
        if !self.job_types.is_empty() {
            let types = self.job_types.into_iter().map(str::to_owned).collect();
            every.push(Query::Terms("job_type", types));
        }
        Query::Every(every)
    }
}

/// The job is missing, said by operations that read it first.
fn not_found(id: &SyncJobId) -> ApiError {
    ApiError::not_found(id.as_str())
}

/// The job is missing, said by operations that write at once, and by all while there is no index.
fn not_found_long(id: &SyncJobId) -> ApiError {
    ApiError::not_found(format!("connector sync job [{id}] not found"))
}

/// `connector.sync_job_post`
pub(crate) fn post(context: &mut Context<'_>, body: &PostSyncJob) -> Result<Reply, ApiError> {
    let connector = context.store.get(CONNECTORS.index, body.id.as_str())?.ok_or_else(|| {
        ApiError::not_found(format!("Connector with id '{}' does not exist.", body.id))
    })?;
    let snapshot = snapshot(connector, body)?;
    let source = new_job(snapshot, body, context.now());
    let id = context.ids.document_id();
    context.store.put(INDEX, &id, source, context.ids);
    Ok(Reply::value(201, Object::new().with("id", id)))
}

fn text<'d>(document: &'d Document, member: &str) -> Option<&'d str> {
    document.source().get(member).and_then(Json::as_str)
}

/// The part of the connector that the job keeps (contract SJ-7-13). It is not looked at whether the
/// connector is deleted.
fn snapshot(connector: &Document, body: &PostSyncJob) -> Result<Object, ApiError> {
    let snapshot = kept(connector.source(), body);
    let has_text = |member: &str| {
        snapshot.get(member).and_then(Json::as_str).is_some_and(|text| !text.is_empty())
    };
    if !has_text("index_name") {
        return Err(ApiError::status(format!(
            "Cannot start a sync for connector [{}] with no index attached. Set the [index_name] property for the connector to enable syncing data.",
            body.id
        )));
    }
    if !has_text("service_type") {
        return Err(ApiError::status(format!(
            "Cannot start a sync for connector [{}] with [service_type] not defined. Set the service type of your connector before starting the sync.",
            body.id
        )));
    }
    Ok(snapshot)
}

/// The members of a connector that a job keeps, written anew (contract SJ-7-13).
pub(crate) fn kept(connector: &Object, body: &PostSyncJob) -> Object {
    let present = |member: &str| connector.get(member).filter(|value| !value.is_null());
    let text = |member: &str| present(member).and_then(Json::as_str).map(str::to_owned);
    let index_name = match body.job_type {
        SyncJobType::AccessControl => {
            let attached = text("index_name");
            Some(format!(".search-acl-filter-{}", attached.as_deref().unwrap_or("null")))
        }
        SyncJobType::Full | SyncJobType::Incremental => text("index_name"),
    };
    let mut kept = Object::new().with("id", body.id.clone());
    kept.insert_some("filtering", active_filtering(connector));
    kept.insert_some("index_name", index_name);
    kept.insert_some("language", present("language").cloned());
    let pipeline = present("pipeline").map(|value| Kind::Object(PIPELINE).arranged(value));
    kept.insert_some("pipeline", pipeline);
    kept.insert_some("service_type", text("service_type"));
    let configuration = present("configuration").cloned().unwrap_or_else(|| Object::new().into());
    kept.insert("configuration", Kind::Map(CONFIGURATION_FIELD).arranged(&configuration));
    kept
}

/// The members of [`kept`] in their order, and what a claim adds.
const KEPT: [&str; 8] = [
    "id",
    "filtering",
    "index_name",
    "language",
    "pipeline",
    "service_type",
    "configuration",
    "sync_cursor",
];

/// What a job keeps of a connector, with members of its own in the place of the connector's.
pub(crate) fn kept_with(mut kept: Object, mut own: Object) -> Object {
    let mut arranged = Object::new();
    for name in KEPT {
        let other = kept.remove(name);
        arranged.insert_some(name, own.remove(name).or(other));
    }
    for (name, value) in own {
        arranged.insert(name, value);
    }
    arranged
}

/// The active half of the first filtering of a connector.
fn active_filtering(connector: &Object) -> Option<Json> {
    let active = connector.get("filtering")?.as_array()?.first()?.get("active")?;
    Some(Kind::Object(RULES).arranged(active))
}

/// The document of a new job that keeps this of its connector, its members in the server's order (contract SJ-7).
pub(crate) fn new_job(connector: Object, body: &PostSyncJob, now: Timestamp) -> Object {
    Object::new()
        .with("connector", connector)
        .with("created_at", now)
        .with("deleted_document_count", 0)
        .with("indexed_document_count", 0)
        .with("indexed_document_volume", 0)
        .with("job_type", body.job_type)
        .with("last_seen", now)
        .with("metadata", Object::new())
        .with("status", SyncStatus::NEW)
        .with("total_document_count", 0)
        .with("trigger_method", body.trigger_method)
}

/// The job, for operations that read it first.
fn find<'s>(store: &'s Store, id: &SyncJobId) -> Result<&'s Document, ApiError> {
    match store.get(INDEX, id.as_str()) {
        Ok(Some(job)) => Ok(job),
        Ok(None) => Err(not_found(id)),
        Err(StoreError::IndexNotFound { .. }) => Err(not_found_long(id)),
        Err(error) => Err(error.into()),
    }
}

fn status(job: &Document) -> Result<SyncStatus, ApiError> {
    SyncStatus::parse(text(job, "status").unwrap_or_default())
        .map_err(|unknown| ApiError::new(ErrorType::IllegalArgument, unknown.to_string()))
}

/// Merges into the job; a missing one is reported in the long form.
fn update(context: &mut Context<'_>, id: &SyncJobId, patch: Object) -> Result<Outcome, ApiError> {
    context.store.update(INDEX, id.as_str(), patch, Terms::default(), context.ids).map_err(
        |error| match error {
            StoreError::DocumentMissing { .. } => not_found_long(id),
            other => other.into(),
        },
    )
}

/// `connector.sync_job_get`
pub(crate) fn get(context: &mut Context<'_>, id: &SyncJobId) -> Result<Reply, ApiError> {
    find(context.store, id).map(|job| Reply::text(page::document(job)))
}

/// `connector.sync_job_list`: the newest first.
pub(crate) fn list(store: &Store, filter: Filter, page: Page) -> Result<Reply, ApiError> {
    let sort = Sort { path: "created_at", values: SortAs::Date, order: Order::Descending };
    let search = Search { query: filter.into_query(), sort, from: page.from, size: page.size };
    match store.search(INDEX, &search) {
        Ok(hits) => Ok(Reply::text(page::list(&hits))),
        Err(StoreError::IndexNotFound { .. }) => Ok(Reply::text(page::empty_list())),
        Err(error) => Err(error.into()),
    }
}

/// `connector.sync_job_delete`: whatever the status.
pub(crate) fn delete(context: &mut Context<'_>, id: &SyncJobId) -> Result<Reply, ApiError> {
    match context.store.delete(INDEX, id.as_str()) {
        Ok(true) => Ok(Reply::acknowledged()),
        Ok(false) => Err(not_found(id)),
        Err(StoreError::IndexNotFound { .. }) => Err(not_found_long(id)),
        Err(error) => Err(error.into()),
    }
}

/// All jobs of a connector, for `connector.delete`.
pub(crate) fn delete_of_connector(
    context: &mut Context<'_>,
    connector: &ConnectorId,
) -> Result<(), ApiError> {
    let query = Query::term("connector.id", connector.clone());
    match context.store.delete_by_query(INDEX, &query) {
        Ok(_) | Err(StoreError::IndexNotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// `connector.sync_job_check_in`: whatever the status, writes without reading first.
pub(crate) fn check_in(context: &mut Context<'_>, id: &SyncJobId) -> Result<Reply, ApiError> {
    let now = context.now();
    update(context, id, Object::new().with("last_seen", now)).map(result)
}

/// `connector.sync_job_cancel`: one that waits is canceled, one that runs is asked to end.
pub(crate) fn cancel(context: &mut Context<'_>, id: &SyncJobId) -> Result<Reply, ApiError> {
    let from = status(find(context.store, id)?)?;
    let now = context.now();
    let next = from.cancel()?;
    let mut patch = Object::new().with("status", next).with("cancelation_requested_at", now);
    if next == SyncStatus::Canceled {
        patch.insert("canceled_at", now);
        patch.insert("completed_at", now);
    }
    update(context, id, patch).map(result)
}

/// `connector.sync_job_claim`: whatever the status.
pub(crate) fn claim(
    context: &mut Context<'_>,
    id: &SyncJobId,
    body: ClaimSyncJob,
) -> Result<Reply, ApiError> {
    find(context.store, id)?;
    let mut patch = Object::new()
        .with("worker_hostname", body.worker_hostname)
        .with("status", SyncStatus::AFTER_CLAIM)
        .with("last_seen", context.now())
        .with("started_at", context.now());
    if let Some(cursor) = body.sync_cursor {
        patch.insert("connector", Object::new().with("sync_cursor", cursor));
    }
    update(context, id, patch).map(result)
}

/// `connector.sync_job_error`
pub(crate) fn set_error(
    context: &mut Context<'_>,
    id: &SyncJobId,
    error: String,
) -> Result<Reply, ApiError> {
    let status = status(find(context.store, id)?)?.fail()?;
    let patch = Object::new().with("error", error).with("status", status);
    update(context, id, patch).map(result)
}

/// `connector.sync_job_update_stats`: whatever the status, writes without reading first.
pub(crate) fn update_stats(
    context: &mut Context<'_>,
    id: &SyncJobId,
    body: UpdateSyncJobStats,
) -> Result<Reply, ApiError> {
    let mut patch = body.counter_members();
    match body.last_seen {
        Some(last_seen) => patch.insert("last_seen", last_seen),
        None => patch.insert("last_seen", context.now()),
    }
    patch.insert_some("metadata", body.metadata);
    update(context, id, patch).map(result)
}
