//! Documents of state as text: values out of JSON and YAML, and where in the text they stand.

use api_types::json::{Json, Object, Reader, Token};
use serde_saphyr::{Location, Spanned};

use super::{End, Language};
use crate::security::{
    Security, SecurityWrong as Wrong,
    node::{Node, parse_large, wrong},
};

/// A document of a server is so many levels deep in a document of state, or less.
const DEEPER: usize = 8;

/// Where the values of a text stand; looked for only when they are asked for.
pub(super) enum Places<'a> {
    Json(&'a str),
    Yaml(Spanned<Node>),
}

/// Reads a text. An empty one is an empty object.
pub(super) fn read(text: &str, language: Language) -> Result<(Json, Places<'_>), Wrong> {
    match language {
        Language::Json => {
            let value = read_json(text).map_err(|error| {
                let place = |number: usize| u64::try_from(number).unwrap_or_default();
                let position = error.position;
                (Some((place(position.line), place(position.column))), error.message)
            })?;
            Ok((value, Places::Json(text)))
        }
        Language::Yaml => {
            let node = parse_large(text)?;
            Ok((value(&node)?, Places::Yaml(node)))
        }
    }
}

fn read_json(text: &str) -> Result<Json, api_types::json::ReadError> {
    let mut reader = Reader::new(text.as_bytes()).deeper(DEEPER);
    let first = reader.next_token()?;
    let value = reader.value(&first)?;
    reader.end()?;
    Ok(value)
}

/// A node without its places.
fn value(node: &Spanned<Node>) -> Result<Json, Wrong> {
    Ok(match &node.value {
        Node::Null => Json::Null,
        Node::Bool(value) => Json::Bool(*value),
        Node::Number(number) => number.clone(),
        Node::Text(text) => Json::from(text.clone()),
        Node::List(elements) => elements.iter().map(value).collect::<Result<_, _>>()?,
        Node::Members(members) => {
            let mut object = Object::new();
            for (name, member) in members {
                if object.contains(&name.value) {
                    let message = format!("[{}] is there twice", name.value);
                    return Err(wrong(name.referenced, message));
                }
                object.insert(name.value.clone(), value(member)?);
            }
            object.into()
        }
    })
}

impl Places<'_> {
    /// Line and column of what is at the path; the nearest thing around it that there is.
    pub(super) fn find(&self, path: &[String], end: End) -> Option<(u64, u64)> {
        match self {
            Self::Json(text) => {
                let mut reader = Reader::new(text.as_bytes()).deeper(DEEPER);
                let first = reader.next_token().ok()?;
                let (line, column) = find_json(&mut reader, &first, path, end)?;
                Some((u64::try_from(line).ok()?, u64::try_from(column).ok()?))
            }
            Self::Yaml(node) => {
                let place = find_node(node, path, end);
                (place.line() > 0).then(|| (place.line(), place.column()))
            }
        }
    }
}

fn find_json<'a>(
    reader: &mut Reader<'a>,
    first: &Token<'a>,
    path: &[String],
    end: End,
) -> Option<(usize, usize)> {
    let here = reader.position();
    let here = Some((here.line, here.column));
    let Some((wanted, rest)) = path.split_first() else { return here };
    let mut index = 0;
    loop {
        let token = match first {
            Token::StartObject | Token::StartArray => reader.next_token().ok()?,
            _ => return here,
        };
        let (is_wanted, at, token) = match token {
            Token::EndObject | Token::EndArray | Token::End => return here,
            Token::Name(name) => {
                let at = reader.position();
                (name == wanted.as_str(), at, reader.next_token().ok()?)
            }
            element => {
                index += 1;
                ((index - 1).to_string() == *wanted, reader.position(), element)
            }
        };
        if is_wanted && rest.is_empty() && end == End::Name {
            return Some((at.line, at.column));
        }
        if is_wanted {
            return find_json(reader, &token, rest, end);
        }
        reader.value(&token).ok()?;
    }
}

fn find_node(node: &Spanned<Node>, path: &[String], end: End) -> Location {
    let Some((wanted, rest)) = path.split_first() else { return node.referenced };
    match &node.value {
        Node::Members(members) => match members.iter().find(|(name, _)| name.value == *wanted) {
            Some((name, _)) if rest.is_empty() && end == End::Name => name.referenced,
            Some((_, member)) => find_node(member, rest, end),
            None => node.referenced,
        },
        Node::List(elements) => {
            let element = wanted.parse().ok().and_then(|index: usize| elements.get(index));
            element.map_or(node.referenced, |element| find_node(element, rest, end))
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => node.referenced,
    }
}

/// Users, roles, keys and tokens. Where they are wrong, `text` is read again for the place.
pub(super) fn security(sections: Object, text: &str) -> Result<Security, Wrong> {
    Security::of_sections(unplaced(&sections.into())).or_else(|wrong| {
        let Ok(Spanned { value: Node::Members(members), referenced, defined }) = parse_large(text)
        else {
            return Err(wrong);
        };
        let of_users = members.into_iter().filter(|(name, _)| Security::has_section(&name.value));
        let value = Node::Members(of_users.collect());
        Security::of_sections(Spanned { value, referenced, defined })
    })
}

fn unplaced(value: &Json) -> Spanned<Node> {
    let node = match value {
        Json::Null => Node::Null,
        Json::Bool(value) => Node::Bool(*value),
        Json::Number(_) => Node::Number(value.clone()),
        Json::String(text) => Node::Text(text.to_string()),
        Json::Array(elements) => Node::List(elements.iter().map(unplaced).collect()),
        Json::Object(object) => {
            let member = |(name, value): (&str, &Json)| (nowhere(name.to_owned()), unplaced(value));
            Node::Members(object.iter().map(member).collect())
        }
    };
    nowhere(node)
}

const fn nowhere<T>(value: T) -> Spanned<T> {
    Spanned { value, referenced: Location::UNKNOWN, defined: Location::UNKNOWN }
}
