//! The simplest that there is of everything, for the shrinker.

use api_types::{endpoint::Operation, json::Json};

use super::bodies::{number, object, text};
use crate::fuzz::{
    model,
    step::{Ref, Template},
};

/// The simplest bodies of an operation, the simplest first.
pub(super) fn simplest(operation: Operation, prefix: &str) -> Vec<Option<Json>> {
    let index = || Json::from(format!("{prefix}i0"));
    let body = |json: Json| Some(json);
    match operation {
        Operation::Put | Operation::Post => vec![
            None,
            body(object([("index_name", index())])),
            body(object([("index_name", index()), ("service_type", text("s3"))])),
            body(object([("is_native", Json::Bool(true))])),
        ],
        Operation::UpdateConfiguration => vec![body(object([("configuration", object([]))]))],
        Operation::UpdateError => {
            vec![body(object([("error", Json::Null)])), body(object([("error", text("e0"))]))]
        }
        Operation::SyncJobPost => vec![body(object([]))],
        Operation::SyncJobClaim => vec![body(object([("worker_hostname", text("w0"))]))],
        Operation::SyncJobError => vec![body(object([("error", text("e0"))]))],
        _ => Vec::new(),
    }
}

/// Steps that lead far at once.
pub(super) fn shortcuts(connector: &Ref, job: Option<&Ref>, prefix: &str) -> Vec<Template> {
    let on = |operation: Operation, id: &Ref, body: Option<Json>| Template {
        body,
        ..Template::of(operation, Some(id.clone()))
    };
    let full = object([
        ("index_name", Json::from(format!("{prefix}i0"))),
        ("service_type", text("s3")),
        ("name", text("n0")),
        ("description", text("d0")),
        ("language", text("en")),
    ]);
    let never = Ref::Named(format!("{prefix}never"));
    let mut all = vec![
        on(Operation::Put, connector, None),
        on(Operation::Put, connector, Some(full)),
        on(Operation::Put, connector, Some(object([("is_native", Json::Bool(true))]))),
        on(Operation::SyncJobCheckIn, &never, None),
        on(Operation::UpdateError, connector, Some(object([("error", Json::Null)]))),
        on(Operation::UpdateError, connector, Some(object([("error", text("e0"))]))),
        on(
            Operation::UpdateConfiguration,
            connector,
            Some(object([("configuration", object([]))])),
        ),
        on(Operation::UpdateFiltering, connector, Some(valid_draft())),
        // A new connector has this name already.
        on(Operation::UpdateName, connector, Some(object([("name", text(""))]))),
        on(Operation::Delete, connector, None),
    ];
    let post = Template {
        connector: Some(connector.clone()),
        ..Template::of(Operation::SyncJobPost, None)
    };
    all.push(Template { body: Some(object([])), ..post });
    if let Some(job) = job {
        let write = |status: &'static str| Template {
            index: Some(model::JOBS.to_owned()),
            ..on(Operation::DocumentUpdate, job, Some(model::status_document(status)))
        };
        all.push(on(Operation::SyncJobClaim, job, Some(object([("worker_hostname", text("w0"))]))));
        all.push(on(Operation::SyncJobCancel, job, None));
        all.extend(["in_progress", "error", "completed", "suspended"].map(write));
    }
    all
}

/// Filtering whose draft has a snippet of its own and is valid.
fn valid_draft() -> Json {
    let half = |value: Json| {
        object([
            ("advanced_snippet", object([("value", value)])),
            ("rules", Json::Array(Vec::new())),
            ("validation", object([("errors", Json::Array(Vec::new())), ("state", text("valid"))])),
        ])
    };
    let draft = half(object([("a", number(1))]));
    let element = object([("active", half(object([]))), ("draft", draft)]);
    object([("filtering", Json::Array(vec![element]))])
}
