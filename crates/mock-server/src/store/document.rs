//! A stored document.

use std::{borrow::Cow, sync::OnceLock};

use api_types::json::{Json, Object, write_members};
use bytes::Bytes;

use super::{Mapped, StoreError, mapping};

/// The primary term; it changes only when a primary shard fails over, which never happens here.
pub(crate) const PRIMARY_TERM: u64 = 1;

/// What a write expects to find: optimistic concurrency control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) seq_no: u64,
    pub(crate) primary_term: u64,
}

/// What becomes of an update that changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unchanged {
    /// Nothing is written.
    #[default]
    Noop,
    /// It is written like any other.
    Written,
}

/// Under which terms a document is updated; without any by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) condition: Option<Condition>,
    pub(crate) unchanged: Unchanged,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Members, written when they are asked for.
    Members(Object),
    /// The text of a JSON object that has been read before, kept as it was sent and read again when
    /// its members are asked for.
    Text(Bytes),
}

impl From<Object> for Source {
    fn from(members: Object) -> Self {
        Self::Members(members)
    }
}

/// What is kept of the source of a document beside what it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Text and members, as they were asked for: the document is read and written all the time.
    Both,
    /// The text alone, so that memory grows with the bytes of the documents: there may be many.
    Text,
}

/// A document with what Elasticsearch keeps beside its source. One of text and members is always
/// there.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) id: String,
    members: OnceLock<Box<Object>>,
    /// How often the document was written.
    pub(crate) version: u64,
    /// The number of its last write within the index.
    pub(crate) seq_no: u64,
    serialised: OnceLock<Box<[u8]>>,
}

impl Document {
    pub(crate) fn new(id: String, source: impl Into<Source>, version: u64, seq_no: u64) -> Self {
        let (members, serialised) = match source.into() {
            Source::Members(members) => (OnceLock::from(Box::new(members)), OnceLock::new()),
            // A copy of its own: the text is a part of a request, which would be kept as a whole.
            Source::Text(text) => (OnceLock::new(), OnceLock::from(Box::from(&*text))),
        };
        Self { id, members, version, seq_no, serialised }
    }

    /// The members; they are kept from now on.
    pub(crate) fn source(&self) -> &Object {
        self.members.get_or_init(|| Box::new(self.parsed()))
    }

    /// The members, read anew if they are not kept, and not kept then.
    pub(crate) fn read(&self) -> Cow<'_, Object> {
        match self.members.get() {
            Some(members) => Cow::Borrowed(members),
            None => Cow::Owned(self.parsed()),
        }
    }

    fn parsed(&self) -> Object {
        match self.serialised.get().map(|text| Json::parse(text)) {
            Some(Ok(Json::Object(members))) => members,
            _ => Object::new(),
        }
    }

    fn source_mut(&mut self) -> Option<&mut Object> {
        self.source();
        self.members.get_mut().map(Box::as_mut)
    }

    /// The text of the source: as it was sent, or as it is written; kept until the next write.
    pub(crate) fn serialised(&self) -> &[u8] {
        self.serialised.get_or_init(|| {
            let mut out = Vec::new();
            write_members(self.source().iter(), &mut out);
            out.into_boxed_slice()
        })
    }

    /// A copy of the same.
    pub(crate) fn serialised_copy(&self) -> Bytes {
        Bytes::copy_from_slice(self.serialised())
    }

    /// Keeps no more than that says.
    pub(super) fn keep(&mut self, kept: Kept) {
        if kept == Kept::Text {
            self.serialised();
            self.members = OnceLock::new();
        }
    }

    /// The text of some members of the source; those that it does not have are left out.
    pub(super) fn members(&self, names: &[String]) -> Bytes {
        let mut out = Vec::with_capacity(128);
        let source = self.read();
        let members = names.iter().filter_map(|name| Some((name.as_str(), source.get(name)?)));
        write_members(members, &mut out);
        Bytes::from(out.into_boxed_slice())
    }

    pub(crate) const fn condition(&self) -> Condition {
        Condition { seq_no: self.seq_no, primary_term: PRIMARY_TERM }
    }

    /// Refuses a patch that makes a member too large for its mapping.
    pub(super) fn check_numbers(
        &self,
        patch: &Object,
        mapping: &[Mapped],
    ) -> Result<(), StoreError> {
        if !mapping::is_too_large(patch, mapping) {
            return Ok(());
        }
        let mut merged = self.source().clone();
        merged.merge(patch.clone().in_java_map_order());
        check_whole(&self.id, merged, mapping)
    }

    /// Replaces members as they are.
    pub(super) fn overwrite(&mut self, members: Object, seq_no: u64) {
        if let Some(source) = self.source_mut() {
            for (name, value) in members {
                source.insert(name, value);
            }
        }
        self.written(seq_no);
    }

    fn written(&mut self, seq_no: u64) {
        self.version += 1;
        self.seq_no = seq_no;
        self.serialised = OnceLock::new();
    }

    /// Merges a partial document; `false` if nothing is written.
    pub(super) fn merge(&mut self, patch: Object, unchanged: Unchanged, seq_no: u64) -> bool {
        let is_changed = self.source_mut().is_some_and(|source| source.merge(patch));
        if !is_changed && unchanged == Unchanged::Noop {
            return false;
        }
        self.written(seq_no);
        true
    }
}

/// Refuses a document with a member that is too large for its mapping.
pub(super) fn check_whole(id: &str, members: Object, mapping: &[Mapped]) -> Result<(), StoreError> {
    match mapping::first_too_large(&members, mapping) {
        Some(number) => Err(StoreError::TooLarge {
            id: id.to_owned(),
            number,
            merged: Json::Object(members).to_compact(),
        }),
        None => Ok(()),
    }
}
