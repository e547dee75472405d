//! `_source`: how much of a document an answer is to hold, in the query string and in bodies
//! (contract DO-4.2-6).

use api_types::{error::ErrorCause, json::Json};

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

/// What a member of a body says that has been read by [`crate::body::fetch_source`].
pub(super) fn in_body(value: &Json) -> Source {
    match value {
        Json::Bool(is_shown) => Source::shown(*is_shown),
        Json::Object(members) => {
            let names = |name: &str| members.get(name).map(listed).unwrap_or_default();
            Source::part(&names("includes"), &names("excludes"))
        }
        Json::Null | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Source::part(&listed(value), &[])
        }
    }
}

/// The names of a list, or the one name in its place.
fn listed(value: &Json) -> Vec<String> {
    match value.as_array() {
        Some(names) => names.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        None => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}
