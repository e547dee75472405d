//! Changes of aliases, all or none (contract DO-6.5-6, DO-6.5-9).

use std::collections::{BTreeMap, BTreeSet};

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{
    AliasAction, AliasChange, Names,
    aliases::{check_name, check_properties, is_meant, shown},
    not_found,
};
use crate::{
    call::{Context, not_served},
    error::ApiError,
    reply::Reply,
    store::{CONNECTORS, Index, SYNC_JOBS, Store},
};

/// The first version that says whether a part of a change failed.
const ERRORS: Version = Version::new(8, 14, 0);

/// What a change comes to, index by index.
enum Step {
    Add { index: String, alias: String, given: Object },
    Remove { index: String, alias: String, must_exist: Option<bool> },
    RemoveIndex(String),
}

/// What came of one action.
struct Outcome {
    kind: &'static str,
    indices: Vec<String>,
    aliases: Vec<String>,
    error: Option<ErrorCause>,
}

impl Outcome {
    fn shown(self) -> Json {
        let action = Object::new()
            .with("type", self.kind)
            .with("indices", texts(&self.indices))
            .with("aliases", texts(&self.aliases));
        let status = self.error.as_ref().map_or(200, ErrorCause::status);
        let mut shown = Object::new().with("action", action).with("status", i64::from(status));
        shown.insert_some("error", self.error.map(|error| error.element()));
        Json::Object(shown)
    }
}

fn texts(names: &[String]) -> Json {
    names.iter().cloned().map(Json::from).collect()
}

/// `indices.update_aliases`: all of the actions, or none if one fails.
pub(crate) fn update_aliases(
    context: &mut Context<'_>,
    actions: Vec<AliasAction>,
) -> Result<Reply, ApiError> {
    let mut plan = Plan::default();
    for action in actions {
        plan.add(context.store, action)?;
    }
    if plan.steps.is_empty() {
        return Err(missing(&plan.in_java_order()).into());
    }
    let state = plan.state(context.store)?;
    for step in &plan.steps {
        if let Step::RemoveIndex(index) = step {
            context.store.remove(index);
        }
    }
    for (index, aliases) in state {
        if context.store.index(&index)?.aliases != aliases {
            context.store.index_mut(&index)?.aliases = aliases;
        }
    }
    let mut answer = Object::new().with("acknowledged", true);
    if context.version >= ERRORS {
        let has_errors = plan.outcomes.iter().any(|outcome| outcome.error.is_some());
        answer.insert("errors", has_errors);
        if has_errors {
            let results: Json = plan.outcomes.into_iter().map(Outcome::shown).collect();
            answer.insert("action_results", results);
        }
    }
    Ok(Reply::value(200, answer))
}

/// By index, by alias.
type State = BTreeMap<String, BTreeMap<String, Object>>;

#[derive(Default)]
struct Plan {
    steps: Vec<Step>,
    outcomes: Vec<Outcome>,
}

impl Plan {
    fn add(&mut self, store: &Store, action: AliasAction) -> Result<(), ApiError> {
        let AliasAction { names, aliases, change } = action;
        let indices = names.indices(store)?;
        if indices.is_empty() {
            return Err(not_found(&names.expressions.join(",")));
        }
        let listed = indices.iter().map(|index| index.name.clone()).collect();
        let (kind, error) = match change {
            AliasChange::Add(given) => {
                self.add_aliases(names.operation, &indices, &aliases, &given)?;
                ("add", None)
            }
            AliasChange::Remove { must_exist } => {
                let before = self.steps.len();
                self.remove_aliases(&names, &indices, &aliases, must_exist)?;
                ("remove", (self.steps.len() == before).then(|| missing(&aliases)))
            }
            AliasChange::RemoveIndex => {
                let removed = indices.iter().map(|index| Step::RemoveIndex(index.name.clone()));
                self.steps.extend(removed);
                ("remove_index", None)
            }
        };
        self.outcomes.push(Outcome { kind, indices: listed, aliases, error });
        Ok(())
    }

    fn add_aliases(
        &mut self,
        operation: Operation,
        indices: &[&Index],
        aliases: &[String],
        given: &Object,
    ) -> Result<(), ErrorCause> {
        check_properties(operation, &Json::Object(given.clone()))?;
        for index in indices {
            for alias in aliases {
                let (index, alias) = (index.name.clone(), alias.clone());
                self.steps.push(Step::Add { index, alias, given: shown(given) });
            }
        }
        Ok(())
    }

    fn remove_aliases(
        &mut self,
        names: &Names,
        indices: &[&Index],
        aliases: &[String],
        must_exist: Option<bool>,
    ) -> Result<(), ErrorCause> {
        for index in indices {
            let meant = index.aliases.keys().filter(|alias| is_meant(aliases, alias));
            let mut meant: Vec<String> = meant.cloned().collect();
            let templates = [CONNECTORS.alias, SYNC_JOBS.alias];
            if let Some(alias) = meant.iter().find(|alias| templates.contains(&alias.as_str())) {
                return Err(not_served(names.operation, &format!("the alias [{alias}]")));
            }
            if meant.is_empty() && must_exist == Some(true) {
                meant = aliases.to_vec();
            }
            for alias in meant {
                self.steps.push(Step::Remove { index: index.name.clone(), alias, must_exist });
            }
        }
        Ok(())
    }

    /// Every alias that is named, in the order of a Java set.
    fn in_java_order(&self) -> Vec<String> {
        let named = self.outcomes.iter().flat_map(|outcome| &outcome.aliases);
        let named: Object = named.map(|alias| (alias.clone(), Json::Null)).collect();
        named.in_java_map_order_outside().into_iter().map(|(name, _)| name.into_owned()).collect()
    }

    /// The aliases of the indices that are left. Indices are removed before anything else.
    fn state(&self, store: &Store) -> Result<State, ErrorCause> {
        let gone: BTreeSet<&str> = self.steps.iter().filter_map(Step::removed_index).collect();
        let left = store.indices().filter(|index| !gone.contains(index.name.as_str()));
        let mut state: State =
            left.map(|index| (index.name.clone(), index.aliases.clone())).collect();
        let mut changed = BTreeSet::new();
        for step in &self.steps {
            match step {
                Step::RemoveIndex(_) => {}
                Step::Add { index, alias, given } => {
                    check_name(alias, state.contains_key(alias))?;
                    aliases_of(&mut state, index)?.insert(alias.clone(), given.clone());
                    changed.insert(alias.as_str());
                }
                Step::Remove { index, alias, must_exist } => {
                    let removed = aliases_of(&mut state, index)?.remove(alias);
                    if removed.is_none() && *must_exist == Some(true) {
                        let reason = format!("required alias [{alias}] does not exist");
                        return Err(ErrorCause::new(ErrorType::ResourceNotFound, reason));
                    }
                }
            }
        }
        for alias in changed {
            check_agreement(&state, alias)?;
        }
        Ok(state)
    }
}

impl Step {
    fn removed_index(&self) -> Option<&str> {
        match self {
            Self::RemoveIndex(index) => Some(index),
            Self::Add { .. } | Self::Remove { .. } => None,
        }
    }
}

fn aliases_of<'s>(
    state: &'s mut State,
    index: &str,
) -> Result<&'s mut BTreeMap<String, Object>, ErrorCause> {
    state.get_mut(index).ok_or_else(|| crate::error::index_not_found(index))
}

/// One index of an alias is for writes, and either all hide it or none.
fn check_agreement(state: &State, alias: &str) -> Result<(), ErrorCause> {
    let has = |name: &'static str, wanted: bool| {
        let of_alias = state.iter().filter_map(|(index, it)| Some((index, it.get(alias)?)));
        let is_set = move |given: &Object| given.get(name).and_then(Json::as_bool) == Some(true);
        let meant = of_alias.filter(move |(_, given)| is_set(given) == wanted);
        meant.map(|(index, _)| index.as_str()).collect::<Vec<_>>()
    };
    let broken = |reason: String| Err(ErrorCause::new(ErrorType::IllegalState, reason));
    let writes = has("is_write_index", true);
    if writes.len() > 1 {
        let listed = writes.join(",");
        return broken(format!("alias [{alias}] has more than one write index [{listed}]"));
    }
    let (hidden, visible) = (has("is_hidden", true), has("is_hidden", false));
    if hidden.is_empty() || visible.is_empty() {
        return Ok(());
    }
    broken(format!(
        "alias [{alias}] has is_hidden set to true on indices [{}] but does not have is_hidden set to true on indices [{}]; alias must have the same is_hidden setting on all indices",
        hidden.join(","),
        visible.join(",")
    ))
}

fn missing(aliases: &[String]) -> ErrorCause {
    let resources = match aliases {
        [one] => Json::from(one.clone()),
        several => texts(several),
    };
    let reason = format!("aliases [{}] missing", aliases.join(", "));
    ErrorCause::new(ErrorType::AliasesNotFound, reason)
        .with("resource.type", "aliases")
        .with("resource.id", resources)
}
