//! The text of a document: what is wrong with it as such, and the tokens within (contract DO-4.3-6).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Position, Quoted, ReadError, Reader, Token},
};

use crate::body::read_error;

pub(super) fn parsing(at: Option<Position>, message: &str) -> ErrorCause {
    let reason = at.map_or_else(|| message.to_owned(), |at| format!("[{at}] {message}"));
    ErrorCause::new(ErrorType::DocumentParsing, reason)
}

/// What the JSON library finds outside of the document: its own position is shown twice.
fn outside(error: &ReadError) -> ErrorCause {
    let cause = read_error(error);
    let message = cause.reason.clone().unwrap_or_default();
    parsing(Some(error.position), &message).caused_by(cause)
}

/// What is wrong within the document, at the token that the parser stands on.
pub(super) fn inside(at: Position, cause: ErrorCause) -> ErrorCause {
    let message = cause.reason.clone().unwrap_or_default();
    parsing(Some(at), &format!("failed to parse: {message}")).caused_by(cause)
}

/// The tokens of a document.
pub(super) struct Tokens<'t> {
    pub(super) reader: Reader<'t>,
}

impl<'t> Tokens<'t> {
    /// The tokens of a text, up to and without the `{` that it begins with.
    ///
    /// # Errors
    /// If it begins with anything else.
    pub(super) fn open(text: &'t [u8], quoted: Quoted) -> Result<Self, ErrorCause> {
        if text.is_empty() {
            let start = Position { line: 0, column: 0 };
            return Err(parsing(Some(start), "failed to parse, document is empty"));
        }
        let mut reader = Reader::new(text).quoting(quoted);
        let first = reader.next_token().map_err(|error| outside(&error))?;
        if first != Token::StartObject {
            return Err(parsing(None, "Malformed content, must start with an object"));
        }
        Ok(Self { reader })
    }

    /// Refuses what follows the `}` of the document.
    pub(super) fn close(mut self) -> Result<(), ErrorCause> {
        match self.reader.next_token().map_err(|error| outside(&error))? {
            Token::End => Ok(()),
            more => {
                let token = more.wire_name();
                let reason = format!("Malformed content, found extra data after parsing: {token}");
                Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
            }
        }
    }

    pub(super) const fn position(&self) -> Position {
        self.reader.position()
    }

    fn fails(&self, error: &ReadError) -> ErrorCause {
        inside(self.position(), read_error(error))
    }

    pub(super) fn next(&mut self) -> Result<Token<'t>, ErrorCause> {
        self.reader.next_token().map_err(|error| self.fails(&error))
    }

    /// The text of the string that was read last.
    pub(super) fn text(&mut self) -> Result<std::borrow::Cow<'t, str>, ErrorCause> {
        self.reader.text().map_err(|error| self.fails(&error))
    }

    /// The whole of a value of which the first token has been read.
    pub(super) fn whole(&mut self, first: &Token<'t>) -> Result<Json, ErrorCause> {
        self.reader.value(first).map_err(|error| self.fails(&error))
    }

    /// Passes over a value of which the first token has been read.
    pub(super) fn skip(&mut self, first: &Token<'t>) -> Result<(), ErrorCause> {
        match first {
            Token::String => return self.text().map(drop),
            Token::StartObject | Token::StartArray => {}
            _ => return Ok(()),
        }
        let mut depth = 1;
        while depth > 0 {
            match self.next()? {
                Token::StartObject | Token::StartArray => depth += 1,
                Token::EndObject | Token::EndArray => depth -= 1,
                Token::String => drop(self.text()?),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Refuses a name that no member can have; `within` is the path of the object that it is in.
pub(super) fn check_name(at: Position, within: &str, name: &str) -> Result<(), ErrorCause> {
    if name.is_empty() {
        let reason = "field name cannot be an empty string";
        return Err(inside(at, ErrorCause::new(ErrorType::IllegalArgument, reason)));
    }
    if name.trim().is_empty() {
        let dot = if within.is_empty() { "" } else { "." };
        let message = format!("Field name cannot contain only whitespace: [{within}{dot}{name}]");
        return Err(parsing(Some(at), &message));
    }
    Ok(())
}

/// The parts of a name with dots; dots at the end do not count.
pub(super) fn parts(name: &str) -> Result<Vec<&str>, ErrorCause> {
    let illegal = |reason| ErrorCause::new(ErrorType::IllegalArgument, reason);
    let path = name.trim_end_matches('.');
    if path.is_empty() {
        return Err(illegal("field name cannot contain only dots".to_owned()));
    }
    let parts: Vec<&str> = path.split('.').collect();
    match parts.iter().find(|part| part.trim().is_empty()) {
        None => Ok(parts),
        Some(&"") => Err(illegal(format!("field name cannot contain only whitespace: ['{name}']"))),
        Some(_) => Err(illegal(format!(
            "field name starting or ending with a [.] makes object resolution ambiguous: [{name}]"
        ))),
    }
}

/// Refuses what is no document. Nothing is held against a mapping.
///
/// # Errors
/// With Elasticsearch's exception.
pub(super) fn check(text: &[u8], quoted: Quoted) -> Result<(), ErrorCause> {
    let mut tokens = Tokens::open(text, quoted)?;
    let mut depth = 1;
    while depth > 0 {
        match tokens.next()? {
            Token::StartObject | Token::StartArray => depth += 1,
            Token::EndObject | Token::EndArray => depth -= 1,
            Token::String => drop(tokens.text()?),
            Token::Name(name) => check_name(tokens.position(), "", &name)?,
            Token::Number(_) | Token::Bool(_) | Token::Null | Token::End => {}
        }
    }
    tokens.close()
}
