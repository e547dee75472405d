//! What the operations on indices do (contract DO-6).

mod alias_changes;
mod aliases;
mod mapping_parse;
mod mappings;
mod registered;
mod setting_values;
mod stats;

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

pub(crate) use alias_changes::update_aliases;
pub(crate) use aliases::{AliasAction, AliasChange, delete_alias, get_alias, put_alias};
pub(crate) use mappings::{get_mapping, grown, put_mapping};
pub(crate) use stats::{Colour, HealthWait, health, stats};

use crate::{
    call::{Context, not_served},
    error::{ApiError, invalid_index_name},
    reply::Reply,
    services::documents,
    store::{Expand, Index, NameError, Store, is_of_template, nested, pattern_matches},
};

/// The indices that a request names.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) operation: Operation,
    /// Names, aliases and patterns; none stand for all.
    pub(crate) expressions: Vec<String>,
    pub(crate) expand: Expand,
}

impl Names {
    /// The names of the indices that are meant.
    pub(crate) fn resolve(&self, store: &Store) -> Result<Vec<String>, ApiError> {
        for expression in &self.expressions {
            documents::guard(self.operation, expression)?;
        }
        let all = ["_all".to_owned()];
        let expressions = if self.expressions.is_empty() { &all } else { &*self.expressions };
        Ok(store.resolve(expressions, self.expand)?)
    }

    /// The indices that are meant.
    pub(in crate::services) fn indices<'s>(
        &self,
        store: &'s Store,
    ) -> Result<Vec<&'s Index>, ApiError> {
        let names = self.resolve(store)?;
        names.iter().map(|name| store.index(name).map_err(ApiError::from)).collect()
    }
}

/// What a new index is made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewIndex {
    pub(crate) aliases: Object,
    pub(crate) mappings: Object,
    pub(crate) settings: Object,
}

/// `indices.create`
pub(crate) fn create(
    context: &mut Context<'_>,
    name: &str,
    wanted: NewIndex,
) -> Result<Reply, ApiError> {
    let operation = Operation::IndicesCreate;
    documents::guard(operation, name)?;
    documents::warn_of_prefix(context, name);
    let settings = setting_values::Given::read(&wanted.settings);
    settings.check()?;
    // The name of an alias is told from that of an index before anything is made of it.
    if context.store.is_alias(name) {
        return Err(invalid_index_name(name, "already exists as alias").into());
    }
    documents::new_name(context.store, operation, name)?;
    if let Ok(index) = context.store.index(name) {
        let reason = format!("index [{name}/{}] already exists", index.uuid);
        let cause = ErrorCause::new(ErrorType::ResourceAlreadyExists, reason)
            .with("index_uuid", index.uuid.clone())
            .with("index", name.to_owned());
        return Err(cause.into());
    }
    settings.check_private()?;
    for (alias, properties) in wanted.aliases.iter() {
        let is_index = context.store.indices().any(|index| index.name == alias);
        aliases::check_name(alias, is_index || alias == name)?;
        aliases::check_created(operation, properties, context.version)?;
    }
    documents::warn_of_dot(context, name, &wanted.settings);
    let mappings = mapping_parse::parse(&wanted.mappings)?;
    let index = context.store.create(name, &wanted.settings, context.ids);
    if !wanted.mappings.is_empty() {
        index.mappings = mappings;
    }
    for (alias, properties) in wanted.aliases {
        let properties = properties.as_object().cloned().unwrap_or_default();
        index.aliases.insert(alias.into_owned(), aliases::shown(&properties));
    }
    let answer = Object::new()
        .with("acknowledged", true)
        .with("shards_acknowledged", true)
        .with("index", name.to_owned());
    Ok(Reply::value(200, answer))
}

/// Which parts of indices are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    pub(crate) aliases: bool,
    pub(crate) mappings: bool,
    pub(crate) settings: bool,
}

/// How settings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Nested,
    Flat,
}

/// The settings of an index as they are shown.
fn settings_of(index: &Index, version: Version, layout: Layout) -> Object {
    let nested = index.settings.shown(&index.name, &index.uuid, index_version(version));
    match layout {
        Layout::Nested => nested,
        Layout::Flat => {
            let mut flat = Vec::new();
            flatten("", &nested, &mut flat);
            flat.sort_by(|(left, _), (right, _)| left.cmp(right));
            flat.into_iter().collect()
        }
    }
}

fn flatten(path: &str, object: &Object, out: &mut Vec<(String, Json)>) {
    for (name, value) in object.iter() {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Json::Object(nested) => flatten(&path, nested, out),
            other => out.push((path, other.clone())),
        }
    }
}

/// The number by which Elasticsearch knows the version that made an index (contract DO-6.1-3).
const fn index_version(version: Version) -> &'static str {
    match (version.major, version.minor, version.patch) {
        (..8, ..) | (8, ..12, _) | (8, 12, 0) => "8500008",
        (8, 12, _) => "8500010",
        (8, 13, _) => "8503000",
        (8, 14, _) => "8505000",
        (8, 15, _) => "8512000",
        (8, 16, _) => "8518000",
        (8, ..) => "8521000",
        (9.., ..) => "9009000",
    }
}

/// The mapping of an index: that of an index of connectors is not known here.
fn mappings_of(index: &Index, operation: Operation) -> Result<Json, ErrorCause> {
    if is_of_template(&index.name) {
        let what = format!("the mapping of the index [{}]", index.name);
        return Err(not_served(operation, &what));
    }
    Ok(Json::Object(index.mappings.clone()))
}

fn aliases_of(index: &Index) -> Object {
    index.aliases.keys().map(|alias| (alias.clone(), index.shown_alias(alias))).collect()
}

/// `indices.get`
pub(crate) fn get(
    context: &Context<'_>,
    names: &Names,
    features: Features,
    layout: Layout,
) -> Result<Reply, ApiError> {
    let mut answer = Object::new();
    for index in names.indices(context.store)? {
        let aliases = if features.aliases { aliases_of(index) } else { Object::new() };
        let mappings = match features.mappings {
            // Nobody sees the mapping where only the index is asked for.
            true if names.operation == Operation::IndicesExists => {
                mappings_of(index, names.operation).unwrap_or_default()
            }
            true => mappings_of(index, names.operation)?,
            false => Object::new().into(),
        };
        let settings = match features.settings {
            true => settings_of(index, context.version, layout),
            false => Object::new(),
        };
        let shown = Object::new()
            .with("aliases", aliases)
            .with("mappings", mappings)
            .with("settings", settings);
        answer.insert(index.name.clone(), shown);
    }
    Ok(Reply::value(200, answer))
}

/// `indices.get_settings`; `wanted` are the patterns of their names, none for all.
pub(crate) fn get_settings(
    context: &Context<'_>,
    names: &Names,
    wanted: &[String],
    layout: Layout,
) -> Result<Reply, ApiError> {
    let is_all = matches!(wanted, [] | [_]) && wanted.iter().all(|it| it == "_all" || it == "*");
    let mut answer = Object::new();
    for index in names.indices(context.store)? {
        let settings = match is_all {
            true => settings_of(index, context.version, layout),
            false => {
                let flat = settings_of(index, context.version, Layout::Flat);
                let is_meant = |name: &str| wanted.iter().any(|it| pattern_matches(it, name));
                let meant: Object = flat.into_iter().filter(|(name, _)| is_meant(name)).collect();
                match layout {
                    Layout::Flat => meant,
                    Layout::Nested => nested(meant),
                }
            }
        };
        if !settings.is_empty() {
            answer.insert(index.name.clone(), Object::new().with("settings", settings));
        }
    }
    Ok(Reply::value(200, answer))
}

/// `indices.delete`
pub(crate) fn delete(context: &mut Context<'_>, names: &Names) -> Result<Reply, ApiError> {
    let is_pattern = |name: &String| name.contains('*') || name == "_all";
    if names.expressions.is_empty() || names.expressions.iter().any(is_pattern) {
        let reason = "Wildcard expressions or all indices are not allowed";
        return Err(ApiError::new(ErrorType::IllegalArgument, reason));
    }
    for name in names.resolve(context.store)? {
        context.store.remove(&name);
    }
    Ok(Reply::acknowledged())
}

/// How many shards, there or not, indices have, and how many of them there are.
fn shards(indices: &[&Index]) -> Object {
    let total: i64 = indices.iter().map(|index| documents::copies(index)).sum();
    let successful = i64::try_from(indices.len()).unwrap_or(i64::MAX);
    Object::new().with("total", total).with("successful", successful).with("failed", 0)
}

/// `indices.refresh`: every write is seen at once, so there is nothing to do.
pub(crate) fn refresh(store: &Store, names: &Names) -> Result<Reply, ApiError> {
    let indices = names.indices(store)?;
    Ok(Reply::value(200, Object::new().with("_shards", shards(&indices))))
}

/// The name that was asked for, where nothing but a name may stand.
fn not_found(name: &str) -> ApiError {
    NameError::NotFound(name.to_owned()).into()
}
