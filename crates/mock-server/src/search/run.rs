//! Carrying a search out: what is found, in which order, one page of it.

use std::{cmp::Ordering, sync::Arc};

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::{Json, Layout, write},
};
use bytes::Bytes;

use super::{
    fields::Fields,
    order::{Key, Place, SortPlan, compare_all},
    plan::Plan,
    planning::{Failure, Scope},
    query::Query,
    request::{Extras, Order, Scores, SearchRequest, SortBy, TotalForm, Tracked},
    source_filter::SourceFilter,
};
use crate::{
    error::all_shards_failed,
    store::{Document, Index},
};

/// `index.max_result_window`
const RESULT_WINDOW: u64 = 10_000;

/// An index that is searched.
#[derive(Clone, Debug)]
pub(crate) struct Searched<'s> {
    pub(crate) index: &'s Index,
    pub(crate) fields: Fields,
}

impl<'s> Searched<'s> {
    /// An index with the mappings that it was created with.
    pub(crate) fn new(index: &'s Index, mappings: Option<&api_types::json::Object>) -> Self {
        Self { index, fields: Fields::of(&index.name, mappings) }
    }

    fn fails(&self, failure: Failure) -> Failed {
        let in_index = |reason: String| {
            ErrorCause::new(ErrorType::QueryShard, reason)
                .with("index_uuid", self.index.uuid.clone())
                .with("index", self.index.name.clone())
        };
        match failure {
            Failure::NotServed(cause) => Failed::NotServed(cause),
            Failure::Plain(cause) => Failed::Shard(cause),
            Failure::Shard(reason) => Failed::Shard(in_index(reason)),
            Failure::Cause(cause) => {
                let what = cause.reason.clone().unwrap_or_default();
                let reason = format!("failed to create query: {what}");
                Failed::Shard(in_index(reason).caused_by(cause))
            }
        }
    }
}

/// Why an index was not searched.
enum Failed {
    NotServed(ErrorCause),
    Shard(ErrorCause),
}

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
    pub(super) shape: Shape,
}

/// How hits are shown.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) source: SourceFilter,
    pub(super) extras: Extras,
    pub(super) total_form: TotalForm,
}

/// A document that was found, with what it is sorted by.
struct Entry<'s> {
    target: usize,
    document: &'s Document,
    score: f32,
    keys: Vec<Key>,
}

impl Entry<'_> {
    fn hit(self, index: Arc<str>, shows_score: bool, source: Option<Bytes>) -> Hit {
        Hit {
            index,
            id: self.document.id.clone(),
            version: self.document.version,
            seq_no: self.document.seq_no,
            score: shows_score.then_some(self.score),
            sort: self.keys.into_iter().map(Json::from).collect(),
            source,
        }
    }
}

/// All that a search finds, in order.
pub(super) struct Everything {
    /// Without what is shown of the source; the text of the whole document.
    pub(super) hits: Vec<Hit>,
    pub(super) total: u64,
    pub(super) max_score: Option<f32>,
    pub(super) shards: usize,
    pub(super) shape: Shape,
}

/// The part of a list that a search shows.
#[derive(Clone, Copy)]
pub(super) struct Slice {
    from: u64,
    size: u64,
}

impl Slice {
    const ALL: Self = Self { from: 0, size: u64::MAX };

    fn cut<T>(self, list: Vec<T>) -> impl Iterator<Item = T> {
        let limit = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        list.into_iter().skip(limit(self.from)).take(limit(self.size))
    }
}

/// Searches indices; `now` is what date math starts from.
///
/// # Errors
/// What the shards say of a request that makes no sense in an index; what is not served.
pub(crate) fn search(
    request: &SearchRequest,
    searched: &[Searched<'_>],
    now: Timestamp,
) -> Result<Found, ErrorCause> {
    let slice = Slice { from: request.from(), size: request.size() };
    let everything = everything(request, searched, now, slice)?;
    let total = match request.tracked() {
        Tracked::None => None,
        Tracked::UpTo(limit) if everything.total > limit => {
            Some(Total { value: limit, relation: Relation::AtLeast })
        }
        Tracked::All | Tracked::UpTo(_) => {
            Some(Total { value: everything.total, relation: Relation::Equal })
        }
    };
    let Everything { hits, max_score, shards, shape, .. } = everything;
    let hits = hits.into_iter().map(|hit| shape.shown(hit)).collect();
    Ok(Found { hits, total, max_score, shards, shape })
}

/// All that a search finds, for a scroll.
pub(super) fn all_of(
    request: &SearchRequest,
    searched: &[Searched<'_>],
    now: Timestamp,
) -> Result<Everything, ErrorCause> {
    everything(request, searched, now, Slice::ALL)
}

impl Shape {
    /// A hit with the part of its source that is shown.
    pub(super) fn shown(&self, hit: Hit) -> Hit {
        let source = hit.source.as_ref().and_then(|text| match &self.source {
            SourceFilter::Everything => Some(text.clone()),
            SourceFilter::Nothing => None,
            SourceFilter::Parts(parts) => {
                let Ok(Json::Object(object)) = Json::parse(text) else { return Some(text.clone()) };
                let mut out = Vec::new();
                write(&Json::Object(parts.apply(object)), Layout::Compact, &mut out);
                Some(Bytes::from(out))
            }
        });
        Hit { source, ..hit }
    }
}

fn everything(
    request: &SearchRequest,
    searched: &[Searched<'_>],
    now: Timestamp,
    slice: Slice,
) -> Result<Everything, ErrorCause> {
    let query = request.query();
    let is_sorted = is_sorted(request);
    let mut entries = Vec::new();
    let mut plans = Vec::new();
    let mut failures = Vec::new();
    for (target, searched) in searched.iter().enumerate() {
        let one = One { request, query: &query, is_sorted, searched, target, now };
        match one.find(&mut entries) {
            Ok(sorts) => plans = sorts,
            Err(Failed::NotServed(cause)) => return Err(cause),
            Err(Failed::Shard(cause)) => failures.push((searched.index, cause)),
        }
    }
    check(failures, searched.len())?;
    let total = entries.len();
    let best = entries.iter().map(|(entry, _)| entry.score).fold(f32::NEG_INFINITY, f32::max);
    let has_scores = !is_sorted || request.scores == Scores::Always;
    let max_score =
        if searched.is_empty() { Some(0.0) } else { (has_scores && total > 0).then_some(best) };
    let mut entries: Vec<Entry<'_>> = entries
        .into_iter()
        .filter_map(|(entry, turn)| (turn == Turn::Shown).then_some(entry))
        .collect();
    entries.sort_by(|left, right| {
        let order = if is_sorted {
            compare_all(&plans, &left.keys, &right.keys)
        } else {
            right.score.total_cmp(&left.score)
        };
        order.then(left.target.cmp(&right.target))
    });
    let names: Vec<Arc<str>> =
        searched.iter().map(|searched| Arc::from(searched.index.name.as_str())).collect();
    let shows_score = has_scores || plans.iter().any(SortPlan::is_by_score);
    let is_shown = !matches!(request.source, SourceFilter::Nothing);
    let hits = slice
        .cut(entries)
        .map(|entry| {
            let source = is_shown.then(|| entry.document.serialised().clone());
            let index = names.get(entry.target).cloned().unwrap_or_default();
            entry.hit(index, shows_score, source)
        })
        .collect();
    let shape = Shape {
        source: request.source.clone(),
        extras: request.extras,
        total_form: request.total_form,
    };
    Ok(Everything {
        hits,
        total: u64::try_from(total).unwrap_or(u64::MAX),
        max_score,
        shards: searched.len(),
        shape,
    })
}

/// Whether a document that was found is shown, or lies before what `search_after` names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Shown,
    Counted,
}

/// Hits that are sorted by their score alone are not sorted.
fn is_sorted(request: &SearchRequest) -> bool {
    match request.sorts.as_slice() {
        [] => false,
        [sort] => sort.by != SortBy::Score || sort.order != Order::Descending,
        _ => true,
    }
}

/// A search in which every index failed has failed.
fn check(failures: Vec<(&Index, ErrorCause)>, indices: usize) -> Result<(), ErrorCause> {
    let (failed, mut failures) = (failures.len(), failures.into_iter());
    let Some((index, cause)) = failures.next() else { return Ok(()) };
    if failed < indices {
        let what = format!("an index, [{}], in which it fails, among others", index.name);
        return Err(super::parse::not_served(&what));
    }
    Err(all_shards_failed(index.name.clone(), index.node.clone(), cause))
}

/// A search in one index.
struct One<'a, 's> {
    request: &'a SearchRequest,
    query: &'a Query,
    is_sorted: bool,
    searched: &'a Searched<'s>,
    target: usize,
    now: Timestamp,
}

impl<'s> One<'_, 's> {
    /// Adds what is found in the order of the writes.
    fn find(&self, found: &mut Vec<(Entry<'s>, Turn)>) -> Result<Vec<SortPlan>, Failed> {
        self.check_window()?;
        let index = self.searched.index;
        let documents = in_order(index);
        let scope = Scope {
            index: &index.name,
            fields: &self.searched.fields,
            documents: &documents,
            now: self.now,
        };
        let fails = |failure| self.searched.fails(failure);
        let plan: Plan = scope.plan(self.query).map_err(fails)?;
        let sorts: &[_] = if self.is_sorted { &self.request.sorts } else { &[] };
        let sorts: Vec<SortPlan> = sorts
            .iter()
            .map(|sort| scope.sort_plan(sort))
            .collect::<Result<_, _>>()
            .map_err(fails)?;
        let after = scope.after(&sorts, &self.request.search_after).map_err(fails)?;
        for (number, document) in documents.iter().enumerate() {
            let Some(score) = plan.score(document) else { continue };
            let place = Place { index: &index.name, number, score };
            let keys: Vec<Key> = sorts.iter().map(|sort| sort.key(document, place)).collect();
            let is_behind =
                after.is_empty() || compare_all(&sorts, &keys, &after) == Ordering::Greater;
            let turn = if is_behind { Turn::Shown } else { Turn::Counted };
            found.push((Entry { target: self.target, document, score, keys }, turn));
        }
        Ok(sorts)
    }

    fn check_window(&self) -> Result<(), Failed> {
        let illegal = |reason: String| {
            Err(Failed::Shard(ErrorCause::new(ErrorType::IllegalArgument, reason)))
        };
        let asked = self.request.from().saturating_add(self.request.size());
        if asked <= RESULT_WINDOW {
            return Ok(());
        }
        if self.request.scroll.is_some() {
            return illegal(format!(
                "Batch size is too large, size must be less than or equal to: [{RESULT_WINDOW}] but was [{asked}]. Scroll batch sizes cost as much memory as result windows so they are controlled by the [index.max_result_window] index level setting."
            ));
        }
        illegal(format!(
            "Result window is too large, from + size must be less than or equal to: [{RESULT_WINDOW}] but was [{asked}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting."
        ))
    }
}

/// The documents of an index in the order of their last writes.
fn in_order(index: &Index) -> Vec<&Document> {
    let mut documents: Vec<&Document> = index.documents().collect();
    documents.sort_unstable_by_key(|document| document.seq_no);
    documents
}

/// The documents that a query finds, in the order of their last writes, index by index.
///
/// # Errors
/// As of [`search`].
pub(crate) fn find<'s>(
    request: &SearchRequest,
    searched: &[Searched<'s>],
    now: Timestamp,
) -> Result<Vec<(&'s Index, &'s Document)>, ErrorCause> {
    let query = request.query();
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for (target, searched) in searched.iter().enumerate() {
        let plain = SearchRequest::default();
        let one = One { request: &plain, query: &query, is_sorted: false, searched, target, now };
        match one.find(&mut found) {
            Ok(_) => {}
            Err(Failed::NotServed(cause)) => return Err(cause),
            Err(Failed::Shard(cause)) => failures.push((searched.index, cause)),
        }
    }
    check(failures, searched.len())?;
    let index_of = |entry: &Entry<'s>| searched.get(entry.target).map(|searched| searched.index);
    Ok(found
        .into_iter()
        .filter_map(|(entry, _)| Some((index_of(&entry)?, entry.document)))
        .collect())
}
