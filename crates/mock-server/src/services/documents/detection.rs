//! What a value that no mapping names makes of its member (contract DO-4.3-15).

use api_types::json::{Json, Object, Token};

use super::{mapped::is, mapped_values::java_double};
use crate::search::DateFormat;

/// A type that a value gives a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made<'m> {
    Text,
    Long,
    Float,
    Boolean,
    /// With the format that the text is in.
    Date(&'m str),
}

impl Made<'_> {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Long => "long",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Date(_) => "date",
        }
    }

    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Long | Self::Float)
    }

    /// The mapping of the field.
    pub(super) fn mapping(self) -> Object {
        let mapping = Object::new().with("type", self.name());
        match self {
            Self::Text => {
                let keyword = Object::new().with("type", "keyword").with("ignore_above", 256);
                mapping.with("fields", Object::new().with("keyword", keyword))
            }
            Self::Date(format) => with_format(mapping, format),
            Self::Long | Self::Float | Self::Boolean => mapping,
        }
    }

    /// The mapping of a field of searches alone.
    pub(super) fn runtime(self) -> Object {
        match self {
            Self::Text => Object::new().with("type", "keyword"),
            Self::Float => Object::new().with("type", "double"),
            Self::Date(format) => with_format(Object::new().with("type", "date"), format),
            Self::Long | Self::Boolean => Object::new().with("type", self.name()),
        }
    }
}

fn with_format(mapping: Object, format: &str) -> Object {
    if format == DateFormat::DEFAULT { mapping } else { mapping.with("format", format.to_owned()) }
}

/// What the root of a mapping says of values that it does not name.
pub(super) struct Detection<'m> {
    numbers: bool,
    dates: bool,
    /// `None` for those of every mapping.
    formats: Option<Vec<&'m str>>,
    runtime: Option<&'m Object>,
    /// Templates for such values are not followed.
    pub(super) has_templates: bool,
}

/// The formats in which texts are taken for dates.
const FORMATS: [&str; 2] = [DateFormat::DEFAULT, DateFormat::SLASHES];

impl<'m> Detection<'m> {
    pub(super) fn of(mappings: &'m Object) -> Self {
        let list = |name: &str| mappings.get(name).and_then(Json::as_array);
        let formats = list("dynamic_date_formats");
        Self {
            numbers: mappings.get("numeric_detection").is_some_and(|it| is(it, true)),
            dates: !mappings.get("date_detection").is_some_and(|it| is(it, false)),
            formats: formats.map(|formats| formats.iter().filter_map(Json::as_str).collect()),
            runtime: mappings.get("runtime").and_then(Json::as_object),
            has_templates: list("dynamic_templates").is_some_and(|templates| !templates.is_empty()),
        }
    }

    /// Whether a member is a field of searches, which no value changes.
    pub(super) fn is_runtime(&self, path: &str) -> bool {
        self.runtime.is_some_and(|fields| fields.contains(path))
    }

    /// What a scalar makes of its member.
    pub(super) fn made_of(&self, token: &Token<'_>, text: &str) -> Made<'m> {
        match token {
            Token::Number(number) if number.contains(['.', 'e', 'E']) => Made::Float,
            Token::Number(_) => Made::Long,
            Token::Bool(_) => Made::Boolean,
            _ => self.made_of_text(text),
        }
    }

    fn made_of_text(&self, text: &str) -> Made<'m> {
        if java_double(text).is_some() {
            return match (self.numbers, text.parse::<i64>()) {
                (false, _) => Made::Text,
                (true, Ok(_)) => Made::Long,
                (true, Err(_)) => Made::Float,
            };
        }
        // Most texts begin as no date does that is known here.
        if !self.dates || !text.starts_with(|first: char| first.is_ascii_digit()) {
            return Made::Text;
        }
        let is_in = |format: &&&'m str| {
            DateFormat::named(format).is_some_and(|format| format.instant(text).is_some())
        };
        let found = match &self.formats {
            Some(formats) => formats.iter().find(is_in),
            None => FORMATS.iter().find(is_in),
        };
        found.map_or(Made::Text, |format| Made::Date(format))
    }
}
