//! What the operations on documents do to the indices (contract DO-4, DO-5).

mod added;
mod answers;
mod detection;
mod mapped;
mod mapped_values;
mod parse;
mod source;
mod target;
mod update;
mod write;

use api_types::json::{Json, Layout, Object, write as write_json};
use bytes::Bytes;

pub(crate) use answers::{Refresh, Written, copies, reply, shown};
pub(crate) use mapped::add_all;
pub(crate) use source::Source;
pub(crate) use target::{Target, Through, guard, new_name, warn_of_dot, warn_of_prefix};
pub(crate) use update::{Update, Upsert, update};
pub(crate) use write::{Deletion, IndexRequest, delete, index};

use crate::{
    error::ApiError,
    reply::Reply,
    store::{Document, PRIMARY_TERM, Store},
};

/// `get`, `exists`.
pub(crate) fn get(store: &Store, target: &Target, source: &Source) -> Result<Reply, ApiError> {
    let (index, document) = find(store, target)?;
    Ok(match document {
        Some(document) => Reply::text(found(index, document, source)),
        None => Reply::value(404, missing(index, &target.id)),
    })
}

/// `{"_index":...,"_id":...,"found":false}`
pub(crate) fn missing(index: &str, id: &str) -> Object {
    identified(index, id).with("found", false)
}

/// `_index` and `_id`.
pub(crate) fn identified(index: &str, id: &str) -> Object {
    Object::new().with("_index", index.to_owned()).with("_id", id.to_owned())
}

/// The index and the document that are meant.
pub(crate) fn find<'s>(
    store: &'s Store,
    target: &Target,
) -> Result<(&'s str, Option<&'s Document>), ApiError> {
    guard(target.operation, &target.index)?;
    let name = store.single(&target.index)?;
    let index = store.index(&name)?;
    Ok((&index.name, index.get(&target.id)))
}

/// `get_source`, `exists_source`: the document as it is stored, nothing beside it.
pub(crate) fn get_source(
    store: &Store,
    target: &Target,
    source: &Source,
) -> Result<Reply, ApiError> {
    let (index, document) = find(store, target)?;
    let text = document.and_then(|document| source.text(document));
    text.map(Reply::whole).ok_or_else(|| {
        let Target { id, .. } = target;
        ApiError::not_found(format!("Document not found [{index}]/[{id}]"))
    })
}

/// `{"_index":...,"found":true,"_source":...}`: the kept text of the document with the rest in front.
pub(crate) fn found(index: &str, document: &Document, source: &Source) -> Bytes {
    let head = identity(index, &document.id, document.version)
        .with("_seq_no", number(document.seq_no))
        .with("_primary_term", number(PRIMARY_TERM))
        .with("found", true);
    let mut text = Vec::with_capacity(document.serialised().len() + 256);
    write_json(&Json::Object(head), Layout::Compact, &mut text);
    if let Some(shown) = source.text(document) {
        text.pop();
        text.extend_from_slice(b",\"_source\":");
        text.extend_from_slice(&shown);
        text.push(b'}');
    }
    Bytes::from(text)
}

/// `_index`, `_id` and `_version`.
fn identity(index: &str, id: &str, version: u64) -> Object {
    identified(index, id).with("_version", number(version))
}

fn number(count: u64) -> Json {
    Json::from(i64::try_from(count).unwrap_or(i64::MAX))
}
