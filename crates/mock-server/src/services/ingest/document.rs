//! What processors do to the document that they work on (contract DO-9-9).

use api_types::{
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object},
};

use super::config::java_class;

fn not_present(key: &str, path: &str) -> ErrorCause {
    illegal_argument(format!("field [{key}] not present as part of path [{path}]"))
}

/// `cannot resolve [b] from null as part of path [a.b]` and the like.
fn cannot(act: &str, key: &str, value: &Json, path: &str) -> ErrorCause {
    let from = match value {
        Json::Null => "null".to_owned(),
        other => format!("object of type [{}]", java_class(other)),
    };
    illegal_argument(format!("cannot {act} [{key}] from {from} as part of path [{path}]"))
}

/// Whether the exception of a key that is no number has its cause beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parsed {
    WithCause,
    Alone,
}

/// The place in a list that a key names.
fn place(key: &str, length: usize, path: &str, parsed: Parsed) -> Result<usize, ErrorCause> {
    let Ok(place) = key.parse::<i32>() else {
        let reason = format!(
            "[{key}] is not an integer, cannot be used as an index as part of path [{path}]"
        );
        let cause =
            ErrorCause::new(ErrorType::NumberFormat, format!("For input string: \"{key}\""));
        return Err(match parsed {
            Parsed::WithCause => illegal_argument(reason).caused_by(cause),
            Parsed::Alone => illegal_argument(reason),
        });
    };
    usize::try_from(place).ok().filter(|place| *place < length).ok_or_else(|| {
        illegal_argument(format!(
            "[{place}] is out of bounds for array with length [{length}] as part of path [{path}]"
        ))
    })
}

/// The value that a key names within another.
fn resolve<'v>(value: &'v mut Json, key: &str, path: &str) -> Result<&'v mut Json, ErrorCause> {
    match value {
        Json::Object(members) => members.get_mut(key).ok_or_else(|| not_present(key, path)),
        Json::Array(elements) => {
            let place = place(key, elements.len(), path, Parsed::Alone)?;
            elements.get_mut(place).ok_or_else(|| not_present(key, path))
        }
        other => Err(cannot("resolve", key, other, path)),
    }
}

/// Removes what a path names.
///
/// # Errors
/// If there is no such thing, unless that is to be ignored.
pub(super) fn remove(
    members: &mut Object,
    path: &str,
    ignore_missing: bool,
) -> Result<(), ErrorCause> {
    let mut document = Json::Object(std::mem::take(members));
    let outcome = remove_within(&mut document, path);
    if let Json::Object(document) = document {
        *members = document;
    }
    if ignore_missing { Ok(()) } else { outcome }
}

fn remove_within(document: &mut Json, path: &str) -> Result<(), ErrorCause> {
    let (parents, leaf) = path.rsplit_once('.').unwrap_or(("", path));
    let parents = parents.split('.').filter(|key| !key.is_empty());
    let parent = parents.into_iter().try_fold(document, |value, key| resolve(value, key, path))?;
    match parent {
        Json::Object(members) => {
            members.remove(leaf).map(drop).ok_or_else(|| not_present(leaf, path))
        }
        Json::Array(elements) => {
            let place = place(leaf, elements.len(), path, Parsed::WithCause)?;
            elements.remove(place);
            Ok(())
        }
        other => Err(cannot("remove", leaf, other, path)),
    }
}

/// Whether something other than null is where a path leads.
fn has_value(members: &Object, path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let mut found = members.get(first);
    for key in rest.into_iter().flat_map(|rest| rest.split('.')) {
        found = match found {
            Some(Json::Object(members)) => members.get(key),
            Some(Json::Array(elements)) => {
                key.parse::<usize>().ok().and_then(|place| elements.get(place))
            }
            _ => None,
        };
    }
    found.is_some_and(|value| !value.is_null())
}

/// Writes a value where a path leads, over what is there only if that is wanted. Objects on the way
/// are made.
///
/// # Errors
/// If something on the way cannot hold anything.
pub(super) fn set(
    members: &mut Object,
    path: &str,
    value: &Json,
    overrides: bool,
) -> Result<(), ErrorCause> {
    if !overrides && has_value(members, path) {
        return Ok(());
    }
    let mut document = Json::Object(std::mem::take(members));
    let outcome = set_within(&mut document, path, path, value);
    if let Json::Object(document) = document {
        *members = document;
    }
    outcome
}

fn set_within(parent: &mut Json, rest: &str, path: &str, value: &Json) -> Result<(), ErrorCause> {
    let Some((key, rest)) = rest.split_once('.') else { return put(parent, rest, path, value) };
    match parent {
        Json::Object(members) => {
            if !members.contains(key) {
                insert(members, key, Json::Object(Object::new()));
            }
            let child = members.get_mut(key).ok_or_else(|| not_present(key, path))?;
            set_within(child, rest, path, value)
        }
        Json::Array(elements) => {
            let place = place(key, elements.len(), path, Parsed::WithCause)?;
            let child = elements.get_mut(place).ok_or_else(|| not_present(key, path))?;
            set_within(child, rest, path, value)
        }
        other => Err(cannot("resolve", key, other, path)),
    }
}

fn put(parent: &mut Json, leaf: &str, path: &str, value: &Json) -> Result<(), ErrorCause> {
    match parent {
        Json::Object(members) => insert(members, leaf, value.clone()),
        Json::Array(elements) => {
            let place = place(leaf, elements.len(), path, Parsed::WithCause)?;
            if let Some(element) = elements.get_mut(place) {
                *element = value.clone();
            }
        }
        Json::Null => {
            let reason = format!("cannot set [{leaf}] with null parent as part of path [{path}]");
            return Err(illegal_argument(reason));
        }
        other => {
            let class = java_class(other);
            return Err(illegal_argument(format!(
                "cannot set [{leaf}] with parent object of type [{class}] as part of path [{path}]"
            )));
        }
    }
    Ok(())
}

/// Adds a member to a Java map.
fn insert(members: &mut Object, name: &str, value: Json) {
    members.insert(name.to_owned(), value);
    *members = std::mem::take(members).in_java_map_order_outside();
}
