//! The fields of the indices of connectors and sync jobs, as their templates map them. Members
//! that are not named here are stored and cannot be searched (contract DO-7.2).

use super::{dates::DateFormat, fields::Kind};

type Named = (&'static str, Kind);

fn all(kind: &Kind, paths: &'static [&'static str]) -> impl Iterator<Item = Named> {
    paths.iter().map(move |path| (*path, kind.clone()))
}

/// The fields of connectors (source: elastic-connectors-mappings.json).
pub(super) fn connectors() -> Vec<Named> {
    all(&Kind::KEYWORD, &CONNECTOR_KEYWORDS)
        .chain(all(&Kind::Boolean, &CONNECTOR_BOOLEANS))
        .chain(all(&Kind::Date(DateFormat::Iso), &CONNECTOR_DATES))
        .chain(all(&Kind::Text, &CONNECTOR_TEXTS))
        .chain(all(&Kind::Integer("long"), &CONNECTOR_LONGS))
        .chain(all(&Kind::Integer("short"), &CONNECTOR_SHORTS))
        .collect()
}

/// The fields of sync jobs (source: elastic-connectors-sync-jobs-mappings.json).
pub(super) fn sync_jobs() -> Vec<Named> {
    all(&Kind::KEYWORD, &JOB_KEYWORDS)
        .chain(all(&Kind::Boolean, &JOB_BOOLEANS))
        .chain(all(&Kind::Date(DateFormat::Iso), &JOB_DATES))
        .chain(all(&Kind::Text, &["connector.filtering.warnings.messages"]))
        .chain(all(&Kind::Integer("integer"), &JOB_INTEGERS))
        .chain(all(&Kind::Integer("short"), &["connector.filtering.rules.order"]))
        .collect()
}

const CONNECTOR_KEYWORDS: [&str; 27] = [
    "api_key_id",
    "error",
    "filtering.active.rules.field",
    "filtering.active.rules.id",
    "filtering.active.rules.policy",
    "filtering.active.rules.rule",
    "filtering.active.rules.value",
    "filtering.active.validation.errors.ids",
    "filtering.active.validation.state",
    "filtering.domain",
    "filtering.draft.rules.field",
    "filtering.draft.rules.id",
    "filtering.draft.rules.policy",
    "filtering.draft.rules.rule",
    "filtering.draft.rules.value",
    "filtering.draft.validation.errors.ids",
    "filtering.draft.validation.state",
    "index_name",
    "language",
    "last_access_control_sync_error",
    "last_access_control_sync_status",
    "last_sync_error",
    "last_sync_status",
    "name",
    "pipeline.name",
    "service_type",
    "status",
];

const CONNECTOR_BOOLEANS: [&str; 14] = [
    "deleted",
    "features.filtering_advanced_config",
    "features.filtering_rules",
    "features.incremental_sync.enabled",
    "features.sync_rules.advanced.enabled",
    "features.sync_rules.basic.enabled",
    "is_native",
    "pipeline.extract_binary_content",
    "pipeline.reduce_whitespace",
    "pipeline.run_ml_inference",
    "scheduling.access_control.enabled",
    "scheduling.full.enabled",
    "scheduling.incremental.enabled",
    "sync_now",
];

const CONNECTOR_DATES: [&str; 13] = [
    "filtering.active.advanced_snippet.created_at",
    "filtering.active.advanced_snippet.updated_at",
    "filtering.active.rules.created_at",
    "filtering.active.rules.updated_at",
    "filtering.draft.advanced_snippet.created_at",
    "filtering.draft.advanced_snippet.updated_at",
    "filtering.draft.rules.created_at",
    "filtering.draft.rules.updated_at",
    "last_access_control_sync_scheduled_at",
    "last_incremental_sync_scheduled_at",
    "last_seen",
    "last_sync_scheduled_at",
    "last_synced",
];

const CONNECTOR_TEXTS: [&str; 6] = [
    "description",
    "filtering.active.validation.errors.messages",
    "filtering.draft.validation.errors.messages",
    "scheduling.access_control.interval",
    "scheduling.full.interval",
    "scheduling.incremental.interval",
];

const CONNECTOR_LONGS: [&str; 2] = ["last_deleted_document_count", "last_indexed_document_count"];

const CONNECTOR_SHORTS: [&str; 2] = ["filtering.active.rules.order", "filtering.draft.rules.order"];

const JOB_KEYWORDS: [&str; 17] = [
    "connector.filtering.domain",
    "connector.filtering.rules.field",
    "connector.filtering.rules.id",
    "connector.filtering.rules.policy",
    "connector.filtering.rules.rule",
    "connector.filtering.rules.value",
    "connector.filtering.warnings.ids",
    "connector.id",
    "connector.index_name",
    "connector.language",
    "connector.pipeline.name",
    "connector.service_type",
    "error",
    "job_type",
    "status",
    "trigger_method",
    "worker_hostname",
];

const JOB_BOOLEANS: [&str; 3] = [
    "connector.pipeline.extract_binary_content",
    "connector.pipeline.reduce_whitespace",
    "connector.pipeline.run_ml_inference",
];

const JOB_DATES: [&str; 10] = [
    "cancelation_requested_at",
    "canceled_at",
    "completed_at",
    "connector.filtering.advanced_snippet.created_at",
    "connector.filtering.advanced_snippet.updated_at",
    "connector.filtering.rules.created_at",
    "connector.filtering.rules.updated_at",
    "created_at",
    "last_seen",
    "started_at",
];

const JOB_INTEGERS: [&str; 4] = [
    "deleted_document_count",
    "indexed_document_count",
    "indexed_document_volume",
    "total_document_count",
];
