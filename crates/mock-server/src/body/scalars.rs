//! Scalars that a parser asks for by their type, whatever stands there (contract DO-5.1-11).

use api_types::{
    Version,
    error::ErrorCause,
    json::{Json, Reader, Token},
};

use super::{Asked, LONG, int_number, number_of, values};

/// A number that 64 bits hold, or a text that says one; fractions are cut off.
pub(crate) fn long_value(
    reader: &mut Reader<'_>,
    token: &Token<'_>,
    version: Version,
) -> Result<Json, ErrorCause> {
    match token {
        Token::Number(number) => number_of(reader, number, &LONG),
        Token::String => values::long_text(&text(reader, version)?),
        other => Err(not_numeric(reader, other, version)),
    }
}

/// The same for 32 bits.
pub(crate) fn int_value(
    reader: &mut Reader<'_>,
    token: &Token<'_>,
    version: Version,
) -> Result<Json, ErrorCause> {
    match token {
        Token::Number(number) => int_number(reader, number),
        Token::String => values::int_text(&text(reader, version)?),
        other => Err(not_numeric(reader, other, version)),
    }
}

/// A boolean, or a text that says one; an empty text is false.
pub(crate) fn boolean_value(
    reader: &mut Reader<'_>,
    token: &Token<'_>,
    version: Version,
) -> Result<Json, ErrorCause> {
    match token {
        Token::Bool(value) => Ok(Json::Bool(*value)),
        Token::String => values::boolean(&text(reader, version)?),
        other => Err(not_boolean(reader, other, version)),
    }
}

/// A number that 64 bits hold; fractions are cut off.
pub(crate) fn long_number(reader: &Reader<'_>, number: &str) -> Result<Json, ErrorCause> {
    number_of(reader, number, &LONG)
}

/// The error of a token that is no boolean.
pub(crate) fn not_boolean(reader: &Reader<'_>, token: &Token<'_>, version: Version) -> ErrorCause {
    let message = format!("Current token ({}) not of boolean type", library_name(token));
    Asked::Token.error(&reader.mistaken(message), version)
}

fn text(reader: &mut Reader<'_>, version: Version) -> Result<String, ErrorCause> {
    let text = reader.text().map_err(|error| Asked::Text.error(&error, version))?;
    Ok(text.into_owned())
}

/// The error of a token that is no number.
pub(crate) fn not_numeric(reader: &Reader<'_>, token: &Token<'_>, version: Version) -> ErrorCause {
    let name = library_name(token);
    let message =
        format!("Current token ({name}) not numeric, can not use numeric value accessors");
    Asked::Token.error(&reader.mistaken(message), version)
}

/// What the JSON library calls a token.
fn library_name(token: &Token<'_>) -> &'static str {
    match token {
        Token::Bool(true) => "VALUE_TRUE",
        Token::Bool(false) => "VALUE_FALSE",
        Token::Number(number) if number.contains(['.', 'e', 'E']) => "VALUE_NUMBER_FLOAT",
        Token::Number(_) => "VALUE_NUMBER_INT",
        other => other.wire_name(),
    }
}
