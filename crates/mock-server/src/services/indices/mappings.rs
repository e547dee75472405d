//! Mappings, kept as they are given (contract DO-6.6).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{Names, mappings_of, not_found};
use crate::{call::Context, error::ApiError, reply::Reply, store::Store};

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
    if indices.is_empty() {
        return Err(not_found(&names.expressions.join(",")));
    }
    let mut merged = Vec::new();
    for name in indices {
        let index = context.store.index(&name)?;
        mappings_of(index, names.operation)?;
        let mut mappings = index.mappings.clone();
        check(&mappings, given, "")?;
        mappings.merge(given.clone());
        merged.push((name, mappings));
    }
    for (name, mappings) in merged {
        context.store.index_mut(&name)?.mappings = mappings;
    }
    Ok(Reply::acknowledged())
}

/// Refuses fields that have another type already.
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
        let kind = |field: &Object| {
            let named = field.get("type").and_then(Json::as_str).map(str::to_owned);
            named.unwrap_or_else(|| "object".to_owned())
        };
        let (was, is) = (kind(before), kind(field));
        if was != is {
            let reason = format!("mapper [{path}] cannot be changed from type [{was}] to [{is}]");
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        check(before, field, &path)?;
    }
    Ok(())
}
