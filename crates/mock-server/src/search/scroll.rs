//! Scrolls: what a search found is kept, and given out page by page (contract DO-7.5).

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{
    found::{Found, Kept, Relation, Shape, Total},
    parse::{ClearScroll, NextPage},
    request::SearchRequest,
    run::{Everything, Searched, all_of},
    scroll_id::{self, ScrollId},
};
use crate::{error::all_shards_failed, sources::IdSource};

/// How many scrolls there may be at a time: `search.max_open_scroll_context`.
const MOST_SCROLLS: usize = 500;

/// How long a scroll may be kept, in nanoseconds: `search.max_keep_alive`, a day.
const LONGEST: i128 = 86_400 * 1_000_000_000;

/// All scrolls of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scrolls {
    open: BTreeMap<u64, Scroll>,
    /// The number of the scroll that was opened last.
    last: u64,
}

#[derive(Clone, Debug)]
struct Scroll {
    id: String,
    /// What was not given out yet.
    rest: VecDeque<Kept>,
    size: usize,
    total: u64,
    max_score: Option<f32>,
    shards: usize,
    shape: Shape,
    /// In nanoseconds.
    keep_alive: i128,
    ends: Timestamp,
}

/// What became of scrolls that were to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cleared {
    /// How many there were.
    pub(crate) number: usize,
}

impl Scrolls {
    /// None, after so many that were opened.
    pub(crate) fn ended(opened: u64) -> Self {
        Self { open: BTreeMap::new(), last: opened }
    }

    /// How many were opened, whether they are open still or not.
    pub(crate) const fn opened(&self) -> u64 {
        self.last
    }

    /// Opens a scroll: its id and its first page.
    ///
    /// # Errors
    /// As of a search; if there are too many scrolls, or it is to be kept too long.
    pub(crate) fn open(
        &mut self,
        request: &SearchRequest,
        searched: &[Searched<'_>],
        now: Timestamp,
        ids: &mut IdSource,
    ) -> Result<(String, Found), ErrorCause> {
        self.end_old(now);
        let keep_alive = request.scroll().unwrap_or_default();
        if let Some(first) = searched.first() {
            let refused = check_keep_alive(keep_alive).and_then(|()| self.check_number());
            refused.map_err(|cause| {
                all_shards_failed(first.index.name.clone(), first.index.node.clone(), cause)
            })?;
        }
        let Everything { kept, total, max_score, shape } = all_of(request, searched, now)?;
        let shards = searched.len();
        self.last += 1;
        let node = searched.first().map_or_else(String::new, |first| first.index.node.clone());
        let id = scroll_id::encode(&ids.uuid(), self.last, &node, shards);
        let mut scroll = Scroll {
            id: id.clone(),
            rest: kept.into(),
            size: usize::try_from(request.size()).unwrap_or(usize::MAX),
            total,
            max_score,
            shards,
            shape,
            keep_alive,
            ends: end(now, keep_alive),
        };
        let page = scroll.page();
        self.open.insert(self.last, scroll);
        Ok((id, page))
    }

    /// The next page of a scroll.
    ///
    /// # Errors
    /// If the text is no id of a scroll, if it is over, or if it is to be kept too long.
    pub(crate) fn next(&mut self, next: &NextPage, now: Timestamp) -> Result<Found, ErrorCause> {
        let parsed = scroll_id::decode(&next.scroll_id, next.reading)?;
        parsed.check_kind()?;
        let number = parsed.number;
        self.end_old(now);
        let scroll = self.open.get_mut(&number).filter(|scroll| scroll.id == next.scroll_id);
        let scroll = scroll.ok_or_else(|| missing(number))?;
        if let Some(keep_alive) = next.keep_alive {
            check_keep_alive(keep_alive).map_err(without_index)?;
            scroll.keep_alive = keep_alive;
        }
        scroll.ends = end(now, scroll.keep_alive);
        scroll.shape.total_form = next.total_form;
        Ok(scroll.page())
    }

    /// Ends scrolls; `_all` are all of them.
    ///
    /// # Errors
    /// If a text is no id of a scroll. Nothing has ended then.
    pub(crate) fn clear(
        &mut self,
        clear: &ClearScroll,
        now: Timestamp,
    ) -> Result<Cleared, ErrorCause> {
        self.end_old(now);
        let before = self.open.len();
        if clear.scroll_ids.iter().any(|id| id == "_all") {
            self.open.clear();
            return Ok(Cleared { number: before });
        }
        let read = |id: &String| scroll_id::decode(id, clear.reading);
        let parsed: Vec<ScrollId> = clear.scroll_ids.iter().map(read).collect::<Result<_, _>>()?;
        for (ScrollId { number, .. }, id) in parsed.iter().zip(&clear.scroll_ids) {
            if self.open.get(number).is_some_and(|scroll| scroll.id == *id) {
                self.open.remove(number);
            }
        }
        Ok(Cleared { number: before - self.open.len() })
    }

    fn end_old(&mut self, now: Timestamp) {
        self.open.retain(|_, scroll| scroll.ends >= now);
    }

    fn check_number(&self) -> Result<(), ErrorCause> {
        if self.open.len() < MOST_SCROLLS {
            return Ok(());
        }
        Err(ErrorCause::new(
            ErrorType::TooManyScrollContexts,
            format!(
                "Trying to create too many scroll contexts. Must be less than or equal to: [{MOST_SCROLLS}]. This limit can be set by changing the [search.max_open_scroll_context] setting."
            ),
        ))
    }
}

impl Scroll {
    fn page(&mut self) -> Found {
        let size = self.size.min(self.rest.len());
        let hits = self.rest.drain(..size).map(|kept| self.shape.hit(&kept)).collect();
        Found {
            hits,
            total: Some(Total { value: self.total, relation: Relation::Equal }),
            max_score: self.max_score,
            shards: self.shards,
            extras: self.shape.extras,
            total_form: self.shape.total_form,
        }
    }
}

fn end(now: Timestamp, keep_alive: i128) -> Timestamp {
    let nanoseconds = u64::try_from(keep_alive.max(0)).unwrap_or(u64::MAX);
    now.after(Duration::from_nanos(nanoseconds))
}

fn check_keep_alive(keep_alive: i128) -> Result<(), ErrorCause> {
    if keep_alive <= LONGEST {
        return Ok(());
    }
    let asked = in_words(keep_alive);
    Err(ErrorCause::new(
        ErrorType::IllegalArgument,
        format!(
            "Keep alive for request ({asked}) is too large. It must be less than (1d). This limit can be set by changing the [search.max_keep_alive] cluster level setting."
        ),
    ))
}

/// A length of time of more than a day, with one digit of its fraction.
fn in_words(nanoseconds: i128) -> String {
    let tenths = nanoseconds * 10 / LONGEST;
    match tenths % 10 {
        0 => format!("{}d", tenths / 10),
        fraction => format!("{}.{fraction}d", tenths / 10),
    }
}

fn missing(number: u64) -> ErrorCause {
    let reason = format!("No search context found for id [{number}]");
    without_index(ErrorCause::new(ErrorType::SearchContextMissing, reason))
}

/// A scroll that failed on its shard, whose index is not known any more.
fn without_index(cause: ErrorCause) -> ErrorCause {
    let shard =
        Object::new().with("shard", -1).with("index", Json::Null).with("reason", cause.nested());
    ErrorCause::new(ErrorType::SearchPhaseExecution, "all shards failed")
        .with("phase", "query")
        .with("grouped", true)
        .with("failed_shards", vec![Json::Object(shard)])
        .caused_by(cause)
}
