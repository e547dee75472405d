//! The rows of documents, indices, pipelines and the cluster.

use super::{
    Availability, Body, Endpoint, Method, Operation, ParamKind, QueryParam,
    index_params::{
        ALIAS_PARAMS, CHANGE_PARAMS, CREATE_INDEX_PARAMS, DELETE_INDEX_PARAMS, GET_INDEX_PARAMS,
        GET_PIPELINE_PARAMS, HEALTH_PARAMS, LICENSE_PARAMS, MAPPING_PARAMS, NODES_PARAMS,
        PUT_MAPPING_PARAMS, PUT_PIPELINE_PARAMS, REFRESH_PARAMS, SETTINGS_PARAMS, STATS_PARAMS,
    },
    table::{V8_12, param, query, row, stable, statuses},
};
use crate::{
    ops::{RequestBody as _, UpdateDocument},
    schema::EnumType,
};

const DOCUMENT: &str = "/{index}/_doc/{id}";
const CREATE: &str = "/{index}/_create/{id}";
const SOURCE: &str = "/{index}/_source/{id}";
const INDEX: &str = "/{index}";
const ALIAS_OF: &str = "/{index}/_alias/{name}";
const ALIASES_OF: &str = "/{index}/_aliases/{name}";
const MAPPING_OF: &str = "/{index}/_mapping";
const MAPPINGS_OF: &str = "/{index}/_mappings";
const SETTINGS_OF: &str = "/{index}/_settings/{name}";
const SETTING_OF: &str = "/{index}/_setting/{name}";
const STATS_OF: &str = "/{index}/_stats/{metric}";
const SCROLL_ID: &str = "/_search/scroll/{scroll_id}";
const PIPELINE: &str = "/_ingest/pipeline/{id}";

/// Besides these an empty text, which means true.
const REFRESH: EnumType = EnumType::exact("RefreshPolicy", &["true", "false", "wait_for"]);

pub(super) const fn boolean(name: &'static str) -> QueryParam {
    param(name, ParamKind::Boolean, V8_12)
}

const fn long(name: &'static str) -> QueryParam {
    param(name, ParamKind::Long, V8_12)
}

/// A parameter that may say anything, or is of no consequence here.
pub(super) const fn text(name: &'static str) -> QueryParam {
    param(name, ParamKind::String, V8_12)
}

pub(super) const fn list(name: &'static str) -> QueryParam {
    param(name, ParamKind::List, V8_12)
}

pub(super) const fn unserved(name: &'static str) -> QueryParam {
    param(name, ParamKind::NotServed, V8_12)
}

const REFRESH_PARAM: QueryParam = param("refresh", ParamKind::Enum(REFRESH), V8_12);

/// Contract DO-4.1-2.
const UPDATE_PARAMS: &[QueryParam] = &[
    long("if_seq_no"),
    long("if_primary_term"),
    REFRESH_PARAM,
    param("retry_on_conflict", ParamKind::Int, V8_12),
    list("_source"),
    list("_source_excludes"),
    list("_source_includes"),
    boolean("doc_as_upsert"),
    boolean("require_alias"),
    text("timeout"),
    unserved("routing"),
    unserved("wait_for_active_shards"),
];

/// Contract DO-4.2-2.
const GET_PARAMS: &[QueryParam] = &[
    list("_source"),
    boolean("realtime"),
    boolean("refresh"),
    list("_source_excludes"),
    list("_source_includes"),
    unserved("force_synthetic_source"),
    unserved("preference"),
    unserved("routing"),
    unserved("stored_fields"),
    unserved("version"),
    unserved("version_type"),
];

/// Contract DO-4.5-2.
const SOURCE_PARAMS: &[QueryParam] = &[
    list("_source"),
    boolean("realtime"),
    boolean("refresh"),
    list("_source_excludes"),
    list("_source_includes"),
    unserved("preference"),
    unserved("routing"),
    unserved("version"),
    unserved("version_type"),
];

/// Contract DO-4.3-2.
const INDEX_PARAMS: &[QueryParam] = &[
    long("if_seq_no"),
    long("if_primary_term"),
    text("op_type"),
    text("pipeline"),
    REFRESH_PARAM,
    boolean("require_alias"),
    text("timeout"),
    boolean("include_source_on_error"),
    unserved("require_data_stream"),
    unserved("routing"),
    unserved("version"),
    unserved("version_type"),
    unserved("wait_for_active_shards"),
];

/// Contract DO-4.4-2.
const DELETE_PARAMS: &[QueryParam] = &[
    long("if_seq_no"),
    long("if_primary_term"),
    REFRESH_PARAM,
    text("timeout"),
    unserved("routing"),
    unserved("version"),
    unserved("version_type"),
    unserved("wait_for_active_shards"),
];

/// Contract DO-5.1-2.
const BULK_PARAMS: &[QueryParam] = &[
    text("pipeline"),
    REFRESH_PARAM,
    boolean("require_alias"),
    text("timeout"),
    boolean("include_source_on_error"),
    list("_source"),
    list("_source_excludes"),
    list("_source_includes"),
    unserved("list_executed_pipelines"),
    unserved("require_data_stream"),
    unserved("routing"),
    unserved("wait_for_active_shards"),
];

/// Contract DO-5.2-2.
const MGET_PARAMS: &[QueryParam] = &[
    list("_source"),
    list("_source_excludes"),
    list("_source_includes"),
    boolean("realtime"),
    boolean("refresh"),
    unserved("force_synthetic_source"),
    unserved("preference"),
    unserved("routing"),
    unserved("stored_fields"),
];

/// How names stand for indices (contract DO-6-4).
pub(super) const ALLOW_NO: QueryParam = boolean("allow_no_indices");
pub(super) const EXPAND: QueryParam = list("expand_wildcards");
pub(super) const IGNORE: QueryParam = boolean("ignore_unavailable");

/// Contract DO-7-4.
const SEARCH_PARAMS: &[QueryParam] = &[
    param("from", ParamKind::Int, V8_12),
    param("size", ParamKind::Int, V8_12),
    list("sort"),
    list("_source"),
    list("_source_excludes"),
    list("_source_includes"),
    text("track_total_hits"),
    boolean("track_scores"),
    boolean("seq_no_primary_term"),
    boolean("version"),
    text("timeout"),
    text("scroll"),
    boolean("rest_total_hits_as_int"),
    ALLOW_NO,
    EXPAND,
    IGNORE,
    boolean("allow_partial_search_results"),
    boolean("ccs_minimize_roundtrips"),
    boolean("request_cache"),
    param("batched_reduce_size", ParamKind::Int, V8_12),
    param("max_concurrent_shard_requests", ParamKind::Int, V8_12),
    param("pre_filter_shard_size", ParamKind::Int, V8_12),
    text("preference"),
    text("routing"),
    text("search_type"),
    text("typed_keys"),
    unserved("analyze_wildcard"),
    unserved("analyzer"),
    unserved("default_operator"),
    unserved("df"),
    unserved("docvalue_fields"),
    unserved("explain"),
    unserved("force_synthetic_source"),
    unserved("ignore_throttled"),
    unserved("include_named_queries_score"),
    unserved("lenient"),
    unserved("q"),
    unserved("stats"),
    unserved("stored_fields"),
    unserved("suggest_field"),
    unserved("suggest_mode"),
    unserved("suggest_size"),
    unserved("suggest_text"),
    unserved("terminate_after"),
];

/// Contract DO-7.5-2.
const SCROLL_PARAMS: &[QueryParam] =
    &[text("scroll_id"), text("scroll"), boolean("rest_total_hits_as_int")];
const SCROLL_ID_PARAMS: &[QueryParam] = &[text("scroll"), boolean("rest_total_hits_as_int")];

/// Contract DO-7.5-3.
const CLEAR_PARAMS: &[QueryParam] = &[list("scroll_id")];

/// Contract DO-7-10.
const COUNT_PARAMS: &[QueryParam] = &[
    ALLOW_NO,
    EXPAND,
    IGNORE,
    text("preference"),
    text("routing"),
    unserved("analyze_wildcard"),
    unserved("analyzer"),
    unserved("default_operator"),
    unserved("df"),
    unserved("ignore_throttled"),
    unserved("lenient"),
    unserved("min_score"),
    unserved("q"),
    unserved("terminate_after"),
];

/// Contract DO-7-10.
const DELETE_BY_QUERY_PARAMS: &[QueryParam] = UPDATE_BY_QUERY_PARAMS.split_at(1).1;

/// Contract DO-7-11, DO-7-12.
/// The first is of updates alone.
const UPDATE_BY_QUERY_PARAMS: &[QueryParam] = &[
    text("pipeline"),
    ALLOW_NO,
    EXPAND,
    IGNORE,
    text("conflicts"),
    param("max_docs", ParamKind::Int, V8_12),
    boolean("refresh"),
    param("scroll_size", ParamKind::Int, V8_12),
    text("timeout"),
    boolean("wait_for_completion"),
    unserved("analyze_wildcard"),
    unserved("analyzer"),
    unserved("default_operator"),
    unserved("df"),
    unserved("from"),
    unserved("lenient"),
    unserved("preference"),
    unserved("q"),
    unserved("request_cache"),
    unserved("requests_per_second"),
    unserved("routing"),
    unserved("scroll"),
    unserved("search_timeout"),
    unserved("search_type"),
    unserved("slices"),
    unserved("sort"),
    unserved("stats"),
    unserved("terminate_after"),
    unserved("version"),
    unserved("wait_for_active_shards"),
];

const BASIC_PARAMS: &[QueryParam] =
    &[boolean("acknowledge"), text("master_timeout"), text("timeout")];

const TRIAL_PARAMS: &[QueryParam] = &[boolean("acknowledge"), text("type")];

const OK: &[u16] = &[200, 400];
/// 403 if there is such a license already, or was.
const STARTED: &[u16] = &[200, 400, 403];
const FOUND: &[u16] = &[200, 400, 404];

const fn known(
    operation: Operation,
    method: Method,
    path: &'static str,
    body: Body,
    params: &'static [QueryParam],
    known: &'static [u16],
) -> Endpoint {
    stable(statuses(query(row(operation, method, path, V8_12, body), params), known))
}

/// A row that serverless projects keep for their operators (contract DO-8-4).
const fn internal(row: Endpoint) -> Endpoint {
    Endpoint { availability: Availability::StackOnly, ..row }
}

/// Documents, in the order of contract DO-4 and DO-5, then indices, pipelines and the cluster.
pub(super) const DOCUMENTS: &[Endpoint] = &{
    use Body::{AnyOptional, AnyRequired, Lines, None, Required};
    use Method::{Delete, Get, Head, Post, Put};
    use Operation as Op;
    const WRITTEN: &[u16] = &[200, 201, 400, 409];
    const UPDATE: Body = Required(UpdateDocument::SCHEMA);
    const UPDATED: &[u16] = &[200, 201, 400, 404, 409];
    const DELETED: &[u16] = &[200, 400, 404, 409];
    const HEALTH: &[u16] = &[200, 400, 408];
    [
        known(Op::DocumentUpdate, Post, "/{index}/_update/{id}", UPDATE, UPDATE_PARAMS, UPDATED),
        known(Op::DocumentGet, Get, DOCUMENT, None, GET_PARAMS, FOUND),
        known(Op::DocumentExists, Head, DOCUMENT, None, GET_PARAMS, FOUND),
        known(Op::DocumentIndex, Post, "/{index}/_doc", AnyRequired, INDEX_PARAMS, WRITTEN),
        known(Op::DocumentIndex, Put, DOCUMENT, AnyRequired, INDEX_PARAMS, WRITTEN),
        known(Op::DocumentIndex, Post, DOCUMENT, AnyRequired, INDEX_PARAMS, WRITTEN),
        known(Op::DocumentCreate, Put, CREATE, AnyRequired, INDEX_PARAMS, &[201, 400, 409]),
        known(Op::DocumentCreate, Post, CREATE, AnyRequired, INDEX_PARAMS, &[201, 400, 409]),
        known(Op::DocumentDelete, Delete, DOCUMENT, None, DELETE_PARAMS, DELETED),
        known(Op::DocumentSource, Get, SOURCE, None, SOURCE_PARAMS, FOUND),
        known(Op::DocumentSourceExists, Head, SOURCE, None, SOURCE_PARAMS, FOUND),
        known(Op::Bulk, Post, "/_bulk", Lines, BULK_PARAMS, OK),
        known(Op::Bulk, Put, "/_bulk", Lines, BULK_PARAMS, OK),
        known(Op::Bulk, Post, "/{index}/_bulk", Lines, BULK_PARAMS, OK),
        known(Op::Bulk, Put, "/{index}/_bulk", Lines, BULK_PARAMS, OK),
        known(Op::Mget, Get, "/_mget", AnyRequired, MGET_PARAMS, OK),
        known(Op::Mget, Post, "/_mget", AnyRequired, MGET_PARAMS, OK),
        known(Op::Mget, Get, "/{index}/_mget", AnyRequired, MGET_PARAMS, OK),
        known(Op::Mget, Post, "/{index}/_mget", AnyRequired, MGET_PARAMS, OK),
        known(Op::Search, Get, "/_search", AnyOptional, SEARCH_PARAMS, FOUND),
        known(Op::Search, Post, "/_search", AnyOptional, SEARCH_PARAMS, FOUND),
        known(Op::Search, Get, "/{index}/_search", AnyOptional, SEARCH_PARAMS, FOUND),
        known(Op::Search, Post, "/{index}/_search", AnyOptional, SEARCH_PARAMS, FOUND),
        known(Op::Scroll, Get, "/_search/scroll", AnyOptional, SCROLL_PARAMS, FOUND),
        known(Op::Scroll, Post, "/_search/scroll", AnyOptional, SCROLL_PARAMS, FOUND),
        known(Op::Scroll, Get, SCROLL_ID, AnyOptional, SCROLL_ID_PARAMS, FOUND),
        known(Op::Scroll, Post, SCROLL_ID, AnyOptional, SCROLL_ID_PARAMS, FOUND),
        known(Op::ClearScroll, Delete, "/_search/scroll", AnyOptional, CLEAR_PARAMS, FOUND),
        known(Op::ClearScroll, Delete, SCROLL_ID, AnyOptional, &[], FOUND),
        known(Op::Count, Get, "/_count", AnyOptional, COUNT_PARAMS, FOUND),
        known(Op::Count, Post, "/_count", AnyOptional, COUNT_PARAMS, FOUND),
        known(Op::Count, Get, "/{index}/_count", AnyOptional, COUNT_PARAMS, FOUND),
        known(Op::Count, Post, "/{index}/_count", AnyOptional, COUNT_PARAMS, FOUND),
        known(
            Op::DeleteByQuery,
            Post,
            "/{index}/_delete_by_query",
            AnyOptional,
            DELETE_BY_QUERY_PARAMS,
            FOUND,
        ),
        known(
            Op::UpdateByQuery,
            Post,
            "/{index}/_update_by_query",
            AnyOptional,
            UPDATE_BY_QUERY_PARAMS,
            FOUND,
        ),
        known(Op::IndicesCreate, Put, INDEX, AnyOptional, CREATE_INDEX_PARAMS, OK),
        known(Op::IndicesGet, Get, INDEX, None, GET_INDEX_PARAMS, FOUND),
        known(Op::IndicesExists, Head, INDEX, None, GET_INDEX_PARAMS, FOUND),
        known(Op::IndicesDelete, Delete, INDEX, None, DELETE_INDEX_PARAMS, FOUND),
        known(Op::IndicesRefresh, Get, "/_refresh", None, REFRESH_PARAMS, FOUND),
        known(Op::IndicesRefresh, Post, "/_refresh", None, REFRESH_PARAMS, FOUND),
        known(Op::IndicesRefresh, Get, "/{index}/_refresh", None, REFRESH_PARAMS, FOUND),
        known(Op::IndicesRefresh, Post, "/{index}/_refresh", None, REFRESH_PARAMS, FOUND),
        known(Op::IndicesGetAlias, Get, "/_alias", None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesGetAlias, Get, "/_aliases", None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesGetAlias, Get, "/_alias/{name}", None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesGetAlias, Get, "/{index}/_alias", None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesGetAlias, Get, ALIAS_OF, None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesExistsAlias, Head, "/_alias/{name}", None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesExistsAlias, Head, "/{index}/_alias", None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesExistsAlias, Head, ALIAS_OF, None, ALIAS_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, ALIAS_OF, AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Post, ALIAS_OF, AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, ALIASES_OF, AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Post, ALIASES_OF, AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, "/_alias/{name}", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Post, "/_alias/{name}", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, "/_aliases/{name}", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Post, "/_aliases/{name}", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, "/{index}/_alias", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, "/{index}/_aliases", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesPutAlias, Put, "/_alias", AnyOptional, CHANGE_PARAMS, FOUND),
        known(Op::IndicesDeleteAlias, Delete, ALIAS_OF, None, CHANGE_PARAMS, FOUND),
        known(Op::IndicesDeleteAlias, Delete, ALIASES_OF, None, CHANGE_PARAMS, FOUND),
        known(Op::IndicesUpdateAliases, Post, "/_aliases", AnyRequired, CHANGE_PARAMS, FOUND),
        known(Op::IndicesGetMapping, Get, "/_mapping", None, MAPPING_PARAMS, FOUND),
        known(Op::IndicesGetMapping, Get, "/_mappings", None, MAPPING_PARAMS, FOUND),
        known(Op::IndicesGetMapping, Get, MAPPING_OF, None, MAPPING_PARAMS, FOUND),
        known(Op::IndicesGetMapping, Get, MAPPINGS_OF, None, MAPPING_PARAMS, FOUND),
        known(Op::IndicesPutMapping, Put, MAPPING_OF, AnyRequired, PUT_MAPPING_PARAMS, FOUND),
        known(Op::IndicesPutMapping, Post, MAPPING_OF, AnyRequired, PUT_MAPPING_PARAMS, FOUND),
        known(Op::IndicesPutMapping, Put, MAPPINGS_OF, AnyRequired, PUT_MAPPING_PARAMS, FOUND),
        known(Op::IndicesPutMapping, Post, MAPPINGS_OF, AnyRequired, PUT_MAPPING_PARAMS, FOUND),
        known(Op::IndicesGetSettings, Get, "/_settings", None, SETTINGS_PARAMS, FOUND),
        known(Op::IndicesGetSettings, Get, "/_settings/{name}", None, SETTINGS_PARAMS, FOUND),
        known(Op::IndicesGetSettings, Get, "/{index}/_settings", None, SETTINGS_PARAMS, FOUND),
        known(Op::IndicesGetSettings, Get, SETTINGS_OF, None, SETTINGS_PARAMS, FOUND),
        known(Op::IndicesGetSettings, Get, SETTING_OF, None, SETTINGS_PARAMS, FOUND),
        internal(known(Op::IndicesStats, Get, "/_stats", None, STATS_PARAMS, FOUND)),
        internal(known(Op::IndicesStats, Get, "/_stats/{metric}", None, STATS_PARAMS, FOUND)),
        internal(known(Op::IndicesStats, Get, "/{index}/_stats", None, STATS_PARAMS, FOUND)),
        internal(known(Op::IndicesStats, Get, STATS_OF, None, STATS_PARAMS, FOUND)),
        known(Op::IngestPutPipeline, Put, PIPELINE, AnyRequired, PUT_PIPELINE_PARAMS, OK),
        known(Op::IngestGetPipeline, Get, "/_ingest/pipeline", None, GET_PIPELINE_PARAMS, FOUND),
        known(Op::IngestGetPipeline, Get, PIPELINE, None, GET_PIPELINE_PARAMS, FOUND),
        known(Op::IngestDeletePipeline, Delete, PIPELINE, None, CHANGE_PARAMS, FOUND),
        known(Op::LicenseGet, Get, "/_license", None, LICENSE_PARAMS, OK),
        known(Op::LicenseGetBasicStatus, Get, "/_license/basic_status", None, &[], OK),
        known(Op::LicenseGetTrialStatus, Get, "/_license/trial_status", None, &[], OK),
        known(
            Op::LicensePostStartBasic,
            Post,
            "/_license/start_basic",
            None,
            BASIC_PARAMS,
            STARTED,
        ),
        known(
            Op::LicensePostStartTrial,
            Post,
            "/_license/start_trial",
            None,
            TRIAL_PARAMS,
            STARTED,
        ),
        internal(known(Op::ClusterHealth, Get, "/_cluster/health", None, HEALTH_PARAMS, HEALTH)),
        internal(known(
            Op::ClusterHealth,
            Get,
            "/_cluster/health/{index}",
            None,
            HEALTH_PARAMS,
            HEALTH,
        )),
        internal(known(Op::NodesInfo, Get, "/_nodes", None, NODES_PARAMS, OK)),
        internal(known(Op::NodesInfo, Get, "/_nodes/{node_id}", None, NODES_PARAMS, OK)),
        internal(known(Op::NodesInfo, Get, "/_nodes/{node_id}/{metric}", None, NODES_PARAMS, OK)),
        internal(known(
            Op::NodesInfo,
            Get,
            "/_nodes/{node_id}/info/{metric}",
            None,
            NODES_PARAMS,
            OK,
        )),
    ]
};
