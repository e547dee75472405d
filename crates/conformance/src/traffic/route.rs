//! Which operation a request is for.

use api_types::{
    Version,
    endpoint::{Endpoint, Family, Method},
};

use crate::suggest::distance;

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    /// To an operation.
    Row(&'static Endpoint),
    /// Not to the Connector APIs.
    Foreign,
    /// To a path of operations that have other methods.
    WrongMethod(Vec<Method>),
    /// To no operation.
    Unknown,
    /// It asks for the methods of a path.
    Options,
}

impl Route {
    /// The row, if there is one.
    pub(crate) const fn row(&self) -> Option<&'static Endpoint> {
        match self {
            Self::Row(row) => Some(row),
            Self::Foreign | Self::WrongMethod(_) | Self::Unknown | Self::Options => None,
        }
    }
}

/// Path and query of a target; `#` ends the query (contract RL-4-1).
pub(crate) fn split(target: &str) -> (&str, &str) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (path, query.split('#').next().unwrap_or_default())
}

/// Finds where a request goes (contract RL-3).
pub(crate) fn route(method: &str, target: &str, version: Version) -> Route {
    let (path, _) = split(target);
    if !is_ours(path) {
        return Route::Foreign;
    }
    let mut rows: Vec<&'static Endpoint> = Endpoint::of(Family::Connectors)
        .filter(|row| row.is_in(version) && row.matches(path))
        .collect();
    // A final literal that has handlers is never taken for an id (contract RL-3-7).
    if rows.iter().any(|row| row.path_params().next().is_none()) {
        rows.retain(|row| row.path_params().next().is_none());
    }
    if rows.is_empty() {
        return Route::Unknown;
    }
    let wanted = Method::from_name(method);
    if wanted == Some(Method::Options) {
        return Route::Options;
    }
    let fitting = rows.iter().filter(|row| Some(row.method) == wanted);
    if let Some(row) = fitting.min_by_key(|row| row.path_params().count()) {
        return Route::Row(row);
    }
    let mut allowed: Vec<Method> = rows.iter().map(|row| row.method).collect();
    allowed.sort_unstable();
    allowed.dedup();
    Route::WrongMethod(allowed)
}

const ROOT: &str = "_connector";

/// Whether the path is of the Connector APIs, or was meant to be: no other API and no index can
/// have a name that is so near.
fn is_ours(path: &str) -> bool {
    let first = path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    first == ROOT || (first.starts_with('_') && distance(first, ROOT) <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let (method, target) = line.split_once(' ').unwrap();
        let told = match route(method, target, Version::NEWEST) {
            Route::Row(row) => row.operation.to_string(),
            Route::Foreign => "foreign".to_owned(),
            Route::WrongMethod(allowed) => format!("{allowed:?}"),
            Route::Unknown => "unknown".to_owned(),
            Route::Options => "options".to_owned(),
        };
        assert_eq!(told, expected, "{line}");
    }

    /// The consequences that contract RL-3-10, SJ-15, SC-7 and CN-1.1-22 to CN-1.1-26 tell.
    #[test]
    fn routes_are_those_of_the_contract() {
        check("PUT /_connector/_sync_job/_check_in", "connector.check_in");
        check("DELETE /_connector/_sync_job", "[Get, Post]");
        check("GET /_connector/_sync_job/_check_in", "connector.sync_job_get");
        check("POST /_connector/_sync_job/j", "[Get, Delete]");
        check("POST /_connector/_sync_job/j/_cancel", "[Put]");
        check("GET /_connector/_secret", "[Post]");
        check("PUT /_connector/_secret/_name", "connector.update_name");
        check("GET /_connector/_secret/_name", "connector.secret_get");
        check("GET /_connector/?x", "connector.list");
        check("GET /_connector/%5Fsync_job", "connector.get");
        check("OPTIONS /_connector", "options");
        check("HEAD /_connector", "[Get, Post, Put]");
        check("get /_connector", "[Get, Post, Put]");
        check("PUT /_connector/c/_nosuch", "unknown");
        check("GET /_connector/_doc/c", "unknown");
    }

    #[test]
    fn what_is_for_others_is_told_from_what_is_mistyped() {
        check("GET /", "foreign");
        check("PUT /_bulk", "foreign");
        check("GET /connector/_search", "foreign");
        check("GET /.elastic-connectors/_doc/c", "foreign");
        check("GET /_connectors/c", "unknown");
        check("GET /_conector", "unknown");
    }

    #[test]
    fn a_version_has_its_own_routes() {
        let old = Version::new(8, 14, 0);
        assert!(matches!(route("PUT", "/_connector", old), Route::WrongMethod(_)));
        assert!(matches!(route("PUT", "/_connector/c/_features", old), Route::Unknown));
    }
}
