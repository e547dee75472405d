//! Counts of documents and shards (contract DO-6.8-1, DO-8-2).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType},
    json::{Json, Number, Object},
};

use super::{Names, shards};
use crate::{
    call::Context,
    error::ApiError,
    reply::Reply,
    services::documents,
    store::{Expand, Index, Store},
};

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `{"docs":{"count":...,"deleted":0}}`: what is deleted goes at once.
fn docs(number: usize) -> Object {
    let docs = Object::new().with("count", count(number)).with("deleted", 0);
    Object::new().with("docs", docs)
}

/// The colour of an index: replicas have no node to be on.
fn health_of(index: &Index) -> &'static str {
    if documents::copies(index) > 1 { "yellow" } else { "green" }
}

/// `indices.stats`
pub(crate) fn stats(store: &Store, names: &Names) -> Result<Reply, ApiError> {
    let indices = names.indices(store)?;
    let total = indices.iter().map(|index| index.len()).sum();
    let all = Object::new().with("primaries", docs(total)).with("total", docs(total));
    let listed: Object = indices
        .iter()
        .map(|index| {
            let stats = Object::new()
                .with("uuid", index.uuid.clone())
                .with("health", health_of(index))
                .with("status", "open")
                .with("primaries", docs(index.len()))
                .with("total", docs(index.len()));
            (index.name.clone(), Json::Object(stats))
        })
        .collect();
    let answer =
        Object::new().with("_shards", shards(&indices)).with("_all", all).with("indices", listed);
    Ok(Reply::value(200, answer))
}

/// The first version that counts primary shards without a node.
const UNASSIGNED_PRIMARIES: Version = Version::new(8, 16, 0);

/// How well indices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Colour {
    Green,
    Yellow,
    Red,
}

impl Colour {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// What is waited for; nothing of it comes later where it is not there already.
#[derive(Clone, Debug, Default)]
pub(crate) struct HealthWait {
    pub(crate) status: Option<Colour>,
    /// So many active shards, or all where it says `None`.
    pub(crate) active_shards: Option<Option<i64>>,
    /// A number, or one behind `>=`, `ge(` and the like.
    pub(crate) nodes: Option<String>,
    /// The status of an answer that has waited in vain.
    pub(crate) timeout_status: u16,
}

impl HealthWait {
    fn is_over(&self, colour: Colour, active: i64, unassigned: i64) -> Result<bool, ErrorCause> {
        let has_shards = match self.active_shards {
            None => true,
            Some(None) => unassigned == 0,
            Some(Some(wanted)) => active >= wanted,
        };
        let has_nodes = match &self.nodes {
            None => true,
            Some(wanted) => has_nodes(wanted)?,
        };
        Ok(has_shards && has_nodes && self.status.is_none_or(|wanted| colour <= wanted))
    }
}

/// Whether the one node is as many as are wanted.
fn has_nodes(wanted: &str) -> Result<bool, ErrorCause> {
    type Compare = fn(&i32, &i32) -> bool;
    const COMPARISONS: [(&str, &str, Compare); 8] = [
        (">=", "", i32::ge),
        ("ge(", ")", i32::ge),
        ("<=", "", i32::le),
        ("le(", ")", i32::le),
        (">", "", i32::gt),
        ("gt(", ")", i32::gt),
        ("<", "", i32::lt),
        ("lt(", ")", i32::lt),
    ];
    let found = COMPARISONS
        .iter()
        .find_map(|(before, behind, compare)| {
            let rest = wanted.strip_prefix(before)?;
            Some((rest.strip_suffix(behind).unwrap_or(rest), *compare))
        })
        .unwrap_or((wanted, i32::eq));
    let (number, compare) = found;
    let count: i32 = number.parse().map_err(|_| {
        ErrorCause::new(ErrorType::NumberFormat, format!("For input string: \"{number}\""))
    })?;
    Ok(compare(&1, &count))
}

/// `cluster.health`: of the one node that there is. Nothing is waited for.
pub(crate) fn health(
    context: &Context<'_>,
    names: &Names,
    wait: &HealthWait,
) -> Result<Reply, ApiError> {
    let indices = names.indices(context.store)?;
    let strict =
        Names { expand: Expand { ignore_unavailable: false, ..names.expand }, ..names.clone() };
    let is_missing = strict.resolve(context.store).is_err();
    let active = count(indices.len());
    let all: i64 = indices.iter().map(|index| documents::copies(index)).sum();
    let unassigned = all - active;
    let colour = match (is_missing, unassigned > 0) {
        (true, _) => Colour::Red,
        (false, true) => Colour::Yellow,
        (false, false) => Colour::Green,
    };
    let is_over = !is_missing && wait.is_over(colour, active, unassigned)?;
    let status = if is_over { 200 } else { wait.timeout_status };
    #[expect(clippy::cast_precision_loss, reason = "there are not that many indices")]
    let percent = if all == 0 { 100.0 } else { active as f64 / all as f64 * 100.0 };
    let mut answer = Object::new()
        .with("cluster_name", "elasticsearch")
        .with("status", colour.as_str())
        .with("timed_out", !is_over)
        .with("number_of_nodes", 1)
        .with("number_of_data_nodes", 1)
        .with("active_primary_shards", active)
        .with("active_shards", active)
        .with("relocating_shards", 0)
        .with("initializing_shards", 0)
        .with("unassigned_shards", unassigned);
    if context.version >= UNASSIGNED_PRIMARIES {
        answer.insert("unassigned_primary_shards", 0);
    }
    let answer = answer
        .with("delayed_unassigned_shards", 0)
        .with("number_of_pending_tasks", 0)
        .with("number_of_in_flight_fetch", 0)
        .with("task_max_waiting_in_queue_millis", 0)
        .with(
            "active_shards_percent_as_number",
            Number::parse(&format!("{percent:?}")).map(Json::Number).unwrap_or_default(),
        );
    Ok(Reply::value(status, answer))
}
