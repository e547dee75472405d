//! `indices.stats` (contract DO-6.8).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
};

use super::names;
use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::indices::{self, Names},
    store::Expand,
    suggest,
};

/// Every group that an index counts.
const METRICS: [&str; 21] = [
    "bulk",
    "completion",
    "dense_vector",
    "docs",
    "fielddata",
    "flush",
    "get",
    "indexing",
    "mappings",
    "merge",
    "query_cache",
    "recovery",
    "refresh",
    "request_cache",
    "search",
    "segments",
    "shard_stats",
    "sparse_vector",
    "store",
    "translog",
    "warmer",
];

/// How far the answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::operations) enum Level {
    Cluster,
    Indices,
    Shards,
}

/// Reads the parameter `level`.
pub(in crate::operations) fn level(input: &Input<'_>, default: Level) -> Result<Level, ErrorCause> {
    let Some(text) = input.params.get("level") else { return Ok(default) };
    match text.to_lowercase().as_str() {
        "cluster" => Ok(Level::Cluster),
        "indices" => Ok(Level::Indices),
        "shards" => Ok(Level::Shards),
        _ => {
            let reason = format!(
                "level parameter must be one of [cluster] or [indices] or [shards] but was [{text}]"
            );
            Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
        }
    }
}

/// `indices.stats`
pub(in crate::operations) struct Stats {
    names: Names,
    level: Level,
    /// A group that is not served.
    unserved: Option<String>,
}

/// Trimmed, without empty ones, each once.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens: Vec<&str> =
        text.split(',').map(str::trim).filter(|token| !token.is_empty()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// The path as messages show it.
fn path(input: &Input<'_>) -> String {
    let named = |name: &str| input.params.get(name).map(|it| format!("/{it}")).unwrap_or_default();
    format!("{}/_stats{}", named("index"), named("metric"))
}

fn check_metrics(input: &Input<'_>, wanted: &[&str]) -> Result<(), ErrorCause> {
    let illegal = |reason: String| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
    if wanted == ["_all"] {
        return Ok(());
    }
    let path = path(input);
    if wanted.contains(&"_all") {
        let metric = input.params.get("metric").unwrap_or_default();
        return illegal(format!(
            "request [{path}] contains _all and individual metrics [{metric}]"
        ));
    }
    let unknown = wanted.iter().filter(|metric| !METRICS.contains(metric));
    let unknown: Vec<String> = unknown
        .map(|metric| {
            let near = suggest::nearest(metric, METRICS.iter().copied());
            let did = suggest::sentence(&near).map(|did| format!(" -> {did}"));
            format!("[{metric}]{}", did.unwrap_or_default())
        })
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let plural = if unknown.len() == 1 { "" } else { "s" };
    let listed = unknown.join(", ");
    illegal(format!("request [{path}] contains unrecognized metric{plural}: {listed}"))
}

impl Call for Stats {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let flags =
            ["forbid_closed_indices", "include_segment_file_sizes", "include_unloaded_segments"];
        for flag in flags {
            input.params.boolean(flag)?;
        }
        let names = names(input, Expand::default())?;
        let level = level(input, Level::Indices)?;
        let wanted = tokens(input.params.get("metric").unwrap_or("_all"));
        check_metrics(input, &wanted)?;
        let mut wanted = wanted.into_iter();
        let unserved = wanted.find(|metric| !["_all", "docs"].contains(metric));
        Ok(Self { names, level, unserved: unserved.map(str::to_owned) })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        if self.level == Level::Shards {
            return Err(not_served(Operation::IndicesStats, "the level [shards]"));
        }
        match &self.unserved {
            Some(metric) => {
                Err(not_served(Operation::IndicesStats, &format!("the metric [{metric}]")))
            }
            None => Ok(()),
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let mut reply = indices::stats(context.store, &self.names)?;
        if let (
            Level::Cluster,
            crate::reply::ReplyBody::Value(api_types::json::Json::Object(all)),
        ) = (self.level, &mut reply.body)
        {
            all.remove("indices");
        }
        Ok(reply)
    }
}
