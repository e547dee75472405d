//! The structural half of the JSON reader: a stream of tokens with positions.

use std::{borrow::Cow, collections::BTreeSet};

mod refusal;

use super::{
    Json, Number, Object, Position, ReadError, ReadErrorKind,
    read_error::location,
    scan::{EXPECTED_VALUE, MAX_DEPTH, Quoted, Scanner, starts_identifier},
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
    /// A string value; [`Reader::text`] reads it.
    String,
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
            Self::String => "VALUE_STRING",
            Self::Number(_) => "VALUE_NUMBER",
            Self::Bool(_) => "VALUE_BOOLEAN",
            Self::Null => "VALUE_NULL",
            Self::End => "null",
        }
    }

    /// The JSON library's name, which tells integers from fractions and true from false.
    fn library_name(&self) -> &'static str {
        match self {
            Self::Number(text) if text.contains(['.', 'e', 'E']) => "VALUE_NUMBER_FLOAT",
            Self::Number(_) => "VALUE_NUMBER_INT",
            Self::Bool(true) => "VALUE_TRUE",
            Self::Bool(false) => "VALUE_FALSE",
            Self::StartObject
            | Self::EndObject
            | Self::StartArray
            | Self::EndArray
            | Self::Name(_)
            | Self::String
            | Self::Null
            | Self::End => self.wire_name(),
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

    const fn other(self) -> Self {
        match self {
            Self::Object => Self::Array,
            Self::Array => Self::Object,
        }
    }
}

/// An object or array that has not been closed yet.
#[derive(Debug)]
struct Scope<'a> {
    kind: ScopeKind,
    start: Position,
    entries: usize,
    names: Names<'a>,
}

/// The names of an object's members so far. Few are looked through, many are searched.
#[derive(Debug, Default)]
struct Names<'a> {
    few: Vec<Cow<'a, str>>,
    many: BTreeSet<Cow<'a, str>>,
}

/// Up to so many names are few.
const FEW: usize = 24;

impl<'a> Names<'a> {
    /// Keeps a name; whether it is a new one.
    fn insert(&mut self, name: Cow<'a, str>) -> bool {
        if self.few.contains(&name) || self.many.contains(&name) {
            return false;
        }
        if self.few.len() < FEW {
            if self.few.is_empty() {
                self.few.reserve(8);
            }
            self.few.push(name);
        } else {
            self.many.insert(name);
        }
        true
    }
}

/// A value that is being read.
enum Container {
    /// An object and the name whose value comes next.
    Object(Object, Option<String>),
    Array(Vec<Json>),
}

impl Container {
    fn name(&mut self, name: String) {
        if let Self::Object(_, next) = self {
            *next = Some(name);
        }
    }

    fn add(&mut self, value: Json) {
        match self {
            Self::Object(object, name) => object.insert(name.take().unwrap_or_default(), value),
            Self::Array(elements) => elements.push(value),
        }
    }

    fn close(self) -> Json {
        match self {
            Self::Object(object, _) => Json::Object(object),
            Self::Array(elements) => Json::Array(elements),
        }
    }
}

/// Reads a JSON text token by token. Comments are white space, a repeated name is an error,
/// nothing is said about what follows the value.
///
/// The value after a name is looked at together with the name, so a malformed value is reported
/// before anything is said about the name; only the inside of a string is left until it is asked
/// for.
#[derive(Debug)]
pub struct Reader<'a> {
    scanner: Scanner<'a>,
    scopes: Vec<Scope<'a>>,
    max_depth: usize,
    position: Position,
    current: &'static str,
    ahead: Option<(Token<'a>, Position)>,
    open_string: bool,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`.
    #[must_use]
    pub fn new(text: &'a [u8]) -> Self {
        Self {
            scanner: Scanner::new(text),
            scopes: Vec::new(),
            max_depth: MAX_DEPTH,
            position: Position { line: 1, column: 0 },
            current: "null",
            ahead: None,
            open_string: false,
        }
    }

    /// The same reader for a text that holds documents of any depth that a server keeps, and is
    /// `deeper` than they are by so many levels.
    #[must_use]
    pub const fn deeper(mut self, deeper: usize) -> Self {
        self.max_depth = MAX_DEPTH + deeper;
        self
    }

    /// The same reader with messages that quote the text or do not.
    #[must_use]
    pub const fn quoting(mut self, quoted: Quoted) -> Self {
        self.scanner.quoted = quoted;
        self
    }

    /// Where the token that was read last starts; column 0 before the first one.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The next token.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn next_token(&mut self) -> Result<Token<'a>, ReadError> {
        if self.open_string {
            self.text()?;
        }
        let token = match self.ahead.take() {
            Some((token, position)) => {
                // Where it cannot go deeper, the parser still stands on the name.
                let name = std::mem::replace(&mut self.position, position);
                self.enter(token).inspect_err(|_| self.position = name)?
            }
            None => self.read_token()?,
        };
        self.current = token.library_name();
        Ok(token)
    }

    fn read_token(&mut self) -> Result<Token<'a>, ReadError> {
        self.scanner.skip_blank()?;
        let Some(byte) = self.scanner.peek() else { return self.end_of_text() };
        if matches!(byte, b']' | b'}') {
            self.position = self.scanner.position();
            return self.close(byte);
        }
        self.separator()?;
        if self.scopes.last().is_some_and(|scope| scope.kind == ScopeKind::Object) {
            return self.name();
        }
        self.position = self.scanner.position();
        let token = self.look()?;
        self.enter(token)
    }

    /// The text of the string value that was read last.
    ///
    /// # Errors
    /// If it is malformed.
    pub fn text(&mut self) -> Result<Cow<'a, str>, ReadError> {
        self.open_string = false;
        self.scanner.string()
    }

    /// Reads the value that starts with `first`.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn value(&mut self, first: &Token<'a>) -> Result<Json, ReadError> {
        match first {
            Token::StartObject => self.container(Container::Object(Object::new(), None)),
            Token::StartArray => self.container(Container::Array(Vec::new())),
            scalar => self.scalar(scalar),
        }
    }

    /// Reads the rest of an object whose `{` was the last token.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn members(&mut self) -> Result<Object, ReadError> {
        match self.container(Container::Object(Object::new(), None))? {
            Json::Object(object) => Ok(object),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                Ok(Object::new())
            }
        }
    }

    /// Reads up to the end of `open`, without recursion: depth costs no stack.
    fn container(&mut self, open: Container) -> Result<Json, ReadError> {
        let mut outer = Vec::new();
        let mut open = open;
        loop {
            let value = match self.next_token()? {
                Token::Name(name) => {
                    open.name(name.into_owned());
                    continue;
                }
                Token::StartObject => {
                    outer
                        .push(std::mem::replace(&mut open, Container::Object(Object::new(), None)));
                    continue;
                }
                Token::StartArray => {
                    outer.push(std::mem::replace(&mut open, Container::Array(Vec::new())));
                    continue;
                }
                Token::EndObject | Token::EndArray => {
                    let Some(parent) = outer.pop() else { return Ok(open.close()) };
                    std::mem::replace(&mut open, parent).close()
                }
                scalar => self.scalar(&scalar)?,
            };
            open.add(value);
        }
    }

    fn scalar(&mut self, token: &Token<'a>) -> Result<Json, ReadError> {
        Ok(match token {
            Token::String => Json::from(self.text()?.into_owned()),
            Token::Number(text) => Json::Number(
                Number::parse(text).map_err(|error| self.scanner.malformed(error.to_string()))?,
            ),
            Token::Bool(value) => Json::Bool(*value),
            Token::Null
            | Token::Name(_)
            | Token::StartObject
            | Token::EndObject
            | Token::StartArray
            | Token::EndArray
            | Token::End => Json::Null,
        })
    }

    /// Checks that nothing but white space follows.
    ///
    /// # Errors
    /// If something does, or if there was nothing at all.
    pub fn end(&mut self) -> Result<(), ReadError> {
        match self.next_token()? {
            Token::End if self.position.column > 0 => Ok(()),
            Token::End => Err(self.scanner.unexpected_end("there is no value")),
            _ => Err(self.scanner.malformed("content after the end of the value")),
        }
    }

    fn enter(&mut self, token: Token<'a>) -> Result<Token<'a>, ReadError> {
        match token {
            Token::StartObject => self.open(ScopeKind::Object)?,
            Token::StartArray => self.open(ScopeKind::Array)?,
            Token::String => self.open_string = true,
            _ => {}
        }
        Ok(token)
    }

    fn open(&mut self, kind: ScopeKind) -> Result<(), ReadError> {
        if self.scopes.len() == self.max_depth {
            return Err(self.scanner.error(
                ReadErrorKind::Limit,
                format!(
                    "Depth ({}) exceeds the maximum allowed nesting depth ({})",
                    self.max_depth + 1,
                    self.max_depth
                ),
            ));
        }
        self.scopes.push(Scope { kind, start: self.position, entries: 0, names: Names::default() });
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<Token<'a>, ReadError> {
        self.scanner.advance();
        let (kind, token) = if byte == b'}' {
            (ScopeKind::Object, Token::EndObject)
        } else {
            (ScopeKind::Array, Token::EndArray)
        };
        let (name, start) = match self.scopes.last() {
            Some(scope) if scope.kind == kind => {
                self.scopes.pop();
                return Ok(token);
            }
            Some(scope) => (scope.kind.name(), scope.start),
            None => ("root", Position { line: 1, column: 0 }),
        };
        Err(self.scanner.malformed(format!(
            "Unexpected close marker '{}': expected '{}' (for {name} starting at {})",
            kind.close(),
            kind.other().close(),
            location(&self.scanner.source(), start),
        )))
    }

    fn end_of_text(&self) -> Result<Token<'a>, ReadError> {
        let Some(scope) = self.scopes.last() else { return Ok(Token::End) };
        Err(self.scanner.unexpected_end(format!(
            "Unexpected end-of-input: expected close marker for {} (start marker at {})",
            scope.kind.name(),
            location(&self.scanner.source(), scope.start),
        )))
    }

    /// The comma before every entry but the first.
    fn separator(&mut self) -> Result<(), ReadError> {
        let Some(scope) = self.scopes.last_mut() else { return Ok(()) };
        scope.entries += 1;
        if scope.entries == 1 {
            return Ok(());
        }
        let kind = scope.kind.name();
        if self.scanner.peek() != Some(b',') {
            return Err(self
                .scanner
                .unexpected(&format!("was expecting comma to separate {kind} entries")));
        }
        self.scanner.advance();
        self.scanner.skip_blank()?;
        if self.scanner.peek().is_none() {
            return Err(self
                .scanner
                .malformed(format!("Unexpected end-of-input within/between {kind} entries")));
        }
        Ok(())
    }

    fn name(&mut self) -> Result<Token<'a>, ReadError> {
        let position = self.scanner.position();
        if self.scanner.peek() != Some(b'"') {
            return Err(self.scanner.unexpected("was expecting double-quote to start field name"));
        }
        self.scanner.advance();
        let name = self.scanner.name()?;
        let new = self.scopes.last_mut().is_none_or(|scope| scope.names.insert(name.clone()));
        if !new {
            return Err(self.scanner.malformed(format!("Duplicate field '{name}'")));
        }
        self.position = position;
        self.current = "FIELD_NAME";
        self.skip_to_value(b':')?;
        self.scanner.advance();
        self.skip_to_value(0)?;
        let position = self.scanner.position();
        let token = self.look()?;
        self.ahead = Some((token, position));
        Ok(Token::Name(name))
    }

    /// Passes over white space within a member; `expected` must follow unless it is 0.
    fn skip_to_value(&mut self, expected: u8) -> Result<(), ReadError> {
        self.scanner.skip_blank()?;
        match self.scanner.peek() {
            None => Err(self
                .scanner
                .unexpected_end("Unexpected end-of-input within/between Object entries")),
            Some(byte) if expected != 0 && byte != expected => Err(self
                .scanner
                .unexpected("was expecting a colon to separate field name and value")),
            Some(_) => Ok(()),
        }
    }

    /// The value that starts at the next byte, but for the inside of a string.
    fn look(&mut self) -> Result<Token<'a>, ReadError> {
        let Some(byte) = self.scanner.peek() else { return Ok(Token::End) };
        match byte {
            b'"' | b'{' | b'[' => {
                self.scanner.advance();
                Ok(match byte {
                    b'"' => Token::String,
                    b'{' => Token::StartObject,
                    _ => Token::StartArray,
                })
            }
            b'-' | b'0'..=b'9' => Ok(Token::Number(self.scanner.number(self.current)?)),
            b't' => self.scanner.literal("true").map(|()| Token::Bool(true)),
            b'f' => self.scanner.literal("false").map(|()| Token::Bool(false)),
            b'n' => self.scanner.literal("null").map(|()| Token::Null),
            b'+' => Err(self.scanner.plus_sign()),
            b',' | b'}' => Err(self.scanner.unexpected("expected a value")),
            b']' if self.scopes.last().is_some_and(|scope| scope.kind == ScopeKind::Array) => {
                Err(self.scanner.unexpected("expected a value"))
            }
            _ if starts_identifier(byte) => Err(self.scanner.unknown_token(0)),
            _ => Err(self.scanner.unexpected(&format!("expected a valid value {EXPECTED_VALUE}"))),
        }
    }
}

#[cfg(test)]
mod tests;
