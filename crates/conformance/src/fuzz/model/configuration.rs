//! The configuration of a connector.

use std::sync::Arc;

use api_types::json::{Json, Text};

use super::{
    Plan, Planned, Planner, Write,
    body::{Kind, Shape, lenient, malformed, strict, validated},
    document::{Document, object, patch},
    expected::{Expected, Reason, Refusal},
    refused,
    value::{Fields, Value, fields},
};

/// The members of a field that are generated. All others, and what they may be, are the business of
/// cases (section 5.2).
const FIELD: &Shape = &[
    ("default_value", Kind::Any),
    ("label", Kind::Text),
    ("order", Kind::Integer),
    ("required", Kind::Bool),
    ("sensitive", Kind::Bool),
    ("tooltip", Kind::TextOrNull),
    ("value", Kind::Any),
];

impl Planner<'_> {
    pub(super) fn configuration(&self) -> Planned {
        let shape = [("configuration", Kind::Object), ("values", Kind::Any)];
        let given = strict(self.call.body.as_ref(), &shape, &[])?;
        let whole = given.get("configuration").map(stored).transpose()?;
        let values = given.get("values");
        let message = match (&whole, values) {
            (None, None) => Some("[configuration] and [values] cannot both be null."),
            (Some(_), Some(_)) => {
                Some("[configuration] and [values] cannot both be provided in the same request.")
            }
            _ => None,
        };
        let messages: Vec<String> = message.into_iter().map(str::to_owned).collect();
        validated("CN-5.2-2", &messages)?;
        let old = self.read_connector()?;
        match whole {
            Some(whole) => Ok(self.replaced(&old, whole)),
            None => self.values(&old, values.unwrap_or(&Json::Null)),
        }
    }

    /// A whole configuration replaces the old one and is never a noop (CN-5.2-3).
    fn replaced(&self, old: &Document, whole: Fields) -> Plan {
        let mut document = old.clone();
        document.fields.insert(Text::Borrowed("configuration"), Value::Object(whole));
        document.fields.insert(Text::Borrowed("status"), Value::text("configured"));
        let write = Write::Connector(self.call.id().to_owned(), Some(Arc::new(document)));
        let expected = Expected::Result("updated");
        Plan { rule: "CN-5.2-3", expected, writes: vec![write] }
    }

    /// Values of fields that are there (CN-5.2-4).
    fn values(&self, old: &Document, given: &Json) -> Planned {
        let given = given.as_object().map(fields).unwrap_or_default();
        let stored = old.fields.get("configuration").and_then(Value::as_object);
        let is_known = |name: &str| stored.is_some_and(|stored| stored.contains_key(name));
        let unknown: Vec<&str> =
            given.keys().map(|name| &**name).filter(|name| !is_known(name)).collect();
        if let Some(first) = unknown.first() {
            let text = |names: &str| {
                format!(
                    "Unknown [configuration] fields in the request payload: [{names}]. Remove them from request or register their schema first."
                )
            };
            if unknown.len() == 1 {
                return Err(refused("CN-5.2-4", text(first)).into());
            }
            let backwards: Vec<&str> = unknown.iter().rev().copied().collect();
            let either = [text(&unknown.join(", ")), text(&backwards.join(", "))];
            let mut refusal = refused("CN-5.2-4", String::new());
            refusal.reason = if unknown.len() == 2 { Reason::OneOf(either) } else { Reason::Any };
            return Err(refusal.into());
        }
        if given.values().any(|value| *value == Value::Null) {
            let refusal = Refusal {
                rule: "CN-5.2-4",
                status: 500,
                kind: "null_pointer_exception",
                reason: Reason::Null,
            };
            return Err(refusal.into());
        }
        let values = given.into_iter().map(|(name, value)| (name, object([("value", value)])));
        let given = patch([
            ("configuration", Value::Object(values.collect())),
            ("status", Value::text("configured")),
        ]);
        self.update_connector("CN-5.2-4", old, given)
    }
}

/// A configuration as it is stored (CN-5.2-7 to CN-5.2-22).
fn stored(given: &Json) -> Result<Fields, Refusal> {
    let malformed = || malformed("CN-5.2-6");
    let mut stored = Fields::new();
    for (name, field) in given.as_object().ok_or_else(malformed)?.iter() {
        let is_array = matches!(field.get("value"), Some(Json::Array(_)));
        if !lenient(field, FIELD, &["label"]) || is_array {
            return Err(malformed());
        }
        let names: Vec<&str> = FIELD.iter().map(|(name, _)| *name).collect();
        let mut kept = super::updates::known(field, &names);
        kept.retain(|name, value| *name != "tooltip" || *value != Value::Null);
        for (name, value) in [
            ("default_value", Value::Null),
            ("required", Value::Bool(false)),
            ("sensitive", Value::Bool(false)),
            ("value", Value::Null),
        ] {
            kept.entry(Text::Borrowed(name)).or_insert(value);
        }
        stored.insert(Text::Owned(name.to_owned()), Value::Object(kept));
    }
    Ok(stored)
}
