//! The members of connectors and jobs, checked against what the server stores.

use api_types::{
    Timestamp,
    json::{Json, Object},
    schema::{Field, Kind, Presence, Schema},
};

use super::{At, End, Mistake};
use crate::security::node::unknown;

/// Goes through a document, and knows where it is.
#[derive(Debug, Default)]
pub(super) struct Walk {
    path: Vec<String>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Walk {
    /// Does something one level down.
    pub(super) fn within<T>(&mut self, name: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let done = work(self);
        self.path.pop();
        done
    }

    /// The value here is wrong.
    pub(super) fn wrong(&mut self, message: impl Into<String>) {
        self.mistake(End::Value, message.into());
    }

    /// The name of this member is wrong.
    pub(super) fn wrong_name(&mut self, message: impl Into<String>) {
        self.mistake(End::Name, message.into());
    }

    fn mistake(&mut self, end: End, message: String) {
        self.mistakes.push(Mistake { at: At::Path(self.path.clone(), end), message });
    }

    /// The member is none of those that there are.
    pub(super) fn unknown(&mut self, name: &str, what: &str, allowed: &[&str]) {
        let message = unknown(name, "is not a member of", what, allowed);
        self.within(name, |walk| walk.wrong_name(message));
    }

    /// An object; nothing counts as one without members. Another value is a mistake.
    pub(super) fn object(&mut self, what: &str, value: Json) -> Option<Object> {
        match value {
            Json::Object(object) => Some(object),
            Json::Null => Some(Object::new()),
            other => {
                self.wrong(format!("{what} must be an object, this is {}", kind(&other)));
                None
            }
        }
    }

    /// The members of an object as the server would store them. Those of `skip` are not allowed.
    pub(super) fn members(
        &mut self,
        object: Object,
        schema: &Schema,
        what: &str,
        skip: &[&str],
    ) -> Object {
        let allowed = || schema.fields.iter().filter(|field| !skip.contains(&field.name));
        let mut checked = Object::new();
        for (name, value) in object {
            let Some(field) = allowed().find(|field| field.name == name) else {
                let names: Vec<&str> = allowed().map(|field| field.name).collect();
                self.unknown(&name, what, &names);
                continue;
            };
            let value = self.within(&name, |walk| walk.value(field, what, value));
            checked.insert(name, value);
        }
        checked
    }

    fn value(&mut self, field: &Field, what: &str, value: Json) -> Json {
        if value.is_null() && field.presence == Presence::Optional {
            return value;
        }
        match (field.kind, value) {
            (Kind::Timestamp | Kind::TimestampOrNull, Json::String(text)) => {
                match Timestamp::parse(&text) {
                    Ok(time) => time.into(),
                    Err(_) => {
                        self.wrong(format!(
                            "[{}] must be a time like 2026-01-01T12:00:00Z",
                            field.name
                        ));
                        Json::Null
                    }
                }
            }
            (Kind::Enum(known) | Kind::LateEnum(known), Json::String(text)) => {
                match known.parse(&text) {
                    Ok(value) => Json::from(value),
                    Err(_) => {
                        let name = field.name.rsplit('_').next().unwrap_or_default();
                        let article =
                            if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
                        let problem = format!("is not {article} {name} of");
                        self.wrong(unknown(&text, &problem, what, known.values));
                        Json::Null
                    }
                }
            }
            (Kind::Object(schema), Json::Object(object)) => {
                self.members(object, schema, &format!("[{}]", field.name), &[]).into()
            }
            (Kind::Objects(schema), Json::Array(elements)) => {
                let what = format!("an element of [{}]", field.name);
                let elements = elements.into_iter().enumerate();
                let checked = elements.map(|(index, element)| {
                    self.within(&index.to_string(), |walk| walk.nested(element, schema, &what))
                });
                checked.collect()
            }
            (Kind::Map(schema), Json::Object(object)) => {
                let what = format!("a member of [{}]", field.name);
                let checked = object.into_iter().map(|(name, value)| {
                    let value = self.within(&name, |walk| walk.nested(value, schema, &what));
                    (name, value)
                });
                checked.collect::<Object>().into()
            }
            (kind, value) => self.scalar(field.name, kind, value),
        }
    }

    fn nested(&mut self, value: Json, schema: &Schema, what: &str) -> Json {
        match value {
            Json::Object(object) => self.members(object, schema, what, &[]).into(),
            other => {
                self.wrong(format!("{what} must be an object, this is {}", kind(&other)));
                other
            }
        }
    }

    fn scalar(&mut self, name: &str, wanted: Kind, value: Json) -> Json {
        let whole = value.as_i64();
        let (fits, must_be) = match wanted {
            Kind::String
            | Kind::StringOrNull
            | Kind::Timestamp
            | Kind::TimestampOrNull
            | Kind::Enum(_)
            | Kind::LateEnum(_)
            | Kind::EnumOrNull(_) => (value.as_str().is_some(), "a text"),
            Kind::Boolean => (value.as_bool().is_some(), "true or false"),
            Kind::Long => (whole.is_some(), "a whole number"),
            Kind::Int => (
                whole.is_some_and(|whole| i32::try_from(whole).is_ok()),
                "a whole number of 32 bits",
            ),
            Kind::AnyObject | Kind::AnyObjectOrNull | Kind::Object(_) | Kind::Map(_) => {
                (value.as_object().is_some(), "an object")
            }
            Kind::Objects(_) => (value.as_array().is_some(), "a list"),
            Kind::AnyObjectOrArray
            | Kind::FetchSource
            | Kind::Any
            | Kind::AnyAsObject
            | Kind::Scalar
            | Kind::AnyButArray
            | Kind::StringOrNumber
            | Kind::StringNumberOrArray
            | Kind::Cron
            | Kind::Strings => return value,
        };
        if !fits {
            let is = kind(&value);
            let quotes =
                if must_be == "a text" && !matches!(value, Json::Object(_) | Json::Array(_)) {
                    "; put it in quotes"
                } else {
                    ""
                };
            self.wrong(format!("[{name}] must be {must_be}, this is {is}{quotes}"));
        }
        value
    }
}

/// What a value is, for messages.
pub(super) const fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
