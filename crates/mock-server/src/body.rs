//! Reading request bodies by their schemas: the messages, their nesting and their positions are
//! those of Elasticsearch's object parsers (contract CN-1.4, RL-5).

mod fetch_source;
mod library;
mod scalars;
mod tokens;
mod values;

pub(crate) use fetch_source::fetch_source;
pub(crate) use library::{Asked, is_input_failure, no_text, read_error};
pub(crate) use scalars::{
    boolean_value, int_value, long_number, long_value, not_boolean, not_numeric,
};
pub(crate) use tokens::Tokens;
pub(crate) use values::{boolean, int_text, long_text, timestamp};

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object, Position, Quoted, ReadErrorKind, Reader, Token},
    ops::RequestBody,
    schema::{Absent, Field, Kind, Presence, Schema, UnknownFields},
};

use values::{cron, enum_value};

use crate::{sources::Clock, suggest, warnings::Warnings};

/// Reads a body. What follows the object is not looked at.
pub(crate) fn read<B: RequestBody>(
    text: &[u8],
    clock: &Clock,
    version: Version,
    warnings: &Warnings,
) -> Result<B, ErrorCause> {
    read_quoting(text, Quoted::Shown, clock, version, warnings)
}

/// The same with messages that quote the text or do not.
pub(crate) fn read_quoting<B: RequestBody>(
    text: &[u8],
    quoted: Quoted,
    clock: &Clock,
    version: Version,
    warnings: &Warnings,
) -> Result<B, ErrorCause> {
    let reader = Reader::new(text).quoting(quoted);
    let mut parser = Parser { reader, clock, version, warnings, inside: false };
    let first = parser.next()?;
    let fields = parser.object(B::schema(version), &first)?;
    Ok(B::from_fields(fields.into()))
}

struct Parser<'a> {
    reader: Reader<'a>,
    /// Gives the time to members that default to it.
    clock: &'a Clock,
    version: Version,
    warnings: &'a Warnings,
    /// Whether the outermost object has begun.
    inside: bool,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<Token<'a>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Token.error(&error, self.version))
    }

    /// The next name of an object, or its end.
    fn next_name(&mut self) -> Result<Token<'a>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Name.error(&error, self.version))
    }

    /// The value that starts with `token`, whatever it is.
    fn whole(&mut self, token: &Token<'a>) -> Result<Json, ErrorCause> {
        let asked = if *token == Token::String { Asked::Text } else { Asked::Inside };
        self.reader.value(token).map_err(|error| asked.error(&error, self.version))
    }

    fn error(&self, position: Position, parser: &str, message: &str) -> ErrorCause {
        ErrorCause::new(ErrorType::XContentParse, format!("[{position}] [{parser}] {message}"))
    }

    /// Reads an object whose first token has been read. Where that is no `{`, one token more is
    /// read and must be it.
    fn object(&mut self, schema: &'static Schema, first: &Token<'a>) -> Result<Object, ErrorCause> {
        if *first != Token::StartObject {
            let token = if self.inside { self.next()? } else { first.clone() };
            if token != Token::StartObject {
                let message = format!("Expected START_OBJECT but was: {}", token.wire_name());
                return Err(self.error(self.reader.position(), schema.parser, &message));
            }
        }
        self.inside = true;
        let mut building = Building { schema, fields: Object::new(), built: false };
        while let Token::Name(name) = self.next_name()? {
            let position = self.reader.position();
            let token = self.next()?;
            let field = schema.fields.iter().find(|field| field.name == name);
            let Some(field) = field else {
                if schema.unknown == UnknownFields::Dropped {
                    self.skip(&token)?;
                    continue;
                }
                return Err(self.unknown_field(schema, position, &name));
            };
            self.check_token(schema, field, &token)?;
            let value = self.value(field, &token);
            value.and_then(|value| building.arrived(field, value)).map_err(|cause| {
                let message = format!("failed to parse field [{}]", field.name);
                self.error(self.reader.position(), schema.parser, &message).caused_by(cause)
            })?;
        }
        building.finish(self.clock)
    }

    /// Passes over a value that nobody wants. The JSON library's exceptions are not converted here.
    fn skip(&mut self, token: &Token<'a>) -> Result<(), ErrorCause> {
        self.reader.value(token).map(drop).map_err(|error| {
            let kind = match error.kind {
                ReadErrorKind::UnexpectedEnd => ErrorType::JsonEof,
                ReadErrorKind::Limit => ErrorType::StreamConstraints,
                ReadErrorKind::Malformed | ReadErrorKind::Coercion => ErrorType::JsonParse,
            };
            ErrorCause::new(kind, error.library_text())
        })
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
        if matches!((field.kind, token), (Kind::AnyAsObject, Token::StartArray)) {
            return Err(ErrorCause::new(
                ErrorType::IllegalState,
                format!("parser for [{}] did not end on END_ARRAY", field.name),
            ));
        }
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
            (Kind::Long, Token::Number(number)) => number_of(&self.reader, number, &LONG),
            (Kind::Long, Token::String) => long_text(&self.text()?),
            (Kind::Int, Token::Number(number)) => number_of(&self.reader, number, &INT),
            (Kind::Int, Token::String) => int_text(&self.text()?),
            (Kind::Timestamp | Kind::TimestampOrNull, Token::String) => {
                timestamp(&self.text()?, self.version)
            }
            (Kind::Timestamp, other) => Err(illegal_argument(format!(
                "unexpected token [{}] for [{}]",
                other.wire_name(),
                field.name
            ))),
            (Kind::Enum(kind) | Kind::EnumOrNull(kind), Token::String) => {
                enum_value(kind, &self.text()?)
            }
            (Kind::Object(schema), token) => self.object(schema, token).map(Json::from),
            (Kind::Objects(schema), token) => self.objects(schema, token),
            (Kind::Map(schema), _) => self.map(schema),
            (Kind::Strings, token) => self.strings(token),
            (Kind::FetchSource, token) => {
                fetch_source(&mut self.reader, token, self.version, self.warnings)
            }
            (kind, token) if is_unsupported(kind, token) => Err(ErrorCause::new(
                ErrorType::XContentParse,
                format!("Unsupported token [{}]", token.wire_name()),
            )),
            (Kind::AnyAsObject, token) if *token != Token::StartObject => {
                self.whole(token)?;
                Ok(Json::Object(Object::new()))
            }
            (
                Kind::String
                | Kind::StringOrNull
                | Kind::Boolean
                | Kind::Long
                | Kind::Int
                | Kind::TimestampOrNull
                | Kind::Enum(_)
                | Kind::EnumOrNull(_)
                | Kind::LateEnum(_)
                | Kind::Cron
                | Kind::Scalar
                | Kind::Any
                | Kind::AnyAsObject
                | Kind::AnyButArray
                | Kind::StringOrNumber
                | Kind::StringNumberOrArray
                | Kind::AnyObject
                | Kind::AnyObjectOrNull
                | Kind::AnyObjectOrArray,
                token,
            ) => self.whole(token),
        }
    }

    /// An array of objects, or one object.
    fn objects(&mut self, schema: &'static Schema, token: &Token<'a>) -> Result<Json, ErrorCause> {
        let mut elements = Vec::new();
        if *token != Token::StartArray {
            elements.push(Json::from(self.object(schema, token)?));
            return Ok(Json::Array(elements));
        }
        loop {
            match self.next()? {
                Token::EndArray => return Ok(Json::Array(elements)),
                Token::StartArray => {
                    return Err(ErrorCause::new(
                        ErrorType::IllegalState,
                        "expected value but got [START_ARRAY]",
                    ));
                }
                token => elements.push(Json::from(self.object(schema, &token)?)),
            }
        }
    }

    /// An object of any names whose `{` has been read.
    fn map(&mut self, schema: &'static Schema) -> Result<Json, ErrorCause> {
        let mut entries = Object::new();
        while let Token::Name(name) = self.next_name()? {
            let first = self.next()?;
            let entry = self.object(schema, &first)?;
            entries.insert(name.into_owned(), entry);
        }
        Ok(entries.into())
    }

    /// Strings, or one string; other scalars count as their text.
    fn strings(&mut self, token: &Token<'a>) -> Result<Json, ErrorCause> {
        let mut elements = Vec::new();
        if *token == Token::String {
            elements.push(Json::from(self.text()?));
            return Ok(Json::Array(elements));
        }
        loop {
            let text = match self.next()? {
                Token::EndArray => return Ok(Json::Array(elements)),
                Token::String => self.text()?,
                Token::Number(number) => number.to_owned(),
                Token::Bool(value) => value.to_string(),
                other => return Err(no_text(&other, self.reader.position(), self.version)),
            };
            elements.push(Json::from(text));
        }
    }

    fn text(&mut self) -> Result<String, ErrorCause> {
        match self.reader.text() {
            Ok(text) => Ok(text.into_owned()),
            Err(error) => Err(Asked::Text.error(&error, self.version)),
        }
    }
}

/// A number that 32 bits hold; fractions are cut off.
pub(crate) fn int_number(reader: &Reader<'_>, number: &str) -> Result<Json, ErrorCause> {
    number_of(reader, number, &INT)
}

/// A number that the type holds; fractions are cut off.
fn number_of(reader: &Reader<'_>, number: &str, kind: &Integer) -> Result<Json, ErrorCause> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    let value = number.parse().ok().or_else(|| {
        let double: f64 = number.parse().ok()?;
        let is_fraction = number.contains(['.', 'e', 'E']);
        (is_fraction && double.abs() < LONG_LIMIT).then_some(double as i64)
    });
    value.filter(|value| (kind.least..=kind.most).contains(value)).map(Json::from).ok_or_else(
        || {
            let range = format!("{} ({} - {})", kind.name, kind.least, kind.most);
            read_error(&reader.out_of_range(number, &range))
        },
    )
}

/// An integer type of Java.
struct Integer {
    name: &'static str,
    least: i64,
    most: i64,
}

const LONG: Integer = Integer { name: "long", least: i64::MIN, most: i64::MAX };
const INT: Integer = Integer { name: "int", least: i32::MIN as i64, most: i32::MAX as i64 };

/// 2^63
const LONG_LIMIT: f64 = 9_223_372_036_854_775_808.0;

/// Whether the parser accepts the token and its field does not.
const fn is_unsupported(kind: Kind, token: &Token<'_>) -> bool {
    let is_scalar = matches!(token, Token::String | Token::Number(_));
    match kind {
        Kind::AnyButArray => matches!(token, Token::StartArray),
        Kind::StringOrNumber => !is_scalar,
        Kind::StringNumberOrArray => !is_scalar && !matches!(token, Token::StartArray),
        _ => false,
    }
}

const fn accepts(kind: Kind, token: &Token<'_>) -> bool {
    match kind {
        Kind::String | Kind::Enum(_) | Kind::LateEnum(_) | Kind::Cron => {
            matches!(token, Token::String)
        }
        Kind::StringOrNull | Kind::TimestampOrNull | Kind::EnumOrNull(_) => {
            matches!(token, Token::String | Token::Null)
        }
        Kind::Boolean => matches!(token, Token::String | Token::Bool(_)),
        Kind::Long | Kind::Int => matches!(token, Token::String | Token::Number(_)),
        Kind::Timestamp => matches!(token, Token::String | Token::StartObject),
        Kind::AnyObject | Kind::Object(_) | Kind::Map(_) => matches!(token, Token::StartObject),
        Kind::AnyObjectOrNull => matches!(token, Token::StartObject | Token::Null),
        Kind::AnyObjectOrArray | Kind::Objects(_) => {
            matches!(token, Token::StartObject | Token::StartArray)
        }
        Kind::Strings => matches!(token, Token::String | Token::StartArray),
        Kind::FetchSource => {
            matches!(token, Token::StartObject | Token::StartArray | Token::Bool(_) | Token::String)
        }
        Kind::Scalar => !matches!(token, Token::StartObject | Token::StartArray),
        Kind::Any
        | Kind::AnyAsObject
        | Kind::AnyButArray
        | Kind::StringOrNumber
        | Kind::StringNumberOrArray => true,
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

    fn finish(mut self, clock: &Clock) -> Result<Object, ErrorCause> {
        if !self.built {
            self.check_required()?;
            self.build()?;
        }
        Ok(match self.schema.unknown {
            UnknownFields::Refused => self.fields,
            UnknownFields::Dropped | UnknownFields::Kept => self.stored(clock),
        })
    }

    fn check_required(&self) -> Result<(), ErrorCause> {
        let missing: Vec<&str> = self
            .schema
            .fields
            .iter()
            .filter(|field| field.presence == Presence::Required)
            .filter(|field| self.fields.get(field.name).is_none_or(Json::is_null))
            .map(|field| field.name)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(illegal_argument(format!("Required [{}]", missing.join(", "))))
    }

    /// The members in the order in which the server writes them, with what stands for absent ones.
    fn stored(mut self, clock: &Clock) -> Object {
        let mut stored = Object::new();
        let mut now = None;
        for field in self.schema.fields {
            match (self.fields.remove(field.name), field.absent) {
                (Some(value), _) if !value.is_null() => stored.insert(field.name, value),
                (Some(_), Absent::Null) | (None, Absent::Null) => {
                    stored.insert(field.name, Json::Null);
                }
                (_, Absent::Now) => {
                    let now = *now.get_or_insert_with(|| clock.now());
                    stored.insert(field.name, now);
                }
                (_, Absent::False) => stored.insert(field.name, false),
                (_, Absent::Omitted) => {}
            }
        }
        stored
    }

    fn lacks_boolean(&self, field: &Field) -> bool {
        field.presence == Presence::Unboxed && !self.fields.contains(field.name)
    }

    /// Converts what is converted only when the object is complete, in declaration order.
    fn build(&mut self) -> Result<(), ErrorCause> {
        for field in self.schema.fields {
            let text = self.fields.get(field.name).and_then(Json::as_str);
            let converted = match (field.kind, text) {
                (Kind::LateEnum(kind), Some(text)) => enum_value(kind, text),
                (Kind::Cron, Some(text)) => cron(text),
                _ if self.lacks_boolean(field) => Err(ErrorCause::new(
                    ErrorType::NullPointer,
                    r#"Cannot invoke "java.lang.Boolean.booleanValue()" because "args[0]" is null"#,
                )),
                _ => continue,
            };
            let value = converted.map_err(|cause| {
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
