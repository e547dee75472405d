//! `index`, `create` and `delete`

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    json::Quoted,
};
use bytes::Bytes;

use super::{concurrency::Concurrency, quoted, refresh, target, update::through};
use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    params::Params,
    reply::Reply,
    services::{
        self,
        documents::{self, Deletion, IndexRequest, Refresh, Target, Through},
    },
    store::Expected,
};

/// Whether a document may be written over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpType {
    Index,
    Create,
}

impl OpType {
    /// Refuses what `_create` cannot be, before anything else is looked at.
    fn check_create(params: &Params) -> Result<(), ErrorCause> {
        match params.get("op_type") {
            Some(other) if other.to_lowercase() != "create" => {
                let reason = format!("opType must be 'create', found: [{other}]");
                Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
            }
            _ => Ok(()),
        }
    }

    /// What the request says, or the operation where it says nothing.
    fn read(params: &Params, target: &Target, has_id: bool) -> Result<Self, ErrorCause> {
        let illegal = |reason: String| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        let asked = params.get("op_type");
        if target.operation == Operation::DocumentCreate {
            return Ok(Self::Create);
        }
        match asked.map(str::to_lowercase).as_deref() {
            Some("index") => Ok(Self::Index),
            Some("create") => Ok(Self::Create),
            Some(_) => {
                let asked = asked.unwrap_or_default();
                illegal(format!("opType must be 'create' or 'index', found: [{asked}]"))
            }
            None => Ok(if has_id { Self::Index } else { Self::Create }),
        }
    }
}

/// A document that is to be written: `index`, `create`, and the same within `bulk`.
#[derive(Debug)]
pub(in crate::operations) struct Index {
    pub(super) target: Target,
    /// `None` if the server makes one.
    pub(super) id: Option<String>,
    pub(super) text: Bytes,
    pub(super) quoted: Quoted,
    pub(super) op_type: OpType,
    pub(super) concurrency: Concurrency,
    pub(super) refresh: Refresh,
    pub(super) pipeline: Option<String>,
    pub(super) through: Through,
}

impl Call for Index {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let params = &input.params;
        let target = target(input);
        if target.operation == Operation::DocumentCreate {
            OpType::check_create(params)?;
        }
        if input.body.is_empty() {
            return Err(ErrorCause::new(ErrorType::Parse, "request body is required"));
        }
        let id = params.get("id").map(str::to_owned);
        let refresh = refresh(params)?;
        let concurrency = Concurrency::read(params)?;
        let through = through(params)?;
        let quoted = quoted(params)?;
        let op_type = OpType::read(params, &target, id.is_some())?;
        let pipeline = params.get("pipeline").map(str::to_owned);
        let text = input.body.clone();
        Ok(Self { target, id, text, quoted, op_type, concurrency, refresh, pipeline, through })
    }

    fn validate(&self) -> Vec<String> {
        if self.op_type == OpType::Create && self.concurrency.says_something() {
            let message = "create operations do not support compare and set. use index instead";
            return vec![message.to_owned()];
        }
        let mut messages: Vec<String> = self.concurrency.message().into_iter().collect();
        messages.extend(self.id.as_deref().and_then(services::id_too_long));
        if self.pipeline.as_deref() == Some("") {
            messages.push("pipeline cannot be an empty string".to_owned());
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let refresh = self.refresh;
        let written = self.write(context)?;
        Ok(documents::reply(&written, refresh))
    }
}

impl Index {
    pub(super) fn write(self, context: &mut Context<'_>) -> Result<documents::Written, ApiError> {
        let expected = match (self.op_type, self.concurrency.condition()) {
            (OpType::Create, _) => Expected::Nothing,
            (OpType::Index, Some(condition)) => Expected::Exactly(condition),
            (OpType::Index, None) => Expected::Anything,
        };
        let request = IndexRequest {
            operation: self.target.operation,
            index: self.target.index,
            id: self.id,
            text: self.text,
            quoted: self.quoted,
            expected,
            pipeline: self.pipeline,
            through: self.through,
        };
        documents::index(context, request)
    }
}

/// `delete`, and a deletion within `bulk`.
#[derive(Debug)]
pub(in crate::operations) struct Delete {
    pub(super) target: Target,
    pub(super) concurrency: Concurrency,
    pub(super) refresh: Refresh,
}

impl Call for Delete {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let target = target(input);
        let refresh = refresh(&input.params)?;
        let concurrency = Concurrency::read(&input.params)?;
        Ok(Self { target, concurrency, refresh })
    }

    fn validate(&self) -> Vec<String> {
        let missing = self.target.id.is_empty().then(|| "id is missing".to_owned());
        missing.into_iter().chain(self.concurrency.message()).collect()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let refresh = self.refresh;
        let written = self.write(context)?;
        Ok(documents::reply(&written, refresh))
    }
}

impl Delete {
    pub(super) fn write(self, context: &mut Context<'_>) -> Result<documents::Written, ApiError> {
        let Target { operation, index, id } = self.target;
        let condition = self.concurrency.condition();
        documents::delete(context, &Deletion { operation, index, id, condition })
    }
}
