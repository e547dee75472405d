//! What a request body may hold, as data.
//!
//! A schema is what the server declares as an object parser: the reader of bodies, the
//! conformance cases and the API description are all driven by it.

use crate::wire_enum::{UnknownValue, WireEnum};

/// The parser of one kind of object. A member that is not declared is an error.
#[derive(Debug)]
pub struct Schema {
    /// The name that messages put in brackets, `connector_put_request`.
    pub parser: &'static str,
    /// The members, in declaration order: the order of `Required [a, b]`.
    pub fields: &'static [Field],
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
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `Required [name]` if it is.
    Required,
    /// It may be left out.
    Optional,
}

impl Field {
    /// A member that must be there.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, presence: Presence::Required, kind }
    }

    /// A member that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, presence: Presence::Optional, kind }
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
}

/// An enumeration of the wire format, as data.
#[derive(Clone, Copy)]
pub struct EnumType {
    /// The name that messages use.
    pub class: &'static str,
    /// The values.
    pub values: fn() -> Vec<&'static str>,
    parse: fn(&str) -> Result<&'static str, UnknownValue>,
}

impl EnumType {
    /// The data of a Rust enumeration.
    #[must_use]
    pub const fn of<E: WireEnum>() -> Self {
        Self {
            class: E::CLASS,
            values: || E::ALL.iter().map(|value| value.as_str()).collect(),
            parse: |text| E::parse(text).map(WireEnum::as_str),
        }
    }

    /// The spelling in which the value is stored.
    ///
    /// # Errors
    /// If the text is none of the values.
    pub fn parse(self, text: &str) -> Result<&'static str, UnknownValue> {
        (self.parse)(text)
    }
}

impl std::fmt::Debug for EnumType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EnumType").field(&self.class).finish()
    }
}
