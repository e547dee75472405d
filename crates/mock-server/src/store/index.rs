//! One index: documents by id, numbered writes.

use std::{collections::BTreeMap, sync::Arc};

use api_types::json::Object;

use super::{Document, Hits, Mapped, Outcome, Query, Search, StoreError, Terms};

/// An index of documents. A clone shares them until either is written.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) uuid: String,
    /// The node that holds the one shard.
    pub(crate) node: String,
    documents: BTreeMap<String, Arc<Document>>,
    next_seq_no: u64,
    numbers: &'static [Mapped],
}

impl Index {
    pub(super) const fn new(
        name: String,
        uuid: String,
        node: String,
        numbers: &'static [Mapped],
    ) -> Self {
        Self { name, uuid, node, documents: BTreeMap::new(), next_seq_no: 0, numbers }
    }

    pub(super) fn len(&self) -> usize {
        self.documents.len()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Document> {
        self.documents.get(id).map(Arc::as_ref)
    }

    /// Gives a document another source without that being a write.
    #[cfg(feature = "planted-faults")]
    pub(super) fn amend(&mut self, id: &str, source: Object) {
        if let Some(document) = self.documents.get_mut(id) {
            let Document { version, seq_no, .. } = **document;
            *document = Arc::new(Document::new(id.to_owned(), source, version, seq_no));
        }
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values().map(Arc::as_ref)
    }

    /// The number of the next write.
    pub(crate) const fn next_seq_no(&self) -> u64 {
        self.next_seq_no
    }

    const fn take_seq_no(&mut self) -> u64 {
        let seq_no = self.next_seq_no;
        self.next_seq_no += 1;
        seq_no
    }

    pub(super) fn put(&mut self, id: &str, source: Object) -> Outcome {
        let seq_no = self.take_seq_no();
        let version = self.documents.get(id).map_or(0, |old| old.version) + 1;
        let document = Document::new(id.to_owned(), source, version, seq_no);
        match self.documents.insert(id.to_owned(), Arc::new(document)) {
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        }
    }

    pub(super) fn update(
        &mut self,
        id: &str,
        patch: Object,
        terms: Terms,
    ) -> Result<Outcome, StoreError> {
        let seq_no = self.next_seq_no;
        let Some(document) = self.documents.get_mut(id) else {
            return Err(self.missing(id));
        };
        if let Some(condition) = terms.condition
            && condition != document.condition()
        {
            return Err(StoreError::VersionConflict {
                id: id.to_owned(),
                index: self.name.clone(),
                index_uuid: self.uuid.clone(),
                condition,
                current: Some(document.condition()),
            });
        }
        document.check_numbers(&patch, self.numbers)?;
        let patch = patch.in_java_map_order();
        if !Arc::make_mut(document).merge(patch, terms.unchanged, seq_no) {
            return Ok(Outcome::Noop);
        }
        self.next_seq_no += 1;
        Ok(Outcome::Updated)
    }

    pub(super) fn overwrite(&mut self, id: &str, members: Object) -> Result<Outcome, StoreError> {
        let seq_no = self.next_seq_no;
        let Some(document) = self.documents.get_mut(id) else { return Err(self.missing(id)) };
        Arc::make_mut(document).overwrite(members.in_java_map_order(), seq_no);
        self.next_seq_no += 1;
        Ok(Outcome::Updated)
    }

    fn missing(&self, id: &str) -> StoreError {
        StoreError::DocumentMissing {
            id: id.to_owned(),
            index: self.name.clone(),
            index_uuid: self.uuid.clone(),
        }
    }

    pub(super) fn delete(&mut self, id: &str) -> bool {
        let found = self.documents.remove(id).is_some();
        if found {
            self.next_seq_no += 1;
        }
        found
    }

    pub(super) fn delete_by_query(&mut self, query: &Query) -> usize {
        let before = self.documents.len();
        self.documents.retain(|_, document| !query.matches(document));
        let deleted = before - self.documents.len();
        self.next_seq_no += deleted as u64;
        deleted
    }

    pub(super) fn search(&self, search: &Search) -> Result<Hits<'_>, StoreError> {
        search.run(self)
    }
}
