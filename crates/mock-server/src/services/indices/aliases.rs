//! Aliases (contract DO-6.5).

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    ids::IndexName,
    json::{Json, Object},
};

use super::{Names, not_found};
use crate::{
    call::{Context, not_served},
    error::ApiError,
    reply::Reply,
    store::{CONNECTORS, SYNC_JOBS, Store, pattern_matches},
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

/// Refuses a name that an alias of an index cannot have.
pub(super) fn check_name(
    store: &Store,
    alias: &str,
    index: &str,
    uuid: &str,
) -> Result<(), ErrorCause> {
    let invalid = |rule: &str| {
        let reason = format!("Invalid alias name [{alias}]: {rule}");
        ErrorCause::new(ErrorType::InvalidAliasName, reason)
            .with("index_uuid", uuid.to_owned())
            .with("index", index.to_owned())
    };
    if let Err(error) = IndexName::parse(alias) {
        let reason = format!("Invalid alias name [{alias}]: {}", error.rule());
        return Err(ErrorCause::new(ErrorType::InvalidAliasName, reason));
    }
    let is_index = store.indices().any(|other| other.name == alias) || alias == index;
    if is_index {
        return Err(invalid("an index or data stream exists with the same name as the alias"));
    }
    Ok(())
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

/// What is shown of an alias.
pub(super) fn shown(given: &Object) -> Object {
    let members = ["is_write_index", "is_hidden"].into_iter();
    members.filter_map(|name| Some((name, given.get(name)?.clone()))).collect()
}

/// The aliases of an index that are meant: names, patterns, `_all`; all if none is given.
fn is_meant(wanted: &[String], alias: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|name| name == "_all" || pattern_matches(name, alias))
}

/// `indices.get_alias`
pub(crate) fn get_alias(
    store: &Store,
    names: &Names,
    wanted: &[String],
) -> Result<Reply, ApiError> {
    let mut found = Object::new();
    let mut seen = Vec::new();
    for index in names.indices(store)? {
        let aliases: Object = index
            .aliases
            .keys()
            .filter(|alias| is_meant(wanted, alias))
            .map(|alias| (alias.clone(), index.shown_alias(alias)))
            .collect();
        seen.extend(aliases.iter().map(|(alias, _)| alias.to_owned()));
        // Indices without such an alias are listed only where every alias is asked for.
        let is_listed = !aliases.is_empty() || wanted.is_empty();
        if is_listed {
            found.insert(index.name.clone(), Object::new().with("aliases", aliases));
        }
    }
    let is_missing =
        |name: &&String| !name.contains('*') && *name != "_all" && !seen.contains(*name);
    let mut missing: Vec<&str> = wanted.iter().filter(is_missing).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(Reply::value(200, found));
    }
    missing.sort_unstable();
    let word = if missing.len() == 1 { "alias" } else { "aliases" };
    let error = format!("{word} [{}] missing", missing.join(","));
    let mut answer = Object::new().with("error", error).with("status", 404);
    for (name, value) in found {
        answer.insert(name, value);
    }
    Ok(Reply::value(404, answer))
}

/// `indices.exists_alias`
pub(crate) fn exists_alias(
    store: &Store,
    names: &Names,
    wanted: &[String],
) -> Result<Reply, ApiError> {
    let indices = names.indices(store)?;
    let mut aliases = indices.iter().flat_map(|index| index.aliases.keys());
    let is_there = aliases.any(|alias| is_meant(wanted, alias));
    Ok(Reply::value(if is_there { 200 } else { 404 }, Object::new()))
}

/// The first version that says whether a change of aliases failed in part.
const ERRORS: Version = Version::new(8, 14, 0);

fn changed(context: &Context<'_>) -> Reply {
    let mut answer = Object::new().with("acknowledged", true);
    if context.version >= ERRORS {
        answer.insert("errors", false);
    }
    Reply::value(200, answer)
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

/// What a change comes to, index by index.
enum Step {
    Add(String, String, Object),
    Remove(String, String),
    RemoveIndex(String),
}

/// `indices.update_aliases`: all of the actions, or none if one fails.
pub(crate) fn update_aliases(
    context: &mut Context<'_>,
    actions: Vec<AliasAction>,
) -> Result<Reply, ApiError> {
    let mut steps = Vec::new();
    for action in actions {
        plan(context.store, action, &mut steps)?;
    }
    for step in steps {
        match step {
            Step::Add(index, alias, given) => {
                context.store.index_mut(&index)?.aliases.insert(alias, shown(&given));
            }
            Step::Remove(index, alias) => {
                context.store.index_mut(&index)?.aliases.remove(&alias);
            }
            Step::RemoveIndex(index) => context.store.remove(&index),
        }
    }
    Ok(changed(context))
}

fn plan(store: &Store, action: AliasAction, steps: &mut Vec<Step>) -> Result<(), ApiError> {
    let AliasAction { names, aliases, change } = action;
    let operation = names.operation;
    let indices = names.indices(store)?;
    if indices.is_empty() {
        return Err(not_found(&names.expressions.join(",")));
    }
    match change {
        AliasChange::Add(given) => {
            check_properties(operation, &Json::Object(given.clone()))?;
            for (index, alias) in pairs(&indices, &aliases) {
                check_name(store, &alias, &index.name, &index.uuid)?;
                steps.push(Step::Add(index.name.clone(), alias, given.clone()));
            }
        }
        AliasChange::Remove { must_exist } => {
            let before = steps.len();
            for index in indices {
                for alias in index.aliases.keys().filter(|alias| is_meant(&aliases, alias)) {
                    if [CONNECTORS.alias, SYNC_JOBS.alias].contains(&alias.as_str()) {
                        let what = format!("the alias [{alias}]");
                        return Err(not_served(operation, &what).into());
                    }
                    steps.push(Step::Remove(index.name.clone(), alias.clone()));
                }
            }
            if steps.len() == before && must_exist != Some(false) {
                return Err(missing(&aliases).into());
            }
        }
        AliasChange::RemoveIndex => {
            steps.extend(indices.iter().map(|index| Step::RemoveIndex(index.name.clone())));
        }
    }
    Ok(())
}

fn pairs<'i>(
    indices: &[&'i crate::store::Index],
    aliases: &[String],
) -> Vec<(&'i crate::store::Index, String)> {
    indices.iter().flat_map(|index| aliases.iter().map(|alias| (*index, alias.clone()))).collect()
}

fn missing(aliases: &[String]) -> ErrorCause {
    let listed = aliases.join(",");
    let resources: Json = match aliases {
        [one] => Json::from(one.clone()),
        several => several.iter().map(|alias| Json::from(alias.clone())).collect(),
    };
    ErrorCause::new(ErrorType::AliasesNotFound, format!("aliases [{listed}] missing"))
        .with("resource.type", "aliases")
        .with("resource.id", resources)
}
