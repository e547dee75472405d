//! Answers made of stored documents: their kept text with the id put in front.

use api_types::json::{Json, Layout, write};
use bytes::Bytes;

use crate::store::{Document, Hits};

/// `{"id":"...",` and the rest of the source.
pub(super) fn document(document: &Document) -> Bytes {
    let mut text = Vec::with_capacity(document.serialised().len() + document.id.len() + 16);
    append(document, &mut text);
    Bytes::from(text)
}

/// `{"count":N,"results":[...]}`
pub(super) fn list(hits: &Hits<'_>) -> Bytes {
    let mut text = format!("{{\"count\":{},\"results\":[", hits.total).into_bytes();
    for (index, hit) in hits.page.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        append(hit, &mut text);
    }
    text.extend_from_slice(b"]}");
    Bytes::from(text)
}

/// The list of an index that is not there.
pub(super) fn empty_list() -> Bytes {
    Bytes::from_static(br#"{"count":0,"results":[]}"#)
}

fn append(document: &Document, text: &mut Vec<u8>) {
    text.extend_from_slice(b"{\"id\":");
    write(&Json::from(document.id.clone()), Layout::Compact, text);
    let source = document.serialised();
    if source.len() > b"{}".len() {
        text.push(b',');
    }
    text.extend_from_slice(source.get(1..).unwrap_or_default());
}
