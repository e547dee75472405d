//! The operations on indices (contract DO-6).

mod aliases;
mod names;

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object, Reader, Token},
};

pub(super) use aliases::{DeleteAlias, ExistsAlias, GetAlias, PutAlias, UpdateAliases};
pub(super) use names::names;

use crate::{
    body::read_error,
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::indices::{self, Features, Layout, Names, NewIndex},
    store::Expand,
};

/// A body of any content; `{}` where there is none.
pub(super) fn any_body(input: &Input<'_>) -> Result<Object, ErrorCause> {
    if input.body.is_empty() {
        return Ok(Object::new());
    }
    let mut reader = Reader::new(input.body);
    let first = reader.next_token().map_err(|error| read_error(&error))?;
    if first != Token::StartObject {
        let found = first.wire_name();
        let reason = format!(
            "Failed to parse object: expecting token of type [START_OBJECT] but found [{found}]"
        );
        return Err(ErrorCause::new(ErrorType::Parsing, reason).with("line", 1).with("col", 1));
    }
    reader.members().map_err(|error| read_error(&error))
}

/// A body of any content that must be there.
pub(super) fn required_body(input: &Input<'_>) -> Result<Object, ErrorCause> {
    if input.body.is_empty() {
        return Err(ErrorCause::new(ErrorType::Parse, "request body is required"));
    }
    any_body(input)
}

/// `indices.create`
pub(super) struct Create {
    name: String,
    wanted: NewIndex,
}

impl Call for Create {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let parse = |reason: String| Err(ErrorCause::new(ErrorType::Parse, reason));
        let mut wanted = NewIndex::default();
        for (name, value) in any_body(input)? {
            let part = match name.as_ref() {
                "settings" => &mut wanted.settings,
                "mappings" => &mut wanted.mappings,
                "aliases" => &mut wanted.aliases,
                other => return parse(format!("unknown key [{other}] for create index")),
            };
            match value {
                Json::Object(object) => *part = object,
                _ => return parse(format!("key [{name}] must be an object")),
            }
        }
        Ok(Self { name: input.id("index"), wanted })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::create(context, &self.name, self.wanted)
    }
}

fn layout(input: &Input<'_>) -> Result<Layout, ErrorCause> {
    Ok(if input.params.boolean("flat_settings")? { Layout::Flat } else { Layout::Nested })
}

/// `indices.get`
pub(super) struct Get {
    names: Names,
    features: Features,
    layout: Layout,
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let names = names(input, Expand::default())?;
        let wanted = input.params.list("features");
        let has = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
        let known = ["aliases", "mappings", "settings"];
        if let Some(other) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
            let reason = format!("No endpoint or operation is available at [{other}]");
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        let features = Features {
            aliases: has("aliases"),
            mappings: has("mappings"),
            settings: has("settings"),
        };
        Ok(Self { names, features, layout: layout(input)? })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::get(context, &self.names, self.features, self.layout)
    }
}

/// Declares operations that take names of indices and nothing else.
macro_rules! of_names {
    ($($(#[$docs:meta])* $name:ident($expand:expr, |$names:ident, $context:ident| $work:expr);)+) => {
        $(
            $(#[$docs])*
            pub(super) struct $name(Names);

            impl Call for $name {
                fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
                    names(input, $expand).map(Self)
                }

                fn execute(self, $context: &mut Context<'_>) -> Result<Reply, ApiError> {
                    let $names = &self.0;
                    $work
                }
            }
        )+
    };
}

of_names! {
    /// `indices.exists`
    Exists(
        Expand { allow_no_indices: false, ..Expand::default() },
        |names, context| indices::exists(context.store, names)
    );
    /// `indices.delete`
    Delete(
        Expand { aliases: false, ..Expand::default() },
        |names, context| indices::delete(context, names)
    );
    /// `indices.refresh`
    Refresh(Expand::default(), |names, context| indices::refresh(context.store, names));
    /// `indices.get_mapping`
    GetMapping(Expand::default(), |names, context| indices::get_mapping(context.store, names));
    /// `indices.stats`
    Stats(Expand::default(), |names, context| indices::stats(context.store, names));
}

/// `indices.get_settings`
pub(super) struct GetSettings {
    names: Names,
    layout: Layout,
}

impl Call for GetSettings {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { names: names(input, Expand::default())?, layout: layout(input)? })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::get_settings(context, &self.names, self.layout)
    }
}

/// `indices.put_mapping`
pub(super) struct PutMapping {
    names: Names,
    given: Object,
}

impl Call for PutMapping {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let given = required_body(input)?;
        input.params.boolean("write_index_only")?;
        Ok(Self { names: names(input, Expand::default())?, given })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::put_mapping(context, &self.names, &self.given)
    }
}
