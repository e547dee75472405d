//! The structural half of the JSON reader: a stream of tokens with positions.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    Json, Number, Object, Position, ReadError,
    scan::{EXPECTED_VALUE, IN_FIELD_NAME, IN_STRING, MAX_DEPTH, Scanner},
};

/// A token of a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `{`
    StartObject,
    /// `}`
    EndObject,
    /// `[`
    StartArray,
    /// `]`
    EndArray,
    /// The name of a member.
    Name(Cow<'a, str>),
    /// A string value.
    String(Cow<'a, str>),
    /// The text of a number.
    Number(&'a str),
    /// `true` or `false`
    Bool(bool),
    /// `null`
    Null,
    /// The end of the text.
    End,
}

impl Token<'_> {
    /// The name that messages use for the token, `VALUE_STRING`; `null` at the end of the text.
    #[must_use]
    pub const fn wire_name(&self) -> &'static str {
        match self {
            Self::StartObject => "START_OBJECT",
            Self::EndObject => "END_OBJECT",
            Self::StartArray => "START_ARRAY",
            Self::EndArray => "END_ARRAY",
            Self::Name(_) => "FIELD_NAME",
            Self::String(_) => "VALUE_STRING",
            Self::Number(_) => "VALUE_NUMBER",
            Self::Bool(_) => "VALUE_BOOLEAN",
            Self::Null => "VALUE_NULL",
            Self::End => "null",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScopeKind {
    Object,
    Array,
}

impl ScopeKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Object => "Object",
            Self::Array => "Array",
        }
    }

    const fn close(self) -> char {
        match self {
            Self::Object => '}',
            Self::Array => ']',
        }
    }
}

/// An object or array that has not been closed yet.
#[derive(Debug)]
struct Scope<'a> {
    kind: ScopeKind,
    start: Position,
    entries: usize,
    names: BTreeSet<Cow<'a, str>>,
}

/// Reads a JSON text token by token. Comments are white space, a repeated name is an error.
///
/// The value after a name is looked at together with the name, so a malformed value is reported
/// before anything is said about the name; only the inside of a string is left for later.
#[derive(Debug)]
pub struct Reader<'a> {
    scanner: Scanner<'a>,
    scopes: Vec<Scope<'a>>,
    position: Position,
    ahead: Option<(Ahead<'a>, Position)>,
}

/// What is known of the value behind a name.
#[derive(Debug)]
enum Ahead<'a> {
    Token(Token<'a>),
    OpenString,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`.
    #[must_use]
    pub const fn new(text: &'a [u8]) -> Self {
        let scanner = Scanner::new(text);
        let position = scanner.position();
        Self { scanner, scopes: Vec::new(), position, ahead: None }
    }

    /// Where the token that was read last starts.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The next token.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn next_token(&mut self) -> Result<Token<'a>, ReadError> {
        if let Some((ahead, position)) = self.ahead.take() {
            self.position = position;
            return self.settle(ahead);
        }
        self.scanner.skip_blank()?;
        self.position = self.scanner.position();
        let Some(byte) = self.scanner.peek() else { return self.end_of_text() };
        if matches!(byte, b']' | b'}') {
            return self.close(byte);
        }
        self.separator()?;
        match self.scopes.last().map(|scope| scope.kind) {
            Some(ScopeKind::Object) => self.name(),
            Some(ScopeKind::Array) | None => {
                self.position = self.scanner.position();
                let ahead = self.look()?;
                self.settle(ahead)
            }
        }
    }

    /// Reads the value that starts with `first`.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn value(&mut self, first: &Token<'a>) -> Result<Json, ReadError> {
        Ok(match first {
            Token::StartObject => Json::Object(self.members()?),
            Token::StartArray => {
                let mut elements = Vec::new();
                loop {
                    match self.next_token()? {
                        Token::EndArray => break Json::Array(elements),
                        token => elements.push(self.value(&token)?),
                    }
                }
            }
            Token::String(text) | Token::Name(text) => Json::from(text.clone().into_owned()),
            Token::Number(text) => Json::Number(
                Number::parse(text).map_err(|error| self.scanner.malformed(error.to_string()))?,
            ),
            Token::Bool(value) => Json::Bool(*value),
            Token::Null | Token::EndObject | Token::EndArray | Token::End => Json::Null,
        })
    }

    /// Reads the rest of an object whose `{` was the last token.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn members(&mut self) -> Result<Object, ReadError> {
        let mut object = Object::new();
        while let Token::Name(name) = self.next_token()? {
            let first = self.next_token()?;
            let value = self.value(&first)?;
            object.insert(name.into_owned(), value);
        }
        Ok(object)
    }

    /// Checks that nothing but white space follows.
    ///
    /// # Errors
    /// If something does.
    pub fn end(&mut self) -> Result<(), ReadError> {
        match self.next_token()? {
            Token::End => Ok(()),
            _ => Err(ReadError {
                kind: super::ReadErrorKind::Malformed,
                position: self.position,
                message: "content after the end of the value".to_owned(),
            }),
        }
    }

    fn settle(&mut self, ahead: Ahead<'a>) -> Result<Token<'a>, ReadError> {
        let token = match ahead {
            Ahead::Token(token) => token,
            Ahead::OpenString => Token::String(self.scanner.string(IN_STRING)?),
        };
        match token {
            Token::StartObject => self.open(ScopeKind::Object)?,
            Token::StartArray => self.open(ScopeKind::Array)?,
            _ => {}
        }
        Ok(token)
    }

    fn open(&mut self, kind: ScopeKind) -> Result<(), ReadError> {
        if self.scopes.len() == MAX_DEPTH {
            return Err(self.scanner.malformed(format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH}, from `StreamReadConstraints.getMaxNestingDepth()`)",
                MAX_DEPTH + 1
            )));
        }
        self.scopes.push(Scope { kind, start: self.position, entries: 0, names: BTreeSet::new() });
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<Token<'a>, ReadError> {
        let (kind, token) = if byte == b'}' {
            (ScopeKind::Object, Token::EndObject)
        } else {
            (ScopeKind::Array, Token::EndArray)
        };
        let Some(scope) = self.scopes.last() else {
            return Err(self
                .scanner
                .unexpected(&format!("expected a valid value {EXPECTED_VALUE}")));
        };
        if scope.kind != kind {
            return Err(self.scanner.malformed(format!(
                "Unexpected close marker '{}': expected '{}' (for {} starting at [line: {}, column: {}])",
                kind.close(),
                scope.kind.close(),
                scope.kind.name(),
                scope.start.line,
                scope.start.column,
            )));
        }
        self.scopes.pop();
        self.scanner.advance();
        Ok(token)
    }

    fn end_of_text(&self) -> Result<Token<'a>, ReadError> {
        self.scopes.last().map_or(Ok(Token::End), |scope| {
            Err(self.scanner.unexpected_end(format!(
                "Unexpected end-of-input: expected close marker for {} (start marker at [line: {}, column: {}])",
                scope.kind.name(),
                scope.start.line,
                scope.start.column,
            )))
        })
    }

    /// The comma before every entry but the first.
    fn separator(&mut self) -> Result<(), ReadError> {
        let Some(scope) = self.scopes.last_mut() else { return Ok(()) };
        scope.entries += 1;
        if scope.entries == 1 {
            return Ok(());
        }
        if self.scanner.peek() != Some(b',') {
            let expected = format!("was expecting comma to separate {} entries", scope.kind.name());
            return Err(self.scanner.unexpected(&expected));
        }
        self.scanner.advance();
        self.scanner.skip_blank()?;
        if self.scanner.peek().is_none() {
            let message =
                format!("Unexpected end-of-input within/between {} entries", scope.kind.name());
            return Err(self.scanner.unexpected_end(message));
        }
        Ok(())
    }

    fn name(&mut self) -> Result<Token<'a>, ReadError> {
        self.position = self.scanner.position();
        if self.scanner.peek() != Some(b'"') {
            return Err(self.scanner.unexpected("was expecting double-quote to start field name"));
        }
        self.scanner.advance();
        let name = self.scanner.string(IN_FIELD_NAME)?;
        let new = self.scopes.last_mut().is_none_or(|scope| scope.names.insert(name.clone()));
        if !new {
            return Err(self.scanner.malformed(format!("Duplicate field '{name}'")));
        }
        self.scanner.skip_blank()?;
        match self.scanner.peek() {
            Some(b':') => self.scanner.advance(),
            Some(_) => {
                return Err(self
                    .scanner
                    .unexpected("was expecting a colon to separate field name and value"));
            }
            None => {
                return Err(self
                    .scanner
                    .unexpected_end("Unexpected end-of-input within/between Object entries"));
            }
        }
        self.scanner.skip_blank()?;
        let position = self.scanner.position();
        if self.scanner.peek().is_none() {
            return Err(self
                .scanner
                .unexpected_end("Unexpected end-of-input within/between Object entries"));
        }
        let ahead = self.look()?;
        self.ahead = Some((ahead, position));
        Ok(Token::Name(name))
    }

    /// The value that starts at the next byte, but for the inside of a string.
    fn look(&mut self) -> Result<Ahead<'a>, ReadError> {
        let token = match self.scanner.peek() {
            Some(b'"') => {
                self.scanner.advance();
                return Ok(Ahead::OpenString);
            }
            Some(b'{') => {
                self.scanner.advance();
                Token::StartObject
            }
            Some(b'[') => {
                self.scanner.advance();
                Token::StartArray
            }
            Some(b'-' | b'0'..=b'9') => Token::Number(self.scanner.number()?),
            Some(b't') => {
                self.scanner.literal("true")?;
                Token::Bool(true)
            }
            Some(b'f') => {
                self.scanner.literal("false")?;
                Token::Bool(false)
            }
            Some(b'n') => {
                self.scanner.literal("null")?;
                Token::Null
            }
            Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') => {
                self.scanner.literal("")?;
                Token::Null
            }
            Some(b'}') if self.scopes.last().is_some_and(|s| s.kind == ScopeKind::Object) => {
                return Err(self.scanner.unexpected("expected a value"));
            }
            _ => {
                return Err(self
                    .scanner
                    .unexpected(&format!("expected a valid value {EXPECTED_VALUE}")));
            }
        };
        Ok(Ahead::Token(token))
    }
}

#[cfg(test)]
mod tests;
