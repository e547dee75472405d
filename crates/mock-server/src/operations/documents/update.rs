//! `update`

use api_types::{
    error::{ErrorCause, ErrorType},
    ops::UpdateDocument,
};

use super::{concurrency::Concurrency, refresh, source, target};
use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    params::Params,
    reply::Reply,
    services::documents::{self, Refresh, Source, Target, Through, Update as Merge, Upsert},
    store::{Terms, Unchanged},
};

/// Versions are what Elasticsearch refuses here, whatever they are (contract DO-4.1-8).
fn refuse_versions(params: &Params) -> Result<(), ErrorCause> {
    if params.get("version").is_none() && params.get("version_type").is_none() {
        return Ok(());
    }
    let message = "internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead";
    let reason = format!("Validation Failed: 1: {message};");
    Err(ErrorCause::new(ErrorType::ActionRequestValidation, reason))
}

/// `update`, and an update within `bulk`.
#[derive(Debug)]
pub(in crate::operations) struct Update {
    pub(super) target: Target,
    pub(super) body: UpdateDocument,
    pub(super) concurrency: Concurrency,
    pub(super) refresh: Refresh,
    pub(super) retries: i32,
    pub(super) source: Source,
    pub(super) doc_as_upsert: bool,
    pub(super) pipeline: Option<String>,
    pub(super) through: Through,
}

impl Call for Update {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let target = target(input);
        let params = &input.params;
        let refresh = refresh(params)?;
        let doc_as_upsert = params.boolean("doc_as_upsert")?;
        let in_query = source::in_query(params)?;
        let retries = params.int("retry_on_conflict", 0)?;
        refuse_versions(params)?;
        let concurrency = Concurrency::read(params)?;
        let through = through(params)?;
        let body: UpdateDocument = input.required_body()?;
        let concurrency = concurrency.with(body.if_seq_no, body.if_primary_term)?;
        let in_body = body.source.as_ref().map(source::in_body);
        let source = in_body.or(in_query).unwrap_or(Source::Hidden);
        let doc_as_upsert = body.doc_as_upsert.unwrap_or(doc_as_upsert);
        let pipeline = None;
        Ok(Self {
            target,
            body,
            concurrency,
            refresh,
            retries,
            source,
            doc_as_upsert,
            pipeline,
            through,
        })
    }

    fn validate(&self) -> Vec<String> {
        let Self { target, body, concurrency, retries, doc_as_upsert, .. } = self;
        let mut messages = Vec::new();
        let mut add = |is_wrong: bool, message: &str| {
            if is_wrong {
                messages.push(message.to_owned());
            }
        };
        add(target.id.is_empty(), "id is missing");
        if let Some(message) = concurrency.message() {
            add(true, &message);
        }
        let has_seq_no = concurrency.has_seq_no();
        add(has_seq_no && *retries > 0, "compare and write operations can not be retried");
        let upserts = "compare and write operations can not be used with upsert";
        add(has_seq_no && *doc_as_upsert, upserts);
        let upsert = "upsert requests don't support `if_seq_no` and `if_primary_term`";
        add(has_seq_no && body.upsert.is_some(), upsert);
        let has_doc = body.doc.is_some();
        add(!body.has_script && !has_doc, "script or doc is missing");
        add(body.has_script && has_doc, "can't provide both script and doc");
        let no_doc = "doc must be specified if doc_as_upsert is enabled";
        add(!has_doc && *doc_as_upsert, no_doc);
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let refresh = self.refresh;
        let written = self.write(context)?;
        Ok(documents::reply(&written, refresh))
    }
}

/// Whether the name must be that of an alias.
pub(super) fn through(params: &Params) -> Result<Through, ErrorCause> {
    Ok(if params.boolean("require_alias")? { Through::AliasOnly } else { Through::Anything })
}

impl Update {
    pub(super) fn write(self, context: &mut Context<'_>) -> Result<documents::Written, ApiError> {
        if let Some(member) = self.body.not_served {
            let what = format!("[{member}] in the body as it is");
            return Err(not_served(self.target.operation, &what).into());
        }
        let unchanged = if self.body.detect_noop { Unchanged::Noop } else { Unchanged::Written };
        let doc = self.body.doc.unwrap_or_default();
        let upsert = match self.body.upsert {
            _ if self.doc_as_upsert => Upsert::Doc,
            Some(document) => Upsert::Other(document),
            None => Upsert::Nothing,
        };
        let merge = Merge {
            doc,
            upsert,
            terms: Terms { condition: self.concurrency.condition(), unchanged },
            source: self.source,
            pipeline: self.pipeline,
            through: self.through,
        };
        documents::update(context, &self.target, merge)
    }
}
