//! `_source`: how much of a document an answer is to hold, in the query string and in bodies
//! (contract DO-4.2-6).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::Json,
};

use crate::{params::Params, services::documents::Source};

/// What the query string says; `None` if it says nothing.
pub(super) fn in_query(params: &Params) -> Result<Option<Source>, ErrorCause> {
    let asked = params.get("_source");
    let mut includes = match asked {
        None | Some("" | "true" | "false") => Vec::new(),
        Some(_) => params.list("_source"),
    };
    if params.get("_source_includes").is_some() {
        includes = params.list("_source_includes");
    }
    let excludes = params.list("_source_excludes");
    if asked == Some("false") {
        return Ok(Some(Source::Hidden));
    }
    let is_silent = asked.is_none() && includes.is_empty() && excludes.is_empty();
    Ok((!is_silent).then(|| Source::part(&includes, &excludes)))
}

/// What a member of a body says: a boolean, names, or names to include and to exclude.
pub(super) fn in_body(value: &Json) -> Result<Source, ErrorCause> {
    match value {
        Json::Bool(is_shown) => Ok(Source::shown(*is_shown)),
        Json::String(name) => Ok(Source::part(&[name.to_string()], &[])),
        Json::Array(_) => Ok(Source::part(&listed("_source", value)?, &[])),
        Json::Object(members) => {
            let (mut includes, mut excludes) = (Vec::new(), Vec::new());
            for (name, value) in members.iter() {
                match name {
                    "includes" | "include" => includes = listed(name, value)?,
                    "excludes" | "exclude" => excludes = listed(name, value)?,
                    other => return Err(unknown(other, value)),
                }
            }
            Ok(Source::part(&includes, &excludes))
        }
        Json::Null | Json::Number(_) => {
            let token = token(value);
            let expected = "[VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT]";
            let reason = format!("Expected one of {expected} but found [{token}]");
            Err(ErrorCause::new(ErrorType::Parsing, reason))
        }
    }
}

/// The token that a value begins with.
const fn token(value: &Json) -> &'static str {
    match value {
        Json::Null => "VALUE_NULL",
        Json::Bool(_) => "VALUE_BOOLEAN",
        Json::Number(_) => "VALUE_NUMBER",
        Json::String(_) => "VALUE_STRING",
        Json::Array(_) => "START_ARRAY",
        Json::Object(_) => "START_OBJECT",
    }
}

fn unknown(name: &str, value: &Json) -> ErrorCause {
    let token = token(value);
    let reason = format!("Unknown key for a {token} in [{name}].");
    ErrorCause::new(ErrorType::Parsing, reason)
}

/// The names of a list, or the one name in its place.
fn listed(name: &str, value: &Json) -> Result<Vec<String>, ErrorCause> {
    match value {
        Json::String(text) => Ok(vec![text.to_string()]),
        Json::Array(elements) => {
            let text = |element: &Json| element.as_str().map(str::to_owned);
            let texts = elements.iter().map(|it| text(it).ok_or_else(|| unknown(name, it)));
            texts.collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => Err(unknown(name, value)),
    }
}
