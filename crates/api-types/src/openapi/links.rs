//! How an id leads from the operation that makes a thing to those about it.

use super::operations::operation_id;
use crate::{
    endpoint::{Endpoint, Family, Operation},
    json::{Json, Object},
    version::Version,
};

/// The parameter that holds the id of what the operation makes.
const fn made(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Post | Operation::Put => Some("connector_id"),
        Operation::SyncJobPost => Some("connector_sync_job_id"),
        Operation::SecretPost | Operation::SecretPut => Some("id"),
        _ => None,
    }
}

/// The links of a successful answer: to all operations about what it has made.
pub(super) fn of(row: &Endpoint, version: Version) -> Object {
    let Some(param) = made(row.operation) else { return Object::new() };
    let id = if row.path_params().any(|own| own == param) {
        format!("$request.path.{param}")
    } else {
        "$response.body#/id".to_owned()
    };
    let known = Endpoint::of(Family::Connectors).filter(|other| other.since <= version);
    let about = known.filter(|other| other.path_params().any(|own| own == param));
    let mut links: Object = about
        .filter(|other| other.operation != row.operation)
        .map(|other| {
            let link = Object::new()
                .with("operationId", operation_id(other))
                .with("parameters", Object::new().with(param, id.clone()));
            (operation_id(other), Json::from(link))
        })
        .collect();
    if matches!(row.operation, Operation::Post | Operation::Put) {
        let link = Object::new()
            .with("operationId", Operation::SyncJobPost.name())
            .with("requestBody", Object::new().with("id", id));
        links.insert(Operation::SyncJobPost.name(), link);
    }
    links
}
