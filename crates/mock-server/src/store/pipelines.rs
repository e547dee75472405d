//! Ingest pipelines: those that were stored, and the two that a cluster has from the start.

use std::collections::BTreeMap;

use api_types::json::{Json, Object};

/// An ingest pipeline.
#[derive(Clone, Debug)]
pub(crate) enum Pipeline {
    /// One that a request stored.
    Given(GivenPipeline),
    /// One that cleans up what connectors send, which every cluster has (contract DO-9-7).
    ForConnectors,
}

/// A pipeline that was stored, with the times of that; those that come from a server that keeps none
/// have none (contract DO-9-13).
#[derive(Clone, Debug)]
pub(crate) struct GivenPipeline {
    /// As it was given.
    pub(crate) config: Object,
    /// When it came to be, in milliseconds since 1970.
    pub(crate) created: Option<i64>,
    /// When it was stored last, in milliseconds since 1970.
    pub(crate) modified: Option<i64>,
}

const CREATED: &str = "created_date_millis";
const MODIFIED: &str = "modified_date_millis";

impl GivenPipeline {
    /// A pipeline whose times stand among its members.
    pub(crate) fn read(mut config: Object) -> Self {
        let mut time = |name| {
            let time = config.get(name).and_then(Json::as_i64);
            time.inspect(|_| drop(config.remove(name)))
        };
        let (created, modified) = (time(CREATED), time(MODIFIED));
        Self { config, created, modified }
    }

    /// What [`GivenPipeline::read`] reads.
    pub(crate) fn written(&self) -> Object {
        let mut written = self.config.clone();
        written.insert_some(CREATED, self.created);
        written.insert_some(MODIFIED, self.modified);
        written
    }
}

/// Pipelines by name.
pub(crate) type Pipelines = BTreeMap<String, Pipeline>;

/// Those that every cluster has.
const FOR_CONNECTORS: [&str; 2] = ["ent-search-generic-ingestion", "search-default-ingestion"];

/// What there is before the first request.
pub(crate) fn at_start() -> Pipelines {
    FOR_CONNECTORS.iter().map(|name| ((*name).to_owned(), Pipeline::ForConnectors)).collect()
}
