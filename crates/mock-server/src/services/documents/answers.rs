//! What writes of documents answer (contract DO-4.1-3, DO-4.3-3).

use std::fmt::Write as _;

use api_types::json::{Json, Object};

use super::{identity, number};
use crate::{
    reply::Reply,
    store::{Index, PRIMARY_TERM},
};

/// Whether an answer says that the index was refreshed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Refresh {
    Forced,
    #[default]
    NotForced,
}

/// A write that was carried out.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) index: String,
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) seq_no: u64,
    /// `created`, `updated`, `deleted`, `noop`, `not_found`
    pub(crate) result: &'static str,
    /// The shard of the index and its copies, there or not.
    pub(crate) copies: i64,
    /// The document, where the answer is to hold it.
    pub(crate) shown: Option<Json>,
}

impl Written {
    pub(crate) fn status(&self) -> u16 {
        match self.result {
            "created" => 201,
            "not_found" => 404,
            _ => 200,
        }
    }
}

/// The shard of an index and its replicas (contract DO-4.1-4).
pub(crate) fn copies(index: &Index) -> i64 {
    if index.settings.text("auto_expand_replicas").is_some_and(|range| range.starts_with("0-")) {
        return 1;
    }
    let replicas = index.settings.text("number_of_replicas").and_then(|text| text.parse().ok());
    1 + replicas.unwrap_or(1_i64)
}

/// The body of an answer.
pub(crate) fn shown(written: &Written, refresh: Refresh) -> Object {
    let Written { index, id, version, seq_no, result, copies, shown } = written;
    let is_noop = *result == "noop";
    let mut answer = identity(index, id, *version).with("result", *result);
    if refresh == Refresh::Forced && !is_noop {
        answer.insert("forced_refresh", true);
    }
    // A noop asks no shard.
    let (total, successful) = if is_noop { (0, 0) } else { (*copies, 1) };
    let shards =
        Object::new().with("total", total).with("successful", successful).with("failed", 0);
    answer.insert("_shards", shards);
    let place =
        Object::new().with("_seq_no", number(*seq_no)).with("_primary_term", number(PRIMARY_TERM));
    for (name, value) in place.clone() {
        answer.insert(name, value);
    }
    if let Some(document) = shown {
        let get = place.with("found", true).with("_source", document.clone());
        answer.insert("get", get);
    }
    answer
}

/// The answer; that to a new document says where it is.
pub(crate) fn reply(written: &Written, refresh: Refresh) -> Reply {
    let reply = Reply::value(written.status(), shown(written, refresh));
    if written.status() != 201 {
        return reply;
    }
    reply.at(format!("/{}/_doc/{}", encoded(&written.index), encoded(&written.id)))
}

/// Percent-encoding as Java does it for forms.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte {
            b' ' => encoded.push('+'),
            b'.' | b'-' | b'*' | b'_' => encoded.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            byte => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        encoded
    })
}
