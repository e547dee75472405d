//! Which index a request on documents is about (contract DO-4-1, DO-4-5, DO-4-6).

use api_types::{Version, endpoint::Operation, error::ErrorCause, ids::IndexName, json::Object};

use crate::{
    call::{Context, not_served},
    error::{ApiError, invalid_index_name, not_found_because},
    store::{CONNECTORS, NameError, SECRETS, SYNC_JOBS, Store, pattern_matches, starting_settings},
    unserved,
    warnings::Warning,
};

/// What a request is about.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) operation: Operation,
    /// The name of an index or alias, as it was sent.
    pub(crate) index: String,
    pub(crate) id: String,
}

/// Refuses names of what is kept elsewhere: secrets, and aliases of indices that are still to come.
pub(crate) fn guard(operation: Operation, name: &str) -> Result<(), ErrorCause> {
    if [SECRETS.index, SECRETS.alias].contains(&name) {
        let what = format!("the index [{name}], only through the operations on secrets");
        return Err(not_served(operation, &what));
    }
    if unserved::is_known(name) {
        return Err(not_served(operation, &format!("the API [/{name}] in place of an index")));
    }
    if name.starts_with('<') {
        return Err(not_served(operation, &format!("date math in the name [{name}]")));
    }
    if name.contains(':') {
        return Err(not_served(operation, &format!("the index [{name}] of another cluster")));
    }
    Ok(())
}

/// Refuses to make an index of the name of an alias that a template gives (contract DO-4-6).
fn guard_new(store: &Store, operation: Operation, name: &str) -> Result<(), ErrorCause> {
    let mut templates = [CONNECTORS, SYNC_JOBS].into_iter();
    let template = templates.find(|template| template.alias == name);
    let Some(template) = template.filter(|it| store.index(it.index).is_err()) else {
        return Ok(());
    };
    // Elasticsearch makes an index of the alias' name, without mapping.
    let what = format!("the alias [{}] before the index [{}]", template.alias, template.index);
    Err(not_served(operation, &what))
}

/// Refuses a name that a new index cannot have (contract DO-6.1-2).
pub(crate) fn new_name(store: &Store, operation: Operation, name: &str) -> Result<(), ErrorCause> {
    guard_new(store, operation, name)?;
    if let Err(error) = IndexName::parse(name) {
        return Err(invalid_index_name(name, error.rule()));
    }
    if name.to_lowercase() != name {
        return Err(invalid_index_name(name, "must be lowercase"));
    }
    Ok(())
}

/// Indices that are Elasticsearch's own, as far as they are known: none of them has to be hidden.
const SYSTEM: [&str; 24] = [
    ".apm-agent-configuration*",
    ".apm-custom-link*",
    ".async-search*",
    ".connector-secrets*",
    ".enrich-*",
    ".fleet-*",
    ".geoip_databases*",
    ".inference*",
    ".kibana_*",
    ".logstash*",
    ".ml-config*",
    ".ml-inference-*",
    ".ml-meta*",
    ".query-rules-*",
    ".reporting-*",
    ".search-app-*",
    ".secrets-inference*",
    ".security-*",
    ".snapshot-blob-cache*",
    ".synonyms*",
    ".tasks*",
    ".transform-internal-*",
    ".triggered_watches*",
    ".watches*",
];

/// The first version that validates names with a dot on top of the warning of every version.
const DOTS_VALIDATED: Version = Version::new(8, 16, 0);

fn is_system(name: &str) -> bool {
    SYSTEM.iter().any(|pattern| pattern_matches(pattern, name))
}

/// Warns of a new index whose name begins with a dot, before it is looked at (contract DO-6.1-11).
pub(crate) fn warn_of_prefix(context: &Context<'_>, name: &str) {
    let is_exempt = [CONNECTORS.index, SYNC_JOBS.index].contains(&name) || is_system(name);
    if context.version >= DOTS_VALIDATED && name.starts_with('.') && !is_exempt {
        context.warnings.add(Warning::DotPrefix(name.to_owned()));
    }
}

/// Warns of a new index with these settings whose name begins with a dot and which is not hidden.
pub(crate) fn warn_of_dot(context: &Context<'_>, name: &str, given: &Object) {
    let is_hidden = starting_settings(name, given).is_hidden();
    if name.starts_with('.') && !is_hidden && !is_system(name) {
        context.warnings.add(Warning::DotName(name.to_owned()));
    }
}

/// Whether a write may go to an index itself or only to an alias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Through {
    #[default]
    Anything,
    AliasOnly,
}

/// The index that a document is written to, made if it is not there.
pub(super) fn write_index(
    context: &mut Context<'_>,
    operation: Operation,
    name: &str,
    through: Through,
) -> Result<String, ApiError> {
    guard(operation, name)?;
    if through == Through::AliasOnly && !context.store.is_alias(name) {
        let reason = format!(
            "no such index [{name}] and [require_alias] request flag is [true] and [{name}] is not an alias"
        );
        return Err(not_found_because(name, reason).into());
    }
    match context.store.write_index(name) {
        Ok(index) => Ok(index),
        Err(NameError::NotFound(_) | NameError::Invalid { .. }) => {
            warn_of_prefix(context, name);
            new_name(context.store, operation, name)?;
            warn_of_dot(context, name, &Object::new());
            context.store.create(name, &Object::new(), context.ids);
            Ok(name.to_owned())
        }
        Err(other) => Err(other.into()),
    }
}
