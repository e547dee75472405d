//! Lengths of time as the API writes them, `1d` (contract RL-13-30).

use api_types::error::{ErrorCause, ErrorType};

/// The units with their nanoseconds. Longer names first: `ms` before `s`.
pub(crate) const UNITS: [(&str, i128); 7] = [
    ("nanos", 1),
    ("micros", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Reads a length of time; the whole seconds of it. `setting` is named in messages.
pub(crate) fn seconds(setting: &str, text: &str) -> Result<i64, ErrorCause> {
    let nanoseconds = nanoseconds(setting, text)?;
    Ok(i64::try_from(nanoseconds / 1_000_000_000).unwrap_or(i64::MAX))
}

/// Reads a length of time, in nanoseconds. `setting` is named in messages.
pub(crate) fn nanoseconds(setting: &str, text: &str) -> Result<i128, ErrorCause> {
    let illegal = |reason: String| ErrorCause::new(ErrorType::IllegalArgument, reason);
    let normalized = text.to_lowercase();
    let normalized = normalized.trim();
    // Only minutes are told apart from months by their case.
    let unit = UNITS.iter().find(|(unit, _)| match *unit {
        "m" => text.ends_with('m'),
        unit => normalized.ends_with(unit),
    });
    let Some((unit, nanoseconds)) = unit else {
        let is_zero = |digits: &str| digits.bytes().all(|byte| byte == b'0');
        let minus_one = normalized.strip_prefix('-').and_then(|rest| rest.strip_suffix('1'));
        let is_bare = !normalized.is_empty() && is_zero(normalized);
        if is_bare || minus_one.is_some_and(is_zero) {
            return Ok(0);
        }
        return Err(illegal(format!(
            "failed to parse setting [{setting}] with value [{text}] as a time value: unit is missing or unrecognized"
        )));
    };
    let number = normalized.strip_suffix(unit).unwrap_or(normalized).trim();
    let value: i64 = number.parse().map_err(|_| {
        let cause =
            ErrorCause::new(ErrorType::NumberFormat, format!("For input string: \"{number}\""));
        let fraction = match number.parse::<f64>() {
            Ok(_) => ", fractional time values are not supported",
            Err(_) => "",
        };
        illegal(format!("failed to parse [{text}]{fraction}")).caused_by(cause)
    })?;
    if value < -1 {
        return Err(illegal(format!(
            "failed to parse setting [{setting}] with value [{text}] as a time value: negative durations are not supported"
        )));
    }
    Ok(i128::from(value) * nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract RL-13-30.
    #[test]
    fn lengths_of_time_are_read_with_their_units() {
        for (text, expected) in [
            ("1d", 86_400),
            ("2H", 7_200),
            ("5m", 300),
            ("90s", 90),
            (" 1500ms ", 1),
            ("0", 0),
            ("-1", 0),
            ("-1s", -1),
        ] {
            assert_eq!(seconds("expiration", text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        let check = |text: &str, expected: &str, cause: Option<&str>| {
            let error = seconds("expiration", text).unwrap_err();
            assert_eq!(error.reason.as_deref(), Some(expected));
            let found = error.caused_by.and_then(|cause| cause.reason);
            assert_eq!(found.as_deref(), cause);
        };
        let unit = "as a time value: unit is missing or unrecognized";
        check("1", &format!("failed to parse setting [expiration] with value [1] {unit}"), None);
        check("1M", &format!("failed to parse setting [expiration] with value [1M] {unit}"), None);
        check("xd", "failed to parse [xd]", Some("For input string: \"x\""));
        check(
            "1.5d",
            "failed to parse [1.5d], fractional time values are not supported",
            Some("For input string: \"1.5\""),
        );
        check(
            "-2d",
            "failed to parse setting [expiration] with value [-2d] as a time value: negative durations are not supported",
            None,
        );
    }
}
