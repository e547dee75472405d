//! From method and path to a row of the endpoint table, as Elasticsearch's path trie does it
//! (contract RL-3).

use std::collections::BTreeMap;

use api_types::{
    Version,
    endpoint::{ENDPOINTS, Endpoint, Method},
};

/// What answers a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// A row of the endpoint table.
    Endpoint(&'static Endpoint),
    /// `GET /` and `HEAD /`.
    Root,
    /// `POST /_security/api_key`
    CreateApiKey,
}

/// The routes of a server.
#[derive(Debug, Default)]
pub(crate) struct Router {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    literals: BTreeMap<&'static str, Self>,
    wildcard: Option<Box<Self>>,
    targets: BTreeMap<Method, Target>,
}

/// A request that has a route.
#[derive(Debug)]
pub(crate) struct Route<'r> {
    pub(crate) target: Target,
    /// The segments that stand for path parameters, in order, as they were sent.
    pub(crate) wildcards: Vec<&'r str>,
}

/// Why a request has no route.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// No route has this path.
    Path,
    /// Routes have this path, with these methods.
    Method(Vec<Method>),
}

/// Where a wildcard may match. The modes are tried in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Explicit,
    FirstWildcard,
    LastWildcard,
    AnyWildcard,
}

const MODES: [Mode; 4] =
    [Mode::Explicit, Mode::FirstWildcard, Mode::LastWildcard, Mode::AnyWildcard];

impl Mode {
    const fn allows(self, is_first: bool, is_last: bool) -> bool {
        match self {
            Self::Explicit => false,
            Self::FirstWildcard => is_first,
            Self::LastWildcard => is_last,
            Self::AnyWildcard => true,
        }
    }
}

impl Router {
    /// The routes of every row that this version has.
    pub(crate) fn new(version: Version) -> Self {
        let mut router = Self::default();
        for method in [Method::Get, Method::Head] {
            router.root.targets.insert(method, Target::Root);
        }
        for endpoint in ENDPOINTS.iter().filter(|row| row.is_in(version)) {
            let target = Target::Endpoint(endpoint);
            router.root.insert(endpoint.path, endpoint.method, target);
        }
        for method in [Method::Post, Method::Put] {
            router.root.insert("/_security/api_key", method, Target::CreateApiKey);
        }
        router
    }

    /// Finds what answers a request. `path` is the raw path.
    pub(crate) fn find<'r>(&self, method: Method, path: &'r str) -> Result<Route<'r>, NoRoute> {
        let segments: Vec<&str> = match path.trim_end_matches('/') {
            "" => Vec::new(),
            trimmed => trimmed.strip_prefix('/').unwrap_or(trimmed).split('/').collect(),
        };
        let mut allowed = Vec::new();
        for mode in MODES {
            let mut wildcards = Vec::new();
            let Some(node) = self.root.descend(&segments, mode, true, &mut wildcards) else {
                continue;
            };
            if let Some(target) = node.targets.get(&method) {
                return Ok(Route { target: *target, wildcards });
            }
            allowed.extend(node.targets.keys().copied());
        }
        allowed.sort_unstable();
        allowed.dedup();
        Err(if allowed.is_empty() { NoRoute::Path } else { NoRoute::Method(allowed) })
    }
}

impl Node {
    fn insert(&mut self, path: &'static str, method: Method, target: Target) {
        let mut node = self;
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            node = if segment.starts_with('{') {
                node.wildcard.get_or_insert_default()
            } else {
                node.literals.entry(segment).or_default()
            };
        }
        node.targets.insert(method, target);
    }

    /// The node that the segments lead to in this mode, if it has routes. Where a literal leads
    /// nowhere, every mode but the first goes back and takes the wildcard beside it.
    fn descend<'n, 'r>(
        &'n self,
        segments: &[&'r str],
        mode: Mode,
        is_first: bool,
        wildcards: &mut Vec<&'r str>,
    ) -> Option<&'n Self> {
        let Some((segment, rest)) = segments.split_first() else {
            return (!self.targets.is_empty()).then_some(self);
        };
        let is_last = rest.is_empty();
        let wildcard = self.wildcard.as_deref();
        let literal = self.literals.get(*segment).filter(|literal| {
            let is_leaf_mode = matches!(mode, Mode::LastWildcard | Mode::AnyWildcard);
            let gives_way = is_last && is_leaf_mode && wildcard.is_some();
            !(gives_way && literal.targets.is_empty())
        });
        let may_go_back = match literal {
            Some(literal) => {
                let found = literal.descend(rest, mode, false, wildcards);
                if found.is_some() || is_last {
                    return found;
                }
                mode != Mode::Explicit
            }
            None => mode.allows(is_first, is_last),
        };
        let wildcard = wildcard.filter(|_| may_go_back)?;
        let before = wildcards.len();
        wildcards.push(segment);
        let found = wildcard.descend(rest, mode, false, wildcards);
        if found.is_none() {
            wildcards.truncate(before);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &str, expected: &str) {
        let (method, path) = request.split_once(' ').unwrap();
        let method = Method::from_name(method).unwrap();
        let found = match Router::new(Version::NEWEST).find(method, path) {
            Ok(Route { target: Target::Root, .. }) => "root".to_owned(),
            Ok(Route { target: Target::CreateApiKey, .. }) => "key".to_owned(),
            Ok(Route { target: Target::Endpoint(row), wildcards }) => {
                format!("{} {wildcards:?}", row.operation)
            }
            Err(NoRoute::Path) => "no path".to_owned(),
            Err(NoRoute::Method(allowed)) => format!("{allowed:?}"),
        };
        assert_eq!(found, expected, "{request}");
    }

    // Expected values: contract CN-1.1, SJ-15, RL-3.
    // Proves RL-3-5, RL-3-6, RL-3-7, RL-3-9, RL-3-10.
    #[test]
    fn literals_win_and_known_paths_name_their_methods() {
        check("GET /", "root");
        check("GET /_connector", "connector.list []");
        check("GET /_connector/", "connector.list []");
        check("GET /_connector/c1//", r#"connector.get ["c1"]"#);
        check("PUT /_connector//_error", r#"connector.update_error [""]"#);
        check("PUT /_connector/_sync_job//_check_in", r#"connector.sync_job_check_in [""]"#);
        check("PUT /_connector/_sync_job/_check_in", r#"connector.check_in ["_sync_job"]"#);
        check("PUT /_connector/_sync_job/_error", r#"connector.update_error ["_sync_job"]"#);
        check("GET /_connector/_sync_job/_check_in", r#"connector.sync_job_get ["_check_in"]"#);
        check("GET /_connector/%5Fsync_job", r#"connector.get ["%5Fsync_job"]"#);
        check("DELETE /_connector/_sync_job", "[Get, Post]");
        check("PUT /_connector/_sync_job", "[Get, Post]");
        check("PUT /_connector/_sync_job/_cancel", "[Get, Delete]");
        check("POST /_connector/_sync_job/_check_in", "[Get, Put, Delete]");
        check("POST /_connector/_sync_job/j", "[Get, Delete]");
        check("POST /_connector/_sync_job/j/_cancel", "[Put]");
        check("HEAD /_connector", "[Get, Post, Put]");
        check("GET /_Connector", r#"indices.get ["_Connector"]"#);
        check("POST /_connector/_doc", r#"index ["_connector"]"#);
        check("DELETE /_connector/_doc", r#"connector.delete ["_doc"]"#);
        check("GET /_cluster/health", "cluster.health []");
        check("GET /_cluster", r#"indices.get ["_cluster"]"#);
        check("PUT /_connector/c/_alias", "no path");
        check("GET //_connector", "no path");
        check("GET /_connector/a/b/c", "no path");
    }

    /// `/{x}` with GET, and `/a/b` with PUT: `/a` has no routes of its own.
    fn beside_a_wildcard() -> Router {
        let end = |method| Node { targets: [(method, Target::Root)].into(), ..Node::default() };
        let literal = Node { literals: [("b", end(Method::Put))].into(), ..Node::default() };
        let wildcard = Some(Box::new(end(Method::Get)));
        Router { root: Node { literals: [("a", literal)].into(), wildcard, ..Node::default() } }
    }

    // Proves RL-3-8.
    #[test]
    fn a_last_literal_without_routes_gives_way_to_the_wildcard_beside_it() {
        let router = beside_a_wildcard();
        let segments = ["a"];
        let found = |mode| router.root.descend(&segments, mode, true, &mut Vec::new()).is_some();
        assert!(!found(Mode::Explicit));
        assert!(found(Mode::LastWildcard));
        assert!(found(Mode::AnyWildcard));
        assert_eq!(router.find(Method::Get, "/a").unwrap().wildcards, ["a"]);
        assert!(router.find(Method::Put, "/a/b").unwrap().wildcards.is_empty());
    }
}
