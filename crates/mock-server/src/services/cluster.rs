//! The one node (contract DO-8).

use api_types::{
    Version,
    json::{Json, Object},
};

use crate::{call::Context, reply::Reply, store::pattern_matches};

/// Host and port of where a client has found the node. The port of HTTP is written out, since clients
/// that look for nodes want one (contract DO-8-3).
fn split(address: &str) -> (&str, &str) {
    match address.rsplit_once(':') {
        // What follows the last colon of an address in brackets may be a part of it.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (address, "80"),
    }
}

const NAME: &str = "connector-mock";

/// `nodes.info`: `address` is where the client has found the node, `wanted` names nodes.
pub(crate) fn nodes(
    context: &Context<'_>,
    address: &str,
    wanted: &[String],
    has_http: bool,
) -> Reply {
    let id = context.store.node();
    let is_meant = |name: &String| {
        ["_all", "_local", "_master"].contains(&name.as_str())
            || pattern_matches(name, id)
            || pattern_matches(name, NAME)
    };
    let mut nodes = Object::new();
    if wanted.iter().any(is_meant) {
        nodes.insert(id.to_owned(), node(context.version, address, has_http));
    }
    let found = i64::from(!nodes.is_empty());
    let summary = Object::new().with("total", found).with("successful", found).with("failed", 0);
    let answer = Object::new()
        .with("_nodes", summary)
        .with("cluster_name", "elasticsearch")
        .with("nodes", nodes);
    Reply::value(200, answer)
}

fn node(version: Version, address: &str, has_http: bool) -> Object {
    let (host, port) = split(address);
    let address = format!("{host}:{port}");
    let roles = ["data", "ingest", "master", "remote_cluster_client"];
    let node = Object::new()
        .with("name", NAME)
        .with("transport_address", format!("{host}:9300"))
        .with("host", host.to_owned())
        .with("ip", host.to_owned())
        .with("version", version.to_string())
        .with("build_flavor", "default")
        .with("build_type", "docker")
        .with("build_hash", crate::root::BUILD_HASH)
        .with("roles", roles.iter().map(|role| (*role).into()).collect::<Json>())
        .with("attributes", Object::new());
    if !has_http {
        return node;
    }
    let http = Object::new()
        .with("bound_address", vec![Json::from(address.clone())])
        .with("publish_address", address)
        .with("max_content_length_in_bytes", 104_857_600);
    node.with("http", http)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port() {
        assert_eq!(split("127.0.0.1:9200"), ("127.0.0.1", "9200"));
        assert_eq!(split("mock.example"), ("mock.example", "80"));
        assert_eq!(split("[::1]:9200"), ("[::1]", "9200"));
        assert_eq!(split("[::1]"), ("[::1]", "80"));
    }
}
