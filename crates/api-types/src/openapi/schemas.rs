//! From the schemas of bodies and answers to JSON Schema.

use std::collections::BTreeMap;

use super::{array, reference, strings};
use crate::{
    json::{Json, Object},
    schema::{Absent, EnumType, Field, Kind, Presence, Schema, UnknownFields},
};

/// Which side of the wire is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What a client sends.
    Request,
    /// What the server answers.
    Answer,
}

/// The schemas that are referred to, by name.
#[derive(Debug, Default)]
pub(super) struct Schemas(BTreeMap<String, Json>);

impl Schemas {
    /// A reference to a schema, which is described if it was not yet.
    pub(super) fn reference(&mut self, schema: &Schema, side: Side) -> Object {
        let name = name(schema, side);
        if !self.0.contains_key(&name) {
            let described = self.object(schema, side);
            self.0.insert(name.clone(), described.into());
        }
        reference("schemas", &name)
    }

    pub(super) fn into_components(self) -> Object {
        self.0.into_iter().collect()
    }

    fn object(&mut self, schema: &Schema, side: Side) -> Object {
        let mut properties = Object::new();
        let mut required = Vec::new();
        for field in schema.fields {
            let described = self.kind(stored_kind(field.kind, side), side);
            let described = match (side, schema.unknown, field.presence) {
                (Side::Answer, UnknownFields::Kept, Presence::Optional) => or_null(described),
                _ => described,
            };
            properties.insert(field.name, described);
            if is_required(field, side) {
                required.push(Json::from(field.name));
            }
        }
        let mut object = Object::new().with("type", "object").with("properties", properties);
        if !required.is_empty() {
            object.insert("required", required);
        }
        if side == Side::Request && schema.unknown == UnknownFields::Refused {
            object.insert("additionalProperties", false);
        }
        object
    }

    fn kind(&mut self, kind: Kind, side: Side) -> Object {
        match kind {
            Kind::String => typed("string"),
            Kind::StringOrNull => types(&["string", "null"]),
            Kind::Boolean => typed("boolean"),
            Kind::Long => typed("integer").with("format", "int64"),
            Kind::Int => typed("integer").with("format", "int32"),
            Kind::Timestamp => typed("string").with("format", "date-time"),
            Kind::TimestampOrNull => types(&["string", "null"]).with("format", "date-time"),
            Kind::Enum(values) | Kind::LateEnum(values) => enumeration(values),
            Kind::EnumOrNull(values) => or_null(enumeration(values)),
            Kind::Cron => typed("string")
                .with("description", CRON)
                .with("examples", strings(&["0 0 0 * * ?"])),
            Kind::AnyObject | Kind::AnyAsObject => open(typed("object")),
            Kind::AnyObjectOrNull => open(types(&["object", "null"])),
            Kind::AnyObjectOrArray => open(types(&["object", "array"])),
            Kind::FetchSource => open(types(&["boolean", "string", "array", "object"])),
            Kind::Any => Object::new(),
            Kind::Scalar => types(&["string", "number", "boolean", "null"]),
            Kind::AnyButArray => types(&["string", "number", "boolean", "object", "null"]),
            Kind::StringOrNumber => types(&["string", "number"]),
            Kind::StringNumberOrArray => types(&["string", "number", "array"]),
            Kind::Strings => typed("array").with("items", typed("string")),
            Kind::Object(schema) => self.reference(schema, side),
            Kind::Objects(schema) => typed("array").with("items", self.reference(schema, side)),
            Kind::Map(schema) => {
                typed("object").with("additionalProperties", self.reference(schema, side))
            }
        }
    }
}

const CRON: &str = "Seconds, minutes, hours, day of month, month, day of week, and maybe a year; \
exactly one of the two days is `?`";

/// The kind of a member as it is answered. A null within a body is stored as if it were absent,
/// and a configuration value may be set to an array later (contract CN-5.2-4).
const fn stored_kind(kind: Kind, side: Side) -> Kind {
    match (side, kind) {
        (Side::Answer, Kind::StringOrNull) => Kind::String,
        (Side::Answer, Kind::TimestampOrNull) => Kind::Timestamp,
        (Side::Answer, Kind::EnumOrNull(values)) => Kind::Enum(values),
        (Side::Answer, Kind::AnyButArray) => Kind::Any,
        _ => kind,
    }
}

fn is_required(field: &Field, side: Side) -> bool {
    match side {
        Side::Request => field.presence != Presence::Optional,
        Side::Answer => field.presence != Presence::Optional || field.absent != Absent::Omitted,
    }
}

pub(super) fn typed(name: &'static str) -> Object {
    Object::new().with("type", name)
}

fn types(names: &[&'static str]) -> Object {
    Object::new().with("type", strings(names))
}

/// Of any members, said aloud: generators of clients take an object without properties for empty.
pub(super) fn open(object: Object) -> Object {
    object.with("additionalProperties", true)
}

pub(super) fn enumeration(values: EnumType) -> Object {
    typed("string").with("enum", strings(values.values))
}

/// The same, or null.
fn or_null(described: Object) -> Object {
    let Some(Json::String(name)) = described.get("type").cloned() else {
        return Object::new().with("anyOf", array([described, typed("null")]));
    };
    let mut described = described;
    let values = described.get("enum").and_then(Json::as_array).map(<[Json]>::to_vec);
    if let Some(mut values) = values {
        values.push(Json::Null);
        described.insert("enum", values);
    }
    described.with("type", vec![Json::String(name), Json::from("null")])
}

/// The name of a component: the parser's in capitals. An object within a request's body has
/// another shape than the stored one, and `Input` behind its name.
fn name(schema: &Schema, side: Side) -> String {
    let mut name = String::new();
    for word in schema.parser.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    if side == Side::Request && schema.unknown == UnknownFields::Dropped {
        name.push_str("Input");
    }
    name
}
