//! One index: documents by id, numbered writes.

use std::{collections::BTreeMap, sync::Arc};

use api_types::{Timestamp, json::Object};

use super::{
    Condition, Deleted, Document, Expected, Hits, Mapped, Outcome, Query, Search, Source,
    StoreError, Template, Terms,
    document::{Kept, check_whole},
    settings::Settings,
    tombstones::Tombstones,
};

/// What is said of an index beside its documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// When it was made.
    pub(crate) created: Option<Timestamp>,
    /// As a request gives them.
    pub(crate) settings: Object,
    pub(crate) mappings: Option<Object>,
    /// Of the index itself.
    pub(crate) mapped: MappedDocuments,
    /// By name, with what is said of each.
    pub(crate) aliases: Vec<(String, Object)>,
}

/// Whether the mapping of an index has all that its documents would add to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MappedDocuments {
    /// It has, if its documents were held against it as it is.
    #[default]
    All,
    /// Some were written when the mapping did not look at members that it would add now.
    Some,
}

/// An index of documents. A clone shares them until either is written.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) uuid: String,
    /// The node that holds the one shard.
    pub(crate) node: String,
    documents: BTreeMap<String, Arc<Document>>,
    tombstones: Tombstones,
    next_seq_no: u64,
    numbers: &'static [Mapped],
    kept: Kept,
    /// Aliases with what was said of them.
    pub(crate) aliases: BTreeMap<String, Object>,
    /// The mapping as it was given, with what documents have added.
    pub(crate) mappings: Object,
    pub(crate) mapped: MappedDocuments,
    pub(crate) settings: Settings,
}

impl Index {
    pub(super) fn new(
        name: String,
        uuid: String,
        node: String,
        numbers: &'static [Mapped],
        settings: Settings,
    ) -> Self {
        Self {
            uuid,
            node,
            documents: BTreeMap::new(),
            tombstones: Tombstones::default(),
            next_seq_no: 0,
            numbers,
            kept: if Template::of(&name).is_some() { Kept::Both } else { Kept::Text },
            name,
            aliases: BTreeMap::new(),
            mappings: Object::new(),
            mapped: MappedDocuments::All,
            settings,
        }
    }

    pub(crate) fn len(&self) -> usize {
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
        self.shared_documents().map(Arc::as_ref)
    }

    /// The documents, to be kept as they are now.
    pub(crate) fn shared_documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.values()
    }

    /// The number that the next write gets.
    pub(crate) const fn next_seq_no(&self) -> u64 {
        self.next_seq_no
    }

    /// Goes on numbering writes from here.
    pub(crate) const fn set_next_seq_no(&mut self, next: u64) {
        self.next_seq_no = next;
    }

    /// Puts a document in as it was, and goes on numbering writes behind it.
    pub(crate) fn load(&mut self, id: &str, source: impl Into<Source>, version: u64, seq_no: u64) {
        let mut document = Document::new(id.to_owned(), source, version, seq_no);
        document.keep(self.kept);
        self.documents.insert(id.to_owned(), Arc::new(document));
        self.next_seq_no = self.next_seq_no.max(seq_no + 1);
    }

    /// Puts what is said in, over what a new index of the name has.
    pub(crate) fn describe(&mut self, said: &Said) {
        let Said { created, settings, mappings, mapped, aliases } = said;
        let mut all = std::mem::take(&mut self.settings).with(settings);
        if let Some(created) = created {
            all = all.created_at(*created);
        }
        self.settings = all;
        if let Some(mappings) = mappings {
            self.mappings = mappings.clone();
        }
        self.mapped = *mapped;
        self.aliases.extend(aliases.iter().cloned());
    }

    /// Every deletion that is remembered: the id, the version, and until when.
    pub(crate) fn deletions(&self) -> impl Iterator<Item = (&str, u64, Timestamp)> {
        self.tombstones.all()
    }

    /// Remembers a deletion as it was.
    pub(crate) fn load_deletion(&mut self, id: &str, version: u64, end: Timestamp) {
        self.tombstones.load(id, version, end);
    }

    const fn take_seq_no(&mut self) -> u64 {
        let seq_no = self.next_seq_no;
        self.next_seq_no += 1;
        seq_no
    }

    /// The version that the next write of a document gives it; that of a deleted one goes on
    /// (contract DO-4.4-5).
    fn next_version(&self, id: &str, now: Timestamp) -> u64 {
        let stored = self.documents.get(id).map(|old| old.version);
        stored.or_else(|| self.tombstones.version(id, now)).unwrap_or(0) + 1
    }

    pub(super) fn put(&mut self, id: &str, source: impl Into<Source>, now: Timestamp) -> Outcome {
        let seq_no = self.take_seq_no();
        let version = self.next_version(id, now);
        self.tombstones.forget(id);
        let mut document = Document::new(id.to_owned(), source, version, seq_no);
        document.keep(self.kept);
        match self.documents.insert(id.to_owned(), Arc::new(document)) {
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        }
    }

    /// Writes a whole document if it is as expected.
    pub(super) fn write(
        &mut self,
        id: &str,
        source: Source,
        expected: Expected,
        now: Timestamp,
    ) -> Result<Outcome, StoreError> {
        match expected {
            Expected::Anything => {}
            Expected::Nothing => {
                if let Some(there) = self.documents.get(id) {
                    return Err(self.already_there(there));
                }
            }
            Expected::Exactly(condition) => self.check(id, condition)?,
        }
        if !self.numbers.is_empty() {
            let document = Document::new(id.to_owned(), source.clone(), 0, 0);
            check_whole(id, document.source().clone(), self.numbers)?;
        }
        Ok(self.put(id, source, now))
    }

    fn already_there(&self, document: &Document) -> StoreError {
        StoreError::AlreadyThere {
            id: document.id.clone(),
            index: self.name.clone(),
            index_uuid: self.uuid.clone(),
            version: document.version,
        }
    }

    /// Refuses a write that expects another state of the document.
    fn check(&self, id: &str, condition: Condition) -> Result<(), StoreError> {
        let current = self.get(id).map(Document::condition);
        if current == Some(condition) {
            return Ok(());
        }
        Err(StoreError::VersionConflict {
            id: id.to_owned(),
            index: self.name.clone(),
            index_uuid: self.uuid.clone(),
            condition,
            current,
        })
    }

    pub(super) fn update(
        &mut self,
        id: &str,
        patch: Object,
        terms: Terms,
    ) -> Result<Outcome, StoreError> {
        if !self.documents.contains_key(id) {
            return Err(self.missing(id));
        }
        if let Some(condition) = terms.condition {
            self.check(id, condition)?;
        }
        let seq_no = self.next_seq_no;
        let Some(document) = self.documents.get_mut(id) else { return Err(self.missing(id)) };
        document.check_numbers(&patch, self.numbers)?;
        let patch = patch.in_java_map_order();
        let document = Arc::make_mut(document);
        let is_written = document.merge(patch, terms.unchanged, seq_no);
        document.keep(self.kept);
        if !is_written {
            return Ok(Outcome::Noop);
        }
        self.next_seq_no += 1;
        Ok(Outcome::Updated)
    }

    pub(super) fn overwrite(&mut self, id: &str, members: Object) -> Result<Outcome, StoreError> {
        let seq_no = self.next_seq_no;
        let Some(document) = self.documents.get_mut(id) else { return Err(self.missing(id)) };
        let document = Arc::make_mut(document);
        document.overwrite(members.in_java_map_order(), seq_no);
        document.keep(self.kept);
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

    /// Removes a document that is there.
    pub(super) fn delete(&mut self, id: &str, now: Timestamp) -> bool {
        self.documents.contains_key(id) && self.bury(id, now).found
    }

    /// Deletes a document, there or not: a deletion is a write either way.
    pub(super) fn erase(
        &mut self,
        id: &str,
        condition: Option<Condition>,
        now: Timestamp,
    ) -> Result<Deleted, StoreError> {
        if let Some(condition) = condition {
            self.check(id, condition)?;
        }
        Ok(self.bury(id, now))
    }

    fn bury(&mut self, id: &str, now: Timestamp) -> Deleted {
        let version = self.next_version(id, now);
        let seq_no = self.take_seq_no();
        let found = self.documents.remove(id).is_some();
        self.tombstones.add(id, version, now);
        Deleted { found, version, seq_no }
    }

    pub(super) fn delete_by_query(&mut self, query: &Query, now: Timestamp) -> usize {
        let matching = self.documents.values().filter(|document| query.matches(document));
        let ids: Vec<String> = matching.map(|document| document.id.clone()).collect();
        for id in &ids {
            self.bury(id, now);
        }
        ids.len()
    }

    pub(super) fn search(&self, search: &Search) -> Result<Hits<'_>, StoreError> {
        search.run(self)
    }
}
