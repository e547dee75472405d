//! How the exceptions of the JSON library reach the client, version by version (contract RL-5-15,
//! RL-15).

use api_types::{
    Version,
    differences::Difference,
    error::{ErrorCause, ErrorType},
    json::{Position, ReadError, ReadErrorKind, Token},
};

/// Since when it is the fault of the request that there is no text where one is wanted.
const TEXT_IS_ARGUMENT: Version = Version::new(8, 16, 0);

/// What a token is told that has no text where one is wanted (contract RL-2-23).
pub(crate) fn no_text(token: &Token<'_>, at: Position, version: Version) -> ErrorCause {
    let found = token.wire_name();
    if version < TEXT_IS_ARGUMENT {
        let reason = format!("Can't get text on a {found} at {at}");
        ErrorCause::new(ErrorType::IllegalState, reason)
    } else {
        let reason = format!("Expected text at {at} but found {found}");
        ErrorCause::new(ErrorType::IllegalArgument, reason)
    }
}

/// What the JSON library was asked for when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The next name of an object.
    Name,
    /// Any other token.
    Token,
    /// The content of a string.
    Text,
    /// A value of any content; what it was just reading is told from the message.
    Inside,
}

/// The exception of a server of the newest version.
pub(crate) fn read_error(error: &ReadError) -> ErrorCause {
    let text = error.library_text();
    let at = |text: &str| format!("[{}] {text}", error.position);
    let (kind, reason) = match error.kind {
        ReadErrorKind::Malformed | ReadErrorKind::Coercion => (ErrorType::XContentParse, at(&text)),
        ReadErrorKind::UnexpectedEnd => (ErrorType::XContentEof, at("Unexpected end of file")),
        ReadErrorKind::Limit => (ErrorType::XContentParse, text.clone()),
    };
    ErrorCause::new(kind, reason).caused_by(ErrorCause::new(library_type(error.kind), text))
}

const fn library_type(kind: ReadErrorKind) -> ErrorType {
    match kind {
        ReadErrorKind::Malformed => ErrorType::JsonParse,
        ReadErrorKind::UnexpectedEnd => ErrorType::JsonEof,
        ReadErrorKind::Coercion => ErrorType::InputCoercion,
        ReadErrorKind::Limit => ErrorType::StreamConstraints,
    }
}

impl Asked {
    pub(crate) fn error(self, error: &ReadError, version: Version) -> ErrorCause {
        let library = || ErrorCause::new(library_type(error.kind), error.library_text());
        let wrapped = |kind, reason: String| ErrorCause::new(kind, reason).caused_by(library());
        let asked = self.told_apart(error);
        match error.kind {
            ReadErrorKind::Limit if !version.has(Difference::LimitsAreParseErrors) => library(),
            ReadErrorKind::Malformed | ReadErrorKind::UnexpectedEnd
                if asked == Self::Text && !version.has(Difference::MalformedStrings) =>
            {
                library()
            }
            ReadErrorKind::UnexpectedEnd
                if asked != Self::Token && !version.has(Difference::EndOfInputInNames) =>
            {
                let reason = format!("[{}] {}", error.position, error.library_text());
                wrapped(ErrorType::XContentParse, reason)
            }
            ReadErrorKind::UnexpectedEnd if !version.has(Difference::EndOfInputIs400) => {
                let text = error.library_text();
                let reason = format!("com.fasterxml.jackson.core.io.JsonEOFException: {text}");
                wrapped(ErrorType::XContentEofInput, reason)
            }
            ReadErrorKind::Malformed
            | ReadErrorKind::UnexpectedEnd
            | ReadErrorKind::Coercion
            | ReadErrorKind::Limit => read_error(error),
        }
    }

    /// What was being read inside a value.
    fn told_apart(self, error: &ReadError) -> Self {
        if self != Self::Inside {
            return self;
        }
        let says = |text: &str| error.message.contains(text);
        if says("for Object") || says("Object entries") || says("field name") {
            Self::Name
        } else if says("VALUE_STRING") || says("escape") || says("string value") {
            Self::Text
        } else {
            Self::Token
        }
    }
}

/// Whether a handler that parses the bytes itself reports the exception as its own (contract
/// CN-9-12, SC-3-12).
pub(crate) const fn is_input_failure(kind: ErrorType) -> bool {
    matches!(
        kind,
        ErrorType::JsonParse
            | ErrorType::JsonEof
            | ErrorType::StreamConstraints
            | ErrorType::XContentEofInput
    )
}
