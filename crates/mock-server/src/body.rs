//! Reading request bodies by their schemas: the messages, their nesting and their positions are
//! those of Elasticsearch's object parsers (contract CN-1.4, RL-5).

use api_types::{
    TimestampError,
    error::{ErrorCause, ErrorType},
    json::{Json, Object, Position, ReadError, ReadErrorKind, Reader, Token},
    ops::RequestBody,
    schema::{Field, Kind, Presence, Schema},
};

use crate::{params::not_a_boolean, suggest};

/// Reads a body. What follows the object is not looked at.
pub(crate) fn read<B: RequestBody>(text: &[u8]) -> Result<B, ErrorCause> {
    let fields = read_object(B::SCHEMA, text)?;
    Ok(B::from_fields(fields.into()))
}

fn read_object(schema: &'static Schema, text: &[u8]) -> Result<Object, ErrorCause> {
    let mut parser = Parser { reader: Reader::new(text) };
    let first = parser.next()?;
    parser.object(schema, &first)
}

/// How the JSON library's exceptions reach the client.
pub(crate) fn read_error(error: &ReadError) -> ErrorCause {
    let text = error.library_text();
    let at = |text: &str| format!("[{}] {text}", error.position);
    let (kind, reason, cause) = match error.kind {
        ReadErrorKind::Malformed => (ErrorType::XContentParse, at(&text), ErrorType::JsonParse),
        ReadErrorKind::UnexpectedEnd => {
            (ErrorType::XContentEof, at("Unexpected end of file"), ErrorType::JsonEof)
        }
        ReadErrorKind::Coercion => (ErrorType::XContentParse, at(&text), ErrorType::InputCoercion),
        ReadErrorKind::Limit => {
            (ErrorType::XContentParse, text.clone(), ErrorType::StreamConstraints)
        }
    };
    ErrorCause::new(kind, reason).caused_by(ErrorCause::new(cause, text))
}

struct Parser<'a> {
    reader: Reader<'a>,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<Token<'a>, ErrorCause> {
        self.reader.next_token().map_err(|error| read_error(&error))
    }

    fn error(&self, position: Position, parser: &str, message: &str) -> ErrorCause {
        ErrorCause::new(ErrorType::XContentParse, format!("[{position}] [{parser}] {message}"))
    }

    /// Reads an object whose first token has been read.
    fn object(&mut self, schema: &'static Schema, first: &Token<'a>) -> Result<Object, ErrorCause> {
        if *first != Token::StartObject {
            let message = format!("Expected START_OBJECT but was: {}", first.wire_name());
            return Err(self.error(self.reader.position(), schema.parser, &message));
        }
        let mut building = Building { schema, fields: Object::new(), built: false };
        while let Token::Name(name) = self.next()? {
            let position = self.reader.position();
            let token = self.next()?;
            let Some(field) = schema.fields.iter().find(|field| field.name == name) else {
                return Err(self.unknown_field(schema, position, &name));
            };
            self.check_token(schema, field, &token)?;
            let value = self.value(field, &token);
            value.and_then(|value| building.arrived(field, value)).map_err(|cause| {
                let message = format!("failed to parse field [{}]", field.name);
                self.error(self.reader.position(), schema.parser, &message).caused_by(cause)
            })?;
        }
        building.finish()
    }

    fn unknown_field(&self, schema: &Schema, position: Position, name: &str) -> ErrorCause {
        let near = suggest::nearest(name, schema.fields.iter().map(|field| field.name));
        let suggestion =
            suggest::sentence(&near).map_or_else(String::new, |sentence| format!(" {sentence}"));
        self.error(position, schema.parser, &format!("unknown field [{name}]{suggestion}"))
    }

    fn check_token(
        &self,
        schema: &Schema,
        field: &Field,
        token: &Token<'_>,
    ) -> Result<(), ErrorCause> {
        if accepts(field.kind, token) {
            return Ok(());
        }
        let message =
            format!("{} doesn't support values of type: {}", field.name, token.wire_name());
        Err(self.error(self.reader.position(), schema.parser, &message))
    }

    fn value(&mut self, field: &Field, token: &Token<'a>) -> Result<Json, ErrorCause> {
        match (field.kind, token) {
            (Kind::Boolean, Token::String) => boolean(&self.text()?),
            (Kind::Long, Token::Number(number)) => self.long(number),
            (Kind::Long, Token::String) => long_text(&self.text()?),
            (Kind::Timestamp, Token::String) => timestamp(&self.text()?),
            (Kind::Timestamp, other) => Err(ErrorCause::new(
                ErrorType::IllegalArgument,
                format!("unexpected token [{}] for [{}]", other.wire_name(), field.name),
            )),
            (Kind::Enum(kind), Token::String) => enum_value(kind, &self.text()?),
            (
                Kind::String
                | Kind::StringOrNull
                | Kind::Boolean
                | Kind::Long
                | Kind::Enum(_)
                | Kind::LateEnum(_)
                | Kind::AnyObject,
                token,
            ) => self.reader.value(token).map_err(|error| read_error(&error)),
        }
    }

    fn text(&mut self) -> Result<String, ErrorCause> {
        match self.reader.text() {
            Ok(text) => Ok(text.into_owned()),
            Err(error) => Err(read_error(&error)),
        }
    }

    /// A number that 64 bits hold; fractions are cut off.
    fn long(&self, number: &str) -> Result<Json, ErrorCause> {
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
        let value = number.parse().ok().or_else(|| {
            let double: f64 = number.parse().ok()?;
            let is_fraction = number.contains(['.', 'e', 'E']);
            (is_fraction && double.abs() < LONG_LIMIT).then_some(double as i64)
        });
        value.map(Json::from).ok_or_else(|| {
            let range = "-9223372036854775808 - 9223372036854775807";
            read_error(&self.reader.out_of_range(number, "long", range))
        })
    }
}

/// 2^63
const LONG_LIMIT: f64 = 9_223_372_036_854_775_808.0;

const fn accepts(kind: Kind, token: &Token<'_>) -> bool {
    match kind {
        Kind::String | Kind::Enum(_) | Kind::LateEnum(_) => matches!(token, Token::String),
        Kind::StringOrNull => matches!(token, Token::String | Token::Null),
        Kind::Boolean => matches!(token, Token::String | Token::Bool(_)),
        Kind::Long => matches!(token, Token::String | Token::Number(_)),
        Kind::Timestamp => matches!(token, Token::String | Token::StartObject),
        Kind::AnyObject => matches!(token, Token::StartObject),
    }
}

/// An object whose members are arriving.
struct Building {
    schema: &'static Schema,
    fields: Object,
    built: bool,
}

impl Building {
    /// Takes a member in. The object is built as soon as it has all that are declared.
    fn arrived(&mut self, field: &Field, value: Json) -> Result<(), ErrorCause> {
        self.fields.insert(field.name, value);
        if self.fields.len() == self.schema.fields.len() {
            self.built = true;
            self.build()?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Object, ErrorCause> {
        if self.built {
            return Ok(self.fields);
        }
        let missing: Vec<&str> = self
            .schema
            .fields
            .iter()
            .filter(|field| field.presence == Presence::Required)
            .filter(|field| self.fields.get(field.name).is_none_or(Json::is_null))
            .map(|field| field.name)
            .collect();
        if !missing.is_empty() {
            return Err(ErrorCause::new(
                ErrorType::IllegalArgument,
                format!("Required [{}]", missing.join(", ")),
            ));
        }
        self.build()?;
        Ok(self.fields)
    }

    /// Converts what is converted only when the object is complete, in declaration order.
    fn build(&mut self) -> Result<(), ErrorCause> {
        for field in self.schema.fields {
            let Kind::LateEnum(kind) = field.kind else { continue };
            let Some(text) = self.fields.get(field.name).and_then(Json::as_str) else { continue };
            let value = enum_value(kind, text).map_err(|cause| {
                let message = format!(
                    "Failed to build [{}] after last required field arrived",
                    self.schema.parser
                );
                ErrorCause::new(ErrorType::XContentParse, message).caused_by(cause)
            })?;
            self.fields.insert(field.name, value);
        }
        Ok(())
    }
}

fn illegal_argument(reason: impl Into<String>) -> ErrorCause {
    ErrorCause::new(ErrorType::IllegalArgument, reason)
}

fn enum_value(kind: api_types::schema::EnumType, text: &str) -> Result<Json, ErrorCause> {
    kind.parse(text).map(Json::from).map_err(|unknown| illegal_argument(unknown.to_string()))
}

fn boolean(text: &str) -> Result<Json, ErrorCause> {
    match text {
        "true" => Ok(Json::Bool(true)),
        "false" => Ok(Json::Bool(false)),
        blank if blank.trim().is_empty() => Ok(Json::Bool(false)),
        other => Err(not_a_boolean(other)),
    }
}

/// A numeric string as Java's decimals read it; the fraction is cut off.
fn long_text(text: &str) -> Result<Json, ErrorCause> {
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

fn timestamp(text: &str) -> Result<Json, ErrorCause> {
    api_types::Timestamp::parse(text).map(Json::from).map_err(|error| {
        let reason = error.to_string();
        match error {
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
