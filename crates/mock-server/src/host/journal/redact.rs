//! What is not shown: the values of secrets and API keys, and the sensitive values of a
//! configuration. Which these are is known of each operation; nothing is guessed from names.
//!
//! Headers are redacted before they are kept, bodies when they are shown.

use api_types::{
    endpoint::Operation,
    json::{Json, Object},
};

use super::{entry::REDACTED, exchange::Exchange};
use crate::store::{Change, SECRETS};

/// Where the operations have secrets in their bodies.
enum Secrets {
    /// `value` is one.
    Value,
    /// `api_key` and `encoded` of the answer are.
    ApiKey,
    /// Members of a configuration that say so are.
    Configuration,
}

const fn of(operation: Operation) -> Secrets {
    match operation {
        Operation::SecretPost
        | Operation::SecretPut
        | Operation::SecretGet
        | Operation::SecretDelete => Secrets::Value,
        _ => Secrets::Configuration,
    }
}

fn secrets(exchange: &Exchange<'_>) -> Secrets {
    match (exchange.endpoint(), exchange.operation()) {
        (Some(row), _) => of(row.operation),
        (None, Some("security.create_api_key")) => Secrets::ApiKey,
        (None, _) => Secrets::Configuration,
    }
}

/// The body of the request without its secrets; `None` if it has to be left out as a whole.
pub(super) fn request(exchange: &Exchange<'_>, body: Option<Json>) -> Option<Json> {
    match (secrets(exchange), body) {
        // A name that is mistyped does not make a value less secret.
        (Secrets::Value, Some(Json::Object(body))) => {
            let names = body.into_iter().map(|(name, _)| (name, Json::from(REDACTED)));
            Some(Json::Object(names.collect()))
        }
        // What cannot be read may be a secret as a whole.
        (Secrets::Value, _) => None,
        (Secrets::ApiKey, body) => body,
        (Secrets::Configuration, body) => {
            let body = body.map(configuration);
            match exchange.endpoint() {
                Some(row) if row.operation == Operation::UpdateConfiguration => {
                    let names = sensitive_names(exchange);
                    body.map(|body| values(body, names.as_deref()))
                }
                Some(_) | None => body,
            }
        }
    }
}

/// The answer without its secrets; `None` if it has to be left out as a whole.
pub(super) fn answer(exchange: &Exchange<'_>, body: Option<Json>) -> Option<Json> {
    match (secrets(exchange), body) {
        // Its message may have the whole body of the request in it (contract SC-3-12).
        (Secrets::Value, Some(body)) if exchange.entry.status >= 400 => Some(reasons(body)),
        (Secrets::Value, Some(Json::Object(body))) => Some(Json::Object(without(body, &["value"]))),
        (Secrets::ApiKey, Some(Json::Object(body))) => {
            Some(Json::Object(without(body, &["api_key", "encoded"])))
        }
        (Secrets::Value | Secrets::ApiKey, _) => None,
        (Secrets::Configuration, body) => body.map(configuration),
    }
}

/// Whether a body that is no JSON may be shown.
pub(super) fn is_text_shown(exchange: &Exchange<'_>) -> bool {
    matches!(secrets(exchange), Secrets::Configuration)
}

/// A version of a document without its secrets.
pub(super) fn document(change: &Change, text: &[u8]) -> Option<Json> {
    let document = Json::parse(text).ok()?;
    match document {
        Json::Object(object) if change.index == SECRETS.index => {
            Some(Json::Object(without(object, &["value"])))
        }
        document => Some(configuration(document)),
    }
}

fn without(mut object: Object, names: &[&'static str]) -> Object {
    for name in names {
        if object.contains(name) {
            object.insert(*name, REDACTED);
        }
    }
    object
}

fn reasons(value: Json) -> Json {
    match value {
        Json::Object(object) => object
            .into_iter()
            .map(|(name, value)| match (&*name, value) {
                ("reason", Json::String(_)) => (name, Json::from(REDACTED)),
                (_, value) => (name, reasons(value)),
            })
            .collect::<Object>()
            .into(),
        Json::Array(elements) => elements.into_iter().map(reasons).collect(),
        value => value,
    }
}

/// The names of the sensitive members of a configuration that the request wrote; `None` if it wrote
/// none, and nobody can tell.
fn sensitive_names(exchange: &Exchange<'_>) -> Option<Vec<String>> {
    if exchange.entry.changes.is_empty() {
        return None;
    }
    let after = |change: &Change| Json::parse(change.after.as_ref()?).ok();
    let documents = exchange.entry.changes.iter().filter_map(after);
    let names = documents.flat_map(|document| {
        let members = document.get("configuration").and_then(Json::as_object);
        let sensitive = members
            .into_iter()
            .flat_map(Object::iter)
            .filter(|(_, member)| member.get("sensitive").and_then(Json::as_bool) == Some(true));
        sensitive.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
    });
    Some(names.collect())
}

/// `{"values": {…}}` with the values of these names replaced, or all of them.
fn values(body: Json, names: Option<&[String]>) -> Json {
    let Json::Object(mut body) = body else { return body };
    if let Some(Json::Object(values)) = body.get("values").cloned() {
        let is_secret = |name: &str| names.is_none_or(|names| names.iter().any(|it| it == name));
        let values = values.into_iter().map(|(name, value)| {
            let value = if is_secret(&name) { Json::from(REDACTED) } else { value };
            (name, value)
        });
        body.insert("values", values.collect::<Object>());
    }
    Json::Object(body)
}

/// The value with the sensitive values of every `configuration` in it replaced.
fn configuration(value: Json) -> Json {
    match value {
        Json::Object(object) => object
            .into_iter()
            .map(|(name, value)| match (&*name, value) {
                ("configuration", Json::Object(members)) => {
                    (name, Json::Object(members.into_iter().map(member).collect()))
                }
                (_, value) => (name, configuration(value)),
            })
            .collect::<Object>()
            .into(),
        Json::Array(elements) => elements.into_iter().map(configuration).collect(),
        value => value,
    }
}

fn member<N>((name, value): (N, Json)) -> (N, Json) {
    let is_sensitive = value.get("sensitive").and_then(Json::as_bool) == Some(true);
    match value {
        Json::Object(mut object) if is_sensitive => {
            for secret in ["value", "default_value"] {
                if object.get(secret).is_some_and(|value| !value.is_null()) {
                    object.insert(secret, REDACTED);
                }
            }
            (name, Json::Object(object))
        }
        value => (name, value),
    }
}
