//! The values at a dotted path of a document: arrays do not count, and a name may hold dots.

use api_types::json::{Json, Object};

/// Whether a value at the path passes; nulls, objects and empty arrays are none.
pub(super) fn any_at<'d>(
    object: &'d Object,
    path: &str,
    test: &mut dyn FnMut(&'d Json) -> bool,
) -> bool {
    if object.get(path).is_some_and(|value| any_in(value, test)) {
        return true;
    }
    path.match_indices('.').any(|(at, _)| {
        let (first, rest) = path.split_at(at);
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        object.get(first).is_some_and(|value| any_below(value, rest, test))
    })
}

fn any_in<'d>(value: &'d Json, test: &mut dyn FnMut(&'d Json) -> bool) -> bool {
    match value {
        Json::Null | Json::Object(_) => false,
        Json::Array(elements) => elements.iter().any(|element| any_in(element, test)),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => test(value),
    }
}

fn any_below<'d>(value: &'d Json, rest: &str, test: &mut dyn FnMut(&'d Json) -> bool) -> bool {
    match value {
        Json::Object(object) => any_at(object, rest, test),
        Json::Array(elements) => elements.iter().any(|element| any_below(element, rest, test)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

/// Whether there is a value anywhere below an object at the path.
pub(super) fn any_within(object: &Object, path: &str) -> bool {
    let found = object.get(path).is_some_and(|value| holds_value(value, Place::Member));
    found
        || path.match_indices('.').any(|(at, _)| {
            let (first, rest) = path.split_at(at);
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            object.get(first).is_some_and(|value| within_below(value, rest))
        })
        || object.iter().any(|(name, value)| {
            let below = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
            below.is_some() && holds_value(value, Place::Below)
        })
}

fn within_below(value: &Json, rest: &str) -> bool {
    match value {
        Json::Object(object) => any_within(object, rest),
        Json::Array(elements) => elements.iter().any(|element| within_below(element, rest)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

/// Where a value stands: it is the one asked for, or it is below that one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Member,
    Below,
}

fn holds_value(value: &Json, place: Place) -> bool {
    match value {
        Json::Null => false,
        Json::Array(elements) => elements.iter().any(|element| holds_value(element, place)),
        Json::Object(object) => object.iter().any(|(_, value)| holds_value(value, Place::Below)),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => place == Place::Below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(document: &str, path: &str) -> String {
        let Ok(Json::Object(object)) = Json::parse(document.as_bytes()) else {
            panic!("{document}")
        };
        let mut found = Vec::new();
        any_at(&object, path, &mut |value| {
            found.push(value.to_compact());
            false
        });
        found.join(" ")
    }

    // Expected values: arrays have no type of their own, and a name with dots is a path
    // (documentation of arrays and of the object type).
    #[test]
    fn arrays_do_not_count_and_names_may_hold_dots() {
        assert_eq!(at(r#"{"a":{"b":1}}"#, "a.b"), "1");
        assert_eq!(at(r#"{"a.b":1,"a":{"b":[2,[3,null]]}}"#, "a.b"), "1 2 3");
        assert_eq!(at(r#"{"a":[{"b":{"c":1}},{"b.c":2},{"b":[{"c":3}]}]}"#, "a.b.c"), "1 2 3");
        assert_eq!(at(r#"{"a":{"b":{"c":1}}}"#, "a.b"), "");
        assert_eq!(at(r#"{"a":null}"#, "a"), "");
    }

    #[test]
    fn an_object_is_there_if_a_value_is_below_it() {
        let within = |document: &str, path: &str| {
            let Ok(Json::Object(object)) = Json::parse(document.as_bytes()) else {
                panic!("{document}")
            };
            any_within(&object, path)
        };
        assert!(within(r#"{"a":{"b":1}}"#, "a"));
        assert!(within(r#"{"a":[{"b":{"c":[1]}}]}"#, "a.b"));
        assert!(within(r#"{"a.b":1}"#, "a"));
        assert!(!within(r#"{"a":{"b":null,"c":[]}}"#, "a"));
        assert!(!within(r#"{"a":1}"#, "a"));
    }
}
