//! The list of operations. Router, conformance coverage and documentation all read this table.

use std::fmt;

use crate::{
    ops::{
        ClaimSyncJob, PostSyncJob, PutConnector, RequestBody as _, SetSyncJobError,
        UpdateConnectorError, UpdateConnectorStatus, UpdateSyncJobStats,
    },
    schema::{EnumType, Schema},
    sync_job::{SyncJobType, SyncStatus},
    version::Version,
};

/// HTTP methods, in the order in which `Allow` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are HTTP's")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
    Connect,
}

impl Method {
    const ALL: [Self; 9] = [
        Self::Get,
        Self::Post,
        Self::Put,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
        Self::Connect,
    ];

    /// The name on the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Connect => "CONNECT",
        }
    }

    /// The method of that name, if the server knows it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How settled an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Subject to change, few changes expected.
    Beta,
    /// May change or go away.
    Experimental,
}

/// Who finds the operation in the published reference and in generated clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Nobody: it is kept out of the reference.
    Private,
}

/// Where the operation can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Everywhere.
    StackAndServerless,
    /// Not in serverless projects.
    StackOnly,
}

/// What an operation says of its body.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// It takes none; one that is sent is an error.
    None,
    /// Absent is the same as `{}`.
    Optional(&'static Schema),
    /// Absent is an error.
    Required(&'static Schema),
    /// The operation is listed here and not served yet.
    NotServed,
}

/// A parameter of the query string.
#[derive(Clone, Copy, Debug)]
pub struct QueryParam {
    /// The name.
    pub name: &'static str,
    /// What its text must be.
    pub kind: ParamKind,
    /// The first version that knows it.
    pub since: Version,
}

/// What the text of a query parameter must be.
#[derive(Clone, Copy, Debug)]
pub enum ParamKind {
    /// `true`, `false` or empty, which means true.
    Boolean,
    /// A 32-bit integer.
    Int,
    /// Anything.
    String,
    /// Texts separated by commas.
    List,
    /// A value of an enumeration.
    Enum(EnumType),
    /// Values of an enumeration separated by commas.
    EnumList(EnumType),
}

/// One row of the table: a method and a path of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The operation; two rows may share it.
    pub operation: Operation,
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The parameters of the query string, beside the generic ones.
    pub query: &'static [QueryParam],
    /// The body.
    pub body: Body,
    /// Every status of the contract.
    pub statuses: &'static [u16],
    /// The first version that has this row.
    pub since: Version,
    /// How settled it is.
    pub stability: Stability,
    /// Who finds it in the reference.
    pub visibility: Visibility,
    /// Where it can be called.
    pub availability: Availability,
}

impl Endpoint {
    /// Whether the mock server answers this row.
    #[must_use]
    pub const fn is_served(&self) -> bool {
        !matches!(self.body, Body::NotServed)
    }

    /// The names of the path parameters, in order.
    pub fn path_params(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether a path (without query) is one of this row's; `{…}` matches any segment.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let trimmed = path.trim_end_matches('/');
        let mut wanted = self.path.split('/');
        let mut given = trimmed.split('/');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
                _ => return false,
            }
        }
    }

    /// The row that answers a request, by the simple reading of the table: literal segments win.
    /// The server's own routing has more to it; this is for examples and reports.
    #[must_use]
    pub fn find(method: Method, path: &str) -> Option<&'static Self> {
        ENDPOINTS
            .iter()
            .filter(|row| row.method == method && row.matches(path))
            .min_by_key(|row| row.path_params().count())
    }
}

/// Parameters that every operation takes (contract RL-4).
pub const GENERIC_PARAMS: [&str; 5] = ["error_trace", "filter_path", "format", "human", "pretty"];

/// Declares the operations with their dotted names.
macro_rules! operations {
    ($($name:ident = $text:literal,)+) => {
        /// An operation of the Connector APIs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The dotted name, `connector.sync_job_claim`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The operation of that dotted name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|operation| operation.name() == name)
            }

            /// The rows of the table that are this operation's.
            pub fn endpoints(self) -> impl Iterator<Item = &'static Endpoint> {
                ENDPOINTS.iter().filter(move |row| row.operation == self)
            }

            /// Whether the mock server answers it.
            #[must_use]
            pub fn is_served(self) -> bool {
                self.endpoints().all(Endpoint::is_served)
            }
        }

        impl fmt::Display for Operation {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

operations! {
    List = "connector.list",
    Post = "connector.post",
    Put = "connector.put",
    Get = "connector.get",
    Delete = "connector.delete",
    CheckIn = "connector.check_in",
    UpdateApiKeyId = "connector.update_api_key_id",
    UpdateConfiguration = "connector.update_configuration",
    UpdateError = "connector.update_error",
    UpdateFeatures = "connector.update_features",
    UpdateFiltering = "connector.update_filtering",
    UpdateFilteringValidation = "connector.update_filtering_validation",
    UpdateActiveFiltering = "connector.update_active_filtering",
    UpdateIndexName = "connector.update_index_name",
    LastSync = "connector.last_sync",
    UpdateName = "connector.update_name",
    UpdateNative = "connector.update_native",
    UpdatePipeline = "connector.update_pipeline",
    UpdateScheduling = "connector.update_scheduling",
    UpdateServiceType = "connector.update_service_type",
    UpdateStatus = "connector.update_status",
    SyncJobPost = "connector.sync_job_post",
    SyncJobList = "connector.sync_job_list",
    SyncJobGet = "connector.sync_job_get",
    SyncJobDelete = "connector.sync_job_delete",
    SyncJobCheckIn = "connector.sync_job_check_in",
    SyncJobCancel = "connector.sync_job_cancel",
    SyncJobClaim = "connector.sync_job_claim",
    SyncJobError = "connector.sync_job_error",
    SyncJobUpdateStats = "connector.sync_job_update_stats",
    SecretPost = "connector.secret_post",
    SecretPut = "connector.secret_put",
    SecretGet = "connector.secret_get",
    SecretDelete = "connector.secret_delete",
}

const V8_12: Version = Version::new(8, 12, 0);
const V8_13: Version = Version::new(8, 13, 0);
const V8_14: Version = Version::new(8, 14, 0);
const V8_15: Version = Version::new(8, 15, 0);
const V9_0: Version = Version::new(9, 0, 0);

const fn param(name: &'static str, kind: ParamKind, since: Version) -> QueryParam {
    QueryParam { name, kind, since }
}

const OK: &[u16] = &[200, 400];
const FOUND: &[u16] = &[200, 400, 404];

/// A row with the most usual values.
const fn row(
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

const fn experimental(row: Endpoint) -> Endpoint {
    Endpoint { stability: Stability::Experimental, ..row }
}

const fn private(row: Endpoint) -> Endpoint {
    Endpoint { stability: Stability::Experimental, visibility: Visibility::Private, ..row }
}

const fn query(row: Endpoint, query: &'static [QueryParam]) -> Endpoint {
    Endpoint { query, ..row }
}

const fn statuses(row: Endpoint, statuses: &'static [u16]) -> Endpoint {
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

/// Every operation, in the order of contract CN-1.1, SJ-1 and SC-1.
pub static ENDPOINTS: &[Endpoint] = &{
    use Body::{None, NotServed, Optional, Required};
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
        row(Op::UpdateApiKeyId, Put, "/_connector/{connector_id}/_api_key_id", V8_13, NotServed),
        row(
            Op::UpdateConfiguration,
            Put,
            "/_connector/{connector_id}/_configuration",
            V8_12,
            NotServed,
        ),
        experimental(row(
            Op::UpdateError,
            Put,
            "/_connector/{connector_id}/_error",
            V8_12,
            Required(UpdateConnectorError::SCHEMA),
        )),
        Endpoint {
            availability: Availability::StackOnly,
            ..experimental(row(
                Op::UpdateFeatures,
                Put,
                "/_connector/{connector_id}/_features",
                V8_15,
                NotServed,
            ))
        },
        row(Op::UpdateFiltering, Put, "/_connector/{connector_id}/_filtering", V8_12, NotServed),
        experimental(row(
            Op::UpdateFilteringValidation,
            Put,
            "/_connector/{connector_id}/_filtering/_validation",
            V8_14,
            NotServed,
        )),
        experimental(row(
            Op::UpdateActiveFiltering,
            Put,
            "/_connector/{connector_id}/_filtering/_activate",
            V8_14,
            NotServed,
        )),
        row(Op::UpdateIndexName, Put, "/_connector/{connector_id}/_index_name", V8_13, NotServed),
        private(row(Op::LastSync, Put, "/_connector/{connector_id}/_last_sync", V8_12, NotServed)),
        row(Op::UpdateName, Put, "/_connector/{connector_id}/_name", V8_12, NotServed),
        row(Op::UpdateNative, Put, "/_connector/{connector_id}/_native", V8_13, NotServed),
        row(Op::UpdatePipeline, Put, "/_connector/{connector_id}/_pipeline", V8_12, NotServed),
        row(Op::UpdateScheduling, Put, "/_connector/{connector_id}/_scheduling", V8_12, NotServed),
        row(
            Op::UpdateServiceType,
            Put,
            "/_connector/{connector_id}/_service_type",
            V8_13,
            NotServed,
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
        statuses(private(row(Op::SecretPost, Post, "/_connector/_secret", V8_13, NotServed)), OK),
        statuses(private(row(Op::SecretPut, Put, SECRET, V8_13, NotServed)), &[200, 201, 400, 500]),
        private(row(Op::SecretGet, Get, SECRET, V8_13, NotServed)),
        private(row(Op::SecretDelete, Delete, SECRET, V8_13, NotServed)),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_34_operations_and_each_has_a_row() {
        assert_eq!(Operation::ALL.len(), 34);
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
        assert_eq!(found(Method::Patch, "/_connector"), None);
    }
}
