//! The document of a connector: what a new one holds, and in which order it is written (contract
//! CN-2.1, CN-9).

use api_types::{
    Timestamp, Version,
    connector::{ConnectorStatus, features::PIPELINE, filtering::RULES, scheduling::SCHEDULING},
    differences::Difference,
    json::{Json, Object},
    ops::PutConnector,
    schema::Kind,
};

use crate::store::Document;

/// The document of a new connector, its members in the server's order (contract CN-2.1, CN-9-21).
pub(super) fn new_connector(body: PutConnector, now: Timestamp, version: Version) -> Object {
    let is_native = body.is_native.unwrap_or(false);
    let status = if is_native { ConnectorStatus::NEW_NATIVE } else { ConnectorStatus::NEW };
    let rules = default_filtering(now);
    let filtering =
        Object::new().with("active", rules.clone()).with("domain", "DEFAULT").with("draft", rules);
    let mut values = Object::new()
        .with("configuration", Object::new())
        .with("custom_scheduling", Object::new())
        .with("filtering", vec![Json::Object(filtering)])
        .with("is_native", is_native)
        .with("name", body.name.unwrap_or_default())
        .with("scheduling", default_scheduling())
        .with("status", status)
        .with("sync_now", false);
    values.insert_some("description", body.description);
    values.insert_some("index_name", body.index_name);
    values.insert_some("language", body.language);
    values.insert_some("service_type", body.service_type);
    if version.has(Difference::SoftDeletion) {
        values.insert("deleted", false);
    }
    let mut source = Object::new();
    for name in members(version) {
        match values.remove(name) {
            Some(value) => source.insert(name, value),
            None if version.has(Difference::NullsLeftOut) => {}
            None => source.insert(name, Json::Null),
        }
    }
    source
}

/// The members of a connector, in the order in which a server writes them.
const MEMBERS: [&str; 29] = [
    "api_key_id",
    "api_key_secret_id",
    "configuration",
    "custom_scheduling",
    "description",
    "error",
    "features",
    "filtering",
    "index_name",
    "is_native",
    "language",
    "last_seen",
    "last_access_control_sync_error",
    "last_access_control_sync_status",
    "last_access_control_sync_scheduled_at",
    "last_deleted_document_count",
    "last_incremental_sync_scheduled_at",
    "last_indexed_document_count",
    "last_sync_error",
    "last_sync_scheduled_at",
    "last_sync_status",
    "last_synced",
    "name",
    "pipeline",
    "scheduling",
    "service_type",
    "sync_cursor",
    "status",
    "sync_now",
];

/// The members that a version knows, in their order.
fn members(version: Version) -> impl Iterator<Item = &'static str> {
    let deleted = version.has(Difference::SoftDeletion).then_some("deleted");
    let has_secret_id = version.has(Difference::ApiKeySecretId);
    MEMBERS
        .into_iter()
        .filter(move |name| has_secret_id || *name != "api_key_secret_id")
        .chain(deleted)
}

/// The document as it is read and written anew (contract CN-9-30).
pub(super) fn rewritten(document: &Document, version: Version) -> Object {
    let source = document.source();
    let mut written = Object::new().with("id", document.id.clone());
    for name in members(version) {
        let value = source.get(name).cloned().unwrap_or_default();
        written.insert(
            name,
            match name {
                "filtering" => {
                    value.as_array().unwrap_or_default().iter().map(rewritten_filtering).collect()
                }
                "pipeline" => Kind::Object(PIPELINE).arranged(&value),
                "scheduling" => Kind::Object(SCHEDULING).arranged(&value),
                _ => value,
            },
        );
    }
    written
}

fn rewritten_filtering(element: &Json) -> Json {
    let half =
        |name: &str| Kind::Object(RULES).arranged(&element.get(name).cloned().unwrap_or_default());
    let domain = element.get("domain").cloned().unwrap_or_default();
    Object::new()
        .with("active", half("active"))
        .with("domain", domain)
        .with("draft", half("draft"))
        .into()
}

fn default_filtering(now: Timestamp) -> Object {
    let snippet =
        Object::new().with("created_at", now).with("updated_at", now).with("value", Object::new());
    Object::new()
        .with("advanced_snippet", snippet)
        .with("rules", vec![Json::Object(default_rule(&now.into(), 0))])
        .with("validation", Object::new().with("errors", Vec::new()).with("state", "valid"))
}

/// The rule that takes everything.
pub(super) fn default_rule(created_at: &Json, order: i64) -> Object {
    Object::new()
        .with("created_at", created_at.clone())
        .with("field", "_")
        .with("id", "DEFAULT")
        .with("order", order)
        .with("policy", "include")
        .with("rule", "regex")
        .with("updated_at", created_at.clone())
        .with("value", ".*")
}

fn default_scheduling() -> Object {
    ["access_control", "full", "incremental"]
        .into_iter()
        .map(|kind| {
            let schedule = Object::new().with("enabled", false).with("interval", "0 0 0 * * ?");
            (kind, Json::Object(schedule))
        })
        .collect()
}
