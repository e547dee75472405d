//! APIs that Elasticsearch has and this server does not: it says so, where it would say of any other
//! path that nothing is there (contract DO-4-10).

/// The segments of paths by which such an API is known.
const APIS: [&str; 71] = [
    "_alias",
    "_aliases",
    "_analyze",
    "_application",
    "_async_search",
    "_autoscaling",
    "_block",
    "_cache",
    "_capabilities",
    "_cat",
    "_ccr",
    "_clone",
    "_close",
    "_cluster",
    "_component_template",
    "_count",
    "_dangling",
    "_data_stream",
    "_delete_by_query",
    "_enrich",
    "_eql",
    "_explain",
    "_features",
    "_field_caps",
    "_fleet",
    "_flush",
    "_forcemerge",
    "_graph",
    "_health_report",
    "_ilm",
    "_index_template",
    "_inference",
    "_ingest",
    "_license",
    "_mapping",
    "_migration",
    "_ml",
    "_msearch",
    "_mtermvectors",
    "_nodes",
    "_open",
    "_pit",
    "_query",
    "_query_rules",
    "_rank_eval",
    "_recovery",
    "_reindex",
    "_remote",
    "_render",
    "_resolve",
    "_rollover",
    "_scripts",
    "_search",
    "_search_shards",
    "_security",
    "_segments",
    "_settings",
    "_shrink",
    "_slm",
    "_snapshot",
    "_split",
    "_sql",
    "_synonyms",
    "_tasks",
    "_template",
    "_termvectors",
    "_transform",
    "_update_by_query",
    "_validate",
    "_watcher",
    "_xpack",
];

/// Whether a path is that of an API which Elasticsearch has; those of connectors are all served, by
/// the versions that have them.
pub(crate) fn is_known(path: &str) -> bool {
    let is_connector = path.starts_with("/_connector");
    !is_connector && path.split('/').any(|segment| APIS.binary_search(&segment).is_ok())
}

/// The words with which such a request is refused.
pub(crate) fn refusal(method: &str, path: &str) -> String {
    format!("this mock server does not serve [{method} {path}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_order_so_that_each_is_found() {
        assert!(APIS.is_sorted());
        assert!(is_known("/_cat/indices") && is_known("/i/_search") && is_known("/_xpack"));
        assert!(!is_known("/_connector/a/_features") && !is_known("/search"));
    }
}
