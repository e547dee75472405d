//! A body as a stream of tokens, with the failures of Elasticsearch's hand-written parsers.

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Number, Position, Reader, Token},
};

use crate::{
    body::{self, Asked, no_text},
    suggest,
    warnings::{Warning, Warnings},
};

/// How deep queries may stand within each other: `indices.query.bool.max_nested_depth`.
const MAX_DEPTH: usize = 30;

/// Reads a body token by token.
pub(super) struct Cursor<'a> {
    reader: Reader<'a>,
    version: Version,
    warnings: &'a Warnings,
    /// The token that was read last.
    pub(super) token: Token<'a>,
    /// The text of that token, if it is a string.
    string: String,
    depth: usize,
    /// The first thing asked for that is not served. What is no search at all is said first.
    refused: Option<ErrorCause>,
}

/// What this server does not do, although Elasticsearch does (contract DO-7-3).
pub(in crate::search) fn not_served(what: &str) -> ErrorCause {
    illegal_argument(format!(
        "this mock server does not serve a search with {what}; if you need it, say so in an issue at the project"
    ))
}

impl<'a> Cursor<'a> {
    /// Stands before the first token.
    pub(super) fn new(text: &'a [u8], version: Version, warnings: &'a Warnings) -> Self {
        Self {
            reader: Reader::new(text),
            version,
            warnings,
            token: Token::End,
            string: String::new(),
            depth: 0,
            refused: None,
        }
    }

    /// Goes to the next token.
    pub(super) fn next(&mut self) -> Result<(), ErrorCause> {
        let token = self.reader.next_token();
        self.token = token.map_err(|error| Asked::Token.error(&error, self.version))?;
        if self.token == Token::String {
            let text = self.reader.text();
            let text = text.map_err(|error| Asked::Text.error(&error, self.version))?;
            self.string = text.into_owned();
        }
        Ok(())
    }

    /// The name of the next member, or `None` at the end of the object. The cursor stands on the
    /// value then.
    pub(super) fn member(&mut self) -> Result<Option<Member>, ErrorCause> {
        self.next()?;
        let Token::Name(name) = &self.token else { return Ok(None) };
        let name = name.to_string();
        let at = self.position();
        self.next()?;
        Ok(Some(Member { name, at }))
    }

    /// Goes to the next value of an object and keeps its name; `false` at the end of the object.
    pub(super) fn value_of(&mut self, name: &mut String) -> Result<bool, ErrorCause> {
        self.next()?;
        if let Token::Name(found) = &self.token {
            name.clear();
            name.push_str(found);
            self.next()?;
        }
        Ok(self.token != Token::EndObject)
    }

    /// Where the token starts.
    pub(super) fn position(&self) -> Position {
        self.reader.position()
    }

    /// `parsing_exception` at the token.
    pub(super) fn parsing(&self, reason: impl Into<String>) -> ErrorCause {
        let Position { line, column } = self.position();
        let number = |value: usize| Json::from(i64::try_from(value).unwrap_or(i64::MAX));
        ErrorCause::new(ErrorType::Parsing, reason)
            .with("line", number(line))
            .with("col", number(column))
    }

    /// The failure of an object parser at the token.
    pub(super) fn in_object(&self, parser: &str, message: &str) -> ErrorCause {
        object_error(self.position(), parser, message)
    }

    /// An unknown member of an object parser, with what may have been meant.
    pub(super) fn unknown(&self, parser: &str, member: &Member, known: &[&str]) -> ErrorCause {
        let near = suggest::nearest(&member.name, known.iter().copied());
        let hint = suggest::sentence(&near).map_or_else(String::new, |text| format!(" {text}"));
        object_error(member.at, parser, &format!("unknown field [{}]{hint}", member.name))
    }

    /// A member of an object parser whose value failed.
    pub(super) fn failed(&self, parser: &str, member: &str, cause: ErrorCause) -> ErrorCause {
        self.in_object(parser, &format!("failed to parse field [{member}]")).caused_by(cause)
    }

    /// A value of a kind that the member of an object parser cannot have.
    pub(super) fn unsupported(&self, parser: &str, member: &str) -> ErrorCause {
        let kind = self.token.wire_name();
        self.in_object(parser, &format!("{member} doesn't support values of type: {kind}"))
    }

    pub(super) const fn is_value(&self) -> bool {
        matches!(self.token, Token::String | Token::Number(_) | Token::Bool(_))
    }

    /// Warns of an old name of a member; with the parser of the object, where that is told.
    pub(super) fn renamed(
        &self,
        parser: Option<&'static str>,
        used: &'static str,
        expected: &'static str,
    ) {
        let at = parser.map(|parser| (parser, self.position()));
        self.warnings.add(Warning::Renamed { at, used, expected });
    }

    /// Writes down that something is not served, and goes on.
    pub(super) fn refuse(&mut self, what: &str) {
        self.refused.get_or_insert_with(|| not_served(what));
    }

    /// Writes down that something is not served, and goes past its value.
    pub(super) fn refuse_value(&mut self, what: &str) -> Result<(), ErrorCause> {
        self.refuse(what);
        self.skip()
    }

    /// What is not served, if there was such a thing.
    pub(super) fn finish(self) -> Result<(), ErrorCause> {
        self.refused.map_or(Ok(()), Err)
    }

    /// Goes to the end of the value on whose first token the cursor stands.
    pub(super) fn skip(&mut self) -> Result<(), ErrorCause> {
        let mut depth = 0_usize;
        loop {
            match self.token {
                Token::StartObject | Token::StartArray => depth += 1,
                Token::EndObject | Token::EndArray => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
            self.next()?;
        }
    }

    /// One query deeper.
    pub(super) fn enter(&mut self) -> Result<(), ErrorCause> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(illegal_argument(
                "The nested depth of the query exceeds the maximum nested depth for queries set in [indices.query.bool.max_nested_depth]",
            ));
        }
        Ok(())
    }

    pub(super) const fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The text of a value; a null and what is no value has none.
    pub(super) fn text(&self) -> Result<String, ErrorCause> {
        match &self.token {
            Token::String => Ok(self.string.clone()),
            Token::Number(number) => Ok((*number).to_owned()),
            Token::Bool(value) => Ok(value.to_string()),
            other => Err(no_text(other, self.position(), self.version)),
        }
    }

    /// The text of a value, or `None` for a null.
    pub(super) fn text_or_null(&self) -> Result<Option<String>, ErrorCause> {
        if self.token == Token::Null { Ok(None) } else { self.text().map(Some) }
    }

    /// A value that is compared with those of documents. Brackets are their own text, as they are
    /// for Elasticsearch.
    pub(super) fn scalar(&self) -> Json {
        match &self.token {
            Token::String => Json::from(self.string.clone()),
            Token::Number(text) => Number::parse(text).map_or(Json::Null, Json::Number),
            Token::Bool(value) => Json::Bool(*value),
            Token::StartObject => Json::from("{"),
            Token::EndObject => Json::from("}"),
            Token::StartArray => Json::from("["),
            Token::EndArray => Json::from("]"),
            Token::Name(name) => Json::from(name.to_string()),
            Token::Null | Token::End => Json::Null,
        }
    }

    /// `true`, `false`, their texts, or a number.
    pub(super) fn boolean(&self) -> Result<bool, ErrorCause> {
        match &self.token {
            Token::Bool(value) => Ok(*value),
            Token::Number(_) => Ok(self.int()? != 0),
            _ => Ok(body::boolean(&self.text()?)?.as_bool().unwrap_or_default()),
        }
    }

    /// A number of 32 bits, or its text.
    pub(super) fn int(&self) -> Result<i32, ErrorCause> {
        let value = match &self.token {
            Token::Number(number) => body::int_number(&self.reader, number)?,
            Token::Bool(_) | Token::Null => {
                let Position { line, column } = self.position();
                let kind = self.token.wire_name();
                let reason = format!(
                    "[{line}:{column}] Current token ({kind}) not numeric, can not use numeric value accessors"
                );
                return Err(ErrorCause::new(ErrorType::XContentParse, reason));
            }
            _ => body::int_text(&self.text()?)?,
        };
        Ok(value.as_i64().and_then(|value| i32::try_from(value).ok()).unwrap_or_default())
    }

    /// How much a clause counts.
    pub(super) fn boost(&mut self) -> Result<f32, ErrorCause> {
        let text = self.text()?;
        let trimmed = text.trim();
        let boost: f32 = trimmed.parse().map_err(|_| {
            let reason = format!("For input string: \"{text}\"");
            ErrorCause::new(ErrorType::NumberFormat, reason)
        })?;
        if boost < 0.0 {
            self.refuse("a negative [boost]");
        }
        Ok(boost)
    }
}

/// A member whose value the cursor stands on.
pub(super) struct Member {
    pub(super) name: String,
    /// Where the name starts.
    pub(super) at: Position,
}

fn object_error(at: Position, parser: &str, message: &str) -> ErrorCause {
    ErrorCause::new(ErrorType::XContentParse, format!("[{at}] [{parser}] {message}"))
}
