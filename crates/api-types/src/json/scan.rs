//! The lexical half of the JSON reader: white space, comments, strings, numbers, literals.
//!
//! Messages and positions are those of the JSON library that Elasticsearch uses (contract RL-5).

use std::{borrow::Cow, fmt};

/// Where a token starts: line and byte column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    /// `3:14`, as messages have it between brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("[{position}] {message}")]
pub struct ReadError {
    /// Which of the JSON library's two exceptions it is.
    pub kind: ReadErrorKind,
    /// Where the reader stood.
    pub position: Position,
    /// The JSON library's message, without its trailer that repeats the position.
    pub message: String,
}

/// The JSON library's two exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// A character that may not stand where it stands.
    Malformed,
    /// The text ends too early.
    UnexpectedEnd,
}

pub(super) const EXPECTED_VALUE: &str =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// How deep objects and arrays may be nested.
pub(super) const MAX_DEPTH: usize = 1000;

/// A cursor over the bytes of a JSON text.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'a> {
    input: &'a [u8],
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0, line: 1, line_start: 0 }
    }

    /// The position of the next byte.
    pub(super) const fn position(&self) -> Position {
        Position { line: self.line, column: self.at - self.line_start + 1 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    pub(super) const fn advance(&mut self) {
        self.at += 1;
    }

    fn rest(&self) -> &'a [u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, from: usize) -> &'a [u8] {
        self.input.get(from..self.at).unwrap_or_default()
    }

    pub(super) fn malformed(&self, message: impl Into<String>) -> ReadError {
        ReadError {
            kind: ReadErrorKind::Malformed,
            position: self.position(),
            message: message.into(),
        }
    }

    pub(super) fn unexpected_end(&self, message: impl Into<String>) -> ReadError {
        ReadError {
            kind: ReadErrorKind::UnexpectedEnd,
            position: self.position(),
            message: message.into(),
        }
    }

    /// The error for the next character standing where `expected` should.
    pub(super) fn unexpected(&self, expected: &str) -> ReadError {
        match self.character() {
            Ok(Some(character)) => self
                .malformed(format!("Unexpected character ({}): {expected}", describe(character))),
            Ok(None) => self.unexpected_end("Unexpected end-of-input"),
            Err(error) => error,
        }
    }

    /// Passes over white space and comments.
    pub(super) fn skip_blank(&mut self) -> Result<(), ReadError> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.advance(),
                b'\n' => self.new_line(),
                b'/' => self.skip_comment()?,
                0..0x20 => {
                    return Err(self.malformed(format!(
                        "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                        describe(char::from(byte))
                    )));
                }
                _ => break,
            }
        }
        Ok(())
    }

    const fn new_line(&mut self) {
        self.at += 1;
        self.line += 1;
        self.line_start = self.at;
    }

    fn skip_comment(&mut self) -> Result<(), ReadError> {
        self.advance();
        match self.peek() {
            Some(b'*') => {
                self.advance();
                while let Some(byte) = self.peek() {
                    if byte == b'\n' {
                        self.new_line();
                    } else if self.rest().starts_with(b"*/") {
                        self.at += 2;
                        return Ok(());
                    } else {
                        self.advance();
                    }
                }
                Err(self.unexpected_end("Unexpected end-of-input in a comment"))
            }
            Some(b'/') => {
                while self.peek().is_some_and(|byte| byte != b'\n') {
                    self.advance();
                }
                Ok(())
            }
            Some(_) => Err(self.unexpected("was expecting either '*' or '/' for a comment")),
            None => Err(self.unexpected_end("Unexpected end-of-input in a comment")),
        }
    }

    /// The next character, decoded.
    fn character(&self) -> Result<Option<char>, ReadError> {
        let Some(first) = self.peek() else { return Ok(None) };
        let length = match first {
            0..0x80 => return Ok(Some(char::from(first))),
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0..0xf8 => 4,
            _ => {
                return Err(self.malformed(format!("Invalid UTF-8 start byte 0x{first:x}")));
            }
        };
        let bytes = self.rest();
        for &byte in bytes.iter().take(length).skip(1) {
            if byte & 0xc0 != 0x80 {
                return Err(self.malformed(format!("Invalid UTF-8 middle byte 0x{byte:x}")));
            }
        }
        let Some(encoded) = bytes.get(..length) else {
            return Err(self.unexpected_end("Unexpected end-of-input in a multi-byte character"));
        };
        match std::str::from_utf8(encoded) {
            Ok(text) => Ok(text.chars().next()),
            Err(_) => Err(self.malformed(format!("Invalid UTF-8 start byte 0x{first:x}"))),
        }
    }

    /// The rest of a string whose opening quote has been read. `within` ends the message when the
    /// text ends first.
    pub(super) fn string(&mut self, within: &str) -> Result<Cow<'a, str>, ReadError> {
        let start = self.at;
        let mut decoded: Option<String> = None;
        loop {
            let Some(byte) = self.peek() else {
                return Err(self.unexpected_end(format!("Unexpected end-of-input{within}")));
            };
            match byte {
                b'"' => {
                    let raw = self.slice(start);
                    self.advance();
                    // The slice was checked character by character.
                    return Ok(decoded.map_or_else(|| String::from_utf8_lossy(raw), Cow::Owned));
                }
                b'\\' => {
                    let text = decoded.get_or_insert_with(|| {
                        String::from_utf8_lossy(self.input.get(start..self.at).unwrap_or_default())
                            .into_owned()
                    });
                    self.at += 1;
                    text.push(escape(self, within)?);
                }
                0..0x20 => {
                    return Err(self.malformed(format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in {}",
                        describe(char::from(byte)),
                        if within == IN_FIELD_NAME { "name" } else { "string value" },
                    )));
                }
                _ => {
                    let Some(character) = self.character()? else { continue };
                    if let Some(text) = decoded.as_mut() {
                        text.push(character);
                    }
                    self.at += character.len_utf8();
                }
            }
        }
    }

    /// Four hexadecimal digits of a `\u` escape.
    fn hex(&mut self, within: &str) -> Result<u32, ReadError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(byte) = self.peek() else {
                return Err(self.unexpected_end(format!("Unexpected end-of-input{within}")));
            };
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.unexpected("expected a hex-digit for character escape sequence"));
            };
            code = code * 16 + digit;
            self.advance();
        }
        Ok(code)
    }

    /// The text of a number that starts at the next byte.
    pub(super) fn number(&mut self) -> Result<&'a str, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.advance();
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.not_a_digit(
                    "expected digit (0-9) to follow minus sign, for valid numeric value",
                ));
            }
        }
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if leading_zero && digits > 1 {
            self.at -= digits - 1;
            return Err(self.malformed("Invalid numeric value: Leading zeroes not allowed"));
        }
        if self.peek() == Some(b'.') {
            self.advance();
            if self.digits() == 0 {
                return Err(self.not_a_digit("Decimal point not followed by a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.advance();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.advance();
            }
            if self.digits() == 0 {
                return Err(self.not_a_digit("Exponent indicator not followed by a digit"));
            }
        }
        Ok(std::str::from_utf8(self.slice(start)).unwrap_or_default())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance();
        }
        self.at - start
    }

    fn not_a_digit(&self, message: &str) -> ReadError {
        match self.character() {
            Ok(Some(character)) => self.malformed(format!(
                "Unexpected character ({}) in numeric value: {message}",
                describe(character)
            )),
            Ok(None) => self.unexpected_end("Unexpected end-of-input in a Number value"),
            Err(error) => error,
        }
    }

    /// Passes over `literal`, or says which token stands there instead.
    pub(super) fn literal(&mut self, literal: &str) -> Result<(), ReadError> {
        let token: &[u8] = {
            let rest = self.rest();
            let length = rest
                .iter()
                .position(|&byte| {
                    !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80)
                })
                .unwrap_or(rest.len());
            rest.get(..length).unwrap_or_default()
        };
        if token == literal.as_bytes() {
            self.at += token.len();
            return Ok(());
        }
        self.at += token.len();
        Err(self.malformed(format!(
            "Unrecognized token '{}': was expecting {EXPECTED_VALUE}",
            String::from_utf8_lossy(token)
        )))
    }
}

pub(super) const IN_FIELD_NAME: &str = " in field name";
pub(super) const IN_STRING: &str = ": was expecting closing quote for a string value";

/// The character that an escape stands for; the backslash has been read.
fn escape(scanner: &mut Scanner<'_>, within: &str) -> Result<char, ReadError> {
    let Some(byte) = scanner.peek() else {
        return Err(scanner.unexpected_end(format!("Unexpected end-of-input{within}")));
    };
    let character = match byte {
        b'"' | b'\\' | b'/' => char::from(byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            scanner.advance();
            return unicode_escape(scanner, within);
        }
        _ => {
            let described = scanner.character()?.map(describe).unwrap_or_default();
            return Err(scanner.malformed(format!("Unrecognized character escape {described}")));
        }
    };
    scanner.advance();
    Ok(character)
}

/// One `\uXXXX`, or two that make a pair; a lone surrogate becomes U+FFFD.
fn unicode_escape(scanner: &mut Scanner<'_>, within: &str) -> Result<char, ReadError> {
    let first = scanner.hex(within)?;
    if (0xd800..0xdc00).contains(&first) && scanner.rest().starts_with(b"\\u") {
        let before = scanner.clone();
        scanner.at += 2;
        let second = scanner.hex(within)?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        *scanner = before;
    }
    Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// `'}' (code 125)`, as the JSON library describes a character.
fn describe(character: char) -> String {
    let code = u32::from(character);
    if character < ' ' {
        format!("(CTRL-CHAR, code {code})")
    } else if code > 255 {
        format!("'{character}' (code {code} / 0x{code:x})")
    } else {
        format!("'{character}' (code {code})")
    }
}
