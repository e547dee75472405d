//! What the mapping of an index refuses in a document (contract DO-4.3-9 to DO-4.3-12).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType},
    json::{Json, Object, Position, Quoted, Reader, Token},
};

use super::mapped_values::refusal;
use crate::{body::Asked, java_text::java_text};

/// Whether a mapping says anything that a document is held against.
pub(super) fn says_something(mappings: &Object) -> bool {
    mappings.contains("properties") || is_strict(mappings) == Some(true)
}

/// Refuses a document with a value that its field cannot have.
///
/// # Errors
/// With Elasticsearch's exception, of the first such value.
pub(super) fn check(
    mappings: &Object,
    id: &str,
    text: &[u8],
    quoted: Quoted,
    version: Version,
) -> Result<(), ErrorCause> {
    if !says_something(mappings) {
        return Ok(());
    }
    let mut walk = Walk { reader: Reader::new(text).quoting(quoted), id, version };
    walk.next()?;
    let root = Scope {
        path: String::new(),
        mapping: Some(mappings),
        is_strict: is_strict(mappings).unwrap_or(false),
    };
    walk.object(&root)
}

/// Whether `dynamic` refuses members that the mapping does not name; `None` if it says nothing.
fn is_strict(mapping: &Object) -> Option<bool> {
    mapping.get("dynamic").map(|dynamic| dynamic.as_str() == Some("strict"))
}

/// An object of the document, and what its mapping says.
struct Scope<'m> {
    path: String,
    /// `None` where nothing is known of what is within.
    mapping: Option<&'m Object>,
    is_strict: bool,
}

/// What a member of an object is.
enum Member<'m> {
    Object(Scope<'m>),
    Field {
        path: String,
        mapping: &'m Object,
    },
    /// The mapping does not name it; whether it may be there.
    Unmapped {
        within: String,
        name: String,
        is_refused: bool,
    },
    /// Nobody looks at it.
    Ignored,
}

impl<'m> Scope<'m> {
    /// The member of that name, which may be a path.
    fn member(&self, name: &str) -> Member<'m> {
        let (first, rest) = name.split_once('.').map_or((name, None), |(a, b)| (a, Some(b)));
        let Some(mapping) = self.mapping else { return Member::Ignored };
        let properties = mapping.get("properties").and_then(Json::as_object);
        let found = properties.and_then(|properties| properties.get(first));
        let Some(found) = found.and_then(Json::as_object) else {
            let is_refused = self.is_strict;
            let (within, name) = (self.path.clone(), first.to_owned());
            return Member::Unmapped { within, name, is_refused };
        };
        let path =
            if self.path.is_empty() { first.to_owned() } else { format!("{}.{first}", self.path) };
        let kind = found.get("type").and_then(Json::as_str).unwrap_or("object");
        if !["object", "nested"].contains(&kind) {
            return if rest.is_some() {
                Member::Ignored
            } else {
                Member::Field { path, mapping: found }
            };
        }
        if found.get("enabled").is_some_and(|it| it.as_bool() == Some(false)) {
            return Member::Ignored;
        }
        let is_strict = is_strict(found).unwrap_or(self.is_strict);
        let scope = Scope { path, mapping: Some(found), is_strict };
        match rest {
            Some(rest) => scope.member(rest),
            None => Member::Object(scope),
        }
    }
}

struct Walk<'t> {
    reader: Reader<'t>,
    id: &'t str,
    version: Version,
}

impl<'t> Walk<'t> {
    fn next(&mut self) -> Result<Token<'t>, ErrorCause> {
        self.reader.next_token().map_err(|error| Asked::Token.error(&error, self.version))
    }

    fn whole(&mut self, token: &Token<'t>) -> Result<Json, ErrorCause> {
        self.reader.value(token).map_err(|error| Asked::Inside.error(&error, self.version))
    }

    /// The members of an object whose `{` has been read.
    fn object(&mut self, scope: &Scope<'_>) -> Result<(), ErrorCause> {
        while let Token::Name(name) = self.next()? {
            let member = scope.member(&name);
            let token = self.next()?;
            self.value(&member, Some(&name), &token)?;
        }
        Ok(())
    }

    /// A value of a member; without a name it is an element of a list.
    fn value(
        &mut self,
        member: &Member<'_>,
        name: Option<&str>,
        token: &Token<'t>,
    ) -> Result<(), ErrorCause> {
        let at = self.reader.position();
        match (member, token) {
            (Member::Unmapped { within, name, is_refused: true }, _) => {
                let within = if within.is_empty() { "_doc" } else { within };
                let what = format!("dynamic introduction of [{name}] within [{within}]");
                let reason = format!("[{at}] mapping set to strict, {what} is not allowed");
                Err(ErrorCause::new(ErrorType::StrictDynamicMapping, reason))
            }
            (Member::Unmapped { .. } | Member::Ignored, _) => self.whole(token).map(drop),
            (Member::Object(_) | Member::Field { .. }, Token::Null) => Ok(()),
            (Member::Object(_) | Member::Field { .. }, Token::StartArray) => loop {
                let element = self.next()?;
                if element == Token::EndArray {
                    return Ok(());
                }
                self.value(member, None, &element)?;
            },
            (Member::Object(scope), Token::StartObject) => self.object(scope),
            (Member::Object(scope), _) => {
                let name = name.map_or("null", |name| name.rsplit('.').next().unwrap_or(name));
                let path = &scope.path;
                Err(ErrorCause::new(
                    ErrorType::DocumentParsing,
                    format!(
                        "[{at}] object mapping for [{path}] tried to parse field [{name}] as object, but found a concrete value"
                    ),
                ))
            }
            (Member::Field { path, mapping }, token) => self.field(path, mapping, token, at),
        }
    }

    /// A value of a field, and of the fields within it.
    fn field(
        &mut self,
        path: &str,
        mapping: &Object,
        token: &Token<'t>,
        at: Position,
    ) -> Result<(), ErrorCause> {
        let text = match token {
            Token::String => {
                let text = self.reader.text();
                let text = text.map_err(|error| Asked::Text.error(&error, self.version))?;
                Some(text.into_owned())
            }
            Token::Number(number) => Some((*number).to_owned()),
            Token::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        let within = mapping.get("fields").and_then(Json::as_object);
        let within = within
            .into_iter()
            .flat_map(Object::iter)
            .filter_map(|(name, value)| Some((format!("{path}.{name}"), value.as_object()?)));
        for (path, mapping) in std::iter::once((path.to_owned(), mapping)).chain(within) {
            let kind = mapping.get("type").and_then(Json::as_str).unwrap_or_default();
            let text = text.as_deref();
            if let Some(cause) = refusal(&self.reader, kind, mapping, token, text, self.version) {
                return Err(self.refused(&path, kind, token, text, at, cause));
            }
        }
        if text.is_none() { self.whole(token).map(drop) } else { Ok(()) }
    }

    fn refused(
        &mut self,
        path: &str,
        kind: &str,
        token: &Token<'t>,
        text: Option<&str>,
        at: Position,
        cause: ErrorCause,
    ) -> ErrorCause {
        // The value is read once more, so an object is told at its end.
        let (preview, at) = match (text, token) {
            (Some(text), Token::String | Token::Bool(_)) => (text.to_owned(), at),
            (scalar, _) => match self.whole(token) {
                Ok(value) if scalar.is_some() => (java_text(&value), at),
                Ok(value) => (java_text(&value.in_java_map_order()), self.reader.position()),
                Err(error) => return error,
            },
        };
        let id = self.id;
        let reason = format!(
            "[{at}] failed to parse field [{path}] of type [{kind}] in document with id '{id}'. Preview of field's value: '{preview}'"
        );
        ErrorCause::new(ErrorType::DocumentParsing, reason).caused_by(cause)
    }
}
