//! Bodies of the sync job operations.

use super::{Fields, RequestBody};
use crate::{
    ids::ConnectorId,
    json::{Json, Object},
    schema::{EnumType, Field, Kind, Schema},
    sync_job::{SyncJobTriggerMethod, SyncJobType},
};

/// The body of `connector.sync_job_post` (contract SJ-6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostSyncJob {
    /// `id`: the connector.
    pub id: ConnectorId,
    /// `job_type`
    pub job_type: SyncJobType,
    /// `trigger_method`
    pub trigger_method: SyncJobTriggerMethod,
}

impl RequestBody for PostSyncJob {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_sync_job_post_request",
        &[
            Field::required("id", Kind::String),
            Field::optional("job_type", Kind::LateEnum(EnumType::of::<SyncJobType>())),
            Field::optional(
                "trigger_method",
                Kind::LateEnum(EnumType::of::<SyncJobTriggerMethod>()),
            ),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            id: fields.required_string("id").into(),
            job_type: fields.value("job_type").unwrap_or(SyncJobType::Full),
            trigger_method: fields
                .value("trigger_method")
                .unwrap_or(SyncJobTriggerMethod::OnDemand),
        }
    }
}

/// The body of `connector.sync_job_claim` (contract SJ-13).
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimSyncJob {
    /// `worker_hostname`
    pub worker_hostname: String,
    /// `sync_cursor`
    pub sync_cursor: Option<Object>,
}

impl RequestBody for ClaimSyncJob {
    const SCHEMA: &'static Schema = &Schema::body(
        "claim_connector_sync_job",
        &[
            Field::required("worker_hostname", Kind::String),
            Field::optional("sync_cursor", Kind::AnyObject),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            worker_hostname: fields.required_string("worker_hostname"),
            sync_cursor: fields.object("sync_cursor"),
        }
    }
}

/// The body of `connector.sync_job_error` (contract SJ-14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetSyncJobError {
    /// `error`
    pub error: String,
}

impl RequestBody for SetSyncJobError {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_sync_job_error_request",
        &[Field::required("error", Kind::String)],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self { error: fields.required_string("error") }
    }
}

/// The body of `connector.sync_job_update_stats` (contract SJ-14).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateSyncJobStats {
    /// `deleted_document_count`
    pub deleted_document_count: i64,
    /// `indexed_document_count`
    pub indexed_document_count: i64,
    /// `indexed_document_volume`
    pub indexed_document_volume: i64,
    /// `total_document_count`
    pub total_document_count: Option<i64>,
    /// `last_seen`, in the format of stored documents.
    pub last_seen: Option<String>,
    /// `metadata`, merged into what is stored.
    pub metadata: Option<Object>,
}

impl RequestBody for UpdateSyncJobStats {
    const SCHEMA: &'static Schema = &Schema::body(
        "connector_sync_job_update_ingestion_stats",
        &[
            Field::required("deleted_document_count", Kind::Long),
            Field::required("indexed_document_count", Kind::Long),
            Field::required("indexed_document_volume", Kind::Long),
            Field::optional("total_document_count", Kind::Long),
            Field::optional("last_seen", Kind::Timestamp),
            Field::optional("metadata", Kind::AnyObject),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            deleted_document_count: fields.long("deleted_document_count").unwrap_or_default(),
            indexed_document_count: fields.long("indexed_document_count").unwrap_or_default(),
            indexed_document_volume: fields.long("indexed_document_volume").unwrap_or_default(),
            total_document_count: fields.long("total_document_count"),
            last_seen: fields.string("last_seen"),
            metadata: fields.object("metadata"),
        }
    }
}

impl UpdateSyncJobStats {
    /// The counters with their names, in the order in which they are validated.
    #[must_use]
    pub const fn counters(&self) -> [(&'static str, Option<i64>); 4] {
        [
            ("deleted_document_count", Some(self.deleted_document_count)),
            ("indexed_document_count", Some(self.indexed_document_count)),
            ("indexed_document_volume", Some(self.indexed_document_volume)),
            ("total_document_count", self.total_document_count),
        ]
    }

    /// The counters that were sent, as members of a document.
    #[must_use]
    pub fn counter_members(&self) -> Object {
        self.counters()
            .into_iter()
            .filter_map(|(name, value)| Some((name, Json::from(value?))))
            .collect()
    }
}
