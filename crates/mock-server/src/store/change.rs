//! What an operation wrote, for whoever watches. A store that nobody watches notes nothing.

use api_types::json::Object;
use bytes::Bytes;

use super::{Document, Outcome, Query, Store};

/// The most documents that one request is noted to have written. Only bulk requests and
/// deletions by query write more.
const MOST: usize = 100;

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Created,
    Updated,
    Deleted,
}

/// A document that was written.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The index itself, not the alias that was named.
    pub(crate) index: String,
    pub(crate) id: String,
    pub(crate) written: Written,
    /// The version and the sequence number that it has now, or had at last.
    pub(crate) version: u64,
    pub(crate) seq_no: u64,
    /// The members that the write named, as they were; the whole document, if it was written over or
    /// deleted.
    pub(crate) before: Option<Bytes>,
    /// The same members as they are; the whole document, if it was written as a whole.
    pub(crate) after: Option<Bytes>,
}

impl Written {
    /// `None` if nothing was written.
    pub(super) const fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Created => Some(Self::Created),
            Outcome::Updated => Some(Self::Updated),
            Outcome::Noop => None,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

impl Store {
    /// Begins to note what is written.
    pub(crate) fn watch(&mut self) {
        self.changes = Some(Vec::new());
    }

    /// What was written since [`Store::watch`]; from now on nothing is noted.
    pub(crate) fn watched_changes(&mut self) -> Vec<Change> {
        self.changes.take().unwrap_or_default()
    }

    /// The names of members, if somebody watches.
    pub(crate) fn names(&self, members: &Object) -> Vec<String> {
        match self.changes {
            Some(_) => members.iter().map(|(name, _)| name.to_owned()).collect(),
            None => Vec::new(),
        }
    }

    /// A text of a document that is there, if somebody watches.
    pub(super) fn watched(
        &self,
        index: &str,
        id: &str,
        text: impl Fn(&Document) -> Bytes,
    ) -> Option<Bytes> {
        self.changes.as_ref()?;
        self.get(index, id).ok()?.map(text)
    }

    /// Notes that a document was written.
    pub(super) fn note(
        &mut self,
        index: &str,
        id: &str,
        written: Option<Written>,
        before: Option<Bytes>,
        text: impl Fn(&Document) -> Bytes,
    ) {
        let (Some(_), Some(written)) = (&self.changes, written) else { return };
        let Ok(Some(document)) = self.get(index, id) else { return };
        let Document { version, seq_no, .. } = *document;
        let (index, id) = (self.concrete(index).to_owned(), id.to_owned());
        let after = Some(text(document));
        self.note_change(Some(Change { index, id, written, version, seq_no, before, after }));
    }

    /// The deletion of a document, if it is there and somebody watches.
    pub(super) fn deletion(&self, index: &str, id: &str) -> Option<Change> {
        self.changes.as_ref()?;
        let index = self.index(index).ok()?;
        Some(deleted(&index.name, index.get(id)?))
    }

    /// Notes a change, if somebody watches.
    pub(super) fn note_change(&mut self, change: Option<Change>) {
        if let Some(changes) = &mut self.changes {
            changes.extend(change.filter(|_| changes.len() < MOST));
        }
    }

    /// Notes that a document, if it is there, is about to be deleted.
    pub(super) fn note_deleted(&mut self, index: &str, id: &str) {
        let change = self.deletion(index, id);
        self.note_change(change);
    }

    /// Notes the documents that a deletion by query is about to delete.
    pub(super) fn note_deleted_by_query(&mut self, index: &str, query: &Query) {
        if self.changes.is_none() {
            return;
        }
        let Ok(index) = self.index(index) else { return };
        let matching = index.documents().filter(|document| query.matches(document));
        let found: Vec<Change> =
            matching.take(MOST).map(|document| deleted(&index.name, document)).collect();
        if let Some(changes) = &mut self.changes {
            changes.extend(found);
        }
    }
}

fn deleted(index: &str, document: &Document) -> Change {
    Change {
        index: index.to_owned(),
        id: document.id.clone(),
        written: Written::Deleted,
        version: document.version,
        seq_no: document.seq_no,
        before: Some(document.serialised_copy()),
        after: None,
    }
}
