//! The operations on aliases (contract DO-6.5).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{any_body, names, required_body};
use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::indices::{self, AliasAction, AliasChange, Names},
    store::Expand,
};

/// Aliases are looked for in hidden indices too.
const EVERYWHERE: Expand = Expand {
    ignore_unavailable: false,
    allow_no_indices: true,
    open: true,
    hidden: true,
    aliases: true,
};

/// `indices.get_alias`
pub(in crate::operations) struct GetAlias {
    names: Names,
    wanted: Vec<String>,
}

impl Call for GetAlias {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let names = names(input, EVERYWHERE)?;
        Ok(Self { names, wanted: input.params.list("name") })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::get_alias(context.store, &self.names, &self.wanted)
    }
}

/// `indices.exists_alias`
pub(in crate::operations) struct ExistsAlias(GetAlias);

impl Call for ExistsAlias {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        GetAlias::read(input).map(Self)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::exists_alias(context.store, &self.0.names, &self.0.wanted)
    }
}

/// `indices.put_alias`
pub(in crate::operations) struct PutAlias {
    names: Names,
    alias: String,
    given: Object,
}

impl Call for PutAlias {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let given = any_body(input)?;
        Ok(Self { names: names(input, Expand::default())?, alias: input.id("name"), given })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::put_alias(context, self.names, self.alias, self.given)
    }
}

/// `indices.delete_alias`
pub(in crate::operations) struct DeleteAlias {
    names: Names,
    aliases: Vec<String>,
}

impl Call for DeleteAlias {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { names: names(input, EVERYWHERE)?, aliases: input.params.list("name") })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::delete_alias(context, self.names, self.aliases)
    }
}

/// `indices.update_aliases`
pub(in crate::operations) struct UpdateAliases {
    actions: Vec<AliasAction>,
}

fn refused(what: &str) -> ErrorCause {
    not_served(Operation::IndicesUpdateAliases, what)
}

impl Call for UpdateAliases {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let body = required_body(input)?;
        if let Some((other, _)) = body.iter().find(|(name, _)| *name != "actions") {
            let reason = format!("[aliases] unknown field [{other}]");
            return Err(ErrorCause::new(ErrorType::XContentParse, reason));
        }
        let Some(actions) = body.get("actions") else {
            return Err(ErrorCause::new(ErrorType::IllegalArgument, "Required [actions]"));
        };
        let Some(actions) = actions.as_array() else {
            return Err(refused("[actions] that are no array"));
        };
        let actions = actions.iter().map(|action| read(input, action)).collect::<Result<_, _>>()?;
        Ok(Self { actions })
    }

    fn validate(&self) -> Vec<String> {
        if self.actions.is_empty() {
            return vec!["Must specify at least one alias action".to_owned()];
        }
        Vec::new()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::update_aliases(context, self.actions)
    }
}

/// One action: `{"add":{...}}`, `{"remove":{...}}`, `{"remove_index":{...}}`.
fn read(input: &Input<'_>, action: &Json) -> Result<AliasAction, ErrorCause> {
    let entries: Vec<(&str, &Json)> =
        action.as_object().map_or_else(Vec::new, |object| object.iter().collect());
    let [(kind, Json::Object(given))] = entries.as_slice() else {
        return Err(refused("an action that is not one object with one member"));
    };
    let mut given = given.clone();
    let expressions = texts(&mut given, "index", "indices");
    let aliases = texts(&mut given, "alias", "aliases");
    let must_exist = given.remove("must_exist").and_then(|value| value.as_bool());
    let (change, needs_alias) = match *kind {
        "add" => (AliasChange::Add(given), true),
        "remove" => (AliasChange::Remove { must_exist }, true),
        "remove_index" => (AliasChange::RemoveIndex, false),
        other => return Err(refused(&format!("the action [{other}]"))),
    };
    let required = |name: &str| {
        let reason = format!("One of [{name}] or [{name}es] is required");
        Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
    };
    if expressions.is_empty() {
        let reason = "One of [index] or [indices] is required";
        return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
    }
    if aliases.is_empty() && needs_alias {
        return required("alias");
    }
    let operation = input.endpoint.operation;
    let names = Names { operation, expressions, expand: EVERYWHERE };
    Ok(AliasAction { names, aliases, change })
}

/// The text of one member or the texts of another.
fn texts(given: &mut Object, one: &str, several: &str) -> Vec<String> {
    let values = [given.remove(one), given.remove(several)].into_iter().flatten();
    let texts = |value: Json| match value {
        Json::Array(elements) => {
            elements.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        }
        other => other.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    };
    values.flat_map(texts).collect()
}
