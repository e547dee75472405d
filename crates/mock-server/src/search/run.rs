//! Carrying a search out: what is found, in which order, one page of it.

use std::{cmp::Ordering, sync::Arc};

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
};

use super::{
    fields::Fields,
    found::{Found, Kept, Relation, Shape, Total},
    order::{Key, Place, SortPlan, compare_all},
    plan::Plan,
    planning::{Failure, Scope},
    query::Query,
    request::{Order, Scores, SearchRequest, SortBy, Tracked},
    view::View,
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
    /// An index with the fields of its mapping.
    pub(crate) fn new(index: &'s Index) -> Self {
        Self { index, fields: Fields::of(&index.name, &index.mappings) }
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

/// A document that was found, with what it is sorted by.
struct Entry<'s> {
    target: usize,
    number: usize,
    document: &'s Arc<Document>,
    score: f32,
    /// None where documents are sorted by their places alone.
    keys: Vec<Key>,
}

impl Entry<'_> {
    fn kept(&self) -> Kept {
        let Self { target, number, score, .. } = *self;
        Kept { document: Arc::clone(self.document), target, number, score }
    }
}

/// All that a search finds, in order.
struct Ordered<'s> {
    entries: Vec<Entry<'s>>,
    /// Those before `search_after` too.
    total: u64,
    max_score: Option<f32>,
    shape: Shape,
}

/// All that a search finds, to be shown page by page.
pub(super) struct Everything {
    pub(super) kept: Vec<Kept>,
    pub(super) total: u64,
    pub(super) max_score: Option<f32>,
    pub(super) shape: Shape,
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
    let Ordered { entries, total: value, max_score, shape } =
        ordered(request, searched, now, Window::Checked)?;
    let total = match request.tracked() {
        Tracked::None => None,
        Tracked::UpTo(limit) if value > limit => {
            Some(Total { value: limit, relation: Relation::AtLeast })
        }
        Tracked::All | Tracked::UpTo(_) => Some(Total { value, relation: Relation::Equal }),
    };
    let limit = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let page = entries.iter().skip(limit(request.from())).take(limit(request.size()));
    let hits = page.map(|entry| shape.hit(&entry.kept())).collect();
    let Shape { extras, total_form, .. } = shape;
    Ok(Found { hits, total, max_score, shards: searched.len(), extras, total_form })
}

/// All that a search finds, for a scroll.
pub(super) fn all_of(
    request: &SearchRequest,
    searched: &[Searched<'_>],
    now: Timestamp,
) -> Result<Everything, ErrorCause> {
    let Ordered { entries, total, max_score, shape } =
        ordered(request, searched, now, Window::Checked)?;
    Ok(Everything { kept: entries.iter().map(Entry::kept).collect(), total, max_score, shape })
}

/// The documents that a query finds, index by index in the order of their last writes, or as the
/// request sorts them.
///
/// # Errors
/// As of [`search`].
pub(crate) fn find<'s>(
    request: &SearchRequest,
    searched: &[Searched<'s>],
    now: Timestamp,
) -> Result<Vec<(&'s Index, &'s Document)>, ErrorCause> {
    let Ordered { mut entries, .. } = ordered(request, searched, now, Window::Unchecked)?;
    if request.sorts.is_empty() {
        entries.sort_by_key(|entry| (entry.target, entry.number));
    }
    let index_of = |entry: &Entry<'s>| searched.get(entry.target).map(|searched| searched.index);
    let pairs = entries.into_iter();
    Ok(pairs.filter_map(|entry| Some((index_of(&entry)?, &**entry.document))).collect())
}

/// Whether there is a limit to how far a page may reach.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Window {
    Checked,
    Unchecked,
}

fn ordered<'s>(
    request: &SearchRequest,
    searched: &[Searched<'s>],
    now: Timestamp,
    window: Window,
) -> Result<Ordered<'s>, ErrorCause> {
    let query = request.query();
    let is_sorted = is_sorted(request);
    let mut entries = Vec::new();
    let mut sorts = Vec::new();
    let mut failures = Vec::new();
    for (target, searched) in searched.iter().enumerate() {
        let one = One { request, query: &query, is_sorted, searched, target, now, window };
        match one.find(&mut entries) {
            Ok(plans) => sorts.push(plans),
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
    let plans = sorts.last().map(Vec::as_slice).unwrap_or_default();
    sort(&mut entries, plans);
    let shape = Shape {
        indices: searched.iter().map(|one| Arc::from(one.index.name.as_str())).collect(),
        shows_score: has_scores || plans.iter().any(SortPlan::is_by_score),
        source: request.source.clone(),
        extras: request.extras,
        total_form: request.total_form,
        sorts,
    };
    Ok(Ordered { entries, total: u64::try_from(total).unwrap_or(u64::MAX), max_score, shape })
}

/// Puts what was found in order: by the sorts, or by the score where there are none; what is equal
/// by index, and then as it was found.
fn sort(entries: &mut [Entry<'_>], plans: &[SortPlan]) {
    let places = plans.first().filter(|_| are_by_place(plans)).map(SortPlan::order);
    entries.sort_by(|left, right| {
        let order = match (plans, places) {
            ([], _) => right.score.total_cmp(&left.score),
            (_, Some(Order::Ascending)) => left.number.cmp(&right.number),
            (_, Some(Order::Descending)) => right.number.cmp(&left.number),
            (_, None) => compare_all(plans, &left.keys, &right.keys),
        };
        order.then(left.target.cmp(&right.target))
    });
}

/// Whether documents are sorted by their places alone.
fn are_by_place(plans: &[SortPlan]) -> bool {
    !plans.is_empty() && plans.iter().all(SortPlan::is_by_doc)
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
    window: Window,
}

impl<'s> One<'_, 's> {
    /// Adds what is found in the order of the writes.
    fn find(&self, found: &mut Vec<(Entry<'s>, Turn)>) -> Result<Vec<SortPlan>, Failed> {
        let index = self.searched.index;
        let shared = in_order(index);
        let documents: Vec<&Document> = shared.iter().map(|document| &***document).collect();
        let scope = Scope {
            index: &index.name,
            fields: &self.searched.fields,
            documents: &documents,
            now: self.now,
        };
        let fails = |failure| self.searched.fails(failure);
        let query = scope.rewrite(self.query.clone()).map_err(fails)?;
        let plan: Plan = scope.plan(&query).map_err(fails)?;
        let sorts: &[_] = if self.is_sorted { &self.request.sorts } else { &[] };
        let sorts: Vec<SortPlan> = sorts
            .iter()
            .map(|sort| scope.sort_plan(sort))
            .collect::<Result<_, _>>()
            .map_err(fails)?;
        let after = scope.after(&sorts, &self.request.search_after).map_err(fails)?;
        self.check_window()?;
        let needs_keys = !after.is_empty() || !are_by_place(&sorts);
        for (number, document) in shared.into_iter().enumerate() {
            let view = View::of(document);
            let Some(score) = plan.score(&view) else { continue };
            let place = Place { index: &index.name, number, score };
            let wanted = if needs_keys { sorts.as_slice() } else { &[] };
            let keys: Vec<Key> = wanted.iter().map(|sort| sort.key(&view, place)).collect();
            let is_behind =
                after.is_empty() || compare_all(&sorts, &keys, &after) == Ordering::Greater;
            let turn = if is_behind { Turn::Shown } else { Turn::Counted };
            found.push((Entry { target: self.target, number, document, score, keys }, turn));
        }
        Ok(sorts)
    }

    fn check_window(&self) -> Result<(), Failed> {
        let illegal = |reason: String| {
            Err(Failed::Shard(ErrorCause::new(ErrorType::IllegalArgument, reason)))
        };
        let asked = self.request.from().saturating_add(self.request.size());
        if asked <= RESULT_WINDOW || self.window == Window::Unchecked {
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
fn in_order(index: &Index) -> Vec<&Arc<Document>> {
    let mut documents: Vec<&Arc<Document>> = index.shared_documents().collect();
    documents.sort_unstable_by_key(|document| document.seq_no);
    documents
}
