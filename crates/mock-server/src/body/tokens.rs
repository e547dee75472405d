//! A body as a stream of tokens, for parsers written by hand.

use std::borrow::Cow;

use api_types::{
    Version,
    error::ErrorCause,
    json::{Json, Reader, Token},
};

use super::Asked;

/// Tokens, with the failures of the JSON library as a version tells them.
pub(crate) struct Tokens<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) version: Version,
}

impl<'a> Tokens<'a> {
    pub(crate) fn next(&mut self) -> Result<Token<'a>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Token.error(&error, self.version))
    }

    /// The next name of an object, or its end.
    pub(crate) fn next_name(&mut self) -> Result<Token<'a>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Name.error(&error, self.version))
    }

    /// The content of the string that was read last.
    pub(crate) fn text(&mut self) -> Result<String, ErrorCause> {
        let text = self.reader.text();
        text.map(Cow::into_owned).map_err(|error| Asked::Text.error(&error, self.version))
    }

    /// The value that starts with `token`, whatever it is but a string.
    pub(crate) fn whole(&mut self, token: &Token<'a>) -> Result<Json, ErrorCause> {
        self.reader.value(token).map_err(|error| Asked::Inside.error(&error, self.version))
    }
}
