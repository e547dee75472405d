//! The document engine: indices of JSON documents, as Elasticsearch keeps its state.
//!
//! The connector and sync job operations are services over this; it knows nothing of them but the
//! two index templates. It never sees JSON text of a request.

mod change;
mod document;
mod index;
mod mapping;
mod query;

use std::{collections::BTreeMap, sync::Arc};

use api_types::json::Object;

pub(crate) use change::{Change, Written};
pub(crate) use document::{Condition, Document, PRIMARY_TERM, Terms, Unchanged};
pub(crate) use index::Index;
pub(crate) use mapping::{Mapped, TooLarge, Width};
pub(crate) use query::{Hits, Order, Query, Search, Sort, SortAs};

use crate::sources::IdSource;

/// An index that comes into being with its first document, under its alias.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    pub(crate) index: &'static str,
    pub(crate) alias: &'static str,
    /// The members that are mapped as numbers of a limited range.
    numbers: &'static [Mapped],
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

/// Every index that comes into being by itself.
pub(crate) const TEMPLATES: [Template; 3] = [CONNECTORS, SYNC_JOBS, SECRETS];

/// All indices. A clone shares indices and documents until either is written.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    indices: BTreeMap<String, Arc<Index>>,
    /// The id of the one node.
    node: String,
    /// What was written since somebody began to watch.
    changes: Option<Vec<Change>>,
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
        Self { indices: BTreeMap::new(), node: ids.uuid(), changes: None }
    }

    /// The index of that name or alias.
    pub(crate) fn index(&self, name: &str) -> Result<&Index, StoreError> {
        self.indices
            .get(concrete(name))
            .map(Arc::as_ref)
            .ok_or_else(|| StoreError::IndexNotFound { index: name.to_owned() })
    }

    fn index_mut(&mut self, name: &str) -> Result<&mut Index, StoreError> {
        self.indices
            .get_mut(concrete(name))
            .map(Arc::make_mut)
            .ok_or_else(|| StoreError::IndexNotFound { index: name.to_owned() })
    }

    /// The index of that name or alias, made if it is not there.
    fn create_if_absent(&mut self, name: &str, ids: &mut IdSource) -> &mut Index {
        let Self { indices, node, .. } = self;
        let concrete = concrete(name).to_owned();
        Arc::make_mut(indices.entry(concrete.clone()).or_insert_with(|| {
            let numbers = numbers(&concrete);
            Arc::new(Index::new(concrete.clone(), ids.uuid(), node.clone(), numbers))
        }))
    }

    /// The id of the one node.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// Gives the node of a store without indices another id.
    pub(crate) fn set_node(&mut self, node: String) {
        self.node = node;
    }

    /// Every index, by name.
    pub(crate) fn indices(&self) -> impl Iterator<Item = &Index> {
        self.indices.values().map(Arc::as_ref)
    }

    /// The index of that name, made if it is not there, to be filled with documents as they were.
    pub(crate) fn filled(&mut self, name: &str, ids: &mut IdSource) -> &mut Index {
        self.create_if_absent(name, ids)
    }

    /// Makes an index that is not there, with this id.
    pub(crate) fn create_with(&mut self, name: &str, uuid: String) {
        let name = concrete(name).to_owned();
        let index = Index::new(name.clone(), uuid, self.node.clone(), numbers(&name));
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
        let before = self.watched(index, id, Document::serialised_clone);
        let outcome = self.create_if_absent(index, ids).put(id, source);
        self.note(index, id, Written::of(outcome), before, Document::serialised_clone);
        outcome
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
        self.note_deleted(index, id);
        Ok(self.index_mut(index)?.delete(id))
    }

    /// Removes every document that matches and counts them.
    pub(crate) fn delete_by_query(
        &mut self,
        index: &str,
        query: &Query,
    ) -> Result<usize, StoreError> {
        self.note_deleted_by_query(index, query);
        Ok(self.index_mut(index)?.delete_by_query(query))
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

/// The members of an index that are mapped as numbers of a limited range.
fn numbers(index: &str) -> &'static [Mapped] {
    TEMPLATES
        .iter()
        .find(|template| template.index == index)
        .map_or(&[], |template| template.numbers)
}

/// The index behind an alias of a template; any other name stands for itself.
fn concrete(name: &str) -> &str {
    TEMPLATES.iter().find(|template| template.alias == name).map_or(name, |template| template.index)
}

#[cfg(test)]
mod tests;
