//! What a search asks for.

use api_types::json::Json;

use super::{query::Query, source_filter::SourceFilter};

/// How many hits a search answers with if it does not say.
const DEFAULT_SIZE: u64 = 10;

/// How many hits are counted if a search does not say.
const DEFAULT_TRACKED: u64 = 10_000;

/// A search.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchRequest {
    pub(super) query: Option<Query>,
    pub(super) from: Option<u64>,
    pub(super) size: Option<u64>,
    pub(super) sorts: Vec<Sort>,
    pub(super) source: SourceFilter,
    pub(super) tracked: Option<Tracked>,
    pub(super) search_after: Vec<Json>,
    pub(super) extras: Extras,
    /// How long a scroll is kept, in nanoseconds; `None` if the search opens none.
    pub(super) scroll: Option<i128>,
    /// Whether the total is a bare number in the answer.
    pub(super) total_form: TotalForm,
    pub(super) scores: Scores,
    /// Whether the answer may be kept, if the request says so.
    pub(super) cache: Option<bool>,
}

/// What hits show beside their source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extras {
    pub(super) version: bool,
    pub(super) seq_no_primary_term: bool,
}

/// How `hits.total` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TotalForm {
    #[default]
    Object,
    Number,
}

/// Whether hits that are sorted have a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scores {
    #[default]
    Unsorted,
    Always,
}

/// How far hits are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracked {
    All,
    UpTo(u64),
    None,
}

/// One key of the order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sort {
    pub(super) by: SortBy,
    pub(super) order: Order,
    pub(super) missing: Missing,
    /// The type of the field where an index does not have it.
    pub(super) unmapped_type: Option<String>,
    /// Which value of several counts, if that is not the one that comes first.
    pub(super) mode: Option<Mode>,
}

/// What is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SortBy {
    Field(String),
    Score,
    Doc,
}

/// The direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// Which value of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Least,
    Most,
}

/// Where documents without a value stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Missing {
    #[default]
    Last,
    First,
    /// As if they had this one.
    Value(Json),
}

impl Sort {
    pub(super) fn new(by: &str) -> Self {
        let (by, order) = match by {
            "_score" => (SortBy::Score, Order::Descending),
            "_doc" => (SortBy::Doc, Order::Ascending),
            field => (SortBy::Field(field.to_owned()), Order::Ascending),
        };
        Self { by, order, missing: Missing::Last, unmapped_type: None, mode: None }
    }
}

impl SearchRequest {
    /// A search for all that a query finds, of which only the number and the ids matter.
    pub(crate) fn of(query: Option<Query>) -> Self {
        Self { query, tracked: Some(Tracked::All), ..Self::default() }
    }

    /// The query; without one every document is found.
    pub(super) fn query(&self) -> Query {
        self.query.clone().unwrap_or_else(Query::match_all)
    }

    pub(super) fn from(&self) -> u64 {
        self.from.unwrap_or_default()
    }

    pub(super) fn size(&self) -> u64 {
        self.size.unwrap_or(DEFAULT_SIZE)
    }

    pub(super) fn tracked(&self) -> Tracked {
        match self.scroll {
            Some(_) => Tracked::All,
            None => self.tracked.unwrap_or(Tracked::UpTo(DEFAULT_TRACKED)),
        }
    }

    /// How long the scroll that the search opens is kept, in nanoseconds.
    pub(crate) const fn scroll(&self) -> Option<i128> {
        self.scroll
    }

    /// Every message of validation, in the server's order (contract DO-7-5).
    pub(crate) fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut add = |is_wrong: bool, message: &str| {
            if is_wrong {
                messages.push(message.to_owned());
            }
        };
        if self.scroll.is_some() {
            let is_cut = !matches!(self.tracked, None | Some(Tracked::All));
            add(is_cut, "disabling [track_total_hits] is not allowed in a scroll context");
            add(self.from() > 0, "using [from] is not allowed in a scroll context");
            add(self.size == Some(0), "[size] cannot be [0] in a scroll context");
            let after = !self.search_after.is_empty();
            add(after, "[search_after] cannot be used in a scroll context");
        }
        let both = self.from() > 0 && !self.search_after.is_empty();
        add(both, "[from] parameter must be set to 0 when [search_after] is used");
        let is_cached = self.scroll.is_some() && self.cache == Some(true);
        add(is_cached, "[request_cache] cannot be used in a scroll context");
        messages
    }
}
