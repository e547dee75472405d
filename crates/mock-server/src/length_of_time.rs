//! Lengths of time of the mock's own: `90s`, `1.5h`, `-3d`, to the nanosecond.
//!
//! Elasticsearch's own reader, with its messages, is `time_value`.

use crate::time_value::UNITS;

/// What a length of time looks like, for messages.
pub(crate) const HOW: &str =
    "a number and a unit, like 90s, 1.5h or -3d; the units are nanos, micros, ms, s, m, h and d";

/// The longest length, in nanoseconds: ten thousand years.
const LONGEST: i128 = 10_000 * 366 * 86_400_000_000_000;

/// Reads a length of time, in nanoseconds. `None` if it is none, or longer than ten thousand years.
pub(crate) fn read(text: &str) -> Option<i128> {
    let (sign, number) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (number, unit) = UNITS.iter().find_map(|(name, nanoseconds)| {
        number.strip_suffix(name).map(|number| (number, *nanoseconds))
    })?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |digits: &str| {
        (1..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let part = fraction.parse::<i128>().ok()?.checked_mul(unit)?;
    let part = part / 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let length = whole.checked_mul(unit)?.checked_add(part)?;
    (length <= LONGEST).then_some(sign * length)
}

/// Writes a length of time, in the largest unit that needs no fraction.
pub(crate) fn written(nanoseconds: i128) -> String {
    let fits = |unit: &&(&str, i128)| nanoseconds % unit.1 == 0;
    let (name, unit) = match nanoseconds {
        0 => ("s", 1),
        _ => UNITS.iter().rev().find(fits).copied().unwrap_or(("nanos", 1)),
    };
    format!("{}{name}", nanoseconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        for (text, nanoseconds, shortest) in [
            ("90s", 90_000_000_000, "90s"),
            ("1.5h", 5_400_000_000_000, "90m"),
            ("-3d", -259_200_000_000_000, "-3d"),
            ("0.25ms", 250_000, "250micros"),
            ("1nanos", 1, "1nanos"),
            ("0m", 0, "0s"),
        ] {
            assert_eq!(read(text), Some(nanoseconds), "{text}");
            assert_eq!(written(nanoseconds), shortest, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_lengths() {
        for text in ["", "s", "90", "9e1s", "1.s", ".5h", "+1s", "1 s", "--1s", "4000000d", "1M"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
