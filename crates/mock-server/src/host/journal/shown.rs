//! An exchange as JSON.

use std::str;

use api_types::{
    Version,
    json::{Json, Object},
};

use super::{Sender, entry::REDACTED, exchange::Exchange, nearest::nearest, redact};
use crate::{host::control::count, security::base64, store::Change};

/// Longer bodies are left out of a listing.
const LISTED: usize = 2048;

/// How much of an exchange is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// One among others: without headers and long bodies.
    Listed,
    /// Everything that was kept.
    Whole,
}

/// Whether it is said which space an exchange is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Known,
    Named,
}

pub(super) fn number(value: u64) -> Json {
    Json::from(i64::try_from(value).unwrap_or(i64::MAX))
}

/// The exchange as JSON, without secrets.
pub(super) fn shown(exchange: &Exchange<'_>, view: View, space: Space, version: Version) -> Object {
    let entry = exchange.entry;
    let mut object = Object::new().with("number", number(entry.number));
    if space == Space::Named {
        object.insert("space", entry.space.to_string());
        object.insert("order", number(entry.order));
    }
    object.insert("at", entry.at.to_string());
    if entry.by != Sender::Client {
        object.insert("by", entry.by.name());
    }
    object.insert("operation", exchange.operation().map_or(Json::Null, Json::from));
    if !exchange.ids().is_empty() {
        let ids = exchange.ids().iter().map(|(name, id)| (*name, Json::from(id.clone())));
        object.insert("ids", ids.collect::<Object>());
    }
    object.insert("request", request(exchange, view));
    object.insert("response", response(exchange, view));
    if !entry.changes.is_empty() {
        let documents = entry.changes.iter().map(|change| Json::Object(document(change, view)));
        object.insert("documents", documents.collect::<Json>());
    }
    if let Some(advice) = entry.advice.get().filter(|advice| !advice.is_empty()) {
        let advice = advice.iter().map(|(kind, what)| {
            Json::Object(Object::new().with("rule", kind.id()).with("text", kind.text(what)))
        });
        object.insert("advice", advice.collect::<Json>());
    }
    if exchange.is_unmatched() {
        object.insert_some("nearest", nearest(entry.method(), exchange.path(), version));
    }
    object
}

fn request(exchange: &Exchange<'_>, view: View) -> Object {
    let entry = exchange.entry;
    let mut object = Object::new()
        .with("method", entry.method().to_owned())
        .with("target", entry.target().to_owned());
    if view == View::Whole {
        object.insert("headers", headers(entry.request_headers()));
    }
    let body = Body {
        json: || redact::request(exchange, exchange.request_json()),
        text: entry.request_body(),
        length: entry.request_length,
        is_text_shown: redact::is_text_shown(exchange),
    };
    body.write(&mut object, view);
    object
}

fn response(exchange: &Exchange<'_>, view: View) -> Object {
    let entry = exchange.entry;
    let named: Vec<(String, String)> = entry.answer_headers().collect();
    let unpacked = exchange.answer_body(&named);
    let text = unpacked.as_deref().unwrap_or_else(|| entry.answer_body());
    let mut object = Object::new().with("status", i64::from(entry.status));
    if view == View::Whole {
        object.insert("headers", headers(named.iter().cloned()));
    }
    let body = Body {
        json: || redact::answer(exchange, exchange.answer_json()),
        text,
        length: unpacked.as_ref().map_or(entry.answer_length, |text| text.len()),
        is_text_shown: redact::is_text_shown(exchange),
    };
    body.write(&mut object, view);
    object
}

/// A body that is to be shown.
struct Body<'b, J> {
    /// The body as JSON without secrets.
    json: J,
    text: &'b [u8],
    /// How long it was, which may be more than is there.
    length: usize,
    is_text_shown: bool,
}

impl<J: FnOnce() -> Option<Json>> Body<'_, J> {
    fn write(self, object: &mut Object, view: View) {
        if self.length == 0 {
            return;
        }
        if view == View::Listed && self.length > LISTED {
            object.insert("body_bytes", count(self.length));
            return;
        }
        let is_whole = self.text.len() == self.length;
        match (self.json)().filter(|_| is_whole) {
            Some(json) => object.insert("body", json),
            None if !self.is_text_shown => object.insert("body_text", REDACTED),
            None => match text(self.text) {
                Some(text) => object.insert("body_text", text.to_owned()),
                None => object.insert("body_base64", base64::encode(self.text)),
            },
        }
        if !is_whole {
            object.insert("body_bytes", count(self.length));
            object.insert("body_cut", true);
        }
    }
}

/// The text, if the bytes are one; a character that was cut at the end is left out.
fn text(bytes: &[u8]) -> Option<&str> {
    match str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(bytes.get(..error.valid_up_to())?).ok()
        }
        Err(_) => None,
    }
}

/// Several headers of one name become one, with commas.
fn headers(headers: impl Iterator<Item = (String, String)>) -> Object {
    let mut object = Object::new();
    for (name, value) in headers {
        let value = match object.get(&name).and_then(Json::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value,
        };
        object.insert(name, value);
    }
    object
}

fn document(change: &Change, view: View) -> Object {
    let Change { index, id, written, version, seq_no, before, after } = change;
    let mut object = Object::new()
        .with("index", index.clone())
        .with("id", id.clone())
        .with("result", written.name())
        .with("_version", number(*version))
        .with("_seq_no", number(*seq_no));
    for (name, text) in [("before", before), ("after", after)] {
        let is_shown = |text: &&bytes::Bytes| view == View::Whole || text.len() <= LISTED;
        if let Some(text) = text.as_ref().filter(is_shown) {
            object.insert_some(name, redact::document(change, text));
        }
    }
    object
}
