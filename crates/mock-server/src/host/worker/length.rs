//! Lengths of time as a script has them: `1s`, `250ms`, `never`.

use std::time::Duration;

use api_types::json::Json;

/// The word for a thing that does not happen.
pub(super) const NEVER: &str = "never";

/// The units with their nanoseconds. Longer names first: `ms` before `s`.
const UNITS: [(&str, u64); 7] = [
    ("nanos", 1),
    ("micros", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Reads a whole number with a unit; `None` if the text is none.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = UNITS
        .iter()
        .find_map(|(unit, nanoseconds)| Some((text.strip_suffix(unit)?, nanoseconds)))?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = number.parse().ok().filter(|_| is_number)?;
    number.checked_mul(*unit).map(Duration::from_nanos)
}

/// The length in seconds, or in the largest smaller unit of which it is a whole number.
pub(super) fn text(length: Duration) -> Json {
    let nanoseconds = length.as_nanos();
    let whole = |(_, unit): &&(&str, u64)| nanoseconds.is_multiple_of(u128::from(*unit));
    let mut up_to_seconds = UNITS.iter().rev().skip_while(|(unit, _)| *unit != "s");
    match up_to_seconds.find(whole) {
        Some((name, unit)) => format!("{}{name}", nanoseconds / u128::from(*unit)).into(),
        None => format!("{nanoseconds}nanos").into(),
    }
}

pub(super) fn text_or_never(length: Option<Duration>) -> Json {
    length.map_or_else(|| NEVER.into(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        for (given, milliseconds, written) in [
            ("1s", 1_000, "1s"),
            ("250ms", 250, "250ms"),
            ("2m", 120_000, "120s"),
            ("1h", 3_600_000, "3600s"),
            ("1d", 86_400_000, "86400s"),
            ("1500ms", 1_500, "1500ms"),
            ("0s", 0, "0s"),
        ] {
            let length = parse(given).unwrap();
            assert_eq!(length, Duration::from_millis(milliseconds), "{given}");
            assert_eq!(text(length).as_str(), Some(written));
        }
        assert_eq!(text(parse("7micros").unwrap()).as_str(), Some("7micros"));
        for bad in ["", "s", "1", "-1s", "+1s", "1.5s", "1 s", "1S", "never", "99999999999999d"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
