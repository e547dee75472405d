//! The document engine: indices of JSON documents, as Elasticsearch keeps its state.
//!
//! The connector and sync job operations are services over this; it knows nothing of them but the
//! two index templates. It never sees JSON text of a request.

mod change;
mod document;
mod index;
mod license;
mod mapping;
mod names;
mod pipelines;
mod query;
mod settings;
mod tombstones;

use std::{collections::BTreeMap, sync::Arc};

use api_types::{Timestamp, json::Object};

pub(crate) use change::{Change, Written};
pub(crate) use document::{Condition, Document, PRIMARY_TERM, Source, Terms, Unchanged};
pub(crate) use index::{Index, MappedDocuments, Said};
pub(crate) use license::{License, LicenseType, uid as license_uid};
pub(crate) use mapping::{Mapped, TooLarge, Width};
pub(crate) use names::{Expand, NameError, pattern_matches};
pub(crate) use pipelines::{GivenPipeline, Pipeline, Pipelines, at_start as pipelines_at_start};
pub(crate) use query::{Hits, Order, Query, Search, Sort, SortAs};
pub(crate) use settings::{Settings, nested};

use crate::sources::IdSource;

/// An index that comes into being with its first document, under its alias.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    pub(crate) index: &'static str,
    pub(crate) alias: &'static str,
    /// The members that are mapped as numbers of a limited range.
    numbers: &'static [Mapped],
}

impl Template {
    /// The one of an index of that name.
    fn of(index: &str) -> Option<Self> {
        TEMPLATES.into_iter().find(|template| template.index == index)
    }
}

/// Where connectors are kept (contract SJ-2-1, CN-5.5-13).
pub(crate) const CONNECTORS: Template = Template {
    index: ".elastic-connectors-v1",
    alias: ".elastic-connectors",
    numbers: &[
        Mapped::short("filtering.active.rules.order"),
        Mapped::short("filtering.draft.rules.order"),
    ],
};

/// Where sync jobs are kept (contract SJ-2-1, SJ-2-3).
pub(crate) const SYNC_JOBS: Template = Template {
    index: ".elastic-connectors-sync-jobs-v1",
    alias: ".elastic-connectors-sync-jobs",
    numbers: &[
        Mapped::integer("deleted_document_count"),
        Mapped::integer("indexed_document_count"),
        Mapped::integer("indexed_document_volume"),
        Mapped::integer("total_document_count"),
    ],
};

/// Where secrets are kept (contract SC-1).
pub(crate) const SECRETS: Template =
    Template { index: ".connector-secrets-1", alias: ".connector-secrets", numbers: &[] };

/// Whether the mapping of an index comes from a template of Elasticsearch, so that it is not known.
pub(crate) fn is_of_template(index: &str) -> bool {
    Template::of(index).is_some()
}

/// Every index that comes into being by itself.
pub(crate) const TEMPLATES: [Template; 3] = [CONNECTORS, SYNC_JOBS, SECRETS];

/// All indices, and what is kept beside them. A clone shares indices and documents until either is
/// written.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    indices: BTreeMap<String, Arc<Index>>,
    pub(crate) pipelines: Pipelines,
    pub(crate) license: License,
    /// The id of the one node.
    node: String,
    /// When the request that is being carried out came.
    now: Timestamp,
    /// What was written since somebody began to watch.
    changes: Option<Vec<Change>>,
}

/// Which state of a document a write of a whole one is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Any, there or not.
    Anything,
    /// There must be none.
    Nothing,
    /// It must not have been written since.
    Exactly(Condition),
}

/// What a deletion did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// Whether there was a document.
    pub(crate) found: bool,
    /// Of the deletion.
    pub(crate) version: u64,
    pub(crate) seq_no: u64,
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Created,
    Updated,
    Noop,
}

impl Outcome {
    /// The name in answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Noop => "noop",
        }
    }
}

/// Why the engine did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    IndexNotFound {
        index: String,
    },
    DocumentMissing {
        id: String,
        index: String,
        index_uuid: String,
    },
    VersionConflict {
        id: String,
        index: String,
        index_uuid: String,
        condition: Condition,
        current: Option<Condition>,
    },
    /// A document where there should be none.
    AlreadyThere {
        id: String,
        index: String,
        index_uuid: String,
        version: u64,
    },
    /// A number that the mapping cannot hold; `merged` is the text that was to be indexed.
    TooLarge {
        id: String,
        number: TooLarge,
        merged: String,
    },
    ResultWindow {
        index: String,
        node: String,
        asked: u64,
    },
}

impl Store {
    /// A store without indices.
    pub(crate) fn new(ids: &mut IdSource) -> Self {
        Self {
            indices: BTreeMap::new(),
            pipelines: pipelines::at_start(),
            license: License::first(),
            node: ids.uuid(),
            now: Timestamp::from_nanoseconds(0),
            changes: None,
        }
    }

    /// Says when the request came that is carried out next.
    pub(crate) const fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The id of the one node.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// Gives the node of a store without indices another id.
    pub(crate) fn set_node(&mut self, node: String) {
        self.node = node;
    }

    /// The index of that name or alias.
    pub(crate) fn index(&self, name: &str) -> Result<&Index, StoreError> {
        self.indices
            .get(self.concrete(name))
            .map(Arc::as_ref)
            .ok_or_else(|| StoreError::IndexNotFound { index: name.to_owned() })
    }

    pub(crate) fn index_mut(&mut self, name: &str) -> Result<&mut Index, StoreError> {
        let concrete = self.concrete(name).to_owned();
        self.indices
            .get_mut(&concrete)
            .map(Arc::make_mut)
            .ok_or_else(|| StoreError::IndexNotFound { index: name.to_owned() })
    }

    /// The index behind an alias; any other name stands for itself.
    fn concrete<'n>(&'n self, name: &'n str) -> &'n str {
        if self.indices.contains_key(name) {
            return name;
        }
        if let Some(template) = TEMPLATES.iter().find(|template| template.alias == name) {
            return template.index;
        }
        let mut indices = self.indices.values();
        indices.find(|index| index.aliases.contains_key(name)).map_or(name, |index| &index.name)
    }

    /// Every index, by name.
    pub(crate) fn indices(&self) -> impl Iterator<Item = &Index> {
        self.indices.values().map(Arc::as_ref)
    }

    /// Makes an index that is not there; one of the templates has its alias from the start.
    pub(crate) fn create(&mut self, name: &str, given: &Object, ids: &mut IdSource) -> &mut Index {
        let Self { indices, node, now, .. } = self;
        let index = indices
            .entry(name.to_owned())
            .or_insert_with_key(|name| Arc::new(new_index(name, given, ids.uuid(), node, *now)));
        Arc::make_mut(index)
    }

    /// Removes an index with its documents.
    pub(crate) fn remove(&mut self, name: &str) {
        self.indices.remove(name);
    }

    /// The index of that name or alias, made if it is not there.
    fn create_if_absent(&mut self, name: &str, ids: &mut IdSource) -> &mut Index {
        let concrete = self.concrete(name).to_owned();
        self.create(&concrete, &Object::new(), ids)
    }

    /// The index of that name, made if it is not there, to be filled with documents as they were.
    pub(crate) fn filled(&mut self, name: &str, ids: &mut IdSource) -> &mut Index {
        self.create_if_absent(name, ids)
    }

    /// Makes an index that is not there, with this id.
    pub(crate) fn create_with(&mut self, name: &str, uuid: String) {
        let name = self.concrete(name).to_owned();
        let index = new_index(&name, &Object::new(), uuid, &self.node, self.now);
        self.indices.insert(name, Arc::new(index));
    }

    /// Reads a document; real time.
    pub(crate) fn get(&self, index: &str, id: &str) -> Result<Option<&Document>, StoreError> {
        Ok(self.index(index)?.get(id))
    }

    /// Writes a whole document, over the old one if there is one.
    pub(crate) fn put(
        &mut self,
        index: &str,
        id: &str,
        source: Object,
        ids: &mut IdSource,
    ) -> Outcome {
        let now = self.now;
        let before = self.watched(index, id, Document::serialised_copy);
        let outcome = self.create_if_absent(index, ids).put(id, source, now);
        self.note(index, id, Written::of(outcome), before, Document::serialised_copy);
        outcome
    }

    /// Writes a whole document if it is as expected. The index comes into being.
    pub(crate) fn write(
        &mut self,
        index: &str,
        id: &str,
        source: Source,
        expected: Expected,
        ids: &mut IdSource,
    ) -> Result<Outcome, StoreError> {
        let now = self.now;
        let before = self.watched(index, id, Document::serialised_copy);
        let outcome = self.create_if_absent(index, ids).write(id, source, expected, now)?;
        self.note(index, id, Written::of(outcome), before, Document::serialised_copy);
        Ok(outcome)
    }

    /// Deletes a document, there or not. The index comes into being.
    pub(crate) fn erase(
        &mut self,
        index: &str,
        id: &str,
        condition: Option<Condition>,
        ids: &mut IdSource,
    ) -> Result<Deleted, StoreError> {
        let now = self.now;
        let before = self.deletion(index, id);
        let deleted = self.create_if_absent(index, ids).erase(id, condition, now)?;
        self.note_change(before);
        Ok(deleted)
    }

    /// Merges a partial document into a stored one. The index comes into being even if the
    /// document is missing.
    pub(crate) fn update(
        &mut self,
        index: &str,
        id: &str,
        patch: Object,
        terms: Terms,
        ids: &mut IdSource,
    ) -> Result<Outcome, StoreError> {
        let names = self.names(&patch);
        let before = self.watched(index, id, |document| document.members(&names));
        let outcome = self.create_if_absent(index, ids).update(id, patch, terms)?;
        self.note(index, id, Written::of(outcome), before, |document| document.members(&names));
        Ok(outcome)
    }

    /// Writes what a partial document has been merged into; `names` are those of its members.
    pub(crate) fn write_merged(
        &mut self,
        index: &str,
        id: &str,
        merged: Source,
        names: &[String],
    ) -> Result<Outcome, StoreError> {
        let now = self.now;
        let before = self.watched(index, id, |document| document.members(names));
        let outcome = self.index_mut(index)?.put(id, merged, now);
        self.note(index, id, Written::of(outcome), before, |document| document.members(names));
        Ok(outcome)
    }

    /// Replaces members of a document, as a script does: nothing is merged, and it always counts as a
    /// change.
    pub(crate) fn overwrite(
        &mut self,
        index: &str,
        id: &str,
        members: Object,
    ) -> Result<Outcome, StoreError> {
        let names = self.names(&members);
        let before = self.watched(index, id, |document| document.members(&names));
        let outcome = self.index_mut(index)?.overwrite(id, members)?;
        self.note(index, id, Written::of(outcome), before, |document| document.members(&names));
        Ok(outcome)
    }

    /// Removes a document; `false` if there was none.
    pub(crate) fn delete(&mut self, index: &str, id: &str) -> Result<bool, StoreError> {
        let now = self.now;
        self.note_deleted(index, id);
        Ok(self.index_mut(index)?.delete(id, now))
    }

    /// Removes every document that matches and counts them.
    pub(crate) fn delete_by_query(
        &mut self,
        index: &str,
        query: &Query,
    ) -> Result<usize, StoreError> {
        let now = self.now;
        self.note_deleted_by_query(index, query);
        Ok(self.index_mut(index)?.delete_by_query(query, now))
    }

    /// Finds documents.
    pub(crate) fn search(&self, index: &str, search: &Search) -> Result<Hits<'_>, StoreError> {
        self.index(index)?.search(search)
    }

    /// Gives a document, if it is there, another source without that being a write.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn amend(&mut self, index: &str, id: &str, source: Object) {
        if let Ok(index) = self.index_mut(index) {
            index.amend(id, source);
        }
    }

    /// The number of documents of an index that may not be there.
    pub(crate) fn count(&self, index: &str) -> usize {
        self.index(index).map_or(0, Index::len)
    }
}

/// An index of that name of which nothing was said.
pub(crate) fn bare(name: &str) -> Index {
    new_index(name, &Object::new(), String::new(), "", Timestamp::from_nanoseconds(0))
}

/// Whether a template makes an index one of access control (contract DO-6.1-6).
fn is_access_control(name: &str) -> bool {
    name.starts_with(".search-acl-filter-")
}

/// The settings of a new index: those that its template says, and those that were given over them.
pub(crate) fn starting_settings(name: &str, given: &Object) -> Settings {
    let mut all = Object::new();
    if Template::of(name).is_some() {
        all.insert("auto_expand_replicas", "0-1");
        all.insert("hidden", "true");
        all.insert("number_of_replicas", "0");
    }
    if is_access_control(name) {
        all.insert("hidden", "true");
    }
    Settings::default().with(&all).with(given)
}

fn new_index(name: &str, given: &Object, uuid: String, node: &str, now: Timestamp) -> Index {
    let template = Template::of(name);
    let numbers = template.map_or(&[] as &[Mapped], |template| template.numbers);
    let settings = starting_settings(name, given).created_at(now);
    let mut index = Index::new(name.to_owned(), uuid, node.to_owned(), numbers, settings);
    if is_access_control(name) {
        let created_at = Object::new().with("created_at", Object::new().with("type", "date"));
        index.mappings = Object::new().with("dynamic", "false").with("properties", created_at);
    }
    if let Some(template) = template {
        index.aliases.insert(template.alias.to_owned(), Object::new());
    }
    index
}

#[cfg(test)]
mod tests;
