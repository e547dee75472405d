//! Judges what arrived on the wire against the call that the client was given.

use std::{borrow::Cow, collections::BTreeMap, fmt::Write as _};

use api_types::{
    endpoint::{Body, Endpoint},
    json::{Json, Object},
};
use percent_encoding::percent_decode_str;

use super::{
    compare::{Difference, Kind, differences},
    finding::{ClientFault, Finding},
};
use crate::{driver::Call, traffic::has_bare_bytes, wire::Recorded};

/// What is wrong with the request.
pub(super) fn judge(call: &Call, exchange: &Recorded) -> Vec<Finding> {
    let mut found = Vec::new();
    let (method, target) = exchange.line();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some(row) = row_of(call) else { return found };
    if method != row.method.as_str() {
        found.push(Finding::new(ClientFault::WrongMethod, "method", row.method.as_str(), method));
    }
    found.extend(judge_path(row, call, path));
    found.extend(judge_query(&call.query, query));
    found.extend(judge_body(row, call, exchange));
    found.extend(judge_media_types(exchange));
    found
}

/// The row of the table that the call is to use: that with these path parameters.
pub(super) fn row_of(call: &Call) -> Option<&'static Endpoint> {
    let given: Vec<&str> = call.path.iter().map(|(name, _)| name.as_str()).collect();
    let rows = call.operation.endpoints();
    rows.min_by_key(|row| usize::from(!row.path_params().eq(given.iter().copied())))
}

fn judge_path(row: &Endpoint, call: &Call, path: &str) -> Option<Finding> {
    let value = |segment: &'static str| -> Cow<'static, str> {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let given = name.and_then(|name| call.path.iter().find(|(given, _)| given == name));
        given.map_or(Cow::Borrowed(segment), |(_, value)| Cow::Owned(value.clone()))
    };
    let wanted: Vec<Cow<'static, str>> = row.path.split('/').map(value).collect();
    let decoded: Option<Vec<Cow<'_, str>>> =
        path.split('/').map(|segment| percent_decode_str(segment).decode_utf8().ok()).collect();
    if decoded.as_ref().is_some_and(|decoded| *decoded == wanted) && !has_bare_bytes(path) {
        return None;
    }
    let encoded: Vec<String> = wanted.iter().map(|segment| encoded(segment)).collect();
    let whole = percent_decode_str(path).decode_utf8_lossy();
    let twice = percent_decode_str(&whole).decode_utf8_lossy();
    let spaced = path.replace('+', " ");
    let spaced = percent_decode_str(&spaced).decode_utf8_lossy();
    let plain = wanted.join("/");
    // The right ids are there, but not encoded, half encoded, encoded twice or as in a form.
    let fault = if path == plain || [&whole, &twice, &spaced].iter().any(|text| ***text == plain) {
        ClientFault::PathEncoding
    } else {
        ClientFault::WrongPath
    };
    Some(Finding::new(fault, "path", encoded.join("/"), path))
}

/// The text as a segment of a path: everything percent-encoded that need not stand as it is.
pub(crate) fn encoded(segment: &str) -> String {
    let mut text = String::new();
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn judge_query(wanted: &Object, query: &str) -> Vec<Finding> {
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        given.insert(decode(name), decode(value));
    }
    let mut found = Vec::new();
    for (name, value) in wanted.iter() {
        let wanted = query_text(value);
        let actual = given.remove(name);
        let is_same = match (value, actual.as_deref()) {
            // A parameter without value means true.
            (Json::Bool(true), Some("")) => true,
            (_, actual) => actual == Some(&wanted),
        };
        if !is_same {
            let actual = actual.unwrap_or_else(|| "nothing".to_owned());
            let place = format!("query {name}");
            found.push(Finding::new(ClientFault::WrongQuery, place, wanted, actual));
        }
    }
    for (name, value) in given {
        let place = format!("query {name}");
        found.push(Finding::new(ClientFault::WrongQuery, place, "nothing", value));
    }
    found
}

fn query_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone().into_owned(),
        Json::Array(elements) => elements.iter().map(query_text).collect::<Vec<_>>().join(","),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => value.to_compact(),
    }
}

fn judge_body(row: &Endpoint, call: &Call, exchange: &Recorded) -> Vec<Finding> {
    // The server unpacks bodies (contract RL-9-1).
    let bytes = exchange.request.plain_body();
    let shown = || String::from_utf8_lossy(&bytes).into_owned();
    let one = |fault, expected: String| vec![Finding::new(fault, "body", expected, shown())];
    match &call.body {
        None => {
            // An empty object is the same as no body where a body is optional.
            let is_nothing = bytes.is_empty()
                || (matches!(row.body, Body::Optional(_)) && bytes.trim_ascii() == b"{}");
            if is_nothing { Vec::new() } else { one(ClientFault::BodyAdded, "no body".to_owned()) }
        }
        Some(wanted) if bytes.is_empty() => {
            let is_nothing = matches!(row.body, Body::Optional(_)) && wanted.to_compact() == "{}";
            if is_nothing { Vec::new() } else { one(ClientFault::BodyDropped, wanted.to_compact()) }
        }
        Some(wanted) => match Json::parse(&bytes) {
            Err(_) => one(ClientFault::BodyNotJson, wanted.to_compact()),
            Ok(actual) => differences(wanted, &actual).iter().map(in_body).collect(),
        },
    }
}

fn in_body(difference: &Difference) -> Finding {
    let fault = match difference.kind {
        Kind::NullGone => ClientFault::NullLost,
        Kind::Rounded => ClientFault::NumberRounded,
        Kind::Gone | Kind::Added | Kind::Other => ClientFault::BodyDiffers,
    };
    let place = format!("body {}", difference.pointer);
    Finding::new(fault, place.trim_end(), &difference.expected, &difference.actual)
}

const JSON_TYPES: [&str; 2] = ["application/json", "application/vnd.elasticsearch+json"];

fn judge_media_types(exchange: &Recorded) -> Vec<Finding> {
    let head = &exchange.request.head;
    let mut found = Vec::new();
    let mut wrong = |header: &str, actual: &str| {
        let place = format!("header {header}");
        found.push(Finding::new(ClientFault::MediaType, place, JSON_TYPES.join(" or "), actual));
    };
    if !exchange.request.body.is_empty() {
        match head.header("content-type") {
            Some(value) if is_json(value) => {}
            other => wrong("content-type", other.unwrap_or("nothing")),
        }
    }
    if let Some(accept) = head.header("accept")
        && !accept.split(',').any(|one| is_json(one) || type_of(one) == "*/*")
    {
        wrong("accept", accept);
    }
    found
}

fn type_of(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

fn is_json(value: &str) -> bool {
    JSON_TYPES.iter().any(|known| type_of(value).eq_ignore_ascii_case(known))
}
