//! The operations on aliases (contract DO-6.5).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{
    alias_actions::{self, Given, Kind},
    alias_body::Alias,
    names, times,
};
use crate::{
    call::{Call, Context, Input},
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

/// Indices whose aliases are changed are named themselves, and a pattern stands for one at least.
const THEMSELVES: Expand = Expand {
    ignore_unavailable: false,
    allow_no_indices: false,
    open: true,
    hidden: false,
    aliases: false,
};

/// `indices.get_alias`, `indices.exists_alias`
pub(in crate::operations) struct GetAlias {
    names: Names,
    /// `None` where the path names no alias.
    wanted: Option<Vec<String>>,
}

impl Call for GetAlias {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        times(input)?;
        let names = names(input, EVERYWHERE)?;
        let wanted = input.params.get("name").map(|_| input.params.list("name"));
        Ok(Self { names, wanted })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::get_alias(context.store, &self.names, self.wanted.as_deref())
    }
}

/// `indices.put_alias`
pub(in crate::operations) struct PutAlias {
    names: Names,
    alias: String,
    given: Object,
}

fn named(input: &Input<'_>, expressions: Vec<String>) -> Names {
    Names { operation: input.endpoint.operation, expressions, expand: THEMSELVES }
}

impl Call for PutAlias {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let alias = Alias {
            indices: input.params.list("index"),
            name: input.id("name"),
            properties: Object::new(),
        };
        let Alias { indices, name, properties } = alias.with(input.body, input.version)?;
        times(input)?;
        Ok(Self { names: named(input, indices), alias: name, given: properties })
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
        times(input)?;
        let names = named(input, input.params.list("index"));
        Ok(Self { names, aliases: input.params.list("name") })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::delete_alias(context, self.names, self.aliases)
    }
}

/// `indices.update_aliases`
pub(in crate::operations) struct UpdateAliases {
    actions: Vec<AliasAction>,
}

impl Call for UpdateAliases {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        times(input)?;
        if input.body.is_empty() {
            return Err(ErrorCause::new(ErrorType::Parse, "request body is required"));
        }
        let given = alias_actions::read(input.body, input.version)?;
        if given.is_empty() {
            return Err(ErrorCause::new(ErrorType::IllegalArgument, "No action specified"));
        }
        let actions = given.into_iter().map(|given| action(input, given)).collect();
        Ok(Self { actions })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::update_aliases(context, self.actions)
    }
}

fn action(input: &Input<'_>, given: Given) -> AliasAction {
    let Given { kind, indices, aliases, properties } = given;
    let must_exist = properties.get("must_exist").and_then(Json::as_bool);
    let change = match kind {
        Kind::Add => AliasChange::Add(properties),
        Kind::Remove => AliasChange::Remove { must_exist },
        Kind::RemoveIndex => AliasChange::RemoveIndex,
    };
    AliasAction { names: named(input, indices), aliases, change }
}
