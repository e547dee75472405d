//! The answers of searches, to the byte (contract DO-7.4, DO-7.5).

use api_types::{
    error::ErrorCause,
    json::{Json, Layout, Number, Object, write},
};
use bytes::Bytes;

use super::{
    found::{Found, Hit, Relation, Total},
    order::float,
    request::TotalForm,
    scroll::Cleared,
};
use crate::{reply::Reply, store::PRIMARY_TERM};

fn number(count: u64) -> Json {
    Json::from(i64::try_from(count).unwrap_or(i64::MAX))
}

fn count(count: usize) -> Json {
    number(u64::try_from(count).unwrap_or(u64::MAX))
}

/// `{"total":1,"successful":1,"skipped":0,"failed":0}`
fn shards(total: usize) -> Object {
    Object::new()
        .with("total", count(total))
        .with("successful", count(total))
        .with("skipped", 0)
        .with("failed", 0)
}

fn score(score: Option<f32>) -> Json {
    score.map_or(Json::Null, |score| float(f64::from(score)))
}

/// The answer of `_search` and of a page of a scroll.
pub(crate) fn search(found: &Found, scroll_id: Option<&str>) -> Reply {
    let mut head = Object::new();
    head.insert_some("_scroll_id", scroll_id.map(str::to_owned));
    head.insert("took", 0);
    head.insert("timed_out", false);
    head.insert("_shards", shards(found.shards));
    let mut hits = Object::new();
    match (found.total_form, found.total) {
        (TotalForm::Number, total) => {
            hits.insert("total", total.map_or(Json::from(-1), |total| number(total.value)));
        }
        (TotalForm::Object, Some(total)) => hits.insert("total", total_object(total)),
        (TotalForm::Object, None) => {}
    }
    hits.insert("max_score", score(found.max_score));
    let mut text = open(head);
    text.extend_from_slice(b",\"hits\":");
    text.extend_from_slice(&open(hits));
    text.extend_from_slice(b",\"hits\":[");
    for (index, hit) in found.hits.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        write_hit(hit, found, &mut text);
    }
    text.extend_from_slice(b"]}}");
    Reply::text(Bytes::from(text))
}

/// The text of an object without its `}`.
fn open(object: Object) -> Vec<u8> {
    let mut text = Vec::new();
    write(&Json::Object(object), Layout::Compact, &mut text);
    text.pop();
    text
}

fn total_object(total: Total) -> Object {
    let relation = match total.relation {
        Relation::Equal => "eq",
        Relation::AtLeast => "gte",
    };
    Object::new().with("value", number(total.value)).with("relation", relation)
}

fn write_hit(hit: &Hit, found: &Found, text: &mut Vec<u8>) {
    let extras = found.extras;
    let mut head = Object::new().with("_index", hit.index.to_string()).with("_id", hit.id.clone());
    if extras.version {
        head.insert("_version", number(hit.version));
    }
    if extras.seq_no_primary_term {
        head.insert("_seq_no", number(hit.seq_no));
        head.insert("_primary_term", number(PRIMARY_TERM));
    }
    head.insert("_score", score(hit.score));
    text.extend_from_slice(&open(head));
    if let Some(source) = &hit.source {
        text.extend_from_slice(b",\"_source\":");
        text.extend_from_slice(source);
    }
    if !hit.sort.is_empty() {
        text.extend_from_slice(b",\"sort\":");
        write(&Json::Array(hit.sort.clone()), Layout::Compact, text);
    }
    text.push(b'}');
}

/// The answer of `_count`, of so many shards.
pub(crate) fn counted(documents: usize, asked: usize) -> Reply {
    let answer = Object::new().with("count", count(documents)).with("_shards", shards(asked));
    Reply::value(200, answer)
}

/// The answer of `DELETE /_search/scroll`.
pub(crate) fn cleared(cleared: Cleared) -> Reply {
    let status = if cleared.number == 0 { 404 } else { 200 };
    let answer = Object::new().with("succeeded", true).with("num_freed", count(cleared.number));
    Reply::value(status, answer)
}

/// What became of the documents that a query found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// How many were found and are taken.
    pub(crate) total: usize,
    /// How many were written again; `None` of a deletion.
    pub(crate) updated: Option<usize>,
    pub(crate) deleted: usize,
    pub(crate) batches: usize,
    /// What could not be written.
    pub(crate) failures: Vec<Failure>,
}

/// A document that could not be written.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) index: String,
    pub(crate) id: String,
    pub(crate) cause: ErrorCause,
}

/// The answer of `_delete_by_query` and `_update_by_query`; its status is the highest of the
/// failures.
pub(crate) fn by_query(written: &Written) -> Reply {
    let retries = Object::new().with("bulk", 0).with("search", 0);
    let mut answer =
        Object::new().with("took", 0).with("timed_out", false).with("total", count(written.total));
    answer.insert_some("updated", written.updated.map(count));
    let failures: Vec<Json> = written.failures.iter().map(failure).collect();
    let answer = answer
        .with("deleted", count(written.deleted))
        .with("batches", count(written.batches))
        .with("version_conflicts", 0)
        .with("noops", 0)
        .with("retries", retries)
        .with("throttled_millis", 0)
        .with("requests_per_second", Json::Number(Number::Double(-1.0)))
        .with("throttled_until_millis", 0)
        .with("failures", failures);
    let statuses = written.failures.iter().map(|failure| failure.cause.status());
    Reply::value(statuses.max().unwrap_or(200), answer)
}

fn failure(failure: &Failure) -> Json {
    let Failure { index, id, cause } = failure;
    let failure = Object::new()
        .with("index", index.clone())
        .with("id", id.clone())
        .with("cause", cause.nested())
        .with("status", i64::from(cause.status()));
    Json::Object(failure)
}
