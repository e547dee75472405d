//! Partial updates (contract DO-4.1, DO-9-10).

use api_types::{
    endpoint::Operation,
    error::ErrorCause,
    json::{Json, Object, Quoted},
};

use super::{
    Source, Target, Written, mapped,
    target::{Through, write_index},
    write::written,
};
use crate::{
    call::Context,
    error::ApiError,
    services::ingest,
    store::{Expected, Outcome, Terms, Unchanged},
};

/// What is stored where there is no document.
#[derive(Clone, Debug)]
pub(crate) enum Upsert {
    Nothing,
    /// The partial document itself.
    Doc,
    Other(Object),
}

/// A partial update.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) doc: Object,
    pub(crate) upsert: Upsert,
    pub(crate) terms: Terms,
    pub(crate) source: Source,
    /// The pipeline that `upsert` goes through.
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
    let Update { mut doc, mut upsert, terms, source, pipeline, through } = update;
    let is_bulk = target.operation == Operation::Bulk;
    if is_bulk {
        let named = ingest::named(context.store, &target.index, pipeline.as_deref());
        prepare(context, &named, &mut doc, &mut upsert)?;
    }
    let name = write_index(context, target.operation, &target.index, through)?;
    let is_there = context.store.index(&name)?.get(&target.id).is_some();
    let named = if is_bulk { Vec::new() } else { ingest::named(context.store, &name, None) };
    let place = Place { index: &name, id: &target.id, named: &named };
    let outcome = match upsert {
        Upsert::Doc if !is_there => place.insert(context, doc)?,
        Upsert::Other(document) if !is_there => place.insert(context, document)?,
        Upsert::Nothing | Upsert::Doc | Upsert::Other(_) => place.merge(context, doc, terms)?,
    };
    let written = written(context.store, &name, &target.id, outcome)?;
    let document = context.store.index(&name)?.get(&target.id);
    let shown = document.and_then(|document| source.members(&document.read()));
    Ok(Written { shown, ..written })
}

/// In bulk what may be stored goes through its pipelines before anything is looked for.
fn prepare(
    context: &Context<'_>,
    named: &[String],
    doc: &mut Object,
    upsert: &mut Upsert,
) -> Result<(), ErrorCause> {
    let document = match upsert {
        Upsert::Nothing => return Ok(()),
        Upsert::Doc => doc,
        Upsert::Other(document) => document,
    };
    *document = ingest::run_on_members(context, named, std::mem::take(document))?;
    Ok(())
}

/// Where an update writes, and through which pipelines.
struct Place<'p> {
    index: &'p str,
    id: &'p str,
    named: &'p [String],
}

impl Place<'_> {
    /// Stores the document that was given for the case that there is none.
    fn insert(&self, context: &mut Context<'_>, document: Object) -> Result<Outcome, ApiError> {
        let source = ingest::run_on_members(context, self.named, document)?;
        self.check(context, &source)?;
        let ids = &mut *context.ids;
        Ok(context.store.write(self.index, self.id, source.into(), Expected::Nothing, ids)?)
    }

    /// Merges into the document that is there. The merged one goes through the pipelines.
    fn merge(
        &self,
        context: &mut Context<'_>,
        doc: Object,
        terms: Terms,
    ) -> Result<Outcome, ApiError> {
        let Self { index, id, named } = *self;
        if let Some(merged) = self.merged(context, &doc, terms)? {
            let source = ingest::run_on_members(context, named, merged)?;
            self.check(context, &source)?;
            if !named.is_empty() {
                let (source, ids) = (source.into(), &mut *context.ids);
                return Ok(context.store.write(index, id, source, Expected::Anything, ids)?);
            }
        }
        Ok(context.store.update(index, id, doc, terms, context.ids)?)
    }

    /// Refuses what the mapping of the index refuses.
    fn check(&self, context: &Context<'_>, document: &Object) -> Result<(), ApiError> {
        let mappings = &context.store.index(self.index)?.mappings;
        if mapped::says_something(mappings) {
            let text = Json::Object(document.clone()).to_compact();
            mapped::check(mappings, self.id, text.as_bytes(), Quoted::Shown, context.version)?;
        }
        Ok(())
    }

    /// The merged document, if it is to go through pipelines or is held against a mapping.
    fn merged(
        &self,
        context: &Context<'_>,
        doc: &Object,
        terms: Terms,
    ) -> Result<Option<Object>, ApiError> {
        let Some(document) = context.store.get(self.index, self.id)? else { return Ok(None) };
        let is_other = terms.condition.is_some_and(|expected| expected != document.condition());
        let is_held = mapped::says_something(&context.store.index(self.index)?.mappings);
        if (self.named.is_empty() && !is_held) || is_other {
            return Ok(None);
        }
        let mut merged = document.read().into_owned();
        let is_changed = merged.merge(doc.clone().in_java_map_order());
        Ok((is_changed || terms.unchanged == Unchanged::Written).then_some(merged))
    }
}
