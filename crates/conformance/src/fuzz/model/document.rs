//! New documents, and what one document takes from another.

use api_types::json::Text;

use super::value::{Fields, Value};

/// A connector or a job.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document {
    pub(super) fields: Fields,
    /// Later creations have greater numbers.
    pub(super) number: u64,
}

impl Document {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.fields.get(name) == Some(&Value::Bool(true))
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.is("deleted")
    }

    /// The status; empty if there is none.
    pub(super) fn status(&self) -> &str {
        self.text("status").unwrap_or_default()
    }
}

/// An object of these members.
pub(super) fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    Value::Object(patch(members))
}

/// Members of an update.
pub(super) fn patch<const N: usize>(members: [(&'static str, Value); N]) -> Fields {
    members.into_iter().map(|(name, value)| (Text::Borrowed(name), value)).collect()
}

/// What a connector is created with.
#[derive(Debug, Default)]
pub(super) struct Creation {
    pub(super) description: Option<Text>,
    pub(super) index_name: Option<Text>,
    pub(super) is_native: bool,
    pub(super) language: Option<Text>,
    pub(super) name: Option<Text>,
    pub(super) service_type: Option<Text>,
}

/// A new connector (CN-2.1-1 to CN-2.1-3).
pub(super) fn connector(creation: Creation, now: &Value) -> Fields {
    let schedule =
        || object([("enabled", Value::Bool(false)), ("interval", Value::text("0 0 0 * * ?"))]);
    let status = if creation.is_native { "needs_configuration" } else { "created" };
    let half = half(now);
    let filtering =
        object([("active", half.clone()), ("domain", Value::text("DEFAULT")), ("draft", half)]);
    let scheduling =
        object([("access_control", schedule()), ("full", schedule()), ("incremental", schedule())]);
    let name = creation.name.unwrap_or_default();
    let mut fields = patch([
        ("configuration", object([])),
        ("custom_scheduling", object([])),
        ("deleted", Value::Bool(false)),
        ("filtering", Value::Array(vec![filtering])),
        ("is_native", Value::Bool(creation.is_native)),
        ("name", Value::Text(name)),
        ("scheduling", scheduling),
        ("status", Value::text(status)),
        ("sync_now", Value::Bool(false)),
    ]);
    let optional = [
        ("description", creation.description),
        ("index_name", creation.index_name),
        ("language", creation.language),
        ("service_type", creation.service_type),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            fields.insert(Text::Borrowed(name), Value::Text(value));
        }
    }
    fields
}

/// Rules and snippet as they are at first.
fn half(now: &Value) -> Value {
    let snippet =
        object([("created_at", now.clone()), ("updated_at", now.clone()), ("value", object([]))]);
    object([
        ("advanced_snippet", snippet),
        ("rules", Value::Array(vec![default_rule(0, now)])),
        ("validation", validation("valid")),
    ])
}

/// The rule that lets everything in.
pub(super) fn default_rule(order: i64, now: &Value) -> Value {
    object([
        ("created_at", now.clone()),
        ("field", Value::text("_")),
        ("id", Value::text("DEFAULT")),
        ("order", Value::integer(order)),
        ("policy", Value::text("include")),
        ("rule", Value::text("regex")),
        ("updated_at", now.clone()),
        ("value", Value::text(".*")),
    ])
}

/// A validation without errors.
pub(super) fn validation(state: &'static str) -> Value {
    object([("errors", Value::Array(Vec::new())), ("state", Value::text(state))])
}

/// The snapshot of a connector in a job (SJ-7-2 to SJ-7-10).
pub(super) fn snapshot(id: &str, connector: &Document, job_type: &str) -> Value {
    let mut fields = patch([
        ("id", Value::Text(Text::Owned(id.to_owned()))),
        ("configuration", connector.fields.get("configuration").map_or(object([]), configuration)),
    ]);
    let mut copy = |name: &'static str, value: Option<Value>| {
        if let Some(value) = value.filter(|value| *value != Value::Null) {
            fields.insert(Text::Borrowed(name), value);
        }
    };
    let index_name = connector.text("index_name");
    let index_name = if job_type == "access_control" {
        Some(format!(".search-acl-filter-{}", index_name.unwrap_or("null")))
    } else {
        index_name.map(str::to_owned)
    };
    copy("index_name", index_name.map(|name| Value::Text(Text::Owned(name))));
    for name in ["language", "pipeline", "service_type"] {
        copy(name, connector.fields.get(name).cloned());
    }
    copy("filtering", active_filtering(connector));
    Value::Object(fields)
}

fn active_filtering(connector: &Document) -> Option<Value> {
    match connector.fields.get("filtering")? {
        Value::Array(elements) => elements.first()?.as_object()?.get("active").cloned(),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Object(_)
        | Value::Stamp(_) => None,
    }
}

/// Nulls are left out, but of `default_value` and `value` (SJ-7-14).
fn configuration(stored: &Value) -> Value {
    let Some(stored) = stored.as_object() else { return stored.clone() };
    let kept = |name: &str, value: &Value| {
        *value != Value::Null || ["default_value", "value"].contains(&name)
    };
    let field = |value: &Value| {
        value.as_object().map_or_else(
            || value.clone(),
            |members| {
                let members = members.iter().filter(|(name, value)| kept(name, value));
                Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
            },
        )
    };
    Value::Object(stored.iter().map(|(name, value)| (name.clone(), field(value))).collect())
}

/// A new job (SJ-7-1).
pub(super) fn job(connector: Value, job_type: Text, trigger_method: Text, now: &Value) -> Fields {
    let zero = || Value::integer(0);
    patch([
        ("connector", connector),
        ("created_at", now.clone()),
        ("deleted_document_count", zero()),
        ("indexed_document_count", zero()),
        ("indexed_document_volume", zero()),
        ("job_type", Value::Text(job_type)),
        ("last_seen", now.clone()),
        ("metadata", object([])),
        ("status", Value::text("pending")),
        ("total_document_count", zero()),
        ("trigger_method", Value::Text(trigger_method)),
    ])
}
