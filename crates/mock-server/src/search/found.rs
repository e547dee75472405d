//! What a search found, and how it is shown.

use std::sync::Arc;

use api_types::json::{Json, Layout, write};
use bytes::Bytes;

use super::{
    order::{Place, SortPlan},
    request::{Extras, TotalForm},
    source_filter::SourceFilter,
    view::View,
};
use crate::store::Document;

/// One document that was found, as it was then.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) index: Arc<str>,
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) seq_no: u64,
    /// `None` where hits are sorted by something else.
    pub(crate) score: Option<f32>,
    /// The values that the hits are sorted by.
    pub(crate) sort: Vec<Json>,
    /// The text of the part of the document that is shown.
    pub(crate) source: Option<Bytes>,
}

/// How many documents were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) value: u64,
    pub(crate) relation: Relation,
}

/// Whether a number is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    AtLeast,
}

/// What a search found: one page of it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) hits: Vec<Hit>,
    /// `None` if nothing is counted.
    pub(crate) total: Option<Total>,
    pub(crate) max_score: Option<f32>,
    /// How many shards were asked: one for each index.
    pub(crate) shards: usize,
    pub(super) extras: Extras,
    pub(super) total_form: TotalForm,
}

/// A document that was found. It costs little: the document is shared with the store for as long as
/// that has it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) document: Arc<Document>,
    /// Which of the indices it is in.
    pub(super) target: usize,
    /// Its place among the documents of its index.
    pub(super) number: usize,
    pub(super) score: f32,
}

/// How documents that were found become hits.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// The names of the indices.
    pub(super) indices: Vec<Arc<str>>,
    /// The sorts in each index.
    pub(super) sorts: Vec<Vec<SortPlan>>,
    pub(super) shows_score: bool,
    pub(super) source: SourceFilter,
    pub(super) extras: Extras,
    pub(super) total_form: TotalForm,
}

impl Shape {
    /// A document as it is shown.
    pub(super) fn hit(&self, kept: &Kept) -> Hit {
        let Kept { document, target, number, score } = kept;
        let index = self.indices.get(*target).cloned().unwrap_or_default();
        let view = View::of(document);
        let place = Place { index: &index, number: *number, score: *score };
        let sorts = self.sorts.get(*target).map(Vec::as_slice).unwrap_or_default();
        let sort = sorts.iter().map(|sort| Json::from(sort.key(&view, place))).collect();
        Hit {
            id: document.id.clone(),
            version: document.version,
            seq_no: document.seq_no,
            score: self.shows_score.then_some(*score),
            sort,
            source: self.shown(&view),
            index,
        }
    }

    /// The part of its source that is shown.
    fn shown(&self, view: &View<'_>) -> Option<Bytes> {
        match &self.source {
            SourceFilter::Everything => Some(view.document.serialised_copy()),
            SourceFilter::Nothing => None,
            SourceFilter::Parts(parts) => {
                let mut out = Vec::new();
                let shown = parts.apply(view.source().clone());
                write(&Json::Object(shown), Layout::Compact, &mut out);
                Some(Bytes::from(out))
            }
        }
    }
}
