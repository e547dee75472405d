//! The description of the API in the terms of OpenAPI 3.1, made from the endpoint table, the
//! schemas of bodies and those of answers.
//!
//! Nothing here is a copy of what those say. What they do not say is here: the statuses that any
//! request may get (contract RL-1, RL-2), how ids lead from one operation to the next, and the
//! examples of the documentation.

mod errors;
mod examples;
mod links;
mod operations;
mod parameters;
mod schemas;

use crate::{
    json::{Json, Object},
    version::Version,
};

/// The description of the API as a server of that version has it: its operations and their
/// parameters.
#[must_use]
pub fn document(version: Version) -> Json {
    let mut schemas = schemas::Schemas::default();
    let paths = operations::paths(version, &mut schemas);
    let components = Object::new()
        .with("schemas", errors::with_schemas(schemas.into_components()))
        .with("responses", errors::responses())
        .with("parameters", parameters::generic())
        .with("headers", errors::headers())
        .with("securitySchemes", security_schemes());
    Object::new()
        .with("openapi", "3.1.0")
        .with("info", info(version))
        .with("servers", array([Object::new().with("url", "/").with("description", SERVER)]))
        .with("security", security())
        .with("tags", operations::tags())
        .with("paths", paths)
        .with("components", components)
        .into()
}

const SERVER: &str = "The server that serves this document, or any other";

const DESCRIPTION: &str = "\
The connector, sync job and secret APIs of Elasticsearch: `/_connector`.

Members of answers and the texts of errors are those of the server itself. \
Where the server takes more than the one form that this document gives, it is not said here: \
numbers and booleans in bodies may be strings, a list of one element may be that element, \
the case of most enumerated values does not matter, dates may be written in more ways \
(`strict_date_optional_time||epoch_millis`), and bodies may be YAML, CBOR or SMILE. \
The schemas of answers are those of whole answers: `filter_path` leaves out what it is asked to, \
`format` changes the media type.

A method that a path does not have is answered with 405, a path that is not there with 400, \
both with the body `SimpleError`.";

fn info(version: Version) -> Object {
    let license = "MIT OR Apache-2.0";
    Object::new()
        .with("title", "Elasticsearch Connector APIs")
        .with("version", version.to_string())
        .with("description", DESCRIPTION)
        .with("license", Object::new().with("name", license).with("identifier", license))
}

/// Credentials are asked for where security is switched on (contract RL-13).
fn security() -> Json {
    let of = |name: &'static str| Object::new().with(name, Vec::new());
    array([Object::new(), of("apiKey"), of("basic"), of("bearer")])
}

fn security_schemes() -> Object {
    let http = |scheme: &'static str| Object::new().with("type", "http").with("scheme", scheme);
    Object::new()
        .with(
            "apiKey",
            Object::new()
                .with("type", "apiKey")
                .with("in", "header")
                .with("name", "Authorization")
                .with("description", "`ApiKey ` and the base64 text of `id:key`"),
        )
        .with("basic", http("basic"))
        .with("bearer", http("bearer"))
}

fn array(objects: impl IntoIterator<Item = Object>) -> Json {
    objects.into_iter().map(Json::from).collect()
}

fn strings(texts: &[&'static str]) -> Json {
    texts.iter().map(|text| Json::from(*text)).collect()
}

/// `{"$ref":"#/components/<kind>/<name>"}`
fn reference(kind: &str, name: &str) -> Object {
    Object::new().with("$ref", format!("#/components/{kind}/{name}"))
}

#[cfg(test)]
mod tests;
