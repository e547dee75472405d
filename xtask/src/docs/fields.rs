//! The members of bodies, as tables.

use std::collections::BTreeMap;

use api_types::schema::{EnumType, Field, Kind, Presence, Schema};

use super::markdown::{code, table};

/// The members of a body or of an object within one.
pub(super) fn members(schema: &Schema) -> String {
    let row =
        |field: &Field| [code(field.name), presence(field.presence).to_owned(), kind(field.kind)];
    table(&["member", "required", "values"], schema.fields.iter().map(row))
}

const fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required | Presence::Unboxed => "yes",
        Presence::Optional => "no",
    }
}

/// The schemas of the objects within a body, and within those, by their parsers' names.
pub(super) fn nested(schema: &'static Schema, found: &mut BTreeMap<&'static str, &'static Schema>) {
    for field in schema.fields {
        if let Kind::Object(inner) | Kind::Objects(inner) | Kind::Map(inner) = field.kind {
            found.insert(inner.parser, inner);
            nested(inner, found);
        }
    }
}

fn kind(kind: Kind) -> String {
    let link = |schema: &Schema| format!("[{0}](#{0})", schema.parser);
    match kind {
        Kind::String => "string".to_owned(),
        Kind::StringOrNull => "string, null".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Long => "integer, 64 bits".to_owned(),
        Kind::Int => "integer, 32 bits".to_owned(),
        Kind::Timestamp => "date".to_owned(),
        Kind::TimestampOrNull => "date, null".to_owned(),
        Kind::Enum(values) | Kind::LateEnum(values) => one_of(values),
        Kind::EnumOrNull(values) => format!("{}, null", one_of(values)),
        Kind::Cron => "cron expression".to_owned(),
        Kind::AnyObject => "object".to_owned(),
        Kind::AnyObjectOrNull => "object, null".to_owned(),
        Kind::AnyObjectOrArray => "object, array".to_owned(),
        Kind::FetchSource => "boolean, string, array or object".to_owned(),
        Kind::Any => "anything".to_owned(),
        Kind::AnyAsObject => "object; anything else but an array counts as an empty one".to_owned(),
        Kind::Scalar => "string, number, boolean, null".to_owned(),
        Kind::AnyButArray => "anything but an array".to_owned(),
        Kind::StringOrNumber => "string, number".to_owned(),
        Kind::StringNumberOrArray => "string, number, array".to_owned(),
        Kind::Strings => "array of strings".to_owned(),
        Kind::Object(schema) => link(schema),
        Kind::Objects(schema) => format!("array of {}", link(schema)),
        Kind::Map(schema) => format!("object of any names, each value {}", link(schema)),
    }
}

/// The values of an enumeration.
pub(super) fn one_of(values: EnumType) -> String {
    values.values.iter().map(code).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use api_types::ops::{PostSyncJob, RequestBody as _, UpdateScheduling};

    use super::*;

    // Expected values: contract SJ-6-2 to SJ-6-4.
    #[test]
    fn a_member_is_shown_with_what_it_takes() {
        let expected = "\
| member | required | values |
| --- | --- | --- |
| `id` | yes | string |
| `job_type` | no | `full`, `incremental`, `access_control` |
| `trigger_method` | no | `on_demand`, `scheduled` |
";
        assert_eq!(members(PostSyncJob::SCHEMA), expected);
    }

    // Expected values: contract CN-5.13-1.
    #[test]
    fn objects_within_objects_are_found() {
        let mut found = BTreeMap::new();
        nested(UpdateScheduling::SCHEMA, &mut found);
        let names: Vec<&str> = found.into_keys().collect();
        assert_eq!(names, ["connector_scheduling", "schedule_config"]);
    }
}
