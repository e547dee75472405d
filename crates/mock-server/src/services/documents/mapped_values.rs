//! Which values a field of a type takes (contract DO-4.3-10).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object, Reader, Token},
};

use crate::{
    body::{self, Asked},
    search::DateFormat,
};

/// Why a field of that type cannot have a value, if it cannot. `text` is that of a scalar; types
/// that are not known take everything.
pub(super) fn refusal(
    reader: &Reader<'_>,
    kind: &str,
    mapping: &Object,
    token: &Token<'_>,
    text: Option<&str>,
    version: Version,
) -> Option<ErrorCause> {
    let flag = |name: &str| mapping.get(name).and_then(Json::as_bool);
    let is_ignored = text.is_some() && flag("ignore_malformed") == Some(true);
    let value = Value { reader, token, text, version };
    let outcome = match kind {
        "long" | "integer" | "short" | "byte" | "double" | "float" | "half_float"
            if flag("coerce") != Some(false) =>
        {
            value.number(kind)
        }
        "boolean" => value.boolean(),
        "date" => format_of(mapping).map_or(Ok(()), |format| value.date(format)),
        "keyword" | "text" | "match_only_text" => value.text().map(drop),
        _ => Ok(()),
    };
    outcome.err().filter(|_| !is_ignored)
}

/// The format of a date, if it is one that is known here.
fn format_of(mapping: &Object) -> Option<DateFormat> {
    DateFormat::named(mapping.get("format").map_or(Some(DateFormat::DEFAULT), Json::as_str)?)
}

struct Value<'v> {
    reader: &'v Reader<'v>,
    token: &'v Token<'v>,
    text: Option<&'v str>,
    version: Version,
}

impl Value<'_> {
    fn text(&self) -> Result<&str, ErrorCause> {
        let no_text = || body::no_text(self.token, self.reader.position(), self.version);
        self.text.ok_or_else(no_text)
    }

    fn date(&self, format: DateFormat) -> Result<(), ErrorCause> {
        let text = self.text()?;
        if text.is_empty() {
            return body::timestamp(text, self.version).map(drop);
        }
        if format.instant(text).is_some() {
            return Ok(());
        }
        let format = format.name();
        let reason = format!("failed to parse date field [{text}] with format [{format}]");
        let cause = "Failed to parse with all enclosed parsers";
        Err(illegal_argument(reason).caused_by(ErrorCause::new(ErrorType::DateTimeParse, cause)))
    }

    fn boolean(&self) -> Result<(), ErrorCause> {
        match (self.token, self.text) {
            (Token::Bool(_), _) => Ok(()),
            (Token::String, Some(text)) => body::boolean(text).map(drop),
            (other, _) => Err(body::not_boolean(self.reader, other, self.version)),
        }
    }

    fn number(&self, kind: &str) -> Result<(), ErrorCause> {
        match (self.token, self.text) {
            (Token::StartObject, _) => Err(illegal_argument("Cannot parse object as number")),
            (Token::String, Some("")) => Ok(()),
            (Token::String, Some(text)) => number_text(kind, text),
            (Token::Number(number), _) => self.number_token(kind, number),
            (other, _) => Err(body::not_numeric(self.reader, other, self.version)),
        }
    }

    fn number_token(&self, kind: &str, number: &str) -> Result<(), ErrorCause> {
        match kind {
            "long" => body::long_number(self.reader, number).map(drop),
            "integer" => body::int_number(self.reader, number).map(drop),
            "byte" => fits_byte(&body::int_number(self.reader, number)?),
            "short" => {
                let whole = body::int_number(self.reader, number)?;
                let fits = whole.as_i64().is_some_and(|it| i16::try_from(it).is_ok());
                if fits {
                    return Ok(());
                }
                let error = self.reader.out_of_range(number, "Java short");
                Err(Asked::Token.error(&error, self.version))
            }
            _ => finite(kind, number),
        }
    }
}

/// A decimal number that its type can hold.
fn finite(kind: &str, number: &str) -> Result<(), ErrorCause> {
    let negative = number.starts_with('-');
    let is_finite = match kind {
        "float" | "half_float" => number.parse::<f32>().is_ok_and(f32::is_finite),
        _ => number.parse::<f64>().is_ok_and(f64::is_finite),
    };
    let name = if negative { "-Infinity" } else { "Infinity" };
    if is_finite { Ok(()) } else { Err(not_finite(kind, name)) }
}

fn not_finite(kind: &str, name: &str) -> ErrorCause {
    illegal_argument(format!("[{kind}] supports only finite values, but got [{name}]"))
}

fn fits_byte(value: &Json) -> Result<(), ErrorCause> {
    if value.as_i64().is_some_and(|it| i8::try_from(it).is_ok()) {
        return Ok(());
    }
    let value = value.to_compact();
    Err(illegal_argument(format!("Value [{value}] is out of range for a byte")))
}

fn number_text(kind: &str, text: &str) -> Result<(), ErrorCause> {
    match kind {
        "long" => body::long_text(text).map(drop),
        "integer" => body::int_text(text).map(drop),
        "byte" => fits_byte(&body::int_text(text)?),
        "short" => {
            let out = || illegal_argument(format!("Value [{text}] is out of range for a short"));
            let value = body::int_text(text).map_err(|cause| match cause.kind {
                ErrorType::NumberFormat => cause,
                _ => out(),
            })?;
            let fits = value.as_i64().is_some_and(|it| i16::try_from(it).is_ok());
            if fits { Ok(()) } else { Err(out()) }
        }
        _ => decimal(kind, text),
    }
}

/// A decimal number as Java reads it.
fn decimal(kind: &str, text: &str) -> Result<(), ErrorCause> {
    let refused = |reason: String| Err(ErrorCause::new(ErrorType::NumberFormat, reason));
    if text.trim().is_empty() {
        return refused("empty String".to_owned());
    }
    match java_double(text) {
        None => refused(format!("For input string: \"{text}\"")),
        Some("NaN") => Err(not_finite(kind, "NaN")),
        Some("Infinity") => Err(not_finite(kind, "Infinity")),
        Some("-Infinity") => Err(not_finite(kind, "-Infinity")),
        Some(number) => finite(kind, number),
    }
}

/// What Java's `Double.parseDouble` takes of a text: the number without what may stand around it.
/// Hexadecimal numbers are not known here.
pub(super) fn java_double(text: &str) -> Option<&str> {
    let text = text.trim_matches(|character| character <= ' ');
    if matches!(text.strip_prefix(['+', '-']).unwrap_or(text), "NaN" | "Infinity") {
        return Some(if text.ends_with("NaN") { "NaN" } else { text.trim_start_matches('+') });
    }
    let number = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    let is_decimal = number.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    (is_decimal && number.parse::<f64>().is_ok()).then_some(number)
}
