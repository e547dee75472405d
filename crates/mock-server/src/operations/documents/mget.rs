//! `mget`: many documents in one request (contract DO-5.2).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object, Reader, Token},
};

use super::{check_reading, source};
use crate::{
    body::read_error,
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::documents::{self, Source, Target},
};

/// One document that is asked for.
#[derive(Debug)]
struct Item {
    index: Option<String>,
    id: Option<String>,
    source: Source,
}

/// `mget`
pub(in crate::operations) struct Mget {
    items: Vec<Item>,
}

fn parsing(reader: &Reader<'_>, reason: String) -> ErrorCause {
    let at = reader.position();
    let number = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
    ErrorCause::new(ErrorType::Parsing, reason)
        .with("line", number(at.line))
        .with("col", number(at.column))
}

impl Call for Mget {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        check_reading(&input.params)?;
        let default = source::in_query(&input.params)?.unwrap_or_default();
        if input.body.is_empty() {
            return Err(ErrorCause::new(
                ErrorType::Parse,
                "request body or source parameter is required",
            ));
        }
        let index = input.params.get("index").map(str::to_owned);
        let reader = Reader::new(input.body);
        let items = Parser { reader, index, default }.items()?;
        Ok(Self { items })
    }

    fn validate(&self) -> Vec<String> {
        if self.items.is_empty() {
            return vec!["no documents to get".to_owned()];
        }
        let mut messages = Vec::new();
        for (number, item) in self.items.iter().enumerate() {
            if item.index.is_none() {
                messages.push(format!("index is missing for doc {number}"));
            }
            if item.id.is_none() {
                messages.push(format!("id is missing for doc {number}"));
            }
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let mut text = b"{\"docs\":[".to_vec();
        for (number, item) in self.items.into_iter().enumerate() {
            if number > 0 {
                text.push(b',');
            }
            item.write(context, &mut text);
        }
        text.extend_from_slice(b"]}");
        Ok(Reply::text(text.into()))
    }
}

impl Item {
    fn write(self, context: &Context<'_>, out: &mut Vec<u8>) {
        let index = self.index.unwrap_or_default();
        let id = self.id.unwrap_or_default();
        let target = Target { operation: Operation::Mget, index, id };
        match documents::find(context.store, &target) {
            Ok((index, Some(document))) => {
                out.extend_from_slice(&documents::found(index, document, &self.source));
            }
            Ok((index, None)) => {
                let missing = documents::missing(index, &target.id);
                out.extend_from_slice(Json::Object(missing).to_compact().as_bytes());
            }
            Err(error) => {
                let Target { index, id, .. } = target;
                let error = match error {
                    ApiError::Exception(cause) => Json::Object(cause.element_with_root()),
                    ApiError::Plain { text, .. } | ApiError::NoHandler(text) => Json::from(text),
                    ApiError::Ready(reply) => reply.body,
                };
                let failed = documents::identified(&index, &id).with("error", error);
                out.extend_from_slice(Json::Object(failed).to_compact().as_bytes());
            }
        }
    }
}

struct Parser<'b> {
    reader: Reader<'b>,
    index: Option<String>,
    default: Source,
}

impl<'b> Parser<'b> {
    fn next(&mut self) -> Result<Token<'b>, ErrorCause> {
        self.reader.next_token().map_err(|error| read_error(&error))
    }

    fn value(&mut self, token: &Token<'b>) -> Result<Json, ErrorCause> {
        self.reader.value(token).map_err(|error| read_error(&error))
    }

    fn items(mut self) -> Result<Vec<Item>, ErrorCause> {
        let first = self.next()?;
        if first != Token::StartObject {
            let found = first.wire_name();
            let reason = format!("unexpected token [{found}], expected [START_OBJECT]");
            return Err(parsing(&self.reader, reason));
        }
        let mut items = Vec::new();
        while let Token::Name(name) = self.next()? {
            let token = self.next()?;
            if token != Token::StartArray {
                let found = token.wire_name();
                let reason =
                    format!("unexpected token [{found}], expected [FIELD_NAME] or [START_ARRAY]");
                return Err(parsing(&self.reader, reason));
            }
            match name.as_ref() {
                "docs" => self.docs(&mut items)?,
                "ids" => self.ids(&mut items)?,
                other => {
                    let reason = format!(
                        "unknown key [{other}] for a START_ARRAY, expected [docs] or [ids]"
                    );
                    return Err(parsing(&self.reader, reason));
                }
            }
        }
        Ok(items)
    }

    fn ids(&mut self, items: &mut Vec<Item>) -> Result<(), ErrorCause> {
        loop {
            let token = self.next()?;
            let id = match &token {
                Token::EndArray => return Ok(()),
                Token::String | Token::Number(_) | Token::Bool(_) => text(self.value(&token)?),
                _ => return Err(illegal_argument("ids array element should only contain ids")),
            };
            items.push(Item { index: self.index.clone(), id, source: self.default.clone() });
        }
    }

    fn docs(&mut self, items: &mut Vec<Item>) -> Result<(), ErrorCause> {
        loop {
            match self.next()? {
                Token::EndArray => return Ok(()),
                Token::StartObject => items.push(self.doc()?),
                _ => return Err(illegal_argument("docs array element should include an object")),
            }
        }
    }

    fn doc(&mut self) -> Result<Item, ErrorCause> {
        let source = self.default.clone();
        let mut item = Item { index: self.index.clone(), id: None, source };
        while let Token::Name(name) = self.next()? {
            let token = self.next()?;
            if name == "fields" && token != Token::Null {
                let reason = "Unsupported field [fields] used, expected [stored_fields] instead";
                return Err(parsing(&self.reader, reason.to_owned()));
            }
            let value = self.value(&token)?;
            match name.as_ref() {
                // A null counts as absent.
                _ if value.is_null() => {}
                "_index" => item.index = text(value),
                "_id" => item.id = text(value),
                "_source" => item.source = source_of(&value)?,
                "routing" | "stored_fields" | "version" | "version_type" => {
                    return Err(not_served(Operation::Mget, &format!("[{name}] of a document")));
                }
                other => {
                    let reason =
                        format!("failed to parse multi get request. unknown field [{other}]");
                    return Err(ErrorCause::new(ErrorType::Parse, reason));
                }
            }
        }
        Ok(item)
    }
}

/// `_source` of a document, with the messages that it has here alone.
fn source_of(value: &Json) -> Result<Source, ErrorCause> {
    let refused = |reason: String| Err(ErrorCause::new(ErrorType::Parse, reason));
    let is_known = |name: &str| ["includes", "include", "excludes", "exclude"].contains(&name);
    match value {
        Json::Number(_) => refused("illegal type for _source: [VALUE_NUMBER]".to_owned()),
        Json::Object(members) => match members.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => refused(format!("source definition may not contain [{name}]")),
            None => Ok(source::in_body(&renamed(members))),
        },
        Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) => Ok(source::in_body(value)),
    }
}

/// `includes` and `excludes` by their usual names.
fn renamed(members: &Object) -> Json {
    let usual = |name: &str| if name.starts_with("include") { "includes" } else { "excludes" };
    let named = members.iter().map(|(name, value)| (usual(name).to_owned(), value.clone()));
    Json::Object(named.collect())
}

/// The text of a scalar.
fn text(value: Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.into_owned()),
        Json::Null => None,
        other => Some(other.to_compact()),
    }
}
