//! Why a text is not JSON, in the words of the JSON library that Elasticsearch uses.

use std::fmt;

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
    /// Which of the JSON library's exceptions it is.
    pub kind: ReadErrorKind,
    /// How far the text had been read: behind the byte that does not fit.
    pub position: Position,
    /// What is wrong.
    pub message: String,
    /// The start of the text, as messages quote it.
    pub(super) quoted: String,
}

impl ReadError {
    /// The JSON library's whole message, which ends with the position and quotes the text.
    #[must_use]
    pub fn library_text(&self) -> String {
        match self.kind {
            ReadErrorKind::Limit => self.message.clone(),
            ReadErrorKind::Malformed | ReadErrorKind::UnexpectedEnd | ReadErrorKind::Coercion => {
                format!("{}\n at {}", self.message, location(&self.quoted, self.position))
            }
        }
    }
}

impl ReadError {
    /// The same error at another position.
    #[must_use]
    pub fn at(self, position: Position) -> Self {
        Self { position, ..self }
    }
}

/// The JSON library's exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// A character that may not stand where it stands.
    Malformed,
    /// The text ends too early.
    UnexpectedEnd,
    /// A number that does not fit the type asked for.
    Coercion,
    /// Too deep, too long.
    Limit,
}

/// `[Source: (byte[])"..."; line: 1, column: 2]`
pub(super) fn location(source: &str, position: Position) -> String {
    format!("[Source: {source}; line: {}, column: {}]", position.line, position.column)
}

/// `'}' (code 125)`, as the JSON library describes a character.
pub(super) fn describe(character: char) -> String {
    let code = u32::from(character);
    if character < ' ' {
        format!("(CTRL-CHAR, code {code})")
    } else if code > 255 {
        format!("'{character}' (code {code} / 0x{code:x})")
    } else {
        format!("'{character}' (code {code})")
    }
}
