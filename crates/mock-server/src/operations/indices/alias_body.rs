//! The body of an alias that is put: values by their names, at whatever depth (contract DO-6.5-8).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType},
    json::{Json, Object, Reader, Token},
};

use crate::{
    body::{Tokens, boolean},
    operations::indices::split,
};

/// The first version that refuses what it does not know.
const STRICT: Version = Version::new(9, 1, 0);

/// What the path and the body say of an alias.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    pub(super) indices: Vec<String>,
    pub(super) name: String,
    pub(super) properties: Object,
}

impl Alias {
    /// Takes in what the body says, which wins over the path.
    pub(super) fn with(mut self, text: &[u8], version: Version) -> Result<Self, ErrorCause> {
        let mut parser = Parser { tokens: Tokens { reader: Reader::new(text), version } };
        if !text.is_empty() && parser.tokens.next()? != Token::End {
            parser.values(&mut self)?;
        }
        self.check()
    }

    fn check(self) -> Result<Self, ErrorCause> {
        let illegal = |reason| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        if self.indices.is_empty() {
            return illegal("[indices] can't be empty");
        }
        if self.indices.iter().any(String::is_empty) {
            return illegal("[indices] can't contain empty string");
        }
        if self.name.is_empty() {
            return illegal("[alias] can't be empty string");
        }
        Ok(self)
    }
}

struct Parser<'a> {
    tokens: Tokens<'a>,
}

impl<'a> Parser<'a> {
    fn text(&mut self, token: &Token<'_>) -> Result<String, ErrorCause> {
        match token {
            Token::Number(number) => Ok((*number).to_owned()),
            Token::Bool(value) => Ok(value.to_string()),
            _ => self.tokens.text(),
        }
    }

    /// Every value behind the first token.
    fn values(&mut self, alias: &mut Alias) -> Result<(), ErrorCause> {
        let mut name = String::new();
        loop {
            match self.tokens.next()? {
                Token::End => return Ok(()),
                Token::Name(member) => name = member.into_owned(),
                token @ (Token::String | Token::Number(_) | Token::Bool(_)) => {
                    self.value(alias, &name, &token)?;
                }
                token @ Token::StartObject if name == "filter" => {
                    alias.properties.insert("filter", self.tokens.whole(&token)?);
                }
                Token::StartObject | Token::EndObject => {}
                token @ (Token::StartArray | Token::EndArray | Token::Null) => {
                    self.check_token(&token)?;
                }
            }
        }
    }

    fn value(
        &mut self,
        alias: &mut Alias,
        name: &str,
        token: &Token<'_>,
    ) -> Result<(), ErrorCause> {
        match name {
            "index" => alias.indices = split(&self.text(token)?),
            "alias" => alias.name = self.text(token)?,
            "routing" => alias.properties.insert("routing", self.text(token)?),
            "indexRouting" | "index-routing" | "index_routing" => {
                alias.properties.insert("index_routing", self.text(token)?);
            }
            "searchRouting" | "search-routing" | "search_routing" => {
                alias.properties.insert("search_routing", self.text(token)?);
            }
            "is_write_index" => {
                let value = match token {
                    Token::Bool(value) => Json::Bool(*value),
                    Token::Number(number) => Json::from((*number).to_owned()),
                    _ => boolean(&self.text(token)?)?,
                };
                alias.properties.insert("is_write_index", value);
            }
            other if self.tokens.version >= STRICT => {
                let reason = format!("Unsupported field [{other}]");
                return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
            }
            _ => {}
        }
        Ok(())
    }

    fn check_token(&self, token: &Token<'_>) -> Result<(), ErrorCause> {
        if self.tokens.version < STRICT {
            return Ok(());
        }
        let at = self.tokens.reader.position();
        let number = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
        let reason = format!("Unexpected token [{}]", token.wire_name());
        Err(ErrorCause::new(ErrorType::Parsing, reason)
            .with("line", number(at.line))
            .with("col", number(at.column)))
    }
}
