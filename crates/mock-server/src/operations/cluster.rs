//! The operations on the cluster (contract DO-8).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
};

use super::indices::names;
use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::{
        cluster,
        indices::{self, Names},
    },
    store::Expand,
};

/// `cluster.health`
pub(super) struct Health {
    names: Names,
    /// A level that is not served.
    level: Option<String>,
    is_green_wanted: bool,
}

impl Call for Health {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let params = &input.params;
        let expand = Expand { hidden: true, ..Expand::default() };
        let names = names(input, expand)?;
        for flag in ["wait_for_no_relocating_shards", "wait_for_no_initializing_shards"] {
            params.boolean(flag)?;
        }
        let level = params.get("level").filter(|level| *level != "cluster").map(str::to_owned);
        let wanted = params.get("wait_for_status").map(str::to_lowercase);
        let is_green_wanted = match wanted.as_deref() {
            Some("green") => true,
            None | Some("yellow" | "red") => false,
            Some(other) => {
                let reason = format!("unknown cluster health status [{other}]");
                return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
            }
        };
        Ok(Self { names, level, is_green_wanted })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        match &self.level {
            Some(level) => Err(not_served(self.names.operation, &format!("the level [{level}]"))),
            None => Ok(()),
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::health(context, &self.names, self.is_green_wanted)
    }
}

/// `nodes.info`
pub(super) struct Nodes {
    address: String,
    /// A node or a metric that is not served.
    unserved: Option<String>,
}

/// One segment of a path names nodes or what is to be shown of them.
const SERVED: [&str; 5] = ["_all", "_local", "_master", "_none", "http"];

impl Call for Nodes {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        input.params.boolean("flat_settings")?;
        let params = &input.params;
        let mut wanted = params.list("node_id").into_iter().chain(params.list("metric"));
        let unserved = wanted.find(|name| !SERVED.contains(&name.as_str()));
        Ok(Self { address: input.address.to_owned(), unserved })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        match &self.unserved {
            Some(name) => {
                let what = format!("the node or metric [{name}]");
                Err(not_served(Operation::NodesInfo, &what))
            }
            None => Ok(()),
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(cluster::nodes(context, &self.address))
    }
}
