//! Which indices a request means (contract DO-6-1, DO-6-4).

use api_types::error::{ErrorCause, ErrorType};

use crate::{call::Input, services::indices::Names, store::Expand, time_value};

/// Reads the lengths of time that nothing is waited for (contract DO-6-7).
pub(in crate::operations) fn times(input: &Input<'_>) -> Result<(), ErrorCause> {
    for name in ["timeout", "master_timeout"] {
        if let Some(text) = input.params.get(name) {
            time_value::nanoseconds(name, text)?;
        }
    }
    Ok(())
}

/// Texts separated by commas: not trimmed, empty ones at the end dropped.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = text.split(',').map(str::to_owned).collect();
    while parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    parts
}

/// The names in the path with what the query string says of them. `default` is what holds where it
/// says nothing.
pub(in crate::operations) fn names(
    input: &Input<'_>,
    default: Expand,
) -> Result<Names, ErrorCause> {
    let params = &input.params;
    let flag = |name: &str, default: bool| match params.get(name) {
        Some(_) => params.boolean(name),
        None => Ok(default),
    };
    let mut expand = Expand {
        ignore_unavailable: flag("ignore_unavailable", default.ignore_unavailable)?,
        allow_no_indices: flag("allow_no_indices", default.allow_no_indices)?,
        ..default
    };
    if params.get("expand_wildcards").is_some() {
        (expand.open, expand.hidden) = (false, false);
    }
    for wanted in params.list("expand_wildcards") {
        match wanted.as_str() {
            "open" => expand.open = true,
            // No index can be closed here.
            "closed" => {}
            "hidden" => expand.hidden = true,
            "none" => (expand.open, expand.hidden) = (false, false),
            "all" => (expand.open, expand.hidden) = (true, true),
            other => {
                let reason = format!("No valid expand wildcard value [{other}]");
                return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
            }
        }
    }
    params.boolean("local")?;
    let expressions = params.list("index");
    Ok(Names { operation: input.endpoint.operation, expressions, expand })
}
