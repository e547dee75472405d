//! The lexical half of the JSON reader: white space, comments, strings, numbers, literals.
//!
//! Messages and positions are those of the JSON library that Elasticsearch uses (contract RL-5).

use std::{borrow::Cow, fmt::Write as _};

use super::{
    name,
    read_error::{Position, ReadError, ReadErrorKind, describe},
};

pub(super) const EXPECTED_VALUE: &str =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// How deep objects and arrays may be nested.
pub(super) const MAX_DEPTH: usize = 1000;

/// How many characters a number may have.
const MAX_NUMBER_LENGTH: usize = 1000;

/// How many bytes of the text a message quotes.
const QUOTED_BYTES: usize = 500;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether messages quote the text that they are about (contract DO-4.3-13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quoted {
    /// They do.
    #[default]
    Shown,
    /// They say that they do not.
    Hidden,
}

/// A cursor over the bytes of a JSON text.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'a> {
    input: &'a [u8],
    at: usize,
    line: usize,
    line_start: usize,
    pub(super) quoted: Quoted,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        let at = if input.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        Self { input, at, line: 1, line_start: 0, quoted: Quoted::Shown }
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

    /// The start of the text as messages quote it.
    pub(super) fn source(&self) -> String {
        if self.quoted == Quoted::Hidden {
            let why = "`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled";
            return format!("REDACTED ({why})");
        }
        let quoted = self.input.get(..QUOTED_BYTES).unwrap_or(self.input);
        let mut source = String::from("(byte[])\"");
        for character in String::from_utf8_lossy(quoted).chars() {
            if character < ' ' && !matches!(character, '\r' | '\n') {
                let _ = write!(source, "\\u{:04X}", u32::from(character));
            } else {
                source.push(character);
            }
        }
        source.push('"');
        if self.input.len() > QUOTED_BYTES {
            let _ = write!(source, "[truncated {} bytes]", self.input.len() - QUOTED_BYTES);
        }
        source
    }

    pub(super) fn error(&self, kind: ReadErrorKind, message: impl Into<String>) -> ReadError {
        ReadError {
            kind,
            position: self.position(),
            message: message.into(),
            quoted: self.source(),
        }
    }

    pub(super) fn malformed(&self, message: impl Into<String>) -> ReadError {
        self.error(ReadErrorKind::Malformed, message)
    }

    pub(super) fn unexpected_end(&self, message: impl Into<String>) -> ReadError {
        self.error(ReadErrorKind::UnexpectedEnd, message)
    }

    /// The error for the next character standing where `expected` should; reads it.
    pub(super) fn unexpected(&mut self, expected: &str) -> ReadError {
        match self.take_character() {
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
                b' ' | b'\t' => self.advance(),
                b'\n' | b'\r' => self.new_line(),
                b'/' => self.skip_comment()?,
                0..0x20 => {
                    self.advance();
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

    /// Passes over LF, CR or CR LF.
    fn new_line(&mut self) {
        self.at += if self.rest().starts_with(b"\r\n") { 2 } else { 1 };
        self.line += 1;
        self.line_start = self.at;
    }

    fn skip_comment(&mut self) -> Result<(), ReadError> {
        self.advance();
        match self.peek() {
            Some(b'*') => {
                self.advance();
                while let Some(byte) = self.peek() {
                    if matches!(byte, b'\n' | b'\r') {
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
                while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    self.advance();
                }
                Ok(())
            }
            Some(_) => Err(self.unexpected("was expecting either '*' or '/' for a comment")),
            None => Err(self.unexpected_end("Unexpected end-of-input in a comment")),
        }
    }

    /// Reads the next character. After an error the cursor is behind the byte that is wrong.
    fn take_character(&mut self) -> Result<Option<char>, ReadError> {
        let Some(first) = self.peek() else { return Ok(None) };
        self.advance();
        let (length, bits) = match first {
            0..0x80 => return Ok(Some(char::from(first))),
            0xc0..0xe0 => (2, first & 0x1f),
            0xe0..0xf0 => (3, first & 0x0f),
            0xf0..0xf8 => (4, first & 0x07),
            _ => return Err(self.malformed(format!("Invalid UTF-8 start byte 0x{first:x}"))),
        };
        let mut code = u32::from(bits);
        for _ in 1..length {
            let Some(byte) = self.peek() else {
                return Err(self.unexpected_end("Unexpected end-of-input in VALUE_STRING"));
            };
            self.advance();
            if byte & 0xc0 != 0x80 {
                return Err(self.malformed(format!("Invalid UTF-8 middle byte 0x{byte:x}")));
            }
            code = (code << 6) | u32::from(byte & 0x3f);
        }
        Ok(Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)))
    }

    /// Passes over what stands for itself in a string, the common case.
    fn skip_plain(&mut self) {
        let is_plain = |byte: &u8| matches!(byte, 0x20..0x80) && !matches!(byte, b'"' | b'\\');
        let rest = self.rest();
        self.at += rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
    }

    /// The rest of a string value whose opening quote has been read.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let start = self.at;
        let mut decoded: Option<String> = None;
        self.skip_plain();
        loop {
            let Some(byte) = self.peek() else {
                return Err(self.unexpected_end("Unexpected end-of-input in VALUE_STRING"));
            };
            match byte {
                b'"' => {
                    let raw = self.slice(start);
                    self.advance();
                    return Ok(decoded.map_or_else(|| text(raw), Cow::Owned));
                }
                b'\\' => {
                    let so_far = self.slice(start);
                    let text =
                        decoded.get_or_insert_with(|| String::from_utf8_lossy(so_far).into_owned());
                    self.advance();
                    text.push(self.escape()?);
                }
                0..0x20 => return Err(self.unescaped(byte, "string value")),
                _ => {
                    let character = self.take_character()?;
                    if let (Some(text), Some(character)) = (decoded.as_mut(), character) {
                        text.push(character);
                    }
                }
            }
        }
    }

    /// The rest of a name whose opening quote has been read. Its bytes are decoded only when the
    /// closing quote has been found.
    pub(super) fn name(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let start = self.at;
        let mut unescaped: Option<Vec<u8>> = None;
        self.skip_plain();
        loop {
            let Some(byte) = self.peek() else {
                return Err(self.unexpected_end(name::CUT_OFF));
            };
            match byte {
                b'"' => break,
                b'\\' => {
                    let so_far = self.slice(start);
                    let bytes = unescaped.get_or_insert_with(|| so_far.to_vec());
                    self.advance();
                    bytes.extend(self.escape()?.encode_utf8(&mut [0; 4]).bytes());
                }
                0..0x20 => return Err(self.unescaped(byte, "name")),
                _ => {
                    unescaped.iter_mut().for_each(|bytes| bytes.push(byte));
                    self.advance();
                }
            }
        }
        let bytes = unescaped.map_or_else(|| Cow::Borrowed(self.slice(start)), Cow::Owned);
        self.advance();
        name::decode(bytes).map_err(|(kind, message)| self.error(kind, message))
    }

    /// The error for a control character in a string; reads it.
    fn unescaped(&mut self, byte: u8, place: &str) -> ReadError {
        self.advance();
        self.malformed(format!(
            "Illegal unquoted character ({}): has to be escaped using backslash to be included in {place}",
            describe(char::from(byte)),
        ))
    }

    /// The character that an escape stands for; the backslash has been read.
    fn escape(&mut self) -> Result<char, ReadError> {
        let Some(byte) = self.peek() else {
            return Err(self.unexpected_end(IN_ESCAPE));
        };
        let character = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.advance();
                return self.unicode_escape();
            }
            _ => {
                let described = self.take_character()?.map(describe).unwrap_or_default();
                return Err(self.malformed(format!("Unrecognized character escape {described}")));
            }
        };
        self.advance();
        Ok(character)
    }

    /// One `\uXXXX`, or two that make a pair; a lone surrogate becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, ReadError> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Four hexadecimal digits of a `\u` escape.
    fn hex(&mut self) -> Result<u32, ReadError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(byte) = self.peek() else {
                return Err(self.unexpected_end(IN_ESCAPE));
            };
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.unexpected("expected a hex-digit for character escape sequence"));
            };
            code = code * 16 + digit;
            self.advance();
        }
        Ok(code)
    }

    /// The text of a number that starts at the next byte. `current` is the JSON library's name of
    /// the token before it.
    pub(super) fn number(&mut self, current: &str) -> Result<&'a str, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.advance();
            if self.rest().starts_with(b"Infinity") {
                self.at += "Infinity".len();
                return Err(self.non_standard("-Infinity"));
            }
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.not_a_digit(
                    "expected digit (0-9) to follow minus sign, for valid numeric value",
                    current,
                ));
            }
        }
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if leading_zero && digits > 1 {
            self.at -= digits - 1;
            return Err(self.malformed("Invalid numeric value: Leading zeroes not allowed"));
        }
        self.fraction_and_exponent(current)?;
        let text = self.slice(start);
        if text.len() > MAX_NUMBER_LENGTH {
            return Err(self.error(
                ReadErrorKind::Limit,
                format!(
                    "Number length ({}) exceeds the maximum length ({MAX_NUMBER_LENGTH})",
                    text.len()
                ),
            ));
        }
        Ok(std::str::from_utf8(text).unwrap_or_default())
    }

    fn fraction_and_exponent(&mut self, current: &str) -> Result<(), ReadError> {
        if self.peek() == Some(b'.') {
            self.advance();
            if self.digits() == 0 {
                const MESSAGE: &str = "Decimal point not followed by a digit";
                if self.peek().is_none() {
                    return Err(self.malformed(format!(
                        "Unexpected character ('.' (code 46)) in numeric value: {MESSAGE}"
                    )));
                }
                return Err(self.not_a_digit(MESSAGE, current));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.advance();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.advance();
            }
            if self.digits() == 0 {
                return Err(self.not_a_digit("Exponent indicator not followed by a digit", current));
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance();
        }
        self.at - start
    }

    fn not_a_digit(&mut self, message: &str, current: &str) -> ReadError {
        match self.take_character() {
            Ok(Some(character)) => self.malformed(format!(
                "Unexpected character ({}) in numeric value: {message}",
                describe(character)
            )),
            Ok(None) => self.unexpected_end(format!("Unexpected end-of-input in {current}")),
            Err(error) => error,
        }
    }

    /// The error for a number with a plus sign.
    pub(super) fn plus_sign(&mut self) -> ReadError {
        self.advance();
        if self.peek().is_some() {
            self.advance();
        }
        self.malformed(
            "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow",
        )
    }

    fn non_standard(&self, token: &str) -> ReadError {
        self.malformed(format!(
            "Non-standard token '{token}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
        ))
    }

    /// Passes over `literal`, or says which token stands there instead.
    pub(super) fn literal(&mut self, literal: &str) -> Result<(), ReadError> {
        let matched = self
            .rest()
            .iter()
            .zip(literal.as_bytes())
            .take_while(|(found, expected)| found == expected)
            .count();
        let follows = self.rest().get(matched).copied();
        if matched == literal.len() && !follows.is_some_and(continues_identifier) {
            self.at += matched;
            return Ok(());
        }
        Err(self.unknown_token(matched))
    }

    /// The error for a word that is no value; the first `known` bytes are part of it.
    pub(super) fn unknown_token(&mut self, known: usize) -> ReadError {
        for token in ["NaN", "Infinity"] {
            if known == 0 && self.rest().starts_with(token.as_bytes()) {
                self.at += token.len();
                return self.non_standard(token);
            }
        }
        // The first byte is taken as a character of its own, whatever it starts.
        let mut token = String::new();
        for _ in 0..known.max(1) {
            token.extend(self.peek().map(char::from));
            self.advance();
        }
        loop {
            match self.take_character() {
                Ok(Some(character)) if is_identifier_part(character) => token.push(character),
                Ok(_) => break,
                Err(error) => return error,
            }
        }
        self.malformed(format!("Unrecognized token '{token}': was expecting {EXPECTED_VALUE}"))
    }
}

/// Bytes as text. What is valid, the common case, is checked only.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Whether a word may start with this byte, read as a character of its own.
pub(super) fn starts_identifier(byte: u8) -> bool {
    let character = char::from(byte);
    character.is_alphabetic() || matches!(character, '_' | '$' | '\u{a2}'..='\u{a5}')
}

fn continues_identifier(byte: u8) -> bool {
    byte >= 0x80 || is_identifier_part(char::from(byte))
}

fn is_identifier_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

const IN_ESCAPE: &str = "Unexpected end-of-input in character escape sequence";
