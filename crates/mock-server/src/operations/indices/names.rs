//! Which indices a request means (contract DO-6-1, DO-6-4).

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
};

use crate::{call::Input, services::indices::Names, store::Expand, time_value, warnings::Warning};

/// The first version that warns of `none` beside other values.
const NONE_IS_ALONE: Version = Version::new(8, 14, 0);

/// The first version in which `local` has no effect on indices, settings and mappings.
const LOCAL_IS_NOTHING: Version = Version::new(9, 1, 0);

/// `local`, which has no effect (contract DO-6-9).
fn local(input: &Input<'_>) -> Result<(), ErrorCause> {
    let of_aliases = [Operation::IndicesGetAlias, Operation::IndicesExistsAlias];
    if of_aliases.contains(&input.endpoint.operation) {
        // The API of 9.0 and later does not read it.
        if input.api < 9 {
            let local = input.params.boolean("local")?;
            input.warnings.add(Warning::LocalOfAliases(local));
        }
        return Ok(());
    }
    input.params.boolean("local")?;
    match input.endpoint.operation {
        // It says where the state of a cluster is read.
        Operation::ClusterHealth => {}
        _ if input.version >= LOCAL_IS_NOTHING && !input.is_compatible() => {
            input.warnings.add(Warning::Local);
        }
        _ => {}
    }
    Ok(())
}

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
    if params.get("ignore_throttled").is_some() {
        input.warnings.add(Warning::IgnoreThrottled);
    }
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
    let wanted = params.list("expand_wildcards");
    let is_several = wanted.len() > 1;
    for wanted in wanted {
        match wanted.as_str() {
            "open" => expand.open = true,
            // No index can be closed here.
            "closed" => {}
            "hidden" => expand.hidden = true,
            "none" => {
                (expand.open, expand.hidden) = (false, false);
                if is_several && input.version >= NONE_IS_ALONE {
                    input.warnings.add(Warning::ExpandNone);
                }
            }
            "all" => (expand.open, expand.hidden) = (true, true),
            other => {
                let reason = format!("No valid expand wildcard value [{other}]");
                return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
            }
        }
    }
    if params.get("local").is_some() {
        local(input)?;
    }
    let expressions = params.list("index");
    Ok(Names { operation: input.endpoint.operation, expressions, expand })
}
