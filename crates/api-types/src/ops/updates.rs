//! Bodies of the updates of a connector (contract CN-5).

use super::{Fields, RequestBody};
use crate::{
    connector::{
        configuration::CONFIGURATION_FIELD,
        features::{FEATURES, PIPELINE},
        filtering::{ADVANCED_SNIPPET, FILTERING, FILTERING_WITH_TIMES, RULE, VALIDATION},
        scheduling::SCHEDULING,
    },
    differences::Difference,
    json::{Json, Object},
    schema::{EnumType, Field, Kind, Schema},
    sync_job::SyncStatus,
    version::Version,
};

/// The body of `connector.update_api_key_id` (contract CN-5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateApiKeyId {
    /// `api_key_id`; null is the same as absent.
    pub api_key_id: Option<String>,
    /// `api_key_secret_id`; null is the same as absent.
    pub api_key_secret_id: Option<String>,
}

impl RequestBody for UpdateApiKeyId {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_api_key_id_request",
        &[
            Field::optional("api_key_id", Kind::StringOrNull),
            Field::optional("api_key_secret_id", Kind::StringOrNull),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            api_key_id: fields.string("api_key_id"),
            api_key_secret_id: fields.string("api_key_secret_id"),
        }
    }
}

/// The body of `connector.update_configuration` (contract CN-5.2).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateConfiguration {
    /// `configuration`: the whole map.
    pub configuration: Option<Object>,
    /// `values`: new values of fields that are there.
    pub values: Option<Object>,
}

impl RequestBody for UpdateConfiguration {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_configuration_request",
        &[
            Field::optional("configuration", Kind::Map(CONFIGURATION_FIELD)),
            Field::optional("values", Kind::AnyAsObject),
        ],
    );

    fn schema(version: Version) -> &'static Schema {
        if version.has(Difference::ConfigurationValues) { Self::SCHEMA } else { WITHOUT_VALUES }
    }

    fn from_fields(mut fields: Fields) -> Self {
        Self { configuration: fields.object("configuration"), values: fields.object("values") }
    }
}

/// The body of `connector.update_configuration` where there are no values (contract CN-9-13).
const WITHOUT_VALUES: &Schema = &Schema::body(
    "connector_update_configuration_request",
    &[Field::optional("configuration", Kind::Map(CONFIGURATION_FIELD))],
);

/// The body of `connector.update_features` (contract CN-5.4).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFeatures {
    /// `features`; its absence breaks the server.
    pub features: Option<Object>,
}

impl RequestBody for UpdateFeatures {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_features_request",
        &[Field::optional("features", Kind::Object(FEATURES))],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { features: fields.object("features") }
    }
}

/// The body of `connector.update_filtering` (contract CN-5.5).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFiltering {
    /// `filtering`: all of it, as it is to be.
    pub filtering: Option<Vec<Json>>,
    /// `advanced_snippet` of the draft.
    pub advanced_snippet: Option<Object>,
    /// `rules` of the draft.
    pub rules: Option<Vec<Json>>,
}

impl RequestBody for UpdateFiltering {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_filtering_request",
        &[
            Field::optional("filtering", Kind::Objects(FILTERING)),
            Field::optional("advanced_snippet", Kind::Object(ADVANCED_SNIPPET)),
            Field::optional("rules", Kind::Objects(RULE)),
        ],
    );

    fn schema(version: Version) -> &'static Schema {
        if version.has(Difference::DraftFiltering) {
            return Self::SCHEMA;
        }
        let times_required = !version.has(Difference::OptionalTimes);
        if times_required { WHOLE_FILTERING_WITH_TIMES } else { WHOLE_FILTERING }
    }

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            filtering: fields.array("filtering"),
            advanced_snippet: fields.object("advanced_snippet"),
            rules: fields.array("rules"),
        }
    }
}

/// The body of `connector.update_filtering` where there are no drafts (contract CN-9-14).
const WHOLE_FILTERING: &Schema = &Schema::body(
    "connector_update_filtering_request",
    &[Field::required("filtering", Kind::Objects(FILTERING))],
);

/// The same where rules and snippets must have their times (contract CN-9-15).
const WHOLE_FILTERING_WITH_TIMES: &Schema = &Schema::body(
    "connector_update_filtering_request",
    &[Field::required("filtering", Kind::Objects(FILTERING_WITH_TIMES))],
);

/// The body of `connector.update_filtering_validation` (contract CN-5.6).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFilteringValidation {
    /// `validation`
    pub validation: Object,
}

impl RequestBody for UpdateFilteringValidation {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_filtering_validation",
        &[Field::required("validation", Kind::Object(VALIDATION))],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { validation: fields.object("validation").unwrap_or_default() }
    }
}

/// The body of `connector.update_index_name` (contract CN-5.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateIndexName {
    /// `index_name`; null detaches.
    pub index_name: Option<String>,
}

impl RequestBody for UpdateIndexName {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_index_name_request",
        &[Field::required("index_name", Kind::StringOrNull)],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { index_name: fields.string("index_name") }
    }
}

/// The body of `connector.last_sync` (contract CN-5.9): the members that were sent and are not
/// null, in the server's order.
#[derive(Clone, Debug, PartialEq)]
pub struct LastSync(pub Object);

const STATUS: EnumType = EnumType::of::<SyncStatus>();

impl RequestBody for LastSync {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_last_sync_stats_request",
        &[
            Field::optional("last_access_control_sync_error", Kind::StringOrNull),
            Field::optional("last_access_control_sync_status", Kind::EnumOrNull(STATUS)),
            Field::optional("last_access_control_sync_scheduled_at", Kind::TimestampOrNull),
            Field::optional("last_deleted_document_count", Kind::Long),
            Field::optional("last_incremental_sync_scheduled_at", Kind::TimestampOrNull),
            Field::optional("last_indexed_document_count", Kind::Long),
            Field::optional("last_sync_error", Kind::StringOrNull),
            Field::optional("last_sync_scheduled_at", Kind::TimestampOrNull),
            Field::optional("last_sync_status", Kind::EnumOrNull(STATUS)),
            Field::optional("last_synced", Kind::TimestampOrNull),
            Field::optional("sync_cursor", Kind::AnyObjectOrNull),
        ],
    );

    fn schema(version: Version) -> &'static Schema {
        if version.has(Difference::SyncCursorInLastSync) { Self::SCHEMA } else { WITHOUT_CURSOR }
    }

    fn from_fields(mut fields: Fields) -> Self {
        let sent = Self::SCHEMA.fields.iter().filter_map(|field| {
            let value = fields.take(field.name).filter(|value| !value.is_null())?;
            Some((field.name, value))
        });
        Self(sent.collect())
    }
}

impl LastSync {
    /// The members, with null for those that were not sent; the cursor only if it was (contract
    /// CN-9-22).
    #[must_use]
    pub fn with_nulls(mut self) -> Object {
        let mut all: Object = WITHOUT_CURSOR
            .fields
            .iter()
            .map(|field| (field.name, self.0.remove(field.name).unwrap_or_default()))
            .collect();
        all.insert_some("sync_cursor", self.0.remove("sync_cursor"));
        all
    }
}

/// The body of `connector.last_sync` where there is no cursor (contract CN-9-16).
const WITHOUT_CURSOR: &Schema = &Schema::body(
    "connector_update_last_sync_stats_request",
    &[
        Field::optional("last_access_control_sync_error", Kind::StringOrNull),
        Field::optional("last_access_control_sync_status", Kind::EnumOrNull(STATUS)),
        Field::optional("last_access_control_sync_scheduled_at", Kind::TimestampOrNull),
        Field::optional("last_deleted_document_count", Kind::Long),
        Field::optional("last_incremental_sync_scheduled_at", Kind::TimestampOrNull),
        Field::optional("last_indexed_document_count", Kind::Long),
        Field::optional("last_sync_error", Kind::StringOrNull),
        Field::optional("last_sync_scheduled_at", Kind::TimestampOrNull),
        Field::optional("last_sync_status", Kind::EnumOrNull(STATUS)),
        Field::optional("last_synced", Kind::TimestampOrNull),
    ],
);

/// The body of `connector.update_name` (contract CN-5.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateName {
    /// `name`; null is the same as absent.
    pub name: Option<String>,
    /// `description`; null is the same as absent.
    pub description: Option<String>,
}

impl RequestBody for UpdateName {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_name_request",
        &[
            Field::optional("name", Kind::StringOrNull),
            Field::optional("description", Kind::StringOrNull),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { name: fields.string("name"), description: fields.string("description") }
    }
}

/// The body of `connector.update_native` (contract CN-5.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateNative {
    /// `is_native`
    pub is_native: bool,
}

impl RequestBody for UpdateNative {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_native_request",
        &[Field::required("is_native", Kind::Boolean)],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { is_native: fields.boolean("is_native").unwrap_or_default() }
    }
}

/// The body of `connector.update_pipeline` (contract CN-5.12).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdatePipeline {
    /// `pipeline`
    pub pipeline: Object,
}

impl RequestBody for UpdatePipeline {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_pipeline_request",
        &[Field::required("pipeline", Kind::Object(PIPELINE))],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { pipeline: fields.object("pipeline").unwrap_or_default() }
    }
}

/// The body of `connector.update_scheduling` (contract CN-5.13).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateScheduling {
    /// `scheduling`
    pub scheduling: Object,
}

impl RequestBody for UpdateScheduling {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_scheduling_request",
        &[Field::required("scheduling", Kind::Object(SCHEDULING))],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { scheduling: fields.object("scheduling").unwrap_or_default() }
    }
}

/// The body of `connector.update_service_type` (contract CN-5.14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateServiceType {
    /// `service_type`
    pub service_type: String,
}

impl RequestBody for UpdateServiceType {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_update_service_type_request",
        &[Field::required("service_type", Kind::String)],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { service_type: fields.required_string("service_type") }
    }
}
