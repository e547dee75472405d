//! Bodies of the connector operations.

use super::{Fields, RequestBody};
use crate::{
    connector::ConnectorStatus,
    differences::Difference,
    schema::{EnumType, Field, Kind, Schema},
    version::Version,
};

/// The body of `connector.put` and `connector.post` (contract CN-4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutConnector {
    /// `description`
    pub description: Option<String>,
    /// `index_name`; null is the same as absent.
    pub index_name: Option<String>,
    /// `is_native`
    pub is_native: Option<bool>,
    /// `language`
    pub language: Option<String>,
    /// `name`
    pub name: Option<String>,
    /// `service_type`
    pub service_type: Option<String>,
}

impl RequestBody for PutConnector {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_put_request",
        &[
            Field::optional("description", Kind::String),
            Field::optional("index_name", Kind::StringOrNull),
            Field::optional("is_native", Kind::Boolean),
            Field::optional("language", Kind::String),
            Field::optional("name", Kind::String),
            Field::optional("service_type", Kind::String),
        ],
    );

    fn schema(version: Version) -> &'static Schema {
        if version.has(Difference::IndexNameOptional) { Self::SCHEMA } else { WITH_INDEX_NAME }
    }

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            description: fields.string("description"),
            index_name: fields.string("index_name"),
            is_native: fields.boolean("is_native"),
            language: fields.string("language"),
            name: fields.string("name"),
            service_type: fields.string("service_type"),
        }
    }
}

/// The body of a creation where the index name is required (contract CN-9-26).
const WITH_INDEX_NAME: &Schema = &Schema::body(
    "connector_put_request",
    &[
        Field::optional("description", Kind::String),
        Field::required("index_name", Kind::String),
        Field::optional("is_native", Kind::Boolean),
        Field::optional("language", Kind::String),
        Field::optional("name", Kind::String),
        Field::optional("service_type", Kind::String),
    ],
);

/// The body of `connector.update_error` (contract CN-5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateConnectorError {
    /// `error`; null clears it.
    pub error: Option<String>,
}

impl RequestBody for UpdateConnectorError {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_error_request",
        &[Field::required("error", Kind::StringOrNull)],
    );

    fn schema(version: Version) -> &'static Schema {
        if version.has(Difference::ErrorNullClears) { Self::SCHEMA } else { OPTIONAL_ERROR }
    }

    fn from_fields(mut fields: Fields) -> Self {
        Self { error: fields.string("error") }
    }
}

/// The body of `connector.update_error` where its member may be left out (contract CN-9-18).
const OPTIONAL_ERROR: &Schema = &Schema::body(
    "connector_update_error_request",
    &[Field::optional("error", Kind::StringOrNull)],
);

/// The body of `connector.update_status` (contract CN-5.15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateConnectorStatus {
    /// `status`; validation refuses its absence.
    pub status: Option<ConnectorStatus>,
}

impl RequestBody for UpdateConnectorStatus {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_status_request",
        &[Field::optional("status", Kind::Enum(EnumType::of::<ConnectorStatus>()))],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { status: fields.value("status") }
    }
}
