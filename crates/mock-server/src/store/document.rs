//! A stored document.

use std::sync::OnceLock;

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

/// A document with what Elasticsearch keeps beside its source.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) id: String,
    source: Object,
    /// How often the document was written.
    pub(crate) version: u64,
    /// The number of its last write within the index.
    pub(crate) seq_no: u64,
    serialised: OnceLock<Bytes>,
}

impl Document {
    pub(crate) const fn new(id: String, source: Object, version: u64, seq_no: u64) -> Self {
        Self { id, source, version, seq_no, serialised: OnceLock::new() }
    }

    pub(crate) const fn source(&self) -> &Object {
        &self.source
    }

    /// The text of the source; kept until the next write.
    pub(crate) fn serialised(&self) -> &Bytes {
        self.serialised.get_or_init(|| {
            let mut out = Vec::new();
            write_members(self.source.iter(), &mut out);
            Bytes::from(out)
        })
    }

    /// The same, shared.
    pub(super) fn serialised_clone(&self) -> Bytes {
        self.serialised().clone()
    }

    /// The text of some members of the source; those that it does not have are left out.
    pub(super) fn members(&self, names: &[String]) -> Bytes {
        let mut out = Vec::with_capacity(128);
        let members = names.iter().filter_map(|name| Some((name.as_str(), self.source.get(name)?)));
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
        let mut merged = self.source.clone();
        merged.merge(patch.clone().in_java_map_order());
        match mapping::first_too_large(&merged, mapping) {
            Some(number) => Err(StoreError::TooLarge {
                id: self.id.clone(),
                number,
                merged: Json::Object(merged).to_compact(),
            }),
            None => Ok(()),
        }
    }

    /// Replaces members as they are.
    pub(super) fn overwrite(&mut self, members: Object, seq_no: u64) {
        for (name, value) in members {
            self.source.insert(name, value);
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
        if !self.source.merge(patch) && unchanged == Unchanged::Noop {
            return false;
        }
        self.written(seq_no);
        true
    }
}
