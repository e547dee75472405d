//! `GET /_mock/documents`: connectors and sync jobs in short, and one of them in full. It is read
//! beside the API: it does not count as a request, nobody's faults and credentials are in its way.

use std::collections::BTreeMap;

use api_types::{
    WireEnum as _,
    json::{Json, Object},
    sync_job::SyncStatus,
};

use crate::{
    error::ApiError,
    host::{
        control::{Asked, count, missing},
        illegal,
    },
    query_string::{self, Plus},
    reply::Reply,
    store::{CONNECTORS, Document, PRIMARY_TERM, SYNC_JOBS, Store, Template},
};

/// How many documents of a kind are listed, unless the caller says otherwise.
const SIZE: usize = 500;

/// The members of a connector that are listed.
const CONNECTOR_MEMBERS: [&str; 9] = [
    "name",
    "service_type",
    "index_name",
    "is_native",
    "status",
    "last_seen",
    "last_sync_status",
    "error",
    "deleted",
];

/// The members of a sync job that are listed; a dotted name is a path.
const JOB_MEMBERS: [&str; 14] = [
    "status",
    "connector.id",
    "job_type",
    "trigger_method",
    "created_at",
    "started_at",
    "last_seen",
    "cancelation_requested_at",
    "canceled_at",
    "completed_at",
    "worker_hostname",
    "indexed_document_count",
    "deleted_document_count",
    "error",
];

/// Which sync jobs are listed.
#[derive(Debug)]
struct Filter {
    status: Option<SyncStatus>,
    connector: Option<String>,
    /// A part of the id.
    text: Option<String>,
    size: usize,
}

impl Filter {
    fn read(query: &str) -> Result<Self, ApiError> {
        let mut filter = Self { status: None, connector: None, text: None, size: SIZE };
        let parameters = query_string::parse(query).map_err(|error| illegal(error.to_string()))?;
        for (name, value) in parameters {
            match name.as_str() {
                "status" => {
                    let status = SyncStatus::parse(&value);
                    filter.status = Some(status.map_err(|unknown| illegal(unknown.to_string()))?);
                }
                "connector" => filter.connector = Some(value),
                "text" => filter.text = Some(value),
                "size" => {
                    filter.size = value
                        .parse()
                        .map_err(|_| illegal(format!("[size] is a number, not [{value}]")))?;
                }
                "token" => {}
                _ => {
                    return Err(illegal(format!(
                        "unknown parameter [{name}]; there are [connector], [size], [status] and [text]"
                    )));
                }
            }
        }
        Ok(filter)
    }

    fn takes(&self, job: &Document) -> bool {
        let source = job.source();
        let is = |path: &str, wanted: &str| text_at(source, path) == Some(wanted);
        self.status.is_none_or(|status| is("status", status.as_str()))
            && self.connector.as_deref().is_none_or(|id| is("connector.id", id))
            && self.text.as_deref().is_none_or(|text| job.id.contains(text))
    }
}

/// Connectors and sync jobs in short, the jobs that were made last first.
pub(in crate::host) fn list(asked: &Asked<'_>) -> Result<Reply, ApiError> {
    let filter = Filter::read(asked.request.split().1)?;
    let clock = asked.space.app.settings().clock.shown().to_string();
    let requests = i64::try_from(asked.space.app.requests()).unwrap_or(i64::MAX);
    let (connectors, jobs) = asked
        .space
        .app
        .with_context(|context| (connectors(context.store, &filter), jobs(context.store, &filter)));
    let answer = Object::new()
        .with("space", asked.space.name.clone())
        .with("requests", requests)
        .with("time", clock)
        .with("connectors", connectors)
        .with("sync_jobs", jobs);
    Ok(Reply::value(200, answer))
}

fn documents<'a>(store: &'a Store, of: &Template) -> impl Iterator<Item = &'a Document> {
    store.index(of.index).ok().into_iter().flat_map(|index| index.documents())
}

fn connectors(store: &Store, filter: &Filter) -> Object {
    let rows: Vec<Json> = documents(store, &CONNECTORS)
        .take(filter.size)
        .map(|it| Json::Object(row(it, &CONNECTOR_MEMBERS)))
        .collect();
    Object::new().with("count", count(store.count(CONNECTORS.index))).with("documents", rows)
}

fn jobs(store: &Store, filter: &Filter) -> Object {
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: Vec<&Document> = Vec::new();
    for job in documents(store, &SYNC_JOBS) {
        if let Some(status) = text_at(job.source(), "status") {
            *by_status.entry(status).or_default() += 1;
        }
        if filter.takes(job) {
            found.push(job);
        }
    }
    let matching = found.len();
    // Instants are stored in UTC with all zeros but those behind the third digit of the fraction, so
    // their texts without the `Z` sort as they do.
    found.sort_by_key(|job| {
        let created_at = text_at(job.source(), "created_at").unwrap_or_default();
        std::cmp::Reverse((created_at.trim_end_matches('Z'), job.seq_no))
    });
    let rows: Vec<Json> =
        found.iter().take(filter.size).map(|job| Json::Object(row(job, &JOB_MEMBERS))).collect();
    let mut statuses = Object::new();
    for (status, number) in by_status {
        statuses.insert(status.to_owned(), count(number));
    }
    Object::new()
        .with("count", count(store.count(SYNC_JOBS.index)))
        .with("matching", count(matching))
        .with("statuses", statuses)
        .with("documents", rows)
}

fn text_at<'a>(source: &'a Object, path: &str) -> Option<&'a str> {
    at(source, path)?.as_str()
}

fn at<'a>(source: &'a Object, path: &str) -> Option<&'a Json> {
    match path.split_once('.') {
        Some((first, rest)) => source.get(first)?.at(rest),
        None => source.get(path),
    }
}

/// Some members of a document, with what is kept beside it.
fn row(document: &Document, members: &[&'static str]) -> Object {
    let mut row = identity(document);
    for name in members {
        row.insert_some(*name, at(document.source(), name).cloned());
    }
    row
}

fn identity(document: &Document) -> Object {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    Object::new()
        .with("_id", document.id.clone())
        .with("_version", number(document.version))
        .with("_seq_no", number(document.seq_no))
}

/// A document in full, as `GET /{index}/_doc/{id}` has it.
pub(in crate::host) fn document(asked: &Asked<'_>) -> Result<Reply, ApiError> {
    let [kind, id] = asked.values else {
        return Err(illegal("the path is /_mock/documents/{kind}/{id}"));
    };
    let template = match kind.as_str() {
        "connectors" => CONNECTORS,
        "sync_jobs" => SYNC_JOBS,
        other => {
            return Err(missing(format!(
                "there are no documents of the kind [{other}]; there are [connectors] and [sync_jobs]"
            )));
        }
    };
    let id = query_string::decode(id, Plus::IsPlus).map_err(|error| illegal(error.to_string()))?;
    asked.space.app.with_context(|context| {
        let found = context.store.get(template.index, &id).ok().flatten();
        let found =
            found.ok_or_else(|| missing(format!("there is no document [{id}] in [{kind}]")))?;
        let answer = identity(found)
            .with("_primary_term", i64::try_from(PRIMARY_TERM).unwrap_or(1))
            .with("_index", template.index)
            .with("_source", Json::Object(found.source().clone()));
        Ok(Reply::value(200, answer))
    })
}
