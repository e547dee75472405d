//! Lengths of time as a script has them: `1s`, `1.5h`, `never`.

use std::time::Duration;

use api_types::json::Json;

use crate::length_of_time;

/// The word for a thing that does not happen.
pub(super) const NEVER: &str = "never";

/// Reads a length of time that is not negative; `None` if the text is none.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let nanoseconds = length_of_time::read(text).filter(|_| !text.starts_with('-'))?;
    let seconds = u64::try_from(nanoseconds / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanoseconds % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

/// The length in the largest unit of which it is a whole number.
pub(super) fn text(length: Duration) -> Json {
    length_of_time::written(i128::try_from(length.as_nanos()).unwrap_or(i128::MAX)).into()
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
            ("120s", 120_000, "2m"),
            ("1.5h", 5_400_000, "90m"),
            ("1d", 86_400_000, "1d"),
            ("1500ms", 1_500, "1500ms"),
            ("0s", 0, "0s"),
        ] {
            let length = parse(given).unwrap();
            assert_eq!(length, Duration::from_millis(milliseconds), "{given}");
            assert_eq!(text(length).as_str(), Some(written));
        }
        assert_eq!(text(parse("7micros").unwrap()).as_str(), Some("7micros"));
        for bad in ["", "s", "1", "-1s", "-0s", "+1s", "1 s", "1S", "never", "99999999999999d"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
