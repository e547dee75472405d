//! Ingest pipelines: those that were stored, and the two that a cluster has from the start.

use std::collections::BTreeMap;

use api_types::json::Object;

/// An ingest pipeline.
#[derive(Clone, Debug)]
pub(crate) enum Pipeline {
    /// One that a request stored, as it was given.
    Given(Object),
    /// One that cleans up what connectors send, which every cluster has (contract DO-9-7).
    ForConnectors,
}

/// Pipelines by name.
pub(crate) type Pipelines = BTreeMap<String, Pipeline>;

/// Those that every cluster has.
const FOR_CONNECTORS: [&str; 2] = ["ent-search-generic-ingestion", "search-default-ingestion"];

/// What there is before the first request.
pub(crate) fn at_start() -> Pipelines {
    FOR_CONNECTORS.iter().map(|name| ((*name).to_owned(), Pipeline::ForConnectors)).collect()
}
