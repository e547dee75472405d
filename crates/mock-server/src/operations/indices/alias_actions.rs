//! The body of `_aliases`: actions as Elasticsearch's object parsers read them (contract DO-6.5-7).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object, Position, Reader, Token},
};

use crate::{
    body::{Tokens, boolean, no_text},
    suggest,
};

/// What a member of an action may begin with.
#[derive(Clone, Copy)]
enum Accepts {
    Text,
    Texts,
    TextOrNumber,
    Boolean,
    Object,
    Objects,
}

impl Accepts {
    const fn token(self, token: &Token<'_>) -> bool {
        match self {
            Self::Text => matches!(token, Token::String),
            Self::Texts => matches!(token, Token::String | Token::StartArray),
            Self::TextOrNumber => matches!(token, Token::String | Token::Number(_)),
            Self::Boolean => matches!(token, Token::String | Token::Bool(_)),
            Self::Object => matches!(token, Token::StartObject),
            Self::Objects => matches!(token, Token::StartObject | Token::StartArray),
        }
    }
}

type Members = &'static [(&'static str, Accepts)];

const BODY: Members = &[("actions", Accepts::Objects)];
const ACTION: Members =
    &[("add", Accepts::Object), ("remove", Accepts::Object), ("remove_index", Accepts::Object)];
const OF_ALL: [(&str, Accepts); 4] = [
    ("index", Accepts::Text),
    ("indices", Accepts::Texts),
    ("alias", Accepts::Text),
    ("aliases", Accepts::Texts),
];
const ADD: Members = &[
    OF_ALL[0],
    OF_ALL[1],
    OF_ALL[2],
    OF_ALL[3],
    ("filter", Accepts::Object),
    ("routing", Accepts::TextOrNumber),
    ("index_routing", Accepts::TextOrNumber),
    ("search_routing", Accepts::TextOrNumber),
    ("is_write_index", Accepts::Boolean),
    ("is_hidden", Accepts::Boolean),
];
const REMOVE: Members =
    &[OF_ALL[0], OF_ALL[1], OF_ALL[2], OF_ALL[3], ("must_exist", Accepts::Boolean)];
const REMOVE_INDEX: Members = &OF_ALL;

/// What an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Add,
    Remove,
    RemoveIndex,
}

impl Kind {
    const fn members(self) -> Members {
        match self {
            Self::Add => ADD,
            Self::Remove => REMOVE,
            Self::RemoveIndex => REMOVE_INDEX,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::RemoveIndex => "remove_index",
        }
    }

    /// As messages name it.
    const fn in_messages(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Remove => "REMOVE",
            Self::RemoveIndex => "REMOVE_INDEX",
        }
    }

    fn of(name: &str) -> Self {
        match name {
            "add" => Self::Add,
            "remove" => Self::Remove,
            _ => Self::RemoveIndex,
        }
    }
}

/// One action as it stands in the body.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) kind: Kind,
    /// Not empty.
    pub(super) indices: Vec<String>,
    /// Not empty but for `remove_index`.
    pub(super) aliases: Vec<String>,
    /// The other members.
    pub(super) properties: Object,
}

fn at(position: Position, parser: &str, message: &str) -> ErrorCause {
    ErrorCause::new(ErrorType::XContentParse, format!("[{position}] [{parser}] {message}"))
}

/// Reads the body. What follows its object is not looked at.
pub(super) fn read(text: &[u8], version: Version) -> Result<Vec<Given>, ErrorCause> {
    let mut parser = Parser { tokens: Tokens { reader: Reader::new(text), version } };
    let first = parser.tokens.next()?;
    let mut actions = Vec::new();
    if first != Token::StartObject {
        return Err(parser.no_object("aliases", &first));
    }
    parser.members("aliases", BODY, |parser, _, token| {
        for action in parser.actions(token)? {
            let Some(action) = action else {
                return Err(ErrorCause::new(ErrorType::NullPointer, NO_ACTION));
            };
            actions.push(action.checked()?);
        }
        Ok(())
    })?;
    Ok(actions)
}

const NO_ACTION: &str = r#"Cannot invoke "org.elasticsearch.action.admin.indices.alias.IndicesAliasesRequest$AliasActions.validate()" because "aliasAction" is null"#;

impl Given {
    fn checked(self) -> Result<Self, ErrorCause> {
        if self.indices.is_empty() {
            return Err(illegal_argument("One of [index] or [indices] is required"));
        }
        if self.aliases.is_empty() && self.kind != Kind::RemoveIndex {
            return Err(illegal_argument("One of [alias] or [aliases] is required"));
        }
        Ok(self)
    }

    fn set_indices(&mut self, member: &str, texts: Vec<String>) -> Result<(), ErrorCause> {
        if !self.indices.is_empty() {
            return Err(illegal_argument("Only one of [index] and [indices] is supported"));
        }
        check_texts(member, "indices", &texts)?;
        self.indices = texts;
        Ok(())
    }

    fn set_aliases(&mut self, member: &str, texts: Vec<String>) -> Result<(), ErrorCause> {
        if !self.aliases.is_empty() {
            return Err(illegal_argument("Only one of [alias] and [aliases] is supported"));
        }
        if self.kind == Kind::RemoveIndex {
            let kind = self.kind.in_messages();
            return Err(illegal_argument(format!("[{member}] is unsupported for [{kind}]")));
        }
        check_texts(member, "aliases", &texts)?;
        self.aliases = texts;
        Ok(())
    }
}

fn check_texts(member: &str, several: &str, texts: &[String]) -> Result<(), ErrorCause> {
    let has_empty = texts.iter().any(String::is_empty);
    match member == several {
        true if texts.is_empty() => Err(illegal_argument(format!("[{member}] can't be empty"))),
        true if has_empty => {
            Err(illegal_argument(format!("[{member}] can't contain empty string")))
        }
        false if has_empty => Err(illegal_argument(format!("[{member}] can't be empty string"))),
        true | false => Ok(()),
    }
}

struct Parser<'a> {
    tokens: Tokens<'a>,
}

impl<'a> Parser<'a> {
    fn no_object(&self, parser: &str, token: &Token<'_>) -> ErrorCause {
        let message = format!("Expected START_OBJECT but was: {}", token.wire_name());
        at(self.tokens.reader.position(), parser, &message)
    }

    /// The members of an object whose `{` has been read.
    fn members(
        &mut self,
        name: &str,
        known: Members,
        mut take: impl FnMut(&mut Self, &'static str, &Token<'a>) -> Result<(), ErrorCause>,
    ) -> Result<(), ErrorCause> {
        while let Token::Name(member) = self.tokens.next_name()? {
            let position = self.tokens.reader.position();
            let token = self.tokens.next()?;
            let found = known.iter().find(|(known, _)| *known == canonical(&member));
            let Some((member, accepts)) = found else {
                let near = suggest::nearest(&member, known.iter().map(|(known, _)| *known));
                let did = suggest::sentence(&near).map_or_else(String::new, |it| format!(" {it}"));
                return Err(at(position, name, &format!("unknown field [{member}]{did}")));
            };
            if !accepts.token(&token) {
                let kind = token.wire_name();
                let message = format!("{member} doesn't support values of type: {kind}");
                return Err(at(self.tokens.reader.position(), name, &message));
            }
            take(self, member, &token).map_err(|cause| {
                let message = format!("failed to parse field [{member}]");
                at(self.tokens.reader.position(), name, &message).caused_by(cause)
            })?;
        }
        Ok(())
    }

    fn actions(&mut self, token: &Token<'a>) -> Result<Vec<Option<Given>>, ErrorCause> {
        if *token == Token::StartObject {
            return Ok(vec![self.action(token)?]);
        }
        let mut actions = Vec::new();
        loop {
            match self.tokens.next()? {
                Token::EndArray => return Ok(actions),
                Token::StartArray => {
                    let reason = "expected value but got [START_ARRAY]";
                    return Err(ErrorCause::new(ErrorType::IllegalState, reason));
                }
                token => actions.push(self.action(&token)?),
            }
        }
    }

    /// One action; none where the object is empty.
    fn action(&mut self, first: &Token<'a>) -> Result<Option<Given>, ErrorCause> {
        const NAME: &str = "alias_action";
        if *first != Token::StartObject {
            let token = self.tokens.next()?;
            if token != Token::StartObject {
                return Err(self.no_object(NAME, &token));
            }
        }
        let mut found: Vec<Given> = Vec::new();
        self.members(NAME, ACTION, |parser, member, _| {
            let given = parser.given(Kind::of(member))?;
            found.retain(|other| other.kind != given.kind);
            found.push(given);
            if found.len() == ACTION.len() { Err(too_many()) } else { Ok(()) }
        })?;
        if found.len() > 1 {
            return Err(too_many());
        }
        Ok(found.pop())
    }

    fn given(&mut self, kind: Kind) -> Result<Given, ErrorCause> {
        let mut given =
            Given { kind, indices: Vec::new(), aliases: Vec::new(), properties: Object::new() };
        self.members(kind.name(), kind.members(), |parser, member, token| {
            match member {
                "index" | "indices" => given.set_indices(member, parser.texts(token)?)?,
                "alias" | "aliases" => given.set_aliases(member, parser.texts(token)?)?,
                other => {
                    let value = parser.property(other, token)?;
                    given.properties.insert(other, value);
                }
            }
            Ok(())
        })?;
        Ok(given)
    }

    fn property(&mut self, member: &str, token: &Token<'a>) -> Result<Json, ErrorCause> {
        match token {
            Token::String if member.ends_with("routing") => self.tokens.text().map(Json::from),
            Token::String => boolean(&self.tokens.text()?),
            other => self.tokens.whole(other),
        }
    }

    /// A text, or texts; other scalars among them count as their text.
    fn texts(&mut self, token: &Token<'a>) -> Result<Vec<String>, ErrorCause> {
        if *token == Token::String {
            return Ok(vec![self.tokens.text()?]);
        }
        let mut texts = Vec::new();
        loop {
            let text = match self.tokens.next()? {
                Token::EndArray => return Ok(texts),
                Token::String => self.tokens.text()?,
                Token::Number(number) => number.to_owned(),
                Token::Bool(value) => value.to_string(),
                other => {
                    return Err(no_text(
                        &other,
                        self.tokens.reader.position(),
                        self.tokens.version,
                    ));
                }
            };
            texts.push(text);
        }
    }
}

/// A member that is sent under one of its older names.
fn canonical(member: &str) -> &str {
    match member {
        "indexRouting" | "index-routing" => "index_routing",
        "searchRouting" | "search-routing" => "search_routing",
        other => other,
    }
}

fn too_many() -> ErrorCause {
    let reason = "Failed to build [alias_action] after last required field arrived";
    let cause = illegal_argument("Too many operations declared on operation entry");
    ErrorCause::new(ErrorType::XContentParse, reason).caused_by(cause)
}
