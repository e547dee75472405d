//! Mappings of indices (contract DO-6.6).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{
    Names,
    mapping_parse::{parse, sorted},
    mappings_of,
};
use crate::{
    call::Context,
    error::ApiError,
    reply::Reply,
    store::{MappedDocuments, Store},
};

/// `indices.get_mapping`
pub(crate) fn get_mapping(store: &Store, names: &Names) -> Result<Reply, ApiError> {
    let mut answer = Object::new();
    for index in names.indices(store)? {
        let mappings = mappings_of(index, names.operation)?;
        answer.insert(index.name.clone(), Object::new().with("mappings", mappings));
    }
    Ok(Reply::value(200, answer))
}

/// `indices.put_mapping`
pub(crate) fn put_mapping(
    context: &mut Context<'_>,
    names: &Names,
    given: &Object,
) -> Result<Reply, ApiError> {
    let indices = names.resolve(context.store)?;
    let given = parse(given)?;
    let mut merged = Vec::new();
    for name in indices {
        let index = context.store.index(&name)?;
        mappings_of(index, names.operation)?;
        let mappings = &index.mappings;
        check(mappings, &given, "")?;
        merged.push((name, grown(mappings, given.clone())));
    }
    let says_dynamic = says_dynamic(&given);
    for (name, mappings) in merged {
        let index = context.store.index_mut(&name)?;
        index.mappings = mappings;
        if says_dynamic && index.len() > 0 {
            index.mapped = MappedDocuments::Some;
        }
    }
    Ok(Reply::acknowledged())
}

/// Whether a mapping says of any object which members are looked at.
fn says_dynamic(mapping: &Object) -> bool {
    let properties = mapping.get("properties").and_then(Json::as_object).into_iter();
    let mut within = properties.flat_map(Object::iter).filter_map(|(_, field)| field.as_object());
    ["dynamic", "enabled", "subobjects", "dynamic_templates", "runtime"]
        .iter()
        .any(|name| mapping.contains(name))
        || within.any(says_dynamic)
}

/// A mapping with more in it, as it is written anew.
pub(crate) fn grown(mappings: &Object, more: Object) -> Object {
    let mut mappings = mappings.clone();
    mappings.merge(more);
    if let Some(Json::Object(runtime)) = mappings.get_mut("runtime") {
        *runtime = sorted(std::mem::take(runtime));
    }
    arranged(mappings)
}

/// Properties by name and behind all else, and no type where they show what it is.
fn arranged(mapping: Object) -> Object {
    let mut mapping = mapping;
    let Some(Json::Object(properties)) = mapping.remove("properties") else { return mapping };
    if mapping.get("type").and_then(Json::as_str) == Some("object") {
        mapping.remove("type");
    }
    let properties: Object = properties
        .into_iter()
        .map(|(name, field)| match field {
            Json::Object(field) => (name, Json::Object(arranged(field))),
            other => (name, other),
        })
        .collect();
    mapping.with("properties", sorted(properties))
}

/// What a field is.
fn kind(field: &Object) -> &str {
    field.get("type").and_then(Json::as_str).unwrap_or("object")
}

/// Refuses fields that are of another type already.
fn check(old: &Object, new: &Object, path: &str) -> Result<(), ErrorCause> {
    let (Some(Json::Object(old)), Some(Json::Object(new))) =
        (old.get("properties"), new.get("properties"))
    else {
        return Ok(());
    };
    for (name, field) in new.iter() {
        let (Some(Json::Object(before)), Json::Object(field)) = (old.get(name), field) else {
            continue;
        };
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        check_kind(kind(before), kind(field), &path)?;
        check(before, field, &path)?;
    }
    Ok(())
}

fn check_kind(was: &str, is: &str, path: &str) -> Result<(), ErrorCause> {
    if was == is {
        return Ok(());
    }
    let is_object = |kind: &str| ["object", "nested", "passthrough"].contains(&kind);
    let reason = match (is_object(was), is_object(is)) {
        (false, false) => format!("mapper [{path}] cannot be changed from type [{was}] to [{is}]"),
        (true, true) if was == "nested" || is == "nested" => {
            format!("can't merge a non-nested mapping [{path}] with a nested mapping")
        }
        (true, true) => return Ok(()),
        (true, false) | (false, true) => {
            format!("can't merge a non object mapping [{path}] with an object mapping")
        }
    };
    Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
}
