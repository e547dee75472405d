//! The query parameters of `_search`, which win over members of the body (contract DO-7-4).

use api_types::error::{ErrorCause, illegal_argument};

use super::{cursor::not_served, sorts, source};
use crate::{
    params::{Params, parse_boolean},
    search::{
        request::{Order, SearchRequest, Sort, SortBy, TotalForm, Tracked},
        source_filter::SourceFilter,
    },
    time_value,
};

/// Applies the parameters of a request to what its body says.
///
/// # Errors
/// A parameter that cannot be read or is not served.
pub(crate) fn apply_params(request: &mut SearchRequest, params: &Params) -> Result<(), ErrorCause> {
    distribution(params)?;
    if params.get("from").is_some() {
        request.from = Some(source::from(params.int("from", 0)?)?);
    }
    if params.get("size").is_some() {
        request.size = Some(source::size(params.int("size", 10)?)?);
    }
    if params.get("version").is_some() {
        request.extras.version = params.boolean("version")?;
    }
    if params.get("seq_no_primary_term").is_some() {
        request.extras.seq_no_primary_term = params.boolean("seq_no_primary_term")?;
    }
    if let Some(text) = params.get("timeout") {
        time_value::nanoseconds("timeout", text)?;
    }
    if let Some(filter) = source_filter(params) {
        request.source = filter;
    }
    if params.get("track_scores").is_some() {
        request.scores = source::scores(params.boolean("track_scores")?);
    }
    match params.get("track_total_hits") {
        Some("true") => request.tracked = Some(Tracked::All),
        Some("false") => request.tracked = Some(Tracked::None),
        Some(_) => {
            let up_to = params.int("track_total_hits", 10_000)?;
            request.tracked = Some(source::tracked_up_to(up_to)?);
        }
        None => {}
    }
    add_sorts(request, params)?;
    if params.get("request_cache").is_some() {
        request.cache = Some(params.boolean("request_cache")?);
    }
    if let Some(text) = params.get("scroll") {
        request.scroll = Some(time_value::nanoseconds("scroll", text)?);
    }
    if params.boolean("rest_total_hits_as_int")? {
        request.total_form = TotalForm::Number;
        match request.tracked {
            None => request.tracked = Some(Tracked::All),
            Some(Tracked::All | Tracked::None) => {}
            Some(Tracked::UpTo(number)) => {
                return Err(illegal_argument(format!(
                    "[rest_total_hits_as_int] cannot be used if the tracking of total hits is not accurate, got {number}"
                )));
            }
        }
    }
    Ok(())
}

/// How a search is spread over shards and nodes, which is of no consequence where there is one node
/// and indices have one shard (contract DO-7-14).
fn distribution(params: &Params) -> Result<(), ErrorCause> {
    for (name, least, message) in [
        ("batched_reduce_size", 2, "batchedReduceSize must be >= 2"),
        ("pre_filter_shard_size", 1, "preFilterShardSize must be >= 1"),
        ("max_concurrent_shard_requests", 1, "maxConcurrentShardRequests must be >= 1"),
    ] {
        if params.get(name).is_some() && params.int(name, least)? < least {
            return Err(illegal_argument(message));
        }
    }
    params.boolean("allow_partial_search_results")?;
    if let Some(kind) = params.get("search_type")
        && !["query_then_fetch", "dfs_query_then_fetch"].contains(&kind)
    {
        return Err(illegal_argument(format!("No search type for [{kind}]")));
    }
    check_preference(params)
}

/// Which copies of shards are asked: there is one. Words that begin with `_` mean nodes and shards.
pub(crate) fn check_preference(params: &Params) -> Result<(), ErrorCause> {
    match params.get("preference") {
        Some(text) if text.starts_with('_') && !["_local", "_only_local"].contains(&text) => {
            Err(not_served(&format!("[preference] of [{text}]")))
        }
        _ => Ok(()),
    }
}

/// `_source`, `_source_includes` and `_source_excludes`; `None` if none is there.
pub(crate) fn source_filter(params: &Params) -> Option<SourceFilter> {
    let source = params.get("_source");
    let list = |name: &str| params.get(name).map(|_| params.list(name));
    let (includes, excludes) = (list("_source_includes"), list("_source_excludes"));
    let shown = source.and_then(|text| parse_boolean(text).ok());
    let named = source.filter(|_| shown.is_none()).map(|_| params.list("_source"));
    let includes = includes.or(named);
    match (shown, &includes, &excludes) {
        (None, None, None) => None,
        (Some(false), _, _) => Some(SourceFilter::Nothing),
        _ => Some(SourceFilter::parts(
            includes.as_deref().unwrap_or_default(),
            excludes.as_deref().unwrap_or_default(),
        )),
    }
}

/// `sort=a,b:desc`, behind what the body sorts by.
fn add_sorts(request: &mut SearchRequest, params: &Params) -> Result<(), ErrorCause> {
    for text in params.list("sort") {
        let sort = match text.rsplit_once(':') {
            Some((field, "asc")) => Sort { order: Order::Ascending, ..Sort::new(field) },
            Some((field, "desc")) => Sort { order: Order::Descending, ..Sort::new(field) },
            Some(_) => continue,
            None => Sort::new(&text),
        };
        if let SortBy::Field(name) = &sort.by
            && sorts::NOT_SERVED.contains(&name.as_str())
        {
            return Err(not_served(&format!("the sort [{name}]")));
        }
        request.sorts.push(sort);
    }
    Ok(())
}
