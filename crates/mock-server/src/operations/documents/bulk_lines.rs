//! The lines of a bulk request: actions, and the documents behind them (contract DO-5.1).
//!
//! Lines are read where they are in the body. Of a document nothing is kept before it is stored but
//! where it stands, so a request costs its own bytes and the stored texts.

use api_types::{
    Version,
    error::{ErrorCause, illegal_argument},
    json::{Json, Object, Quoted, ReadErrorKind, Reader, Token},
};
use bytes::Bytes;

use crate::{
    body::{Asked, boolean_value, fetch_source, int_value, long_value},
    warnings::{Warning, Warnings},
};

/// One line of a body.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    /// Without the newline.
    pub(super) text: Bytes,
}

impl Line {
    /// A document: without the carriage return at the end.
    pub(super) fn document(&self) -> Bytes {
        match self.text.last() {
            Some(b'\r') => self.text.slice(..self.text.len() - 1),
            _ => self.text.clone(),
        }
    }
}

/// The lines of a body.
#[derive(Debug)]
pub(super) struct Lines {
    rest: Bytes,
    number: usize,
}

impl Lines {
    pub(super) const fn new(body: Bytes) -> Self {
        Self { rest: body, number: 0 }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// If the last line has no newline at its end.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ErrorCause> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let Some(at) = self.rest.iter().position(|byte| *byte == b'\n') else {
            return Err(illegal_argument(
                "The bulk request must be terminated by a newline [\\n]".to_owned(),
            ));
        };
        let text = self.rest.split_to(at);
        let _newline = self.rest.split_to(1);
        self.number += 1;
        Ok(Some(Line { number: self.number, text }))
    }
}

/// What a line says is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Delete,
    Index,
    Update,
}

impl Verb {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Index => "index",
            Self::Update => "update",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Create, Self::Delete, Self::Index, Self::Update]
            .into_iter()
            .find(|verb| verb.name() == name)
    }
}

/// An action: what is to be done, and to what.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) verb: Verb,
    /// Its parameters, each a scalar or an object that may stand there.
    pub(super) params: Object,
}

/// Members of an action that are texts.
const TEXTS: [&str; 6] = ["_index", "_id", "routing", "op_type", "version_type", "pipeline"];

struct Parser<'l> {
    reader: Reader<'l>,
    line: usize,
    version: Version,
    warnings: &'l Warnings,
}

impl<'l> Parser<'l> {
    fn next(&mut self) -> Result<Token<'l>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Token.error(&error, self.version))
    }

    fn expected(&self, what: &str, found: &Token<'_>) -> ErrorCause {
        let line = self.line;
        let found = found.wire_name();
        illegal_argument(format!(
            "Malformed action/metadata line [{line}], expected {what} but found [{found}]"
        ))
    }

    fn unknown(&self, name: &str) -> ErrorCause {
        let line = self.line;
        illegal_argument(format!(
            "Action/metadata line [{line}] contains an unknown parameter [{name}]"
        ))
    }

    /// The parameters of an action whose `{` has been read.
    fn params(&mut self) -> Result<Object, ErrorCause> {
        let mut params = Object::new();
        loop {
            let name = match self.next()? {
                Token::Name(name) => name.into_owned(),
                _ => return Ok(params),
            };
            let token = self.next()?;
            let simple = format!("a simple value for field [{name}]");
            let value = match &token {
                Token::StartObject if name == "_source" => self.scalar(&name, &token)?,
                Token::StartObject if name == "dynamic_templates" => self.whole(&token)?,
                Token::StartArray | Token::StartObject => {
                    return Err(self.expected(&simple, &token));
                }
                Token::Null => continue,
                _ => self.scalar(&name, &token)?,
            };
            params.insert(name, value);
        }
    }

    /// The value of a member, as what its parser takes it for (contract DO-5.1-11).
    fn scalar(&mut self, name: &str, token: &Token<'l>) -> Result<Json, ErrorCause> {
        let version = self.version;
        let reader = &mut self.reader;
        match name {
            "if_seq_no" | "if_primary_term" | "version" => long_value(reader, token, version),
            "retry_on_conflict" => int_value(reader, token, version),
            "require_alias" | "require_data_stream" | "list_executed_pipelines" => {
                boolean_value(reader, token, version)
            }
            "_source" => fetch_source(reader, token, version, self.warnings),
            text if TEXTS.contains(&text) => self.whole(token),
            _ => Err(self.unknown(name)),
        }
    }

    fn whole(&mut self, token: &Token<'l>) -> Result<Json, ErrorCause> {
        self.reader.value(token).map_err(|error| Asked::Inside.error(&error, self.version))
    }

    /// Warns of what should not follow the action.
    fn finish_leniently(&mut self) -> Result<(), ErrorCause> {
        let warning = match self.reader.next_token() {
            Ok(Token::End) => Warning::BulkNotClosed,
            Ok(Token::EndObject) if self.next()? == Token::End => return Ok(()),
            Ok(Token::EndObject) => Warning::BulkTrailing,
            Ok(_) => Warning::BulkSeveral,
            Err(error) if error.kind == ReadErrorKind::UnexpectedEnd => Warning::BulkNotClosed,
            Err(error) => return Err(Asked::Token.error(&error, self.version)),
        };
        self.warnings.add(warning);
        Ok(())
    }

    /// Looks for what should not follow the action.
    fn finish(&mut self) -> Result<(), ErrorCause> {
        let token = self.next()?;
        if token != Token::EndObject {
            return Err(self.expected("END_OBJECT", &token));
        }
        if self.next()? != Token::End {
            let line = self.line;
            let reason = format!(
                "Malformed action/metadata line [{line}], unexpected data after the closing brace"
            );
            return Err(illegal_argument(reason));
        }
        Ok(())
    }
}

/// What stands on a line where an action should be.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// White space.
    Nothing,
    /// An action that nobody knows, and a document behind it.
    Unknown,
    Action(Action),
}

/// What is done with lines that say too much, or what nobody knows (contract DO-5.1-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    Strict,
    Lenient,
}

/// Reads a line that says what is to be done.
pub(super) fn action(
    line: &Line,
    strictness: Strictness,
    quoted: Quoted,
    version: Version,
    warnings: &Warnings,
) -> Result<Found, ErrorCause> {
    let reader = Reader::new(&line.text).quoting(quoted);
    let mut parser = Parser { reader, line: line.number, version, warnings };
    match parser.next()? {
        Token::End => return Ok(Found::Nothing),
        Token::StartObject => {}
        other => return Err(parser.expected("START_OBJECT", &other)),
    }
    let name = match parser.next()? {
        Token::Name(name) => name,
        other => return Err(parser.expected("FIELD_NAME", &other)),
    };
    let verb = Verb::from_name(&name);
    match strictness {
        _ if verb.is_some() => {}
        Strictness::Lenient => warnings.add(Warning::BulkUnknown(name.into_owned())),
        Strictness::Strict => {
            let line = line.number;
            return Err(illegal_argument(format!(
                "Malformed action/metadata line [{line}], expected field [create], [delete], [index] or [update] but found [{name}]"
            )));
        }
    }
    let params = match parser.next()? {
        Token::StartObject => parser.params()?,
        other => return Err(parser.expected("START_OBJECT or END_OBJECT", &other)),
    };
    match strictness {
        Strictness::Strict => parser.finish()?,
        Strictness::Lenient => parser.finish_leniently()?,
    }
    Ok(verb.map_or(Found::Unknown, |verb| Found::Action(Action { verb, params })))
}

impl Action {
    /// The text of a scalar.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.params.get(name)? {
            Json::String(text) => Some(text.to_string()),
            Json::Null => None,
            other => Some(other.to_compact()),
        }
    }

    /// An integer.
    pub(super) fn long(&self, name: &str) -> Option<i64> {
        self.params.get(name).and_then(Json::as_i64)
    }

    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.params.get(name).and_then(Json::as_bool)
    }
}
