//! A YAML or JSON file as values with their places.
//!
//! The usual way of reading YAML into types names the offending values in its messages. Here they
//! may be passwords, so values are read first and understood afterwards, and no message holds one.

use std::fmt;

use api_types::json::{Json, Number};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{DuplicateKeyPolicy, Location, Options, Spanned};

/// A value of the file.
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Json),
    Text(String),
    List(Vec<Spanned<Self>>),
    Members(Vec<(Spanned<String>, Spanned<Self>)>),
}

impl Node {
    /// What it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Members(_) => "an object",
        }
    }
}

/// What is wrong, and where.
pub(crate) type Wrong = (Option<(u64, u64)>, String);

/// What is wrong at a place.
pub(crate) fn wrong(place: Location, message: impl Into<String>) -> Wrong {
    let position = (place.line() > 0).then(|| (place.line(), place.column()));
    (position, message.into())
}

/// Reads a file.
pub(crate) fn parse(text: &str) -> Result<Spanned<Node>, Wrong> {
    parse_with(text, Options::default())
}

/// Reads a file of any size.
pub(crate) fn parse_large(text: &str) -> Result<Spanned<Node>, Wrong> {
    let mut options = Options::default();
    if let Some(budget) = &mut options.budget {
        budget.max_events = usize::MAX;
        budget.max_nodes = usize::MAX;
        budget.max_total_scalar_bytes = usize::MAX;
    }
    parse_with(text, options)
}

fn parse_with(text: &str, mut options: Options) -> Result<Spanned<Node>, Wrong> {
    options.strict_booleans = true;
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let message = "this is neither YAML nor JSON; a text that begins with a special character needs quotes";
        match error.location() {
            Some(place) => wrong(place, message),
            None => (None, message.to_owned()),
        }
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

fn integer(digits: &str) -> Node {
    Node::Number(Number::parse(digits).map_or(Json::Null, Json::Number))
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(Json::from(value)))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(integer(&value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(integer(&value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(integer(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(Json::Number(Number::from(value))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Node::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Node::Members(members))
    }
}

/// The members of an object, taken one by one.
pub(crate) struct Members {
    /// What the object is, `a user`.
    what: &'static str,
    pub(crate) place: Location,
    members: Vec<(Spanned<String>, Spanned<Node>)>,
}

impl Members {
    /// An object that has no other members than these, and none twice.
    pub(crate) fn of(
        node: Spanned<Node>,
        what: &'static str,
        allowed: &[&str],
    ) -> Result<Self, Wrong> {
        let place = node.referenced;
        let Node::Members(members) = node.value else {
            let message = format!("{what} must be an object, this is {}", node.value.kind());
            return Err(wrong(
                place,
                format!("{message}; allowed members: {}", allowed.join(", ")),
            ));
        };
        for (index, (name, _)) in members.iter().enumerate() {
            if !allowed.contains(&name.value.as_str()) {
                return Err(wrong(name.referenced, unknown_member(&name.value, what, allowed)));
            }
            let before = members.get(..index).unwrap_or_default();
            if before.iter().any(|(other, _)| other.value == name.value) {
                let message = format!("[{}] is there twice", name.value);
                return Err(wrong(name.referenced, message));
            }
        }
        Ok(Self { what, place, members })
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Spanned<Node>> {
        let index = self.members.iter().position(|(known, _)| known.value == name)?;
        Some(self.members.remove(index).1)
    }

    /// A text that may be left out.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<Spanned<String>>, Wrong> {
        self.take(name).map(|node| text(node, name)).transpose()
    }

    /// A text that must be there and may not be empty.
    pub(crate) fn required(&mut self, name: &str) -> Result<Spanned<String>, Wrong> {
        let Some(found) = self.text(name)? else {
            return Err(wrong(self.place, format!("{} needs [{name}]", self.what)));
        };
        if found.value.is_empty() {
            return Err(wrong(found.referenced, format!("[{name}] is empty")));
        }
        Ok(found)
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Result<bool, Wrong> {
        match self.take(name) {
            None => Ok(false),
            Some(Spanned { value: Node::Bool(value), .. }) => Ok(value),
            Some(other) => Err(wrong(other.referenced, format!("[{name}] must be true or false"))),
        }
    }

    /// A list that may be left out.
    pub(crate) fn list(&mut self, name: &str) -> Result<Option<Vec<Spanned<Node>>>, Wrong> {
        match self.take(name) {
            None => Ok(None),
            Some(Spanned { value: Node::List(elements), .. }) => Ok(Some(elements)),
            Some(other) => {
                let message = format!("[{name}] must be a list, this is {}", other.value.kind());
                Err(wrong(other.referenced, message))
            }
        }
    }

    /// A list of texts that may be left out.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<Spanned<String>>>, Wrong> {
        let Some(elements) = self.list(name)? else { return Ok(None) };
        elements.into_iter().map(|element| text(element, name)).collect::<Result<_, _>>().map(Some)
    }
}

fn text(node: Spanned<Node>, name: &str) -> Result<Spanned<String>, Wrong> {
    match node.value {
        Node::Text(value) => {
            Ok(Spanned { value, referenced: node.referenced, defined: node.defined })
        }
        Node::Null | Node::Bool(_) | Node::Number(_) => {
            let kind = node.value.kind();
            let message = format!("[{name}] must be a text, this is {kind}; put it in quotes");
            Err(wrong(node.referenced, message))
        }
        Node::List(_) | Node::Members(_) => {
            let message = format!("[{name}] must be a text, this is {}", node.value.kind());
            Err(wrong(node.referenced, message))
        }
    }
}

/// A member that an object does not have. Where a colon was forgotten its name holds the value, so
/// only names that look like one are shown.
fn unknown_member(name: &str, what: &str, allowed: &[&str]) -> String {
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(&byte));
    if is_name && !crate::suggest::nearest(name, allowed.iter().copied()).is_empty() {
        return unknown(name, "is not a member of", what, allowed);
    }
    format!("this is not a member of {what}; allowed: {}", allowed.join(", "))
}

/// A word that is none of the allowed ones, with the nearest of them.
pub(crate) fn unknown(word: &str, problem: &str, what: &str, allowed: &[&str]) -> String {
    let near = crate::suggest::nearest(word, allowed.iter().copied());
    let did_you_mean = near.first().map(|near| format!(" (did you mean [{near}]?)"));
    format!(
        "[{word}] {problem} {what}{}; allowed: {}",
        did_you_mean.unwrap_or_default(),
        allowed.join(", ")
    )
}
