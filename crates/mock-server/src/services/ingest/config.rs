//! The configuration of a pipeline or a processor, read member by member (contract DO-9-8).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

/// What is left of a configuration, and whose it is: what failures name.
pub(super) struct Config<'c> {
    pub(super) kind: Option<&'c str>,
    pub(super) tag: Option<String>,
    members: Object,
}

/// A failure that names a property, a type and a tag, in the order of Java's map.
pub(super) fn failure(
    property: Option<&str>,
    kind: Option<&str>,
    tag: Option<&str>,
    reason: &str,
) -> ErrorCause {
    let reason =
        property.map_or_else(|| reason.to_owned(), |property| format!("[{property}] {reason}"));
    let named = [("property_name", property), ("processor_type", kind), ("processor_tag", tag)];
    let cause = ErrorCause::new(ErrorType::Parse, reason);
    named.into_iter().fold(cause, |cause, (name, value)| match value {
        Some(value) => cause.with(name, value.to_owned()),
        None => cause,
    })
}

/// What Java calls the type of a value.
pub(super) fn java_class(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "java.lang.Boolean",
        Json::String(_) => "java.lang.String",
        Json::Array(_) => "java.util.ArrayList",
        Json::Object(_) => "java.util.HashMap",
        Json::Number(_) => {
            let text = value.to_compact();
            if text.contains(['.', 'e', 'E']) {
                "java.lang.Double"
            } else if text.parse::<i32>().is_ok() {
                "java.lang.Integer"
            } else if text.parse::<i64>().is_ok() {
                "java.lang.Long"
            } else {
                "java.math.BigInteger"
            }
        }
    }
}

impl<'c> Config<'c> {
    pub(super) const fn new(kind: Option<&'c str>, members: Object) -> Self {
        Self { kind, tag: None, members }
    }

    /// Takes a member out; null counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Json> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.members.contains(name)
    }

    pub(super) fn failure(&self, property: Option<&str>, reason: &str) -> ErrorCause {
        failure(property, self.kind, self.tag.as_deref(), reason)
    }

    fn is_no(&self, name: &str, what: &str, value: &Json) -> ErrorCause {
        let class = java_class(value);
        self.failure(Some(name), &format!("property isn't {what}, but of type [{class}]"))
    }

    pub(super) fn required(&mut self, name: &str) -> Result<Json, ErrorCause> {
        self.take(name).ok_or_else(|| self.failure(Some(name), "required property is missing"))
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ErrorCause> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.into_owned())),
            Some(other) => Err(self.is_no(name, "a string", &other)),
        }
    }

    pub(super) fn required_text(&mut self, name: &str) -> Result<String, ErrorCause> {
        let text = self.text(name)?;
        text.ok_or_else(|| self.failure(Some(name), "required property is missing"))
    }

    pub(super) fn boolean(&mut self, name: &str, default: bool) -> Result<bool, ErrorCause> {
        match self.take(name) {
            None => Ok(default),
            Some(Json::Bool(value)) => Ok(value),
            Some(other) => Err(self.is_no(name, "a boolean", &other)),
        }
    }

    /// Checks a whole number of 32 bits, or a text that says one.
    pub(super) fn int(&mut self, name: &str) -> Result<(), ErrorCause> {
        let Some(value) = self.take(name) else { return Ok(()) };
        let text = value.as_str().map_or_else(|| value.to_compact(), str::to_owned);
        let reason = format!("property cannot be converted to an int [{text}]");
        text.parse::<i32>().map(drop).map_err(|_| self.failure(Some(name), &reason))
    }

    pub(super) fn list(&mut self, name: &str) -> Result<Option<Vec<Json>>, ErrorCause> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Array(elements)) => Ok(Some(elements)),
            Some(other) => Err(self.is_no(name, "a list", &other)),
        }
    }

    /// Checks an object of any content.
    pub(super) fn map(&mut self, name: &str) -> Result<(), ErrorCause> {
        match self.take(name) {
            None | Some(Json::Object(_)) => Ok(()),
            Some(other) => Err(self.is_no(name, "a map", &other)),
        }
    }

    /// The names that nobody has read, as Java writes them: `[a, b]`; `None` if there are none.
    pub(super) fn rest(&self) -> Option<String> {
        let rest = self.members.clone().in_java_map_order_outside();
        let names: Vec<&str> = rest.iter().map(|(name, _)| name).collect();
        (!names.is_empty()).then(|| format!("[{}]", names.join(", ")))
    }
}
