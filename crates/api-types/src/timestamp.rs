//! The one wire format of time (contract CN-1.4): UTC, three to nine fraction digits.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{civil, tz::Offset};

use crate::json::Json;

/// An instant with nanoseconds.
///
/// Printed as `2023-12-01T14:18:37.397819Z`: at least three fraction digits, zeros at the end
/// dropped down to three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text that is no instant in `strict_date_optional_time||epoch_millis`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// There is no text.
    #[error("cannot parse empty datetime")]
    Empty,
    /// The text is in neither format.
    #[error(
        "failed to parse date field [{0}] with format [strict_date_optional_time||epoch_millis]"
    )]
    Unparsable(String),
    /// The text is a date that names no instant: a part down to the second is missing, or the
    /// calendar does not have the day.
    #[error(
        "Unable to obtain Instant from TemporalAccessor: {parts} of type org.elasticsearch.common.time.DateTime"
    )]
    NoInstant {
        /// The parts that were read, as the server prints them.
        parts: String,
        /// Why: the message of the cause. `None` if a part is missing.
        invalid: Option<String>,
    },
}

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

    /// Reads `strict_date_optional_time||epoch_millis`. A text without zone is taken as UTC, four
    /// digits are a year.
    ///
    /// # Errors
    /// If the text is no instant, with the server's message.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        if text.is_empty() {
            return Err(TimestampError::Empty);
        }
        if let Some(parts) = Parts::read(text) {
            return parts.instant().map(Self);
        }
        epoch_millis(text).map(Self).ok_or_else(|| TimestampError::Unparsable(text.to_owned()))
    }
}

/// Digits with an optional fraction of up to six.
fn epoch_millis(text: &str) -> Option<jiff::Timestamp> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (millis, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if millis.is_empty() || fraction.len() > 6 || !all_digits(millis) || !all_digits(fraction) {
        return None;
    }
    let nanoseconds: i128 = format!("{millis}{fraction:0<6}").parse().ok()?;
    jiff::Timestamp::from_nanosecond(sign * nanoseconds).ok()
}

/// What a text says (contract CN-1.4-13): `yyyy[-MM[-dd['T'[HH[:mm[:ss[.S{1,9}]]][zone]]]]]`.
#[derive(Debug, Default)]
struct Parts {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    hour: Option<i8>,
    minute: Option<i8>,
    second: Option<i8>,
    nanosecond: Option<i32>,
    zone: Option<(Offset, String)>,
}

impl Parts {
    fn read(text: &str) -> Option<Self> {
        let mut cursor = Cursor(text.as_bytes());
        let mut parts = Self { year: i16::try_from(cursor.digits(4)?).ok()?, ..Self::default() };
        if cursor.take(b'-') {
            parts.month = Some(cursor.small(12)?);
            if cursor.take(b'-') {
                parts.day = Some(cursor.small(31)?);
                if cursor.take(b'T') && !cursor.0.is_empty() {
                    parts.read_time(&mut cursor)?;
                }
            }
        }
        cursor.0.is_empty().then_some(parts)
    }

    fn read_time(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        self.hour = Some(cursor.small(23)?);
        if cursor.take(b':') {
            self.minute = Some(cursor.small(59)?);
            if cursor.take(b':') {
                self.second = Some(cursor.small(59)?);
                self.nanosecond = Some(0);
                if cursor.take(b'.') || cursor.take(b',') {
                    self.nanosecond = Some(cursor.fraction()?);
                }
            }
        }
        self.zone = zone(cursor)?;
        Some(())
    }

    fn instant(&self) -> Result<jiff::Timestamp, TimestampError> {
        let (Some(month), Some(day), Some(hour)) = (self.month, self.day, self.hour) else {
            return Err(self.no_instant(None));
        };
        let minute = self.minute.unwrap_or_default();
        let second = self.second.unwrap_or_default();
        let nanosecond = self.nanosecond.unwrap_or_default();
        let offset = self.zone.as_ref().map_or(Offset::UTC, |(offset, _)| *offset);
        let invalid = || self.no_instant(Some(invalid_day(self.year, month, day)));
        let date = civil::Date::new(self.year, month, day).map_err(|_| invalid())?;
        let time = civil::Time::new(hour, minute, second, nanosecond).map_err(|_| invalid())?;
        offset.to_timestamp(date.to_datetime(time)).map_err(|_| invalid())
    }

    fn no_instant(&self, invalid: Option<String>) -> TimestampError {
        fn show<T: fmt::Display>(part: Option<T>) -> String {
            part.map_or_else(|| "null".to_owned(), |part| part.to_string())
        }
        let zone = show(self.zone.as_ref().map(|(_, text)| text));
        let parts = format!(
            "DateTime[years={}, months={}, days={}, hours={}, minutes={}, seconds={}, nanos={}, zoneId={zone}, offset={zone}]",
            self.year,
            show(self.month),
            show(self.day),
            show(self.hour),
            show(self.minute),
            show(self.second),
            show(self.nanosecond),
        );
        TimestampError::NoInstant { parts, invalid }
    }
}

/// What Java says of a day that the calendar does not have.
fn invalid_day(year: i16, month: i8, day: i8) -> String {
    const MONTHS: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match name {
        None => format!("Invalid value for MonthOfYear (valid values 1 - 12): {month}"),
        Some(_) if day == 0 => {
            format!("Invalid value for DayOfMonth (valid values 1 - 28/31): {day}")
        }
        Some(_) if (month, day) == (2, 29) => {
            format!("Invalid date 'February 29' as '{year}' is not a leap year")
        }
        Some(name) => format!("Invalid date '{name} {day}'"),
    }
}

/// `Z`, `+02`, `+0230`, `+02:30` or nothing, with its spelling.
fn zone(cursor: &mut Cursor<'_>) -> Option<Option<(Offset, String)>> {
    if cursor.0.is_empty() {
        return Some(None);
    }
    let sign = match cursor.next()? {
        b'Z' if cursor.0.is_empty() => return Some(Some((Offset::UTC, "Z".to_owned()))),
        b'+' => 1,
        b'-' => -1,
        first if first.is_ascii_uppercase() => return region(first, cursor),
        _ => return None,
    };
    let hours = i32::from(cursor.small(18)?);
    let mut more = || -> Option<i32> {
        if cursor.take(b':') || !cursor.0.is_empty() {
            cursor.small(59).map(i32::from)
        } else {
            Some(0)
        }
    };
    let (minutes, seconds) = (more()?, more()?);
    let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60 + seconds)).ok()?;
    let spelling = match (hours, minutes) {
        (0, 0) => "Z".to_owned(),
        _ => format!("{}{hours:02}:{minutes:02}", if sign > 0 { '+' } else { '-' }),
    };
    Some(Some((offset, spelling)))
}

/// The name of a zone, `Europe/Paris` or `UTC`; whatever it names, UTC is meant.
fn region(first: u8, cursor: &mut Cursor<'_>) -> Option<Option<(Offset, String)>> {
    let rest = std::mem::take(&mut cursor.0);
    let name = format!("{}{}", char::from(first), String::from_utf8_lossy(rest));
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    let known = matches!(name.as_str(), "UTC" | "GMT" | "UT")
        || (name.contains('/') && name.split('/').all(is_part));
    known.then_some(Some((Offset::UTC, name)))
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

    /// Two digits that are not more than `most`.
    fn small(&mut self, most: i8) -> Option<i8> {
        i8::try_from(self.digits(2)?).ok().filter(|value| *value <= most)
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

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
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
    fn a_digit_string_is_epoch_millis_unless_it_is_a_year() {
        check("1685017800123", "2023-05-25T12:30:00.123Z");
        check("0", "1970-01-01T00:00:00.000Z");
        let year = Timestamp::parse("2023").unwrap_err();
        assert!(matches!(year, TimestampError::NoInstant { .. }), "{year}");
    }

    #[test]
    fn a_text_without_zone_is_utc() {
        check("2023-05-25T12:30:00", "2023-05-25T12:30:00.000Z");
        check("2023-05-25T12:30", "2023-05-25T12:30:00.000Z");
        check("2023-05-25T12", "2023-05-25T12:00:00.000Z");
        check("2023-05-25T12:30:00Europe/Paris", "2023-05-25T12:30:00.000Z");
    }

    // Expected values: contract CN-1.4.
    #[test]
    fn other_texts_are_refused_with_the_servers_message() {
        for text in [
            "x",
            "2023-13-01T00:00:00Z",
            "2023-05-25 12:30",
            "2023-05-25T12:30:00.Z",
            "2023-05-25T24:00:00Z",
        ] {
            assert_eq!(
                Timestamp::parse(text).unwrap_err().to_string(),
                format!(
                    "failed to parse date field [{text}] with format [strict_date_optional_time||epoch_millis]"
                )
            );
        }
        assert_eq!(Timestamp::parse("").unwrap_err().to_string(), "cannot parse empty datetime");
    }

    // Expected values: contract CN-1.4.
    #[test]
    fn a_date_that_names_no_instant_is_refused_with_its_parts() {
        assert_eq!(
            Timestamp::parse("2024-01-01").unwrap_err().to_string(),
            "Unable to obtain Instant from TemporalAccessor: DateTime[years=2024, months=1, days=1, hours=null, minutes=null, seconds=null, nanos=null, zoneId=null, offset=null] of type org.elasticsearch.common.time.DateTime"
        );
        let day = Timestamp::parse("2024-02-30T10:00:00Z").unwrap_err();
        assert_eq!(
            day,
            TimestampError::NoInstant {
                parts: "DateTime[years=2024, months=2, days=30, hours=10, minutes=0, seconds=0, nanos=0, zoneId=Z, offset=Z]".to_owned(),
                invalid: Some("Invalid date 'FEBRUARY 30'".to_owned()),
            }
        );
    }
}
