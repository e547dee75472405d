//! The operations on the cluster (contract DO-8).

use api_types::error::{ErrorCause, ErrorType};

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

/// `license.get`
pub(super) struct License;

impl Call for License {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        input.params.boolean("accept_enterprise")?;
        input.params.boolean("local")?;
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(cluster::license(context))
    }
}

/// `cluster.health`
pub(super) struct Health {
    names: Names,
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
        match params.get("level") {
            None | Some("cluster") => {}
            Some(other) => {
                let what = format!("the level [{other}]");
                return Err(not_served(input.endpoint.operation, &what));
            }
        }
        let wanted = params.get("wait_for_status").map(str::to_lowercase);
        let is_green_wanted = match wanted.as_deref() {
            Some("green") => true,
            None | Some("yellow" | "red") => false,
            Some(other) => {
                let reason = format!("unknown cluster health status [{other}]");
                return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
            }
        };
        Ok(Self { names, is_green_wanted })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        indices::health(context, &self.names, self.is_green_wanted)
    }
}

/// `nodes.info`
pub(super) struct Nodes {
    address: String,
}

impl Call for Nodes {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        input.params.boolean("flat_settings")?;
        let refused = |what: String| Err(not_served(input.endpoint.operation, &what));
        // One segment names nodes or what is to be shown of them.
        let wanted = input.params.list("node_id").into_iter().chain(input.params.list("metric"));
        for name in wanted {
            if !["_all", "_local", "_master", "http", "_none"].contains(&name.as_str()) {
                return refused(format!("the node or metric [{name}]"));
            }
        }
        Ok(Self { address: input.address.to_owned() })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(cluster::nodes(context, &self.address))
    }
}
