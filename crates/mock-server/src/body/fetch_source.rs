//! `_source` in a body: how much of a document an answer is to hold (contract DO-4.2-6, DO-4.1-13).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType},
    json::{Json, Object, Position, Reader, Token},
};

use super::{Asked, no_text};
use crate::warnings::{Warning, Warnings};

/// Reads the value that starts with `first`.
///
/// # Errors
/// `parsing_exception` with the line and the column of the token that may not stand there.
pub(crate) fn fetch_source<'a>(
    reader: &mut Reader<'a>,
    first: &Token<'a>,
    version: Version,
    warnings: &Warnings,
) -> Result<Json, ErrorCause> {
    let mut parser = Parser { reader, version, warnings };
    match first {
        Token::Bool(is_shown) => Ok(Json::Bool(*is_shown)),
        Token::String => parser.text().map(Json::from),
        Token::StartArray => parser.scalars(),
        Token::StartObject => parser.members(),
        other => {
            let expected = "[VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT]";
            let found = other.wire_name();
            Err(parser.error(format!("Expected one of {expected} but found [{found}]")))
        }
    }
}

struct Parser<'p, 'a> {
    reader: &'p mut Reader<'a>,
    version: Version,
    warnings: &'p Warnings,
}

impl<'a> Parser<'_, 'a> {
    fn next(&mut self) -> Result<Token<'a>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Token.error(&error, self.version))
    }

    fn text(&mut self) -> Result<String, ErrorCause> {
        let text = self.reader.text();
        let text = text.map_err(|error| Asked::Text.error(&error, self.version))?;
        Ok(text.into_owned())
    }

    /// The failure of the token that was read last.
    fn error(&self, reason: String) -> ErrorCause {
        let Position { line, column } = self.reader.position();
        let number = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
        ErrorCause::new(ErrorType::Parsing, reason)
            .with("line", number(line))
            .with("col", number(column))
    }

    fn unknown(&self, name: &str, token: &Token<'_>) -> ErrorCause {
        self.error(format!("Unknown key for a {} in [{name}].", token.wire_name()))
    }

    /// The names of a list in place of `_source`: each scalar counts as its text.
    fn scalars(&mut self) -> Result<Json, ErrorCause> {
        let mut names = Vec::new();
        loop {
            let token = self.next()?;
            let name = match &token {
                Token::EndArray => return Ok(Json::Array(names)),
                Token::String => self.text()?,
                Token::Number(number) => (*number).to_owned(),
                Token::Bool(value) => value.to_string(),
                other => return Err(no_text(other, self.reader.position(), self.version)),
            };
            names.push(Json::from(name));
        }
    }

    /// Warns of an old name and gives the new one.
    fn renamed(&self, used: &'static str, expected: &'static str) -> &'static str {
        self.warnings.add(Warning::Renamed { at: None, used, expected });
        expected
    }

    /// `includes` and `excludes`, each a text or texts.
    fn members(&mut self) -> Result<Json, ErrorCause> {
        let mut members = Object::new();
        while let Token::Name(name) = self.next()? {
            let token = self.next()?;
            let known = match name.as_ref() {
                "includes" => "includes",
                "excludes" => "excludes",
                "include" => self.renamed("include", "includes"),
                "exclude" => self.renamed("exclude", "excludes"),
                _ => return Err(self.unknown(&name, &token)),
            };
            let names = match &token {
                Token::String => vec![Json::from(self.text()?)],
                Token::StartArray => self.texts(&name)?,
                other => return Err(self.unknown(&name, other)),
            };
            members.insert(known, Json::Array(names));
        }
        Ok(Json::Object(members))
    }

    fn texts(&mut self, name: &str) -> Result<Vec<Json>, ErrorCause> {
        let mut texts = Vec::new();
        loop {
            let token = self.next()?;
            match &token {
                Token::EndArray => return Ok(texts),
                Token::String => texts.push(Json::from(self.text()?)),
                other => return Err(self.unknown(name, other)),
            }
        }
    }
}
