//! Aliases (contract DO-6.5).

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    ids::IndexName,
    json::{Json, Object},
};

use super::{Names, alias_changes::update_aliases};
use crate::{
    call::{Context, not_served},
    error::ApiError,
    reply::Reply,
    store::{Store, pattern_matches},
};

/// What is done to an alias of indices.
#[derive(Clone, Debug)]
pub(crate) struct AliasAction {
    pub(crate) names: Names,
    pub(crate) aliases: Vec<String>,
    pub(crate) change: AliasChange,
}

/// A change of aliases.
#[derive(Clone, Debug)]
pub(crate) enum AliasChange {
    /// With what is said of the alias.
    Add(Object),
    /// An alias that is not there is an error unless that was allowed.
    Remove {
        must_exist: Option<bool>,
    },
    RemoveIndex,
}

/// Refuses a name that an alias cannot have (contract DO-6.5-2). `is_index` tells names of indices.
pub(super) fn check_name(alias: &str, is_index: bool) -> Result<(), ErrorCause> {
    let rule = match IndexName::parse(alias) {
        Err(error) => error.rule().to_owned(),
        Ok(_) if is_index => {
            "an index or data stream exists with the same name as the alias".to_owned()
        }
        Ok(_) => return Ok(()),
    };
    let reason = format!("Invalid alias name [{alias}]: {rule}");
    Err(ErrorCause::new(ErrorType::InvalidAliasName, reason))
}

/// Refuses what would have to change searches and writes through the alias.
pub(super) fn check_properties(operation: Operation, given: &Json) -> Result<(), ErrorCause> {
    let Some(given) = given.as_object() else {
        return Err(not_served(operation, "an alias that is described by no object"));
    };
    for (name, value) in given.iter() {
        if !["is_write_index", "is_hidden"].contains(&name) {
            return Err(not_served(operation, &format!("[{name}] of an alias")));
        }
        if value.as_bool().is_none() {
            let what = format!("[{name}] of an alias that is neither true nor false");
            return Err(not_served(operation, &what));
        }
    }
    Ok(())
}

/// The first version that refuses what it does not understand.
const STRICT: Version = Version::new(9, 1, 0);

/// The same of an alias of a new index: older versions pass over what they do not understand
/// (contract DO-6.1-8).
pub(super) fn check_created(
    operation: Operation,
    given: &Json,
    version: Version,
) -> Result<(), ErrorCause> {
    match given {
        Json::Object(given) if version < STRICT => {
            let served = ["filter", "routing", "index_routing", "search_routing"];
            let known = given.iter().filter(|(name, _)| served.contains(name));
            let known: Object =
                known.map(|(name, value)| (name.to_owned(), value.clone())).collect();
            check_properties(operation, &Json::Object(known))
        }
        other => check_properties(operation, other),
    }
}

/// What is shown of an alias.
pub(super) fn shown(given: &Object) -> Object {
    let members = ["is_write_index", "is_hidden"].into_iter();
    let is_boolean = |value: &&Json| value.as_bool().is_some();
    members.filter_map(|name| Some((name, given.get(name).filter(is_boolean)?.clone()))).collect()
}

/// The aliases that are meant: names, patterns, `_all`, and behind a pattern names with `-` in
/// front, which are taken out; all if none is given.
pub(super) fn is_meant(wanted: &[String], alias: &str) -> bool {
    let mut is_meant = wanted.is_empty();
    let mut has_pattern = false;
    for name in wanted {
        match name.strip_prefix('-').filter(|_| has_pattern) {
            Some(excluded) => is_meant &= excluded != "_all" && !pattern_matches(excluded, alias),
            None => is_meant |= name == "_all" || pattern_matches(name, alias),
        }
        has_pattern |= name.contains('*');
    }
    is_meant
}

/// The aliases that are named and not found, sorted.
fn not_seen<'w>(wanted: &'w [String], seen: &[String]) -> Vec<&'w str> {
    let pattern = wanted.iter().position(|name| name.contains('*')).unwrap_or(wanted.len());
    let mut missing = Vec::new();
    for (at, name) in wanted.iter().enumerate() {
        let is_excluding = at > pattern && name.starts_with('-');
        if name == "_all" || name.contains('*') || is_excluding || seen.contains(name) {
            continue;
        }
        let mut behind = wanted.iter().skip(pattern.max(at + 1));
        let is_excluded = behind.any(|other| {
            let excluded = other.strip_prefix('-');
            excluded.is_some_and(|it| it == "_all" || pattern_matches(it, name))
        });
        if !is_excluded {
            missing.push(name.as_str());
        }
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// `indices.get_alias` and `indices.exists_alias`; `wanted` is `None` where no alias is named.
pub(crate) fn get_alias(
    store: &Store,
    names: &Names,
    wanted: Option<&[String]>,
) -> Result<Reply, ApiError> {
    let mut found = Object::new();
    let mut seen = Vec::new();
    let named = wanted.unwrap_or_default();
    for index in names.indices(store)? {
        let aliases: Object = index
            .aliases
            .keys()
            .filter(|alias| is_meant(named, alias))
            .map(|alias| (alias.clone(), index.shown_alias(alias)))
            .collect();
        seen.extend(aliases.iter().map(|(alias, _)| alias.to_owned()));
        // Indices without such an alias are listed only where no alias is named.
        if !aliases.is_empty() || wanted.is_none() {
            found.insert(index.name.clone(), Object::new().with("aliases", aliases));
        }
    }
    let missing = not_seen(named, &seen);
    if missing.is_empty() {
        return Ok(Reply::value(200, found));
    }
    let word = if missing.len() == 1 { "alias" } else { "aliases" };
    let error = format!("{word} [{}] missing", missing.join(","));
    let mut answer = Object::new().with("error", error).with("status", 404);
    for (name, value) in found {
        answer.insert(name, value);
    }
    Ok(Reply::value(404, answer))
}

/// `indices.put_alias`
pub(crate) fn put_alias(
    context: &mut Context<'_>,
    names: Names,
    alias: String,
    given: Object,
) -> Result<Reply, ApiError> {
    let change = AliasChange::Add(given);
    update_aliases(context, vec![AliasAction { names, aliases: vec![alias], change }])
}

/// `indices.delete_alias`
pub(crate) fn delete_alias(
    context: &mut Context<'_>,
    names: Names,
    aliases: Vec<String>,
) -> Result<Reply, ApiError> {
    let change = AliasChange::Remove { must_exist: None };
    update_aliases(context, vec![AliasAction { names, aliases, change }])
}
