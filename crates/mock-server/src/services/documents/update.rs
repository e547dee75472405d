//! Partial updates (contract DO-4.1).

use api_types::json::Object;

use super::{
    Source, Target, Written,
    target::{Through, write_index},
    write::written,
};
use crate::{
    call::Context,
    error::ApiError,
    services::ingest,
    store::{Expected, Outcome, Terms},
};

/// A partial update.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) doc: Object,
    /// What is stored where there is no document.
    pub(crate) upsert: Option<Object>,
    pub(crate) terms: Terms,
    pub(crate) source: Source,
    /// The pipeline that a document goes through which is stored where there is none.
    pub(crate) pipeline: Option<String>,
    pub(crate) through: Through,
}

/// `update` and the same in bulk: whatever the document says, as Elasticsearch has no rules for it
/// but the mapping.
pub(crate) fn update(
    context: &mut Context<'_>,
    target: &Target,
    update: Update,
) -> Result<Written, ApiError> {
    let Update { doc, upsert, terms, source, pipeline, through } = update;
    let name = write_index(context, target.operation, &target.index, through)?;
    let is_there = context.store.index(&name)?.get(&target.id).is_some();
    let outcome = match upsert {
        Some(upsert) if !is_there => {
            insert(context, &name, &target.id, upsert, pipeline.as_deref())?
        }
        _ => context.store.update(&name, &target.id, doc, terms, context.ids)?,
    };
    let written = written(context.store, &name, &target.id, outcome)?;
    let document = context.store.index(&name)?.get(&target.id);
    let shown = document.and_then(|document| source.members(&document.read()));
    Ok(Written { shown, ..written })
}

/// Stores the document that was given for the case that there is none.
fn insert(
    context: &mut Context<'_>,
    index: &str,
    id: &str,
    upsert: Object,
    pipeline: Option<&str>,
) -> Result<Outcome, ApiError> {
    let named = ingest::named(context.store, index, pipeline);
    let source = ingest::run_on_members(context, &named, upsert)?;
    Ok(context.store.write(index, id, source.into(), Expected::Nothing, context.ids)?)
}
