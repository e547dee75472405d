//! The control routes: outside Elasticsearch's name space, under `/_mock`.

use api_types::{Version, json::Object, openapi};

use crate::{
    reply::Reply,
    store::{CONNECTORS, SYNC_JOBS, Store},
};

/// Every control route begins with this.
pub(crate) const PREFIX: &str = "/_mock";

/// A control route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// `GET /_mock/health`
    Health,
    /// `POST /_mock/reset`
    Reset,
    /// `GET /_mock/openapi.json`
    OpenApi,
}

/// What `find` says of a path under the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Control(Control),
    /// The path is a control route; this is its method.
    Method(&'static str),
    Nothing,
}

const ROUTES: [(&str, &str, Control); 3] = [
    ("GET", "/_mock/health", Control::Health),
    ("POST", "/_mock/reset", Control::Reset),
    ("GET", "/_mock/openapi.json", Control::OpenApi),
];

/// Finds a control route. `None` if the path is not under the prefix.
pub(crate) fn find(method: &str, path: &str) -> Option<Found> {
    let rest = path.strip_prefix(PREFIX)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let path = path.trim_end_matches('/');
    let route = ROUTES.iter().find(|(_, known, _)| *known == path);
    Some(match route {
        Some((known, _, control)) if *known == method => Found::Control(*control),
        Some((known, _, _)) => Found::Method(known),
        None => Found::Nothing,
    })
}

/// The control routes, for messages.
pub(crate) fn listed() -> String {
    ROUTES.map(|(method, path, _)| format!("{method} {path}")).join(", ")
}

/// The answer to `GET /_mock/health`.
pub(crate) fn health(version: &str, requests: u64, store: &Store) -> Reply {
    let documents = |index| i64::try_from(store.count(index)).unwrap_or(i64::MAX);
    let counts = Object::new()
        .with("connectors", documents(CONNECTORS.index))
        .with("sync_jobs", documents(SYNC_JOBS.index));
    let health = Object::new()
        .with("status", "ok")
        .with("es_version", version.to_owned())
        .with("requests", i64::try_from(requests).unwrap_or(i64::MAX))
        .with("documents", counts);
    Reply::value(200, health)
}

/// The answer to `GET /_mock/openapi.json`: the description of what this version serves.
pub(crate) fn openapi(version: Version) -> Reply {
    Reply::value(200, openapi::document(version))
}
