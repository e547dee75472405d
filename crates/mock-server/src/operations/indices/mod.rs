//! The operations on indices (contract DO-6).

mod alias_actions;
mod alias_body;
mod aliases;
mod names;
mod stats;

use api_types::{
    Version,
    error::{ErrorCause, ErrorType},
    json::{Json, Object, Reader, Token},
};

pub(super) use aliases::{DeleteAlias, GetAlias, PutAlias, UpdateAliases};
use names::split;
pub(super) use names::{names, times};
pub(super) use stats::{Level, Stats, level};

use crate::{
    body::Asked,
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::indices::{self, Features, Layout, Names, NewIndex},
    store::Expand,
};

/// A body as a map of any content, without an order of its own; what is no object counts as an
/// empty one (contract DO-6-8).
pub(super) fn any_body(input: &Input<'_>) -> Result<Object, ErrorCause> {
    if input.body.is_empty() {
        return Ok(Object::new());
    }
    let mut reader = Reader::new(input.body);
    let first = reader.next_token().map_err(|error| Asked::Token.error(&error, input.version))?;
    if first != Token::StartObject {
        return Ok(Object::new());
    }
    let members = reader.members();
    members.map_err(|error| Asked::Inside.error(&error, input.version))
}

/// A body of any content that must be there.
pub(super) fn required_body(input: &Input<'_>) -> Result<Object, ErrorCause> {
    if input.body.is_empty() {
        return Err(ErrorCause::new(ErrorType::Parse, "request body is required"));
    }
    any_body(input)
}

/// The last versions that have types say more of them.
const WITHOUT_TYPES: Version = Version::new(9, 0, 0);

fn is_typed(mappings: &Object) -> bool {
    mappings.len() == 1 && mappings.contains("_doc")
}

/// `indices.create`
pub(super) struct Create {
    name: String,
    wanted: NewIndex,
}

impl Create {
    fn parse(input: &Input<'_>) -> Result<NewIndex, ErrorCause> {
        let body = any_body(input)?;
        if matches!(body.get("mappings"), Some(Json::Object(mappings)) if is_typed(mappings)) {
            let unless = match input.version < WITHOUT_TYPES {
                true => " [_doc] unless include_type_name is set to true.",
                false => "",
            };
            let reason = format!("The mapping definition cannot be nested under a type{unless}");
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        let parse = |reason: String| Err(ErrorCause::new(ErrorType::Parse, reason));
        let mut wanted = NewIndex::default();
        for (name, value) in body.in_java_map_order_outside() {
            let part = match name.as_ref() {
                "settings" => &mut wanted.settings,
                "mappings" => &mut wanted.mappings,
                "aliases" => &mut wanted.aliases,
                other => return parse(format!("unknown key [{other}] for create index")),
            };
            match value {
                Json::Object(object) => *part = object,
                _ if name == "settings" => {
                    return parse(format!("key [{name}] must be an object"));
                }
                _ => {
                    let what = format!("[{name}] that are no object");
                    return Err(not_served(input.endpoint.operation, &what));
                }
            }
        }
        Ok(wanted)
    }
}

impl Call for Create {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let wanted = Self::parse(input)?;
        times(input)?;
        Ok(Self { name: input.id("index"), wanted })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::create(context, &self.name, self.wanted)
    }
}

fn layout(input: &Input<'_>) -> Result<Layout, ErrorCause> {
    Ok(if input.params.boolean("flat_settings")? { Layout::Flat } else { Layout::Nested })
}

/// `indices.get`, `indices.exists`
pub(super) struct Get {
    names: Names,
    features: Features,
    layout: Layout,
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let names = names(input, Expand::default())?;
        times(input)?;
        let wanted = input.params.get("features").map(|_| input.params.list("features"));
        let known = ["aliases", "mappings", "settings"];
        let is_known = |name: &String| known.contains(&name.to_lowercase().as_str());
        let unknown: Vec<&str> =
            wanted.iter().flatten().filter(|it| !is_known(it)).map(String::as_str).collect();
        if !unknown.is_empty() {
            let reason = format!("Invalid features specified [{}]", unknown.join(","));
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        let has = |name: &str| match &wanted {
            Some(wanted) => wanted.iter().any(|it| it.eq_ignore_ascii_case(name)),
            None => true,
        };
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
                    times(input)?;
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
    /// `indices.delete`
    Delete(
        Expand { aliases: false, ..Expand::default() },
        |names, context| indices::delete(context, names)
    );
    /// `indices.refresh`
    Refresh(Expand::default(), |names, context| indices::refresh(context.store, names));
    /// `indices.get_mapping`
    GetMapping(Expand::default(), |names, context| indices::get_mapping(context.store, names));
}

/// `indices.get_settings`
pub(super) struct GetSettings {
    names: Names,
    wanted: Vec<String>,
    layout: Layout,
}

impl Call for GetSettings {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        times(input)?;
        let names = names(input, Expand::default())?;
        Ok(Self { names, wanted: input.params.list("name"), layout: layout(input)? })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::get_settings(context, &self.names, &self.wanted, self.layout)
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
        if is_typed(&given) {
            let reason = "Types cannot be provided in put mapping requests";
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        times(input)?;
        input.params.boolean("write_index_only")?;
        let names = names(input, Expand { allow_no_indices: false, ..Expand::default() })?;
        Ok(Self { names, given })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::put_mapping(context, &self.names, &self.given)
    }
}
