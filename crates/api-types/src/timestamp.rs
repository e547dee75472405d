//! The one wire format of time (contract CN-1.4): UTC, three to nine fraction digits.

use std::{fmt, time::Duration};

use jiff::{civil, tz::Offset};

use crate::json::Json;

/// An instant with nanoseconds.
///
/// Printed as `2023-12-01T14:18:37.397819Z`: at least three fraction digits, zeros at the end
/// dropped down to three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text that `strict_date_optional_time||epoch_millis` does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to parse date field [{0}] with format [strict_date_optional_time||epoch_millis]")]
pub struct TimestampError(String);

impl Timestamp {
    /// The instant that is `nanoseconds` after 1970-01-01T00:00:00Z, limited to the years that can
    /// be printed.
    #[must_use]
    pub fn from_nanoseconds(nanoseconds: i128) -> Self {
        Self(jiff::Timestamp::from_nanosecond(nanoseconds).unwrap_or(jiff::Timestamp::MAX))
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_nanoseconds(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// The instant that is `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let nanoseconds = i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
        Self::from_nanoseconds(self.as_nanoseconds().saturating_add(nanoseconds))
    }

    /// Reads `strict_date_optional_time||epoch_millis`.
    ///
    /// A text without zone is taken as UTC.
    ///
    /// # Errors
    /// With the server's message, if the text is in neither format.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        date_optional_time(text)
            .or_else(|| epoch_millis(text))
            .map(Self)
            .ok_or_else(|| TimestampError(text.to_owned()))
    }
}

fn epoch_millis(text: &str) -> Option<jiff::Timestamp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    jiff::Timestamp::from_millisecond(text.parse().ok()?).ok()
}

/// `yyyy[-MM[-dd['T'HH[:mm[:ss[.S{1,9}]]][zone]]]]`
fn date_optional_time(text: &str) -> Option<jiff::Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let year = cursor.digits(4)?;
    let month = if cursor.take(b'-') { cursor.digits(2)? } else { 1 };
    let day = if text.len() > 7 && cursor.take(b'-') { cursor.digits(2)? } else { 1 };
    let date = civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    let mut clock = Clock::default();
    let mut offset = Offset::UTC;
    if text.len() >= 10 && cursor.take(b'T') && !cursor.0.is_empty() {
        clock = Clock::read(&mut cursor)?;
        offset = zone(&mut cursor)?;
    }
    if !cursor.0.is_empty() {
        return None;
    }
    let time = civil::Time::new(clock.hour, clock.minute, clock.second, clock.nanosecond).ok()?;
    offset.to_timestamp(date.to_datetime(time)).ok()
}

#[derive(Default)]
struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
}

impl Clock {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut clock = Self { hour: cursor.small(2)?, ..Self::default() };
        if cursor.take(b':') {
            clock.minute = cursor.small(2)?;
            if cursor.take(b':') {
                clock.second = cursor.small(2)?;
                if cursor.take(b'.') || cursor.take(b',') {
                    clock.nanosecond = cursor.fraction()?;
                }
            }
        }
        Some(clock)
    }
}

/// `Z`, `+02`, `+0230`, `+02:30` or nothing.
fn zone(cursor: &mut Cursor<'_>) -> Option<Offset> {
    if cursor.0.is_empty() || cursor.take(b'Z') {
        return Some(Offset::UTC);
    }
    let sign = match cursor.next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = i32::try_from(cursor.digits(2)?).ok()?;
    let minutes = if cursor.take(b':') || !cursor.0.is_empty() {
        i32::try_from(cursor.digits(2)?).ok()?
    } else {
        0
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// The bytes that are still to be read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let digit = char::from(self.next()?).to_digit(10)?;
            Some(value * 10 + digit)
        })
    }

    fn small(&mut self, count: usize) -> Option<i8> {
        i8::try_from(self.digits(count)?).ok()
    }

    /// One to nine digits after the point, as nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        let mut value = 0;
        let mut count = 0;
        while let Some(digit) = self.0.first().and_then(|byte| char::from(*byte).to_digit(10)) {
            if count == 9 {
                return None;
            }
            value = value * 10 + i32::try_from(digit).ok()?;
            count += 1;
            self.0 = self.0.get(1..).unwrap_or_default();
        }
        (count > 0).then(|| value * 10_i32.pow(9 - count))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = Offset::UTC.to_datetime(self.0);
        let mut nanoseconds = utc.subsec_nanosecond();
        let mut digits = 9;
        while digits > 3 && nanoseconds % 10 == 0 {
            nanoseconds /= 10;
            digits -= 1;
        }
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{nanoseconds:0digits$}Z",
            utc.year(),
            utc.month(),
            utc.day(),
            utc.hour(),
            utc.minute(),
            utc.second(),
        )
    }
}

impl From<Timestamp> for Json {
    fn from(timestamp: Timestamp) -> Self {
        Self::from(timestamp.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        let parsed = Timestamp::parse(input).map(|timestamp| timestamp.to_string());
        assert_eq!(parsed.as_deref(), Ok(expected), "{input}");
    }

    // Expected values: contract CN-1.4.
    #[test]
    fn three_to_nine_fraction_digits_are_printed() {
        check("2023-05-25T12:30:00Z", "2023-05-25T12:30:00.000Z");
        check("2023-05-25T12:30:00.000Z", "2023-05-25T12:30:00.000Z");
        check("2023-12-01T14:18:37.397819Z", "2023-12-01T14:18:37.397819Z");
        check("2023-12-01T14:18:37.3978Z", "2023-12-01T14:18:37.3978Z");
        check("2023-12-01T14:18:37.123456789Z", "2023-12-01T14:18:37.123456789Z");
    }

    #[test]
    fn zones_are_turned_into_utc() {
        check("2023-05-25T12:30:00+02:00", "2023-05-25T10:30:00.000Z");
        check("2023-05-25T12:30:00-0130", "2023-05-25T14:00:00.000Z");
        check("2023-05-25T00:30:00+01", "2023-05-24T23:30:00.000Z");
    }

    #[test]
    fn a_digit_string_is_epoch_millis() {
        check("1685017800123", "2023-05-25T12:30:00.123Z");
    }

    #[test]
    fn other_texts_are_refused_with_the_servers_message() {
        for text in ["", "x", "2023-13-01T00:00:00Z", "2023-05-25 12:30", "2023-05-25T12:30:00.Z"] {
            let message = Timestamp::parse(text).unwrap_err().to_string();
            assert_eq!(
                message,
                format!(
                    "failed to parse date field [{text}] with format [strict_date_optional_time||epoch_millis]"
                )
            );
        }
    }
}
