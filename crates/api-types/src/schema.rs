//! What a request body may hold, and an answer, as data.
//!
//! A schema is what the server declares as an object parser: the reader of bodies, the
//! conformance cases and the API description are all driven by it. Answers are described in the
//! same terms (`answers`).

use crate::{
    json::{Json, Object},
    wire_enum::{UnknownValue, WireEnum},
};

/// The parser of one kind of object.
#[derive(Debug)]
pub struct Schema {
    /// The name that messages put in brackets, `connector_put_request`.
    pub parser: &'static str,
    /// What happens to a member that is not declared.
    pub unknown: UnknownFields,
    /// The members, in declaration order: the order of `Required [a, b]` and of what is stored.
    pub fields: &'static [Field],
}

/// What happens to a member that is not declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownFields {
    /// It is an error: bodies of requests.
    Refused,
    /// It is dropped: objects within bodies.
    Dropped,
    /// It is kept: stored documents, which are answered as they are.
    Kept,
}

impl Schema {
    /// The parser of a body: members that are not declared are an error.
    #[must_use]
    pub const fn body(parser: &'static str, fields: &'static [Field]) -> Self {
        Self { parser, unknown: UnknownFields::Refused, fields }
    }

    /// The parser of an object within a body: members that are not declared are dropped.
    #[must_use]
    pub const fn nested(parser: &'static str, fields: &'static [Field]) -> Self {
        Self { parser, unknown: UnknownFields::Dropped, fields }
    }

    /// An answer: no parser reads it. Its optional members may also be null.
    #[must_use]
    pub const fn answer(name: &'static str, fields: &'static [Field]) -> Self {
        Self { parser: name, unknown: UnknownFields::Kept, fields }
    }
}

impl Schema {
    /// A stored object as the server writes it anew: the declared members in declared order, others
    /// dropped.
    #[must_use]
    pub fn arranged(&self, object: &Object) -> Object {
        let mut arranged = Object::new();
        for field in self.fields {
            match object.get(field.name) {
                Some(value) => arranged.insert(field.name, field.kind.arranged(value)),
                None if field.absent == Absent::Null => arranged.insert(field.name, Json::Null),
                None => {}
            }
        }
        arranged
    }
}

impl Kind {
    /// A stored value of this kind as the server writes it anew.
    #[must_use]
    pub fn arranged(self, value: &Json) -> Json {
        match (self, value) {
            (Self::Object(schema), Json::Object(object)) => schema.arranged(object).into(),
            (Self::Objects(schema), Json::Array(elements)) => {
                elements.iter().map(|element| Self::Object(schema).arranged(element)).collect()
            }
            (Self::Map(schema), Json::Object(entries)) => {
                let arranged: Object = entries
                    .iter()
                    .map(|(name, entry)| (name.to_owned(), Self::Object(schema).arranged(entry)))
                    .collect();
                arranged.in_java_map_order_outside().into()
            }
            (_, value) => value.clone(),
        }
    }
}

/// A declared member of an object.
#[derive(Debug)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// Whether it may be left out.
    pub presence: Presence,
    /// Which values it takes.
    pub kind: Kind,
    /// What an object within a body has in place of an absent or null member.
    pub absent: Absent,
}

/// What stands for a member that is absent or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing: the member is left out.
    Omitted,
    /// `null`
    Null,
    /// `false`
    False,
    /// The time of the request.
    Now,
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `Required [name]` if it is.
    Required,
    /// It may be left out.
    Optional,
    /// It may be left out, and breaks the server where it is: a null is taken for a boolean.
    Unboxed,
}

impl Field {
    /// A member that must be there.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, presence: Presence::Required, kind, absent: Absent::Omitted }
    }

    /// A member that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, presence: Presence::Optional, kind, absent: Absent::Omitted }
    }

    /// A member whose absence breaks the server.
    #[must_use]
    pub const fn unboxed(name: &'static str, kind: Kind) -> Self {
        Self { name, presence: Presence::Unboxed, kind, absent: Absent::Omitted }
    }

    /// The same member with something in its place where it is absent.
    #[must_use]
    pub const fn or(self, absent: Absent) -> Self {
        Self { absent, ..self }
    }
}

/// The values that a member takes (contract CN-1.4).
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string and nothing else.
    String,
    /// A string or null.
    StringOrNull,
    /// A boolean, or one of the strings `"true"` and `"false"`.
    Boolean,
    /// A number or a numeric string that 64 bits hold; fractions are cut off.
    Long,
    /// A string in `strict_date_optional_time||epoch_millis`.
    Timestamp,
    /// A value of an enumeration, refused where it stands.
    Enum(EnumType),
    /// A string that must be a value of an enumeration; refused when the object is complete.
    LateEnum(EnumType),
    /// An object of any content.
    AnyObject,
    /// An object of any content, or null.
    AnyObjectOrNull,
    /// An object or an array of any content.
    AnyObjectOrArray,
    /// How much of a document an answer is to hold: a boolean, a name, names, or an object with
    /// `includes` and `excludes`.
    FetchSource,
    /// Anything.
    Any,
    /// An object whose members are read, or anything else, which counts as an empty one; an array
    /// breaks the server.
    AnyAsObject,
    /// A string, number, boolean or null.
    Scalar,
    /// Anything but an array.
    AnyButArray,
    /// A string or a number.
    StringOrNumber,
    /// A string, a number or an array.
    StringNumberOrArray,
    /// A number or a numeric string that 32 bits hold; fractions are cut off.
    Int,
    /// A string in `strict_date_optional_time||epoch_millis`, or null.
    TimestampOrNull,
    /// A value of an enumeration, or null.
    EnumOrNull(EnumType),
    /// A cron expression; refused when the object is complete, stored in upper case.
    Cron,
    /// Strings, or one string.
    Strings,
    /// An object with a parser of its own.
    Object(&'static Schema),
    /// Objects with a parser of their own, or one such object.
    Objects(&'static Schema),
    /// An object of any names, each value with this parser.
    Map(&'static Schema),
}

/// An enumeration of the wire format, as data.
#[derive(Clone, Copy)]
pub struct EnumType {
    /// The name that messages use.
    pub class: &'static str,
    /// The values.
    pub values: &'static [&'static str],
    case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Ignored,
    Exact,
}

impl EnumType {
    /// The data of a Rust enumeration.
    #[must_use]
    pub const fn of<E: WireEnum>() -> Self {
        Self::ignoring_case(E::CLASS, E::NAMES)
    }

    /// Values that are told apart without regard to case.
    #[must_use]
    pub const fn ignoring_case(class: &'static str, values: &'static [&'static str]) -> Self {
        Self { class, values, case: Case::Ignored }
    }

    /// Values in whose spelling case matters.
    #[must_use]
    pub const fn exact(class: &'static str, values: &'static [&'static str]) -> Self {
        Self { class, values, case: Case::Exact }
    }

    /// The spelling in which the value is stored.
    ///
    /// # Errors
    /// If the text is none of the values.
    pub fn parse(self, text: &str) -> Result<&'static str, UnknownValue> {
        let same = |value: &&&str| match self.case {
            Case::Ignored => value.eq_ignore_ascii_case(text),
            Case::Exact => **value == text,
        };
        self.values
            .iter()
            .find(same)
            .copied()
            .ok_or_else(|| UnknownValue { class: self.class, value: text.to_owned() })
    }
}

impl std::fmt::Debug for EnumType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EnumType").field(&self.class).finish()
    }
}
