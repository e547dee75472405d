//! Paths and operations, a row of the endpoint table each.

use super::{
    array, errors, examples, links, parameters, reference,
    schemas::{Schemas, Side},
};
use crate::{
    answers::answer,
    endpoint::{Availability, Body, Endpoint, Family},
    json::{Json, Object},
    version::Version,
};

/// What operations are about, with the beginning of their paths; a later one wins.
const TAGS: [(&str, &str, &str); 3] = [
    ("connector", "/_connector", "Connectors: what is synced, how and when"),
    ("sync_job", "/_connector/_sync_job", "Sync jobs: each is one run of a connector"),
    ("secret", "/_connector/_secret", "Secrets of connectors; not in the published reference"),
];

pub(super) fn tags() -> Json {
    array(TAGS.map(|(name, _, text)| Object::new().with("name", name).with("description", text)))
}

fn tag(row: &'static Endpoint) -> &'static str {
    let own = TAGS.iter().rfind(|(_, beginning, _)| row.path.starts_with(beginning));
    own.map_or("", |(name, ..)| name)
}

/// Every path of the Connector APIs that the version has, with its operations, in the order of the table.
pub(super) fn paths(version: Version, schemas: &mut Schemas) -> Object {
    let rows = || Endpoint::of(Family::Connectors).filter(|row| row.since <= version);
    let mut paths = Object::new();
    for path in rows().map(|row| row.path) {
        if !paths.contains(path) {
            let operations = rows().filter(|row| row.path == path).map(|row| {
                let method = row.method.as_str().to_ascii_lowercase();
                (method, Json::from(operation(row, version, schemas)))
            });
            paths.insert(path, operations.collect::<Object>());
        }
    }
    paths
}

/// The name of a row. A second row of an operation is the one whose id the server makes.
pub(super) fn operation_id(row: &'static Endpoint) -> String {
    let name = row.operation.name();
    let is_first = row.operation.endpoints().next().is_some_and(|first| first.path == row.path);
    if is_first { name.to_owned() } else { format!("{name}_without_id") }
}

fn operation(row: &'static Endpoint, version: Version, schemas: &mut Schemas) -> Object {
    let mut operation = Object::new()
        .with("operationId", operation_id(row))
        .with("summary", row.operation.summary())
        .with("tags", vec![Json::from(tag(row))])
        .with("x-since", row.since.to_string())
        .with("x-stability", row.stability.name())
        .with("x-visibility", row.visibility.name())
        .with("x-availability", availability(row.availability))
        .with("parameters", parameters::of(row, version));
    operation.insert_some("requestBody", body(row, schemas));
    operation.with("responses", responses(row, version, schemas))
}

const fn availability(availability: Availability) -> &'static str {
    match availability {
        Availability::StackAndServerless => "stack and serverless",
        Availability::StackOnly => "stack",
    }
}

fn body(row: &'static Endpoint, schemas: &mut Schemas) -> Option<Object> {
    let (schema, required) = match row.body {
        // The description is of connectors, none of which has such a body.
        Body::None | Body::AnyOptional | Body::AnyRequired | Body::Lines => return None,
        Body::Optional(schema) => (schema, false),
        Body::Required(schema) => (schema, true),
    };
    let mut media = Object::new().with("schema", schemas.reference(schema, Side::Request));
    let examples = examples::requests(row);
    if !examples.is_empty() {
        media.insert("examples", examples);
    }
    let content = Object::new().with("application/json", media);
    Some(Object::new().with("required", required).with("content", content))
}

fn responses(row: &'static Endpoint, version: Version, schemas: &mut Schemas) -> Object {
    let mut responses = Object::new();
    for status in row.statuses.iter().filter(|status| **status < 300) {
        let success = success(row, *status, version, schemas);
        responses.insert(status.to_string(), success);
    }
    let failures = errors::of(row, version).map(|(status, failure)| (status.to_string(), failure));
    for (status, failure) in failures {
        responses.insert(status, failure);
    }
    responses
}

fn success(row: &'static Endpoint, status: u16, version: Version, schemas: &mut Schemas) -> Object {
    let description = if status == 201 { "It was created" } else { "It was done" };
    let schema = schemas.reference(answer(row.operation, version), Side::Answer);
    let mut media = Object::new().with("schema", schema);
    let examples = examples::answers(row, status);
    if !examples.is_empty() {
        media.insert("examples", examples);
    }
    let product = reference("headers", errors::PRODUCT);
    let mut response = Object::new()
        .with("description", description)
        .with("headers", Object::new().with(errors::PRODUCT, product))
        .with("content", Object::new().with("application/json", media));
    let links = links::of(row, version);
    if !links.is_empty() {
        response.insert("links", links);
    }
    response
}
