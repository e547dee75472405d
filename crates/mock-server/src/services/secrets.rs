//! Secrets as documents (contract SC). Their values are never logged.

use api_types::{error::ErrorType, ids::SecretId, json::Object};

use super::id_too_long;
use crate::{
    call::Context,
    error::ApiError,
    reply::Reply,
    store::{Outcome, SECRETS, Store},
};

/// The index is asked for by its alias, which is what an error names.
const INDEX: &str = SECRETS.alias;

fn not_found(id: &SecretId) -> ApiError {
    ApiError::new(ErrorType::ResourceNotFound, format!("No secret with id [{id}]"))
}

/// `connector.secret_post`
pub(crate) fn post(context: &mut Context<'_>, value: String) -> Reply {
    let id = context.ids.document_id();
    context.store.put(INDEX, &id, Object::new().with("value", value), context.ids);
    Reply::value(200, Object::new().with("id", id))
}

/// `connector.secret_put`: a whole new document; never a noop.
pub(crate) fn put(
    context: &mut Context<'_>,
    id: &SecretId,
    value: String,
) -> Result<Reply, ApiError> {
    if let Some(message) = id_too_long(id.as_str()) {
        return Err(ApiError::validation(&[message]));
    }
    let source = Object::new().with("value", value);
    let (status, result) = match context.store.put(INDEX, id.as_str(), source, context.ids) {
        Outcome::Created => (201, "created"),
        Outcome::Updated | Outcome::Noop => (200, "updated"),
    };
    Ok(Reply::value(status, Object::new().with("result", result)))
}

/// `connector.secret_get`
pub(crate) fn get(store: &Store, id: &SecretId) -> Result<Reply, ApiError> {
    let secret = store.get(INDEX, id.as_str())?.ok_or_else(|| not_found(id))?;
    let value = secret.source().get("value").cloned().unwrap_or_default();
    Ok(Reply::value(200, Object::new().with("id", id.clone()).with("value", value)))
}

/// `connector.secret_delete`
pub(crate) fn delete(context: &mut Context<'_>, id: &SecretId) -> Result<Reply, ApiError> {
    if context.store.delete(INDEX, id.as_str())? {
        Ok(Reply::value(200, Object::new().with("deleted", true)))
    } else {
        Err(not_found(id))
    }
}
