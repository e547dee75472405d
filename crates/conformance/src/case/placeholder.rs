//! Placeholders: what stands in an expected answer for a value that the server chooses.

use std::fmt;

use api_types::{Timestamp, json::Json};

use crate::suggest::did_you_mean;

/// The text of an expected value, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// No placeholder: the value must be this text.
    Literal,
    /// `<timestamp>` or `<timestamp:NAME>`: any value of the shape; the name keeps it.
    Shape {
        /// The shape.
        shape: Shape,
        /// The variable that gets the value.
        keep: Option<String>,
    },
    /// `<same:NAME>`: the value that was kept.
    Same(String),
    /// `<later:NAME>`: a time after the one that was kept.
    Later(String),
    /// `<starts with TEXT>`: a text that begins so.
    StartsWith(String),
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A generated id: 20 characters `A-Z a-z 0-9 _ -`.
    Id,
    /// The id of an index: 22 characters `A-Z a-z 0-9 _ -`.
    Uuid,
    /// A time in UTC with 3 to 9 fraction digits.
    Timestamp,
    /// An integer that is not negative.
    Count,
    /// Any text.
    Text,
    /// Any array.
    Array,
    /// Any object.
    Object,
}

/// A placeholder that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "<{0}> is no placeholder{hint}; allowed: {ALLOWED}",
    hint = did_you_mean(.0, Shape::ALL.iter().map(|shape| shape.name()))
)]
pub struct PlaceholderError(String);

const ALLOWED: &str = "<id>, <uuid>, <timestamp>, <count>, <text>, <array>, <object>, each also as <id:NAME>; <same:NAME>, <later:NAME>, <starts with TEXT>";

impl Shape {
    const ALL: [Self; 7] =
        [Self::Id, Self::Uuid, Self::Timestamp, Self::Count, Self::Text, Self::Array, Self::Object];

    /// The name in a placeholder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Uuid => "uuid",
            Self::Timestamp => "timestamp",
            Self::Count => "count",
            Self::Text => "text",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// What a value of the shape is, for messages.
    #[must_use]
    pub const fn described(self) -> &'static str {
        match self {
            Self::Id => "a generated id (20 characters A-Z a-z 0-9 _ -)",
            Self::Uuid => "an index id (22 characters A-Z a-z 0-9 _ -)",
            Self::Timestamp => "a time like 2023-12-01T14:18:37.397819Z (3 to 9 fraction digits)",
            Self::Count => "an integer that is not negative",
            Self::Text => "a text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }

    /// Whether the value has the shape.
    #[must_use]
    pub fn matches(self, value: &Json) -> bool {
        match self {
            Self::Id => value.as_str().is_some_and(|text| is_url_safe(text, 20)),
            Self::Uuid => value.as_str().is_some_and(|text| is_url_safe(text, 22)),
            Self::Timestamp => value.as_str().is_some_and(|text| timestamp(text).is_some()),
            Self::Count => match value {
                Json::Number(number) => number.as_i64().is_some_and(|number| number >= 0),
                Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
                    false
                }
            },
            Self::Text => value.as_str().is_some(),
            Self::Array => value.as_array().is_some(),
            Self::Object => value.as_object().is_some(),
        }
    }
}

fn is_url_safe(text: &str, length: usize) -> bool {
    text.len() == length
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// The instant, if the text is spelled as the server spells times.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).ok().filter(|instant| instant.to_string() == text)
}

impl Placeholder {
    /// Reads an expected text.
    ///
    /// # Errors
    /// If it has the form of a placeholder and is none.
    pub fn parse(text: &str) -> Result<Self, PlaceholderError> {
        let Some(inner) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
            return Ok(Self::Literal);
        };
        if let Some(start) = inner.strip_prefix("starts with ") {
            return Ok(Self::StartsWith(start.to_owned()));
        }
        let (word, name) = match inner.split_once(':') {
            Some((word, name)) => (word, Some(name.to_owned())),
            None => (inner, None),
        };
        match (word, name) {
            ("same", Some(name)) => Ok(Self::Same(name)),
            ("later", Some(name)) => Ok(Self::Later(name)),
            (word, keep) => Shape::ALL
                .into_iter()
                .find(|shape| shape.name() == word)
                .map(|shape| Self::Shape { shape, keep })
                .ok_or_else(|| PlaceholderError(inner.to_owned())),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shape: Shape, value: &str, expected: bool) {
        let value = Json::parse(value.as_bytes()).unwrap();
        assert_eq!(shape.matches(&value), expected, "{shape} {value}");
    }

    #[test]
    fn shapes_tell_generated_values_from_others() {
        check(Shape::Id, r#""abcDEF0123_-abcDEF01""#, true);
        check(Shape::Id, r#""abcDEF0123_-abcDEF0""#, false);
        check(Shape::Id, r#""abcDEF0123+/abcDEF01""#, false);
        check(Shape::Count, "0", true);
        check(Shape::Count, "-1", false);
        check(Shape::Count, "1.0", false);
        check(Shape::Count, r#""1""#, false);
        check(Shape::Array, "{}", false);
    }

    #[test]
    fn a_time_has_three_to_nine_digits_and_no_zeros_too_many() {
        check(Shape::Timestamp, r#""2023-12-01T14:18:37.397819Z""#, true);
        check(Shape::Timestamp, r#""2023-12-01T14:18:37.000Z""#, true);
        check(Shape::Timestamp, r#""2023-12-01T14:18:37Z""#, false);
        check(Shape::Timestamp, r#""2023-12-01T14:18:37.397810Z""#, false);
        check(Shape::Timestamp, r#""2023-12-01T14:18:37.397+00:00""#, false);
        check(Shape::Timestamp, r#""2023-13-01T14:18:37.397Z""#, false);
        check(Shape::Timestamp, "1701440317397", false);
    }

    #[test]
    fn a_mistyped_placeholder_is_told_with_what_is_allowed() {
        let error = Placeholder::parse("<timestmp>").unwrap_err().to_string();
        assert!(
            error.starts_with("<timestmp> is no placeholder (did you mean [timestamp]?)"),
            "{error}"
        );
        assert_eq!(Placeholder::parse("<a"), Ok(Placeholder::Literal));
    }
}
