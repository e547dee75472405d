//! The operations on ingest pipelines (contract DO-9).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::Object,
};

use super::indices::required_body;
use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::ingest,
};

/// `ingest.put_pipeline`
pub(super) struct Put {
    id: String,
    given: Object,
}

impl Call for Put {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        if input.body.is_empty() {
            let reason = "request body or source parameter is required";
            return Err(ErrorCause::new(ErrorType::Parse, reason));
        }
        Ok(Self { id: input.id("id"), given: required_body(input)? })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        ingest::put(context, self.id, self.given)
    }
}

/// `ingest.get_pipeline`
pub(super) struct Get {
    names: Vec<String>,
    is_summary: bool,
    is_human: bool,
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let is_summary = input.params.boolean("summary")?;
        let is_human = input.params.boolean("human")?;
        Ok(Self { names: input.params.list("id"), is_summary, is_human })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(ingest::get(context.store, &self.names, self.is_summary, self.is_human))
    }
}

/// `ingest.delete_pipeline`
pub(super) struct Delete {
    id: String,
}

impl Call for Delete {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("id") })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        ingest::delete(context, &self.id)
    }
}
