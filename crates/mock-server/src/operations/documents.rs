//! The operations on documents (contract DO-4).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    json::Object,
    ops::UpdateDocument,
};

use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    params::Params,
    reply::Reply,
    services::documents::{self, Refresh, Source, Target, Update as Merge},
    store::{Condition, Terms, Unchanged},
};

/// The index and the document that a path names.
fn target(input: &Input<'_>) -> Target {
    Target { operation: input.endpoint.operation, index: input.id("index"), id: input.id("id") }
}

/// Whether the answer is to hold the document; `None` if nothing is said of it, an error if only a
/// part of it is asked for (contract DO-4-6).
fn source(params: &Params, operation: Operation) -> Result<Option<bool>, ErrorCause> {
    match params.get("_source") {
        None => Ok(None),
        Some("" | "true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(not_served(operation, "a part of [_source]")),
    }
}

/// Versions are what Elasticsearch refuses here, whatever they are (contract DO-4.1-8).
fn refuse_versions(params: &Params) -> Result<(), ErrorCause> {
    if params.get("version").is_none() && params.get("version_type").is_none() {
        return Ok(());
    }
    let message = "internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead";
    let reason = format!("Validation Failed: 1: {message};");
    Err(ErrorCause::new(ErrorType::ActionRequestValidation, reason))
}

/// What a write says that does not want to name a sequence number, and a primary term.
const NO_SEQ_NO: i64 = -2;
const NO_PRIMARY_TERM: i64 = 0;

/// The two parameters of optimistic concurrency control (contract DO-4.1-7).
#[derive(Clone, Copy)]
struct Expected {
    seq_no: i64,
    primary_term: i64,
}

impl Expected {
    fn read(params: &Params) -> Result<Self, ErrorCause> {
        let illegal = |reason: String| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        let seq_no = params.long("if_seq_no", NO_SEQ_NO)?;
        if seq_no < 0 && seq_no != NO_SEQ_NO {
            return illegal(format!("sequence numbers must be non negative. got [{seq_no}]."));
        }
        let primary_term = params.long("if_primary_term", NO_PRIMARY_TERM)?;
        if primary_term < 0 {
            return illegal(format!("primary term must be non negative. got [{primary_term}]"));
        }
        Ok(Self { seq_no, primary_term })
    }

    const fn has_seq_no(self) -> bool {
        self.seq_no != NO_SEQ_NO
    }

    fn message(self) -> Option<String> {
        let term = self.primary_term;
        match (self.has_seq_no(), term == NO_PRIMARY_TERM) {
            (true, true) => Some("ifSeqNo is set, but primary term is [0]".to_owned()),
            (false, false) => Some(format!("ifSeqNo is unassigned, but primary term is [{term}]")),
            (true, false) | (false, true) => None,
        }
    }

    fn condition(self) -> Option<Condition> {
        let seq_no = u64::try_from(self.seq_no).ok()?;
        let primary_term = u64::try_from(self.primary_term).ok()?;
        Some(Condition { seq_no, primary_term })
    }
}

/// `update`
pub(super) struct Update {
    target: Target,
    body: UpdateDocument,
    expected: Expected,
    refresh: Refresh,
    retries: i32,
    source: Source,
}

impl Call for Update {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let target = target(input);
        let params = &input.params;
        let refresh = match params.refresh()? {
            Some("true") => Refresh::Forced,
            _ => Refresh::NotForced,
        };
        let in_query = source(params, target.operation)?;
        let retries = params.int("retry_on_conflict", 0)?;
        refuse_versions(params)?;
        let expected = Expected::read(params)?;
        let body: UpdateDocument = input.required_body()?;
        let source = Source::shown(body.source.or(in_query).unwrap_or(false));
        Ok(Self { target, body, expected, refresh, retries, source })
    }

    fn validate(&self) -> Vec<String> {
        let Self { target, body, expected, retries, .. } = self;
        let mut messages = Vec::new();
        let mut add = |is_wrong: bool, message: &str| {
            if is_wrong {
                messages.push(message.to_owned());
            }
        };
        add(target.id.is_empty(), "id is missing");
        if let Some(message) = expected.message() {
            add(true, &message);
        }
        let has_seq_no = expected.has_seq_no();
        add(has_seq_no && *retries > 0, "compare and write operations can not be retried");
        let upserts = "compare and write operations can not be used with upsert";
        add(has_seq_no && body.doc_as_upsert, upserts);
        let upsert = "upsert requests don't support `if_seq_no` and `if_primary_term`";
        add(has_seq_no && body.has_upsert, upsert);
        let has_doc = body.doc.is_some();
        add(!body.has_script && !has_doc, "script or doc is missing");
        add(body.has_script && has_doc, "can't provide both script and doc");
        let no_doc = "doc must be specified if doc_as_upsert is enabled";
        add(!has_doc && body.doc_as_upsert, no_doc);
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        if let Some(member) = self.body.not_served {
            let what = format!("[{member}] in the body as it is");
            return Err(not_served(self.target.operation, &what).into());
        }
        let unchanged = if self.body.detect_noop { Unchanged::Noop } else { Unchanged::Written };
        let doc: Object = self.body.doc.unwrap_or_default();
        let terms = Terms { condition: self.expected.condition(), unchanged };
        let merge = Merge { doc, terms, refresh: self.refresh, source: self.source };
        documents::update(context, &self.target, merge)
    }
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
        // Every write is seen at once, whatever these two say.
        params.boolean("refresh")?;
        params.boolean("realtime")?;
        if params.get("fields").is_some() {
            let reason = "the parameter [fields] is no longer supported, please use [stored_fields] to retrieve stored fields or [_source] to load the field from _source";
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        let source = Source::shown(source(params, target.operation)?.unwrap_or(true));
        Ok(Self { target, source })
    }

    fn validate(&self) -> Vec<String> {
        if self.target.id.is_empty() { vec!["id is missing".to_owned()] } else { Vec::new() }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        documents::get(context.store, &self.target, self.source)
    }
}
