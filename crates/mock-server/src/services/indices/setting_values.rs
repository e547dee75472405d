//! Values that settings of an index do not take (contract DO-6.1-10).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::Object,
};

use crate::{params::not_a_boolean, store::Settings};

/// Settings that are whole numbers, with the least and the greatest.
const NUMBERS: [(&str, i32, i32); 2] =
    [("number_of_shards", 1, 1024), ("number_of_replicas", 0, i32::MAX)];

/// Refuses values that a new index cannot have.
pub(super) fn check(given: &Object) -> Result<(), ErrorCause> {
    let settings = Settings::default().with(given);
    for (name, least, greatest) in NUMBERS {
        if let Some(text) = settings.text(name) {
            check_number(name, text, least, greatest)?;
        }
    }
    match settings.text("hidden") {
        None | Some("true" | "false") => Ok(()),
        Some(other) => Err(not_a_boolean(other)),
    }
}

fn check_number(name: &str, text: &str, least: i32, greatest: i32) -> Result<(), ErrorCause> {
    let refused = |bound: &str| {
        let reason = format!("Failed to parse value [{text}] for setting [index.{name}]{bound}");
        ErrorCause::new(ErrorType::IllegalArgument, reason)
    };
    let value: i32 = text.parse().map_err(|_| {
        let reason = format!("For input string: \"{text}\"");
        refused("").caused_by(ErrorCause::new(ErrorType::NumberFormat, reason))
    })?;
    if value < least {
        return Err(refused(&format!(" must be >= {least}")));
    }
    if value > greatest {
        return Err(refused(&format!(" must be <= {greatest}")));
    }
    Ok(())
}
