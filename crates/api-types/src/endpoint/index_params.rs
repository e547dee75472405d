//! The parameters of the operations on indices, pipelines and the cluster.

use crate::Version;

use super::{
    QueryParam,
    documents::{ALLOW_NO, EXPAND, IGNORE, boolean, list, text, unserved},
};

const THROTTLED: QueryParam = boolean("ignore_throttled");

/// Contract DO-6-9.
const LOCAL_OF_ALIASES: QueryParam =
    QueryParam { until: Some(Version::new(9, 0, 0)), ..boolean("local") };

pub(super) const CREATE_INDEX_PARAMS: &[QueryParam] =
    &[text("master_timeout"), text("timeout"), unserved("wait_for_active_shards")];

pub(super) const GET_INDEX_PARAMS: &[QueryParam] = &[
    ALLOW_NO,
    EXPAND,
    IGNORE,
    THROTTLED,
    list("features"),
    boolean("flat_settings"),
    boolean("local"),
    text("master_timeout"),
    unserved("include_defaults"),
];

pub(super) const DELETE_INDEX_PARAMS: &[QueryParam] =
    &[ALLOW_NO, EXPAND, IGNORE, THROTTLED, text("master_timeout"), text("timeout")];

pub(super) const REFRESH_PARAMS: &[QueryParam] = &[ALLOW_NO, EXPAND, IGNORE, THROTTLED];

pub(super) const ALIAS_PARAMS: &[QueryParam] =
    &[ALLOW_NO, EXPAND, IGNORE, THROTTLED, LOCAL_OF_ALIASES, text("master_timeout")];

pub(super) const MAPPING_PARAMS: &[QueryParam] =
    &[ALLOW_NO, EXPAND, IGNORE, THROTTLED, boolean("local"), text("master_timeout")];

pub(super) const CHANGE_PARAMS: &[QueryParam] = &[text("master_timeout"), text("timeout")];

pub(super) const PUT_MAPPING_PARAMS: &[QueryParam] = &[
    ALLOW_NO,
    EXPAND,
    IGNORE,
    THROTTLED,
    text("master_timeout"),
    text("timeout"),
    boolean("write_index_only"),
];

pub(super) const SETTINGS_PARAMS: &[QueryParam] = &[
    ALLOW_NO,
    EXPAND,
    IGNORE,
    THROTTLED,
    boolean("flat_settings"),
    boolean("local"),
    text("master_timeout"),
    unserved("include_defaults"),
];

/// Contract DO-6.8-2.
pub(super) const STATS_PARAMS: &[QueryParam] = &[
    ALLOW_NO,
    EXPAND,
    IGNORE,
    THROTTLED,
    list("completion_fields"),
    list("fielddata_fields"),
    list("fields"),
    boolean("forbid_closed_indices"),
    list("groups"),
    boolean("include_segment_file_sizes"),
    boolean("include_unloaded_segments"),
    text("level"),
];

pub(super) const PUT_PIPELINE_PARAMS: &[QueryParam] =
    &[text("master_timeout"), text("timeout"), unserved("if_version")];

pub(super) const GET_PIPELINE_PARAMS: &[QueryParam] = &[text("master_timeout"), boolean("summary")];

pub(super) const LICENSE_PARAMS: &[QueryParam] = &[boolean("accept_enterprise"), boolean("local")];

pub(super) const HEALTH_PARAMS: &[QueryParam] = &[
    ALLOW_NO,
    EXPAND,
    IGNORE,
    THROTTLED,
    text("level"),
    boolean("local"),
    text("master_timeout"),
    text("return_200_for_cluster_health_timeout"),
    text("timeout"),
    text("wait_for_active_shards"),
    text("wait_for_events"),
    boolean("wait_for_no_initializing_shards"),
    boolean("wait_for_no_relocating_shards"),
    text("wait_for_nodes"),
    text("wait_for_relocating_shards"),
    text("wait_for_status"),
];

pub(super) const NODES_PARAMS: &[QueryParam] = &[boolean("flat_settings"), text("timeout")];
