//! A document is read and held against the mapping of its index: what the mapping refuses, and what
//! the document adds to it (contract DO-4.3-9 to DO-4.3-19).

use std::borrow::Cow;

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object, Position, Quoted, Token},
};

use super::{
    added::{Added, Limits},
    detection::Detection,
    mapped_values::refusal,
    parse::{self, Tokens, inside, parsing},
};
use crate::{
    call::Context,
    error::ApiError,
    java_text::java_text,
    store::{Index, is_of_template},
};

/// Reads a document that is to be stored in an index, and adds to the mapping of the index what the
/// document adds; that stays even if the document is not stored then (contract DO-4.3-14).
///
/// # Errors
/// With Elasticsearch's exception, of the first thing that is wrong with the document.
pub(super) fn take(
    context: &mut Context<'_>,
    index: &str,
    id: &str,
    text: &[u8],
    quoted: Quoted,
) -> Result<(), ApiError> {
    let read = read(context.store.index(index)?, id, text, quoted, context.version)?;
    if let Some(mappings) = read {
        context.store.index_mut(index)?.mappings = mappings;
    }
    Ok(())
}

/// Makes of the documents of an index what they would have added to its mapping, had they been
/// written in the order of their numbers. One that the mapping refuses adds nothing.
pub(crate) fn add_all(index: &mut Index) {
    let mut documents: Vec<_> = index.shared_documents().cloned().collect();
    documents.sort_unstable_by_key(|document| document.seq_no);
    for document in documents {
        let (id, text) = (&document.id, document.serialised());
        if let Ok(Some(mappings)) = read(index, id, text, Quoted::Shown, Version::NEWEST) {
            index.mappings = mappings;
        }
    }
}

/// Reads a document that is to be stored, and gives the mapping that its index has with it; `None`
/// if it adds nothing. The mappings of templates are not known here: nothing is held against them
/// and nothing is added.
///
/// # Errors
/// With Elasticsearch's exception, of the first thing that is wrong with the document.
pub(super) fn read(
    index: &Index,
    id: &str,
    text: &[u8],
    quoted: Quoted,
    version: Version,
) -> Result<Option<Object>, ErrorCause> {
    if is_of_template(&index.name) {
        return parse::check(text, quoted).map(|()| None);
    }
    let mappings = &index.mappings;
    let tokens = Tokens::open(text, quoted)?;
    let limits = Limits::of(&index.settings);
    let mut walk = Walk {
        tokens,
        id,
        version,
        detection: Detection::of(mappings),
        added: Added::new(mappings, limits),
        path: String::new(),
    };
    if is_disabled(mappings) {
        walk.tokens.skip(&Token::StartObject)?;
    } else {
        walk.object(Scope::of(mappings, Dynamic::True))?;
    }
    walk.tokens.close()?;
    walk.added.mapping()
}

/// Whether documents may hold members that the mapping does not name, and what becomes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dynamic {
    /// They become fields.
    True,
    /// They become fields of searches alone.
    Runtime,
    /// Nobody looks at them.
    False,
    /// They are refused.
    Strict,
}

impl Dynamic {
    /// What a mapping says of an object; `None` if it says nothing.
    pub(super) fn of(mapping: &Object) -> Option<Self> {
        let dynamic = mapping.get("dynamic")?;
        Some(match (dynamic.as_bool(), dynamic.as_str()) {
            (Some(false), _) | (_, Some("false")) => Self::False,
            (_, Some("strict")) => Self::Strict,
            (_, Some("runtime")) => Self::Runtime,
            _ => Self::True,
        })
    }
}

/// Whether a parameter is that boolean or its text.
pub(super) fn is(value: &Json, wanted: bool) -> bool {
    value.as_bool() == Some(wanted) || value.as_str() == Some(if wanted { "true" } else { "false" })
}

fn is_disabled(mapping: &Object) -> bool {
    mapping.get("enabled").is_some_and(|enabled| is(enabled, false))
}

/// The type of a field.
fn kind(mapping: &Object) -> &str {
    mapping.get("type").and_then(Json::as_str).unwrap_or("object")
}

/// An object of the document, and what its mapping says.
#[derive(Clone, Copy)]
struct Scope<'m> {
    properties: Option<&'m Object>,
    dynamic: Dynamic,
    /// What is within stands below this object by names with dots, which is not followed.
    is_flat: bool,
}

/// What a member of an object is.
#[derive(Clone, Copy)]
enum Place<'m> {
    Object(Scope<'m>),
    Field(&'m Object),
    /// The mapping does not name it.
    New(Dynamic),
    /// Nobody looks at it.
    Ignored,
}

impl<'m> Scope<'m> {
    fn of(mapping: &'m Object, around: Dynamic) -> Self {
        let subobjects = mapping.get("subobjects");
        Self {
            properties: mapping.get("properties").and_then(Json::as_object),
            dynamic: Dynamic::of(mapping).unwrap_or(around),
            is_flat: subobjects.is_some_and(|it| !is(it, true)),
        }
    }

    /// An object that no mapping names.
    const fn new(dynamic: Dynamic) -> Self {
        Self { properties: None, dynamic, is_flat: false }
    }

    fn place(&self, name: &str) -> Place<'m> {
        if self.is_flat {
            return Place::Ignored;
        }
        let found = self.properties.and_then(|properties| properties.get(name));
        let Some(mapping) = found.and_then(Json::as_object) else {
            return Place::New(self.dynamic);
        };
        match kind(mapping) {
            "object" | "nested" | "passthrough" if is_disabled(mapping) => Place::Ignored,
            "object" | "nested" | "passthrough" => Place::Object(Self::of(mapping, self.dynamic)),
            _ => Place::Field(mapping),
        }
    }
}

struct Walk<'t> {
    tokens: Tokens<'t>,
    id: &'t str,
    version: Version,
    detection: Detection<'t>,
    added: Added<'t>,
    /// Where the walk is, names joined by dots.
    path: String,
}

impl<'t> Walk<'t> {
    /// Goes down to a member.
    fn enter(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    /// The members of an object whose `{` has been read.
    fn object(&mut self, scope: Scope<'_>) -> Result<(), ErrorCause> {
        while let Token::Name(name) = self.tokens.next()? {
            let length = self.path.len();
            parse::check_name(self.tokens.position(), &self.path, &name)?;
            if name.contains('.') && !scope.is_flat {
                self.dotted(scope, &name)?;
            } else {
                let place = scope.place(&name);
                self.enter(&name);
                let token = self.tokens.next()?;
                self.value(place, Some(&name), &token)?;
            }
            self.path.truncate(length);
        }
        Ok(())
    }

    /// A member whose name is a path: each part of it but the last is an object.
    fn dotted(&mut self, scope: Scope<'_>, name: &str) -> Result<(), ErrorCause> {
        let at = self.tokens.position();
        let parts = parse::parts(name).map_err(|cause| inside(at, cause))?;
        let mut scope = scope;
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            let place = scope.place(part);
            self.enter(part);
            if parts.peek().is_none() {
                let token = self.tokens.next()?;
                return self.value(place, Some(part), &token);
            }
            match place {
                Place::Object(within) => scope = within,
                Place::New(dynamic) => match self.new_object(dynamic, at)? {
                    Some(within) => scope = within,
                    None => return self.skip_next(),
                },
                Place::Field(mapping) => {
                    return self.below_field(mapping, &parts.collect::<Vec<_>>(), at);
                }
                Place::Ignored => return self.skip_next(),
            }
        }
        Ok(())
    }

    fn skip_next(&mut self) -> Result<(), ErrorCause> {
        let token = self.tokens.next()?;
        self.tokens.skip(&token)
    }

    /// An object that the mapping does not name; `None` if nobody looks at it.
    fn new_object(
        &mut self,
        dynamic: Dynamic,
        at: Position,
    ) -> Result<Option<Scope<'static>>, ErrorCause> {
        match dynamic {
            Dynamic::Strict => return Err(self.not_allowed(at)),
            Dynamic::False => return Ok(None),
            Dynamic::True if self.detection.has_templates => return Ok(None),
            Dynamic::True => self.added.object(&self.path).map_err(|cause| inside(at, cause))?,
            Dynamic::Runtime => {}
        }
        Ok(Some(Scope::new(dynamic)))
    }

    fn not_allowed(&self, at: Position) -> ErrorCause {
        let (within, name) = self.path.rsplit_once('.').unwrap_or(("_doc", &self.path));
        let what = format!("dynamic introduction of [{name}] within [{within}]");
        let reason = format!("[{at}] mapping set to strict, {what} is not allowed");
        ErrorCause::new(ErrorType::StrictDynamicMapping, reason)
    }

    /// A value of a member; without a name it is an element of a list.
    fn value(
        &mut self,
        place: Place<'_>,
        name: Option<&str>,
        token: &Token<'t>,
    ) -> Result<(), ErrorCause> {
        let at = self.tokens.position();
        match (place, token) {
            (Place::Ignored | Place::New(Dynamic::False), _) => self.tokens.skip(token),
            (Place::New(Dynamic::Strict), _) => Err(self.not_allowed(at)),
            (Place::Field(mapping), Token::Null) => self.refuse_alias(mapping, at),
            (Place::Object(_) | Place::New(_), Token::Null) => Ok(()),
            (_, Token::StartArray) => loop {
                let element = self.tokens.next()?;
                if element == Token::EndArray {
                    return Ok(());
                }
                self.value(place, None, &element)?;
            },
            (Place::New(dynamic), Token::StartObject) => match self.new_object(dynamic, at)? {
                Some(scope) => self.object(scope),
                None => self.tokens.skip(token),
            },
            (Place::New(dynamic), scalar) => self.new_field(dynamic, scalar, at),
            (Place::Object(scope), Token::StartObject) => self.object(scope),
            (Place::Object(_), _) => {
                let (path, name) = (&self.path, name.unwrap_or("null"));
                let message = format!(
                    "object mapping for [{path}] tried to parse field [{name}] as object, but found a concrete value"
                );
                Err(parsing(Some(at), &message))
            }
            (Place::Field(mapping), token) => self.field(mapping, token, at),
        }
    }

    /// Refuses to write to a field that is another name of one.
    fn refuse_alias(&self, mapping: &Object, at: Position) -> Result<(), ErrorCause> {
        if kind(mapping) != "alias" {
            return Ok(());
        }
        let message = format!("Cannot write to a field alias [{}].", self.path);
        Err(parsing(Some(at), &message))
    }

    /// The text of a scalar.
    fn text(&mut self, token: &Token<'t>) -> Result<Option<Cow<'t, str>>, ErrorCause> {
        Ok(match token {
            Token::String => Some(self.tokens.text()?),
            Token::Number(number) => Some(Cow::Borrowed(number)),
            Token::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            _ => None,
        })
    }

    /// A scalar that the mapping does not name makes a field, which then takes it.
    fn new_field(
        &mut self,
        dynamic: Dynamic,
        token: &Token<'t>,
        at: Position,
    ) -> Result<(), ErrorCause> {
        let text = self.text(token)?.unwrap_or_default();
        if self.detection.has_templates || self.detection.is_runtime(&self.path) {
            return Ok(());
        }
        let made = self.detection.made_of(token, &text);
        if dynamic == Dynamic::Runtime {
            return self.added.runtime(&self.path, made).map_err(|cause| inside(at, cause));
        }
        self.added.field(&self.path, made).map_err(|cause| inside(at, cause))?;
        if made.is_number() {
            let (name, mapping) = (made.name(), Object::new());
            return self.held(name, &mapping, token, Some(&text), at);
        }
        Ok(())
    }

    /// A value of a field, and of the fields within it.
    fn field(
        &mut self,
        mapping: &Object,
        token: &Token<'t>,
        at: Position,
    ) -> Result<(), ErrorCause> {
        self.refuse_alias(mapping, at)?;
        let text = self.text(token)?;
        let text = text.as_deref();
        self.held(kind(mapping), mapping, token, text, at)?;
        if let Some(within) = mapping.get("fields").and_then(Json::as_object) {
            let length = self.path.len();
            for (name, mapping) in within.iter() {
                let Some(mapping) = mapping.as_object() else { continue };
                self.enter(name);
                self.held(kind(mapping), mapping, token, text, at)?;
                self.path.truncate(length);
            }
        }
        if text.is_none() { self.tokens.skip(token) } else { Ok(()) }
    }

    /// Refuses a value that a field of that type cannot have.
    fn held(
        &mut self,
        kind: &str,
        mapping: &Object,
        token: &Token<'t>,
        text: Option<&str>,
        at: Position,
    ) -> Result<(), ErrorCause> {
        match refusal(&self.tokens.reader, kind, mapping, token, text, self.version) {
            Some(cause) => Err(self.refused(kind, token, text, at, cause)),
            None => Ok(()),
        }
    }

    fn refused(
        &mut self,
        kind: &str,
        token: &Token<'t>,
        text: Option<&str>,
        at: Position,
        cause: ErrorCause,
    ) -> ErrorCause {
        // The value is read once more, so an object is told at its end.
        let (preview, at) = match (text, token) {
            (Some(text), Token::String | Token::Bool(_)) => (text.to_owned(), at),
            (scalar, _) => match self.tokens.whole(token) {
                Ok(value) if scalar.is_some() => (java_text(&value), at),
                Ok(value) => (java_text(&value.in_java_map_order()), self.tokens.position()),
                Err(_) => return self.not_shown(kind, cause),
            },
        };
        self.told(kind, &preview, at, cause)
    }

    fn told(&self, kind: &str, preview: &str, at: Position, cause: ErrorCause) -> ErrorCause {
        let Self { path, id, .. } = self;
        let message = format!(
            "failed to parse field [{path}] of type [{kind}] in document with id '{id}'. Preview of field's value: '{preview}'"
        );
        parsing(Some(at), &message).caused_by(cause)
    }

    /// The value of a field is refused, and is no JSON either.
    fn not_shown(&self, kind: &str, cause: ErrorCause) -> ErrorCause {
        let Self { path, id, .. } = self;
        let message = format!(
            "failed to parse field [{path}] of type [{kind}] in document with id '{id}'. Could not parse field value preview,"
        );
        parsing(Some(self.tokens.position()), &message).caused_by(cause)
    }

    /// A name with dots that goes on below a field: the field is given an object (contract
    /// DO-4.3-16).
    fn below_field(
        &mut self,
        mapping: &Object,
        rest: &[&str],
        at: Position,
    ) -> Result<(), ErrorCause> {
        self.refuse_alias(mapping, at)?;
        let kind = kind(mapping);
        let asked = |what: &str| {
            let reason = format!("Can't get {what} on a START_OBJECT at {at}");
            ErrorCause::new(ErrorType::IllegalState, reason)
        };
        let cause = match kind {
            "long" | "integer" | "short" | "byte" | "double" | "float" | "half_float" => {
                illegal_argument("Cannot parse object as number")
            }
            "boolean" => asked("boolean value"),
            "date" | "keyword" | "text" => asked("text"),
            _ => return self.skip_next(),
        };
        let token = self.tokens.next()?;
        let Ok(value) = self.tokens.whole(&token) else { return Err(self.not_shown(kind, cause)) };
        let wrap = |value, name: &&str| Json::Object(Object::new().with((*name).to_owned(), value));
        let whole = rest.iter().rev().fold(value, wrap);
        let preview = java_text(&whole.in_java_map_order());
        Err(self.told(kind, &preview, self.tokens.position(), cause))
    }
}
