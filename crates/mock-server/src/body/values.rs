//! Texts that stand for values of other types.

use api_types::{
    TimestampError, Version,
    cron::CronExpression,
    differences::Difference,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::Json,
    schema::EnumType,
};

use crate::params::not_a_boolean;

pub(super) fn cron(text: &str) -> Result<Json, ErrorCause> {
    CronExpression::parse(text).map(Json::from).map_err(|error| {
        illegal_argument(error.to_string()).caused_by(illegal_argument(error.cause))
    })
}

pub(super) fn enum_value(kind: EnumType, text: &str) -> Result<Json, ErrorCause> {
    kind.parse(text).map(Json::from).map_err(|unknown| illegal_argument(unknown.to_string()))
}

pub(crate) fn boolean(text: &str) -> Result<Json, ErrorCause> {
    match text {
        "true" => Ok(Json::Bool(true)),
        "false" => Ok(Json::Bool(false)),
        blank if blank.trim().is_empty() => Ok(Json::Bool(false)),
        other => Err(not_a_boolean(other)),
    }
}

/// A numeric string as Java's doubles read it; the fraction is cut off.
pub(crate) fn int_text(text: &str) -> Result<Json, ErrorCause> {
    let trimmed = text.trim();
    let not_a_number = |reason: String| ErrorCause::new(ErrorType::NumberFormat, reason);
    if trimmed.is_empty() {
        return Err(not_a_number("empty String".to_owned()));
    }
    let is_decimal = trimmed.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let value: f64 = match trimmed.parse() {
        Ok(value) if is_decimal => value,
        _ => return Err(not_a_number(format!("For input string: \"{text}\""))),
    };
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    if (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value) {
        Ok(Json::from(value as i64))
    } else {
        Err(illegal_argument(format!("Value [{text}] is out of range for an integer")))
    }
}

/// A numeric string as Java's decimals read it; the fraction is cut off.
pub(crate) fn long_text(text: &str) -> Result<Json, ErrorCause> {
    if let Ok(value) = text.parse::<i64>() {
        return Ok(Json::from(value));
    }
    let Some(integer) = integer_part(text) else {
        return Err(illegal_argument(format!("For input string: \"{text}\"")));
    };
    integer
        .parse::<i64>()
        .map(Json::from)
        .map_err(|_| illegal_argument(format!("Value [{text}] is out of range for a long")))
}

/// The digits before the point of a decimal number; something too long for a long if there are
/// more than twenty.
fn integer_part(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    let digits: String = match usize::try_from(point) {
        Err(_) | Ok(0) => "0".to_owned(),
        Ok(point) => digits.chars().chain(std::iter::repeat('0')).take(point.min(400)).collect(),
    };
    let significant = digits.trim_start_matches('0');
    Some(if significant.is_empty() { "0".to_owned() } else { format!("{sign}{significant}") })
}

pub(crate) fn timestamp(text: &str, version: Version) -> Result<Json, ErrorCause> {
    let parsed = api_types::Timestamp::parse(text).and_then(|time| {
        if is_negative_millis(text) && !version.has(Difference::NegativeEpochMillis) {
            return Err(TimestampError::Unparsable(text.to_owned()));
        }
        Ok(time)
    });
    parsed.map(Json::from).map_err(|error| {
        let reason = error.to_string();
        match error {
            TimestampError::Empty if !version.has(Difference::EmptyDatetimeText) => {
                illegal_argument("cannot parse empty date".to_owned())
            }
            TimestampError::Empty => illegal_argument(reason),
            TimestampError::Unparsable(_) => illegal_argument(reason).caused_by(ErrorCause::new(
                ErrorType::DateTimeParse,
                "Failed to parse with all enclosed parsers",
            )),
            TimestampError::NoInstant { invalid, .. } => {
                let cause = invalid.map_or_else(
                    || {
                        ErrorCause::new(
                            ErrorType::UnsupportedTemporalType,
                            "No InstantSeconds value available",
                        )
                    },
                    |invalid| ErrorCause::new(ErrorType::DateTime, invalid),
                );
                ErrorCause::new(ErrorType::DateTime, reason).caused_by(cause)
            }
        }
    })
}

/// Four digits are a year.
fn is_negative_millis(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('-') else { return false };
    digits.len() != 4 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
