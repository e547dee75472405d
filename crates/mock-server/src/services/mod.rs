//! What the operations do to the documents of the two indices.

pub(crate) mod cluster;
pub(crate) mod connectors;
mod document;
pub(crate) mod documents;
pub(crate) mod filtering;
pub(crate) mod indices;
pub(crate) mod ingest;
pub(crate) mod license;
mod page;
pub(crate) mod search;
pub(crate) mod secrets;
pub(crate) mod sync_jobs;
pub(crate) mod updates;

use api_types::json::Object;

use crate::{reply::Reply, store::Outcome};

/// The longest id that can be written, in bytes (contract RL-11).
pub(crate) const MAX_ID_BYTES: usize = 512;

/// The validation message of the index layer for an id that is too long.
pub(crate) fn id_too_long(id: &str) -> Option<String> {
    (id.len() > MAX_ID_BYTES).then(|| {
        format!(
            "id [{id}] is too long, must be no longer than {MAX_ID_BYTES} bytes but was: {}",
            id.len()
        )
    })
}

/// `{"result":"updated"}` or `{"result":"noop"}` (contract CN-1.5).
fn result(outcome: Outcome) -> Reply {
    Reply::value(200, Object::new().with("result", outcome.name()))
}
