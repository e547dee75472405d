//! Whether a text is a document that can be stored (contract DO-4.3-6).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Position, Quoted, ReadError, Reader, Token},
};

use crate::body::read_error;

fn parsing(at: Option<Position>, message: &str) -> ErrorCause {
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
fn inside(at: Position, cause: ErrorCause) -> ErrorCause {
    let message = cause.reason.clone().unwrap_or_default();
    parsing(Some(at), &format!("failed to parse: {message}")).caused_by(cause)
}

/// Refuses what is no JSON object.
///
/// # Errors
/// With Elasticsearch's exception.
pub(crate) fn check(text: &[u8], quoted: Quoted) -> Result<(), ErrorCause> {
    if text.is_empty() {
        let start = Position { line: 0, column: 0 };
        return Err(parsing(Some(start), "failed to parse, document is empty"));
    }
    let mut reader = Reader::new(text).quoting(quoted);
    let first = reader.next_token().map_err(|error| outside(&error))?;
    if first != Token::StartObject {
        return Err(parsing(None, "Malformed content, must start with an object"));
    }
    let mut depth = 1;
    while depth > 0 {
        let at = reader.position();
        let read = reader.next_token();
        let token = read.map_err(|error| {
            let at = if reader.position() == at { at } else { reader.position() };
            inside(at, read_error(&error))
        })?;
        match token {
            Token::StartObject | Token::StartArray => depth += 1,
            Token::EndObject | Token::EndArray => depth -= 1,
            Token::String => {
                let at = reader.position();
                reader.text().map_err(|error| inside(at, read_error(&error)))?;
            }
            Token::Name(name) if name.is_empty() => {
                let reason = "Field name cannot be an empty string";
                let cause = ErrorCause::new(ErrorType::IllegalArgument, reason);
                return Err(inside(reader.position(), cause));
            }
            Token::Name(name) if name.trim().is_empty() => {
                let message = format!("Field name cannot contain only whitespace: [{name}]");
                return Err(parsing(Some(reader.position()), &message));
            }
            Token::Name(_) | Token::Number(_) | Token::Bool(_) | Token::Null | Token::End => {}
        }
    }
    match reader.next_token().map_err(|error| outside(&error))? {
        Token::End => Ok(()),
        more => {
            let token = more.wire_name();
            let reason = format!("Malformed content, found extra data after parsing: {token}");
            Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
        }
    }
}
