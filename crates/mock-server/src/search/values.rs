//! Values of documents and of queries, by the type of the field.

use std::borrow::Cow;

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::{Json, Number},
};

use super::{
    analysis,
    dates::{self, DateFormat, Form, Round},
    fields::{Field, Kind},
    paths,
    view::View,
};

/// What an index keeps of a value: dates are milliseconds, booleans 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'d> {
    Text(Cow<'d, str>),
    Integer(i64),
    Decimal(f64),
}

/// Whether an indexed value of a field passes. Of a text each word is a value.
pub(super) fn any<'d>(
    field: &Field,
    document: &'d View<'_>,
    test: &mut dyn FnMut(&Value<'d>) -> bool,
) -> bool {
    if field.kind == Kind::SeqNo {
        return test(&Value::Integer(i64::try_from(document.document.seq_no).unwrap_or(i64::MAX)));
    }
    paths::any_at(document.source(), &field.source, &mut |json| {
        if field.kind == Kind::Text {
            let text = text_of(json);
            return analysis::words(&text).any(|word| test(&Value::Text(Cow::Owned(word))));
        }
        indexed(&field.kind, json).is_some_and(|value| test(&value))
    })
}

/// Whether a field has a value in a document. A text without words has one.
pub(super) fn exists(field: &Field, document: &View<'_>) -> bool {
    match field.kind {
        Kind::Id | Kind::Index | Kind::SeqNo => true,
        Kind::Text => paths::any_at(document.source(), &field.source, &mut |_| true),
        _ => any(field, document, &mut |_| true),
    }
}

/// What a field keeps of a value; `None` if it is not indexed. Texts are kept as a whole here.
fn indexed<'d>(kind: &Kind, json: &'d Json) -> Option<Value<'d>> {
    match kind {
        Kind::Keyword { ignore_above } => {
            let text = text_of(json);
            let fits = ignore_above.is_none_or(|limit| text.encode_utf16().count() <= limit);
            fits.then_some(Value::Text(text))
        }
        Kind::Text => Some(Value::Text(text_of(json))),
        Kind::Integer(_) => integer_of_document(json).map(Value::Integer),
        Kind::Decimal(name) => {
            decimal_of_document(json).map(|value| Value::Decimal(precise(name, value)))
        }
        Kind::Date(format) => format.instant(&text_of(json)).map(Value::Integer),
        Kind::Boolean => match json {
            Json::Bool(value) => Some(Value::Integer(i64::from(*value))),
            Json::String(text) if text == "true" => Some(Value::Integer(1)),
            Json::String(text) if text == "false" || text.is_empty() => Some(Value::Integer(0)),
            _ => None,
        },
        Kind::Id | Kind::Index | Kind::SeqNo | Kind::NotServed(_) => None,
    }
}

/// A value as text, as the document or the query has it.
pub(super) fn text_of(json: &Json) -> Cow<'_, str> {
    match json {
        Json::String(text) => Cow::Borrowed(text),
        Json::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        Json::Number(number) => Cow::Owned(number.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => Cow::Owned(json.to_compact()),
    }
}

/// Fractions are cut off.
fn integer_of_document(json: &Json) -> Option<i64> {
    match json {
        Json::Number(Number::Integer(value)) => Some(*value),
        Json::Number(_) | Json::String(_) => {
            let text = text_of(json);
            text.parse().ok().or_else(|| whole(text.trim().parse().ok()?))
        }
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value.abs() < LIMIT).then_some(value as i64)
}

fn decimal_of_document(json: &Json) -> Option<f64> {
    match json {
        Json::Number(_) | Json::String(_) => {
            text_of(json).trim().parse().ok().filter(|value: &f64| value.is_finite())
        }
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// What is left of a decimal in a field of less than 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "that is what is meant")]
pub(super) fn precise(name: &str, value: f64) -> f64 {
    if name == "double" { value } else { f64::from(value as f32) }
}

/// What the value of a query means to a field of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Whole {
    Exactly(i64),
    /// Between this number and the next.
    Above(i64),
    /// Less than any, more than any.
    Beyond(Side),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    Above,
}

pub(super) fn integer_of_query(json: &Json) -> Result<Whole, ErrorCause> {
    let text = text_of(json);
    if let Ok(value) = text.parse() {
        return Ok(Whole::Exactly(value));
    }
    let Ok(value) = text.trim().parse::<f64>() else { return Err(not_a_number(&text)) };
    let side = if value < 0.0 { Side::Below } else { Side::Above };
    let Some(below) = whole(value.floor()) else { return Ok(Whole::Beyond(side)) };
    Ok(if value.fract() == 0.0 { Whole::Exactly(below) } else { Whole::Above(below) })
}

pub(super) fn decimal_of_query(kind: &str, json: &Json) -> Result<f64, ErrorCause> {
    let text = text_of(json);
    let value = text.trim().parse().map_err(|_| not_a_number(&text))?;
    Ok(precise(kind, value))
}

fn not_a_number(text: &str) -> ErrorCause {
    let reason = if text.trim().is_empty() {
        "empty String".to_owned()
    } else {
        format!("For input string: \"{text}\"")
    };
    ErrorCause::new(ErrorType::NumberFormat, reason)
}

/// Whether a number has as many bits as a field of whole numbers compares: 64 of a `long`, 32 of
/// the others. A text is told by its bytes.
pub(super) fn check_width(kind: &str, json: &Json) -> Result<(), ErrorCause> {
    let (least, most, name) = match kind {
        "long" => (-9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0, "a long"),
        _ => (f64::from(i32::MIN), f64::from(i32::MAX), "an integer"),
    };
    let text = text_of(json);
    let value: f64 = text.trim().parse().map_err(|_| not_a_number(&text))?;
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let shown = match json {
        Json::String(text) => {
            let bytes: Vec<String> = text.bytes().map(|byte| format!("{byte:x}")).collect();
            format!("[{}]", bytes.join(" "))
        }
        _ => text.into_owned(),
    };
    let reason = format!("Value [{shown}] is out of range for {name}");
    Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
}

pub(super) fn boolean_of_query(json: &Json) -> Result<i64, ErrorCause> {
    match &*text_of(json) {
        "true" => Ok(1),
        "false" => Ok(0),
        other => Err(ErrorCause::new(
            ErrorType::IllegalArgument,
            format!("Can't parse boolean value [{other}], expected [true] or [false]"),
        )),
    }
}

pub(super) fn date_of_query(
    json: &Json,
    now: Timestamp,
    round: Round,
    written: (Form, DateFormat),
) -> Result<i64, ErrorCause> {
    dates::of_query(&text_of(json), now, round, written)
}
