//! What every answer must be, whatever was asked.

use api_types::{
    endpoint::ENDPOINTS,
    json::{Json, Object},
};

use crate::{
    client::Answer,
    request::{Format, Request, Route},
};

/// The exceptions behind the 500s that the contract derives (CN-5.2-4, CN-5.4-1, CN-5.5-6, SC-3-10).
const DERIVED: [&str; 3] =
    ["null_pointer_exception", "illegal_state_exception", "index_out_of_bounds_exception"];

/// Exceptions that may have no reason; the last two are what an id of a scroll ends in (contract
/// DO-7.5-5).
const WITHOUT_REASON: [&str; 3] =
    ["null_pointer_exception", "e_o_f_exception", "buffer_underflow_exception"];

/// Says what is wrong with an answer.
pub(crate) fn judge(request: &Request, answer: &Answer) -> Result<(), String> {
    check_status(request, answer.status)?;
    check_headers(request, answer)?;
    let is_options = request.method == "OPTIONS" && answer.status == 200;
    let is_empty = request.method == "HEAD" || is_options;
    if is_empty {
        return if answer.body.is_empty() { Ok(()) } else { Err("a body".to_owned()) };
    }
    let body = parse(answer)?;
    // What is missing is an answer in several operations on documents and indices, which obeys
    // filter_path (DO-4.2-3, DO-4.4-1, DO-6.5-3, DO-9-2).
    let is_missing = answer.status == 404
        && body.get("error").is_none_or(|error| error.as_str().is_some_and(is_missing_alias));
    // So is that a license cannot be had (DO-8-6, DO-8-7), and that a wait is in vain (DO-8-5).
    let is_told = matches!(answer.status, 403 | 408) && body.get("error").is_none();
    if answer.status < 400 || is_missing || is_told {
        return object(&body).map(drop);
    }
    check_envelope(&body, answer.status)
}

fn check_status(request: &Request, status: u16) -> Result<(), String> {
    // A parameter, a body or a media type that is wrong is refused on every route.
    let allowed = match request.route {
        Route::Row(row) => row.statuses.contains(&status) || [400, 406].contains(&status),
        Route::Any => {
            let somewhere = ENDPOINTS.iter().any(|row| row.statuses.contains(&status));
            somewhere || [400, 405, 406].contains(&status)
        }
    };
    if allowed { Ok(()) } else { Err(format!("status {status}")) }
}

fn check_headers(request: &Request, answer: &Answer) -> Result<(), String> {
    if answer.header("x-elastic-product") != Some("Elasticsearch") {
        return Err("no x-elastic-product".to_owned());
    }
    check_warnings(request, answer)?;
    for name in ["transfer-encoding", "location", "date"] {
        // A new document says where it is (DO-4.3-4).
        let may_be_there = name == "location" && answer.status == 201;
        if let Some(value) = answer.header(name).filter(|_| !may_be_there) {
            return Err(format!("{name}: {value}"));
        }
    }
    let allow = answer.header("allow").is_some();
    let may_allow = answer.status == 405 || request.method == "OPTIONS";
    if allow && !may_allow {
        return Err("allow with another status than 405".to_owned());
    }
    let sent = request.headers.iter().find(|(name, _)| *name == "x-opaque-id");
    let sent =
        sent.map(|(_, value)| value.iter().map(|byte| char::from(*byte)).collect::<String>());
    if sent.as_deref().map(str::trim_ascii) != answer.header("x-opaque-id").map(str::trim_ascii) {
        return Err("x-opaque-id is not echoed".to_owned());
    }
    let actual = format_of(answer);
    match request.format {
        Some(expected) if actual != Some(expected) && request.method != "OPTIONS" => {
            Err(format!("content-type {:?}", answer.header("content-type")))
        }
        _ => Ok(()),
    }
}

/// Warnings are those of RL-8-4, each given once, and none is on the Connector APIs.
fn check_warnings(request: &Request, answer: &Answer) -> Result<(), String> {
    let values: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "warning")
        .map(|(_, value)| value.as_str())
        .collect();
    for (number, value) in values.iter().enumerate() {
        let text = value
            .strip_prefix("299 Elasticsearch-")
            .and_then(|rest| rest.split_once(" \"")?.1.strip_suffix('"'));
        let is_quoted = |text: &str| {
            let unescaped = text.replace(r"\\", "").replace(r#"\""#, "");
            !unescaped.contains(['"', '\\'])
        };
        let is_first = !values[..number].contains(value);
        let may_be_there = !request.path.starts_with("/_connector");
        if !(text.is_some_and(is_quoted) && is_first && may_be_there) {
            return Err(format!("warning: {value}"));
        }
    }
    Ok(())
}

fn format_of(answer: &Answer) -> Option<Format> {
    let essence = answer.header("content-type")?.split(';').next()?;
    let vendor = essence.strip_prefix("application/vnd.elasticsearch+");
    match vendor.or_else(|| essence.strip_prefix("application/"))? {
        "json" => Some(Format::Json),
        "yaml" => Some(Format::Yaml),
        "cbor" => Some(Format::Cbor),
        "smile" => Some(Format::Smile),
        _ => None,
    }
}

fn parse(answer: &Answer) -> Result<Json, String> {
    let format = format_of(answer).ok_or("no format that could be read")?;
    let body = answer.body.as_slice();
    match format {
        Format::Json => Json::parse(body).map_err(|error| error.to_string()),
        Format::Yaml => serde_saphyr::from_slice(body).map_err(|error| error.to_string()),
        Format::Cbor => ciborium::de::from_reader_with_recursion_limit(body, 4096)
            .map_err(|error| error.to_string()),
        Format::Smile => serde_smile::from_slice(body).map_err(|error| error.to_string()),
    }
}

fn is_missing_alias(text: &str) -> bool {
    text.starts_with("alias") && text.ends_with("missing")
}

/// The whole envelope, the simple form, or the form of no handler (contract RL-2).
fn check_envelope(body: &Json, status: u16) -> Result<(), String> {
    let members: Vec<&str> = object(body)?.iter().map(|(name, _)| name).collect();
    let error = body.get("error").ok_or("no error")?;
    if let Some(text) = error.as_str() {
        if text.starts_with("no handler found for uri [") && members == ["error"] {
            return if status == 400 { Ok(()) } else { Err("no handler, but no 400".to_owned()) };
        }
        check_members(&members, &["error", "status"])?;
        return check_number(body, status);
    }
    check_members(&members, &["error", "status"])?;
    check_number(body, status)?;
    let kind = check_exception(error)?;
    let causes = error.get("root_cause").and_then(Json::as_array).ok_or("no root_cause")?;
    let [root] = causes else { return Err("not one root cause".to_owned()) };
    check_exception(root)?;
    if root.get("caused_by").is_some() {
        return Err("a root cause with a cause".to_owned());
    }
    let names: Vec<&str> = object(error)?.iter().map(|(name, _)| name).take(3).collect();
    check_members(&names, &["root_cause", "type", "reason"])?;
    let mut cause = error.get("caused_by");
    while let Some(exception) = cause {
        check_exception(exception)?;
        cause = exception.get("caused_by");
    }
    if status >= 500 && !DERIVED.contains(&kind) {
        return Err(format!("{status} of {kind}"));
    }
    Ok(())
}

fn object(value: &Json) -> Result<&Object, String> {
    match value {
        Json::Object(object) => Ok(object),
        other => Err(format!("no object but {other}")),
    }
}

fn check_members(actual: &[&str], expected: &[&str]) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("members {actual:?}")) }
}

fn check_number(body: &Json, status: u16) -> Result<(), String> {
    let said = body.get("status").map(Json::to_compact);
    if said == Some(status.to_string()) { Ok(()) } else { Err(format!("status member {said:?}")) }
}

/// The type of an exception that is whole.
fn check_exception(exception: &Json) -> Result<&str, String> {
    let kind = exception.get("type").and_then(Json::as_str).ok_or("an exception without type")?;
    if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return Err(format!("the type {kind:?}"));
    }
    let reason = exception.get("reason").ok_or("an exception without reason")?;
    // Only Java's own exceptions come without a message.
    let may_be_null = WITHOUT_REASON.contains(&kind);
    match reason {
        Json::String(_) => Ok(kind),
        Json::Null if may_be_null => Ok(kind),
        other => Err(format!("the reason {other} of {kind}")),
    }
}
