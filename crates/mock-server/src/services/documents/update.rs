//! Partial updates (contract DO-4.1, DO-9-10).

use api_types::{
    endpoint::Operation,
    error::ErrorCause,
    json::{Json, Object, Quoted},
};

use super::{
    Source as Shown, Target, Written, mapped,
    target::{Through, write_index},
    write::written,
};
use crate::{
    call::Context,
    error::ApiError,
    services::ingest,
    store::{Expected, Outcome, Source, Terms, Unchanged, is_of_template},
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
    pub(crate) source: Shown,
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
        let source = self.read(context, source)?;
        Ok(context.store.write(self.index, self.id, source, Expected::Nothing, context.ids)?)
    }

    /// Merges into the document that is there. The merged one goes through the pipelines.
    fn merge(
        &self,
        context: &mut Context<'_>,
        doc: Object,
        terms: Terms,
    ) -> Result<Outcome, ApiError> {
        let Self { index, id, named } = *self;
        let Some(document) = context.store.get(index, id)?.filter(|_| self.is_read()) else {
            return Ok(context.store.update(index, id, doc, terms, context.ids)?);
        };
        if terms.condition.is_some_and(|expected| expected != document.condition()) {
            return Ok(context.store.update(index, id, doc, terms, context.ids)?);
        }
        let names = context.store.names(&doc);
        let mut merged = document.read().into_owned();
        let is_changed = merged.merge(doc.in_java_map_order());
        if !is_changed && terms.unchanged == Unchanged::Noop {
            return Ok(Outcome::Noop);
        }
        let merged = ingest::run_on_members(context, named, merged)?;
        let merged = self.read(context, merged)?;
        if named.is_empty() {
            return Ok(context.store.write_merged(index, id, merged, &names)?);
        }
        Ok(context.store.write(index, id, merged, Expected::Anything, context.ids)?)
    }

    /// Whether what has been merged goes through pipelines or is held against a mapping.
    fn is_read(&self) -> bool {
        !self.named.is_empty() || !is_of_template(self.index)
    }

    /// A document that is to be stored, held against the mapping of the index.
    fn read(&self, context: &mut Context<'_>, document: Object) -> Result<Source, ApiError> {
        if is_of_template(self.index) {
            return Ok(document.into());
        }
        let text = Json::Object(document).to_compact();
        mapped::take(context, self.index, self.id, text.as_bytes(), Quoted::Shown)?;
        Ok(Source::Text(text.into()))
    }
}
