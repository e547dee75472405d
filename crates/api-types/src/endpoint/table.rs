//! The table itself.

use super::{
    Availability, Body, Endpoint, Method, Operation, ParamKind, QueryParam, Stability, Visibility,
    documents::DOCUMENTS,
};
use crate::{
    ops::{
        ClaimSyncJob, LastSync, PostSecret, PostSyncJob, PutConnector, PutSecret, RequestBody as _,
        SetSyncJobError, UpdateApiKeyId, UpdateConfiguration, UpdateConnectorError,
        UpdateConnectorStatus, UpdateFeatures, UpdateFiltering, UpdateFilteringValidation,
        UpdateIndexName, UpdateName, UpdateNative, UpdatePipeline, UpdateScheduling,
        UpdateServiceType, UpdateSyncJobStats,
    },
    schema::EnumType,
    sync_job::{SyncJobType, SyncStatus},
    version::Version,
};

/// Parameters that every operation takes (contract RL-4).
pub const GENERIC_PARAMS: [&str; 5] = ["error_trace", "filter_path", "format", "human", "pretty"];

pub(super) const V8_12: Version = Version::new(8, 12, 0);
const V8_13: Version = Version::new(8, 13, 0);
const V8_14: Version = Version::new(8, 14, 0);
const V8_15: Version = Version::new(8, 15, 0);
const V9_0: Version = Version::new(9, 0, 0);

pub(super) const fn param(name: &'static str, kind: ParamKind, since: Version) -> QueryParam {
    QueryParam { name, kind, since, until: None }
}

const OK: &[u16] = &[200, 400];
const FOUND: &[u16] = &[200, 400, 404];
/// With the derived 500s of contract CN-5.2-4, CN-5.4-1 and CN-5.5-6.
const BREAKABLE: &[u16] = &[200, 400, 404, 500];

/// A row with the most usual values.
pub(super) const fn row(
    operation: Operation,
    method: Method,
    path: &'static str,
    since: Version,
    body: Body,
) -> Endpoint {
    Endpoint {
        operation,
        method,
        path,
        query: &[],
        body,
        statuses: FOUND,
        since,
        stability: Stability::Beta,
        visibility: Visibility::Public,
        availability: Availability::StackAndServerless,
    }
}

pub(super) const fn stable(row: Endpoint) -> Endpoint {
    Endpoint { stability: Stability::Stable, ..row }
}

const fn experimental(row: Endpoint) -> Endpoint {
    Endpoint { stability: Stability::Experimental, ..row }
}

const fn private(row: Endpoint) -> Endpoint {
    Endpoint { stability: Stability::Experimental, visibility: Visibility::Private, ..row }
}

/// A row of the secrets, which serverless projects keep for their operators (contract RL-3-23).
const fn secret(row: Endpoint) -> Endpoint {
    Endpoint { availability: Availability::StackOnly, ..private(row) }
}

pub(super) const fn query(row: Endpoint, query: &'static [QueryParam]) -> Endpoint {
    Endpoint { query, ..row }
}

pub(super) const fn statuses(row: Endpoint, statuses: &'static [u16]) -> Endpoint {
    Endpoint { statuses, ..row }
}

const LIST: &str = "/_connector";
const ONE: &str = "/_connector/{connector_id}";
const JOBS: &str = "/_connector/_sync_job";
const JOB: &str = "/_connector/_sync_job/{connector_sync_job_id}";
const SECRET: &str = "/_connector/_secret/{id}";

const LIST_PARAMS: &[QueryParam] = &[
    param("from", ParamKind::Int, V8_12),
    param("size", ParamKind::Int, V8_12),
    param("index_name", ParamKind::List, V8_13),
    param("connector_name", ParamKind::List, V8_13),
    param("service_type", ParamKind::List, V8_13),
    param("query", ParamKind::String, V8_13),
    param("include_deleted", ParamKind::Boolean, V9_0),
];

const JOB_LIST_PARAMS: &[QueryParam] = &[
    param("from", ParamKind::Int, V8_12),
    param("size", ParamKind::Int, V8_12),
    param("connector_id", ParamKind::String, V8_12),
    param("status", ParamKind::Enum(EnumType::of::<SyncStatus>()), V8_12),
    param("job_type", ParamKind::EnumList(EnumType::of::<SyncJobType>()), V8_12),
];

const DELETE_PARAMS: &[QueryParam] = &[
    param("delete_sync_jobs", ParamKind::Boolean, V8_14),
    param("hard", ParamKind::Boolean, V9_0),
];

const GET_PARAMS: &[QueryParam] = &[param("include_deleted", ParamKind::Boolean, V9_0)];

/// Every operation, in the order of contract CN-1.1, SJ-1, SC-1 and DO-4 to DO-8.
pub static ENDPOINTS: &[Endpoint] = &joined();

/// The rows of connectors, and behind them those of documents.
#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const fn joined() -> [Endpoint; CONNECTORS.len() + DOCUMENTS.len()] {
    let mut rows = [CONNECTORS[0]; CONNECTORS.len() + DOCUMENTS.len()];
    let mut at = 0;
    while at < rows.len() {
        rows[at] =
            if at < CONNECTORS.len() { CONNECTORS[at] } else { DOCUMENTS[at - CONNECTORS.len()] };
        at += 1;
    }
    rows
}

/// Connectors, sync jobs and secrets.
const CONNECTORS: &[Endpoint] = &{
    use Body::{None, Optional, Required};
    use Method::{Delete, Get, Post, Put};
    use Operation as Op;
    [
        statuses(query(row(Op::List, Get, LIST, V8_12, None), LIST_PARAMS), OK),
        statuses(row(Op::Post, Post, LIST, V8_12, Optional(PutConnector::SCHEMA)), &[201, 400]),
        statuses(row(Op::Put, Put, ONE, V8_12, Optional(PutConnector::SCHEMA)), &[200, 201, 400]),
        statuses(row(Op::Put, Put, LIST, V8_15, Optional(PutConnector::SCHEMA)), &[201, 400]),
        query(row(Op::Get, Get, ONE, V8_12, None), GET_PARAMS),
        query(row(Op::Delete, Delete, ONE, V8_12, None), DELETE_PARAMS),
        experimental(row(Op::CheckIn, Put, "/_connector/{connector_id}/_check_in", V8_12, None)),
        row(
            Op::UpdateApiKeyId,
            Put,
            "/_connector/{connector_id}/_api_key_id",
            V8_13,
            Required(UpdateApiKeyId::SCHEMA),
        ),
        statuses(
            row(
                Op::UpdateConfiguration,
                Put,
                "/_connector/{connector_id}/_configuration",
                V8_12,
                Required(UpdateConfiguration::SCHEMA),
            ),
            BREAKABLE,
        ),
        experimental(row(
            Op::UpdateError,
            Put,
            "/_connector/{connector_id}/_error",
            V8_12,
            Required(UpdateConnectorError::SCHEMA),
        )),
        experimental(statuses(
            row(
                Op::UpdateFeatures,
                Put,
                "/_connector/{connector_id}/_features",
                V8_15,
                Required(UpdateFeatures::SCHEMA),
            ),
            BREAKABLE,
        )),
        statuses(
            row(
                Op::UpdateFiltering,
                Put,
                "/_connector/{connector_id}/_filtering",
                V8_12,
                Required(UpdateFiltering::SCHEMA),
            ),
            BREAKABLE,
        ),
        experimental(statuses(
            row(
                Op::UpdateFilteringValidation,
                Put,
                "/_connector/{connector_id}/_filtering/_validation",
                V8_14,
                Required(UpdateFilteringValidation::SCHEMA),
            ),
            BREAKABLE,
        )),
        experimental(statuses(
            row(
                Op::UpdateActiveFiltering,
                Put,
                "/_connector/{connector_id}/_filtering/_activate",
                V8_14,
                None,
            ),
            BREAKABLE,
        )),
        row(
            Op::UpdateIndexName,
            Put,
            "/_connector/{connector_id}/_index_name",
            V8_13,
            Required(UpdateIndexName::SCHEMA),
        ),
        private(row(
            Op::LastSync,
            Put,
            "/_connector/{connector_id}/_last_sync",
            V8_12,
            Required(LastSync::SCHEMA),
        )),
        row(
            Op::UpdateName,
            Put,
            "/_connector/{connector_id}/_name",
            V8_12,
            Required(UpdateName::SCHEMA),
        ),
        row(
            Op::UpdateNative,
            Put,
            "/_connector/{connector_id}/_native",
            V8_13,
            Required(UpdateNative::SCHEMA),
        ),
        row(
            Op::UpdatePipeline,
            Put,
            "/_connector/{connector_id}/_pipeline",
            V8_12,
            Required(UpdatePipeline::SCHEMA),
        ),
        row(
            Op::UpdateScheduling,
            Put,
            "/_connector/{connector_id}/_scheduling",
            V8_12,
            Required(UpdateScheduling::SCHEMA),
        ),
        row(
            Op::UpdateServiceType,
            Put,
            "/_connector/{connector_id}/_service_type",
            V8_13,
            Required(UpdateServiceType::SCHEMA),
        ),
        experimental(row(
            Op::UpdateStatus,
            Put,
            "/_connector/{connector_id}/_status",
            V8_13,
            Required(UpdateConnectorStatus::SCHEMA),
        )),
        statuses(
            row(Op::SyncJobPost, Post, JOBS, V8_12, Required(PostSyncJob::SCHEMA)),
            &[201, 400, 404],
        ),
        statuses(query(row(Op::SyncJobList, Get, JOBS, V8_12, None), JOB_LIST_PARAMS), OK),
        row(Op::SyncJobGet, Get, JOB, V8_12, None),
        row(Op::SyncJobDelete, Delete, JOB, V8_12, None),
        experimental(row(
            Op::SyncJobCheckIn,
            Put,
            "/_connector/_sync_job/{connector_sync_job_id}/_check_in",
            V8_12,
            None,
        )),
        row(
            Op::SyncJobCancel,
            Put,
            "/_connector/_sync_job/{connector_sync_job_id}/_cancel",
            V8_12,
            None,
        ),
        experimental(row(
            Op::SyncJobClaim,
            Put,
            "/_connector/_sync_job/{connector_sync_job_id}/_claim",
            V8_15,
            Required(ClaimSyncJob::SCHEMA),
        )),
        experimental(row(
            Op::SyncJobError,
            Put,
            "/_connector/_sync_job/{connector_sync_job_id}/_error",
            V8_12,
            Required(SetSyncJobError::SCHEMA),
        )),
        experimental(row(
            Op::SyncJobUpdateStats,
            Put,
            "/_connector/_sync_job/{connector_sync_job_id}/_stats",
            V8_12,
            Required(UpdateSyncJobStats::SCHEMA),
        )),
        statuses(
            secret(row(
                Op::SecretPost,
                Post,
                "/_connector/_secret",
                V8_13,
                Required(PostSecret::SCHEMA),
            )),
            OK,
        ),
        statuses(
            secret(row(Op::SecretPut, Put, SECRET, V8_13, Required(PutSecret::SCHEMA))),
            &[200, 201, 400, 500],
        ),
        secret(row(Op::SecretGet, Get, SECRET, V8_13, None)),
        secret(row(Op::SecretDelete, Delete, SECRET, V8_13, None)),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Family;

    #[test]
    fn there_are_34_operations_on_connectors_and_each_operation_has_a_row() {
        assert_eq!(Operation::of(Family::Connectors).count(), 34);
        assert_eq!(Operation::of(Family::Documents).count(), 40);
        for operation in Operation::ALL {
            assert!(operation.endpoints().next().is_some(), "{operation}");
            assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        }
    }

    #[test]
    fn a_request_is_found_and_literals_win() {
        let found = |method, path| Endpoint::find(method, path).map(|row| row.operation);
        assert_eq!(found(Method::Get, "/_connector/_sync_job"), Some(Operation::SyncJobList));
        assert_eq!(found(Method::Get, "/_connector/c1/"), Some(Operation::Get));
        assert_eq!(
            found(Method::Put, "/_connector/_sync_job/j/_cancel"),
            Some(Operation::SyncJobCancel)
        );
        assert_eq!(found(Method::Get, "/_connector/_doc/x"), Some(Operation::DocumentGet));
        assert_eq!(found(Method::Patch, "/_connector"), None);
    }
}
