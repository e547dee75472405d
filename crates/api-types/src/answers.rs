//! What operations answer when they succeed, as data: the documents and the small objects.
//!
//! The server writes stored documents as they are, so nothing is read or written by these schemas.
//! They are the description of what the services store; tests hold every answer against them.

use crate::{
    connector::{
        ConnectorStatus, configuration::CONFIGURATION_FIELD, features::FEATURES,
        features::PIPELINE, filtering::RULES, scheduling::SCHEDULING,
    },
    endpoint::Operation,
    schema::{EnumType, Field, Kind, Schema},
    sync_job::{SyncJobTriggerMethod, SyncJobType, SyncStatus},
    version::Version,
};

const SYNC_STATUS: EnumType = EnumType::of::<SyncStatus>();
const CREATED_OR_UPDATED: EnumType = EnumType::exact("Result", &["created", "updated"]);
const UPDATED_OR_NOOP: EnumType = EnumType::exact("Result", &["updated", "noop"]);

/// An element of `filtering` as it is stored (contract CN-2.1).
const FILTERING: &Schema = &Schema::nested(
    "connector_filtering",
    &[
        Field::required("active", Kind::Object(RULES)),
        Field::required("domain", Kind::String),
        Field::required("draft", Kind::Object(RULES)),
    ],
);

/// The connector document (contract CN-2). Before 8.16 a new one had null in place of members that
/// are absent now (contract CN-9-5).
pub const CONNECTOR: &Schema = &Schema::answer(
    "connector",
    &[
        Field::required("id", Kind::String),
        Field::optional("api_key_id", Kind::String),
        Field::optional("api_key_secret_id", Kind::String),
        Field::required("configuration", Kind::Map(CONFIGURATION_FIELD)),
        Field::required("custom_scheduling", Kind::AnyObject),
        Field::optional("deleted", Kind::Boolean),
        Field::optional("description", Kind::String),
        Field::optional("error", Kind::String),
        Field::optional("features", Kind::Object(FEATURES)),
        Field::required("filtering", Kind::Objects(FILTERING)),
        Field::optional("index_name", Kind::String),
        Field::required("is_native", Kind::Boolean),
        Field::optional("language", Kind::String),
        Field::optional("last_access_control_sync_error", Kind::String),
        Field::optional("last_access_control_sync_scheduled_at", Kind::Timestamp),
        Field::optional("last_access_control_sync_status", Kind::Enum(SYNC_STATUS)),
        Field::optional("last_deleted_document_count", Kind::Long),
        Field::optional("last_incremental_sync_scheduled_at", Kind::Timestamp),
        Field::optional("last_indexed_document_count", Kind::Long),
        Field::optional("last_seen", Kind::Timestamp),
        Field::optional("last_sync_error", Kind::String),
        Field::optional("last_sync_scheduled_at", Kind::Timestamp),
        Field::optional("last_sync_status", Kind::Enum(SYNC_STATUS)),
        Field::optional("last_synced", Kind::Timestamp),
        Field::required("name", Kind::String),
        Field::optional("pipeline", Kind::Object(PIPELINE)),
        Field::required("scheduling", Kind::Object(SCHEDULING)),
        Field::optional("service_type", Kind::String),
        Field::required("status", Kind::Enum(EnumType::of::<ConnectorStatus>())),
        Field::optional("sync_cursor", Kind::AnyObject),
        Field::required("sync_now", Kind::Boolean),
    ],
);

/// The part of the connector that a job keeps (contract SJ-7).
const JOB_CONNECTOR: &Schema = &Schema::nested(
    "connector_sync_job_connector",
    &[
        Field::required("id", Kind::String),
        Field::optional("filtering", Kind::Object(RULES)),
        Field::required("index_name", Kind::String),
        Field::optional("language", Kind::String),
        Field::optional("pipeline", Kind::Object(PIPELINE)),
        Field::required("service_type", Kind::String),
        Field::required("configuration", Kind::Map(CONFIGURATION_FIELD)),
        Field::optional("sync_cursor", Kind::AnyObject),
    ],
);

/// The sync job document (contract SJ-7). Null in place of an absent member is what the connector
/// service writes (contract DO-1.2-8).
pub const SYNC_JOB: &Schema = &Schema::answer(
    "connector_sync_job",
    &[
        Field::required("id", Kind::String),
        Field::optional("cancelation_requested_at", Kind::Timestamp),
        Field::optional("canceled_at", Kind::Timestamp),
        Field::optional("completed_at", Kind::Timestamp),
        Field::required("connector", Kind::Object(JOB_CONNECTOR)),
        Field::required("created_at", Kind::Timestamp),
        Field::required("deleted_document_count", Kind::Int),
        Field::optional("error", Kind::String),
        Field::required("indexed_document_count", Kind::Int),
        Field::required("indexed_document_volume", Kind::Int),
        Field::required("job_type", Kind::Enum(EnumType::of::<SyncJobType>())),
        Field::required("last_seen", Kind::Timestamp),
        Field::required("metadata", Kind::AnyObject),
        Field::optional("started_at", Kind::Timestamp),
        Field::required("status", Kind::Enum(SYNC_STATUS)),
        Field::required("total_document_count", Kind::Int),
        Field::required("trigger_method", Kind::Enum(EnumType::of::<SyncJobTriggerMethod>())),
        Field::optional("worker_hostname", Kind::String),
    ],
);

/// `{"count":N,"results":[...]}` (contract CN-4.3-8).
const CONNECTORS: &Schema = &Schema::answer(
    "connector_list",
    &[Field::required("count", Kind::Int), Field::required("results", Kind::Objects(CONNECTOR))],
);

/// `{"count":N,"results":[...]}` (contract SJ-9-6).
const SYNC_JOBS: &Schema = &Schema::answer(
    "connector_sync_job_list",
    &[Field::required("count", Kind::Int), Field::required("results", Kind::Objects(SYNC_JOB))],
);

/// `{"id":...,"result":...}` (contract CN-4.1-11).
const PUT: &Schema = &Schema::answer(
    "connector_put_response",
    &[
        Field::required("id", Kind::String),
        Field::required("result", Kind::Enum(CREATED_OR_UPDATED)),
    ],
);

/// `{"id":...}`
const ID: &Schema = &Schema::answer("id_response", &[Field::required("id", Kind::String)]);

/// `{"result":...}` of an update (contract CN-1.5-1).
const UPDATE: &Schema =
    &Schema::answer("update_response", &[Field::required("result", Kind::Enum(UPDATED_OR_NOOP))]);

/// `{"acknowledged":true}`
const ACKNOWLEDGED: &Schema =
    &Schema::answer("acknowledged_response", &[Field::required("acknowledged", Kind::Boolean)]);

/// `{"result":...}` of a secret (contract SC-3).
const SECRET_PUT: &Schema = &Schema::answer(
    "connector_secret_put_response",
    &[Field::required("result", Kind::Enum(CREATED_OR_UPDATED))],
);

/// `{"id":...,"value":...}` (contract SC-4-1).
const SECRET: &Schema = &Schema::answer(
    "connector_secret",
    &[Field::required("id", Kind::String), Field::required("value", Kind::String)],
);

/// `{"deleted":true}` (contract SC-5-1).
const SECRET_DELETED: &Schema = &Schema::answer(
    "connector_secret_delete_response",
    &[Field::required("deleted", Kind::Boolean)],
);

/// `_shards` of a write (contract DO-4.1-4).
const SHARDS: &Schema = &Schema::nested(
    "shard_info",
    &[
        Field::required("total", Kind::Int),
        Field::required("successful", Kind::Int),
        Field::required("failed", Kind::Int),
    ],
);

/// What an update of a document answers (contract DO-4.1-3).
const DOCUMENT_UPDATED: &Schema = &Schema::answer(
    "update_document_response",
    &[
        Field::required("_index", Kind::String),
        Field::required("_id", Kind::String),
        Field::required("_version", Kind::Long),
        Field::required("result", Kind::Enum(UPDATED_OR_NOOP)),
        Field::optional("forced_refresh", Kind::Boolean),
        Field::required("_shards", Kind::Object(SHARDS)),
        Field::required("_seq_no", Kind::Long),
        Field::required("_primary_term", Kind::Long),
        Field::optional("get", Kind::AnyObject),
    ],
);

/// A document that was found (contract DO-4.2-1).
const DOCUMENT: &Schema = &Schema::answer(
    "get_document_response",
    &[
        Field::required("_index", Kind::String),
        Field::required("_id", Kind::String),
        Field::required("_version", Kind::Long),
        Field::required("_seq_no", Kind::Long),
        Field::required("_primary_term", Kind::Long),
        Field::required("found", Kind::Boolean),
        Field::optional("_source", Kind::AnyObject),
    ],
);

/// An answer that is not described here.
const ANY: &Schema = &Schema::answer("any", &[]);

/// Before 8.15 (contract CN-9-4): the id is certain, the result is not.
const OLD_POST: &Schema = &Schema::answer(
    "connector_post_response",
    &[
        Field::required("id", Kind::String),
        Field::optional("result", Kind::Enum(CREATED_OR_UPDATED)),
    ],
);

/// Before 8.15: the result is certain, the id is not.
const OLD_PUT: &Schema = &Schema::answer(
    "connector_put_response",
    &[
        Field::optional("id", Kind::String),
        Field::required("result", Kind::Enum(CREATED_OR_UPDATED)),
    ],
);

/// The first version that answers both id and result of a new connector (contract CN-9-4).
const ID_AND_RESULT: Version = Version::new(8, 15, 0);

/// The body of a successful answer.
#[must_use]
pub fn answer(operation: Operation, version: Version) -> &'static Schema {
    let is_old = version < ID_AND_RESULT;
    match operation {
        Operation::List => CONNECTORS,
        Operation::Post if is_old => OLD_POST,
        Operation::Put if is_old => OLD_PUT,
        Operation::Post | Operation::Put => PUT,
        Operation::Get => CONNECTOR,
        Operation::Delete | Operation::SyncJobDelete => ACKNOWLEDGED,
        update if update.is_connector_update() => UPDATE,
        Operation::SyncJobCheckIn
        | Operation::SyncJobCancel
        | Operation::SyncJobClaim
        | Operation::SyncJobError
        | Operation::SyncJobUpdateStats => UPDATE,
        Operation::SyncJobPost | Operation::SecretPost => ID,
        Operation::SyncJobList => SYNC_JOBS,
        Operation::SyncJobGet => SYNC_JOB,
        Operation::SecretPut => SECRET_PUT,
        Operation::SecretGet => SECRET,
        Operation::SecretDelete => SECRET_DELETED,
        Operation::DocumentUpdate => DOCUMENT_UPDATED,
        Operation::DocumentGet | Operation::DocumentExists => DOCUMENT,
        _ => ANY,
    }
}
