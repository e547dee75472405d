//! The one node (contract DO-8).

use api_types::{
    Version,
    json::{Json, Object},
};

use crate::{call::Context, reply::Reply};

/// Host and port of where a client has found the node. The port of HTTP is written out, since clients
/// that look for nodes want one (contract DO-8-3).
fn split(address: &str) -> (&str, &str) {
    match address.rsplit_once(':') {
        // What follows the last colon of an address in brackets may be a part of it.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (address, "80"),
    }
}

/// `nodes.info`: `address` is where the client has found the node.
pub(crate) fn nodes(context: &Context<'_>, address: &str) -> Reply {
    let version: Version = context.version;
    let (host, port) = split(address);
    let address = format!("{host}:{port}");
    let roles = ["data", "ingest", "master", "remote_cluster_client"];
    let node = Object::new()
        .with("name", "connector-mock")
        .with("transport_address", format!("{host}:9300"))
        .with("host", host.to_owned())
        .with("ip", host.to_owned())
        .with("version", version.to_string())
        .with("build_flavor", "default")
        .with("build_type", "docker")
        .with("build_hash", crate::root::BUILD_HASH)
        .with("roles", roles.iter().map(|role| (*role).into()).collect::<Json>())
        .with("attributes", Object::new());
    let bound = vec![Json::from(address.clone())];
    let http = Object::new()
        .with("bound_address", bound)
        .with("publish_address", address)
        .with("max_content_length_in_bytes", 104_857_600);
    let node = node.with("http", http);
    let summary = Object::new().with("total", 1).with("successful", 1).with("failed", 0);
    let answer = Object::new()
        .with("_nodes", summary)
        .with("cluster_name", "elasticsearch")
        .with("nodes", Object::new().with(context.store.node().to_owned(), node));
    Reply::value(200, answer)
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
