//! Dates as a search names them: `strict_date_optional_time||epoch_millis` and date math
//! (contract DO-7.2).

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::Json,
};
use jiff::{Span, ToSpan as _, civil::DateTime, tz::Offset};

/// How the dates of a field are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// `strict_date_optional_time`, and `epoch_millis` beside it.
    Iso,
    /// `yyyy/MM/dd HH:mm:ss`, `yyyy/MM/dd` and `epoch_millis`.
    Slashes,
}

impl DateFormat {
    /// What a field has of which nothing is said.
    pub(crate) const DEFAULT: &str = "strict_date_optional_time||epoch_millis";
    /// The other one in which texts are taken for dates.
    pub(crate) const SLASHES: &str = "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis";

    /// The format that a mapping names, if it is one that is known here.
    pub(crate) fn named(format: &str) -> Option<Self> {
        match format {
            Self::DEFAULT | "strict_date_optional_time" => Some(Self::Iso),
            Self::SLASHES => Some(Self::Slashes),
            _ => None,
        }
    }

    /// The name in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Iso => Self::DEFAULT,
            Self::Slashes => Self::SLASHES,
        }
    }

    /// The milliseconds since 1970 that a text of a document stands for.
    pub(crate) fn instant(self, text: &str) -> Option<i64> {
        self.rounded(text, Round::Down)
    }

    fn rounded(self, text: &str, round: Round) -> Option<i64> {
        match self {
            Self::Iso => instant(text, round),
            Self::Slashes => with_slashes(text, round).or_else(|| millis(text)),
        }
    }
}

/// How a query writes a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As the field has it.
    Mapped,
    /// `epoch_millis`, because a number is there (contract DO-7.1-17).
    Millis,
}

impl Form {
    /// How a value of a query is written.
    pub(super) const fn of(value: &Json) -> Self {
        if matches!(value, Json::Number(_)) { Self::Millis } else { Self::Mapped }
    }

    const fn format(self, format: DateFormat) -> &'static str {
        match self {
            Self::Mapped => format.name(),
            Self::Millis => "epoch_millis",
        }
    }

    fn instant(self, text: &str, round: Round, format: DateFormat) -> Option<i64> {
        match self {
            Self::Mapped => format.rounded(text, round),
            Self::Millis => millis(text),
        }
    }
}

/// Milliseconds since 1970; a fraction of one is cut off.
fn millis(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction =
        (1..=6).contains(&fraction.len()) && fraction.bytes().all(|it| it.is_ascii_digit());
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_whole = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    let value: i64 = (is_whole && is_fraction).then(|| whole.parse().ok())??;
    let is_below = whole.starts_with('-') && fraction.bytes().any(|it| it != b'0');
    Some(if is_below { value - 1 } else { value })
}

/// Which instant of a span of time is meant, where a text names a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    Down,
    Up,
}

/// The milliseconds since 1970 that a value of a query stands for, date math included.
pub(super) fn of_query(
    text: &str,
    now: Timestamp,
    round: Round,
    written: (Form, DateFormat),
) -> Result<i64, ErrorCause> {
    if let Some(math) = text.strip_prefix("now") {
        return calculate(math, milliseconds(now), round);
    }
    match text.split_once("||") {
        None => of_text(text, round, written),
        Some((date, math)) => calculate(math, of_text(date, Round::Down, written)?, round),
    }
}

/// Of a nanosecond only the millisecond counts.
fn milliseconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanoseconds().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

fn of_text(
    text: &str,
    round: Round,
    (form, format): (Form, DateFormat),
) -> Result<i64, ErrorCause> {
    if text.is_empty() {
        return Err(unreadable("cannot parse empty date".to_owned()));
    }
    form.instant(text, round, format).ok_or_else(|| {
        let format = form.format(format);
        let reason = format!("failed to parse date field [{text}] with format [{format}]");
        let library =
            ErrorCause::new(ErrorType::DateTimeParse, "Failed to parse with all enclosed parsers");
        let cause = ErrorCause::new(ErrorType::IllegalArgument, reason.clone()).caused_by(library);
        unreadable(format!("{reason}: [{reason}]")).caused_by(cause)
    })
}

fn unreadable(reason: String) -> ErrorCause {
    ErrorCause::new(ErrorType::Parse, reason)
}

/// The first or the last millisecond of what a text names; what it leaves out is filled up.
fn instant(text: &str, round: Round) -> Option<i64> {
    let date = text.strip_suffix('T').filter(|date| date.len() == 10).unwrap_or(text);
    let is_shape = |shape: &str| is_shape(date, shape);
    let (whole, span) = if is_shape("0000") {
        (format!("{date}-01-01T00:00:00Z"), 1.year())
    } else if is_shape("0000-00") {
        (format!("{date}-01T00:00:00Z"), 1.month())
    } else if is_shape("0000-00-00") {
        (format!("{date}T00:00:00Z"), 1.day())
    } else {
        (text.to_owned(), time_span(text))
    };
    let first = milliseconds(Timestamp::parse(&whole).ok()?);
    match round {
        Round::Down => Some(first),
        Round::Up => last_of(first, span),
    }
}

/// Whether a text has digits where the shape has zeros, and all else as it is there.
fn is_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            separator => byte == separator,
        })
}

/// The same for `yyyy/MM/dd HH:mm:ss` and `yyyy/MM/dd`.
fn with_slashes(text: &str, round: Round) -> Option<i64> {
    let iso = || text.replace('/', "-").replace(' ', "T");
    if is_shape(text, "0000/00/00") || is_shape(text, "0000/00/00 00:00:00") {
        instant(&iso(), round)
    } else {
        None
    }
}

/// The span that a text with a time names: hours, minutes, seconds; nothing with a fraction and
/// for a number.
fn time_span(text: &str) -> Span {
    let Some((_, time)) = text.split_once('T') else { return Span::new() };
    let time = time.split(['Z', '+', '-']).next().unwrap_or_default();
    match time.len() {
        2 => 1.hour(),
        5 => 1.minute(),
        8 => 1.second(),
        _ => Span::new(),
    }
}

/// The last millisecond of the span that begins here.
fn last_of(first: i64, span: Span) -> Option<i64> {
    if span.is_zero() {
        return Some(first);
    }
    let next = to_millis(to_date(first)?.checked_add(span).ok()?)?;
    next.checked_sub(1)
}

fn to_date(millis: i64) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(jiff::Timestamp::from_millisecond(millis).ok()?))
}

fn to_millis(date: DateTime) -> Option<i64> {
    Some(Offset::UTC.to_timestamp(date).ok()?.as_millisecond())
}

/// Applies `+1d`, `-300s`, `/d` and the like.
fn calculate(math: &str, start: i64, round: Round) -> Result<i64, ErrorCause> {
    let truncated = || unreadable(format!("truncated date math [{math}]"));
    let mut time = start;
    let mut rest = math.chars().peekable();
    while let Some(operator) = rest.next() {
        let sign = match operator {
            '/' | '+' => 1,
            '-' => -1,
            _ => {
                return Err(unreadable(format!("operator not supported for date math [{math}]")));
            }
        };
        let mut digits = String::new();
        while let Some(digit) = rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let number: i64 = if digits.is_empty() {
            1
        } else {
            i32::try_from(digits.parse::<i64>().unwrap_or(i64::MAX)).map(i64::from).map_err(
                |_| {
                    let reason = format!("For input string: \"{digits}\"");
                    ErrorCause::new(ErrorType::NumberFormat, reason)
                },
            )?
        };
        let Some(unit) = rest.next() else { return Err(truncated()) };
        if operator == '/' && number != 1 {
            return Err(unreadable(format!(
                "rounding `/` can only be used on single unit types [{math}]"
            )));
        }
        let Some(span) = span_of(unit, sign * number) else {
            return Err(unreadable(format!("unit [{unit}] not supported for date math [{math}]")));
        };
        let next = if operator == '/' {
            rounded(time, unit).and_then(|first| match round {
                Round::Down => Some(first),
                Round::Up => last_of(first, span),
            })
        } else {
            to_date(time).and_then(|date| to_millis(date.checked_add(span).ok()?))
        };
        time = next.unwrap_or(if sign < 0 { i64::MIN } else { i64::MAX });
    }
    Ok(time)
}

fn span_of(unit: char, number: i64) -> Option<Span> {
    let span = Span::new();
    let span = match unit {
        'y' => span.try_years(number),
        'M' => span.try_months(number),
        'w' => span.try_weeks(number),
        'd' => span.try_days(number),
        'h' | 'H' => span.try_hours(number),
        'm' => span.try_minutes(number),
        's' => span.try_seconds(number),
        _ => return None,
    };
    Some(span.unwrap_or_default())
}

/// The first millisecond of the year, month and so on in which a time lies.
fn rounded(millis: i64, unit: char) -> Option<i64> {
    const SECOND: i64 = 1_000;
    let to = |step: i64| Some(millis - millis.rem_euclid(step));
    let day = to_date(millis)?.date();
    let first = match unit {
        's' => return to(SECOND),
        'm' => return to(60 * SECOND),
        'h' | 'H' => return to(3_600 * SECOND),
        'y' => day.first_of_year(),
        'M' => day.first_of_month(),
        'w' => {
            let since = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(since.days()).ok()?
        }
        _ => day,
    };
    to_millis(first.to_datetime(jiff::civil::Time::midnight()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, round: Round) -> String {
        let now = Timestamp::parse("2001-01-01T12:00:00.000Z").unwrap();
        let millis = of_query(text, now, round, (Form::Mapped, DateFormat::Iso)).unwrap();
        Timestamp::from_nanoseconds(i128::from(millis) * 1_000_000).to_string()
    }

    // The table of the documentation of date math: now is 2001-01-01 12:00:00.
    #[test]
    fn date_math_is_that_of_the_documentation() {
        for (text, expected) in [
            ("now+1h", "2001-01-01T13:00:00.000Z"),
            ("now-1h", "2001-01-01T11:00:00.000Z"),
            ("now-1h/d", "2001-01-01T00:00:00.000Z"),
            ("2001-02-01||+1M/d", "2001-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(shown(text, Round::Down), expected, "{text}");
        }
    }

    // The rounding table of the documentation of the range query.
    #[test]
    fn rounding_is_that_of_the_documentation() {
        for (text, down, up) in [
            ("2014-11-18||/M", "2014-11-01T00:00:00.000Z", "2014-11-30T23:59:59.999Z"),
            ("2014-11-18||/w", "2014-11-17T00:00:00.000Z", "2014-11-23T23:59:59.999Z"),
            ("2014-11", "2014-11-01T00:00:00.000Z", "2014-11-30T23:59:59.999Z"),
            ("2014", "2014-01-01T00:00:00.000Z", "2014-12-31T23:59:59.999Z"),
            ("2014-11-18T14", "2014-11-18T14:00:00.000Z", "2014-11-18T14:59:59.999Z"),
            ("2014-11-18T14:27", "2014-11-18T14:27:00.000Z", "2014-11-18T14:27:59.999Z"),
            ("2014-11-18T14:27:32", "2014-11-18T14:27:32.000Z", "2014-11-18T14:27:32.999Z"),
            ("2014-11-18T14:27:32.5Z", "2014-11-18T14:27:32.500Z", "2014-11-18T14:27:32.500Z"),
            ("1416320852000", "2014-11-18T14:27:32.000Z", "2014-11-18T14:27:32.000Z"),
        ] {
            assert_eq!(shown(text, Round::Down), down, "{text}");
            assert_eq!(shown(text, Round::Up), up, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let now = Timestamp::from_nanoseconds(0);
        for (text, expected) in [
            (
                "yesterday",
                "failed to parse date field [yesterday] with format [strict_date_optional_time||epoch_millis]: [failed to parse date field [yesterday] with format [strict_date_optional_time||epoch_millis]]",
            ),
            ("", "cannot parse empty date"),
            ("now*1d", "operator not supported for date math [*1d]"),
            ("now+", "truncated date math [+]"),
            ("now+1", "truncated date math [+1]"),
            ("now/2d", "rounding `/` can only be used on single unit types [/2d]"),
            ("now+1x", "unit [x] not supported for date math [+1x]"),
        ] {
            let error =
                of_query(text, now, Round::Down, (Form::Mapped, DateFormat::Iso)).unwrap_err();
            assert_eq!(error.reason.as_deref(), Some(expected));
        }
    }
}
