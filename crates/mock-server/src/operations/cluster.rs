//! The operations on the cluster (contract DO-8).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType, illegal_argument},
};

use super::indices::{Level, level, names, times};
use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::{
        cluster,
        indices::{self, Colour, HealthWait, Names},
    },
    store::Expand,
    warnings::Warning,
};

/// `cluster.health`
pub(super) struct Health {
    names: Names,
    level: Level,
    wait: HealthWait,
}

/// A text that is none of the values of an enumeration of Java.
fn no_constant(class: &str, text: &str) -> ErrorCause {
    illegal_argument(format!("No enum constant org.elasticsearch.{class}.{}", text.to_uppercase()))
}

const EVENTS: [&str; 6] = ["IMMEDIATE", "URGENT", "HIGH", "NORMAL", "LOW", "LANGUID"];

/// How many active shards are waited for.
fn active_shards(text: &str) -> Result<Option<i64>, ErrorCause> {
    if text == "all" {
        return Ok(None);
    }
    let count: i32 = text.parse().map_err(|_| {
        let cause =
            ErrorCause::new(ErrorType::NumberFormat, format!("For input string: \"{text}\""));
        illegal_argument(format!("cannot parse ActiveShardCount[{text}]")).caused_by(cause)
    })?;
    if count < 0 {
        return Err(illegal_argument("shard count cannot be a negative value"));
    }
    Ok(Some(i64::from(count)))
}

impl Health {
    fn wait(input: &Input<'_>) -> Result<HealthWait, ErrorCause> {
        let params = &input.params;
        let mut wait = HealthWait::default();
        if let Some(text) = params.get("wait_for_status") {
            wait.status = Some(match text.to_lowercase().as_str() {
                "green" => Colour::Green,
                "yellow" => Colour::Yellow,
                "red" => Colour::Red,
                _ => return Err(no_constant("cluster.health.ClusterHealthStatus", text)),
            });
        }
        for flag in ["wait_for_no_relocating_shards", "wait_for_no_initializing_shards"] {
            params.boolean(flag)?;
        }
        if params.get("wait_for_relocating_shards").is_some() {
            return Err(illegal_argument(
                "wait_for_relocating_shards has been removed, use wait_for_no_relocating_shards [true/false] instead",
            ));
        }
        wait.active_shards = params.get("wait_for_active_shards").map(active_shards).transpose()?;
        wait.nodes = params.get("wait_for_nodes").filter(|it| !it.is_empty()).map(str::to_owned);
        let events = params.get("wait_for_events");
        let is_unknown = |text: &&str| !EVENTS.contains(&text.to_uppercase().as_str());
        if let Some(text) = events.filter(is_unknown) {
            return Err(no_constant("common.Priority", text));
        }
        let lenient = params.get("return_200_for_cluster_health_timeout");
        if lenient.is_some() {
            input.warnings.add(Warning::HealthTimeout);
        }
        wait.timeout_status = match lenient.is_some_and(|it| it.eq_ignore_ascii_case("true")) {
            true => 200,
            false => 408,
        };
        Ok(wait)
    }
}

impl Call for Health {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let expand = Expand { hidden: true, ignore_unavailable: true, ..Expand::default() };
        let names = names(input, expand)?;
        times(input)?;
        let wait = Self::wait(input)?;
        Ok(Self { names, level: level(input, Level::Cluster)?, wait })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        match self.level {
            Level::Cluster => Ok(()),
            Level::Indices => Err(not_served(self.names.operation, "the level [indices]")),
            Level::Shards => Err(not_served(self.names.operation, "the level [shards]")),
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::health(context, &self.names, &self.wait)
    }
}

/// `nodes.info`
pub(super) struct Nodes {
    address: String,
    /// Names, ids and patterns of nodes.
    nodes: Vec<String>,
    has_http: bool,
    /// A metric that is not served.
    unserved: Option<String>,
}

/// What Elasticsearch tells of nodes beside `http`.
const UNSERVED: [&str; 11] = [
    "aggregations",
    "indices",
    "ingest",
    "jvm",
    "os",
    "plugins",
    "process",
    "remote_cluster_server",
    "settings",
    "thread_pool",
    "transport",
];

/// Trimmed, without empty ones.
fn tokens(text: &str) -> Vec<String> {
    let tokens = text.split(',').map(str::trim).filter(|token| !token.is_empty());
    tokens.map(str::to_owned).collect()
}

impl Call for Nodes {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        input.params.boolean("flat_settings")?;
        times(input)?;
        let of = |name: &str| tokens(input.params.get(name).unwrap_or("_all"));
        let (mut nodes, mut metrics) = (of("node_id"), of("metric"));
        let is_metric = |name: &String| name == "http" || UNSERVED.contains(&name.as_str());
        // One segment names nodes or what is to be shown of them.
        if input.params.get("metric").is_none() && nodes.iter().all(is_metric) {
            metrics = std::mem::replace(&mut nodes, vec!["_all".to_owned()]);
        }
        let is_all = metrics == ["_all"];
        let unserved = metrics.iter().find(|it| UNSERVED.contains(&it.as_str())).cloned();
        let has_http = is_all || metrics.iter().any(|it| it == "http");
        Ok(Self { address: input.address.to_owned(), nodes, has_http, unserved })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        match &self.unserved {
            Some(name) => Err(not_served(Operation::NodesInfo, &format!("the metric [{name}]"))),
            None => Ok(()),
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(cluster::nodes(context, &self.address, &self.nodes, self.has_http))
    }
}
