//! Counts of documents and shards (contract DO-6.8-1, DO-8-2).

use api_types::{
    Version,
    json::{Json, Number, Object},
};

use super::{Names, shards};
use crate::{
    call::{Context, not_served},
    error::ApiError,
    reply::Reply,
    services::documents,
    store::{Index, Store},
};

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `{"docs":{"count":...,"deleted":0}}`: what is deleted goes at once.
fn docs(number: usize) -> Object {
    let docs = Object::new().with("count", count(number)).with("deleted", 0);
    Object::new().with("docs", docs)
}

/// The colour of an index: replicas have no node to be on.
fn health_of(index: &Index) -> &'static str {
    if documents::copies(index) > 1 { "yellow" } else { "green" }
}

/// `indices.stats`
pub(crate) fn stats(store: &Store, names: &Names) -> Result<Reply, ApiError> {
    let indices = names.indices(store)?;
    let total = indices.iter().map(|index| index.len()).sum();
    let all = Object::new().with("primaries", docs(total)).with("total", docs(total));
    let listed: Object = indices
        .iter()
        .map(|index| {
            let stats = Object::new()
                .with("uuid", index.uuid.clone())
                .with("health", health_of(index))
                .with("status", "open")
                .with("primaries", docs(index.len()))
                .with("total", docs(index.len()));
            (index.name.clone(), Json::Object(stats))
        })
        .collect();
    let answer =
        Object::new().with("_shards", shards(&indices)).with("_all", all).with("indices", listed);
    Ok(Reply::value(200, answer))
}

/// The first version that counts primary shards without a node.
const UNASSIGNED_PRIMARIES: Version = Version::new(8, 16, 0);

/// `cluster.health`: of the one node that there is.
pub(crate) fn health(
    context: &Context<'_>,
    names: &Names,
    is_green_wanted: bool,
) -> Result<Reply, ApiError> {
    let indices = names.indices(context.store).map_err(|error| {
        let is_missing = matches!(&error, ApiError::Exception(cause) if cause.kind.status() == 404);
        let wait = format!("the wait for [{}], which is not there", names.expressions.join(","));
        if is_missing { not_served(names.operation, &wait).into() } else { error }
    })?;
    let active = indices.len();
    let all: i64 = indices.iter().map(|index| documents::copies(index)).sum();
    let unassigned = all - count(active);
    let status = if unassigned > 0 { "yellow" } else { "green" };
    if is_green_wanted && unassigned > 0 {
        let what = "the wait for a status that does not come: replicas have no node to be on";
        return Err(not_served(names.operation, what).into());
    }
    #[expect(clippy::cast_precision_loss, reason = "there are not that many indices")]
    let percent = if all == 0 { 100.0 } else { active as f64 / all as f64 * 100.0 };
    let mut answer = Object::new()
        .with("cluster_name", "elasticsearch")
        .with("status", status)
        .with("timed_out", false)
        .with("number_of_nodes", 1)
        .with("number_of_data_nodes", 1)
        .with("active_primary_shards", count(active))
        .with("active_shards", count(active))
        .with("relocating_shards", 0)
        .with("initializing_shards", 0)
        .with("unassigned_shards", unassigned);
    if context.version >= UNASSIGNED_PRIMARIES {
        answer.insert("unassigned_primary_shards", 0);
    }
    let answer = answer
        .with("delayed_unassigned_shards", 0)
        .with("number_of_pending_tasks", 0)
        .with("number_of_in_flight_fetch", 0)
        .with("task_max_waiting_in_queue_millis", 0)
        .with(
            "active_shards_percent_as_number",
            Number::parse(&format!("{percent:?}")).map(Json::Number).unwrap_or_default(),
        );
    Ok(Reply::value(200, answer))
}
