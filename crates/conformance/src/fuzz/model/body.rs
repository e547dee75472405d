//! What a body has to be, in the model's own words: enough to tell which kind of error it earns.

use api_types::json::{Json, Object};

use super::expected::{Reason, Refusal};

/// What a member may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    TextOrNull,
    Bool,
    Integer,
    Object,
    ObjectOrNull,
    Objects,
    Any,
}

impl Kind {
    const fn takes(self, value: &Json) -> bool {
        matches!(
            (self, value),
            (Self::Any, _)
                | (Self::Text | Self::TextOrNull, Json::String(_))
                | (Self::TextOrNull | Self::ObjectOrNull, Json::Null)
                | (Self::Bool, Json::Bool(_))
                | (Self::Integer, Json::Number(_))
                | (Self::Object | Self::ObjectOrNull | Self::Objects, Json::Object(_))
                | (Self::Objects, Json::Array(_))
        )
    }
}

/// The members of an object by name, with what they may be.
pub(super) type Shape = [(&'static str, Kind)];

/// A body that is no JSON of the declared shape (CN-1.3-8 to CN-1.3-11).
pub(super) const fn malformed(rule: &'static str) -> Refusal {
    Refusal { rule, status: 400, kind: "x_content_parse_exception", reason: Reason::Any }
}

/// The object of a body of a strict parser.
pub(super) fn strict<'b>(
    body: Option<&'b Json>,
    shape: &Shape,
    required: &[&str],
) -> Result<&'b Object, Refusal> {
    let Some(body) = body else {
        let reason = Reason::Exactly("request body is required".to_owned());
        return Err(Refusal { rule: "CN-1.3-3", status: 400, kind: "parse_exception", reason });
    };
    let object = body.as_object().ok_or(malformed("CN-1.3-11"))?;
    for (name, value) in object.iter() {
        match shape.iter().find(|(known, _)| *known == name) {
            None => return Err(malformed("CN-1.3-8")),
            Some((_, kind)) if !kind.takes(value) => return Err(malformed("CN-1.3-9")),
            Some(_) => {}
        }
    }
    let missing: Vec<&str> =
        required.iter().copied().filter(|name| !object.contains(name)).collect();
    if missing.is_empty() {
        return Ok(object);
    }
    let reason = Reason::Exactly(format!("Required [{}]", missing.join(", ")));
    Err(Refusal { rule: "CN-1.3-7", status: 400, kind: "illegal_argument_exception", reason })
}

/// Whether a nested object has the shape; members that nobody knows are dropped (CN-1.4-1).
pub(super) fn lenient(value: &Json, shape: &Shape, required: &[&str]) -> bool {
    let Some(object) = value.as_object() else { return false };
    let kinds = object.iter().all(|(name, value)| {
        shape.iter().find(|(known, _)| *known == name).is_none_or(|(_, kind)| kind.takes(value))
    });
    kinds && required.iter().all(|name| object.contains(name))
}

/// Messages of request validation (CN-1.3-6).
pub(super) fn validated(rule: &'static str, messages: &[String]) -> Result<(), Refusal> {
    if messages.is_empty() {
        return Ok(());
    }
    let numbered = messages.iter().enumerate().map(|(at, text)| format!("{}: {text};", at + 1));
    let reason = Reason::Exactly(format!("Validation Failed: {}", numbered.collect::<String>()));
    let kind = "action_request_validation_exception";
    Err(Refusal { rule, status: 400, kind, reason })
}

/// What an index name breaks (section 6.1), if anything.
pub(super) fn bad_index_name(name: &str) -> Option<String> {
    let forbidden = "\\/*?\"<>| ,";
    let rule = if name.is_empty() {
        "must not be empty".to_owned()
    } else if name.contains(|letter| forbidden.contains(letter)) {
        r#"must not contain the following characters [' ','"','*',',','/','<','>','?','\','|']"#
            .to_owned()
    } else if name.contains('#') {
        "must not contain '#'".to_owned()
    } else if name.contains(':') {
        "must not contain ':'".to_owned()
    } else if name.starts_with(['_', '-', '+']) {
        "must not start with '_', '-', or '+'".to_owned()
    } else if name.len() > 255 {
        format!("index name is too long, ({} > 255)", name.len())
    } else if name == "." || name == ".." {
        "must not be '.' or '..'".to_owned()
    } else {
        return None;
    };
    Some(format!(
        "[{name}] org.elasticsearch.indices.InvalidIndexNameException: Invalid index name [{name}], {rule}"
    ))
}
