//! Updates of single parts of a connector (contract CN-5). Those that read the connector first do
//! not see a deleted one; the others write to it.

use api_types::{
    connector::ConnectorStatus,
    differences::Difference,
    error::{ErrorCause, ErrorType},
    ids::ConnectorId,
    json::{Json, Object},
    ops::{UpdateApiKeyId, UpdateName},
};

use super::{
    connectors::{INDEX, MANAGED_PREFIX, Visible, check_unused, current_status, find, update},
    result,
};
use crate::{call::Context, error::ApiError, reply::Reply};

/// Merges into the connector without reading it first.
pub(crate) fn merge(
    context: &mut Context<'_>,
    id: &ConnectorId,
    patch: Object,
) -> Result<Reply, ApiError> {
    update(context, id, patch).map(result)
}

/// `connector.update_api_key_id`
pub(crate) fn api_key_id(
    context: &mut Context<'_>,
    id: &ConnectorId,
    body: UpdateApiKeyId,
) -> Result<Reply, ApiError> {
    let mut patch = Object::new();
    patch.insert_some("api_key_id", body.api_key_id);
    patch.insert_some("api_key_secret_id", body.api_key_secret_id);
    merge(context, id, patch)
}

/// `connector.update_name`
pub(crate) fn name(
    context: &mut Context<'_>,
    id: &ConnectorId,
    body: UpdateName,
) -> Result<Reply, ApiError> {
    let mut patch = Object::new();
    patch.insert_some("description", body.description);
    patch.insert_some("name", body.name);
    merge(context, id, patch)
}

/// `connector.update_pipeline`
pub(crate) fn pipeline(
    context: &mut Context<'_>,
    id: &ConnectorId,
    pipeline: Object,
) -> Result<Reply, ApiError> {
    merge(context, id, Object::new().with("pipeline", pipeline))
}

/// `connector.update_scheduling`
pub(crate) fn scheduling(
    context: &mut Context<'_>,
    id: &ConnectorId,
    scheduling: Object,
) -> Result<Reply, ApiError> {
    merge(context, id, Object::new().with("scheduling", scheduling))
}

fn null_pointer() -> ApiError {
    ErrorCause::without_reason(ErrorType::NullPointer).into()
}

/// `connector.update_features`; without features the server breaks.
pub(crate) fn features(
    context: &mut Context<'_>,
    id: &ConnectorId,
    features: Option<Object>,
) -> Result<Reply, ApiError> {
    let features = features.ok_or_else(null_pointer)?;
    merge(context, id, Object::new().with("features", features))
}

/// `connector.update_configuration` with `configuration`: the old map is forgotten.
pub(crate) fn configuration(
    context: &mut Context<'_>,
    id: &ConnectorId,
    configuration: Object,
) -> Result<Reply, ApiError> {
    let members = Object::new()
        .with("configuration", configuration)
        .with("status", ConnectorStatus::AFTER_CONFIGURATION);
    if !context.version.has(Difference::ConfigurationReplaced) {
        return merge(context, id, members);
    }
    find(context, id, Visible::NotDeleted)?;
    Ok(result(context.store.overwrite(INDEX, id.as_str(), members)?))
}

/// `connector.update_configuration` with `values`: fields that are there get new values.
pub(crate) fn configuration_values(
    context: &mut Context<'_>,
    id: &ConnectorId,
    values: Object,
) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let known = |name: &str| {
        let configuration = connector.source().get("configuration");
        configuration.is_some_and(|configuration| configuration.get(name).is_some())
    };
    let values = values.in_java_map_order();
    let unknown: Vec<&str> =
        values.iter().map(|(name, _)| name).filter(|name| !known(name)).collect();
    if !unknown.is_empty() {
        return Err(ApiError::status(format!(
            "Unknown [configuration] fields in the request payload: [{}]. Remove them from request or register their schema first.",
            unknown.join(", ")
        )));
    }
    if values.iter().any(|(_, value)| value.is_null()) {
        return Err(null_pointer());
    }
    let fields: Object = values
        .into_iter()
        .map(|(name, value)| (name, Json::Object(Object::new().with("value", value))))
        .collect();
    let patch = Object::new()
        .with("configuration", fields)
        .with("status", ConnectorStatus::AFTER_CONFIGURATION);
    merge(context, id, patch)
}

fn is_native(connector: &Object) -> bool {
    connector.get("is_native") == Some(&Json::Bool(true))
}

/// `connector.update_index_name`: it is asked whether the name is free before the connector is
/// looked for.
pub(crate) fn index_name(
    context: &mut Context<'_>,
    id: &ConnectorId,
    index_name: Option<String>,
) -> Result<Reply, ApiError> {
    if let Some(name) = &index_name {
        check_unused(context.store, name, Some(id))?;
    }
    let connector = find(context, id, Visible::NotDeleted)?;
    if let Some(name) = &index_name
        && is_native(connector.source())
        && !name.starts_with(MANAGED_PREFIX)
        && context.version.has(Difference::ManagedPrefix)
    {
        return Err(ApiError::status(format!(
            "Index attached to an Elastic-managed connector must start with the prefix: [{MANAGED_PREFIX}]. The index name in the payload [{name}] doesn't comply with this requirement."
        )));
    }
    merge(context, id, Object::new().with("index_name", index_name))
}

/// `connector.update_native`
pub(crate) fn native(
    context: &mut Context<'_>,
    id: &ConnectorId,
    is_native: bool,
) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let attached = connector.source().get("index_name").and_then(Json::as_str);
    if let Some(name) = attached
        && is_native
        && !name.starts_with(MANAGED_PREFIX)
        && context.version.has(Difference::ManagedPrefix)
    {
        return Err(ApiError::status(format!(
            "The index name [{name}] attached to the connector [{id}] must start with the required prefix: [{MANAGED_PREFIX}] to be Elastic-managed. Please update the attached index first to comply with this requirement."
        )));
    }
    let status = current_status(connector)?.after_native();
    merge(context, id, Object::new().with("is_native", is_native).with("status", status))
}

/// `connector.update_service_type`
pub(crate) fn service_type(
    context: &mut Context<'_>,
    id: &ConnectorId,
    service_type: String,
) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let status = current_status(connector)?.after_service_type();
    merge(context, id, Object::new().with("service_type", service_type).with("status", status))
}
