//! The operations on documents (contract DO-4, DO-5).

mod bulk;
mod bulk_lines;
mod concurrency;
mod mget;
mod source;
mod update;
mod write;

use api_types::{
    error::{ErrorCause, ErrorType},
    json::Quoted,
};

pub(super) use bulk::Bulk;
pub(super) use mget::Mget;
pub(super) use update::Update;
pub(super) use write::{Delete, Index};

use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    params::Params,
    reply::Reply,
    services::documents::{self, Refresh, Source, Target},
};

/// The index and the document that a path names.
fn target(input: &Input<'_>) -> Target {
    Target { operation: input.endpoint.operation, index: input.id("index"), id: input.id("id") }
}

/// Whether the answer says that the index was refreshed (contract DO-4.1-3).
fn refresh(params: &Params) -> Result<Refresh, ErrorCause> {
    Ok(match params.refresh()? {
        Some("true") => Refresh::Forced,
        _ => Refresh::NotForced,
    })
}

/// Whether what is wrong with a document is told with its text (contract DO-4.3-13).
fn quoted(params: &Params) -> Result<Quoted, ErrorCause> {
    let name = "include_source_on_error";
    let is_shown = params.get(name).is_none() || params.boolean(name)?;
    Ok(if is_shown { Quoted::Shown } else { Quoted::Hidden })
}

/// Reads what says where and when a document is looked for; every write is seen at once, whatever it
/// says.
fn check_reading(params: &Params) -> Result<(), ErrorCause> {
    params.boolean("refresh")?;
    params.boolean("realtime")?;
    Ok(())
}

/// `get` and `exists`
pub(super) struct Get {
    target: Target,
    source: Source,
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let target = target(input);
        let params = &input.params;
        check_reading(params)?;
        if params.get("fields").is_some() {
            let reason = "the parameter [fields] is no longer supported, please use [stored_fields] to retrieve stored fields or [_source] to load the field from _source";
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        let source = source::in_query(params)?.unwrap_or_default();
        Ok(Self { target, source })
    }

    fn validate(&self) -> Vec<String> {
        if self.target.id.is_empty() { vec!["id is missing".to_owned()] } else { Vec::new() }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        documents::get(context.store, &self.target, &self.source)
    }
}

/// `get_source` and `exists_source`
pub(super) struct GetSource {
    target: Target,
    source: Source,
}

impl Call for GetSource {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let target = target(input);
        check_reading(&input.params)?;
        let source = source::in_query(&input.params)?.unwrap_or_default();
        Ok(Self { target, source })
    }

    fn validate(&self) -> Vec<String> {
        let mut messages = Vec::new();
        if matches!(self.source, Source::Hidden) {
            messages.push("fetching source can not be disabled".to_owned());
        }
        if self.target.id.is_empty() {
            messages.push("id is missing".to_owned());
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        documents::get_source(context.store, &self.target, &self.source)
    }
}
