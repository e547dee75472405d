//! Writing and deleting whole documents (contract DO-4.3, DO-4.4).

use api_types::{endpoint::Operation, error::ErrorType, json::Quoted};
use bytes::Bytes;

use super::{
    Written,
    answers::copies,
    guard, mapped,
    target::{Through, write_index},
};
use crate::{
    call::Context,
    error::ApiError,
    services::ingest,
    store::{Condition, Expected, NameError, Outcome, Source, Store},
};

/// A document that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct IndexRequest {
    pub(crate) operation: Operation,
    /// The name of an index or alias, as it was sent.
    pub(crate) index: String,
    /// `None` if the server makes one.
    pub(crate) id: Option<String>,
    /// The document as it was sent.
    pub(crate) text: Bytes,
    /// Whether what is wrong with it is told with its text.
    pub(crate) quoted: Quoted,
    pub(crate) expected: Expected,
    /// The pipeline that the request names.
    pub(crate) pipeline: Option<String>,
    pub(crate) through: Through,
}

/// What a write has come to, as the store knows it now.
pub(super) fn written(
    store: &Store,
    index: &str,
    id: &str,
    outcome: Outcome,
) -> Result<Written, ApiError> {
    let index = store.index(index)?;
    let (version, seq_no) =
        index.get(id).map_or((0, 0), |document| (document.version, document.seq_no));
    Ok(Written {
        index: index.name.clone(),
        id: id.to_owned(),
        version,
        seq_no,
        result: outcome.name(),
        copies: copies(index),
        shown: None,
    })
}

/// `index`, `create` and the same in bulk: pipelines first, then the index, then the document.
pub(crate) fn index(context: &mut Context<'_>, request: IndexRequest) -> Result<Written, ApiError> {
    let IndexRequest { operation, index, id, text, quoted, expected, pipeline, through } = request;
    guard(operation, &index)?;
    let named = ingest::named(context.store, &index, pipeline.as_deref());
    let document = ingest::Incoming { index: index.clone(), id, text };
    let Some(document) = ingest::run(context, &named, document)? else {
        // No processor that drops documents is served.
        return Err(ApiError::new(ErrorType::IllegalState, "the document was dropped"));
    };
    let name = write_index(context, operation, &document.index, through)?;
    let id = match document.id {
        Some(id) if id.is_empty() => {
            let reason = "if _id is specified it must not be empty";
            return Err(ApiError::new(ErrorType::IllegalArgument, reason));
        }
        Some(id) => id,
        None => context.ids.document_id(),
    };
    mapped::take(context, &name, &id, &document.text, quoted)?;
    let source = Source::Text(document.text);
    let outcome = context.store.write(&name, &id, source, expected, context.ids)?;
    written(context.store, &name, &id, outcome)
}

/// A document that is to be deleted.
#[derive(Clone, Debug)]
pub(crate) struct Deletion {
    pub(crate) operation: Operation,
    pub(crate) index: String,
    pub(crate) id: String,
    pub(crate) condition: Option<Condition>,
}

/// `delete` and the same in bulk. No index is made for it.
pub(crate) fn delete(context: &mut Context<'_>, request: &Deletion) -> Result<Written, ApiError> {
    let Deletion { operation, index, id, condition } = request;
    guard(*operation, index)?;
    let name = match context.store.write_index(index) {
        Ok(name) => name,
        Err(NameError::Invalid { name, .. }) => return Err(NameError::NotFound(name).into()),
        Err(other) => return Err(other.into()),
    };
    let deleted = context.store.erase(&name, id, *condition, context.ids)?;
    let result = if deleted.found { "deleted" } else { "not_found" };
    Ok(Written {
        version: deleted.version,
        seq_no: deleted.seq_no,
        result,
        ..written(context.store, &name, id, Outcome::Noop)?
    })
}
